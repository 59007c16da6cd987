//! Axes and their grids: n/p, or any number of a scenario.

mod parameters;
mod varied;

use crate::numbers::sig;
use crate::scenario::ScenarioError;
use crate::scenario::parameter::{Kind, Parameter};
use crate::theory::SampleRatio;
use crate::theory::sweep::{self, Spacing};

pub use parameters::{
    is_of_the_fit, keys, keys_of_the_plane, number, number_behind, numbers, of_the_optimum, of_the_plane,
};
pub(in crate::study) use varied::{varied, varied_both};

/// The quantity along an axis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Variable {
    /// The sample ratio n/p.
    #[default]
    SampleRatio,
    /// The parameter of the scenario with this dotted key.
    Parameter(String),
}

impl Variable {
    /// The dotted key of a parameter; `None` for n/p.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::SampleRatio => None,
            Self::Parameter(key) => Some(key),
        }
    }
}

impl From<Option<String>> for Variable {
    fn from(key: Option<String>) -> Self {
        key.map_or(Self::SampleRatio, Self::Parameter)
    }
}

/// A range of n/p.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Left end.
    pub from: f64,
    /// Right end, above `from`.
    pub to: f64,
    /// Logarithmic spacing.
    pub log: bool,
}

/// A range of n/p or of a parameter of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The quantity along it.
    pub variable: Variable,
    /// Label for the reader.
    pub label: &'static str,
    /// Left end.
    pub from: f64,
    /// Right end, above `from`.
    pub to: f64,
    /// Logarithmic spacing.
    pub log: bool,
    /// Takes whole numbers only.
    pub whole: bool,
    /// The scenario's present value, if it is a number.
    pub now: Option<f64>,
}

/// The name of n/p where an axis is chosen by key.
pub const RATIO: &str = "n/p";

/// The name of n where an axis is chosen by key: n/p labelled in samples.
pub const SAMPLES: &str = "n";

/// An axis as requested. Ends that are not given are those of the parameter's slider.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AxisRequest {
    /// The quantity along it.
    pub variable: Variable,
    /// Left end.
    pub from: Option<f64>,
    /// Right end.
    pub to: Option<f64>,
    /// Logarithmic spacing.
    pub log: bool,
}

/// The sample size at which other quantities are varied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SampleSize {
    /// A fixed α = n/p, whatever p is.
    Ratio(f64),
    /// A fixed n, whatever p is.
    Count(f64),
}

/// The default range of n/p.
pub const WINDOW: Window = Window { from: 0.02, to: 1.6, log: false };

impl From<Window> for Axis {
    fn from(window: Window) -> Self {
        let Window { from, to, log } = window;
        Self { variable: Variable::SampleRatio, label: "n/p", from, to, log, whole: false, now: None }
    }
}

impl Axis {
    /// An axis over n/p or one of `numbers`. Errors name it by `flag`.
    ///
    /// # Errors
    /// One sentence naming the flag and what is accepted.
    pub fn new(flag: &str, numbers: &[Parameter], request: &AxisRequest) -> Result<Self, ScenarioError> {
        let number = request.variable.key().map(|key| {
            numbers.iter().find(|p| p.key == key).ok_or_else(|| {
                let mut known = vec!["n/p"];
                for p in numbers {
                    if !known.contains(&p.key.as_str()) {
                        known.push(&p.key);
                    }
                }
                ScenarioError::new(format!(
                    "{flag} {key} is not an axis of this scenario; accepted are {}",
                    known.join(", ")
                ))
            })
        });
        let default = match number.transpose()? {
            None => Self { log: request.log, ..WINDOW.into() },
            Some(number) => Self::of(number)
                .ok_or_else(|| ScenarioError::new(format!("{flag} {} is not a number", number.key)))?,
        };
        let (from, to) = (request.from.unwrap_or(default.from), request.to.unwrap_or(default.to));
        // A logarithmic slider stays logarithmic only over a positive range.
        let log = request.log || (default.log && from > 0.0);
        if !(from.is_finite() && to.is_finite() && to > from) {
            return Err(ScenarioError::new(format!(
                "the axis of {flag} is --from {from} --to {to}; accepted are finite ends, the first below the \
                 second"
            )));
        }
        if from <= 0.0 && (log || default.variable == Variable::SampleRatio) {
            return Err(ScenarioError::new(format!(
                "the axis of {flag} starts at --from {from}; n/p and logarithms begin above 0"
            )));
        }
        Ok(Self { from, to, log, ..default })
    }

    /// The whole slider of a parameter; `None` where its value is a word.
    #[must_use]
    pub fn of(parameter: &Parameter) -> Option<Self> {
        let Kind::Number { min, max, scale, .. } = parameter.kind else { return None };
        Some(Self {
            variable: Variable::Parameter(parameter.key.clone()),
            label: parameter.label,
            from: min,
            to: max,
            log: scale.is_log(),
            whole: scale.is_integer(),
            now: parameter.value.number(),
        })
    }

    /// Widens the range to include `value`, unless the end on that side was requested: to the next of 1, 2 and 5 times a
    /// power of ten beyond twice or half the value.
    pub fn extend_to(&mut self, value: f64, request: &AxisRequest) {
        let round = |v: f64, up: bool| {
            let decade = 10_f64.powf(v.log10().floor());
            let mut all = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade);
            if !up {
                all.reverse();
            }
            // Compared as printed: 3 times 0.1 is 0.3.
            let found = all.into_iter().find(|r| if up { *r >= v } else { *r <= v }).unwrap_or(v);
            format!("{found:.0e}").parse().unwrap_or(found)
        };
        if !(value > 0.0 && value.is_finite()) {
            return;
        }
        if request.to.is_none() && value > 0.8 * self.to {
            self.to = round(2.0 * value, true);
        }
        if request.from.is_none() && value < self.from {
            self.from = round(0.5 * value, false);
        }
    }

    /// The sample size held fixed along this axis when the scenario is at n/p = `ratio`: n itself along p, else n/p.
    #[must_use]
    pub fn sample_size(&self, ratio: f64) -> SampleSize {
        match (self.variable.key(), self.now) {
            (Some("dimension"), Some(now)) => SampleSize::Count((ratio * now).round().max(1.0)),
            _ => SampleSize::Ratio(ratio),
        }
    }

    /// Name in JSON and in tables.
    #[must_use]
    pub fn name(&self) -> &str {
        self.variable.key().unwrap_or("sample_ratio")
    }

    /// The value at `share` of the way from `left` to `right` in the axis' spacing, rounded where it takes whole numbers
    /// only.
    #[must_use]
    pub fn interpolate(&self, left: f64, right: f64, share: f64) -> f64 {
        let value = if self.log && left > 0.0 {
            left * (share * (right / left).ln()).exp()
        } else {
            left + share * (right - left)
        };
        if self.whole { value.round() } else { value }
    }

    /// The nearest value with few digits, at most a thousandth of the axis away.
    #[must_use]
    pub fn rounded(&self, value: f64) -> f64 {
        let near = if self.whole {
            value.round()
        } else if self.log {
            format!("{value:.2e}").parse().unwrap_or(value)
        } else {
            let step = 10_f64.powf(((self.to - self.from) / 1000.0).log10().floor());
            // Rounded as printed: 3 times 0.1 is 0.3.
            format!("{:.12e}", (value / step).round() * step).parse().unwrap_or(value) + 0.0
        };
        near.clamp(self.from, self.to)
    }

    /// Formats a value for the reader.
    #[must_use]
    pub fn format(&self, value: f64) -> String {
        if self.whole || value == 0.0 { format!("{value:.0}") } else { sig(value, 3) }
    }

    /// `count` increasing values, both ends included; fewer where the axis takes whole numbers only.
    #[must_use]
    pub fn values(&self, count: usize) -> Vec<f64> {
        let mut values = self.grid(count);
        if self.whole {
            values.dedup();
        }
        values
    }

    /// `count` values evenly spaced along the axis, both ends included; whole numbers are rounded, and may repeat.
    #[must_use]
    pub fn grid(&self, count: usize) -> Vec<f64> {
        let steps = count.saturating_sub(1).max(1) as f64;
        let at = |i: usize| {
            let t = i as f64 / steps;
            let value = if self.log {
                self.from * (t * (self.to / self.from).ln()).exp()
            } else {
                self.from + t * (self.to - self.from)
            };
            let value = match i {
                0 => self.from,
                _ if i + 1 == count => self.to,
                _ => value.clamp(self.from, self.to),
            };
            if self.whole { value.round() } else { value }
        };
        (0..count).map(at).collect()
    }

    /// `count` sample ratios, with extra ones around `peaks`.
    ///
    /// # Errors
    /// A value that is not a sample ratio.
    pub fn ratios(&self, count: usize, peaks: &[f64]) -> Result<Vec<SampleRatio>, ScenarioError> {
        let spacing = if self.log { Spacing::Log } else { Spacing::Linear };
        let grid = sweep::grid(self.from, self.to, count, spacing)?;
        Ok(if peaks.is_empty() { grid } else { sweep::around_poles(&grid, peaks) })
    }
}

impl SampleSize {
    /// n/p at p = `dimension`.
    ///
    /// # Errors
    /// A value that is not a sample ratio.
    pub fn ratio(self, dimension: usize) -> Result<SampleRatio, ScenarioError> {
        Ok(match self {
            Self::Ratio(ratio) => SampleRatio::new(ratio)?,
            Self::Count(n) => SampleRatio::new(n / dimension as f64)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn over(key: &str) -> AxisRequest {
        AxisRequest { variable: Variable::Parameter(key.into()), ..AxisRequest::default() }
    }

    #[test]
    fn an_axis_defaults_to_the_slider_range() {
        let scenario = Scenario::default();
        let all = numbers(&scenario);
        let axis = |request: AxisRequest| Axis::new("--x", &all, &request);
        let ratio = axis(AxisRequest { log: true, ..AxisRequest::default() }).unwrap();
        assert_eq!((ratio.name(), ratio.from, ratio.to, ratio.log), ("sample_ratio", 0.02, 1.6, true));
        assert_eq!(ratio.values(5)[4], 1.6);
        let noise = axis(over("noise")).unwrap();
        assert!(noise.log && noise.now == Some(0.1) && noise.values(7).is_sorted(), "{noise:?}");
        // A range that begins at 0 cannot be logarithmic; that is an error only where a logarithmic axis is requested.
        let from_zero = AxisRequest { from: Some(0.0), to: Some(1.0), ..over("noise") };
        assert!(!axis(from_zero.clone()).unwrap().log);
        assert!(axis(AxisRequest { log: true, ..from_zero }).unwrap_err().to_string().contains("above 0"));
        let whole = axis(AxisRequest { from: Some(10.0), to: Some(13.0), ..over("dimension") }).unwrap();
        assert_eq!(whole.values(9), [10.0, 11.0, 12.0, 13.0]);
        for wrong in
            [over("colour"), AxisRequest { from: Some(2.0), to: Some(1.0), ..AxisRequest::default() }]
        {
            assert!(axis(wrong).unwrap_err().to_string().contains("accepted are"));
        }
    }

    /// Along p the number of samples is fixed, along any other parameter n/p.
    #[test]
    fn the_sample_size_along_an_axis() {
        let all = numbers(&Scenario { dimension: 400, ..Scenario::default() });
        let along = |key: &str| Axis::new("--x", &all, &over(key)).unwrap().sample_size(0.25);
        assert_eq!((along("dimension"), along("noise")), (SampleSize::Count(100.0), SampleSize::Ratio(0.25)));
        assert_eq!(along("dimension").ratio(50).unwrap().get(), 2.0);
    }

    #[test]
    fn the_ratio_grid_equals_a_parameter_grid() {
        for log in [false, true] {
            let axis = Axis::from(Window { from: 0.03, to: 2.0, log });
            let ratios: Vec<f64> = axis.ratios(57, &[]).unwrap().into_iter().map(SampleRatio::get).collect();
            assert_eq!(ratios, axis.values(57));
            let closer = axis.ratios(57, &[1.0]).unwrap();
            assert!(closer.len() > 70 && closer.is_sorted());
        }
    }
}
