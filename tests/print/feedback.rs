//! Feedback workbooks as printed: a letter of one page, and nothing clipped on the sheets behind it.

use crate::{FAULTS, Printed, can_print};

/// A page without spaces and line breaks, which depend on the fonts at hand.
fn close(page: &str) -> String {
    page.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn feedback_of_three_units_prints_a_letter_of_one_page_and_clips_nothing() {
    if !can_print() {
        return;
    }
    let printed = Printed::score("city-2025", |model| model, &[]);
    printed.run(&["feedback", "-q"]);
    for (code, name) in
        [("U01", "云岚市人大常委会机关"), ("U08", "云岚市人力资源和社会保障局"), ("U12", "云岚市自然资源局")]
    {
        let pages = printed.feedback(&format!("{code}_{name}.xlsx"));
        for page in &pages {
            for fault in FAULTS {
                assert!(!page.contains(fault), "{fault} is printed for {code}");
            }
            assert!(page.split_whitespace().count() >= 8, "an empty page is printed for {code}");
        }
        let pages: Vec<String> = pages.iter().map(|page| close(page)).collect();
        let letter = &pages[0];
        assert!(letter.starts_with("关于云岚市2025年度市直机关党建工作考核结果的反馈"), "{letter}");
        // First and last words of the letter stand on its one page, and nothing of it on the next.
        assert!(letter.contains(&format!("{name}：")), "{letter}");
        // Below it the seal and the number of the page.
        let (_, below) = letter.split_once("中共云岚市委市直属机关工作委员会2026年2月6日").expect(letter);
        assert!(below.starts_with("核验码") && below.contains("—1—"), "{letter}");
        assert!(pages[1].starts_with(&format!("{name}得分明细")), "{}", pages[1]);
        for sheet in ["图表", "评议情况", "问题与整改台账", "复核申请"] {
            assert!(pages.iter().any(|page| page.starts_with(&format!("{name}{sheet}"))), "{code}: no page of {sheet}");
        }
        assert!(pages.iter().any(|page| page.contains("舍入差")), "{code}");
    }
}
