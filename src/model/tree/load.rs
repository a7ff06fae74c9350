//! Reads lines, aspects and indicators from `assess.toml` or the indicator table, and builds the tree.

use std::collections::BTreeMap;

use super::scored::{Scored, ScoredCells};
use super::{Branch, CellNode, EvidenceNeed, Leaf, Tree};
use crate::model::rule::{Rule, RuleInput};
use crate::model::scheme::{BASE, SchemeLeaf};
use crate::model::tail;
use crate::model::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Points};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// A row of the indicator table, as written.
#[derive(Clone, Debug)]
pub struct IndicatorRow {
    /// 指标代码.
    pub code: Located<String>,
    /// 线.
    pub line: Located<String>,
    /// 方面.
    pub aspect: Located<String>,
    /// 二级指标.
    pub item: Located<String>,
    /// 三级指标.
    pub name: Located<String>,
    /// 分值.
    pub points: Located<String>,
    /// 计分方式.
    pub rule: Located<String>,
    /// 参数.
    pub params: Located<String>,
    /// 公式.
    pub expr: Located<String>,
    /// 输入项.
    pub inputs: Located<String>,
    /// 系数: the columns of the roster by whose numbers a value is multiplied.
    pub coefficient: Located<String>,
    /// 佐证.
    pub evidence: Located<String>,
    /// 责任部门.
    pub department: Located<String>,
    /// 评分标准.
    pub standard: Located<String>,
    /// 考评方式.
    pub method: Located<String>,
    /// 来源.
    pub source: Located<String>,
    /// 适用方案: codes of the schemes that it belongs to; empty for all.
    pub schemes: Located<String>,
    /// What a scheme has in place of 分值, 计分方式, 参数: by its code as written.
    pub by_scheme: Vec<SchemeCells>,
}

/// The cells of a row for one scheme: `分值·S2`, `计分方式·S2`, `参数·S2`, `公式·S2`, `输入项·S2`, `系数·S2`; blank ones leave
/// the value of the row.
#[derive(Clone, Debug)]
pub struct SchemeCells {
    /// Code of the scheme, and where it is written.
    pub scheme: Located<String>,
    /// 分值.
    pub points: Located<String>,
    /// 计分方式.
    pub rule: Located<String>,
    /// 参数.
    pub params: Located<String>,
    /// 公式.
    pub expr: Located<String>,
    /// 输入项.
    pub inputs: Located<String>,
    /// 系数; 无 where the scheme has none.
    pub coefficient: Located<String>,
}

/// The leaves as each scheme has them, by scheme and leaf; those of the base last, if it takes part.
pub(in crate::model) struct SchemeRows {
    pub(in crate::model) leaves: Vec<Vec<Option<SchemeLeaf>>>,
    /// Whether every row was read; if not, no sum of points says anything.
    pub(in crate::model) is_whole: bool,
}

/// The schemes for which leaves are wanted.
#[derive(Default)]
pub(in crate::model) struct Wanted {
    /// Codes, in the order of the model file.
    pub(in crate::model) codes: Vec<String>,
    /// Whether units without a scheme are assessed by the base.
    pub(in crate::model) base: bool,
}

impl Wanted {
    /// Whether the model has no schemes: then there is one tree for all units.
    const fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes of all schemes, the base last.
    fn all(&self) -> impl Iterator<Item = &str> + Clone {
        self.codes.iter().map(String::as_str).chain(self.base.then_some(BASE))
    }
}

/// What of the nodes above the leaves a model has.
#[derive(Clone, Copy)]
pub(in crate::model) struct Above {
    /// Whether it has lines.
    pub(in crate::model) lines: bool,
    /// Whether it has aspects.
    pub(in crate::model) aspects: bool,
}

/// A value that could not be read and already has a finding.
const UNREAD: &str = "\u{0}";

/// Reads the `[[line]]` tables.
pub(in crate::model) fn load_lines(root: &Section<'_, '_>) -> Vec<Branch> {
    let mut lines = Vec::new();
    for section in root.sections("line") {
        let (code, name) = (section.text("code"), section.text("name"));
        lines.push(Branch { code, name, points: Points::zero() });
        section.finish();
    }
    lines
}

/// Reads the `[[aspect]]` tables with the places of their points.
pub(in crate::model) fn load_aspects(root: &Section<'_, '_>) -> Vec<(Branch, Place)> {
    let mut aspects = Vec::new();
    for section in root.sections("aspect") {
        // 0 marks points that could not be read: their sum is then not checked.
        let points = section.positive("points").unwrap_or_else(Exact::zero);
        let aspect = Branch { code: section.text("code"), name: section.text("name"), points: Points(points) };
        aspects.push((aspect, section.place_of("points")));
        section.finish();
    }
    aspects
}

/// Reads the `[[indicator]]` tables as rows; what the model does not have need not be named.
pub(in crate::model) fn load_rows(root: &Section<'_, '_>, has: Above) -> Vec<IndicatorRow> {
    let mut rows = Vec::new();
    for section in root.sections("indicator") {
        let at = |key: &'static str| section.place_of(key);
        let optional = |key: &'static str| Located::new(section.opt_text(key).unwrap_or_default(), at(key));
        let required = |key: &'static str| {
            let text = section.text(key);
            Located::new(if text::is_blank(&text) { UNREAD.to_owned() } else { text }, at(key))
        };
        rows.push(IndicatorRow {
            code: Located::new(section.text("code"), at("code")),
            line: if has.lines { required("line") } else { optional("line") },
            aspect: if has.aspects { required("aspect") } else { optional("aspect") },
            item: optional("item"),
            name: Located::new(section.text("name"), at("name")),
            points: Located::new(
                section.positive("points").map_or_else(|| UNREAD.to_owned(), |points| points.in_full()),
                at("points"),
            ),
            rule: Located::new(section.text("rule"), at("rule")),
            params: optional("params"),
            expr: optional("expr"),
            inputs: optional("inputs"),
            coefficient: Located::new(tail::load_columns(&section).join(", "), at("coefficient")),
            evidence: optional("evidence"),
            department: optional("department"),
            standard: optional("standard"),
            method: optional("method"),
            source: optional("source"),
            schemes: Located::new(section.texts("schemes").join(", "), at("schemes")),
            by_scheme: load_scheme_cells(&section),
        });
        section.finish();
    }
    rows
}

/// `by_scheme.S2 = {points, rule, params, expr, inputs, coefficient}`.
fn load_scheme_cells(section: &Section<'_, '_>) -> Vec<SchemeCells> {
    let Some(all) = section.opt_section("by_scheme") else { return Vec::new() };
    let sections = all.named_sections().into_iter();
    sections
        .map(|(code, own)| {
            let points = own.positive_or_absent("points").map(|points| points.in_full()).unwrap_or_default();
            let text = |key: &'static str| Located::new(own.opt_text(key).unwrap_or_default(), own.place_of(key));
            let cells = SchemeCells {
                points: Located::new(points, own.place_of("points")),
                rule: text("rule"),
                params: text("params"),
                expr: text("expr"),
                inputs: text("inputs"),
                coefficient: Located::new(tail::load_columns(&own).join(", "), own.place_of("coefficient")),
                scheme: Located::new(code, own.place()),
            };
            own.finish();
            cells
        })
        .collect()
}

/// Builds the tree from its parts and checks names and sums; faults go to `findings`. With schemes the sums are those of
/// each scheme and are checked there.
pub(in crate::model) fn build(
    lines: Vec<Branch>,
    aspects: Vec<(Branch, Place)>,
    rows: Vec<IndicatorRow>,
    wanted: &Wanted,
    findings: &mut Findings<'_>,
) -> (Tree, SchemeRows) {
    let (aspects, places): (Vec<Branch>, Vec<Place>) = aspects.into_iter().unzip();
    let mut tree = Tree { lines, aspects, cells: Vec::new(), leaves: Vec::new() };
    let mut cells: BTreeMap<(Option<usize>, Option<usize>), Vec<usize>> = BTreeMap::new();
    let shares: Vec<Share> = rows.iter().map(Share::of).collect();
    let start = findings.len();
    check_above(&tree, &rows, findings);
    let rows = with_columns(&tree, rows, findings);
    let mut by_scheme: Vec<Vec<Option<SchemeLeaf>>> = wanted.all().map(|_| Vec::new()).collect();
    for row in rows {
        let own = scheme_leaves(&row, wanted, findings);
        if let Some(leaf) = build_leaf(&tree, row, findings) {
            by_scheme.iter_mut().zip(own).for_each(|(scheme, own)| scheme.push(own));
            cells.entry((leaf.aspect, leaf.line)).or_default().push(tree.leaves.len());
            tree.leaves.push(leaf);
        }
    }
    for ((aspect, line), leaves) in cells {
        let points: Points = leaves.iter().map(|i| &tree.leaves[*i].points).sum();
        if let Some(line) = line {
            let whole = &mut tree.lines[line].points.0;
            *whole = &*whole + &points.0;
        }
        for leaf in &leaves {
            tree.leaves[*leaf].cell = tree.cells.len();
        }
        tree.cells.push(CellNode { line, aspect, points, leaves });
    }
    if wanted.is_empty() {
        check_sums(&tree, &shares, &places, findings);
    }
    let is_whole = findings.len() == start && tree.leaves.len() == shares.len();
    (tree, SchemeRows { leaves: by_scheme, is_whole })
}

/// A row as each scheme has it.
fn scheme_leaves(row: &IndicatorRow, wanted: &Wanted, findings: &mut Findings<'_>) -> Vec<Option<SchemeLeaf>> {
    let is = |own: &str, code: &str| text::key(own) == text::key(code);
    let listed: Vec<&str> = row.schemes.value.split(['、', ';', '；', ',', '，']).map(str::trim).collect();
    let listed: Vec<&str> = listed.into_iter().filter(|code| !text::is_blank(code)).collect();
    let known = |code: &str| wanted.codes.iter().any(|own| is(own, code)) || is(BASE, code);
    let written = row.by_scheme.iter().map(|own| (own.scheme.value.as_str(), own.scheme.at));
    for (code, at) in listed.iter().map(|code| (*code, row.schemes.at)).chain(written) {
        if !known(code) {
            findings.add(Code::E508).at(at).found(code).nearest(code, wanted.all());
        }
    }
    let leaf = |code: &str, findings: &mut Findings<'_>| {
        if !listed.is_empty() && !listed.iter().any(|own| is(own, code)) {
            return None;
        }
        scheme_leaf(row, row.by_scheme.iter().find(|own| is(&own.scheme.value, code)), findings)
    };
    wanted.all().map(|code| leaf(code, findings)).collect()
}

/// A row with what one scheme has in place of its cells; a fault of the row itself is reported once, by the row.
fn scheme_leaf(row: &IndicatorRow, own: Option<&SchemeCells>, findings: &mut Findings<'_>) -> Option<SchemeLeaf> {
    let written = own.map(|own| &own.points).filter(|own| !text::is_blank(&own.value)).unwrap_or(&row.points);
    let points = points_of(&written.value).filter(Exact::is_positive);
    if points.is_none() && own.is_some_and(|own| !text::is_blank(&own.points.value)) {
        findings.add(Code::E504).at(written.at).with("key", "分值").found(&written.value).expected("> 0");
    }
    let points = Points(points?);
    let cells = ScoredCells::of(row, own);
    let Scored { rule, input, formula, periods } = match own {
        Some(_) => cells.read(&points, findings)?,
        None => Findings::gather(|unheard| cells.read(&points, unheard)).0?,
    };
    let coefficient = own.map(|own| &own.coefficient).filter(|own| !text::is_blank(&own.value));
    let coefficient = match own {
        Some(_) => columns_of(coefficient.unwrap_or(&row.coefficient), &rule, findings),
        None => Findings::gather(|unheard| columns_of(&row.coefficient, &rule, unheard)).0,
    };
    Some(SchemeLeaf { points, rule, input, formula, periods, coefficient })
}

/// The columns of the roster that a cell names; none after 无. Only a rule that scores a number can multiply it.
fn columns_of(cell: &Located<String>, rule: &Rule, findings: &mut Findings<'_>) -> Vec<String> {
    let parts = cell.value.split(['、', ';', '；', ',', '，']).map(str::trim).filter(|name| !text::is_blank(name));
    let columns: Vec<String> = parts.filter(|name| !NO_COEFFICIENT.contains(name)).map(str::to_owned).collect();
    if !columns.is_empty() && !rule.scores_number() {
        findings.add(Code::E536).at(cell.at).with("rule", rule.name()).found(&cell.value);
    }
    columns
}

/// The words for a leaf without a coefficient, where a scheme takes away that of the model.
pub(crate) const NO_COEFFICIENT: [&str; 2] = ["无", "none"];

fn build_leaf(tree: &Tree, row: IndicatorRow, findings: &mut Findings<'_>) -> Option<Leaf> {
    let before = findings.len();
    for required in [&row.code, &row.name] {
        if required.value.is_empty() {
            findings.add(Code::E314).at(required.at);
        }
    }
    if tree.leaf(&row.code.value).is_some() && !row.code.value.is_empty() {
        findings.add(Code::E507).at(row.code.at).found(&row.code.value);
    }
    let line = above(&row.line, &tree.lines, findings);
    let aspect = above(&row.aspect, &tree.aspects, findings);
    let points = points_of(&row.points.value).filter(Exact::is_positive);
    if row.points.value == UNREAD {
        return None;
    }
    if points.is_none() {
        findings.add(Code::E504).at(row.points.at).with("key", "分值").found(&row.points.value).expected("> 0");
    }
    let points = Points(points.unwrap_or_else(|| Exact::from(1)));
    let scored = ScoredCells::of(&row, None).read(&points, findings);
    let evidence = word("佐证", &row.evidence, EVIDENCE, findings);
    let source = word("来源", &row.source, SOURCES, findings);
    if findings.len() > before {
        return None;
    }
    let Scored { rule, input, formula, periods } = scored?;
    let coefficient = columns_of(&row.coefficient, &rule, findings);
    if input == RuleInput::Ledger && tree.ledger_leaf().is_some() {
        // The ledgers feed one leaf: with two the problems would count twice.
        let finding = findings.add(Code::E509).at(row.params.at).with("part", "from=ledger").found(&row.params.value);
        finding.expected(Arg::Word("model.expected.one_ledger"));
    }
    Some(Leaf {
        code: row.code.value,
        line: line?,
        aspect: aspect?,
        cell: 0,
        item: row.item.value,
        name: row.name.value,
        points,
        rule,
        input,
        formula,
        coefficient,
        periods,
        evidence: evidence?,
        department: row.department.value,
        standard: row.standard.value,
        method: row.method.value,
        asked_of_unit: source?,
    })
}

/// The words for whether a leaf needs evidence.
pub(crate) const EVIDENCE: &[(&str, EvidenceNeed)] = &[
    ("", EvidenceNeed::None),
    ("无", EvidenceNeed::None),
    ("none", EvidenceNeed::None),
    ("必需", EvidenceNeed::Required),
    ("required", EvidenceNeed::Required),
    ("可选", EvidenceNeed::Optional),
    ("optional", EvidenceNeed::Optional),
];

/// What a scheme writes where the row has a formula and it has none; a blank cell leaves that of the row.
pub(crate) const NO_FORMULA: [&str; 5] = ["无", "-", "—", "——", "none"];

/// The words for the source of a leaf's value, and whether it is the unit itself.
pub(crate) const SOURCES: &[(&str, bool)] =
    &[("", true), ("单位", true), ("unit", true), ("部门", false), ("department", false)];

fn word<T: Copy>(key: &str, cell: &Located<String>, words: &[(&str, T)], findings: &mut Findings<'_>) -> Option<T> {
    let wanted = text::key(&cell.value);
    let found = words.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).filter(|n| !n.is_empty()).collect();
        findings.add(Code::E504).at(cell.at).with("key", key).found(&cell.value).expected(names.join(" | "));
    }
    found
}

/// Lines or aspects that rows name although the model has none are one fault, told at the first.
fn check_above(tree: &Tree, rows: &[IndicatorRow], findings: &mut Findings<'_>) {
    let lines = rows.iter().map(|row| &row.line);
    let aspects = rows.iter().map(|row| &row.aspect);
    let is_named = |cell: &&Located<String>| !text::is_blank(&cell.value);
    let firsts = [
        (&tree.lines, "line", lines.into_iter().find(is_named)),
        (&tree.aspects, "aspect", aspects.into_iter().find(is_named)),
    ];
    for (branches, key, first) in firsts {
        if let Some(cell) = first.filter(|_| branches.is_empty()) {
            findings.add(Code::E574).at(cell.at).found(&cell.value).with("key", key);
        }
    }
}

/// The rows; lines or aspects that no row names although the model has them are one fault: the column is not there.
fn with_columns(tree: &Tree, mut rows: Vec<IndicatorRow>, findings: &mut Findings<'_>) -> Vec<IndicatorRow> {
    let Some(at) = rows.first().map(|row| row.code.at) else { return rows };
    // A row of the model file has its fault already.
    let is_left = |cell: &Located<String>| cell.value != UNREAD && text::is_blank(&cell.value);
    let no_line = !tree.lines.is_empty() && rows.iter().all(|row| is_left(&row.line));
    let no_aspect = !tree.aspects.is_empty() && rows.iter().all(|row| is_left(&row.aspect));
    let missing = match (no_line, no_aspect) {
        (true, true) => "column.line-and-aspect",
        (true, false) => "column.line",
        (false, true) => "column.aspect",
        (false, false) => return rows,
    };
    findings.add(Code::E107).at(at).expected(Arg::Word(missing));
    for row in &mut rows {
        if no_line {
            row.line.value = UNREAD.to_owned();
        }
        if no_aspect {
            row.aspect.value = UNREAD.to_owned();
        }
    }
    rows
}

/// The line or aspect that a row names; `Some(None)` where the model has none.
fn above(cell: &Located<String>, branches: &[Branch], findings: &mut Findings<'_>) -> Option<Option<usize>> {
    if branches.is_empty() {
        return Some(None);
    }
    if cell.value == UNREAD {
        return None;
    }
    named(cell, branches.iter().map(|own| (own.code.as_str(), own.name.as_str())), findings).map(Some)
}

/// The index of a name among (code, name) pairs; unknown names are reported with the nearest.
fn named<'a>(
    cell: &Located<String>,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    findings: &mut Findings<'_>,
) -> Option<usize> {
    let wanted = text::key(&cell.value);
    let pairs: Vec<(&str, &str)> = pairs.collect();
    let found = pairs.iter().position(|(code, name)| text::key(code) == wanted || text::key(name) == wanted);
    if found.is_none() {
        let all = pairs.into_iter().flat_map(|(code, name)| [code, name]);
        findings.add(Code::E508).at(cell.at).found(&cell.value).nearest(&cell.value, all);
    }
    found
}

/// Points as they are written in a cell, or a fraction.
fn points_of(written: &str) -> Option<Exact> {
    Exact::parse(written).or_else(|| Exact::parse_mixed(written))
}

/// A row's contribution to the points of an aspect.
struct Share {
    aspect: String,
    points: Option<Exact>,
}

impl Share {
    fn of(row: &IndicatorRow) -> Self {
        Self { aspect: text::key(&row.aspect.value), points: points_of(&row.points.value) }
    }

    fn is_of(&self, aspect: &Branch) -> bool {
        text::key(&aspect.code) == self.aspect || text::key(&aspect.name) == self.aspect
    }
}

/// Checks that points as written in the table add up to their aspect, whatever other faults a row has; a row whose
/// points or aspect cannot be read already has a finding and makes the sum unknown.
fn check_sums(tree: &Tree, shares: &[Share], places: &[Place], findings: &mut Findings<'_>) {
    if shares.is_empty() || !shares.iter().all(|share| tree.aspects.iter().any(|aspect| share.is_of(aspect))) {
        return;
    }
    for (index, aspect) in tree.aspects.iter().enumerate() {
        let points: Option<Vec<&Exact>> =
            shares.iter().filter(|share| share.is_of(aspect)).map(|share| share.points.as_ref()).collect();
        let Some(sum) = points.map(|points| points.into_iter().sum::<Exact>()) else { continue };
        if sum != aspect.points.0 && !aspect.points.0.is_zero() {
            let finding = findings.add(Code::E506).at(places[index]).with("aspect", &aspect.code).found(&sum);
            finding.expected(&aspect.points.0);
        }
    }
}
