//! What a letter must not depend on: values of other units in a small field, votes behind a reason, marks of a hidden class.
//! Two projects differ in nothing but that; the letters of a unit have to be the same, cell for cell.

use std::path::Path;

use assess::documents::report::feedback::{Desk, document};
use assess::pipeline;
use assess::read::Project as Folder;

const HEAD: &str = "[assessment]\ntitle = \"考核\"\nperiod = \"2025\"\nissuer = \"工委\"\nas_of = \"2026-01-20\"\n";
const GRADES: &str = "[[grade]]\nname = \"优秀\"\nat_least = 90\n[[grade]]\nname = \"达标\"\nat_least = 50\n\
    [[grade]]\nname = \"不达标\"\nat_least = 0\n";

/// A project by its files.
#[derive(Clone)]
struct Inputs(Vec<(&'static str, String)>);

impl Inputs {
    /// A model and so many units of one group.
    fn new(model: &str, units: usize) -> Self {
        let rows: String = (1..=units).map(|unit| format!("U{unit},单位{unit},一组\n")).collect();
        let roster = format!("单位代码,单位全称,分组\n{rows}");
        Self(vec![("assess.toml", format!("{HEAD}{model}{GRADES}")), ("roster.csv", roster)])
    }

    /// The same with a file, in place of one of that name.
    fn with(&self, path: &'static str, text: String) -> Self {
        let mut files: Vec<_> = self.0.iter().filter(|(own, _)| *own != path).cloned().collect();
        files.push((path, text));
        Self(files)
    }

    /// Values of the leaf X, of U1, U2 and so on.
    fn values(&self, values: &str) -> Self {
        self.with("verified/值.csv", format!("单位,指标代码,核定值\n{}", numbered(values, ",X,")))
    }

    /// Scores of the component g.
    fn given(&self, scores: &str) -> Self {
        self.with("given/g/分.csv", format!("单位,得分\n{}", numbered(scores, ",")))
    }

    /// Votes for 优秀, 称职 and 不称职 of the class V: `60 30 10` of U1 and so on.
    fn votes(&self, votes: &[&str]) -> Self {
        let row = |(at, own): (usize, &&str)| {
            let all: u32 = own.split(' ').map(|count| count.parse::<u32>().unwrap()).sum();
            format!("U{},V,{},{all},{all},{all},0\n", at + 1, own.replace(' ', ","))
        };
        let rows: String = votes.iter().enumerate().map(row).collect();
        self.with("tallies/v/票.csv", format!("单位,评议主体,优秀,称职,不称职,发出,收回,有效,无效\n{rows}"))
    }

    /// Marks of the class V for U1.
    fn marks(&self, marks: &str) -> Self {
        let rows: String =
            marks.split(' ').enumerate().map(|(at, mark)| format!("V,r{at},U1,{mark}\nV,r{at},U2,称职\n")).collect();
        self.with("ballots/v/票.csv", format!("评议主体,评委编号,单位,评价\n{rows}"))
    }

    /// The letter of a unit, with every cell and every figure of its charts.
    fn letter(&self, unit: &str) -> String {
        let folder = tempfile::TempDir::new().unwrap();
        for (path, text) in &self.0 {
            write(&folder.path().join(path), text);
        }
        let prepared = pipeline::prepare(Folder::find(folder.path()).unwrap()).unwrap();
        let prepared = prepared.unwrap_or_else(|stopped| panic!("{:#?}", stopped.findings));
        let computed = pipeline::compute(prepared).unwrap();
        assert!(!computed.is_rejected(false), "{:#?}", computed.findings);
        let (outcome, _) = computed.outcome("v001", None, false);
        let desk = Desk::new(&outcome, None);
        format!("{:#?}", document(&desk, outcome.unit(unit).unwrap()).sheets)
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn numbered(values: &str, between: &str) -> String {
    values.split(' ').enumerate().map(|(at, value)| format!("U{}{between}{value}\n", at + 1)).collect()
}

/// The first lines in which two letters differ.
fn difference(one: &str, other: &str) -> Option<String> {
    let lines = one.lines().zip(other.lines()).filter(|(a, b)| a != b);
    let told: Vec<String> = lines.take(4).map(|(a, b)| format!("{} | {}", a.trim(), b.trim())).collect();
    (one != other).then(|| told.join("\n"))
}

#[track_caller]
fn tells_nothing(what: &str, one: &Inputs, other: &Inputs, unit: &str) {
    let told = difference(&one.letter(unit), &other.letter(unit));
    assert!(told.is_none(), "{what}: the letter of {unit} tells it:\n{}", told.unwrap_or_default());
}

#[track_caller]
fn tells(what: &str, one: &Inputs, other: &Inputs, unit: &str) {
    assert!(
        difference(&one.letter(unit), &other.letter(unit)).is_some(),
        "{what}: the letter of {unit} does not tell it"
    );
}

/// One leaf X of a department.
fn leaf(rule: &str, params: &str) -> String {
    format!(
        "[[indicator]]\ncode = \"X\"\nname = \"指标\"\npoints = 100\nrule = \"{rule}\"\nparams = \"{params}\"\n\
         source = \"部门\"\n[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 100\nkind = \"indicators\"\n"
    )
}

fn given(keys: &str) -> String {
    format!("[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 100\nkind = \"given\"\n{keys}\n")
}

fn voting(keys: &str) -> String {
    format!(
        "[[component]]\nid = \"v\"\nname = \"测评\"\nweight = 100\nkind = \"ballots\"\nfull = 200\n\
         levels = {{ \"优秀\" = 200, \"称职\" = 150, \"不称职\" = 0 }}\n{keys}\n\
         [[component.class]]\nid = \"V\"\nname = \"代表\"\nweight = 100\n"
    )
}

const BANDS: &str = "measure = \"share\"\nshare_of = [\"优秀\"]\nbands = { 0 = 145, 70 = 175, 90 = 200 }";

#[test]
fn in_a_small_field_a_letter_does_not_tell_the_values_of_others() {
    let best = Inputs::new(&leaf("相对", "to=best"), 4);
    // The best is 100 in each, its unit another; what lies between moves.
    tells_nothing("who is the best", &best.values("80 100 60 50"), &best.values("80 60 100 50"), "U1");
    tells_nothing("what others have", &best.values("80 100 60 50"), &best.values("80 100 71.5 40"), "U1");
    let low = Inputs::new(&leaf("相对", "to=best;better=low"), 4);
    tells_nothing("what others have", &low.values("80 40 90 95"), &low.values("80 40 99 81"), "U1");
    let mean = Inputs::new(&leaf("相对", "to=mean"), 4);
    // The mean is 75 in both.
    tells_nothing("what others have", &mean.values("70 80 60 90"), &mean.values("70 95 50 85"), "U1");
    let place = Inputs::new(&leaf("名次", "first=100;step=5"), 4);
    tells_nothing("what others have", &place.values("80 100 60 50"), &place.values("80 81 79 50"), "U1");
}

#[test]
fn in_a_small_field_a_letter_does_not_tell_the_rates_of_others() {
    let mean = Inputs::new(&given("convert = { by = \"mean\", mean = 80 }"), 4);
    tells_nothing("what others have", &mean.given("70 80 60 90"), &mean.given("70 95 50 85"), "U1");
    let best = Inputs::new(&given("convert = { by = \"best\" }"), 4);
    tells_nothing("what others have", &best.given("80 90 70 60"), &best.given("80 60 90 61"), "U1");
    let place = Inputs::new(&given("convert = { by = \"place\", step = 5 }"), 4);
    tells_nothing("what others have", &place.given("80 90 70 60"), &place.given("80 95 61 62"), "U1");
}

#[test]
fn a_letter_tells_the_distance_to_an_award_only_in_a_large_field() {
    let award = |least: u32| {
        let award = "[[award]]\ncode = \"W1\"\nname = \"奖\"\nby = \"g\"\nplaces = 1\n";
        Inputs::new(&format!("{}{award}[feedback]\nmin_group = {least}\n", given("")), 4)
    };
    let (small, large) = (award(5), award(4));
    tells_nothing("the winner's rate", &small.given("80 90 70 60"), &small.given("80 95 70 60"), "U1");
    tells("the winner's rate", &large.given("80 90 70 60"), &large.given("80 95 70 60"), "U1");
}

#[test]
fn a_letter_gives_a_limit_without_the_votes_behind_it() {
    let limit =
        "limit = [{ when = { votes = \"v\", of = [\"不称职\"], at_least = 20 }, at_most = 65, clause = \"第八条\" }]";
    let project = Inputs::new(&voting(&format!("{BANDS}\n{limit}")), 2);
    // 50 of 100 are 优秀 in each; 22 or 35 are 不称职: the limit holds. 5 or 15: it does not.
    let votes = |own: &str| project.votes(&[own, "60 30 10"]);
    tells_nothing("votes behind a limit", &votes("50 28 22"), &votes("50 15 35"), "U1");
    tells_nothing("votes of no limit", &votes("50 45 5"), &votes("50 35 15"), "U1");
    tells("that the limit holds", &votes("50 28 22"), &votes("50 35 15"), "U1");
    tells("the share of the shown class", &votes("50 45 5"), &votes("51 44 5"), "U1");
    let letter = votes("50 28 22").letter("U1");
    assert!(letter.contains("第八条") && !letter.contains("22.00") && !letter.contains("不称职 22"), "{letter}");
}

#[test]
fn a_letter_gives_caps_promotions_and_awards_without_the_votes_behind_them() {
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"不称职票\"\nat_most = \"不达标\"\n\
               when = { votes = \"v\", of = [\"不称职\"], at_least = 20 }\n";
    let promotion = "[[promotion]]\ncode = \"P1\"\nname = \"少差票\"\nto = \"优秀\"\n\
                     when = { votes = \"v\", of = [\"不称职\"], at_most = 15 }\n";
    let award = "[[award]]\ncode = \"W1\"\nname = \"奖\"\nby = \"v\"\nplaces = 1\n\
                 unless = { votes = \"v\", of = [\"不称职\"], above = 12 }\n";
    for (what, rule, [low, high]) in [
        ("cap", cap, ["50 28 22", "50 15 35"]),
        ("promotion", promotion, ["50 45 5", "50 38 12"]),
        ("award", award, ["50 35 15", "50 31 19"]),
    ] {
        let project = Inputs::new(&format!("{}{rule}", voting(BANDS)), 2);
        let votes = |own: &str| project.votes(&[own, "60 35 5"]);
        tells_nothing(what, &votes(low), &votes(high), "U1");
    }
    // That a rule holds is told.
    let project = Inputs::new(&format!("{}{cap}", voting(BANDS)), 2);
    tells("cap", &project.votes(&["50 28 22", "60 35 5"]), &project.votes(&["50 40 10", "60 35 5"]), "U1");
}

#[test]
fn a_letter_does_not_tell_the_votes_of_a_hidden_class_within_a_band() {
    let project = Inputs::new(&voting(BANDS), 2);
    // Of three answers one or two are 优秀: 33 % and 67 % are both below 70.
    tells_nothing("a vote", &project.marks("优秀 称职 称职"), &project.marks("优秀 称职 优秀"), "U1");
    tells_nothing("another level", &project.marks("优秀 称职 称职"), &project.marks("优秀 不称职 称职"), "U1");
    tells("another band", &project.marks("优秀 称职 优秀"), &project.marks("优秀 优秀 优秀"), "U1");
}

#[test]
fn a_letter_gives_a_cap_on_satisfaction_of_few_answers_without_its_number() {
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"满意率低\"\nat_most = \"不达标\"\nwhen = { satisfaction = \"v\", below = 80 }\n";
    let model = voting("positive = [\"优秀\"]").replace(
        "levels = { \"优秀\" = 200, \"称职\" = 150, \"不称职\" = 0 }",
        "levels = { \"优秀\" = 200, \"称职\" = 150, \"基本\" = 100, \"不称职\" = 0 }",
    );
    let project = Inputs::new(&format!("{model}{cap}"), 2);
    // Both sums are 600 of four marks; one mark of four is 优秀, or none.
    tells_nothing("the rate", &project.marks("优秀 称职 称职 基本"), &project.marks("称职 称职 称职 称职"), "U1");
}
