//! The result workbook, in the language of the model.

use std::borrow::Cow;

use super::document::{Document, Printed, SheetDoc};
use super::uses;
use super::view::View;
use super::{adjustments, calc, classes, common, findings, overview, points, ranking, ranking_charts, sources, steps};
use crate::result::outcome::{ComponentType, Outcome};

/// The result workbook of an outcome, determined by the outcome alone: independent of user and time.
pub fn result(outcome: &Outcome) -> Document<'_> {
    let mut document = result_cover(outcome);
    result_sheets(outcome, &mut |sheet| document.sheets.push(sheet));
    document
}

/// The result workbook without its sheets.
pub fn result_cover(outcome: &Outcome) -> Document<'_> {
    let view = View::new(outcome);
    view.document(&outcome.model.title, Vec::new()).marked(view.draft().map(Cow::Borrowed))
}

/// Gives the sheets of the result workbook, each as soon as it is made: the large ones are not held together.
pub fn result_sheets<'o>(outcome: &'o Outcome, put: &mut dyn FnMut(SheetDoc<'o>)) {
    let view = View::new(outcome);
    // What the model does not have has no sheet.
    let model = &outcome.model;
    let (has_nodes, has_leaves) = (model.tree.has_branches(), !model.tree.leaves.is_empty());
    let is_rated = model.components.iter().any(|own| own.scored() == ComponentType::Ballots);
    let is_graded = !model.grades.is_empty();
    // What is looked up rather than read is printed only when someone wants it on paper.
    let details = [
        (is_rated, "sheet.classes"),
        (is_graded, "sheet.steps"),
        (true, "sheet.calc"),
        (true, "sheet.findings"),
        (true, "sheet.sources"),
    ];
    let on_request = |sheet: SheetDoc<'o>| SheetDoc { printed: Printed::OnRequest, ..sheet };
    let names: Vec<&str> = details.iter().filter(|(has, _)| *has).map(|(_, key)| view.text(key)).collect();
    put(overview::sheet(&view, &names));
    put(ranking::ranking(&view));
    put(ranking_charts::sheet(&view));
    if has_nodes {
        put(ranking::nodes(&view));
    }
    let (sheet, leaves) = points::leaves(&view);
    if has_leaves {
        put(sheet);
    }
    put(points::components(&view));
    let (sheet, means) = classes::sheet(&view);
    if is_rated {
        put(on_request(sheet));
    }
    let (sheet, points) = adjustments::sheet(&view);
    put(sheet);
    if is_graded {
        put(on_request(steps::sheet(&view)));
    }
    if common::is_needed(model) {
        put(common::sheet(&view));
    }
    if uses::is_needed(model) {
        put(uses::sheet(&view));
    }
    let sources = calc::Sources { view: &view, leaves: &leaves, means: &means, points: &points };
    put(on_request(calc::sheet(&sources)));
    put(on_request(findings::sheet(&view)));
    put(on_request(sources::sheet(&view)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::report::document::Content;

    /// Four units: ranked; ranked with a cap and an over-claim; separate with too few answers; excluded. A draft.
    fn sample() -> Outcome {
        Outcome::sample()
    }

    fn shown(content: &Content) -> String {
        match content {
            Content::Empty | Content::Covered => String::new(),
            Content::Text(text) => text.replace('\n', "/"),
            Content::Link(link) => link.text.replace('\n', "/"),
            Content::Number { value, decimals } => format!("{value:.0$}", *decimals as usize),
            Content::Count(count) => format!("#{count}"),
            Content::Date(date) => date.to_string(),
            Content::Formula(own) => format!("={}", own.formula),
            Content::TextFormula(own) => format!("={}", own.formula),
        }
    }

    fn lines(sheet: &SheetDoc) -> Vec<String> {
        let line =
            |row: &crate::documents::report::RowDoc| row.cells.iter().map(|c| shown(&c.content)).collect::<Vec<_>>();
        sheet.all_rows().map(|row| line(row).join("|")).collect()
    }

    fn sheet(name: &str) -> Vec<String> {
        let outcome = sample();
        let document = result(&outcome);
        lines(document.sheets.iter().find(|sheet| sheet.name == name).unwrap())
    }

    fn has(sheet: &[String], line: &str) {
        assert!(sheet.iter().any(|own| own == line), "{line}\nnot in\n{}", sheet.join("\n"));
    }

    #[test]
    fn sheets_stand_in_their_order_and_are_marked_as_draft() {
        let outcome = sample();
        let document = result(&outcome);
        let names: Vec<&str> = document.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let expected = [
            "概况",
            "排名",
            "排名图",
            "两线三面",
            "指标得分",
            "组成得分",
            "评议汇总",
            "加减分",
            "定等过程",
            "结果运用",
            "核算",
            "校验",
            "来源",
        ];
        // The sample has no rule for common problems, so it has no sheet of them.
        assert_eq!(names, expected);
        assert_eq!(document.draft.as_deref(), Some("草稿"));
        // On a sheet several pages wide the title is after the columns repeated on every page.
        let title = |sheet: &SheetDoc| lines(sheet)[0].trim_start_matches('|').to_owned();
        assert!(document.sheets.iter().all(|sheet| title(sheet).starts_with("【草稿】")));
        assert_eq!(document.created, Some(jiff::civil::date(2026, 1, 20)));
    }

    #[test]
    fn overview_shows_what_adds_up_and_what_does_not() {
        let sheet = sheet("概况");
        has(&sheet, "单位|#4|#2|#0|#1|否");
    }

    #[test]
    fn missing_values_are_dashes_and_separate_units_have_no_rank() {
        let sheet = sheet("排名");
        has(&sheet, "#2|U02|=单位二|文化场馆|93.00|93.00|0.00|0.00|#2|#2|优秀|先进|较好|");
        has(&sheet, "#3|U03|云岚市文化馆|文化场馆|71.20|71.20|0.00|0.00|—|—|达标|达标|一般|单列、总分已更正");
        has(&sheet, "#4|U04|不参评的单位|文化场馆|—|—|—|—|—|—|—|—|—|不参评");
    }

    #[test]
    fn a_leaf_that_is_not_applicable_is_not_zero() {
        has(&sheet("指标得分"), "#2|U02|=单位二|文化场馆|不涉及|0.00|20.00|20.00|缺佐证：2.1/不涉及：1.1");
    }

    #[test]
    fn contributions_are_weight_times_rate() {
        let line = "#3|U03|云岚市文化馆|文化场馆|72.00|60|43.20|70.00|40|28.00|71.20|\
                    述职评议：有效回答 2 份，数量不足，结果供参考";
        has(&sheet("组成得分"), line);
    }

    #[test]
    fn class_means_name_what_was_dropped_and_why_there_is_none() {
        let sheet = sheet("评议汇总");
        has(&sheet, "U02|=单位二|述职评议|评议代表|单位整体|90.00|#3|#4|#0|#0|#0|60、100|100.00|");
        has(&sheet, "U03|云岚市文化馆|述职评议|评议代表|单位整体|—|—|#4|#0|#0|#0||0.00|有效票不足法定比例");
    }

    #[test]
    fn register_rows_say_how_they_ended() {
        let sheet = sheet("加减分");
        has(
            &sheet,
            "—|U02|=单位二|减分：自评虚高（自动计算）||—|2|1.5|部分计入：超过减分合计上限|第十条||self-reports/U02.xlsx 自评表!A3",
        );
        has(&sheet, "G1|U01|云岚市图书馆|总分|复核|90.5|91|审定但文件不全，不计||assess.toml A2");
    }

    #[test]
    fn grade_paths_are_sentences_with_their_values() {
        let sheet = sheet("定等过程");
        let cap = "符合等次上限 C4「任一方面低于70%」，由优秀降为先进|第十五条|优秀|先进|A2 65.00|";
        has(&sheet, &format!("U02|=单位二|#3|{cap}"));
        has(&sheet, "U02|=单位二|#4|优秀名额已满，降为先进||优秀|先进|累计名额 1，同分时依次比较：指标核定 95.00|");
    }

    #[test]
    fn a_model_without_indicators_and_ballots_has_no_sheets_about_them() {
        let mut outcome = sample();
        outcome.model.tree.leaves.clear();
        outcome.model.tree.cells.clear();
        outcome.model.components.clear();
        outcome.findings.clear();
        let document = result(&outcome);
        let absent = ["指标得分", "共性问题", "评议汇总"];
        assert!(document.sheets.iter().all(|sheet| !absent.contains(&sheet.name.as_str())));
        assert_eq!(lines(document.sheets.iter().find(|sheet| sheet.name == "校验").unwrap())[2], "无");
    }

    /// The sample with the consequences of its grades, and with the previous period.
    fn used() -> Outcome {
        use crate::shared::number::{Exact, Percent};
        let mut outcome = sample();
        let model = &mut outcome.model;
        model.carry_over = Some(Percent::whole(30));
        model.progress_places = Some(2);
        for (grade, amount) in model.grades.iter_mut().zip([20_000, 10_000, 500, 0]) {
            grade.consequence.amount = Some(Exact::from(amount));
        }
        (model.grades[0].consequence.award_quota, model.grades[0].consequence.actions) =
            (Some(Exact::from(20)), vec!["通报表扬".to_owned()]);
        (model.grades[2].consequence.talk, model.grades[2].consequence.bars_honours) = (true, true);
        outcome.units[0].roster.secretary = "王一".to_owned();
        outcome.units[0].previous = vec![crate::result::outcome::PreviousOutcome {
            code: "U01".to_owned(),
            name: "云岚市图书馆".to_owned(),
            period: "2024".to_owned(),
            group: "文化场馆".to_owned(),
            total: Some("55.00".to_owned()),
            rank_group: Some(3),
            rank_overall: Some(9),
            grade: Some("不达标".to_owned()),
            lowest: true,
        }];
        outcome
    }

    fn uses(outcome: &Outcome) -> Vec<String> {
        lines(result(outcome).sheets.iter().find(|sheet| sheet.name == "结果运用").unwrap())
    }

    /// The lines of a list, below its heading.
    fn list(lines: &[String], heading: &str) -> Vec<String> {
        let at = lines.iter().position(|line| line.starts_with(heading)).unwrap();
        lines[at + 1..].iter().take_while(|line| !line.is_empty()).cloned().collect()
    }

    #[test]
    fn consequences_follow_from_grades_and_add_up() {
        let sheet = uses(&used());
        // 30 × 93.33 / 100 = 27.999; 30 × 71.20 / 100 = 21.36; 20,000 + 10,000 + 500 = 30,500.
        has(&sheet, "#1|U01|云岚市图书馆|文化场馆|#1|93.33|优秀|好|20|20000|28.00|通报表扬");
        has(&sheet, "#3|U03|云岚市文化馆|文化场馆|单列|71.20|达标|一般|—|500|21.36|");
        has(&sheet, "合计|30500||");
        assert!(!sheet.iter().any(|line| line.contains("U04")), "a unit that is not assessed has no consequences");
        has(&sheet, "#1||1 个单位||||优秀|好|20|20000||通报表扬");
    }

    #[test]
    fn lists_hold_what_the_model_says() {
        let sheet = uses(&used());
        let third = "#1|U03|云岚市文化馆|文化场馆|单列|71.20|达标|一般||||";
        assert_eq!(list(&sheet, "二、约谈名单"), [third]);
        assert_eq!(list(&sheet, "三、取消评先评优资格"), [third]);
        let first = "#1|U01|云岚市图书馆|文化场馆|#1|93.33|优秀|好||||";
        assert_eq!(list(&sheet, "四、可推荐"), [first]);
        let risen = format!("{first}2024 组内第 3 位，本期第 1 位，上升 2 位");
        assert_eq!(list(&sheet, "五、进步名单"), [risen]);
        assert_eq!(list(&sheet, "六、连续两期"), ["无"], "it was the lowest grade, and is not now");
        assert_eq!(list(&sheet, "七、书记")[0], format!("{first}书记：王一"));
    }

    #[test]
    fn the_lowest_grade_two_periods_running_is_said_with_both_results() {
        let mut outcome = used();
        outcome.units[0].grade = Some("不达标".to_owned());
        let twice = list(&uses(&outcome), "六、连续两期");
        assert_eq!(twice, ["#1|U01|云岚市图书馆|文化场馆|#1|93.33|不达标|好||||2024：55.00 分，不达标"]);
        outcome.units[0].previous.clear();
        assert_eq!(list(&uses(&outcome), "六、连续两期"), ["没有上一期的结果（[history]），无法比较"]);
        assert_eq!(list(&uses(&outcome), "五、进步名单"), ["没有上一期的结果（[history]），无法比较"]);
    }

    #[test]
    fn a_model_without_consequences_says_so() {
        has(&sheet("结果运用"), "本模型没有规定各等次的结果运用（[consequences]）");
        assert_eq!(list(&sheet("结果运用"), "二、约谈名单"), ["无"]);
    }

    #[test]
    fn common_problems_name_units_and_their_rule() {
        use crate::shared::number::Percent;
        let mut outcome = sample();
        let (rate, share) = (Percent::whole(60), Percent::whole(30));
        outcome.model.common_problem = Some(crate::result::outcome::CommonRule { rate, share });
        outcome.model.tree.leaves[1].department = "办公室".to_owned();
        let document = result(&outcome);
        let sheet = lines(document.sheets.iter().find(|sheet| sheet.name == "共性问题").unwrap());
        assert!(sheet[1].contains("低于 60% 的超过 30%"), "{}", sheet[1]);
        // One of three is 33.33 %; (48 + 0 + 40) / 150 is 58.67 %.
        has(&sheet, "文化场馆|2.1|年度重点任务完成率|#3|#1|33.33|58.67|共性|办公室|=单位二");
        assert_eq!(sheet.len(), 5, "indicators with nobody below are not listed: {sheet:?}");
    }

    #[test]
    fn ranked_bars_are_marked_where_the_places_end() {
        let outcome = sample();
        let document = result(&outcome);
        let sheet = document.sheets.iter().find(|sheet| sheet.name == "排名图").unwrap();
        let rows = lines(sheet);
        // Two ranked units and 40 % of them: floor(0.8) is 0 places by share; the sample's quota states the number.
        let places = sample().quotas[0].seats.places;
        let mark = format!("── 优秀名额线（{places}个）──||||");
        let at = rows.iter().position(|row| *row == mark).unwrap_or_else(|| panic!("{rows:#?}"));
        assert_eq!(rows[at - 1], "1 云岚市图书馆|93.33|||");
        assert_eq!(rows[at + 1], "2 =单位二||93.00||");
        let chart = &sheet.charts[0].chart;
        assert_eq!((chart.axis.0, chart.axis.1), (Some(0.0), Some(105.0)));
        assert_eq!((chart.categories.top, chart.categories.bottom), (at - 1, at + 1));
        assert_eq!(chart.series.iter().map(|own| own.name).collect::<Vec<_>>(), ["优秀", "先进"]);
    }

    /// The sample with this many units in its group.
    fn many(count: usize) -> Outcome {
        let mut outcome = sample();
        let unit = outcome.units[0].clone();
        outcome.units = (1..=count)
            .map(|rank| {
                let mut unit = unit.clone();
                (unit.roster.code, unit.rank_group) = (format!("U{rank:03}"), Some(rank));
                unit
            })
            .collect();
        outcome
    }

    #[test]
    fn a_very_large_group_is_drawn_as_far_as_people_compare_and_says_so() {
        let outcome = many(241);
        let document = result(&outcome);
        let sheet = document.sheets.iter().find(|sheet| sheet.name == "排名图").unwrap();
        // 240 units and the mark of the quota: 241 bars in eleven charts.
        assert_eq!(sheet.charts.len(), 11);
        assert!(lines(sheet).iter().any(|line| line == "单位多于 240 个的，只画前 240 个；全部见“排名”"));
        assert!(!lines(sheet).iter().any(|line| line.starts_with("241 ")));
    }

    #[test]
    fn charts_of_a_large_group_are_split_and_stay_on_their_pages() {
        let outcome = many(61);
        let document = result(&outcome);
        let sheet = document.sheets.iter().find(|sheet| sheet.name == "排名图").unwrap();
        // 61 units and one mark are 62 bars: three charts of 21, 21 and 20.
        let sizes: Vec<usize> =
            sheet.charts.iter().map(|own| own.chart.categories.bottom - own.chart.categories.top + 1).collect();
        assert_eq!(sizes, [21, 21, 20]);
        let tops: Vec<usize> = sheet.charts.iter().map(|own| own.row).collect();
        // 21 bars and what is around them are 514 points, more than half a page.
        assert_eq!(sheet.page_starts, tops[1..], "each begins a page");
        let Printed::Before(end) = sheet.printed else { panic!("{:?}", sheet.printed) };
        assert_eq!(end, tops[2] + sheet.charts[2].chart.rows(), "the numbers are not printed");
        for pair in sheet.charts.windows(2) {
            assert!(pair[0].row + pair[0].chart.rows() <= pair[1].row, "charts overlap");
        }
    }

    #[test]
    fn totals_are_counted_in_steps_of_five_points() {
        let sheet = sheet("概况");
        // 93.33 and 93.00 in 90–95, 71.20 in 70–75; the steps between are empty.
        has(&sheet, "70–75|#1");
        has(&sheet, "75–80|#0");
        has(&sheet, "90–95|#2");
    }

    #[test]
    fn every_code_word_of_a_result_has_a_text() {
        use crate::engine::assessment::Standing;
        use crate::engine::score::ballots::NoResult;
        use crate::engine::score::{LeafState, adjust::Limit};
        let standings = [Standing::Approved, Standing::Incomplete, Standing::Proposed, Standing::Reviewed];
        let more = [Standing::Rejected, Standing::Withdrawn, Standing::NotAssessed];
        let leaves = [LeafState::SelfScored, LeafState::Unverified, LeafState::NoEvidence, LeafState::NoReport];
        let limits = [Limit::PerItem, Limit::PerUnit, Limit::MaxBonus, Limit::MaxDeduction];
        let missing = NoResult::ALL;
        let mut keys: Vec<String> = standings.iter().chain(&more).map(|s| format!("standing.{}", s.json())).collect();
        keys.extend(leaves.iter().map(|s| format!("leaf.{}", s.json())));
        keys.extend(limits.iter().map(|l| format!("limit.{}", l.json())));
        keys.extend(missing.iter().map(|m| format!("class.missing.{}", m.json())));
        keys.extend(["full", "part", "cut", "superseded", "event"].map(|end| format!("adjustment.{end}")));
        for key in keys {
            assert!(crate::shared::i18n::Lang::Zh.find(&key).is_some(), "{key}");
        }
    }
}
