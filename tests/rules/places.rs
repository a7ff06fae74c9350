//! Fixed numbers of places, places by scope, equal thresholds, and the last units of a scope (SPEC §19.6).

use assess::documents::feedback::reach::{Least, Reach};
use assess::result::diff::{Cause, Diff, Rule};
use assess::shared::number::Exact;

use crate::support::{GIVEN, Project, Run};

/// Four grades; `best` and `last` are further keys of the best and the lowest of them.
fn model(best: &str, last: &str) -> String {
    format!(
        "[[grade]]\nname = \"优秀\"\nat_least = 80\n{best}\n[[grade]]\nname = \"良好\"\nat_least = 70\n\
         [[grade]]\nname = \"一般\"\nat_least = 60\n[[grade]]\nname = \"较差\"\n{last}\n"
    )
}

/// Two groups of four and two units: 95, 94, 93, 92 and 91, 90.
fn groups(model: &str) -> Project {
    let roster = "U1,甲,县区\nU2,乙,县区\nU3,丙,县区\nU4,丁,县区\nU5,戊,开发区\nU6,己,开发区";
    let project = Project::new(&format!("{GIVEN}{model}")).roster("单位代码,单位全称,分组", roster);
    project.given("U1,95 U2,94 U3,93 U4,92 U5,91 U6,90")
}

fn seats(run: &Run) -> Vec<usize> {
    run.outcome().quotas.iter().map(|quota| quota.seats.places).collect()
}

const SIX: &str = "U1 U2 U3 U4 U5 U6";

#[test]
fn places_are_a_fixed_number() {
    let run = groups(&model("quota = { places = 1 }", "")).score();
    assert_eq!(seats(&run), [1, 1]);
    assert_eq!(run.grades(SIX), "优秀 良好 良好 良好 优秀 良好");
    // Over all units there is one place.
    let all = groups(&format!("{}[rank]\nscope = \"all\"\n", model("quota = { places = 1 }", ""))).score();
    assert_eq!((seats(&all), all.grades("U1 U5")), (vec![1], "优秀 良好".to_owned()));
}

#[test]
fn a_scope_may_have_a_share_or_a_number_of_its_own() {
    // 县区: 75 % of 4 is 3. 开发区 is not named: 50 % of 2 is 1.
    let share = groups(&model("quota = { share = 50, by = { \"县区\" = 75 } }", "")).score();
    assert_eq!((seats(&share), share.grades(SIX)), (vec![3, 1], "优秀 优秀 优秀 良好 优秀 良好".to_owned()));
    // 开发区: both, whatever share the others have.
    let number = groups(&model("quota = { share = 50, by = { \"开发区\" = { places = 2 } } }", "")).score();
    assert_eq!((seats(&number), number.grades(SIX)), (vec![2, 2], "优秀 优秀 良好 良好 优秀 优秀".to_owned()));
    // A share of one scope is rounded and has the minimum of the quota; 10 % of 4 is 0.4.
    let least = groups(&model("quota = { share = 50, minimum = 1, by = { \"县区\" = 10 } }", "")).score();
    assert_eq!(seats(&least), [1, 1]);
}

#[test]
fn a_quota_that_contradicts_itself_is_refused() {
    let said = |quota: &str, rank: &str| {
        let run = groups(&format!("{}{rank}", model(&format!("quota = {{ {quota} }}"), ""))).run();
        assert!(run.is_stopped());
        let first = run.messages.iter().find(|m| m.code.as_str().starts_with('E')).expect("an error");
        format!("{} {}", first.code.as_str(), first.expected.as_deref().unwrap_or_default())
    };
    assert!(said("places = 1, minimum = 1", "").starts_with("E511 写了 places"));
    assert!(said("places = 1, share = 30", "").starts_with("E511 share 和 places"));
    assert!(said("rounding = \"floor\"", "").starts_with("E502"));
    assert!(said("share = 30, by = { \"县区\" = 30 }", "[rank]\nscope = \"all\"\n").starts_with("E511 全部单位"));
    let unknown = said("share = 30, by = { \"开发\" = 30 }", "");
    assert!(unknown.starts_with("E508") && unknown.contains("开发区"), "{unknown}");
    assert!(said("share = 30, by = { \"县区\" = { share = 3 } }", "").starts_with("E50"));
    assert!(said("share = 30, by = { \"县区\" = 130 }", "").starts_with("E504"));
    assert!(said("share = 30, by = { \"县区\" = \"x\" }", "").starts_with("E504"));
    // 4 places at 优秀 or better, 2 at 良好 or better.
    let falls = "quota = { share = 10, by = { \"县区\" = { places = 4 } } }\n[[grade]]\nname = \"良好\"\nat_least = 70\n\
                 quota = { share = 50 }\n[[grade]]\nname = \"一般\"";
    let run = groups(&format!("[[grade]]\nname = \"优秀\"\nat_least = 80\n{falls}\n")).run();
    assert_eq!(run.errors(), ["E511"]);
}

#[test]
fn thresholds_may_be_equal_where_places_limit_the_better_grade() {
    let model = "[[grade]]\nname = \"优秀\"\nat_least = 80\nquota = { places = 1 }\n\
                 [[grade]]\nname = \"良好\"\nat_least = 80\n[[grade]]\nname = \"一般\"\n";
    assert_eq!(groups(model).score().grades(SIX), "优秀 良好 良好 良好 优秀 良好");
    // Without the quota nobody could ever be 良好.
    let bare = model.replace("quota = { places = 1 }\n", "");
    assert_eq!(groups(&bare).run().errors(), ["E510"]);
}

#[test]
fn a_grade_with_a_quota_may_have_the_threshold_of_the_next_lower_one() {
    let model = "[[grade]]\nname = \"特优\"\nquota = { places = 1 }\n\
                 [[grade]]\nname = \"优秀\"\nquota = { places = 2 }\n\
                 [[grade]]\nname = \"良好\"\nat_least = 92\n[[grade]]\nname = \"一般\"\n";
    let run = groups(model).score();
    assert_eq!(run.grades(SIX), "特优 优秀 良好 良好 一般 一般");
    assert_eq!(run.outcome().model.grades[0].at_least.to_string(), "92");
    assert_eq!(groups(&model.replace("quota = { places = 2 }\n", "")).run().errors(), ["E502", "E510"]);
}

#[test]
fn the_bars_of_a_scheme_obey_the_same_rules() {
    let model = |best: &str, schemes: &str| {
        let grades = format!("[[grade]]\nname = \"优秀\"\n{best}\n[[grade]]\nname = \"良好\"\nat_least = 80\n");
        let first = "[[grade]]\nname = \"一般\"\n[[scheme]]\ncode = \"S1\"\nfor = { group = \"县区\" }\n";
        format!("{grades}{first}[[scheme]]\ncode = \"S2\"\nfor = {{ group = \"开发区\" }}\n{schemes}\n")
    };
    // 优秀 has the bar of 良好 in either scheme: 80, and 91 for U5 with 91 and U6 with 90.
    let limited = "quota = { places = 1 }";
    let run = groups(&model(limited, "grades.\"良好\" = { at_least = 91 }")).score();
    assert_eq!(run.grades(SIX), "优秀 良好 良好 良好 优秀 一般");
    let held = run.outcome().held(run.unit("U5"));
    assert_eq!([0, 1].map(|grade| held.bar(grade).to_string()), ["91", "91"]);
    let least = Reach::of(run.outcome()).least(run.unit("U6"), 1);
    assert_eq!(least, Some(Least::Total(Exact::from(91))));
    // Equal where places limit the better one, but never lower, and not equal without places.
    let both = |best: u8| format!("grades = {{ \"优秀\" = {{ at_least = {best} }}, \"良好\" = {{ at_least = 91 }} }}");
    assert_eq!(groups(&model(limited, &both(91))).score().grades("U5 U6"), "优秀 一般");
    assert_eq!(groups(&model(limited, &both(90))).run().errors(), ["E510"]);
    assert_eq!(groups(&model("at_least = 95", &both(91))).run().errors(), ["E510"]);
}

/// Ten units with totals 95, 90, 85, 80, 75, 70, 65, 60, 55, 50, of whom the last ones get 较差.
fn ten(bottom: &str, more: &str) -> Project {
    let totals: Vec<String> = (0..10).map(|i| format!("U{}={}", i, 95 - 5 * i)).collect();
    let bars = "[[grade]]\nname = \"优秀\"\nat_least = 80\n[[grade]]\nname = \"一般\"\nat_least = 40\n";
    let last = format!("[[grade]]\nname = \"较差\"\nbottom = {{ {bottom} }}\n{more}");
    Project::totals(&totals.join(" "), &format!("{bars}{last}"))
}

const LAST: &str = "U5 U6 U7 U8 U9";

#[test]
fn the_last_are_lowered_after_the_quotas() {
    // 25 % of 10 is 2.5, so three: 60, 55, 50.
    let run = ten("share = 25", "").score();
    assert_eq!(run.grades(LAST), "一般 一般 较差 较差 较差");
    assert_eq!(run.steps("U9"), ["rank", "threshold", "placed", "bottom", "final"]);
    // 60 is safe; the two others are still the last of three.
    assert_eq!(ten("share = 25, safe_from = 60", "").score().grades(LAST), "一般 一般 一般 较差 较差");
}

#[test]
fn those_who_stay_count_among_the_last() {
    // 暂缓 for U9, a pin for U8: of the last three only U7 is lowered, and nobody moves up in their place.
    let run = ten("share = 25", "").decisions("1,U9,暂缓,,,\n2,U8,一般,,,").score();
    assert_eq!(run.grades(LAST), "一般 一般 较差 一般 —");
    // A promotion holds U9 at 一般.
    let floor = "[[adjustment]]\ncode = \"K1\"\nname = \"表彰\"\nkind = \"event\"\n\
                 [[promotion]]\ncode = \"P1\"\nto = \"一般\"\nwhen = { event = \"K1\" }\n";
    assert_eq!(ten("share = 25", floor).events("1,U9,K1").score().grades(LAST), "一般 一般 较差 较差 一般");
}

#[test]
fn of_a_tie_that_does_not_fit_nobody_is_among_the_last() {
    // 20 % of 5 is one unit; two have 50.
    let bars = "[[grade]]\nname = \"一般\"\nat_least = 40\n[[grade]]\nname = \"较差\"\nbottom = { share = 20 }\n";
    let tied = Project::totals("U1=90 U2=80 U3=70 U4=50 U5=50", bars).score();
    assert_eq!(tied.grades("U3 U4 U5"), "一般 一般 一般");
    // 40 % are two, who both fit.
    let two = Project::totals("U1=90 U2=80 U3=70 U4=50 U5=50", &bars.replace("20", "40")).score();
    assert_eq!(two.grades("U3 U4 U5"), "一般 较差 较差");
}

#[test]
fn the_last_never_rise_and_are_counted_in_each_group() {
    // 50 % of 4 and of 2. U4 is below every threshold already.
    let bars = "[[grade]]\nname = \"优秀\"\nat_least = 93\n[[grade]]\nname = \"一般\"\nat_least = 40\n\
                bottom = { share = 50 }\n[[grade]]\nname = \"较差\"\n";
    let roster = "U1,甲,县区\nU2,乙,县区\nU3,丙,县区\nU4,丁,县区\nU5,戊,开发区\nU6,己,开发区";
    let project = Project::new(&format!("{GIVEN}{bars}")).roster("单位代码,单位全称,分组", roster);
    let run = project.given("U1,96 U2,95 U3,94 U4,30 U5,95 U6,94").score();
    assert_eq!(run.grades(SIX), "优秀 优秀 一般 较差 优秀 一般");
    let refused = Project::totals(
        "U1=90",
        "[[grade]]\nname = \"优秀\"\nat_least = 80\nbottom = { share = 5 }\n\
                                            [[grade]]\nname = \"一般\"\n",
    );
    assert_eq!(refused.run().errors(), ["E511"]);
}

#[test]
fn a_unit_among_the_last_learns_what_would_have_been_enough() {
    // The last three have 60, 55 and 50. With 65 U7 is level with U6: two do not fit beside 55 and 50, so both stay.
    let least = |bottom: &str| {
        let run = ten(bottom, "").score();
        Reach::of(run.outcome()).least(run.unit("U7"), 1)
    };
    assert_eq!(least("share = 25"), Some(Least::Total(Exact::from(65))));
    assert_eq!(least("share = 25, safe_from = 62"), Some(Least::Total(Exact::from(62))));
}

#[test]
fn who_falls_among_the_last_because_of_others_is_told_so() {
    let run = |ninth: &str| {
        let totals = format!("U1=95 U2=90 U3=85 U4=80 U5=75 U6=65 U7=60 U8=55 U9={ninth} U10=99");
        let bars = "[[grade]]\nname = \"一般\"\nat_least = 40\n[[grade]]\nname = \"较差\"\nbottom = { share = 30 }\n";
        Project::totals(&totals, bars).score()
    };
    let (old, new) = (run("50"), run("70"));
    assert_eq!((old.grades("U6 U9"), new.grades("U6 U9")), ("一般 较差".to_owned(), "较差 一般".to_owned()));
    let diff = Diff::between(old.outcome(), new.outcome());
    let causes = &diff.unit("U6").expect("a change").causes;
    let [.., Cause::Knock { rule: Rule::Bottom, grade, by, .. }] = causes.as_slice() else { panic!("{causes:?}") };
    assert_eq!((grade.as_deref(), by[0].code.as_str()), (Some("较差"), "U9"));
    let back = Diff::between(new.outcome(), old.outcome());
    let causes = &back.unit("U6").expect("a change").causes;
    assert!(matches!(causes.as_slice(), [.., Cause::Knock { rule: Rule::BottomLeft, .. }]), "{causes:?}");
}

/// [`groups`] with 50 % and rows of 名额分配: 编号, 分组, 等次, 名额, 状态.
fn approved(rows: &str) -> Project {
    approved_under("quota = { share = 50 }", rows)
}

fn approved_under(quota: &str, rows: &str) -> Project {
    let rows = rows.lines().map(|row| format!("{row},会议决定,名1,2026-01-05\n")).collect::<String>();
    let header = "编号,分组,等次,名额,状态,依据,文号,日期\n";
    groups(&model(quota, "")).file("registers/名额分配.csv", &format!("{header}{rows}"))
}

#[test]
fn approved_places_stand_in_place_of_the_share() {
    // 县区: one instead of 2. 开发区 keeps 50 % of 2.
    let run = approved("1,县区,优秀,1,工委审定").score();
    assert_eq!((seats(&run), run.grades(SIX)), (vec![1, 1], "优秀 良好 良好 良好 优秀 良好".to_owned()));
    // A proposal changes nothing.
    let run = approved("1,县区,优秀,1,拟提").score();
    assert_eq!((seats(&run), run.has("N624")), (vec![2, 1], true));
    // Neither does a row without its document.
    let header = "编号,分组,等次,名额,状态,依据,文号,日期\n1,县区,优秀,1,工委审定,会议决定,,2026-01-05";
    let run = groups(&model("quota = { share = 50 }", "")).file("registers/名额分配.csv", header).score();
    assert_eq!((seats(&run), run.has("W608")), (vec![2, 1], true));
}

#[test]
fn approved_places_over_all_units_name_no_group() {
    let all = format!("{}[rank]\nscope = \"all\"\n", model("quota = { share = 50 }", ""));
    let rows = |group: &str| format!("编号,分组,等次,名额,状态,文号,日期\n1,{group},优秀,4,工委审定,名1,2026-01-05");
    let run = groups(&all).file("registers/名额分配.csv", &rows("")).score();
    assert_eq!((seats(&run), run.grades(SIX)), (vec![4], "优秀 优秀 优秀 优秀 良好 良好".to_owned()));
    assert_eq!(groups(&all).file("registers/名额分配.csv", &rows("县区")).run().errors(), ["E687"]);
}

#[test]
fn approved_places_that_cannot_hold_are_one_finding_at_the_cell() {
    let at = |project: Project, code: &str| {
        let run = project.run();
        assert_eq!((run.errors(), run.of(code).len()), (vec![code], 1), "{:?}", run.messages);
        run.at(code)
    };
    // 县区 has four units.
    assert_eq!(at(approved("1,县区,优秀,5,工委审定"), "E690"), "registers/名额分配.csv D2");
    // Places for 良好 or better would be fewer than for 优秀.
    let two = "quota = { share = 50 }\n[[grade]]\nname = \"中等\"\nat_least = 75\nquota = { share = 75 }";
    assert_eq!(at(approved_under(two, "1,县区,优秀,4,工委审定"), "E690"), "registers/名额分配.csv D2");
    let both = "1,县区,优秀,3,工委审定\n2,县区,中等,2,工委审定";
    assert_eq!(at(approved_under(two, both), "E690"), "registers/名额分配.csv D3");
    let twice = "1,县区,优秀,3,工委审定\n2,县区,优秀,3,工委审定";
    assert_eq!(at(approved(twice), "E686"), "registers/名额分配.csv A3");
    assert_eq!(at(approved("1,县,优秀,3,工委审定"), "E687"), "registers/名额分配.csv B2");
    assert_eq!(at(approved("1,县区,良好,3,工委审定"), "E688"), "registers/名额分配.csv C2");
    assert_eq!(at(approved("1,县区,优秀,1.5,工委审定"), "E689"), "registers/名额分配.csv D2");
    assert_eq!(at(approved("1,县区,优秀,,工委审定"), "E689"), "registers/名额分配.csv D2");
}

#[test]
fn a_unit_that_moved_because_of_approved_places_is_told_the_row() {
    let (old, new) = (approved("1,县区,优秀,2,拟提").score(), approved("1,县区,优秀,1,工委审定").score());
    let diff = Diff::between(old.outcome(), new.outcome());
    let unit = diff.unit("U2").expect("a change");
    let [Cause::Row { row }] = unit.causes.as_slice() else { panic!("{:?}", unit.causes) };
    assert_eq!((row.register.json(), row.id.as_str(), row.document.as_str()), ("places", "1", "名1"));
    assert_eq!(diff.rows.len(), 1);
    assert!(diff.unit("U5").is_none(), "another group keeps its places");
}
