//! Faults of the outside world and odd words on the command line: each ends as it should and says so in both languages.

use std::fs::{self, File};
use std::process::Stdio;

use crate::runner::{Folder, Ran, assess, binary, finish};
use crate::small::small;

/// Runs in both languages; each must end with the code and say the text.
#[track_caller]
fn says(folder: &Folder, args: &[&str], code: i32, said: [&str; 2]) {
    for (lang, said) in ["zh", "en"].into_iter().zip(said) {
        let ran = assess(&[&["-C", folder.shown(), "--lang", lang], args].concat()).ended(code);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_a_failure() {
    for args in [&["--help"][..], &["score", "--help"], &["--version"], &["completions", "bash"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = binary().args(args).stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn help_lists_every_exit_code() {
    for lang in ["zh", "en"] {
        let out = assess(&["--help", "--lang", lang]).ended(0).out;
        for code in ["  0 ", "  1 ", "  2 ", "  130 ", "143", "  101 "] {
            assert!(out.contains(code), "{lang} {code}: {out}");
        }
    }
}

#[test]
fn a_second_run_at_the_same_place_is_told_to_wait() {
    let folder = small();
    folder.score(&[]).ended(0);
    fs::create_dir(folder.path("suggest")).unwrap();
    let away = Folder::empty();
    let (new, report) = (away.path("new"), away.path("report.xlsx"));
    let locks =
        [".staging-templates.lock", "suggest/.staging-v001.lock", "results/.lock", ".staging-收件清单.xlsx.lock"];
    let mut locks: Vec<_> = locks.iter().map(|lock| folder.path(lock)).collect();
    locks.extend([
        away.path(".staging-new.lock"),
        away.path(".staging-report.xlsx.lock"),
        away.path(".staging-man.lock"),
    ]);
    let held: Vec<File> = locks.iter().map(|lock| File::create(lock).unwrap()).collect();
    held.iter().for_each(|file| file.lock().unwrap());
    let before = (folder.tree(), away.tree());
    let commands: [&[&str]; 7] = [
        &["template"],
        &["suggest"],
        &["init", new.to_str().unwrap()],
        &["check", "--report", report.to_str().unwrap()],
        &["check", "--receipts"],
        &["score", "--draft"],
        &["mark", "v001", "初评"],
    ];
    for args in commands {
        says(&folder, args, 2, ["另一个 assess", "another assess"]);
        assert_eq!((folder.tree(), away.tree()), before, "{args:?}");
    }
    drop(held);
    assess(&["template", folder.shown(), "-q"]).ended(0);
    assert!(!folder.has(".staging-templates.lock"));
}

#[test]
fn leftovers_of_killed_runs_are_removed_and_told() {
    let folder = small();
    for (leftover, command) in [
        ("results/.staging-v001-7/result.json", "score"),
        ("feedback/.staging-v001-7/a.xlsx", "feedback"),
        (".staging-templates-7/b.xlsx", "template"),
        ("suggest/.staging-v001-7/b.xlsx", "suggest"),
    ] {
        folder.write(leftover, "half");
        let ran = folder.run(command, &["--lang", "en"]).ended(0);
        let named = leftover.rsplit_once('/').unwrap().0;
        assert!(ran.err.contains("left behind") && ran.err.contains(named), "{command}: {}", ran.err);
        assert!(!folder.has(named), "{command}");
    }
}

#[test]
fn threads_that_nobody_can_give_end_the_run() {
    let folder = small();
    for jobs in ["=0", "=1025", "=4000000000", "=-3", "=99999999999999999999"] {
        says(&folder, &["check", &format!("--jobs{jobs}")], 2, ["--jobs", "--jobs"]);
    }
    // A stack as large as the whole address space is given to no thread. (A limit on memory would also refuse what the
    // threads that did start need, now and then.)
    #[cfg(target_os = "linux")]
    for (lang, said) in [("zh", "系统不给线程"), ("en", "the system gives no threads")] {
        let mut command = binary();
        let ran = finish(command.env("RUST_MIN_STACK", (1_u64 << 47).to_string()).args([
            "check",
            folder.shown(),
            "--jobs",
            "2",
            "--lang",
            lang,
        ]));
        let ran = ran.ended(2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn paths_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let around = Folder::empty();
    let root = around.root().join(OsStr::from_bytes(b"\xB2\xE2\xCA\xD4"));
    fs::rename(small().root(), &root).unwrap();
    let run = |args: &[&OsStr]| -> Ran { finish(binary().args(args)) };
    let text = OsStr::new;
    run(&[text("score"), root.as_os_str()]).ended(0);
    assert!(root.join("results/v001/result.json").is_file());
    let out = around.root().join(OsStr::from_bytes(b"\xB1\xED"));
    run(&[text("-C"), root.as_os_str(), text("template"), text("--out"), out.as_os_str()]).ended(0);
    run(&[text("-C"), root.as_os_str(), text("template"), text("--out"), out.as_os_str()]).ended(0);
    assert!(out.join("manifest.json").is_file());
    let report = around.root().join(OsStr::from_bytes(b"\xB1\xED.xlsx"));
    run(&[text("check"), root.as_os_str(), text("--report"), report.as_os_str()]).ended(0);
    assert!(report.is_file());
    let new = around.root().join(OsStr::from_bytes(b"\xD0\xC2"));
    run(&[text("init"), new.as_os_str()]).ended(0);
    run(&[text("score"), new.as_os_str(), text("--draft"), text("-q")]);
    assert!(new.join("assess.toml").is_file());
    // What must be text says so.
    for (lang, said) in [("zh", "UTF-8"), ("en", "not text in UTF-8")] {
        let reason = OsStr::from_bytes(b"\xD4\xFF");
        let ran =
            run(&[text("score"), root.as_os_str(), text("--reason"), reason, text("--lang"), text(lang)]).ended(2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn codes_that_begin_with_a_hyphen_can_be_typed() {
    let folder = small();
    for file in ["roster.csv", "self-reports/U01.csv", "ballots/meeting/领导.csv", "ballots/meeting/代表.csv"] {
        let text = folder.text(file).replace("U01", "-A1");
        folder.write(file, &text);
    }
    folder.score(&[]).ended(0);
    says(&folder, &["explain", "-A1"], 2, ["assess explain -- -A1", "assess explain -- -A1"]);
    let ran = assess(&["-C", folder.shown(), "explain", "--", "-A1"]).ended(0);
    assert!(ran.out.contains("测试市图书馆"), "{}", ran.out);
    says(&folder, &["template", "--unit", "-A1"], 2, ["--unit=-A1", "--unit=-A1"]);
    assess(&["template", folder.shown(), "--unit=-A1", "-q"]).ended(0);
}

#[test]
fn what_shows_nothing_is_blank() {
    let unseen = "\u{200B}\u{2060}\u{FEFF}";
    let folder = small();
    folder.edit("roster.csv", "测试市图书馆", unseen);
    says(&folder, &["check"], 2, ["E314", "E314"]);
    let folder = small();
    folder.edit("assess.toml", "title = \"小项目\"", &format!("title = \"{unseen}\""));
    says(&folder, &["check"], 2, ["E504", "E504"]);
    let folder = small();
    folder.score(&[]).ended(0);
    folder.append("assess.toml", "# 改");
    folder.score(&["--reason", unseen]).ended(2);
    says(&folder, &["mark", "v001", "最终", "--document", unseen], 2, ["--document", "--document"]);
    says(&folder, &["feedback", "--period", unseen], 2, ["--period", "--period"]);
    assert!(!folder.has("results/v002") && !folder.has("feedback"));
}

#[test]
fn dates_far_away_are_mistyped() {
    let folder = small();
    folder.score(&[]).ended(0);
    for date in ["9999-12-31", "2226-01-20", "-000001-01-01", "0026-01-20"] {
        says(&folder, &["mark", "v001", "初评", &format!("--date={date}")], 2, [date, date]);
    }
    for date in ["10000-01-01", "2026-02-30"] {
        assess(&["-C", folder.shown(), "mark", "v001", "初评", &format!("--date={date}")]).ended(2);
    }
    assert_eq!(folder.text("results/states.jsonl").lines().count(), 1, "nothing but the version");
    // In the model a far date is allowed, and nothing overflows: not the time for appeals, not the move to the next year.
    folder.edit("assess.toml", "as_of = \"2026-01-20\"", "as_of = \"9999-12-31\"");
    folder.append("assess.toml", "[appeal]\ndays = 100000");
    assess(&["-C", folder.shown()]).ended(0);
    let next = Folder::empty();
    assess(&["init", next.path("2026").to_str().unwrap(), "--from", folder.shown()]).ended(0);
}

#[test]
fn names_of_thousands_of_characters_fit_everywhere() {
    for long in ["A".repeat(8000), "字".repeat(8000)] {
        let folder = small();
        folder.edit("roster.csv", "测试市图书馆", &long);
        folder.score(&["-q"]).ended(0);
        for command in ["feedback", "suggest", "template"] {
            folder.run(command, &["-q"]).ended(0);
        }
        let names = walkdir::WalkDir::new(folder.root()).into_iter().map(|entry| entry.unwrap().file_name().len());
        assert!(names.max().unwrap() <= 255);
        says(&folder, &["template", "--out", &folder.path(&long).display().to_string()], 2, ["", ""]);
    }
}
