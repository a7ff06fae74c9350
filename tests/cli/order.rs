//! The order of files and rows changes nothing (SPEC §9, invariants).

use serde_json::Value;

use crate::runner::{Folder, list, str_of};
use crate::small::{DELEGATES, DELEGATES_FILE, LEADERS, LEADERS_FILE, REGISTER, REGISTER_FILE, report, small};

/// Units of a result without the places they came from, in order of codes.
fn units(folder: &Folder) -> Vec<Value> {
    let mut units: Vec<Value> = list(&folder.scored()["units"]).to_vec();
    units.iter_mut().for_each(forget_places);
    units.sort_by_key(|u| str_of(&u["code"]).to_owned());
    units
}

fn forget_places(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("at");
            map.remove("report");
            map.values_mut().for_each(forget_places);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_places),
        _ => {}
    }
}

/// The header, then the rows in another order.
fn shuffled(text: &str, step: usize) -> String {
    let (header, rows): (Vec<_>, Vec<_>) = text.lines().enumerate().partition(|(i, _)| *i == 0);
    let n = rows.len();
    // A step without a common factor with the number of rows visits each row once.
    let step = (step..).find(|s| gcd(*s, n) == 1).unwrap();
    let mut out = vec![header[0].1];
    out.extend((1..=n).map(|i| rows[(i * step + 1) % n].1));
    out.join("\n") + "\n"
}

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn shuffled_rows_give_the_same_units() {
    let expected = units(&small());
    for step in [2, 3, 5, 7] {
        let folder = small();
        folder
            .write(LEADERS_FILE, &shuffled(LEADERS, step))
            .write(DELEGATES_FILE, &shuffled(DELEGATES, step))
            .write(REGISTER_FILE, &shuffled(REGISTER, step));
        assert_eq!(units(&folder), expected, "step {step}");
    }
}

#[test]
fn renamed_moved_and_joined_ballot_files_give_the_same_units() {
    let expected = units(&small());
    let renamed = small();
    renamed.remove(LEADERS_FILE).remove(DELEGATES_FILE);
    renamed.write("ballots/meeting/z.csv", LEADERS).write("ballots/meeting/深/a.csv", DELEGATES);
    assert_eq!(units(&renamed), expected);
    let joined = small();
    joined.remove(LEADERS_FILE).remove(DELEGATES_FILE);
    let rows: String = DELEGATES.lines().skip(1).map(|l| format!("{l}\n")).collect();
    joined.write("ballots/meeting/全部.csv", &format!("{LEADERS}{rows}"));
    assert_eq!(units(&joined), expected);
    let split = small();
    split.remove(DELEGATES_FILE);
    let header = DELEGATES.lines().next().unwrap();
    for (i, row) in DELEGATES.lines().skip(1).enumerate() {
        split.write(&format!("ballots/meeting/票{}.csv", 9 - i), &format!("{header}\n{row}\n"));
    }
    assert_eq!(units(&split), expected, "all rows of one rater in a class are one ballot");
}

#[test]
fn renamed_self_reports_and_a_shuffled_roster_give_the_same_units() {
    let expected = units(&small());
    let folder = small();
    for (unit, name, missed) in [("U01", "丙", 2), ("U02", "乙", 4), ("U03", "甲", 6)] {
        folder.remove(&format!("self-reports/{unit}.csv"));
        folder.write(&format!("self-reports/{name}/{name}.csv"), &report(unit, missed, 40 - 2 * missed));
    }
    let roster = folder.text("roster.csv");
    folder.write("roster.csv", &shuffled(&roster, 2));
    assert_eq!(units(&folder), expected);
}

#[test]
fn columns_in_another_order_give_the_same_units() {
    let expected = units(&small());
    let folder = small();
    let turned: String = DELEGATES
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells.reverse();
            format!("{}\n", cells.join(","))
        })
        .collect();
    folder.write(DELEGATES_FILE, &turned);
    assert_eq!(units(&folder), expected);
}
