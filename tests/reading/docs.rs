//! What docs/reading.md says is what holds: limits with their defaults, codes with their findings.

use assess::model::Limits;
use assess::shared::finding::Code;

fn page() -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reading.md")).unwrap()
}

/// docs/words.md as the vocabulary gives it: a line for each meaning, under the remark that opens its part.
fn words() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(root.join("src/read/words.txt")).unwrap();
    let mut page = String::from(
        "# Words that tables may use\n\nEvery word by which a column, a label or a cell is understood, by meaning: the first word is the usual one. Compared\n\
         without spaces, width differences, bracketed remarks and letter case. Written from `src/read/words.txt` by a test.\n",
    );
    let mut in_list = false;
    for line in list.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let (text, is_item) = match line.split_once(" = ") {
            Some((_, words)) if !line.starts_with('#') => {
                let words: Vec<&str> = words.split('|').map(str::trim).collect();
                (format!("- **{}** {}", words[0], words[1..].join(" · ")), true)
            }
            _ => (line.trim_start_matches('#').trim().to_owned(), false),
        };
        if in_list != is_item {
            page.push('\n');
        }
        in_list = is_item;
        page.push_str(text.trim_end());
        page.push('\n');
    }
    page
}

#[test]
fn the_page_of_words_is_the_vocabulary() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/words.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let expected = words();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(written == expected, "docs/words.md is not what the vocabulary says: run with UPDATE_GOLDEN=1 and look");
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_limit_is_listed_with_its_default() {
    let limits = serde_json::to_value(Limits::default()).unwrap();
    let mut told = Vec::new();
    let page = page();
    let table = page.split("| key | default | bounds |").nth(1).unwrap();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let defaults: Vec<&str> = cells[2].split(", ").collect();
        let keys = quoted(cells[1]);
        assert_eq!(keys.len(), defaults.len(), "{row}");
        for (key, default) in keys.into_iter().zip(defaults) {
            assert_eq!(limits[key].to_string(), default, "{key}");
            told.push(key.to_owned());
        }
    }
    let mut all: Vec<&String> = limits.as_object().unwrap().keys().collect();
    all.sort();
    told.sort();
    assert_eq!(told.iter().collect::<Vec<_>>(), all);
}

#[test]
fn every_code_of_the_page_is_one() {
    let page = page();
    let codes = page.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        word.len() == 4 && word.starts_with(['E', 'W', 'N']) && word[1..].bytes().all(|b| b.is_ascii_digit())
    });
    let codes: Vec<&str> = codes.collect();
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes {
        assert!(Code::parse(code).is_some(), "{code}");
    }
}
