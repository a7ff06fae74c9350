//! The form features of a workbook: drop-downs and other validations, alarms, locked cells, the hidden mark and lists.

use std::borrow::Cow;

use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, ConditionalFormat3ColorScale, ConditionalFormatFormula, ConditionalFormatType,
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, ProtectionOptions, Worksheet,
    XlsxError,
};

use super::styles::alarm as red;
use crate::documents::report::document::{Document, Purpose, SheetDoc};
use crate::documents::report::entry::{Allow, Block, Check, Shading};
use crate::read::book::{FEEDBACK_MARK, FEEDBACK_SHEET, FORM_SHEET, LISTS_SHEET, OWN_SHEET};
use crate::read::form::MARK;
use crate::shared::place::Position;

/// The text of the hidden sheet that marks a workbook as an output, not an input.
const OWN_MARK: &str = "assess.output";
/// The colours of scales: below zero, at zero, above zero; light enough for black figures.
const COLD: Color = Color::RGB(0x0092_C5DE);
const PALE: Color = Color::RGB(0x00FF_FFFF);
const WARM: Color = Color::RGB(0x00F4_A582);
/// Longest prompt or error of a cell.
const LONGEST: usize = 250;
/// First and last date that a date cell accepts.
const DATES: [(u16, u8, u8); 2] = [(1950, 1, 1), (2199, 12, 31)];

/// The lists of all drop-downs of a workbook, each once, in the order of their first use; they are the columns of the hidden
/// sheet of lists.
#[derive(Default)]
pub(super) struct Lists(Vec<Vec<String>>);

impl Lists {
    /// Adds the lists of a sheet.
    pub(super) fn add(&mut self, sheet: &SheetDoc<'_>) {
        for check in &sheet.filling.checks {
            if let Allow::Words(words) = &check.allow
                && !self.0.iter().any(|list| list == words)
            {
                self.0.push(words.iter().map(|word| word.to_string()).collect());
            }
        }
    }

    /// Which lists those of a sheet are.
    pub(super) fn columns(&self, sheet: &SheetDoc<'_>) -> impl Iterator<Item = usize> {
        sheet.filling.checks.iter().filter_map(|check| match &check.allow {
            Allow::Words(words) => Some(self.column(words)),
            _ => None,
        })
    }

    /// The column of a list.
    fn column(&self, words: &[Cow<'_, str>]) -> usize {
        self.0.iter().position(|list| list == words).unwrap_or(0)
    }

    /// The cells that contain a list, as a formula.
    fn range(&self, words: &[Cow<'_, str>]) -> String {
        let name = Position { row: 0, col: self.column(words) as u32 }.to_string();
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        format!("='{LISTS_SHEET}'!${letters}$1:${letters}${}", words.len().max(1))
    }
}

/// Adds validations, alarms and locked cells to a sheet.
pub(super) fn fit_out(worksheet: &mut Worksheet, sheet: &SheetDoc<'_>, lists: &Lists) -> Result<(), XlsxError> {
    let rows = |cells: &Block| (cells.top as u32, cells.bottom as u32);
    for check in &sheet.filling.checks {
        let (first, last) = rows(&check.cells);
        worksheet.add_data_validation(first, check.cells.left, last, check.cells.right, &validation(check, lists)?)?;
    }
    for shade in &sheet.filling.shades {
        let (first, last) = rows(&shade.cells);
        let (left, right) = (shade.cells.left, shade.cells.right);
        match shade.colours {
            Shading::Correlation => {
                let scale = ConditionalFormat3ColorScale::new()
                    .set_minimum(ConditionalFormatType::Number, -1)
                    .set_midpoint(ConditionalFormatType::Number, 0)
                    .set_maximum(ConditionalFormatType::Number, 1)
                    .set_minimum_color(COLD)
                    .set_midpoint_color(PALE)
                    .set_maximum_color(WARM);
                worksheet.add_conditional_format(first, left, last, right, &scale)?;
            }
            Shading::Count(most) => {
                let scale = ConditionalFormat2ColorScale::new()
                    .set_minimum(ConditionalFormatType::Number, 0)
                    .set_maximum(ConditionalFormatType::Number, most.max(1) as u32)
                    .set_minimum_color(PALE)
                    .set_maximum_color(WARM);
                worksheet.add_conditional_format(first, left, last, right, &scale)?;
            }
        }
    }
    for alarm in &sheet.filling.alarms {
        let (first, last) = rows(&alarm.cells);
        let rule = ConditionalFormatFormula::new().set_rule(format!("={}", alarm.formula).as_str()).set_format(red());
        worksheet.add_conditional_format(first, alarm.cells.left, last, alarm.cells.right, &rule)?;
    }
    if sheet.filling.is_locked {
        // Widening columns and using the filter are allowed; locking only prevents accidental changes.
        let options = ProtectionOptions {
            format_columns: true,
            format_rows: true,
            use_autofilter: true,
            ..ProtectionOptions::default()
        };
        worksheet.protect_with_options(&options);
    }
    Ok(())
}

fn validation(check: &Check<'_>, lists: &Lists) -> Result<DataValidation, XlsxError> {
    let made = match &check.allow {
        Allow::Anything => DataValidation::new().allow_any_value(),
        Allow::Words(words) => DataValidation::new().allow_list_formula(Formula::new(lists.range(words))),
        Allow::Between(low, high) => {
            let rule = DataValidationRule::Between(low.to_cell(), high.to_cell());
            DataValidation::new().allow_decimal_number(rule)
        }
        Allow::AtLeast(low) => {
            let rule = DataValidationRule::GreaterThanOrEqualTo(low.to_cell());
            DataValidation::new().allow_decimal_number(rule)
        }
        Allow::Count => DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        Allow::Date => {
            let [first, last] = DATES.map(|(year, month, day)| ExcelDateTime::from_ymd(year, month, day));
            DataValidation::new().allow_date(DataValidationRule::Between(first?, last?))
        }
    };
    let made = made.set_error_style(DataValidationErrorStyle::Stop);
    let made = if check.error.is_empty() { made } else { made.set_error_message(short(&check.error))? };
    if check.prompt.is_empty() { Ok(made) } else { made.set_input_message(short(&check.prompt)) }
}

/// A text within the length allowed in a prompt: a longer one ends before a word or a mark, with `…`.
fn short(text: &str) -> Cow<'_, str> {
    let Some((cut, _)) = text.char_indices().nth(LONGEST) else { return Cow::Borrowed(text) };
    let kept = &text[..cut];
    let end = kept.rfind([' ', '，', '；', '。', '、']).filter(|end| *end > cut / 2).unwrap_or(cut);
    Cow::Owned(format!("{}…", kept[..end].trim_end_matches([' ', ',', ';', ':'])))
}

/// A hidden sheet: texts without styles.
pub(super) struct Hidden<'d> {
    /// Name of the sheet.
    pub(super) name: &'static str,
    /// Its rows from the left; an empty text is no cell.
    pub(super) rows: Vec<Vec<&'d str>>,
}

/// The hidden sheets of a document: the mark of an output or a form, and the words of its drop-downs.
pub(super) fn hidden<'d>(document: &'d Document<'_>, lists: &'d Lists) -> Vec<Hidden<'d>> {
    let mut sheets = Vec::new();
    match &document.purpose {
        Purpose::Output => sheets.push(Hidden { name: OWN_SHEET, rows: vec![vec![OWN_MARK]] }),
        Purpose::Table | Purpose::Form(_) => {}
        Purpose::Feedback { returned, .. } => {
            sheets.push(Hidden { name: FEEDBACK_SHEET, rows: vec![vec![FEEDBACK_MARK], vec![returned]] });
        }
    }
    if let Purpose::Form(marks) | Purpose::Feedback { marks, .. } = &document.purpose {
        let marks = marks.iter().map(|(key, value)| vec![&**key, &**value]);
        sheets.push(Hidden { name: FORM_SHEET, rows: [vec![MARK]].into_iter().chain(marks).collect() });
    }
    if !lists.0.is_empty() {
        let longest = lists.0.iter().map(|words| words.len()).max().unwrap_or(0);
        let row = |row: usize| lists.0.iter().map(|words| words.get(row).map_or("", |word| &**word)).collect();
        sheets.push(Hidden { name: LISTS_SHEET, rows: (0..longest).map(row).collect() });
    }
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::report::document::{CellDoc, Fonts, Style};
    use crate::documents::report::entry::{Alarm, Entry};
    use crate::model::Limits;
    use crate::read::form::FormMark;
    use crate::read::xlsx::read_workbook;
    use crate::shared::number::Exact;
    use crate::shared::place::FileId;

    fn words(list: &[&'static str]) -> Allow<'static> {
        Allow::words(list.iter().copied())
    }

    fn check(column: u16, allow: Allow<'static>) -> Check<'static> {
        Check::new(Block::column(2, 2, column), allow, "错".repeat(300)).prompting("填")
    }

    fn form() -> Document<'static> {
        let mut sheet = SheetDoc::new("表", "表");
        sheet.header((0..4).map(|n| CellDoc::header(n.to_string())).collect());
        sheet.row(vec![
            CellDoc::blank(Style::Entry(Entry::General)),
            CellDoc::blank(Style::Entry(Entry::Text)),
            CellDoc::blank(Style::Verify(Entry::Date)),
            CellDoc::formula("SUM(A3:A3)", &Exact::from(0), Some(2)),
        ]);
        let (yes, grades) = (words(&["是", "否"]), words(&["A", "B", "C"]));
        let checks = [(0, yes.clone()), (1, grades), (0, yes), (2, Allow::Date), (0, Allow::Count)];
        sheet.filling.checks = checks.into_iter().map(|(column, allow)| check(column, allow)).collect();
        sheet.filling.alarms = vec![Alarm { cells: Block::column(2, 2, 0), formula: "A3>1".to_owned() }];
        sheet.filling.is_locked = true;
        Document::of_sheet(sheet, Fonts::of(crate::shared::i18n::Lang::Zh))
            .to_be(Purpose::Form(vec![("kind".into(), "ballot".into())]))
    }

    #[test]
    fn equal_lists_stand_once_and_are_referred_to_by_range() {
        let document = form();
        let mut lists = Lists::default();
        document.sheets.iter().for_each(|sheet| lists.add(sheet));
        assert_eq!(lists.0.len(), 2);
        assert_eq!(lists.range(&["A", "B", "C"].map(Cow::Borrowed)), "='_assess_lists'!$B$1:$B$3");
    }

    #[test]
    fn a_form_carries_its_mark_and_is_no_output() {
        let bytes = crate::write::workbook::bytes(&form()).unwrap();
        let opened = read_workbook(&bytes, FileId(0), &Limits::default());
        assert!(opened.findings.is_empty(), "{:?}", opened.findings);
        let book = opened.book;
        let mark = FormMark::of(&book, FileId(0)).unwrap();
        assert_eq!(mark.get("kind").map(|kind| kind.value.as_str()), Some("ballot"));
        let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["表", FORM_SHEET, LISTS_SHEET]);
    }

    #[test]
    fn a_prompt_that_is_too_long_ends_with_a_whole_word() {
        assert_eq!(short("填写百分数"), "填写百分数");
        let text = "every word counts, ".repeat(20);
        let long = short(&text);
        assert!(long.ends_with("counts…") && long.chars().count() <= LONGEST + 1, "{long}");
        assert_eq!(short(&"错".repeat(300)), format!("{}…", "错".repeat(LONGEST)));
    }

    #[test]
    fn two_writes_of_a_form_give_the_same_bytes() {
        let bytes = || crate::write::workbook::bytes(&form()).unwrap();
        assert_eq!(bytes(), bytes());
    }
}
