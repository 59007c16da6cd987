//! What a setting holds, whatever its type in the description: the one form that files, `set` and the panel handle.

use std::fmt;
use std::path::PathBuf;

/// The value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    /// A choice, a text, or a word that is taken instead of a number.
    Word(String),
}

impl fmt::Display for Value {
    /// As [`super::Scenario::set`] takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(v) => f.write_str(&plain(*v)),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Short and exact: 0.001, 1e-7, 250000, 1e12.
#[must_use]
pub fn plain(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e9).contains(&magnitude) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// A field of the description that holds a setting: a number, or nothing where it is left out.
pub(super) trait Held {
    fn value(&self) -> Option<Value>;

    /// Values are checked before: what cannot be held changes nothing.
    fn put(&mut self, value: Option<Value>);
}

macro_rules! held {
    ($($number:ty),*) => {$(
        impl Held for $number {
            fn value(&self) -> Option<Value> {
                Some(Value::Number(*self as f64))
            }

            fn put(&mut self, value: Option<Value>) {
                if let Some(Value::Number(number)) = value {
                    *self = number as $number;
                }
            }
        }
    )*};
}

held!(f64, usize, u64);

impl<T: Held + Default> Held for Option<T> {
    fn value(&self) -> Option<Value> {
        self.as_ref().and_then(Held::value)
    }

    fn put(&mut self, value: Option<Value>) {
        *self = value.map(|value| {
            let mut held = T::default();
            held.put(Some(value));
            held
        });
    }
}

impl Held for PathBuf {
    fn value(&self) -> Option<Value> {
        Some(Value::Word(self.to_string_lossy().into_owned()))
    }

    fn put(&mut self, value: Option<Value>) {
        if let Some(Value::Word(path)) = value {
            *self = path.into();
        }
    }
}
