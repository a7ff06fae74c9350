//! A number of somebody in a text that reaches a letter is a warning at its cell, when files are checked and scored.

use crate::runner::Folder;
use crate::said::of_code;
use crate::small::{REGISTER_FILE, small};

/// The small project with an explanation for U01 and a matter for U02.
fn with(note: &str, matter: &str) -> Folder {
    let folder = small();
    folder.edit("self-reports/U01.csv", "会议记录,2,,", &format!("会议记录,2,,\"{note}\""));
    folder.edit(REGISTER_FILE, "J1,先进,", &format!("J1,\"{matter}\","));
    folder
}

#[test]
fn a_number_of_somebody_is_told_with_its_cell_and_its_unit() {
    for (lang, title) in [("zh", "核定说明里有一长串数字"), ("en", "A long row of digits in 核定说明")] {
        for command in ["check", "score"] {
            let folder = with("请联系王芳 １３８-０００１-１２３４", "先进");
            let ran = folder.run(command, &["--lang", lang]).ended(0);
            let said = format!("{}{}", ran.out, ran.err);
            let found = of_code(&said, "W248");
            assert_eq!(found.len(), 1, "{said}");
            let shown = format!("{:?}", found[0]);
            assert!(shown.contains("I3") && shown.contains("U01") && shown.contains(title), "{shown}");
            assert!(shown.contains("１３８-０００１-１２３４"), "{shown}");
        }
    }
}

#[test]
fn registers_are_looked_at_and_what_is_no_number_of_anybody_is_not_told() {
    let folder = with("2025-12-31 会议，云发〔2025〕12号，1,234,567.89 元", "身份证33010219900101123X");
    folder.edit(REGISTER_FILE, "表彰决定,省〔2025〕1号", "表彰决定0571 8800 1234,20250099");
    let ran = folder.run("check", &["--lang", "en"]).ended(0);
    let said = format!("{}{}", ran.out, ran.err);
    let cells: Vec<String> = of_code(&said, "W248").iter().map(|own| own.line("at").unwrap().to_owned()).collect();
    assert_eq!(cells, ["D2", "H2"], "{said}");
}

#[test]
fn values_of_indicators_are_read_as_numbers() {
    let folder = small();
    folder.edit("assess.toml", "target=100;floor=60;in=percent", "target=100000000;floor=60");
    for (unit, points) in [("U01", "54"), ("U02", "54"), ("U03", "54")] {
        let file = format!("self-reports/{unit}.csv");
        folder.edit(&file, &format!("60,90%,{points},统计表,90%,,"), "60,90000000,54,统计表,90000000,,");
    }
    let ran = folder.run("check", &[]);
    assert!(of_code(&format!("{}{}", ran.out, ran.err), "W248").is_empty(), "{}{}", ran.out, ran.err);
}

#[test]
fn a_regrade_tells_what_came_into_a_register() {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    folder.edit(REGISTER_FILE, "J1,文明,", "J1,文明13800001234,");
    let ran = folder.run("regrade", &[]);
    let said = format!("{}{}", ran.out, ran.err);
    assert_eq!(of_code(&said, "W248").len(), 1, "{said}");
}

#[test]
fn reasons_and_opinions_are_looked_at_as_well() {
    let folder = small();
    folder.write(
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\nGZ1,U01,2.1,54,50,\"核对人 139 0001 2345\",,拟提\n",
    );
    folder.write("opinions/意见.csv", "责任部门,单位,意见,具体意见\n组织部,U02,同意,\"电话0571-88001234\"\n");
    let ran = folder.run("check", &["--lang", "en"]).ended(0);
    let said = format!("{}{}", ran.out, ran.err);
    let mut cells: Vec<String> = of_code(&said, "W248").iter().map(|own| own.line("at").unwrap().to_owned()).collect();
    cells.sort();
    assert_eq!(cells, ["D2", "F2"], "{said}");
}
