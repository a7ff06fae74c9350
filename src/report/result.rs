//! The result workbook, in the language of the model.

use super::document::{Document, Fonts, Purpose};
use super::uses;
use super::view::View;
use super::{
    adjustments, calc, classes, common, created, findings, overview, points, ranking, ranking_charts, sources, steps,
};
use crate::outcome::Outcome;

/// The result workbook of an outcome: the same for the same outcome, whoever runs it and when.
pub fn result(outcome: &Outcome) -> Document {
    let view = View::new(outcome);
    let (leaf_sheet, leaves) = points::leaves(&view);
    let (class_sheet, means) = classes::sheet(&view);
    let (adjustment_sheet, points_of_rows) = adjustments::sheet(&view);
    let sources = calc::Sources { view: &view, leaves: &leaves, means: &means, points: &points_of_rows };
    let sheets = vec![
        overview::sheet(&view),
        ranking::ranking(&view),
        ranking_charts::sheet(&view),
        ranking::nodes(&view),
        leaf_sheet,
        points::components(&view),
        class_sheet,
        adjustment_sheet,
        steps::sheet(&view),
        common::sheet(&view),
        uses::sheet(&view),
        calc::sheet(&sources),
        findings::sheet(&view),
        sources::sheet(&view),
    ];
    Document {
        title: outcome.model.title.clone(),
        created: outcome.model.as_of.as_deref().and_then(|date| date.parse().ok()).and_then(created),
        draft: outcome.draft.then(|| view.text("report.draft").to_owned()),
        purpose: Purpose::Output,
        fonts: Fonts::with(view.lang, outcome.model.fonts),
        sheets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Content, SheetDoc};

    /// Four units: ranked; ranked with a cap and an over-claim; separate with too few answers; excluded. A draft.
    fn sample() -> Outcome {
        serde_json::from_str(include_str!("sample.json")).unwrap()
    }

    fn shown(content: &Content) -> String {
        match content {
            Content::Empty | Content::Covered => String::new(),
            Content::Text(text) | Content::Link { text, .. } => text.replace('\n', "/"),
            Content::Number { value, decimals } => format!("{value:.0$}", *decimals as usize),
            Content::Count(count) => format!("#{count}"),
            Content::Date(date) => date.to_string(),
            Content::Formula { formula, .. } | Content::TextFormula { formula, .. } => format!("={formula}"),
        }
    }

    fn lines(sheet: &SheetDoc) -> Vec<String> {
        let line = |row: &crate::report::RowDoc| row.cells.iter().map(|c| shown(&c.content)).collect::<Vec<_>>();
        sheet.all_rows().map(|row| line(row).join("|")).collect()
    }

    fn sheet(name: &str) -> Vec<String> {
        let document = result(&sample());
        lines(document.sheets.iter().find(|sheet| sheet.name == name).unwrap())
    }

    fn has(sheet: &[String], line: &str) {
        assert!(sheet.iter().any(|own| own == line), "{line}\nnot in\n{}", sheet.join("\n"));
    }

    #[test]
    fn sheets_stand_in_their_order_and_are_marked_as_draft() {
        let document = result(&sample());
        let names: Vec<&str> = document.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let expected = [
            "概况",
            "排名",
            "两线三面",
            "指标得分",
            "组成得分",
            "评议汇总",
            "加减分",
            "定等过程",
            "核算",
            "校验",
            "来源",
        ];
        assert_eq!(names, expected);
        assert_eq!(document.draft.as_deref(), Some("草稿"));
        // On a sheet several pages wide the title stands behind the columns that every page repeats.
        let title = |sheet: &SheetDoc| lines(sheet)[0].trim_start_matches('|').to_owned();
        assert!(document.sheets.iter().all(|sheet| title(sheet).starts_with("【草稿】")));
        assert_eq!(document.created, Some((2026, 1, 20)));
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
            "—|U02|=单位二|减分|自评虚高（自动计算）|||—|2|1.5|部分计入：超过减分合计上限||—||第十条|自评表!A3",
        );
        has(&sheet, "G1|U01|云岚市图书馆|总分|90.5|91|审定但文件不全，不计|复核||assess.toml 更正登记!A2");
    }

    #[test]
    fn grade_paths_are_sentences_with_their_values() {
        let sheet = sheet("定等过程");
        let cap = "符合等次上限 C4「任一方面低于70%」，由优秀降为先进|第十五条|优秀|先进|A2 65.00|";
        has(&sheet, &format!("U02|=单位二|#3|{cap}"));
        has(&sheet, "U02|=单位二|#4|优秀名额已满，降为先进||优秀|先进|累计名额 1，同分时依次比较：指标核定 95.00|");
    }

    #[test]
    fn sheets_of_a_model_without_indicators_and_ballots_say_so() {
        let mut outcome = sample();
        outcome.model.leaves.clear();
        outcome.model.components.clear();
        outcome.findings.clear();
        let document = result(&outcome);
        assert_eq!(lines(&document.sheets[3])[1], "本模型没有按指标计分的组成");
        assert_eq!(lines(&document.sheets[5])[1], "本模型没有评议组成");
        assert_eq!(lines(&document.sheets[9])[2], "无");
    }

    #[test]
    fn every_code_word_of_a_result_has_a_text() {
        use crate::assessment::Standing;
        use crate::score::ballots::NoResult;
        use crate::score::{LeafState, adjust::Limit};
        let standings = [Standing::Approved, Standing::Incomplete, Standing::Proposed, Standing::Reviewed];
        let more = [Standing::Rejected, Standing::Withdrawn, Standing::NotAssessed];
        let leaves = [LeafState::SelfScored, LeafState::Unverified, LeafState::NoEvidence, LeafState::NoReport];
        let limits = [Limit::PerItem, Limit::PerUnit, Limit::MaxBonus, Limit::MaxDeduction];
        let missing = [NoResult::NoRating, NoResult::NoQuorum, NoResult::Recused];
        let mut keys: Vec<String> = standings.iter().chain(&more).map(|s| format!("standing.{}", s.json())).collect();
        keys.extend(leaves.iter().map(|s| format!("leaf.{}", s.json())));
        keys.extend(limits.iter().map(|l| format!("limit.{}", l.json())));
        keys.extend(missing.iter().map(|m| format!("class.missing.{}", m.json())));
        keys.extend(["full", "part", "cut", "superseded", "event"].map(|end| format!("adjustment.{end}")));
        for key in keys {
            assert!(crate::i18n::Lang::Zh.find(&key).is_some(), "{key}");
        }
    }
}
