//! The sheets about indicators: what each tells and weighs, and how they go together.

use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::{Block, Shade, Shading};
use super::Book;
use crate::analyze::study::{IndicatorRow, percent, printed};

/// Columns of a heat map, so that it fits on a page in landscape format.
const WIDE: usize = 24;

impl<'b> Book<'b> {
    /// Every indicator in numbers.
    pub(super) fn indicators(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.indicators").landscape();
        for table in &self.study.indicators {
            sheet.section(table.name);
            sheet.row(view.headers(&[
                "analyze.code",
                "analyze.indicator",
                "analyze.units",
                "analyze.mean-rate",
                "analyze.spread-of-rates",
                "analyze.least",
                "analyze.most-rate",
                "analyze.at-ceiling",
                "analyze.reported",
                "analyze.effective",
                "analyze.item-rest",
                "analyze.stands-out",
            ]));
            table.items.iter().for_each(|own| sheet.row(self.indicator(own)));
            self.words().indicators(table).into_iter().for_each(|own| sheet.note(own));
        }
        sheet.closing(view.text("analyze.indicators.remark"));
        sheet.finish()
    }

    fn indicator(&self, own: &'b IndicatorRow<'b>) -> Vec<CellDoc<'b>> {
        let number = |value: Option<f64>| CellDoc::optional_printed(value.map(|own| printed(own, 2)));
        let share = |value: Option<f64>| CellDoc::optional_printed(value.map(percent));
        let figures = &own.figures;
        let word = if figures.flat { "analyze.tells-nothing" } else { "analyze.usual" };
        vec![
            CellDoc::center(own.code),
            CellDoc::text(own.name),
            CellDoc::count(figures.units),
            number(figures.mean),
            number(figures.deviation),
            number(figures.least),
            number(figures.most),
            share(figures.ceiling),
            share(Some(figures.weight)),
            share(figures.effective),
            number(figures.rest),
            CellDoc::styled(self.view.text(word), if figures.flat { Style::Warning } else { Style::Center }),
        ]
    }

    /// The correlations between indicators as a heat map, in blocks of columns that fit on a page.
    pub(super) fn correlations(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.correlations").landscape();
        for table in &self.study.indicators {
            let codes: Vec<&str> = table.items.iter().map(|own| own.code).collect();
            for (block, across) in codes.chunks(WIDE).enumerate() {
                if !sheet.rows.is_empty() {
                    sheet.page_starts.push(sheet.rows.len() + 1);
                }
                sheet.section(table.name);
                let head = std::iter::once(view.text("analyze.code")).chain(across.iter().copied());
                sheet.row(head.map(CellDoc::header).collect());
                let top = sheet.next_row();
                for (code, row) in codes.iter().zip(&table.correlations) {
                    let own = row.iter().skip(block * WIDE).take(across.len());
                    let cell = |own: &Option<f64>| {
                        CellDoc::optional_printed(own.map(|own| printed(own, 2))).role(Style::Center)
                    };
                    let cells = std::iter::once(CellDoc::center(*code)).chain(own.map(cell));
                    sheet.row(cells.collect());
                }
                let cells = Block { top, bottom: top + codes.len() - 1, left: 1, right: across.len() as u16 };
                sheet.filling.shades.push(Shade { cells, colours: Shading::Correlation });
            }
        }
        sheet.closing(view.text("analyze.correlations.remark"));
        sheet.finish()
    }
}
