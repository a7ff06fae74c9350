//! Limits on how many units may have a grade: quotas from above, and the last of a scope from below (SPEC §9.6, §19.6).

use serde::{Deserialize, Serialize};

use super::toml::Section;
use super::{RankScope, Scheme};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points, Rounding};
use crate::shared::place::Place;
use crate::shared::text;

/// Most places that a model may state.
const MOST: u32 = 1_000_000;

/// How many places there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// A share of the ranked units of the scope, in percent.
    Share(Percent),
    /// A number.
    Places(usize),
}

/// The places of one scope, where they differ from those of the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSize {
    /// The name of the scope as written; of a scheme its code or name.
    pub scope: String,
    /// The name of the scheme that is meant.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scheme: Option<String>,
    /// How many places it has.
    #[serde(flatten)]
    pub size: Size,
    /// Where the model file says so.
    pub at: Place,
}

/// A limit on how many units may have a grade or a better one, 名额比例.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Quota {
    /// How many places each scope has.
    #[serde(flatten)]
    pub size: Size,
    /// Scopes with a number of places of their own.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by: Vec<OwnSize>,
    /// How the number of places is rounded to a whole number.
    pub rounding: Rounding,
    /// Lowest number of places that a share gives …
    pub minimum: usize,
    /// … if at least this many units are ranked.
    pub minimum_from: usize,
    /// The clause on which it is based.
    pub clause: Option<String>,
}

impl OwnSize {
    /// The name of its scope.
    pub fn name(&self) -> &str {
        self.scheme.as_deref().unwrap_or(&self.scope)
    }
}

impl Quota {
    /// Finds the schemes that `by` names by code or name.
    pub(super) fn find_schemes(&mut self, root: &Section<'_, '_>, schemes: &[Scheme]) {
        for own in &mut self.by {
            let is = |scheme: &&Scheme| {
                [&scheme.code, &scheme.name].into_iter().any(|name| text::key(name) == text::key(&own.scope))
            };
            own.scheme = schemes.iter().find(is).map(|scheme| scheme.name.clone());
            if own.scheme.is_none() {
                let finding = Finding::new(Code::E508).at(own.at).found(&own.scope);
                root.report(finding.nearest(&own.scope, schemes.iter().map(|scheme| scheme.name.as_str())));
            }
        }
    }

    /// How many places a scope has; none is named where all units are one.
    pub fn size(&self, scope: Option<&str>) -> &Size {
        let named = |scope: &str| self.by.iter().find(|own| text::key(own.name()) == text::key(scope));
        scope.and_then(named).map_or(&self.size, |own| &own.size)
    }

    /// Number of places among `ranked` units of a scope; see SPEC §9.6.
    ///
    /// Example: 30 % of 13 by floor is 3 places.
    pub fn places(&self, scope: Option<&str>, ranked: usize) -> usize {
        match self.size(scope) {
            Size::Places(places) => *places,
            Size::Share(share) => {
                let count = whole(share, ranked, self.rounding);
                if ranked >= self.minimum_from { count.max(self.minimum) } else { count }
            }
        }
    }
}

/// Number of places that a size gives among `ranked` units.
pub(super) fn places(size: &Size, ranked: usize, rounding: Rounding) -> usize {
    match size {
        Size::Places(places) => *places,
        Size::Share(share) => whole(share, ranked, rounding),
    }
}

/// A share of the ranked units of a scope as a whole number.
fn whole(share: &Percent, ranked: usize, rounding: Rounding) -> usize {
    let exact = &share.0 * &Exact::from(ranked) / Exact::from(100);
    exact.whole(rounding).to_count().map_or(0, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

/// The last units of a scope, who get this grade at best, 末位: after quotas, by published total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bottom {
    /// Share of the ranked units of the scope, in percent, rounded up.
    pub share: Percent,
    /// A unit with this total or more keeps its grade.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub safe_from: Option<Points>,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

impl Bottom {
    /// How many units are the last ones among `ranked`.
    pub fn last(&self, ranked: usize) -> usize {
        whole(&self.share, ranked, Rounding::Ceil)
    }
}

fn wrong(section: &Section<'_, '_>, key: &str, word: &'static str) {
    section.report(Finding::new(Code::E511).at(section.place_of(key)).with("expected", Arg::Word(word)));
}

/// Reads `quota = { … }`.
pub(super) fn load(section: Section<'_, '_>) -> Quota {
    let size = load_size(&section, Stated::Quota).unwrap_or_else(|| Size::Share(Percent(Exact::from(100))));
    let by = section.opt_section("by").as_ref().map(load_by).unwrap_or_default();
    let minimum = ["minimum", "minimum_from"].into_iter().find(|key| section.has(key));
    if let Some(key) = minimum.filter(|_| matches!(size, Size::Places(_))) {
        wrong(&section, key, "model.expected.no_minimum");
    }
    let quota = Quota {
        size,
        by,
        rounding: section.choice("rounding", super::ROUNDINGS, Rounding::Floor),
        minimum: section.opt_count("minimum", MOST).unwrap_or(0) as usize,
        minimum_from: section.opt_count("minimum_from", MOST).unwrap_or(1) as usize,
        clause: section.opt_text("clause"),
    };
    section.finish();
    quota
}

/// Where a number of places is stated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// In a quota.
    Quota,
    /// In a quota for one scope, as places alone.
    Scope,
    /// In an award.
    Award,
}

/// `share` or `places`, of which there must be one.
pub(super) fn load_size(section: &Section<'_, '_>, stated: Stated) -> Option<Size> {
    let or_share = stated != Stated::Scope;
    let (share, places) = (or_share && section.has("share"), section.has("places"));
    match (share, places) {
        (true, true) => {
            let code = if stated == Stated::Award { Code::E550 } else { Code::E511 };
            let finding = Finding::new(code).at(section.place_of("places"));
            section.report(finding.with("expected", Arg::Word("model.expected.share_or_places")));
            None
        }
        (false, true) => section.opt_count("places", MOST).map(|places| Size::Places(places as usize)),
        (true, false) => section.opt_percent("share").map(|share| Size::Share(Percent(share))),
        (false, false) => {
            let key = if or_share { "share" } else { "places" };
            section.lacks(key);
            None
        }
    }
}

/// `by = {一组 = 40, 二组 = {places = 3}}`.
fn load_by(section: &Section<'_, '_>) -> Vec<OwnSize> {
    let mut by: Vec<OwnSize> = Vec::new();
    for entry in section.entries() {
        let (scope, at) = (entry.name().to_owned(), entry.place());
        if by.iter().any(|own| text::key(&own.scope) == text::key(&scope)) {
            section.report(Finding::new(Code::E507).at(at).found(&scope));
        }
        let size = match entry.table() {
            Some(table) => {
                let size = load_size(&table, Stated::Scope);
                table.finish();
                size
            }
            None => entry.percent().map(|share| Size::Share(Percent(share))),
        };
        by.extend(size.map(|size| OwnSize { scope, scheme: None, size, at }));
    }
    by
}

/// Reads `bottom = { … }`.
pub(super) fn load_bottom(section: Section<'_, '_>) -> Bottom {
    let share = section.opt_percent("share");
    if share.is_none() && !section.has("share") {
        section.lacks("share");
    }
    let bottom = Bottom {
        share: Percent(share.unwrap_or_else(Exact::zero)),
        safe_from: section.opt_number("safe_from").map(Points),
        clause: section.opt_text("clause"),
    };
    section.finish();
    bottom
}

/// Checks that `by` of a quota is about scopes that there are.
pub(super) fn check_scope(quota: &Quota, scope: RankScope) -> Option<Finding> {
    let first = quota.by.first().filter(|_| scope == RankScope::All)?;
    let finding = Finding::new(Code::E511).at(first.at).found(&first.scope);
    Some(finding.with("expected", Arg::Word("model.expected.no_by")))
}
