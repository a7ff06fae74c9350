//! Writes the model file of a project: assess.toml (SPEC §4).

use std::fmt::Write as _;

use crate::number::{Way, decimal};
use crate::project::{
    AdjustKind, AdjustRule, AwardBy, Ballots, Class, Component, Condition, ConvertBy, Denominator, Kind, Lacking,
    Ladder, Leaf, Method, Missing, NotApplicable, Periods, Project, Quota, Rates, Rounding, Scale, Scope, Sense, Size,
    StraightLine, Target, TieAtQuota, TieBreak, TooFew, Unverified,
};
use crate::write::{evidence, inputs, params, rule, within};

/// A number, or a fraction or percentage in quotes (SPEC §19.5).
fn num(text: &str) -> String {
    if decimal(text).is_some() { text.to_owned() } else { format!("\"{text}\"") }
}

fn pairs(list: &[(String, String)]) -> String {
    let parts: Vec<String> = list.iter().map(|(name, number)| format!("\"{name}\" = {}", num(number))).collect();
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
    rounding(&mut out, s.rounding);
    for scheme in &p.schemes {
        let groups: Vec<String> = scheme.groups.iter().map(|group| format!("\"第{}组\"", group + 1)).collect();
        let _ = writeln!(
            out,
            "[[scheme]]\ncode = \"{}\"\nname = \"{}\"\nfor = {{ group = [{}] }}",
            scheme.code,
            scheme.name,
            groups.join(", ")
        );
        if let Some(weights) = &scheme.weights {
            let ids = p.components.iter().map(|component| component.id.clone());
            let _ = writeln!(out, "weights = {}", pairs(&ids.zip(weights.iter().cloned()).collect::<Vec<_>>()));
        }
    }
    for line in p.lines.iter().filter(|_| !p.absent.lines) {
        let _ = writeln!(out, "[[line]]\ncode = \"{}\"\nname = \"{}\"", line.code, line.name);
    }
    for aspect in p.aspects.iter().filter(|_| !p.absent.aspects) {
        let _ = writeln!(
            out,
            "[[aspect]]\ncode = \"{}\"\nname = \"{}\"\npoints = {}",
            aspect.code,
            aspect.name,
            num(&aspect.points)
        );
    }
    if !p.indicator_table {
        for leaf in &p.leaves {
            indicator(&mut out, p, leaf);
        }
    }
    for component in &p.components {
        component_model(&mut out, p, component);
    }
    policies(&mut out, p);
    grades(&mut out, p);
    out
}

fn indicator(out: &mut String, p: &Project, leaf: &Leaf) {
    let (name, params) = (rule(&leaf.rule).0, params(leaf));
    let _ = writeln!(
        out,
        "[[indicator]]\ncode = \"{}\"\nitem = \"事项\"\nname = \"{}\"\npoints = {}\nrule = \"{name}\"\nparams = \"{params}\"\nevidence = \"{}\"\nsource = \"{}\"",
        leaf.code,
        leaf.name,
        num(&leaf.points),
        evidence(leaf.evidence).1,
        if leaf.department { "department" } else { "unit" },
    );
    option(out, "line", (!p.absent.lines).then(|| format!("\"{}\"", p.lines[leaf.line].code)));
    option(out, "aspect", (!p.absent.aspects).then(|| format!("\"{}\"", p.aspects[leaf.aspect].code)));
    if let Some(formula) = &leaf.more.formula {
        let _ = writeln!(out, "expr = \"{}\"\ninputs = \"{}\"", formula.expr, inputs(formula));
    }
    coefficient(out, p, &leaf.more.coefficient);
    if !leaf.more.schemes.is_empty() {
        let codes: Vec<String> = leaf.more.schemes.iter().map(|at| format!("\"{}\"", p.schemes[*at].code)).collect();
        let _ = writeln!(out, "schemes = [{}]", codes.join(", "));
    }
}

fn rounding(out: &mut String, way: Way) {
    if way == Way::Down {
        out.push_str("rounding = \"down\"\n");
    }
}

/// One column, or a list.
fn coefficient(out: &mut String, p: &Project, columns: &[usize]) {
    let names: Vec<String> = columns.iter().map(|at| format!("\"{}\"", p.numbers[*at])).collect();
    match names.as_slice() {
        [] => {}
        [one] => option(out, "coefficient", Some(one)),
        some => option(out, "coefficient", Some(format!("[{}]", some.join(", ")))),
    }
}

/// What SPEC §19 adds to a component.
fn component_more(out: &mut String, p: &Project, c: &Component) {
    let more = &c.more;
    rounding(out, more.rounding);
    coefficient(out, p, &more.coefficient);
    option(out, "coefficient_max", more.coefficient_max.as_deref().map(num));
    match more.not_applicable {
        Lacking::Error => {}
        Lacking::Renormalise => out.push_str("not_applicable = \"renormalise\"\n"),
        Lacking::Zero => out.push_str("not_applicable = \"zero\"\n"),
    }
    if more.outside_aspects {
        out.push_str("into_aspects = false\n");
    }
    if let Some((by, field)) = &more.convert {
        let keys = match by {
            ConvertBy::Best => "by = \"best\"".to_owned(),
            ConvertBy::Mean(mean) => format!("by = \"mean\", mean = {}", num(mean)),
            ConvertBy::Place(Ladder::Steps { first, step, least }) => {
                let least = least.as_ref().map(|least| format!(", least = {}", num(least))).unwrap_or_default();
                format!("by = \"place\", first = {}, step = {}{least}", num(first), num(step))
            }
            ConvertBy::Place(Ladder::Evenly { first, last }) => {
                format!("by = \"place\", first = {}, last = {}", num(first), num(last))
            }
            ConvertBy::Place(Ladder::Table(..)) => panic!("convert has no table"),
        };
        let _ = writeln!(out, "convert = {{ {keys}, within = \"{}\" }}", within(*field));
    }
    if !more.limit.is_empty() {
        let parts: Vec<String> = more
            .limit
            .iter()
            .map(|(when, most)| format!("{{ when = {}, at_most = {} }}", condition(p, when), num(most)))
            .collect();
        let _ = writeln!(out, "limit = [{}]", parts.join(", "));
    }
}

fn component_model(out: &mut String, p: &Project, c: &Component) {
    let _ = writeln!(out, "[[component]]\nid = \"{}\"\nname = \"{}\"\nweight = {}", c.id, c.name, num(&c.weight));
    component_more(out, p, c);
    match &c.kind {
        Kind::Indicators => out.push_str("kind = \"indicators\"\n"),
        Kind::Given(g) => {
            let periods = match g.periods {
                Periods::Mean => "mean",
                Periods::Last => "last",
                Periods::Sum => "sum",
                Periods::Weighted => "weighted",
            };
            let missing = match g.missing {
                Missing::Zero => "zero",
                Missing::Error => "error",
                Missing::Renormalise => "renormalise",
            };
            let _ = writeln!(
                out,
                "kind = \"given\"\nscale = {}\nperiods = \"{periods}\"\nmissing = \"{missing}\"",
                g.scale
            );
            if g.write_order {
                let names: Vec<String> = g.names.iter().map(|name| format!("\"{name}\"")).collect();
                let _ = writeln!(out, "period_order = [{}]", names.join(", "));
            }
            if let Some(weights) = &g.plan.weights {
                let parts: Vec<(String, String)> = g.names.iter().cloned().zip(weights.iter().cloned()).collect();
                let _ = writeln!(out, "period_weights = {}", pairs(&parts));
            }
            if g.plan.low + g.plan.high > 0 {
                let _ = writeln!(out, "drop = {{ low = {}, high = {} }}", g.plan.low, g.plan.high);
            }
        }
        Kind::Ballots(b) => ballots_model(out, b),
    }
}

/// `levels` or `range` of a component or of a class.
fn scale(out: &mut String, scale: &Scale) {
    match scale {
        Scale::Levels(levels) => {
            let _ = writeln!(out, "levels = {}", pairs(levels));
        }
        Scale::Range { min, max, top_from } => {
            let _ = writeln!(out, "range = [{min}, {max}]");
            option(out, "top_from", top_from.as_ref());
        }
    }
}

fn ballots_model(out: &mut String, b: &Ballots) {
    let rates = match b.rates {
        Rates::Unit => "unit",
        Rates::Aspects => "aspects",
        Rates::Indicators => "indicators",
    };
    let _ = writeln!(out, "kind = \"ballots\"\nrates = \"{rates}\"");
    scale(out, &b.scale);
    match &b.scale {
        Scale::Levels(levels) => {
            let names: Vec<String> = b.positive.iter().map(|at| format!("\"{}\"", levels[*at].0)).collect();
            if !names.is_empty() {
                let _ = writeln!(out, "positive = [{}]", names.join(", "));
            }
        }
        Scale::Range { .. } => option(out, "positive_from", b.positive_from.as_ref()),
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
        match b.denominator {
            Denominator::Valid => "valid",
            Denominator::All => "all",
            Denominator::Issued => "issued",
        },
        b.pattern_from,
        b.min_valid,
        if b.missing_class_error { "error" } else { "renormalise" },
    );
    option(out, "max_top_share", b.max_top_share.as_deref().map(num));
    option(out, "mean_decimals", b.mean_decimals);
    option(out, "quorum", b.quorum.as_deref().map(num));
    if let (Some(share), Scale::Levels(levels)) = (&b.share, &b.scale) {
        let names: Vec<String> = share.of.iter().map(|at| format!("\"{}\"", levels[*at].0)).collect();
        let _ = writeln!(out, "measure = \"share\"\nshare_of = [{}]", names.join(", "));
        if !share.bands.is_empty() {
            let _ = writeln!(out, "bands = {}", pairs(&share.bands));
            if share.interpolate {
                out.push_str("interpolate = true\n");
            }
        }
    }
    if let Some(trim) = &b.trim {
        let ends = match &trim.share {
            Some(share) => format!("share = {}", num(share)),
            None => format!("low = {}, high = {}, from = {}", trim.low, trim.high, trim.from),
        };
        let on = if trim.on_ballot { "ballot" } else { "rating" };
        let _ = writeln!(out, "trim = {{ {ends}, on = \"{on}\" }}");
    }
    for Class { id, name, weight, issued, recuse, scale: own } in &b.classes {
        let _ = writeln!(
            out,
            "[[component.class]]\nid = \"{id}\"\nname = \"{name}\"\nweight = {}\nrecuse = {recuse}",
            num(weight)
        );
        option(out, "issued", *issued);
        if let Some(own) = own {
            scale(out, own);
        }
    }
}

fn policies(out: &mut String, p: &Project) {
    if !p.leaves.is_empty() {
        self_report(out, p);
    }
    for rule in &p.adjust_rules {
        adjustment(out, rule);
    }
    let limits = &p.adjust_limits;
    out.push_str("[adjustments]\n");
    option(out, "per_item_max", limits.per_item_max.as_deref().map(num));
    option(out, "max_bonus", limits.max_bonus.as_deref().map(num));
    option(out, "max_deduction", limits.max_deduction.as_deref().map(num));
}

fn self_report(out: &mut String, p: &Project) {
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
        let [free, per, points, max] = [&o.free, &o.per, &o.points, &o.max].map(|text| num(text));
        let _ = writeln!(out, "[over_claim]\nfree = {free}\nper = {per}\npoints = {points}\nmax = {max}");
    }
}

fn adjustment(out: &mut String, rule: &AdjustRule) {
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

fn grades(out: &mut String, p: &Project) {
    for grade in &p.grades {
        let _ = writeln!(out, "[[grade]]\nname = \"{}\"\nparallel = \"{}\"", grade.name, grade.parallel);
        option(out, "at_least", (!grade.at_least.is_empty()).then(|| num(&grade.at_least)));
        if let Some(quota) = &grade.quota {
            let _ = writeln!(out, "quota = {}", quota_text(p, quota));
        }
        if let Some(bottom) = &grade.bottom {
            let safe = bottom.safe_from.as_ref().map(|bar| format!(", safe_from = {}", num(bar))).unwrap_or_default();
            let _ = writeln!(out, "bottom = {{ share = {}{safe} }}", num(&bottom.share));
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
        scope(r.scope),
        match r.method {
            Method::Competition => "competition",
            Method::Dense => "dense",
            Method::Modified => "modified",
        },
        by.join(", "),
        tie(r.tie_at_quota)
    );
    awards(out, p);
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Group => "group",
        Scope::Scheme => "scheme",
        Scope::All => "all",
    }
}

/// The name of a group, or the code of a scheme.
pub(crate) fn scope_name(p: &Project, own: usize) -> String {
    match p.rank.scope {
        Scope::Scheme => p.schemes[own].code.clone(),
        Scope::Group | Scope::All => format!("第{}组", own + 1),
    }
}

fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Floor => "floor",
        Rounding::HalfUp => "half_up",
        Rounding::Ceil => "ceil",
    }
}

fn size_text(size: &Size) -> String {
    match size {
        Size::Share(share) => format!("share = {}", num(share)),
        Size::Places(places) => format!("places = {places}"),
    }
}

fn quota_text(p: &Project, quota: &Quota) -> String {
    let mut text = format!("{{ {}, rounding = \"{}\"", size_text(&quota.size), rounding_word(quota.rounding));
    if quota.minimum > 0 {
        let _ = write!(text, ", minimum = {}", quota.minimum);
    }
    if let Some(from) = quota.minimum_from {
        let _ = write!(text, ", minimum_from = {from}");
    }
    if !quota.by.is_empty() {
        let parts: Vec<String> = quota
            .by
            .iter()
            .map(|(own, size)| match size {
                Size::Share(share) => format!("\"{}\" = {}", scope_name(p, *own), num(share)),
                Size::Places(places) => format!("\"{}\" = {{ places = {places} }}", scope_name(p, *own)),
            })
            .collect();
        let _ = write!(text, ", by = {{ {} }}", parts.join(", "));
    }
    text + " }"
}

fn awards(out: &mut String, p: &Project) {
    for award in &p.awards {
        let by = match award.by {
            AwardBy::Component(at) => p.components[at].id.as_str(),
            AwardBy::Aspect(at) => &p.aspects[at].code,
            AwardBy::Line(at) => &p.lines[at].code,
            AwardBy::Leaf(at) => &p.leaves[at].code,
            AwardBy::Total => "total",
            AwardBy::Adjustment(at) => &p.adjust_rules[at].code,
        };
        let _ = writeln!(
            out,
            "[[award]]\ncode = \"{}\"\nname = \"{}\"\nby = \"{by}\"\n{}\nrounding = \"{}\"\nscope = \"{}\"\ntie = \"{}\"",
            award.code,
            award.name,
            size_text(&award.size),
            rounding_word(award.rounding),
            scope(award.scope),
            tie(award.tie),
        );
        option(out, "at_least", award.at_least.as_deref().map(num));
        option(out, "unless", award.unless.as_ref().map(|when| condition(p, when)));
    }
}

fn tie(policy: TieAtQuota) -> &'static str {
    match policy {
        TieAtQuota::Exclude => "exclude",
        TieAtQuota::Include => "include",
        TieAtQuota::Committee => "committee",
    }
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
        Condition::Below { target, component, below } => {
            format!("{{ {}, below = {} }}", rate(target, component), num(below))
        }
        Condition::AtLeast { target, component, at_least } => {
            format!("{{ {}, at_least = {} }}", rate(target, component), num(at_least))
        }
        Condition::Satisfaction { component, below } => {
            format!("{{ satisfaction = \"{}\", below = {} }}", p.components[*component].id, num(below))
        }
        Condition::Event(code) => format!("{{ event = \"{}\" }}", p.adjust_rules[*code].code),
        Condition::LastInGroup => "{ last_in_group = true }".to_owned(),
        Condition::Attribute(values) => {
            let words: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
            let equals = if words.len() == 1 { words[0].clone() } else { format!("[{}]", words.join(", ")) };
            format!("{{ attribute = \"业务考核等次\", equals = {equals} }}")
        }
        Condition::Votes { component, of, sense, bar } => {
            let Kind::Ballots(Ballots { scale: Scale::Levels(levels), .. }) = &p.components[*component].kind else {
                panic!("votes need levels");
            };
            let names: Vec<String> = of.iter().map(|at| format!("\"{}\"", levels[*at].0)).collect();
            let sense = match sense {
                Sense::Above => "above",
                Sense::AtLeast => "at_least",
                Sense::Below => "below",
                Sense::AtMost => "at_most",
            };
            let id = &p.components[*component].id;
            format!("{{ votes = \"{id}\", of = [{}], {sense} = {} }}", names.join(", "), num(bar))
        }
        Condition::Deductions(bar) => format!("{{ deductions = true, at_least = {} }}", num(bar)),
        Condition::Bonus(bar) => format!("{{ bonus = true, at_least = {} }}", num(bar)),
        Condition::MissingReport => "{ missing = \"self-report\" }".to_owned(),
        Condition::All(parts) => format!("{{ all = [{}] }}", list(parts)),
        Condition::Any(parts) => format!("{{ any = [{}] }}", list(parts)),
    }
}
