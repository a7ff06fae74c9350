//! Builds the result document from the values of a run.

use std::collections::BTreeMap;

use super::{
    AdjustmentModel, AdjustmentOutcome, AdjustmentRowOutcome, AppealOutcome, BallotsOutcome, ClassModel, ClassOutcome,
    ComponentModel, ComponentOutcome, CorrectionOutcome, DecisionOutcome, ExactTotals, GivenOutcome, GradeModel,
    LeafModel, LeafOutcome, MeanOutcome, ModelOutcome, NodeOutcome, Outcome, QuotaOutcome, Rate, Reconciliation,
    RegistersOutcome, SCHEMA, StepOutcome, TalliedOutcome, TallyOutcome, UnitClassOutcome, UnitOutcome, reconcile,
};
use crate::assessment::{Assessment, ComponentInput, Register, Ruling, Standing, Target, Unit, UnitIx};
use crate::finding::Finding;
use crate::grade::{Grading, Step, UnitGrade};
use crate::model::ballot::Positive;
use crate::model::policy::NotApplicable;
use crate::model::{ComponentKind, Model, Node, RankScope, Rule, Sign, TieAtQuota};
use crate::number::Percent;
use crate::place::{Files, Place};
use crate::score::ballots::{Answers, NodeMean, UnitBallots};
use crate::score::{ComponentMeasure, End, LeafState, Measured, NodeRates, UnitScore};

/// The values of a run, from which a result document is made.
pub struct Run<'r> {
    /// The model.
    pub model: &'r Model,
    /// The checked inputs.
    pub assessment: &'r Assessment,
    /// What they measured.
    pub measured: &'r Measured,
    /// Totals, in the order of the roster.
    pub scores: &'r [UnitScore],
    /// Ranks and grades, in the same order.
    pub grading: &'r Grading,
    /// All findings, sorted.
    pub findings: &'r [Finding],
    /// All files.
    pub files: &'r Files,
    /// How many files were found.
    pub found: usize,
    /// `v001` or `draft`.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
}

/// Makes the result document; sums that do not add up are findings.
pub fn build(run: &Run<'_>) -> (Outcome, Vec<Finding>) {
    let builder = Builder { run, model: run.model, decimals: run.model.score.decimals };
    let mut scored = run.scores.iter().zip(&run.grading.units).peekable();
    let mut units = Vec::with_capacity(run.assessment.units.len());
    for (index, unit) in run.assessment.units.iter().enumerate() {
        let own = scored.next_if(|(score, _)| score.unit == UnitIx(index));
        units.push(match own {
            Some((score, grade)) => builder.unit(unit, score, grade),
            None => builder.bare_unit(unit, index),
        });
    }
    let mut outcome = Outcome {
        schema: SCHEMA.to_owned(),
        version: run.version.clone(),
        parent: run.parent.clone(),
        draft: run.draft,
        model: builder.model(),
        files: run.files.0.clone(),
        groups: run.assessment.groups.clone(),
        units,
        classes: builder.classes(),
        quotas: builder.quotas(),
        registers: builder.registers(),
        findings: run.findings.iter().map(|f| f.say(run.model.language, run.files)).collect(),
        reconciliation: Reconciliation::default(),
    };
    let asked = run.model.indicators_component().is_some() && run.model.tree.leaves.iter().any(|l| l.asked_of_unit);
    let (sums, findings) = reconcile::reconcile(&outcome, run.found, asked);
    outcome.reconciliation = sums;
    (outcome, findings)
}

struct Builder<'b> {
    run: &'b Run<'b>,
    model: &'b Model,
    decimals: u32,
}

const fn rule_name(rule: &Rule) -> &'static str {
    match rule {
        Rule::Deduct(_) => "deduct",
        Rule::Count(_) => "count",
        Rule::Ratio { .. } => "ratio",
        Rule::Levels(_) => "levels",
        Rule::Bands(_) => "bands",
        Rule::Checklist(_) => "checklist",
        Rule::Place { .. } => "rank",
        Rule::Direct(_) => "direct",
    }
}

const fn sign_name(sign: Sign) -> &'static str {
    match sign {
        Sign::Bonus => "bonus",
        Sign::Deduction => "deduction",
        Sign::Event => "event",
    }
}

impl Builder<'_> {
    fn model(&self) -> ModelOutcome {
        let (model, tree) = (self.model, &self.model.tree);
        let node = |code: &String, name: &String, points: &crate::number::Points| NodeOutcome {
            code: code.clone(),
            name: name.clone(),
            points: points.clone(),
        };
        ModelOutcome {
            title: model.title.clone(),
            period: model.period.clone(),
            issuer: model.issuer.clone(),
            language: model.language,
            as_of: model.as_of.map(|d| d.to_string()),
            hash: model.hash.clone(),
            secrecy: model.secrecy,
            full: model.score.full.clone(),
            min: model.score.min.clone(),
            max: model.score.max.clone(),
            decimals: self.decimals,
            rank_scope: if model.rank.scope == RankScope::Group { "group" } else { "all" }.to_owned(),
            not_applicable: match model.self_report.not_applicable {
                NotApplicable::Full => "full",
                NotApplicable::Zero => "zero",
                NotApplicable::Rescale => "rescale",
            }
            .to_owned(),
            tie_break: model.rank.tie_break.iter().map(|(_, name)| name.clone()).collect(),
            tie_at_quota: match model.rank.tie_at_quota {
                TieAtQuota::Exclude => "exclude",
                TieAtQuota::Include => "include",
                TieAtQuota::Committee => "committee",
            }
            .to_owned(),
            lines: tree.lines.iter().map(|l| node(&l.code, &l.name, &l.points)).collect(),
            aspects: tree.aspects.iter().map(|a| node(&a.code, &a.name, &a.points)).collect(),
            leaves: tree.leaves.iter().map(|leaf| self.leaf_model(leaf)).collect(),
            components: (0..model.components.len()).map(|i| self.component_model(i)).collect(),
            grades: (0..model.grades.len()).map(|i| self.grade_model(i)).collect(),
            adjustments: model
                .adjustments
                .kinds
                .iter()
                .map(|kind| AdjustmentModel {
                    code: kind.code.clone(),
                    name: kind.name.clone(),
                    kind: sign_name(kind.sign).to_owned(),
                    clause: kind.clause.clone(),
                })
                .collect(),
            max_bonus: model.adjustments.max_bonus.clone(),
            max_deduction: model.adjustments.max_deduction.clone(),
            over_claim_clause: model.over_claim.as_ref().and_then(|rule| rule.clause.clone()),
        }
    }

    fn leaf_model(&self, leaf: &crate::model::Leaf) -> LeafModel {
        LeafModel {
            code: leaf.code.clone(),
            line: self.model.tree.lines[leaf.line].code.clone(),
            aspect: self.model.tree.aspects[leaf.aspect].code.clone(),
            item: leaf.item.clone(),
            name: leaf.name.clone(),
            full: leaf.points.clone(),
            rule: rule_name(&leaf.rule).to_owned(),
            department: leaf.department.clone(),
            standard: leaf.standard.clone(),
        }
    }

    fn component_model(&self, index: usize) -> ComponentModel {
        let component = &self.model.components[index];
        let code = |node: &Node| self.model.tree.code(*node).to_owned();
        let (kind, full, classes, nodes, satisfaction) = match (&component.kind, &self.run.measured.components[index]) {
            (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) => {
                let class = |c: &crate::model::RaterClass| ClassModel {
                    id: c.id.clone(),
                    name: c.name.clone(),
                    weight: c.weight.clone(),
                };
                let nodes = measure.nodes.iter().map(code).collect();
                let satisfaction = !matches!(rules.positive, Positive::Undeclared);
                ("ballots", Some(rules.full.clone()), rules.classes.iter().map(class).collect(), nodes, satisfaction)
            }
            (ComponentKind::Given(rules), _) => ("given", Some(rules.scale.clone()), Vec::new(), Vec::new(), false),
            _ => ("indicators", None, Vec::new(), Vec::new(), false),
        };
        ComponentModel {
            id: component.id.clone(),
            name: component.name.clone(),
            weight: component.weight.clone(),
            kind: kind.to_owned(),
            full,
            classes,
            nodes,
            satisfaction,
            clause: component.clause.clone(),
        }
    }

    fn grade_model(&self, index: usize) -> GradeModel {
        let grade = &self.model.grades[index];
        GradeModel {
            name: grade.name.clone(),
            parallel: grade.parallel.clone(),
            at_least: grade.at_least.clone(),
            quota: grade.quota.as_ref().map(|q| q.share.clone()),
            actions: self.model.consequences.get(&index).map(|c| c.actions.clone()).unwrap_or_default(),
            clause: grade.clause.clone(),
        }
    }

    fn rate(&self, rate: Option<&Percent>) -> Option<Rate> {
        rate.map(|rate| Rate::new(rate, self.decimals))
    }

    /// Rates by node code.
    fn rates<'c>(
        &self,
        codes: impl Iterator<Item = &'c String>,
        rates: &[Option<Percent>],
    ) -> BTreeMap<String, Option<Rate>> {
        codes.cloned().zip(rates.iter().map(|rate| self.rate(rate.as_ref()))).collect()
    }

    fn at(&self, place: Place) -> super::At {
        self.run.files.triple(place)
    }

    /// A unit that is listed only.
    fn bare_unit(&self, unit: &Unit, index: usize) -> UnitOutcome {
        UnitOutcome {
            code: unit.code.clone(),
            name: unit.name.clone(),
            other_names: unit.short_names.iter().chain(&unit.former).cloned().collect(),
            group: self.run.assessment.groups[unit.group].clone(),
            mode: unit.mode.json().to_owned(),
            secretary: unit.secretary.clone(),
            contact: unit.contact.clone(),
            total: None,
            base: None,
            plus: None,
            minus: None,
            exact: None,
            rank_group: None,
            rank_overall: None,
            grade: None,
            threshold: None,
            parallel: None,
            deferred: false,
            takes_place: false,
            aspects: BTreeMap::new(),
            lines: BTreeMap::new(),
            components: BTreeMap::new(),
            leaves: Vec::new(),
            adjustments: self.unassessed_rows(UnitIx(index)),
            path: Vec::new(),
            report: self.run.assessment.reports[index].at.map(|p| self.at(p)),
            at: self.at(unit.at),
        }
    }

    fn unit(&self, unit: &Unit, score: &UnitScore, grade: &UnitGrade) -> UnitOutcome {
        let shown = |points: &crate::number::Points| Some(points.0.fixed(self.decimals));
        let name = |index: usize| self.model.grades[index].name.clone();
        let tree = &self.model.tree;
        UnitOutcome {
            total: shown(&score.total),
            base: shown(&score.base),
            plus: shown(&score.adjusted.plus),
            minus: shown(&score.adjusted.minus),
            exact: Some(ExactTotals {
                base: score.base.0.clone(),
                plus: score.adjusted.plus.0.clone(),
                minus: score.adjusted.minus.0.clone(),
                total: score.exact_total.0.clone(),
            }),
            rank_group: grade.rank_group,
            rank_overall: grade.rank_overall,
            grade: grade.grade.map(name),
            threshold: Some(name(grade.threshold)),
            parallel: grade.grade.and_then(|g| self.model.grades[g].parallel.clone()),
            deferred: grade.grade.is_none(),
            takes_place: grade.takes_place,
            aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &score.aspects),
            lines: self.rates(tree.lines.iter().map(|l| &l.code), &score.lines),
            components: self.components(score),
            leaves: self.leaves(score),
            adjustments: self.adjustments(score),
            path: grade.path.iter().map(|step| self.step(step)).collect(),
            ..self.bare_unit(unit, score.unit.0)
        }
    }

    fn components(&self, score: &UnitScore) -> BTreeMap<String, ComponentOutcome> {
        let mut components = BTreeMap::new();
        for (index, component) in self.model.components.iter().enumerate() {
            let nodes: &NodeRates = &score.nodes[index];
            let corrected = score.corrected.iter().find(|(target, _)| *target == Target::Component(index));
            let tree = &self.model.tree;
            let outcome = ComponentOutcome {
                rate: score.rates[index].0.fixed(self.decimals),
                exact: score.rates[index].0.clone(),
                aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &nodes.aspects),
                lines: self.rates(tree.lines.iter().map(|l| &l.code), &nodes.lines),
                ballots: self.ballots(index, score.unit),
                given: self.given(index, score.unit),
                corrected: corrected.map(|(_, id)| id.clone()),
            };
            components.insert(component.id.clone(), outcome);
        }
        components
    }

    fn ballots(&self, component: usize, unit: UnitIx) -> Option<BallotsOutcome> {
        let ComponentMeasure::Ballots(measure) = &self.run.measured.components[component] else { return None };
        let own = measure.units[unit.0].as_ref()?;
        Some(BallotsOutcome {
            answers: own.answers,
            enough: match own.enough {
                Answers::Enough => "enough",
                Answers::Flagged => "flagged",
                Answers::GroupMedian => "group-median",
            }
            .to_owned(),
            satisfaction: self.rate(own.satisfaction.as_ref()),
            positive: own.positive.0,
            valid: own.positive.1,
            rates: own.rates.iter().map(|rate| self.rate(rate.as_ref())).collect(),
            classes: self.unit_classes(component, unit, own),
        })
    }

    fn unit_classes(&self, component: usize, unit: UnitIx, own: &UnitBallots) -> Vec<UnitClassOutcome> {
        let ComponentKind::Ballots(rules) = &self.model.components[component].kind else { return Vec::new() };
        let mean = |mean: &NodeMean| MeanOutcome {
            mean: mean.mean.0.clone(),
            counted: mean.counted,
            zeros: mean.zeros,
            trimmed: mean.trimmed.clone(),
        };
        let classes = rules.classes.iter().zip(&own.classes).enumerate();
        classes
            .map(|(index, (class, measure))| UnitClassOutcome {
                id: class.id.clone(),
                means: measure.means.iter().map(|m| m.as_ref().map(mean)).collect(),
                missing: measure.missing.map(|reason| reason.json().to_owned()),
                effective_weight: measure.effective_weight.clone(),
                raters: measure.counts.raters,
                valid: measure.counts.valid,
                abstained: measure.counts.abstained,
                void: measure.counts.void,
                recused: measure.counts.recused,
                tallies: self.tallies(component, index, unit),
            })
            .collect()
    }

    fn tallies(&self, component: usize, class: usize, unit: UnitIx) -> Vec<TallyOutcome> {
        let ComponentInput::Ballots(counted) = &self.run.assessment.components[component] else { return Vec::new() };
        let start = counted.tallies.partition_point(|t| (t.class, t.unit) < (class, unit));
        let own = counted.tallies[start..].iter().take_while(|t| (t.class, t.unit) == (class, unit));
        own.map(|tally| TallyOutcome {
            node: self.model.tree.code(counted.nodes[tally.node]).to_owned(),
            votes: tally.votes.clone(),
            abstained: tally.abstained,
            at: self.at(tally.at),
        })
        .collect()
    }

    fn given(&self, component: usize, unit: UnitIx) -> Vec<GivenOutcome> {
        let ComponentMeasure::Given(units) = &self.run.measured.components[component] else { return Vec::new() };
        let of = |given: &crate::score::given::GivenMeasure| GivenOutcome {
            node: self.model.tree.code(given.node).to_owned(),
            rate: Rate::new(&given.rate, self.decimals),
            parts: given.parts.iter().map(|(p, s, at)| (p.clone(), s.clone(), self.at(*at))).collect(),
        };
        units[unit.0].iter().map(of).collect()
    }

    fn leaves(&self, score: &UnitScore) -> Vec<LeafOutcome> {
        let leaves = self.model.tree.leaves.iter().zip(&score.leaves).enumerate();
        leaves
            .map(|(index, (leaf, own))| LeafOutcome {
                code: leaf.code.clone(),
                full: leaf.points.clone(),
                self_points: own.self_points.clone(),
                verified: (own.state != LeafState::NotApplicable).then(|| own.points.clone()),
                state: own.state.json().to_owned(),
                claimed: own.claimed.clone(),
                value: own.verified_value.clone(),
                note: own.note.clone(),
                rate: score.leaf_rates[index].as_ref().map(|rate| rate.0.clone()),
                corrected: score.corrected.iter().find(|(t, _)| *t == Target::Leaf(index)).map(|(_, id)| id.clone()),
                at: self.at(own.at),
            })
            .collect()
    }

    /// Register rows of a unit that is not assessed: listed, not counted.
    fn unassessed_rows(&self, unit: UnitIx) -> Vec<AdjustmentOutcome> {
        let rows = self.run.assessment.registers.adjustments.iter();
        let own = rows.filter(|row| row.unit == unit && row.standing == Standing::NotAssessed);
        own.map(|row| AdjustmentOutcome {
            id: row.id.clone(),
            code: self.model.adjustments.kinds[row.kind].code.clone(),
            kind: sign_name(row.sign).to_owned(),
            outcome: row.standing.json().to_owned(),
            reason: None,
            points: row.approved.clone(),
            counted: crate::number::Points::zero(),
            at: Some(self.at(row.at)),
        })
        .collect()
    }

    fn adjustments(&self, score: &UnitScore) -> Vec<AdjustmentOutcome> {
        let rows = &self.run.assessment.registers.adjustments;
        let reason = |end: &End| match end {
            End::Part(limit) | End::Cut(limit) => Some(limit.json().to_owned()),
            End::Superseded(winner) => Some(winner.clone()),
            End::Full | End::NotApproved(_) | End::Event => None,
        };
        let own = score.adjusted.rows.iter();
        own.map(|outcome| {
            let row = outcome.row.map(|index| &rows[index]);
            AdjustmentOutcome {
                id: row.map(|r| r.id.clone()).unwrap_or_default(),
                code: row.map(|r| self.model.adjustments.kinds[r.kind].code.clone()).unwrap_or_default(),
                kind: sign_name(outcome.sign).to_owned(),
                outcome: outcome.end.json().to_owned(),
                reason: reason(&outcome.end),
                points: outcome.points.clone(),
                counted: outcome.counted.clone(),
                at: row.map(|r| self.at(r.at)),
            }
        })
        .collect()
    }

    fn step(&self, step: &Step) -> StepOutcome {
        let name = |index: usize| self.model.grades[index].name.clone();
        let mut values: BTreeMap<String, String> =
            step.values.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        if let Some(floor) = values.get_mut("floor")
            && let Some(grade) = floor.parse::<usize>().ok().and_then(|i| self.model.grades.get(i)) {
                floor.clone_from(&grade.name);
            }
        StepOutcome {
            kind: step.kind.json().to_owned(),
            code: step.code.clone(),
            name: step.name.clone(),
            clause: step.clause.clone(),
            from: step.from.map(name),
            to: step.to.map(name),
            values,
            at: step.at.map(|place| self.at(place)),
        }
    }

    fn classes(&self) -> BTreeMap<String, Vec<ClassOutcome>> {
        let mut components = BTreeMap::new();
        for (component, measure) in self.model.components.iter().zip(&self.run.measured.components) {
            let (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) = (&component.kind, measure) else {
                continue;
            };
            let classes = rules.classes.iter().zip(&measure.classes).map(|(class, totals)| ClassOutcome {
                id: class.id.clone(),
                issued: totals.issued,
                returned: totals.returned,
                valid: totals.valid,
                void: totals.void,
                emptied: totals.emptied,
                quorum: totals.quorum,
                tallied: TalliedOutcome {
                    rows: totals.tallied.rows,
                    issued: totals.tallied.issued,
                    valid: totals.tallied.valid,
                    invalid: totals.tallied.invalid,
                    without_quorum: totals.tallied.without_quorum,
                },
            });
            components.insert(component.id.clone(), classes.collect());
        }
        components
    }

    fn quotas(&self) -> Vec<QuotaOutcome> {
        let quotas = self.run.grading.quotas.iter();
        quotas
            .map(|quota| QuotaOutcome {
                group: quota.group.map(|g| self.run.assessment.groups[g].clone()),
                grade: self.model.grades[quota.grade].name.clone(),
                ranked: quota.ranked,
                places: quota.places,
                taken: quota.taken,
            })
            .collect()
    }

    fn registers(&self) -> RegistersOutcome {
        let registers = &self.run.assessment.registers;
        let code = |unit: UnitIx| self.run.assessment.unit(unit).code.clone();
        let endings = self.endings();
        RegistersOutcome {
            adjustments: registers
                .adjustments
                .iter()
                .enumerate()
                .map(|(index, row)| AdjustmentRowOutcome {
                    id: row.id.clone(),
                    unit: code(row.unit),
                    code: self.model.adjustments.kinds[row.kind].code.clone(),
                    event: row.register == Register::Events,
                    matter: row.matter.clone(),
                    level: row.level.clone(),
                    claimed: row.claimed.clone(),
                    approved: row.approved.clone(),
                    document: row.document.clone(),
                    document_number: row.document_number.clone(),
                    issued_by: row.issued_by.clone(),
                    date: row.date.map(|d| d.to_string()),
                    approval_number: row.approval_number.clone(),
                    remark: row.remark.clone(),
                    standing: row.standing.json().to_owned(),
                    outcome: endings.get(&index).copied().unwrap_or(Standing::NotAssessed.json()).to_owned(),
                    at: self.at(row.at),
                })
                .collect(),
            decisions: registers.decisions.iter().map(|row| self.decision(row)).collect(),
            corrections: registers.corrections.iter().map(|row| self.correction(row)).collect(),
            appeals: registers
                .appeals
                .iter()
                .map(|row| AppealOutcome {
                    id: row.id.clone(),
                    unit: code(row.unit),
                    target: row.target.clone(),
                    request: row.request.clone(),
                    received: row.received.map(|d| d.to_string()),
                    conclusion: row.conclusion.clone(),
                    document_number: row.document_number.clone(),
                    at: self.at(row.at),
                })
                .collect(),
        }
    }

    /// How each adjustment row ended, by its index in the register.
    fn endings(&self) -> BTreeMap<usize, &'static str> {
        let rows = self.run.scores.iter().flat_map(|score| &score.adjusted.rows);
        rows.filter_map(|outcome| Some((outcome.row?, outcome.end.json()))).collect()
    }

    fn decision(&self, row: &crate::assessment::DecisionRow) -> DecisionOutcome {
        DecisionOutcome {
            id: row.id.clone(),
            unit: self.run.assessment.unit(row.unit).code.clone(),
            grade: match row.ruling {
                Ruling::Pin(grade) => Some(self.model.grades[grade].name.clone()),
                Ruling::Defer => None,
            },
            outside_quota: row.outside_quota,
            above_cap: row.above_cap,
            clause: row.clause.clone(),
            document_number: row.document_number.clone(),
            date: row.date.map(|d| d.to_string()),
            standing: row.standing.json().to_owned(),
            at: self.at(row.at),
        }
    }

    fn correction(&self, row: &crate::assessment::CorrectionRow) -> CorrectionOutcome {
        CorrectionOutcome {
            id: row.id.clone(),
            unit: self.run.assessment.unit(row.unit).code.clone(),
            target: match row.target {
                Target::Leaf(leaf) => self.model.tree.leaves[leaf].code.clone(),
                Target::Component(index) => self.model.components[index].id.clone(),
                Target::Total => "total".to_owned(),
            },
            old: row.old.value.clone(),
            new: row.new.value.clone(),
            reason: row.reason.clone(),
            document_number: row.document_number.clone(),
            standing: row.standing.json().to_owned(),
            at: self.at(row.at),
        }
    }
}
