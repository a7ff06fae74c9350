//! 票数汇总: votes counted by hand, one form per component and class.

use std::borrow::Cow;

use super::{ENTRY, Form, FormName, Kind, Office, header, node_header};
use crate::documents::report::document::{CellDoc, SheetDoc};
use crate::documents::report::entry::{Alarm, Allow, Block, Check};
use crate::engine::assessment::Unit;
use crate::model::{BallotRules, Component, Node, Scale};
use crate::read::{Word, form};
use crate::shared::number::Exact;

/// The votes for one unit and node, as they would be filled in.
#[derive(Clone, Debug, Default)]
pub struct Votes {
    /// Votes for each level, best first.
    pub levels: Vec<usize>,
    /// 弃权/未填.
    pub abstained: usize,
    /// 发出.
    pub issued: usize,
    /// 无效.
    pub invalid: usize,
}

/// The most steps of a range of marks that become columns of a form.
const MOST_MARKS: u64 = 20;

/// The form of a class; none if there are too many marks for columns. `votes` are by assessed unit, then node.
pub fn form<'o>(
    office: &Office<'o>,
    component: &'o Component,
    rules: &'o BallotRules,
    class: usize,
    votes: &[Votes],
) -> Option<Form<'o>> {
    let levels = level_columns(rules.scale_of(class))?;
    let (number, class) = (class, &rules.classes[class]);
    let nodes = office.model.tree.measured(rules.rates);
    let by_node = nodes != [Node::Unit];
    let (of, ids) = (vec![component.name.as_str(), &class.name], vec![component.id.as_str(), &class.id]);
    let name = FormName { kind: office.text("kind.tallies"), of, ids };
    let mut sheet = office.sheet(&name).landscape();
    office.identity(&mut sheet, vec![(Word::Class, CellDoc::text(&class.name))], 2);
    sheet.hint(office.text("form.tally.note"));
    let mut own = vec![Word::Ordinal, Word::UnitCode, Word::Unit];
    own.extend(by_node.then_some(Word::Node));
    let counts = [Word::Abstained, Word::Issued, Word::Returned, Word::Valid, Word::Invalid];
    let heads = own.iter().map(|word| header(office.lang(), *word));
    let columns = levels.len();
    let heads = heads.chain(levels.into_iter().map(CellDoc::header));
    sheet.header(heads.chain(counts.iter().map(|word| header(office.lang(), *word))).collect());
    let top = sheet.next_row();
    let asked = office.assessed().flat_map(|unit| nodes.iter().map(move |node| (unit, *node))).enumerate();
    let is_part = |unit: &Unit, node: Node| {
        office.has_class(unit, &component.id, number) && !office.model.of(unit.scheme).tree().points(node).0.is_zero()
    };
    for (number, (index, (unit, node))) in asked.filter(|(_, (unit, node))| is_part(unit, *node)).enumerate() {
        let mut cells = vec![CellDoc::count(number + 1), CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
        cells.extend(by_node.then(|| CellDoc::text(node_header(office.model, node))));
        cells.extend(counted(votes.get(index), columns).into_iter().map(|text| CellDoc::filled(text, ENTRY)));
        sheet.row(cells);
    }
    add_checks(office, &mut sheet, top, own.len() as u16, columns as u16);
    sheet.closing(office.text("form.tally.signature"));
    let path = format!("tallies/{}/{}/{}", component.id, class.id, name.file(office, "", ""));
    let marks = [(form::COMPONENT, component.id.as_str()), (form::CLASS, class.id.as_str())];
    Some(Form { kind: Kind::Tally, path, document: office.document(Kind::Tally, &marks, sheet) })
}

/// The headers of the columns that count votes: the levels, or the marks of a short range.
fn level_columns(scale: &Scale) -> Option<Vec<Cow<'_, str>>> {
    match scale {
        Scale::Levels(levels) => Some(levels.iter().map(|(name, _)| Cow::Borrowed(name.as_str())).collect()),
        Scale::Range(range) => {
            let one = Exact::from(1);
            let step = range.step.as_ref().map_or(&one, |step| &step.0);
            let above = (&range.high.0 - &range.low.0) / step;
            let steps = above.to_count().filter(|steps| *steps <= MOST_MARKS)?;
            let is_whole = range.step.is_some() || range.low.0.is_whole();
            let mark = |at: u64| Cow::Owned((&range.low.0 + &(step * &Exact::from(at as usize))).plain());
            is_whole.then(|| (0..=steps).rev().map(mark).collect())
        }
    }
}

/// The cells of a row: levels, abstained, issued, returned, valid, invalid; blank if unknown.
fn counted(votes: Option<&Votes>, levels: usize) -> Vec<String> {
    let Some(votes) = votes else { return vec![String::new(); levels + 5] };
    let valid = votes.levels.iter().sum::<usize>() + votes.abstained;
    let rest = [votes.abstained, votes.issued, valid + votes.invalid, valid, votes.invalid];
    votes.levels.iter().copied().chain(rest).map(|count| Exact::from(count).plain()).collect()
}

/// Whole numbers only; 有效 and 收回 turn red while they do not add up.
fn add_checks<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, top: usize, first: u16, levels: u16) {
    let bottom = sheet.next_row().max(top + 1) - 1;
    for column in first..first + levels + 5 {
        let cells = Block::column(top, bottom, column);
        sheet.filling.checks.push(Check::new(cells, Allow::Count, office.text("form.error.count")));
    }
    let name = |column: u16| SheetDoc::cell_name(top, column);
    let (abstained, returned) = (first + levels, first + levels + 2);
    let (valid, invalid) = (returned + 1, returned + 2);
    let sums = [
        (valid, format!("SUM({}:{})", name(first), name(abstained))),
        (returned, format!("{}+{}", name(valid), name(invalid))),
    ];
    for (column, sum) in sums {
        let own = name(column);
        let formula = format!("COUNT({own})*({own}<>{sum})");
        sheet.filling.alarms.push(Alarm { cells: Block::column(top, bottom, column), formula });
    }
}
