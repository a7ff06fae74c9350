//! Forms in the wrong place, forms of another year, and forms that the model has changed under.

use serde_json::Value;

use crate::fill::Paper;
use crate::runner::{Folder, assess, list, str_of};

/// A second component with the levels and classes of 述职评议.
const SECOND: &str = r#"
[[component]]
id = "style"
name = "作风评议"
weight = 5
kind = "ballots"
levels = { "好" = 100, "较好" = 80, "一般" = 60, "差" = 40 }

[[component.class]]
id = "P1"
name = "工委领导"
weight = 60
[[component.class]]
id = "P2"
name = "部门负责人"
weight = 40
"#;

/// A project of two components whose ballots are marked alike, with its forms handed out.
fn twins() -> Folder {
    let folder = Folder::empty();
    assess(&["init", folder.shown(), "--lang", "zh"]).ended(0);
    folder.edit("assess.toml", "weight = 15\n", "weight = 10\n").append("assess.toml", SECOND);
    folder.run("template", &[]).ended(0);
    folder
}

/// Puts a form where it belongs, or elsewhere.
fn put(folder: &Folder, form: &str, to: &str) {
    let to = folder.path(to);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(folder.path(&format!("templates/{form}")), to).unwrap();
}

/// A ballot with a mark for every unit.
fn vote(folder: &Folder, form: &str, to: &str, marks: [&str; 3]) {
    let mut paper = Paper::open(&folder.path(&format!("templates/{form}")), "评价");
    paper.beside("评委编号", "1");
    for (unit, mark) in ["U01", "U02", "U03"].iter().zip(marks) {
        paper.type_in(&[("单位代码", unit)], &[("评价", mark)]);
    }
    paper.save(&folder.path(to));
}

/// File, cell, what was found and what was expected, of every finding of a code.
fn told(folder: &Folder, code: &str) -> Vec<String> {
    let ran = folder.run("check", &["--format", "json", "--lang", "zh"]);
    let findings = ran.json();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let own = list(&findings["findings"]).iter().filter(|finding| finding["code"] == code);
    own.map(|f| [&f["file"], &f["found"], &f["expected"]].map(text).join(" | ")).collect()
}

fn titles(folder: &Folder, code: &str) -> Vec<String> {
    let findings = folder.run("check", &["--format", "json", "--lang", "zh"]).json();
    let own = list(&findings["findings"]).iter().filter(|finding| finding["code"] == code);
    own.map(|finding| str_of(&finding["title"]).to_owned()).collect()
}

const MEETING: &str = "ballots/meeting/P1/述职评议_工委领导_评议票_2025.xlsx";
const STYLE: &str = "ballots/style/P1/作风评议_工委领导_评议票_2025.xlsx";

#[test]
fn every_form_says_what_it_is_for_in_title_sheet_and_file_name() {
    let folder = twins();
    let cases = [
        (MEETING, "评价", "评议票 述职评议 工委领导 2025", "述职评议 · 工委领导 · 评议票"),
        (STYLE, "评价", "评议票 作风评议 工委领导 2025", "作风评议 · 工委领导 · 评议票"),
        (
            "tallies/online/O1/网上满意度_单位干部职工_票数汇总_2025.xlsx",
            "有效",
            "票数汇总 网上满意度 单位干部职工 2025",
            "网上满意度 · 单位干部职工 · 票数汇总",
        ),
        ("self-reports/U01_示例单位甲_自评表_2025.xlsx", "指标代码", "自评表 2025", "自评表"),
        ("verified/核定表_2025.xlsx", "核定值", "核定表 2025", "核定表"),
    ];
    for (path, header, sheet, title) in cases {
        let file = folder.path(&format!("templates/{path}"));
        let paper = Paper::open(&file, header);
        assert_eq!(paper.sheets()[0].0, sheet, "{path}");
        // A long title takes two lines.
        let own = paper.title().replace('\n', " · ");
        assert_eq!(own, format!("云岚市2025年度机关党建工作考核 · {title}"), "{path}");
    }
}

#[test]
fn ballots_of_two_components_that_were_exchanged_are_errors_that_name_both() {
    let folder = twins();
    vote(&folder, STYLE, "ballots/meeting/P1/1.xlsx", ["好", "较好", "一般"]);
    vote(&folder, MEETING, "ballots/style/P1/1.xlsx", ["一般", "较好", "好"]);
    let expected = [
        "ballots/meeting/P1/1.xlsx | 作风评议 · 工委领导 | 这个文件夹（本次考核）应放：述职评议",
        "ballots/style/P1/1.xlsx | 述职评议 · 工委领导 | 这个文件夹（本次考核）应放：作风评议",
    ];
    assert_eq!(told(&folder, "E176"), expected);
    vote(&folder, MEETING, "ballots/meeting/P1/1.xlsx", ["好", "较好", "一般"]);
    vote(&folder, STYLE, "ballots/style/P1/1.xlsx", ["好", "较好", "一般"]);
    assert_eq!((told(&folder, "E176").len(), told(&folder, "E177").len()), (0, 0), "alike, each in its place");
}

#[test]
fn a_tally_of_another_component_and_a_ballot_of_another_class_are_errors() {
    let folder = twins();
    put(&folder, "tallies/meeting/P1/述职评议_工委领导_票数汇总_2025.xlsx", "tallies/style/P1/1.xlsx");
    put(&folder, "ballots/meeting/P2/述职评议_部门负责人_评议票_2025.xlsx", "ballots/meeting/P1/1.xlsx");
    let expected = [
        "ballots/meeting/P1/1.xlsx | 述职评议 · 部门负责人 | 这个文件夹（本次考核）应放：述职评议 · 工委领导",
        "tallies/style/P1/1.xlsx | 述职评议 · 工委领导 | 这个文件夹（本次考核）应放：作风评议",
    ];
    assert_eq!(told(&folder, "E176"), expected);
}

#[test]
fn a_form_saved_as_text_is_known_by_its_title() {
    let folder = twins();
    let text = "云岚市2025年度机关党建工作考核 · 作风评议 · 工委领导 · 评议票\n评委编号,1\n单位代码,评价\nU01,好\n";
    folder.write("ballots/meeting/P1/1.csv", text);
    let expected = ["ballots/meeting/P1/1.csv | 作风评议 · 工委领导 | 这个文件夹（本次考核）应放：述职评议"];
    assert_eq!(told(&folder, "E176"), expected);
}

#[test]
fn one_ballot_in_two_files_under_two_components_is_an_error() {
    let folder = twins();
    let text = "评委编号,单位代码,评价\n1,U01,好\n1,U02,较好\n1,U03,一般\n";
    folder.write("ballots/meeting/P1/a.csv", text).write("ballots/style/P1/b.csv", text);
    assert_eq!(told(&folder, "E177"), ["ballots/style/P1/b.csv | 作风评议 | "]);
    let other = text.replace(',', ", ");
    folder.write("ballots/style/P1/b.csv", &other);
    assert_eq!(told(&folder, "E177"), ["ballots/style/P1/b.csv | 作风评议 | "], "other bytes, the same marks");
    folder.write("ballots/style/P1/b.csv", &other.replace("U02, 较好", "U02, 好"));
    assert_eq!(told(&folder, "E177").len(), 0, "one mark between the first row and the last is another");
    folder.write("ballots/style/P1/b.csv", &format!("作风评议\n{text}"));
    assert_eq!(told(&folder, "E177").len(), 0, "it says which it is");
}

#[test]
fn a_report_whose_header_was_changed_to_another_unit_is_an_error() {
    let folder = twins();
    let form = folder.path("templates/self-reports/U01_示例单位甲_自评表_2025.xlsx");
    let mut paper = Paper::open(&form, "指标代码");
    paper.beside("单位代码", "U02").beside("单位", "示例单位乙");
    paper.type_in(&[("指标代码", "1.1")], &[("完成值", "0")]).save(&folder.path("self-reports/1.xlsx"));
    assert_eq!(told(&folder, "E308"), ["self-reports/1.xlsx | U01 | U02 / U01"]);
    put(&folder, "self-reports/U01_示例单位甲_自评表_2025.xlsx", "self-reports/U02/1.xlsx");
    assert_eq!(told(&folder, "E176"), ["self-reports/U02/1.xlsx | U01 | 这个文件夹（本次考核）应放：U02"]);
}

#[test]
fn a_component_with_another_id_is_known_by_its_name_and_the_change_is_told() {
    let folder = twins();
    vote(&folder, STYLE, "ballots/conduct/P1/1.xlsx", ["好", "较好", "一般"]);
    folder.edit("assess.toml", "id = \"style\"", "id = \"conduct\"");
    assert_eq!(told(&folder, "E176").len(), 0);
    assert!(!told(&folder, "W174").is_empty());
}

#[test]
fn a_form_of_last_year_is_an_error() {
    let folder = twins();
    put(&folder, MEETING, "ballots/meeting/P1/1.xlsx");
    folder.edit("assess.toml", "period = \"2025\"", "period = \"2026\"");
    assert_eq!(told(&folder, "E176"), ["ballots/meeting/P1/1.xlsx | 2025 | 这个文件夹（本次考核）应放：2026"]);
}

#[test]
fn a_change_of_the_model_is_told_on_the_forms_that_it_touches_and_by_name() {
    let folder = twins();
    put(&folder, MEETING, "ballots/meeting/P1/1.xlsx");
    put(&folder, "self-reports/U01_示例单位甲_自评表_2025.xlsx", "self-reports/1.xlsx");
    put(&folder, "self-reports/U02_示例单位乙_自评表_2025.xlsx", "self-reports/2.xlsx");
    folder.append("assess.toml", "# A comment touches no form.\n");
    folder.edit("assess.toml", "days = 10", "days = 12");
    assert_eq!(titles(&folder, "W174"), <[&str; 0]>::default(), "the days for appeals stand on no form");
    let mut table = Paper::open(&folder.path("indicators.xlsx"), "分值");
    table.type_in(&[("指标代码", "1.1")], &[("分值", "9"), ("三级指标", "第一议题")]);
    table.type_in(&[("指标代码", "1.2")], &[("分值", "9")]).save(&folder.path("indicators.xlsx"));
    let text = folder.text("assess.toml").replacen("\"较好\" = 80", "\"较好\" = 85", 1);
    folder.write("assess.toml", &text);
    let expected = [
        "表格发出后，模型改了：考核组成「meeting」 · 级别 · 较好",
        "表格发出后，模型改了：指标「1.1」 · 名称",
        "表格发出后，模型改了：指标「1.1」 · 分值",
        "表格发出后，模型改了：指标「1.2」 · 分值",
    ];
    assert_eq!(titles(&folder, "W174"), expected);
    let expected = [
        "ballots/meeting/P1/1.xlsx | 80 | 现在的模型：85",
        "self-reports/1.xlsx | 第一议题学习 | 现在的模型：第一议题",
        "self-reports/1.xlsx | 10 | 现在的模型：9",
        "self-reports/1.xlsx | 8 | 现在的模型：9",
    ];
    assert_eq!(told(&folder, "W174"), expected);
}
