//! Writes a project to a folder: assess.toml and UTF-8 csv tables (SPEC §3, §5).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::measured::in_scheme;
use crate::project::{
    AdjustKind, Ballots, Component, Entry, Evidence, Field, Formula, Given, Kind, Ladder, Leaf, LeafPeriods, Mode,
    Place, Project, Rates, RatioIn, Rule, Scale, Scope, Score, Value, Within, ZeroValue,
};
use crate::write_model::{model, scope_name};

type Rows = Vec<Vec<String>>;

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Writes rows of any lengths as csv.
fn csv(path: &Path, rows: &Rows) {
    fs::create_dir_all(path.parent().expect("a table lies in a folder")).expect("folder");
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).expect("table");
    for row in rows {
        writer.write_record(row).expect("row");
    }
    writer.flush().expect("table");
}

/// The name a table uses for a unit: code, full name or short name in turn.
fn unit_name(p: &Project, unit: usize, turn: usize) -> String {
    let unit = &p.units[unit];
    match turn % 3 {
        0 => unit.code.clone(),
        1 => unit.name.clone(),
        _ => unit.short.clone(),
    }
}

/// Writes the whole project.
pub(crate) fn write(p: &Project, dir: &Path) {
    fs::create_dir_all(dir).expect("project folder");
    fs::write(dir.join("assess.toml"), model(p)).expect("model");
    roster(p, dir);
    if p.indicator_table && !p.leaves.is_empty() {
        indicators(p, dir);
    }
    reports(p, dir);
    for component in &p.components {
        match &component.kind {
            Kind::Indicators => {}
            Kind::Ballots(b) => ballots(p, component, b, dir),
            Kind::Given(g) => given(p, component, g, dir),
        }
    }
    registers(p, dir);
}

fn roster(p: &Project, dir: &Path) {
    let mut rows = vec![cells(&["单位代码", "单位全称", "简称", "分组", "参评方式", "业务考核等次"])];
    rows[0].extend(p.numbers.iter().cloned());
    for unit in &p.units {
        let mode = match unit.mode {
            Mode::Ranked => "排名",
            Mode::Separate => "单列",
            Mode::Excluded => "不参评",
        };
        let group = format!("第{}组", unit.group + 1);
        let mut row = cells(&[&unit.code, &unit.name, &unit.short, &group, mode, &unit.attribute]);
        row.extend(unit.numbers.iter().cloned());
        rows.push(row);
    }
    csv(&dir.join("roster.csv"), &rows);
}

/// Name of a rule and its parameters.
pub(crate) fn rule(rule: &Rule) -> (&'static str, String) {
    let pairs = |list: &[(String, String)], middle: &str, between: &str| {
        list.iter().map(|(a, b)| format!("{a}{middle}{b}")).collect::<Vec<_>>().join(between)
    };
    match rule {
        Rule::Deduct(kinds) => ("扣分", pairs(kinds, "=", ",")),
        Rule::Count(kinds) => ("计数", pairs(kinds, "=", ";")),
        Rule::Ratio { target, floor, written } => {
            let mut text = format!("target={target}");
            if let Some(floor) = floor {
                let _ = write!(text, ";floor={floor}");
            }
            text += match written {
                RatioIn::Number => ";in=number",
                RatioIn::Percent => ";in=percent",
                RatioIn::Part => ";in=part",
            };
            ("比率", text)
        }
        Rule::Levels(levels) => ("等级", pairs(levels, "=", ",")),
        Rule::Bands(bands) => ("分档", pairs(bands, ":", ",")),
        Rule::Checklist(parts) => ("清单", pairs(parts, "=", ";")),
        Rule::Place(listed, other) => {
            let mut parts: Vec<String> =
                listed.iter().enumerate().map(|(at, points)| format!("{}={points}", at + 1)).collect();
            parts.push(format!("*={other}"));
            ("按位次", parts.join(","))
        }
        Rule::Curve(bands) => ("分档", format!("{};interpolate=yes", pairs(bands, ":", ","))),
        Rule::PlaceSteps(steps) => ("按位次", ladder(steps)),
        Rule::Relative { low, mean, zero, field } => {
            let mut parts = vec![format!("better={}", if *low { "low" } else { "high" })];
            if *mean {
                parts.push("to=mean".to_owned());
            }
            parts.extend(zero.map(|zero| format!("zero={}", if zero == ZeroValue::Full { "full" } else { "none" })));
            parts.extend(field_keys(*field));
            ("相对", parts.join(";"))
        }
        Rule::Placed { low, ladder: points, field } => {
            let mut parts = vec![ladder(points)];
            if *low {
                parts.push("better=low".to_owned());
            }
            parts.extend(field_keys(*field));
            ("名次", parts.join(";"))
        }
        Rule::Formula => ("公式", String::new()),
        Rule::Direct(ranges) if ranges.is_empty() => ("核定", String::new()),
        Rule::Direct(ranges) => {
            let parts: Vec<String> = ranges
                .iter()
                .map(|(low, high)| if low == high { low.clone() } else { format!("{low}-{high}") })
                .collect();
            ("核定", format!("ranges={}", parts.join("|")))
        }
    }
}

/// Points of places as parameters.
fn ladder(points: &Ladder) -> String {
    match points {
        Ladder::Table(listed, other) => {
            let listed = listed.iter().enumerate().map(|(at, points)| format!("{}={points};", at + 1));
            format!("{}*={other}", listed.collect::<String>())
        }
        Ladder::Steps { first, step, least } => {
            let least = least.as_ref().map(|least| format!(";least={least}")).unwrap_or_default();
            format!("first={first};step={step}{least}")
        }
        Ladder::Evenly { first, last } => format!("first={first};last={last}"),
    }
}

/// The word of a field.
pub(crate) fn within(within: Within) -> &'static str {
    match within {
        Within::Group => "group",
        Within::Scheme => "scheme",
        Within::All => "all",
    }
}

fn field_keys(field: Field) -> Vec<String> {
    let mut parts = Vec::new();
    if field.within != Within::Group {
        parts.push(format!("within={}", within(field.within)));
    }
    if field.separate {
        parts.push("separate=true".to_owned());
    }
    parts
}

/// Parameters of a leaf: those of its rule, and its periods.
pub(crate) fn params(leaf: &Leaf) -> String {
    let (_, own) = rule(&leaf.rule);
    let periods = leaf.more.periods.as_ref().map(|periods: &LeafPeriods| {
        let mut text = match (periods.sum, &periods.plan.weights) {
            (true, _) => "periods=sum".to_owned(),
            (false, Some(_)) => "periods=weighted".to_owned(),
            (false, None) => "periods=mean".to_owned(),
        };
        if let Some(weights) = &periods.plan.weights {
            let parts: Vec<String> = periods.names.iter().zip(weights).map(|(name, n)| format!("{name}:{n}")).collect();
            let _ = write!(text, ";period_weights={}", parts.join("|"));
        }
        let ends = [("low", periods.plan.low), ("high", periods.plan.high)];
        let ends: Vec<String> = ends.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name}:{n}")).collect();
        if !ends.is_empty() {
            let _ = write!(text, ";drop={}", ends.join("|"));
        }
        text
    });
    [Some(own), periods].into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(";")
}

/// A 完成值 or 核定值 as an office types it.
fn value(leaf: &Leaf, value: &Value) -> String {
    match (value, &leaf.rule) {
        (Value::NotApplicable, _) => "不涉及".to_owned(),
        (Value::Counts(counts), Rule::Deduct(kinds) | Rule::Count(kinds)) => {
            if kinds.len() == 1 {
                return counts[0].to_string();
            }
            let parts: Vec<String> = kinds.iter().zip(counts).map(|((name, _), n)| format!("{name}{n}")).collect();
            parts.join("；")
        }
        (Value::Number(text), Rule::Ratio { written: RatioIn::Percent, .. }) => format!("{text}%"),
        (Value::Number(text), _) => text.clone(),
        (Value::Part(part, whole), _) => format!("{part}/{whole}"),
        (Value::Level(at), Rule::Levels(levels)) => levels[*at].0.clone(),
        (Value::Ticks(ticks), Rule::Checklist(parts)) => {
            ticks.iter().map(|at| parts[*at].0.clone()).collect::<Vec<_>>().join("；")
        }
        (Value::Place(place), _) => place.to_string(),
        (value, rule) => panic!("{value:?} under {rule:?}"),
    }
}

/// The table's word and the model file's word.
pub(crate) fn evidence(evidence: Evidence) -> (&'static str, &'static str) {
    match evidence {
        Evidence::Required => ("必需", "required"),
        Evidence::Optional => ("可选", "optional"),
        Evidence::None => ("无", "none"),
    }
}

fn indicators(p: &Project, dir: &Path) {
    let mut rows = vec![cells(&["指标代码", "二级指标", "三级指标", "分值", "计分方式", "参数", "佐证", "来源"])];
    if !p.absent.lines {
        rows[0].push("线".to_owned());
    }
    if !p.absent.aspects {
        rows[0].push("方面".to_owned());
    }
    if !p.schemes.is_empty() {
        rows[0].push("适用方案".to_owned());
    }
    let coefficients = p.leaves.iter().any(|leaf| !leaf.more.coefficient.is_empty());
    if coefficients {
        rows[0].push("系数".to_owned());
    }
    if p.leaves.iter().any(|leaf| leaf.more.formula.is_some()) {
        rows[0].extend(cells(&["公式", "输入项"]));
    }
    for (at, leaf) in p.leaves.iter().enumerate() {
        let (name, params) = (rule(&leaf.rule).0, params(leaf));
        let line = &p.lines[leaf.line];
        let aspect = &p.aspects[leaf.aspect];
        let mut row = cells(&[
            &leaf.code,
            "事项",
            &leaf.name,
            &leaf.points,
            name,
            &params,
            evidence(leaf.evidence).0,
            if leaf.department { "部门" } else { "单位" },
        ]);
        if !p.absent.lines {
            row.push(if at % 2 == 0 { &line.code } else { &line.name }.clone());
        }
        if !p.absent.aspects {
            row.push(if at % 2 == 0 { &aspect.name } else { &aspect.code }.clone());
        }
        if !p.schemes.is_empty() {
            let codes: Vec<&str> = leaf.more.schemes.iter().map(|at| p.schemes[*at].code.as_str()).collect();
            row.push(codes.join("、"));
        }
        if coefficients {
            let names: Vec<&str> = leaf.more.coefficient.iter().map(|at| p.numbers[*at].as_str()).collect();
            row.push(names.join("、"));
        }
        if let Some(formula) = &leaf.more.formula {
            row.extend([formula.expr.clone(), inputs(formula)]);
        }
        rows.push(row);
    }
    csv(&dir.join("indicators.csv"), &rows);
}

/// The inputs of a formula: `rate:%;gdp`.
pub(crate) fn inputs(formula: &Formula) -> String {
    let parts: Vec<String> =
        formula.inputs.iter().map(|(name, percent)| format!("{name}{}", if *percent { ":%" } else { "" })).collect();
    parts.join(";")
}

/// 核定表 of leaves with periods and of formulas.
fn parts(p: &Project, dir: &Path) {
    let mut periods = vec![cells(&["单位", "指标代码", "期次", "核定值"])];
    let mut formulas = vec![cells(&["单位", "指标代码", "输入项", "核定值"])];
    for (unit, who) in p.units.iter().enumerate().filter(|(_, who)| who.mode != Mode::Excluded) {
        for (leaf, entry) in p.leaves.iter().zip(&p.entries[unit]) {
            for (name, own) in leaf.more.periods.iter().flat_map(|own| &own.names).zip(&entry.by_period) {
                let text = own.as_ref().map(|own| value(leaf, own)).unwrap_or_default();
                periods.push(vec![who.code.clone(), leaf.code.clone(), name.clone(), text]);
            }
            for ((name, percent), own) in leaf.more.formula.iter().flat_map(|own| &own.inputs).zip(&entry.inputs) {
                let text = own.as_ref().map(|own| format!("{own}{}", if *percent { "%" } else { "" }));
                formulas.push(vec![who.code.clone(), leaf.code.clone(), name.clone(), text.unwrap_or_default()]);
            }
        }
    }
    for (name, rows) in [("periods", periods), ("inputs", formulas)] {
        if rows.len() > 1 {
            csv(&dir.join(format!("verified/{name}.csv")), &rows);
        }
    }
}

fn verified_cells(leaf: &Leaf, entry: &Entry) -> [String; 3] {
    let text = entry.value.as_ref().map(|v| value(leaf, v)).unwrap_or_default();
    let points = entry.points.clone().unwrap_or_default();
    let note = if points.is_empty() && text.is_empty() { "" } else { "经核实" };
    [text, points, note.to_owned()]
}

/// Points as a cell may hold them; a fraction is left out.
fn plain(points: &str) -> &str {
    if points.contains('/') { "" } else { points }
}

fn reports(p: &Project, dir: &Path) {
    let mut table = vec![cells(&["单位", "指标代码", "核定值", "核定得分", "核定说明"])];
    for (unit, who) in p.units.iter().enumerate() {
        if who.mode == Mode::Excluded {
            continue;
        }
        let mut rows = vec![
            cells(&["单位代码", &who.code]),
            cells(&[
                "序号",
                "指标代码",
                "三级指标",
                "分值",
                "完成值",
                "自评得分",
                "佐证",
                "核定值",
                "核定得分",
                "核定说明",
            ]),
        ];
        for (at, leaf) in p.leaves.iter().enumerate().filter(|(_, leaf)| in_scheme(p, leaf, unit)) {
            // Periods and inputs stand in tables of their own.
            if leaf.more.periods.is_some() || leaf.more.formula.is_some() {
                continue;
            }
            let entry = &p.entries[unit][at];
            let verified = verified_cells(leaf, entry);
            if entry.in_table {
                let mut row = vec![unit_name(p, unit, at), leaf.code.clone()];
                row.extend(verified.clone());
                table.push(row);
            }
            if leaf.department {
                continue;
            }
            let mut row = cells(&[&(at + 1).to_string(), &leaf.code, &leaf.name, plain(&leaf.points)]);
            row.push(entry.done.as_ref().map(|v| value(leaf, v)).unwrap_or_default());
            row.push(entry.self_points.clone().unwrap_or_default());
            row.push(if entry.evidence { "会议纪要" } else { "" }.to_owned());
            if entry.in_table {
                row.extend(cells(&["", "", ""]));
            } else {
                row.extend(verified);
            }
            rows.push(row);
        }
        if who.has_report {
            csv(&dir.join(format!("self-reports/{}.csv", who.code)), &rows);
        }
    }
    if table.len() > 1 {
        csv(&dir.join("verified/table.csv"), &table);
    }
    parts(p, dir);
}

/// Text of a measured node; none for the unit.
fn node(p: &Project, rates: Rates, at: usize) -> String {
    match rates {
        Rates::Unit => String::new(),
        Rates::Aspects if at.is_multiple_of(2) => p.aspects[at].code.clone(),
        Rates::Aspects => p.aspects[at].name.clone(),
        Rates::Indicators => p.leaves[at].code.clone(),
    }
}

fn ballots(p: &Project, component: &Component, b: &Ballots, dir: &Path) {
    let folder = dir.join("ballots").join(&component.id);
    let nodes = p.node_count(b.rates);
    let mut long = vec![cells(&["评议主体", "评委编号", "所在单位", "单位"])];
    if b.rates != Rates::Unit {
        long[0].push("节点".to_owned());
    }
    long[0].push("评价".to_owned());
    for (serial, ballot) in b.ballots.iter().enumerate() {
        let class = &b.classes[ballot.class].name;
        let own = ballot.own.map(|unit| unit_name(p, unit, serial)).unwrap_or_default();
        if !ballot.matrix {
            for (unit, marks) in &ballot.marks {
                for (at, mark) in marks.iter().enumerate() {
                    let mut row = cells(&[class, &ballot.rater, &own, &unit_name(p, *unit, serial + at)]);
                    if b.rates != Rates::Unit {
                        row.push(node(p, b.rates, at));
                    }
                    row.push(mark.clone());
                    long.push(row);
                }
            }
            continue;
        }
        let mut rows = vec![cells(&["评议票"]), cells(&["评议主体", class]), cells(&["评委编号", &ballot.rater])];
        if !own.is_empty() {
            rows.push(cells(&["所在单位", &own]));
        }
        let mut header = cells(&["序号", "单位代码", "单位"]);
        if b.rates == Rates::Unit {
            header.push("评价".to_owned());
        } else {
            header.extend((0..nodes).map(|at| node(p, b.rates, at)));
        }
        rows.push(header);
        for (at, (unit, marks)) in ballot.marks.iter().enumerate() {
            let who = &p.units[*unit];
            let mut row = cells(&[&(at + 1).to_string(), &who.code, &who.name]);
            row.extend(marks.iter().cloned());
            rows.push(row);
        }
        csv(&folder.join(format!("sheet-{serial}.csv")), &rows);
    }
    if long.len() > 1 {
        csv(&folder.join("all.csv"), &long);
    }
    tallies(p, component, b, dir);
}

/// One table of the classes with the levels of the component; classes with their own have one each.
fn tallies(p: &Project, component: &Component, b: &Ballots, dir: &Path) {
    let folder = dir.join("tallies").join(&component.id);
    let common: Vec<usize> = (0..b.classes.len()).filter(|class| b.classes[*class].scale.is_none()).collect();
    let own = (0..b.classes.len()).filter(|class| b.classes[*class].scale.is_some()).map(|class| vec![class]);
    for (at, classes) in std::iter::once(common).chain(own).enumerate() {
        let Some(Scale::Levels(levels)) = classes.first().map(|class| b.scale_of(*class)) else { continue };
        let rows = tally_rows(p, b, &classes, levels);
        if rows.len() > 1 {
            csv(&folder.join(format!("votes{at}.csv")), &rows);
        }
    }
}

fn tally_rows(p: &Project, b: &Ballots, classes: &[usize], levels: &[(String, String)]) -> Rows {
    let mut rows = vec![cells(&["单位", "评议主体"])];
    if b.rates != Rates::Unit {
        rows[0].push("节点".to_owned());
    }
    rows[0].extend(levels.iter().map(|(name, _)| name.clone()));
    let silent: &[&str] = if b.two_abstentions { &["弃权", "未填"] } else { &["弃权/未填"] };
    rows[0].extend(cells(silent));
    rows[0].extend(cells(&["发出", "收回", "有效", "无效"]));
    for tally in b.tallies.iter().filter(|tally| classes.contains(&tally.class)) {
        if b.not_applicable.contains(&tally.unit) {
            let mut row = vec![unit_name(p, tally.unit, 0), b.classes[tally.class].name.clone()];
            if b.rates != Rates::Unit {
                row.push(String::new());
            }
            row.extend(vec!["不涉及".to_owned(); levels.len() + silent.len() + 4]);
            rows.push(row);
            continue;
        }
        for (at, (votes, blank)) in tally.nodes.iter().enumerate() {
            let mut row = vec![unit_name(p, tally.unit, at), b.classes[tally.class].name.clone()];
            if b.rates != Rates::Unit {
                row.push(node(p, b.rates, at));
            }
            row.extend(votes.iter().map(ToString::to_string));
            match b.two_abstentions {
                true => row.extend([(blank / 2).to_string(), (blank - blank / 2).to_string()]),
                false => row.push(blank.to_string()),
            }
            row.push(tally.issued.map(|n| n.to_string()).unwrap_or_default());
            row.push((tally.valid + tally.void).to_string());
            row.push(tally.valid.to_string());
            row.push(tally.void.to_string());
            rows.push(row);
        }
    }
    rows
}

fn given(p: &Project, component: &Component, g: &Given, dir: &Path) {
    let mut rows = vec![cells(&["单位", "期次"])];
    if g.rates != Rates::Unit {
        rows[0].push("节点".to_owned());
    }
    rows[0].push("得分".to_owned());
    for ((unit, period, place), points) in &g.rows {
        let mut row = vec![unit_name(p, *unit, *period), g.names[*period].clone()];
        if g.rates != Rates::Unit {
            row.push(node(p, g.rates, g.nodes[*place]));
        }
        row.push(match points {
            Score::Blank => String::new(),
            Score::NotApplicable => "不涉及".to_owned(),
            Score::Points(points) => points.clone(),
        });
        rows.push(row);
    }
    csv(&dir.join("given").join(&component.id).join("scores.csv"), &rows);
}

fn registers(p: &Project, dir: &Path) {
    let folder = dir.join("registers");
    let mut points = vec![cells(&[
        "编号",
        "单位",
        "代码",
        "事由",
        "级别",
        "申报分值",
        "审定分值",
        "文件名称",
        "文号",
        "发文单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ])];
    let mut events = vec![cells(&[
        "编号",
        "单位",
        "代码",
        "事由",
        "级别",
        "文件名称",
        "文号",
        "发文单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ])];
    for (at, row) in p.adjust_rows.iter().enumerate() {
        let rule = &p.adjust_rules[row.code];
        let mut out = vec![row.id.clone(), unit_name(p, row.unit, at), rule.code.clone()];
        out.extend([row.matter.clone(), row.level.clone()]);
        if rule.kind != AdjustKind::Event {
            out.extend([row.points.clone(), row.points.clone()]);
        }
        out.extend([row.document.clone(), row.number.clone(), "市委办".to_owned(), row.date.clone()]);
        out.extend([row.status.to_owned(), row.approval.clone(), String::new()]);
        if rule.kind == AdjustKind::Event { &mut events } else { &mut points }.push(out);
    }
    let mut decisions = vec![cells(&["编号", "单位", "等次", "不占名额", "突破上限", "条款", "文号", "日期", "状态"])];
    let yes = |b: bool| if b { "是" } else { "否" };
    for row in &p.decisions {
        decisions.push(cells(&[
            &row.id,
            &p.units[row.unit].code,
            row.grade.map_or("暂缓", |at| p.grades[at].name.as_str()),
            yes(row.no_place),
            yes(row.above_cap),
            &row.clause,
            &row.number,
            &row.date,
            row.status,
        ]));
    }
    let mut corrections = vec![cells(&["编号", "单位", "位置", "旧值", "新值", "理由", "文号", "状态"])];
    for row in &p.corrections {
        let place = match row.place {
            Place::Leaf(at) => p.leaves[at].code.clone(),
            Place::Value(at) => format!("{}/核定值", p.leaves[at].code),
            Place::Period(at, period) => {
                let periods = p.leaves[at].more.periods.as_ref().expect("periods");
                format!("{}/{}/核定值", p.leaves[at].code, periods.names[period])
            }
            Place::Input(at, input) => {
                let formula = p.leaves[at].more.formula.as_ref().expect("a formula");
                format!("{}/{}", p.leaves[at].code, formula.inputs[input].0)
            }
            Place::Component(at) => p.components[at].id.clone(),
            Place::Total => "总分".to_owned(),
        };
        corrections.push(cells(&[
            &row.id,
            &p.units[row.unit].code,
            &place,
            &row.old,
            &row.new,
            "复核更正",
            &row.number,
            row.status,
        ]));
    }
    let scope = if p.rank.scope == Scope::Scheme { "方案" } else { "分组" };
    let mut allocations = vec![cells(&["编号", scope, "等次", "名额", "依据", "文号", "日期", "状态"])];
    for row in &p.allocations {
        allocations.push(cells(&[
            &row.id,
            &scope_name(p, row.scope),
            &p.grades[row.grade].name,
            &row.places.to_string(),
            "编制数",
            &row.number,
            &row.date,
            row.status,
        ]));
    }
    for (name, rows) in [
        ("加减分登记", points),
        ("事项登记", events),
        ("等次审定", decisions),
        ("更正登记", corrections),
        ("名额分配", allocations),
    ] {
        if rows.len() > 1 {
            csv(&folder.join(format!("{name}.csv")), &rows);
        }
    }
}
