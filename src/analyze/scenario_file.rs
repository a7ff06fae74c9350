//! Scenario files: several named scenarios in TOML, each with weights and with means of levels.
//!
//! ```toml
//! [[scenario]]
//! name = "More weight for the meeting"
//! set = { "component.meeting.weight" = 45 }
//! mean = { indicators = "geometric" }
//! ```

use toml::{Table, Value};

use super::plan::{Mean, Means};
use super::scenarios::{Refused, Wanted, setting};
use crate::model::Model;
use crate::shared::words::words;

words! {
    /// The levels that have a mean.
    pub enum Level in "analyze.level." {
        /// Components.
        Components = "components",
        /// Classes of a component.
        Classes = "classes",
        /// Aspects, or lines where there are none.
        Aspects = "aspects",
        /// Indicators of a cell.
        Indicators = "indicators",
    }
}

/// What is wrong with a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not TOML: the message of the reader.
    Unreadable(String),
    /// It has no scenario.
    Empty,
    /// A key that is not known, and those that are.
    Key(String, Vec<&'static str>),
    /// A level that has no mean, and those that have.
    Level(String, Vec<&'static str>),
    /// A mean that is not known, or not of this level, and those that are.
    Mean(String, Vec<&'static str>),
    /// A key has another kind of value.
    Value(String),
    /// A scenario has no name, or that of another one.
    Name(String),
    /// A weight cannot be set: the text, and why.
    Weight(String, Refused),
}

/// Reads a scenario file.
///
/// # Errors
/// The first fault of the file.
pub fn parse(model: &Model, text: &str) -> Result<Vec<Wanted>, Fault> {
    let file: Table = text.parse().map_err(|fault: toml::de::Error| Fault::Unreadable(fault.to_string()))?;
    known(file.keys(), &["scenario"])?;
    let list = match file.get("scenario") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        None => return Err(Fault::Empty),
        Some(_) => return Err(Fault::Value("scenario".to_owned())),
    };
    let mut all: Vec<Wanted> = Vec::with_capacity(list.len());
    for own in list {
        let wanted = scenario(model, own.as_table().ok_or_else(|| Fault::Value("scenario".to_owned()))?)?;
        if wanted.name.is_empty() || all.iter().any(|own| own.name == wanted.name) {
            return Err(Fault::Name(wanted.name));
        }
        all.push(wanted);
    }
    Ok(all)
}

/// Refuses a key that is not known.
fn known<'k>(keys: impl Iterator<Item = &'k String>, known: &[&'static str]) -> Result<(), Fault> {
    for key in keys {
        if !known.contains(&key.as_str()) {
            return Err(Fault::Key(key.clone(), known.to_vec()));
        }
    }
    Ok(())
}

fn scenario(model: &Model, own: &Table) -> Result<Wanted, Fault> {
    known(own.keys(), &["name", "set", "mean"])?;
    let name = match own.get("name") {
        Some(Value::String(name)) => name.trim().to_owned(),
        Some(_) => return Err(Fault::Value("name".to_owned())),
        None => String::new(),
    };
    let table = |key: &str| match own.get(key) {
        Some(Value::Table(own)) => Ok(Some(own)),
        Some(_) => Err(Fault::Value(key.to_owned())),
        None => Ok(None),
    };
    let mut wanted = Wanted { name, settings: Vec::new(), means: Means::ARITHMETIC };
    for (key, value) in table("set")?.into_iter().flatten() {
        let value = match value {
            Value::Integer(own) => own.to_string(),
            Value::Float(own) => own.to_string(),
            Value::String(own) => own.clone(),
            _ => return Err(Fault::Value(key.clone())),
        };
        let refused = |why| Fault::Weight([key.as_str(), value.as_str()].join("="), why);
        wanted.settings.push(setting(model, key, &value).map_err(refused)?);
    }
    for (key, value) in table("mean")?.into_iter().flatten() {
        set_mean(&mut wanted.means, key, value)?;
    }
    Ok(wanted)
}

fn set_mean(means: &mut Means, key: &str, value: &Value) -> Result<(), Fault> {
    let levels = || Level::ALL.iter().map(|own| own.json()).collect();
    let level = Level::from_json(key).ok_or_else(|| Fault::Level(key.to_owned(), levels()))?;
    let word = value.as_str().ok_or_else(|| Fault::Value(key.to_owned()))?;
    let allowed = |mean: &Mean| level == Level::Indicators || !matches!(mean, Mean::Median | Mean::DropLowest);
    let words = || Mean::ALL.iter().filter(|own| allowed(own)).map(|own| own.json()).collect();
    let mean = Mean::from_json(word).filter(allowed).ok_or_else(|| Fault::Mean(word.to_owned(), words()))?;
    match level {
        Level::Components => means.components = mean,
        Level::Classes => means.classes = mean,
        Level::Aspects => means.aspects = mean,
        Level::Indicators => means.indicators = mean,
    }
    Ok(())
}
