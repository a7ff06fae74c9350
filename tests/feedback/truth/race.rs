//! Places given out once more, with another total for one unit: the least that gives it one.

use std::collections::BTreeSet;

use assess::shared::number::Exact;
use serde_json::Value;

use super::facts::{Facts, list, number, text};

/// A unit that competes for places.
#[derive(Clone)]
struct Runner {
    code: String,
    total: Exact,
    ties: Vec<Option<Exact>>,
    allowed: usize,
    floor: Option<usize>,
}

/// The units of a scope, and one of them that may have another total.
pub(super) struct Race<'f, 'r> {
    facts: &'f Facts<'r>,
    limit: usize,
    runners: Vec<Runner>,
    /// Room in each quota after decisions and deferrals.
    room: Vec<Option<i64>>,
}

impl<'f, 'r> Race<'f, 'r> {
    /// The race for a grade or better.
    pub(super) fn of(facts: &'f Facts<'r>, limit: usize) -> Self {
        let grades = list(&facts.model()["grades"]);
        let by_group = facts.model()["rank_scope"] == "group";
        let places = |grade: &Value| {
            let own = list(&facts.result["quotas"])
                .iter()
                .find(|quota| quota["grade"] == grade["name"] && (!by_group || quota["group"] == facts.unit["group"]));
            own.map(|quota| quota["places"].as_i64().unwrap())
        };
        let mut race = Self { facts, limit, runners: Vec::new(), room: grades.iter().map(places).collect() };
        for unit in facts.scope() {
            let own = Facts { result: facts.result, unit };
            let step = |kind: &str| own.steps(kind).first().copied();
            let settled = step("decision").or_else(|| step("deferred"));
            if settled.is_none() {
                race.runners.push(runner(&own));
            } else if unit["takes_place"] == true {
                let at = step("decision").or_else(|| step("place-kept")).unwrap();
                let grade = own.grade(text(&at["to"])).unwrap();
                race.room[grade..].iter_mut().flatten().for_each(|left| *left -= 1);
            }
        }
        race
    }

    fn own(&self) -> Option<&Runner> {
        self.runners.iter().find(|runner| runner.code == text(&self.facts.unit["code"]))
    }

    /// Whether the unit competes, and caps would let it.
    pub(super) fn competes(&self) -> bool {
        self.own().is_some_and(|own| own.allowed <= self.limit)
    }

    /// The least greater total that gives a place, among all at which anything can change.
    pub(super) fn least(&self) -> Option<Exact> {
        let own = self.own()?;
        let step = self.facts.step();
        let decimals = self.facts.decimals();
        let bars = list(&self.facts.model()["grades"]).iter().map(|grade| number(&grade["at_least"]).unwrap());
        let totals = self.runners.iter().map(|runner| runner.total.clone());
        let near: BTreeSet<Exact> = bars
            .chain(totals)
            .map(|at| at.round(decimals))
            .flat_map(|at| [&at - &step, at.clone(), &at + &step])
            .collect();
        let most = number(&self.facts.model()["max"]).unwrap();
        near.into_iter().filter(|total| *total > own.total && *total <= most).find(|total| self.placed(total))
    }

    /// Whether the unit with this total would be placed at the grade or better.
    fn placed(&self, total: &Exact) -> bool {
        let code = text(&self.facts.unit["code"]);
        let mut room = self.room.clone();
        let mut left: Vec<(usize, Runner)> = self.runners.iter().cloned().map(|own| (0, own)).collect();
        for (grade, runner) in &mut left {
            if runner.code == code {
                runner.total = total.clone();
            }
            *grade = self.reached(runner);
        }
        let policy = text(&self.facts.model()["tie_at_quota"]);
        for grade in 0..=self.limit {
            let mut here: Vec<Runner> = left.iter().filter(|(at, _)| *at == grade).map(|(_, r)| r.clone()).collect();
            if here.iter().any(|runner| runner.code == code && runner.floor == Some(grade)) {
                return true;
            }
            here.retain(|runner| runner.floor != Some(grade));
            here.sort_by(|a, b| (&b.total, &b.ties).cmp(&(&a.total, &a.ties)));
            let mut closed = false;
            for tied in here.chunk_by(|a, b| (&a.total, &a.ties) == (&b.total, &b.ties)) {
                let free = room[grade..].iter().flatten().min().copied();
                let size = i64::try_from(tied.len()).unwrap();
                let fits = free.is_none_or(|free| size <= free || (free > 0 && policy == "include"));
                if !closed && fits {
                    if tied.iter().any(|runner| runner.code == code) {
                        return true;
                    }
                    room[grade..].iter_mut().flatten().for_each(|left| *left -= size);
                    continue;
                }
                closed |= free.is_some_and(|free| free > 0);
                for (at, runner) in &mut left {
                    *at += usize::from(tied.iter().any(|own| own.code == runner.code));
                }
            }
        }
        false
    }

    /// The grade by total, caps and promotion.
    fn reached(&self, runner: &Runner) -> usize {
        let grades = list(&self.facts.model()["grades"]);
        let bar = grades.iter().position(|grade| number(&grade["at_least"]).unwrap() <= runner.total);
        let capped = bar.unwrap_or(grades.len() - 1).max(runner.allowed);
        runner.floor.map_or(capped, |floor| floor.min(capped))
    }
}

fn runner(own: &Facts<'_>) -> Runner {
    let grade = |value: &Value| own.grade(text(value));
    let allowed = own.steps("cap").iter().filter_map(|step| grade(&step["values"]["at_most"])).max();
    Runner {
        code: text(&own.unit["code"]).to_owned(),
        total: own.total(),
        ties: list(&own.model()["tie_break"]).iter().map(|name| tie(own, text(name))).collect(),
        allowed: allowed.unwrap_or(0),
        floor: own.steps("promotion").iter().filter_map(|step| grade(&step["values"]["floor"])).min(),
    }
}

/// The value of a link of the chain, by its name.
fn tie(own: &Facts<'_>, name: &str) -> Option<Exact> {
    let unit = own.unit;
    if name == "fewer_deductions" {
        return Some(-number(&unit["exact"]["minus"]).unwrap());
    }
    if let Some(id) = name.strip_prefix("satisfaction:") {
        return number(&unit["components"][id]["ballots"]["satisfaction"]);
    }
    if unit["components"][name].is_object() {
        return number(&unit["components"][name]["exact"]);
    }
    let leaf = list(&unit["leaves"]).iter().find(|leaf| leaf["code"] == name);
    leaf.map_or_else(
        || number(&unit["aspects"][name]["exact"]).or_else(|| number(&unit["lines"][name]["exact"])),
        |leaf| number(&leaf["rate"]),
    )
}
