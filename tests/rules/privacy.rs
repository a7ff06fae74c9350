//! docs/privacy.md: which classes are shown, and whose marks can be worked out. The sets S are counted by hand.

use std::collections::BTreeSet;

use assess::documents::feedback::privacy::{Earlier, Exposed, Extent, Pattern, Reason, Whose, exposed};
use assess::shared::number::Exact;

use crate::support::{Project, Run, WORDS, panel};

const LEVELS: &str = "levels = { \"优\" = 100, \"良\" = 85, \"中\" = 70, \"差\" = 60 }\n";

fn scored(model: &str, ballots: &str) -> Run {
    Project::new(model).units("U1").ballots(ballots).score()
}

/// Ballots of a class for U1, one mark each.
fn votes(class: &str, marks: &str) -> String {
    marks.split_whitespace().enumerate().map(|(at, mark)| format!("{class}/{class}{at} U1={mark}\n")).collect()
}

/// Ids of the exposed classes with their reasons.
fn alone(run: &Run) -> Vec<(String, Reason)> {
    said(run, exposed(run.outcome(), &[]))
}

fn said(run: &Run, found: Vec<Exposed>) -> Vec<(String, Reason)> {
    let class = |own: &Exposed| run.outcome().model.components[own.component].classes()[own.class].id.clone();
    found.into_iter().map(|own| (class(&own), own.reason)).collect()
}

fn few(means: usize) -> Reason {
    Reason::Few { whose: Whose::All, means }
}

/// The example of the page: 0.4 · 85 + 0.12 · (100 + 85 + 70 + 70 + 60) = 34 + 46.2 = 80.20.
fn page(score: &str) -> Run {
    let model = format!("[score]\n{score}\n{}", panel(LEVELS, "L=40 M=60"));
    scored(&model, &(votes("L", "良") + &votes("M", "优 良 中 中 差")))
}

#[test]
fn the_leader_of_the_page_is_exposed_with_two_decimals_and_not_with_none() {
    let run = page("decimals = 2");
    assert_eq!(run.total("U1"), "80.20");
    assert_eq!(alone(&run), [("L".to_owned(), few(2))]);
    let run = page("decimals = 2\ncomponent_decimals = 0");
    assert_eq!((run.rate("U1", "b"), run.total("U1")), ("80.00", "80.00"));
    assert_eq!(alone(&run), []);
}

#[test]
fn means_that_lie_close_together_do_not_hide_a_mark() {
    // 0.95 · l + 0.01 · m = 80.00: l from 79 (m = 495) to 84 (m = 20), 5 of 100 points.
    let model = panel("range = [0, 100]\nstep = 1", "L=95 M=5");
    let run = scored(&model, &(votes("L", "80") + &votes("M", "80 80 80 80 80")));
    assert_eq!(run.total("U1"), "80.00");
    let narrow = Reason::Narrow { whose: Whose::All, least: Exact::from(79), most: Exact::from(84) };
    assert_eq!(alone(&run), [("L".to_owned(), narrow)]);
    // 0.5 · l + 0.1 · m = 80.00 with m up to 500: l from 60 (m = 500) to 100 (m = 300).
    let model = panel("range = [0, 100]\nstep = 1", "L=50 M=50");
    assert_eq!(alone(&scored(&model, &(votes("L", "80") + &votes("M", "80 80 80 80 80")))), []);
}

#[test]
fn a_shown_class_whose_marks_are_fixed_is_exposed_up_to_twice_k_answers() {
    let one = |marks: &str| alone(&scored(&panel(WORDS, "R=100"), &votes("R", marks)));
    let exposed = [("R".to_owned(), Reason::Fixed)];
    assert_eq!(one("好 好 好 好 好"), exposed, "all 100");
    assert_eq!(one("好 好 好 好 较好"), exposed, "480 is 4 · 100 + 80 only");
    assert_eq!(one("差 差 差 差 差 差 差 差 差"), exposed, "nine, all 40");
    assert_eq!(one("好 好 好 好 一般"), [], "460 is also 3 · 100 + 2 · 80");
    assert_eq!(one("好 好 好 好 好 好 好 好 好 好"), [], "ten are twice k");
    // 4 are fewer than k: the class is not shown, but its mean is the rate.
    assert_eq!(one("好 好 好 差"), [("R".to_owned(), few(1))]);
}

#[test]
fn trimmed_marks_are_not_known_unless_they_can_only_be_the_ends() {
    let of = |trim: &str, marks: &str| {
        let model = panel(&format!("{WORDS}trim = {{ {trim}, from = 3 }}"), "R=100");
        alone(&scored(&model, &votes("R", marks)))
    };
    assert_eq!(of("low = 1, high = 1", "好 好 好 好 好 差"), [], "the lowest may be anything");
    let fixed = [("R".to_owned(), Reason::Fixed)];
    assert_eq!(of("high = 1", "好 好 好 好 好"), fixed, "the highest is 100 as well");
    assert_eq!(of("low = 1", "差 差 差 差 差"), fixed, "the lowest is 40 as well");
}

#[test]
fn a_step_that_is_not_declared_is_that_of_the_marks() {
    // 0.5 · l + 0.1 · m = 7.25 of 10 points, so 72.50 %: in halves, l = 9.5 leaves m = 25, l = 10 leaves 22.5 …
    let run = scored(&panel("range = [0, 10]", "L=50 M=50"), &(votes("L", "9.5") + &votes("M", "5 5 5 5 5")));
    assert_eq!(run.total("U1"), "72.50");
    assert_eq!(alone(&run), []);
    // Whole marks, of which 75 % is 7 or 8, and 100 %: l + m/5 = 15 has m = 25 for l = 10, 30 for 9, 35 for 8.
    let run = scored(&panel("range = [0, 10]", "L=50 M=50"), &(votes("L", "10") + &votes("M", "5 5 5 5 5")));
    assert_eq!(alone(&run), []);
    // In steps of 5 only 10 (m = 25) and 5 (m = 50) are left.
    let model = panel("range = [0, 10]\nstep = 5", "L=50 M=50");
    let run = scored(&model, &(votes("L", "10") + &votes("M", "5 5 5 5 5")));
    assert_eq!(alone(&run), [("L".to_owned(), few(2))]);
}

#[test]
fn a_step_leads_from_one_end_of_the_range_to_the_other_and_a_mark_between_two_is_void() {
    for step in ["0", "-1", "3", "0.3"] {
        let run = Project::new(&panel(&format!("range = [0, 10]\nstep = {step}"), "R=100")).units("U1").run();
        assert_eq!(run.errors(), ["E504"], "{step}");
    }
    let run = Project::new(&panel("levels = { \"好\" = 100 }\nstep = 1", "R=100")).units("U1").run();
    assert!(run.is_stopped(), "levels have no step");
    let run = scored(&panel("range = [1, 10]\nstep = 0.5", "R=100"), &votes("R", "8.5 8.3 9 10"));
    // (8.5 + 9 + 10) / 3 = 9.1666…
    assert_eq!((run.total("U1"), run.at("W404").as_str()), ("91.67", "ballots/b/票.csv F3"));
    assert_eq!(run.of("W404")[0].expected.as_deref(), Some("1, 1.5 … 10"));
}

fn letters(run: &Run) -> Vec<Earlier> {
    told(run, Extent::Letters)
}

/// What was disclosed of a run to its first unit.
fn told(run: &Run, extent: Extent) -> Vec<Earlier> {
    vec![Earlier::new(run.outcome().clone(), &BTreeSet::from(["U1".to_owned()]), extent)]
}

#[test]
fn a_late_mark_follows_from_two_letters_and_hides_the_class_in_the_second() {
    let model = panel(WORDS, "R=100");
    let ten = "好 好 好 较好 较好 较好 较好 一般 一般 一般";
    let before = scored(&model, &votes("R", ten));
    assert_eq!(before.total("U1"), "80.00");
    let after = scored(&model, &votes("R", &format!("{ten} 好")));
    assert_eq!(after.total("U1"), "81.82", "900 / 11");
    let earlier = letters(&before);
    assert!(!Pattern::of(after.outcome(), &[]).hides("U1", "b"));
    assert!(Pattern::of(after.outcome(), &earlier).hides("U1", "b"), "ten and eleven answers");
    // 81.82 · 11 is 900 ± 0.055; less 800 leaves 100.
    let late = Reason::Few { whose: Whose::Late, means: 1 };
    assert_eq!(said(&after, exposed(after.outcome(), &earlier)), [("R".to_owned(), late)]);
    assert_eq!(alone(&after), []);
    // The other way round one was withdrawn.
    let withdrawn = Reason::Few { whose: Whose::Withdrawn, means: 1 };
    assert_eq!(said(&before, exposed(before.outcome(), &letters(&after))), [("R".to_owned(), withdrawn)]);
    // Nobody got the earlier letter: nothing follows from it.
    let none = [Earlier::new(before.outcome().clone(), &BTreeSet::new(), Extent::Letters)];
    assert_eq!(exposed(after.outcome(), &none), []);
    assert!(!Pattern::of(after.outcome(), &none).hides("U1", "b"));
}

#[test]
fn five_late_marks_stay_among_themselves() {
    let model = panel(WORDS, "R=100");
    let ten = "好 好 好 较好 较好 较好 较好 一般 一般 一般";
    let before = scored(&model, &votes("R", ten));
    let after = scored(&model, &votes("R", &format!("{ten} 好 较好 较好 一般 差")));
    let earlier = letters(&before);
    assert!(!Pattern::of(after.outcome(), &earlier).hides("U1", "b"));
    assert_eq!(exposed(after.outcome(), &earlier), []);
}

#[test]
fn an_exchanged_mark_is_told_by_the_totals() {
    // 10 marks, one of which went from 60 to 100: 800 and 840 are printed exactly, 2 · 20 between them is one mark at least:
    // from 60 to 100, or from 40 to 80.
    let model = panel(WORDS, "R=100");
    let before = scored(&model, &votes("R", "好 好 好 较好 较好 较好 较好 一般 一般 一般"));
    let after = scored(&model, &votes("R", "好 好 好 好 较好 较好 较好 较好 一般 一般"));
    let earlier = letters(&before);
    assert!(Pattern::of(after.outcome(), &earlier).hides("U1", "b"));
    let late = Reason::Few { whose: Whose::Late, means: 2 };
    assert_eq!(said(&after, exposed(after.outcome(), &earlier)), [("R".to_owned(), late)]);
}

#[test]
fn a_mark_of_many_digits_makes_no_list_of_all_that_could_have_been() {
    // Steps of 0.0000000000001: a printed mean stands for some 10^11 sums, of which two are enough.
    let run = scored(&panel("range = [0, 100]", "R=100"), &votes("R", "85.3333333333333 90 80 70 60"));
    assert_eq!(alone(&run), []);
}

#[test]
fn a_blank_reason_accepts_nothing() {
    let model = format!("{}[feedback]\naccept_exposed = \" \"\n", panel(WORDS, "R=100"));
    let run = scored(&model, &votes("R", "好 好 好"));
    assert!(run.has("W721") && !run.has("N722"));
}

#[test]
fn a_cap_that_holds_tells_of_marks_that_are_not_shown() {
    // 0.4 · 100 + 0.12 · (70 + 70 + 70 + 60 + 60) = 79.6, printed 80. As on the page 100, 85, 70 and 60 agree with it.
    let ballots = votes("L", "优") + &votes("M", "中 中 中 差 差");
    let model = |cap: &str| {
        let levels = format!("{LEVELS}positive = [\"优\", \"良\"]\n");
        format!("[score]\ndecimals = 2\ncomponent_decimals = 0\n{}{cap}", panel(&levels, "L=40 M=60"))
    };
    let plain = scored(&model(""), &ballots);
    assert_eq!((plain.total("U1"), plain.unit("U1").grade.as_deref()), ("80.00", Some("先进")));
    assert_eq!(alone(&plain), []);
    // Fewer than half of six marks are positive. With 70 the members need at least three (100 + 100 + 100 + 70 + 60), with 60
    // five; with 85 one will do (100 + 70 + 70 + 70 + 70 = 380): 100 and 85 are left.
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"满意率低\"\nat_most = \"达标\"\nwhen = { satisfaction = \"b\", below = 50 }\n";
    let capped = scored(&model(cap), &ballots);
    assert_eq!(capped.unit("U1").grade.as_deref(), Some("达标"));
    assert_eq!(alone(&capped), [("L".to_owned(), few(2))]);
    // The grade of the page's unit is better than the cap allows, so three of its six marks or more are positive: with 100 the
    // members make one at most (335 = 85 + 70 + 60 + 60 + 60), so 85, 70 and 60 are left.
    let passed = scored(&model(cap), &(votes("L", "良") + &votes("M", "优 良 中 中 差")));
    assert_eq!((passed.total("U1"), passed.unit("U1").grade.as_deref()), ("80.00", Some("先进")));
    assert_eq!(alone(&passed), []);
}

#[test]
fn a_total_that_was_published_before_tells_of_a_late_mark() {
    let model = panel(WORDS, "R=100");
    let ten = "好 好 好 较好 较好 较好 较好 一般 一般 一般";
    let (before, after) = (scored(&model, &votes("R", ten)), scored(&model, &votes("R", &format!("{ten} 好"))));
    let earlier = told(&before, Extent::Totals);
    // No mean was shown before, so the classes may be shown now; 80.00 then and 81.82 now are 800 and 900 all the same.
    assert!(!Pattern::of(after.outcome(), &earlier).hides("U1", "b"));
    let late = Reason::Few { whose: Whose::Late, means: 1 };
    assert_eq!(said(&after, exposed(after.outcome(), &earlier)), [("R".to_owned(), late)]);
}

/// The classes exposed by a share of 优 among these votes of one class.
fn shared(keys: &str, more: &str, marks: &str) -> Vec<(String, Reason)> {
    let keys = format!("{LEVELS}measure = \"share\"\nshare_of = [\"优\"]\n{keys}");
    alone(&scored(&(panel(&keys, "R=100") + more), &votes("R", marks)))
}

#[test]
fn a_share_of_votes_is_a_mean_of_100_and_0() {
    // Of four votes the rate itself says how many there are; by bands a share below 60 may be 0, 25 or 50 %.
    assert_eq!(shared("", "", "优 优 优 良"), [("R".to_owned(), few(1))]);
    let bands = "full = 200\nbands = { 0 = 145, 60 = 160, 90 = 200 }\n";
    assert_eq!(
        shared(bands, "", "优 优 优 良"),
        [("R".to_owned(), few(1))],
        "75 is the only one from 60 on and below 90"
    );
    assert_eq!(shared(bands, "", "优 良 良 差"), []);
    // Shown, the share says how many are 优 and leaves open what the others are.
    assert_eq!(shared("", "", "优 优 优 良 中 差"), []);
    assert_eq!(shared("", "", "优 优 优 优 优 优"), [("R".to_owned(), Reason::Fixed)]);
}

#[test]
fn a_rule_on_the_votes_for_single_levels_counts_as_telling_of_them() {
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"c\"\nat_most = \"达标\"\nwhen = { votes = \"b\", of = [\"差\"], above = 20 }\n";
    let bands = "full = 200\nbands = { 0 = 145, 60 = 160, 90 = 200 }\n";
    assert_eq!(shared(bands, cap, "优 良 良 差"), [("R".to_owned(), Reason::Budget)]);
    assert_eq!(shared(bands, cap, "优 优 优 良 良 良 中 中 差 差"), [], "ten are twice k");
    let falling = "full = 200\nbands = { 0 = 145, 30 = 100, 60 = 160 }\n";
    assert_eq!(shared(falling, "", "优 良 良 差"), [("R".to_owned(), Reason::Budget)]);
}
