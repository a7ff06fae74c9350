//! Ranks within the group and over all, the places of each quota, and the comparison with what the program found.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Plan, Row};
use super::totals::TotalPlan;
use crate::documents::report::cells::Run;
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::view::View;
use crate::result::outcome::{GradeModel, QuotaOutcome, RankMethod, UnitOutcome};
use crate::shared::number::{Exact, Rounding};

/// Columns of the units: their group, and how they take part.
pub(super) const GROUP: u16 = 2;
pub(super) const MODE: u16 = 3;

/// The columns of ranks and of the comparison.
pub(super) struct RankPlan {
    /// Where equal totals count once: columns that tell the first of equal totals, within the group and over all.
    firsts: Option<(u16, u16)>,
    /// Each recomputed column with the column of the program's number.
    compared: Vec<(u16, u16)>,
    /// The column of differences.
    pub(super) difference: u16,
}

/// How a compared number is shown.
#[derive(Clone, Copy)]
enum Kind {
    Points,
    Count,
}

/// Rows and totals of ranked units, best total first.
struct Scope {
    rows: (usize, usize),
    totals: Vec<Exact>,
}

/// The ranked units of each group, and all units.
pub(super) struct Scopes<'r> {
    groups: BTreeMap<&'r str, Scope>,
    all: Scope,
    /// Rows of the first unit with its total, within the group and over all.
    firsts: (BTreeSet<usize>, BTreeSet<usize>),
}

impl<'r> Scopes<'r> {
    /// Units stand group by group, ranked ones first, so those of a group are neighbours.
    pub(super) fn new(units: &[&'r UnitOutcome], rows: &[Row], total: u16) -> Self {
        let mut groups: BTreeMap<&str, Scope> = BTreeMap::new();
        let whole = (rows.first().map_or(0, |row| row.at), rows.last().map_or(0, |row| row.at));
        let mut all = Scope { rows: whole, totals: Vec::new() };
        let (mut seen, mut seen_in_group) = (BTreeSet::new(), BTreeSet::new());
        let mut firsts = (BTreeSet::new(), BTreeSet::new());
        for (unit, row) in units.iter().zip(rows).filter(|(unit, _)| unit.rank_group.is_some()) {
            let Some(number) = row.number(total) else { continue };
            if seen_in_group.insert((&unit.group, number)) {
                firsts.0.insert(row.at);
            }
            if seen.insert(number) {
                firsts.1.insert(row.at);
            }
            let new = Scope { rows: (row.at, row.at), totals: Vec::new() };
            let group = groups.entry(&unit.group).or_insert(new);
            group.rows.1 = row.at;
            group.totals.push(number.clone());
            all.totals.push(number.clone());
        }
        for scope in groups.values_mut().chain([&mut all]) {
            scope.totals.sort_by(|a, b| b.cmp(a));
        }
        Self { groups, all, firsts }
    }

    fn firsts_at(&self, row: usize) -> (bool, bool) {
        (self.firsts.0.contains(&row), self.firsts.1.contains(&row))
    }
}

impl Scope {
    /// How many totals are above one, and how many above or equal to it.
    fn above(&self, total: &Exact) -> (usize, usize) {
        (self.totals.partition_point(|own| own > total), self.totals.partition_point(|own| own >= total))
    }

    /// How many different totals are above one.
    fn distinct_above(&self, total: &Exact) -> usize {
        self.totals[..self.above(total).0].chunk_by(|a, b| a == b).count()
    }
}

impl RankPlan {
    pub(super) fn new(view: &View<'_>, plan: &mut Plan, totals: &TotalPlan) -> Self {
        let model = &view.outcome.model;
        plan.block(view.text("calc.ranks"));
        let firsts = (model.rank_method == RankMethod::Dense)
            .then(|| (plan.plain(view.text("calc.first-in-group")), plan.plain(view.text("calc.first-overall"))));
        let group = plan.plain(view.text("header.rank-group"));
        let overall = plan.plain(view.text("header.rank-overall"));
        plan.block(view.text("calc.engine"));
        let (plus, minus) = totals.sums();
        let rates = (totals.rates.0..=totals.rates.1).zip(model.components.iter().map(|own| own.name.as_str()));
        let others = [
            (totals.base, "header.base"),
            (plus, "header.plus"),
            (minus, "header.minus"),
            (totals.total, "header.total"),
            (group, "header.rank-group"),
            (overall, "header.rank-overall"),
        ];
        let named = rates.chain(others.map(|(column, key)| (column, view.text(key))));
        let compared = named.map(|(column, title)| (column, plan.plain(title))).collect();
        plan.block(view.text("calc.check"));
        let difference = plan.plain(view.text("calc.difference"));
        plan.plain(view.text("header.remark"));
        Self { firsts, compared, difference }
    }

    /// Adds the ranks of a unit; a unit that is not ranked has none.
    pub(super) fn ranks(
        &self,
        view: &View<'_>,
        (unit, total, scopes): (&UnitOutcome, (u16, Exact), &Scopes<'_>),
        row: &mut Row,
    ) {
        let Some(own) = scopes.groups.get(unit.group.as_str()).filter(|_| unit.rank_group.is_some()) else {
            (0..if self.firsts.is_some() { 4 } else { 2 }).for_each(|_| row.missing());
            return;
        };
        let (column, total) = total;
        let (cell, mode) = (row.cell(column), row.cell(MODE));
        let group = Run::down(column, own.rows.0, own.rows.1).pinned();
        let all = Run::down(column, scopes.all.rows.0, scopes.all.rows.1).pinned();
        let modes = Run::down(MODE, scopes.all.rows.0, scopes.all.rows.1).pinned();
        if let Some((in_group, overall)) = self.firsts {
            Self::first_flags((own.rows.0, scopes.all.rows.0), column, scopes.firsts_at(row.at), row);
            let rank = |scope: &Scope| Some(Exact::from(scope.distinct_above(&total) + 1));
            let flags = |flags: u16, rows: (usize, usize)| Run::down(flags, rows.0, rows.1).pinned();
            let formula = format!("SUMIF({group},\">\"&{cell},{})+1", flags(in_group, own.rows));
            row.styled(formula, rank(own), 0, Style::Strong);
            let formula = format!("SUMIF({all},\">\"&{cell},{})+1", flags(overall, scopes.all.rows));
            row.styled(formula, rank(&scopes.all), 0, Style::Strong);
            return;
        }
        let modified = view.outcome.model.rank_method == RankMethod::Modified;
        let (sign, more) = if modified { (">=", "") } else { (">", "+1") };
        let rank = |scope: &Scope| {
            let (above, with_equal) = scope.above(&total);
            Some(Exact::from(if modified { with_equal } else { above + 1 }))
        };
        row.styled(format!("COUNTIF({group},\"{sign}\"&{cell}){more}"), rank(own), 0, Style::Strong);
        let formula = format!("COUNTIFS({modes},{mode},{all},\"{sign}\"&{cell}){more}");
        row.styled(formula, rank(&scopes.all), 0, Style::Strong);
    }

    /// 1 for the first unit of those with an equal total, 0 for the others: within the group, then over all.
    fn first_flags(tops: (usize, usize), column: u16, firsts: (bool, bool), row: &mut Row) {
        let (cell, mode) = (row.cell(column), row.cell(MODE));
        let at = row.at;
        let until = |top: usize, column: u16| format!("{}:{}", Run::cell(top, column).pinned(), Run::cell(at, column));
        let flag = |first: bool| Some(Exact::from(i64::from(first)));
        row.styled(format!("IF(COUNTIF({},{cell})=1,1,0)", until(tops.0, column)), flag(firsts.0), 0, Style::Number);
        let (modes, totals) = (until(tops.1, MODE), until(tops.1, column));
        let formula = format!("IF(COUNTIFS({modes},{mode},{totals},{cell})=1,1,0)");
        row.styled(formula, flag(firsts.1), 0, Style::Number);
    }

    /// Adds the program's numbers and the sum of the differences.
    pub(super) fn compare(&self, view: &View<'_>, unit: &UnitOutcome, row: &mut Row) -> Exact {
        let decimals = view.outcome.model.decimals;
        let exact = unit.exact.as_ref();
        let rates = view.outcome.model.components.iter();
        let rates = rates.map(|own| (unit.components.get(&own.id).map(|own| own.exact.clone()), Kind::Points));
        let others = [
            (exact.map(|exact| exact.base.clone()), Kind::Points),
            (exact.map(|exact| exact.plus.clone()), Kind::Points),
            (exact.map(|exact| exact.minus.clone()), Kind::Points),
            (unit.total.as_deref().and_then(Exact::parse), Kind::Points),
            (unit.rank_group.map(Exact::from), Kind::Count),
            (unit.rank_overall.map(Exact::from), Kind::Count),
        ];
        let mut terms = Vec::new();
        let mut sum = Exact::zero();
        for ((value, kind), (mine, column)) in rates.chain(others).zip(&self.compared) {
            match (value, row.number(*mine).cloned()) {
                (Some(value), own) => {
                    match kind {
                        Kind::Points => row.input(&value, decimals),
                        Kind::Count => row.count(&value),
                    }
                    let (a, b) = (row.cell(*mine), row.cell(*column));
                    terms.push(format!("MAX({a}-{b},{b}-{a})"));
                    sum = sum + (own.unwrap_or_else(Exact::zero) - value).abs();
                }
                (None, _) => row.missing(),
            }
        }
        let style = if sum.is_zero() { Style::Good } else { Style::Bad };
        row.styled(format!("ROUND({},10)", terms.join("+")), Some(sum.clone()), decimals, style);
        sum
    }
}

/// The places of every quota: share of the ranked units, made whole as the model says, at least the minimum. Gives the
/// cells of the differences and their sum.
pub(super) fn places(
    view: &View<'_>,
    units: (usize, usize),
    first_row: usize,
    sheet: &mut SheetDoc,
) -> (Option<Run>, Exact) {
    let mut sum = Exact::zero();
    if view.outcome.quotas.is_empty() {
        return (None, sum);
    }
    sheet.section(view.text("calc.places"));
    sheet.row(view.headers(&[
        "header.group",
        "header.grade-or-better",
        "header.ranked",
        "header.share",
        "calc.rounding",
        "calc.minimum",
        "calc.minimum-from",
        "calc.places.computed",
        "calc.places.engine",
        "calc.difference",
    ]));
    let top = first_row + sheet.rows.len();
    for quota in &view.outcome.quotas {
        let row = first_row + sheet.rows.len();
        let (cells, difference) = place_row(view, quota, units, row);
        sheet.row(cells);
        sum = sum + difference;
    }
    (Some(Run::down(9, top, first_row + sheet.rows.len() - 1)), sum)
}

fn place_row(view: &View<'_>, quota: &QuotaOutcome, units: (usize, usize), at: usize) -> (Vec<CellDoc>, Exact) {
    let grade = view.outcome.model.grades.iter().find(|grade| grade.name == quota.grade);
    let ranked = view.units.iter().filter(|unit| unit.rank_group.is_some());
    let own = ranked.filter(|unit| quota.group.as_deref().is_none_or(|group| unit.group == group)).count();
    let places = grade.map_or_else(Exact::zero, |grade| whole_places(grade, own));
    let difference = (&places - &Exact::from(quota.places)).abs();
    let modes = Run::down(MODE, units.0, units.1).pinned();
    let groups = Run::down(GROUP, units.0, units.1).pinned();
    let ranked = view.word("mode", "ranked");
    let cell = |column: u16| Run::cell(at, column);
    let (name, count) = match &quota.group {
        Some(group) => (group.as_str(), format!("COUNTIFS({groups},{},{modes},\"{ranked}\")", cell(0))),
        None => (view.text("report.all"), format!("COUNTIF({modes},\"{ranked}\")")),
    };
    let share = grade.and_then(|grade| grade.quota.as_ref()).map_or_else(Exact::zero, |share| share.0.clone());
    let exact = format!("ROUND({}*{}/100,10)", cell(3), cell(2));
    let rounding = grade.and_then(|grade| grade.rounding);
    let (rounded, word) = match rounding {
        Some(Rounding::HalfUp) => (format!("ROUND({exact},0)"), "calc.rounding.half_up"),
        Some(Rounding::Ceil) => (format!("-INT(-{exact})"), "calc.rounding.ceil"),
        _ => (format!("INT({exact})"), "calc.rounding.floor"),
    };
    let least = format!("IF({}>={},{},0)", cell(2), cell(6), cell(5));
    let (minimum, from) = grade.map_or((0, 0), |grade| (grade.minimum, grade.minimum_from));
    let style = if difference.is_zero() { Style::Good } else { Style::Bad };
    let (a, b) = (cell(7), cell(8));
    let cells = vec![
        CellDoc::center(name),
        CellDoc::center(&quota.grade),
        CellDoc::formula(count, &Exact::from(own), Some(0)).role(Style::Center),
        super::changeable(view.short_precise(&share)),
        CellDoc::center(view.text(word)),
        super::changeable(CellDoc::count(minimum)),
        super::changeable(CellDoc::count(from)),
        CellDoc::formula(format!("MAX({rounded},{least})"), &places, Some(0)),
        CellDoc::count(quota.places),
        CellDoc::formula(format!("MAX({a}-{b},{b}-{a})"), &difference, Some(0)).role(style),
    ];
    (cells, difference)
}

/// Share of the ranked units, made whole, at least the minimum where enough are ranked.
fn whole_places(grade: &GradeModel, ranked: usize) -> Exact {
    let share = grade.quota.as_ref().map_or_else(Exact::zero, |share| share.0.clone());
    let rounding = grade.rounding.unwrap_or(Rounding::Floor);
    let places = (share * Exact::from(ranked) / Exact::from(100)).whole(rounding);
    if ranked >= grade.minimum_from { places.max(Exact::from(grade.minimum)) } else { places }
}
