//! The sheets about indicators: what each tells and weighs, and how they go together.

use super::super::columns::Column;
use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::{Block, Shade, Shading};
use super::{Book, number, share};
use crate::analyze::study::IndicatorRow;

/// Columns of a heat map, so that it fits on a page in landscape format.
const WIDE: usize = 24;

impl<'b> Book<'b> {
    /// Every indicator in numbers.
    pub(super) fn indicators(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.indicators").landscape();
        let stands_out = |is_flat: bool| {
            let (word, style) =
                if is_flat { ("analyze.tells-nothing", Style::Warning) } else { ("analyze.usual", Style::Center) };
            CellDoc::styled(view.text(word), style)
        };
        let columns: [Column<'_, 'b, &'b IndicatorRow<'b>>; 12] = [
            ("analyze.code", &|own| CellDoc::center(own.code)),
            ("analyze.indicator", &|own| CellDoc::text(own.name)),
            ("analyze.units", &|own| CellDoc::count(own.figures.units)),
            ("analyze.mean-rate", &|own| number(own.figures.mean)),
            ("analyze.spread-of-rates", &|own| number(own.figures.deviation)),
            ("analyze.least", &|own| number(own.figures.least)),
            ("analyze.most-rate", &|own| number(own.figures.most)),
            ("analyze.at-ceiling", &|own| share(own.figures.ceiling)),
            ("analyze.reported", &|own| share(Some(own.figures.weight))),
            ("analyze.effective", &|own| share(own.figures.effective)),
            ("analyze.item-rest", &|own| number(own.figures.rest)),
            ("analyze.stands-out", &|own| stands_out(own.figures.flat)),
        ];
        for table in &self.study.indicators {
            sheet.section(table.name);
            view.part(&mut sheet, &table.items, &columns);
            self.words().indicators(table).into_iter().for_each(|own| sheet.note(own));
        }
        sheet.closing(view.text("analyze.indicators.remark"));
        sheet.finish()
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
                    let own = own.map(|own| number(*own).role(Style::Center));
                    let cells = std::iter::once(CellDoc::center(*code)).chain(own);
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
