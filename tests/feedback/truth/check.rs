//! Whether what a letter says is so.

use std::collections::BTreeSet;

use assess::shared::number::Exact;
use serde_json::Value;

use super::facts::{Facts, Item, list, number, percent, text};
use super::grammar::{ADJUSTMENT, COMPONENT, ITEM, OUTLOOK, REQUIREMENTS, RESULT, STRENGTHS, Said, Tongue, WEAKNESSES};
use super::letter::Letter;

/// What was found wrong with a letter.
pub(super) type Wrong = Vec<String>;

/// A letter held against the numbers.
pub(super) struct Reader<'r> {
    pub(super) facts: Facts<'r>,
    pub(super) tongue: Tongue,
    pub(super) items: Vec<Item>,
    problems: Vec<String>,
    pub(super) wrong: Wrong,
}

pub(super) fn read(number: &str) -> Exact {
    Exact::parse(number).unwrap_or_else(|| panic!("{number} is no number"))
}

impl<'r> Reader<'r> {
    pub(super) fn new(facts: Facts<'r>, tongue: Tongue) -> Self {
        let (items, problems) = (facts.items(), facts.problem_leaves());
        Self { facts, tongue, items, problems, wrong: Vec::new() }
    }

    /// Everything that is wrong with a letter.
    pub(super) fn check(mut self, letter: &Letter) -> Wrong {
        let result = self.sentences(RESULT, &letter.result);
        self.result(&result);
        let praised = match &letter.strengths {
            Some((own, text)) => {
                let said = self.sentences(STRENGTHS, text);
                self.strengths(&said, *own)
            }
            None => BTreeSet::new(),
        };
        let said = self.sentences(WEAKNESSES, &letter.weaknesses);
        self.weaknesses(&said, &praised);
        let said = self.sentences(OUTLOOK, &letter.outlook);
        self.outlook(&said);
        let said = self.sentences(REQUIREMENTS, &letter.requirements);
        self.requirements(&said, letter);
        self.wrong
    }

    pub(super) fn is(&mut self, holds: bool, what: impl Fn() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    fn sentences(&mut self, patterns: &[(&'static str, &'static str, &'static str)], text: &str) -> Vec<Said> {
        let said = self.tongue.sentences(patterns, text);
        said.unwrap_or_else(|rest| {
            self.wrong.push(format!("unknown sentence: {rest}"));
            Vec::new()
        })
    }

    pub(super) fn parts(
        &mut self,
        patterns: &[(&'static str, &'static str, &'static str)],
        list: &str,
        by: &str,
    ) -> Vec<Said> {
        let said = self.tongue.parts(patterns, list, by);
        said.unwrap_or_else(|rest| {
            self.wrong.push(format!("unknown part: {rest}"));
            Vec::new()
        })
    }

    pub(super) const fn semicolon(&self) -> &'static str {
        match self.tongue {
            Tongue::Chinese => "；",
            Tongue::English => "; ",
        }
    }

    const fn comma(&self) -> &'static str {
        match self.tongue {
            Tongue::Chinese => "、",
            Tongue::English => ", ",
        }
    }

    /// A number as printed is the value at these decimals.
    pub(super) fn printed(&mut self, what: &str, shown: &str, value: &Exact) {
        let decimals = shown.split_once('.').map_or(0, |(_, digits)| u32::try_from(digits.len()).unwrap());
        let least = self.facts.decimals();
        let fits =
            value.fixed(decimals) == shown && (decimals >= least || value.decimals().is_some_and(|d| d <= decimals));
        self.is(fits, || format!("{what}: {shown} is not {}", value.fraction()));
    }

    /// What led to a result: the unit's own report if any of its leaves is asked of it, verification, scoring and ratings
    /// if it has a component of that kind, and the decision.
    fn steps(&self) -> String {
        let (unit, model) = (self.facts.unit, &self.facts.result["model"]);
        let has_leaf = |leaf: &Value| {
            let own = list(&unit["leaves"]).iter().find(|own| own["code"] == leaf["code"]);
            own.is_some_and(|own| own["state"] != "not-in-scheme")
        };
        let is_asked =
            list(&model["tree"]["leaves"]).iter().any(|leaf| leaf["asked_of_unit"] == true && has_leaf(leaf));
        let own = list(&model["components"]).iter().filter(|part| !unit["components"][text(&part["id"])].is_null());
        let kinds: Vec<&Value> = own.map(|part| &part["kind"]).collect();
        let has = |kind: &str| kinds.iter().any(|own| **own == kind || !own[kind].is_null());
        let words = match self.tongue {
            Tongue::Chinese => ["自评", "核定", "评分", "评议"],
            Tongue::English => ["self-report", "verification", "scoring", "ratings"],
        };
        let there = [is_asked, has("indicators"), has("given"), has("ballots")];
        let first: Vec<&str> = words.into_iter().zip(there).filter(|(_, there)| *there).map(|(word, _)| word).collect();
        match self.tongue {
            Tongue::Chinese => format!("{}和审定", first.join("、")),
            Tongue::English => format!("{} and decision", first.join(", ")),
        }
    }

    fn result(&mut self, said: &[Said]) {
        let unit = self.facts.unit;
        let kinds: Vec<&str> = said.iter().map(|one| one.kind).collect();
        let named = kinds.iter().filter(|kind| **kind == "scheme").count();
        self.is(named == usize::from(!unit["scheme"].is_null()), || format!("scheme in {kinds:?}"));
        let begins = kinds.iter().filter(|kind| **kind != "scheme").take(2).copied().collect::<Vec<_>>();
        let ordered = begins.first() == Some(&"opening") && begins.get(1).is_some_and(|kind| kind.starts_with("total"));
        self.is(ordered, || format!("order of {kinds:?}"));
        let separate = unit["mode"] == "separate";
        self.is(kinds.contains(&"separate") == separate, || format!("separate in {kinds:?}"));
        self.is(kinds.contains(&"deferred") == unit["grade"].is_null(), || format!("deferred in {kinds:?}"));
        let mean =
            self.facts.mean(&self.facts.peers().iter().filter_map(|peer| number(&peer["total"])).collect::<Vec<_>>());
        self.is(kinds.contains(&"mean") == mean.is_some(), || format!("mean in {kinds:?}"));
        for one in said {
            match one.kind {
                "opening" => {
                    let steps = self.steps();
                    self.is(one.slot("steps") == steps, || format!("steps are {steps}: {one:?}"));
                }
                kind if kind.starts_with("total") => self.total(one),
                "scheme" => {
                    let index = unit["scheme"].as_u64().unwrap_or(u64::MAX).to_string();
                    let name = self.facts.result["model"]["schemes"].pointer(&format!("/{index}/name"));
                    self.is(name.and_then(Value::as_str) == Some(one.slot("scheme")), || format!("scheme: {one:?}"));
                }
                "rank" | "no-rank" => {
                    self.is(one.slot("group") == text(&unit["group"]), || format!("group: {one:?}"));
                    self.is(one.slot("n") == self.facts.peers().len().to_string(), || format!("peers: {one:?}"));
                    let rank =
                        one.get("rank").is_none_or(|rank| rank.parse() == Ok(unit["rank_group"].as_u64().unwrap_or(0)));
                    self.is(rank, || format!("rank: {one:?}"));
                }
                "mean" => self.printed("mean of totals", one.slot("mean"), mean.as_ref().unwrap_or(&Exact::zero())),
                "grade" => {
                    self.is(one.slot("grade") == text(&unit["grade"]), || format!("grade: {one:?}"));
                    let parallel = one.get("parallel").unwrap_or("");
                    self.is(parallel == text(&unit["parallel"]), || format!("parallel: {one:?}"));
                }
                _ => {}
            }
        }
        self.caps(said);
    }

    /// The total with its parts, and why it is not their sum where it is not.
    fn total(&mut self, one: &Said) {
        for name in ["total", "base", "plus", "minus"] {
            self.is(one.slot(name) == text(&self.facts.unit[name]), || format!("{name}: {one:?}"));
        }
        let exact = |name: &str| number(&self.facts.unit["exact"][name]).unwrap();
        let sum = exact("base") + exact("plus") - exact("minus");
        let limit = |name: &str| number(&self.facts.model()[name]).unwrap();
        let limited = sum.clone().clamp(limit("min"), limit("max"));
        let follows = limited.round(self.facts.decimals()) == self.facts.total();
        let stated = one.get("limit").is_none_or(|shown| read(shown) == limited);
        let holds = match one.kind {
            "total-corrected" => !follows,
            "total-most" => follows && stated && sum > limited,
            "total-least" => follows && stated && sum < limited,
            _ => follows && sum == limited,
        };
        self.is(holds, || format!("{one:?}: {}", sum.fraction()));
    }

    /// Exactly the caps that hold the grade down are named, and none allows less than the grade is.
    fn caps(&mut self, said: &[Said]) {
        let by =
            |step: &Value| text(if step["clause"].is_string() { &step["clause"] } else { &step["code"] }).to_owned();
        let caps = self.facts.holding_caps();
        let wanted: Vec<String> =
            caps.iter().map(|step| format!("{} {} {}", by(step), text(&step["name"]), text(&step["to"]))).collect();
        let named = said.iter().filter(|one| one.kind == "cap");
        let named: Vec<String> =
            named.map(|one| format!("{} {} {}", one.slot("by"), one.slot("name"), one.slot("to"))).collect();
        self.is(named == wanted, || format!("caps {named:?}, not {wanted:?}"));
    }

    /// An item as named: its points, full points and mean are those of the result.
    fn item(&mut self, one: &Said) -> Option<usize> {
        let name = one.slot("name").to_owned();
        let Some(at) = self.items.iter().position(|item| item.name == name) else {
            self.wrong.push(format!("no item is called {name}"));
            return None;
        };
        let item = &self.items[at];
        let (points, full, mean) = (item.points.clone(), item.full.clone(), item.mean.clone());
        let noted = one.get("note").is_none_or(|note| item.note.starts_with(note.trim_end_matches('…')));
        self.is(noted, || format!("note: {one:?}"));
        self.is(one.get("mean").is_some() == mean.is_some(), || format!("mean: {one:?}"));
        let Some(points) = points else {
            self.wrong.push(format!("{name} does not apply"));
            return None;
        };
        self.printed(&name, one.slot("points"), &points);
        self.is(read(one.slot("full")) == full, || format!("full: {one:?}"));
        if let (Some(shown), Some(mean)) = (one.get("mean"), &mean) {
            self.printed(&name, shown, mean);
        }
        Some(at)
    }

    /// The rate over all items that apply.
    fn overall(&self) -> Exact {
        let known = || self.items.iter().filter_map(|item| Some((item.points.as_ref()?, &item.full)));
        percent(&known().map(|(points, _)| points).sum(), &known().map(|(_, full)| full).sum())
    }

    /// What is praised is above the mean as printed (or the unit's own rate), and is nothing that the ledger orders to be
    /// rectified.
    fn strengths(&mut self, said: &[Said], own: bool) -> BTreeSet<usize> {
        let mut praised = BTreeSet::new();
        for list in said.iter().filter(|one| one.kind == "items") {
            for one in self.parts(ITEM, list.slot("list"), self.semicolon()) {
                let Some(at) = self.item(&one) else { continue };
                praised.insert(at);
                let item = &self.items[at];
                let rate = percent(item.points.as_ref().unwrap(), &item.full);
                let above_own = rate > self.overall();
                let above = match one.get("mean") {
                    Some(mean) if !own => read(one.slot("points")) > read(mean),
                    _ => above_own,
                };
                let low = number(&self.facts.model()["common_problem"]["rate"]).is_some_and(|least| rate < least);
                let code = item.code.clone();
                let spoken_of = self
                    .facts
                    .holding_caps()
                    .iter()
                    .any(|step| text(&step["values"]["because"]).split([' ', ';']).any(|word| word == code));
                let numbered = self.problems.contains(&code);
                self.is(above, || format!("praised, though not above: {one:?}"));
                self.is(!low && !numbered && !spoken_of, || format!("praised, though a problem: {one:?}"));
            }
        }
        self.is(praised.len() <= self.facts.setting("strengths"), || format!("{} are praised", praised.len()));
        praised
    }

    fn weaknesses(&mut self, said: &[Said], praised: &BTreeSet<usize>) {
        let mut named = BTreeSet::new();
        let mut further = 0;
        let lossy: Vec<Exact> =
            self.items.iter().filter_map(|i| Some(&i.full - i.points.as_ref()?)).filter(Exact::is_positive).collect();
        for one in said {
            match one.kind {
                "items" => {
                    for one in self.parts(ITEM, one.slot("list"), self.semicolon()) {
                        let Some(at) = self.item(&one) else { continue };
                        named.insert(at);
                        let lost = read(one.slot("points")) < read(one.slot("full"));
                        self.is(lost, || format!("nothing was lost: {one:?}"));
                        self.is(!praised.contains(&at), || format!("praised and blamed: {one:?}"));
                    }
                }
                "further" => further = one.slot("n").parse().unwrap(),
                "lost" => {
                    self.is(self.problems.is_empty(), || format!("{one:?} with problems"));
                    self.is(one.slot("n") == lossy.len().to_string(), || format!("{one:?}: {}", lossy.len()));
                    self.printed("lost in all", one.slot("lost"), &lossy.iter().sum());
                    self.is(read(one.slot("lost")).is_positive(), || format!("{one:?}"));
                }
                "leaves-but" | "aspects-but" | "lost-in" => self.lossy_components(one),
                "leaves-full" | "aspects-full" | "all-full" => {
                    let own = self.facts.lossy_components();
                    self.is(own.is_empty(), || format!("{one:?}, though {own:?}"));
                }
                _ => {}
            }
            if one.kind.ends_with("-full") || one.kind.ends_with("-but") {
                self.is(lossy.is_empty(), || format!("{one:?}, though {} items lost points", lossy.len()));
                let by_leaf = !list(&self.facts.unit["leaves"]).is_empty();
                let fits = one.kind.starts_with("all") || one.kind.starts_with("leaves") == by_leaf;
                self.is(fits && (self.items.iter().any(|i| i.points.is_some()) || one.kind == "all-full"), || {
                    format!("{one:?} of nothing")
                });
            }
        }
        let unnamed =
            self.problems.iter().filter(|code| !named.iter().any(|at| self.items[*at].code == **code)).count();
        self.is(unnamed == further, || format!("{unnamed} problems are not named, {further} are called further"));
        let blank = named.is_empty() && !said.iter().any(|one| one.kind != "adjustments");
        self.is(!blank, || "nothing is said of weaknesses".to_owned());
        self.adjustments(said);
    }

    fn lossy_components(&mut self, one: &Said) {
        let own = self.facts.lossy_components();
        let named = self.parts(COMPONENT, one.slot("list"), self.comma());
        let names: Vec<&str> = named.iter().map(|c| c.slot("name")).collect();
        let wanted: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
        self.is(names == wanted, || format!("components {names:?}, not {wanted:?}"));
        for (part, (name, rate)) in named.iter().zip(&own) {
            self.printed(name, part.slot("rate"), rate);
            self.is(read(part.slot("rate")) < Exact::from(100), || format!("{part:?} lost nothing"));
        }
    }

    /// Every bonus and deduction that counts is named with its points, and no other.
    fn adjustments(&mut self, said: &[Said]) {
        let mut wanted: Vec<(String, Exact)> = ["bonus", "deduction"]
            .into_iter()
            .flat_map(|kind| self.facts.adjustments(kind).into_iter().map(move |own| (kind, own)))
            .map(|(kind, own)| (kind.to_owned(), number(&own["counted"]).unwrap()))
            .collect();
        let mut named: Vec<(String, Exact)> = Vec::new();
        for one in said.iter().filter(|one| one.kind == "adjustments") {
            for part in self.parts(ADJUSTMENT, one.slot("list"), self.semicolon()) {
                named.push((part.kind.to_owned(), read(part.slot("points"))));
            }
        }
        named.sort();
        wanted.sort();
        self.is(named == wanted, || format!("adjustments {named:?}, not {wanted:?}"));
    }

    /// What follows from the grade, as the model has it.
    fn actions(&mut self, said: &[Said]) {
        let named = said.iter().find(|one| one.kind == "actions").map(|one| one.slot("list").to_owned());
        let grades = list(&self.facts.model()["grades"]);
        let own = self.facts.own_grade().map_or(&[] as &[Value], |at| list(&grades[at]["consequence"]["actions"]));
        let wanted = own.iter().map(text).collect::<Vec<_>>().join(self.comma());
        self.is(named.clone().unwrap_or_default() == wanted, || format!("{named:?} follows, not {wanted}"));
    }

    /// As many problems as the ledger has rows, and what the letter says of each.
    fn requirements(&mut self, said: &[Said], letter: &Letter) {
        self.actions(said);
        let rows = self.problems.len() + self.facts.adjustments("deduction").len() + self.facts.holding_caps().len();
        self.is(letter.ledger.len() == rows, || format!("{} rows in the ledger, not {rows}", letter.ledger.len()));
        let named = said.iter().find(|one| one.kind == "problems").map(|one| one.slot("n").to_owned());
        let wanted = (rows > 0).then(|| rows.to_string());
        self.is(named == wanted, || format!("{named:?} problems, not {wanted:?}"));
        let days = said.iter().filter(|one| one.kind == "appeal").filter_map(|one| one.get("days")).next();
        let wanted = self.facts.model()["appeal_days"].as_u64().map(|days| days.to_string());
        self.is(days == wanted.as_deref(), || format!("{days:?} days, not {wanted:?}"));
        self.is(said.iter().any(|one| one.kind == "appeal"), || "no word of appeals".to_owned());
    }
}
