//! Where the pages of a table begin: a heading stays with what it heads, a chart is not cut, a remark stays with its table.
//!
//! Rows have fixed heights, so the pages are known before any program prints them. A sheet that is only a little taller
//! than its page is made to fit it.

use super::document::{CellDoc, Page, RowDoc, SheetDoc, Style};

/// A4 without the margins of tables, across and down, in points.
const SHORT: f64 = 595.3;
const LONG: f64 = 841.9;
const ACROSS: f64 = 72.0;
const DOWN: f64 = 104.4;
/// Points of a column for each character of its width, and its padding.
const CHARACTER: f64 = 5.25;
const PADDING: f64 = 3.75;
/// The part of a page that is filled: programs differ a little in their measures.
const FILLED: f64 = 0.985;
/// How much taller than a page a sheet may be that is made to fit one.
const SQUEEZED: f64 = 1.12;
/// The height of a block that is kept whole, as a part of a page.
const WHOLE: f64 = 0.55;
/// Most breaks of a sheet that office programs open.
const MOST: usize = 1000;

/// Sets where pages begin. Breaks that are set already stay.
pub(super) fn paginate(sheet: &mut SheetDoc<'_>) {
    if sheet.page != Page::Table || sheet.pages_wide > 1 {
        return;
    }
    let rows = Rows::of(sheet);
    let (page, head) = (page_height(sheet), height(&sheet.head) + height(&sheet.header));
    let printed = rows.heights.iter().sum::<f64>() + head;
    if sheet.page_starts.is_empty() && (sheet.pages_tall == 1 || printed <= page * SQUEEZED) {
        sheet.pages_tall = u16::from(printed > page);
        return;
    }
    sheet.pages_tall = 0;
    let starts = rows.starts(&sheet.page_starts, page, [head, height(&sheet.header)]);
    if starts.len() <= MOST {
        sheet.page_starts = starts;
    }
}

fn height(rows: &[RowDoc<'_>]) -> f64 {
    rows.iter().map(|row| row.height).sum()
}

/// The height of a page in points of rows, which are printed smaller where the table is wider than the page.
fn page_height(sheet: &SheetDoc<'_>) -> f64 {
    let (across, down) = if sheet.landscape { (LONG, SHORT) } else { (SHORT, LONG) };
    let wide: f64 = sheet.columns.iter().map(|width| width * CHARACTER + PADDING).sum();
    let scale = ((across - ACROSS) / wide).min(1.0);
    (down - DOWN) / scale * FILLED
}

/// What may be on different pages.
struct Rows {
    /// Height of each row.
    heights: Vec<f64>,
    /// Whether a page may begin with each row.
    free: Vec<bool>,
    /// The row with which the block of each begins.
    blocks: Vec<usize>,
}

impl Rows {
    /// The printed rows below the header, closing lines included.
    fn of(sheet: &SheetDoc<'_>) -> Self {
        let printed = sheet.printed.rows(sheet.rows.len());
        let tail: &[RowDoc<'_>] = if printed < sheet.rows.len() { &[] } else { &sheet.tail };
        let rows: Vec<&RowDoc<'_>> = sheet.rows.iter().take(printed).chain(tail).collect();
        let style = |row: &RowDoc<'_>| row.cells.first().map(|cell: &CellDoc<'_>| cell.style);
        let is_section = |row: &RowDoc<'_>| style(row) == Some(Style::Section);
        let is_heading = |row: &RowDoc<'_>| matches!(style(row), Some(Style::Section | Style::Header));
        let mut free = vec![true; rows.len()];
        for (at, row) in rows.iter().enumerate() {
            // The first row stays below the header of the table.
            let is_bound = at == 0 || is_heading(rows[at - 1]) || at >= printed;
            let is_remark = at > 0 && style(row) == Some(Style::Note) && !rows[at - 1].cells.is_empty();
            free[at] = !(is_bound || is_remark);
            let deepest = row.cells.iter().map(|cell| usize::from(cell.rows)).max().unwrap_or(1);
            let end = (at + deepest).min(rows.len());
            free.iter_mut().take(end).skip(at + 1).for_each(|own| *own = false);
        }
        let charts = sheet.charts.iter().map(|placed| (placed.row, placed.row + placed.chart.rows()));
        let mut drawn = vec![false; rows.len()];
        for (from, to) in charts {
            let headed = from > 0 && rows.get(from - 1).is_some_and(|row| is_heading(row));
            if let Some(own) = free.get_mut(from) {
                *own = from > 0 && !headed;
            }
            free.iter_mut().take(to).skip(from + 1).for_each(|own| *own = false);
            drawn.iter_mut().take(to).skip(from).for_each(|own| *own = true);
        }
        let is_blank = |at: usize| rows[at].cells.is_empty() && !drawn[at];
        let is_start = |at: usize| is_blank(at) || is_blank(at - 1) || drawn[at - 1] || is_section(rows[at]);
        let blocks = (0..rows.len()).scan(0, |block, at| {
            if at > 0 && free[at] && is_start(at) {
                *block = at;
            }
            Some(*block)
        });
        let blocks = blocks.collect();
        Self { heights: rows.iter().map(|row| row.height).collect(), free, blocks }
    }

    /// The rows with which pages begin, after the first page; `above` is what stands above the rows of the first page and
    /// of the others.
    fn starts(&self, forced: &[usize], page: f64, above: [f64; 2]) -> Vec<usize> {
        let mut starts = Vec::new();
        let (mut start, mut used) = (0, above[0]);
        let mut at = 0;
        while at < self.heights.len() {
            let breaks = if at > start && forced.contains(&at) {
                Some(at)
            } else if used + self.heights[at] > page {
                self.before(start, at, page)
            } else {
                None
            };
            if let Some(next) = breaks {
                starts.push(next);
                (start, used, at) = (next, above[1], next);
            }
            used += self.heights[at];
            at += 1;
        }
        starts
    }

    /// The last row up to one that does not fit with which a page may begin; a small block moves as a whole.
    fn before(&self, start: usize, at: usize, page: f64) -> Option<usize> {
        let next = (start + 1..=at).rev().find(|row| self.free[*row])?;
        let block = self.blocks[next];
        let end = self.blocks.iter().rposition(|own| *own == block).map_or(next, |last| last + 1);
        let is_small = self.heights[block..end].iter().sum::<f64>() <= page * WHOLE;
        Some(if block > start && is_small { block } else { next })
    }
}

#[cfg(test)]
mod tests {
    use super::super::chart::{Chart, ChartKind};
    use super::super::entry::Block;
    use super::*;

    /// A sheet of rows of 22 points: 33 fit below title and header on a page of 715 points (737.5 less 3 %).
    fn sheet() -> SheetDoc<'static> {
        SheetDoc::new("s", "t")
    }

    fn fill(sheet: &mut SheetDoc<'_>, rows: usize) {
        (0..rows).for_each(|_| sheet.row(vec![CellDoc::text("x".repeat(30))]));
    }

    fn chart(height: f64) -> Chart<'static> {
        let none = Block::column(0, 0, 0);
        let axis = (None, None);
        let title = "".into();
        Chart {
            kind: ChartKind::Bars,
            title,
            categories: none,
            series: vec![],
            axis,
            decimals: 0,
            axis_title: "",
            height,
        }
    }

    #[test]
    fn a_heading_goes_with_what_it_heads() {
        let mut sheet = sheet();
        fill(&mut sheet, 28);
        sheet.section("heading");
        sheet.row(vec![CellDoc::header("column")]);
        fill(&mut sheet, 20);
        let sheet = sheet.finish();
        // Row 28 is blank, 29 the heading: with its header and one row it would end at the foot of the page.
        assert_eq!(sheet.page_starts, [29]);
    }

    #[test]
    fn a_chart_is_never_cut() {
        let mut sheet = sheet();
        fill(&mut sheet, 20);
        sheet.chart(chart(400.0));
        sheet.chart(chart(300.0));
        let sheet = sheet.finish();
        // 20 rows and 400 points do not fit; 400 and 300 do.
        assert_eq!(sheet.page_starts, [20]);
    }

    #[test]
    fn closing_lines_are_not_alone_and_a_little_too_much_is_squeezed() {
        let mut sheet = sheet();
        fill(&mut sheet, 33);
        sheet.closing("signed");
        let sheet = sheet.finish();
        assert_eq!((sheet.page_starts.len(), sheet.pages_tall), (0, 1));
    }

    #[test]
    fn small_tables_stay_whole() {
        let mut sheet = sheet();
        for _ in 0..6 {
            sheet.section("heading");
            fill(&mut sheet, 6);
        }
        let sheet = sheet.finish();
        // Blocks of 7 rows with a blank one between them: four fill 31 rows, the next page begins below them.
        assert_eq!(sheet.page_starts, [31]);
    }
}
