//! What `verify` prints: per version what was looked at, the first difference of each file and kind, and how many more.

use super::{Report, Verified};
use crate::app::terminal::Terminal;
use crate::cli::{Format, Invocation, Talk};
use crate::i18n::Lang;
use crate::verify::{Difference, Kind};
use crate::write::csv::harmless;

/// Prints the report.
pub(super) fn print(report: &Report, invocation: &Invocation, terminal: &Terminal) -> anyhow::Result<()> {
    match invocation.format {
        Format::Json => terminal.print(&String::from_utf8(crate::write::json::bytes(report)?)?),
        Format::Csv => terminal.print(&csv(report)?),
        Format::Table => terminal.print(&text(report, invocation.talk, terminal.lang)),
    }
    Ok(())
}

fn text(report: &Report, talk: Talk, lang: Lang) -> String {
    let mut lines = Vec::new();
    for version in &report.versions {
        about(version, talk, lang, &mut lines);
        differences(&version.differences, talk, lang, &mut lines);
    }
    let chain = &report.chain;
    if talk != Talk::Quiet {
        let values = [("n", chain.versions.len().to_string()), ("states", chain.states.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        lines.push(lang.fill("verify.chain", &values));
    }
    differences(&chain.differences, talk, lang, &mut lines);
    let feedback = &report.feedback;
    if talk != Talk::Quiet && !feedback.folders.is_empty() {
        let counts = [feedback.folders.len(), feedback.files].map(|count| count.to_string());
        lines.push(lang.fill("verify.feedback", &[("n", &counts[0]), ("files", &counts[1])]));
    }
    differences(&feedback.differences, talk, lang, &mut lines);
    lines.push(lang.text(if report.ok { "verify.ok" } else { "verify.differs" }).to_owned());
    lines.join("\n") + "\n"
}

/// What was looked at.
fn about(version: &Verified, talk: Talk, lang: Lang, lines: &mut Vec<String>) {
    if talk == Talk::Quiet {
        return;
    }
    let inputs = &version.inputs;
    let counts =
        [version.files, inputs.same, inputs.changed.len(), inputs.gone.len(), inputs.new.len(), version.numbers]
            .map(|count| count.to_string());
    let values: Vec<(&str, &str)> = ["files", "same", "changed", "gone", "new", "numbers"]
        .into_iter()
        .zip(counts.iter().map(String::as_str))
        .collect();
    let named = [values.as_slice(), &[("version", version.version.as_str())]].concat();
    lines.push(lang.fill("verify.version", &named));
    let key = match version.from_files {
        "same" => "verify.files.same",
        "differs" => "verify.files.differs",
        "rejected" => "verify.files.rejected",
        _ => "verify.files.impossible",
    };
    lines.push(format!("  {}", lang.text(key)));
}

/// The first difference of each file and kind, and how many more; all of them if everything is asked for.
fn differences(all: &[Difference], talk: Talk, lang: Lang, lines: &mut Vec<String>) {
    for same in all.chunk_by(|a, b| a.kind == b.kind && (a.file == b.file || is_input(a.kind))) {
        let shown = if talk == Talk::Verbose || is_input(same[0].kind) { same.len() } else { 1 };
        lines.extend(same.iter().take(shown).map(|difference| format!("  {}", line(difference, lang))));
        if same.len() > shown {
            let rest = (same.len() - shown).to_string();
            lines.push(format!("    {}", lang.fill("verify.more", &[("n", &rest)])));
        }
    }
}

const fn is_input(kind: Kind) -> bool {
    matches!(kind, Kind::InputChanged | Kind::InputGone | Kind::InputNew)
}

fn line(difference: &Difference, lang: Lang) -> String {
    let key = match difference.kind {
        Kind::Manifest => "verify.manifest",
        Kind::Missing => "verify.missing",
        Kind::Added => "verify.added",
        Kind::Changed => "verify.changed",
        Kind::Resaved => "verify.resaved",
        Kind::Cell => "verify.cell",
        Kind::Value => "verify.value",
        Kind::Chain => "verify.link",
        Kind::State => match difference.found.as_str() {
            "lost" => "verify.state.lost",
            "torn" => "verify.state.torn",
            "unreadable" => "verify.state.unreadable",
            "no-version" => "verify.state.no-version",
            "other-manifest" => "verify.state.other-manifest",
            _ => "verify.state.broken",
        },
        Kind::Number => "verify.number",
        Kind::Recomputed => "verify.recomputed",
        Kind::InputChanged => "verify.input.changed",
        Kind::InputGone => "verify.input.gone",
        Kind::InputNew => "verify.input.new",
    };
    let values = [
        ("file", difference.file.as_str()),
        ("place", &difference.place),
        ("found", &difference.found),
        ("expected", &difference.expected),
    ];
    let values = values.map(|(name, value)| (name, crate::text::printable(value)));
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    lang.fill(key, &values)
}

/// Every difference as a row.
fn csv(report: &Report) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["version", "kind", "file", "place", "found", "expected"])?;
    let of_versions = report.versions.iter().flat_map(|v| v.differences.iter().map(move |d| (v.version.as_str(), d)));
    for (version, difference) in
        of_versions.chain(report.chain.differences.iter().chain(&report.feedback.differences).map(|d| ("", d)))
    {
        let kind = serde_json::to_value(difference.kind)?;
        writer.write_record([
            version.to_owned(),
            kind.as_str().unwrap_or_default().to_owned(),
            harmless(&difference.file),
            harmless(&difference.place),
            harmless(&difference.found),
            harmless(&difference.expected),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
