//! A preset: a scenario that shows a phenomenon or reproduces a paper's value.

use crate::scenario::description::{Alignment, Family, Scenario, Task};

/// The group of a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Phenomena,
    Papers,
}

impl Group {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phenomena => "phenomena",
            Self::Papers => "papers",
        }
    }
}

/// The quantity of which a paper gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    Risk,
    /// R − σ².
    Excess,
    /// The best λ.
    Ridge,
    /// The sample ratio of the pole.
    Pole,
    /// How many poles and near-divergences there are.
    Peaks,
    /// The sample ratio at which the optimum changes its regime.
    Transition,
}

impl Quantity {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Excess => "excess",
            Self::Ridge => "ridge",
            Self::Pole => "pole",
            Self::Peaks => "peaks",
            Self::Transition => "transition",
        }
    }
}

/// A value that a scenario reproduces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The sample ratio.
    pub at: f64,
    pub quantity: Quantity,
    pub value: f64,
    /// Relative: digits of the paper, or its approximation.
    pub tolerance: f64,
}

/// The first x axis of a preset: a parameter, or a range of n/p.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Over {
    pub key: &'static str,
    pub from: f64,
    pub to: f64,
    /// Spaced evenly in the logarithm.
    pub log: bool,
}

/// A scenario that shows a phenomenon.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// The name that `--preset` takes.
    pub name: &'static str,
    pub title: &'static str,
    pub group: Group,
    /// The paper.
    pub reference: Option<&'static str>,
    /// The phenomenon it shows, in one line.
    pub look: &'static str,
    /// The sample ratio to look at first.
    pub at: f64,
    /// Its first x axis, where that is not the default.
    pub over: Option<Over>,
    /// The value of the paper that it reproduces.
    pub value: Option<Value>,
    pub(in crate::scenario) build: fn() -> Scenario,
}

impl Preset {
    /// The preset with its paper and a value from it.
    pub(in crate::scenario) const fn of_paper(mut self, reference: &'static str, value: Value) -> Self {
        self.reference = Some(reference);
        self.value = Some(value);
        self
    }

    /// The preset with another first x axis.
    pub(in crate::scenario) const fn over(mut self, over: Over) -> Self {
        self.over = Some(over);
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        Scenario { name: self.title.into(), ..(self.build)() }
    }
}

/// A task of a family, lying as described.
pub(in crate::scenario) const fn task(family: Family, alignment: Alignment) -> Task {
    Task { family, alignment }
}

/// A preset of a paper.
pub(super) const fn paper(
    (name, title): (&'static str, &'static str),
    reference: &'static str,
    look: &'static str,
    value: Value,
    build: fn() -> Scenario,
) -> Preset {
    Preset {
        over: None,
        name,
        title,
        group: Group::Papers,
        reference: Some(reference),
        look,
        at: value.at,
        value: Some(value),
        build,
    }
}

/// A value of a paper.
pub(super) const fn value(at: f64, quantity: Quantity, value: f64, tolerance: f64) -> Value {
    Value { at, quantity, value, tolerance }
}
