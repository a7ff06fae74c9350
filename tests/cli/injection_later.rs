//! Text of inputs stays text in everything that comes after the first result: forms for opinions and decisions, feedback, the
//! public workbook, re-grading, comparison, verification, states (SPEC §11, §14).

use std::fs;

use crate::injection::{Control, Texts, check_csv, check_printed, check_written, hostile, line, parts};
use crate::runner::{Folder, Ran, assess, list, str_of};

const FORMATS: [(&str, &str); 6] =
    [("table", "zh"), ("csv", "zh"), ("json", "zh"), ("table", "en"), ("csv", "en"), ("json", "en")];

/// The hostile project with a register of every kind and returned opinions, every text of theirs hostile too.
fn project() -> Folder {
    let (folder, mut texts) = (hostile(), Texts(200, Control::LeftOut));
    let mut t = |label: &str| texts.next(label);
    let mut opinions = "责任部门,单位,意见,说明\n".to_owned();
    opinions += &line(&[&t("部门"), "U2", "不同意", &t("说明")]);
    opinions += &line(&[&t("部门"), "-U1", &t("意见"), &t("说明")]);
    folder.write("opinions/=意见.csv", &opinions);
    let mut decisions = "编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态\n".to_owned();
    decisions += &line(&[&t("号"), "U3", "暂缓", "", "", &t("款"), &t("文"), "2026-01-10", "工委审定"]);
    folder.write("registers/+等次审定.csv", &decisions);
    let mut appeals = "编号,单位,位置,诉求,收到日期,结论,文号\n".to_owned();
    appeals += &line(&[&t("号"), "U2", "总分", &t("诉求"), "2026-01-11", "驳回", &t("文")]);
    folder.write("registers/-复核申请.csv", &appeals);
    let mut corrections = "编号,单位,位置,旧值,新值,理由,文号,状态\n".to_owned();
    corrections += &line(&[&t("号"), "U2", "1.1", "48", "46", &t("理由"), &t("文"), "拟提"]);
    folder.write("registers/@更正登记.csv", &corrections);
    folder
}

/// Runs a command in every format and language; all runs end so and print text.
fn every(args: &[&str], code: i32) -> Vec<Ran> {
    let runs = FORMATS.map(|(format, lang)| {
        // Names may begin with a hyphen, so options come first.
        let args = [&args[..1], &["--format", format, "--lang", lang], &args[1..]].concat();
        let ran = assess(&args).ended(code);
        check_printed(&ran, &format!("{args:?}"));
        match format {
            "json" if !ran.out.is_empty() => drop(ran.json()),
            "csv" if !ran.out.is_empty() => check_csv(ran.out.as_bytes(), &format!("{args:?}")),
            _ => {}
        }
        ran
    });
    runs.into()
}

/// Everything written since is text, and nothing in it is a link.
fn check_since(folder: &Folder, before: &[String]) {
    check_written(folder, before);
    for path in folder.tree().into_keys().filter(|path| path.ends_with(".xlsx") && !before.contains(path)) {
        // The result workbook links the files of the project in 来源, which `check_written` looks at.
        let links = parts(&folder.path(&path)).into_values().any(|xml| xml.contains("TargetMode=\"External\""));
        assert!(!links || path.ends_with("result.xlsx"), "{path} has links");
    }
}

fn names(folder: &Folder) -> Vec<String> {
    folder.tree().into_keys().collect()
}

/// The token of a preview.
fn token(folder: &Folder) -> String {
    let ran = folder.run("regrade", &["--format", "json"]).ended(0).json();
    str_of(&list(&ran["projects"])[0]["token"]).to_owned()
}

#[test]
fn whatever_follows_a_first_result_is_text() {
    let folder = project();
    let mut texts = Texts(300, Control::Kept);
    let mut said = || texts.next("话").replace('\0', "");
    let shown = folder.shown().to_owned();
    folder.score(&["--reason", "=1"]).ended(0);
    let before = names(&folder);

    every(&["suggest", &shown], 0);
    let public = folder.path("=公示.xlsx");
    for lang in ["zh", "en"] {
        check_printed(&folder.score(&["--public", public.to_str().unwrap(), "--lang", lang]).ended(0), "public");
    }
    every(&["feedback", &shown], 0);
    // Options are given with `=`: some of these texts begin as an option does.
    let interim = format!("--period={}", said());
    every(&["feedback", &shown, &interim], 0);
    check_since(&folder, &before);

    // The proposed correction is approved: 48 becomes 46.
    folder.edit("registers/@更正登记.csv", "\"拟提\"", "\"工委审定\"");
    every(&["regrade", &shown], 0);
    every(&["regrade", &shown, "--what-if", "proposed"], 0);
    let apply = token(&folder);
    let (reason, document) = (format!("--reason={}", said()), format!("--document={}", said()));
    let ran = folder.run("regrade", &["--apply", &apply, &reason, &document]).ended(0);
    check_printed(&ran, "apply");
    let report = folder.path("@变更对照.xlsx");
    for ran in every(&["compare", "-C", &shown, "v001", "v002", "--report", report.to_str().unwrap()], 0) {
        assert!(!ran.out.is_empty());
    }
    every(&["feedback", &shown, "--changed"], 0);
    check_since(&folder, &before);

    let (note, reason) = (format!("--note={}", said()), format!("--reason={}", said()));
    let runs = every(&["mark", "-C", &shown, "v002", "初评", &document, &note, &reason], 0);
    let is_state = |line: &&str| line.contains("\"entry\":\"state\"");
    assert_eq!(folder.text("results/states.jsonl").lines().filter(is_state).count(), runs.len());
    for (format, lang) in FORMATS {
        check_printed(&assess(&["-C", &shown, "--format", format, "--lang", lang]), "status");
    }
    every(&["verify", "-C", &shown, "--all"], 0);
}

#[test]
fn what_verify_tells_of_hostile_names_and_numbers_is_text() {
    let folder = project();
    folder.score(&[]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    for name in ["=1+1.xlsx", "-x\u{202e}.csv", "a\u{1b}[31m.csv", "@SUM(1)"] {
        folder.write(&format!("results/v001/{name}"), "x").write(&format!("feedback/v001/{name}"), "x");
        folder.write(&format!("registers/{name}"), "x");
    }
    let ratings = folder.text("results/v001/ratings.csv");
    folder.write("results/v001/ratings.csv", &ratings.replacen("'-U1", "'=U\u{202e}1", 1));
    let result = folder.text("results/v001/result.json");
    folder.write("results/v001/result.json", &result.replacen("\"grade\":\"", "\"grade\":\"=\u{202e}", 1));
    fs::write(folder.path("results/states.jsonl"), "=1\u{1b}[2J\n").unwrap();
    let runs = every(&["verify", "-C", folder.shown(), "-v"], 1);
    assert!(runs[1].out.contains("'=1+1.xlsx") || runs[1].out.contains("/=1+1.xlsx"), "{}", runs[1].out);
}
