//! Ranks, places and awards within schemes (SPEC §19.6, §19.7).

use assess::documents::report::feedback::{Desk, Replaced, document};
use assess::documents::report::{Content, result};
use assess::result::compare::{Comparison, Parts};
use assess::result::diff::Diff;

use crate::support::{GIVEN, Project, Run};

const SCHEMES: &str = "[[scheme]]\ncode = \"S1\"\nname = \"县\"\nfor = { attribute = \"性质\", equals = \"县\" }\n\
    [[scheme]]\ncode = \"S2\"\nname = \"区\"\nfor = { attribute = \"性质\", equals = \"区\" }\n";

fn grades(quota: &str) -> String {
    format!("[[grade]]\nname = \"优秀\"\nat_least = 70\nquota = {quota}\n[[grade]]\nname = \"达标\"\nat_least = 0\n")
}

/// Three units of the first scheme and two of the second, in two groups that cross the schemes.
fn project(model: &str) -> Project {
    Project::new(&format!("{GIVEN}{SCHEMES}{model}"))
        .roster(
            "单位代码,单位全称,分组,性质",
            "U1,甲,一组,县\nU2,乙,一组,县\nU3,丙,二组,县\nU4,丁,一组,区\nU5,戊,二组,区\n",
        )
        .given("U1,95 U2,93 U3,91 U4,90 U5,80")
}

const RANK: &str = "[rank]\nscope = \"scheme\"\n";

fn in_schemes(run: &Run) -> Vec<Option<usize>> {
    ["U1", "U2", "U3", "U4", "U5"].map(|code| run.unit(code).rank_scheme).to_vec()
}

#[test]
fn ranks_and_places_are_counted_within_schemes() {
    let by = |name: &str| grades(&format!("{{ places = 1, by = {{ \"{name}\" = {{ places = 2 }} }} }}"));
    for name in ["县", "S1"] {
        let run = project(&format!("{RANK}{}", by(name))).score().accepted();
        assert_eq!(in_schemes(&run), [Some(1), Some(2), Some(3), Some(1), Some(2)]);
        assert_eq!(run.ranks("U1 U2 U3 U4 U5"), "1 2 1 3 2", "ranks in the groups stay");
        // Two places in the first scheme, one in the second.
        assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 达标 优秀 达标");
        let outcome = run.outcome();
        let used = outcome.quotas.iter().map(|own| (outcome.group_of(own), own.seats.ranked, own.seats.places));
        assert_eq!(used.collect::<Vec<_>>(), [(Some("县"), 3, 2), (Some("区"), 2, 1)]);
    }
}

#[test]
fn a_share_is_one_of_the_units_of_the_scheme() {
    // 50 % of 3 is 1 place, of 2 also 1.
    let run = project(&format!("{RANK}{}", grades("{ share = 50 }"))).score().accepted();
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 达标 达标 优秀 达标");
}

#[test]
fn the_last_of_a_scheme_are_the_last() {
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"末位\"\nat_most = \"达标\"\nwhen = { last_in_group = true }\n";
    let run = project(&format!("{RANK}{}{cap}", grades("{ share = 100 }"))).score().accepted();
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 达标 优秀 达标");
}

#[test]
fn approved_places_name_the_scheme_by_code_or_name() {
    let approved = |scheme: &str| {
        let rows = format!("编号,方案,等次,名额,文号,日期,状态\n1,{scheme},优秀,2,文1,2026-01-10,工委审定");
        project(&format!("{RANK}{}", grades("{ places = 1 }"))).file("registers/名额分配.csv", &rows)
    };
    for scheme in ["区", "S2"] {
        let run = approved(scheme).score().accepted();
        assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 达标 达标 优秀 优秀");
    }
    let run = approved("市").run();
    assert_eq!((run.errors(), run.at("E687")), (vec!["E687"], "registers/名额分配.csv B2".to_owned()));
}

#[test]
fn an_award_may_be_one_for_each_scheme() {
    let award = "[[award]]\ncode = \"W1\"\nname = \"进步奖\"\nby = \"total\"\nplaces = 1\nscope = \"scheme\"\n";
    let run = project(&format!("{}{award}", grades("{ share = 100 }"))).score().accepted();
    let outcome = run.outcome();
    let first = outcome.awards.iter().map(|own| (outcome.group_of_award(own), outcome.code(own.contenders[0].unit)));
    assert_eq!(first.collect::<Vec<_>>(), [(Some("县"), "U1"), (Some("区"), "U4")]);
    assert_eq!(in_schemes(&run), [None; 5], "ranks are counted in groups");
}

#[test]
fn sheets_and_letters_tell_the_rank_in_the_scheme() {
    let run = project(&format!("{RANK}{}", grades("{ places = 1 }"))).score().accepted();
    let text = |document: &assess::documents::report::Document<'_>, name: &str| {
        let sheet = document.sheets.iter().find(|sheet| sheet.name == name).unwrap();
        let texts = sheet.all_rows().flat_map(|row| &row.cells).filter_map(|cell| match &cell.content {
            Content::Text(text) => Some(text.split_whitespace().collect::<String>()),
            _ => None,
        });
        texts.collect::<String>()
    };
    let book = result(run.outcome());
    assert!(text(&book, "排名").contains("方案内位次"));
    assert!(text(&book, "核算").contains("方案内位次"));
    let letter = document(&Desk::new(run.outcome(), None), run.unit("U4"));
    assert!(text(&letter, "反馈书").contains("在区2个参加排名的单位中列第1位"));
}

#[test]
fn dense_ranks_in_schemes_are_right_too() {
    let model = format!("[rank]\nscope = \"scheme\"\nmethod = \"dense\"\n{}", grades("{ share = 100 }"));
    let run = Project::new(&format!("{GIVEN}{SCHEMES}{model}"))
        .roster("单位代码,单位全称,分组,性质", "U1,甲,一组,县\nU2,乙,一组,县\nU3,丙,二组,县\n")
        .given("U1,95 U2,95 U3,91")
        .score()
        .accepted();
    assert_eq!(["U1", "U2", "U3"].map(|code| run.unit(code).rank_scheme), [Some(1), Some(1), Some(2)]);
}

#[test]
fn a_scope_of_schemes_needs_schemes() {
    let faults = |model: &str| {
        let run = Project::new(&format!("{GIVEN}{model}")).units("U1").given("U1,90").run();
        run.errors().iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(faults(RANK), ["E577"]);
    let award = "[[award]]\ncode = \"W1\"\nname = \"奖\"\nby = \"total\"\nplaces = 1\nscope = \"scheme\"\n";
    assert_eq!(faults(award), ["E577"]);
    let by = grades("{ places = 1, by = { \"市\" = 2 } }");
    assert_eq!(project(&format!("{RANK}{by}")).run().errors(), ["E508"]);
}

#[test]
fn changes_and_comparisons_tell_the_rank_in_the_scheme() {
    // U3 rises from 91 to 94 and passes U2 in the scheme; in its group it was first and stays it.
    let model = format!("{RANK}{}", grades("{ share = 100 }"));
    let [before, after] = project(&model).corrected_later("3,U3,总分,91,94");
    let diff = Diff::between(&before, &after);
    let moved = |code: &str| {
        let own = diff.unit(code).unwrap();
        (own.old.as_ref().unwrap().rank(), own.new.as_ref().unwrap().rank(), own.rank_changed())
    };
    assert_eq!((moved("U3"), moved("U2")), ((Some(3), Some(2), true), (Some(2), Some(3), true)));
    assert!(!diff.unit("U3").unwrap().group_rank_changed());
    assert!(!diff.unit("U2").unwrap().causes.is_empty(), "who passed it is told");
    let compared = Comparison::between(&before, &after, Parts::All);
    let row = |code: &str| compared.units.iter().find(|own| own.code == code).unwrap();
    assert_eq!((row("U3").places(), row("U3").rank_group, row("U2").places()), (Some(1), Some(0), Some(-1)));
    assert_eq!((compared.counts.rose, compared.counts.fell), (1, 1));
    let replaced = Replaced::new(&after, &diff, None);
    let desk = Desk::new(&after, None).replacing(replaced);
    let letter = format!("{:?}", document(&desk, after.unit("U2").unwrap()).sheets[0].rows);
    assert!(letter.contains("方案内位次由第2位变为第3位"), "{letter}");
}
