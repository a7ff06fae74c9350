//! Class means from the single ratings of ratings.csv (SPEC §7). Classes with tallies are left out: their votes stand in no
//! ratings.csv.

use std::collections::BTreeMap;

use super::{Checked, Subject};
use crate::result::outcome::{MeanOutcome, RatingRecord};
use crate::shared::number::{Exact, Points};

/// Marks of one class for one unit and node.
#[derive(Default)]
struct Marks {
    counted: Vec<Exact>,
    trimmed: Vec<Points>,
}

type Key<'r> = (&'r str, &'r str, &'r str, &'r str);

/// Checks every class mean.
pub(super) fn check(subject: &Subject<'_>, records: &[RatingRecord], checked: &mut Checked) {
    let mut marks: BTreeMap<Key<'_>, Marks> = BTreeMap::new();
    for record in records {
        let place = || format!("ratings.csv {}/{} {} {}", record.component, record.class, record.serial, record.unit);
        checked.same(place, &subject.units.contains_key(record.unit.as_str()), &true);
        let Some(points) = record.points.as_deref().and_then(Exact::parse) else { continue };
        let own = marks.entry((&record.component, &record.class, &record.unit, &record.node)).or_default();
        match record.state.as_str() {
            "counted" => own.counted.push(points),
            "trimmed" => own.trimmed.push(Points(points)),
            _ => {}
        }
    }
    for unit in subject.outcome.units.iter().filter(|unit| unit.mode != "excluded") {
        for rules in &subject.outcome.model.components {
            let Some(ballots) = unit.components.get(&rules.id).and_then(|own| own.ballots.as_ref()) else { continue };
            for class in ballots.classes.iter().filter(|class| class.tallies.is_empty()) {
                for (node, mean) in rules.nodes.iter().zip(&class.means) {
                    let place = format!(
                        "units[{}].components.{}.ballots.classes[{}].means[{node}]",
                        unit.code, rules.id, class.id
                    );
                    let key = (rules.id.as_str(), class.id.as_str(), unit.code.as_str(), node.as_str());
                    let mut own = marks.remove(&key).unwrap_or_default();
                    match mean {
                        Some(mean) => compare(subject, &rules.id, mean, &mut own, &place, checked),
                        None => checked.same(|| format!("{place}.counted"), &0, &own.counted.len()),
                    }
                }
            }
        }
    }
}

fn compare(
    subject: &Subject<'_>,
    component: &str,
    mean: &MeanOutcome,
    own: &mut Marks,
    place: &str,
    checked: &mut Checked,
) {
    checked.same(|| format!("{place}.counted"), &mean.counted, &own.counted.len());
    own.trimmed.sort();
    let list = |points: &[Points]| points.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    checked.same(|| format!("{place}.trimmed"), &list(&mean.trimmed), &list(&own.trimmed));
    let ratings = own.counted.len() + mean.zeros;
    if ratings == 0 {
        return;
    }
    let exact = own.counted.iter().sum::<Exact>() / Exact::from(ratings);
    let model = &subject.outcome.model;
    let decimals = if model.has_rules() {
        model.components.iter().find(|own| own.id == component).and_then(|own| own.mean_decimals)
    } else {
        mean.mean.decimals()
    };
    let rounded = decimals.map_or_else(|| exact.clone(), |decimals| exact.round(decimals));
    checked.same(|| format!("{place}.mean"), &mean.mean, &rounded);
}
