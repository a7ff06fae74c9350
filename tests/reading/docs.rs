//! What docs/reading.md says is what holds: limits with their defaults, codes with their findings.

use assess::finding::Code;
use assess::model::Limits;

fn page() -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reading.md")).unwrap()
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
