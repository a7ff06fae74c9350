//! What a letter says of the next grade, of places, and of what would recover most.

use assess::shared::number::Exact;
use serde_json::Value;

use super::check::{Reader, read};
use super::facts::{list, number, text};
use super::grammar::{OBSTACLE, Said};
use super::race::Race;

impl Reader<'_> {
    pub(super) fn outlook(&mut self, said: &[Said]) {
        let own = self.facts.own_grade();
        let kinds: Vec<&str> = said.iter().map(|one| one.kind).collect();
        self.is(kinds.contains(&"best") == (own == Some(0)), || format!("best in {kinds:?}"));
        let told = kinds.contains(&"reached") || kinds.contains(&"short");
        self.is(told == own.is_some_and(|own| own > 0), || format!("next grade in {kinds:?}"));
        let held = kinds.contains(&"obstacles");
        self.is(held || !kinds.contains(&"reached"), || "the bar is reached and nothing stands in the way".to_owned());
        for one in said {
            match one.kind {
                "reached" | "short" => self.next_grade(one),
                "obstacles" => {
                    for part in self.parts(OBSTACLE, one.slot("list"), self.semicolon()) {
                        self.obstacle(&part);
                    }
                }
                "best" => {}
                "gain" => self.gain(one),
                _ => self.quota(one),
            }
        }
    }

    /// The grade above its own, its bar, and what is missing to it.
    fn next_grade(&mut self, one: &Said) {
        let (own, named) = (self.facts.own_grade(), self.facts.grade(one.slot("grade")));
        self.is(own.is_some() && named.map(|at| at + 1) == own, || format!("{one:?} from {own:?}"));
        let Some(named) = named else { return };
        let bar = number(&self.facts.model()["grades"][named]["at_least"]).unwrap();
        self.is(read(one.slot("bar")) == bar, || format!("{one:?}: bar {}", bar.fraction()));
        let short = &bar - &self.facts.total();
        match one.get("short") {
            Some(shown) => {
                self.printed("short", shown, &short);
                self.is(short.is_positive(), || format!("{one:?}, though the bar is reached"));
            }
            None => self.is(!short.is_positive(), || format!("{one:?}, though {} short", short.fraction())),
        }
    }

    fn obstacle(&mut self, one: &Said) {
        let own = self.facts.own_grade().unwrap_or(0);
        let cap = |step: &Value| {
            step["name"] == one.slot("name")
                && self.facts.grade(text(&step["values"]["at_most"])).is_some_and(|at| at >= own)
        };
        let holds = match one.kind {
            "cap" | "lifted" => self.facts.steps("cap").iter().any(|step| cap(step)),
            "decision" => !self.facts.steps("decision").is_empty(),
            "room" => self.dropped_from(&["no-room"], one.slot("grade")),
            _ => self.dropped_from(&["tie-excluded", "tie-pending", "behind-tie"], one.slot("grade")),
        };
        self.is(holds, || format!("{one:?} does not hold"));
        if one.kind == "cap" {
            let allowed = self.facts.grade(one.slot("to"));
            self.is(allowed.is_some_and(|allowed| allowed <= own), || format!("{one:?}, though the grade is better"));
        }
    }

    fn dropped_from(&self, kinds: &[&str], grade: &str) -> bool {
        kinds.iter().any(|kind| self.facts.steps(kind).iter().any(|step| step["from"] == grade))
    }

    /// The leaf that recovers most: what it lost, and what that is worth in the total.
    fn gain(&mut self, one: &Said) {
        let Some(item) = self.items.iter().find(|item| item.name == one.slot("leaf")) else {
            return self.wrong.push(format!("no leaf is called so: {one:?}"));
        };
        let (lost, code) = (&item.full - item.points.as_ref().unwrap(), item.code.clone());
        self.printed("lost", one.slot("lost"), &lost);
        // What it is worth, not what rounding makes of it: that would tell how the total was rounded.
        let now = self.facts.total_without();
        let more = self.facts.total_with(&code) - &now;
        self.printed("gain", one.slot("gain"), &more);
        let lossy = self.items.iter().filter(|item| item.points.as_ref().is_some_and(|points| *points < item.full));
        let best = lossy.map(|item| self.facts.total_with(&item.code)).max();
        self.is(best.is_some_and(|best| best - &now <= more), || format!("another recovers more: {one:?}"));
    }

    /// Holds a sentence about the places of a grade or better against the result.
    fn quota(&mut self, one: &Said) {
        let facts = &self.facts;
        let group = (facts.model()["rank_scope"] == "group").then(|| facts.unit["group"].clone());
        let own = |quota: &&Value| {
            quota["grade"] == one.slot("grade") && group.as_ref().is_none_or(|group| quota["group"] == *group)
        };
        let Some(quota) = list(&facts.result["quotas"]).iter().find(own) else {
            return self.is(false, || format!("no such quota: {one:?}"));
        };
        let count = |name: &str| usize::try_from(quota[name].as_u64().unwrap()).unwrap();
        let (places, taken, ranked) = (count("places"), count("taken"), count("ranked"));
        let limit = facts.grade(one.slot("grade")).unwrap();
        let inside = facts.own_grade().is_some_and(|own| own <= limit);
        let takes = facts.unit["takes_place"] == true;
        let line = self.line(limit);
        let total = self.facts.total();
        let least = self.facts.setting("min_group");
        self.is(one.slot("places") == places.to_string(), || format!("{one:?}: {places} places"));
        let named = one.get("taken").is_none_or(|shown| shown == taken.to_string());
        self.is(named, || format!("{one:?}: {taken} taken"));
        let small = ranked < least;
        let race = Race::of(&self.facts, limit);
        let competes = race.competes();
        let needed = race.least();
        let bar = number(&self.facts.model()["grades"][limit]["at_least"]).unwrap();
        let by_the_bar = needed.as_ref().is_some_and(|needed| needed - &self.facts.step() < bar && places > taken);
        let free = one.get("free").is_some_and(|free| free.parse() == Ok(places.saturating_sub(taken)));
        let holds = match one.kind {
            "inside" => inside && takes,
            "outside" => inside && !takes,
            "free" => !inside && free && (!competes || by_the_bar),
            "suppressed" => !inside && small && one.slot("least") == least.to_string() && !(competes && by_the_bar),
            "level" => !inside && !small && !competes && line.as_ref().is_some_and(|line| *line <= total),
            "behind" => !inside && !small && !competes && line.as_ref().is_some_and(|line| *line > total),
            "count" => !inside && !small && !competes && line.is_none(),
            "never" => !inside && !small && competes && needed.is_none(),
            "needs" => {
                let told = needed.as_ref() == Some(&read(one.slot("total")));
                !inside && !small && competes && !by_the_bar && told
            }
            _ => false,
        };
        self.is(holds, || format!("{one:?} does not hold: {:?}", needed.as_ref().map(Exact::fraction)));
        match (one.kind, one.get("points"), needed, line) {
            ("needs", Some(points), Some(needed), _) => self.printed("missing", points, &(needed - total)),
            ("behind", Some(points), _, Some(line)) => self.printed("behind the line", points, &(line - total)),
            _ => {}
        }
    }

    /// The lowest total that holds a place at a grade or better.
    fn line(&self, limit: usize) -> Option<Exact> {
        let facts = &self.facts;
        let holds = |unit: &&&Value| {
            unit["takes_place"] == true && facts.grade(text(&unit["grade"])).is_some_and(|grade| grade <= limit)
        };
        facts.scope().iter().filter(holds).filter_map(|unit| number(&unit["total"])).min()
    }
}
