//! 加减分: every register row with its documents and outcome; then over-claims, decisions, corrections, appeals.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cells::PointCells;
use super::document::{CellDoc, SheetDoc, Style};
use super::overview::ending_word;
use super::view::View;
use crate::read::Word;
use crate::read::schema::{
    ADJUSTMENTS, APPEALS, CORRECTIONS, Column, DECISIONS, DISPOSITIONS, Heading, PLACES, Print, Schema,
};
use crate::result::outcome::{
    AdjustmentOutcome, AdjustmentRow, Amount, AppealRow, CorrectionRow, DispositionRow, End, Ending, PlacesRow,
    Register, RegisterRow, Said, Sign, Standing, Target, UnitOutcome, Verdict,
};
use crate::shared::i18n::{Lang, say};

/// What became of a row, beside the columns of its register.
const COUNTED: Heading = Heading { at: 5, key: "header.counted-points", wide: 1, word: None };
const ENDING: Heading = Heading { at: 6, key: "header.ending", wide: 1, word: None };
const DOCUMENTS: Heading = Heading { at: 7, key: "header.document", wide: 1, word: None };
const APPEAL_ENDING: Heading = Heading { at: 4, ..ENDING };
const SETTLES: Heading = Heading { at: 3, key: "header.settles", wide: 1, word: None };
/// In place of the unit, where rows name none.
const GROUP: Heading = Heading { at: 0, key: "header.group", wide: 2, word: Some(Word::Group) };
/// The columns before those of a heading: number and unit.
const BEFORE: usize = 3;

/// The sheet of registers.
pub(super) fn sheet<'o>(view: &View<'o>) -> (SheetDoc<'o>, PointCells<'o>) {
    let mut sheet = view.sheet("sheet.adjustments").landscape().freeze(BEFORE as u16);
    let registers = &view.outcome.registers;
    let adjustments = Table::new(view, &ADJUSTMENTS, &[COUNTED, ENDING, DOCUMENTS]);
    // Documents are the longest texts by far; with enough width rows remain low.
    sheet.filling.widths.push((adjustments.column(|own| own.key == DOCUMENTS.key), 36));
    adjustments.header(&mut sheet);
    let column = adjustments.column(|own| own.word == Some(Word::Approved)) as u16;
    let (rows, over_claims) = (BTreeMap::new(), BTreeMap::new());
    let mut index = PointCells { sheet: view.text("sheet.adjustments"), column, rows, over_claims };
    for (row, own) in registers.adjustments.iter().zip(view.outcome.settled()) {
        index.rows.insert(row.at, sheet.next_row());
        adjustments.row(&mut sheet, row, |heading| adjustment(view, row, own, heading));
    }
    let over_claims = view.outcome.units.iter().flat_map(|u| u.adjustments.iter().map(move |a| (u, a)));
    for (unit, own) in over_claims.filter(|(_, own)| own.row.is_none()) {
        index.over_claims.insert(&unit.roster.code, sheet.next_row());
        sheet.row(over_claim_row(view, unit, own));
    }
    if sheet.rows.is_empty() {
        sheet.note(view.text("report.none"));
    }
    if !view.outcome.model.grades.is_empty() {
        Table::new(view, &DECISIONS, &[]).block(&mut sheet, &registers.decisions, |row, heading| {
            let grade = || view.outcome.pinned(row).unwrap_or(view.text("report.deferred"));
            match heading.word? {
                Word::Grade => Some(CellDoc::center(grade())),
                word => standing(view, row.standing, word),
            }
        });
    }
    Table::new(view, &CORRECTIONS, &[])
        .block(&mut sheet, &registers.corrections, |row, heading| correction(view, row, heading.word?));
    if !registers.places.is_empty() {
        Table::new(view, &PLACES, &[])
            .block(&mut sheet, &registers.places, |row, heading| places(view, row, heading.word?));
    }
    let ended = Table::new(view, &APPEALS, &[APPEAL_ENDING]);
    if !registers.appeals.is_empty() {
        ended.block(&mut sheet, &registers.appeals, |row, heading| match heading.word {
            None => Some(CellDoc::text(appeal_ending(view.lang, row))),
            Some(Word::Where) => Some(CellDoc::text(&row.target)),
            Some(_) => None,
        });
    }
    if !registers.dispositions.is_empty() {
        Table::new(view, &DISPOSITIONS, &[SETTLES])
            .block(&mut sheet, &registers.dispositions, |row, heading| disposition(view, row, heading.word));
    }
    (sheet.finish(), index)
}

/// The printed table of a register: number and unit, the columns that its schema prints and what became of each row, place.
struct Table<'t, 'o> {
    view: &'t View<'o>,
    schema: &'static Schema,
    headings: Vec<Heading>,
}

impl<'t, 'o> Table<'t, 'o> {
    fn new(view: &'t View<'o>, schema: &'static Schema, own: &[Heading]) -> Self {
        let mut headings: Vec<Heading> = schema.printed().chain(own.iter().copied()).collect();
        headings.sort_by_key(|heading| heading.at);
        Self { view, schema, headings }
    }

    /// The column of the sheet in which a heading stands.
    fn column(&self, is_it: impl Fn(&Heading) -> bool) -> usize {
        BEFORE + self.headings.iter().position(is_it).unwrap_or_default()
    }

    /// The header. Blocks below the first table share its columns, and their place runs up to the end.
    fn header(&self, sheet: &mut SheetDoc<'o>) {
        let mut cells = self.view.headers(&["header.id"]);
        match self.names_unit() {
            true => cells.extend(self.view.headers(&["header.unit-code", "header.unit"])),
            false => cells.push(CellDoc::header(self.view.text(GROUP.key)).across(GROUP.wide)),
        }
        let own = self.headings.iter().map(|own| CellDoc::header(self.view.text(own.key)).across(own.wide));
        cells.extend(own);
        cells.push(self.place(CellDoc::header(self.view.text("header.place"))));
        if self.is_first() { sheet.header(cells) } else { sheet.row(cells) }
    }

    fn names_unit(&self) -> bool {
        self.schema.column(Word::UnitCode).is_some()
    }

    fn is_first(&self) -> bool {
        self.schema.kind == ADJUSTMENTS.kind
    }

    fn place(&self, cell: CellDoc<'o>) -> CellDoc<'o> {
        if self.is_first() { cell } else { cell.across(CellDoc::WHOLE) }
    }

    /// A row: the cells that `own` makes, and otherwise what the row says under a heading.
    fn row<'r: 'o>(
        &self,
        sheet: &mut SheetDoc<'o>,
        row: &'r impl RegisterRow,
        own: impl Fn(&Heading) -> Option<CellDoc<'o>>,
    ) {
        let mut cells = vec![CellDoc::center(row.id())];
        match row.unit() {
            Some(unit) => cells.extend(self.view.unit(self.view.outcome.code(unit))),
            None if self.names_unit() => cells.extend([CellDoc::missing(), CellDoc::missing()]),
            None => cells.extend(own(&GROUP).map(|cell| cell.across(GROUP.wide))),
        }
        let columns = self.headings.iter().map(|heading| {
            let field = || self.schema.column(heading.word?)?.field;
            let said = || said(self.view, field().map_or(Said::Text(""), |field| row.field(field)));
            own(heading).unwrap_or_else(said).across(heading.wide)
        });
        cells.extend(columns);
        cells.push(self.place(self.view.place(Some(row.at()))));
        sheet.row(cells);
    }

    /// The table below the first one, under the name of its register.
    fn block<R: RegisterRow>(
        &self,
        sheet: &mut SheetDoc<'o>,
        rows: &'o [R],
        own: impl Fn(&'o R, &Heading) -> Option<CellDoc<'o>>,
    ) {
        sheet.section(self.view.lang.text(&format!("report.register.{}", self.schema.kind)));
        if rows.is_empty() {
            sheet.note(self.view.text("report.none"));
            return;
        }
        self.header(sheet);
        for row in rows {
            self.row(sheet, row, |heading| own(row, heading));
        }
    }
}

/// What a row says, as a cell.
fn said<'o>(view: &View<'o>, said: Said<'o>) -> CellDoc<'o> {
    match said {
        Said::Text(text) => CellDoc::text(text),
        Said::Number(number) => number.map_or_else(CellDoc::missing, |number| view.short(number)),
        Said::Date(date) => CellDoc::optional(date.map(|date| date.to_string())),
        Said::Flag(flag) => view.flag(flag),
    }
}

fn standing<'o>(view: &View<'o>, standing: Standing, word: Word) -> Option<CellDoc<'o>> {
    (word == Word::Status).then(|| CellDoc::center(view.word("standing", standing)))
}

fn adjustment<'o>(
    view: &View<'o>,
    row: &'o AdjustmentRow,
    own: Option<&'o AdjustmentOutcome>,
    heading: &Heading,
) -> Option<CellDoc<'o>> {
    let is_event = row.register == Register::Events;
    let kind = view.outcome.kind(row);
    let name = || kind.map_or_else(String::new, |kind| format!("{} {}", kind.code, kind.name));
    Some(match heading.word {
        Some(Word::Code) => CellDoc::text(item(view, kind.map(|kind| kind.sign), name())),
        Some(Word::Matter) => CellDoc::text(matter(view, row)),
        Some(Word::Approved) => {
            row.approved.as_ref().filter(|_| !is_event).map_or_else(CellDoc::missing, |p| view.short_precise(&p.0))
        }
        None if heading.key == COUNTED.key => match own.filter(|_| !is_event) {
            Some(own) => view.short(&own.counted.0).role(Style::Strong),
            None => CellDoc::missing(),
        },
        None if heading.key == ENDING.key => {
            ending(view, own.map_or(&End::NotApproved(Standing::NotAssessed), |own| &own.end))
        }
        None => CellDoc::text(documents(view, row)),
        Some(_) => return None,
    })
}

fn correction<'o>(view: &View<'o>, row: &'o CorrectionRow, word: Word) -> Option<CellDoc<'o>> {
    let target = || match (row.target, view.outcome.target(row)) {
        (Target::Total, _) => Cow::Borrowed(view.text("header.total")),
        (_, Cow::Borrowed(name)) => Cow::Borrowed(view.component_name(name)),
        (_, name) => name,
    };
    let amount = |amount: &'o Amount| match amount {
        Amount::Number(number) => view.short(number),
        Amount::Value { text } => CellDoc::text(text),
    };
    match word {
        Word::Where => Some(CellDoc::center(target())),
        Word::OldValue => row.old.value.as_ref().map(|old| amount(old).role(Style::Center)),
        Word::NewValue => Some(amount(&row.new.value).role(Style::Strong)),
        word => standing(view, row.standing, word),
    }
}

/// Rows of 名额分配 name a scope, not a unit.
fn places<'o>(view: &View<'o>, row: &'o PlacesRow, word: Word) -> Option<CellDoc<'o>> {
    let scope = || if row.scope.is_empty() { view.text("report.all") } else { &row.scope };
    match word {
        Word::Group => Some(CellDoc::center(scope())),
        Word::Grade => Some(CellDoc::center(view.outcome.model.grade_name(row.grade))),
        Word::Places => Some(CellDoc::count(row.places.value)),
        word => standing(view, row.standing, word),
    }
}

/// The mark concerned is identified only in the register: a workbook ties no mark to a rater.
fn disposition<'o>(view: &View<'o>, row: &'o DispositionRow, word: Option<Word>) -> Option<CellDoc<'o>> {
    let verdict = || match row.verdict {
        Verdict::Mark(_) => "report.disposition.mark",
        Verdict::Void => "report.disposition.void",
    };
    match word {
        None => Some(CellDoc::center(row.settles.to_string())),
        Some(Word::Mark) => Some(CellDoc::center(view.text(verdict()))),
        Some(word) => standing(view, row.standing, word),
    }
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

/// Name, number, issuer and date of the document; then, on separate lines, the approval.
fn documents(view: &View<'_>, row: &AdjustmentRow) -> String {
    let said = |column: &Column| match column.field.map(|field| row.field(field)) {
        Some(Said::Text(text)) => text.to_owned(),
        Some(Said::Date(Some(date))) => date.to_string(),
        Some(Said::Date(None) | Said::Number(_) | Said::Flag(_)) | None => String::new(),
    };
    let parts = ADJUSTMENTS.columns().filter(|column| matches!(column.print, Print::Document)).map(said);
    let mut text = view.lang.join("report.clauses", parts.filter(|part| !part.trim().is_empty()));
    for column in ADJUSTMENTS.columns() {
        let (Print::Line(key), value) = (column.print, said(column)) else { continue };
        if !value.is_empty() {
            text.push('\n');
            text.push_str(&say!(view, "report.labelled", label = view.text(key), value));
        }
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
    CellDoc::text(say!(view, "report.labelled", label = word, value))
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
