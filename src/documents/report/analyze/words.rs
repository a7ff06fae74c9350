//! An analysis in sentences: the same ones in the terminal and in the workbook.

use crate::analyze::panels::Panel;
use crate::analyze::raters::Profile;
use crate::analyze::study::{LineRow, ScenarioTable, Study, percent, printed};
use crate::shared::i18n::{Lang, say};

/// From which alpha on raters agree, and from which by and large (Krippendorff 2004, ch. 11).
const GOOD: f64 = 0.8;
const FAIR: f64 = 0.667;

/// Sentences in one language.
#[derive(Clone, Copy)]
pub struct Words {
    /// The language.
    pub lang: Lang,
}

impl Words {
    /// A class with its component.
    pub fn class(self, panel: &Panel) -> String {
        if panel.component_name == panel.class_name {
            return panel.class_name.clone();
        }
        [panel.component_name.as_str(), panel.class_name.as_str()].join(" ")
    }

    /// What the agreement of a class means for the committee.
    pub fn meaning(self, panel: &Panel) -> &'static str {
        let alpha = panel.agreement.first().and_then(|own| own.interval.known()).map(|own| own.value);
        self.lang.text(match alpha {
            Some(alpha) if alpha >= GOOD => "analyze.alpha.good",
            Some(alpha) if alpha >= FAIR => "analyze.alpha.fair",
            Some(_) => "analyze.alpha.poor",
            None => "analyze.alpha.none",
        })
    }

    /// The agreement of a class as a sentence.
    pub fn agreement(self, panel: &Panel) -> String {
        let class = self.class(panel);
        let meaning = self.meaning(panel);
        match panel.agreement.first().map(|own| (own.interval.known(), own.interval.reason())) {
            Some((Some(alpha), _)) => {
                let alpha = printed(alpha.value, 3);
                say!(self.lang, "analyze.agree", class = class, alpha = alpha, meaning = meaning)
            }
            Some((None, Some(why))) => {
                let why = self.lang.text(why.word());
                say!(self.lang, "analyze.agree.none", class = class, why = why)
            }
            _ => String::new(),
        }
    }

    /// How severe a rater is; none where that is unknown.
    pub fn rater(self, panel: &Panel, rater: &Profile) -> Option<String> {
        let (severity, error) = (rater.severity?, printed(rater.error?, 2));
        let (class, serial) = (self.class(panel), rater.serial);
        let key = match (rater.stands_out, severity < 0.0) {
            (false, _) => "analyze.rater.usual",
            (true, true) => "analyze.rater.severe",
            (true, false) => "analyze.rater.lenient",
        };
        let points = printed(if rater.stands_out { severity.abs() } else { severity }, 2);
        Some(say!(self.lang, key, class = class, serial = serial, points = points, error = error))
    }

    /// That the raters of a class cannot all be compared; none where they can.
    pub fn parts(self, panel: &Panel) -> Option<String> {
        let parts = panel.parts.filter(|parts| *parts > 1)?;
        Some(say!(self.lang, "analyze.parts", class = self.class(panel), n = parts))
    }

    /// How weights were drawn.
    pub fn drawn(self, study: &Study<'_>) -> String {
        let drawn = &study.drawn;
        let how = say!(self.lang, drawn.weights.word(), spread = drawn.spread);
        say!(self.lang, "analyze.drawn", n = drawn.draws, how = how, seed = drawn.seed)
    }

    /// Which components kept the weights of their classes; none where all vary.
    pub fn steady(self, study: &Study<'_>) -> Option<String> {
        let names = self.lang.join("report.list", study.steady.iter().copied());
        (!names.is_empty()).then(|| say!(self.lang, "analyze.steady", names = names))
    }

    /// How many grades are safe; none without grades.
    pub fn safe(self, study: &Study<'_>) -> Option<String> {
        let count = |safe: bool| study.units.iter().filter(|own| own.safe == Some(safe)).count();
        let (safe, contested) = (count(true), count(false));
        (safe + contested > 0).then(|| say!(self.lang, "analyze.safe", safe = safe, contested = contested))
    }

    /// The pair at the line of a quota.
    pub fn line(self, study: &Study<'_>, own: &LineRow<'_>) -> String {
        let name = |code: &str| study.units.iter().find(|own| own.code == code).map_or("", |own| own.name);
        let scope = own.scope.as_deref().unwrap_or(self.lang.text("report.all"));
        let (inside, outside, swaps) = (name(own.inside), name(own.outside), percent(own.swaps));
        let grade = &own.grade;
        say!(self.lang, "analyze.line", scope = scope, grade = grade, inside = inside, outside = outside, swaps = swaps)
    }

    /// A scenario in one line.
    pub fn scenario(self, own: &ScenarioTable<'_>) -> String {
        let set = own.set.iter().map(|(key, value)| [key.as_str(), value.as_str()].join(" = "));
        let set = self.lang.join("report.list", set);
        let summary = &own.summary;
        let (mean, most, grades) = (printed(summary.mean_shift, 2), summary.greatest_shift, summary.grades_changed);
        say!(self.lang, "analyze.scenario", set = set, mean = mean, most = most, grades = grades)
    }
}
