//! The language of messages: `--lang`, then `ASSESS_LANG`, the model's language, the system's, Chinese (SPEC §10).

use crate::runner::{Folder, assess, binary, finish};
use crate::small::small;

/// The language a `check` of the folder speaks under these variables and arguments.
fn spoken(folder: &Folder, variables: &[(&str, &str)], args: &[&str]) -> &'static str {
    let ran = finish(binary().arg("check").arg(folder.root()).args(args).envs(variables.iter().copied())).ended(0);
    match (ran.out.contains("next: assess score"), ran.out.contains("下一步：assess score")) {
        (true, false) => "en",
        (false, true) => "zh",
        _ => panic!("neither language: {}", ran.out),
    }
}

fn with_model_language(line: &str) -> Folder {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"\n", line);
    folder
}

#[test]
fn the_option_stands_above_everything() {
    let folder = small();
    assert_eq!(spoken(&folder, &[("ASSESS_LANG", "zh"), ("LANG", "zh_CN.UTF-8")], &["--lang", "en"]), "en");
    assert_eq!(spoken(&folder, &[("ASSESS_LANG", "zh"), ("LANG", "zh_CN.UTF-8")], &["--lang=en"]), "en");
    let english = with_model_language("language = \"en\"\n");
    assert_eq!(spoken(&english, &[("ASSESS_LANG", "en"), ("LANG", "en_US.UTF-8")], &["--lang", "zh"]), "zh");
}

#[test]
fn assess_lang_stands_above_the_model() {
    assert_eq!(spoken(&small(), &[("ASSESS_LANG", "en"), ("LANG", "zh_CN.UTF-8")], &[]), "en");
    assert_eq!(spoken(&with_model_language("language = \"en\"\n"), &[("ASSESS_LANG", "zh")], &[]), "zh");
}

#[test]
fn the_model_stands_above_the_system() {
    assert_eq!(spoken(&small(), &[("LANG", "en_US.UTF-8")], &[]), "zh");
    assert_eq!(spoken(&with_model_language("language = \"en\"\n"), &[("LANG", "zh_CN.UTF-8")], &[]), "en");
}

#[test]
fn a_model_without_language_leaves_it_to_the_system() {
    let folder = with_model_language("");
    assert_eq!(spoken(&folder, &[("LANG", "en_US.UTF-8")], &[]), "en");
    assert_eq!(spoken(&folder, &[("LC_ALL", "zh_CN.UTF-8"), ("LANG", "en_US.UTF-8")], &[]), "zh");
}

#[test]
fn with_nothing_set_it_is_chinese() {
    assert_eq!(spoken(&with_model_language(""), &[], &[]), "zh");
    assert!(assess(&["--help"]).ended(0).out.contains("用法"));
    assert!(assess(&["scoer"]).ended(2).err.contains("没有这个命令"));
}

#[test]
fn a_system_language_other_than_chinese_gives_english_wherever_no_project_is_known() {
    let empty = tempfile::tempdir().expect("a folder");
    let commands: [&[&str]; 10] = [
        &["score"],
        &["check"],
        &["compare", "v001", "v002"],
        &["regrade"],
        &["feedback"],
        &["suggest"],
        &["verify"],
        &["analyze"],
        &["template"],
        &["mark", "v001", "initial"],
    ];
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '、');
    for system in ["en_US.UTF-8", "fr_FR.UTF-8", "C", "C.UTF-8", "POSIX"] {
        for args in commands {
            let ran = finish(binary().args(args).current_dir(empty.path()).env("LANG", system)).ended(2);
            assert!(!ran.err.is_empty() && !is_chinese(&ran.err), "{system} {args:?}: {}", ran.err);
        }
    }
    let ran = finish(binary().arg("score").current_dir(empty.path()).env("LANG", "zh_TW.UTF-8")).ended(2);
    assert!(is_chinese(&ran.err), "{}", ran.err);
}

#[test]
fn columns_that_are_missing_are_named_in_the_language_of_the_message() {
    let folder = small();
    folder.write("ballots/meeting/代表.csv", "评议主体,评委编号,单位,备注\n代表,D1,U01,x\n");
    let english = folder.run("check", &["--lang", "en"]).ended(1);
    let expected = |text: &str| {
        let lines = text.lines().filter(|line| line.trim_start().starts_with("expected"));
        lines.map(|line| line.trim_start()["expected".len()..].trim().to_owned()).collect::<Vec<_>>()
    };
    assert!(expected(&english.err).iter().any(|text| text == "Mark"), "{}", english.err);
    let chinese = folder.run("check", &["--lang", "zh"]).ended(1);
    assert!(chinese.err.lines().any(|line| line.trim_end().ends_with("  评价")), "{}", chinese.err);
}

#[test]
fn help_and_usage_errors_follow_variable_and_system() {
    for (name, value) in [("ASSESS_LANG", "en"), ("LANG", "en_GB.UTF-8"), ("LC_ALL", "en_US.UTF-8")] {
        let help = finish(binary().arg("--help").env(name, value)).ended(0);
        assert!(help.out.contains("Usage:"), "{name}: {}", help.out);
        let wrong = finish(binary().args(["score", "--strick"]).env(name, value)).ended(2);
        assert!(wrong.err.contains("no such option"), "{name}: {}", wrong.err);
    }
}

#[test]
fn faults_of_a_readable_model_are_told_in_the_models_language() {
    let folder = with_model_language("language = \"en\"\n");
    folder.edit("assess.toml", "weight = 40", "weight = 41");
    let ran = folder.score(&[]).ended(2);
    assert!(ran.err.contains("Error E505"), "{}", ran.err);
}

#[test]
fn printed_tables_follow_the_language_and_names_stay_as_they_are() {
    let folder = small();
    let english = folder.score(&["--lang", "en"]).ended(0);
    assert!(english.out.contains("total") && english.out.contains("测试市图书馆"), "{}", english.out);
    let chinese = folder.score(&["--lang", "zh"]).ended(0);
    assert!(chinese.out.contains("总分") && chinese.out.contains("测试市图书馆"), "{}", chinese.out);
}

#[test]
fn the_language_of_messages_does_not_change_what_is_written() {
    let (one, other) = (small(), small());
    one.score(&["--lang", "en"]).ended(0);
    other.score(&["--lang", "zh"]).ended(0);
    for name in ["result.json", "result.xlsx", "ratings.csv", "manifest.json"] {
        let path = format!("results/v001/{name}");
        assert_eq!(one.bytes(&path), other.bytes(&path), "{name}");
    }
}
