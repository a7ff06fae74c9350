//! Ballots and given scores of a recorded result: class means, rates, counts.

use super::Places;
use crate::engine::assessment::{BallotBox, ComponentInput, GivenBox, InapplicableRow, Mode, Tally, UnitIx};
use crate::engine::score::ComponentMeasure;
use crate::engine::score::ballots::{
    BallotMeasure, ClassMeasure, ClassTotals, MarkCounts, NodeMean, TallyTotals, UnitBallots,
};
use crate::engine::score::given::GivenMeasure;
use crate::model::{BallotRules, ComponentKind, Model, Node, Scale};
use crate::result::outcome::{
    BallotsOutcome, ClassOutcome, ComponentOutcome, MeanOutcome, Outcome, UnitClassOutcome, UnitOutcome,
};
use crate::shared::number::Points;

/// Component inputs as far as the result document prints them: tallies, periods. Single ballots stand in ratings.csv.
pub(super) fn inputs(parent: &Outcome, model: &Model, places: &Places) -> Vec<ComponentInput> {
    let input = |component: &crate::model::Component| match &component.kind {
        ComponentKind::Indicators => ComponentInput::Indicators,
        ComponentKind::Given(_) => {
            let recorded = parent.model.components.iter().find(|own| own.id == component.id);
            let periods = recorded.map(|own| own.periods.clone()).unwrap_or_default();
            ComponentInput::Given(GivenBox { scores: Vec::new(), periods })
        }
        ComponentKind::Ballots(rules) => ComponentInput::Ballots(BallotBox {
            nodes: nodes(parent, model, &component.id),
            ballots: Vec::new(),
            tallies: tallies(parent, model, &component.id, rules, places),
            inapplicable: inapplicable(parent, model, &component.id, places),
        }),
    };
    model.components.iter().map(input).collect()
}

/// What the components measured.
pub(super) fn measures(parent: &Outcome, model: &Model, places: &Places) -> Vec<ComponentMeasure> {
    let measure = |component: &crate::model::Component| match &component.kind {
        ComponentKind::Indicators => ComponentMeasure::Indicators,
        ComponentKind::Given(_) => {
            let units = parent.units.iter().map(|unit| given(unit, model, &component.id, places));
            ComponentMeasure::Given(units.collect())
        }
        ComponentKind::Ballots(rules) => {
            let recorded = parent.classes.get(&component.id).map_or(&[] as &[ClassOutcome], Vec::as_slice);
            let totals = |class: &crate::model::RaterClass| {
                recorded.iter().find(|own| own.id == class.id).map(class_totals).unwrap_or_default()
            };
            ComponentMeasure::Ballots(BallotMeasure {
                nodes: nodes(parent, model, &component.id),
                scale: scale(parent, &component.id, rules),
                classes: rules.classes.iter().map(totals).collect(),
                units: parent.units.iter().map(|unit| unit_ballots(unit, &component.id, rules)).collect(),
                judged: Vec::new(),
            })
        }
    };
    model.components.iter().map(measure).collect()
}

/// What a mark may be: where the model declares no step of a range, the one that the marks were found to lie on.
fn scale(parent: &Outcome, component: &str, rules: &BallotRules) -> Scale {
    let recorded = parent.model.components.iter().find(|own| own.id == component).and_then(|own| own.marks.as_ref());
    let mut scale = rules.scale.clone();
    if let (Scale::Range(range), Some(Scale::Range(known))) = (&mut scale, recorded.map(|marks| &marks.scale)) {
        range.step = range.step.take().or_else(|| known.step.clone());
    }
    scale
}

/// The measured nodes of a component, in the recorded order.
fn nodes(parent: &Outcome, model: &Model, component: &str) -> Vec<Node> {
    let recorded = parent.model.components.iter().find(|own| own.id == component);
    recorded.into_iter().flat_map(|own| &own.nodes).map(|code| node(model, code)).collect()
}

fn node(model: &Model, code: &str) -> Node {
    let tree = &model.tree;
    let aspect = tree.aspects.iter().position(|own| own.code == code).map(Node::Aspect);
    let line = || tree.lines.iter().position(|own| own.code == code).map(Node::Line);
    let leaf = || tree.leaves.iter().position(|own| own.code == code).map(Node::Leaf);
    aspect.or_else(line).or_else(leaf).unwrap_or(Node::Unit)
}

fn own<'u>(unit: &'u UnitOutcome, component: &str) -> Option<&'u ComponentOutcome> {
    unit.components.get(component).filter(|_| unit.mode != Mode::Excluded)
}

/// Tally rows by class, unit and node, as the ballot box has them.
fn tallies(parent: &Outcome, model: &Model, component: &str, rules: &BallotRules, places: &Places) -> Vec<Tally> {
    let nodes = nodes(parent, model, component);
    let mut tallies = Vec::new();
    for (class, own_class) in rules.classes.iter().enumerate() {
        for (index, unit) in parent.units.iter().enumerate() {
            let ballots = own(unit, component).and_then(|own| own.ballots.as_ref());
            let of_class = ballots.and_then(|ballots| ballots.classes.iter().find(|c| c.id == own_class.id));
            for row in of_class.into_iter().flat_map(|class| &class.tallies) {
                let own_node = node(model, &row.node);
                tallies.push(Tally {
                    class,
                    unit: UnitIx(index),
                    node: nodes.iter().position(|n| *n == own_node).unwrap_or(0),
                    votes: row.votes.clone(),
                    abstained: row.abstained,
                    issued: row.issued,
                    valid: row.valid,
                    invalid: row.invalid,
                    at: places.place(row.at),
                });
            }
        }
    }
    tallies
}

/// Rows of tallies that say that a node does not apply to a unit.
fn inapplicable(parent: &Outcome, model: &Model, component: &str, places: &Places) -> Vec<InapplicableRow> {
    let nodes = nodes(parent, model, component);
    let rows = parent.units.iter().enumerate().flat_map(|(index, unit)| {
        let ballots = own(unit, component).and_then(|own| own.ballots.as_ref());
        ballots.into_iter().flat_map(|ballots| &ballots.off).map(move |row| (UnitIx(index), row))
    });
    rows.filter_map(|(unit, (code, at))| {
        let own_node = node(model, code);
        let node = nodes.iter().position(|n| *n == own_node)?;
        Some(InapplicableRow { unit, node, at: places.place(*at) })
    })
    .collect()
}

fn class_totals(class: &ClassOutcome) -> ClassTotals {
    ClassTotals {
        issued: class.issued,
        returned: class.returned,
        valid: class.valid,
        void: class.void,
        emptied: class.emptied,
        quorum: class.quorum.unwrap_or(true),
        tallied: TallyTotals {
            rows: class.tallied.rows,
            issued: class.tallied.issued,
            valid: class.tallied.valid,
            invalid: class.tallied.invalid,
            without_quorum: class.tallied.without_quorum,
        },
    }
}

fn unit_ballots(unit: &UnitOutcome, component: &str, rules: &BallotRules) -> Option<UnitBallots> {
    let recorded: &BallotsOutcome = own(unit, component)?.ballots.as_ref()?;
    let class = |rule: &crate::model::RaterClass| recorded.classes.iter().find(|own| own.id == rule.id).map(measure);
    Some(UnitBallots {
        classes: rules.classes.iter().filter_map(class).collect(),
        rates: recorded
            .rates
            .iter()
            .map(|rate| rate.as_ref().map(|r| crate::shared::number::Percent(r.exact.clone())))
            .collect(),
        answers: recorded.answers,
        enough: recorded.enough,
        satisfaction: recorded.satisfaction.as_ref().map(|rate| crate::shared::number::Percent(rate.exact.clone())),
        positive: (recorded.positive, recorded.valid),
    })
}

fn measure(class: &UnitClassOutcome) -> ClassMeasure {
    let mean = |mean: &MeanOutcome| NodeMean {
        mean: Points(mean.mean.clone()),
        counted: mean.counted,
        zeros: mean.zeros,
        trimmed: mean.trimmed.clone(),
    };
    ClassMeasure {
        means: class.means.iter().map(|own| own.as_ref().map(mean)).collect(),
        missing: class.missing,
        effective_weight: class.effective_weight.clone(),
        counts: MarkCounts {
            raters: class.raters,
            valid: class.valid,
            abstained: class.abstained,
            void: class.void,
            recused: class.recused,
        },
    }
}

fn given(unit: &UnitOutcome, model: &Model, component: &str, places: &Places) -> Vec<GivenMeasure> {
    let recorded = own(unit, component).map_or(&[] as &[_], |own| own.given.as_slice());
    let measure = |given: &crate::result::outcome::GivenOutcome| GivenMeasure {
        node: node(model, &given.node),
        rate: given.rate.as_ref().map(|rate| crate::shared::number::Percent(rate.exact.clone())),
        off: given.off.iter().map(|(period, at)| (period.clone(), places.place(*at))).collect(),
        parts: given
            .parts
            .iter()
            .map(|(period, score, at)| (period.clone(), score.clone(), places.place(*at)))
            .collect(),
    };
    recorded.iter().map(measure).collect()
}
