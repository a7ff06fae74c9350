//! Rows of 名额分配: how many places a scope has for a grade or better, as the committee approved it (SPEC §19.6).

use super::{Entry, Numbers};
use crate::check::{Context, cells};
use crate::engine::assessment::{Mode, PlacesCells, PlacesRow, Registers, Standing, State};
use crate::model::RankScope;
use crate::read::Word;
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::place::Located;
use crate::shared::text;

/// Most places that a row may state.
const MOST: u64 = 1_000_000;

impl Entry<'_, '_> {
    /// A row of 名额分配.
    pub(super) fn places(&mut self, numbers: &mut Numbers) -> Option<PlacesRow> {
        let id = self.number(numbers)?;
        let scope = self.scope();
        let grade = self.graded();
        let places = self.places_number();
        let cells = PlacesCells::read(self);
        let standing = self.standing();
        Some(PlacesRow {
            id: id?,
            scope: scope?,
            grade: grade?,
            places: places?,
            cells: cells?,
            standing: standing?,
            at: self.table.row_place(self.row),
        })
    }

    /// The group as the roster spells it, or the name of the scheme; empty where all units are one scope.
    fn scope(&mut self) -> Option<String> {
        let model = self.context.model;
        if model.rank.scope == RankScope::Scheme {
            return self.scheme();
        }
        let written = self.text(Word::Group);
        let groups = &self.context.roster.groups;
        if self.context.model.rank.scope == RankScope::All {
            if !written.value.is_empty() {
                self.findings.add(Code::E687).at(written.at).found(&written.value).expected("—");
                return None;
            }
            return Some(String::new());
        }
        let known = groups.iter().find(|group| text::key(group) == text::key(&written.value));
        if known.is_none() {
            let names = || groups.iter().map(String::as_str);
            self.findings.unknown(Code::E687, &written, names()).expected(names().collect::<Vec<_>>().join(" / "));
        }
        known.cloned()
    }

    /// The name of the scheme that the column 方案 names by code or name.
    fn scheme(&mut self) -> Option<String> {
        let written = self.text(Word::Schemes);
        let schemes = &self.context.model.schemes;
        let is = |name: &String| text::key(name) == text::key(&written.value);
        let known = schemes.iter().find(|scheme| is(&scheme.code) || is(&scheme.name));
        if known.is_none() {
            let names = || schemes.iter().map(|scheme| scheme.name.as_str());
            self.findings.unknown(Code::E687, &written, names()).expected(names().collect::<Vec<_>>().join(" / "));
        }
        known.map(|scheme| scheme.name.clone())
    }

    /// A grade whose places the model limits.
    fn graded(&mut self) -> Option<usize> {
        let written = self.text(Word::Grade);
        let grades = &self.context.model.grades;
        if grades.is_empty() {
            self.findings.add(Code::E691).at(written.at).found(&written.value);
            return None;
        }
        let found = self.context.model.grade(&written.value).filter(|grade| grades[*grade].quota.is_some());
        if found.is_none() {
            let names = || grades.iter().filter(|grade| grade.quota.is_some()).map(|grade| grade.name.as_str());
            self.findings.unknown(Code::E688, &written, names()).expected(names().collect::<Vec<_>>().join(" / "));
        }
        found
    }

    fn places_number(&mut self) -> Option<Located<usize>> {
        let cell = self.table.get(self.row, Word::Places);
        let number = match cells::number(&cell, cells::Ask::Count, &mut self.findings)? {
            State::Known(number) => Some(number),
            State::Missing | State::NotApplicable => None,
        };
        let count = number.as_ref().and_then(|number| number.to_count()).filter(|count| *count <= MOST);
        if count.is_none() {
            let found = number.map(|number| number.to_string()).unwrap_or_default();
            self.findings.add(Code::E689).at(cell.at).found(found).expected(format!("0 – {MOST}"));
        }
        Some(Located::new(usize::try_from(count?).ok()?, cell.at))
    }
}

/// Checks the rows that count against each other, the sizes of their scopes and the quotas that they leave as they are.
pub(super) fn check(context: &Context<'_>, registers: &Registers, findings: &mut Findings<'_>) {
    let approved = || registers.places.iter().filter(|row| row.standing == Standing::Approved);
    for (index, row) in approved().enumerate() {
        let same = |other: &&PlacesRow| (&other.scope, other.grade) == (&row.scope, row.grade);
        if let Some(first) = approved().take(index).find(same) {
            findings.add(Code::E686).at(row.at).also(first.at).found(&row.id);
        }
    }
    let mut scopes: Vec<&str> = approved().map(|row| row.scope.as_str()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    for scope in scopes {
        check_scope(context, registers, scope, findings);
    }
}

/// One finding at most for a scope: more places than ranked units, or fewer than for a better grade.
fn check_scope(context: &Context<'_>, registers: &Registers, scope: &str, findings: &mut Findings<'_>) {
    let model = context.model;
    let of_scope = |unit: &&crate::engine::assessment::Unit| match model.rank.scope {
        RankScope::Group => unit.group == scope,
        RankScope::Scheme => unit.scheme.is_some_and(|own| model.schemes[own.0].name == scope),
        RankScope::All => true,
    };
    let ranked = context.roster.units.iter().filter(|unit| unit.mode == Mode::Ranked).filter(of_scope).count();
    let name = Some(scope).filter(|scope| !scope.is_empty());
    let mut better: Option<(usize, Option<&PlacesRow>)> = None;
    for (grade, own) in context.model.grades.iter().enumerate() {
        let Some(quota) = &own.quota else { continue };
        let row = registers.approved_places(name, grade);
        let places = row.map_or_else(|| quota.places(name, ranked), |row| row.places.value);
        if let Some(row) = row.filter(|_| places > ranked) {
            let finding = findings.add(Code::E690).at(row.places.at).found(places).with("id", &row.id);
            finding.with("grade", &own.name).expected(format!("<= {ranked} (N)"));
            return;
        }
        if let Some((before, above)) = better.filter(|(before, _)| *before > places) {
            let Some(blamed) = row.or(above) else { return };
            let expected = match row {
                Some(_) => format!(">= {before}"),
                None => format!("<= {places}"),
            };
            let finding = findings.add(Code::E690).at(blamed.places.at).found(blamed.places.value);
            finding.with("id", &blamed.id).with("grade", context.model.grade_name(blamed.grade)).expected(expected);
            return;
        }
        better = Some((places, row));
    }
}
