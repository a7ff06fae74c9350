//! The period before: which unit it belongs to, which period it is, and the list of progress that rests on it.

use assess::result::outcome::rises;

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
    let previous = run.unit(unit).previous.first()?;
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
    assert!(run.unit("B3").previous[0].lowest && !run.unit("B1").previous[0].lowest);
}

#[test]
fn an_earlier_file_that_is_no_result_is_an_error() {
    let run = this("A1,甲局,一组,", "A1,70", "", &["单位,得分\nA1,70\n"]);
    assert_eq!((run.errors(), run.at("E629").as_str()), (vec!["E629"], "last/0.json"));
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

const KIND: &str = "[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n";
const COLUMNS: &str = "编号,单位,代码,事由,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号\n";

/// The result of an earlier period in which a document counted for a unit.
fn honoured(period: &str, roster: &str, totals: &str, row: &str) -> String {
    let register = format!("{COLUMNS}{row}");
    let project = Project::new(&model(period, KIND)).roster("单位代码,单位全称,分组,曾用名", roster);
    let project = project.given(totals).file("registers/加减分.csv", &register);
    serde_json::to_string(project.score().outcome()).unwrap()
}

/// Units whose rows name a document that counted before, with these registered now.
fn refused(roster: &str, totals: &str, rows: &str, history: &[&str]) -> Vec<String> {
    let paths: Vec<String> = (0..history.len()).map(|i| format!("\"last/{i}.json\"")).collect();
    let more = format!("{KIND}[history]\nprevious = [{}]\n", paths.join(", "));
    let mut project = Project::new(&model("2025", &more)).roster("单位代码,单位全称,分组,曾用名", roster).given(totals);
    for (index, text) in history.iter().enumerate() {
        project = project.bytes(&format!("last/{index}.json"), text.as_bytes());
    }
    let run = project.file("registers/加减分.csv", &format!("{COLUMNS}{rows}")).run();
    assert!(run.errors().iter().all(|code| *code == "E611"), "{:#?}", run.messages);
    run.units_with("E611").into_iter().map(str::to_owned).collect()
}

fn row(unit: &str, number: &str, issuer: &str) -> String {
    format!("1,{unit},J1,甲奖,2,决定,{number},{issuer},2025-06-02,工委审定,审1\n")
}

#[test]
fn a_document_of_a_renamed_or_merged_unit_does_not_count_again() {
    let then = "A,甲局,一组,\nB,乙局,一组,";
    let doc = "岚省文〔2025〕31号";
    let last = honoured("2024", then, "A,80\nB,85", &row("B", doc, "省文化厅"));
    for (unit, names) in [
        ("B", "B,乙局,一组,"),
        ("B", "B,新局,一组,"),
        ("B", "B,新局,一组,乙局"),
        ("NB", "NB,乙局,一组,"),
        ("NB", "NB,新局,一组,乙局"),
        ("NB", "NB,新局,一组,B"),
    ] {
        let (roster, totals) = (format!("A,甲局,一组,\n{names}"), format!("A,80\n{unit},85"));
        assert_eq!(refused(&roster, &totals, &row(unit, doc, "省文化厅"), &[&last]), [unit], "{names}");
        assert!(refused(&roster, &totals, &row("A", doc, "省文化厅"), &[&last]).is_empty(), "{names}: another unit");
    }
    for merged in ["甲局、乙局", "A;B", "A、乙局"] {
        let roster = format!("M,甲乙局,一组,{merged}");
        assert_eq!(refused(&roster, "M,90", &row("M", doc, "省文化厅"), &[&last]), ["M"], "{merged}");
    }
}

#[test]
fn a_unit_is_followed_through_every_period_between() {
    let doc = "文1";
    let first = honoured("2023", "A,甲局,一组,", "A,80", &row("A", doc, "省委"));
    let next = last_with_former("2024", "B,乙局,一组,甲局", "B,80");
    let roster = "C,丙局,一组,乙局";
    for history in [[&first, &next], [&next, &first]] {
        assert_eq!(refused(roster, "C,85", &row("C", doc, "省委"), &history.map(String::as_str)), ["C"]);
    }
}

fn last_with_former(period: &str, roster: &str, totals: &str) -> String {
    let project = Project::new(&model(period, "")).roster("单位代码,单位全称,分组,曾用名", roster).given(totals);
    serde_json::to_string(project.score().outcome()).unwrap()
}

#[test]
fn a_unit_that_may_be_either_of_two_is_let_off_for_neither() {
    let last = honoured("2024", "A,甲局,一组,\nB,乙局,一组,", "A,80\nB,85", &row("B", "文1", "省委"));
    // The code B went over to another unit, 乙局 has a new one.
    let roster = "B,甲局,一组,\nC,乙局,一组,";
    for unit in ["B", "C"] {
        assert_eq!(refused(roster, "B,80\nC,85", &row(unit, "文1", "省委"), &[&last]), [unit]);
    }
}

#[test]
fn no_way_of_writing_a_document_makes_it_another_one() {
    let units = "A,甲局,一组,";
    let last = honoured("2024", units, "A,80", &row("A", "岚省文〔2025〕31号", "省文化厅"));
    let of = |number: &str, issuer: &str| refused(units, "A,80", &row("A", number, issuer), &[&last]).len();
    for number in [
        "岚省文[2025]31号",
        "岚省文（2025）31号",
        "岚省文【2025】31号",
        "岚省文［２０２５］３１号",
        "岚省文 〔2025〕 31 号",
        "岚省文〔2025〕第31号",
        "岚省文〔2025〕031号",
        "岚省文〔2025〕31",
    ] {
        assert_eq!((of(number, "省文化厅"), of(number, "")), (1, 1), "{number}");
    }
    assert_eq!(of("岚省文〔2025〕31号", "省 文化厅"), 1);
    for number in ["岚省文〔2024〕31号", "岚省文〔2025〕310号", "岚市文〔2025〕31号"] {
        assert_eq!(of(number, "省文化厅"), 0, "{number}");
    }
    assert_eq!(of("岚省文〔2025〕31号", "市文化局"), 0, "another issuer");
    let blank = honoured("2024", units, "A,80", &row("A", "岚省文〔2025〕31号", ""));
    assert_eq!(refused(units, "A,80", &row("A", "岚省文(2025)31", "省文化厅"), &[&blank]), ["A"]);
}

#[test]
fn a_merged_unit_is_compared_with_all_that_it_was() {
    let then = last("2024", "A,甲局,一组\nB,乙局,一组\nC,丙局,一组\nD,丁局,一组", "A,55\nB,90\nC,80\nD,70");
    // Then B 1, C 2, D 3, A 4. The unit of A and B is second now: above A by two places, but not above B.
    let run = this(
        "C,丙局,一组,\nM,甲乙局,一组,A、乙局\nD,丁局,一组,",
        "C,95\nM,90\nD,70",
        "[progress]\nplaces = 1\n",
        &[&then],
    );
    assert_eq!(risen(&run), ["C 2-1"]);
    let names: Vec<&str> = run.unit("M").previous.iter().map(|previous| previous.name.as_str()).collect();
    assert_eq!(names, ["甲局", "乙局"]);
    assert!(run.unit("M").previous.iter().any(|previous| previous.lowest));
    // D and A into one that is first: it rose above both, by two places at the least.
    let roster = "N,甲丁局,一组,丁局、甲局\nC,丙局,一组,\nB,乙局,一组,";
    let run = this(roster, "C,80\nN,95\nB,70", "[progress]\nplaces = 1\n", &[&then]);
    assert_eq!(risen(&run), ["N 3-1"]);
}
