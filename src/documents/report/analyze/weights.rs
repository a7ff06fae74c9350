//! The sheets about weights and what would be otherwise: effective weights and sensitivity, several scenarios side by side, the
//! map over two weights, the ranking with severity taken out.

use super::super::chart::{Chart, ChartKind, Paint, Series};
use super::super::columns::Column;
use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::{Block, Shade, Shading};
use super::{BAR, Book, FRAME, ROW, WITHOUT_HEADER, number, share};
use crate::analyze::study::{AdjustedRow, AdjustedTable, GridTable, ScenarioTable, SensitivityRow, WeightRow, printed};
use crate::shared::i18n::say;

/// The steps of a map.
const STEPS: usize = 11;

/// Weights in one chart, so that it fits on a page.
const MOST: usize = 24;

impl<'b> Book<'b> {
    /// What components weigh in effect, and which weights move ranks.
    pub(super) fn weights(&self) -> SheetDoc<'b> {
        let (view, study) = (&self.view, self.study);
        let mut sheet = view.sheet("sheet.analyze.weights");
        sheet.section(view.text("analyze.effective.head"));
        let columns: [Column<'_, 'b, &'b WeightRow<'b>>; 5] = [
            ("analyze.component", &|own| CellDoc::text(own.name)),
            ("analyze.reported", &|own| share(Some(own.figures.weight))),
            ("analyze.effective", &|own| share(own.figures.effective)),
            ("analyze.mean-rate", &|own| number(own.figures.mean)),
            ("analyze.spread-of-rates", &|own| number(own.figures.deviation)),
        ];
        let top = view.part(&mut sheet, &study.weights, &columns);
        let effective = study.weights.iter().filter_map(|own| own.figures.effective);
        if effective.clone().count() == study.weights.len() && study.weights.len() > 1 {
            let column = |column| Block::column(top, top + study.weights.len() - 1, column);
            let most = effective.chain(study.weights.iter().map(|own| own.figures.weight)).fold(0.0, f64::max);
            let least = study.weights.iter().filter_map(|own| own.figures.effective).fold(0.0, f64::min);
            sheet.row(Vec::new());
            sheet.chart(Chart {
                kind: ChartKind::Bars,
                title: view.text("analyze.effective.chart").into(),
                categories: column(0),
                series: vec![
                    Series::new(view.text("analyze.reported"), column(1), Paint::Second).labelled(1),
                    Series::new(view.text("analyze.effective"), column(2), Paint::Main).labelled(1),
                ],
                axis: (Some((least * 10.0).floor() * 10.0), Some(((most * 10.0).ceil() * 10.0).max(10.0))),
                decimals: 0,
                axis_title: "",
                height: FRAME + 2.0 * BAR * study.weights.len() as f64,
            });
        }
        self.sensitivity(&mut sheet);
        sheet.closing(view.text("analyze.weights.remark"));
        sheet.finish()
    }

    fn sensitivity(&self, sheet: &mut SheetDoc<'b>) {
        let (view, study) = (&self.view, self.study);
        let Some(own) = &study.sensitivity else { return };
        sheet.page_starts.push(sheet.rows.len() + 1);
        sheet.section(say!(view, "analyze.sensitivity.head", spread = study.drawn.spread));
        let mut rows: Vec<&SensitivityRow> = own.weights.iter().collect();
        rows.sort_by(|a, b| b.index.total.total_cmp(&a.index.total));
        let columns: [Column<'_, 'b, &'b SensitivityRow>; 3] = [
            ("analyze.weight-of", &|own| CellDoc::text(&own.name)),
            ("analyze.first-order", &|own| CellDoc::printed(printed(own.index.first, 3))),
            ("analyze.total-order", &|own| CellDoc::printed(printed(own.index.total, 3))),
        ];
        let top = view.part(sheet, rows.iter().copied(), &columns);
        let pictured = rows.len().min(MOST);
        if pictured == 0 {
            return;
        }
        let height = FRAME + 1.5 * BAR * pictured as f64;
        sheet.row(Vec::new());
        if ROW * (rows.len() + 3) as f64 + height > WITHOUT_HEADER {
            sheet.page_starts.push(sheet.rows.len());
        }
        let column = |column| Block::column(top, top + pictured - 1, column);
        let most = rows.iter().map(|own| own.index.total.max(own.index.first)).fold(0.0, f64::max);
        let least = rows[..pictured].iter().map(|own| own.index.first.min(own.index.total)).fold(0.0, f64::min);
        sheet.chart(Chart {
            kind: ChartKind::Bars,
            title: view.text("analyze.sensitivity.chart").into(),
            categories: column(0),
            series: vec![
                Series::new(view.text("analyze.first-order"), column(1), Paint::Second),
                Series::new(view.text("analyze.total-order"), column(2), Paint::Main),
            ],
            axis: (Some((least * 10.0).floor() / 10.0), Some(((most * 10.0).ceil() / 10.0).max(0.1))),
            decimals: 1,
            axis_title: "",
            height,
        });
    }

    /// Ranks and grades in several scenarios side by side.
    pub(super) fn side_by_side(&self, scenarios: &'b [ScenarioTable<'b>]) -> SheetDoc<'b> {
        let view = &self.view;
        let words = self.words();
        let mut sheet = view.sheet("sheet.analyze.scenario").landscape().freeze(2);
        for own in scenarios {
            sheet.hint(words.scenario(own));
        }
        let [first, ..] = scenarios else { return sheet.finish() };
        let has_grades = first.units.iter().any(|own| own.grades.iter().any(Option::is_some));
        let width = if has_grades { 3 } else { 2 };
        let mut names = view.tall_headers(&["header.unit-code", "header.unit"], 2);
        let official = std::iter::once(view.text("analyze.official").into());
        for name in official.chain(scenarios.iter().map(|own| words.scenario_name(own))) {
            names.push(CellDoc::header(name).across(width));
            names.extend((1..width).map(|_| CellDoc::covered()));
        }
        sheet.header(names);
        let mut keys = vec![CellDoc::covered(), CellDoc::covered()];
        for _ in 0..=scenarios.len() {
            keys.extend(view.headers(&["header.total", "analyze.rank"]));
            if has_grades {
                keys.extend(view.headers(&["header.grade"]));
            }
        }
        sheet.header(keys);
        for (at, unit) in first.units.iter().enumerate() {
            let mut cells = vec![CellDoc::center(unit.code), CellDoc::text(unit.name)];
            let mut place = |total: &'b str, rank: Option<usize>, grade: Option<&'b str>, moved: [bool; 2]| {
                let style = |moved: bool| if moved { Style::Warning } else { Style::Center };
                cells.push(CellDoc::printed(total));
                cells.push(CellDoc::optional_count(rank).role(style(moved[0])));
                if has_grades {
                    cells.push(CellDoc::optional(grade).role(style(moved[1])));
                }
            };
            place(&unit.totals[0], unit.ranks[0], unit.grades[0], [false; 2]);
            for own in scenarios.iter().map(|own| &own.units[at]) {
                let moved = [own.ranks[0] != own.ranks[1], own.grades[0] != own.grades[1]];
                place(&own.totals[1], own.ranks[1], own.grades[1], moved);
            }
            sheet.row(cells);
        }
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }

    /// The map over two weights: who comes first, and how many grades change.
    pub(super) fn grid(&self, own: &'b GridTable<'b>) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.grid").landscape();
        let name = |code: &str| view.find(code).map_or("", |unit| unit.roster.name.as_str());
        let step = |at: usize| format!("{} %", at * 10);
        let leaders = self.words().leaders(own);
        let letter = |first: &[&str]| {
            let own = leaders.iter().find(|(_, set)| *set == first);
            own.map_or_else(String::new, |(letter, _)| letter.clone())
        };
        let [down, across] = &own.names;
        for (at, heading) in ["analyze.grid.first", "analyze.grid.grades"].into_iter().enumerate() {
            if at > 0 {
                sheet.page_starts.push(sheet.rows.len() + 1);
            }
            sheet.section(say!(view, heading, down, across));
            let head = std::iter::once(CellDoc::header("")).chain((0..STEPS).map(|at| CellDoc::header(step(at))));
            sheet.row(head.collect());
            let top = sheet.next_row();
            for a in 0..STEPS {
                let mut cells = vec![CellDoc::header(step(a))];
                cells.extend((0..STEPS).map(|b| {
                    let point = own.points.iter().find(|point| point.percents == [a * 10, b * 10]);
                    match (point, at) {
                        (None, _) => CellDoc::empty(),
                        (Some(own), 0) => CellDoc::center(letter(&own.first)),
                        (Some(own), _) => CellDoc::count(own.summary.grades_changed),
                    }
                }));
                sheet.row(cells);
            }
            if at > 0 {
                let most = own.points.iter().map(|own| own.summary.grades_changed).max().unwrap_or(0);
                let cells = Block { top, bottom: top + STEPS - 1, left: 1, right: STEPS as u16 };
                sheet.filling.shades.push(Shade { cells, colours: Shading::Count(most) });
            } else {
                for (letter, set) in &leaders {
                    let names = set.iter().map(|code| [*code, name(code)].join(" "));
                    let names = view.lang.join("report.list", names);
                    sheet.note(say!(view, "analyze.grid.letter", letter, codes = names));
                }
            }
        }
        sheet.closing(view.text("analyze.grid.remark"));
        sheet.finish()
    }

    /// All units officially and with the severity of raters taken out.
    pub(super) fn adjusted(&self, own: &'b AdjustedTable<'b>) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.adjusted").freeze(2);
        if let Some(sentence) = self.words().adjusted(self.study) {
            sheet.hint(sentence);
        }
        let style = |own: &AdjustedRow<'_>| if own.ranks[0] == own.ranks[1] { Style::Center } else { Style::Warning };
        let columns: [Column<'_, 'b, &'b AdjustedRow<'b>>; 6] = [
            ("header.unit-code", &|own| CellDoc::center(own.code)),
            ("header.unit", &|own| CellDoc::text(own.name)),
            ("header.total", &|own| CellDoc::printed(&own.totals[0])),
            ("analyze.adjusted-total", &|own| CellDoc::printed(&own.totals[1])),
            ("analyze.rank", &|own| CellDoc::optional_count(own.ranks[0])),
            ("analyze.adjusted-rank", &|own| CellDoc::optional_count(own.ranks[1]).role(style(own))),
        ];
        view.table(&mut sheet, &own.units, &columns);
        sheet.closing(view.text("analyze.adjusted.remark"));
        sheet.finish()
    }
}
