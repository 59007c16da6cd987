//! Field types of parameters: how each is read and set as a [`Value`].

use std::path::PathBuf;

use crate::scenario::schema::Value;
use crate::theory::transfer::{Fits, Nonlinearity, SourceWeight};
use crate::theory::{Ridge, RidgeChoice};

/// A value that a field's type cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) struct TypeMismatch;

/// The type of a parameter's field.
pub(in crate::scenario) trait Stored {
    /// The value; `None` if the parameter is left out.
    fn get(&self) -> Option<Value>;

    /// Stores a checked value; `None` leaves the parameter out.
    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch>;
}

impl Stored for f64 {
    fn get(&self) -> Option<Value> {
        Some(Value::Number(*self))
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        *self = value.and_then(Value::number).ok_or(TypeMismatch)?;
        Ok(())
    }
}

impl Stored for u64 {
    fn get(&self) -> Option<Value> {
        Some(Value::Whole(*self))
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let Some(Value::Whole(count)) = value else { return Err(TypeMismatch) };
        *self = *count;
        Ok(())
    }
}

impl Stored for usize {
    fn get(&self) -> Option<Value> {
        Some(Value::Whole(*self as u64))
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let Some(Value::Whole(count)) = value else { return Err(TypeMismatch) };
        *self = Self::try_from(*count).map_err(|_| TypeMismatch)?;
        Ok(())
    }
}

impl<T: Stored + Default> Stored for Option<T> {
    fn get(&self) -> Option<Value> {
        self.as_ref().and_then(Stored::get)
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let Some(value) = value else {
            *self = None;
            return Ok(());
        };
        let mut stored = T::default();
        stored.set(Some(value))?;
        *self = Some(stored);
        Ok(())
    }
}

impl Stored for PathBuf {
    fn get(&self) -> Option<Value> {
        Some(Value::Word(self.to_string_lossy().into_owned()))
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let Some(Value::Word(path)) = value else { return Err(TypeMismatch) };
        *self = path.into();
        Ok(())
    }
}

impl Stored for Nonlinearity {
    fn get(&self) -> Option<Value> {
        Some(self.name().into())
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let Some(Value::Word(name)) = value else { return Err(TypeMismatch) };
        *self = Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(TypeMismatch)?;
        Ok(())
    }
}

impl Stored for SourceWeight {
    fn get(&self) -> Option<Value> {
        Some(match self {
            Self::Fixed(weight) => Value::Number(*weight),
            Self::Best => "best".into(),
        })
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        *self = match value {
            Some(Value::Word(word)) if word == "best" => Self::Best,
            Some(number) => Self::Fixed(number.number().ok_or(TypeMismatch)?),
            None => return Err(TypeMismatch),
        };
        Ok(())
    }
}

impl Stored for Fits {
    fn get(&self) -> Option<Value> {
        Some(match self {
            Self::Count(count) => Value::Whole(u64::from(*count)),
            Self::Infinite => "infinite".into(),
        })
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        *self = match value {
            Some(Value::Word(word)) if word == "infinite" => Self::Infinite,
            Some(Value::Whole(count)) => Self::Count(u32::try_from(*count).map_err(|_| TypeMismatch)?),
            _ => return Err(TypeMismatch),
        };
        Ok(())
    }
}

impl Stored for RidgeChoice {
    fn get(&self) -> Option<Value> {
        Some(self.fixed().map_or_else(|| Value::Word(self.to_string()), Value::Number))
    }

    fn set(&mut self, value: Option<&Value>) -> Result<(), TypeMismatch> {
        let words = [Self::Optimal, Self::OptimalNonNegative];
        *self = match value {
            Some(Value::Word(word)) => {
                words.into_iter().find(|w| w.to_string() == *word).ok_or(TypeMismatch)?
            }
            Some(number) => {
                let number = number.number().ok_or(TypeMismatch)?;
                Self::Fixed(Ridge::new(number).map_err(|_| TypeMismatch)?)
            }
            None => return Err(TypeMismatch),
        };
        Ok(())
    }
}
