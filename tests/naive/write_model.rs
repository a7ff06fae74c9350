//! Writes the model file of a project: assess.toml (SPEC §4).

use std::fmt::Write as _;

use crate::project::{
    AdjustKind, Ballots, Class, Component, Condition, Kind, Leaf, Method, NotApplicable, Periods, Project, Rates,
    Rounding, Scale, StraightLine, Target, TieAtQuota, TieBreak, TooFew, Unverified,
};
use crate::write::{evidence, rule};

fn pairs(list: &[(String, String)]) -> String {
    let parts: Vec<String> = list.iter().map(|(name, number)| format!("\"{name}\" = {number}")).collect();
    format!("{{ {} }}", parts.join(", "))
}

/// Appends `key = value` when there is a value.
fn option(out: &mut String, key: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = writeln!(out, "{key} = {value}");
    }
}

pub(crate) fn model(p: &Project) -> String {
    let mut out = String::from(
        "[assessment]\ntitle = \"年度考核\"\nperiod = \"2025\"\nlanguage = \"zh\"\nas_of = \"2026-01-20\"\n",
    );
    let s = &p.score;
    let _ = writeln!(out, "[score]\nfull = {}\nmin = {}\nmax = {}\ndecimals = {}", s.full, s.min, s.max, s.decimals);
    option(&mut out, "component_decimals", s.component_decimals);
    for line in &p.lines {
        let _ = writeln!(out, "[[line]]\ncode = \"{}\"\nname = \"{}\"", line.code, line.name);
    }
    for aspect in &p.aspects {
        let _ = writeln!(
            out,
            "[[aspect]]\ncode = \"{}\"\nname = \"{}\"\npoints = {}",
            aspect.code, aspect.name, aspect.points
        );
    }
    if !p.indicator_table {
        for leaf in &p.leaves {
            indicator(&mut out, p, leaf);
        }
    }
    for component in &p.components {
        component_model(&mut out, component);
    }
    policies(&mut out, p);
    grades(&mut out, p);
    out
}

fn indicator(out: &mut String, p: &Project, leaf: &Leaf) {
    let (name, params) = rule(&leaf.rule);
    let _ = writeln!(
        out,
        "[[indicator]]\ncode = \"{}\"\nline = \"{}\"\naspect = \"{}\"\nitem = \"事项\"\nname = \"{}\"\npoints = {}\nrule = \"{name}\"\nparams = \"{params}\"\nevidence = \"{}\"\nsource = \"{}\"",
        leaf.code,
        p.lines[leaf.line].code,
        p.aspects[leaf.aspect].code,
        leaf.name,
        leaf.points,
        evidence(leaf.evidence).1,
        if leaf.department { "department" } else { "unit" },
    );
}

fn component_model(out: &mut String, c: &Component) {
    let _ = writeln!(out, "[[component]]\nid = \"{}\"\nname = \"{}\"\nweight = {}", c.id, c.name, c.weight);
    match &c.kind {
        Kind::Indicators => out.push_str("kind = \"indicators\"\n"),
        Kind::Given(g) => {
            let periods = match g.periods {
                Periods::Mean => "mean",
                Periods::Last => "last",
                Periods::Sum => "sum",
            };
            let missing = if g.missing_zero { "zero" } else { "error" };
            let _ = writeln!(
                out,
                "kind = \"given\"\nscale = {}\nperiods = \"{periods}\"\nmissing = \"{missing}\"",
                g.scale
            );
            if g.write_order {
                let names: Vec<String> = g.names.iter().map(|name| format!("\"{name}\"")).collect();
                let _ = writeln!(out, "period_order = [{}]", names.join(", "));
            }
        }
        Kind::Ballots(b) => ballots_model(out, b),
    }
}

fn ballots_model(out: &mut String, b: &Ballots) {
    let rates = match b.rates {
        Rates::Unit => "unit",
        Rates::Aspects => "aspects",
        Rates::Indicators => "indicators",
    };
    let _ = writeln!(out, "kind = \"ballots\"\nrates = \"{rates}\"");
    match &b.scale {
        Scale::Levels(levels) => {
            let _ = writeln!(out, "levels = {}", pairs(levels));
            let names: Vec<String> = b.positive.iter().map(|at| format!("\"{}\"", levels[*at].0)).collect();
            if !names.is_empty() {
                let _ = writeln!(out, "positive = [{}]", names.join(", "));
            }
        }
        Scale::Range { min, max, top_from } => {
            let _ = writeln!(out, "range = [{min}, {max}]");
            option(out, "top_from", top_from.as_ref());
            option(out, "positive_from", b.positive_from.as_ref());
        }
    }
    option(out, "full", b.full.as_ref());
    let straight = match b.straight_line {
        StraightLine::Void => "void",
        StraightLine::Warn => "warn",
        StraightLine::Allow => "allow",
    };
    let too_few = match b.too_few {
        TooFew::Error => "error",
        TooFew::Flag => "flag",
        TooFew::GroupMedian => "group_median",
    };
    let _ = writeln!(
        out,
        "abstain = [\"弃权\"]\ndenominator = \"{}\"\nstraight_line = \"{straight}\"\npattern_from = {}\nmin_valid = {}\ntoo_few = \"{too_few}\"\nmissing_class = \"{}\"",
        if b.denominator_all { "all" } else { "valid" },
        b.pattern_from,
        b.min_valid,
        if b.missing_class_error { "error" } else { "renormalise" },
    );
    option(out, "max_top_share", b.max_top_share.as_ref());
    option(out, "mean_decimals", b.mean_decimals);
    option(out, "quorum", b.quorum.as_ref());
    if let Some(trim) = &b.trim {
        let _ = writeln!(
            out,
            "trim = {{ low = {}, high = {}, from = {}, on = \"{}\" }}",
            trim.low,
            trim.high,
            trim.from,
            if trim.on_ballot { "ballot" } else { "rating" }
        );
    }
    for Class { id, name, weight, issued, recuse } in &b.classes {
        let _ = writeln!(
            out,
            "[[component.class]]\nid = \"{id}\"\nname = \"{name}\"\nweight = {weight}\nrecuse = {recuse}"
        );
        option(out, "issued", *issued);
    }
}

fn policies(out: &mut String, p: &Project) {
    let s = &p.self_policy;
    let _ = writeln!(
        out,
        "[self_report]\nmissing = \"{}\"\nunverified = \"{}\"\nmissing_evidence = \"{}\"\nnot_applicable = \"{}\"",
        if s.missing_zero { "zero" } else { "error" },
        match s.unverified {
            Unverified::Error => "error",
            Unverified::Own => "self",
            Unverified::Zero => "zero",
        },
        if s.missing_evidence_zero { "zero" } else { "warn" },
        match s.not_applicable {
            NotApplicable::Full => "full",
            NotApplicable::Zero => "zero",
            NotApplicable::Rescale => "rescale",
        },
    );
    if let Some(o) = &p.over_claim {
        let _ =
            writeln!(out, "[over_claim]\nfree = {}\nper = {}\npoints = {}\nmax = {}", o.free, o.per, o.points, o.max);
    }
    for rule in &p.adjust_rules {
        let kind = match rule.kind {
            AdjustKind::Bonus => "bonus",
            AdjustKind::Deduction => "deduction",
            AdjustKind::Event => "event",
        };
        let _ = writeln!(out, "[[adjustment]]\ncode = \"{}\"\nname = \"{}\"\nkind = \"{kind}\"", rule.code, rule.name);
        option(out, "points", rule.points.as_ref());
        if !rule.levels.is_empty() {
            let _ = writeln!(out, "levels = {}", pairs(&rule.levels));
        }
        option(out, "max_per_unit", rule.max_per_unit.as_ref());
    }
    let limits = &p.adjust_limits;
    out.push_str("[adjustments]\n");
    option(out, "per_item_max", limits.per_item_max.as_ref());
    option(out, "max_bonus", limits.max_bonus.as_ref());
    option(out, "max_deduction", limits.max_deduction.as_ref());
}

fn grades(out: &mut String, p: &Project) {
    for grade in &p.grades {
        let _ = writeln!(
            out,
            "[[grade]]\nname = \"{}\"\nparallel = \"{}\"\nat_least = {}",
            grade.name, grade.parallel, grade.at_least
        );
        if let Some(quota) = &grade.quota {
            let rounding = match quota.rounding {
                Rounding::Floor => "floor",
                Rounding::HalfUp => "half_up",
                Rounding::Ceil => "ceil",
            };
            let mut text = format!("quota = {{ share = {}, rounding = \"{rounding}\"", quota.share);
            if quota.minimum > 0 {
                let _ = write!(text, ", minimum = {}", quota.minimum);
            }
            if let Some(from) = quota.minimum_from {
                let _ = write!(text, ", minimum_from = {from}");
            }
            let _ = writeln!(out, "{text} }}");
        }
    }
    for cap in &p.caps {
        let _ = writeln!(
            out,
            "[[cap]]\ncode = \"{}\"\nname = \"上限{}\"\nat_most = \"{}\"\nwhen = {}\nconfirm = \"{}\"",
            cap.code,
            cap.code,
            p.grades[cap.at_most].name,
            condition(p, &cap.when),
            if cap.committee { "committee" } else { "automatic" }
        );
    }
    for promotion in &p.promotions {
        let _ = writeln!(
            out,
            "[[promotion]]\ncode = \"{}\"\nname = \"晋等{}\"\nto = \"{}\"\nwhen = {}\nunless_capped = {}",
            promotion.code,
            promotion.code,
            p.grades[promotion.to].name,
            condition(p, &promotion.when),
            promotion.unless_capped
        );
    }
    let r = &p.rank;
    let by: Vec<String> = r
        .tie_break
        .iter()
        .map(|by| match by {
            TieBreak::Aspect(at) => p.aspects[*at].code.clone(),
            TieBreak::Line(at) => p.lines[*at].code.clone(),
            TieBreak::Leaf(at) => p.leaves[*at].code.clone(),
            TieBreak::Component(at) => p.components[*at].id.clone(),
            TieBreak::Satisfaction(at) => format!("satisfaction:{}", p.components[*at].id),
            TieBreak::FewerDeductions => "fewer_deductions".to_owned(),
        })
        .map(|by| format!("\"{by}\""))
        .collect();
    let _ = writeln!(
        out,
        "[rank]\nscope = \"{}\"\nmethod = \"{}\"\ntie_break = [{}]\ntie_at_quota = \"{}\"",
        if r.scope_all { "all" } else { "group" },
        match r.method {
            Method::Competition => "competition",
            Method::Dense => "dense",
            Method::Modified => "modified",
        },
        by.join(", "),
        match r.tie_at_quota {
            TieAtQuota::Exclude => "exclude",
            TieAtQuota::Include => "include",
            TieAtQuota::Committee => "committee",
        }
    );
}

fn condition(p: &Project, when: &Condition) -> String {
    let rate = |target: &Target, component: &Option<usize>| {
        let name = match target {
            Target::EveryAspect => "aspect.*",
            Target::EveryLine => "line.*",
            Target::Aspect(at) => &p.aspects[*at].code,
            Target::Line(at) => &p.lines[*at].code,
            Target::Leaf(at) => &p.leaves[*at].code,
        };
        match component {
            Some(at) => format!("rate = \"{name}\", component = \"{}\"", p.components[*at].id),
            None => format!("rate = \"{name}\""),
        }
    };
    let list = |parts: &[Condition]| parts.iter().map(|part| condition(p, part)).collect::<Vec<_>>().join(", ");
    match when {
        Condition::Below { target, component, below } => format!("{{ {}, below = {below} }}", rate(target, component)),
        Condition::AtLeast { target, component, at_least } => {
            format!("{{ {}, at_least = {at_least} }}", rate(target, component))
        }
        Condition::Satisfaction { component, below } => {
            format!("{{ satisfaction = \"{}\", below = {below} }}", p.components[*component].id)
        }
        Condition::Event(code) => format!("{{ event = \"{}\" }}", p.adjust_rules[*code].code),
        Condition::LastInGroup => "{ last_in_group = true }".to_owned(),
        Condition::Attribute(value) => {
            format!("{{ attribute = \"业务考核等次\", equals = \"{value}\" }}")
        }
        Condition::MissingReport => "{ missing = \"self-report\" }".to_owned(),
        Condition::All(parts) => format!("{{ all = [{}] }}", list(parts)),
        Condition::Any(parts) => format!("{{ any = [{}] }}", list(parts)),
    }
}
