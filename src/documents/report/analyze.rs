//! 分析: the workbook about how far a ranking can be trusted. A page in words for a leader, rank intervals, raters,
//! agreement, what leaving one out changes, weights, indicators, scenarios, the map over two weights.
//!
//! In the language of the result and for reading only. Raters appear by their number within the class.

use super::chart::{Chart, ChartKind, Paint, Series};
use super::columns::Column;
use super::document::{CellDoc, Document, SheetDoc, Style};
use super::entry::Block;
use super::view::View;
use crate::analyze::panels::{Agreement, Figure, Panel};
use crate::analyze::raters::Profile;
use crate::analyze::study::{
    Adjusted, LeftKind, LeftOut, ScenarioRow, ScenarioTable, Study, UnitRow, percent, printed,
};
use crate::result::outcome::Outcome;
use crate::shared::i18n::say;

mod indicators;
mod weights;
pub mod words;

use words::Words;

/// Height of a bar with its gap, of the other parts of a chart, and of a chart of columns, in points.
const BAR: f64 = 18.0;
const FRAME: f64 = 90.0;
const COLUMNS: f64 = 190.0;

/// Units in one chart, so that it fits on a page in landscape format below the header.
const PICTURED: usize = 16;
/// What is left out in one chart, so that it fits on a page in portrait format.
const LEFT_OUT: usize = 30;
/// Height of a row, and the part of a page in landscape format available below the header, in points.
const ROW: f64 = 24.0;
const PAGE: f64 = 400.0;
/// The part of a page available where no header is repeated, in points.
const WITHOUT_HEADER: f64 = 490.0;
/// Width of each of the two columns of the page in words, in characters: a single one that is wider than the paper would be cut
/// by some programs.
const OVERVIEW: u16 = 42;

/// The data from which the sheets are made.
struct Book<'b> {
    study: &'b Study<'b>,
    view: View<'b>,
}

/// A figure with two decimals.
fn number<'b>(value: Option<f64>) -> CellDoc<'b> {
    CellDoc::optional_printed(value.map(|own| printed(own, 2)))
}

/// A share in percent.
fn share<'b>(value: Option<f64>) -> CellDoc<'b> {
    CellDoc::optional_printed(value.map(percent))
}

/// The name of a node, or the words for a unit as a whole.
fn whole_or<'b>(view: &View<'b>, node: &'b str) -> &'b str {
    if node.is_empty() { view.text("analyze.whole") } else { view.node_name(node) }
}

/// The workbook of an analysis.
pub fn analyze_book<'b>(study: &'b Study<'b>, outcome: &'b Outcome) -> Document<'b> {
    let book = Book { study, view: View::new(outcome) };
    let mut sheets = vec![book.overview(), book.places()];
    if !study.panels.is_empty() {
        sheets.extend([book.raters(), book.agreement()]);
    }
    if !study.leave_out.is_empty() {
        sheets.push(book.left_out());
    }
    if study.weights.len() > 1 || study.sensitivity.is_some() {
        sheets.push(book.weights());
    }
    if !study.indicators.is_empty() {
        sheets.extend([book.indicators(), book.correlations()]);
    }
    match study.scenarios.as_slice() {
        [] => {}
        [one] => sheets.push(book.scenario(one)),
        several => sheets.push(book.side_by_side(several)),
    }
    sheets.extend(study.grid.as_ref().map(|own| book.grid(own)));
    if let Adjusted::Ranking(own) = &study.adjusted {
        sheets.push(book.adjusted(own));
    }
    let name = book.view.text("sheet.analyze");
    let title = say!(book.view, "report.title", title = outcome.model.title, sheet = name);
    book.view.document(title, sheets).marked(book.view.draft().map(Into::into))
}

impl<'b> Book<'b> {
    const fn words(&self) -> Words {
        Words { lang: self.view.lang }
    }

    /// The page for a leader: everything that matters, in sentences.
    fn overview(&self) -> SheetDoc<'b> {
        let (view, study, words) = (&self.view, self.study, self.words());
        let mut sheet = view.sheet("sheet.overview");
        sheet.filling.widths = vec![(0, OVERVIEW), (1, OVERVIEW)];
        sheet.section(view.text("analyze.section.places"));
        sheet.note(words.drawn(study));
        if let Some(steady) = words.steady(study) {
            sheet.note(steady);
        }
        for own in [words.kept(study), words.safe(study)].into_iter().flatten() {
            sheet.note(own);
        }
        let contested = study.units.iter().filter(|own| own.safe == Some(false));
        let names = view.lang.join("report.list", contested.map(|own| own.name));
        if !names.is_empty() {
            sheet.note(say!(view, "analyze.contested", units = names));
        }
        for line in &study.lines {
            sheet.note(words.line(study, line));
        }
        sheet.section(view.text("analyze.section.raters"));
        if study.panels.is_empty() {
            sheet.note(view.text("analyze.no-ratings"));
        }
        for panel in &study.panels {
            sheet.note(words.agreement(panel));
            for rater in panel.raters.iter().filter(|rater| rater.stands_out) {
                sheet.note(words.rater(panel, rater).unwrap_or_default());
            }
            if let Some(parts) = words.parts(panel) {
                sheet.note(parts);
            }
        }
        let heavy = study.leave_out.iter().filter(|own| matches!(own.kind, LeftKind::Component | LeftKind::Class));
        let heavy = heavy.max_by(|a, b| a.summary.mean_shift.total_cmp(&b.summary.mean_shift));
        let sensitive = study.sensitivity.iter().flat_map(|own| &own.weights);
        let sensitive = sensitive.max_by(|a, b| a.index.total.total_cmp(&b.index.total));
        if heavy.is_some() || sensitive.is_some() {
            sheet.section(view.text("analyze.section.weights"));
        }
        if let Some(most) = heavy {
            let (shift, changed) = (printed(most.summary.mean_shift, 2), most.summary.grades_changed);
            sheet.note(say!(view, "analyze.most", name = most.name, shift, grades = changed));
        }
        if let Some(most) = sensitive {
            let (spread, share) = (study.drawn.spread, percent(most.index.total.clamp(0.0, 1.0)));
            sheet.note(say!(view, "analyze.most-sensitive", name = most.name, spread, share));
        }
        let told: Vec<String> = study.indicators.iter().flat_map(|own| words.indicators(own)).collect();
        if !told.is_empty() {
            sheet.section(view.text("analyze.section.indicators"));
            told.into_iter().for_each(|own| sheet.note(own));
        }
        let adjusted = words.adjusted(study);
        if !study.scenarios.is_empty() || adjusted.is_some() {
            sheet.section(view.text("analyze.section.scenarios"));
            study.scenarios.iter().for_each(|own| sheet.note(words.scenario(own)));
            adjusted.into_iter().for_each(|own| sheet.note(own));
        }
        sheet.closing(view.text("analyze.remark"));
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }

    /// Units with their rank intervals and grades, with charts by scope.
    fn places(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.places").landscape().freeze(2);
        let mut units: Vec<&UnitRow<'_>> = self.study.units.iter().collect();
        units.sort_by_key(|own| (own.scope, own.rank.is_none(), own.rank));
        let top = self.place_table(&mut sheet, &units);
        let all = units.iter().enumerate().map(|(at, own)| (top + at, *own));
        let ranked: Vec<(usize, &UnitRow<'_>)> = all.filter(|(_, own)| own.interval.is_some()).collect();
        // The charts begin on a page of their own, several to a page where they fit.
        let mut left = 0.0;
        for part in ranked.chunk_by(|a, b| a.1.scope == b.1.scope).flat_map(|scope| scope.chunks(PICTURED)) {
            let height = ROW + FRAME + BAR * part.len() as f64;
            sheet.row(Vec::new());
            if height > left {
                sheet.page_starts.push(sheet.rows.len());
                left = PAGE;
            }
            left -= height;
            self.intervals(&mut sheet, part);
        }
        sheet.closing(view.text("analyze.places.remark"));
        sheet.finish()
    }

    /// The table of the units; without grades it has no columns about them. The chart takes its bars from 起点 and 宽度.
    fn place_table(&self, sheet: &mut SheetDoc<'b>, units: &[&'b UnitRow<'b>]) -> usize {
        let view = &self.view;
        let number = |rank: Option<f64>, style| {
            rank.map_or_else(CellDoc::missing, |rank| CellDoc::printed(printed(rank, 0)).role(style))
        };
        let bound = |own: &UnitRow<'_>, at: usize| number(own.interval.map(|own| own[at]), Style::Center);
        let start = |own: &UnitRow<'_>| own.interval.map(|[low, ..]| low.round() - 1.0);
        let width = |own: &UnitRow<'_>| own.interval.map(|[low, _, high]| high.round() - low.round() + 1.0);
        let sure = |own: &UnitRow<'_>| match own.safe {
            Some(true) => CellDoc::styled(view.text("analyze.sure.safe"), Style::Good),
            Some(false) => CellDoc::styled(view.text("analyze.sure.contested"), Style::Warning),
            None => CellDoc::styled(super::document::MISSING, Style::Center),
        };
        let plain: [Column<'_, 'b, &'b UnitRow<'b>>; 10] = [
            ("header.unit-code", &|own| CellDoc::center(own.code)),
            ("header.unit", &|own| CellDoc::text(own.name)),
            ("analyze.scope", &|own| CellDoc::center(own.scope.unwrap_or(own.group))),
            ("header.total", &|own| CellDoc::printed(own.total)),
            ("analyze.rank", &|own| CellDoc::optional_count(own.rank)),
            ("analyze.low", &|own| bound(own, 0)),
            ("analyze.median", &|own| bound(own, 1)),
            ("analyze.high", &|own| bound(own, 2)),
            ("analyze.start", &|own| number(start(own), Style::Code)),
            ("analyze.width", &|own| number(width(own), Style::Code)),
        ];
        let graded: [Column<'_, 'b, &'b UnitRow<'b>>; 3] = [
            ("header.grade", &|own| CellDoc::optional(own.grade).role(Style::Center)),
            ("analyze.same-grade", &|own| CellDoc::optional_printed(own.same_grade.map(percent))),
            ("analyze.sure", &|own| sure(own)),
        ];
        let has_grades = self.study.units.iter().any(|own| !own.grades.is_empty());
        let graded = if has_grades { &graded[..] } else { &[] };
        view.table(sheet, units.iter().copied(), &[&plain[..], graded].concat())
    }

    /// A chart of rank intervals; its colours are those of the official grades.
    fn intervals(&self, sheet: &mut SheetDoc<'b>, units: &[(usize, &UnitRow<'_>)]) {
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return };
        let column = |column| Block::column(first.0, last.0, column);
        let grades: Vec<&str> = self.view.outcome.model.grades.iter().map(|grade| grade.name.as_str()).collect();
        let paint = |own: &UnitRow| {
            let at = own.grade.and_then(|own| grades.iter().position(|grade| *grade == own));
            match at {
                None => Paint::Main,
                Some(0) => Paint::Best,
                Some(at) if at + 1 == grades.len() => Paint::Bad,
                Some(1) => Paint::Good,
                Some(_) => Paint::Fair,
            }
        };
        let mut bars = Series::new(self.view.text("analyze.interval"), column(9), Paint::Main);
        bars.points = units.iter().map(|(_, own)| paint(own)).collect();
        let most = units.iter().filter_map(|(_, own)| own.interval.map(|own| own[2])).fold(1.0, f64::max);
        let scope = first.1.scope.unwrap_or(self.view.text("report.all"));
        sheet.chart(Chart {
            kind: ChartKind::StackedBars,
            title: say!(self.view, "analyze.places.chart", scope).into(),
            categories: column(1),
            series: vec![Series::new("", column(8), Paint::Clear), bars],
            axis: (Some(0.0), Some(most.ceil())),
            decimals: 0,
            axis_title: self.view.text("analyze.rank"),
            height: FRAME + BAR * units.len() as f64,
        });
    }

    /// Every rater by number, with a chart of severities for each class.
    fn raters(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.raters").landscape();
        for panel in &self.study.panels {
            if !sheet.rows.is_empty() {
                sheet.page_starts.push(sheet.rows.len());
            }
            sheet.section(self.words().class(panel));
            let top = self.rater_table(&mut sheet, &panel.raters);
            self.severities(&mut sheet, panel, top);
        }
        sheet.closing(view.text("analyze.raters.remark"));
        sheet.finish()
    }

    fn rater_table(&self, sheet: &mut SheetDoc<'b>, raters: &'b [Profile]) -> usize {
        let stands_out = |own: &Profile| {
            let (word, style) = match (own.stands_out, own.severity) {
                (true, Some(severity)) if severity < 0.0 => ("analyze.severe", Style::Warning),
                (true, _) => ("analyze.lenient", Style::Warning),
                (false, _) => ("analyze.usual", Style::Center),
            };
            CellDoc::styled(self.view.text(word), style)
        };
        let columns: [Column<'_, 'b, &Profile>; 15] = [
            ("analyze.serial", &|own| CellDoc::count(own.serial)),
            ("analyze.units", &|own| CellDoc::count(own.units)),
            ("analyze.mean", &|own| number(own.mean)),
            ("analyze.severity", &|own| number(own.severity)),
            ("analyze.error", &|own| number(own.error)),
            ("analyze.stands-out", &|own| stands_out(own)),
            ("analyze.residual", &|own| number(own.residual)),
            ("analyze.others", &|own| number(own.others)),
            ("analyze.levels", &|own| CellDoc::count(own.levels)),
            ("analyze.spread-of-marks", &|own| number(own.spread)),
            ("analyze.top", &|own| share(own.top)),
            ("analyze.halo", &|own| number(own.halo)),
            ("analyze.straight", &|own| share(own.straight)),
            ("analyze.drift", &|own| number(own.drift)),
            ("analyze.own-side", &|own| number(own.own_side)),
        ];
        self.view.part(sheet, raters, &columns)
    }

    fn severities(&self, sheet: &mut SheetDoc<'b>, panel: &Panel, top: usize) {
        let known: Vec<f64> = panel.raters.iter().filter_map(|own| own.severity).collect();
        if known.len() != panel.raters.len() || known.is_empty() {
            return;
        }
        let reach = |own: &Profile| own.severity.unwrap_or(0.0).abs() + own.error.unwrap_or(0.0);
        let most = panel.raters.iter().map(reach).fold(0.0, f64::max);
        let bound = if most > 5.0 { (most / 5.0).ceil() * 5.0 } else { most.ceil().max(1.0) };
        let column = |column| Block::column(top, top + panel.raters.len() - 1, column);
        let mut bars = Series::new(self.view.text("analyze.severity"), column(3), Paint::Main);
        bars.points = panel.raters.iter().map(|own| if own.stands_out { Paint::Bad } else { Paint::Main }).collect();
        if panel.raters.iter().all(|own| own.error.is_some()) {
            bars.errors = Some(column(4));
        }
        sheet.row(Vec::new());
        // The title, the heading and the header stand above the table.
        if ROW * (panel.raters.len() + 4) as f64 + COLUMNS > WITHOUT_HEADER {
            sheet.page_starts.push(sheet.rows.len());
        }
        sheet.chart(Chart {
            kind: ChartKind::Columns,
            title: say!(self.view, "analyze.raters.chart", class = self.words().class(panel)).into(),
            categories: column(0),
            series: vec![bars],
            axis: (Some(-bound), Some(bound)),
            decimals: u32::from(bound <= 2.0),
            axis_title: self.view.text("analyze.points"),
            height: COLUMNS,
        });
    }

    /// Agreement of each class, as a whole and by node.
    fn agreement(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.agreement").landscape();
        let limits = |own: &Agreement| {
            let (low, high) = own.interval.known()?.limits?;
            Some(say!(view, "analyze.from-to", low = printed(low, 3), high = printed(high, 3)))
        };
        for panel in &self.study.panels {
            sheet.section(self.words().class(panel));
            view.part(
                &mut sheet,
                &panel.agreement,
                &[
                    ("analyze.node", &|own| CellDoc::text(whole_or(view, &own.node))),
                    ("analyze.units", &|own| CellDoc::count(own.units)),
                    ("analyze.raters", &|own| CellDoc::count(own.raters)),
                    ("analyze.nominal", &|own| self.figure(&own.nominal, |own| own.value)),
                    ("analyze.ordinal", &|own| self.figure(&own.ordinal, |own| own.value)),
                    ("analyze.equidistant", &|own| self.figure(&own.interval, |own| own.value)),
                    ("analyze.limits", &|own| CellDoc::optional(limits(own)).role(Style::Center)),
                    ("analyze.ratio", &|own| self.figure(&own.ratio, |own| own.value)),
                    ("analyze.icc-single", &|own| self.figure(&own.icc, |own| own.two_single.value)),
                    ("analyze.icc", &|own| self.figure(&own.icc, |own| own.two_mean.value)),
                    ("analyze.kendall", &|own| self.figure(&own.kendall, |own| own.w)),
                    ("analyze.p", &|own| self.figure(&own.kendall, |own| own.p)),
                ],
            );
            sheet.note(self.words().agreement(panel));
        }
        sheet.closing(view.text("analyze.agreement.remark"));
        sheet.finish()
    }

    /// A figure, or the reason why it has none.
    fn figure<F>(&self, own: &Figure<F>, value: impl Fn(&F) -> f64) -> CellDoc<'b> {
        match own {
            Figure::Known(own) => CellDoc::printed(printed(value(own), 3)),
            Figure::Undefined(why) => CellDoc::center(self.view.text(why.word())),
        }
    }

    /// What leaving one out changes, as a table with its chart.
    fn left_out(&self) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.leave-out");
        // Components and classes first, then what moves ranks most: the chart shows as many as fit on a page.
        let mut list: Vec<&LeftOut<'_>> = self.study.leave_out.iter().collect();
        list.sort_by(|a, b| {
            let is_small = |own: &LeftOut<'_>| matches!(own.kind, LeftKind::Indicator | LeftKind::Rater);
            let by_kind = is_small(a).cmp(&is_small(b));
            let by_shift = b.summary.mean_shift.total_cmp(&a.summary.mean_shift);
            by_kind.then(if is_small(a) { by_shift } else { std::cmp::Ordering::Equal })
        });
        let columns: [Column<'_, 'b, &LeftOut<'_>>; 5] = [
            ("analyze.left-out", &|own| CellDoc::text(self.words().left_out(own))),
            ("analyze.mean-shift", &|own| CellDoc::printed(printed(own.summary.mean_shift, 2))),
            ("analyze.greatest-shift", &|own| CellDoc::count(own.summary.greatest_shift)),
            ("analyze.grades-changed", &|own| CellDoc::count(own.summary.grades_changed)),
            ("analyze.which", &|own| CellDoc::text(view.lang.join("report.list", own.units.iter().copied()))),
        ];
        let top = view.table(&mut sheet, list.iter().copied(), &columns);
        let most = list.iter().map(|own| own.summary.mean_shift).fold(0.0, f64::max);
        if most > 0.0 {
            let pictured = list.len().min(LEFT_OUT);
            let column = |column| Block::column(top, top + pictured - 1, column);
            sheet.row(Vec::new());
            if list.len() > LEFT_OUT / 2 {
                sheet.page_starts.push(sheet.rows.len());
            }
            sheet.chart(Chart {
                kind: ChartKind::Bars,
                title: view.text("analyze.leave-out").into(),
                categories: column(0),
                series: vec![Series::new("", column(1), Paint::Main).labelled(2)],
                axis: (Some(0.0), Some(if most > 1.0 { (most * 1.1).ceil() } else { (most * 11.0).ceil() / 10.0 })),
                decimals: u32::from(most <= 1.0),
                axis_title: view.text("analyze.mean-shift"),
                height: FRAME + BAR * pictured as f64,
            });
        }
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }

    /// All units officially and in the scenario.
    fn scenario(&self, own: &'b ScenarioTable<'b>) -> SheetDoc<'b> {
        let view = &self.view;
        let mut sheet = view.sheet("sheet.analyze.scenario").landscape().freeze(2);
        sheet.subtitle(self.words().scenario(own));
        let has_grades = own.units.iter().any(|own| own.grades.iter().any(Option::is_some));
        let moved = |differs: bool| if differs { Style::Warning } else { Style::Center };
        let rank =
            |own: &ScenarioRow<'_>| CellDoc::optional_count(own.ranks[1]).role(moved(own.ranks[0] != own.ranks[1]));
        let grade = |own: &ScenarioRow<'b>, at: usize| CellDoc::optional(own.grades[at]);
        let columns: [Column<'_, 'b, &'b ScenarioRow<'b>>; 8] = [
            ("header.unit-code", &|own| CellDoc::center(own.code)),
            ("header.unit", &|own| CellDoc::text(own.name)),
            ("header.total", &|own| CellDoc::printed(&own.totals[0])),
            ("analyze.new-total", &|own| CellDoc::printed(&own.totals[1])),
            ("analyze.rank", &|own| CellDoc::optional_count(own.ranks[0])),
            ("analyze.new-rank", &|own| rank(own)),
            ("header.grade", &|own| grade(own, 0).role(Style::Center)),
            ("analyze.new-grade", &|own| grade(own, 1).role(moved(own.grades[0] != own.grades[1]))),
        ];
        view.table(&mut sheet, &own.units, if has_grades { &columns } else { &columns[..6] });
        sheet.closing(view.text("report.signature"));
        sheet.finish()
    }
}
