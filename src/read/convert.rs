//! From the content of a cell to a raw value, identically for every workbook format.

use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use jiff::civil::Date;

use super::value::RawValue;
use crate::model::Limits;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::Exact;
use crate::shared::place::Place;

/// How a cell is shown or written.
#[derive(Clone, Default)]
pub(super) struct Shape {
    /// Formatted as a percentage.
    pub(super) percent: bool,
    /// What is shown for a number, if its format determines that.
    pub(super) shown: Option<Arc<str>>,
}

/// How many characters of an unusable text are quoted.
pub(super) const QUOTED: usize = 200;

/// The value of a cell as given by the parser; `None` if it looks empty.
pub(super) fn value(data: &DataRef<'_>, shape: Shape) -> Option<RawValue> {
    let Shape { percent, shown } = shape;
    Some(match data {
        DataRef::Empty => return None,
        DataRef::Int(int) => RawValue::Number { value: (*int).into(), percent, shown },
        DataRef::Float(double) => number(*double, percent, shown),
        DataRef::String(text) => text_value(text, false)?,
        DataRef::SharedString(text) => text_value(text, false)?,
        DataRef::Bool(flag) => RawValue::Flag(*flag),
        DataRef::DateTime(serial) if serial.is_datetime() => calendar(*serial),
        DataRef::DateTime(serial) => RawValue::Serial(serial.as_f64().to_string()),
        DataRef::DateTimeIso(text) => iso_date(text),
        DataRef::DurationIso(text) => RawValue::Serial(text.clone()),
        DataRef::Error(error) => RawValue::Fault(error.to_string()),
    })
}

/// The double that a numeric text represents.
pub(super) fn double(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The date that a number of days represents, in a workbook whose days count from 1900 or 1904.
pub(super) fn date(days: f64, from_1904: bool) -> RawValue {
    calendar(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, from_1904))
}

fn calendar(serial: ExcelDateTime) -> RawValue {
    let (year, month, day, ..) = serial.to_ymd_hms_milli();
    match Date::new(year as i16, month as i8, day as i8) {
        Ok(date) if year >= 1900 => RawValue::Date(date),
        _ => RawValue::Serial(serial.as_f64().to_string()),
    }
}

/// A number as the decimal a user sees; a fault if it exceeds the range of decimals.
pub(super) fn number(double: f64, percent: bool, shown: Option<Arc<str>>) -> RawValue {
    match Exact::from_cell(double) {
        Some(value) => RawValue::Number { value, percent, shown },
        None => RawValue::Fault(double.to_string()),
    }
}

/// The decimal of a number as written in a file; `None` if it exceeds the range of decimals.
pub(super) fn decimal(literal: &str) -> Option<Exact> {
    literal.parse::<f64>().ok().and_then(Exact::from_cell)
}

/// Text, unless it is blank.
pub(super) fn text_value(text: &str, csv: bool) -> Option<RawValue> {
    let blank = text.trim().is_empty();
    (!blank).then(|| RawValue::Text { text: Arc::from(text), csv })
}

/// A date written as `2025-07-01` or `2025-07-01T00:00:00`.
pub(super) fn iso_date(text: &str) -> RawValue {
    let day = text.split('T').next().unwrap_or(text);
    let date = day.parse::<Date>().ok().filter(|date| date.year() >= 1900);
    date.map_or_else(|| RawValue::Serial(text.to_owned()), RawValue::Date)
}

/// A value whose text is within the limit and free of control characters; otherwise the cell is refused, with a
/// finding.
pub(super) fn checked(value: RawValue, at: Place, limits: &Limits) -> (RawValue, Option<Finding>) {
    let text = match &value {
        RawValue::Text { text, .. } => &**text,
        RawValue::Marked(marked) => &marked.whole,
        _ => return (value, None),
    };
    let Some(what) = bad_text(text, limits) else { return (value, None) };
    let found: String = text.chars().take(QUOTED).collect();
    let finding = Finding::new(Code::E121).at(at).with("what", Arg::Word(what)).found(&found);
    (RawValue::Refused(found), Some(finding))
}

/// Why a text cannot be used, as a catalogue key: longer than allowed, or with control characters.
pub(super) fn bad_text(text: &str, limits: &Limits) -> Option<&'static str> {
    if text.len() > limits.text as usize && text.chars().count() > limits.text as usize {
        Some("gate.cell.long")
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        Some("gate.cell.control")
    } else {
        None
    }
}
