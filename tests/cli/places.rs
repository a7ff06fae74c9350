//! Where nothing is ever written or read: inputs and outputs of a project by whatever way, links, pipes, files without end.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::runner::{Folder, Ran, assess};
use crate::small::small;

/// The small project with a version, within a folder that holds another one and ways into both.
struct Neighbours {
    around: Folder,
}

impl Neighbours {
    fn new() -> Self {
        let around = Folder::empty();
        for name in ["p", "other"] {
            let project = small();
            project.write("suggest/.keep", "").write("templates-old/.keep", "").score(&[]).ended(0);
            fs::rename(project.root(), around.path(name)).unwrap();
        }
        for (link, target) in [
            ("to-results", "p/results"),
            ("to-registers", "p/registers"),
            ("to-reports", "p/self-reports"),
            ("to-project", "p"),
            ("to-other", "other/registers"),
            ("p/suggest/up", "../registers"),
            ("p/templates-old/up", "../ballots"),
            ("dangling", "p/results/v002"),
        ] {
            symlink(target, around.path(link)).unwrap();
        }
        Self { around }
    }

    fn path(&self, below: &str) -> String {
        self.around.path(below).to_str().unwrap().to_owned()
    }

    /// Runs a command of project `p` with a path as its last argument.
    fn run(&self, command: &[&str], below: &str) -> Ran {
        let (root, target) = (self.path("p"), self.path(below));
        assess(&[&["-C", &root], command, &[&target]].concat())
    }

    /// Every file and link by path.
    fn all(&self) -> Vec<String> {
        let walk = walkdir::WalkDir::new(self.around.root()).sort_by_file_name().into_iter().map(Result::unwrap);
        walk.map(|entry| entry.path().display().to_string()).filter(|path| !path.ends_with(".lock")).collect()
    }
}

/// Ways that lead into inputs or outputs of a project although they look like other places.
const WAYS: [&str; 16] = [
    "new/../p/results/x",
    "new/deep/../../p/registers/x",
    "p/templates/../registers/x",
    "p/suggest/../self-reports",
    "p/suggest/up/x",
    "p/templates-old/up/x",
    "p/../p/ballots/x",
    "to-results/x",
    "to-registers/x",
    "to-reports",
    "to-project/registers/x",
    "to-project",
    "to-other/x",
    "to-registers/../../other/registers/x",
    "other/templates",
    "dangling",
];

#[test]
fn no_way_leads_folders_into_the_files_of_a_project() {
    let place = Neighbours::new();
    let before = place.all();
    let commands: [&[&str]; 5] = [
        &["template", "--out"],
        &["suggest", "--out"],
        &["feedback", "--out"],
        &["feedback", "--unit", "U01", "--out"],
        &["man"],
    ];
    for command in commands {
        for way in WAYS {
            place.run(command, way).ended(2);
            assert_eq!(place.all(), before, "{command:?} {way}");
        }
    }
    for way in ["p/registers/new", "to-registers/new", "p/new", "new/../p/results/x", "to-project/2026"] {
        for lang in ["zh", "en"] {
            let ran = assess(&["init", &place.path(way), "--lang", lang]).ended(2);
            let real = place.around.path("p").canonicalize().unwrap().display().to_string();
            assert!(ran.err.contains(&real), "the project is named: {}", ran.err);
        }
        assert_eq!(place.all(), before, "init {way}");
    }
    // Ways that lead to places where such folders may stand are taken.
    place.run(&["template", "--out"], "to-project/templates-new").ended(0);
    place.run(&["suggest", "--out"], "p/registers/../suggest/x").ended(0);
    place.run(&["feedback", "--out"], "to-results/../feedback/x").ended(0);
    assert!(["templates-new", "suggest/x", "feedback/x"].iter().all(|made| place.around.path("p").join(made).is_dir()));
}

#[test]
fn no_way_leads_a_workbook_into_the_files_of_a_project() {
    let place = Neighbours::new();
    let outside = place.path("report.xlsx");
    assess(&["check", &place.path("p"), "--report", &outside]).ended(0);
    symlink("report.xlsx", place.around.path("link.xlsx")).unwrap();
    assert!(Command::new("mkfifo").arg(place.around.path("pipe.xlsx")).status().unwrap().success());
    let before = place.all();
    let commands: [&[&str]; 3] =
        [&["check", "--report"], &["score", "--public"], &["compare", "v001", "v001", "--report"]];
    let ways = [
        "to-results/x.xlsx",
        "to-registers/x.xlsx",
        "to-project/raters.xlsx",
        "to-project/templates-old/x.xlsx",
        "p/suggest/x.xlsx",
        "p/suggest/up/x.xlsx",
        "p/templates-old/../self-reports/x.xlsx",
        "to-other/x.xlsx",
        "other/results/x.xlsx",
        "link.xlsx",
        "pipe.xlsx",
    ];
    for command in commands {
        for way in ways {
            place.run(command, way).ended(2);
            assert_eq!(place.all(), before, "{command:?} {way}");
        }
    }
    // The same project reached by a link is still that project, where a report may stand beside the inputs.
    place.run(&["check", "--report"], "to-project/report.xlsx").ended(0);
}

/// Puts something in the place of a file: a link to a copy, a pipe, a file of 3 GiB that takes no room, a folder.
fn replaced(path: &Path, by: &str) {
    let copy = path.with_file_name("copy.tmp");
    if path.exists() {
        fs::rename(path, &copy).unwrap();
    } else {
        fs::write(&copy, "").unwrap();
    }
    match by {
        "link" => symlink(&copy, path).unwrap(),
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "large" => fs::File::create(path).and_then(|file| file.set_len(3 << 30)).unwrap(),
        _ => fs::create_dir(path).unwrap(),
    }
}

/// What is said of each of them.
const SAID: [(&str, [&str; 2]); 4] = [
    ("link", ["是链接", "a link"]),
    ("pipe", ["管道", "a pipe"]),
    ("large", ["2048 MiB", "2048 MiB"]),
    ("folder", ["是文件夹", "a folder"]),
];

#[test]
fn what_assess_wrote_is_read_back_only_from_regular_files() {
    let made = small();
    made.score(&[]).ended(0);
    assess(&["-C", made.shown(), "mark", "v001", "初评", "--date", "2026-02-01"]).ended(0);
    let cases: [(&str, &[&[&str]]); 4] = [
        ("results/v001/result.json", &[&["regrade"], &["feedback"], &["suggest"], &["explain", "U01"]]),
        ("results/v001/manifest.json", &[&["score"], &["regrade"], &["feedback"], &["mark", "v001", "等次建议"]]),
        ("results/states.jsonl", &[&["mark", "v001", "等次建议"], &["verify"], &["check"], &["score", "--draft"]]),
        ("results/.lock", &[&["score", "--draft"], &["mark", "v001", "等次建议"]]),
    ];
    for (file, commands) in cases {
        for (by, said) in SAID {
            if file.ends_with(".lock") && by == "large" {
                continue;
            }
            let folder = Folder::copy_with_results(&made);
            replaced(&folder.path(file), by);
            for (command, lang) in commands.iter().zip([0, 1, 0, 1]) {
                let ran = assess(&[&["-C", folder.shown(), "--lang", ["zh", "en"][lang]], *command].concat());
                let told = format!("{}{}", ran.out, ran.err);
                assert!(ran.code == 2, "{file} {by} {command:?}: {told}");
                assert!(told.contains(file) && told.contains(said[lang]), "{file} {by} {command:?}: {told}");
            }
        }
    }
}

#[test]
fn results_and_handed_out_forms_are_no_links() {
    let folder = small();
    folder.score(&[]).ended(0);
    fs::rename(folder.path("results"), folder.path("elsewhere")).unwrap();
    symlink("elsewhere", folder.path("results")).unwrap();
    symlink("registers", folder.path("suggest")).unwrap();
    symlink("ballots", folder.path("templates")).unwrap();
    symlink("registers", folder.path("feedback")).unwrap();
    let before = folder.tree();
    for (command, said) in
        [("score", "results: a link"), ("suggest", "suggest"), ("template", "templates"), ("feedback", "feedback")]
    {
        let more: &[&str] = if command == "score" { &["--draft", "--lang", "en"] } else { &["--lang", "en"] };
        let ran = folder.run(command, more).ended(2);
        assert!(ran.err.contains(said), "{command}: {}", ran.err);
        assert_eq!(folder.tree(), before, "{command}");
    }
}

#[test]
fn results_of_earlier_periods_are_regular_files() {
    for (by, said) in SAID {
        let folder = small();
        folder.write("last/result.json", "{}").append("assess.toml", "[history]\nprevious = [\"last/result.json\"]");
        replaced(&folder.path("last/result.json"), by);
        for (lang, said) in ["zh", "en"].into_iter().zip(said) {
            let ran = folder.score(&["--lang", lang]).ended(1);
            assert!(ran.err.contains("E730") && ran.err.contains(said), "{by}: {}", ran.err);
        }
    }
}

#[test]
fn patterns_of_inputs_stay_within_the_inputs_of_the_project() {
    let patterns = [
        "results/**",
        "feedback/v001/*",
        "templates/**",
        "templates-x/a.csv",
        "suggest/**",
        ".git/**",
        "../p/ballots/**",
        "./ballots/**",
        "/tmp/**",
        "C:/ballots/**",
        "ballots\\\\**",
        "a/../../b/**",
    ];
    for pattern in patterns {
        let folder = small();
        folder.edit("assess.toml", "id = \"meeting\"\n", &format!("id = \"meeting\"\ninputs = [\"{pattern}\"]\n"));
        let ran = folder.run("check", &["--lang", "en"]).ended(2);
        assert!(ran.err.contains("E504"), "{pattern}: {}", ran.err);
    }
    // A pattern that names a link finds it, and what it leads to is not read.
    let folder = small();
    fs::rename(folder.path("ballots"), folder.path("elsewhere")).unwrap();
    fs::create_dir(folder.path("votes")).unwrap();
    symlink("/etc", folder.path("votes/领导")).unwrap();
    folder.edit("assess.toml", "id = \"meeting\"\n", "id = \"meeting\"\ninputs = [\"votes/**\"]\n");
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert!(ran.err.contains("E125") && ran.err.contains("votes/领导"), "{}", ran.err);
}
