//! Marks that could be worked out: the warning, the table, what `check --privacy` tries, and that nothing is handed out without
//! a reason.

use serde_json::Value;

use crate::cells::Books;
use crate::runner::{Folder, assess, list, str_of};
use crate::said::of_code;
use crate::small::{DELEGATES_FILE, LEADERS_FILE, small};

/// The small project without the reason for which its letters are accepted.
fn open() -> Folder {
    let folder = small();
    folder.edit("assess.toml", "[feedback]\naccept_exposed = \"测试项目\"\n", "");
    folder
}

/// Unit, class, reason and whose of each pair.
fn pairs(document: &Value) -> Vec<String> {
    let own = |pair: &Value| ["unit", "class", "reason", "whose"].map(|key| str_of(&pair[key]).to_owned()).join(" ");
    list(&document["privacy"]["pairs"]).iter().map(own).collect()
}

#[test]
fn exposed_pairs_are_one_warning_a_table_and_a_refusal_until_the_model_accepts_them() {
    let folder = open();
    // U01: 0.35 · s + 0.1 · t = 91 has s = 180, t = 280 alone. U02, whose leader is one: 0.7 · s + 0.1 · t = 84 has s = 80,
    // t = 280 and s = 100, t = 140. U03, where D1 is recused: 0.35 · s + 0.15 · t = 60 has s = t = 120 alone.
    let scored = folder.score(&[]).ended(0);
    let said = of_code(&scored.err, "W721");
    assert_eq!(said.len(), 1, "{}", scored.err);
    assert!(said[0].title.contains("3 个单位，共 6 对"), "{}", said[0].title);
    assert_eq!(said[0].line("现为"), Some("「述职评议 领导 ×3、述职评议 代表 ×3」"));
    let refused = folder.run("feedback", &[]).ended(1);
    assert!(
        refused.err.contains("accept_exposed") && refused.err.contains("assess check --privacy"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("测试市博物馆") && refused.err.contains("只有 2 种"), "{}", refused.err);
    assert!(!folder.has("feedback/v001") && !folder.has("feedback/v001_发放登记.xlsx"));
    // The model of now may accept what the version did not.
    folder.append("assess.toml", "[feedback]\naccept_exposed = \"三家单位，数字公开\"");
    let written = folder.run("feedback", &[]).ended(0);
    assert!(written.err.contains("6 对") && written.err.contains("三家单位，数字公开"), "{}", written.err);
    assert_eq!(folder.json("feedback/v001/manifest.json")["accept_exposed"], "三家单位，数字公开");
    // A clerk who scores again learns that nothing need be written.
    let again = folder.score(&[]).ended(2);
    assert!(again.err.contains("不必出新版") && !folder.has("results/v002"), "{}", again.err);
    // No letter speaks of it.
    for (path, bytes) in folder.tree().into_iter().filter(|(path, _)| path.starts_with("feedback/v001/")) {
        let text = Books::new(folder.root());
        if path.ends_with(".xlsx") {
            let book = text.open(&path);
            let all: String = book.sheets().iter().flat_map(|(_, cells)| cells.iter().map(|(_, cell)| *cell)).collect();
            assert!(!all.contains("推算") && !all.contains("评议保密"), "{path}");
        }
        assert!(!bytes.is_empty());
    }
    folder.run("feedback", &[]).ended(0);
}

#[test]
fn a_model_that_accepts_them_turns_the_warning_into_a_note() {
    let folder = small();
    let scored = folder.score(&["--strict"]).ended(0);
    assert!(of_code(&scored.err, "W721").is_empty());
    assert!(folder.run("check", &["-v"]).ended(0).err.contains("N722"));
    let open = open();
    assert!(open.score(&["--strict"]).ended(1).err.contains("W721"));
    assert!(!open.has("results/v001"));
}

#[test]
fn check_shows_the_pairs_and_what_other_methods_leave() {
    let folder = open();
    let document = folder.run("check", &["--privacy", "--format", "json"]).ended(0).json();
    let few = |unit: &str| ["P1", "P2"].map(|class| format!("{unit} {class} few-means all"));
    assert_eq!(pairs(&document), [few("U01"), few("U02"), few("U03")].concat());
    let left = |name: &str| {
        let own = list(&document["privacy"]["variations"]).iter().find(|own| own["variation"] == name);
        own.unwrap_or_else(|| panic!("{name}: {document:#}"))["pairs"].as_u64().unwrap()
    };
    // As one class of weight 100 its mean is the rate: 5, 4 and 4 answers. Five are shown and 460 of them is also three times
    // 100 and twice 80; four are hidden and have one mean.
    assert_eq!(left("述职评议：领导、代表 合为一类"), 2);
    // With k = 3 leaders (2, 1 and 2 answers) still hide all; the delegates are no longer too few but where D1 is recused.
    assert_eq!(left("k_anonymity = 3"), 4);
    let table = folder.run("check", &["--privacy"]).ended(0).out;
    assert!(table.contains("按现在的办法（k_anonymity = 5）") && table.contains("component_decimals = 0"), "{table}");
    let csv = folder.run("check", &["--privacy", "--format", "csv"]).ended(0).out;
    assert_eq!(csv.lines().nth(1), Some("U01,meeting,P1,2,false,few-means,all"), "{csv}");
    let away = Folder::empty();
    folder.run("check", &["--report", away.path("核对.xlsx").to_str().unwrap()]).ended(0);
    let books = Books::new(away.root());
    let book = books.open("核对.xlsx");
    let (_, cells) = book.sheets().into_iter().find(|(name, _)| *name == "评议保密").unwrap();
    let text: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
    assert_eq!(text.iter().filter(|text| text.contains("只有 1 种")).count(), 4, "{text:?}");
    assert_eq!(text.iter().filter(|text| text.contains("只有 2 种")).count(), 2, "{text:?}");
}

#[test]
fn before_any_ballot_is_in_marks_are_drawn_for_what_is_issued() {
    let folder = open();
    folder.remove(LEADERS_FILE).remove(DELEGATES_FILE);
    let ran = folder.run("check", &["--privacy", "--format", "json"]);
    let notes = ran.json()["privacy"]["notes"].to_string();
    assert!(notes.contains("没有写 issued") && notes.contains("代表"), "{notes}");
    folder.edit("assess.toml", "name = \"代表\"\nweight = 30\n", "name = \"代表\"\nweight = 30\nissued = 4\n");
    let ran = folder.run("check", &["--privacy", "--format", "json"]);
    let document = ran.json();
    assert!(document["privacy"]["notes"].to_string().contains("抽取了示意评价"), "{document:#}");
    // 0.7/3 · s + 0.3/4 · t: three leaders and four delegates in steps of 20 have a few sums at most.
    assert!(pairs(&document).len() >= 3, "{document:#}");
    assert_eq!(pairs(&document), pairs(&folder.run("check", &["--privacy", "--format", "json"]).json()), "drawn alike");
}

/// Ten leaders whose mean is 80 for every unit, and one more who comes late.
fn leaders(late: &str) -> String {
    let marks = ["好", "好", "好", "较好", "较好", "较好", "较好", "一般", "一般", "一般"];
    let mut text = String::from("评议主体,评委编号,所在单位,单位,评价\n");
    for (rater, mark) in marks.iter().copied().chain((!late.is_empty()).then_some(late)).enumerate() {
        for unit in ["U01", "U02", "U03"] {
            text.push_str(&format!("领导,R{rater},,{unit},{mark}\n"));
        }
    }
    text
}

/// The small project with one class of ten leaders, none of whom is exposed.
fn ten() -> Folder {
    let folder = open();
    let classes = "\n[[component.class]]\nid = \"P2\"\nname = \"代表\"\nweight = 30\n";
    folder.edit("assess.toml", classes, "").edit("assess.toml", "weight = 70\nissued = 3\n", "weight = 100\n");
    folder.remove(DELEGATES_FILE).write(LEADERS_FILE, &leaders(""));
    folder
}

fn ballots_sheet(folder: &Folder, path: &str) -> String {
    let books = Books::new(folder.root());
    let book = books.open(path);
    let (_, cells) = book.sheets().into_iter().find(|(name, _)| *name == "评议情况").unwrap();
    cells.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("|")
}

#[test]
fn a_late_ballot_after_letters_is_told_refused_and_never_shown_beside_them() {
    let folder = ten();
    assert!(of_code(&folder.score(&[]).ended(0).err, "W721").is_empty());
    folder.run("feedback", &[]).ended(0);
    let name = |version: &str| format!("feedback/{version}/U01_测试市图书馆.xlsx");
    assert!(ballots_sheet(&folder, &name("v001")).contains("|10|80|"));
    folder.write(LEADERS_FILE, &leaders("好"));
    // By itself the second letter tells nothing; beside the first it tells the late mark of every unit.
    let scored = folder.score(&["--reason", "补录一票"]).ended(0);
    assert!(of_code(&scored.err, "W721").is_empty() && scored.err.contains("另有 3 对"), "{}", scored.err);
    let document = folder.run("check", &["--privacy", "--format", "json"]).ended(0).json();
    assert_eq!(pairs(&document), ["U01", "U02", "U03"].map(|unit| format!("{unit} P1 few-means late")));
    folder.run("feedback", &[]).ended(1);
    folder.append("assess.toml", "[feedback]\naccept_exposed = \"经工委同意\"");
    folder.run("feedback", &[]).ended(0);
    let sheet = ballots_sheet(&folder, &name("v002"));
    assert!(sheet.contains("不单列") && !sheet.contains("|11|"), "{sheet}");
    // The letters of v001 stay what they were when they are made again.
    let before = folder.bytes(&name("v001"));
    std::fs::remove_dir_all(folder.path("feedback/v001")).unwrap();
    folder.remove("feedback/v001_发放登记.xlsx");
    folder.run("feedback", &["--version", "v001"]).ended(0);
    assert_eq!(folder.bytes(&name("v001")), before);
}

#[test]
fn interim_letters_of_a_draft_count_after_the_draft_is_gone() {
    let folder = ten();
    folder.score(&["--draft"]).ended(0);
    folder.run("feedback", &["--period", "上半年"]).ended(0);
    folder.write(LEADERS_FILE, &leaders("好"));
    folder.score(&["--draft"]).ended(0);
    folder.score(&[]).ended(0);
    assert!(folder.run("feedback", &[]).ended(1).err.contains("补到的评价"));
    // Without what they rested on, nobody knows what was told.
    let copy = folder.tree().into_keys().find(|path| path.ends_with(".result.json")).unwrap();
    folder.remove(&copy);
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains(".result.json") && ran.err.contains("恢复"), "{}", ran.err);
}

#[test]
fn a_total_that_was_published_or_is_named_by_a_letter_of_changes_counts_as_told() {
    let folder = ten();
    folder.score(&[]).ended(0);
    folder.write(LEADERS_FILE, &leaders("好"));
    folder.score(&["--reason", "补录一票"]).ended(0);
    // Nobody was told anything of v001: v002 stands alone. A letter of changes names the total of v001 by itself.
    assert!(pairs(&folder.run("check", &["--privacy", "--format", "json"]).ended(0).json()).is_empty());
    assert!(folder.run("feedback", &["--changed"]).ended(1).err.contains("补到的评价"));
    let mark = ["mark", "-C", folder.shown(), "v001", "公示", "--document", "公示〔2026〕1号", "--date", "2026-02-01"];
    assess(&mark).ended(0);
    let late = ["U01", "U02", "U03"].map(|unit| format!("{unit} P1 few-means late"));
    assert_eq!(pairs(&folder.run("check", &["--privacy", "--format", "json"]).ended(0).json()), late);
    folder.run("feedback", &[]).ended(1);
}
