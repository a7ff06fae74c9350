//! An analysis in sentences: the same ones in the terminal and in the workbook.

use std::borrow::Cow;

use crate::analyze::panels::Panel;
use crate::analyze::raters::Profile;
use crate::analyze::study::{
    Adjusted, GridTable, IndicatorTable, LeftKind, LeftOut, LineRow, ScenarioTable, Study, percent, printed,
};
use crate::shared::groups::each_once;
use crate::shared::i18n::{Lang, say};

/// From which alpha on raters agree, and from which by and large (Krippendorff 2004, ch. 11).
const GOOD: f64 = 0.8;
const FAIR: f64 = 0.667;

/// From which share of units with all points on an indicator is named.
const MOSTLY: f64 = 0.5;

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
                say!(self.lang, "analyze.agree", class, alpha, meaning)
            }
            Some((None, Some(why))) => {
                let why = self.lang.text(why.word());
                say!(self.lang, "analyze.agree.none", class, why)
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
        Some(say!(self.lang, key, class, serial, points, error))
    }

    /// That the raters of a class cannot all be compared; none where they can.
    pub fn parts(self, panel: &Panel) -> Option<String> {
        let parts = panel.parts.filter(|parts| *parts > 1)?;
        Some(say!(self.lang, "analyze.parts", class = self.class(panel), n = parts))
    }

    /// What was drawn, and how.
    pub fn drawn(self, study: &Study<'_>) -> String {
        let drawn = &study.drawn;
        let mut how = Vec::new();
        if drawn.vary.has_weights() {
            how.push(say!(self.lang, drawn.weights.word(), spread = drawn.spread));
        }
        if drawn.vary.has_raters() {
            how.push(self.lang.text("analyze.raters-drawn").to_owned());
        }
        let (what, how) = (self.lang.text(drawn.vary.word()), how.join(self.lang.text("analyze.and")));
        say!(self.lang, "analyze.drawn", what, n = drawn.draws, how, seed = drawn.seed)
    }

    /// Which classes kept their means where raters were drawn; none where none did.
    pub fn kept(self, study: &Study<'_>) -> Option<String> {
        let names = study.kept.iter().map(|own| own.names.join(" "));
        let names = self.lang.join("report.list", names);
        (!names.is_empty()).then(|| say!(self.lang, "analyze.kept", names))
    }

    /// Which components kept the weights of their classes; none where all vary.
    pub fn steady(self, study: &Study<'_>) -> Option<String> {
        let names = self.lang.join("report.list", study.steady.iter().copied());
        (!names.is_empty()).then(|| say!(self.lang, "analyze.steady", names))
    }

    /// How many grades are safe; none without grades.
    pub fn safe(self, study: &Study<'_>) -> Option<String> {
        let count = |safe: bool| study.units.iter().filter(|own| own.safe == Some(safe)).count();
        let (safe, contested) = (count(true), count(false));
        (safe + contested > 0).then(|| say!(self.lang, "analyze.safe", safe, contested))
    }

    /// The pair at the line of a quota.
    pub fn line(self, study: &Study<'_>, own: &LineRow<'_>) -> String {
        let name = |code: &str| study.units.iter().find(|own| own.code == code).map_or("", |own| own.name);
        let scope = own.scope.as_deref().unwrap_or(self.lang.text("report.all"));
        let (inside, outside, swaps) = (name(own.inside), name(own.outside), percent(own.swaps));
        let grade = &own.grade;
        say!(self.lang, "analyze.line", scope, grade, inside, outside, swaps)
    }

    /// What is left out, with its kind where the name does not say it.
    pub fn left_out<'w>(self, own: &'w LeftOut<'_>) -> Cow<'w, str> {
        match own.kind {
            LeftKind::Component | LeftKind::Class | LeftKind::Indicator => Cow::Borrowed(&own.name),
            LeftKind::Rater => Cow::Owned(say!(self.lang, "analyze.left-out.rater", name = own.name)),
        }
    }

    /// The name of a scenario.
    pub fn scenario_name<'w>(self, own: &'w ScenarioTable<'_>) -> Cow<'w, str> {
        match own.name.is_empty() {
            true => Cow::Borrowed(self.lang.text("analyze.scenario.typed")),
            false => Cow::Borrowed(&own.name),
        }
    }

    /// A scenario in one line.
    pub fn scenario(self, own: &ScenarioTable<'_>) -> String {
        let set = own.set.iter().map(|(key, value)| [key.as_str(), value.as_str()].join(" = "));
        let mean = |(level, mean): (&&str, &crate::analyze::plan::Mean)| {
            let level = self.lang.text(&format!("analyze.level.{level}"));
            [level, self.lang.text(mean.word())].join(self.lang.text("analyze.colon"))
        };
        let set = self.lang.join("report.list", set.chain(own.means.iter().map(mean)));
        let summary = &own.summary;
        let (name, mean) = (self.scenario_name(own), printed(summary.mean_shift, 2));
        let (most, grades) = (summary.greatest_shift, summary.grades_changed);
        say!(self.lang, "analyze.scenario", name, set, mean, most, grades)
    }

    /// What the indicators of a component tell.
    pub fn indicators(self, own: &IndicatorTable<'_>) -> Vec<String> {
        let lang = self.lang;
        let mut told = Vec::new();
        let flat = own.items.iter().filter(|own| own.figures.flat).map(|own| own.code);
        let flat = lang.join("report.list", flat);
        if !flat.is_empty() {
            told.push(say!(lang, "analyze.flat", component = own.name, codes = flat));
        }
        let is_high = |share: Option<f64>| share.is_some_and(|share| share >= MOSTLY);
        let ceiling = own.items.iter().filter(|own| !own.figures.flat && is_high(own.figures.ceiling));
        let ceiling = ceiling.map(|own| {
            let share = percent(own.figures.ceiling.unwrap_or_default());
            say!(lang, "analyze.code-share", code = own.code, share)
        });
        let ceiling = lang.join("report.list", ceiling);
        if !ceiling.is_empty() {
            told.push(say!(lang, "analyze.ceiling", component = own.name, codes = ceiling));
        }
        let pairs = own.pairs.iter();
        let pairs = pairs.map(|own| say!(lang, "analyze.pair", a = own.a, b = own.b, r = printed(own.correlation, 2)));
        let pairs = lang.join("report.list", pairs);
        if !pairs.is_empty() {
            told.push(say!(lang, "analyze.alike", component = own.name, pairs));
        }
        let whole = lang.text("analyze.whole-component");
        let alphas = own.reliability.iter().filter_map(|row| {
            let alpha = printed(*row.alpha.known()?, 2);
            Some(say!(lang, "analyze.code-share-plain", code = row.name.unwrap_or(whole), value = alpha))
        });
        let alphas = lang.join("report.list", alphas);
        if !alphas.is_empty() {
            told.push(say!(lang, "analyze.reliability", component = own.name, alphas));
        }
        told
    }

    /// The sets of units that come first on the map, in the order in which they occur, and the letter of each.
    pub fn leaders<'w>(self, own: &'w GridTable<'_>) -> Vec<(String, &'w [&'w str])> {
        let sets = each_once(own.points.iter().map(|point| point.first.as_slice()));
        let letter = |at: usize| match u8::try_from(at) {
            Ok(at) if at < 26 => char::from(b'A' + at).to_string(),
            _ => (at + 1).to_string(),
        };
        sets.into_iter().enumerate().map(|(at, set)| (letter(at), set)).collect()
    }

    /// What the letters of the map mean.
    pub fn legend(self, own: &GridTable<'_>) -> Vec<String> {
        let line =
            |(letter, set): (String, &[&str])| say!(self.lang, "analyze.grid.letter", letter, codes = set.join(" "));
        self.leaders(own).into_iter().map(line).collect()
    }

    /// What the map over two weights shows.
    pub fn grid(self, own: &GridTable<'_>) -> String {
        let [down, across] = &own.names;
        say!(self.lang, "analyze.grid", down, across)
    }

    /// The ranking with the severity of raters taken out in one sentence, or why there is none; nothing where no class has
    /// single ratings.
    pub fn adjusted(self, study: &Study<'_>) -> Option<String> {
        match &study.adjusted {
            Adjusted::NoRatings => None,
            Adjusted::Unconnected(own) => {
                Some(say!(self.lang, "analyze.adjusted.refused", class = own.names.join(" ")))
            }
            Adjusted::Ranking(own) => {
                let (mean, most) = (printed(own.mean_shift, 2), own.greatest_shift);
                Some(say!(self.lang, "analyze.adjusted", mean, most))
            }
        }
    }
}
