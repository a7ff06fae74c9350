//! From what the parser gives for a cell to a raw value, the same for every workbook format.

use calamine::DataRef;
use jiff::civil::Date;

use super::value::RawValue;
use crate::finding::{Arg, Code, Finding};
use crate::model::Limits;
use crate::number::Exact;
use crate::place::Place;

/// How a cell is shown or written.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    /// Formatted as a percentage.
    pub(super) percent: bool,
    /// From a text table.
    pub(super) csv: bool,
}

/// The value of a cell; `None` if it looks empty.
pub(super) fn value(data: &DataRef<'_>, shape: Shape) -> Option<RawValue> {
    let Shape { percent, csv } = shape;
    Some(match data {
        DataRef::Empty => return None,
        DataRef::Int(int) => RawValue::Number { value: (*int).into(), percent },
        DataRef::Float(double) => number(*double, percent),
        DataRef::String(text) => text_value(text, csv)?,
        DataRef::SharedString(text) => text_value(text, csv)?,
        DataRef::Bool(flag) => RawValue::Flag(*flag),
        DataRef::DateTime(serial) => {
            let (year, month, day, ..) = serial.to_ymd_hms_milli();
            let date = Date::new(year as i16, month as i8, day as i8);
            match date {
                Ok(date) if serial.is_datetime() && year >= 1900 => RawValue::Date(date),
                _ => RawValue::Serial(serial.as_f64().to_string()),
            }
        }
        DataRef::DateTimeIso(text) => iso_date(text),
        DataRef::DurationIso(text) => RawValue::Serial(text.clone()),
        DataRef::Error(error) => RawValue::Fault(error.to_string()),
    })
}

/// A number as the decimal a user sees; what is beyond any decimal is a fault.
pub(super) fn number(double: f64, percent: bool) -> RawValue {
    match Exact::from_cell(double) {
        Some(value) => RawValue::Number { value, percent },
        None => RawValue::Fault(double.to_string()),
    }
}

/// Text, unless it is blank.
pub(super) fn text_value(text: &str, csv: bool) -> Option<RawValue> {
    let blank = text.trim().is_empty();
    (!blank).then(|| RawValue::Text { text: text.to_owned(), csv })
}

/// A date written as `2025-07-01` or `2025-07-01T00:00:00`.
pub(super) fn iso_date(text: &str) -> RawValue {
    let day = text.split('T').next().unwrap_or(text);
    let date = day.parse::<Date>().ok().filter(|date| date.year() >= 1900);
    date.map_or_else(|| RawValue::Serial(text.to_owned()), RawValue::Date)
}

/// A value whose text is within the limit and free of control characters; else a fault with a finding at the cell.
pub(super) fn checked(value: RawValue, at: Place, limits: &Limits) -> (RawValue, Option<Finding>) {
    let RawValue::Text { text, .. } = &value else { return (value, None) };
    let what = if text.len() > limits.text as usize && text.chars().count() > limits.text as usize {
        "gate.cell.long"
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        "gate.cell.control"
    } else {
        return (value, None);
    };
    let found: String = text.chars().take(200).collect();
    let finding = Finding::new(Code::E121).at(at).with("what", Arg::Word(what)).found(&found);
    (RawValue::Fault(found), Some(finding))
}
