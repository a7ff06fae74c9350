//! Diffs of hand-made results: who moved, by which row, and whom that moved in turn.

use assess::result::diff::{Cause, Diff, Register, RowMove, Rule};

use crate::support::{Project, Run};

/// 优秀 for 30 % of a group, and a bonus of half a point.
const QUOTA: &str = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 30, clause = \"第十三条\" }\n\
                     [[grade]]\nname = \"先进\"\nat_least = 0\n\
                     [[adjustment]]\ncode = \"J\"\nname = \"推广\"\nkind = \"bonus\"\npoints = 0.5\n\
                     [[adjustment]]\ncode = \"N\"\nname = \"通报\"\nkind = \"deduction\"\npoints = 2\n";

/// Thirteen units: floor(0.3 · 13) = 3 places for 优秀; the fourth stands 0.4 behind the third.
const TOTALS: &str = "U1=97 U2=96 U3=95.4 U4=95 U5=80 U6=79 U7=78 U8=77 U9=76 U10=75 U11=74 U12=73 U13=72";

fn run(rows: &str) -> Run {
    Project::totals(TOTALS, QUOTA).adjustments(rows).score()
}

fn row(id: &str, unit: &str, code: &str, points: &str, status: &str) -> String {
    format!("{id},{unit},{code},事由{id},,{points},通报,文{id},2025-05-01,{status},审{id}\n")
}

fn between(old: &Run, new: &Run) -> Diff {
    Diff::between(old.outcome(), new.outcome())
}

/// The codes of the units that moved by something of their own, and of those that others moved.
fn moved(diff: &Diff) -> (Vec<&str>, Vec<&str>) {
    (diff.moved().map(|u| u.code.as_str()).collect(), diff.knocked_on().map(|u| u.code.as_str()).collect())
}

#[test]
fn the_unit_that_loses_the_best_grade_is_named_with_whoever_took_its_place_and_the_row() {
    // SPEC §17: U4 95 + 0.5 = 95.5 passes U3 at 95.4 and takes the third of three places.
    let before = run(&row("7", "U4", "J", "0.5", "拟提"));
    let after = run(&row("7", "U4", "J", "0.5", "工委审定"));
    assert_eq!((before.grade("U3"), after.grade("U3")), ("优秀", "先进"));
    let diff = between(&before, &after);
    assert_eq!(diff.rows.len(), 1);
    let (own, others) = moved(&diff);
    assert_eq!((own, others), (vec!["U4"], vec!["U3"]));

    let first = diff.unit("U4").unwrap();
    let (old, new) = (first.old.as_ref().unwrap(), first.new.as_ref().unwrap());
    assert_eq!((old.total.as_deref(), new.total.as_deref()), (Some("95.00"), Some("95.50")));
    assert_eq!((old.rank_group, new.rank_group), (Some(4), Some(3)));
    assert_eq!((old.grade.as_deref(), new.grade.as_deref()), (Some("先进"), Some("优秀")));
    let [Cause::Row { row }] = first.causes.as_slice() else { panic!("{:?}", first.causes) };
    assert_eq!((row.register, row.id.as_str(), row.document.as_str()), (Register::Adjustments, "7", "审7"));
    assert_eq!(row.at.line(), "registers/加减分登记.csv A2");

    let loser = diff.unit("U3").unwrap();
    assert!(!loser.total_changed() && loser.rank_changed() && loser.grade_changed());
    let [Cause::Knock { rule, clause, grade, places, by, .. }] = loser.causes.as_slice() else {
        panic!("{:?}", loser.causes)
    };
    assert_eq!((*rule, clause.as_deref(), grade.as_deref()), (Rule::NoRoom, Some("第十三条"), Some("优秀")));
    assert_eq!(places.as_deref(), Some("3"));
    assert_eq!(by.len(), 1);
    assert_eq!((by[0].code.as_str(), by[0].rows.as_slice()), ("U4", std::slice::from_ref(row)));
    let quota = &diff.quotas[0];
    assert!(!quota.changed() && quota.new.as_ref().unwrap().taken == 3);
}

#[test]
fn a_deduction_makes_room_and_the_unit_that_moves_up_says_who_left() {
    // U1 97 − 2 = 95 ties with U4 (95): rank 3 for both. U4 had rank 4 and no place; now U1 and U4 compete for the third
    // place with equal totals and no tie-break, so neither gets it (exclude). U2 and U3 move up one rank each.
    let after = run(&row("1", "U1", "N", "2", "工委审定"));
    let diff = between(&run(""), &after);
    assert_eq!(after.ranks("U1 U2 U3 U4"), "3 1 2 3");
    assert_eq!(moved(&diff), (vec!["U1"], vec!["U2", "U3", "U4"]));
    for code in ["U2", "U3", "U4"] {
        let unit = diff.unit(code).unwrap();
        let [Cause::Knock { rule: Rule::Rank, by, .. }] = unit.causes.as_slice() else { panic!("{:?}", unit.causes) };
        assert_eq!((by[0].code.as_str(), by[0].rows[0].id.as_str()), ("U1", "1"));
    }
    let quota = &diff.quotas[0];
    assert_eq!((quota.old.as_ref().unwrap().taken, quota.new.as_ref().unwrap().taken), (3, 2));
}

#[test]
fn a_place_that_becomes_free_names_the_unit_that_left_it() {
    // U1 97 − 2 − 2 = 93 falls behind U4 (95): places go to U2, U3, U4.
    let rows = row("1", "U1", "N", "2", "工委审定") + &row("2", "U1", "N", "2", "工委审定");
    let diff = between(&run(""), &run(&rows));
    let winner = diff.unit("U4").unwrap();
    let [Cause::Knock { rule: Rule::PlaceFreed, by, grade, .. }] = winner.causes.as_slice() else {
        panic!("{:?}", winner.causes)
    };
    assert_eq!((grade.as_deref(), by[0].code.as_str()), (Some("优秀"), "U1"));
    let ids: Vec<&str> = by[0].rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"], "both rows stand behind it");
}

#[test]
fn a_chain_of_displacements_leads_back_to_the_row_at_its_beginning() {
    // Ten units: 优秀 floor(0.2 · 10) = 2, 优秀 + 先进 floor(0.5 · 10) = 5. A pin puts U10 at 优秀: U2 drops to 先进 and takes
    // the last place there from U5, whom nobody passed.
    let grades = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 20 }\n\
                  [[grade]]\nname = \"先进\"\nat_least = 80\nquota = { share = 50 }\n\
                  [[grade]]\nname = \"达标\"\nat_least = 0\n";
    let totals = "U1=99 U2=98 U3=97 U4=96 U5=95 U6=94 U7=93 U8=92 U9=91 U10=90";
    let before = Project::totals(totals, grades).score();
    let after = Project::totals(totals, grades).decisions("1,U10,优秀,,,").score();
    assert_eq!(after.grades("U1 U2 U5 U10"), "优秀 先进 达标 优秀");
    let diff = between(&before, &after);
    assert_eq!(moved(&diff), (vec!["U10"], vec!["U2", "U5"]));
    for code in ["U2", "U5"] {
        let unit = diff.unit(code).unwrap();
        let [Cause::Knock { rule: Rule::NoRoom, by, .. }] = unit.causes.as_slice() else { panic!("{:?}", unit.causes) };
        assert_eq!((by[0].code.as_str(), by[0].rows[0].register), ("U10", Register::Decisions), "{code}");
    }
}

#[test]
fn rows_are_sorted_into_approved_changed_withdrawn_settled_and_listed() {
    let before = [
        row("1", "U5", "J", "0.5", "工委审定"),
        row("2", "U6", "J", "0.5", "工委审定"),
        row("3", "U7", "J", "0.5", "拟提"),
        row("4", "U8", "J", "0.5", "工委审定"),
        row("10", "U9", "J", "0.5", "拟提"),
    ];
    // 1 stays, 2 is withdrawn, 3 is approved, 4 goes over to U12, 10 stays proposed with another text, 11 is new.
    let after = [
        row("1", "U5", "J", "0.5", "工委审定"),
        row("2", "U6", "J", "0.5", "撤销"),
        row("3", "U7", "J", "0.5", "工委审定"),
        row("4", "U12", "J", "0.5", "工委审定"),
        row("10", "U9", "J", "", "拟提"),
        row("11", "U9", "N", "2", "工委审定"),
    ];
    let diff = between(&run(&before.concat()), &run(&after.concat()));
    let moves: Vec<(&str, RowMove)> = diff.rows.iter().map(|row| (row.id.as_str(), row.moved)).collect();
    assert_eq!(
        moves,
        [
            ("2", RowMove::Withdrawn),
            ("3", RowMove::Approved),
            ("4", RowMove::Changed),
            ("10", RowMove::Listed),
            ("11", RowMove::Approved)
        ]
    );
    assert_eq!(diff.counts().rows, 4);
    let value = |id: &str| diff.rows.iter().find(|row| row.id == id).unwrap().any().value.clone().unwrap();
    assert_eq!((value("3").as_str(), value("11").as_str()), ("0.5", "-2"));
    // 4 concerns both units.
    assert_eq!(diff.rows[2].units().collect::<Vec<_>>(), ["U8", "U12"]);
    for code in ["U8", "U12"] {
        assert!(matches!(&diff.unit(code).unwrap().causes[0], Cause::Row { row } if row.id == "4"), "{code}");
    }
}

#[test]
fn a_row_that_another_one_cuts_is_settled_differently_and_is_no_cause() {
    // One matter: 1 (0.5 in May) counts; once 2 (a larger level of the same matter) is approved, 1 is superseded.
    let model = format!("{QUOTA}[[adjustment]]\ncode = \"K\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n");
    let rows = |status: &str| {
        format!(
            "1,U5,J,同一事,,0.5,通报,文1,2025-05-01,工委审定,审1\n2,U5,K,同一事,,2,通报,文2,2025-06-01,{status},审2\n"
        )
    };
    let of = |status: &str| Project::totals(TOTALS, &model).adjustments(&rows(status)).score();
    let (before, after) = (of("拟提"), of("工委审定"));
    assert_eq!((before.total("U5"), after.total("U5")), ("80.50", "82.00"));
    let diff = between(&before, &after);
    let moves: Vec<(&str, RowMove)> = diff.rows.iter().map(|row| (row.id.as_str(), row.moved)).collect();
    assert_eq!(moves, [("1", RowMove::Settled), ("2", RowMove::Approved)]);
    let unit = diff.unit("U5").unwrap();
    assert!(matches!(unit.causes.as_slice(), [Cause::Row { row }] if row.id == "2"), "{:?}", unit.causes);
}

#[test]
fn the_last_place_of_a_group_goes_over_with_the_cap_that_looks_at_it() {
    // The last of the group is 达标 at best. U2 80 − 2 = 78 falls behind U3 (79), which is no longer the last.
    let model = format!(
        "{QUOTA}[[cap]]\ncode = \"C9\"\nname = \"末位\"\nat_most = \"差\"\nwhen = {{ last_in_group = true }}\n\
         [[grade]]\nname = \"差\"\nat_least = 0\n"
    )
    .replace("name = \"先进\"\nat_least = 0", "name = \"先进\"\nat_least = 1");
    let of = |rows: &str| Project::totals("U1=85 U2=80 U3=79", &model).adjustments(rows).score();
    let after = of(&row("1", "U2", "N", "2", "工委审定"));
    assert_eq!(after.grades("U1 U2 U3"), "先进 差 先进");
    let diff = between(&of(""), &after);
    let unit = diff.unit("U3").unwrap();
    let [Cause::Knock { rule: Rule::CapLifted, code, by, .. }] = unit.causes.as_slice() else {
        panic!("{:?}", unit.causes)
    };
    assert_eq!((code.as_deref(), by[0].code.as_str()), (Some("C9"), "U2"));
}

#[test]
fn nothing_differs_between_a_result_and_itself() {
    let rows = row("1", "U5", "J", "0.5", "工委审定");
    let diff = between(&run(&rows), &run(&rows));
    assert!(diff.is_empty() && diff.units.is_empty(), "{diff:?}");
    assert_eq!(diff.feedback.count(), 0);
}

#[test]
fn feedback_changes_for_the_unit_itself_and_for_those_that_are_compared_with_it() {
    // Two groups. In the first the mean of totals moves from 90.00 to 90.17 (0.5 / 3); the second stays as it is.
    let project = |rows: &str| {
        Project::totals("U1=95 U2=90 U3=85 V1=80 V2=70", QUOTA)
            .roster("单位代码,单位全称,分组", "U1,甲,一组\nU2,乙,一组\nU3,丙,一组\nV1,丁,二组\nV2,戊,二组\n")
            .adjustments(rows)
            .score()
    };
    let diff = between(&project(""), &project(&row("1", "U2", "J", "0.5", "工委审定")));
    assert_eq!((diff.feedback.own.as_slice(), diff.feedback.comparison.len()), (&["U2".to_owned()][..], 2));
    // A row that is only proposed is listed in the feedback of its unit and moves no comparison.
    let diff = between(&project(""), &project(&row("1", "V2", "J", "0.5", "拟提")));
    assert_eq!((diff.feedback.own.as_slice(), diff.feedback.comparison.len()), (&["V2".to_owned()][..], 0));
}

#[test]
fn units_are_followed_through_former_codes_and_names() {
    let old = Project::totals("U1=95 U2=90 U3=85", QUOTA)
        .roster("单位代码,单位全称,分组", "U1,市甲局,一组\nU2,市乙局,一组\nU3,市丙局,一组\n")
        .score();
    // 市甲局 has become W1 市新局, and 市丙局 was merged into U2.
    let new = Project::totals("W1=95 U2=91", QUOTA)
        .roster("单位代码,单位全称,分组,曾用名", "W1,市新局,一组,U1、市甲局\nU2,市乙局,一组,市丙局\n")
        .score();
    let diff = between(&old, &new);
    let renamed = diff.unit("W1").unwrap();
    assert_eq!(renamed.was, Some(("U1".to_owned(), "市甲局".to_owned())));
    assert!(!renamed.total_changed());
    let merged = diff.unit("U2").unwrap();
    assert_eq!(merged.merged, ["U3"]);
    assert!(diff.unit("U3").is_none() && diff.unit("U1").is_none());
}

#[test]
fn a_self_score_that_changed_is_a_cause_of_its_own() {
    // Claimed 95 or 100 against 90 with a point off for each 5: 89 or 88.
    let leaf =
        "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 100\nrule = \"核定\"\n";
    let model = format!("{leaf}{QUOTA}[over_claim]\nfree = 0\nper = 5\npoints = 1\nmax = 10\n");
    let run = |own: &str| Project::new(&model).units("U1").report("U1", &format!("X,,{own},,,90,核减")).score();
    let (before, after) = (run("95"), run("100"));
    assert_eq!((before.total("U1"), after.total("U1")), ("89.00", "88.00"));
    let diff = between(&before, &after);
    let causes = &diff.unit("U1").unwrap().causes;
    assert!(matches!(causes.as_slice(), [Cause::Input { code, .. }] if code == "X"), "{causes:?}");
}

/// The causes of a unit, in a word each: the rule with whoever stands behind it, or what the roster says.
fn causes(diff: &Diff, unit: &str) -> Vec<String> {
    let of = |cause: &Cause| match cause {
        Cause::Knock { rule, by, .. } => {
            let codes: Vec<&str> = by.iter().map(|by| by.code.as_str()).collect();
            format!("{} {}", rule.json(), codes.join(" "))
        }
        Cause::Roster { field } => format!("roster {field}"),
        other => format!("{other:?}"),
    };
    diff.unit(unit).map(|unit| unit.causes.iter().map(of).collect()).unwrap_or_default()
}

#[test]
fn a_place_becomes_free_only_because_of_a_unit_that_held_it() {
    const GRADES: &str = "[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 100\nkind = \"given\"\n\
        [[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 40 }\n[[grade]]\nname = \"先进\"\nat_least = 0\n";
    let run = |roster: &str, scores: &str| {
        Project::new(GRADES).roster("单位代码,单位全称,分组,参评方式", roster).given(scores).score()
    };
    let list =
        |codes: &str| -> String { codes.split(' ').map(|code| format!("{code},单位{code},一组,\n")).collect() };
    // A comes from another group, where it was alone and had no place; E, which goes, never held one.
    let before = run(&list("A B C D E").replace("单位A,一组", "单位A,二组"), "A,95 B,94 C,90 D,88 E,70");
    let after = run(&list("A B C D F"), "A,95 B,94 C,90 D,88 F,60");
    assert_eq!((before.grade("A"), after.grade("A")), ("先进", "优秀"));
    assert_eq!(causes(&between(&before, &after), "A"), ["roster group"]);
    // Two of five places instead of one of four: B moves up because F came.
    let before = run(&list("A B C D"), "A,95 B,94 C,90 D,88");
    let after = run(&list("A B C D F"), "A,95 B,94 C,90 D,88 F,60");
    assert_eq!((before.grade("B"), after.grade("B")), ("先进", "优秀"));
    assert_eq!(causes(&between(&before, &after), "B"), ["ranked-units F"]);
    // A held the place that B takes: it is listed separately now.
    let apart = run(&list("A B C D E").replace("单位A,一组,", "单位A,一组,单列"), "A,95 B,94 C,93 D,88 E,80");
    let before = run(&list("A B C D E"), "A,95 B,94 C,93 D,88 E,80");
    // Four are ranked: one place, which B holds as before; nobody moves up.
    assert_eq!((before.grade("B"), apart.grade("B"), apart.grade("C")), ("优秀", "优秀", "先进"));
    assert_eq!(causes(&between(&before, &run(&list("A B C D E"), "A,70 B,94 C,93 D,88 E,80")), "C"), ["place-freed A"]);
    // Both B and C stand at the line with equal totals and get no place; C drops, and B has the place that C never held.
    let tied = run(&list("A B C D E"), "A,95 B,93 C,93 D,88 E,80");
    let parted = run(&list("A B C D E"), "A,95 B,93 C,92 D,88 E,80");
    assert_eq!((tied.grade("B"), parted.grade("B")), ("先进", "优秀"));
    assert_eq!(causes(&between(&tied, &parted), "B"), ["scope C"]);
}

#[test]
fn a_decision_on_one_unit_changes_no_letter_of_units_that_were_decided_before() {
    let decided = |rows: &str| Project::totals(TOTALS, QUOTA).decisions(rows).score();
    let before = decided("5,U6,优秀,是,,第八条\n6,U7,优秀,是,,第八条");
    // Rows stand by number: the new one goes before the two that were there.
    let third = between(&before, &decided("1,U13,先进,是,,第八条\n5,U6,优秀,是,,第八条\n6,U7,优秀,是,,第八条"));
    assert_eq!(third.feedback.own, ["U13"]);
    // Another clause at the place where the old one stood is told.
    let clause = between(&before, &decided("5,U6,优秀,是,,第九条\n6,U7,优秀,是,,第八条"));
    assert_eq!(clause.feedback.own, ["U6"]);
}
