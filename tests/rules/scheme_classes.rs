//! A class of raters that a scheme leaves out: not asked, not counted, not missing (SPEC §19.1, §19.4).

use assess::documents::report::document::Document;
use assess::documents::report::feedback::{Desk, document};
use assess::documents::trace::Tracer;
use assess::result::diff::Diff;
use assess::result::outcome::NoResult;
use assess::shared::i18n::Lang;

use crate::support::{Project, Run, WORDS};

const CLASSES: &str = "[[component]]\nid = \"b\"\nname = \"评议\"\nweight = 100\nkind = \"ballots\"\nKEYS";
const RATERS: &str = "[[component.class]]\nid = \"R\"\nname = \"领导\"\nweight = 40\n\
    [[component.class]]\nid = \"S\"\nname = \"群众\"\nweight = 35\n\
    [[component.class]]\nid = \"T\"\nname = \"企业\"\nweight = 25\n";
/// S2 has no enterprises: 60 % leaders, 40 % staff.
const SCHEMES: &str = "[[scheme]]\ncode = \"S1\"\nname = \"县\"\nfor = { group = [\"县\"] }\n\
    [[scheme]]\ncode = \"S2\"\nname = \"机关\"\nfor = { group = [\"机关\"] }\nclasses.b = { R = 60, S = 40 }\n";

fn project(keys: &str) -> Project {
    let model = format!("{}{WORDS}{RATERS}{SCHEMES}", CLASSES.replace("KEYS", keys));
    Project::new(&model).roster("单位代码,单位全称,分组", "U1,甲县,县\nU2,乙局,机关\nU3,丙局,机关\n")
}

const BALLOTS: &str = "R/r1 U1=好 U2=较好 U3=好\nS/s1 U1=一般 U2=一般 U3=好\n";

fn sheets(document: &Document<'_>) -> String {
    format!("{:?}", document.sheets)
}

fn scored(run: Run) -> Run {
    run.accepted()
}

#[test]
fn a_class_that_a_scheme_does_not_list_is_not_missing_and_has_no_weight() {
    let run = scored(project("").ballots(&format!("{BALLOTS}T/t1 U1=较好")).score());
    // U1: 0.4·100 + 0.35·60 + 0.25·80 = 81; U2: 0.6·80 + 0.4·60 = 72; U3: 100.
    assert_eq!(["U1", "U2", "U3"].map(|unit| run.total(unit)), ["81.00", "72.00", "100.00"]);
    assert!(!run.has("E410") && !run.has("W413") && !run.has("W339"), "{:?}", run.messages);
    let classes = &run.votes("U2").classes;
    assert_eq!((classes[2].missing, &*classes[2].means), (Some(NoResult::NotInScheme), &[None][..]));
    assert_eq!(run.weights("U2"), ["60", "40", "0"]);
    // A class that the scheme has is missing as ever: the remaining weights of U1 are scaled up where the model says so.
    let run = project("").ballots(BALLOTS).run();
    assert_eq!((run.errors(), run.units_with("E410")), (vec!["E410"], vec!["U1"]));
    // 0.4·100 + 0.35·60 = 61, over 75 %: 81.33
    let run = scored(project("missing_class = \"renormalise\"\n").ballots(BALLOTS).score());
    assert_eq!((run.total("U1"), run.total("U2")), ("81.33", "72.00"));
}

#[test]
fn marks_of_such_a_class_are_ignored_with_a_warning() {
    let run = scored(project("").ballots(&format!("{BALLOTS}T/t1 U1=较好 U2=差 U3=差\nT/t2 U2=差")).score());
    assert_eq!(["U1", "U2", "U3"].map(|unit| run.total(unit)), ["81.00", "72.00", "100.00"]);
    assert_eq!(run.units_with("W339"), ["U2", "U3"]);
    let warning = run.of("W339")[0];
    assert_eq!((warning.found.as_deref(), run.at("W339").as_str()), (Some("评议 企业"), "ballots/b/票.csv F9"));
    assert!(warning.title.contains("机关") && warning.title.contains("2 处"), "{}", warning.title);
    // They are no answers either, and no votes of a mean that counts the silent ones.
    let counts = run.votes("U2").classes[2].counts;
    assert_eq!((counts.raters, counts.valid, run.votes("U2").answers), (0, 0, 2));
    // Counted votes likewise.
    let tally = "单位,评议主体,好,较好,一般,差,弃权/未填,发出,收回,有效,无效\n\
                 U1,企业,0,3,0,0,0,3,3,3,0\nU2,企业,0,0,0,3,0,3,3,3,0\n";
    let run = scored(project("").ballots(BALLOTS).file("tallies/b/票数.csv", tally).score());
    assert_eq!(
        (run.total("U1"), run.total("U2"), run.at("W339").as_str()),
        ("81.00", "72.00", "tallies/b/票数.csv A3")
    );
}

#[test]
fn ballots_issued_are_asked_for_only_where_the_class_rates() {
    // Each class got one ballot, T for U1 only; whoever did not answer counts 0.
    let issued =
        RATERS.replace("weight = 40", "weight = 40\nissued = 1").replace("weight = 35", "weight = 35\nissued = 1");
    let issued = issued.replace("weight = 25", "weight = 25\nissued = { U1 = 2 }");
    let head = CLASSES.replace("KEYS", "denominator = \"issued\"\n");
    let model = format!("{head}{WORDS}{issued}{SCHEMES}");
    let project = Project::new(&model).roster("单位代码,单位全称,分组", "U1,甲县,县\nU2,乙局,机关\nU3,丙局,机关\n");
    let run = scored(project.ballots(&format!("{BALLOTS}T/t1 U1=较好")).score());
    // U1: 0.4·100 + 0.35·60 + 0.25·80/2 = 71.
    assert_eq!((run.total("U1"), run.total("U2")), ("71.00", "72.00"));
}

#[test]
fn sheets_and_letters_print_a_point_or_nothing_for_it() {
    let run = scored(project("").ballots(&format!("{BALLOTS}T/t1 U1=较好")).score());
    let desk = Desk::new(run.outcome(), None);
    let letter = |unit: &str| sheets(&document(&desk, run.unit(unit)));
    assert!(letter("U1").contains("企业") && !letter("U2").contains("企业"));
    let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::Zh };
    let lines = |unit: &str| tracer.unit(run.unit(unit)).lines().join("\n");
    assert!(lines("U1").contains("企业 (25.00%)") && !lines("U2").contains("企业"), "{}", lines("U2"));
}

#[test]
fn a_regrade_keeps_it_and_a_changed_weight_is_found() {
    let with = || project("").ballots(&format!("{BALLOTS}T/t1 U1=较好"));
    let [before, after] = with().corrected_later("3,U1,总分,81,80");
    assert_eq!(after.unit("U2").unwrap().total, before.unit("U2").unwrap().total);
    assert!(Diff::between(&before, &after).unit("U2").is_none_or(|own| !own.total_changed()));
    let run = scored(with().score());
    let document = serde_json::to_value(run.outcome()).unwrap();
    assert!(document["model"]["schemes"][1]["classes"][0][2].is_null());
    for (place, value) in [
        ("/model/schemes/1/classes/0/2", serde_json::json!("10/1")),
        ("/model/schemes/1/classes/0/0", serde_json::json!(null)),
        ("/units/1/components/b/ballots/classes/2/missing", "recused".into()),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        let changed: assess::result::outcome::Outcome = serde_json::from_value(changed).unwrap();
        let checked = assess::result::verify::recalculate(&changed, run.ratings());
        assert!(!checked.differing.is_empty(), "{place} is found");
    }
}
