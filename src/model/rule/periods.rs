//! The periods of a leaf, as its parameters (参数) name them: `periods=mean`, `period_weights=一季度:40|二季度:60`,
//! `period_order=1月|2月`, `drop=low:1|high:1`.

use std::collections::BTreeSet;

use super::Rule;
use super::params::Parts;
use crate::model::{PeriodDrop, PeriodRules, Periods};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Percent};
use crate::shared::place::Located;
use crate::shared::text;

/// The names of these parameters.
pub(super) const KEYS: [&str; 4] = ["periods", "period_weights", "period_order", "drop"];

/// Reads the periods of a leaf; none where its parameters name none, or after a finding.
pub(in crate::model) fn parse_periods(params: &Located<String>, findings: &mut Findings<'_>) -> Option<PeriodRules> {
    let mut parts = Parts::of_periods(params);
    if KEYS.iter().all(|key| !parts.has(key)) {
        return None;
    }
    if !parts.has("periods") {
        parts.fault("periods", "model.expected.periods");
    }
    let periods = parts.word("periods", Periods::ALL, Periods::json).unwrap_or(Periods::Mean);
    let period_order = names(&mut parts);
    let period_weights = weights(&mut parts, periods, &period_order);
    let drop = dropped(&mut parts, periods, period_weights.len());
    let sum: Exact = period_weights.iter().map(|(_, weight)| &weight.0).sum();
    if parts.is_good() && periods == Periods::Weighted && sum != Exact::from(100) {
        let finding = findings.add(Code::E505).at(params.at).with("what", Arg::Word("model.period_weights"));
        finding.found(&sum);
    }
    for (name, weight) in &period_weights {
        if let Some(fraction) = weight.0.cut_share() {
            let finding = findings.add(Code::W530).at(params.at).with("key", "period_weights").found(&weight.0);
            finding.expected(format!("{name}:{fraction}"));
        }
    }
    let rules = PeriodRules { periods, period_order, period_weights, drop };
    parts.finish(findings).then_some(rules)
}

/// Whether the values of a leaf with this rule can be added up.
pub(in crate::model) const fn may_sum(rule: &Rule) -> bool {
    match rule {
        Rule::Deduct(_) | Rule::Count(_) | Rule::Ratio(_) | Rule::Bands(_) => true,
        Rule::Relative(_) | Rule::Place(_) | Rule::Calculated(_) => true,
        Rule::Levels(_) | Rule::Checklist(_) | Rule::Rank(_) | Rule::Direct(_) => false,
    }
}

/// `period_order=1月|2月`: each name once.
fn names(parts: &mut Parts<'_>) -> Vec<String> {
    let Some(written) = parts.take("period_order") else { return Vec::new() };
    let names: Vec<String> = split(&written).map(str::to_owned).collect();
    let keys: BTreeSet<String> = names.iter().map(|name| text::key(name)).collect();
    if names.is_empty() || keys.len() < names.len() {
        parts.fault(format!("period_order={written}"), "model.expected.once");
    }
    names
}

/// `period_weights=一季度:40|二季度:60`, in percent or as fractions, with `periods=weighted` only.
fn weights(parts: &mut Parts<'_>, periods: Periods, order: &[String]) -> Vec<(String, Percent)> {
    let Some(written) = parts.take("period_weights") else {
        if periods == Periods::Weighted {
            parts.fault("period_weights", "model.expected.period_weights");
        }
        return Vec::new();
    };
    if periods != Periods::Weighted {
        parts.fault(format!("period_weights={written}"), "model.expected.weighted");
        return Vec::new();
    }
    let mut weights: Vec<(String, Percent)> = Vec::new();
    for part in split(&written) {
        let weight = part.rsplit_once(':').and_then(|(name, weight)| Some((name.trim(), share(weight)?)));
        match weight.filter(|(name, weight)| !name.is_empty() && weight.is_positive()) {
            Some((name, weight)) => weights.push((name.to_owned(), Percent(weight))),
            None => parts.fault(part, "model.expected.period_weights"),
        }
    }
    let keys: BTreeSet<String> = weights.iter().map(|(name, _)| text::key(name)).collect();
    if keys.len() < weights.len() {
        parts.fault(format!("period_weights={written}"), "model.expected.once");
    }
    let ordered: BTreeSet<String> = order.iter().map(|name| text::key(name)).collect();
    if parts.is_good() && !order.is_empty() && ordered != keys {
        parts.fault(format!("period_order={}", order.join("|")), "model.expected.weighted_order");
    }
    weights
}

/// `drop=low:1|high:1`, which leaves at least one period.
fn dropped(parts: &mut Parts<'_>, periods: Periods, weighted: usize) -> Option<PeriodDrop> {
    let written = parts.take("drop")?;
    let mut drop = PeriodDrop { low: 0, high: 0 };
    for part in split(&written) {
        let count = part.split_once(':').and_then(|(end, count)| Some((text::key(end), count.trim().parse().ok()?)));
        match count {
            Some((end, count)) if end == "low" => drop.low = count,
            Some((end, count)) if end == "high" => drop.high = count,
            _ => parts.fault(part, "model.expected.drop"),
        }
    }
    match periods {
        Periods::Last | Periods::Sum => parts.fault(format!("drop={written}"), "model.expected.no_drop"),
        Periods::Weighted if weighted > 0 && drop.low.saturating_add(drop.high) >= weighted => {
            parts.fault(format!("drop={written}"), "model.expected.drop");
        }
        Periods::Mean | Periods::Weighted => {}
    }
    (drop.low > 0 || drop.high > 0).then_some(drop)
}

fn split(written: &str) -> impl Iterator<Item = &str> {
    written.split('|').map(str::trim).filter(|part| !part.is_empty())
}

/// A share in percent: `40`, `40%`, `1/3` of the whole, `66 2/3%`.
fn share(written: &str) -> Option<Exact> {
    let written = written.trim();
    let plain = written.strip_suffix('%').unwrap_or(written).trim_end();
    Exact::parse(plain).or_else(|| Exact::parse_share(written))
}

impl PeriodRules {
    /// How periods are combined, in words: `每期各计一次，取平均`.
    pub fn wording(&self, lang: Lang) -> String {
        let share = |weight: &Exact| match weight.decimals() {
            Some(_) => format!("{weight}%"),
            None => (weight / &Exact::from(100)).fraction(),
        };
        let weights = self.period_weights.iter().map(|(name, weight)| format!("{name} {}", share(&weight.0)));
        let list = lang.join("form.rule.and", weights);
        let text = say!(lang, &format!("form.periods.{}", self.periods.json()), list);
        let Some(PeriodDrop { low, high }) = self.drop else { return text };
        let key = match (low, high) {
            (_, 0) => "form.periods.drop.low",
            (0, _) => "form.periods.drop.high",
            _ => "form.periods.drop",
        };
        say!(lang, key, text, low, high)
    }

    /// Its parameters by name, as they are written.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let weights = self.period_weights.iter().map(|(name, weight)| format!("{name}:{}", weight.0.in_full()));
        let drop = self.drop.map(|drop| format!("low:{}|high:{}", drop.low, drop.high));
        let own = [
            ("periods", Some(self.periods.json().to_owned())),
            ("period_order", Some(self.period_order.join("|")).filter(|names| !names.is_empty())),
            ("period_weights", Some(weights.collect::<Vec<_>>().join("|")).filter(|weights| !weights.is_empty())),
            ("drop", drop),
        ];
        own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}
