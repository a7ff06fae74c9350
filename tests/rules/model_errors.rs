//! Faults of the model: each with its line, all at once, and nothing else is read (SPEC §4, §5.7, §9, §18).

use crate::support::{GIVEN, Project, Run};

/// A whole model, so that the lines of a test are the lines of the file; `\n` ends each.
const MODEL: &str = r#"[assessment]
title = "规则测试"
period = "2025"
[[line]]
code = "L1"
name = "政治领导线"
[[aspect]]
code = "A1"
name = "责任"
points = 30
[[aspect]]
code = "A2"
name = "实效"
points = 70
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 30
rule = "扣分"
params = "每次=0.5"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A2"
name = "任务"
points = 70
rule = "分档"
params = "0:0,60:40,80:70"
[[component]]
id = "i"
name = "指标"
weight = 60
kind = "indicators"
[[component]]
id = "g"
name = "日常"
weight = 40
kind = "given"
[[adjustment]]
code = "V1"
name = "立案"
kind = "event"
[[grade]]
name = "优秀"
at_least = 90
quota = { share = 30 }
[[grade]]
name = "达标"
at_least = 60
[[grade]]
name = "不达标"
at_least = 0
[[cap]]
code = "C1"
name = "上限"
at_most = "达标"
when = { rate = "A1", component = "i", below = 70 }
"#;

fn load(model: &str) -> Run {
    Project::new(model).units("U1 U2 U3").file("self-reports/坏.csv", "这不是表").run()
}

/// Codes with the lines of the file they stand in.
fn faults(run: &Run) -> Vec<(String, u32)> {
    assert!(run.is_stopped());
    let line = |cell: &Option<String>| cell.as_ref().map_or(0, |c| c.split_once(':').unwrap().0.parse().unwrap());
    let mut faults: Vec<(String, u32)> = run.messages.iter().map(|m| (m.code.to_string(), line(&m.cell))).collect();
    faults.sort_by_key(|(code, line)| (*line, code.clone()));
    faults
}

/// Replaces one text of the model and gives the faults that follow.
fn broken(old: &str, new: &str) -> Vec<(String, u32)> {
    assert_eq!(MODEL.matches(old).count(), 1, "{old}");
    faults(&load(&MODEL.replace(old, new)))
}

/// The line of the first occurrence of a text in the model.
fn line_of(text: &str) -> u32 {
    u32::try_from(MODEL.lines().position(|line| line.contains(text)).unwrap() + 1).unwrap()
}

fn one(code: &str, text: &str) -> Vec<(String, u32)> {
    vec![(code.to_owned(), line_of(text))]
}

#[test]
fn the_model_itself_is_sound() {
    let project = Project::new(MODEL).units("U1").given("U1,80").report("U1", "X,,,,0,,\nY,,,,100,,");
    assert_eq!(project.score().total("U1"), "92.00"); // 0.6·100 + 0.4·80
}

#[test]
fn what_has_no_default_must_be_there() {
    assert_eq!(broken("period = \"2025\"\n", ""), one("E502", "[assessment]"));
    assert_eq!(broken("weight = 40\n", ""), [("E502".to_owned(), line_of("id = \"g\"") - 1)]);
}

#[test]
fn a_scale_has_either_levels_or_a_range() {
    let at = |keys: &str| load(&crate::support::panel(keys, "R=100")).at("E514");
    let levels = "levels = { \"好\" = 100, \"差\" = 40 }";
    assert_eq!(at(&format!("{levels}\nrange = [0, 10]")), "assess.toml 1:1");
    assert_eq!(at(""), "assess.toml 1:1");
    assert!(!load(&crate::support::panel(levels, "R=100")).has("E514"));
}

#[test]
fn only_one_component_is_the_indicator_tree() {
    assert_eq!(broken("kind = \"given\"", "kind = \"indicators\""), one("E514", "kind = \"given\""));
}

#[test]
fn weights_must_be_exactly_100() {
    let codes = |run: Vec<(String, u32)>| run.into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes(broken("weight = 40", "weight = 39.99")), ["E505"]);
    let thirds = "[[component]]\nid = \"ID\"\nname = \"ID\"\nweight = 33.3\nkind = \"given\"\n";
    let three: String = ["a", "b", "c"].iter().map(|id| thirds.replace("ID", id)).collect();
    assert_eq!(codes(faults(&load(&three))), ["E505", "W530", "W530", "W530"]); // 99.9, and three thirds
    let classes = "[[component]]\nid = \"b\"\nname = \"评议\"\nweight = 100\nkind = \"ballots\"\nrange = [0, 10]\n\
        [[component.class]]\nid = \"R\"\nname = \"干部\"\nweight = 60\n[[component.class]]\nid = \"S\"\nname = \"群众\"\nweight = 39.99\n";
    assert_eq!(codes(faults(&load(classes))), ["E505"]);
}

#[test]
fn three_thirds_written_with_enough_digits_add_up() {
    let thirds = "[[component]]\nid = \"ID\"\nname = \"ID\"\nweight = W\nkind = \"given\"\n";
    let three: String = [("a", "33.3"), ("b", "33.3"), ("c", "33.4")]
        .iter()
        .map(|(id, w)| thirds.replace("ID", id).replace('W', w))
        .collect();
    let mut project = Project::new(&three).units("U1");
    for id in ["a", "b", "c"] {
        project = project.file(&format!("given/{id}/分.csv"), "单位,得分\nU1,90");
    }
    assert_eq!(project.score().total("U1"), "90.00");
}

#[test]
fn points_must_add_up_to_their_aspect() {
    let faults = broken("points = 30\nrule", "points = 29.9\nrule");
    assert_eq!(faults.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["E506"]);
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_key() {
    let run = load(&MODEL.replace("at_least = 60", "at_lesat = 60"));
    let unknown = run.messages.iter().find(|m| m.code == "E503").unwrap();
    assert_eq!(unknown.cell.as_deref(), Some(format!("{}:1", line_of("at_least = 60")).as_str()));
    assert!(unknown.expected.as_ref().unwrap().contains("at_least"), "{unknown:?}");
    assert!(faults(&load(&format!("{MODEL}[assesment]\ntitle = \"x\"\n"))).iter().any(|(code, _)| code == "E503"));
}

#[test]
fn a_condition_may_not_name_what_is_not_defined() {
    assert_eq!(broken("component = \"i\", below", "component = \"indicator\", below"), one("E508", "when = "));
    assert_eq!(broken("rate = \"A1\"", "rate = \"A9\""), one("E508", "when = "));
    assert_eq!(
        broken("{ rate = \"A1\", component = \"i\", below = 70 }", "{ event = \"V9\" }"),
        one("E508", "when = ")
    );
    assert_eq!(broken("at_most = \"达标\"", "at_most = \"良好\""), one("E508", "at_most"));
}

#[test]
fn at_least_in_a_cap_is_an_error() {
    assert_eq!(broken("below = 70", "at_least = 70"), one("E512", "when = "));
}

#[test]
fn a_promotion_refuses_the_conditions_of_caps() {
    for when in ["rate = \"A1\", below = 70", "last_in_group = true", "missing = \"self-report\""] {
        let promotion = format!("[[promotion]]\ncode = \"U1\"\nto = \"优秀\"\nwhen = {{ {when} }}\n");
        let faults = faults(&load(&format!("{MODEL}{promotion}")));
        assert_eq!(faults.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["E512"], "{when}");
    }
}

#[test]
fn a_quota_on_the_last_grade_is_an_error() {
    let faults = broken("at_least = 0", "at_least = 0\nquota = { share = 50 }");
    assert_eq!(faults, [("E511".to_owned(), line_of("at_least = 0") + 1)]);
}

#[test]
fn thresholds_never_rise_and_the_last_is_the_minimum() {
    assert_eq!(broken("at_least = 60", "at_least = 95"), one("E510", "at_least = 60"));
    assert_eq!(broken("at_least = 0", "at_least = 1"), one("E510", "at_least = 0"));
}

#[test]
fn bands_and_other_parameters_stay_within_the_points() {
    let place = (String::from("E509"), line_of("params = \"0:0"));
    assert!(broken("80:70", "80:70.5").contains(&place));
    assert!(broken("60:40", "80:40").contains(&place));
    assert!(broken("每次=0.5", "每次=-0.5").contains(&(String::from("E509"), line_of("params = \"每次"))));
}

#[test]
fn a_fault_of_a_leaf_does_not_spoil_the_sum_of_its_aspect() {
    // the points as written still add up: 30 and 70
    assert_eq!(broken("80:70", "80:70.5"), one("E509", "params = \"0:0"));
    assert_eq!(broken("code = \"Y\"", "code = \"X\"").iter().map(|(c, _)| c.as_str()).collect::<Vec<_>>(), ["E507"]);
}

#[test]
fn a_level_above_full_is_an_error() {
    let model = "[[component]]\nid = \"b\"\nname = \"评议\"\nweight = 100\nkind = \"ballots\"\nlevels = { \"好\" = 110 }\n\
        [[component.class]]\nid = \"R\"\nname = \"干部\"\nweight = 100\n";
    let run = load(model);
    assert_eq!((run.is_stopped(), run.errors()), (true, vec!["E504"]));
}

#[test]
fn codes_that_stand_twice_are_an_error() {
    assert!(broken("code = \"Y\"", "code = \"X\"").iter().any(|(code, _)| code == "E507"));
    let twice = MODEL.replace("id = \"g\"", "id = \"i\"");
    assert!(load(&twice).errors().contains(&"E507"));
}

#[test]
fn indicators_stand_in_one_place_only() {
    let table = "指标代码,线,方面,三级指标,分值,计分方式,参数\nX,L1,A1,学习,30,扣分,每次=0.5\nY,L1,A2,任务,70,核定,";
    let run = Project::new(MODEL).units("U1").file("indicators.csv", table).run();
    assert_eq!((run.is_stopped(), run.errors()), (true, vec!["E513"]));
}

#[test]
fn places_may_not_fall_from_a_better_to_a_lower_grade() {
    let quotas = |first: &str, second: &str| {
        let model = format!(
            "{GIVEN}[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = {{ {first} }}\n[[grade]]\nname = \"先进\"\n\
             at_least = 80\nquota = {{ {second} }}\n[[grade]]\nname = \"达标\"\n"
        );
        Project::new(&model).units("U1 U2 U3 U4 U5 U6 U7 U8 U9 U10").given("").run()
    };
    let falling = quotas("share = 30", "share = 20"); // 3 and 2 of ten
    assert_eq!((falling.is_stopped(), falling.errors()), (true, vec!["E511"]));
    let by_minimum = quotas("share = 10, minimum = 5", "share = 40"); // 5 and 4
    assert_eq!((by_minimum.is_stopped(), by_minimum.errors()), (true, vec!["E511"]));
    assert!(!quotas("share = 10, minimum = 5", "share = 50").is_stopped()); // 5 and 5
}

#[test]
fn all_faults_are_found_at_once_and_nothing_else_is_read() {
    let model = MODEL
        .replace("weight = 40", "weight = 39.99")
        .replace("points = 30\nrule", "points = 29.9\nrule")
        .replace("at_least = 60", "at_least = 95")
        .replace("80:70", "80:71")
        .replace("rate = \"A1\"", "rate = \"A9\"")
        .replace("period = \"2025\"", "period = \"2025\"\nperiods = \"2025\"");
    let run = load(&model);
    assert_eq!(run.errors(), ["E503", "E505", "E506", "E508", "E509", "E510"]);
    assert!(
        run.messages.iter().all(|m| m.file.as_deref() == Some("assess.toml") && m.cell.is_some()),
        "with line and column"
    );
}

#[test]
fn text_that_is_no_toml_names_its_line() {
    let run = load(&MODEL.replace("at_least = 60", "at_least = = 60"));
    assert!(run.is_stopped());
    assert!(faults(&run).contains(&("E501".to_owned(), line_of("at_least = 60"))), "{:?}", run.messages);
}

#[test]
fn roster_faults_stop_the_run_too() {
    let project = Project::new(GIVEN).roster("单位代码,单位全称,分组", "U1,甲局,一组\nU1,乙局,一组\nU 3,丙局,一组");
    let run = project.given("U1,80").run();
    assert_eq!((run.is_stopped(), run.errors()), (true, vec!["E304", "E306"]));
}

#[test]
fn a_value_that_cannot_be_used_is_told_once() {
    let bonus = "[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n";
    let claim = "[over_claim]\nfree = 1\nper = 1\npoints = 1\nmax = 5\n";
    let model = format!("{MODEL}{bonus}{claim}");
    for (line, other) in [
        ("points = 2", "points = [1, 3]"),
        ("points = 2", "points = \"two\""),
        ("points = 2", "points = true"),
        ("points = 2", "levels = [1, 3]"),
        ("points = 2", "levels = { \"省级\" = \"two\" }"),
        ("kind = \"bonus\"", "kind = \"bonsu\""),
        ("kind = \"bonus\"", "kind = [1]"),
        ("title = \"规则测试\"", "title = 7"),
        ("period = \"2025\"", "period = 2025"),
        ("name = \"学习\"", "name = true"),
        ("code = \"X\"", "code = 1"),
        ("kind = \"given\"", "kind = \"givn\"\nscale = 50"),
        ("kind = \"given\"", "kind = 3\nmissing = \"zero\""),
        ("per = 1", "per = [1]"),
        ("per = 1", "per = -7"),
        ("per = 1", "per = 0"),
    ] {
        let text = model.replace(&format!("\n{line}\n"), &format!("\n{other}\n"));
        assert_ne!(text, model, "{line}");
        let run = Project::new(&text).units("U1").run();
        let told: Vec<&str> = run.messages.iter().map(|message| message.code.as_str()).collect();
        assert_eq!(told, ["E504"], "{other}: {:#?}", run.messages);
    }
}
