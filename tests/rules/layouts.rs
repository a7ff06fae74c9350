//! Layouts that offices really use (DOMAIN §7): each is laid out like the printed form and scored by hand.
//!
//! T5, T6, T7, T20 self-reports; 核定表 as matrix and for one unit; T11, T12, T13 ballots; T14, T15 tallies; T8, T9, T22
//! declarations; merged cells, several header rows, foot rows, hidden rows.

use crate::guards::{also, places};
use crate::sheets::{book, sheet};
use crate::support::{NUMBERS, Project, Run, WORDS, panel};

/// Three leaves of 40, 30 and 30 points that the verifier types, in two aspects.
const LEAVES: &str = "[[aspect]]\ncode = \"A1\"\nname = \"责任落实\"\npoints = 70\n\
    [[aspect]]\ncode = \"A2\"\nname = \"特色品牌\"\npoints = 30\n\
    [[indicator]]\ncode = \"1.1\"\nline = \"L1\"\naspect = \"A1\"\nname = \"学习教育\"\npoints = 40\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"1.2\"\nline = \"L1\"\naspect = \"A1\"\nname = \"组织生活（含党课）\"\npoints = 30\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"2.1\"\nline = \"L1\"\naspect = \"A2\"\nname = \"品牌培育\"\npoints = 30\nrule = \"核定\"\n";

fn leaves() -> Project {
    Project::new(LEAVES).units("U1 U2")
}

/// The second unit with full points everywhere, in the plain layout.
fn plain_second(project: Project) -> Project {
    project.report("U2", "1.1,,40,,,40,\n1.2,,30,,,30,\n2.1,,30,,,30,")
}

#[test]
fn t5_two_scores_beside_points_in_the_names() {
    // 36 + 25 + 27 = 88. The name carries its points, the category is merged over two rows, notes stand below.
    let form = sheet(
        "评定表",
        "2025年度基层党组织分类定级评定表 | _ | _ | _ | _ | _
         单位：单位U1（盖章）　　　　2025年12月20日 | _ | _ | _ | _ | _
         类别 | 项目及分值 | 评分要点 | 评分办法 | 单位自评 | 上级评定
         责任 | 学习教育（40分） | 按计划学习 | 查记录 | 40 | 36
         _ | 组织生活(含党课)30分 | 按期召开 | 查记录 | 30 | 25
         品牌 | 品牌培育（30分） | 有品牌 | 查材料 | 30 | 27
         小计 | _ | _ | _ | 100 | 88
         注：1.自评由单位填写。2.评定由上级填写。 | _ | _ | _ | _ | _",
    );
    let form = form.merge("A1:F1 A2:F2 A4:A5 A8:F8");
    let run = plain_second(leaves().bytes("self-reports/一.xlsx", &book(&[form]))).score();
    assert_eq!(run.total("U1"), "88.00");
    assert_eq!(run.points("U1", "1.2"), "25");
    assert_eq!(run.leaf("U1", "1.2").at.cell_name(), "F5");
    assert!(!run.has("W119") && !run.has("W118"), "{:#?}", run.messages);
}

#[test]
fn t6_a_bare_score_is_the_self_score() {
    // Self scores count here: 40 + 30 + 15 = 85.
    let form = sheet(
        "测评表",
        "党支部考核测评表 | _ | _ | _ | _ | _
         支部名称：单位U1 自评(或考评)得分：85 2025年12月3日 | _ | _ | _ | _ | _
         项目(分值) | 序号 | 评价要素 | 评价内容及分值 | 得分 | 备注
         责任(70) | 1 | 学习教育 | 健全(40分);不健全(0分) | 40 | _
         _ | 2 | 组织生活 | 健全(30分);不健全(0分) | 30 | _
         品牌(30) | 3 | 品牌培育 | 突出(30分);一般(15分) | 15 | _
         合计 | _ | _ | _ | 85 | _",
    );
    let form = form.merge("A1:F1 A2:F2 A4:A5 A7:D7");
    let project = Project::new(&format!("[self_report]\nunverified = \"self\"\n{LEAVES}")).units("U1");
    let run = project.bytes("self-reports/一.xlsx", &book(&[form])).score();
    assert_eq!(run.total("U1"), "85.00");
}

#[test]
fn t7_a_branch_form_with_opinions_below() {
    // 38 + 30 + 20 = 88.
    let form = sheet(
        "自评表",
        "党支部自评与审核表 | _ | _ | _
         单位 | 单位U1 | 填表人 | 张三
         分类 | 考评项目 | 支部自评得分 | 考评组审核得分
         责任 | 学习教育 | 40 | 38
         责任 | 组织生活 | 30 | 30
         品牌 | 品牌培育 | 20 | 20
         支部自评意见 | 情况属实。    书记签字：    2025年12月1日 | _ | _
         考评组意见 | 同意。 | _ | _
         核定组组长签字：　　　　2026年1月14日 | _ | _ | _",
    );
    let run = plain_second(leaves().bytes("self-reports/一.xlsx", &book(&[form.merge("A1:D1 B7:D7 B8:D8")]))).score();
    assert_eq!(run.total("U1"), "88.00");
}

#[test]
fn t20_a_performance_form_with_three_levels_and_letters() {
    // 完成值 is description under the rule 核定; 得分 is the self score: 40 + 20 + 30 = 90.
    let form = sheet(
        "绩效自评",
        "2025年度绩效自评表 | _ | _ | _ | _ | _
         单位名称：单位U1 填报日期：2025年12月9日 项目名称：机关党建 | _ | _ | _ | _ | _
         一级指标 | 二级指标 | 三级指标 | 年初目标值(A) | 实际完成值(B) | 得分(20分*执行率)
         责任 | 学习 | 学习教育 | 12次 | 12次 | 40
         _ | 组织 | 组织生活 | 4次 | 3次 | 20
         品牌 | 品牌 | 品牌培育 | 1个 | 1个 | 30
         总分 | _ | _ | _ | _ | 90",
    );
    let form = form.merge("A1:F1 A2:F2 A4:A5 A7:E7");
    let project = Project::new(&format!("[self_report]\nunverified = \"self\"\n{LEAVES}")).units("U1");
    let run = project.bytes("self-reports/一.xlsx", &book(&[form])).score();
    assert_eq!(run.total("U1"), "90.00");
}

#[test]
fn a_header_of_two_merged_rows_names_self_and_verified_columns() {
    // {自评: 得分} and {核定: 得分} stand over one another; 30 + 20 + 10 = 60.
    let form = sheet(
        "自评表",
        "单位代码：U1 | _ | _ | _
         指标代码 | 指标名称 | 自评 | 核定
         _ | _ | 得分 | 得分
         1.1 | 学习教育 | 40 | 30
         1.2 | 组织生活 | 30 | 20
         2.1 | 品牌培育 | 30 | 10",
    );
    let form = form.merge("A1:D1 A2:A3 B2:B3");
    let run = plain_second(leaves().bytes("self-reports/一.xlsx", &book(&[form]))).score();
    assert_eq!(run.total("U1"), "60.00");
    assert_eq!(run.leaf("U1", "1.1").at.cell_name(), "D4");
}

#[test]
fn a_code_and_a_name_of_different_leaves_are_an_error() {
    let text =
        "单位代码,U1\n指标代码,指标名称,自评得分,核定得分\n1.1,品牌培育,40,40\n1.2,组织生活,30,30\n2.1,品牌培育,30,30";
    let run = plain_second(leaves().file("self-reports/一.csv", text)).run();
    assert_eq!(run.errors(), ["E223"]);
    assert_eq!(run.at("E223"), "self-reports/一.csv B3");
}

#[test]
fn two_units_in_one_report_file_are_an_error() {
    let page = |name: &str, unit: &str| {
        sheet(
            name,
            &format!("单位代码 | {unit}\n指标代码 | 核定得分 | 自评得分\n1.1 | 40 | 40\n1.2 | 30 | 30\n2.1 | 30 | 30"),
        )
    };
    let run = leaves().bytes("self-reports/一.xlsx", &book(&[page("甲", "U1"), page("乙", "U2")])).run();
    assert!(run.has("E308"), "{:#?}", run.messages);
    assert_eq!(also(&run, "E308"), ["self-reports/一.xlsx 甲!A2"]);
}

#[test]
fn a_verification_matrix_holds_points_by_leaf() {
    // U1 40 + 25 + 20 = 85, U2 30 + 30 + 30 = 90.
    let form = sheet(
        "核定表",
        "2025年度核定得分汇总 | _ | _ | _ | _ | _
         序号 | 单位 | 1.1 学习教育 | 组织生活 | 2.1 | 合计
         1 | 单位U1 | 40 | 25 | 20 | 85
         2 | U2 | 30 | 30 | 30 | 90",
    );
    let project = Project::new(&format!("[self_report]\nmissing = \"zero\"\n{LEAVES}")).units("U1 U2");
    let run = project.bytes("verified/核定.xlsx", &book(&[form.merge("A1:F1")])).score();
    assert_eq!((run.total("U1"), run.total("U2")), ("85.00", "90.00"));
    assert_eq!(run.leaf("U1", "1.2").at.cell_name(), "D3");
}

#[test]
fn a_matrix_with_values_and_points_under_each_leaf() {
    // 比率 of 40: 核定值 50 gives 20; 核定得分 of the other leaf is 50: 20 + 50 = 70.
    let model = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n[self_report]\nmissing = \"zero\"\n\
        [[indicator]]\ncode = \"1.1\"\nline = \"L1\"\naspect = \"A1\"\nname = \"培训率\"\npoints = 40\nrule = \"比率\"\nparams = \"target=100\"\n\
        [[indicator]]\ncode = \"1.2\"\nline = \"L1\"\naspect = \"A1\"\nname = \"品牌\"\npoints = 60\nrule = \"核定\"\n";
    let form = sheet(
        "核定表",
        "单位 | 1.1 培训率 | _ | 1.2 品牌 | _
         _ | 核定值 | 核定得分 | 核定得分 | 核定说明
         单位U1 | 50 | _ | 50 | 一般",
    );
    let project = Project::new(model).units("U1");
    let run = project.bytes("verified/核定.xlsx", &book(&[form.merge("A1:A2 B1:C1 D1:E1")])).score();
    assert_eq!(run.total("U1"), "70.00");
}

#[test]
fn a_column_of_a_matrix_that_is_no_leaf_is_an_error_at_its_header() {
    let text = "单位,1.1,1.2,2.1,3.9\nU1,40,30,30,5\nU2,40,30,30,5";
    let project = Project::new(&format!("[self_report]\nmissing = \"zero\"\n{LEAVES}")).units("U1 U2");
    let run = project.file("verified/核定.csv", text).run();
    assert_eq!(run.errors(), ["E313"]);
    assert_eq!(run.at("E313"), "verified/核定.csv E1");
}

#[test]
fn a_verification_form_of_one_unit_is_known_by_its_title() {
    let project = Project::new(&format!("[self_report]\nmissing = \"zero\"\n{LEAVES}")).units("U1 U2");
    let text = "单位,指标代码,核定得分,核定说明\nU2,1.1,10,差\nU2,1.2,10,差\nU2,2.1,10,差";
    let form = sheet(
        "核定",
        "机关党建核定表（单位U1） | _ | _\n指标代码 | 核定得分 | 核定说明\n1.1 | 40 | _\n1.2 | 20 | 缺\n2.1 | 20 | 缺",
    )
    .merge("A1:C1");
    let run = project.bytes("verified/一.xlsx", &book(&[form])).file("verified/二.csv", text).score();
    assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "30.00"));
}

/// One component of ballots by aspects, in words.
fn by_aspects(keys: &str) -> Project {
    Project::new(&format!("{LEAVES}{}", panel(&format!("rates = \"aspects\"\n{keys}"), "R=100"))).units("U1 U2")
}

/// One component of ballots by unit, in words.
fn by_unit() -> Project {
    Project::new(&panel(WORDS, "R=100")).units("U1 U2")
}

#[test]
fn t11_one_ballot_for_one_unit_with_ticks() {
    // Rated by aspect: 责任 好 100, 品牌 一般 60; points 70 and 30: (70·100 + 30·60)/100 = 88. 综合评价 is not measured.
    let page = |unit: &str, marks: [&str; 3]| {
        sheet(
            &format!("票{unit}"),
            &format!(
                "民主评议测评表 | _ | _ | _ | _ | _
                 评议对象：单位{unit}　　评委编号：R1　　2026年1月5日 | _ | _ | _ | _ | _
                 评议内容 | _ | 评议意见 | _ | _ | _
                 大类 | 细目 | 好 | 较好 | 一般 | 差
                 党 建 | 责任落实 | {}
                 _ | 特色品牌 | {}
                 综合评价 | _ | {}",
                marks[0], marks[1], marks[2]
            ),
        )
    };
    let first =
        page("U1", ["√ | _ | _ | _", "_ | _ | ✔ | _", "√ | _ | _ | _"]).merge("A1:F1 A2:F2 A3:B3 C3:F3 A5:A6 A7:B7");
    let second =
        page("U2", ["_ | 1 | _ | _", "_ | ● | _ | _", "_ | √ | _ | _"]).merge("A1:F1 A2:F2 A3:B3 C3:F3 A5:A6 A7:B7");
    let run = by_aspects(WORDS).bytes("ballots/b/R/票.xlsx", &book(&[first, second])).score();
    assert_eq!(run.exact_rate("U1", "b"), "88/1");
    assert_eq!(run.exact_rate("U2", "b"), "80/1");
    assert_eq!(run.aspect("U1", "A2"), "60.00");
    assert_eq!(places(&run, "W432"), ["ballots/b/R/票.xlsx A7", "ballots/b/R/票.xlsx A7"]);
}

#[test]
fn t11_rated_as_a_whole_reads_the_overall_row() {
    // The overall row prints its own options; the tick stands beside one: 较好√ = 80.
    let form = sheet(
        "票",
        "评议对象：单位U1 | _ | _ | _ | _
         评议内容 | 好 | 较好 | 一般 | 差
         政治建设 | √ | _ | _ | _
         综合评价 | 好 | 较好√ | 一般 | 差",
    );
    let other = "评议主体,评委编号,单位,评价\nR,9,U2,好";
    let model = panel(WORDS, "R=100");
    let run = Project::new(&model)
        .units("U1 U2")
        .bytes("ballots/b/R/一.xlsx", &book(&[form.merge("A1:E1")]))
        .file("ballots/b/二.csv", other)
        .run();
    // 评议内容 without 评议意见 above the levels is no ballot form of one unit.
    assert!(run.has("E102"), "{:#?}", run.messages);
    let form = sheet(
        "票",
        "评议对象：单位U1 | _ | _ | _ | _
         评议内容 | 评议意见 | _ | _ | _
         _ | 好 | 较好 | 一般 | 差
         政治建设 | √ | _ | _ | _
         综合评价 | 好 | 较好√ | 一般 | 差",
    );
    let form = form.merge("A1:E1 A2:A3 B2:E2");
    let run = Project::new(&model)
        .units("U1 U2")
        .bytes("ballots/b/R/一.xlsx", &book(&[form]))
        .file("ballots/b/二.csv", other)
        .score();
    assert_eq!(run.rate("U1", "b"), "80.00");
    assert_eq!(places(&run, "W432"), ["ballots/b/R/一.xlsx A4"]);
}

#[test]
fn t12_a_matrix_with_ticks_under_levels_of_each_aspect() {
    // Three header rows. U1: 责任 较好 80, 品牌 好 100: (70·80 + 30·100)/100 = 86. U2: 好, abstained: 品牌 has no rating.
    let form = sheet(
        "评议票",
        "单位:(盖章) 时间： 评议主体：R 评委编号：R7 | _ | _ | _ | _ | _ | _ | _ | _
         序号 | 单位 | 评议内容及意见 | _ | _ | _ | _ | _ | 备注
         _ | _ | 责任落实70% | _ | _ | 特色品牌30% | _ | _ | _
         _ | _ | 好90-100 | 较好75-89 | 弃权 | 好90-100 | 较好75-89 | 弃权 | _
         1 | 单位U1 | _ | √ | _ | √ | _ | _ | _
         2 | 单位U2 | √ | _ | _ | _ | √ | _ | _
         3 | …… | _ | _ | _ | _ | _ | _ | _
         注：每项只打一个√。 | _ | _ | _ | _ | _ | _ | _ | _",
    );
    let form = form.merge("A1:I1 A2:A4 B2:B4 C2:H2 C3:E3 F3:H3 I2:I4 A8:I8");
    let run = by_aspects(WORDS).bytes("ballots/b/票.xlsx", &book(&[form])).score();
    assert_eq!(run.exact_rate("U1", "b"), "86/1");
    assert_eq!(run.exact_rate("U2", "b"), "94/1"); // (70·100 + 30·80)/100
    assert_eq!(run.outcome().files.iter().find(|f| f.path.ends_with("票.xlsx")).unwrap().rows, 2);
}

#[test]
fn t12_numbers_under_ranged_levels() {
    // 0-10: 责任 9 under 优8-10, 品牌 5 under 中4-7: (70·90 + 30·50)/100 = 78.
    let form = "评议主体,评委编号,单位,责任落实,,特色品牌,\n,,,优8-10,中4-7,优8-10,中4-7\nR,1,U1,9,,,5\nR,1,U2,8,,8,\n";
    let run = by_aspects(NUMBERS).file("ballots/b/票.csv", form).score();
    assert_eq!(run.exact_rate("U1", "b"), "78/1");
    let wrong = form.replace(",9,,,5", ",5,,,5");
    let run = by_aspects(NUMBERS).file("ballots/b/票.csv", &wrong).run();
    assert_eq!(places(&run, "W404"), ["ballots/b/票.csv D3"]);
}

#[test]
fn t13_a_list_of_units_with_levels_and_no_group_header() {
    let text = "评议主体,评委编号,单位,好,较好,一般,差,弃权\nR,1,U1,√,,,,\nR,1,U2,,,,,√\nR,2,U1,,√,,,\nR,2,U2,,,对,,\n";
    let run = by_unit().file("ballots/b/票.csv", text).score();
    assert_eq!((run.rate("U1", "b"), run.rate("U2", "b")), ("90.00", "60.00"));
    assert_eq!(run.marks("1"), ["counted", "abstained"]);
}

#[test]
fn two_ticks_void_the_mark_and_other_signs_are_not_guessed() {
    let text = "评议主体,评委编号,单位,好,较好,一般,差\nR,1,U1,√,√,,\nR,1,U2,,√,,\nR,2,U1,×,,√,\nR,2,U2,□,☑,□,□\nR,3,U1,好,,,\nR,3,U2,,好,,\n";
    let run = by_unit().file("ballots/b/票.csv", text).score();
    assert_eq!(places(&run, "W406"), ["ballots/b/票.csv E2"]);
    assert_eq!(places(&run, "W405"), ["ballots/b/票.csv E7"]);
    // U1: 一般 beside a cross and 好, (60 + 100)/2.
    assert_eq!((run.rate("U1", "b"), run.rate("U2", "b")), ("80.00", "80.00"));
}

#[test]
fn one_ballot_a_sheet_in_a_workbook_of_many() {
    let page = |rater: u32, marks: [&str; 2]| {
        sheet(
            &format!("票{rater}"),
            &format!(
                "评议主体：R　评委编号：{rater} | _\n单位 | 评价意见\n单位U1 | {}\n单位U2 | {}",
                marks[0], marks[1]
            ),
        )
        .merge("A1:B1")
    };
    let pages = [page(1, ["好", "差"]), page(2, ["较好", "差"]), page(3, ["一般", "一般"])];
    let run = by_unit().bytes("ballots/b/全部.xlsx", &book(&pages)).score();
    assert_eq!(run.exact_rate("U1", "b"), "80/1"); // (100 + 80 + 60)/3
    assert_eq!(run.class("R").returned, 3);
}

#[test]
fn t14_a_tally_of_one_unit_with_counts_above() {
    // 6·100 + 3·80 + 1·60 over 10 = 90; one vote blank.
    let form = sheet(
        "汇总",
        "领导班子民主测评汇总表（单位U1） | _ | _ | _ | _ | _ | _
         测评时间 | 发出数 | 收回数 | 有效数 | 无效数 | _ | _
         2026.1.5 | 12 | 12 | 11 | 1 | _ | _
         序号 | 类别 | 评价意见 | _ | _ | _ | _
         _ | _ | 好 | 较好 | 一般 | 差 | 未填
         1 | 班子 | 6 | 3 | 1 | 0 | 1",
    );
    let form = form.merge("A1:G1 A4:A5 B4:B5 C4:G4");
    let other = "单位,评议主体,好,较好,一般,差,弃权,有效\nU2,R,1,0,0,0,0,1";
    let run = by_unit().bytes("tallies/b/R/一.xlsx", &book(&[form])).file("tallies/b/二.csv", other).score();
    assert_eq!(run.exact_rate("U1", "b"), "90/1");
    assert_eq!(run.outcome().reconciliation.ballots[0].void, 1);
}

#[test]
fn t14_counts_above_that_do_not_add_up_are_an_error_at_their_cell() {
    let form = sheet(
        "汇总",
        "汇总表（单位U1） | _ | _ | _ | _
         发出数：12 | 收回数：12 | 有效数：10 | 无效数：2 | _
         评价意见 | _ | _ | _ | _
         好 | 较好 | 一般 | 差 | 未填
         6 | 3 | 1 | 0 | 1",
    );
    let run = by_unit().bytes("tallies/b/R/一.xlsx", &book(&[form.merge("A1:E1 A3:E3")])).run();
    assert_eq!(run.at("E418"), "tallies/b/R/一.xlsx C2");
}

#[test]
fn t15_votes_by_node_with_shares_beside_them() {
    // 责任: 8·100 + 2·80 over 10 = 96; 品牌: 5·100 + 5·60 over 10 = 80: (70·96 + 30·80)/100 = 91.2.
    let form = sheet(
        "统计",
        "被测评单位：单位U1 | _ | _ | _ | _ | _
         测评项目 | 好票数 | 好率(%) | 较好票数 | 一般票数 | 差票数
         责任落实 | 8 | 80 | 2 | 0 | 0
         特色品牌 | 5 | 50 | 0 | 5 | 0",
    );
    let other = "评议主体,评委编号,单位,责任落实,特色品牌\nR,1,U2,好,好";
    let run = by_aspects(WORDS)
        .bytes("tallies/b/R/一.xlsx", &book(&[form.merge("A1:F1")]))
        .file("ballots/b/二.csv", other)
        .score();
    assert_eq!(run.exact_rate("U1", "b"), "456/5");
    assert_eq!(places(&run, "W119"), ["tallies/b/R/一.xlsx C2"]);
}

/// Given totals of 80 and two kinds of adjustment.
fn with_kinds() -> Project {
    Project::totals(
        "U1=80 U2=80",
        "[[adjustment]]\ncode = \"J1\"\nname = \"省级表彰\"\nkind = \"bonus\"\npoints = 2\n\
         [[adjustment]]\ncode = \"N1\"\nname = \"通报批评\"\nkind = \"deduction\"\npoints = 1\n",
    )
}

#[test]
fn t22_declared_items_are_listed_as_proposed_and_count_nothing() {
    let text = "单位：单位U1,,,,,,,,\n序号,加减分类别,事项名称,级别,颁发(通报)单位,文件名称,文号,发文日期,申报分值,审定文号\n\
                1,J1,先进集体,省级,省委,表彰决定,省发1号,2025-05-04,2,\n2,省级表彰,优秀案例,,省委,通知,省发2号,2025-06-01,2,工委1号\n3,其他,文体活动,,,,,,1,\n4,,,,,,,,,";
    let run = with_kinds().file("registers/申报.csv", text).score();
    assert_eq!(run.total("U1"), "80.00");
    let ended = run.unit("U1").adjustments.iter().map(|own| own.end.row().json());
    assert_eq!(ended.collect::<Vec<_>>(), ["proposed", "proposed"]);
    assert_eq!(run.outcome().reconciliation.registers["declarations:proposed"], 2);
    assert_eq!(places(&run, "W634"), ["registers/申报.csv B5"]);
    assert_eq!(places(&run, "W635"), ["registers/申报.csv J4"]);
}

/// The rows of bonus and deduction: code of the kind and cell.
fn declared(run: &Run) -> Vec<String> {
    let rows = run.outcome().registers.adjustments.iter();
    rows.map(|row| format!("{} {}", run.outcome().kind(row).unwrap().code, row.at.cell_name())).collect()
}

#[test]
fn t8_points_to_add_beside_points_to_deduct() {
    let form = sheet(
        "自评统计",
        "单位：单位U2　　2025年12月1日 | _ | _ | _ | _ | _ | _ | _ | _ | _ | _ | _
         序号 | 评比内容 | 分项内容及分值 | 增加分值 | _ | _ | _ | 扣减分值 | _ | _ | _ | 合计
         _ | _ | _ | 增分因素 | 分值 | 得分 | 数量 | 减分因素 | 分值 | 得分 | 数量 | _
         1 | 表彰 | 表彰奖励1-10 | 省级表彰 | 1-10 | 2 | 1 | _ | _ | _ | _ | 2
         2 | 通报 | 批评0.5-1.5 | _ | _ | _ | _ | 通报批评 | 0.5-1.5 | 1 | 1 | -1",
    );
    let form = form.merge("A1:L1 A2:A3 B2:B3 C2:C3 D2:G2 H2:K2 L2:L3");
    let run = with_kinds().bytes("registers/统计.xlsx", &book(&[form])).score();
    assert_eq!(declared(&run), ["J1 F4", "N1 J5"]);
    assert_eq!(run.total("U2"), "80.00");
}

#[test]
fn t9_one_score_beside_texts_of_both_sides() {
    let text = "县区委：单位U1,,,,\n类别,考核内容,加分,减分,得分,合计\n表彰,省级表彰,每项加2分,,2,2\n处理,通报批评,,每次减1分,-1,-1\n";
    let run = with_kinds().file("registers/加减分.csv", text).score();
    assert_eq!(declared(&run), ["J1 E3", "N1 E4"]);
}

#[test]
fn merged_cells_count_as_their_first_and_shared_values_are_told() {
    // The unit is merged over two rows of a long table: no finding. One score merged over two units: W173.
    let form = sheet("得分", "单位 | 节点 | 得分\n单位U1 | A1 | 80\n_ | A2 | 90\n单位U2 | A1 | 70\n_ | A2 | _")
        .merge("A2:A3 A4:A5 C4:C5");
    let model = format!("{LEAVES}{}", crate::support::GIVEN);
    let run = Project::new(&model).units("U1 U2").bytes("given/g/得分.xlsx", &book(&[form])).score();
    assert_eq!((run.total("U1"), run.total("U2")), ("83.00", "70.00")); // 0.7·80 + 0.3·90; 70
    assert_eq!(places(&run, "W173"), ["given/g/得分.xlsx C4"]);
}

#[test]
fn hidden_rows_are_read_with_a_warning() {
    let form = sheet("得分", "单位 | 得分\nU1 | 80\nU2 | 70").hide(3);
    let run = Project::new(crate::support::GIVEN).units("U1 U2").bytes("given/g/得分.xlsx", &book(&[form])).score();
    assert_eq!(run.total("U2"), "70.00");
    assert_eq!(places(&run, "W171"), ["given/g/得分.xlsx A3"]);
}

#[test]
fn a_header_in_csv_with_blanks_for_merged_cells() {
    let text = "评议主体,评委编号,单位,评价意见,,,\n,,,好,较好,一般,差\nR,1,单位U1,√,,,\nR,1,单位U2,,√,,\n";
    let run = by_unit().file("ballots/b/票.csv", text).score();
    assert_eq!((run.rate("U1", "b"), run.rate("U2", "b")), ("100.00", "80.00"));
}

#[test]
fn a_ballot_form_for_another_class_is_an_error() {
    let text = "评议主体：主体R,,\n评议主体：主体S,,\n评委编号,单位,评价\n1,U1,好\n1,U2,好\n";
    let run = Project::new(&panel(WORDS, "R=50 S=50")).units("U1 U2").file("ballots/b/票.csv", text).run();
    assert_eq!(run.at("E431"), "ballots/b/票.csv A1");
}

#[test]
fn an_unknown_column_of_votes_is_told_once_without_the_sums_that_follow_from_it() {
    let text = "单位,评议主体,好,很好,差,有效\nU1,R,5,3,2,10\nU2,R,5,3,2,10\n";
    let run = by_unit().file("tallies/b/票.csv", text).run();
    assert_eq!(run.errors(), ["E208"]);
    assert_eq!(run.at("E208"), "tallies/b/票.csv D1");
}
