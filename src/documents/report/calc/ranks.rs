//! Ranks within the group and over all, the places of each quota, and the comparison with the program's results.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Plan, Row, Rows};
use super::totals::TotalPlan;
use crate::documents::report::cells::Run;
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::view::View;
use crate::model::{SchemeIx, Size};
use crate::result::outcome::{Circle, Contest, Fate, Grade, Model, QuotaUse, RankMethod, RankScope, Step, UnitOutcome};
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Rounding};

/// Columns of the units: their group, and how they take part.
pub(super) const GROUP: u16 = 2;
pub(super) const MODE: u16 = 3;
/// The column of their schemes, where ranks or places are counted in them.
const SCHEME: u16 = 4;

/// Whether ranks or places are counted within schemes.
pub(super) fn needs_schemes(model: &Model) -> bool {
    model.rank.scope == RankScope::Scheme || model.awards.iter().any(|award| award.scope == RankScope::Scheme)
}

/// Whether ranks in schemes are copied: schemes are not neighbours, so no plain formula counts their different totals.
pub(super) fn copies_schemes(model: &Model) -> bool {
    model.rank.method == RankMethod::Dense
}

/// The columns of ranks and of the comparison.
pub(super) struct RankPlan {
    /// If equal totals count once: columns that mark the first of equal totals, within the group and over all.
    firsts: Option<(u16, u16)>,
    /// Each recomputed column with the column of the program's number.
    compared: Vec<(u16, u16)>,
    /// The column of differences.
    pub(super) difference: u16,
}

/// How a compared number is shown.
#[derive(Clone, Copy)]
enum Digits {
    Points,
    Count,
}

/// Rows and totals of ranked units, best total first.
struct Scope<'r> {
    rows: Rows,
    totals: Vec<&'r Exact>,
    different: BTreeSet<&'r Exact>,
    /// Rows of the first unit with its total.
    firsts: BTreeSet<usize>,
}

/// The ranked units of each group, and all units.
pub(super) struct Scopes<'r> {
    groups: BTreeMap<&'r str, Scope<'r>>,
    schemes: BTreeMap<SchemeIx, Scope<'r>>,
    all: Scope<'r>,
    /// The column of totals.
    column: u16,
}

/// The position of a ranked unit: within its group and over all.
pub(super) struct UnitPlaces {
    group: Place,
    all: Place,
    scheme: Option<Place>,
}

/// The position of a total among others.
struct Place {
    /// The rows of all of them.
    rows: Rows,
    /// How many are greater, how many at least as great, and how many distinct ones are greater.
    above: usize,
    with_equal: usize,
    distinct: usize,
    /// Whether it is the first among equal ones.
    is_first: bool,
}

impl<'r> Scopes<'r> {
    /// Units are sorted group by group, ranked ones first, so those of a group are adjacent.
    pub(super) fn new(units: &[&'r UnitOutcome], rows: &'r [Row<'_>], column: u16) -> Self {
        let mut groups: BTreeMap<&str, Scope<'_>> = BTreeMap::new();
        let mut schemes: BTreeMap<SchemeIx, Scope<'_>> = BTreeMap::new();
        let mut all =
            Scope::of(Rows { first: rows.first().map_or(0, |row| row.at), last: rows.last().map_or(0, |row| row.at) });
        for (unit, row) in units.iter().zip(rows).filter(|(unit, _)| unit.rank_group.is_some()) {
            let Some(number) = row.number(column) else { continue };
            let group =
                groups.entry(&unit.roster.group).or_insert_with(|| Scope::of(Rows { first: row.at, last: row.at }));
            group.rows.last = row.at;
            group.add(row.at, number);
            all.add(row.at, number);
            if let Some(scheme) = unit.roster.scheme.filter(|_| unit.rank_scheme.is_some()) {
                schemes.entry(scheme).or_insert_with(|| Scope::of(all.rows)).add(row.at, number);
            }
        }
        for scope in groups.values_mut().chain(schemes.values_mut()).chain([&mut all]) {
            scope.totals.sort_by(|a, b| b.cmp(a));
        }
        Self { groups, schemes, all, column }
    }

    /// The position of a unit; none if it is not ranked.
    pub(super) fn places(&self, unit: &UnitOutcome, row: &Row<'_>) -> Option<UnitPlaces> {
        let group = self.groups.get(unit.roster.group.as_str()).filter(|_| unit.rank_group.is_some())?;
        let total = row.or_zero(self.column);
        let scheme = unit.roster.scheme.and_then(|scheme| self.schemes.get(&scheme));
        let scheme = scheme.map(|scheme| scheme.place(row.at, total));
        Some(UnitPlaces { group: group.place(row.at, total), all: self.all.place(row.at, total), scheme })
    }
}

impl<'r> Scope<'r> {
    const fn of(rows: Rows) -> Self {
        Self { rows, totals: Vec::new(), different: BTreeSet::new(), firsts: BTreeSet::new() }
    }

    fn add(&mut self, row: usize, total: &'r Exact) {
        if self.different.insert(total) {
            self.firsts.insert(row);
        }
        self.totals.push(total);
    }

    fn place(&self, row: usize, total: &Exact) -> Place {
        let above = self.totals.partition_point(|own| *own > total);
        Place {
            rows: self.rows,
            above,
            with_equal: self.totals.partition_point(|own| *own >= total),
            distinct: self.totals[..above].chunk_by(|a, b| a == b).count(),
            is_first: self.firsts.contains(&row),
        }
    }
}

impl RankPlan {
    pub(super) fn new<'o>(view: &View<'o>, plan: &mut Plan<'o>, totals: &TotalPlan) -> Self {
        let model = &view.outcome.model;
        plan.block(view.text("calc.ranks"));
        let firsts = (model.rank.method == RankMethod::Dense)
            .then(|| (plan.plain(view.text("calc.first-in-group")), plan.plain(view.text("calc.first-overall"))));
        let group = plan.plain(view.text("header.rank-group"));
        let overall = plan.plain(view.text("header.rank-overall"));
        let in_schemes = model.rank.scope == RankScope::Scheme;
        let scheme = in_schemes.then(|| (plan.plain(view.text("header.rank-scheme")), "header.rank-scheme"));
        plan.block(view.text("calc.engine"));
        let (plus, minus) = totals.sums();
        let rates = totals.rates.each().zip(model.components.iter().map(|own| own.name.as_str()));
        let others = [
            (totals.base, "header.base"),
            (plus, "header.plus"),
            (minus, "header.minus"),
            (totals.total, "header.total"),
            (group, "header.rank-group"),
            (overall, "header.rank-overall"),
        ];
        let named = rates.chain(others.into_iter().chain(scheme).map(|(column, key)| (column, view.text(key))));
        let compared = named.map(|(column, title)| (column, plan.plain(title))).collect();
        plan.block(view.text("calc.check"));
        let difference = plan.plain(view.text("calc.difference"));
        plan.plain(view.text("header.remark"));
        Self { firsts, compared, difference }
    }

    /// Adds the ranks of a unit; a unit that is not ranked has none. `column` is that of the totals.
    pub(super) fn ranks(&self, view: &View<'_>, column: u16, places: Option<&UnitPlaces>, row: &mut Row<'_>) {
        let Some(places) = places else {
            let in_schemes = usize::from(view.outcome.model.rank.scope == RankScope::Scheme);
            (0..if self.firsts.is_some() { 4 } else { 2 } + in_schemes).for_each(|_| row.missing());
            return;
        };
        let UnitPlaces { group: own, all: whole, scheme } = places;
        let (cell, mode) = (row.cell(column), row.cell(MODE));
        let group = own.rows.of(column).pinned();
        let all = whole.rows.of(column).pinned();
        if let Some((in_group, overall)) = self.firsts {
            Self::first_flags(own, whole, column, row);
            for (totals, flags, place) in [(group, in_group, own), (all, overall, whole)] {
                let flags = place.rows.of(flags).pinned();
                let formula = format!("SUMIF({totals},\">\"&{cell},{flags})+1");
                row.styled(formula, Some(Exact::from(place.distinct + 1)), 0, Style::Strong);
            }
            if let Some(scheme) = scheme {
                row.marked(Cow::Owned(Exact::from(scheme.distinct + 1)));
            }
            return;
        }
        let modes = whole.rows.of(MODE).pinned();
        let modified = view.outcome.model.rank.method == RankMethod::Modified;
        let (sign, more) = if modified { (">=", "") } else { (">", "+1") };
        let rank = |place: &Place| Some(Exact::from(if modified { place.with_equal } else { place.above + 1 }));
        row.styled(format!("COUNTIF({group},\"{sign}\"&{cell}){more}"), rank(own), 0, Style::Strong);
        let formula = format!("COUNTIFS({modes},{mode},{all},\"{sign}\"&{cell}){more}");
        row.styled(formula, rank(whole), 0, Style::Strong);
        if let Some(scheme) = scheme {
            let (schemes, own) = (scheme.rows.of(SCHEME).pinned(), row.cell(SCHEME));
            let formula = format!("COUNTIFS({schemes},{own},{modes},{mode},{all},\"{sign}\"&{cell}){more}");
            row.styled(formula, rank(scheme), 0, Style::Strong);
        }
    }

    /// 1 for the first unit of those with an equal total, 0 for the others: within the group, then over all.
    fn first_flags(group: &Place, all: &Place, column: u16, row: &mut Row<'_>) {
        let (cell, mode) = (row.cell(column), row.cell(MODE));
        let at = row.at;
        let until = |place: &Place, column: u16| {
            format!("{}:{}", Run::cell(place.rows.first, column).pinned(), Run::cell(at, column))
        };
        let flag = |place: &Place| Some(Exact::from(i64::from(place.is_first)));
        row.styled(format!("IF(COUNTIF({},{cell})=1,1,0)", until(group, column)), flag(group), 0, Style::Number);
        let (modes, totals) = (until(all, MODE), until(all, column));
        let formula = format!("IF(COUNTIFS({modes},{mode},{totals},{cell})=1,1,0)");
        row.styled(formula, flag(all), 0, Style::Number);
    }

    /// Adds the program's numbers and the sum of the differences.
    pub(super) fn compare<'o>(&self, view: &View<'_>, unit: &'o UnitOutcome, row: &mut Row<'o>) -> Exact {
        let decimals = view.outcome.model.score.decimals;
        let exact = unit.exact.as_ref();
        let rates = view.outcome.model.components.iter();
        let rates =
            rates.map(|own| (unit.components.get(&own.id).map(|own| Cow::Borrowed(&own.exact)), Digits::Points));
        let others = [
            (exact.map(|exact| Cow::Borrowed(&exact.base)), Digits::Points),
            (exact.map(|exact| Cow::Borrowed(&exact.plus)), Digits::Points),
            (exact.map(|exact| Cow::Borrowed(&exact.minus)), Digits::Points),
            (unit.total.as_deref().and_then(Exact::parse).map(Cow::Owned), Digits::Points),
            (unit.rank_group.map(Exact::from).map(Cow::Owned), Digits::Count),
            (unit.rank_overall.map(Exact::from).map(Cow::Owned), Digits::Count),
        ];
        let mut terms = Vec::new();
        let mut sum = Exact::zero();
        let scheme = (unit.rank_scheme.map(Exact::from).map(Cow::Owned), Digits::Count);
        for ((value, digits), (mine, column)) in rates.chain(others).chain([scheme]).zip(&self.compared) {
            let Some(value) = value else {
                row.missing();
                continue;
            };
            sum = sum + (row.or_zero(*mine) - &*value).abs();
            match digits {
                Digits::Points => row.input(value, decimals),
                Digits::Count => row.count(value),
            }
            let (a, b) = (row.cell(*mine), row.cell(*column));
            terms.push(format!("MAX({a}-{b},{b}-{a})"));
        }
        let style = if sum.is_zero() { Style::Good } else { Style::Bad };
        row.styled(format!("ROUND({},10)", terms.join("+")), Some(sum.clone()), decimals, style);
        sum
    }
}

/// The places of a quota or an award in one scope.
struct Places<'o> {
    circle: Circle,
    group: Option<&'o str>,
    /// The grade, or the award.
    label: Cow<'o, str>,
    /// What is calculated; a number that is fixed or was approved is not.
    share: Option<Share<'o>>,
    /// The number that is not calculated.
    fixed: usize,
    /// The program's number.
    engine: usize,
}

/// A share of the ranked units and how it is made whole.
struct Share<'o> {
    share: &'o Exact,
    rounding: Rounding,
    /// Lowest number, and from how many units on.
    minimum: usize,
    minimum_from: usize,
}

impl<'o> Places<'o> {
    fn of_quota(view: &View<'o>, quota: &'o QuotaUse) -> Self {
        let group = view.outcome.group_of(quota);
        let rule = view.outcome.model.grades[quota.grade].quota.as_ref();
        let approved = view.outcome.places_row(quota);
        let (share, fixed) = match (approved, rule.map(|rule| (rule, rule.size(group)))) {
            (None, Some((rule, Size::Share(share)))) => {
                let (rounding, minimum, minimum_from) = (rule.rounding, rule.minimum, rule.minimum_from);
                (Some(Share { share: &share.0, rounding, minimum, minimum_from }), 0)
            }
            (None, Some((_, Size::Places(places)))) => (None, *places),
            (approved, _) => (None, approved.map_or(0, |row| row.places.value)),
        };
        let label = Cow::Borrowed(view.outcome.model.grade_name(quota.grade));
        Self { circle: quota.circle, group, label, share, fixed, engine: quota.seats.places }
    }

    fn of_award(view: &View<'o>, contest: &'o Contest) -> Option<Self> {
        let award = view.outcome.model.awards.get(contest.award)?;
        let (share, fixed) = match &award.size {
            Size::Share(share) => {
                let rounding = award.rounding;
                (Some(Share { share: &share.0, rounding, minimum: 0, minimum_from: 1 }), 0)
            }
            Size::Places(places) => (None, *places),
        };
        let label = Cow::Owned(format!("{} {}", award.code, award.name));
        let group = view.outcome.group_of_award(contest);
        Some(Self { circle: contest.circle, group, label, share, fixed, engine: contest.places })
    }
}

/// The last units of each scope who are lowered to a grade: a share of its ranked units, rounded up.
fn bottoms<'o>(view: &View<'o>) -> Vec<Places<'o>> {
    let (model, outcome) = (&view.outcome.model, view.outcome);
    let circles: Vec<Circle> = match model.rank.scope {
        RankScope::All => vec![Circle::All],
        RankScope::Group => (0..outcome.groups.len()).map(Circle::Group).collect(),
        RankScope::Scheme => (0..model.schemes.len()).map(|index| Circle::Scheme(SchemeIx(index))).collect(),
    };
    let last = |circle: Circle, grade: &'o Grade| {
        let (bottom, group) = (grade.bottom.as_ref()?, circle.name(model, &outcome.groups));
        let ranked = view.units.iter().filter(|unit| unit.rank_group.is_some());
        let count = ranked.filter(|unit| group.is_none() || outcome.scope_of(unit) == group).count();
        let share = Share { share: &bottom.share.0, rounding: Rounding::Ceil, minimum: 0, minimum_from: 1 };
        let label = Cow::Owned(say!(view, "calc.last", grade = grade.name));
        (count > 0).then(|| Places { circle, group, label, share: Some(share), fixed: 0, engine: bottom.last(count) })
    };
    let all = circles.iter().flat_map(|circle| model.grades.iter().map(move |grade| (*circle, grade)));
    all.filter_map(|(circle, grade)| last(circle, grade)).collect()
}

/// What formulas cannot choose is copied and marked: who won an award, and who of the last was lowered.
pub(super) fn copied<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let outcome = view.outcome;
    let named = |units: Vec<&'o UnitOutcome>| {
        let names = view.lang.join("report.list", units.into_iter().map(|unit| unit.roster.name.as_str()));
        if names.is_empty() { view.text("report.none").to_owned() } else { names }
    };
    let won = outcome.awards.iter().filter_map(|contest| {
        let award = outcome.model.awards.get(contest.award)?;
        let winners = contest.contenders.iter().filter(|own| own.fate == Fate::Won);
        let units = winners.filter_map(|own| outcome.units.get(own.unit.0)).collect();
        Some((outcome.group_of_award(contest), format!("{} {}", award.code, award.name), named(units)))
    });
    let lowered = outcome.model.grades.iter().enumerate().filter(|(_, grade)| grade.bottom.is_some());
    let lowered = lowered.map(|(index, grade)| {
        let is_lowered = |unit: &&&'o UnitOutcome| {
            unit.path.iter().any(|step| matches!(step, Step::Bottom { to, .. } if *to == index))
        };
        let units = view.units.iter().filter(is_lowered).copied().collect();
        (None, say!(view, "calc.last", grade = grade.name), named(units))
    });
    let rows: Vec<(Option<&'o str>, String, String)> = won.chain(lowered).collect();
    if rows.is_empty() {
        return;
    }
    sheet.section(view.text("calc.copied"));
    for (scope, label, names) in rows {
        sheet.row(vec![
            CellDoc::center(scope.unwrap_or(view.text("report.all"))),
            CellDoc::center(label),
            CellDoc::text(names).role(Style::Warning).across(CellDoc::WHOLE),
        ]);
    }
}

/// The places of every quota and award, and how many are the last: share of the ranked units, rounded as the model declares, at least the minimum.
/// Returns the cells of the differences and their sum.
pub(super) fn places<'o>(view: &View<'o>, units: Rows, sheet: &mut SheetDoc<'o>) -> (Option<Run>, Exact) {
    let mut sum = Exact::zero();
    let quotas = view.outcome.quotas.iter().map(|quota| Places::of_quota(view, quota));
    let awards = view.outcome.awards.iter().filter_map(|contest| Places::of_award(view, contest));
    let all: Vec<Places<'o>> = quotas.chain(awards).chain(bottoms(view)).collect();
    if all.is_empty() {
        return (None, sum);
    }
    sheet.section(view.text("calc.places"));
    // Without grades all places are those of awards.
    let label = if view.outcome.model.grades.is_empty() { "report.awards" } else { "header.grade-or-better" };
    sheet.row(view.headers(&[
        view.scope_rows().0,
        label,
        "header.ranked",
        "header.share",
        "calc.rounding",
        "calc.minimum",
        "calc.minimum-from",
        "calc.places.computed",
        "calc.places.engine",
        "calc.difference",
    ]));
    let top = units.first + sheet.rows.len();
    for places in all {
        let row = units.first + sheet.rows.len();
        let (cells, difference) = place_row(view, places, units, row);
        sheet.row(cells);
        sum = sum + difference;
    }
    (Some(Run::down(9, top, units.first + sheet.rows.len() - 1)), sum)
}

fn place_row<'o>(view: &View<'o>, own: Places<'o>, units: Rows, at: usize) -> (Vec<CellDoc<'o>>, Exact) {
    let ranked = view.units.iter().filter(|unit| unit.rank_group.is_some());
    let is_in = |unit: &&&UnitOutcome| match own.circle {
        Circle::All => true,
        Circle::Group(_) => Some(unit.roster.group.as_str()) == own.group,
        Circle::Scheme(scheme) => unit.roster.scheme == Some(scheme),
    };
    let count = ranked.filter(is_in).count();
    let places = own.share.as_ref().map_or_else(|| Exact::from(own.fixed), |share| share.places(count));
    let difference = (&places - &Exact::from(own.engine)).abs();
    let modes = units.of(MODE).pinned();
    let column = if matches!(own.circle, Circle::Scheme(_)) { SCHEME } else { GROUP };
    let groups = units.of(column).pinned();
    let ranked = view.word("mode", "ranked");
    let cell = |column: u16| Run::cell(at, column);
    let (name, formula) = match own.group {
        Some(group) => (group, format!("COUNTIFS({groups},{},{modes},\"{ranked}\")", cell(0))),
        None => (view.text("report.all"), format!("COUNTIF({modes},\"{ranked}\")")),
    };
    let head = [
        CellDoc::center(name),
        CellDoc::center(own.label),
        CellDoc::formula(formula, &Exact::from(count), Some(0)).role(Style::Center),
    ];
    let style = if difference.is_zero() { Style::Good } else { Style::Bad };
    let (a, b) = (cell(7), cell(8));
    let tail = [
        CellDoc::count(own.engine),
        CellDoc::formula(format!("MAX({a}-{b},{b}-{a})"), &difference, Some(0)).role(style),
    ];
    let Some(share) = own.share else {
        // A fixed or approved number is not calculated; it may be changed.
        let blank = (0..4).map(|_| CellDoc::missing());
        let number = super::changeable(CellDoc::number(&places, 0));
        return (head.into_iter().chain(blank).chain([number]).chain(tail).collect(), difference);
    };
    let exact = format!("ROUND({}*{}/100,10)", cell(3), cell(2));
    let (rounded, word) = match share.rounding {
        Rounding::HalfUp => (format!("ROUND({exact},0)"), "calc.rounding.half_up"),
        Rounding::Ceil => (format!("-INT(-{exact})"), "calc.rounding.ceil"),
        Rounding::Floor => (format!("INT({exact})"), "calc.rounding.floor"),
    };
    let least = format!("IF({}>={},{},0)", cell(2), cell(6), cell(5));
    let middle = [
        super::changeable(view.short_precise(share.share)),
        CellDoc::center(view.text(word)),
        super::changeable(CellDoc::count(share.minimum)),
        super::changeable(CellDoc::count(share.minimum_from)),
        CellDoc::formula(format!("MAX({rounded},{least})"), &places, Some(0)),
    ];
    (head.into_iter().chain(middle).chain(tail).collect(), difference)
}

impl Share<'_> {
    /// The share of the ranked units, rounded to a whole number, at least the minimum if enough units are ranked.
    fn places(&self, ranked: usize) -> Exact {
        let places = (self.share * &Exact::from(ranked) / Exact::from(100)).whole(self.rounding);
        if ranked >= self.minimum_from { places.max(Exact::from(self.minimum)) } else { places }
    }
}
