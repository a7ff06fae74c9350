//! The letter: what it must say, by hand calculation from the city example.

use crate::sheets::{example, sheet};

/// The letter of a unit without its line breaks and spaces.
fn letter(folder: &crate::runner::Folder, code: &str) -> String {
    let rows = sheet(folder, code, "反馈书");
    let text: String = rows.iter().flat_map(|row| row.values()).cloned().collect();
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[track_caller]
fn says(letter: &str, text: &str) {
    assert!(letter.contains(text), "{text}\nnot in\n{letter}");
}

#[test]
fn a_unit_that_lost_its_place_learns_why_and_what_would_recover_most() {
    let folder = example("city-2025");
    let said = letter(&folder, "U08");
    says(&said, "云岚市人力资源和社会保障局：");
    says(&said, "总分92.08分");
    says(&said, "在政府综合管理部门7个参加排名的单位中列第3位");
    says(&said, "等次为先进，对应“较好”");
    // 优秀 needs 90: reached; two places of seven units (30 %: 2.1), both taken, the second by a unit of the same total.
    says(&said, "总分已达到优秀的门槛（90分）");
    says(&said, "优秀名额已满");
    // As much as the second place is held with does not do: the tie-break decides against it.
    says(&said, "优秀以上名额2个、已占2个；按其他单位现在的总分，你单位总分达到92.09分才能列入，还差0.01分");
    // 1.1.2 lost 2 points; indicators weigh 50 % and all leaves apply: 2 · 100/100 · 50/100 = 1.
    says(&said, "最能提分的是“党组书记第一责任人”：补回失去的2分，总分约可提高1.00分");
    // The feedback is dated 2026-02-06 by the calendar; ten days later is the 16th.
    says(&said, "10日内（2026年2月16日前）提出");
    says(&said, "2026年2月6日");
}

#[test]
fn a_capped_unit_learns_the_clause_and_its_distance_to_the_line() {
    let folder = example("city-2025");
    let said = letter(&folder, "U15");
    says(&said, "依据第十五条第（六）项（满意率低于85%），等次不高于先进");
    // The one place of the group is held at 95.47: 95.47 − 94.02 = 1.45.
    says(&said, "你单位距名额线1.45分");
}

#[test]
fn a_separate_unit_has_no_rank_and_small_groups_no_statistics() {
    let folder = example("city-2025");
    let said = letter(&folder, "U01");
    says(&said, "单列定等，不参加排名");
    assert!(!said.contains("组内平均") && !said.contains("组平均"), "{said}");
    assert!(!said.contains("列第"), "{said}");
}
