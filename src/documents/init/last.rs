//! Continuing from last year: the model file with its period, dates and history advanced, and its comments kept. The
//! only place that uses toml_edit.

use jiff::ToSpan as _;
use jiff::civil::Date;
use toml_edit::{Array, DocumentMut, Item, Value};

/// A change that should be reviewed: a key of the model file with its old and new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the key, `assessment.period`.
    pub key: String,
    /// The old value.
    pub old: String,
    /// The new value; equal to the old one if it could not be advanced.
    pub new: String,
}

/// The model file of a new period.
pub struct MovedOn {
    /// Its text.
    pub text: String,
    /// The changes made.
    pub changes: Vec<Change>,
}

/// Advances a model file by one year. `history` are the results that it then refers to, newest first.
///
/// # Errors
/// If the text is not valid TOML.
pub fn move_on(text: &str, history: &[String]) -> anyhow::Result<MovedOn> {
    let mut document: DocumentMut = text.parse()?;
    let mut changes = Vec::new();
    if let Some(assessment) = document.get_mut("assessment") {
        move_period(assessment, &mut changes);
        move_date(assessment, "as_of", "assessment.as_of", &mut changes);
    }
    let window = document.get_mut("adjustments").and_then(|section| section.get_mut("window"));
    if let Some(window) = window.and_then(Item::as_array_mut) {
        for value in window.iter_mut() {
            move_value(value, "adjustments.window", &mut changes);
        }
    }
    if let Some(calendar) = document.get_mut("calendar").and_then(Item::as_table_like_mut) {
        for (key, item) in calendar.iter_mut() {
            let name = format!("calendar.{}", key.get());
            if let Some(value) = item.as_value_mut() {
                move_value(value, &name, &mut changes);
            }
        }
    }
    // Last year's acceptance was a decision about last year's letters.
    let feedback = document.get_mut("feedback").and_then(Item::as_table_like_mut);
    if let Some(reason) = feedback.and_then(|section| section.remove("accept_exposed")) {
        let old = reason.as_str().unwrap_or_default().to_owned();
        changes.push(Change { key: "feedback.accept_exposed".to_owned(), old, new: String::new() });
    }
    set_history(&mut document, history);
    Ok(MovedOn { text: document.to_string(), changes })
}

/// Advances a period that is a plain year by one, also in the title.
fn move_period(assessment: &mut Item, changes: &mut Vec<Change>) {
    let Some(old) = assessment.get("period").and_then(Item::as_str).map(str::to_owned) else { return };
    let year = old.parse::<u16>().ok().filter(|year| (1900..=9998).contains(year) && old.len() == 4);
    let Some(year) = year else {
        changes.push(Change { key: "assessment.period".to_owned(), old: old.clone(), new: old });
        return;
    };
    let new = (year + 1).to_string();
    for key in ["title", "period"] {
        let Some(value) = assessment.get_mut(key).and_then(Item::as_value_mut) else { continue };
        let Some(before) = value.as_str().map(str::to_owned) else { continue };
        let after = before.replace(&old, &new);
        if after != before {
            set_text(value, &after);
            changes.push(Change { key: format!("assessment.{key}"), old: before, new: after });
        }
    }
}

fn move_date(section: &mut Item, key: &str, name: &str, changes: &mut Vec<Change>) {
    if let Some(value) = section.get_mut(key).and_then(Item::as_value_mut) {
        move_value(value, name, changes);
    }
}

/// Advances a date by a year; the end of a leap February becomes the end of February.
fn move_value(value: &mut Value, name: &str, changes: &mut Vec<Change>) {
    let Some(old) = value.as_str().map(str::to_owned) else { return };
    let Some(new) = old.parse::<Date>().ok().and_then(|date| date.checked_add(1.year()).ok()) else { return };
    let new = new.to_string();
    set_text(value, &new);
    changes.push(Change { key: name.to_owned(), old, new });
}

/// Replaces a text value; the comment after it is kept.
fn set_text(value: &mut Value, text: &str) {
    let decor = value.decor().clone();
    *value = Value::from(text);
    *value.decor_mut() = decor;
}

/// Sets the results that the new period refers to.
fn set_history(document: &mut DocumentMut, paths: &[String]) {
    if paths.is_empty() {
        document.remove("history");
        return;
    }
    let mut array = Array::new();
    for path in paths {
        array.push(path.as_str());
    }
    let history = document.entry("history").or_insert(Item::Table(toml_edit::Table::new()));
    history["previous"] = toml_edit::value(array);
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "# 说明\n[assessment]\ntitle = \"云岚市2025年度考核\" # 标题\nperiod = \"2025\"\n\
        as_of = \"2024-02-29\" # 截止\n\n[adjustments]\nwindow = [\"2025-01-01\", \"2025-12-31\"]   # 期间\n\n\
        [calendar]\n\"会\" = \"2026-01-15\"\n";

    #[test]
    fn period_title_and_dates_go_on_by_a_year_and_comments_stay() {
        let moved = move_on(MODEL, &["../2025/results/v002/result.json".to_owned()]).expect("sound");
        for line in [
            "# 说明",
            "title = \"云岚市2026年度考核\" # 标题",
            "period = \"2026\"",
            "as_of = \"2025-02-28\" # 截止",
            "window = [\"2026-01-01\", \"2026-12-31\"]   # 期间",
            "\"会\" = \"2027-01-15\"",
            "previous = [\"../2025/results/v002/result.json\"]",
        ] {
            assert!(moved.text.lines().any(|own| own == line), "{line}\nnot in\n{}", moved.text);
        }
        assert_eq!(moved.changes.len(), 6);
    }

    #[test]
    fn a_period_that_is_no_year_is_kept_and_named() {
        let moved = move_on(&MODEL.replace("period = \"2025\"", "period = \"2025上半年\""), &[]).expect("sound");
        assert!(moved.text.contains("2025上半年") && moved.text.contains("云岚市2025年度"));
        assert!(moved.changes.iter().any(|c| c.key == "assessment.period" && c.old == c.new));
        assert!(!moved.text.contains("[history]"));
    }
}
