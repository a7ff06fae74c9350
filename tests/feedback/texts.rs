//! What people wrote reaches a unit without other units, raters, contacts and paths, however they were typed, and otherwise
//! as it was written.

use serde_json::{Value, json};

use crate::runner::Folder;
use crate::small::small;

/// The result document of the small project with other names, contacts and raters.
fn result() -> Value {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    let mut result = folder.raw("results/v001/result.json");
    let units = result["units"].as_array_mut().unwrap();
    for (unit, (code, name, others)) in units.iter_mut().zip([
        ("U07", "云岚市财政局", &["市财政局", "财政"][..]),
        ("U08", "云岚市统计局", &["统计局"]),
        ("U09", "云岚市发展和改革委员会（粮食局）", &["IT", "Bureau of Finance", "云岚财政"]),
    ]) {
        unit["code"] = code.into();
        unit["name"] = name.into();
        unit["other_names"] = json!(others);
    }
    units[0]["contact"] = "办公室 诸葛青（主任）138-0000-1234 0571-88001234".into();
    units[0]["secretary"] = "党组书记 王一".into();
    units[1]["contact"] = "张 三、李四 13900005678 lisi@yl.gov.cn".into();
    units[1]["secretary"] = "文明".into();
    units[2]["contact"] = "阿依古丽·买买提 Mary Smith 党政办公室主任李明华 综合科周正".into();
    let attributes = [("分管领导", "赵六七"), ("办公电话", "87654321"), ("人数", "12345678"), ("基础", "孙八九")];
    units[2]["attributes"] = attributes.iter().map(|(name, text)| ((*name).to_owned(), json!([text, [0]]))).collect();
    result["raters"] =
        json!(["1", "A", "D1", "P007", "评委07", "专家1", "20250017", "欧阳白", "领导", "群众", "zhangsan"]);
    result["model"]["tree"]["leaves"][1]["standard"] = "文明单位加分".into();
    result
}

/// What the unit U08 reads where somebody wrote these texts as explanations of a leaf.
fn read(result: &Value, texts: &[&str]) -> Vec<String> {
    let mut result = result.clone();
    let mut out = Vec::new();
    for text in texts {
        result["units"][1]["leaves"][0]["note"] = format!("〔{text}〕").into();
        let outcome: assess::result::outcome::Outcome = serde_json::from_value(result.clone()).unwrap();
        let desk = assess::documents::report::feedback::Desk::new(&outcome, None);
        let document = assess::documents::report::feedback::document(&desk, outcome.unit("U08").unwrap());
        let shown = format!("{:?}", document.sheets[1]);
        let (_, rest) = shown.split_once('〔').unwrap();
        out.push(rest.split_once('〕').unwrap().0.replace("\\\\", "\\"));
    }
    out
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let texts: Vec<&str> = cases.iter().map(|(text, _)| *text).collect();
    for ((text, expected), found) in cases.iter().zip(read(&result(), &texts)) {
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn other_units_are_replaced_however_their_names_are_typed() {
    check(&[
        ("与云岚市财政局相比", "与其他单位相比"),
        ("云岚市.财政局", "其他单位"),
        ("云·岚·市·财·政·局的材料", "其他单位的材料"),
        ("云 岚 市 财 政 局", "其他单位"),
        ("云岚市（财政局）已报", "其他单位）已报"),
        ("云岚市“财政局", "其他单位"),
        ("雲嵐市財政局", "其他单位"),
        ("市財政局和統計局", "其他单位和統計局"),
        ("財·政", "其他单位"),
        ("云岚市财-政-局", "其他单位"),
        ("云岚市财_政/局", "其他单位"),
        ("云岚\u{200b}市\u{ad}财政局", "其他单位"),
        ("ｂｕｒｅａｕ　ｏｆ　Ｆｉｎａｎｃｅ", "其他单位"),
        ("云岚市发展和改革委员会粮食局", "其他单位"),
        ("雲嵐市發展和改革委員會【糧食局】", "其他单位】"),
        ("见U07、ｕ０７、U\u{200b}07", "见其他单位、其他单位、其他单位"),
        ("财\u{336}政\u{336}局", "其他单位局"),
    ]);
}

#[test]
fn the_own_unit_and_ordinary_words_stay() {
    let same = [
        "雲嵐市統計局的材料",
        "云岚市（统计局）",
        "统·计·局",
        "U08-1，见 U08",
        "committee; bureau of finances",
        "i.t. 设备",
        "理财（政府债券）",
        "理财，政府债券",
        "A1.U0.7",
        "第1名，A级，D1",
        "专家1名，评委07名",
        "领导班子，群众满意",
        "文明单位，主任办公室",
        "人数12345678，孙八九",
        "党组书记",
        "May 2025",
        "20250017号",
        "2025-12-31 到 18/20",
    ];
    let cases: Vec<(&str, &str)> =
        same.iter().map(|text| (*text, if *text == "20250017号" { "评委号" } else { text })).collect();
    check(&cases);
}

#[test]
fn raters_are_replaced_by_ids_that_tell() {
    check(&[
        ("评委P007打分偏低", "评委评委打分偏低"),
        ("p007；Ｐ００７", "评委；评委"),
        ("P0071 和 XP007", "P0071 和 XP007"),
        ("据评委07反映", "据评委反映"),
        ("工号20250017", "工号评委"),
        ("欧阳白认为", "评委认为"),
        ("歐陽白認為", "评委認為"),
        ("zhangsan说", "评委说"),
    ]);
}

#[test]
fn contacts_and_numbers_of_all_units_are_replaced_also_of_the_own() {
    check(&[
        ("经诸葛青核实", "经联系人核实"),
        ("諸葛青主任", "联系人主任"),
        ("经王一、张三、李 四核实", "经联系人、联系人、联系人核实"),
        ("阿依古丽买买提和mary  smith", "联系人和联系人"),
        ("赵六七同意", "联系人同意"),
        ("李明华和周正，党政办公室主任", "联系人和联系人，党政办公室主任"),
        ("电话13800001234", "电话联系人"),
        ("138 0000 1234，１３８００００１２３４", "联系人，联系人"),
        ("（0571）88001234", "（0571）联系人"),
        ("0571-88001234、057188001234", "联系人、联系人"),
        ("+86 139 0000 5678 和 8613900005678", "+86 联系人 和 联系人"),
        ("87654321", "联系人"),
        ("LISI@yl.gov.cn", "联系人"),
    ]);
}

#[test]
fn paths_of_the_office_are_replaced() {
    check(&[
        (r"见C:\Users\王芳\桌面\核定.xlsx，已核", "见路径，已核"),
        (r"存于\\server\share\考核.xlsx中", "存于路径中"),
        ("/home/wang/市财政局.xlsx", "路径"),
        ("file:///D:/a/b.pdf 见附件", "路径 见附件"),
        ("Ｃ：＼Ｕｓｅｒｓ＼王", "路径"),
        ("完成18/20项", "完成18/20项"),
    ]);
}

/// The parts of a result where people write, by their place in the document.
const WRITTEN: [&str; 11] = [
    "/units/1/leaves/0/note",
    "/units/1/leaves/0/value",
    "/units/1/leaves/0/corrected",
    "/units/1/components/indicators/corrected",
    "/model/over_claim/clause",
    "/model/components/0/clause",
    "/model/adjustments/kinds/0/clause",
    "/model/grades/0/clause",
    "/model/grades/1/clause",
    "/model/grades/2/clause",
    "/model/tree/leaves/0/standard",
];

#[test]
fn no_part_of_a_workbook_prints_what_people_wrote_as_it_is() {
    let mut result = result();
    let secret = "云岚市財政局；P007；诸葛青；13800001234；C:\\Users\\王";
    for place in WRITTEN {
        let (above, key) = place.rsplit_once('/').unwrap();
        let Some(above) = result.pointer_mut(above) else { continue };
        if let Value::Object(fields) = above {
            fields.insert(key.to_owned(), secret.into());
        }
    }
    for grade in result["model"]["grades"].as_array_mut().unwrap() {
        grade["consequence"]["actions"] = json!([secret]);
    }
    let outcome: assess::result::outcome::Outcome = serde_json::from_value(result).unwrap();
    let desk = assess::documents::report::feedback::Desk::new(&outcome, None);
    let document = assess::documents::report::feedback::document(&desk, outcome.unit("U08").unwrap());
    // A letter is broken into lines, which would hide a name.
    let shown: String = format!("{:?}", document.sheets);
    let flat: String = shown.chars().filter(|c| c.is_alphanumeric()).collect();
    assert!(shown.contains("其他单位；评委；联系人；联系人；路径"));
    for leak in ["財政局", "P007", "诸葛青", "13800001234", "CUsers"] {
        let at = flat.find(leak).map(|at| flat[..at].chars().rev().take(60).collect::<Vec<_>>());
        assert!(at.is_none(), "{leak} after {:?}", at.map(|c| c.iter().rev().collect::<String>()));
    }
}

#[test]
fn raters_of_ballots_and_of_their_list_are_known_to_the_result() {
    let folder = Folder::scored_example("city-2025");
    let result = folder.json("results/v001/result.json");
    let raters = result["raters"].as_array().unwrap();
    assert!(raters.contains(&"P1-01".into()), "{raters:?}");
    assert!(raters.is_sorted_by_key(|id| id.as_str().unwrap().to_owned()));
}
