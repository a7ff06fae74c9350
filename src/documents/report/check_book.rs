//! The workbook of `check --report`: findings grouped by unit so that they can be forwarded, and the files received.
//!
//! In the language of the model. Notes, which require no action, are at the end. With `secrecy` it ties no mark to a
//! rater, like the result workbook.

use crate::shared::i18n::say;

use super::columns::{Column, cells};
use super::document::{CellDoc, Document, SheetDoc, Style};
use super::findings::{self, Printable};
use super::overview;
use super::view::View;
use crate::check::coverage::Coverage;
use crate::check::received::Receipts;
use crate::documents::feedback::privacy::Exposed;
use crate::result::outcome::{ComponentType, Outcome};
use crate::shared::finding::{Message, Severity, Weights, Who};
use crate::shared::groups::grouped;

mod exposed;
mod files;
mod units;

/// The data from which the workbook is made.
pub struct CheckBook<'c> {
    /// The run as a result document: units, files, findings, reconciliation.
    pub outcome: &'c Outcome,
    /// Who has submitted and who has been rated.
    pub coverage: &'c Coverage<'c>,
    /// The files received.
    pub receipts: &'c Receipts<'c>,
    /// The pairs whose marks can be deduced from what is handed out.
    pub exposed: &'c [Exposed],
    /// Whether 收件清单 decides which files are inputs.
    pub is_listed: bool,
    /// The relative path from the workbook to the project folder, ending with `/` unless it is empty; none if there is
    /// no such path.
    pub base: Option<String>,
    /// The path of the workbook below the project folder, if it lies there, so that an earlier one is not listed.
    pub own: Option<String>,
}

/// The workbook; its content depends only on project and place.
pub fn check_book<'c>(book: &'c CheckBook<'c>) -> Document<'c> {
    let view = View::new(book.outcome);
    let is_rated = book.outcome.model.components.iter().any(|own| own.scored() == ComponentType::Ballots);
    let sheets = [
        Some(overview(&view)),
        Some(findings_by_unit(book, &view)),
        Some(units::received(book, &view)),
        // What the model does not have has no sheet.
        is_rated.then(|| units::rated(book, &view)),
        is_rated.then(|| exposed::sheet(book, &view)),
        Some(files::sheet(book, &view)),
    ];
    let sheets = sheets.into_iter().flatten().collect();
    let (title, name) = (&book.outcome.model.title, view.text("report.check"));
    view.document(say!(view, "report.title", title, sheet = name), sheets)
}

/// An empty sheet; `key` is the catalogue key of its name.
fn new_sheet<'o>(view: &View<'o>, key: &str) -> SheetDoc<'o> {
    let (model, name) = (&view.outcome.model, view.text(key));
    let mut sheet = SheetDoc::new(name, view.seamed(&say!(view, "report.title", title = model.title, sheet = name)));
    let hash: String = model.hash.chars().take(12).collect();
    sheet.footer = Some(say!(view, "report.check.footer", hash));
    sheet
}

/// Counts, the reconciliation, and the codes.
fn overview<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let model = &view.outcome.model;
    let mut sheet = new_sheet(view, "sheet.overview");
    sheet.subtitle(say!(view, "report.check.line", issuer = model.issuer, period = model.period));
    overview::reconciliation(view, &mut sheet);
    // The section begins after the empty line that separates it.
    sheet.page_starts.push(sheet.rows.len() + 1);
    sheet.section(view.text("report.check.section.who"));
    let all = &view.outcome.findings;
    let mut header = view.headers(&["header.who"]);
    header.extend(Severity::ALL.map(|weight| CellDoc::header(view.text(weight.word()))));
    header.extend(view.headers(&["header.sum"]));
    sheet.row(header);
    let count = |who: Option<Who>, weight: Option<Severity>| {
        let own = all.iter().filter(|f| who.is_none_or(|who| f.who == who));
        let weights: Weights = own.map(Message::weights).sum();
        weight.map_or(weights.total(), |weight| weights.of(weight))
    };
    let mut everyone: Vec<Who> = all.iter().map(|finding| finding.who).collect();
    everyone.sort_unstable();
    everyone.dedup();
    let rows = everyone.into_iter().map(|who| (view.text(who.word()), Some(who), Style::Center));
    for (name, who, style) in rows.chain([(view.text("header.sum"), None, Style::Strong)]) {
        let mut cells = vec![CellDoc::styled(name, style)];
        cells.extend(Severity::ALL.map(|weight| CellDoc::count(count(who, Some(weight))).role(style)));
        cells.push(CellDoc::count(count(who, None)).role(style));
        sheet.row(cells);
    }
    overview::notices(view, &mut sheet, view.text("report.check.section.codes"));
    sheet.finish()
}

/// Every finding: first those of units, each unit on a separate page, then the others by file.
fn findings_by_unit<'o>(book: &'o CheckBook<'_>, view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = new_sheet(view, "sheet.by-unit").landscape();
    sheet.subtitle(view.text("report.check.by-unit.line"));
    let may_lack = |text: Option<&'o str>| CellDoc::text(text.unwrap_or_default());
    let columns: [Column<'_, 'o, Printable<'o>>; 11] = [
        ("header.severity", &|shown| findings::severity(view, shown.finding.severity)),
        ("header.finding", &|shown| CellDoc::center(shown.finding.code.as_str())),
        ("header.who", &|shown| CellDoc::center(view.text(shown.finding.who.word()))),
        ("header.title", &|shown| CellDoc::text(&shown.finding.title)),
        ("header.found", &|shown| may_lack(shown.open(|finding| &finding.found))),
        ("header.expected", &|shown| may_lack(shown.finding.expected.as_deref())),
        ("header.fix", &|shown| CellDoc::text(&shown.finding.fix)),
        ("header.file", &|shown| may_lack(shown.file())),
        ("header.sheet", &|shown| may_lack(shown.open(|finding| &finding.sheet))),
        ("header.cell", &|shown| place(book, view, shown)),
        ("header.also", &|shown| CellDoc::text(shown.related().join("\n"))),
    ];
    sheet.header(view.heads(&columns));
    let told = book.outcome.findings.iter().filter(|f| f.file.is_none() || f.file != book.own);
    let told = told.map(|f| Printable::of(view, f));
    let (notes, others): (Vec<_>, Vec<_>) = told.partition(|f| f.finding.severity == Severity::Note);
    let mut writer = Groups { book, view, columns: &columns, sheet: &mut sheet };
    writer.units(&others, "report.check.unit", true);
    writer.files(&others, "report.check.other");
    writer.units(&notes, "report.check.note", false);
    writer.files(&notes, "report.check.note.other");
    if notes.is_empty() && others.is_empty() {
        sheet.note(view.text("report.none"));
    }
    sheet.finish()
}

/// Writes blocks of findings, each below a band.
struct Groups<'g, 'o> {
    book: &'o CheckBook<'o>,
    view: &'g View<'o>,
    columns: &'g [Column<'g, 'o, Printable<'o>>],
    sheet: &'g mut SheetDoc<'o>,
}

impl<'o> Groups<'_, 'o> {
    /// Findings by the unit they concern, each unit on a separate page if they are to be forwarded.
    fn units(&mut self, findings: &[Printable<'o>], heading: &str, forwarded: bool) {
        let mut first = true;
        let mut by_unit = grouped(findings.iter().map(|own| (own.finding.unit.as_deref(), *own)));
        for unit in &self.book.outcome.units {
            let own = by_unit.remove(&Some(unit.roster.code.as_str())).unwrap_or_default();
            let contact = if unit.roster.contact.is_empty() {
                self.view.text("report.check.no-contact")
            } else {
                &unit.roster.contact
            };
            let heading = say!(self.view, heading, code = unit.roster.code, unit = unit.roster.name, contact);
            let begins = !own.is_empty() && std::mem::take(&mut first);
            self.group(heading, forwarded || begins, &own);
        }
    }

    /// Findings that concern no unit of the roster, by file.
    fn files(&mut self, findings: &[Printable<'o>], heading: &str) {
        let known = |f: &Printable<'_>| f.finding.unit.as_deref().is_some_and(|unit| self.view.find(unit).is_some());
        let rest: Vec<Printable<'_>> = findings.iter().copied().filter(|f| !known(f)).collect();
        for (index, (file, own)) in grouped(rest.iter().map(|own| (own.file(), *own))).into_iter().enumerate() {
            let name = file.unwrap_or(self.view.text("report.check.whole"));
            self.group(say!(self.view, heading, file = name), index == 0, &own);
        }
    }

    /// One block; nothing if there are no findings.
    fn group(&mut self, heading: String, on_new_page: bool, own: &[Printable<'o>]) {
        if own.is_empty() {
            return;
        }
        if on_new_page && !self.sheet.rows.is_empty() {
            self.sheet.page_starts.push(self.sheet.rows.len());
        }
        self.sheet.row(vec![CellDoc::line(heading, Style::Band)]);
        for finding in own {
            self.sheet.row(cells(self.columns, *finding));
        }
    }
}

/// Whether a path can be the target of a link that every office program interprets as a path and nothing else: no
/// character that begins a fragment, an escape, a query, a scheme or a server, nothing invisible, and not too long.
fn is_plain(path: &str) -> bool {
    const LONGEST: usize = 500;
    path.chars().count() <= LONGEST && !path.chars().any(|c| "#%?:\\".contains(c) || crate::shared::text::is_unseen(c))
}

/// The cell of a finding's place, as a link that opens its file there.
fn place<'o>(book: &CheckBook<'_>, view: &View<'o>, finding: Printable<'o>) -> CellDoc<'o> {
    let Some(file) = finding.file() else { return CellDoc::center("") };
    let cell = finding.cell();
    let shown = cell.unwrap_or(view.text("report.check.open"));
    let Some(base) = book.base.as_ref().filter(|base| is_plain(base) && is_plain(file)) else {
        return CellDoc::center(cell.unwrap_or_default());
    };
    let spot = match (finding.open(|finding| &finding.sheet), cell) {
        (Some(sheet), cell) => format!("'{}'!{}", sheet.replace('\'', "''"), cell.unwrap_or("A1")),
        (None, _) => String::new(),
    };
    CellDoc::link(shown, format!("{base}{file}"), spot)
}
