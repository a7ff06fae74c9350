//! `assess analyze`: what a version's own record says about how far its ranking can be trusted.

use assess::analyze::plan::{Draw, Drawn, Plan, Tally};
use assess::analyze::record::{Graded, Record};
use assess::analyze::resample::Sampler;
use assess::engine::score::{Answers, ComponentMeasure, UnitBallots};
use assess::model::{Leaf, Model, RankScope, Tree};
use assess::result::outcome::Outcome;
use assess::shared::number::{Exact, Percent, Points};
use assess::write::csv::read_ratings;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::Value;

use crate::cells::Books;
use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::small;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    /// A factor between 0.05 and 2.
    fn factor(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        0.05 + 1.95 * ((self.0 >> 33) as f64 / (1_u64 << 31) as f64)
    }

    fn draw(&mut self, model: &Model) -> Draw {
        let mut draw = Draw::nominal(model);
        draw.components.iter_mut().for_each(|own| *own = self.factor());
        draw.classes.iter_mut().flatten().for_each(|own| *own = self.factor());
        draw.aspects.iter_mut().for_each(|own| *own = self.factor());
        draw.leaves.iter_mut().for_each(|own| *own = self.factor());
        draw
    }
}

/// The record with the points of the tree multiplied by the factors of a drawing: those of an indicator within its cell, those
/// of an aspect with all below it.
fn replanted(record: &Record, draw: &Draw) -> Record {
    let exact = |own: &f64| Exact::from_cell(*own).unwrap();
    let scale = |tree: &mut Tree| {
        for cell in &mut tree.cells {
            let leaves = &mut tree.leaves;
            let own = |leaf: &usize, leaves: &[Leaf]| &leaves[*leaf].points.0 * &exact(&draw.leaves[*leaf]);
            let sum: Exact = cell.leaves.iter().map(|leaf| own(leaf, leaves)).sum();
            let aspect = cell.aspect.map_or(Exact::from(1), |aspect| exact(&draw.aspects[aspect]));
            for leaf in &cell.leaves {
                let points = own(leaf, leaves) * &cell.points.0;
                leaves[*leaf].points = Points(if sum.is_positive() { points / &sum } else { sum.clone() });
            }
            cell.points = Points(&cell.points.0 * &aspect);
        }
        for (aspect, factor) in tree.aspects.iter_mut().zip(&draw.aspects) {
            aspect.points = Points(&aspect.points.0 * &exact(factor));
        }
    };
    let mut model = record.model.clone();
    scale(&mut model.tree);
    model.schemes.iter_mut().for_each(|scheme| scale(&mut scheme.tree));
    Record { model, assessment: record.assessment.clone(), measured: record.measured.clone() }
}

/// What the engine gives: totals, ranks in the scope, grades, places.
fn exact(model: &Model, standing: &Graded) -> Vec<(String, usize, Option<usize>, bool)> {
    let row = |index: usize| {
        let (score, unit) = (&standing.scores[index], &standing.grading.units[index]);
        let rank = match model.rank.scope {
            RankScope::Group => unit.rank_group,
            RankScope::Scheme => unit.rank_scheme,
            RankScope::All => unit.rank_overall,
        };
        (score.total.0.fixed(model.score.decimals), rank.unwrap_or(0), unit.grade, unit.takes_place)
    };
    (0..standing.scores.len()).map(row).collect()
}

/// What a plan gives, in the same form.
fn drawn(model: &Model, own: &Drawn) -> Vec<(String, usize, Option<usize>, bool)> {
    let decimals = model.score.decimals as usize;
    let total = |digits: i64| format!("{:.decimals$}", digits as f64 / 10_f64.powi(decimals as i32));
    (0..own.totals.len())
        .map(|index| (total(own.totals[index]), own.ranks[index], own.grades[index], own.takes_place[index]))
        .collect()
}

/// The record with the class means that the marks of a drawing give, under weights times factors; a unit without any answer keeps
/// what it has, as does one for which a median stands in.
fn remarked(record: &Record, sampler: &Sampler, plan: &Plan, draw: &Draw) -> Record {
    let mut measured = record.measured.clone();
    for (index, component) in measured.components.iter_mut().enumerate() {
        let ComponentMeasure::Ballots(own) = component else { continue };
        if plan.fixed.contains(&index) {
            continue;
        }
        let rules = record.model.components[index].ballots().unwrap();
        for (at, ballots) in own.units.iter_mut().enumerate() {
            let is_made = |own: &&mut UnitBallots| matches!(own.enough, Answers::Enough | Answers::Flagged);
            let Some(ballots) = ballots.as_deref_mut().filter(is_made) else { continue };
            let old = ballots.clone();
            let mut counts = false;
            for (class, own) in ballots.classes.iter_mut().enumerate() {
                for (node, mean) in own.means.iter_mut().enumerate() {
                    if let Some((slot, step)) = sampler.slot([index, class, at, node]) {
                        let Tally { sum, count } = draw.sample[slot];
                        let mut new = mean
                            .clone()
                            .or_else(|| old.classes.iter().flat_map(|own| &own.means).flatten().next().cloned());
                        if let (Some(new), true) = (&mut new, count > 0) {
                            new.mean = Points(Exact::ratio(sum, count) * step);
                        }
                        *mean = new.filter(|_| count > 0);
                    }
                    counts |= mean.is_some();
                }
            }
            if !counts {
                *ballots = old;
                continue;
            }
            let held = record.model.of(record.assessment.units[at].scheme);
            for node in 0..ballots.rates.len() {
                let (mut sum, mut all) = (Exact::zero(), Exact::zero());
                for (class, own) in ballots.classes.iter().enumerate() {
                    if let (Some(mean), Some(weight)) = (&own.means[node], held.class_weight(index, class)) {
                        let weight = &weight.0 * &Exact::from_cell(draw.classes[index][class]).unwrap();
                        sum = sum + &weight * &mean.mean.0;
                        all = all + weight;
                    }
                }
                if old.rates[node].is_some() {
                    let rate = || Percent(Exact::from(100) * &(&sum / &all) / &rules.full.0);
                    ballots.rates[node] = all.is_positive().then(rate);
                }
            }
        }
    }
    Record { model: record.model.clone(), assessment: record.assessment.clone(), measured }
}

/// The plan of a result gives what the engine gives, with the weights and raters of the model and with many others.
#[track_caller]
fn agrees(name: &str, folder: &Folder, draws: usize) {
    let outcome: Outcome = serde_json::from_value(folder.raw("results/v001/result.json")).unwrap();
    let record = Record::of(&outcome);
    let official = record.judged();
    let ratings =
        if folder.has("results/v001/ratings.csv") { folder.bytes("results/v001/ratings.csv") } else { Vec::new() };
    let ratings = if ratings.is_empty() { Vec::new() } else { read_ratings(&outcome, &ratings).unwrap() };
    let sampler = Sampler::of(&record, &ratings);
    let plan = Plan::of(&record, &official, Some(&sampler));
    // Points that follow from a comparison of units, or a limit on points, change with the points of an indicator.
    let is_fixed = record.model.tree.leaves.iter().any(|leaf| leaf.rule.is_of_field() || leaf.periods.is_some());
    let mut own = Drawn::default();
    plan.draw(&Draw::nominal(&record.model), &mut own);
    assert_eq!(drawn(&record.model, &own), exact(&record.model, &official), "{name}, as it is");
    let mut once = Draw::nominal(&record.model);
    sampler.tally(&sampler.each_once(), &mut once.sample);
    plan.draw(&once, &mut own);
    assert_eq!(drawn(&record.model, &own), exact(&record.model, &official), "{name}, every ballot once");
    let mut numbers = Numbers(draws as u64);
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut copies = sampler.each_once();
    for number in 0..draws {
        let mut draw = numbers.draw(&record.model);
        if number % 3 == 0 && draw.leaves.len() > 1 {
            let left_out = number % draw.leaves.len();
            draw.leaves[left_out] = 0.0;
        }
        if is_fixed || !plan.steady.is_empty() {
            draw.aspects.fill(1.0);
            draw.leaves.fill(1.0);
        }
        if number % 2 == 1 {
            sampler.draw(&mut random, &mut copies);
            sampler.tally(&copies, &mut draw.sample);
        }
        plan.draw(&draw, &mut own);
        let mut factors = draw.exact().unwrap();
        for index in &plan.steady {
            factors.classes[*index].fill(1.into());
        }
        let record = replanted(&record, &draw);
        let engine = match draw.sample.is_empty() {
            true => record.judged_with(&factors),
            false => remarked(&record, &sampler, &plan, &draw).judged_with(&factors),
        };
        assert_eq!(drawn(&record.model, &own), exact(&record.model, &engine), "{name}, drawing {number}: {draw:?}");
    }
}

#[test]
fn drawings_are_graded_as_the_engine_grades() {
    for (name, draws) in [("minimal", 200), ("county", 50), ("works", 50), ("panel", 20), ("city-2025", 60)] {
        let folder = Folder::example(name);
        folder.score(&["-q"]);
        if folder.has("results/v001/result.json") {
            agrees(name, &folder, draws);
        }
    }
}

pub(crate) fn analyze(folder: &Folder, more: &[&str]) -> Ran {
    assess(&[&["analyze", "-C", folder.shown()], more].concat())
}

/// The small project as a version.
fn version() -> Folder {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    folder
}

#[test]
fn without_any_spread_the_official_result_is_certain() {
    let folder = Folder::example("city-2025");
    folder.score(&["-q"]).ended(0);
    let document = analyze(&folder, &["--spread", "0", "--draws", "50", "--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.analyze/1");
    let units = list(&document["units"]);
    assert!(units.len() > 10);
    for unit in units {
        if !unit["rank"].is_null() {
            assert_eq!(unit["ranks"], serde_json::json!([[unit["rank"], 1.0]]), "{unit}");
        }
        if !unit["grade"].is_null() {
            assert_eq!((&unit["same_grade"], &unit["safe"]), (&1.0.into(), &true.into()), "{unit}");
        }
    }
    assert!(list(&document["lines"]).iter().all(|line| line["swaps"] == 0.0));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = Folder::example("city-2025");
    folder.score(&["-q"]).ended(0);
    let run = |jobs: &str, seed: &str, how: [&str; 2]| {
        let drawn = ["--draws", "300", "--seed", seed, "--format", "json", "--jobs", jobs];
        analyze(&folder, &[how.as_slice(), &drawn].concat()).ended(0).out
    };
    let all = [["--weights", "varied"], ["--weights", "uniform"], ["--weights", "dirichlet"], ["--vary", "both"]];
    for how in all {
        assert_eq!(run("1", "7", how), run("3", "7", how));
        assert_ne!(run("1", "7", how), run("1", "8", how));
    }
}

#[test]
fn judges_of_the_panel_agree_as_their_marks_say() {
    let folder = Folder::example("panel");
    folder.score(&["-q"]).ended(0);
    let document = analyze(&folder, &["--draws", "10", "--format", "json"]).ended(0).json();
    let panel = &document["panels"][0];
    let whole = &panel["agreement"][0];
    assert_eq!((whole["units"].as_u64(), whole["raters"].as_u64()), (Some(24), Some(9)));
    assert_eq!(list(&panel["agreement"]).len(), 6, "the whole and five components");
    assert_eq!(list(&panel["raters"]).len(), 9);
    // Severities of a complete table add up to 0.
    let sum: f64 = list(&panel["raters"]).iter().map(|own| own["severity"].as_f64().unwrap()).sum();
    assert!(sum.abs() < 1e-4, "{sum}");
    assert!(!document.to_string().contains("rater_id"));
}

#[test]
fn a_scenario_shows_ranks_and_grades_beside_the_official_ones() {
    let folder = version();
    let keys = analyze(&folder, &["--set", "component.nothing.weight=45", "--lang", "en"]).ended(2).err;
    assert!(keys.contains("there is no weight \"component.nothing.weight\""), "{keys}");
    let document = analyze(&folder, &["--draws", "10", "--format", "json"]).ended(0).json();
    let key = str_of(&list(&document["leave_out"])[0]["key"]).to_owned();
    let same = format!("{key}=100");
    let document = analyze(&folder, &["--draws", "10", "--set", &same, "--format", "json"]).ended(0).json();
    let scenario = &document["scenarios"][0];
    assert_eq!(scenario["set"][&key], "100");
    assert_eq!(list(&scenario["units"]).len(), list(&document["units"]).len());
}

#[test]
fn what_cannot_be_done_is_said_plainly() {
    let folder = version();
    let said = |more: &[&str], words: &str| {
        let ran = analyze(&folder, &[more, &["--lang", "en"]].concat()).ended(2);
        assert!(ran.err.contains(words), "{more:?}: {}", ran.err);
        assert!(ran.out.is_empty());
    };
    said(&["--spread", "101"], "from 0 to 100");
    said(&["--spread", "-1"], "");
    said(&["--spread=-1"], "from 0 to 100");
    said(&["--spread", "abc"], "from 0 to 100");
    said(&["--draws", "0"], "");
    said(&["--weights", "equal"], "");
    said(&["--set", "meeting"], "WEIGHT=NUMBER");
    said(&["--table", "scenario"], "--set");
    said(&["--table", "grid"], "--grid");
    said(&["--vary", "units"], "");
    said(&["--grid", "component.meeting.weight"], "");
    said(&["--grid", "component.meeting.weight", "component.meeting.weight"], "two different weights");
    said(&["--grid", "component.meeting.weight", "component.meting.weight"], "component.meeting.weight");
    said(&["v009"], "v009");
    let empty = small();
    let ran = assess(&["analyze", "-C", empty.shown(), "--lang", "en"]).ended(2);
    assert!(!ran.err.is_empty());
}

/// Three units and two components of scores made elsewhere, weighted alike: (90, 60), (70, 80), (76, 76).
pub(crate) fn three_by_two() -> Folder {
    two_components("单位,得分\nA,60\nB,80\nC,76\n")
}

/// The same with other scores of the second component.
pub(crate) fn two_components(second: &str) -> Folder {
    let model = r#"[assessment]
title = "两项"
period = "2025"
issuer = "测试工委"
language = "zh"
as_of = "2026-01-20"

[score]
full = 100
min = 0
max = 100
decimals = 2

[[component]]
id = "one"
name = "第一项"
weight = 50
kind = "given"
scale = 100

[[component]]
id = "two"
name = "第二项"
weight = 50
kind = "given"
scale = 100

[[grade]]
name = "优秀"
at_least = 0
quota = { places = 1 }

[[grade]]
name = "达标"
at_least = 0

[rank]
scope = "all"
"#;
    let folder = Folder::empty();
    folder
        .write("assess.toml", model)
        .write("roster.csv", "单位代码,单位全称,分组,参评方式\nA,甲局,一组,排名\nB,乙局,一组,排名\nC,丙局,一组,排名\n")
        .write("given/one/得分.csv", "单位,得分\nA,90\nB,70\nC,76\n")
        .write("given/two/得分.csv", second);
    folder.score(&["-q"]).ended(0);
    folder
}

pub(crate) fn unit<'v>(document: &'v Value, code: &str) -> &'v Value {
    list(&document["units"]).iter().find(|unit| unit["code"] == code).unwrap()
}

#[test]
fn ranks_under_any_weights_are_the_areas_where_each_unit_leads() {
    // With w for the first component, uniform on [0, 1]: A has 60 + 30w, B 80 − 10w, C 76. B leads for w < 0.4, C for
    // 0.4 < w < 8/15, A above; A passes B at w = 0.5. A is first with 7/15, second with 8/15 − 1/2 = 1/30, last with 1/2.
    let folder = three_by_two();
    let arguments = ["--weights", "uniform", "--draws", "40000", "--format", "json"];
    let document = analyze(&folder, &arguments).ended(0).json();
    let areas = [
        ("A", [7.0 / 15.0, 1.0 / 30.0, 0.5]),
        ("B", [0.4, 0.1, 0.5]),
        ("C", [8.0 / 15.0 - 0.4, 0.4 + 7.0 / 15.0, 0.0]),
    ];
    for (code, expected) in areas {
        let own = unit(&document, code);
        for (rank, expected) in (1_u64..).zip(expected) {
            let found = list(&own["ranks"]).iter().find(|pair| pair[0] == rank);
            let found = found.map_or(0.0, |pair| pair[1].as_f64().unwrap());
            // Four standard errors of 40,000 drawings are 0.01; totals that are equal only by rounding are rarer than 0.001.
            assert!((found - expected).abs() < 0.011, "{code} {rank}: {found} is not {expected}");
        }
        // One place: the best grade is as likely as the first rank.
        let best = own["grades"]["优秀"].as_f64().unwrap();
        assert!((best - expected[0]).abs() < 0.011, "{code}: {best}");
    }
    // Officially C is first with 76, A and B share 75: of them none has a place, and A comes first in the roster.
    let line = &list(&document["lines"])[0];
    assert_eq!((str_of(&line["inside"]), str_of(&line["outside"])), ("C", "A"));
    assert!((line["swaps"].as_f64().unwrap() - 7.0 / 15.0).abs() < 0.011, "{line}");
}

#[test]
fn a_weight_that_is_set_scales_the_others() {
    // With 80 and 20: A 72 + 12 = 84, B 56 + 16 = 72, C 76. Without the first component: 60, 80, 76.
    let folder = three_by_two();
    let document =
        analyze(&folder, &["--draws", "10", "--set", "component.one.weight=80", "--format", "json"]).ended(0).json();
    let scenario = &document["scenarios"][0];
    let rows: Vec<[&str; 2]> =
        list(&scenario["units"]).iter().map(|own| [str_of(&own["totals"][0]), str_of(&own["totals"][1])]).collect();
    assert_eq!(rows, [["75.00", "84.00"], ["75.00", "72.00"], ["76.00", "76.00"]]);
    let ranks: Vec<[Option<u64>; 2]> =
        list(&scenario["units"]).iter().map(|own| [own["ranks"][0].as_u64(), own["ranks"][1].as_u64()]).collect();
    assert_eq!(ranks, [[Some(2), Some(1)], [Some(2), Some(3)], [Some(1), Some(2)]]);
    assert_eq!((&scenario["mean_shift"], &scenario["greatest_shift"]), (&1.0.into(), &1.into()));
    assert_eq!(scenario["grades_changed"], 2, "A takes the place of C");
    let without = &list(&document["leave_out"])[0];
    assert_eq!((str_of(&without["key"]), &without["mean_shift"]), ("component.one.weight", &1.0.into()));
    assert_eq!(without["units"], serde_json::json!(["B", "C"]));
    let said = analyze(&folder, &["--draws", "10", "--set", "component.one.weight=80", "--lang", "en"]).ended(0).out;
    assert!(said.contains("component.one.weight = 80") && said.contains("no single ratings"), "{said}");
}

#[test]
fn the_workbook_names_raters_by_number_only() {
    let folder = Folder::example("panel");
    folder.score(&["-q"]).ended(0);
    let path = folder.path("分析.xlsx");
    analyze(&folder, &["--draws", "50", "--report", path.to_str().unwrap()]).ended(0);
    let first = folder.bytes("分析.xlsx");
    let book = Books::new(folder.root()).open("分析.xlsx");
    let names: Vec<&str> = book.sheets().iter().map(|(name, _)| *name).collect();
    let sheets = ["概况", "位次区间", "评委宽严", "评委一致性", "逐一剔除", "指标分析", "指标相关", "扣除宽严"];
    assert_eq!(names, sheets);
    // No id of a rater stands anywhere, in the workbook as in the document.
    let ratings = folder.text("results/v001/ratings.csv");
    let ids: std::collections::BTreeSet<&str> =
        ratings.lines().skip(1).filter_map(|row| row.split(',').nth(3)).collect();
    assert!(ids.len() > 5, "{ids:?}");
    let json = analyze(&folder, &["--draws", "10", "--vary", "both", "--format", "json"]).ended(0).out;
    for id in ids.into_iter().filter(|id| !id.is_empty()) {
        assert!(!json.contains(&format!("\"{id}\"")), "{id}");
        let cells = book.sheets().into_iter().flat_map(|(_, cells)| cells);
        assert!(cells.into_iter().all(|(_, text)| text != id), "{id}");
    }
    analyze(&folder, &["--draws", "50", "--jobs", "1", "--report", path.to_str().unwrap()]).ended(0);
    assert!(first == folder.bytes("分析.xlsx"), "the same bytes");
    // Given back as an input it is refused by name, like every output.
    let inside = folder.path("results/分析.xlsx");
    analyze(&folder, &["--draws", "10", "--report", inside.to_str().unwrap()]).ended(2);
}
