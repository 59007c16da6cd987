//! The type of presets: a scenario that shows a phenomenon or reproduces a value of a paper.

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

/// The quantity for which a paper gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    Risk,
    /// Excess risk R − σ².
    Excess,
    /// The best ridge λ.
    Ridge,
    /// The sample ratio of the pole.
    Pole,
    /// Number of poles and near-divergences.
    Peaks,
    /// The sample ratio at which the regime of the optimum changes.
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

/// A value of a paper that the scenario reproduces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The sample ratio.
    pub at: f64,
    pub quantity: Quantity,
    pub value: f64,
    /// Relative tolerance: digits of the paper, or the error of its approximation.
    pub tolerance: f64,
}

/// The initial x axis of a preset: a parameter, or a range of n/p.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InitialAxis {
    pub key: &'static str,
    pub from: f64,
    pub to: f64,
    /// Whether values are spaced evenly in the logarithm.
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
    /// The initial crosshair position, as a sample ratio.
    pub at: f64,
    /// The initial x axis, if it differs from the default.
    pub over: Option<InitialAxis>,
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
    pub(in crate::scenario) const fn over(mut self, over: InitialAxis) -> Self {
        self.over = Some(over);
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        Scenario { name: self.title.into(), ..(self.build)() }
    }
}

/// A task with this family and alignment.
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
