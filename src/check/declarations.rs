//! What units declare to be added or deducted (加减分申报表, 加减分自评统计): proposals that count for nothing.
//!
//! A declared item becomes a register row in the state 拟提, so that the committee sees it listed; it counts only once the
//! register 加减分登记 has it with 工委审定. An item that no adjustment of the model matches is a warning at its cell.

use jiff::civil::Date;

use super::cells::{self, Ask, CellRef};
use super::{Context, identity};
use crate::engine::assessment::{AdjustmentCells, AdjustmentRow, Mode, Register, Source, Standing, State, UnitIx};
use crate::model::Sign;
use crate::read::schema::ADJUSTMENTS;
use crate::read::table::{Column, Row};
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Points};
use crate::shared::place::Located;
use crate::shared::text;

/// Reads the declarations of a table.
pub(super) fn check(context: &Context<'_>, table: &RawTable, findings: &mut Findings<'_>) -> Vec<AdjustmentRow> {
    let mut declared = Vec::new();
    let sums = table.columns.iter().any(|column| column.means(Word::Plus));
    let mut bound = Bound::new(findings);
    for row in table.rows.iter() {
        bound.keep(findings);
        let reader = Reader { context, table, row: &row };
        let items = if sums { reader.sums(findings) } else { reader.item(findings).into_iter().collect() };
        if items.is_empty() {
            continue;
        }
        let Some(unit) = reader.unit(findings) else { continue };
        let mut findings = findings.of_unit(context.code(unit));
        declared.extend(items.into_iter().filter_map(|item| reader.row(unit, &item, &mut findings)));
    }
    declared
}

/// One declared item: how much, whether added or deducted, and the texts that identify its kind.
struct Item {
    claimed: Located<Exact>,
    sign: Option<Sign>,
    names: Vec<Located<String>>,
}

struct Reader<'r> {
    context: &'r Context<'r>,
    table: &'r RawTable,
    row: &'r Row,
}

impl Reader<'_> {
    /// The unit of the row: its own column, else the lines above the table.
    fn unit(&self, findings: &mut Findings<'_>) -> Option<UnitIx> {
        let named = [Word::UnitCode, Word::Unit].iter().any(|word| !self.table.text(self.row, *word).value.is_empty());
        let found = if named {
            identity::unit_of_row(self.context, self.table, self.row, findings)
        } else {
            identity::unit_of_table(self.context, self.table, findings)
        };
        found.map(|(unit, _)| unit)
    }

    fn names(&self, words: &[Word]) -> Vec<Located<String>> {
        let columns = self.table.columns.iter().filter(|c| c.word.is_some_and(|word| words.contains(&word)));
        let texts = columns.map(|c| self.table.cell(self.row, c).map(|v| v.map(RawValue::text).unwrap_or_default()));
        texts.filter(|cell| !cells::is_missing(&cell.value)).collect()
    }

    /// A row of 加减分申报表; blank lines declare nothing.
    fn item(&self, findings: &mut Findings<'_>) -> Option<Item> {
        let names = self.names(&[Word::Code, Word::Matter]);
        let claimed = self.amount(&self.table.get(self.row, Word::Claimed), findings);
        let approved = self.table.get(self.row, Word::ApprovalNumber);
        if let Some(number) = approved.value.map(RawValue::text).filter(|text| !cells::is_missing(text)) {
            findings.add(Code::W635).at(approved.at).found(number);
        }
        let place = self.table.get(self.row, Word::Claimed).at;
        let filled = claimed.is_some() || !names.is_empty();
        let claimed = claimed.unwrap_or_else(|| Located::new(Exact::zero(), place));
        let sign = claimed.value.is_negative().then_some(Sign::Deduction);
        filled.then_some(Item { claimed, sign, names })
    }

    /// A row of 加减分自评统计: what is added, and what is deducted.
    fn sums(&self, findings: &mut Findings<'_>) -> Vec<Item> {
        let sides = [(Word::Plus, Sign::Bonus), (Word::Minus, Sign::Deduction)];
        let grouped = self.table.columns.iter().any(|c| c.word == Some(Word::Score) && c.stands_under(Word::Plus));
        if !grouped {
            return self.signed_sum(findings).into_iter().collect();
        }
        let item = |(side, sign): (Word, Sign)| {
            let under = |word: Word| move |c: &&Column| c.word == Some(word) && c.stands_under(side);
            let score = self.table.columns.iter().find(under(Word::Score))?;
            let claimed = self.amount(&self.table.cell(self.row, score), findings)?;
            let factor = self.table.columns.iter().find(under(Word::Factor));
            let factor =
                factor.map(|c| self.table.cell(self.row, c).map(|v| v.map(RawValue::text).unwrap_or_default()));
            let mut names: Vec<Located<String>> = factor.into_iter().filter(|n| !n.value.is_empty()).collect();
            names.extend(self.names(&[Word::Code, Word::Topic, Word::Category]));
            Some(Item { claimed, sign: Some(sign), names })
        };
        sides.map(item).into_iter().flatten().collect()
    }

    /// A row with one 得分 beside texts under 加分 and 减分: its sign decides, else the only text that is there.
    fn signed_sum(&self, findings: &mut Findings<'_>) -> Option<Item> {
        let claimed = self.amount(&self.table.get(self.row, Word::Score), findings)?;
        let written = |word: Word| !cells::is_missing(&self.table.text(self.row, word).value);
        let sign = match (claimed.value.is_negative(), written(Word::Plus), written(Word::Minus)) {
            (true, ..) | (false, false, true) => Some(Sign::Deduction),
            (false, true, false) => Some(Sign::Bonus),
            (false, ..) => None,
        };
        let names = self.names(&[Word::Code, Word::Topic, Word::Plus, Word::Minus]);
        Some(Item { claimed, sign, names })
    }

    /// A number of points that is not zero.
    fn amount(&self, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<Located<Exact>> {
        let State::Known(number) = cells::number(cell, Ask::Score, findings)? else { return None };
        (!number.is_zero()).then(|| Located::new(number, cell.at))
    }

    /// The declared item as a proposed row of the register; `None` after a warning that its kind is not known.
    fn row(&self, unit: UnitIx, item: &Item, findings: &mut Findings<'_>) -> Option<AdjustmentRow> {
        let rules = &self.context.model.adjustments;
        let fits = |kind: &usize| item.sign.is_none_or(|sign| rules.kinds[*kind].sign == sign);
        let kind = item.names.iter().find_map(|name| self.kind(&name.value)).filter(fits);
        let Some(kind) = kind else {
            let known = rules.kinds.iter().flat_map(|k| [k.code.as_str(), k.name.as_str()]);
            let claimed = || Located::new(item.claimed.value.to_string(), item.claimed.at);
            match item.names.first() {
                Some(name) => findings.unknown(Code::W634, name, known),
                None => findings.unknown(Code::W634, &claimed(), known),
            };
            return None;
        };
        let assessed = self.context.roster.units[unit.0].mode != Mode::Excluded;
        let cells = AdjustmentCells::read(&mut Declared { reader: self, item, findings })?;
        Some(AdjustmentRow {
            register: Register::Declarations,
            id: self.id(unit, item),
            unit,
            kind,
            cells,
            standing: if assessed { Standing::Proposed } else { Standing::NotAssessed },
            at: item.claimed.at,
        })
    }

    /// An id for a declared item, which has no number in the register: made of unit, sheet and cell.
    fn id(&self, unit: UnitIx, item: &Item) -> String {
        let code = &self.context.roster.units[unit.0].code;
        format!("{code}@{}", self.context.files.describe(item.claimed.at))
    }

    /// The kind whose code or name a text is, with or without points in brackets.
    fn kind(&self, written: &str) -> Option<usize> {
        let header = text::header_key(written);
        let keys = [text::key(written).to_lowercase(), text::without_points(&header).to_owned()];
        self.context.model.adjustments.kinds.iter().position(|kind| {
            let both = format!("{}{}", kind.code, kind.name);
            let own = [&kind.code, &kind.name, &both].map(|name| text::key(name).to_lowercase());
            own.iter().any(|name| keys.contains(name))
        })
    }
}

/// An item as a source of the fields of its row: the columns of its table are those of 加减分登记, as far as it has them.
struct Declared<'d, 'f> {
    reader: &'d Reader<'d>,
    item: &'d Item,
    findings: &'d mut Findings<'f>,
}

impl<'d> Declared<'d, '_> {
    fn cell(&self, field: &str) -> CellRef<'d> {
        let Reader { table, row, .. } = self.reader;
        ADJUSTMENTS.word(field).map_or_else(|| Located::new(None, self.item.claimed.at), |word| table.get(row, word))
    }
}

impl Source<String> for Declared<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<String> {
        Some(self.cell(field).value.map(RawValue::text).unwrap_or_default())
    }
}

/// 关联编号, which no declaration has.
impl Source<Located<String>> for Declared<'_, '_> {
    fn read(&mut self, _: &'static str) -> Option<Located<String>> {
        Some(Located::new(String::new(), self.item.claimed.at))
    }
}

impl Source<Option<Points>> for Declared<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Points>> {
        let is_claimed = ADJUSTMENTS.word(field) == Some(Word::Claimed);
        Some(is_claimed.then(|| Points(self.item.claimed.value.abs())))
    }
}

impl Source<Option<Date>> for Declared<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Date>> {
        Some(cells::date(&self.cell(field), self.findings).flatten())
    }
}
