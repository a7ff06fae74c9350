//! A project written as text into a folder of its own, run through the pipeline, and what a test may look at.
//!
//! A test writes the sections of the model that matter to it; the usual ones are added when they are not there. Tables
//! are csv text without their header line, so that a test shows only its numbers.

use std::fmt::Write as _;

use assess::check::Proposals;
use assess::check::coverage::{Row, coverage};
use assess::documents::report::document::Content;
use assess::pipeline::regrade::{Ended, Method, regrade};
use assess::pipeline::status::{Facts, Reports, status};
use assess::pipeline::{self, Computed};
use assess::read::Project as Folder;
use assess::result::outcome::{
    AdjustmentOutcome, ClassTotals, LeafScore, Outcome, RatingRecord, UnitBallots, UnitOutcome,
};
use assess::shared::finding::{Message, Severity};
use assess::shared::i18n::Lang;
use tempfile::TempDir;

const HEAD: &str = "[assessment]\ntitle = \"规则测试\"\nperiod = \"2025\"\nissuer = \"工委\"\n";
const LINE: &str = "[[line]]\ncode = \"L1\"\nname = \"政治领导线\"\n";
const ASPECT: &str = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n";
const LEAF: &str =
    "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标\"\npoints = 100\nrule = \"核定\"\n";
const COMPONENT: &str = "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 100\nkind = \"indicators\"\n";
const GRADES: &str = "[[grade]]\nname = \"优秀\"\nat_least = 90\n[[grade]]\nname = \"先进\"\nat_least = 80\n\
                      [[grade]]\nname = \"达标\"\nat_least = 60\n[[grade]]\nname = \"不达标\"\nat_least = 0\n";
/// The component `g`, the whole total, for tests of what comes after it.
pub(crate) const GIVEN: &str = "[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 100\nkind = \"given\"\n";
/// Marks in words, for [`panel`].
pub(crate) const WORDS: &str =
    "levels = { \"好\" = 100, \"较好\" = 80, \"一般\" = 60, \"差\" = 40 }\nabstain = [\"弃权\"]\n";
/// Marks from 0 to 10, for [`panel`].
pub(crate) const NUMBERS: &str = "range = [0, 10]\nabstain = [\"弃权\"]\n";

/// The component `b` of ballots, the whole total. Classes: `R=60 S=40/12` has 12 ballots issued for S.
pub(crate) fn panel(keys: &str, classes: &str) -> String {
    let mut text = format!("[[component]]\nid = \"b\"\nname = \"评议\"\nweight = 100\nkind = \"ballots\"\n{keys}\n");
    for class in classes.split_whitespace() {
        let (id, weight) = class.split_once('=').unwrap();
        let (weight, issued) = weight.split_once('/').unwrap_or((weight, ""));
        writeln!(text, "[[component.class]]\nid = \"{id}\"\nname = \"主体{id}\"\nweight = {weight}").unwrap();
        if !issued.is_empty() {
            writeln!(text, "issued = {issued}").unwrap();
        }
    }
    text
}

/// A project folder being written.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A project with these sections of the model; what every model needs is added where it is missing.
    pub(crate) fn new(model: &str) -> Self {
        let mut text = format!("{model}\n");
        let needed = [
            ("[assessment]", HEAD),
            ("[[line]]", LINE),
            ("[[aspect]]", ASPECT),
            ("[[indicator]]", LEAF),
            ("[[component]]", COMPONENT),
            ("[[grade]]", GRADES),
        ];
        for (section, default) in needed {
            if !model.contains(section) {
                text.push_str(default);
            }
        }
        Self { folder: TempDir::new().unwrap() }.file("assess.toml", &text)
    }

    /// A project with this model and nothing else.
    pub(crate) fn bare(model: &str) -> Self {
        Self { folder: TempDir::new().unwrap() }.file("assess.toml", model)
    }

    /// A project whose totals are given: `U1=95 U2=89.995`.
    pub(crate) fn totals(totals: &str, model: &str) -> Self {
        let units: Vec<&str> = totals.split_whitespace().map(|t| t.split_once('=').unwrap().0).collect();
        Self::new(&format!("{GIVEN}{model}")).units(&units.join(" ")).given(&totals.replace('=', ","))
    }

    /// Writes a file; spaces before a line are only for the eye of the reader.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        self.bytes(path, (lines.join("\n") + "\n").as_bytes())
    }

    /// Writes a file as it is.
    pub(crate) fn bytes(self, path: &str, bytes: &[u8]) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// A roster of ranked units of one group: `U1 U2`.
    pub(crate) fn units(self, codes: &str) -> Self {
        let rows = codes.split_whitespace().map(|code| format!("{code},单位{code},一组\n")).collect::<String>();
        self.roster("单位代码,单位全称,分组", &rows)
    }

    /// A roster with its own columns.
    pub(crate) fn roster(self, header: &str, rows: &str) -> Self {
        self.table("roster.csv", header, rows)
    }

    fn table(self, path: &str, header: &str, rows: &str) -> Self {
        self.file(path, &format!("{header}\n{rows}"))
    }

    /// 自评表 of a unit: 指标代码, 完成值, 自评得分, 佐证, 核定值, 核定得分, 核定说明; the header stands in line 2.
    pub(crate) fn report(self, unit: &str, rows: &str) -> Self {
        let header = format!("单位代码,{unit}\n指标代码,完成值,自评得分,佐证,核定值,核定得分,核定说明");
        self.table(&format!("self-reports/{unit}.csv"), &header, rows)
    }

    /// 核定表: 单位, 指标代码, 核定值, 核定得分, 核定说明.
    pub(crate) fn verified(self, rows: &str) -> Self {
        self.table("verified/核定.csv", "单位,指标代码,核定值,核定得分,核定说明", rows)
    }

    /// Scores made elsewhere, of the component `g`: 单位, 得分, one per word or line.
    pub(crate) fn given(self, rows: &str) -> Self {
        let rows = rows.split_whitespace().collect::<Vec<_>>().join("\n");
        self.table("given/g/scores.csv", "单位,得分", &rows)
    }

    /// Scores made elsewhere with periods and nodes, of the component `g`: 单位, 期次, 节点, 得分.
    pub(crate) fn given_parts(self, rows: &str) -> Self {
        self.table("given/g/scores.csv", "单位,期次,节点,得分", rows)
    }

    /// Ballots of the component `b`: per line `class/rater@own-unit unit=mark unit.node=mark`; `_` is a blank mark.
    pub(crate) fn ballots(self, lines: &str) -> Self {
        let mut rows = String::from("评议主体,评委编号,所在单位,单位,节点,评价\n");
        for line in lines.lines().filter(|l| !l.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let (owner, home) = words.next().map(|w| w.split_once('@').unwrap_or((w, ""))).unwrap();
            let (class, rater) = owner.split_once('/').unwrap();
            for word in words {
                let (place, mark) = word.split_once('=').unwrap();
                let (unit, node) = place.split_once('.').unwrap_or((place, ""));
                writeln!(rows, "{class},{rater},{home},{unit},{node},{}", mark.replace('_', "")).unwrap();
            }
        }
        self.file("ballots/b/票.csv", &rows)
    }

    /// 加减分登记: 编号, 单位, 代码, 事由, 级别, 审定分值, 文件名称, 文号, 发文日期, 状态, 审定文号.
    pub(crate) fn adjustments(self, rows: &str) -> Self {
        let header = "编号,单位,代码,事由,级别,审定分值,文件名称,文号,发文日期,状态,审定文号";
        self.table("registers/加减分登记.csv", header, rows)
    }

    /// 事项登记 with approved rows: 编号, 单位, 代码.
    pub(crate) fn events(self, rows: &str) -> Self {
        let rows: String = rows.lines().map(|r| format!("{},通报,文1,2025-03-01,工委审定,审1\n", r.trim())).collect();
        self.table("registers/事项登记.csv", "编号,单位,代码,文件名称,文号,发文日期,状态,审定文号", &rows)
    }

    /// 等次审定 with approved rows: 编号, 单位, 等次, 不占名额, 突破上限, 条款.
    pub(crate) fn decisions(self, rows: &str) -> Self {
        let rows: String = rows.lines().map(|r| format!("{},审9,2026-01-10,工委审定\n", r.trim())).collect();
        self.table("registers/等次审定.csv", "编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态", &rows)
    }

    /// 更正登记 with approved rows: 编号, 单位, 位置, 旧值, 新值.
    pub(crate) fn corrections(self, rows: &str) -> Self {
        let rows: String = rows.lines().map(|r| format!("{},录入有误,更1,工委审定\n", r.trim())).collect();
        self.table("registers/更正登记.csv", "编号,单位,位置,旧值,新值,理由,文号,状态", &rows)
    }

    /// Its result, and that of a re-grade from it with corrections that came later; both are proved.
    pub(crate) fn corrected_later(self, rows: &str) -> [Outcome; 2] {
        self.later(|own| own.corrections(rows))
    }

    /// Its result, and that of a re-grade from it after a file was written anew.
    pub(crate) fn changed_later(self, path: &str, text: &str) -> [Outcome; 2] {
        self.later(|own| own.file(path, text))
    }

    fn later(self, change: impl FnOnce(Self) -> Self) -> [Outcome; 2] {
        let find = |own: &Self| Folder::find(own.folder.path()).unwrap();
        let Ok(prepared) = pipeline::prepare(find(&self)).unwrap() else { panic!("the model or the roster is wrong") };
        let computed = pipeline::compute(prepared).unwrap();
        let (before, _) = computed.outcome("v001", None, false);
        let ratings: Vec<RatingRecord> = computed.ratings().collect();
        let own = change(self);
        let ended = regrade(&find(&own), &before, Proposals::AsTheyStand, Method::Fixed).unwrap();
        let Ended::Done(mut regraded) = ended else { panic!("the re-grade was refused") };
        assert!(!regraded.is_rejected(), "{:#?}", regraded.findings);
        let (after, _) = regraded.outcome("v002", ("v001", &before));
        for outcome in [&before, &after] {
            let checked = assess::result::verify::recalculate(outcome, &ratings);
            assert!(checked.differing.is_empty(), "{:#?}", checked.differing);
        }
        [before, after]
    }

    /// Reads, checks, scores and grades it.
    pub(crate) fn run(self) -> Run {
        let prepared = pipeline::prepare(Folder::find(self.folder.path()).unwrap()).unwrap();
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(stopped) => {
                let said = stopped.findings.iter().map(|f| f.say(Lang::Zh, &stopped.files));
                return Run { messages: said.collect(), unbalanced: Vec::new(), computed: None };
            }
        };
        let computed = pipeline::compute(prepared).unwrap();
        let (outcome, told) = computed.outcome("v001", None, false);
        let ratings = computed.ratings().collect();
        if !computed.is_rejected(false) && !computed.is_pending() {
            tells_the_same(&computed, &outcome);
        }
        let wrong = told.iter().filter(|finding| finding.severity == Severity::Error);
        let unbalanced: Vec<Message> = wrong.map(|finding| finding.say(Lang::Zh, &computed.files)).collect();
        // Rejected inputs (more ballots than issued) need not add up.
        assert!(computed.is_rejected(false) || unbalanced.is_empty(), "{unbalanced:#?}");
        Run { messages: outcome.findings.clone(), unbalanced, computed: Some((outcome, ratings)) }
    }

    /// Runs it and expects neither errors nor open questions. Every number of the result follows in a second calculation.
    pub(crate) fn score(self) -> Run {
        let run = self.run();
        let bad: Vec<&Message> = run.messages.iter().filter(|m| m.severity <= Severity::Pending).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        let checked = assess::result::verify::recalculate(run.outcome(), run.ratings());
        assert!(checked.differing.is_empty(), "{:#?}", checked.differing);
        run
    }
}

/// The written result tells the status that the inputs tell, and that agrees with the coverage that `check` prints.
fn tells_the_same(computed: &Computed, outcome: &Outcome) {
    let lang = outcome.model.language;
    let written: Outcome = serde_json::from_slice(&serde_json::to_vec(outcome).unwrap()).unwrap();
    let (now, then) = (Facts::computed(computed, lang), Facts::recorded(&written));
    let [now, then] = [&now, &then].map(|facts| status(facts, None, None));
    let [told, recorded] = [&now, &then].map(|own| serde_json::to_value(own).unwrap());
    assert_eq!(told, recorded);
    let covered = coverage(&computed.model, &computed.assessment, |unit| &outcome.units[unit.0].leaves);
    let lacking = |came: fn(&Row<'_>) -> Option<bool>| {
        let units = covered.units.iter().filter(|unit| came(unit) == Some(false));
        units.map(|unit| unit.code).collect::<Vec<_>>()
    };
    let missing = |own: &Option<Reports<'_>>| {
        own.iter().flat_map(|own| &own.missing).map(|unit| unit.code).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(missing(&now.reports), lacking(|unit| unit.report).join(" "));
    assert_eq!(missing(&now.ledgers), lacking(|unit| unit.ledger).join(" "));
    let gaps = |column: usize| covered.units.iter().filter(|unit| unit.counts[column] == Some(0)).count();
    let (classes, given): (Vec<_>, Vec<_>) =
        covered.columns.iter().enumerate().partition(|(_, column)| column.class.is_some());
    let unrated: Vec<usize> = classes.into_iter().map(|(index, _)| gaps(index)).collect();
    assert_eq!(now.ballots.iter().map(|class| class.unrated).collect::<Vec<_>>(), unrated);
    let scored = |column: usize| covered.units.iter().filter(|unit| unit.counts[column] > Some(0)).count();
    let scored: Vec<usize> = given.into_iter().map(|(index, _)| scored(index)).collect();
    assert_eq!(now.given.iter().map(|own| own.scored).collect::<Vec<_>>(), scored);
}

/// What came of a run.
pub(crate) struct Run {
    /// All findings.
    pub messages: Vec<Message>,
    unbalanced: Vec<Message>,
    computed: Option<(Outcome, Vec<RatingRecord>)>,
}

impl Run {
    /// Whether model or roster stopped the run before other files were read.
    pub(crate) fn is_stopped(&self) -> bool {
        self.computed.is_none()
    }

    /// What was accepted follows from its parts, in `verify` and in 核算.
    #[track_caller]
    pub(crate) fn accepted(self) -> Self {
        assert!(self.errors().is_empty(), "{:?}", self.messages);
        let checked = assess::result::verify::recalculate(self.outcome(), self.ratings());
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
        let book = assess::documents::report::result(self.outcome());
        let sheet = book.sheets.iter().find(|sheet| sheet.name == "核算").unwrap();
        let cells = sheet.head.iter().chain(&sheet.header).chain(&sheet.rows).flat_map(|row| &row.cells);
        let mut values = cells.filter_map(|cell| match &cell.content {
            Content::Formula(own) => Some(own.value),
            _ => None,
        });
        assert_eq!(values.next(), Some(0.0), "the total of differences comes first");
        self
    }

    /// The result document.
    pub(crate) fn outcome(&self) -> &Outcome {
        &self.computed.as_ref().unwrap_or_else(|| panic!("stopped: {:#?}", self.messages)).0
    }

    /// Every single rating.
    pub(crate) fn ratings(&self) -> &[RatingRecord] {
        &self.computed.as_ref().unwrap_or_else(|| panic!("stopped: {:#?}", self.messages)).1
    }

    /// Codes of errors and open questions, sorted, each once.
    pub(crate) fn errors(&self) -> Vec<&str> {
        let wrong = self.messages.iter().filter(|m| m.severity <= Severity::Pending);
        let mut codes: Vec<&str> = wrong.map(|m| m.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The sums that do not add up (E703), each with its whole and its parts.
    pub(crate) fn unbalanced(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let sums = self.unbalanced.iter().filter(|message| message.code == "E703");
        sums.map(|own| format!("{} {} {}", own.title, text(&own.found), text(&own.expected))).collect()
    }

    /// The findings of a code.
    pub(crate) fn of(&self, code: &str) -> Vec<&Message> {
        self.messages.iter().filter(|m| m.code == code).collect()
    }

    /// Whether a finding was made.
    pub(crate) fn has(&self, code: &str) -> bool {
        self.messages.iter().any(|m| m.code == code)
    }

    /// File and cell of the first finding of a code: `self-reports/U1.csv F3`.
    pub(crate) fn at(&self, code: &str) -> String {
        let found = self.messages.iter().find(|m| m.code == code);
        let message = found.unwrap_or_else(|| panic!("no {code} in {:#?}", self.messages));
        [message.file.as_deref(), message.cell.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Unit codes of the findings of a code, sorted.
    pub(crate) fn units_with(&self, code: &str) -> Vec<&str> {
        let found = self.messages.iter().filter(|m| m.code == code);
        let mut units: Vec<&str> = found.filter_map(|m| m.unit.as_deref()).collect();
        units.sort_unstable();
        units
    }

    /// A unit of the result.
    pub(crate) fn unit(&self, code: &str) -> &UnitOutcome {
        self.outcome().unit(code).unwrap()
    }

    /// The published total.
    pub(crate) fn total(&self, unit: &str) -> &str {
        self.unit(unit).total.as_deref().unwrap_or("—")
    }

    /// The base as "p/q".
    pub(crate) fn exact_base(&self, unit: &str) -> String {
        self.unit(unit).exact.as_ref().unwrap().base.fraction()
    }

    /// Counted bonus and deduction as published.
    pub(crate) fn plus_minus(&self, unit: &str) -> (&str, &str) {
        (self.unit(unit).plus.as_deref().unwrap(), self.unit(unit).minus.as_deref().unwrap())
    }

    /// The rate of a component as published.
    pub(crate) fn rate(&self, unit: &str, component: &str) -> &str {
        &self.unit(unit).components[component].rate
    }

    /// The rate of a component as "p/q".
    pub(crate) fn exact_rate(&self, unit: &str, component: &str) -> String {
        self.unit(unit).components[component].exact.fraction()
    }

    /// The rate of an aspect over all components as published; `—` if it has none.
    pub(crate) fn aspect(&self, unit: &str, aspect: &str) -> &str {
        self.unit(unit).aspects[aspect].as_ref().map_or("—", |rate| rate.rate.as_str())
    }

    /// The rate of a line over all components as published; `—` if it has none.
    pub(crate) fn line(&self, unit: &str, line: &str) -> &str {
        self.unit(unit).lines[line].as_ref().map_or("—", |rate| rate.rate.as_str())
    }

    /// A leaf of a unit.
    pub(crate) fn leaf(&self, unit: &str, code: &str) -> &LeafScore {
        self.unit(unit).leaves.iter().find(|leaf| leaf.code == code).unwrap()
    }

    /// The points of a leaf that count, as a decimal; `—` if it is not applicable.
    pub(crate) fn points(&self, unit: &str, code: &str) -> String {
        self.leaf(unit, code).verified.as_ref().map_or("—".to_owned(), ToString::to_string)
    }

    /// Ranks within the groups, in the order asked for: `1 2 2 4`; `—` for none.
    pub(crate) fn ranks(&self, units: &str) -> String {
        let rank = |unit| self.unit(unit).rank_group.map_or("—".to_owned(), |rank| rank.to_string());
        units.split_whitespace().map(rank).collect::<Vec<_>>().join(" ")
    }

    /// The grade; `—` for none.
    pub(crate) fn grade(&self, unit: &str) -> &str {
        self.unit(unit).grade.as_deref().unwrap_or("—")
    }

    /// Grades in the order asked for.
    pub(crate) fn grades(&self, units: &str) -> String {
        units.split_whitespace().map(|unit| self.grade(unit)).collect::<Vec<_>>().join(" ")
    }

    /// The kinds of the steps of a grade path.
    pub(crate) fn steps(&self, unit: &str) -> Vec<&str> {
        self.unit(unit).path.iter().map(|step| step.kind().json()).collect()
    }

    /// The codes of the caps that held.
    pub(crate) fn caps(&self, unit: &str) -> Vec<&str> {
        let held = self.unit(unit).path.iter().filter(|step| step.kind().json() == "cap");
        held.filter_map(|step| self.outcome().model.rule(step)).map(|[code, _]| code).collect()
    }

    /// How a register row ended and what it counts: `full 2`; the over-claim has no number.
    pub(crate) fn ended(&self, unit: &str, id: &str) -> String {
        let row = self.adjustment(unit, id);
        format!("{} {}", row.end.row(), row.counted)
    }

    /// A register row of a unit by its number.
    pub(crate) fn adjustment(&self, unit: &str, id: &str) -> &AdjustmentOutcome {
        let number = |own: &AdjustmentOutcome| self.outcome().row(own).map_or("", |row| row.id.as_str()) == id;
        self.unit(unit).adjustments.iter().find(|own| number(own)).unwrap()
    }

    /// The ballots behind the component `b` of a unit.
    pub(crate) fn votes(&self, unit: &str) -> &UnitBallots {
        self.unit(unit).components["b"].ballots.as_ref().unwrap()
    }

    /// Means of a class of `b` for a unit, by node, as decimals in points; `—` where there is none.
    pub(crate) fn means(&self, unit: &str, class: &str) -> Vec<String> {
        let component = self.outcome().model.components.iter().find(|own| own.id == "b").unwrap();
        let at = component.classes().iter().position(|own| own.id == class).unwrap();
        let class = &self.votes(unit).classes[at];
        class.means.iter().map(|m| m.as_ref().map_or("—".to_owned(), |m| m.mean.to_string())).collect()
    }

    /// The weights in percent that the classes of `b` have for a unit.
    pub(crate) fn weights(&self, unit: &str) -> Vec<String> {
        self.votes(unit).classes.iter().map(|class| class.effective_weight.to_string()).collect()
    }

    /// A class of `b` as a whole.
    pub(crate) fn class(&self, id: &str) -> &ClassTotals {
        self.outcome().classes().find(|(own, class, _)| own.id == "b" && class.id == id).unwrap().2
    }

    /// What became of the marks of a rater of `b`, in the order of units and nodes.
    pub(crate) fn marks(&self, rater: &str) -> Vec<&str> {
        let ratings = &self.computed.as_ref().unwrap().1;
        ratings.iter().filter(|r| *r.rater == *rater).map(|r| r.state.json()).collect()
    }
}
