//! Column widths and row heights from the content. Widths count in half-width characters: a Chinese one counts two.

use rayon::prelude::*;

use super::document::{CellDoc, Content, RowDoc, SheetDoc, Style};
use super::entry::Entry;
use super::{paging, title};
use measure::Shown;

mod measure;

/// So many rows are worth more than one core.
const MANY: usize = 2_000;
/// Narrowest and widest column.
const WIDTHS: (f64, f64) = (6.0, 44.0);
/// The width up to which an unbreakable word (a fingerprint) widens its column, if the page has room.
const SOLID: f64 = 68.0;
/// The width to which a text column may be narrowed on a crowded sheet.
const NARROWED: f64 = 12.0;
/// The greatest width requested by a header, on a crowded sheet and on others; beyond it wraps.
const HEADER_WIDTHS: (f64, f64) = (8.0, 13.0);
/// Characters that fit on a page in portrait and in landscape format, at a legible size.
const PAGE: (f64, f64) = (112.0, 168.0);
/// Line spacing, size and minimum height of a letter's text, in points.
const LETTER_LINE: f64 = 28.5;
const LETTER_SCALE: f64 = 16.0 / 10.5;
/// Height of a line, extra height of a row, minimum and maximum height of a row, in points.
const LINE: f64 = 16.0;
const SLACK: f64 = 6.0;
const HEIGHTS: (f64, f64) = (22.0, 400.0);
/// The width of a role relative to body text.
const TITLE_SCALE: f64 = 22.0 / 10.5;
const HEADER_SCALE: f64 = 1.1;

/// Sets column widths, then resolves cells over the whole width, then sets row heights.
pub(super) fn lay_out<'o>(sheet: &mut SheetDoc<'o>) {
    let mut count = sheet.all_rows().map(columns_of).max().unwrap_or(1).max(1);
    if count == 1 {
        // Words alone may go over several columns.
        count = sheet.filling.widths.iter().map(|(at, _)| at + 1).max().unwrap_or(1);
    }
    let mut columns = vec![Column::NARROWEST; count];
    for row in sheet.all_rows() {
        for (at, cell) in placed(row).filter(|(_, cell)| cell.cols == 1) {
            columns[at].ask(cell);
        }
    }
    for (at, width) in &sheet.filling.widths {
        if let Some(column) = columns.get_mut(*at) {
            column.least = column.least.max(f64::from(*width));
        }
    }
    let page = if sheet.landscape { PAGE.1 } else { PAGE.0 };
    sheet.columns = fit(&columns, page);
    widen(sheet, page);
    sheet.pages_wide = pages(sheet.columns.iter().sum(), page);
    let across = first_page(sheet, page);
    let spread = sheet.pages_wide > 1;
    let SheetDoc { head, header, rows, tail, columns, frozen_columns, .. } = sheet;
    let (frozen, columns) = (*frozen_columns, columns.as_slice());
    let set = |row: &mut RowDoc<'o>| {
        if spread && frozen > 0 && row.cells.first().is_some_and(|cell| cell.cols == CellDoc::WHOLE) {
            row.cells.insert(0, CellDoc::covered().across(frozen));
        }
        resolve(row, across);
        set_titles(row, columns);
        if row.height <= 0.0 {
            row.height = height(row, columns);
        }
    };
    head.iter_mut().chain(header).chain(tail).for_each(set);
    if rows.len() < MANY {
        rows.iter_mut().for_each(set);
    } else {
        rows.par_iter_mut().for_each(set);
    }
    paging::paginate(sheet);
}

/// Breaks the titles of a row at their seams where they are wider than their cells.
fn set_titles(row: &mut RowDoc<'_>, columns: &[f64]) {
    let mut at = 0;
    for cell in &mut row.cells {
        let width: f64 = columns.iter().skip(at).take(cell.cols as usize).sum();
        at += cell.cols as usize;
        if cell.style == Style::Title
            && let Content::Text(text) = &cell.content
        {
            let lines = title::lines(text, (width - padding(cell.style)) / TITLE_SCALE, title::width);
            cell.content = Content::Text(lines.map_or_else(|| title::plain(text), |lines| lines.join("\n")).into());
        }
    }
}

/// Widens the columns of a narrow table evenly, so that its title fits on one line if the page has room for it.
fn widen<'o>(sheet: &mut SheetDoc<'o>, page: f64) {
    let titles = sheet.head.iter().flat_map(|row| &row.cells).filter(|cell| cell.style == Style::Title);
    let longest = titles.map(|cell| Shown::of(&cell.content).length()).max().unwrap_or(0) as f64;
    let lacking = (longest * TITLE_SCALE + 2.0).min(page) - sheet.columns.iter().sum::<f64>();
    if lacking > 0.0 {
        let share = (lacking / sheet.columns.len() as f64).ceil();
        sheet.columns.iter_mut().for_each(|width| *width += share);
    }
}

/// The free space in a cell beside its text; text is indented.
const fn padding(style: Style) -> f64 {
    if matches!(style, Style::Body | Style::Entry(Entry::Text) | Style::Verify(Entry::Text)) { 3.0 } else { 2.0 }
}

/// Number of columns that a row needs.
fn columns_of(row: &RowDoc<'_>) -> usize {
    row.cells.iter().map(|cell| if cell.cols == CellDoc::WHOLE { 1 } else { cell.cols as usize }).sum()
}

/// Cells with their columns.
fn placed<'r, 'o>(row: &'r RowDoc<'o>) -> impl Iterator<Item = (usize, &'r CellDoc<'o>)> {
    row.cells.iter().scan(0, |next, cell| {
        let at = *next;
        *next += cell.cols as usize;
        Some((at, cell))
    })
}

/// The space required by the cells of a column.
#[derive(Clone)]
struct Column {
    /// Widest text of the body.
    body: f64,
    /// Longest word of the body.
    solid: f64,
    /// Widest header.
    header: f64,
    /// The width below which numbers are shown as ### and words of headers break.
    least: f64,
}

impl Column {
    const NARROWEST: Self = Self { body: WIDTHS.0, solid: 0.0, header: 0.0, least: WIDTHS.0 };

    fn ask(&mut self, cell: &CellDoc<'_>) {
        let shown = Shown::of(&cell.content);
        let [widest, longest_word] = [shown.widest(), shown.longest_word()].map(|width| width as f64);
        if cell.style == Style::Header {
            self.header = self.header.max(widest * HEADER_SCALE + 1.0);
            self.least = self.least.max((longest_word * HEADER_SCALE + 1.0).min(HEADER_WIDTHS.1));
        } else {
            self.body = self.body.max(widest + padding(cell.style));
            self.solid = self.solid.max((longest_word + padding(cell.style)).min(SOLID));
        }
        if cell.content.is_number() {
            self.least = self.least.max(widest + padding(cell.style));
        }
    }

    fn width(&self, header: f64, body: f64) -> f64 {
        self.body.min(body).max(self.header.min(header)).max(self.least).ceil()
    }
}

/// Wraps headers, then text, until the table fits the page.
fn fit(columns: &[Column], page: f64) -> Vec<f64> {
    let limited = |header: f64, body: f64| columns.iter().map(|c| c.width(header, body)).collect::<Vec<f64>>();
    let (mut header, mut body) = (HEADER_WIDTHS.1, WIDTHS.1);
    let roomy: Vec<f64> = columns.iter().map(|c| c.width(header, body.max(c.solid))).collect();
    if roomy.iter().sum::<f64>() <= page {
        return roomy;
    }
    loop {
        let widths = limited(header, body);
        if widths.iter().sum::<f64>() <= page || body <= NARROWED {
            return widths;
        }
        if header > HEADER_WIDTHS.0 {
            header -= 1.0;
        } else {
            body -= 1.0;
        }
    }
}

/// One page wide, as long as that does not shrink the print below two thirds.
fn pages(width: f64, page: f64) -> u16 {
    if width <= page * 1.5 { 1 } else { (width / (page * 1.3)).ceil() as u16 }
}

/// How many columns, repeated ones included, a line over the whole width covers: those of the first page, if the table
/// is several pages wide.
fn first_page<'o>(sheet: &SheetDoc<'o>, page: f64) -> usize {
    if sheet.pages_wide == 1 {
        return sheet.columns.len();
    }
    let within = sheet.columns.iter().scan(0.0, |sum, width| {
        *sum += width;
        Some(*sum)
    });
    within.take_while(|sum| *sum <= page).count().max(1)
}

fn resolve(row: &mut RowDoc<'_>, count: usize) {
    let before: usize = row.cells.iter().filter(|c| c.cols != CellDoc::WHOLE).map(|c| c.cols as usize).sum();
    for cell in row.cells.iter_mut().filter(|c| c.cols == CellDoc::WHOLE) {
        cell.cols = count.saturating_sub(before).max(1) as u16;
    }
}

fn height(row: &RowDoc<'_>, columns: &[f64]) -> f64 {
    let lines = |(at, cell): (usize, &CellDoc)| {
        let width: f64 = columns.iter().skip(at).take(cell.cols as usize).sum();
        let (scale, line) = match cell.style {
            Style::Title | Style::LetterTitle => (TITLE_SCALE, LINE * 1.9),
            Style::Header | Style::Section | Style::Band => (HEADER_SCALE, LINE),
            Style::Letter | Style::LetterFull | Style::LetterHeading | Style::LetterRight => {
                (LETTER_SCALE, LETTER_LINE)
            }
            _ => (1.0, LINE),
        };
        let lines = Shown::of(&cell.content).wrapped((width - padding(cell.style) / 2.0) / scale) as f64;
        lines * line
    };
    let tallest = placed(row).filter(|(_, cell)| cell.rows == 1).map(lines).fold(0.0, f64::max);
    (tallest + SLACK).clamp(HEIGHTS.0, HEIGHTS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_come_from_the_content() {
        let mut sheet = SheetDoc::new("s", "t");
        sheet.header(vec![CellDoc::header("单位"), CellDoc::header("总分")]);
        sheet.row(vec![CellDoc::text("云岚市人力资源和社会保障局"), CellDoc::printed("100.00")]);
        let sheet = sheet.finish();
        assert_eq!(sheet.columns, [29.0, 8.0]);
        assert_eq!(sheet.head[0].cells[0].cols, 2);
        assert!((sheet.rows[0].height - 22.0).abs() < 1e-9);
    }

    #[test]
    fn a_crowded_sheet_narrows_text_but_not_numbers() {
        let mut sheet = SheetDoc::new("s", "t");
        let mut cells: Vec<CellDoc> = (0..6).map(|_| CellDoc::text("字".repeat(40))).collect();
        cells.push(CellDoc::printed("123456789.00"));
        sheet.row(cells);
        let sheet = sheet.finish();
        assert!(sheet.columns.iter().sum::<f64>() <= PAGE.0);
        assert!((sheet.columns[6] - 14.0).abs() < 1e-9);
        assert!(sheet.rows[0].height > 80.0);
        assert_eq!(sheet.pages_wide, 1);
    }

    #[test]
    fn a_very_wide_table_takes_several_pages() {
        let mut sheet = SheetDoc::new("s", "t");
        sheet.row((0..100).map(|_| CellDoc::printed("100.00")).collect());
        assert_eq!(sheet.finish().pages_wide, 6);
    }

    #[test]
    fn a_title_stays_on_the_first_of_several_pages_and_clear_of_repeated_columns() {
        let mut sheet = SheetDoc::new("s", "t").freeze(3);
        sheet.row((0..100).map(|_| CellDoc::printed("100.00")).collect());
        let title = &sheet.finish().head[0].cells;
        assert_eq!((title[0].cols, title[1].cols), (3, 11));
    }

    #[test]
    fn a_fingerprint_stays_on_one_line_where_the_page_has_room() {
        let mut sheet = SheetDoc::new("s", "t");
        sheet.row(vec![CellDoc::text("f".repeat(64)), CellDoc::text("字".repeat(40))]);
        let sheet = sheet.finish();
        assert_eq!(sheet.columns, [67.0, 44.0]);
    }
}
