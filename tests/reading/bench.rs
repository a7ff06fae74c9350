//! The minimal example with some of its cells replaced, run in this process.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use assess::pipeline;
use assess::read::{Project, worker};
use assess::shared::finding::{Message, Severity};
use assess::shared::i18n::Lang;
use tempfile::TempDir;

/// The self-report of the first unit. 核定值 of 1.1, 2.1 and 3.1 stand in H4, H5 and H6: 2, 96 and B.
pub(crate) const U01: &str = "self-reports/U01-市图书馆-自评表.xlsx";

/// A copy of the minimal example.
pub(crate) struct Bench(TempDir);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) messages: Vec<Message>,
    /// Totals by unit; empty if something is rejected.
    pub(crate) totals: BTreeMap<String, String>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        worker::use_program(PathBuf::from(env!("CARGO_BIN_EXE_assess")));
        let folder = tempfile::tempdir().unwrap();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal");
        for entry in walkdir::WalkDir::new(&example).into_iter().map(Result::unwrap) {
            let below = entry.path().strip_prefix(&example).unwrap();
            let target = folder.path().join(below);
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(target).unwrap();
            } else if !below.starts_with("results") && !below.starts_with("feedback") {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
        Self(folder)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, bytes: &[u8]) -> &Self {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// The example without its ballots, which are R1 好好较好, R2 较好好一般, R3 弃权较好较好, R4 好较好一般.
    pub(crate) fn unrated() -> Self {
        let bench = Self::new();
        std::fs::remove_dir_all(bench.path("ballots")).unwrap();
        bench
    }

    /// Changes a part of a workbook.
    pub(crate) fn part(&self, below: &str, part: &str, edit: impl FnOnce(String) -> String) -> &Self {
        let bytes = std::fs::read(self.path(below)).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut edit = Some(edit);
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = Vec::new();
            file.read_to_end(&mut text).unwrap();
            if name == part {
                let edited = edit.take().unwrap()(String::from_utf8(text).unwrap());
                text = edited.into_bytes();
            }
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(&text).unwrap();
        }
        assert!(edit.is_none(), "{below} has no {part}");
        self.write(below, &writer.finish().unwrap().into_inner())
    }

    /// Adds a part to a workbook.
    pub(crate) fn add(&self, below: &str, part: &str, text: &str) -> &Self {
        let bytes = std::fs::read(self.path(below)).unwrap();
        let mut writer = zip::ZipWriter::new_append(Cursor::new(bytes)).unwrap();
        writer.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        self.write(below, &writer.finish().unwrap().into_inner())
    }

    /// Writes a workbook of one sheet of texts: its rows, with `|` between cells.
    pub(crate) fn book(&self, below: &str, rows: &[&str]) -> &Self {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in rows.iter().enumerate() {
            for (col, cell) in cells.split('|').enumerate() {
                sheet.write(u32::try_from(row).unwrap(), u16::try_from(col).unwrap(), cell).unwrap();
            }
        }
        self.write(below, &book.save_to_buffer().unwrap())
    }

    /// Changes the only sheet of a workbook.
    pub(crate) fn sheet(&self, below: &str, edit: impl FnOnce(String) -> String) -> &Self {
        self.part(below, "xl/worksheets/sheet1.xml", edit)
    }

    /// Replaces the only text of a sheet by another one.
    pub(crate) fn replace(&self, below: &str, old: &str, new: &str) -> &Self {
        self.sheet(below, |xml| {
            assert_eq!(xml.matches(old).count(), 1, "{old} stands once");
            xml.replace(old, new)
        })
    }

    /// Replaces a cell by attributes and content: `t="str"`, `<v>96</v>`.
    pub(crate) fn cell(&self, below: &str, cell: &str, attributes: &str, content: &str) -> &Self {
        self.sheet(below, |xml| {
            let start = xml.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("{cell}"));
            let tail = &xml[start..];
            let close = tail.find('>').unwrap();
            let length =
                if tail[..close].ends_with('/') { close + 1 } else { tail.find("</c>").unwrap() + "</c>".len() };
            format!("{}<c r=\"{cell}\" {attributes}>{content}</c>{}", &xml[..start], &tail[length..])
        })
    }

    /// Replaces a cell by a text.
    pub(crate) fn text(&self, below: &str, cell: &str, text: &str) -> &Self {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let content = format!("<is><t xml:space=\"preserve\">{text}</t></is>");
        self.cell(below, cell, "t=\"inlineStr\"", &content)
    }

    /// Adds a style and gives its number: a font, and a number format by its code.
    pub(crate) fn style(&self, below: &str, font: &str, format: &str) -> usize {
        let mut number = 0;
        self.part(below, "xl/styles.xml", |xml| {
            let mut xml = if xml.contains("<numFmts") {
                xml
            } else {
                xml.replacen("<fonts", "<numFmts count=\"0\"></numFmts><fonts", 1)
            };
            let code = format.replace('&', "&amp;").replace('"', "&quot;");
            let format = format!("<numFmt numFmtId=\"190\" formatCode=\"{code}\"/></numFmts>");
            xml = xml.replacen("</numFmts>", &format, 1);
            let fonts = xml[xml.find("<fonts").unwrap()..xml.find("</fonts>").unwrap()].matches("<font>").count();
            xml = xml.replacen("</fonts>", &format!("<font>{font}</font></fonts>"), 1);
            let list = &xml[xml.find("<cellXfs").unwrap()..xml.find("</cellXfs>").unwrap()];
            number = list.matches("<xf ").count();
            let style =
                format!("<xf numFmtId=\"190\" fontId=\"{fonts}\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>");
            xml.replacen("</cellXfs>", &style, 1)
        });
        number
    }

    pub(crate) fn run(&self) -> Ran {
        let root = self.0.path();
        match pipeline::prepare(Project::find(root).unwrap()).unwrap() {
            Err(stopped) => {
                let messages = stopped.findings.iter().map(|f| f.say(Lang::Zh, &stopped.files)).collect();
                Ran { messages, totals: BTreeMap::new() }
            }
            Ok(prepared) => {
                let computed = pipeline::compute(prepared).unwrap();
                let (outcome, ..) = computed.outcome("v001", None, false);
                let totals = outcome.units.iter().map(|u| (u.roster.code.clone(), u.total.clone().unwrap_or_default()));
                let totals = if computed.is_rejected(false) { BTreeMap::new() } else { totals.collect() };
                let messages = computed.findings.iter().map(|f| f.say(Lang::Zh, &computed.files)).collect();
                Ran { messages, totals }
            }
        }
    }
}

impl Ran {
    /// Fails unless all three units have the totals of the example, which all ballots of the example give.
    #[track_caller]
    pub(crate) fn right(&self) -> &Self {
        assert_eq!(self.errors(), [""; 0], "{:#?}", self.messages);
        let totals: Vec<(&str, &str)> = self.totals.iter().map(|(unit, total)| (&**unit, &**total)).collect();
        assert_eq!(totals, [("U01", "93.33"), ("U02", "93.00"), ("U03", "71.20")], "{:#?}", self.messages);
        self
    }

    /// Findings that wait for people, as code and cell.
    pub(crate) fn pending(&self) -> Vec<String> {
        self.list(Severity::Pending)
    }

    fn list(&self, severity: Severity) -> Vec<String> {
        let own = self.messages.iter().filter(|message| message.severity == severity);
        own.map(|m| format!("{} {}", m.code, m.cell.as_deref().unwrap_or("")).trim_end().to_owned()).collect()
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.list(Severity::Error)
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.list(Severity::Warning)
    }

    /// Fails unless these are all errors, as code and cell, and nothing is scored.
    #[track_caller]
    pub(crate) fn rejected(&self, errors: &[&str]) -> &Self {
        assert_eq!(self.errors(), errors, "{:#?}", self.messages);
        assert!(self.totals.is_empty());
        self
    }

    /// Fails unless the first unit has a total and these are all warnings.
    #[track_caller]
    pub(crate) fn scored(&self, total: &str, warnings: &[&str]) -> &Self {
        assert_eq!(self.errors(), [""; 0], "{:#?}", self.messages);
        assert_eq!(self.totals.get("U01").map(String::as_str), Some(total), "{:#?}", self.messages);
        assert_eq!(self.warnings(), warnings, "{:#?}", self.messages);
        self
    }

    /// The first finding of a code.
    #[track_caller]
    pub(crate) fn first(&self, code: &str) -> &Message {
        self.messages.iter().find(|m| m.code == code).unwrap_or_else(|| panic!("no {code}: {:#?}", self.messages))
    }
}
