//! The way in for contributors: paths, types and tests that docs/architecture.md and CONTRIBUTING.md name are there, and the
//! recipes of the justfile are what CI runs. What a step of a recipe leaves out and nothing else notices fails here, with the
//! file that is next.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;

use assess::cli::{self, Task};
use assess::read::schema;
use assess::shared::finding::Code;
use assess::shared::i18n::Lang;
use assess::write::listing::Format;

use crate::runner::package;

/// The pages that are held against the repository.
const PAGES: [&str; 2] = ["docs/architecture.md", "CONTRIBUTING.md"];

fn text(path: &str) -> String {
    fs::read_to_string(package().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// All Rust files below a folder, by path.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let root = package();
    let walk = walkdir::WalkDir::new(root.join(folder)).into_iter().map(Result::unwrap);
    let files = walk.filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"));
    let path =
        |entry: &walkdir::DirEntry| entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    files.map(|entry| (path(&entry), fs::read_to_string(entry.path()).unwrap())).collect()
}

/// Runs of letters, digits and some marks.
fn runs<'t>(text: &'t str, marks: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(move |c: char| !c.is_ascii_alphanumeric() && !marks.contains(c)).filter(|run| !run.is_empty())
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A source without its lines of comment.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether a text has a word that is no part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    runs(text, "_").any(|own| own == word)
}

/// The types that sources define, each with the files that define it.
fn types(sources: &BTreeMap<String, String>) -> BTreeMap<&str, Vec<&str>> {
    let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, text) in sources {
        let words: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| runs(line, "_")).collect();
        let named = words.windows(2).filter(|pair| ["struct", "enum", "trait", "type"].contains(&pair[0]));
        // A quantity is defined by its name alone, on a line of its own.
        let quantities =
            text.split("quantity!(").skip(1).filter_map(|call| call.split(");").next()?.lines().next_back());
        for name in named.map(|pair| pair[1]).chain(quantities.map(str::trim)) {
            types.entry(name).or_default().push(path);
        }
    }
    types
}

/// The functions marked as tests.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for text in sources("tests").into_values().chain(sources("src").into_values()) {
        for after in text.split("#[test]").skip(1) {
            let name = after.split("fn ").nth(1).and_then(|rest| runs(rest, "_").next());
            tests.extend(name.map(str::to_owned));
        }
    }
    assert!(tests.len() > 500, "{}", tests.len());
    tests
}

/// A recipe of the justfile: its lines without the indent.
fn recipe<'j>(justfile: &'j str, name: &str) -> Vec<&'j str> {
    let lines = justfile.lines().skip_while(|line| *line != format!("{name}:")).skip(1);
    let own: Vec<&str> = lines.take_while(|line| line.starts_with("    ")).map(str::trim).collect();
    assert!(!own.is_empty(), "the justfile has no recipe {name}");
    own
}

#[test]
fn every_path_that_the_pages_name_exists() {
    for page in PAGES {
        let text = text(page);
        let paths: BTreeSet<&str> = runs(&text, "_-./")
            .map(|run| run.trim_end_matches(['.', '/']))
            .filter(|run| ["src/", "tests/", "docs/", "examples/"].iter().any(|top| run.starts_with(top)))
            .collect();
        assert!(paths.len() > 20, "{page}: {}", paths.len());
        let gone: Vec<&&str> = paths.iter().filter(|path| !package().join(path).exists()).collect();
        assert!(gone.is_empty(), "{page} names what is not there: {gone:#?}");
    }
}

#[test]
fn every_type_that_the_architecture_names_is_defined() {
    let sources = sources("src");
    let types = types(&sources);
    let page = text(PAGES[0]);
    let mut named = BTreeSet::new();
    for name in quoted(&page) {
        let mut parts = name.split(['.', ':']).filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { continue };
        let is_type = first.starts_with(|c: char| c.is_ascii_uppercase())
            && first.contains(|c: char| c.is_ascii_lowercase())
            && first.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_type {
            continue;
        }
        let Some(files) = types.get(first) else { panic!("{}: nothing in src/ defines `{first}`", PAGES[0]) };
        for part in parts {
            let has = files.iter().any(|file| has_word(&code(&sources[*file]), part));
            assert!(has, "{}: `{name}`: {files:?} have no {part}", PAGES[0]);
        }
        named.insert(first);
    }
    assert!(named.len() > 60, "{}", named.len());
}

#[test]
fn every_test_that_the_pages_name_exists() {
    let tests = tests();
    for page in PAGES {
        for name in quoted(&text(page)) {
            // Functions with four words and more are tests; others have shorter names.
            let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if is_name && name.matches('_').count() >= 3 {
                assert!(tests.contains(name), "{page}: there is no test `{name}`");
            }
        }
    }
}

#[test]
fn every_recipe_names_a_test_that_holds_it() {
    let tests = tests();
    let text = text("CONTRIBUTING.md");
    let recipes: Vec<&str> = text.split("\n## ").skip(1).filter(|part| part.starts_with("Recipe ")).collect();
    let subjects = ["leaf rule", "finding code", "register column", "command", "output format", "report column"];
    assert_eq!(recipes.len(), subjects.len());
    for (recipe, subject) in recipes.iter().zip(subjects) {
        let heading = recipe.lines().next().unwrap();
        assert!(heading.ends_with(subject), "{heading}: expected the recipe for a {subject}");
        assert!(recipe.contains("\n1. "), "{heading}: no numbered steps");
        assert!(recipe.contains("Files today: "), "{heading}: says how many files it costs");
        assert!(quoted(recipe).any(|name| tests.contains(name)), "{heading}: names no test that exists");
    }
}

#[test]
fn the_recipes_of_the_justfile_are_what_ci_runs() {
    let (justfile, ci) = (text("justfile"), text(".ci/run"));
    assert_eq!(recipe(&justfile, "all"), [".ci/run"]);
    let steps: BTreeSet<&str> = ci.lines().map(str::trim).collect();
    for name in ["lint", "docs", "examples"] {
        for line in recipe(&justfile, name).iter().filter(|line| !line.starts_with("#!")) {
            assert!(steps.contains(line), "just {name}: CI does not run `{line}`");
        }
    }
    let start = ci.find("the examples are what their generator writes").unwrap();
    let due: Vec<&str> = ci[start..].lines().skip(1).filter(|line| !line.starts_with("say ")).collect();
    assert_eq!(recipe(&justfile, "examples")[2..], due, "just examples and CI compare the examples alike");
    assert_eq!(recipe(&justfile, "quick"), ["cargo test --locked --lib --test rules"]);
}

#[test]
fn the_way_in_is_linked() {
    assert!(text("README.md").contains("](docs/architecture.md)"), "README.md links docs/architecture.md");
    assert!(text("README.md").contains("](CONTRIBUTING.md)"), "README.md links CONTRIBUTING.md");
    assert!(text("CONTRIBUTING.md").contains("](docs/architecture.md)"), "CONTRIBUTING.md links docs/architecture.md");
}

#[test]
fn every_code_is_raised_and_has_a_case() {
    let code: String = sources("src").into_values().collect();
    let own = "tests/cli/guide.rs";
    let cases: String = sources("tests").into_iter().filter(|(path, _)| path != own).map(|(_, text)| text).collect();
    let cases = cases + &text("examples/broken/expected.csv");
    let code: BTreeSet<&str> = runs(&code, "_").collect();
    for own in Code::ALL.iter().map(|own| own.as_str()) {
        assert!(code.contains(own), "{own} is raised nowhere: add `findings.add(Code::{own})` to the check");
        assert!(cases.contains(own), "{own} needs a case: a test in tests/rules, or a row of examples/broken");
    }
}

#[test]
fn every_leaf_rule_is_known_by_name_worded_tested_and_listed() {
    let rule = text("src/model/rule.rs");
    let list = rule.split("\nrules! {").nth(1).unwrap().split("\n}").next().unwrap();
    let files: Vec<&str> = list.split(" = ").skip(1).filter_map(|rest| rest.split("::").next()).collect();
    assert!(files.len() >= 8, "{files:?}");
    let (tests, page) = (text("tests/rules/leaf_rules.rs"), text("docs/model/rules.md"));
    for file in files {
        let own = text(&format!("src/model/rule/{file}.rs"));
        let names = own.split("const NAMES").nth(1).and_then(|rest| rest.split(';').nth(1)).unwrap();
        let name = names.split('"').nth(3).unwrap_or_else(|| panic!("src/model/rule/{file}.rs: NAMES"));
        for (lang, end) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            assert!(
                lang.find(&format!("rule.{name}")).is_some(),
                "rule.{name}: next is src/shared/i18n/rules.{end}.txt"
            );
            let key = format!("form.rule.{name}");
            assert!(lang.find(&key).is_some(), "{key}: next is src/shared/i18n/rules.{end}.txt");
        }
        assert!(
            tests.contains(&format!("\nfn {name}_")),
            "{name}: next is a test `{name}_…` in tests/rules/leaf_rules.rs"
        );
        assert!(page.contains(&format!(" {name} | ")), "{name}: next is the table of docs/model/rules.md");
    }
}

/// What was made of a register row and is compared or printed in another way, or on purpose is not.
const OTHERWISE: [(&str, &[&str]); 5] = [
    ("AdjustmentRow", &["kind"]),
    ("DecisionRow", &["ruling"]),
    ("CorrectionRow", &[]),
    ("AppealRow", &["place"]),
    ("PlacesRow", &[]),
];

#[test]
fn every_field_of_a_register_row_is_compared_and_printed() {
    let rows = text("src/engine/assessment/registers.rs");
    for (name, otherwise) in OTHERWISE {
        let fields = rows.split(&format!("pub struct {name} {{")).nth(1).unwrap().split("\n}").next().unwrap();
        let fields = fields.split("    pub ").skip(1).filter_map(|line| line.split(':').next());
        for field in fields.filter(|field| *field != "cells") {
            for file in ["src/result/diff/rows.rs", "src/documents/report/adjustments.rs"] {
                let is_used = text(file).split("row.").skip(1).any(|rest| runs(rest, "_").next() == Some(field));
                assert!(
                    is_used != otherwise.contains(&field),
                    "{name}.{field}: next is {file} (it uses it: {is_used})"
                );
            }
        }
    }
}

/// Fields that no column of the sheet of registers shows: links, and the level, which stands behind its matter.
const NOT_PRINTED: [&str; 3] = ["level", "links", "handled_by"];

#[test]
fn every_cell_that_a_register_row_keeps_has_its_column() {
    let rows = text("src/engine/assessment/registers.rs");
    let schemas = [
        ("AdjustmentRow", &schema::ADJUSTMENTS),
        ("DecisionRow", &schema::DECISIONS),
        ("CorrectionRow", &schema::CORRECTIONS),
        ("AppealRow", &schema::APPEALS),
        ("DispositionRow", &schema::DISPOSITIONS),
        ("PlacesRow", &schema::PLACES),
    ];
    for (row, schema) in schemas {
        let kept = rows.split(&format!(" of {row} {{\n")).nth(1).unwrap().split("\n    }").next().unwrap();
        let kept = kept.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        let kept: BTreeSet<&str> = kept.filter_map(|line| line.split(':').next()).collect();
        let columns: BTreeSet<&str> = schema.columns().filter_map(|column| column.field).collect();
        assert_eq!(kept, columns, "{row}: next is src/read/schema/registers.rs or the fields of the row");
        for column in schema.columns() {
            let Some(field) = column.field else { continue };
            let is_printed = !matches!(column.print, schema::Print::No);
            assert!(is_printed != NOT_PRINTED.contains(&field), "{row}.{field}: next is its `own(…)` in the schema");
        }
    }
    let events: BTreeSet<&str> = schema::EVENTS.columns().filter_map(|column| column.field).collect();
    let adjustments = schema::ADJUSTMENTS.columns().filter_map(|column| column.field);
    assert_eq!(events, adjustments.filter(|field| *field != "approved").collect(), "an event has no points");
}

#[test]
fn every_command_is_understood_and_listed() {
    let page = text("docs/operator/commands.md");
    for command in cli::command(Lang::En).get_subcommands() {
        let name = command.get_name();
        let required = command.get_arguments().filter(|own| own.is_required_set());
        let values = required.map(|own| match (own.get_long(), own.get_id().as_str()) {
            (Some(long), _) => format!("--{long}=x"),
            (None, "shell") => "bash".to_owned(),
            (None, _) => "x".to_owned(),
        });
        let typed = ["assess", name].map(str::to_owned).into_iter().chain(values);
        let typed: Vec<OsString> = typed.map(OsString::from).collect();
        let parsed = std::panic::catch_unwind(|| cli::parse(&typed, Lang::En));
        let Ok(parsed) = parsed else { panic!("{name}: `task` of its file in src/cli has no arm for it") };
        let task = parsed.unwrap_or_else(|answer| panic!("{name}: {}", answer.text)).task;
        assert!(
            name == "completions" || !matches!(task, Task::Completions { .. }),
            "{name}: next is its task in src/cli"
        );
        assert!(page.contains(&format!("`assess {name} ")), "{name}: next is the table of docs/operator/commands.md");
    }
}

#[test]
fn every_output_format_is_offered_and_listed() {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.json()).collect();
    let typed = format!("`--format {}`", names.join("|"));
    let page = "docs/operator/commands.md";
    assert!(text(page).contains(&typed), "next is {page}: {typed}");
    for (lang, end) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        for name in &names {
            let help = lang.text("cli.format");
            assert!(has_word(help, name), "{name}: next is cli.format in src/shared/i18n/words.{end}.txt: {help}");
        }
    }
}
