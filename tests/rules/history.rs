//! The period before: which unit it belongs to, which period it is, and the list of progress that rests on it.

use assess::outcome::rises;

use crate::support::{GIVEN, Project, Run};

/// A model of a period.
fn model(period: &str, more: &str) -> String {
    format!("[assessment]\ntitle = \"考核\"\nperiod = \"{period}\"\nissuer = \"工委\"\n{GIVEN}{more}")
}

/// The result of an earlier period as a file.
fn last(period: &str, roster: &str, totals: &str) -> String {
    let project = Project::new(&model(period, "")).roster("单位代码,单位全称,分组", roster).given(totals);
    serde_json::to_string(project.score().outcome()).unwrap()
}

/// This period, after others.
fn this(roster: &str, totals: &str, more: &str, history: &[&str]) -> Run {
    let paths: Vec<String> = (0..history.len()).map(|i| format!("\"last/{i}.json\"")).collect();
    let more = format!("{more}[history]\nprevious = [{}]\n", paths.join(", "));
    let mut project = Project::new(&model("2025", &more)).roster("单位代码,单位全称,分组,曾用名", roster).given(totals);
    for (index, text) in history.iter().enumerate() {
        project = project.bytes(&format!("last/{index}.json"), text.as_bytes());
    }
    project.run()
}

/// Period, rank in the group, total and grade of the period before.
fn before(run: &Run, unit: &str) -> Option<String> {
    let previous = run.unit(unit).previous.as_ref()?;
    let rank = previous.rank_group.unwrap_or(0);
    Some(format!("{} {rank} {} {}", previous.period, previous.total.as_ref()?, previous.grade.as_ref()?))
}

#[test]
fn a_unit_is_found_by_its_former_code_or_name() {
    let then = last("2024", "A1,甲局,一组\nA2,乙局,一组\nA3,丙局,一组", "A1,70\nA2,80\nA3,50");
    let roster = "B1,甲委员会,一组,甲局\nB2,乙局,一组,\nB3,丙委员会,一组,A3\nB4,丁局,一组,";
    let run = this(roster, "B1,95\nB2,60\nB3,55\nB4,70", "", &[&then]);
    assert_eq!(before(&run, "B1").as_deref(), Some("2024 2 70.00 达标"));
    assert_eq!(before(&run, "B2").as_deref(), Some("2024 1 80.00 先进"));
    assert_eq!(before(&run, "B3").as_deref(), Some("2024 3 50.00 不达标"));
    assert_eq!(before(&run, "B4"), None);
    assert!(run.unit("B3").previous.as_ref().unwrap().lowest && !run.unit("B1").previous.as_ref().unwrap().lowest);
}

#[test]
fn a_code_that_went_to_another_unit_is_not_guessed() {
    let then = last("2024", "A1,甲局,一组\nA2,乙局,一组", "A1,70\nA2,80");
    let run = this("A1,乙局,一组,\nA2,甲局,一组,", "A1,70\nA2,80", "", &[&then]);
    assert!(run.has("W720"));
    assert_eq!((before(&run, "A1"), before(&run, "A2")), (None, None));
    let fine = this("A1,甲局,一组,\nA2,乙局,一组,", "A1,70\nA2,80", "", &[&then]);
    assert!(!fine.has("W720"));
}

#[test]
fn the_latest_earlier_period_counts_and_drafts_do_not() {
    let roster = "A1,甲局,一组";
    let (older, newer) = (last("2023", roster, "A1,61"), last("2024", roster, "A1,72"));
    let same = last("2025", roster, "A1,83");
    let draft = newer.replace("\"draft\":false", "\"draft\":true");
    assert_ne!(draft, newer);
    let of = |history: &[&str]| before(&this("A1,甲局,一组,", "A1,90", "", history), "A1");
    assert_eq!(of(&[&older, &newer]).as_deref(), Some("2024 1 72.00 达标"));
    assert_eq!(of(&[&newer, &older]).as_deref(), Some("2024 1 72.00 达标"));
    assert_eq!(of(&[&same, &older]).as_deref(), Some("2023 1 61.00 达标"), "the same period is not an earlier one");
    assert_eq!(of(&[&draft, &older]).as_deref(), Some("2023 1 61.00 达标"));
}

/// Units on the list of progress: code, then and now.
fn risen(run: &Run) -> Vec<String> {
    rises(run.outcome()).iter().map(|rise| format!("{} {}-{}", rise.unit, rise.before, rise.after)).collect()
}

#[test]
fn progress_is_a_rise_by_the_places_of_the_model() {
    let units = "U1,甲,一组,\nU2,乙,一组,\nU3,丙,一组,\nU4,丁,一组,";
    // Then U4, U3, U2, U1; now U2, U1, U4, U3: U1 rises from 4 to 2, U2 from 3 to 1, the others fall.
    let then = last("2024", &units.replace("组,", "组"), "U1,60\nU2,70\nU3,80\nU4,90");
    let now = "U1,92\nU2,95\nU3,70\nU4,85";
    let run = |places: u32| this(units, now, &format!("[progress]\nplaces = {places}\n"), &[&then]);
    assert_eq!(risen(&run(2)), ["U2 3-1", "U1 4-2"]);
    assert_eq!(risen(&run(3)), Vec::<String>::new());
    assert_eq!(risen(&this(units, now, "", &[&then])), Vec::<String>::new(), "no rule, no list");
}

#[test]
fn a_unit_that_changed_its_group_is_compared_over_all() {
    let then = last("2024", "U1,甲,一组\nU2,乙,二组\nU3,丙,二组\nU4,丁,二组", "U1,60\nU2,70\nU3,80\nU4,90");
    // U1 was first of its group and fourth of all; now it is first of all, in the other group.
    let run = this(
        "U1,甲,二组,\nU2,乙,二组,\nU3,丙,二组,\nU4,丁,二组,",
        "U1,95\nU2,70\nU3,80\nU4,90",
        "[progress]\nplaces = 3\n",
        &[&then],
    );
    let rises = rises(run.outcome());
    assert_eq!(rises.len(), 1);
    assert_eq!((rises[0].within_group, rises[0].before, rises[0].after), (false, 4, 1));
}
