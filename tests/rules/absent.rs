//! Models without lines, aspects, indicators or grades (SPEC §19.14): what is absent is asked for nowhere and printed
//! nowhere.

use assess::documents::forms::suggest;
use assess::documents::report::feedback::{Desk, document};
use assess::documents::report::{Document, public, result};
use assess::documents::trace::Tracer;
use assess::result::outcome::{Outcome, QuotaUse};
use assess::shared::i18n::Lang;

use crate::support::{Project, Run, WORDS, panel};

const HEAD: &str = "[assessment]\ntitle = \"考核\"\nperiod = \"2025\"\nissuer = \"工委\"\n";
const INDICATORS: &str = "[[component]]\nid = \"i\"\nname = \"工作\"\nweight = 100\nkind = \"indicators\"\n";
const GRADES: &str = "[[grade]]\nname = \"好\"\nat_least = 80\n[[grade]]\nname = \"一般\"\nat_least = 0\n";
const LINES: &str = "[[line]]\ncode = \"L1\"\nname = \"线一\"\n[[line]]\ncode = \"L2\"\nname = \"线二\"\n";
const ASPECTS: &str = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 40\n\
                       [[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 60\n";

/// An indicator; `above` names its line or aspect.
fn leaf(code: &str, points: u32, above: &str) -> String {
    format!("[[indicator]]\ncode = \"{code}\"\nname = \"指标{code}\"\npoints = {points}\nrule = \"核定\"\n{above}\n")
}

fn scored(model: &str, reports: [&str; 2]) -> Run {
    let project = Project::bare(&format!("{HEAD}{model}")).units("U1 U2");
    project.report("U1", reports[0]).report("U2", reports[1]).score().accepted()
}

/// Every text of a document.
fn texts(document: &Document<'_>) -> String {
    let mut all = String::new();
    for sheet in &document.sheets {
        all += &format!("{}\n{:?}\n", sheet.name, sheet.footer);
        for row in sheet.all_rows() {
            all += &format!("{:?}\n", row.cells);
        }
        all += &format!("{:?}\n", sheet.filling.checks);
    }
    all
}

/// The texts of the result workbook, the notice, the forms, every letter and every explanation.
fn everything(outcome: &Outcome) -> String {
    let desk = Desk::new(outcome, None);
    let letters = outcome.units.iter().map(|unit| texts(&document(&desk, unit)));
    let forms = suggest::forms(outcome).into_iter().map(|form| texts(&form.document));
    let lang = outcome.model.language;
    let tracer = Tracer { outcome, ratings: &[], lang };
    let traces = outcome.units.iter().map(|unit| format!("{:?}", tracer.unit(unit)));
    let books = [texts(&result(outcome)), texts(&public(outcome))];
    books.into_iter().chain(letters).chain(forms).chain(traces).collect()
}

fn sheets(outcome: &Outcome) -> Vec<String> {
    result(outcome).sheets.iter().map(|sheet| sheet.name.to_string()).collect()
}

fn has_none_of(outcome: &Outcome, words: &[&str]) {
    let all = everything(outcome);
    for word in words {
        let found = all.find(word).map(|at| all[at..].chars().take(80).collect::<String>());
        assert_eq!(found, None, "{word} is said");
    }
}

#[test]
fn without_lines_the_cells_are_the_aspects() {
    let leaves = [leaf("X", 30, "aspect = \"A1\""), leaf("Y", 10, "aspect = \"A1\""), leaf("Z", 60, "aspect = \"A2\"")];
    let model = format!("{ASPECTS}{}{INDICATORS}{GRADES}", leaves.concat());
    let run = scored(
        &model,
        ["X,,,,,15,说明\nY,,,,,10,说明\nZ,,,,,54,说明", "X,,,,,30,说明\nY,不涉及,,,不涉及,,说明\nZ,,,,,45,说明"],
    );
    // U1: A1 = 25/40 = 62.5 %, A2 = 54/60 = 90 %; 0.4·62.5 + 0.6·90 = 79.
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2"), run.total("U1")), ("62.50", "90.00", "79.00"));
    // U2: A1 = 30/30 = 100 %, A2 = 75 %; 40 + 45 = 85.
    assert_eq!((run.aspect("U2", "A1"), run.total("U2"), run.grade("U2")), ("100.00", "85.00", "好"));
    assert!(run.unit("U1").lines.is_empty());
    assert!(sheets(run.outcome()).contains(&"方面得分".to_owned()));
    has_none_of(run.outcome(), &["两线", "条线", "线（"]);
    // The same indicators in one line give the same numbers.
    let lined = model.replace("aspect = \"A", "line = \"L1\"\naspect = \"A");
    let lined = scored(
        &format!("[[line]]\ncode = \"L1\"\nname = \"线\"\n{lined}"),
        ["X,,,,,15,说明\nY,,,,,10,说明\nZ,,,,,54,说明", "X,,,,,30,说明\nY,不涉及,,,不涉及,,说明\nZ,,,,,45,说明"],
    );
    assert_eq!([lined.total("U1"), lined.total("U2")], [run.total("U1"), run.total("U2")]);
}

#[test]
fn without_aspects_the_lines_are_the_parts_of_the_unit() {
    let leaves =
        [leaf("X", 30, "line = \"L1\""), leaf("Y", 20, "line = \"L1\""), leaf("Z", 50, "line = \"L2\"")].concat();
    let model = format!("{LINES}{leaves}{INDICATORS}{GRADES}");
    let run = scored(
        &model,
        ["X,,,,,24,说明\nY,不涉及,,,不涉及,,说明\nZ,,,,,30,说明", "X,,,,,30,说明\nY,,,,,20,说明\nZ,,,,,50,说明"],
    );
    // U1: L1 = 24/30 = 80 % and keeps its 50 points, L2 = 30/50 = 60 %; 0.5·80 + 0.5·60 = 70.
    assert_eq!((run.line("U1", "L1"), run.line("U1", "L2"), run.total("U1")), ("80.00", "60.00", "70.00"));
    assert_eq!((run.total("U2"), run.grade("U2")), ("100.00", "好"));
    assert!(run.unit("U1").aspects.is_empty() && !run.has("N632"));
    assert!(sheets(run.outcome()).contains(&"条线得分".to_owned()));
    has_none_of(run.outcome(), &["三面", "各方面", "方面与"]);
}

#[test]
fn without_both_the_leaves_are_the_parts_of_the_unit() {
    let leaves = [leaf("X", 30, ""), leaf("Y", 70, "")].concat();
    let run = scored(
        &format!("{leaves}{INDICATORS}{GRADES}"),
        ["X,,,,,21,说明\nY,,,,,63,说明", "X,不涉及,,,不涉及,,说明\nY,,,,,49,说明"],
    );
    // U1: 21 + 63 of 100; U2: 49 of the 70 points that are left.
    assert_eq!((run.total("U1"), run.total("U2")), ("84.00", "70.00"));
    assert!(sheets(run.outcome()).iter().all(|name| !["两线三面", "方面得分", "条线得分"].contains(&name.as_str())));
    has_none_of(run.outcome(), &["两线", "三面", "条线", "各方面"]);
    let json = serde_json::to_string(run.outcome()).unwrap();
    assert!(!json.contains("\"aspect\":") && !json.contains("\"line\":"), "leaves are in no branch");
}

#[test]
fn a_table_of_indicators_needs_the_columns_of_what_the_model_has() {
    let table = "指标代码,三级指标,分值,计分方式\nX,甲,30,核定\nY,乙,70,核定\n";
    let run = |branches: &str, table: &str| {
        let model = format!("{HEAD}{branches}# [[indicator]]: in the table\n{INDICATORS}{GRADES}");
        Project::bare(&model)
            .units("U1")
            .report("U1", "X,,,,,21,说明\nY,,,,,49,说明")
            .file("indicators.csv", table)
            .run()
    };
    assert_eq!(run("", table).total("U1"), "70.00");
    // One fault, at the first row, however many rows there are.
    let missing = run(&format!("{LINES}{ASPECTS}"), table);
    assert_eq!((missing.errors(), missing.at("E107")), (vec!["E107"], "indicators.csv A2".to_owned()));
    assert_eq!(missing.of("E107")[0].expected.as_deref(), Some("线、方面"));
    let some = "指标代码,方面,三级指标,分值,计分方式\nX,A1,甲,40,核定\nY,A2,乙,60,核定\n";
    assert_eq!(run(&format!("{LINES}{ASPECTS}"), some).errors(), ["E107"]);
    assert_eq!(run(ASPECTS, some).errors(), Vec::<&str>::new());
}

#[test]
fn a_form_has_no_columns_for_what_the_model_does_not_have() {
    let leaves = [leaf("X", 30, ""), leaf("Y", 70, "")].concat();
    let run = scored(&format!("{leaves}{INDICATORS}"), ["X,,,,,21,说明\nY,,,,,63,说明", "X,,,,,1,说明\nY,,,,,2,说明"]);
    assert_eq!(run.ranks("U1 U2"), "1 2");
    let leaf = &run.outcome().model.tree.leaves[0];
    assert_eq!((leaf.line, leaf.aspect), (None, None));
}

#[test]
fn aspects_may_be_judged_without_any_indicator() {
    let judged = panel(&format!("rates = \"aspects\"\n{WORDS}"), "R=100");
    let run = Project::bare(&format!("{HEAD}{ASPECTS}{judged}{GRADES}"))
        .units("U1 U2")
        .ballots("R/r1 U1.A1=好 U1.A2=较好 U2.A1=一般 U2.A2=弃权")
        .score()
        .accepted();
    // U1: 0.4·100 + 0.6·80 = 88. U2: A2 has no rating and leaves: 60.
    assert_eq!((run.total("U1"), run.grade("U1")), ("88.00", "好"));
    assert_eq!((run.total("U2"), run.aspect("U2", "A2")), ("60.00", "—"));
    assert!(sheets(run.outcome()).iter().all(|name| name != "指标得分" && name != "共性问题"));
    // A rate of the unit as a whole passes down to the aspects.
    let whole = panel(WORDS, "R=100");
    let run = Project::bare(&format!("{HEAD}{ASPECTS}{whole}{GRADES}")).units("U1").ballots("R/r1 U1=较好").score();
    assert_eq!((run.accepted().aspect("U1", "A1"),), ("80.00",));
}

/// Judging only: two panels of raters, an award, nothing else.
fn judged(more: &str) -> Project {
    let judged = panel(WORDS, "R=60 S=40");
    let award = "[[award]]\ncode = \"W1\"\nname = \"流动红旗\"\nby = \"total\"\nplaces = 1\n";
    Project::bare(&format!("{HEAD}{judged}{award}{more}"))
        .roster(
            "单位代码,单位全称,分组,参评方式",
            "U1,甲局,一组,\nU2,乙局,一组,\nU3,丙局,一组,单列\nU4,丁局,一组,不参评\n",
        )
        .ballots("R/r1 U1=好 U2=较好 U3=一般\nS/s1 U1=较好 U2=较好 U3=好")
}

#[test]
fn without_grades_there_are_ranks_and_awards_only() {
    let run = judged("").score().accepted();
    // U1: 0.6·100 + 0.4·80 = 92; U2: 80.
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("92.00", "80.00", "76.00"));
    assert_eq!((run.ranks("U1 U2 U3"), run.grades("U1 U2 U3")), ("1 2 —".to_owned(), "— — —".to_owned()));
    let unit = run.unit("U1");
    assert!(unit.path.is_empty() && unit.threshold.is_none() && !unit.deferred && !unit.takes_place);
    assert_eq!(run.outcome().awards[0].contenders[0].fate.json(), "won");
    assert_eq!(run.outcome().quotas, Vec::<QuotaUse>::new());
    let expected = ["概况", "排名", "排名图", "组成得分", "评议汇总", "加减分", "结果运用", "核算", "校验", "来源"];
    assert_eq!(sheets(run.outcome()), expected);
    has_none_of(run.outcome(), &["等次", "定等", "晋等", "暂缓", "两线", "三面", "条线", "各方面", "指标得分"]);
    assert!(everything(run.outcome()).contains("获流动红旗"), "the letter says who won");
}

#[test]
fn no_english_text_says_grade_line_or_aspect_either() {
    let english = HEAD.replace("[assessment]\n", "[assessment]\nlanguage = \"en\"\n");
    let model = format!("{english}{}", panel(WORDS, "R=100"));
    let run = Project::bare(&model).units("U1 U2").ballots("R/r1 U1=好 U2=较好").score();
    assert_eq!(run.outcome().model.language, Lang::En);
    has_none_of(run.outcome(), &["grade", "Grade", "aspect", "Aspect", "Lines", "by indicator"]);
}

#[test]
fn a_register_about_grades_has_no_place_in_a_model_without_them() {
    let run = judged("").decisions("1,U1,优秀,,,\n2,U2,暂缓,,,").run();
    assert_eq!(
        (run.errors(), run.of("E691").len(), run.at("E691")),
        (vec!["E691"], 2, "registers/等次审定.csv C2".into())
    );
    let places = "编号,分组,等次,名额,文号,日期,状态\n1,一组,优秀,2,文1,2026-01-10,工委审定";
    let run = judged("").file("registers/名额分配.csv", places).run();
    assert_eq!((run.errors(), run.at("E691")), (vec!["E691"], "registers/名额分配.csv C2".to_owned()));
}

/// The codes of the faults of a model.
fn faults(model: &str) -> Vec<String> {
    let run = Project::bare(&format!("{HEAD}{model}")).units("U1").run();
    run.messages.iter().map(|message| message.code.to_string()).collect()
}

#[test]
fn what_a_component_measures_must_be_in_the_model() {
    assert_eq!(faults(INDICATORS), ["E513"]);
    assert_eq!(faults(&panel(&format!("rates = \"indicators\"\n{WORDS}"), "R=100")), ["E513"]);
    assert_eq!(faults(&panel(&format!("rates = \"aspects\"\n{WORDS}"), "R=100")), ["E573"]);
}

#[test]
fn lines_and_aspects_that_are_named_must_be_declared() {
    let own = |above: &str| leaf("X", 50, above) + &leaf("Y", 50, above) + INDICATORS;
    // One fault for the column, however many rows have it.
    assert_eq!(faults(&own("line = \"L1\"")), ["E574"]);
    assert_eq!(faults(&own("line = \"L1\"\naspect = \"A1\"")), ["E574", "E574"]);
    // With lines an indicator names its line.
    assert_eq!(faults(&format!("{LINES}{}", own(""))), ["E502", "E502"]);
    assert_eq!(faults(&format!("{LINES}{}", panel(WORDS, "R=100"))), ["E575"]);
}

#[test]
fn rules_about_grades_need_grades() {
    let judged = panel(WORDS, "R=100");
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"差\"\nat_most = \"好\"\nwhen = { attribute = \"x\", equals = \"y\" }\n";
    assert_eq!(faults(&format!("{judged}{cap}")), ["E576"]);
    assert_eq!(faults(&format!("{judged}[consequences.\"好\"]\ntalk = true\n")), ["E576"]);
    let all = |pattern: &str| {
        let when = format!("when = {{ rate = \"{pattern}\", below = 60 }}\n");
        faults(&format!("{judged}{GRADES}[[cap]]\ncode = \"C1\"\nname = \"差\"\nat_most = \"一般\"\n{when}"))
    };
    assert_eq!((all("aspect.*"), all("line.*")), (vec!["E508".to_owned()], vec!["E508".to_owned()]));
}

#[test]
fn schemes_without_aspects_have_one_sum_of_points_too() {
    let scheme = |code: &str| format!("[[scheme]]\ncode = \"{code}\"\nfor = {{ group = [\"{code}\"] }}\n");
    let leaves = |points: u32| leaf("X", 60, "") + &leaf("Y", 40, &format!("by_scheme.S2 = {{ points = {points} }}"));
    let model = |points: u32| format!("{}{INDICATORS}{}{}", leaves(points), scheme("S1"), scheme("S2"));
    assert_eq!(faults(&model(30)), ["E571"]);
    let run = Project::bare(&format!("{HEAD}{}", model(40)))
        .roster("单位代码,单位全称,分组", "U1,甲,S1\nU2,乙,S2\n")
        .report("U1", "X,,,,,30,说明\nY,,,,,40,说明")
        .report("U2", "X,,,,,60,说明\nY,,,,,10,说明")
        .score()
        .accepted();
    assert_eq!((run.total("U1"), run.total("U2"), run.ranks("U1 U2")), ("70.00", "70.00", "1 1".to_owned()));
}

/// Two indicators of departments; with the given components.
fn department(components: &str) -> Project {
    let leaves: Vec<String> =
        ["X", "Y"].iter().map(|code| leaf(code, 50, "").replace("rule", "source = \"部门\"\nrule")).collect();
    let table = "单位,指标代码,核定得分,核定说明\nU1,X,40,说明\nU1,Y,50,\nU2,X,30,说明\nU2,Y,45,说明\n";
    let project = Project::bare(&format!("{HEAD}{}{components}", leaves.concat())).units("U1 U2");
    project.file("verified/核定.csv", table)
}

#[test]
fn letters_and_sheets_speak_of_reports_ballots_and_common_problems_only_where_there_are_any() {
    let run = department(INDICATORS).score().accepted();
    let expected = ["概况", "排名", "排名图", "指标得分", "组成得分", "加减分", "核算", "校验", "来源"];
    assert_eq!(sheets(run.outcome()), expected);
    has_none_of(run.outcome(), &["自评", "评议", "共性问题", "综合考核", "加分 0"]);
    let letter = |run: &Run| {
        let desk = Desk::new(run.outcome(), None);
        let document = document(&desk, run.unit("U1"));
        let names: Vec<String> = document.sheets.iter().map(|sheet| sheet.name.to_string()).collect();
        (texts(&document), names.join(" "))
    };
    let (text, names) = letter(&run);
    assert!(text.contains("经核定和审定") && text.contains("你单位总分90.00分"), "{text}");
    assert_eq!(names, "反馈书 得分明细 图表 问题与整改台账 复核申请");
    // With reports, ballots, adjustments and a rule for common problems everything is there.
    let more = "[[component]]\nid = \"i\"\nname = \"工作\"\nweight = 60\nkind = \"indicators\"\n\
                [[component]]\nid = \"b\"\nname = \"评议\"\nweight = 40\nkind = \"ballots\"\n";
    let classes = "[[component.class]]\nid = \"R\"\nname = \"领导\"\nweight = 100\n";
    let rules = "[common_problem]\nrate = 80\nshare = 50\n";
    let own = leaf("Z", 20, "");
    let table = "单位,指标代码,核定得分,核定说明\nU1,X,40,说明\nU1,Y,50,\nU2,X,30,说明\nU2,Y,45,说明\n";
    let leaves = [leaf("X", 50, ""), leaf("Y", 50, "")].concat().replace("rule", "source = \"部门\"\nrule");
    let model = format!("{HEAD}{leaves}{own}{more}{WORDS}{classes}{rules}");
    let run = Project::bare(&model)
        .units("U1 U2")
        .file("verified/核定.csv", table)
        .report("U1", "Z,,,,,20,")
        .report("U2", "Z,,,,,10,说明")
        .ballots("R/r1 U1=好 U2=较好")
        .score()
        .accepted();
    let (text, names) = letter(&run);
    assert!(text.contains("经自评、核定、评议和审定"), "{text}");
    assert_eq!(names, "反馈书 得分明细 图表 评议情况 问题与整改台账 复核申请");
    assert!(sheets(run.outcome()).iter().any(|name| name == "共性问题"));
}
