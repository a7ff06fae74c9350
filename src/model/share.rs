//! Votes counted in shares (SPEC §19.8): which levels are counted, and the points of a share by bands.

use serde::{Deserialize, Serialize};

use super::ballot::{BallotRules, Rates};
use super::rule::bands::Bands;
use super::scale::Scale;
use super::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Points};
use crate::shared::text;

/// What a component measures that counts votes instead of averaging marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The levels whose votes are counted.
    pub of: Vec<String>,
    /// Points of the component by lower bounds in percent; without them the share itself is the rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bands: Option<Bands>,
}

impl Share {
    /// The points of a share in percent; none below the first band.
    ///
    /// Example: with bands of 145 from 0 and 160 from 60, 63 % is worth 160 points.
    pub fn points(&self, share: &Exact) -> Option<Exact> {
        self.bands.as_ref().map_or_else(|| Some(share.clone()), |bands| bands.at(share))
    }
}

/// The keys that mean something only where shares are measured.
const KEYS: [&str; 3] = ["share_of", "bands", "interpolate"];

/// Reads `measure`, `share_of`, `bands` and `interpolate`; none if means are measured.
pub(super) fn load(section: &Section<'_, '_>, rules: &BallotRules) -> Option<Box<Share>> {
    let is_share = section.choice("measure", &[("mean", false), ("share", true)], false);
    let of = section.texts("share_of");
    let bands = load_bands(section, rules);
    if !is_share {
        if let Some(key) = KEYS.into_iter().find(|key| section.has(key)) {
            refuse(section, key, "model.expected.measure_share");
        }
        return None;
    }
    if section.has("interpolate") && !section.has("bands") {
        refuse(section, "interpolate", "model.expected.bands_first");
    }
    if of.is_empty() {
        section.lacks("share_of");
    }
    if section.has("mean_decimals") {
        refuse(section, "mean_decimals", "model.expected.share_exact");
    }
    check(section, "share_of", rules, &of);
    Some(Box::new(Share { of, bands }))
}

fn refuse(section: &Section<'_, '_>, key: &str, expected: &'static str) {
    section.report(Finding::new(Code::E551).at(section.place_of(key)).with("expected", Arg::Word(expected)));
}

/// Whether the votes for some levels of a component can be counted as shares: its ballots rate units by levels, every class has
/// one of the levels, and no other level has the points of one. Reports what stands against it.
pub(super) fn check(section: &Section<'_, '_>, key: &str, rules: &BallotRules, of: &[String]) -> bool {
    if rules.rates != Rates::Unit {
        refuse(section, key, "model.expected.share_of_unit");
        return false;
    }
    if rules.scales().any(|scale| !matches!(scale, Scale::Levels(_))) {
        // A scale that was not understood has its own finding.
        if !section.has("levels") || section.has("range") || rules.classes.iter().any(|class| class.own.is_some()) {
            refuse(section, key, "model.expected.share_of_levels");
        }
        return false;
    }
    let mut is_sound = true;
    for word in of.iter().filter(|word| !rules.scales().any(|scale| has(scale, word))) {
        let known = rules.scales().flat_map(names);
        section.unknown(key, word, known);
        is_sound = false;
    }
    if !is_sound || of.is_empty() {
        return is_sound;
    }
    for (index, class) in rules.classes.iter().enumerate() {
        let Scale::Levels(levels) = rules.scale_of(index) else { continue };
        let own = rules.levels_named(index, of);
        let same = |other: &usize| own.iter().any(|level| levels[*level].1 == levels[*other].1);
        let twin = (0..levels.len()).filter(|level| !own.contains(level)).find(same);
        let expected = match twin {
            _ if own.is_empty() => "model.expected.share_in_class",
            Some(_) => "model.expected.share_points",
            None => continue,
        };
        let found = twin.map_or(class.name.as_str(), |level| levels[level].0.as_str());
        let finding = Finding::new(Code::E551).at(section.place_of(key)).found(found);
        section.report(finding.with("expected", Arg::Word(expected)));
        is_sound = false;
    }
    is_sound
}

fn has(scale: &Scale, word: &str) -> bool {
    names(scale).any(|name| text::key(name) == text::key(word))
}

fn names(scale: &Scale) -> impl Iterator<Item = &str> {
    let levels = match scale {
        Scale::Levels(levels) => levels.as_slice(),
        Scale::Range(_) => &[],
    };
    levels.iter().map(|(name, _)| name.as_str())
}

/// `bands = "0:145,60:160"` or `bands = { "0" = 145, "60" = 160 }`: lower bounds in percent, from below, with points.
fn load_bands(section: &Section<'_, '_>, rules: &BallotRules) -> Option<Bands> {
    let is_linear = section.flag("interpolate", false);
    let written = match section.is_table("bands") {
        true => section.opt_numbers("bands")?.into_iter().map(|(bound, points)| (bound, Some(points))).collect(),
        false => parts(&section.opt_text("bands")?),
    };
    let mut bands: Vec<(Exact, Points)> = Vec::new();
    let refuse = |found: String, expected: &'static str| {
        let finding = Finding::new(Code::E552).at(section.place_of("bands")).found(found);
        section.report(finding.with("expected", Arg::Word(expected)));
    };
    for (bound, points) in written {
        let shown = points.as_ref().map_or_else(|| bound.clone(), |points| format!("{bound}:{points}"));
        match (Exact::parse(bound.trim()).or_else(|| Exact::parse_share(&bound)), points) {
            (Some(bound), _) if bound.is_negative() || bound > Exact::from(100) => {
                refuse(shown, "model.expected.band_bound");
            }
            (_, Some(points)) if points.is_negative() || points > rules.full.0 => {
                refuse(shown, "model.expected.within_full");
            }
            (Some(bound), _) if bands.iter().any(|(own, _)| *own == bound) => refuse(shown, "model.expected.ascending"),
            (Some(bound), Some(points)) => bands.push((bound, Points(points))),
            _ => refuse(shown, "model.expected.band"),
        }
    }
    bands.sort();
    (!bands.is_empty()).then(|| Bands::new(bands, is_linear))
}

/// `0:145,60:160` in its parts; points that are no number are none.
fn parts(text: &str) -> Vec<(String, Option<Exact>)> {
    let parts = text.split([',', '，', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
    let read = |part: &str| {
        let Some((bound, points)) = part.split_once([':', '：']) else { return (part.to_owned(), None) };
        let number = Exact::parse(points.trim()).or_else(|| Exact::parse_mixed(points));
        if number.is_none() { (part.to_owned(), None) } else { (bound.trim().to_owned(), number) }
    };
    parts.map(read).collect()
}
