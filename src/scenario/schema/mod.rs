//! The schema of scenario parameters: the types of a record, and how a value is checked against it and stored in its
//! field. The records are in [`crate::scenario::schema::records`].

pub(in crate::scenario) mod access;
pub(in crate::scenario) mod conditions;
pub(crate) mod parameter;
pub(crate) mod records;
mod stored;

use std::fmt;

use crate::numbers::plain;

pub(in crate::scenario) use stored::{Stored, TypeMismatch};

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A real number.
    Number(f64),
    /// A whole number: a count or a seed.
    Whole(u64),
    /// A name, a path, or a word accepted in place of a number.
    Word(String),
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Whole(count) => Some(*count as f64),
            Self::Word(_) => None,
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(word: &str) -> Self {
        Self::Word(word.into())
    }
}

impl fmt::Display for Value {
    /// The text that [`crate::scenario::Scenario::set`] takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(&plain(*number)),
            Self::Whole(count) => f.write_str(&plain(*count as f64)),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// How the steps of a slider change a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Ten steps a decade.
    Log,
    Integer,
    /// Ten steps a decade, whole numbers.
    LogInteger,
}

impl Scale {
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::Integer | Self::LogInteger)
    }

    #[must_use]
    pub const fn is_log(self) -> bool {
        matches!(self, Self::Log | Self::LogInteger)
    }
}

/// The record of one parameter, used by file, `--set`, panel, help and axes.
#[derive(Debug)]
pub struct Record {
    /// Name of the field, which is the last part of the dotted key.
    pub key: &'static str,
    /// The name in the panel.
    pub label: &'static str,
    /// One line of help: meaning, formula, section of the theory.
    pub about: &'static str,
    pub takes: Takes,
}

/// The values that a parameter accepts.
#[derive(Debug)]
pub enum Takes {
    Number(Range),
    /// Path of a file, with a description of what the file must be.
    Path(&'static str),
    /// One of these names.
    Name(&'static [&'static str]),
}

/// The numbers that a parameter accepts, and how a slider moves through them.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The smallest accepted number.
    pub least: Least,
    /// The largest accepted number.
    pub most: f64,
    /// Ends of the slider; all accepted numbers can be typed.
    pub slider: (f64, f64),
    pub scale: Scale,
    /// Step of a linear slider, or of a logarithmic one in decades.
    pub step: f64,
    pub words: Words,
}

/// The smallest accepted number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Least {
    Above(f64),
    From(f64),
}

/// Words accepted in place of a number.
#[derive(Debug, Clone, Copy)]
pub enum Words {
    None,
    /// Words that are stored and written to files: the field's type has a value for each.
    Written(&'static [&'static str]),
    /// A word that leaves the number out: the field is an `Option`, and a file then has no such key. When a slider
    /// leaves the word, it starts at the number given here.
    LeftOut([&'static str; 1], f64),
}

impl Range {
    /// Real numbers on a logarithmic slider from 0; records override fields that differ.
    pub const REAL: Self = Self {
        least: Least::From(0.0),
        most: 1e12,
        slider: (1e-4, 10.0),
        scale: Scale::Log,
        step: 0.1,
        words: Words::None,
    };

    /// Whole numbers from 1 on a logarithmic slider.
    pub const COUNT: Self = Self {
        least: Least::From(1.0),
        most: 1e5,
        slider: (1.0, 1e5),
        scale: Scale::LogInteger,
        step: 0.1,
        words: Words::None,
    };

    /// Seeds of random numbers: whole numbers that f64 represents exactly.
    pub const SEED: Self = Self {
        least: Least::From(0.0),
        most: 9_007_199_254_740_992.0,
        slider: (0.0, 100.0),
        scale: Scale::Integer,
        step: 1.0,
        words: Words::None,
    };

    /// Whether the number is accepted.
    #[must_use]
    pub fn accepts(&self, value: f64) -> bool {
        let low = match self.least {
            Least::Above(bound) => value > bound,
            Least::From(bound) => value >= bound,
        };
        low && value <= self.most && (!self.scale.is_integer() || value.fract() == 0.0)
    }

    /// The accepted values in words: "a number above 0 and at most 1".
    #[must_use]
    pub fn accepted(&self) -> String {
        let kind = if self.scale.is_integer() { "a whole number" } else { "a number" };
        let low = match self.least {
            Least::Above(bound) => format!("above {}", plain(bound)),
            Least::From(bound) => format!("of at least {}", plain(bound)),
        };
        let words: String = self.words.written().iter().map(|word| format!(" or \"{word}\"")).collect();
        format!("{kind} {low} and at most {}{words}", plain(self.most))
    }

    /// Whether a logarithmic slider has 0 to the left of its minimum.
    #[must_use]
    pub fn has_zero(&self) -> bool {
        self.scale.is_log() && self.accepts(0.0)
    }
}

impl Words {
    /// The words that can occur in a file.
    #[must_use]
    pub const fn written(&self) -> &'static [&'static str] {
        match self {
            Self::Written(words) => words,
            Self::None | Self::LeftOut(..) => &[],
        }
    }

    /// The words accepted by `set` and the panel.
    #[must_use]
    pub const fn all(&'static self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Written(words) => words,
            Self::LeftOut(word, _) => word,
        }
    }

    /// The word that leaves the number out.
    #[must_use]
    pub const fn left_out(&self) -> Option<&'static str> {
        match self {
            Self::LeftOut([word], _) => Some(word),
            Self::None | Self::Written(_) => None,
        }
    }
}

impl Record {
    /// The range of a number.
    #[must_use]
    pub const fn range(&'static self) -> Option<&'static Range> {
        match &self.takes {
            Takes::Number(range) => Some(range),
            Takes::Path(_) | Takes::Name(_) => None,
        }
    }

    /// The accepted values in words.
    pub(in crate::scenario) fn accepted(&self) -> String {
        match &self.takes {
            Takes::Number(range) => range.accepted(),
            Takes::Path(what) => (*what).into(),
            Takes::Name(names) => listed(names, "or"),
        }
    }

    /// The value converted for storage, or a description of what is accepted: a whole number for integer parameters,
    /// and 0 for numbers too small to divide by.
    pub(in crate::scenario) fn checked(&self, value: &Value) -> Result<Value, String> {
        match &self.takes {
            Takes::Name(names) => match value {
                Value::Word(name) if names.contains(&name.as_str()) => Ok(value.clone()),
                _ => Err(self.accepted()),
            },
            Takes::Path(what) => match value {
                Value::Word(_) => Ok(value.clone()),
                Value::Number(_) | Value::Whole(_) => Err((*what).into()),
            },
            Takes::Number(range) => match value {
                Value::Word(word) if range.words.written().contains(&word.as_str()) => Ok(value.clone()),
                Value::Word(_) => Err(range.accepted()),
                Value::Whole(count) if range.scale.is_integer() && range.accepts(*count as f64) => {
                    Ok(value.clone())
                }
                Value::Number(_) | Value::Whole(_) => {
                    let number =
                        value.number().map(|v| if v.abs() < 1e-100 && range.accepts(0.0) { 0.0 } else { v });
                    match number.filter(|v| range.accepts(*v)) {
                        // Accepted whole numbers are at most 2⁵³.
                        Some(v) if range.scale.is_integer() && v >= 0.0 => Ok(Value::Whole(v as u64)),
                        Some(v) => Ok(Value::Number(v + 0.0)),
                        None => Err(range.accepted()),
                    }
                }
            },
        }
    }
}

/// The list "a, b and c", with the last word before the last name.
pub(in crate::scenario) fn listed(names: &[&str], last_word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} {last_word} {last}", first.join(", ")),
    }
}

/// "a, b or c".
pub(in crate::scenario) fn either(names: &[&str]) -> String {
    listed(names, "or")
}

/// A parameter of `T`: its record and access to its field.
pub(in crate::scenario) struct Field<T: 'static> {
    pub record: Record,
    /// Access to the field; `None` if this variant of `T` does not have it.
    pub place: fn(&mut T) -> Option<&mut dyn Stored>,
}

/// A plain struct or enum with parameters.
pub(in crate::scenario) trait Described: Clone + 'static {
    /// The parameters of all variants, in file order.
    fn fields() -> &'static [Field<Self>];

    /// Visits each parameter of this value, with its field.
    fn each(&mut self, act: &mut dyn FnMut(&'static Record, &mut dyn Stored)) {
        for field in Self::fields() {
            if let Some(stored) = (field.place)(self) {
                act(&field.record, stored);
            }
        }
    }

    /// Each parameter of this value with its setting; `None` if it is left out.
    fn values(&self) -> Vec<(&'static Record, Option<Value>)> {
        let mut all = Vec::new();
        self.clone().each(&mut |record, stored| all.push((record, stored.get())));
        all
    }
}

/// An enum of kinds that are chosen by name, each with parameters.
pub(in crate::scenario) trait Choice: Described {
    /// Every kind with default parameters.
    fn kinds() -> Vec<Self>;

    /// The name in a scenario file.
    fn kind_name(&self) -> &'static str;

    /// The kind with this name, with default parameters.
    fn named(name: &str) -> Option<Self> {
        Self::kinds().into_iter().find(|kind| kind.kind_name() == name)
    }

    /// Copies the values of parameters that `old` has too.
    fn keep_from(&mut self, old: &Self) -> Result<(), TypeMismatch> {
        let mut old = old.clone();
        for field in Self::fields() {
            if let (Some(new), Some(old)) = ((field.place)(self), (field.place)(&mut old)) {
                new.set(old.get().as_ref())?;
            }
        }
        Ok(())
    }
}
