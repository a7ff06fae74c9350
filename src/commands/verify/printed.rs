//! The output of `verify`: per version what was examined, the first difference of each file and kind, and how many
//! more.

use super::seals::{Asked, Belongs};
use super::{Report, Verified};
use crate::cli::Talk;
use crate::commands::terminal::Terminal;
use crate::result::verify::{Difference, DifferenceKind};
use crate::shared::i18n::{Lang, say};
use crate::shared::text::printable;
use crate::write::listing::Listing;

/// Prints the report.
pub(super) fn print(report: &Report<'_>, terminal: &Terminal) -> anyhow::Result<()> {
    terminal.answer(report, || list(report), || text(report, terminal.talk, terminal.lang))
}

fn text(report: &Report<'_>, talk: Talk, lang: Lang) -> String {
    let mut lines = Vec::new();
    lines.extend(report.seal.as_ref().map(|asked| seal(asked, lang)));
    for version in &report.versions {
        about(version, talk, lang, &mut lines);
        let program = version.other_program.as_ref();
        lines.extend(program.map(|program| other_program(version.version, program, lang)));
        differences(&version.differences, talk, lang, &mut lines);
        if version.has_other_inputs() || (talk != Talk::Quiet && !version.input_differences.is_empty()) {
            let key = if version.current { "verify.inputs" } else { "verify.inputs.earlier" };
            lines.push(format!("  {}", lang.text(key)));
            differences(&version.input_differences, talk, lang, &mut lines);
        }
    }
    let chain = &report.chain;
    if talk != Talk::Quiet {
        let versions = chain.versions.len();
        lines.push(say!(lang, "verify.log", n = versions, lines = chain.lines, states = chain.states));
    }
    differences(chain.differences, talk, lang, &mut lines);
    handed_out(report, talk, lang, &mut lines);
    let key = match (report.version_differs, report.inputs_differ) {
        (false, false) => "verify.ok",
        (false, true) => "verify.inputs_only",
        (true, _) => "verify.differs",
    };
    lines.push(lang.text(key).to_owned());
    lines.join("\n") + "\n"
}

/// Letters and forms.
fn handed_out(report: &Report<'_>, talk: Talk, lang: Lang, lines: &mut Vec<String>) {
    let feedback = &report.feedback;
    if talk != Talk::Quiet && !feedback.folders.is_empty() {
        let (folders, again) = (feedback.folders.len(), feedback.made_again);
        lines.push(say!(lang, "verify.feedback", n = folders, files = feedback.files, again));
    }
    lines.extend(feedback.other_programs.iter().map(|(folder, program)| other_program(folder, program, lang)));
    if talk != Talk::Quiet {
        let elsewhere = feedback.elsewhere.iter().map(|folder| printable(folder));
        lines.extend(elsewhere.map(|folder| format!("  {}", say!(lang, "verify.feedback.elsewhere", folder))));
    }
    differences(&feedback.differences, talk, lang, lines);
    if talk == Talk::Quiet {
        return;
    }
    for forms in &report.forms {
        let folder = printable(forms.folder);
        lines.push(say!(lang, forms.standing.word(), folder, n = forms.files));
    }
}

/// What a seal belongs to.
fn seal(asked: &Asked, lang: Lang) -> String {
    match &asked.belongs {
        None => say!(lang, "verify.seal.none", seal = asked.seal),
        Some(Belongs::Content { version }) => say!(lang, "verify.seal.content", seal = asked.seal, version),
        Some(Belongs::Letters { folder }) => {
            say!(lang, "verify.seal.letters", seal = asked.seal, folder = printable(folder))
        }
        Some(Belongs::State { version, state, date, document, line, later }) => {
            let (seal, document) = (&asked.seal, printable(document.as_deref().unwrap_or("—")));
            let state = lang.text(state.word());
            let key = if *later == 0 { "verify.seal.state" } else { "verify.seal.state.later" };
            say!(lang, key, seal, version, state, date, document, line, later)
        }
    }
}

/// What was examined.
fn about(version: &Verified<'_>, talk: Talk, lang: Lang, lines: &mut Vec<String>) {
    if talk == Talk::Quiet {
        return;
    }
    let Verified { version: name, files, numbers, inputs, .. } = version;
    let [changed, gone, new] = [inputs.changed.len(), inputs.gone.len(), inputs.new.len()];
    let same = inputs.same;
    lines.push(say!(lang, "verify.version", version = name, files, same, changed, gone, new, numbers));
    if let Some(seal) = &version.seal {
        lines.push(format!("  {}", say!(lang, "verify.seal", seal)));
    }
    lines.push(format!("  {}", lang.text(version.from_files.word())));
}

/// A warning that something was written by another program, printed in every mode.
fn other_program(name: &str, program: &str, lang: Lang) -> String {
    let [name, program] = [name, program].map(printable);
    format!("  {}", say!(lang, "verify.other_program", name, program))
}

/// The first difference of each file and kind, and how many more; all of them when verbose.
fn differences(all: &[Difference], talk: Talk, lang: Lang, lines: &mut Vec<String>) {
    for same in all.chunk_by(|a, b| a.kind == b.kind && (a.file == b.file || is_input(a.kind))) {
        let shown = if talk == Talk::Verbose || is_input(same[0].kind) { same.len() } else { 1 };
        lines.extend(same.iter().take(shown).map(|difference| format!("  {}", line(difference, lang))));
        if same.len() > shown {
            let rest = same.len() - shown;
            lines.push(format!("    {}", say!(lang, "verify.more", n = rest)));
        }
    }
}

const fn is_input(kind: DifferenceKind) -> bool {
    matches!(kind, DifferenceKind::InputChanged | DifferenceKind::InputGone | DifferenceKind::InputNew)
}

/// The word for what is wrong with a line of the log.
fn state_word(found: &str) -> &'static str {
    match found {
        "lost" => "verify.state.lost",
        "torn" => "verify.state.torn",
        "unreadable" => "verify.state.unreadable",
        "no-version" => "verify.state.no-version",
        "other-manifest" => "verify.state.other-manifest",
        _ => "verify.state.broken",
    }
}

fn line(difference: &Difference, lang: Lang) -> String {
    let key = match difference.kind {
        DifferenceKind::State => state_word(&difference.found),
        kind => kind.word(),
    };
    let Difference { file, place, found, expected, .. } = difference;
    let [file, place, found, expected] = [file, place, found, expected].map(|own| printable(own));
    say!(lang, key, file, place, found, expected)
}

/// Every difference as a row.
fn list(report: &Report<'_>) -> anyhow::Result<Listing> {
    let of_versions = report.versions.iter().flat_map(|version| {
        let differences = version.differences.iter().chain(&version.input_differences);
        differences.map(|difference| (version.version, difference))
    });
    let others = report.chain.differences.iter().chain(&report.feedback.differences).map(|own| ("", own));
    let rows = of_versions
        .chain(others)
        .map(|(version, own)| (version, own.kind, &own.file, &own.place, &own.found, &own.expected));
    Listing::of("version,kind,file,place,found,expected", rows)
}
