//! Appeals and the rows that settle them: 关联编号, 处理编号, withdrawals, wrong links; register rows that are gone (SPEC §20).

use crate::regrade_story::project;
use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::{REGISTER, REGISTER_FILE, small};

const APPEALS: &str = "registers/复核申请.csv";
const CORRECTIONS: &str = "registers/更正登记.csv";

/// Appeals: 编号, 单位, 位置, 收到日期, 结论, 处理编号.
fn appeals(folder: &Folder, rows: &str) {
    folder.write(APPEALS, &format!("编号,单位,位置,收到日期,结论,处理编号,诉求\n{}", rows.replace('\n', ",请复核\n")));
}

/// Approved corrections: 编号, 单位, 位置, 旧值, 新值, 关联编号.
fn corrections(folder: &Folder, rows: &str) {
    let rows = rows.replace('\n', ",第2季度漏计1次,更1,工委审定\n");
    folder.write(CORRECTIONS, &format!("编号,单位,位置,旧值,新值,关联编号,理由,文号,状态\n{rows}"));
}

fn scored() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder
}

/// Codes with their cells: `E678 registers/更正登记.csv F2`.
fn found(folder: &Folder, codes: &[&str]) -> Vec<String> {
    let json = folder.run("check", &["--format", "json"]).json();
    let own = list(&json["findings"]).iter().filter(|f| codes.contains(&str_of(&f["code"])));
    own.map(|f| {
        format!("{} {} {}", str_of(&f["code"]), f["file"].as_str().unwrap_or("-"), f["cell"].as_str().unwrap_or("-"))
    })
    .collect()
}

/// The numbers of upheld appeals that nothing settles.
fn unsettled(folder: &Folder) -> Vec<String> {
    let json = assess(&["-C", folder.shown(), "--format", "json"]).json();
    let upheld = json["upheld"].as_array().cloned().unwrap_or_default();
    let open = upheld.iter().filter(|row| list(&row["settled_by"]).is_empty());
    open.map(|row| str_of(&row["id"]).to_owned()).collect()
}

fn regraded(folder: &Folder) -> Ran {
    let token = str_of(&project(&folder.run("regrade", &["--format", "json"]))["token"]).to_owned();
    folder.run("regrade", &["--apply", &token, "--reason", "复核"])
}

fn mark(folder: &Folder, version: &str, state: &str, date: &str) -> Ran {
    assess(&["-C", folder.shown(), "mark", version, state, "--document", "纪1", "--date", date])
}

#[test]
fn an_appeal_is_settled_by_taking_back_what_counted() {
    for (status, by_row) in [("撤销", false), ("撤销", true), ("不予采纳", false), ("不予采纳", true)] {
        let folder = scored();
        let handling = if by_row { "" } else { "加减分 1" };
        appeals(&folder, &format!("7,U02,总分,2026-01-22,支持,{handling}\n"));
        if by_row {
            folder.edit(REGISTER_FILE, "备注", "关联编号").edit(
                REGISTER_FILE,
                "〔2026〕1号,",
                "〔2026〕1号,复核申请 7",
            );
        }
        // The row still counts as it did when the appeal was made.
        assert_eq!(unsettled(&folder), ["7"], "{status}");
        assert!(folder.run("regrade", &[]).err.contains("E651"), "{status}");
        folder.edit(REGISTER_FILE, "工委审定,工委〔2026〕1号", &format!("{status},工委〔2026〕1号"));
        assert_eq!(unsettled(&folder), <[&str; 0]>::default(), "{status}");
        mark(&folder, "v001", "最终", "2026-02-09").ended(1);
        regraded(&folder).ended(0);
        let appeal = folder.json("results/v002/result.json")["registers"]["appeals"][0].clone();
        assert_eq!(appeal["settled_by"].to_string(), "[[\"adjustments\",\"1\"]]", "{status}");
        // What was settled stays settled in the versions after it.
        folder.edit(REGISTER_FILE, "文明", "文明奖");
        regraded(&folder).ended(0);
        assess(&["-C", folder.shown(), "verify"]).ended(0);
        mark(&folder, "v003", "最终", "2026-02-09").ended(0);
    }
}

#[test]
fn a_row_that_was_taken_back_before_the_appeal_settles_nothing() {
    let withdraw = |folder: &Folder| {
        folder.edit(REGISTER_FILE, "工委审定,工委〔2026〕1号", "撤销,工委〔2026〕1号");
    };
    // Taken back first, the appeal entered later: nothing says that it was made against the second version.
    let folder = scored();
    withdraw(&folder);
    regraded(&folder).ended(0);
    appeals(&folder, "7,U02,总分,2026-01-22,支持,加减分1\n");
    assert_eq!(unsettled(&folder), <[&str; 0]>::default());
    // The second version was public when the appeal came in.
    mark(&folder, "v001", "公示", "2026-01-10").ended(0);
    mark(&folder, "v002", "公示", "2026-01-21").ended(0);
    assert_eq!(unsettled(&folder), ["7"]);
    // A row that never counted cannot be the remedy.
    let folder = small();
    withdraw(&folder);
    folder.score(&[]).ended(0);
    appeals(&folder, "7,U02,总分,2026-01-22,支持,加减分 1\n");
    assert_eq!(unsettled(&folder), ["7"]);
}

#[test]
fn numbers_in_free_text_settle_nothing_and_each_appeal_needs_its_row() {
    let folder = scored();
    appeals(&folder, "1,U03,1.1,2026-01-22,支持,\n2,U03,2.1,2026-01-22,支持,\n");
    corrections(&folder, "1,U03,1.1,28,30,\n");
    assert_eq!(unsettled(&folder), ["1", "2"], "「第2季度漏计1次」 is no link");
    corrections(&folder, "1,U03,1.1,28,30,复核 1\n");
    assert_eq!(unsettled(&folder), ["2"]);
    // A preview that waits ends as `score` does.
    assert!(folder.run("regrade", &[]).ended(1).err.contains("E651"));
    folder.score(&["--reason", "复核"]).ended(1);
    // The row is about another place than the second appeal.
    corrections(&folder, "1,U03,1.1,28,30,复核 1、2\n");
    assert_eq!(found(&folder, &["E680"]), [format!("E680 {CORRECTIONS} F2")]);
    assert_eq!(unsettled(&folder), ["2"]);
    corrections(&folder, "1,U03,1.1,28,30,复核 1\n2,U03,2.1,54,55,复核2号\n");
    assert_eq!((unsettled(&folder), found(&folder, &["E651", "E680"])), (vec![], vec![]));
    regraded(&folder).ended(0);
    mark(&folder, "v002", "最终", "2026-02-09").ended(0);
}

#[test]
fn one_row_settles_several_appeals_only_if_it_names_them_all() {
    let folder = scored();
    let both =
        |handling: &str| format!("1,U03,总分,2026-01-22,支持,{handling}\n2,U03,等次,2026-01-22,支持,{handling}\n");
    appeals(&folder, &both("更正 1"));
    corrections(&folder, "1,U03,1.1,28,30,\n");
    assert_eq!(found(&folder, &["E683"]), [format!("E683 {APPEALS} F2"), format!("E683 {APPEALS} F3")]);
    assert_eq!(unsettled(&folder), ["1", "2"]);
    corrections(&folder, "1,U03,1.1,28,30,复核 1\n");
    assert_eq!(found(&folder, &["E683"]), [format!("E683 {APPEALS} F3")]);
    assert_eq!(unsettled(&folder), ["2"]);
    for named in ["复核 1、2", "复核申请1；复核申请2", "appeal 1, 复核2"] {
        corrections(&folder, &format!("1,U03,1.1,28,30,{}\n", named.replace(',', "，")));
        assert_eq!((unsettled(&folder), found(&folder, &["E683"])), (vec![], vec![]), "{named}");
    }
}

#[test]
fn a_wrong_link_is_told_at_its_cell() {
    let folder = scored();
    for (link, code) in [
        ("复核 9", "E678"),
        ("7", "E678"),
        ("见复核申请", "E678"),
        ("更正 9", "E678"),
        ("复核 8", "E679"),
        ("加减分 1", "E679"),
    ] {
        appeals(&folder, "7,U03,1.1,2026-01-22,,\n8,U01,1.1,2026-01-22,,\n");
        corrections(&folder, &format!("1,U03,1.1,28,30,{link}\n"));
        assert_eq!(found(&folder, &["E678", "E679"]), [format!("{code} {CORRECTIONS} F2")], "{link}");
    }
    corrections(&folder, "1,U03,1.1,28,30,\n");
    for (link, code) in [("更正 9", "E678"), ("1", "E678"), ("复核 8", "E678"), ("加减分 1", "E679")] {
        appeals(&folder, &format!("7,U03,1.1,2026-01-22,,{link}\n8,U01,1.1,2026-01-22,,\n"));
        assert_eq!(found(&folder, &["E678", "E679"]), [format!("{code} {APPEALS} F2")], "{link}");
    }
    for link in ["更正 1", "更正登记1号", "更正：1", "Correction no. 1", "更正１"] {
        appeals(&folder, &format!("7,U03,1.1,2026-01-22,支持,{link}\n"));
        assert_eq!((found(&folder, &["E678", "E679"]), unsettled(&folder)), (vec![], vec![]), "{link}");
    }
}

#[test]
fn the_link_is_shown_wherever_an_appeal_is() {
    let folder = scored();
    appeals(&folder, "7,U03,1.1,2026-01-22,部分支持,\n8,U01,总分,2026-01-22,支持,\n");
    let ran = assess(&["-C", folder.shown(), "--lang", "zh"]);
    assert!(
        ran.out.contains("7  U03 测试市群艺馆  1.1  尚无登记落实") || ran.out.contains("尚无登记落实"),
        "{}",
        ran.out
    );
    corrections(&folder, "1,U03,1.1,28,30,复核申请 7\n2,U01,1.1,36,38,复核申请 8\n");
    let ran = assess(&["-C", folder.shown(), "--lang", "zh"]);
    assert!(ran.out.contains("复核申请得到支持的 2 件") && ran.out.contains("1.1  更正登记 1"), "{}", ran.out);
    for (lang, link, settled) in
        [("zh", "（关联 复核申请 7）", "（由更正登记 1落实）"), ("en", "(linked with 复核申请 7)", "(settled by ")]
    {
        let preview = folder.run("regrade", &["--lang", lang, "-v"]).ended(0).out;
        assert!(preview.contains(link) && preview.contains(settled), "{preview}");
    }
    regraded(&folder).ended(0);
    let explained = assess(&["-C", folder.shown(), "explain", "U03", "--lang", "zh"]).ended(0).out;
    assert!(explained.contains("7 1.1  支持：更正登记 1"), "{explained}");
    folder.run("suggest", &[]).ended(0);
    let books = crate::cells::Books::new(folder.root());
    let cells = |path: &str| -> Vec<String> {
        let book = books.open(path);
        book.sheets().into_iter().flat_map(|(_, cells)| cells).map(|(_, text)| text.to_string()).collect()
    };
    let suggested = cells("suggest/v002/registers/等次审定表.xlsx");
    assert!(suggested.iter().any(|text| text == "关联编号"), "{suggested:?}");
    assert!(suggested.iter().any(|text| text == "复核申请 7：支持：更正登记 1"), "{suggested:?}");
    folder.run("template", &[]).ended(0);
    for (name, column) in
        [("更正登记", "关联编号"), ("加减分登记", "关联编号"), ("等次审定", "关联编号"), ("复核申请", "处理编号")]
    {
        let path = format!("templates/registers/{name}_2025.xlsx");
        let path = if folder.has(&path) { path } else { format!("templates/registers/{name}.xlsx") };
        assert!(cells(&path).iter().any(|text| text == column), "{name}");
    }
}

#[test]
fn register_rows_and_files_that_are_gone_are_errors_until_restored_or_withdrawn() {
    let folder = scored();
    let codes = ["E681", "E682"];
    let gone = |register: &str| {
        folder.write(REGISTER_FILE, register);
        found(&folder, &codes)
    };
    let lines: Vec<&str> = REGISTER.lines().collect();
    let without = format!("{}\n{}\n", lines[0], lines[2]);
    assert_eq!(gone(&without), [format!("E682 {REGISTER_FILE} -")]);
    assert_eq!(gone(&REGISTER.replace("\n1,U02", "\n3,U02")), [format!("E682 {REGISTER_FILE} -")], "numbered anew");
    assert_eq!(gone(&format!("{}\n", lines[0])), [format!("E681 {REGISTER_FILE} -")], "only its header is left");
    assert_eq!(gone(&REGISTER.replace("工委审定,工委〔2026〕1号", "撤销,工委〔2026〕1号")), <[&str; 0]>::default());
    folder.remove(REGISTER_FILE);
    assert_eq!(found(&folder, &codes), ["E681 - -"]);
    for (command, args) in [("score", &["--reason", "r"][..]), ("regrade", &[]), ("check", &[])] {
        let ran = folder.run(command, &[args, &["--lang", "zh"]].concat()).ended(1);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("E681") && said.contains(REGISTER_FILE) && said.contains("v001"), "{command}: {said}");
    }
    assert!(mark(&folder, "v001", "最终", "2026-02-09").ended(1).err.contains("assess check"));
    // The rows stand in another file with their numbers: nothing is gone.
    folder.write("registers/2026年/加减分汇总.csv", REGISTER);
    assert_eq!(found(&folder, &codes), <[&str; 0]>::default());
    // Rows of every register.
    corrections(&folder, "1,U03,1.1,28,30,\n");
    appeals(&folder, "7,U03,1.1,2026-01-22,维持,\n8,U01,1.1,2026-01-22,维持,\n");
    folder.score(&["--reason", "更正"]).ended(0);
    folder.remove(CORRECTIONS);
    appeals(&folder, "8,U01,1.1,2026-01-22,维持,\n");
    assert_eq!(found(&folder, &codes), ["E681 - -".to_owned(), format!("E682 {APPEALS} -")]);
}

#[test]
fn a_register_file_of_nothing_is_as_gone_as_one_that_was_deleted() {
    for left in ["", "\n", "编号\n"] {
        let folder = scored();
        folder.write(REGISTER_FILE, left);
        let ran = folder.run("regrade", &["--lang", "zh"]).ended(1);
        assert!(ran.err.contains("E681") || ran.err.contains("E10"), "{left:?}: {}", ran.err);
        let ran = folder.score(&["--reason", "r"]).ended(1);
        assert!(ran.err.contains("E681") || ran.err.contains("E10"), "{left:?}: {}", ran.err);
    }
}

#[test]
fn a_name_that_only_the_roster_of_now_has_is_told_as_that() {
    let folder = scored();
    let roster = folder.text("roster.csv");
    folder.write(
        "roster.csv",
        &roster.replace("测试市博物馆", "新博物院").replace("分组,参评方式", "分组,参评方式,曾用名"),
    );
    folder.write(
        "roster.csv",
        &folder.text("roster.csv").replace("新博物院,博物馆,场馆,排名", "新博物院,博物馆,场馆,排名,测试市博物馆"),
    );
    let register = folder.text(REGISTER_FILE);
    folder
        .append(REGISTER_FILE, "3,新博物院,J1,再奖,,2,2,表彰,省〔2025〕7号,省厅,2025-06-18,工委审定,工委〔2026〕7号,");
    for (lang, word) in [("zh", "assess score --reason"), ("en", "assess score --reason")] {
        let ran = folder.run("regrade", &["--lang", lang]).ended(1);
        assert!(ran.err.contains("E685") && ran.err.contains(word) && !ran.err.contains("E307"), "{}", ran.err);
    }
    folder.run("check", &[]).ended(0);
    folder.write(REGISTER_FILE, &register);
    folder.append(
        REGISTER_FILE,
        "3,没有的单位,J1,再奖,,2,2,表彰,省〔2025〕7号,省厅,2025-06-18,工委审定,工委〔2026〕7号,",
    );
    assert!(folder.run("regrade", &[]).ended(1).err.contains("E307"));
}

#[test]
fn a_re_grade_lists_every_finding_once_and_verifies() {
    let folder = small();
    // A leaf that does not apply, a proposal that does not count, a document outside the window, a void ballot.
    folder.edit("self-reports/U02.csv", "统计表,90%,,", "统计表,不涉及,,");
    folder.append("assess.toml", "\n[adjustments]\nwindow = [\"2025-07-01\", \"2025-12-31\"]");
    folder.score(&[]).ended(0);
    corrections(&folder, "1,U03,1.1,28,30,\n");
    regraded(&folder).ended(0);
    let findings = |version: &str| -> Vec<String> {
        let result = folder.json(&format!("results/{version}/result.json"));
        let mut own: Vec<String> = list(&result["findings"])
            .iter()
            .map(|f| format!("{} {} {}", str_of(&f["code"]), f["unit"], f["cell"]))
            .collect();
        own.sort();
        own
    };
    let (before, after) = (findings("v001"), findings("v002"));
    for code in ["N228", "N624", "W609", "N632"] {
        assert!(before.iter().any(|f| f.starts_with(code)) || code == "N632", "{code}: {before:?}");
    }
    let mut once = after.clone();
    once.dedup();
    assert_eq!(once, after);
    assert_eq!(before.iter().filter(|f| !after.contains(f)).count(), 0, "{before:?} {after:?}");
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}
