//! `--format csv` and `--format markdown`: every command prints the same rows, the second under columns in the user's language.

use crate::runner::{Folder, assess};

/// The cells of csv.
fn of_csv(text: &str) -> Vec<Vec<String>> {
    let records = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
    records.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of a Markdown table as a reader shows them, but for the line below the header.
fn of_markdown(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let (mut cells, mut cell, mut chars) = (Vec::new(), String::new(), line.chars().skip(1));
        while let Some(c) = chars.next() {
            match c {
                '\\' => cell.extend(chars.next()),
                '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
                c => cell.push(c),
            }
        }
        cells
    };
    text.lines().enumerate().filter(|(number, _)| *number != 1).map(|(_, line)| cells(line)).collect()
}

/// What both formats show of a text: in one line, without the apostrophe by which csv keeps formulas from running.
fn shown(cell: &str) -> String {
    cell.strip_prefix('\'').unwrap_or(cell).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_command_prints_the_same_rows_as_csv_and_as_markdown() {
    let folder = Folder::scored_example("city-2025");
    let project = folder.path(".").to_string_lossy().into_owned();
    let commands: [&[&str]; 24] = [
        &["check"],
        &["check", "--privacy"],
        &[],
        &["score", "--what-if", "proposed"],
        &["explain", "U08"],
        &["compare", "v001", "v001"],
        &["analyze", "--draws", "20"],
        &["analyze", "--draws", "20", "--table", "agreement"],
        &["analyze", "--draws", "20", "--table", "raters"],
        &["analyze", "--draws", "20", "--table", "lines"],
        &["analyze", "--draws", "20", "--table", "leave-out"],
        &["analyze", "--draws", "20", "--table", "components"],
        &["analyze", "--draws", "20", "--table", "indicators"],
        &["analyze", "--draws", "20", "--table", "correlations"],
        &["analyze", "--draws", "20", "--table", "reliability"],
        &["analyze", "--draws", "20", "--table", "sensitivity"],
        &["analyze", "--draws", "20", "--table", "adjusted"],
        &["analyze", "--draws", "20", "--grid", "component.meeting.weight", "component.online.weight"],
        &["analyze", "--draws", "20", "--set", "component.meeting.weight=45"],
        &["verify"],
        &["template"],
        &["suggest"],
        &["feedback"],
        &["regrade"],
    ];
    for command in commands {
        let run = |format: &str, lang: &str| {
            let mut arguments = vec!["-C", &project, "--format", format, "--lang", lang];
            arguments.extend(command);
            assess(&arguments)
        };
        let csv = of_csv(&run("csv", "zh").out);
        for lang in ["zh", "en"] {
            let ran = run("markdown", lang);
            let markdown = of_markdown(&ran.out);
            assert!(!csv.is_empty() && csv.len() == markdown.len(), "{command:?}: {} {}", ran.out, ran.err);
            let header = &markdown[0];
            assert!(header.len() == csv[0].len() && header.iter().all(|name| !name.contains('_')), "{header:?}");
            if lang == "zh" {
                for (csv, markdown) in csv[1..].iter().zip(&markdown[1..]) {
                    assert_eq!(csv.iter().map(|cell| shown(cell)).collect::<Vec<_>>(), *markdown, "{command:?}");
                }
            }
        }
    }
}
