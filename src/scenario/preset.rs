//! What a preset is: a scenario that shows a phenomenon or reproduces a paper's value.

use super::description::{Alignment, Family, Scenario, Task};

/// What a preset belongs to.
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

/// Of what a paper gives a value.
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

/// What a picture is over at first: a number, or n/p from other ends.
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
    /// As `--preset` takes it.
    pub name: &'static str,
    pub title: &'static str,
    pub group: Group,
    /// The paper.
    pub reference: Option<&'static str>,
    /// What to look for, in one line.
    pub look: &'static str,
    /// The sample ratio to look at first.
    pub at: f64,
    /// What it is looked at over.
    pub over: Option<Over>,
    /// What of the paper is reproduced.
    pub value: Option<Value>,
    pub(super) build: fn() -> Scenario,
}

impl Preset {
    /// The same, with the paper it is from and a value of it.
    pub(super) const fn of_paper(mut self, reference: &'static str, value: Value) -> Self {
        self.reference = Some(reference);
        self.value = Some(value);
        self
    }

    /// The same, looked at over a number.
    pub(super) const fn over(mut self, over: Over) -> Self {
        self.over = Some(over);
        self
    }

    /// What it describes.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        Scenario { name: self.title.into(), ..(self.build)() }
    }
}

/// A task of a family, lying as described.
pub(super) const fn task(family: Family, alignment: Alignment) -> Task {
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
