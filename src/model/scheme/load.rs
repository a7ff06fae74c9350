//! Reads `[[scheme]]` and `[schemes]`, and checks each scheme for itself.

use super::{BASE, Scheme, SchemeLeaf};
use crate::model::condition::{self, Condition};
use crate::model::field::Within;
use crate::model::grade::Grade;
use crate::model::rule::Rule;
use crate::model::toml::Section;
use crate::model::tree::{SchemeRows, Tree};
use crate::model::{Component, Model};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::text;

/// What becomes of a unit that no scheme is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Unmatched {
    /// An error.
    Error,
    /// It is assessed by the model as it is without schemes.
    Base,
}

impl Unmatched {
    /// `[schemes] unmatched`.
    pub(in crate::model) fn load(root: &Section<'_, '_>) -> Self {
        let section = root.section_or_empty("schemes");
        let words = [("error", Self::Error), ("base", Self::Base)];
        let unmatched = section.choice("unmatched", &words, Self::Error);
        section.finish();
        unmatched
    }
}

/// The parts of the model that schemes divide.
pub(in crate::model) struct Parts<'m> {
    pub(in crate::model) tree: &'m Tree,
    pub(in crate::model) components: &'m [Component],
    pub(in crate::model) grades: &'m [Grade],
    /// The language in which the base is named.
    pub(in crate::model) language: Lang,
}

/// Reads the schemes; `rows` are the leaves as each has them, those of the base last if it takes part.
pub(in crate::model) fn load(
    root: &Section<'_, '_>,
    sections: Vec<Section<'_, '_>>,
    rows: SchemeRows,
    parts: &Parts<'_>,
) -> Vec<Scheme> {
    let mut schemes: Vec<Scheme> = Vec::new();
    let is_whole = rows.is_whole;
    let mut rows = rows.leaves.into_iter();
    let own: Vec<(Section<'_, '_>, Vec<Option<SchemeLeaf>>)> = sections.into_iter().zip(rows.by_ref()).collect();
    for (section, leaves) in own {
        let scheme = load_one(&section, leaves, parts);
        let is_taken = |other: &Scheme| text::key(&other.code) == text::key(&scheme.code);
        let is_named = |other: &Scheme| text::key(&other.name) == text::key(&scheme.name);
        section.refuse_if(schemes.iter().any(|other| is_named(other) && !is_taken(other)), "name", &scheme.name);
        let is_double = schemes.iter().any(is_taken) && !scheme.code.is_empty();
        section.refuse_if(text::key(&scheme.code) == BASE || is_double, "code", &scheme.code);
        let is_sound = !is_whole || check_aspects(&section, "points", &scheme, parts.tree);
        if let Some(first) = schemes.first().filter(|_| is_sound) {
            check_alike(&section, first, &scheme);
        }
        schemes.push(scheme);
        section.finish();
    }
    if let Some(leaves) = rows.next() {
        let base = base(leaves, parts);
        let is_sound = !is_whole || check_aspects(root, "aspect", &base, parts.tree);
        if let Some(first) = schemes.first().filter(|_| is_sound) {
            check_alike(root, first, &base);
        }
        schemes.push(base);
    }
    check_fields(root, &schemes, parts.tree);
    schemes.iter_mut().for_each(|scheme| scheme.grow(parts.tree));
    schemes
}

/// What the model is without schemes.
fn base(leaves: Vec<Option<SchemeLeaf>>, parts: &Parts<'_>) -> Scheme {
    Scheme {
        code: BASE.to_owned(),
        name: parts.language.text("scheme.base").to_owned(),
        applies: None,
        weights: parts.components.iter().map(|own| Some(own.weight.clone())).collect(),
        classes: parts.components.iter().map(class_weights).collect(),
        bars: parts.grades.iter().map(|grade| grade.at_least.clone()).collect(),
        aspects: parts.tree.aspects.iter().map(|aspect| aspect.points.clone()).collect(),
        leaves,
        tree: Tree::default(),
        clause: None,
    }
}

fn class_weights(component: &Component) -> Vec<Option<Percent>> {
    component.classes().iter().map(|class| Some(class.weight.clone())).collect()
}

fn load_one(section: &Section<'_, '_>, leaves: Vec<Option<SchemeLeaf>>, parts: &Parts<'_>) -> Scheme {
    let code = section.text("code");
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !code.is_empty() && (!code.chars().all(safe) || code.len() > 32) {
        section.reject("code", &code, "[A-Za-z0-9_-]{1,32}");
    }
    let name = section.opt_text("name").unwrap_or_else(|| code.clone());
    let applies = Some(condition::load_for(section.section("for")));
    let mut scheme = Scheme { name, applies, clause: section.opt_text("clause"), ..base(leaves, parts) };
    scheme.code = code;
    load_weights(section, &mut scheme, parts);
    load_points(section, &mut scheme, parts);
    load_classes(section, &mut scheme, parts);
    load_bars(section, &mut scheme, parts);
    scheme
}

/// A name that a table of a scheme uses, resolved by the codes and names that it may be.
fn resolve(section: &Section<'_, '_>, name: &str, known: &[[&str; 2]]) -> Option<usize> {
    let wanted = text::key(name);
    let found = known.iter().position(|names| names.iter().any(|own| text::key(own) == wanted));
    if found.is_none() {
        section.unknown(name, name, known.iter().flatten().copied());
    }
    found
}

/// The numbers of a table by the index of what they are for; none after a finding about any of them, so that no sum is
/// blamed for it as well.
fn numbers(table: &Section<'_, '_>, pairs: Vec<(String, Exact)>, known: &[[&str; 2]]) -> Option<Vec<Option<Exact>>> {
    let mut own = vec![None; known.len()];
    let mut is_sound = pairs.len() == table.key_count();
    for (name, number) in pairs {
        let Some(index) = resolve(table, &name, known) else {
            is_sound = false;
            continue;
        };
        if !number.is_positive() {
            table.reject(&name, &number, "> 0");
            is_sound = false;
        } else if own[index].replace(number).is_some() {
            table.report(Finding::new(Code::E507).at(table.place_of(&name)).found(name));
            is_sound = false;
        }
    }
    is_sound.then_some(own)
}

/// The weights that are there must add up to 100; `path` names them among the values of the model.
fn check_hundred(section: &Section<'_, '_>, key: &str, path: String, weights: &[Option<Exact>]) {
    let sum: Exact = weights.iter().flatten().sum();
    if sum != Exact::from(100) {
        let finding = Finding::new(Code::E505).at(section.place_of(key));
        section.report(finding.with("what", Arg::Value(path)).found(&sum));
    }
}

fn load_weights(section: &Section<'_, '_>, scheme: &mut Scheme, parts: &Parts<'_>) {
    let (Some(table), Some(pairs)) = (section.opt_section("weights"), section.opt_shares("weights")) else { return };
    let Some(weights) = numbers(&table, pairs, &component_names(parts)) else { return };
    check_hundred(section, "weights", format!("scheme[{}].weights", scheme.code), &weights);
    scheme.weights = weights.into_iter().map(|weight| weight.map(Percent)).collect();
}

fn load_points(section: &Section<'_, '_>, scheme: &mut Scheme, parts: &Parts<'_>) {
    let known = parts.tree.aspects.iter().map(|own| [own.code.as_str(), own.name.as_str()]).collect::<Vec<_>>();
    let (Some(table), Some(pairs)) = (section.opt_section("points"), section.opt_numbers("points")) else { return };
    let Some(points) = numbers(&table, pairs, &known) else { return };
    scheme.aspects = points.into_iter().map(|points| Points(points.unwrap_or_else(Exact::zero))).collect();
}

/// Id and name of every component.
fn component_names<'p>(parts: &Parts<'p>) -> Vec<[&'p str; 2]> {
    parts.components.iter().map(|own| [own.id.as_str(), own.name.as_str()]).collect()
}

/// `classes.<component> = {class = weight}`; a class that is not listed is not part of the scheme.
fn load_classes(section: &Section<'_, '_>, scheme: &mut Scheme, parts: &Parts<'_>) {
    let Some(all) = section.opt_section("classes") else { return };
    let known = component_names(parts);
    for (name, own) in all.named_sections() {
        let Some(index) = resolve(&all, &name, &known) else { continue };
        let classes = parts.components[index].classes();
        let names: Vec<[&str; 2]> = classes.iter().map(|class| [class.id.as_str(), class.name.as_str()]).collect();
        if classes.is_empty() {
            all.reject(&name, &name, Arg::Word("model.expected.with_classes"));
            continue;
        }
        let Some(weights) = numbers(&own, own.all_shares(), &names) else { continue };
        check_hundred(&all, &name, format!("scheme[{}].classes.{name}", scheme.code), &weights);
        scheme.classes[index] = weights.into_iter().map(|weight| weight.map(Percent)).collect();
    }
}

/// `grades.<name> = {at_least}`; bars obey the rules of the model's in each scheme, and the lowest is that of the model.
fn load_bars(section: &Section<'_, '_>, scheme: &mut Scheme, parts: &Parts<'_>) {
    let Some(all) = section.opt_section("grades") else { return };
    let mut states: Vec<bool> = parts.grades.iter().map(|grade| grade.states_bar).collect();
    for (name, own) in all.named_sections() {
        let known: Vec<[&str; 2]> = parts.grades.iter().map(|grade| [grade.name.as_str(); 2]).collect();
        let wanted = text::key(&name);
        let found = parts.grades.iter().position(|grade| grade.answers_to(&wanted));
        let Some(index) = found.or_else(|| resolve(&all, &name, &known)) else { continue };
        let bar = own.number("at_least");
        own.finish();
        scheme.bars[index] = Points(bar);
        states[index] = true;
        let last = index + 1 == parts.grades.len();
        if last && scheme.bars[index] != parts.grades[index].at_least {
            let finding = Finding::new(Code::E510)
                .at(all.place_of(&name))
                .found(format!("{}: {}", scheme.code, scheme.bars[index]));
            section.report(finding.expected(format!("= {} (min)", parts.grades[index].at_least)));
        }
    }
    for index in (1..scheme.bars.len()).rev().filter(|index| !states[index - 1]) {
        scheme.bars[index - 1] = scheme.bars[index].clone();
    }
    let falls = |at: &usize| parts.grades[*at].may_stand_above(&scheme.bars[*at], &scheme.bars[at + 1]);
    if let Some(at) = (0..scheme.bars.len().saturating_sub(1)).find(|at| !falls(at)) {
        let [better, worse] = [&scheme.bars[at], &scheme.bars[at + 1]];
        let (is, wanted) = if parts.grades[at].quota.is_some() { ("<", "≥") } else { ("≤", ">") };
        let finding = Finding::new(Code::E510).at(section.place_of("grades"));
        let finding = finding.found(format!("{}: {better} {is} {worse}", scheme.code));
        let [above, below] = [&parts.grades[at].name, &parts.grades[at + 1].name];
        section.report(finding.expected(format!("{above} {wanted} {below}")));
    }
}

/// The leaves of each aspect must add up to its points in the scheme; returns whether they do.
fn check_aspects(section: &Section<'_, '_>, key: &str, scheme: &Scheme, tree: &Tree) -> bool {
    let mut is_sound = true;
    if tree.leaves.is_empty() {
        return is_sound;
    }
    for (index, aspect) in tree.aspects.iter().enumerate() {
        let leaves = tree.leaves.iter().zip(&scheme.leaves).filter(|(leaf, _)| leaf.aspect == Some(index));
        let sum: Points = leaves.filter_map(|(_, own)| own.as_ref().map(|own| &own.points)).sum();
        if sum != scheme.aspects[index] {
            let finding = Finding::new(Code::E506).at(section.place_of(key)).found(&sum.0);
            let aspect = format!("{} · {}", scheme.code, aspect.code);
            let expected = match scheme.aspects[index].0.is_zero() {
                true => Arg::Word("model.expected.aspect_listed"),
                false => Arg::from(&scheme.aspects[index].0),
            };
            section.report(finding.with("aspect", aspect).expected(expected));
            is_sound = false;
        }
    }
    is_sound
}

/// Units of one field share the rule: a rule that compares units of several schemes is one rule in all of them.
fn check_fields(root: &Section<'_, '_>, schemes: &[Scheme], tree: &Tree) {
    for (index, leaf) in tree.leaves.iter().enumerate() {
        let mut own = schemes.iter().filter_map(|scheme| Some((scheme, scheme.leaves[index].as_ref()?)));
        let Some((first, wanted)) = own.next() else { continue };
        let is_shared = |rule: &Rule| rule.field().is_some_and(|field| field.within != Within::Scheme);
        let differs = |other: &SchemeLeaf| {
            (&wanted.rule, wanted.input, &wanted.formula) != (&other.rule, other.input, &other.formula)
                || (&wanted.coefficient, &wanted.periods) != (&other.coefficient, &other.periods)
        };
        let other = own.find(|(_, other)| differs(other) && (is_shared(&wanted.rule) || is_shared(&other.rule)));
        if let Some((other, _)) = other {
            let finding = Finding::new(Code::E572).at(root.place_of("scheme")).with("indicator", leaf.full_name());
            root.report(finding.found(format!("{} / {}", first.code, other.code)));
        }
    }
}

/// The aspects of every scheme have one sum, so that points mean the same in all of them; without aspects the leaves.
fn check_alike(section: &Section<'_, '_>, first: &Scheme, scheme: &Scheme) {
    let leaves = |own: &Scheme| own.leaves.iter().flatten().map(|leaf| &leaf.points).sum::<Points>();
    let full = |own: &Scheme| if own.aspects.is_empty() { leaves(own) } else { own.aspects.iter().sum() };
    let [wanted, sum] = [first, scheme].map(full);
    if sum != wanted {
        let finding = Finding::new(Code::E571).at(section.place_of("points")).with("scheme", &scheme.code);
        section.report(finding.found(&sum.0).expected(format!("{wanted} ({})", first.code)));
    }
}

impl Model {
    /// The columns of the roster that schemes ask for.
    pub(in crate::model) fn scheme_columns(&self) -> Vec<&str> {
        self.schemes.iter().flat_map(|own| &own.applies).flat_map(Condition::attributes).collect()
    }
}
