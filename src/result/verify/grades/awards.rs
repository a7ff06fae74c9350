//! Awards, given out anew from the recorded values of the units (SPEC §19.7).

use super::conditions::{Facts, Truth};
use super::scope::scopes;
use super::{Court, NodeRates};
use crate::model::Size;
use crate::result::outcome::{Award, AwardBy, Circle, Contest, Fate, TieAtQuota, UnitOutcome};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

/// A unit with its value.
struct Rated {
    unit: usize,
    value: Exact,
    shown: String,
    fate: Option<Fate>,
    because: String,
}

impl<'s> Court<'_, 's> {
    /// Compares all awards.
    pub(super) fn awards(&self, nodes: &[NodeRates<'s>], checked: &mut Checked) {
        let outcome = self.subject.outcome;
        let mut recorded = outcome.awards.iter();
        for (index, award) in outcome.model.awards.iter().enumerate() {
            for (circle, members) in scopes(award.scope, outcome) {
                let place = || format!("awards[{}]", award.code);
                let Some(own) = recorded.next() else {
                    checked.same(place, "—", &award.code);
                    return;
                };
                checked.same(|| format!("{}.award", place()), &own.award, &index);
                let name = |circle: Circle| circle.name(&outcome.model, &outcome.groups);
                checked.both(|| format!("{}.group", place()), name(own.circle), name(circle));
                checked.same(|| format!("{}.ranked", place()), &own.ranked, &members.len());
                let places = places(award, members.len());
                checked.same(|| format!("{}.places", place()), &own.places, &places);
                let mut rated: Vec<Rated> =
                    members.iter().filter_map(|unit| self.rated(award, *unit, nodes.get(*unit)?)).collect();
                rated.sort_by(|a, b| (&b.value, a.unit).cmp(&(&a.value, b.unit)));
                judge(award, places, &mut rated);
                self.compare(award, own, &rated, checked);
            }
        }
        checked.same(|| "awards".to_owned(), &recorded.len(), &0);
    }

    /// A unit with its value as printed, and whether it may win.
    fn rated(&self, award: &Award, index: usize, nodes: &NodeRates<'s>) -> Option<Rated> {
        let outcome = self.subject.outcome;
        let unit = &outcome.units[index];
        let facts = Facts { court: self, unit, nodes };
        let shown = self.shown(award, unit, &facts)?;
        let value = Exact::parse(&shown)?;
        let mut rated = Rated { unit: index, value, shown, fate: None, because: String::new() };
        if award.at_least.as_ref().is_some_and(|bar| *bar > rated.value) {
            rated.fate = Some(Fate::Below);
        } else if let Some(Truth::Holds(because)) = award.unless.as_ref().map(|condition| facts.judge(condition)) {
            (rated.fate, rated.because) = (Some(Fate::Barred), because.join("; "));
        }
        Some(rated)
    }

    fn shown(&self, award: &Award, unit: &UnitOutcome, facts: &Facts<'_, '_, 's>) -> Option<String> {
        let model = &self.subject.outcome.model;
        let fixed = |rate: &Exact| model.score.published().print(rate);
        match award.by {
            AwardBy::Total => unit.total.clone(),
            AwardBy::Component(index) => {
                let id = &model.components.get(index)?.id;
                unit.components.get(id).filter(|own| own.lacks.is_none()).map(|own| fixed(&own.exact))
            }
            AwardBy::Node(node) => facts.rate(node, None).as_deref().map(fixed),
            AwardBy::Adjustment(kind) => {
                let is_of_kind = |row: usize| {
                    self.subject.outcome.registers.adjustments.get(row).is_some_and(|row| row.kind == kind)
                };
                let own = unit.adjustments.iter().filter(|own| own.row.is_some_and(is_of_kind));
                let sum = own.map(|own| &own.counted.0).sum::<Exact>();
                sum.is_positive().then(|| sum.to_string())
            }
        }
    }

    fn compare(&self, award: &Award, own: &Contest, rated: &[Rated], checked: &mut Checked) {
        let outcome = self.subject.outcome;
        let place = |what: &str| format!("awards[{}].{what}", award.code);
        checked.same(|| place("contenders"), &own.contenders.len(), &rated.len());
        for (recorded, rated) in own.contenders.iter().zip(rated) {
            let code = outcome.units[rated.unit].roster.code.as_str();
            let place = |what: &str| place(&format!("{code}.{what}"));
            checked.same(|| place("unit"), outcome.code(recorded.unit), code);
            checked.same(|| place("value"), &recorded.value, &rated.shown);
            let fate = rated.fate.unwrap_or(Fate::Behind);
            checked.same(|| place("fate"), recorded.fate.json(), fate.json());
            checked.same(|| place("because"), &recorded.because, &rated.because);
            if !outcome.draft {
                checked.same(|| place("fate"), &(fate == Fate::Pending), &false);
            }
        }
    }
}

fn places(award: &Award, ranked: usize) -> usize {
    match &award.size {
        Size::Places(places) => *places,
        Size::Share(share) => {
            let whole = (&share.0 * &Exact::from(ranked) / Exact::from(100)).whole(award.rounding);
            whole.to_count().and_then(|places| usize::try_from(places).ok()).unwrap_or(0)
        }
    }
}

/// Whoever may win and has fewer than `places` better or equal ones does. At the line a group that is too large is treated
/// as the award says.
fn judge(award: &Award, places: usize, rated: &mut [Rated]) {
    let open: Vec<Exact> = rated.iter().filter(|own| own.fate.is_none()).map(|own| own.value.clone()).collect();
    for own in rated.iter_mut().filter(|own| own.fate.is_none()) {
        let above = open.iter().filter(|value| **value > own.value).count();
        let level = open.iter().filter(|value| **value == own.value).count();
        let fits = above + level <= places;
        own.fate = Some(match award.tie {
            _ if fits => Fate::Won,
            _ if above >= places => Fate::Behind,
            TieAtQuota::Include => Fate::Won,
            TieAtQuota::Exclude => Fate::Tied,
            TieAtQuota::Committee => Fate::Pending,
        });
    }
}
