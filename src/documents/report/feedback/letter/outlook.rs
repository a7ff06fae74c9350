//! The letter's section on the next grade: its threshold, other obstacles, and the places.

use std::borrow::Cow;

use super::super::Case;
use super::short;
use crate::documents::feedback::distance::{Distance, NextGrade, Obstacle, QuotaLine, Side};
use crate::documents::feedback::prizes::{Prize, PrizeSide};
use crate::result::outcome::StepKind;
use crate::shared::i18n::{Named, say};

pub(super) fn distance(case: &Case<'_, '_>) -> Cow<'static, str> {
    match &case.told().distance {
        Distance::Deferred => Cow::Borrowed(""),
        Distance::Best => Cow::Borrowed(case.text("feedback.letter.best")),
        Distance::Next(next) => Cow::Owned(next_grade(case, next)),
    }
}

fn next_grade(case: &Case<'_, '_>, next: &NextGrade<'_>) -> String {
    let threshold = short(&next.at_least.0);
    let mut said = if next.short.is_zero() {
        say!(case, "feedback.letter.reached", grade = next.grade, threshold = threshold)
    } else {
        say!(
            case,
            "feedback.letter.short",
            grade = next.grade,
            threshold = threshold,
            short = case.printed(&next.short)
        )
    };
    let obstacles: Vec<String> = next.obstacles.iter().map(|obstacle| hindrance(case, obstacle, next.grade)).collect();
    if !obstacles.is_empty() {
        let list = case.view.lang.join("feedback.letter.items", obstacles);
        said.push_str(&say!(case, "feedback.letter.obstacles", list = list));
    }
    said
}

fn hindrance(case: &Case<'_, '_>, obstacle: &Obstacle<'_>, grade: &str) -> String {
    let by = |clause: &Option<&str>| match clause {
        Some(clause) => say!(case, "feedback.letter.clause", clause = case.clean(clause)),
        None => String::new(),
    };
    match obstacle {
        Obstacle::Cap { name, clause, at_most, .. } => {
            let name = case.clean(name);
            match at_most {
                Some(to) => {
                    say!(case, "feedback.letter.obstacle-cap", clause = by(clause), name = name, to = to)
                }
                None => {
                    say!(case, "feedback.letter.obstacle-lifted", clause = by(clause), name = name, grade = grade)
                }
            }
        }
        Obstacle::NoPlace { kind, clause } => {
            let key = if *kind == StepKind::NoRoom {
                "feedback.letter.obstacle-room"
            } else {
                "feedback.letter.obstacle-tie"
            };
            say!(case, key, clause = by(clause), grade = grade)
        }
        Obstacle::Bottom { safe_from, clause } => match safe_from {
            Some(bar) => {
                let bar = short(&bar.0);
                say!(case, "feedback.letter.obstacle-bottom-safe", clause = by(clause), total = bar)
            }
            None => say!(case, "feedback.letter.obstacle-bottom", clause = by(clause)),
        },
        Obstacle::Decision { document, clause } => {
            let document = case.clean(document);
            say!(case, "feedback.letter.obstacle-decision", clause = by(clause), document = document)
        }
    }
}

pub(super) fn quota_line(case: &Case<'_, '_>, quota: &QuotaLine<'_>) -> String {
    let mut values: Vec<Named> = vec![("grade", &quota.grade), ("places", &quota.places), ("taken", &quota.taken)];
    let (needed, behind);
    let key = match &quota.side {
        Side::Inside => "feedback.letter.quota-inside",
        Side::Outside => "feedback.letter.quota-outside",
        Side::Level => "feedback.letter.quota-level",
        Side::Nobody => "feedback.letter.quota-nobody",
        Side::Needs { total, short } => {
            (needed, behind) = (case.printed(total), case.printed(short));
            values.push(("total", &needed));
            values.push(("points", &behind));
            "feedback.letter.quota-needs"
        }
        Side::Never => "feedback.letter.quota-never",
        Side::Behind(points) => {
            behind = case.printed(points);
            values.push(("points", &behind));
            "feedback.letter.quota-behind"
        }
        Side::Free(count) => {
            values.push(("free", count));
            "feedback.letter.quota-free"
        }
        Side::Suppressed => {
            values.push(("least", &case.outcome().model.feedback.min_group));
            "feedback.letter.quota-suppressed"
        }
    };
    case.fill(key, &values)
}

/// What became of the unit in an award.
pub(super) fn prize(case: &Case<'_, '_>, prize: &Prize<'_>) -> String {
    let amount = |value: &str| {
        let key = if prize.in_points { "award.value.points" } else { "award.value.rate" };
        say!(case, key, value = value)
    };
    let clause = prize.clause.map(|clause| say!(case, "feedback.letter.clause", clause = case.clean(clause)));
    let (name, clause) = (case.clean(prize.name), clause.unwrap_or_default());
    let (first, second) = match &prize.side {
        PrizeSide::Below(bar) => (amount(&short(bar)), amount(prize.value)),
        PrizeSide::Short(missing) => (amount(&short(missing)), String::new()),
        _ => (String::new(), String::new()),
    };
    let key = match &prize.side {
        PrizeSide::Won => "feedback.letter.award-won",
        PrizeSide::Barred => "feedback.letter.award-barred",
        PrizeSide::Tied => "feedback.letter.award-tied",
        PrizeSide::Pending => "feedback.letter.award-pending",
        PrizeSide::Below(_) => "feedback.letter.award-below",
        PrizeSide::Short(_) => "feedback.letter.award-short",
    };
    say!(case, key, award = name, clause = clause, amount = first, value = second)
}
