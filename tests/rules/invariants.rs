//! The invariants at the end of SPEC §9, on random small projects.

use proptest::prelude::*;

use crate::support::{GIVEN, Project, Run};

const GRADES: [&str; 4] = ["优秀", "先进", "达标", "不达标"];

/// One group with its rules, as drawn.
#[derive(Clone, Debug)]
struct Group {
    totals: Vec<u32>,
    quota: [u32; 2],
    rounding: &'static str,
    minimum: usize,
    vetoed: Vec<bool>,
    promoted: Vec<bool>,
    deferred: Vec<bool>,
    tie_break: bool,
}

fn group() -> impl Strategy<Value = Group> {
    let flags = |weight| proptest::collection::vec(proptest::bool::weighted(weight), 12);
    (
        proptest::collection::vec(80..=100_u32, 1..=12),
        (5..=50_u32, 0..=50_u32),
        prop_oneof![Just("floor"), Just("half_up"), Just("ceil")],
        0..=1_usize,
        (flags(0.1), flags(0.1), flags(0.1)),
        any::<bool>(),
    )
        .prop_map(|(totals, (first, more), rounding, minimum, (vetoed, promoted, deferred), tie_break)| Group {
            totals,
            quota: [first, first + more],
            rounding,
            minimum,
            vetoed,
            promoted,
            deferred,
            tie_break,
        })
}

impl Group {
    fn model(&self) -> String {
        let quota = |share: u32| {
            format!("quota = {{ share = {share}, rounding = \"{}\", minimum = {} }}", self.rounding, self.minimum)
        };
        format!(
            "[[grade]]\nname = \"优秀\"\nat_least = 90\n{}\n[[grade]]\nname = \"先进\"\nat_least = 85\n{}\n\
             [[grade]]\nname = \"达标\"\nat_least = 82\n[[grade]]\nname = \"不达标\"\n\
             [[adjustment]]\ncode = \"V\"\nname = \"立案\"\nkind = \"event\"\n\
             [[adjustment]]\ncode = \"U\"\nname = \"表彰\"\nkind = \"event\"\n\
             [[cap]]\ncode = \"V\"\nname = \"否决\"\nat_most = \"达标\"\nwhen = {{ event = \"V\" }}\n\
             [[cap]]\ncode = \"L\"\nname = \"末位\"\nat_most = \"先进\"\nwhen = {{ last_in_group = true }}\n\
             [[promotion]]\ncode = \"U\"\nto = \"先进\"\nwhen = {{ event = \"U\" }}\n\
             [rank]\ntie_at_quota = \"exclude\"\ntie_break = {}\n",
            quota(self.quota[0]),
            quota(self.quota[1]),
            if self.tie_break { "[\"b\"]" } else { "[]" }
        )
    }

    fn codes(&self) -> Vec<String> {
        (1..=self.totals.len()).map(|n| format!("U{n}")).collect()
    }

    /// Rows of a register for the units that a flag marks.
    fn rows(&self, flags: &[bool], row: impl Fn(usize, &str) -> String) -> String {
        let marked = self.codes().into_iter().zip(flags).enumerate().filter(|(_, (_, flag))| **flag);
        marked.map(|(n, (code, _))| row(n + 1, &code)).collect::<Vec<_>>().join("\n")
    }

    /// Half of the total is given in `g`, half in `b`; the sum of both is what was drawn.
    fn run(&self) -> Run {
        let codes = self.codes();
        let second = "[[component]]\nid = \"b\"\nname = \"另\"\nweight = 50\nkind = \"given\"\n";
        let first = GIVEN.replace("100", "50");
        let mut halves = [String::new(), String::new()];
        for (n, (code, total)) in codes.iter().zip(&self.totals).enumerate() {
            let lead = u32::try_from(n % 3).unwrap().min(100 - total);
            halves[0] += &format!("{code},{} ", total - lead);
            halves[1] += &format!("{code},{}\n", total + lead);
        }
        let events = self.rows(&self.vetoed, |n, code| format!("{n},{code},V"));
        let honours = self.rows(&self.promoted, |n, code| format!("{},{code},U", n + 20));
        Project::new(&format!("{first}{second}{}", self.model()))
            .units(&codes.join(" "))
            .given(&halves[0])
            .file("given/b/scores.csv", &format!("单位,得分\n{}", halves[1]))
            .events(&[events, honours].into_iter().filter(|e| !e.is_empty()).collect::<Vec<_>>().join("\n"))
            .decisions(&self.rows(&self.deferred, |n, code| format!("{n},{code},暂缓,,,")))
            .run()
    }
}

/// How good a grade is: fewer is better; no grade is none.
fn level(run: &Run, unit: &str) -> Option<usize> {
    GRADES.iter().position(|grade| *grade == run.grade(unit))
}

fn total(run: &Run, unit: &str) -> assess::shared::number::Exact {
    assess::shared::number::Exact::parse(run.total(unit)).unwrap()
}

/// Total, rank and grade of a unit did not get worse.
fn check_no_worse(before: &Run, after: &Run, unit: &str) -> Result<(), TestCaseError> {
    prop_assert!(total(after, unit) >= total(before, unit));
    let rank = |run: &Run| run.unit(unit).rank_group.unwrap();
    prop_assert!(rank(after) <= rank(before), "rank {} → {}", rank(before), rank(after));
    let (old, new) = (level(before, unit), level(after, unit));
    prop_assert!(old.zip(new).is_none_or(|(old, new)| new <= old), "grade {old:?} → {new:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn under_exclude_no_more_units_take_places_than_there_are(group in group()) {
        let run = group.run();
        prop_assert_eq!(run.errors(), Vec::<&str>::new());
        for (grade, quota) in run.outcome().quotas.iter().enumerate() {
            let holders = group.codes().into_iter().filter(|unit| {
                run.unit(unit).takes_place && level(&run, unit).is_some_and(|own| own <= grade)
            });
            prop_assert!(holders.count() <= quota.seats.places);
            prop_assert!(quota.seats.taken <= quota.seats.places);
        }
    }

    #[test]
    fn no_lower_total_has_a_better_grade_unless_a_step_says_why(group in group()) {
        let run = group.run();
        let codes = group.codes();
        for (low, high) in codes.iter().flat_map(|a| codes.iter().map(move |b| (a, b))) {
            let better = level(&run, low).zip(level(&run, high)).is_some_and(|(low, high)| low < high);
            if total(&run, low) < total(&run, high) && better {
                let lifted = run.steps(low).contains(&"promotion");
                let lowered = run.steps(high).contains(&"cap");
                prop_assert!(lifted || lowered, "{low} and {high}: {:?} {:?}", run.steps(low), run.steps(high));
            }
        }
    }

    #[test]
    fn a_higher_component_rate_never_makes_its_unit_worse(
        group in group(), unit in any::<proptest::sample::Index>(), more in 1..=6_u32,
    ) {
        let index = unit.index(group.totals.len());
        let mut raised = group.clone();
        raised.totals[index] = (raised.totals[index] + more).min(100);
        let (before, after) = (group.run(), raised.run());
        check_no_worse(&before, &after, &group.codes()[index])?;
    }

    #[test]
    fn higher_verified_points_never_make_their_unit_worse(
        points in proptest::collection::vec([0..=60_u32, 0..=40_u32], 2..=8),
        unit in any::<proptest::sample::Index>(), leaf in 0..=1_usize, more in 1..=20_u32,
    ) {
        let model = "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 60\nrule = \"核定\"\n\
            [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A1\"\nname = \"乙\"\npoints = 40\nrule = \"核定\"\n\
            [over_claim]\nfree = 2\nper = 1\npoints = 0.5\nmax = 2\n\
            [[grade]]\nname = \"优秀\"\nat_least = 70\nquota = { share = 30, minimum = 1 }\n\
            [[grade]]\nname = \"先进\"\nat_least = 40\nquota = { share = 60, minimum = 1 }\n[[grade]]\nname = \"达标\"\nat_least = 20\n\
            [[grade]]\nname = \"不达标\"\n[[cap]]\ncode = \"C\"\nname = \"低项\"\nat_most = \"达标\"\nwhen = { rate = \"X\", below = 30 }\n";
        let run = |points: &[[u32; 2]]| {
            let codes: Vec<String> = (1..=points.len()).map(|n| format!("U{n}")).collect();
            let mut project = Project::new(model).units(&codes.join(" "));
            for (code, [x, y]) in codes.iter().zip(points) {
                project = project.report(code, &format!("X,,50,,,{x},核\nY,,30,,,{y},核"));
            }
            project.run()
        };
        let index = unit.index(points.len());
        let mut raised = points.clone();
        raised[index][leaf] = (raised[index][leaf] + more).min([60, 40][leaf]);
        check_no_worse(&run(&points), &run(&raised), &format!("U{}", index + 1))?;
    }
}
