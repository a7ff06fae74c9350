//! The forms for determining grades: 征求意见表 for departments, 等次审定表 for the committee itself.
//!
//! Both are made from a result and show total, rank, suggested grade and its reasons for every unit that takes part. A
//! returned 征求意见表 is read as opinions; a filled-in 等次审定表 is read as the register 等次审定.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{ENTRY, ENTRY_DATE, ENTRY_TEXT, header};
use crate::documents::report::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::documents::report::steps::sentence;
use crate::read::{Word, form};
use crate::result::outcome::{DecisionRow, Mode, Outcome, QuotaUse, Seats, Standing, Step, StepKind, UnitOutcome};
use crate::shared::i18n::{Lang, say};
use crate::shared::text;
use crate::shared::words::words;

words! {
    /// The kinds of forms.
    pub enum SuggestionKind in "suggest." {
        /// 征求意见表.
        Opinion = "opinion",
        /// 等次审定表.
        Decision = "decision",
    }
}

/// A form with its path below the project, at which it is read once it is filled in.
pub struct Suggested<'o> {
    /// The kind of form.
    pub kind: SuggestionKind,
    /// The department that is consulted; none for the general form and for 等次审定表.
    pub department: Option<&'o str>,
    /// Path with `/`.
    pub path: String,
    /// The content of the form.
    pub document: Document<'o>,
}

/// All forms of a result: one 征求意见表 for each responsible department, or a general one, and 等次审定表 where there are
/// grades to decide.
pub fn forms(outcome: &Outcome) -> Vec<Suggested<'_>> {
    let maker = Maker::new(outcome);
    let departments = departments(outcome);
    let mut forms: Vec<Suggested> = (1..).zip(departments).map(|department| maker.opinions(Some(department))).collect();
    if forms.is_empty() {
        forms.push(maker.opinions(None));
    }
    if maker.has_grades() {
        forms.push(maker.decisions());
    }
    forms
}

/// The responsible departments of the indicators, without duplicates, in the order of the indicators.
pub fn departments(outcome: &Outcome) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let named = outcome.model.tree.leaves.iter().flat_map(|leaf| leaf.department.split(SEPARATORS));
    let names = named.map(str::trim).filter(|name| !name.is_empty());
    names.filter(|name| seen.insert(text::key(name))).collect()
}

/// The separators between several departments of one indicator.
const SEPARATORS: [char; 7] = ['、', '，', ',', '；', ';', '/', '\n'];

/// Steps of a grade path that give no reason for a unit's grade.
const NO_REASONS: [StepKind; 6] = [
    StepKind::Rank,
    StepKind::PlaceKept,
    StepKind::NoPlaceKept,
    StepKind::Opinion,
    StepKind::Ungraded,
    StepKind::Final,
];

/// The reasons for a unit's suggested grade, in words: threshold, caps, promotions, places and ties, each with its
/// clause.
pub fn reason(outcome: &Outcome, lang: Lang, unit: &UnitOutcome) -> String {
    let said = |step: &Step| {
        let sentence = sentence(outcome, lang, step);
        match outcome.clause(step).filter(|clause| !clause.is_empty()) {
            Some(clause) => say!(lang, "suggest.clause", text = sentence, clause),
            None => sentence,
        }
    };
    lang.join("suggest.reasons", unit.path.iter().filter(|step| !NO_REASONS.contains(&step.kind())).map(said))
}

/// Makes the forms of one result.
struct Maker<'m> {
    outcome: &'m Outcome,
    lang: Lang,
    units: Vec<&'m UnitOutcome>,
    decided: BTreeMap<&'m str, &'m DecisionRow>,
}

impl<'m> Maker<'m> {
    fn new(outcome: &'m Outcome) -> Self {
        let units = outcome.ranking().into_iter().filter(|unit| unit.roster.mode != Mode::Excluded).collect();
        let counted = outcome.registers.decisions.iter().filter(|row| row.standing == Standing::Approved);
        let decided = counted.map(|row| (outcome.code(row.unit), row)).collect();
        Self { outcome, lang: outcome.model.language, units, decided }
    }

    fn text(&self, key: &str) -> &'static str {
        self.lang.text(key)
    }

    /// Whether the model has grades, which are then suggested.
    fn has_grades(&self) -> bool {
        !self.outcome.model.grades.is_empty()
    }

    fn sheet(&self, kind: SuggestionKind) -> SheetDoc<'m> {
        let model = &self.outcome.model;
        let name = self.text(kind.word());
        let title = say!(self.lang, "form.title", title = model.title, sheet = name);
        let mut sheet = SheetDoc::new(name, title).landscape();
        let version = if self.outcome.draft { self.text("report.draft") } else { &self.outcome.version };
        let (issuer, period) = (&model.issuer, &model.period);
        let has_grades = self.has_grades();
        let key = if has_grades { "suggest.line" } else { "suggest.line.ungraded" };
        sheet.subtitle(say!(self.lang, key, issuer, period, version));
        let digits: String = model.hash.chars().take(form::MODEL_DIGITS).collect();
        let footer = if has_grades { "suggest.footer" } else { "suggest.footer.ungraded" };
        sheet.footer = Some(say!(self.lang, footer, version, hash = digits));
        sheet.filling.is_locked = true;
        sheet
    }

    fn document(&self, mark: &[(&'static str, &'m str)], sheet: SheetDoc<'m>) -> Document<'m> {
        let model = &self.outcome.model;
        let last = [(form::VERSION, self.outcome.version.as_str()), (form::PERIOD, model.period.as_str())];
        let mark = mark.iter().copied().chain(last).map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value)));
        Document::of_sheet(sheet, Fonts::with(self.lang, model.fonts))
            .dated(model.as_of)
            .to_be(Purpose::Form(mark.collect()))
    }

    fn header(&self, word: Word) -> CellDoc<'m> {
        header(self.lang, word)
    }

    /// Unit code, unit, group, total, rank, and where there are grades the suggested one and its reasons.
    fn facts(&self, unit: &'m UnitOutcome) -> Vec<CellDoc<'m>> {
        let scope = self.outcome.rank_of(unit);
        let rank = match (scope, unit.roster.mode) {
            (None, Mode::Separate) => CellDoc::center(self.text("mode.separate")),
            (rank, _) => CellDoc::optional_count(rank),
        };
        let grade = match (&unit.grade, unit.deferred) {
            (Some(grade), _) => CellDoc::styled(grade, Style::Strong),
            (None, true) => CellDoc::center(self.text("form.deferred")),
            (None, false) => CellDoc::missing(),
        };
        let mut cells = vec![
            CellDoc::center(&unit.roster.code),
            CellDoc::text(&unit.roster.name),
            CellDoc::center(&unit.roster.group),
            CellDoc::optional_printed(unit.total.as_deref()),
            rank,
        ];
        if self.has_grades() {
            cells.extend([grade, CellDoc::text(reason(self.outcome, self.lang, unit))]);
        }
        cells
    }

    /// 征求意见表 of a department, with its number; on the general one the name is blank.
    fn opinions(&self, department: Option<(usize, &'m str)>) -> Suggested<'m> {
        const LABEL_COLUMNS: u16 = 2;
        let name = department.map(|(_, name)| name);
        let mut sheet = self.sheet(SuggestionKind::Opinion).freeze(3);
        let value = match name {
            Some(name) => CellDoc::text(name),
            None => CellDoc::blank(ENTRY_TEXT),
        };
        let label = self.header(Word::Department).across(LABEL_COLUMNS);
        sheet.line(vec![label, value.across(LABEL_COLUMNS)]);
        let has_grades = self.has_grades();
        sheet.hint(self.text(if has_grades { "suggest.opinion.note" } else { "suggest.opinion.note.ungraded" }));
        let words = [Word::Ordinal, Word::UnitCode, Word::Unit, Word::Group, Word::Overall, Word::Rank];
        let suggested: &[Word] = if has_grades { &[Word::SuggestedGrade, Word::Reason] } else { &[] };
        let more = suggested.iter().copied().chain([Word::Opinion, Word::OpinionText]);
        sheet.header(words.into_iter().chain(more).map(|word| self.total_header(word)).collect());
        let answer = (words.len() + suggested.len()) as u16;
        let top = sheet.next_row();
        for (index, unit) in self.units.iter().enumerate() {
            let mut cells = vec![CellDoc::count(index + 1)];
            cells.extend(self.facts(unit));
            cells.extend([CellDoc::blank(ENTRY), CellDoc::blank(ENTRY_TEXT)]);
            sheet.row(cells);
        }
        let answers = ["suggest.agree", "suggest.disagree", "suggest.reserved", "suggest.no-view"];
        self.allow(&mut sheet, top, answer, self.texts(&answers));
        let answered = usize::from(answer);
        sheet.filling.widths = vec![(2, 16), (answered, 10), (answered + 1, 26)];
        if has_grades {
            sheet.filling.widths.insert(1, (7, 40));
        }
        sheet.signatures(self.text("suggest.opinion.seal"));
        let mut mark = vec![(form::KIND, SuggestionKind::Opinion.json())];
        mark.extend(name.map(|name| (form::DEPARTMENT, name)));
        let kind = self.text(SuggestionKind::Opinion.word());
        let file = match department {
            Some((number, name)) => {
                let named = say!(self.lang, "form.file", name, kind);
                format!("{number:02}_{}", text::file_name(&named))
            }
            None => text::file_name(kind),
        };
        Suggested {
            kind: SuggestionKind::Opinion,
            department: name,
            path: format!("opinions/{file}.xlsx"),
            document: self.document(&mark, sheet),
        }
    }

    /// 等次审定表: the register 等次审定 with a row for every unit and blank decisions.
    fn decisions(&self) -> Suggested<'m> {
        let mut sheet = self.sheet(SuggestionKind::Decision).freeze(3);
        sheet.hint(self.text("suggest.decision.note"));
        let shown = [Word::Number, Word::UnitCode, Word::Unit, Word::Group, Word::Overall, Word::Rank];
        let suggested = [Word::SuggestedGrade, Word::Grounds];
        let asked = [Word::Grade, Word::OutsideQuota, Word::AboveCap, Word::Clause, Word::DocumentNumber, Word::Date];
        let words = shown.into_iter().chain(suggested).chain(asked).chain([Word::Status, Word::Links, Word::Remark]);
        sheet.header(words.map(|word| self.total_header(word)).collect());
        let top = sheet.next_row();
        for (unit, number) in self.units.iter().zip(self.numbers()) {
            let mut cells = vec![CellDoc::center(number)];
            cells.extend(self.facts(unit));
            let entries = [ENTRY, ENTRY, ENTRY, ENTRY_TEXT, ENTRY_TEXT, ENTRY_DATE, ENTRY, ENTRY_TEXT];
            cells.extend(entries.map(CellDoc::blank));
            cells.push(CellDoc::filled(self.standing_decision(unit), ENTRY_TEXT));
            sheet.row(cells);
        }
        let grades = self.outcome.model.grades.iter().map(|grade| grade.name.as_str());
        let rulings = Allow::words(grades.chain([self.text("form.deferred")]));
        self.allow(&mut sheet, top, 8, rulings);
        for column in [9, 10] {
            self.allow(&mut sheet, top, column, self.texts(&["form.yes", "form.no"]));
        }
        self.allow(&mut sheet, top, 13, Allow::Date);
        self.allow(&mut sheet, top, 14, self.texts(&STATUSES));
        sheet.filling.widths = vec![(2, 14), (7, 36), (8, 8), (11, 9), (12, 12), (13, 11), (14, 9), (15, 12), (16, 14)];
        for line in self.quota_lines() {
            sheet.closing(say!(self.lang, "form.note", text = line));
        }
        sheet.signatures(self.text("suggest.decision.sign"));
        let file = text::file_name(self.text(SuggestionKind::Decision.word()));
        let mark = [(form::KIND, "register")];
        Suggested {
            kind: SuggestionKind::Decision,
            department: None,
            path: format!("registers/{file}.xlsx"),
            document: self.document(&mark, sheet),
        }
    }

    /// A header; the total has a special word here.
    fn total_header(&self, word: Word) -> CellDoc<'m> {
        match word {
            Word::Overall => CellDoc::header(self.text("header.total")),
            other => self.header(other),
        }
    }

    fn texts(&self, keys: &[&str]) -> Allow<'m> {
        Allow::words(keys.iter().map(|key| self.text(key)))
    }

    /// Checks the cells of a column, which take a date or a word of a list.
    fn allow(&self, sheet: &mut SheetDoc<'m>, top: usize, column: u16, allow: Allow<'m>) {
        if self.units.is_empty() {
            return;
        }
        let error = if matches!(allow, Allow::Date) { "form.error.date" } else { "form.error.list" };
        let cells = Block::column(top, top + self.units.len() - 1, column);
        sheet.filling.checks.push(Check::new(cells, allow, self.text(error)));
    }

    /// Numbers of the rows: those of the version, skipping any that the register already has.
    fn numbers(&self) -> impl Iterator<Item = String> {
        let used: BTreeSet<String> = self.outcome.registers.decisions.iter().map(|row| text::key(&row.id)).collect();
        let version = self.outcome.version.clone();
        let numbers = (1..).map(move |number: usize| format!("{version}-{number:03}"));
        numbers.filter(move |number| !used.contains(number))
    }

    /// Existing register entries for a unit: a decision, which a second one would contradict, and its appeals.
    fn standing_decision(&self, unit: &UnitOutcome) -> String {
        let decided = self.decided.get(unit.roster.code.as_str()).map(|row| {
            let grade = self.outcome.pinned(row).unwrap_or(self.text("form.deferred"));
            say!(self.lang, "suggest.decision.standing", id = row.id, grade)
        });
        let appeals =
            self.outcome.registers.appeals.iter().filter(|row| self.outcome.code(row.unit) == unit.roster.code);
        let appeals = appeals.map(|row| {
            let ending = crate::documents::report::appeal_ending(self.lang, row);
            say!(self.lang, "suggest.decision.appeal", id = row.id, ending)
        });
        self.lang.join("suggest.reasons", decided.into_iter().chain(appeals))
    }

    /// The use of the quotas by the suggestion, which the committee must know before it decides otherwise.
    fn quota_lines(&self) -> Vec<String> {
        let line = |quota: &QuotaUse| {
            let group = self.outcome.group_of(quota).unwrap_or("");
            let grade = self.outcome.model.grade_name(quota.grade);
            let Seats { ranked, places, taken } = quota.seats;
            say!(self.lang, "score.quota", group, grade, n = ranked, places, taken).trim().to_owned()
        };
        self.outcome.quotas.iter().map(line).collect()
    }
}

/// The statuses of a decision.
const STATUSES: [&str; 5] = [
    "form.status.proposed",
    "form.status.reviewed",
    "form.status.approved",
    "form.status.rejected",
    "form.status.withdrawn",
];
