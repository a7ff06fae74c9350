//! Lists as csv for programs or as a Markdown table for documents, from the same rows.
//!
//! Everything that makes up an output format is in this file: a further one is a value of [`Format`] and the function
//! that writes a [`Listing`] in it.

use anyhow::Context as _;
use serde::Serialize;

use super::csv::{fields, record};
use crate::shared::i18n::Lang;
use crate::shared::text::printable;
use crate::shared::words::words;

words! {
    /// How results are printed.
    pub enum Format {
        /// Text for reading in a terminal.
        Table = "table",
        /// A document with a schema.
        Json = "json",
        /// Rows with the keys of their columns.
        Csv = "csv",
        /// A table to be pasted into minutes or an issue, with columns named in the user's language.
        Markdown = "markdown",
    }
}

/// How a list is written in a format.
type Writer = fn(&Listing, Lang) -> anyhow::Result<String>;

impl Format {
    /// How lists are written in this format; none if the format has no lists.
    const fn writer(self) -> Option<Writer> {
        match self {
            Self::Table | Self::Json => None,
            Self::Csv => Some(Listing::csv),
            Self::Markdown => Some(Listing::markdown),
        }
    }
}

/// Rows under columns.
pub struct Listing {
    columns: Vec<&'static str>,
    rows: Vec<::csv::StringRecord>,
}

impl Listing {
    /// An empty list; its columns are given by key, separated by commas.
    pub fn new(columns: &'static str) -> Self {
        Self { columns: columns.split(',').map(str::trim).collect(), rows: Vec::new() }
    }

    /// A list of given rows.
    ///
    /// # Errors
    /// If a row is not a list of texts and numbers, which its type excludes.
    pub fn of<R: Serialize>(columns: &'static str, rows: impl IntoIterator<Item = R>) -> anyhow::Result<Self> {
        let mut listing = Self::new(columns);
        rows.into_iter().try_for_each(|row| listing.row(row))?;
        Ok(listing)
    }

    /// Without the columns of grades, unless there are any.
    #[must_use]
    pub fn graded(mut self, has_grades: bool) -> Self {
        let names = ["grade", "old_grade", "new_grade", "grade_old", "grade_new", "grade_move"];
        let is_kept = |name: &&str| has_grades || !names.contains(name);
        let kept: Vec<bool> = self.columns.iter().map(is_kept).collect();
        for row in self.rows.iter_mut().filter(|_| !has_grades) {
            *row = row.iter().zip(&kept).filter(|(_, keep)| **keep).map(|(field, _)| field).collect();
        }
        self.columns.retain(is_kept);
        self
    }

    /// Adds a row: its texts and numbers in serialisation order.
    ///
    /// # Errors
    /// If it is not a list of texts and numbers, which its type excludes.
    pub fn row(&mut self, row: impl Serialize) -> anyhow::Result<()> {
        let row = fields(row)?;
        debug_assert_eq!(row.len(), self.columns.len(), "{:?}: {row:?}", self.columns);
        self.rows.push(row);
        Ok(())
    }

    /// The list written in a format.
    ///
    /// # Errors
    /// If the format has no lists.
    pub fn text(&self, format: Format, lang: Lang) -> anyhow::Result<String> {
        let write = format.writer().with_context(|| format!("{format} has no lists"))?;
        write(self, lang)
    }

    /// RFC 4180, without fields that a spreadsheet would execute.
    fn csv(&self, _: Lang) -> anyhow::Result<String> {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            record(&mut writer, row)?;
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }

    /// A table as shown by GitHub, GitLab and most editors. Text from inputs remains text: characters that would be
    /// read as Markdown are escaped, and a line break becomes a blank.
    fn markdown(&self, lang: Lang) -> anyhow::Result<String> {
        let mut text = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            text.push('|');
            for cell in cells {
                text.push(' ');
                text.push_str(&cell);
                text.push_str(if cell.is_empty() { "|" } else { " |" });
            }
            text.push('\n');
        };
        line(&mut self.columns.iter().map(|key| escaped(lang.text(&format!("column.{key}")))));
        line(&mut self.columns.iter().map(|_| "---".to_owned()));
        for row in &self.rows {
            line(&mut row.iter().map(escaped));
        }
        Ok(text)
    }
}

/// A text escaped so that Markdown shows it unchanged.
fn escaped(text: &str) -> String {
    const MARKS: &str = "\\|*_`<>[]~#&!";
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(one_line.len());
    for c in printable(&one_line).chars() {
        if MARKS.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_the_same_rows_in_every_format() -> anyhow::Result<()> {
        let rows = [("U01", Some("市图书馆"), 93), ("U02", None, 7)];
        let listing = Listing::of("code,name,total", rows)?;
        assert_eq!(listing.text(Format::Csv, Lang::En)?, "code,name,total\nU01,市图书馆,93\nU02,,7\n");
        let table = "| code | name | total |\n| --- | --- | --- |\n| U01 | 市图书馆 | 93 |\n| U02 | | 7 |\n";
        assert_eq!(listing.text(Format::Markdown, Lang::En)?, table);
        assert!(listing.text(Format::Table, Lang::En).is_err() && listing.text(Format::Json, Lang::En).is_err());
        Ok(())
    }

    #[test]
    fn text_of_inputs_is_no_markdown() {
        assert_eq!(escaped("a|b*c_d`<b>[x](y)\n#1"), "a\\|b\\*c\\_d\\`\\<b\\>\\[x\\](y) \\#1");
        assert_eq!(escaped("93.33%"), "93.33%");
    }
}
