//! Exit codes and what is printed where: 0 done, 1 data rejected, 2 could not run as asked (SPEC §10).

use std::process::{Command, Stdio};

use crate::runner::{Folder, assess, binary, finish, package};
use crate::said::{LANGUAGES, findings};
use crate::small::{DELEGATES_FILE, small};

const COMMANDS: [&str; 9] = ["init", "template", "check", "score", "regrade", "explain", "help", "completions", "man"];

#[test]
fn score_of_a_sound_project_exits_0_and_prints_the_ranked_table_on_stdout() {
    let folder = small();
    let ran = folder.score(&[]).ended(0);
    let rows: Vec<&str> = ran.out.lines().filter(|l| l.contains("测试市")).collect();
    assert_eq!(rows.len(), 3, "{}", ran.out);
    for (row, parts) in rows.iter().zip([["U01", "90.40", "优秀"], ["U02", "87.20", "达标"], ["U03", "73.20", "达标"]])
    {
        assert!(parts.iter().all(|part| row.contains(part)), "{row}");
    }
    assert!(!ran.err.contains("U01"), "the table belongs to stdout: {}", ran.err);
    assert!(ran.err.contains("results/v001"), "stderr says what was written: {}", ran.err);
    for name in ["result.xlsx", "result.json", "ratings.csv", "manifest.json"] {
        assert!(folder.has(&format!("results/v001/{name}")), "{name}");
    }
}

#[test]
fn a_data_error_exits_1_and_leaves_no_results_folder() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U99,较好");
    let before = folder.tree();
    folder.score(&[]).ended(1);
    assert!(!folder.has("results"));
    assert_eq!(folder.tree(), before);
    folder.run("check", &[]).ended(1);
}

#[test]
fn a_model_error_exits_2_and_leaves_no_results_folder() {
    let folder = small();
    folder.edit("assess.toml", "weight = 40", "weight = 41");
    let before = folder.tree();
    folder.score(&[]).ended(2);
    folder.run("check", &[]).ended(2);
    assert_eq!(folder.tree(), before);
}

#[test]
fn a_roster_error_exits_2() {
    let folder = small();
    folder.append("roster.csv", "U01,测试市档案馆,档案馆,场馆,排名");
    let ran = folder.score(&[]).ended(2);
    assert_eq!(findings(&ran.err)[0].code, "E304");
    assert!(!folder.has("results"));
}

#[test]
fn an_unknown_command_exits_2_and_names_the_nearest_in_both_languages() {
    for lang in ["zh", "en"] {
        let ran = assess(&["scoer", "--lang", lang]).ended(2);
        assert!(ran.out.is_empty());
        assert!(ran.err.contains("scoer") && ran.err.contains("score"), "{}", ran.err);
    }
    assert!(assess(&["scoer", "--lang", "zh"]).err.contains("没有这个命令"));
    assert!(assess(&["scoer", "--lang", "en"]).err.contains("no such command"));
}

#[test]
fn an_unknown_option_exits_2_and_names_the_nearest() {
    for (lang, words) in [("zh", "没有这个选项"), ("en", "no such option")] {
        let ran = assess(&["score", "--strick", "--lang", lang]).ended(2);
        assert!(ran.err.contains(words) && ran.err.contains("--strick") && ran.err.contains("--strict"), "{}", ran.err);
    }
}

#[test]
fn a_wrong_value_of_an_option_exits_2_and_says_what_may_stand_there() {
    for args in [["--format", "jsn"], ["--lang", "fr"], ["--color", "sometimes"], ["--jobs", "many"]] {
        let ran = assess(&["check", args[0], args[1]]).ended(2);
        assert!(ran.err.contains(args[0]) && ran.err.contains(args[1]), "{}", ran.err);
    }
    let ran = assess(&["check", "--format", "jsn"]).ended(2);
    assert!(ran.err.contains("json"), "{}", ran.err);
}

#[test]
fn a_missing_argument_exits_2() {
    assess(&["explain"]).ended(2);
    assess(&["score", "--reason"]).ended(2);
}

#[test]
fn a_folder_without_a_model_exits_2_and_names_what_was_looked_for() {
    let folder = Folder::empty();
    for (lang, word) in [("zh", "没有找到"), ("en", "no assess.toml")] {
        for command in ["score", "check"] {
            let ran = folder.run(command, &["--lang", lang]).ended(2);
            assert!(ran.err.contains(word) && ran.err.contains("assess.toml"), "{}", ran.err);
            assert!(ran.err.contains(folder.shown()), "{}", ran.err);
            assert!(ran.err.contains("-C"), "says how to go on: {}", ran.err);
        }
        let ran = assess(&["explain", "U01", "-C", folder.shown(), "--lang", lang]).ended(2);
        assert!(ran.err.contains("assess.toml"), "{}", ran.err);
    }
    assert!(folder.tree().is_empty());
}

#[test]
fn the_project_is_found_from_a_folder_below_it() {
    let folder = small();
    let ran = finish(binary().arg("check").current_dir(folder.path("ballots/meeting"))).ended(0);
    assert!(ran.out.contains("assess score"), "{}", ran.out);
    finish(binary().args(["check", "-C"]).arg(folder.path("self-reports"))).ended(0);
}

#[test]
fn strict_turns_a_warning_into_exit_1_and_writes_nothing() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    folder.score(&["--strict"]).ended(1);
    assert!(!folder.has("results"));
    folder.run("check", &["--strict"]).ended(1);
    folder.run("check", &[]).ended(0);
    folder.score(&[]).ended(0);
}

#[test]
fn strict_does_not_mind_notes() {
    // The small project has a note: D1 rated the own unit.
    let folder = small();
    assert!(folder.run("check", &["-v"]).ended(0).err.contains("N408"));
    folder.score(&["--strict"]).ended(0);
}

#[test]
fn help_lists_every_command_and_each_command_has_help_of_its_own() {
    for labels in &LANGUAGES {
        let ran = assess(&["--help", "--lang", labels.lang]);
        let help =
            if ran.code == 0 { ran } else { finish(binary().arg("--help").env("ASSESS_LANG", labels.lang)).ended(0) };
        for command in COMMANDS {
            assert!(help.out.lines().any(|l| l.trim_start().starts_with(command)), "{command}: {}", help.out);
            let own = finish(binary().args([command, "--help"]).env("ASSESS_LANG", labels.lang)).ended(0);
            assert!(own.out.contains(&format!("assess {command}")), "{}", own.out);
            assert!(own.err.is_empty());
        }
    }
}

#[test]
fn help_is_in_the_language_asked_for_on_the_same_line() {
    let help = |lang| assess(&["--help", "--lang", lang]).ended(0).out;
    assert!(help("en").contains("Usage:") && help("en").contains("Exit codes"));
    assert!(help("zh").contains("用法") && help("zh").contains("退出码"));
}

#[test]
fn version_names_program_commit_and_schemas() {
    // A build for development may be one of an earlier commit; `.ci/install` holds a release against the present one.
    let git = |args: &[&str]| Command::new("git").args(args).current_dir(package()).output().ok();
    let known = git(&["rev-list", "--abbrev-commit", "--abbrev=12", "HEAD"]).filter(|output| output.status.success());
    let known = known.map_or("unknown".to_owned(), |output| String::from_utf8(output.stdout).unwrap());
    let said = assess(&["--version", "--lang", "en"]).ended(0).out;
    let commit = said.lines().find_map(|line| line.strip_prefix("commit ")).unwrap_or_default().to_owned();
    assert!(known.lines().any(|known| known == commit), "{said}");
    let version = env!("CARGO_PKG_VERSION");
    let schemas = "schemas assess.result/2 assess.manifest/1 assess.log/1 assess.form/1";
    for option in ["--version", "-V"] {
        let ran = assess(&[option, "--lang", "en"]).ended(0);
        assert_eq!(ran.out, format!("assess {version}\ncommit {commit}\n{schemas}\n"));
    }
    let ran = assess(&["--version", "--lang", "zh"]).ended(0);
    assert!(ran.out.starts_with(&format!("assess {version}\n提交 {commit}\n格式 ")), "{}", ran.out);
    // What is written does not depend on the commit.
    let folder = small();
    folder.score(&[]).ended(0);
    let is_named = |bytes: &[u8]| bytes.windows(commit.len()).any(|window| window == commit.as_bytes());
    assert!(commit == "unknown" || folder.tree().values().all(|bytes| !is_named(bytes)));
}

#[test]
fn quiet_shows_errors_only() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    let ran = folder.score(&["-q"]).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    folder.append(DELEGATES_FILE, "代表,D4,,U99,好");
    let ran = folder.run("check", &["-q"]).ended(1);
    let codes: Vec<String> = findings(&ran.err).into_iter().map(|f| f.code).collect();
    assert_eq!(codes, ["E307"], "{}", ran.err);
}

#[test]
fn verbose_says_what_was_understood_of_each_file_and_shows_notes() {
    let folder = small();
    let usual = folder.run("check", &[]).ended(0);
    let verbose = folder.run("check", &["-v"]).ended(0);
    assert!(!usual.err.contains("N408") && verbose.err.contains("N408"));
    for file in ["self-reports/U01.csv", "ballots/meeting/代表.csv", "registers/加减分登记.csv"] {
        let row = verbose.out.lines().find(|l| l.contains(file)).unwrap_or_else(|| panic!("{file}\n{}", verbose.out));
        assert!(!usual.out.contains(file));
        if file.contains("代表") {
            assert!(row.contains("评委编号") && row.contains("评价") && row.contains("| 9 "), "{row}");
        }
        // §5.8: per file the sheet, header row, columns, unit, rows read and skipped.
        if file.contains("U01") {
            assert!(row.contains("完成值") && row.contains("U01 "), "the unit that was recognised: {row}");
        }
    }
}

#[test]
fn no_colour_reaches_a_pipe_unless_it_is_asked_for() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U99,很好");
    let escape = |ran: &crate::runner::Ran| ran.out.contains('\u{1b}') || ran.err.contains('\u{1b}');
    assert!(!escape(&folder.score(&[]).ended(1)));
    assert!(!escape(&folder.score(&["--color", "never"]).ended(1)));
    assert!(escape(&folder.score(&["--color", "always"]).ended(1)));
    let ran =
        finish(binary().args(["score", folder.shown()]).env("NO_COLOR", "1").env("TERM", "xterm-256color")).ended(1);
    assert!(!escape(&ran));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::example("panel");
    for format in ["json", "table", "csv"] {
        let mut command = binary();
        command.args(["check", folder.shown(), "-v", "--format", format]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{format}");
    }
    let mut child =
        binary().args(["score", folder.shown()]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(folder.has("results/v001/manifest.json"));
}

#[test]
fn json_and_csv_results_carry_a_schema_and_decimal_strings() {
    let folder = small();
    let document = folder.score(&["--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.score/1");
    assert_eq!(document["version"], "v001");
    assert_eq!(document["units"][0]["total"], "90.40");
    let check = folder.run("check", &["--format", "json"]).ended(0).json();
    assert_eq!(check["schema"], "assess.check/1");
    let table = folder.score(&["--format", "csv"]).ended(0).out;
    assert!(table.starts_with("code,") && table.contains("U02,") && table.contains("87.20"), "{table}");
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = assess(&["completions", shell]).ended(0);
        assert!(ran.out.contains("assess") && ran.out.contains("score"), "{shell}");
    }
    assess(&["completions", "tcsh"]).ended(2);
}

#[test]
fn options_that_exclude_each_other_are_both_named() {
    for (lang, words) in [("en", "cannot be used together with"), ("zh", "不能与")] {
        let ran = assess(&["regrade", "--what-if", "proposed", "--apply", "c0342be294d6", "--lang", lang]).ended(2);
        assert!(ran.err.contains(words) && ran.err.contains("--apply") && ran.err.contains("--what-if"), "{}", ran.err);
    }
}

/// The first words of the lines of a help text that stand under a heading.
fn listed(help: &str, heading: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| line.trim_end() != heading).skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    let word = |line: &str| {
        let text = line.trim_start();
        let deep = line.len() - text.len() > 6;
        (!deep && !text.is_empty()).then(|| text.split("  ").next().unwrap().to_owned())
    };
    lines.filter_map(word).collect()
}

#[test]
fn help_lists_arguments_as_they_are_typed_and_the_options_of_the_command_before_those_of_all() {
    let of = |command: &str, heading: &str| listed(&assess(&[command, "--help", "--lang", "en"]).ended(0).out, heading);
    assert_eq!(of("compare", "Arguments:"), ["<OLD>", "<NEW>"]);
    assert_eq!(of("mark", "Arguments:"), ["<VERSION>", "<STATE>"]);
    let zh = listed(&assess(&["compare", "--help", "--lang", "zh"]).ended(0).out, "参数:");
    assert_eq!(zh, ["<原结果>", "<现结果>"]);
    let own = [
        ("mark", vec!["--document", "--date", "--note", "--reason", "--seal-file"]),
        ("verify", vec!["--all", "--seal"]),
        ("score", vec!["--draft", "--reason", "--document", "--what-if", "--public", "--strict"]),
        ("regrade", vec!["--apply", "--reason", "--document", "--what-if", "--method-change", "--exit-code"]),
        ("feedback", vec!["--version", "--changed", "--unit", "--out", "--period", "--letters"]),
        ("compare", vec!["--report", "--exit-code"]),
        (
            "analyze",
            vec![
                "--vary",
                "--weights",
                "--spread",
                "--draws",
                "--seed",
                "--set",
                "--scenario",
                "--grid",
                "--table",
                "--report",
            ],
        ),
        ("explain", vec![]),
    ];
    let all = ["--directory", "--format", "--lang", "--color", "--jobs", "--quiet", "--verbose", "--help"];
    for (command, own) in own {
        let names = of(command, "Options:");
        let names = names.iter().map(|line| line.split(' ').find(|word| word.starts_with("--")).unwrap().to_owned());
        let wanted: Vec<&str> = own.into_iter().chain(all).collect();
        assert_eq!(names.collect::<Vec<_>>(), wanted, "{command}");
    }
}

#[test]
fn a_folder_in_the_place_of_a_command_is_the_project_to_score() {
    let folder = small();
    let ran = assess(&[folder.shown(), "--draft", "--lang", "en"]).ended(0);
    assert!(ran.out.contains("90.40") && folder.has("results/draft/result.xlsx"), "{}", ran.out);
    let ran = assess(&["--lang", "zh", folder.shown()]).ended(0);
    assert!(ran.out.contains("90.40") && folder.has("results/v001/result.xlsx"), "{}", ran.out);
    // A folder without a model is told as `score` tells it; a command goes before a folder of its name.
    let bare = Folder::empty();
    assert!(assess(&[bare.shown(), "--lang", "en"]).ended(2).err.contains("no assess.toml"));
    bare.write("check/readme.txt", "");
    let ran = finish(binary().args(["check", "--lang", "en"]).current_dir(bare.root())).ended(2);
    assert!(ran.err.contains("no assess.toml"), "{}", ran.err);
    // The project is named once.
    assess(&[folder.shown(), "-C", folder.shown()]).ended(2);
    for (lang, words) in [("en", "there is no such folder"), ("zh", "没有这个文件夹")] {
        let ran = assess(&["no/such/project", "--lang", lang]).ended(2);
        assert!(ran.err.contains(words) && ran.err.contains("no/such/project"), "{}", ran.err);
    }
}

#[test]
fn help_of_a_command_is_the_same_in_both_ways_of_asking() {
    for lang in ["zh", "en"] {
        let asked = |args: &[&str]| assess(&[args, &["--lang", lang]].concat()).ended(0).out;
        assert_eq!(asked(&["help"]), asked(&["--help"]));
        for command in COMMANDS {
            assert_eq!(asked(&["help", command]), asked(&[command, "--help"]), "{command}");
        }
        let ran = assess(&["help", "scoer", "--lang", lang]).ended(2);
        assert!(ran.out.is_empty() && ran.err.contains("scoer") && ran.err.contains("score"), "{}", ran.err);
    }
}

#[test]
fn help_of_every_command_leaves_room_for_its_words() {
    let commands = assess(&["help", "--lang", "en"]).ended(0).out;
    let names = commands.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 12, "{names:?}");
    for (name, lang) in names.iter().flat_map(|name| ["zh", "en"].map(|lang| (name, lang))) {
        let help = assess(&[*name, "--help", "--lang", lang]).ended(0).out;
        for line in help.lines() {
            let indent = line.len() - line.trim_start().len();
            assert!(indent <= 50, "{name} {lang}: {line}");
        }
    }
}
