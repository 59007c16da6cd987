//! Types that carry settings: declared once with the record of each field, from which reading, writing and the panel
//! follow.

use std::path::PathBuf;

use super::number::{Number, PathRecord};
use super::value::{Held, Value};

/// What is known of a setting: a number's record, or a path's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Record {
    Number(&'static Number),
    Path(&'static PathRecord),
}

/// One setting as it stands.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub record: Record,
    /// `None` where it is left out.
    pub value: Option<Value>,
}

impl Record {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Number(number) => number.key,
            Self::Path(path) => path.key,
        }
    }

    /// Whether both are the same setting: two numbers may share a key.
    pub fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => std::ptr::eq(a, b),
            (Self::Path(a), Self::Path(b)) => std::ptr::eq(a, b),
            _ => false,
        }
    }
}

/// What has settings.
pub(super) trait Settings {
    /// Each with its field.
    fn fields(&mut self) -> Vec<(Record, &mut dyn Held)>;

    /// Each as it stands, in the file's order.
    fn settings(&self) -> Vec<Setting>;
}

/// A choice among named variants, each with settings of its own.
pub(super) trait Choice: Settings + Sized {
    /// The variant with its settings at their defaults.
    fn named(name: &str) -> Option<Self>;

    /// The name in a scenario file.
    fn name(&self) -> &'static str;
}

/// The type of a setting's field.
pub(super) trait Field: Held {
    type Record;

    /// Where nothing is said.
    fn start(record: &'static Self::Record) -> Self;

    fn record(record: &'static Self::Record) -> Record;
}

macro_rules! number_fields {
    ($($number:ty),*) => {$(
        impl Field for $number {
            type Record = Number;

            fn start(record: &'static Number) -> Self {
                record.default as $number
            }

            fn record(record: &'static Number) -> Record {
                Record::Number(record)
            }
        }

        impl Field for Option<$number> {
            type Record = Number;

            fn start(record: &'static Number) -> Self {
                (!record.may_be_left_out).then_some(record.default as $number)
            }

            fn record(record: &'static Number) -> Record {
                Record::Number(record)
            }
        }
    )*};
}

number_fields!(f64, usize, u64);

impl Field for PathBuf {
    type Record = PathRecord;

    fn start(_: &'static PathRecord) -> Self {
        Self::new()
    }

    fn record(record: &'static PathRecord) -> Record {
        Record::Path(record)
    }
}

/// Declares an enum whose variants have a name and settings: `Variant "name" { field: type = RECORD }`.
macro_rules! choices {
    ($(#[$meta:meta])* pub enum $type:ident {
        $($(#[$note:meta])* $variant:ident $name:literal $({
            $($(#[$field_note:meta])* $field:ident: $held:ty = $record:expr),* $(,)?
        })?),* $(,)?
    }) => {
        $(#[$meta])*
        pub enum $type {
            $(
                #[doc = concat!("`", $name, "` in a scenario file.")]
                $(#[$note])*
                $variant $({ $(
                    #[doc = concat!("The setting of the record `", stringify!($record), "`: key, default, range.")]
                    $(#[$field_note])*
                    $field: $held
                ),* })?
            ),*
        }

        impl $type {
            /// The names in a scenario file.
            pub const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            /// The name in a scenario file.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => $name),*
                }
            }
        }

        impl $crate::scenario::setting::Settings for $type {
            fn fields(
                &mut self,
            ) -> Vec<($crate::scenario::setting::Record, &mut dyn $crate::scenario::value::Held)> {
                match self {
                    $(Self::$variant $({ $($field),* })? => vec![
                        $($((<$held as $crate::scenario::setting::Field>::record(&$record), $field as _)),*)?
                    ]),*
                }
            }

            fn settings(&self) -> Vec<$crate::scenario::setting::Setting> {
                match self {
                    $(Self::$variant $({ $($field),* })? => vec![
                        $($($crate::scenario::setting::Setting {
                            record: <$held as $crate::scenario::setting::Field>::record(&$record),
                            value: $crate::scenario::value::Held::value($field),
                        }),*)?
                    ]),*
                }
            }
        }

        impl $crate::scenario::setting::Choice for $type {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant $({
                        $($field: <$held as $crate::scenario::setting::Field>::start(&$record)),*
                    })?),)*
                    _ => None,
                }
            }

            fn name(&self) -> &'static str {
                $type::name(self)
            }
        }
    };
}

/// Declares a struct of fields that start somewhere, some of them settings: `pub field: type = start, is RECORD;`.
macro_rules! described {
    ($(#[$meta:meta])* pub struct $type:ident {
        $($(#[$note:meta])* pub $field:ident: $held:ty = $start:expr $(, is $record:expr)?;)*
    }) => {
        $(#[$meta])*
        pub struct $type {
            $(
                $(#[$note])*
                pub $field: $held
            ),*
        }

        impl Default for $type {
            fn default() -> Self {
                Self { $($field: $start),* }
            }
        }

        impl $crate::scenario::setting::Settings for $type {
            fn fields(
                &mut self,
            ) -> Vec<($crate::scenario::setting::Record, &mut dyn $crate::scenario::value::Held)> {
                vec![$($(($crate::scenario::setting::Record::Number(&$record), &mut self.$field as _),)?)*]
            }

            fn settings(&self) -> Vec<$crate::scenario::setting::Setting> {
                vec![$($($crate::scenario::setting::Setting {
                    record: $crate::scenario::setting::Record::Number(&$record),
                    value: $crate::scenario::value::Held::value(&self.$field),
                },)?)*]
            }
        }
    };
}

pub(super) use {choices, described};
