//! 加减分: every register row with its documents and outcome; then over-claims, decisions, corrections, appeals.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cells::PointCells;
use super::document::{CellDoc, SheetDoc, Style};
use super::overview::ending_word;
use super::view::View;
use crate::result::outcome::{
    AdjustmentOutcome, AdjustmentRow, AppealRow, CorrectionRow, DecisionRow, DispositionRow, End, Ending, PlacesRow,
    Register, Sign, Standing, Target, UnitOutcome, Verdict,
};
use crate::shared::i18n::{Lang, say};

/// The column of documents.
const DOCUMENT: usize = 9;
/// The columns of the first table.
const HEADERS: [&str; 12] = [
    "header.id",
    "header.unit-code",
    "header.unit",
    "header.item",
    "header.matter",
    "header.claimed",
    APPROVED,
    "header.counted-points",
    "header.ending",
    "header.document",
    "header.remark",
    "header.place",
];
const APPROVED: &str = "header.approved";

/// The sheet of registers.
pub(super) fn sheet<'o>(view: &View<'o>) -> (SheetDoc<'o>, PointCells<'o>) {
    let mut sheet = view.sheet("sheet.adjustments").landscape().freeze(3);
    // Documents are the longest texts by far; with enough width rows remain low.
    sheet.filling.widths.push((DOCUMENT, 36));
    sheet.header(view.headers(&HEADERS));
    let registers = &view.outcome.registers;
    let column = HEADERS.iter().position(|key| *key == APPROVED).unwrap_or_default() as u16;
    let (rows, over_claims) = (BTreeMap::new(), BTreeMap::new());
    let mut index = PointCells { sheet: view.text("sheet.adjustments"), column, rows, over_claims };
    for (row, own) in registers.adjustments.iter().zip(view.outcome.settled()) {
        index.rows.insert(row.at, sheet.next_row());
        sheet.row(adjustment_row(view, row, own));
    }
    let over_claims = view.outcome.units.iter().flat_map(|u| u.adjustments.iter().map(move |a| (u, a)));
    for (unit, own) in over_claims.filter(|(_, own)| own.row.is_none()) {
        index.over_claims.insert(&unit.roster.code, sheet.next_row());
        sheet.row(over_claim_row(view, unit, own));
    }
    if sheet.rows.is_empty() {
        sheet.note(view.text("report.none"));
    }
    decisions(view, &registers.decisions, &mut sheet);
    corrections(view, &registers.corrections, &mut sheet);
    places(view, &registers.places, &mut sheet);
    appeals(view, &registers.appeals, &mut sheet);
    dispositions(view, &registers.dispositions, &mut sheet);
    (sheet.finish(), index)
}

fn adjustment_row<'o>(view: &View<'o>, row: &'o AdjustmentRow, own: Option<&'o AdjustmentOutcome>) -> Vec<CellDoc<'o>> {
    let kind = view.outcome.kind(row);
    let name = kind.map_or_else(String::new, |kind| format!("{} {}", kind.code, kind.name));
    let is_event = row.register == Register::Events;
    let [code, unit] = view.unit(view.outcome.code(row.unit));
    vec![
        CellDoc::center(&row.id),
        code,
        unit,
        CellDoc::text(item(view, kind.map(|kind| kind.sign), name)),
        CellDoc::text(matter(view, row)),
        row.claimed.as_ref().map_or_else(CellDoc::missing, |points| view.short(&points.0)),
        row.approved.as_ref().filter(|_| !is_event).map_or_else(CellDoc::missing, |p| view.short_precise(&p.0)),
        match own {
            Some(own) if !is_event => view.short(&own.counted.0).role(Style::Strong),
            _ => CellDoc::missing(),
        },
        ending(view, own.map_or(&End::NotApproved(Standing::NotAssessed), |own| &own.end)),
        CellDoc::text(documents(view, row)),
        CellDoc::text(&row.remark),
        view.place(Some(row.at)),
    ]
}

/// The kind of an item and its name.
fn item<'n>(view: &View<'_>, kind: Option<Sign>, name: impl Into<Cow<'n, str>>) -> Cow<'n, str> {
    let name = name.into();
    let Some(kind) = kind else { return name };
    Cow::Owned(say!(view, "report.labelled", label = view.word("adjustment.kind", kind), value = name))
}

/// The matter, with its level if it has one.
fn matter<'o>(view: &View<'_>, row: &'o AdjustmentRow) -> Cow<'o, str> {
    if row.level.is_empty() {
        return Cow::Borrowed(&row.matter);
    }
    Cow::Owned(say!(view, "report.with-level", matter = row.matter, level = row.level))
}

/// Name, number, issuer and date of the document; then, on a separate line, the approval.
fn documents(view: &View<'_>, row: &AdjustmentRow) -> String {
    let date = row.date.map_or_else(String::new, |date| date.to_string());
    let parts = [row.document.as_str(), &row.document_number, &row.issued_by, &date];
    let mut text = view.lang.join("report.clauses", parts.into_iter().filter(|part| !part.trim().is_empty()));
    if !row.approval_number.is_empty() {
        let label = view.text("header.approval");
        text.push('\n');
        text.push_str(&say!(view, "report.labelled", label = label, value = row.approval_number));
    }
    text
}

/// The outcome of a row and its reason, in words.
fn ending(view: &View<'_>, end: &End) -> CellDoc<'static> {
    let word = ending_word(view, end.row().json());
    let value = match end {
        End::Superseded(winner) => Cow::Owned(say!(view, "report.superseded-by", id = winner)),
        End::Part(limit) | End::Cut(limit) => view.word("limit", limit),
        End::Full | End::NotApproved(_) | End::Event => return CellDoc::text(word),
    };
    CellDoc::text(say!(view, "report.labelled", label = word, value = value))
}

fn over_claim_row<'o>(view: &View<'o>, unit: &'o UnitOutcome, own: &'o AdjustmentOutcome) -> Vec<CellDoc<'o>> {
    let [code, name] = view.unit(&unit.roster.code);
    let mut cells = vec![
        CellDoc::missing(),
        code,
        name,
        CellDoc::text(item(view, Some(own.sign), view.text("adjustment.over-claim"))),
    ];
    cells.extend([CellDoc::text(""), CellDoc::missing()]);
    cells.extend([view.short_precise(&own.points.0), view.short(&own.counted.0).role(Style::Strong)]);
    cells.push(ending(view, &own.end));
    let clause = view.outcome.model.over_claim.as_ref().and_then(|rule| rule.clause.as_deref()).unwrap_or_default();
    cells.extend([CellDoc::text(clause), CellDoc::text("")]);
    cells.push(view.place(unit.report));
    cells
}

fn decisions<'o>(view: &View<'o>, rows: &'o [DecisionRow], sheet: &mut SheetDoc<'o>) {
    sheet.section(view.text("report.register.decisions"));
    if rows.is_empty() {
        sheet.note(view.text("report.none"));
        return;
    }
    let narrow = ["header.grade", "header.clause", "header.outside-quota", "header.above-cap"].map(|key| (key, 1));
    let wide = [("header.standing", 2), ("header.document", 1), ("header.date", 1)];
    block_header(view, sheet, &[narrow.as_slice(), &wide].concat());
    for row in rows {
        let mut cells = vec![CellDoc::center(&row.id)];
        cells.extend(view.unit(view.outcome.code(row.unit)));
        cells.push(CellDoc::center(view.outcome.pinned(row).unwrap_or(view.text("report.deferred"))));
        cells.extend([CellDoc::text(&row.clause), view.flag(row.outside_quota), view.flag(row.above_cap)]);
        cells.extend([
            CellDoc::center(view.word("standing", row.standing)).across(2),
            CellDoc::text(&row.document_number),
            CellDoc::optional(row.date.map(|date| date.to_string())),
            view.place(Some(row.at)).across(CellDoc::WHOLE),
        ]);
        sheet.row(cells);
    }
}

/// The header of a block below the first one, which shares its columns: number and unit, then keys with the number of
/// columns each covers, and the place up to the end.
fn block_header<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, keys: &[(&str, u16)]) {
    let mut cells = view.headers(&["header.id", "header.unit-code", "header.unit"]);
    let wide = keys.iter().chain(&[("header.place", CellDoc::WHOLE)]);
    cells.extend(wide.map(|(key, cols)| CellDoc::header(view.text(key)).across(*cols)));
    sheet.row(cells);
}

fn corrections<'o>(view: &View<'o>, rows: &'o [CorrectionRow], sheet: &mut SheetDoc<'o>) {
    sheet.section(view.text("report.register.corrections"));
    if rows.is_empty() {
        sheet.note(view.text("report.none"));
        return;
    }
    let narrow = ["header.target", "header.reason", "header.old", "header.new"].map(|key| (key, 1));
    block_header(view, sheet, &[narrow.as_slice(), &[("header.standing", 2), ("header.document", 2)]].concat());
    for row in rows {
        let target = match row.target {
            Target::Total => view.text("header.total"),
            Target::Leaf(_) | Target::Component(_) => view.component_name(view.outcome.target(row)),
        };
        let mut cells = vec![CellDoc::center(&row.id)];
        cells.extend(view.unit(view.outcome.code(row.unit)));
        cells.extend([CellDoc::center(target), CellDoc::text(&row.reason)]);
        cells.push(row.old.value.as_ref().map_or_else(CellDoc::missing, |old| view.short(old).role(Style::Center)));
        cells.extend([
            view.short(&row.new.value).role(Style::Strong),
            CellDoc::center(view.word("standing", row.standing)).across(2),
            CellDoc::text(&row.document_number).across(2),
            view.place(Some(row.at)).across(CellDoc::WHOLE),
        ]);
        sheet.row(cells);
    }
}

/// The mark concerned is identified only in the register: a workbook ties no mark to a rater.
fn dispositions<'o>(view: &View<'o>, rows: &'o [DispositionRow], sheet: &mut SheetDoc<'o>) {
    if rows.is_empty() {
        return;
    }
    sheet.section(view.text("report.register.dispositions"));
    let keys = [("header.verdict", 1), ("header.basis", 3), ("header.settles", 1)];
    block_header(view, sheet, &[keys.as_slice(), &[("header.standing", 2), ("header.document", 1)]].concat());
    for row in rows {
        let verdict = match row.verdict {
            Verdict::Mark(_) => "report.disposition.mark",
            Verdict::Void => "report.disposition.void",
        };
        let mut cells = vec![CellDoc::center(&row.id)];
        match row.unit {
            Some(unit) => cells.extend(view.unit(view.outcome.code(unit))),
            None => cells.extend([CellDoc::missing(), CellDoc::missing()]),
        }
        cells.extend([
            CellDoc::center(view.text(verdict)),
            CellDoc::text(&row.grounds).across(3),
            CellDoc::center(row.settles.to_string()),
            CellDoc::center(view.word("standing", row.standing)).across(2),
            CellDoc::text(&row.document_number),
            view.place(Some(row.at)).across(CellDoc::WHOLE),
        ]);
        sheet.row(cells);
    }
}

/// Rows name a scope, not a unit.
fn places<'o>(view: &View<'o>, rows: &'o [PlacesRow], sheet: &mut SheetDoc<'o>) {
    if rows.is_empty() {
        return;
    }
    sheet.section(view.text("report.register.places"));
    let mut header = view.headers(&["header.id"]);
    header.push(CellDoc::header(view.text("header.group")).across(2));
    header.extend(view.headers(&["header.grade-or-better", "header.basis", "header.places"]));
    for (key, cols) in [("header.standing", 2), ("header.document", 2), ("header.date", 1)] {
        header.push(CellDoc::header(view.text(key)).across(cols));
    }
    header.push(CellDoc::header(view.text("header.place")).across(CellDoc::WHOLE));
    sheet.row(header);
    for row in rows {
        let scope = if row.scope.is_empty() { view.text("report.all") } else { &row.scope };
        sheet.row(vec![
            CellDoc::center(&row.id),
            CellDoc::center(scope).across(2),
            CellDoc::center(view.outcome.model.grade_name(row.grade)),
            CellDoc::text(&row.grounds),
            CellDoc::count(row.places.value),
            CellDoc::center(view.word("standing", row.standing)).across(2),
            CellDoc::text(&row.document_number).across(2),
            CellDoc::optional(row.date.map(|date| date.to_string())),
            view.place(Some(row.at)).across(CellDoc::WHOLE),
        ]);
    }
}

fn appeals<'o>(view: &View<'o>, rows: &'o [AppealRow], sheet: &mut SheetDoc<'o>) {
    if rows.is_empty() {
        return;
    }
    sheet.section(view.text("report.register.appeals"));
    let keys = [("header.target", 1), ("header.request", 3), ("header.conclusion", 1), ("header.ending", 1)];
    block_header(view, sheet, &[keys.as_slice(), &[("header.document", 1), ("header.received-on", 1)]].concat());
    for row in rows {
        let mut cells = vec![CellDoc::center(&row.id)];
        cells.extend(view.unit(view.outcome.code(row.unit)));
        cells.extend([
            CellDoc::text(&row.target),
            CellDoc::text(&row.request).across(3),
            CellDoc::text(&row.conclusion),
            CellDoc::text(appeal_ending(view.lang, row)),
            CellDoc::text(&row.document_number),
            CellDoc::optional(row.received.map(|date| date.to_string())),
            view.place(Some(row.at)).across(CellDoc::WHOLE),
        ]);
        sheet.row(cells);
    }
}

/// The outcome of an appeal, and the rows that settle it; for an upheld one also that none does.
pub fn appeal_ending(lang: Lang, row: &AppealRow) -> Cow<'static, str> {
    let word = lang.text(&format!("standing.{}", row.ending));
    let rows = settled_by(lang, &row.settled_by);
    match (rows.is_empty(), row.ending) {
        (true, Ending::Upheld) => {
            Cow::Owned(say!(lang, "report.labelled", label = word, value = lang.text("report.appeal.unsettled")))
        }
        (true, _) => Cow::Borrowed(word),
        (false, _) => Cow::Owned(say!(lang, "report.labelled", label = word, value = rows)),
    }
}

/// The rows that settle an appeal, in words.
pub fn settled_by(lang: Lang, rows: &[(Register, String)]) -> String {
    let name =
        |(register, id): &(Register, String)| format!("{} {id}", lang.text(&format!("report.register.{register}")));
    lang.join("report.list", rows.iter().map(name))
}
