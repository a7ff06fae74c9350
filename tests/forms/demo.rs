//! `assess init --demo`: invented data that can be scored at once, and that show what the program does.

use crate::runner::{Folder, assess, list, str_of};

fn demo(more: &[&str]) -> Folder {
    let folder = Folder::empty();
    let mut args = vec!["init", folder.shown(), "--demo"];
    args.extend_from_slice(more);
    assess(&args).ended(0);
    folder
}

#[test]
fn a_demonstration_scores_at_once_in_both_languages_with_the_same_numbers() {
    let totals = |lang: &str| {
        let folder = demo(&["--lang", lang]);
        let result = folder.scored();
        let units = list(&result["units"]);
        assert_eq!(units.len(), 24);
        units.iter().map(|unit| unit["total"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(totals("zh"), totals("en"));
}

#[test]
fn a_demonstration_is_the_same_every_time() {
    assert_eq!(demo(&["--lang", "zh"]).tree(), demo(&["--lang", "zh"]).tree());
}

#[test]
fn a_newcomer_sees_bonus_cap_veto_promotion_void_ballot_and_missing_evidence() {
    let folder = demo(&["--lang", "zh"]);
    let result = folder.scored();
    let steps: Vec<&str> =
        list(&result["units"]).iter().flat_map(|unit| list(&unit["path"])).map(|step| str_of(&step["kind"])).collect();
    for kind in ["threshold", "cap", "promotion", "decision", "no-room", "outside-quota"] {
        assert!(steps.contains(&kind), "{kind} in {steps:?}");
    }
    let codes: Vec<&str> = list(&result["findings"]).iter().map(|f| str_of(&f["code"])).collect();
    for code in ["W215", "W407", "N408", "N624"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let ends: Vec<&str> = list(&result["registers"]["adjustments"]).iter().map(|row| str_of(&row["outcome"])).collect();
    assert!(ends.contains(&"full") && ends.contains(&"superseded"), "{ends:?}");
    let modes: Vec<&str> = list(&result["units"]).iter().map(|unit| str_of(&unit["mode"])).collect();
    assert!(modes.contains(&"separate") && modes.contains(&"excluded"));
}

#[test]
fn a_demonstration_may_have_any_number_of_units() {
    for count in ["6", "60"] {
        let folder = demo(&["--units", count, "--lang", "zh"]);
        assert_eq!(list(&folder.scored()["units"]).len().to_string(), count);
    }
}
