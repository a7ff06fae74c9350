//! One step of a grade path as it should be.

use std::collections::BTreeMap;

use crate::shared::place::Place;

/// One step of a grade path as it should be; grades by index.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) kind: &'static str,
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
    pub(super) clause: Option<String>,
    pub(super) from: Option<usize>,
    pub(super) to: Option<usize>,
    pub(super) values: BTreeMap<&'static str, String>,
    pub(super) at: Option<Place>,
}

impl Step {
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    /// A step of a cap or promotion.
    pub(super) fn of_rule(kind: &'static str, code: &str, name: &str, clause: Option<&String>) -> Self {
        let own = Self { code: Some(code.to_owned()), name: Some(name.to_owned()), ..Self::new(kind) };
        own.clause(clause)
    }

    pub(super) fn clause(self, clause: Option<&String>) -> Self {
        Self { clause: clause.cloned(), ..self }
    }

    pub(super) fn moves(self, from: usize, to: usize) -> Self {
        Self { from: Some(from), to: Some(to), ..self }
    }

    pub(super) fn to(self, to: usize) -> Self {
        Self { to: Some(to), ..self }
    }

    pub(super) fn at(self, at: Place) -> Self {
        Self { at: Some(at), ..self }
    }

    pub(super) fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.values.insert(name, value.to_string());
        self
    }
}
