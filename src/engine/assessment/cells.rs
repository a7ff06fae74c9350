//! What rows of registers keep as their cells say, field by field. `check` reads the fields, `result` compares them, the
//! sheet of registers prints them: all by their names here, which the schema of the register gives to its columns.

use jiff::civil::Date;

use super::{Amount, UnitIx};
use crate::shared::number::{Exact, Points};
use crate::shared::place::{Located, Place};

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'r> {
    /// A text as written.
    Text(&'r str),
    /// A number or points.
    Number(Option<&'r Exact>),
    /// A date.
    Date(Option<Date>),
    /// Yes or no.
    Flag(bool),
}

/// A value that a field may have.
pub trait Field {
    /// What it says; where it stands is no part of that.
    fn said(&self) -> Said<'_>;

    /// Where it stands, if the field says so.
    fn place(&mut self) -> Option<&mut Place> {
        None
    }
}

impl<T: Field> Field for Located<T> {
    fn said(&self) -> Said<'_> {
        self.value.said()
    }

    fn place(&mut self) -> Option<&mut Place> {
        Some(&mut self.at)
    }
}

macro_rules! says {
    ($($kind:ty => |$own:ident| $said:expr,)*) => {
        $(impl Field for $kind {
            fn said(&self) -> Said<'_> {
                let $own = self;
                $said
            }
        })*
    };
}

says! {
    String => |own| Said::Text(own),
    Exact => |own| Said::Number(Some(own)),
    Option<Exact> => |own| Said::Number(own.as_ref()),
    Amount => |own| match own {
        Amount::Number(number) => Said::Number(Some(number)),
        Amount::Value { text } => Said::Text(text),
    },
    Option<Amount> => |own| own.as_ref().map_or(Said::Number(None), Field::said),
    Option<Points> => |own| Said::Number(own.as_ref().map(|points| &points.0)),
    Option<Date> => |own| Said::Date(*own),
    bool => |own| Said::Flag(*own),
}

/// Where fields are read from: a row of a table.
pub trait Source<T> {
    /// The value of a field; none after a finding.
    fn read(&mut self, field: &'static str) -> Option<T>;
}

/// A row of a register.
pub trait RegisterRow {
    /// 编号.
    fn id(&self) -> &str;
    /// The unit, if it names one.
    fn unit(&self) -> Option<UnitIx>;
    /// Its place.
    fn at(&self) -> Place;
    /// What its fields say, by name.
    fn fields(&self) -> Vec<(&'static str, Said<'_>)>;
    /// Its places: of the row, and of fields that have their own.
    fn places(&mut self) -> Vec<&mut Place>;

    /// What a field says; nothing if the register does not have it.
    fn field(&self, name: &str) -> Said<'_> {
        self.fields().into_iter().find(|(own, _)| *own == name).map_or(Said::Text(""), |(_, said)| said)
    }

    /// A field of text.
    fn text(&self, name: &str) -> &str {
        match self.field(name) {
            Said::Text(text) => text,
            Said::Number(_) | Said::Date(_) | Said::Flag(_) => "",
        }
    }
}

/// The fields that rows of a register keep as their cells say. In result.json they stand among the others of the row, which
/// has the `unit` that it names, or is said to be `without unit`.
macro_rules! fields {
    (@unit $row:tt) => {
        $row.unit.into()
    };
    (@unit $row:tt $without:ident) => {
        None
    };
    (
        $(#[$doc:meta])* pub struct $name:ident $(without $unit:ident)? of $row:ident {
            $($(#[$own:meta])* $field:ident: $kind:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$own])* pub $field: $kind,)*
        }

        impl $name {
            /// Reads all fields, so that each fault is found; none if there was any.
            pub fn read(source: &mut (impl $(super::Source<$kind> +)*)) -> Option<Self> {
                $(let $field: Option<$kind> = source.read(stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }
        }

        impl super::RegisterRow for $row {
            fn id(&self) -> &str {
                &self.id
            }

            fn unit(&self) -> Option<super::UnitIx> {
                fields!(@unit self $($unit)?)
            }

            fn at(&self) -> $crate::shared::place::Place {
                self.at
            }

            fn fields(&self) -> Vec<(&'static str, super::Said<'_>)> {
                vec![$((stringify!($field), super::Field::said(&self.cells.$field)),)*]
            }

            fn places(&mut self) -> Vec<&mut $crate::shared::place::Place> {
                let fields = [$(super::Field::place(&mut self.cells.$field),)*];
                fields.into_iter().flatten().chain([&mut self.at]).collect()
            }
        }

        impl std::ops::Deref for $row {
            type Target = $name;

            fn deref(&self) -> &$name {
                &self.cells
            }
        }
    };
}

pub(super) use fields;
