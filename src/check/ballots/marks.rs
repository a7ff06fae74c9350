//! Which columns of a ballot hold marks, and for which node: one column of words or numbers, or one column per level to be
//! ticked (`{评议意见: 好, 较好, 一般, 差}`), for the unit, for the node of the row, or for each node (`{责任落实: 好, …}`).

use super::signs::sign;
use crate::check::{Context, cells};
use crate::model::{BallotRules, Node, Scale};
use crate::read::table::{Column, unread_column};
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Points, Written};
use crate::shared::text;

/// The meaning of a column in which the rater ticks or enters a choice.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// A level.
    Level(LevelPoints),
    /// An abstention.
    Abstain,
    /// A number between two bounds: `优16-20`.
    Between(Exact, Exact),
}

/// The points of a level word: of each class where classes have marks of their own, else one for all.
#[derive(Clone, Debug)]
pub(in crate::check) struct LevelPoints(Vec<Option<Points>>);

impl LevelPoints {
    /// What a word or number is worth to each class; none if it is a level of none.
    pub(in crate::check) fn new(rules: &BallotRules, worth: impl Fn(usize) -> Option<Points>) -> Option<Self> {
        let classes = if rules.has_own_marks() { rules.classes.len() } else { 1 };
        let points: Vec<Option<Points>> = (0..classes).map(worth).collect();
        points.iter().any(Option::is_some).then_some(Self(points))
    }

    /// The points that a class gives it; none if it is no level of the class.
    pub(in crate::check) fn of(&self, class: usize) -> Option<&Points> {
        self.0.get(class).or(self.0.first())?.as_ref()
    }
}

/// The cells that hold one mark.
#[derive(Clone, Debug)]
pub(super) enum Source<'t> {
    /// A word or a number in one column.
    Value(&'t Column),
    /// A tick, or a number within bounds, under one of several columns.
    Choices(Vec<(Choice, &'t Column)>),
}

/// The columns of a mark, and its node if the header names one; otherwise the row does.
#[derive(Clone, Debug)]
pub(super) struct MarkColumns<'t> {
    pub(super) node: Option<u32>,
    pub(super) source: Source<'t>,
}

/// What is needed to understand the columns of a sheet.
pub(super) struct Columns<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) rules: &'c BallotRules,
    pub(super) nodes: &'c [Node],
}

impl Columns<'_> {
    /// The columns that hold marks; others that are not known are findings.
    pub(super) fn marks<'t>(&self, table: &'t RawTable, findings: &mut Findings<'_>) -> Vec<MarkColumns<'t>> {
        let before = findings.len();
        let (mut marks, mut strangers) = (Vec::<MarkColumns<'t>>::new(), Vec::new());
        let mut groups: Vec<(Vec<String>, usize)> = Vec::new();
        let candidates = table.columns.iter().filter(|c| c.word.is_none() || c.word == Some(Word::Mark));
        for column in candidates {
            let above: Vec<String> = column.above.iter().map(|h| text::header_key(&h.text)).collect();
            let node = column.above.iter().rev().find_map(|heading| self.node(&heading.text));
            if let Some(choice) = self.choice(column) {
                match groups.iter().find(|(own, _)| *own == above) {
                    Some((_, at)) => marks[*at].push(choice, column),
                    None => {
                        groups.push((above, marks.len()));
                        marks.push(MarkColumns { node, source: Source::Choices(vec![(choice, column)]) });
                    }
                }
            } else if column.word == Some(Word::Mark) {
                marks.push(MarkColumns { node, source: Source::Value(column) });
            } else if let Some(node) = self.node(&column.text).or(node.filter(|_| column.stands_under(Word::Mark))) {
                marks.push(MarkColumns { node: Some(node), source: Source::Value(column) });
            } else {
                strangers.push(column);
            }
        }
        let marks = self.settle(table, marks, findings);
        for column in strangers {
            findings.push(self.stranger(table, column, &marks));
        }
        if marks.is_empty() && findings.len() == before {
            findings.add(Code::E107).at(table.header_place()).expected(Arg::from(Word::Mark));
        }
        marks
    }

    /// Decides between marks of nodes and one mark for all: what the component does not measure is skipped with a
    /// warning.
    fn settle<'t>(
        &self,
        table: &'t RawTable,
        marks: Vec<MarkColumns<'t>>,
        findings: &mut Findings<'_>,
    ) -> Vec<MarkColumns<'t>> {
        let by_node = marks.iter().any(|mark| mark.node.is_some()) && table.column(Word::Node).is_none();
        let (mut kept, spare): (Vec<_>, Vec<_>) = marks.into_iter().partition(|mark| mark.node.is_some() == by_node);
        findings.extend(spare.iter().map(|mark| unread_column(table, mark.source.first())));
        if !by_node && kept.len() > 1 {
            let (first, second) = (kept[0].source.first(), kept[1].source.first());
            let finding = findings.add(Code::E103).at(table.column_place(second)).also(table.column_place(first));
            finding.found(second.path());
            kept.truncate(1);
        }
        kept
    }

    /// Reports a column without known marks; it is skipped if it belongs to a node that the component does not measure.
    fn stranger(&self, table: &RawTable, column: &Column, marks: &[MarkColumns<'_>]) -> Finding {
        let tree = &self.context.model.tree;
        let texts = || column.above.iter().map(|h| h.text.as_str()).chain([column.text.as_str()]);
        let elsewhere = texts()
            .any(|own| tree.node(own).is_some() || tree.node(text::without_points(&text::header_key(own))).is_some());
        let overall = Word::Overall.matches(text::without_points(&text::header_key(&column.text)));
        if !marks.is_empty() && (overall || (elsewhere && self.nodes == [Node::Unit])) {
            return unread_column(table, column);
        }
        // Beside one column of marks nothing else can be a mark; beside several a column without marks is a remark.
        let one = matches!(marks, [MarkColumns { node: None, source: Source::Value(_) }]);
        if one || (!marks.is_empty() && !self.holds_marks(table, column)) {
            return unread_column(table, column);
        }
        let known = || self.nodes.iter().map(|n| tree.code(*n));
        let codes: Vec<&str> = known().filter(|code| !code.is_empty()).take(12).collect();
        let expected = Arg::spoken(|lang| {
            let words = [Word::Mark.header(lang)];
            words.iter().map(String::as_str).chain(codes.iter().copied()).collect::<Vec<_>>().join(" / ")
        });
        let finding = Finding::new(Code::E423).at(table.column_place(column)).found(column.path());
        finding.expected(expected).nearest(&column.text, known())
    }

    /// Whether any cell of a column may be a mark: a level, a sign, an abstention, a number where numbers are marks.
    pub(super) fn holds_marks(&self, table: &RawTable, column: &Column) -> bool {
        let is_of = |scale: &Scale, written: &str| match scale {
            Scale::Levels(_) => scale.level(written).is_some(),
            Scale::Range(range) => {
                Written::read(written, &cells::UNITS).is_some_and(|number| range.holds(&number.value))
            }
        };
        let may_be = |written: &str| {
            let is_word = self.rules.abstains(written) || sign(written).is_some();
            is_word || self.rules.scales().any(|scale| is_of(scale, written))
        };
        table.rows.iter().any(|row| table.cell(&row, column).value.is_some_and(|raw| may_be(&raw.held())))
    }

    /// The level, abstention or bounds that a column's own header names.
    fn choice(&self, column: &Column) -> Option<Choice> {
        if text::joins_digits(&column.text) {
            return None;
        }
        let header = text::header_key(&column.text);
        let bare = text::without_points(&header);
        if self.rules.abstains(&column.text) || self.rules.abstains(bare) {
            return Some(Choice::Abstain);
        }
        if let Some(points) = self.level(&column.text).or_else(|| self.level(bare)) {
            return Some(Choice::Level(points));
        }
        let mut ranges = self.rules.scales().filter_map(|scale| match scale {
            Scale::Range(range) => Some(range),
            Scale::Levels(_) => None,
        });
        let (from, to) = bounds(&header[bare.len()..])?;
        let is_within = ranges.any(|range| from >= range.low.0 && to <= range.high.0 && from <= to);
        is_within.then_some(Choice::Between(from, to))
    }

    /// The points of a level word, if any class has it.
    fn level(&self, word: &str) -> Option<LevelPoints> {
        LevelPoints::new(self.rules, |class| self.rules.level(class, word).cloned())
    }

    /// The measured node of a code, a name, or both.
    pub(super) fn node(&self, name: &str) -> Option<u32> {
        let tree = &self.context.model.tree;
        let header = text::header_key(name);
        let bare = text::without_points(&header);
        let is = |code: &str, own: &str, wanted: &str| {
            let both = format!("{code}{own}");
            [code, own, &both].into_iter().any(|n| text::header_key(n) == wanted)
        };
        let find = |wanted: &str| {
            let is_wanted = |node: &Node| match node {
                Node::Unit => false,
                Node::Line(i) => is(&tree.lines[*i].code, &tree.lines[*i].name, wanted),
                Node::Aspect(i) => is(&tree.aspects[*i].code, &tree.aspects[*i].name, wanted),
                Node::Leaf(i) => is(&tree.leaves[*i].code, &tree.leaves[*i].name, wanted),
            };
            (0..).zip(self.nodes).find(|(_, node)| is_wanted(node)).map(|(at, _)| at)
        };
        find(&header).or_else(|| find(bare))
    }
}

impl<'t> MarkColumns<'t> {
    fn push(&mut self, choice: Choice, column: &'t Column) {
        if let Source::Choices(choices) = &mut self.source {
            choices.push((choice, column));
        }
    }
}

impl<'t> Source<'t> {
    /// Its first column.
    pub(super) fn first(&self) -> &'t Column {
        match self {
            Self::Value(column) => column,
            Self::Choices(choices) => choices.first().expect("a group of choices begins with one").1,
        }
    }
}

/// `16-20` as two numbers.
fn bounds(points: &str) -> Option<(Exact, Exact)> {
    let (low, high) = points.split_once(['-', '~', '–', '—', '至'])?;
    Some((Written::read(low, &[])?.value, Written::read(high, &[])?.value))
}
