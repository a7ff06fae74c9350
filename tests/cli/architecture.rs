//! Who may do what in `src/`: each library, the file system, the terminal, floats and Chinese words have their few places.

use std::fs;

use crate::runner::package;

/// Files and folders that hold words of the input vocabulary, which people type and the program must know.
const INPUT_WORDS: [&str; 18] = [
    "src/check/appeals.rs",
    "src/check/assertions.rs",
    "src/check/ballots/marks.rs",
    "src/check/cells.rs",
    "src/check/leaf_value.rs",
    "src/check/links.rs",
    "src/check/period.rs",
    "src/check/registers/corrections.rs",
    "src/check/registers.rs",
    "src/check/roster.rs",
    "src/check/tallies.rs",
    "src/engine/assessment/registers.rs",
    "src/model/rule",
    "src/model/tree/load.rs",
    "src/read/table/block.rs",
    "src/shared/text/digits.rs",
    "src/shared/text/document.rs",
    "src/shared/text.rs",
];

/// A source file: its path below the package, and its lines without comments and unit tests.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Code lines with their numbers; a file of unit tests has none.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = if self.path.ends_with("tests.rs") { "" } else { &self.text };
        let lines = (1..).zip(code.lines()).take_while(|(_, line)| *line != "#[cfg(test)]");
        lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, line)| (n, uncommented(line)))
    }

    fn is_below(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || self.path.starts_with(&format!("{place}/")))
    }
}

/// A line without the comment at its end.
fn uncommented(line: &str) -> &str {
    line.split(" // ").next().unwrap_or(line)
}

fn sources() -> Vec<Source> {
    let root = package();
    let walk = walkdir::WalkDir::new(root.join("src")).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = walk.filter(|e| e.path().extension().is_some_and(|ext| ext == "rs"));
    let sources: Vec<Source> = files
        .map(|entry| Source {
            path: entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"),
            text: fs::read_to_string(entry.path()).unwrap(),
        })
        .collect();
    assert!(sources.len() > 50);
    sources
}

/// No code line outside the allowed places holds one of the words.
#[track_caller]
fn only_in(words: &[&str], allowed: &[&str]) {
    let mut strays = Vec::new();
    let mut seen = false;
    for source in sources() {
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                seen = true;
                if !source.is_below(allowed) {
                    strays.push(format!("{}:{number}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert!(strays.is_empty(), "{words:?} belong only into {allowed:?}:\n{}", strays.join("\n"));
    assert!(seen || allowed.is_empty(), "nothing uses {words:?} any more: is this test out of date?");
}

#[test]
fn workbooks_are_read_in_one_place() {
    only_in(&["calamine"], &["src/read/xlsx.rs", "src/read/convert.rs", "src/read/legacy.rs", "src/read/legacy"]);
}

#[test]
fn workbooks_are_written_in_one_place() {
    only_in(&["rust_xlsxwriter"], &["src/write/workbook.rs", "src/write/workbook"]);
}

#[test]
fn the_model_file_is_edited_in_one_place() {
    only_in(&["toml_edit"], &["src/documents/init/last.rs"]);
}

#[test]
fn containers_and_xml_of_inputs_are_taken_apart_in_one_place() {
    only_in(&["quick_xml", "cfb::"], &["src/read/gate", "src/read/legacy"]);
    // Workbooks are put together in one place, too.
    only_in(&["flate2", "crc32fast"], &["src/read/gate", "src/read/legacy", "src/write/workbook/package.rs"]);
}

#[test]
fn other_programs_are_started_in_one_place() {
    only_in(&["Command::new(program)", "process::Command", "Stdio"], &["src/read/worker.rs"]);
}

#[test]
fn only_publishing_changes_the_file_system() {
    let writing = [
        "File::create",
        "fs::write",
        "write(path",
        "create_dir",
        "fs::rename",
        "OpenOptions",
        "remove_dir",
        "remove_file",
        "fs::copy",
        "set_permissions",
        "hard_link",
        "unix::fs::symlink",
        "symlink_file",
        "symlink_dir",
    ];
    only_in(&writing, &["src/publish.rs", "src/publish"]);
}

#[test]
fn only_the_terminal_prints() {
    only_in(&["println!", "print!(", "dbg!"], &[]);
    // The isolated reader speaks to the program that started it, not to a person.
    only_in(&["stdout()", "stderr()"], &["src/commands/terminal.rs", "src/commands/read_one.rs"]);
    only_in(&["indicatif", "stderr_with_hz"], &["src/commands/progress.rs"]);
}

/// The rooms of `src/` and which others each may use, in the order in which data passes them. `cli` uses `documents` for the
/// kinds of forms, `pipeline` for what letters would give away.
const EDGES: [(&str, &[&str]); 13] = [
    ("shared", &[]),
    ("model", &["shared"]),
    ("read", &["shared", "model"]),
    ("engine", &["shared", "model"]),
    ("check", &["shared", "model", "read", "engine"]),
    ("result", &["shared", "model", "read", "engine", "check"]),
    ("analyze", &["shared", "model", "engine", "check", "result"]),
    ("documents", &["shared", "model", "read", "engine", "check", "result", "analyze"]),
    ("write", &["shared", "read", "result", "documents"]),
    ("publish", &["shared", "read", "result"]),
    ("pipeline", &["shared", "model", "read", "engine", "check", "result", "documents", "publish"]),
    ("cli", &["shared", "documents", "write"]),
    (
        "commands",
        &[
            "shared",
            "model",
            "read",
            "engine",
            "check",
            "result",
            "analyze",
            "documents",
            "write",
            "publish",
            "pipeline",
            "cli",
        ],
    ),
];

/// The words after each `crate::` of a line, and those of a list in braces.
fn used(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => used.extend(list.split([',', '}']).map(|own| word(own.trim()))),
            None => used.push(word(rest)),
        }
    }
    used
}

#[test]
fn rooms_use_only_rooms_that_data_has_passed() {
    let mut met: std::collections::BTreeSet<(&str, &str)> = std::collections::BTreeSet::new();
    for source in sources() {
        let Some((room, _)) = source.path["src/".len()..].split_once(['/', '.']) else { continue };
        let Some((room, allowed)) = EDGES.iter().find(|(own, _)| *own == room) else {
            assert!(["lib", "main"].contains(&room), "{} belongs to no room: add it to the table", source.path);
            continue;
        };
        for (number, line) in source.code() {
            for other in used(line) {
                let Some((other, _)) = EDGES.iter().find(|(own, _)| *own == other && own != room) else { continue };
                assert!(allowed.contains(other), "{}:{number}: {room} must not use {other}", source.path);
                met.insert((room, other));
            }
        }
    }
    let idle = EDGES.iter().flat_map(|(room, allowed)| allowed.iter().map(move |other| (*room, *other)));
    let idle: Vec<_> = idle.filter(|edge| !met.contains(edge)).collect();
    assert!(idle.is_empty(), "allowed, but nothing uses it any more: {idle:?}");
}

#[test]
fn files_are_touched_by_read_and_publish_alone() {
    let words = ["std::fs", " fs::", "(fs::", " File::", "(File::", "SystemTime", "canonicalize("];
    for source in sources() {
        if source.is_below(&["src/read", "src/read.rs", "src/publish", "src/publish.rs"]) {
            continue;
        }
        // The terminal and the isolated reader speak to the outside; nothing else knows of streams or of the environment.
        let is_outside = source.is_below(&["src/commands", "src/commands.rs", "src/main.rs"]);
        let streams = ["std::io", "std::env"];
        for (number, line) in source.code() {
            for word in words.iter().chain(streams.iter().filter(|_| !is_outside)) {
                assert!(!line.contains(word), "{}:{number}: {}", source.path, line.trim());
            }
        }
    }
}

#[test]
fn the_second_calculation_shares_nothing_of_the_first() {
    let allowed = [
        "shared::number",
        "shared::text",
        "shared::place",
        "shared::finding",
        // Declares the words of a closed set, calculates nothing.
        "shared::words",
        "model",
        "result::outcome",
        "result::verify",
        "read::book",
        "read::value",
    ];
    let mut seen = 0;
    for source in sources().iter().filter(|source| source.is_below(&["src/result/verify", "src/result/verify.rs"])) {
        for (number, line) in source.code() {
            for (at, _) in line.match_indices("crate::") {
                let path = &line[at + "crate::".len()..];
                let is_one =
                    |own: &str| path.strip_prefix(own).is_some_and(|rest| rest.starts_with("::") || rest == ";");
                seen += 1;
                assert!(allowed.into_iter().any(is_one), "{}:{number}: {}", source.path, line.trim());
            }
            let shared = ["Model::places", "Rule::points", "Percent::of", "Rate::new", "range.holds", "positive.holds"];
            for word in shared.into_iter().chain(["model::formula"]) {
                assert!(!line.contains(word), "{}:{number}: {}", source.path, line.trim());
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn no_clock_reaches_an_output() {
    // The log of states records when people acted; it is no input of any result.
    only_in(
        &["SystemTime", "Instant::now", "Zoned::now", "Timestamp::now"],
        &["src/commands/mark.rs", "src/commands/progress.rs"],
    );
}

#[test]
fn binary_floats_stay_where_files_are_read_and_pages_laid_out() {
    let allowed = [
        "src/shared/number.rs",
        "src/shared/number",
        "src/read/convert.rs",
        "src/shared/text.rs",
        "src/documents/report",
        "src/write",
        // Statistics, which never feed back into a score.
        "src/analyze",
    ];
    only_in(&["f64", "f32"], &allowed);
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or("");
        assert!(first.starts_with("//! ") && first.len() > 20, "{}: {first:?}", source.path);
    }
}

#[test]
fn chinese_words_stand_in_the_catalogue_and_the_input_vocabulary_only() {
    let mut strays = Vec::new();
    let mut with_words = Vec::new();
    for source in &sources() {
        for (number, line) in source.code() {
            if line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
                match INPUT_WORDS.iter().find(|own| source.is_below(&[own])) {
                    Some(own) => with_words.push(*own),
                    None => strays.push(format!("{}:{number}: {}", source.path, line.trim())),
                }
            }
        }
    }
    assert!(
        strays.is_empty(),
        "words for users belong into src/i18n, words of inputs into src/read:\n{}",
        strays.join("\n")
    );
    with_words.dedup();
    assert_eq!(with_words, INPUT_WORDS, "the list of exceptions is no longer than it must be");
}

#[test]
fn the_library_forbids_unsafe_code_and_silent_crashes() {
    let manifest = fs::read_to_string(package().join("Cargo.toml")).unwrap();
    for lint in [
        "unsafe_code = \"forbid\"",
        "unwrap_used = \"deny\"",
        "print_stdout = \"deny\"",
        "iter_over_hash_type = \"deny\"",
    ] {
        assert!(manifest.contains(lint), "{lint}");
    }
}

#[test]
fn unordered_maps_are_not_used() {
    only_in(&["HashMap", "HashSet"], &[]);
}

#[test]
fn nothing_of_a_model_stands_in_the_code() {
    // SPEC §4: names of grades, components and classes of the examples belong into the model file.
    let names = ["优秀", "先进", "达标", "述职评议", "网上满意度", "工委领导", "党员代表"];
    for source in sources() {
        for (number, line) in source.code() {
            for name in names {
                assert!(!line.contains(name), "{}:{number}: {}", source.path, line.trim());
            }
        }
    }
}

/// The most general names for a type: each belongs to the first thing that took it, and others say what they are of.
#[test]
fn each_general_name_names_one_type() {
    for name in ["Standing", "Kind", "State", "Claim", "Outcome"] {
        let mut places = Vec::new();
        for source in sources() {
            let is_type = |line: &str| {
                let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
                words.any(|word| matches!(word, "struct" | "enum" | "trait" | "type")) && words.next() == Some(name)
            };
            places.extend(source.code().filter(|(_, line)| is_type(line)).map(|(n, _)| format!("{}:{n}", source.path)));
        }
        assert_eq!(places.len(), 1, "{name}: {places:?}");
    }
}
