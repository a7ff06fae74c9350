//! Ranks, thresholds and units that take part in another way (SPEC §9.1, §9.2).

use crate::support::{GIVEN, Project};

#[test]
fn thresholds_belong_to_the_better_grade() {
    let run = Project::totals("U1=90 U2=89.99 U3=80 U4=79.99 U5=60 U6=59.99 U7=0", "").score();
    assert_eq!(run.grades("U1 U2 U3 U4 U5 U6 U7"), "优秀 先进 先进 达标 达标 不达标 不达标");
}

#[test]
fn the_parallel_scale_follows_the_grade() {
    let model = "[[grade]]\nname = \"优秀\"\nparallel = \"好\"\nat_least = 90\n[[grade]]\nname = \"达标\"\nparallel = \"一般\"\n";
    let run = Project::totals("U1=90 U2=89.99", model).score();
    assert_eq!((run.unit("U1").parallel.as_deref(), run.unit("U2").parallel.as_deref()), (Some("好"), Some("一般")));
}

const TIED: &str = "U1=90 U2=85 U3=85 U4=70";

#[test]
fn equal_totals_share_the_rank_by_each_method() {
    let ranks = |method: &str| {
        let run = Project::totals(TIED, &format!("[rank]\nmethod = \"{method}\"\n")).score();
        run.ranks("U1 U2 U3 U4")
    };
    assert_eq!(ranks("competition"), "1 2 2 4");
    assert_eq!(ranks("dense"), "1 2 2 3");
    assert_eq!(ranks("modified"), "1 3 3 4");
}

#[test]
fn competition_is_the_default() {
    assert_eq!(Project::totals(TIED, "").score().ranks("U1 U2 U3 U4"), "1 2 2 4");
}

/// G1 has U1 and U3, G2 has U2 and U4; U5 is separate, U6 not assessed.
fn groups(model: &str) -> crate::support::Run {
    let rows = "U1,甲,一组,排名\nU2,乙,二组,\nU3,丙,一组,排名\nU4,丁,二组,排名\nU5,戊,一组,单列\nU6,己,一组,不参评";
    let project = Project::new(&format!("{GIVEN}{model}")).roster("单位代码,单位全称,分组,参评方式", rows);
    project.given("U1,95 U2,92 U3,90 U4,88 U5,99").score()
}

#[test]
fn ranks_are_counted_in_the_group_and_over_all() {
    let run = groups("");
    assert_eq!(run.ranks("U1 U2 U3 U4 U5 U6"), "1 1 2 2 — —");
    let overall = |unit| run.unit(unit).rank_overall;
    assert_eq!(["U1", "U2", "U3", "U4", "U5"].map(overall), [Some(1), Some(2), Some(3), Some(4), None]);
}

#[test]
fn separate_units_are_scored_and_graded_but_take_no_place() {
    let model = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 50 }\n[[grade]]\nname = \"达标\"\n";
    let run = groups(model);
    // group 1 has 2 ranked units and 1 place for U1; U5 is outside
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 达标 达标 优秀");
    assert_eq!((run.total("U5"), run.unit("U5").takes_place), ("99.00", false));
    assert_eq!(
        run.outcome().quotas.iter().map(|q| (q.seats.ranked, q.seats.places, q.seats.taken)).collect::<Vec<_>>(),
        [(2, 1, 1); 2]
    );
}

#[test]
fn units_that_are_not_assessed_are_only_listed() {
    let run = groups("");
    assert_eq!((run.total("U6"), run.grade("U6"), run.unit("U6").roster.mode.json()), ("—", "—", "excluded"));
}

#[test]
fn with_scope_all_quotas_are_counted_over_all_groups() {
    let model = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 50 }\n[[grade]]\nname = \"达标\"\n\
                 [rank]\nscope = \"all\"\n";
    let run = groups(model);
    // 4 ranked units, 2 places: 95 and 92
    assert_eq!(run.grades("U1 U2 U3 U4"), "优秀 优秀 达标 达标");
    assert_eq!((run.outcome().quotas.len(), run.outcome().quotas[0].seats.ranked), (1, 4));
    assert_eq!(run.ranks("U1 U2 U3 U4"), "1 1 2 2"); // the other rank is shown too
}
