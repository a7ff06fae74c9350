//! From the text of `assess.toml` and the indicator table to a checked [`Model`].

use std::collections::{BTreeMap, BTreeSet};

use super::ballot::Rates;
use super::condition::Names;
use super::controls;
use super::policy::CommonRule;
use super::scheme::{self, Unmatched};
use super::toml::{Section, Source};
use super::tree::{Branch, IndicatorRow, SchemeRows, Tree, Wanted};
use super::{
    Component, ComponentKind, GivenRules, Inapplicable, Limits, Model, PeriodDrop, PeriodRules, Periods, RankScope,
    ScoreScale, TailRules, adjustment, award, ballot, grade, policy, rate_limit, tree, values,
};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings, Severity, any};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Percent, Points, Shortening};
use crate::shared::place::folders::is_output_folder;
use crate::shared::place::{FileId, Place};
use crate::shared::text;

/// A model as written: the text of the model file and, if there is one, the rows of the indicator table.
pub struct ModelDraft<'t> {
    /// Text of `assess.toml`.
    pub text: &'t str,
    /// The id of the model file.
    pub file: FileId,
    /// Rows of the indicator table, if the project has one.
    pub table: Option<(FileId, Vec<IndicatorRow>)>,
    /// SHA-256 over the model file and the indicator table.
    pub hash: String,
}

/// Checks a model; returns it only if no error was found.
pub fn load(draft: ModelDraft<'_>) -> (Option<Model>, Vec<Finding>) {
    let source = Source::new(draft.text, draft.file);
    let table = source.parse();
    controls::refuse(&source, table.get_ref());
    let root = Section::root(&source, &table);
    let values = values::values(table.get_ref(), draft.table.as_ref().map(|(_, rows)| rows.as_slice()));
    let model = Model { values, ..build(root, draft) };
    let findings = source.into_findings();
    let sound = !any(&findings, Severity::Error);
    (sound.then_some(model), findings)
}

fn build(root: Section<'_, '_>, draft: ModelDraft<'_>) -> Model {
    let assessment = root.section("assessment");
    let (title, period, issuer) =
        (assessment.text("title"), assessment.text("period"), assessment.opt_text("issuer").unwrap_or_default());
    let declared_language = assessment.choice("language", LANGUAGES, None);
    let as_of = load_date(&assessment, "as_of");
    let secrecy = assessment.flag("secrecy", true);
    assessment.finish();
    let score = load_score(&root);
    let unmatched = Unmatched::load(&root);
    let sections = root.sections("scheme");
    let wanted = Wanted {
        codes: sections.iter().map(|section| section.text("code")).collect(),
        base: unmatched == Unmatched::Base && !sections.is_empty(),
    };
    let (tree, rows) = load_tree(&root, draft.table, &wanted);
    let nodes = Nodes {
        aspects: !tree.aspects.is_empty(),
        // Rows that could not be read are there all the same.
        indicators: !tree.leaves.is_empty() || !rows.is_whole,
    };
    let (mut components, limits) = load_components(&root, nodes);
    let adjustments = adjustment::load(&root);
    let has_schemes = !sections.is_empty();
    let names = Names { tree: &tree, components: &components, adjustments: &adjustments, has_schemes };
    let limits: Vec<_> = limits.into_iter().map(|own| rate_limit::load(own, &names)).collect();
    components.iter_mut().zip(limits).for_each(|(component, own)| component.limits = own);
    let names = Names { tree: &tree, components: &components, adjustments: &adjustments, has_schemes };
    let mut grades = grade::load_grades(&root, &score.min);
    let caps = grade::load_caps(&root, &grades, &names);
    let promotions = grade::load_promotions(&root, &grades, &names);
    let rank = grade::load_rank(&root, &names, &grades);
    grade::check_needed(&root, &grades);
    let awards = award::load(&root, &rank, &names);
    policy::load_consequences(&root, &mut grades);
    let language = declared_language.unwrap_or(Lang::Zh);
    let parts = scheme::Parts { tree: &tree, components: &components, grades: &grades, language };
    let schemes = scheme::load(&root, sections, rows, &parts);
    if rank.scope == RankScope::Scheme && !schemes.is_empty() {
        for quota in grades.iter_mut().filter_map(|grade| grade.quota.as_mut()) {
            quota.find_schemes(&root, &schemes);
        }
    }
    let model = Model {
        title,
        period,
        issuer,
        language: declared_language.unwrap_or(Lang::Zh),
        declared_language,
        as_of,
        secrecy,
        score,
        self_report: policy::load_self_report(&root),
        over_claim: policy::load_over_claim(&root),
        common_problem: load_common(&root),
        progress_places: load_count(&root, "progress", "places"),
        appeal_days: load_count(&root, "appeal", "days"),
        calendar: root.text_pairs("calendar"),
        carry_over: load_carry_over(&root),
        feedback: policy::load_feedback(&root),
        fonts: policy::load_fonts(&root),
        history: load_list(&root, "history", "previous"),
        outside_raters: load_list(&root, "raters", "outside"),
        limits: load_limits(&root),
        checks: policy::load_checks(&root),
        hash: draft.hash,
        values: BTreeMap::new(),
        tree,
        components,
        schemes,
        adjustments,
        grades,
        caps,
        promotions,
        rank,
        awards,
    };
    root.finish();
    model
}

const LANGUAGES: &[(&str, Option<Lang>)] = &[("zh", Some(Lang::Zh)), ("en", Some(Lang::En))];

/// The language that a model file declares, even if other parts of it are faulty.
pub fn declared_language(text: &str) -> Option<Lang> {
    let source = Source::new(text, FileId(0));
    let table = source.parse();
    let root = Section::root(&source, &table);
    root.section_or_empty("assessment").choice("language", LANGUAGES, None)
}

fn load_date(section: &Section<'_, '_>, key: &'static str) -> Option<jiff::civil::Date> {
    let text = section.opt_text(key)?;
    let date = text.parse().ok();
    if date.is_none() {
        section.reject(key, text, "2026-01-20");
    }
    date
}

fn load_score(root: &Section<'_, '_>) -> ScoreScale {
    let section = root.section_or_empty("score");
    let points = |key: &'static str, default: i64| Points(section.opt_number(key).unwrap_or_else(|| default.into()));
    let (full, min) = (points("full", 100), points("min", 0));
    let max = section.opt_number("max").map_or_else(|| full.clone(), Points);
    if !full.0.is_positive() {
        section.reject("full", &full.0, "> 0");
    }
    if min >= max {
        section.reject("max", &max.0, format!("> {min}"));
    }
    let scale = ScoreScale {
        full,
        min,
        max,
        decimals: section.opt_count("decimals", 10).unwrap_or(2),
        component_decimals: section.opt_count("component_decimals", 20),
        rounding: load_rounding(&section),
    };
    section.finish();
    scale
}

/// `rounding`: which way decimals are lost.
fn load_rounding(section: &Section<'_, '_>) -> Shortening {
    section.choice("rounding", &Shortening::WORDS, Shortening::HalfUp)
}

fn load_tree(
    root: &Section<'_, '_>,
    table: Option<(FileId, Vec<IndicatorRow>)>,
    wanted: &Wanted,
) -> (Tree, SchemeRows) {
    let lines = tree::load_lines(root);
    let aspects = tree::load_aspects(root);
    let own_rows = tree::load_rows(root, tree::Above { lines: !lines.is_empty(), aspects: !aspects.is_empty() });
    let has_own = root.has("indicator");
    let rows = match table {
        Some((file, _)) if has_own => {
            let finding = Finding::new(Code::E513).at(root.place_of("indicator")).also(Place::file(file));
            root.report(finding.with("what", Arg::Word("model.indicators_twice")));
            own_rows
        }
        Some((_, rows)) => rows,
        None => own_rows,
    };
    if rows.is_empty() && !lines.is_empty() {
        root.report(Finding::new(Code::E575).at(root.place_of("line")).found(&lines[0].code));
    }
    check_codes(root, &lines, &aspects);
    let upper: Vec<String> =
        lines.iter().map(|l| &l.code).chain(aspects.iter().map(|(a, _)| &a.code)).map(|c| text::key(c)).collect();
    let (built, findings) = Findings::gather(|findings| {
        for row in rows.iter().filter(|row| upper.contains(&text::key(&row.code.value))) {
            findings.add(Code::E507).at(row.code.at).found(&row.code.value);
        }
        tree::build(lines, aspects, rows, wanted, findings)
    });
    findings.into_iter().for_each(|f| root.report(f));
    built
}

/// Checks that all codes and names of lines and aspects differ; aspects may be named on ballots, so their names count
/// too.
fn check_codes(root: &Section<'_, '_>, lines: &[Branch], aspects: &[(Branch, Place)]) {
    let names = |pairs: Vec<(&String, &String)>, key: &'static str| {
        let mut seen: Vec<String> = Vec::new();
        for (code, name) in pairs {
            for word in [code, name] {
                let normal = text::key(word);
                root.refuse_if(seen.contains(&normal) && code != name && !normal.is_empty(), key, word);
                seen.push(normal);
            }
        }
    };
    names(lines.iter().map(|l| (&l.code, &l.name)).collect(), "line");
    names(aspects.iter().map(|(a, _)| (&a.code, &a.name)).collect(), "aspect");
}

/// What of the nodes that components measure a model has.
#[derive(Clone, Copy)]
struct Nodes {
    aspects: bool,
    indicators: bool,
}

/// The components, and the limits of each: their conditions name components, so they are read after all of these.
fn load_components<'s, 'a>(root: &Section<'s, 'a>, nodes: Nodes) -> (Vec<Component>, Vec<Vec<Section<'s, 'a>>>) {
    let (mut components, mut limits): (Vec<Component>, Vec<_>) = (Vec::new(), Vec::new());
    for section in root.sections("component") {
        let (component, is_known) = load_component(&section, nodes);
        let is_taken = components.iter().any(|c| text::key(&c.id) == text::key(&component.id));
        section.refuse_if(is_taken && !component.id.is_empty(), "id", &component.id);
        let second = matches!(component.kind, ComponentKind::Indicators)
            && components.iter().any(|c| matches!(c.kind, ComponentKind::Indicators));
        if second {
            let finding = Finding::new(Code::E514).at(section.place_of("kind"));
            section.report(finding.with("expected", Arg::Word("model.expected.one_indicators")));
        }
        components.push(component);
        limits.push(section.sections("limit"));
        // Which keys a component has depends on its kind.
        if is_known {
            section.finish();
        }
    }
    let sum: Exact = components.iter().map(|c| &c.weight.0).sum();
    if components.is_empty() {
        root.lacks("component");
    } else if sum != Exact::from(100) && components.iter().all(|c| c.weight.0.is_positive()) {
        let finding =
            Finding::new(Code::E505).at(root.place_of("component")).with("what", Arg::Word("model.component_weights"));
        root.report(finding.found(&sum));
    }
    (components, limits)
}

#[derive(Clone, Copy)]
enum KindWord {
    Indicators,
    Ballots,
    Given,
}

/// A component, and whether its kind is known.
fn load_component(section: &Section<'_, '_>, nodes: Nodes) -> (Component, bool) {
    let id = section.text("id");
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !id.is_empty() && (!id.chars().all(safe) || id.len() > 32) {
        section.reject("id", &id, "[A-Za-z0-9_-]{1,32}");
    }
    let weight = section.positive_share("weight").unwrap_or_else(Exact::zero);
    let inputs = section.has("inputs").then(|| section.texts("inputs"));
    for pattern in inputs.iter().flatten() {
        // Such patterns would match nothing without any message: only files below the project that are not outputs are
        // considered.
        let first = pattern.split('/').next().unwrap_or_default();
        let leads_out = ["", ".", ".."].contains(&first)
            || pattern.contains("..")
            || pattern.contains('\\')
            || first.ends_with(':');
        if globset::Glob::new(pattern).is_err() || leads_out || is_output_folder(first) {
            section.reject("inputs", pattern, "ballots/**");
        }
    }
    let words = [("indicators", KindWord::Indicators), ("ballots", KindWord::Ballots), ("given", KindWord::Given)];
    let word = section.required_choice("kind", &words);
    let kind = match word {
        Some(KindWord::Ballots) => ComponentKind::Ballots(Box::new(load_ballots(section, nodes))),
        Some(KindWord::Given) => ComponentKind::Given(load_given(section)),
        Some(KindWord::Indicators) => {
            needs_indicators(section, "kind", nodes);
            ComponentKind::Indicators
        }
        None => ComponentKind::Indicators,
    };
    let name = section.opt_text("name").unwrap_or_else(|| id.clone());
    let clause = section.opt_text("clause");
    let rounding = load_rounding(section);
    let tail = TailRules::load(section);
    let apart = load_apart(section, &kind);
    let weight = Percent(weight);
    let limits = Vec::new();
    (Component { id, name, weight, inputs, kind, rounding, limits, tail, apart, clause }, word.is_some())
}

/// `into_aspects = false`, which says something of a component only that measures the unit as a whole.
fn load_apart(section: &Section<'_, '_>, kind: &ComponentKind) -> bool {
    let apart = !section.flag("into_aspects", true);
    let measures_unit = match kind {
        ComponentKind::Indicators => false,
        ComponentKind::Ballots(rules) => rules.rates == Rates::Unit,
        ComponentKind::Given(_) => true,
    };
    if apart && !measures_unit {
        section.contradicts("into_aspects", "model.expected.of_unit");
    }
    apart
}

fn load_ballots(section: &Section<'_, '_>, nodes: Nodes) -> ballot::BallotRules {
    let rules = ballot::load(section);
    match rules.rates {
        Rates::Aspects if !nodes.aspects => {
            section.report(Finding::new(Code::E573).at(section.place_of("rates")).found("aspects"));
        }
        Rates::Unit | Rates::Aspects => {}
        Rates::Indicators => needs_indicators(section, "rates", nodes),
    }
    rules
}

/// A component that measures indicators needs some.
fn needs_indicators(section: &Section<'_, '_>, key: &'static str, nodes: Nodes) {
    if !nodes.indicators {
        let finding = Finding::new(Code::E513).at(section.place_of(key));
        section.report(finding.with("what", Arg::Word("model.indicators_none")));
    }
}

fn load_given(section: &Section<'_, '_>) -> GivenRules {
    let scale = section.opt_number("scale").unwrap_or_else(|| 100.into());
    if !scale.is_positive() {
        section.reject("scale", &scale, "> 0");
    }
    let periods = section.word("periods", Periods::Mean);
    let period_order = section.texts("period_order");
    let period_weights = load_period_weights(section, periods, &period_order);
    let drop = load_period_drop(section, periods, &period_weights);
    GivenRules {
        scale: Points(scale),
        combined: PeriodRules { periods, period_order, period_weights, drop },
        missing: section.word("missing", Inapplicable::Error),
        not_applicable: section.word("not_applicable", Inapplicable::Error),
    }
}

/// `period_weights = {"H1" = 40, "H2" = 60}`, with `periods = "weighted"` only.
fn load_period_weights(section: &Section<'_, '_>, periods: Periods, order: &[String]) -> Vec<(String, Percent)> {
    let written = section.opt_shares("period_weights");
    if periods != Periods::Weighted {
        if written.is_some() {
            section.contradicts("period_weights", "model.expected.weighted");
        }
        return Vec::new();
    }
    let Some(weights) = written else {
        if !section.has("period_weights") {
            section.lacks("period_weights");
        }
        return Vec::new();
    };
    let keys: BTreeSet<String> = weights.iter().map(|(name, _)| text::key(name)).collect();
    if keys.len() < weights.len() {
        section.contradicts("period_weights", "model.expected.once");
    }
    if let Some((name, weight)) = weights.iter().find(|(_, weight)| !weight.is_positive()) {
        section.reject("period_weights", format!("{name} = {weight}"), "> 0");
    }
    let sum: Exact = weights.iter().map(|(_, weight)| weight).sum();
    if sum != Exact::from(100) {
        let finding = Finding::new(Code::E505).at(section.place_of("period_weights"));
        section.report(finding.with("what", Arg::Word("model.period_weights")).found(&sum));
    }
    let ordered: BTreeSet<String> = order.iter().map(|name| text::key(name)).collect();
    if !order.is_empty() && ordered != keys {
        section.contradicts("period_order", "model.expected.weighted_order");
    }
    weights.into_iter().map(|(name, weight)| (name, Percent(weight))).collect()
}

/// `drop = {low = 1, high = 1}`, which leaves at least one period.
fn load_period_drop(section: &Section<'_, '_>, periods: Periods, weights: &[(String, Percent)]) -> Option<PeriodDrop> {
    let table = section.opt_section("drop")?;
    let count = |key: &'static str| table.opt_count(key, 1000).unwrap_or(0) as usize;
    let drop = PeriodDrop { low: count("low"), high: count("high") };
    table.finish();
    let both = drop.low + drop.high;
    match periods {
        Periods::Last | Periods::Sum => section.contradicts("drop", "model.expected.no_drop"),
        Periods::Weighted if !weights.is_empty() && both >= weights.len() => {
            section.reject("drop", both, format!("< {}", weights.len()));
        }
        Periods::Mean | Periods::Weighted => {}
    }
    (both > 0).then_some(drop)
}

fn load_common(root: &Section<'_, '_>) -> Option<CommonRule> {
    let section = root.opt_section("common_problem")?;
    let rate = Percent(section.opt_percent("rate").unwrap_or_else(|| 60.into()));
    let share = Percent(section.opt_percent("share").unwrap_or_else(|| 30.into()));
    section.finish();
    Some(CommonRule { rate, share })
}

fn load_count(root: &Section<'_, '_>, key: &'static str, name: &'static str) -> Option<u32> {
    let section = root.opt_section(key)?;
    let count = section.opt_count(name, 100_000);
    section.finish();
    count
}

fn load_carry_over(root: &Section<'_, '_>) -> Option<Percent> {
    let section = root.opt_section("carry_over")?;
    let share = section.opt_percent("share");
    section.finish();
    share.map(Percent)
}

/// The only list of a section: `[raters] outside = ["某物业公司"]`.
fn load_list(root: &Section<'_, '_>, section: &'static str, key: &'static str) -> Vec<String> {
    let section = root.section_or_empty(section);
    let texts = section.texts(key);
    section.finish();
    texts
}

fn load_limits(root: &Section<'_, '_>) -> Limits {
    let section = root.section_or_empty("limits");
    let default = Limits::default();
    let count = |key: &'static str, most: u32, default: u32| section.opt_count(key, most).unwrap_or(default);
    let limits = Limits {
        file_mib: section.opt_count("file_mib", 4096).map_or(default.file_mib, u64::from),
        unpacked_mib: section.opt_count("unpacked_mib", 2048).map_or(default.unpacked_mib, u64::from),
        part_mib: section.opt_count("part_mib", 2048).map_or(default.part_mib, u64::from),
        ratio: count("ratio", 10_000, default.ratio),
        entries: count("entries", 60_000, default.entries),
        sheets: count("sheets", 10_000, default.sheets),
        cells: count("cells", 100_000_000, default.cells),
        rows: count("rows", 1_048_576, default.rows),
        columns: count("columns", 16_384, default.columns),
        strings: count("strings", 100_000_000, default.strings),
        merges: count("merges", 10_000_000, default.merges),
        steps: section.opt_count("steps", 1_000_000_000).map_or(default.steps, u64::from),
        csv_mib: section.opt_count("csv_mib", 4096).map_or(default.csv_mib, u64::from),
        csv_rows: count("csv_rows", 100_000_000, default.csv_rows),
        text: count("text", 1_000_000, default.text),
        worker_mib: count("worker_mib", 65_536, default.worker_mib),
        worker_seconds: count("worker_seconds", 3600, default.worker_seconds),
    };
    section.finish();
    limits
}

/// Checks that quota places do not fall from a better to a lower grade in a scope of `ranked` units (SPEC §9.6, §18).
pub fn check_places(model: &Model, group: Option<&str>, ranked: usize, file: FileId) -> Vec<Finding> {
    let mut list = Vec::new();
    let mut findings = Findings::new(&mut list);
    let mut better: Option<(usize, &str)> = None;
    let scope = group.unwrap_or(&model.title);
    for grade in &model.grades {
        let Some(quota) = &grade.quota else { continue };
        let places = quota.places(group, ranked);
        if let Some((before, name)) = better.filter(|(before, _)| *before > places) {
            let found = format!("{name} {before} > {} {places}", grade.name);
            findings.add(Code::E511).at(Place::file(file)).found(found).expected(format!("{scope}: N = {ranked}"));
        }
        better = Some((places, &grade.name));
    }
    list
}
