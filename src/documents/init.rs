//! New projects: the initial model, its tables, the folders for inputs, and invented data for a demonstration.
//!
//! Pure: returns texts and documents, writes nothing. Model, tables and invented facts are data files next to this
//! module, in Chinese and English; none of their content is in the code.

use crate::check::Roster;
use crate::documents::report::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::model::{ComponentKind, Model, ModelDraft};
use crate::read::{self, Word};
use crate::shared::finding::{Findings, Severity};
use crate::shared::i18n::{Lang, say};
use crate::shared::place::{FileId, Role};
use crate::shared::text;

pub mod demo;
pub mod last;

/// The bundled texts of a language.
struct Texts {
    model: &'static str,
    indicators: &'static str,
    example: &'static str,
    units: &'static str,
    readme: &'static str,
}

const ZH: Texts = Texts {
    model: include_str!("init/model.zh.toml"),
    indicators: include_str!("init/indicators.zh.csv"),
    example: include_str!("init/example.zh.csv"),
    units: include_str!("init/units.zh.csv"),
    readme: include_str!("init/readme.zh.md"),
};
const EN: Texts = Texts {
    model: include_str!("init/model.en.toml"),
    indicators: include_str!("init/indicators.en.csv"),
    example: include_str!("init/example.en.csv"),
    units: include_str!("init/units.en.csv"),
    readme: include_str!("init/readme.en.md"),
};

const fn texts(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

/// A table as rows of text, the header first.
pub type Rows = Vec<Vec<String>>;

/// The text of the model file of a new project.
pub const fn model_text(lang: Lang) -> &'static str {
    texts(lang).model
}

/// The text of the model file of a demonstration. Its raters are invented, so it accepts that their marks are exposed.
pub fn demo_model_text(lang: Lang) -> String {
    let accepted = format!("accept_exposed = \"{}\"", lang.text("demo.accept_exposed"));
    let lines = model_text(lang).lines();
    let lines = lines.map(|line| if line.starts_with("# accept_exposed") { accepted.as_str() } else { line });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The instructions for staff, and their file name.
pub fn readme(lang: Lang) -> (&'static str, &'static str) {
    (lang.text("init.file.readme"), texts(lang).readme)
}

/// The indicator table of a new project.
pub fn indicators(lang: Lang) -> Rows {
    rows_of(texts(lang).indicators)
}

/// The roster of a new project: three examples to be replaced.
pub fn example_roster(lang: Lang) -> Rows {
    rows_of(texts(lang).example)
}

/// A roster of invented units: those of a city, then of its districts.
pub fn demo_roster(lang: Lang, count: usize) -> Rows {
    let header = rows_of(texts(lang).example).into_iter().next().unwrap_or_default();
    let units = rows_of(texts(lang).units);
    let (own, bureaus) = units.split_first().map_or((&[] as &[String], &[] as &[Vec<String>]), |(h, b)| (h, b));
    let width = count.to_string().len().max(2);
    let named = |index: usize| {
        let (district, bureau) = (index / bureaus.len(), &bureaus[index % bureaus.len()]);
        header.iter().map(move |column| match own.iter().position(|own| own == column) {
            _ if Word::UnitCode.matches(&text::header_key(column)) => format!("U{:0width$}", index + 1),
            Some(0) if district == 0 => say!(lang, "demo.unit.city", name = bureau[0]),
            Some(0) => say!(lang, "demo.unit.district", n = district, name = bureau[0]),
            // Short names are those of the city; districts have none, so that no name refers to two units.
            Some(1) if district > 0 => String::new(),
            Some(at) => bureau[at].clone(),
            None => String::new(),
        })
    };
    let rows: Rows = (0..count).filter(|_| !bureaus.is_empty()).map(|index| named(index).collect()).collect();
    std::iter::once(header).chain(rows).collect()
}

/// The rows of a bundled csv text.
fn rows_of(text: &str) -> Rows {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.into_records().flatten().map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The text of a table as csv.
fn csv_of(rows: &Rows) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let written = rows.iter().all(|row| writer.write_record(row).is_ok());
    let bytes = writer.into_inner().ok().filter(|_| written);
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The workbook of a roster.
pub fn roster_document(lang: Lang, rows: &Rows) -> Document<'_> {
    let mut modes = None;
    if let Some(at) =
        rows.first().and_then(|header| header.iter().position(|column| Word::Mode.matches(&text::header_key(column))))
    {
        modes = Some((at as u16, Allow::words(crate::check::roster::modes(lang))));
    }
    table_document(lang, "kind.roster", "init.roster.note", rows, modes)
}

/// The workbook of an indicator table.
pub fn indicators_document(lang: Lang, rows: &Rows) -> Document<'_> {
    table_document(lang, "kind.indicators", "init.indicators.note", rows, None)
}

/// A table maintained by the user: nothing is locked.
fn table_document<'r>(
    lang: Lang,
    name: &str,
    note: &str,
    rows: &'r Rows,
    words: Option<(u16, Allow<'r>)>,
) -> Document<'r> {
    let name = lang.text(name);
    let mut sheet = SheetDoc::new(name, name).landscape();
    sheet.hint(lang.text(note));
    let header = rows.first().map_or(&[] as &[String], Vec::as_slice);
    sheet.header(header.iter().map(CellDoc::header).collect());
    let points = header.iter().position(|column| Word::Points.matches(&text::header_key(column)));
    let top = sheet.next_row();
    for row in rows.iter().skip(1) {
        let cell = |(at, value): (usize, &'r String)| {
            if Some(at) == points { CellDoc::filled(value, Style::Center) } else { CellDoc::text(value) }
        };
        sheet.row(row.iter().enumerate().map(cell).collect());
    }
    if let Some((column, allow)) = words {
        // Space for rows to be added below.
        let cells = Block::column(top, sheet.next_row() + 500, column);
        sheet.filling.checks.push(Check::new(cells, allow, lang.text("form.error.list")));
    }
    sheet.filling.widths = (0..header.len()).map(|column| (column, 9)).collect();
    Document::new(name, Fonts::of(lang), vec![sheet.finish()]).to_be(Purpose::Table)
}

/// The checked model and roster of a bundled project, as the program will read them from its files.
///
/// # Panics
/// If a bundled text is invalid, which a test excludes.
pub fn checked(lang: Lang, roster: &Rows, hash: String) -> (Model, Roster) {
    let file = FileId(0);
    let tables = read::tables_of_text(&csv_of(&indicators(lang)), Role::Indicators);
    let table = Some((file, read::indicators::rows(&tables)));
    let (model, findings) = crate::model::load(ModelDraft { text: model_text(lang), file, table, hash });
    let faulty = findings.iter().any(|finding| finding.severity == Severity::Error);
    assert!(!faulty, "the bundled model has no errors: {findings:?}");
    let model = model.expect("a model without errors is given");
    let tables = read::tables_of_text(&csv_of(roster), Role::Roster);
    let (mut roster, findings) = crate::check::roster::check(&tables, &crate::check::coefficients::all_columns(&model));
    assert!(findings.is_empty(), "the bundled roster has no faults: {findings:?}");
    let Roster { units, groups } = &mut roster;
    let assign = |said: &mut Findings<'_>| crate::check::schemes::assign(&model, units, groups, said);
    let ((), findings) = Findings::gather(assign);
    assert!(findings.is_empty(), "every unit of the bundled roster has its scheme: {findings:?}");
    (model, roster)
}

/// The input folders of a project.
pub fn folders(model: &Model) -> Vec<String> {
    let mut folders: Vec<String> =
        ["self-reports", "verified", "registers", "ledgers"].iter().map(|folder| (*folder).to_owned()).collect();
    for component in &model.components {
        let id = &component.id;
        match &component.kind {
            ComponentKind::Indicators => {}
            ComponentKind::Ballots(rules) => {
                for class in &rules.classes {
                    folders.push(format!("ballots/{id}/{}", class.id));
                    folders.push(format!("tallies/{id}/{}", class.id));
                }
            }
            ComponentKind::Given(_) => folders.push(format!("given/{id}")),
        }
    }
    folders
}

/// The scripts to double-click: a file name without extension, and the command it runs.
pub fn starters(lang: Lang) -> [(&'static str, &'static str); 2] {
    [(lang.text("init.file.check"), "check"), (lang.text("init.file.score"), "score")]
}

/// The text of a script for Windows: ASCII only, whatever the console's code page is. It runs the program that is found on
/// PATH or beside the script, else the one that cargo installed, and says how to get one where there is none.
pub fn batch(command: &str) -> String {
    let missing = Lang::En.text("init.not_installed");
    let lines = [
        "@echo off",
        "chcp 65001 >nul",
        "cd /d \"%~dp0\"",
        &format!("title assess {command}"),
        "set \"PROGRAM=assess\"",
        "where assess >nul 2>nul && goto run",
        "set \"PROGRAM=%USERPROFILE%\\.cargo\\bin\\assess.exe\"",
        "if exist \"%PROGRAM%\" goto run",
        &format!("echo {missing}"),
        "goto end",
        ":run",
        &format!("\"%PROGRAM%\" {command}"),
        ":end",
        "echo.",
        "pause",
    ];
    lines.map(|line| format!("{line}\r\n")).concat()
}

/// The text of a script for other systems, as [`batch`]. It uses nothing but the shell itself.
pub fn shell(lang: Lang, command: &str) -> String {
    let missing = lang.text("init.not_installed");
    format!(
        "#!/bin/sh\n\
         case $0 in */*) cd \"${{0%/*}}\" || exit 2 ;; esac\n\
         for program in assess \"$HOME/.cargo/bin/assess\"; do\n\
         \x20   command -v \"$program\" >/dev/null 2>&1 && exec \"$program\" {command}\n\
         done\n\
         echo '{missing}' >&2\n\
         exit 127\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_projects_are_sound_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            for count in [6, 24, 60] {
                let (model, roster) = checked(lang, &demo_roster(lang, count), String::new());
                assert_eq!(roster.units.len(), count);
                assert_eq!((model.tree.leaves.len(), model.tree.cells.len()), (12, 6));
            }
            let (model, roster) = checked(lang, &example_roster(lang), String::new());
            assert_eq!((roster.units.len(), model.language), (3, lang));
        }
    }

    #[test]
    fn both_languages_have_the_same_numbers() {
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| checked(lang, &example_roster(lang), String::new()).0);
        for (a, b) in zh.tree.leaves.iter().zip(&en.tree.leaves) {
            assert_eq!((&a.code, &a.points, a.rule.name()), (&b.code, &b.points, b.rule.name()));
        }
        assert_eq!(zh.caps.len(), en.caps.len());
        assert_eq!(zh.adjustments.kinds.len(), en.adjustments.kinds.len());
        let weights = |model: &Model| model.components.iter().map(|c| c.weight.0.clone()).collect::<Vec<_>>();
        assert_eq!(weights(&zh), weights(&en));
    }

    #[test]
    fn starters_are_plain_ascii() {
        assert!(batch("check").is_ascii() && batch("check").contains("chcp 65001"));
        assert!(shell(Lang::En, "score").contains("exec \"$program\" score\n"));
        // Signs that mean something to the shells may not stand in what they echo.
        for lang in [Lang::Zh, Lang::En] {
            let missing = lang.text("init.not_installed");
            assert!(!missing.contains(['\'', '"', '&', '|', '<', '>', '%', '^', '(', ')']), "{missing}");
        }
    }
}
