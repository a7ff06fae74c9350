//! Schemes: what of the model holds for which units (SPEC §19.1). The arithmetic stands beside every number.

use assess::documents::forms::{Kind, Office, empty};
use assess::documents::report::Content;
use assess::documents::report::document::{CellDoc, Style};
use assess::engine::assessment::Unit;
use assess::result::outcome::LeafState;

use crate::support::{Project, Run, WORDS};

const TREE: &str = "[[line]]\ncode = \"L1\"\nname = \"线一\"\n\
    [[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 40\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 60\n\
    [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 40\nrule = \"核定\"\n\
    by_scheme.S2 = { points = 20 }\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 60\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"Z\"\nline = \"L1\"\naspect = \"A1\"\nname = \"丙\"\npoints = 20\nrule = \"核定\"\n\
    schemes = [\"S2\"]\n";
const COMPONENTS: &str = "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 60\nkind = \"indicators\"\n\
    [[component]]\nid = \"b\"\nname = \"评议\"\nweight = 40\nkind = \"ballots\"\n";
const CLASSES: &str = "[[component.class]]\nid = \"R\"\nname = \"领导\"\nweight = 60\n\
    [[component.class]]\nid = \"S\"\nname = \"群众\"\nweight = 40\n";
const SCHEMES: &str = "[[scheme]]\ncode = \"S1\"\nname = \"县\"\nfor = { group = [\"县\"] }\n\
    [[scheme]]\ncode = \"S2\"\nname = \"区\"\nfor = { group = [\"区\"] }\n\
    weights = { i = 70, b = 30 }\nclasses.b = { R = 50, S = 50 }\ngrades.\"先进\" = { at_least = 70 }\n";
const ROSTER: &str = "U1,甲县,县\nU2,乙区,区\n";
const BALLOTS: &str = "R/r1 U1=较好 U2=较好\nS/s1 U1=一般 U2=一般";

fn model(schemes: &str) -> String {
    format!("{TREE}{COMPONENTS}{WORDS}{CLASSES}{schemes}")
}

fn project(schemes: &str) -> Project {
    let header = "单位代码,单位全称,分组";
    Project::new(&model(schemes)).roster(header, ROSTER)
}

fn scored(project: Project) -> Run {
    project.score().accepted()
}

#[test]
fn each_unit_is_assessed_by_the_scheme_that_is_for_it() {
    let run = scored(
        project(SCHEMES)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    // U1: (30 + 45)/100 = 75 %; 0.6·80 + 0.4·60 = 72 %; 0.6·75 + 0.4·72 = 73.8.
    assert_eq!((run.total("U1"), run.grade("U1")), ("73.80", "达标"));
    // U2: (15 + 10 + 45)/100 = 70 %; 0.5·80 + 0.5·60 = 70 %; 0.7·70 + 0.3·70 = 70: 先进 from 70 in its scheme.
    assert_eq!((run.total("U2"), run.grade("U2")), ("70.00", "先进"));
    // Z does not exist for U1: not missing, not zero, not 不涉及.
    let states = |unit: &str| run.unit(unit).leaves.iter().map(|leaf| leaf.state).collect::<Vec<_>>();
    assert_eq!(states("U1")[2], LeafState::NotInScheme);
    assert_eq!(states("U2")[2], LeafState::Verified);
    assert_eq!(run.unit("U2").leaves[0].full.to_string(), "20");
    assert_eq!(run.unit("U2").components["b"].weight.to_string(), "30");
}

#[test]
fn conditions_and_awards_look_at_the_points_and_parts_of_the_own_scheme() {
    let more = "[[cap]]\ncode = \"C1\"\nname = \"短板\"\nat_most = \"不达标\"\nwhen = { points = \"X\", below = 16 }\n\
                [[award]]\ncode = \"P1\"\nname = \"评议\"\nby = \"b\"\nplaces = 1\nscope = \"all\"\n";
    let schemes =
        SCHEMES.replace("weights = { i = 70, b = 30 }\nclasses.b = { R = 50, S = 50 }", "weights = { i = 100 }");
    let run = scored(
        project(&format!("{schemes}{more}"))
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots("R/r1 U1=较好\nS/s1 U1=一般"),
    );
    // X has 40 points in S1 and 20 in S2: U2 has 15 of 20, which is below 16. Its total of 70 would be 先进.
    assert_eq!((run.total("U2"), run.grade("U1"), run.grade("U2")), ("70.00", "达标", "不达标"));
    // The panel is no part of S2: U2 is no candidate.
    let units: Vec<usize> = run.outcome().awards[0].contenders.iter().map(|own| own.unit.0).collect();
    assert_eq!(units, [0]);
}

#[test]
fn what_is_not_in_the_scheme_is_ignored_with_a_warning_and_never_missed() {
    let run = scored(
        project(SCHEMES)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明\nZ,,,,,20,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    // The 20 points on Z change nothing: 73.8 as without them.
    assert_eq!((run.total("U1"), run.at("W339").as_str()), ("73.80", "self-reports/U1.csv A5"));
    assert_eq!((run.points("U1", "Z").as_str(), run.units_with("W221")), ("—", Vec::<&str>::new()));
}

#[test]
fn a_node_outside_the_scheme_has_no_rate_that_a_measured_parent_could_pass_down() {
    let more = "[[cap]]\ncode = \"C1\"\nname = \"短板\"\nat_most = \"不达标\"\n\
        when = { rate = \"Z\", component = \"b\", below = 75 }\n\
        [[grade]]\nname = \"优秀\"\nat_least = 80\nquota = { places = 1 }\n\
        [[grade]]\nname = \"达标\"\nat_least = 60\n[[grade]]\nname = \"不达标\"\nat_least = 0\n\
        [rank]\nscope = \"all\"\ntie_break = [\"Z\"]\n";
    let schemes = SCHEMES.split("weights").next().unwrap();
    let run = scored(
        project(&format!("{schemes}{more}"))
            .report("U1", "X,,,,,34,说明\nY,,,,,51,说明")
            .report("U2", "X,,,,,18,说明\nY,,,,,51,说明\nZ,,,,,16,说明")
            .ballots("R/r1 U1=较好 U2=较好\nS/s1 U1=较好 U2=较好"),
    );
    // 85 and 85 of 100, 80 % of the marks: 0.6·85 + 0.4·80 = 83 each. The marks of U1 pass down to X and Y, not to Z.
    assert_eq!((run.total("U1"), run.total("U2")), ("83.00", "83.00"));
    let rates = |unit: &str| {
        let rate = |code: &str| run.leaf(unit, code).rate.as_ref().map(|rate| rate.0.to_string());
        ["X", "Y", "Z"].map(rate)
    };
    // X of U1: 0.6·85 + 0.4·80; of U2 18 of 20: 0.6·90 + 0.4·80 = 86; Z of U2 16 of 20: 80.
    assert_eq!(rates("U1"), [Some("83".to_owned()), Some("83".to_owned()), None]);
    assert_eq!(rates("U2"), [Some("86".to_owned()), Some("83".to_owned()), Some("80".to_owned())]);
    // The tie is broken by Z: what U1 does not have comes last.
    assert_eq!(run.grades("U1 U2"), "达标 优秀");
    assert!(run.caps("U1").is_empty() && run.caps("U2").is_empty());
    // A cap on marks below 85 at Z is for those who have Z.
    let stricter = format!("{schemes}{}", more.replace("below = 75", "below = 85"));
    let run = scored(
        project(&stricter)
            .report("U1", "X,,,,,34,说明\nY,,,,,51,说明")
            .report("U2", "X,,,,,18,说明\nY,,,,,51,说明\nZ,,,,,16,说明")
            .ballots("R/r1 U1=较好 U2=较好\nS/s1 U1=较好 U2=较好"),
    );
    assert_eq!(run.grades("U1 U2"), "优秀 不达标");
}

#[test]
fn an_aspect_outside_the_scheme_has_no_rate_of_the_unit() {
    let model = "[[aspect]]\ncode = \"A1\"\nname = \"甲\"\npoints = 40\n[[aspect]]\ncode = \"A2\"\nname = \"乙\"\n\
        points = 60\n[[component]]\nid = \"b\"\nname = \"评议\"\nweight = 100\nkind = \"ballots\"\nrates = \"unit\"\n";
    let schemes = "[[scheme]]\ncode = \"S1\"\nname = \"县\"\nfor = { group = [\"县\"] }\npoints = { A1 = 100 }\n\
        [[scheme]]\ncode = \"S2\"\nname = \"区\"\nfor = { group = [\"区\"] }\n";
    let text = format!(
        "[assessment]\ntitle = \"评议\"\nperiod = \"2025\"\n{model}{WORDS}{CLASSES}{schemes}\
         [[cap]]\ncode = \"C1\"\nname = \"短板\"\nat_most = \"不达标\"\nwhen = {{ rate = \"A2\", below = 75 }}\n\
         [[grade]]\nname = \"达标\"\nat_least = 60\n[[grade]]\nname = \"不达标\"\nat_least = 0\n"
    );
    let run = scored(Project::bare(&text).roster("单位代码,单位全称,分组", ROSTER).ballots(BALLOTS));
    // 0.6·80 + 0.4·60 = 72 for both; without indicators the rate of the unit is that of its aspects.
    let rate = |unit: &str, aspect: &str| run.unit(unit).aspects[aspect].as_ref().map(|rate| rate.rate.to_string());
    assert_eq!((run.total("U1"), run.total("U2")), ("72.00", "72.00"));
    assert_eq!((rate("U1", "A1"), rate("U1", "A2")), (Some("72.00".to_owned()), None));
    assert_eq!((rate("U2", "A1"), rate("U2", "A2")), (Some("72.00".to_owned()), Some("72.00".to_owned())));
    assert_eq!(run.grades("U1 U2"), "达标 不达标");
}

#[test]
fn a_component_that_a_scheme_does_not_list_is_not_part_of_it() {
    let schemes =
        SCHEMES.replace("weights = { i = 70, b = 30 }\nclasses.b = { R = 50, S = 50 }", "weights = { i = 100 }");
    let run = scored(
        project(&schemes)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    // U2: 70 % of the indicators alone; its marks are ignored, one warning each way of marking it.
    assert_eq!((run.total("U1"), run.total("U2")), ("73.80", "70.00"));
    assert_eq!((run.units_with("W339"), run.unit("U2").components.contains_key("b")), (vec!["U2"], false));
}

#[test]
fn a_scheme_may_ask_for_a_column_of_the_roster() {
    let schemes = "[[scheme]]\ncode = \"S1\"\nfor = { all = [{ attribute = \"类型\", equals = [\"大\", \"中\"] }, \
        { group = [\"县\"] }] }\n[[scheme]]\ncode = \"S2\"\nfor = { any = [{ attribute = \"类型\", equals = \"小\" }] }\n";
    let run = Project::new(&model(schemes))
        .roster("单位代码,单位全称,分组,类型", "U1,甲,县,中\nU2,乙,县,小\n")
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score();
    assert_eq!((run.total("U1"), run.total("U2")), ("73.80", "70.80"));
}

#[test]
fn of_several_schemes_that_fit_the_first_of_the_file_is_taken() {
    let scheme = |code: &str, groups: &str| format!("[[scheme]]\ncode = \"{code}\"\nfor = {{ group = [{groups}] }}\n");
    let (county, both) = (scheme("S1", "\"县\""), scheme("S2", "\"县\", \"区\""));
    let run = |schemes: &str, own: &str| {
        project(schemes)
            .report("U1", own)
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS)
            .score()
    };
    // U1 in S1: 0.6·75 + 0.4·72; U2 in S2: 0.6·70 + 0.4·72.
    let first = run(&format!("{county}{both}"), "X,,,,,30,说明\nY,,,,,45,说明");
    assert_eq!((first.total("U1"), first.total("U2")), ("73.80", "70.80"));
    // The other way round both are in S2, and S1 is for nobody.
    let second = run(&format!("{both}{county}"), "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明");
    assert_eq!((second.total("U1"), second.total("U2")), ("70.80", "70.80"));
    assert_eq!((first.has("W338"), second.of("W338").len()), (false, 1));
}

/// The texts of the cells below the last header of a sheet whose second cell is the code of a unit.
fn row(run: &Run, sheet: &str, unit: &str) -> Vec<String> {
    let book = assess::documents::report::result(run.outcome());
    let sheet = book.sheets.iter().find(|own| own.name == sheet).unwrap();
    let text = |content: &Content<'_>| match content {
        Content::Text(text) => text.to_string(),
        Content::Number { value, .. } => value.to_string(),
        Content::Formula(own) => own.value.to_string(),
        _ => String::new(),
    };
    let rows = sheet.rows.iter().map(|row| row.cells.iter().map(|cell| text(&cell.content)).collect::<Vec<_>>());
    let mut own = rows.filter(|cells| cells.get(1).is_some_and(|code| code == unit));
    own.next().unwrap()
}

#[test]
fn what_is_not_in_the_scheme_is_printed_as_a_dot_and_what_is_missing_as_a_dash() {
    let more = "[[line]]\ncode = \"L2\"\nname = \"线二\"\n";
    let tree = TREE.replace(
        "code = \"Z\"\nline = \"L1\"\naspect = \"A1\"\nname = \"丙\"\npoints = 20",
        "code = \"Z\"\nline = \"L2\"\naspect = \"A1\"\nname = \"丙\"\npoints = 20",
    );
    let schemes =
        SCHEMES.replace("weights = { i = 70, b = 30 }\nclasses.b = { R = 50, S = 50 }", "weights = { i = 100 }");
    let run = Project::new(&format!("{more}{tree}{COMPONENTS}{WORDS}{CLASSES}{schemes}"))
        .roster("单位代码,单位全称,分组,参评方式", "U1,甲县,县,排名\nU2,乙区,区,排名\nU3,丙区,区,不参评\n")
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots("R/r1 U1=较好\nS/s1 U1=一般")
        .score();
    // U1 has no Z, and with it nothing of the line L2; U2 has no panel; U3 has nothing because it is not assessed.
    assert_eq!(row(&run, "指标得分", "U1")[4..7], ["30", "45", "·"]);
    assert_eq!(row(&run, "指标得分", "U2")[4..7], ["15", "45", "10"]);
    assert_eq!(row(&run, "指标得分", "U3")[4..7], ["—", "—", "—"]);
    // Line L1 of U1: 0.6·75 + 0.4·72; then the aspects.
    assert_eq!(row(&run, "两线三面", "U1")[4..6], ["·", "73.8"]);
    assert_eq!(row(&run, "两线三面", "U3")[4..6], ["—", "—"]);
    // Rate, weight, contribution of 指标 and of 评议.
    assert_eq!(row(&run, "组成得分", "U2")[4..10], ["70", "100", "70", "·", "·", "·"]);
    assert_eq!(row(&run, "组成得分", "U3")[4..10], ["—"; 6]);
}

#[test]
fn a_unit_for_which_there_is_no_scheme_is_an_error_or_falls_back_to_the_base() {
    let one = "[[scheme]]\ncode = \"S2\"\nfor = { group = [\"区\"] }\n";
    let stopped = project(one).run();
    assert_eq!((stopped.errors(), stopped.at("E337").as_str()), (vec!["E337"], "roster.csv A2"));
    let run = project(&format!("{one}[schemes]\nunmatched = \"base\"\n"))
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score();
    // U2: 70 % and 72 %: 0.6·70 + 0.4·72 = 70.8.
    assert_eq!((run.total("U1"), run.total("U2")), ("73.80", "70.80"));
}

#[test]
fn a_scheme_by_a_column_that_the_roster_lacks_is_one_error() {
    let schemes = "[[scheme]]\ncode = \"S1\"\nname = \"大\"\nfor = { attribute = \"单位类别\", equals = \"大\" }\n\
                   [[scheme]]\ncode = \"S2\"\nfor = { group = [\"区\"] }\n";
    let run =
        Project::new(&model(schemes)).roster("单位代码,单位全称,分组,单位类型", "U1,甲,县,大\nU2,乙,区,小\n").run();
    assert_eq!((run.errors(), run.has("W338")), (vec!["E340"], false), "{:?}", run.messages);
    let told = run.of("E340")[0];
    assert_eq!(told.found.as_deref(), Some("单位类别"));
    assert!(format!("{told:?}").contains("单位类型"), "the nearest column is told");
}

#[test]
fn a_scheme_for_no_unit_is_named_with_the_nearest_group() {
    let schemes = SCHEMES.replace("[\"县\"]", "[\"县\", \"开发区\"]")
        + "[[scheme]]\ncode = \"S3\"\nname = \"开发\"\nfor = { group = [\"区县\"] }\n";
    let run = project(&schemes)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score();
    assert!(run.of("W338")[0].title.contains("开发"), "{:?}", run.of("W338"));
}

#[test]
fn every_fault_of_a_scheme_is_reported_at_its_key() {
    for (wrong, code) in [
        ("weights = { i = 70, b = 20 }", "E505"),
        ("weights = { i = 70, c = 30 }", "E508"),
        ("weights = { i = 100, b = 0 }", "E504"),
        ("classes.b = { R = 50 }", "E505"),
        ("classes.b = { R = 50, S = 40 }", "E505"),
        ("classes.b = { R = 50, S = 40, T = 10 }", "E508"),
        ("classes.i = { R = 100 }", "E504"),
        ("points = { A1 = 30, A2 = 60 }", "E506"),
        ("points = { A1 = 40 }", "E506"),
        ("grades.\"优良\" = { at_least = 92 }", "E508"),
        ("grades.\"先进\" = { at_least = 95 }", "E510"),
        ("weight = { i = 100 }", "E503"),
    ] {
        let schemes = format!(
            "[[scheme]]\ncode = \"S1\"\nfor = {{ group = [\"县\"] }}\n\
             [[scheme]]\ncode = \"S2\"\nfor = {{ group = [\"区\"] }}\n{wrong}\n"
        );
        let run = project(&schemes).run();
        assert!(run.is_stopped() && run.errors() == [code], "{wrong}: {:?}", run.messages);
    }
    let unclear = project("[[scheme]]\ncode = \"S1\"\nfor = { }\n").run();
    assert!(unclear.errors().contains(&"E570"), "{:?}", unclear.errors());
    // The indicators agree with the aspects, but S2 has 20 + 60 and S3 40 + 20 + 60 where S1 has 100.
    let other = "[[scheme]]\ncode = \"S1\"\nfor = { group = [\"县\"] }\n\
                 [[scheme]]\ncode = \"S2\"\nfor = { group = [\"区\"] }\npoints = { A1 = 20, A2 = 60 }\n\
                 [[scheme]]\ncode = \"S3\"\nfor = { group = [\"市\"] }\npoints = { A1 = 60, A2 = 60 }\n";
    let other = model(other).replace("schemes = [\"S2\"]", "schemes = [\"S3\"]");
    let run = Project::new(&other).roster("单位代码,单位全称,分组", ROSTER).run();
    assert_eq!((run.errors(), run.of("E571").len()), (vec!["E571"], 2), "{:?}", run.messages);
    let twice = SCHEMES.replace("\"S2\"", "\"S1\"");
    assert!(project(&twice).run().errors().contains(&"E507"));
    let unknown = model(SCHEMES).replace("schemes = [\"S2\"]", "schemes = [\"S9\"]");
    assert!(Project::new(&unknown).roster("单位代码,单位全称,分组", ROSTER).run().errors().contains(&"E508"));
}

#[test]
fn a_correction_of_something_outside_the_scheme_is_refused() {
    let run = project(SCHEMES)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .corrections("1,U1,Z,10,12")
        .run();
    assert_eq!((run.errors(), run.at("E623").as_str()), (vec!["E623"], "registers/更正登记.csv C2"));
}

#[test]
fn schemes_that_repeat_the_model_change_no_number() {
    let plain = "[[line]]\ncode = \"L1\"\nname = \"线一\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 100\nrule = \"核定\"\n";
    let run = |schemes: &str| {
        Project::new(&format!("{plain}{COMPONENTS}{WORDS}{CLASSES}{schemes}"))
            .roster("单位代码,单位全称,分组", ROSTER)
            .report("U1", "X,,,,,70,说明")
            .report("U2", "X,,,,,81,说明")
            .ballots(BALLOTS)
            .score()
    };
    let (with, without) = (run("[[scheme]]\ncode = \"S\"\nfor = { group = [\"县\", \"区\"] }\n"), run(""));
    for unit in ["U1", "U2"] {
        assert_eq!((with.total(unit), with.exact_base(unit)), (without.total(unit), without.exact_base(unit)));
        assert_eq!(with.unit(unit).path, without.unit(unit).path);
    }
}

#[test]
fn the_indicator_table_has_columns_for_schemes() {
    let text = format!("{COMPONENTS}{WORDS}{CLASSES}{SCHEMES}");
    let tree = TREE.split("[[indicator]]").next().unwrap();
    let run = Project::new(&format!("{tree}{text}# [[indicator]]\n"))
        .file(
            "indicators.csv",
            "指标代码,线,方面,三级指标,分值,计分方式,参数,适用方案,分值·S2,参数·S2,计分方式·S2\n\
             X,L1,A1,甲,40,核定,,,20,,\nY,L1,A2,乙,60,核定,,,,,\nZ,L1,A1,丙,20,核定,,S2,,,\n",
        )
        .roster("单位代码,单位全称,分组", ROSTER)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score();
    assert_eq!((run.total("U1"), run.total("U2")), ("73.80", "70.00"));
    assert!(!run.has("W119"), "{:?}", run.messages);
}

#[test]
fn letters_and_forms_speak_of_the_own_scheme_only() {
    let run = scored(
        project(SCHEMES)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    let outcome = run.outcome();
    let desk = assess::documents::report::feedback::Desk::new(outcome, None);
    let letter = |unit: &str| {
        let document = assess::documents::report::feedback::document(&desk, outcome.unit(unit).unwrap());
        format!("{:?}", document.sheets)
    };
    let (one, two) = (letter("U1"), letter("U2"));
    assert!(one.contains("适用“县”考核方案") && two.contains("适用“区”考核方案"));
    assert!(!one.contains("丙") && two.contains("丙"), "U1 has no indicator 丙");
}

#[test]
fn forms_ask_nothing_that_is_not_in_the_scheme_and_a_matrix_greys_it() {
    let text = model(SCHEMES).replace("kind = \"ballots\"\n", "kind = \"ballots\"\nrates = \"indicators\"\n");
    let marks = "R/r1 U1.X=较好 U1.Y=较好 U2.X=较好 U2.Y=较好 U2.Z=较好\nS/s1 U1.X=较好 U1.Y=较好 U2.X=较好 U2.Y=较好 U2.Z=较好";
    let run = Project::new(&text)
        .roster("单位代码,单位全称,分组", ROSTER)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(marks)
        .score();
    let units: Vec<Unit> = run.outcome().units.iter().map(|unit| unit.roster.clone()).collect();
    let office = Office { model: &run.outcome().model, units: &units };
    let reports = empty(&office, &[Kind::SelfReport], &[]);
    let asks = |at: usize, name: &str| format!("{:?}", reports[at].document.sheets).contains(name);
    assert_eq!([asks(0, "丙"), asks(1, "丙"), asks(0, "甲"), asks(1, "甲")], [false, true, true, true]);
    // Number, code, name, then X, Y and Z: where a mark is asked for the cell may be written in.
    let ballots = empty(&office, &[Kind::Ballot], &[]);
    let styles = |unit: &str| {
        let mut rows = ballots[0].document.sheets[0].rows.iter();
        let is_own = |cell: &CellDoc<'_>| matches!(&cell.content, Content::Text(text) if text == unit);
        let row = rows.find(|row| row.cells.iter().any(is_own)).unwrap();
        row.cells[3..6].iter().map(|cell| cell.style).collect::<Vec<_>>()
    };
    let (one, two) = (styles("U1"), styles("U2"));
    assert_eq!(two, [two[0], two[0], two[0]]);
    assert_eq!(one, [two[0], two[0], Style::Header]);
    assert_ne!(two[0], Style::Header);
}

#[test]
fn a_changed_scheme_is_found_by_the_second_calculation() {
    let run = scored(
        project(SCHEMES)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    let document = serde_json::to_value(run.outcome()).unwrap();
    for (place, value) in [
        ("/units/0/scheme", serde_json::json!(1)),
        ("/model/schemes/1/weights/0", "60/1".into()),
        ("/model/schemes/1/classes/1/0", "60/1".into()),
        ("/model/schemes/1/bars/1", "80/1".into()),
        ("/model/schemes/1/aspects/0", "50/1".into()),
        ("/model/schemes/1/leaves/0/points", "40/1".into()),
        ("/model/schemes/0/leaves/1", serde_json::Value::Null),
        ("/model/schemes/1/code", "S3".into()),
        ("/units/0/leaves/2/state", "verified".into()),
    ] {
        let mut forged = document.clone();
        *forged.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
        let forged: assess::result::outcome::Outcome = serde_json::from_value(forged).unwrap();
        let checked = assess::result::verify::recalculate(&forged, run.ratings());
        assert!(!checked.differing.is_empty(), "{place}");
    }
}

/// Two schemes with one relative indicator: U1 and U2 in 甲, U3 in 乙, with 80, 40 and 100.
fn relative(params: &str, other: &str) -> Run {
    let tree = format!(
        "[[line]]\ncode = \"L1\"\nname = \"线一\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n\
         [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 100\nrule = \"相对\"\n\
         params = \"{params}\"\n{other}\n[[scheme]]\ncode = \"S1\"\nfor = {{ group = [\"甲\"] }}\n\
         [[scheme]]\ncode = \"S2\"\nfor = {{ group = [\"乙\"] }}\n"
    );
    Project::new(&tree)
        .roster("单位代码,单位全称,分组", "U1,一,甲\nU2,二,甲\nU3,三,乙\n")
        .report("U1", "X,80,,,80,,")
        .report("U2", "X,40,,,40,,")
        .report("U3", "X,100,,,100,,")
        .run()
}

#[test]
fn a_field_is_a_scheme_or_crosses_schemes_that_share_the_rule() {
    let totals = |run: &Run| ["U1", "U2", "U3"].map(|unit| run.total(unit).to_owned());
    // Within the scheme the bests are 80 and 100; over all it is 100.
    assert_eq!(totals(&relative("within=scheme", "")), ["100.00", "50.00", "100.00"]);
    assert_eq!(totals(&relative("within=all", "")), ["80.00", "40.00", "100.00"]);
    let mixed = relative("within=all", "by_scheme.S2 = { params = \"within=all;better=low\" }");
    assert!(mixed.is_stopped() && mixed.errors() == ["E572"], "{:?}", mixed.messages);
    let apart = relative("within=scheme", "by_scheme.S2 = { params = \"within=scheme;better=low\" }");
    assert_eq!(totals(&apart), ["100.00", "50.00", "100.00"]);
}

#[test]
fn weights_and_points_of_a_scheme_may_be_fractions() {
    let schemes = "[[scheme]]\ncode = \"S1\"\nfor = { group = [\"县\"] }\n\
        weights = { i = \"2/3\", b = \"33 1/3%\" }\nclasses.b = { R = \"1/3\", S = \"2/3\" }\n\
        [[scheme]]\ncode = \"S2\"\nfor = { group = [\"区\"] }\npoints = { A1 = \"100/3\", A2 = \"200/3\" }\n";
    let tree = TREE.replace("by_scheme.S2 = { points = 20 }", "by_scheme.S2 = { points = \"40/3\" }").replace(
        "name = \"乙\"\npoints = 60\nrule = \"核定\"\n",
        "name = \"乙\"\npoints = 60\nrule = \"核定\"\nby_scheme.S2 = { points = \"200/3\" }\n",
    );
    let run = Project::new(&format!("{tree}{COMPONENTS}{WORDS}{CLASSES}{schemes}"))
        .roster("单位代码,单位全称,分组", ROSTER)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,10,说明\nY,,,,,50,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score();
    // U1: 2/3·75 + 1/3·(80/3 + 2·60/3) = 50 + 200/9 = 650/9; U2: 0.6·(10 + 10 + 50) + 0.4·72 = 70.8.
    assert_eq!((run.exact_base("U1"), run.total("U2")), ("650/9".to_owned(), "70.80"));
}

#[test]
fn a_faulty_row_makes_no_faulty_sums_of_schemes() {
    let text = model(SCHEMES).replace("rule = \"核定\"\nschemes", "rule = \"比率\"\nparams = \"goal=3\"\nschemes");
    let run = Project::new(&text).roster("单位代码,单位全称,分组", ROSTER).run();
    assert_eq!(run.errors(), ["E509"], "{:?}", run.messages);
}

#[test]
fn the_overview_lists_schemes_with_units_weights_and_clause() {
    let schemes = SCHEMES.replace("name = \"区\"", "name = \"区\"\nclause = \"第八条\"");
    let run = project(&schemes)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score()
        .accepted();
    let book = assess::documents::report::result(run.outcome());
    let rows = |name: &str| book.sheets.iter().find(|sheet| sheet.name == name).unwrap().rows.iter();
    let said: Vec<String> = rows("概况").map(|row| format!("{:?}", row.cells)).collect();
    let own = said.iter().find(|row| row.contains("指标 70%、评议 30%")).unwrap();
    assert!(own.contains("第八条") && own.contains("区"), "{own}");
}

#[test]
fn messages_about_sums_and_bars_name_the_scheme() {
    for (wrong, code) in [
        ("weights = { i = 70, b = 20 }", "E505"),
        ("classes.b = { R = 50, S = 40 }", "E505"),
        ("points = { A1 = 30, A2 = 60 }", "E506"),
        ("grades.\"先进\" = { at_least = 95 }", "E510"),
    ] {
        let schemes = format!(
            "[[scheme]]\ncode = \"S1\"\nname = \"县方案\"\nfor = {{ group = [\"县\"] }}\n\
             [[scheme]]\ncode = \"S2\"\nname = \"区方案\"\nfor = {{ group = [\"区\"] }}\n{wrong}\n"
        );
        let run = project(&schemes).run();
        let said: Vec<String> = run.of(code).iter().map(|own| format!("{} {:?}", own.title, own.found)).collect();
        assert!(!said.is_empty() && said.iter().all(|own| own.contains("区方案") || own.contains("S2")), "{said:?}");
    }
}

#[test]
fn the_base_scheme_has_a_code_that_no_other_may_take() {
    let taken = project("[[scheme]]\ncode = \"base\"\nfor = { group = [\"县\"] }\n").run();
    assert!(taken.is_stopped(), "{:?}", taken.messages);
    // Z is for U2, whose scheme is the base: (15 + 10 + 45)/100 = 70 %, and without a scheme of its own 0.6·70 + 0.4·72 = 70.8.
    let model = model("[[scheme]]\ncode = \"S1\"\nfor = { group = [\"县\"] }\n[schemes]\nunmatched = \"base\"\n");
    let model = model.replace("by_scheme.S2 =", "by_scheme.S1 =").replace("points = 40\nrule", "points = 20\nrule");
    let model = model.replace("by_scheme.S1 = { points = 20 }", "by_scheme.S1 = { points = 40 }");
    let run = Project::new(&model.replace("schemes = [\"S2\"]", "schemes = [\"base\"]"))
        .roster("单位代码,单位全称,分组", ROSTER)
        .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
        .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
        .ballots(BALLOTS)
        .score()
        .accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("73.80", "70.80"));
    assert_eq!(run.unit("U1").leaves[2].state, LeafState::NotInScheme);
}

#[test]
fn an_indicator_may_be_for_several_schemes() {
    // A third scheme with the points of the second: Z is for both, in the model file and in a cell.
    let third = "[[scheme]]\ncode = \"S3\"\nname = \"市\"\nfor = { group = [\"市\"] }\n";
    let tree =
        TREE.replace("by_scheme.S2 = { points = 20 }", "by_scheme = { S2 = { points = 20 }, S3 = { points = 20 } }");
    let tree = tree.replace("schemes = [\"S2\"]", "schemes = [\"S2\", \"S3\"]");
    let rest = format!("{COMPONENTS}{WORDS}{CLASSES}{SCHEMES}{third}");
    let in_cells = format!("{}{rest}# [[indicator]]\n", TREE.split("[[indicator]]").next().unwrap());
    let table = "指标代码,线,方面,三级指标,分值,计分方式,参数,适用方案,分值·S2,分值·S3\n\
                 X,L1,A1,甲,40,核定,,,20,20\nY,L1,A2,乙,60,核定,,,,\nZ,L1,A1,丙,20,核定,,S2、S3,,\n";
    for project in [Project::new(&format!("{tree}{rest}")), Project::new(&in_cells).file("indicators.csv", table)] {
        let run = project
            .roster("单位代码,单位全称,分组", &format!("{ROSTER}U3,丙市,市\n"))
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .report("U3", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots("R/r1 U1=较好 U2=较好 U3=较好\nS/s1 U1=一般 U2=一般 U3=一般")
            .score()
            .accepted();
        // U3 has the weights of the model: 70 % and 72 % give 0.6·70 + 0.4·72 = 70.8.
        assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("73.80", "70.00", "70.80"));
        assert_eq!(run.unit("U1").leaves[2].state, LeafState::NotInScheme);
    }
}

#[test]
fn a_unit_that_changes_its_scheme_moves_because_of_it() {
    let of = |group: &str| {
        scored(
            project(SCHEMES)
                .roster("单位代码,单位全称,分组", &format!("U1,甲县,县\nU2,乙区,{group}\n"))
                .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
                .report("U2", "X,,,,,15,说明\nY,,,,,45,说明")
                .ballots(BALLOTS),
        )
    };
    let run = of("县");
    let other = scored(
        project(SCHEMES)
            .report("U1", "X,,,,,30,说明\nY,,,,,45,说明")
            .report("U2", "X,,,,,15,说明\nY,,,,,45,说明\nZ,,,,,10,说明")
            .ballots(BALLOTS),
    );
    let diff = assess::result::diff::Diff::between(run.outcome(), other.outcome());
    let causes = &diff.unit("U2").unwrap().causes;
    let is_scheme = |own: &&assess::result::diff::Cause| matches!(own, assess::result::diff::Cause::Roster { field } if field == "scheme");
    assert_eq!(causes.iter().filter(is_scheme).count(), 1, "{causes:?}");
    assert!(diff.unit("U1").is_none_or(|own| own.causes.iter().find(is_scheme).is_none()));
}
