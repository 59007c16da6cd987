//! Axes and their grids: n/p, or any number of a scenario.

use super::Window;
use crate::numbers::sig;
use crate::scenario::parameter::{Kind, Parameter, Value, parameters};
use crate::scenario::{EFFECTIVE_RANK, Model, Scenario, ScenarioError};
use crate::theory::SampleRatio;
use crate::theory::sweep::{self, Spacing};

/// n/p or a number of the scenario, from one end to the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The number's dotted key; `None`: n/p.
    pub key: Option<String>,
    /// As people read it.
    pub label: &'static str,
    /// Left end.
    pub from: f64,
    /// Right end, above `from`.
    pub to: f64,
    /// Spaced evenly in the logarithm.
    pub log: bool,
    /// Only whole numbers.
    pub whole: bool,
    /// Where the scenario is, if that is a number.
    pub now: Option<f64>,
}

/// The word for n/p where an axis is chosen by its key.
pub const RATIO: &str = "n/p";

/// The word for n where an axis is chosen by its key: n/p labelled in samples.
pub const SAMPLES: &str = "n";

/// What is asked of an axis; what is left out is as the slider has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// `None`: n/p.
    pub key: Option<String>,
    /// Left end.
    pub from: Option<f64>,
    /// Right end.
    pub to: Option<f64>,
    /// Spaced evenly in the logarithm.
    pub log: bool,
}

/// Where on the n axis something is taken whose axes are other numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fixed {
    /// At this α = n/p, whatever p is.
    Ratio(f64),
    /// At this n.
    Samples(f64),
}

/// The n/p that is shown where nothing else is said.
pub const WINDOW: Window = Window { from: 0.02, to: 1.6, log: false };

impl From<Window> for Axis {
    fn from(window: Window) -> Self {
        let Window { from, to, log } = window;
        Self { key: None, label: "n/p", from, to, log, whole: false, now: None }
    }
}

impl Axis {
    /// `flag` names the axis in what is said of it; `numbers` are those it can be of.
    ///
    /// # Errors
    /// One sentence naming the flag and what would be accepted.
    pub fn new(flag: &str, numbers: &[Parameter], asked: &Asked) -> Result<Self, ScenarioError> {
        let number = asked.key.as_ref().map(|key| {
            numbers.iter().find(|p| p.key == *key).ok_or_else(|| {
                let mut known = vec!["n/p"];
                for p in numbers {
                    if !known.contains(&p.key.as_str()) {
                        known.push(&p.key);
                    }
                }
                ScenarioError::new(format!(
                    "{flag} {key} is no axis of this scenario; accepted are {}",
                    known.join(", ")
                ))
            })
        });
        let own = match number.transpose()? {
            None => Self { log: asked.log, ..WINDOW.into() },
            Some(number) => Self::of(number)
                .ok_or_else(|| ScenarioError::new(format!("{flag} {} is not a number", number.key)))?,
        };
        let (from, to) = (asked.from.unwrap_or(own.from), asked.to.unwrap_or(own.to));
        // Without being asked, only a range that a logarithm can show.
        let log = asked.log || (own.log && from > 0.0);
        if !(from.is_finite() && to.is_finite() && to > from) {
            return Err(ScenarioError::new(format!(
                "the axis of {flag} goes --from {from} --to {to}; accepted are finite ends, the first below the \
                 second"
            )));
        }
        if from <= 0.0 && (log || own.key.is_none()) {
            return Err(ScenarioError::new(format!(
                "the axis of {flag} goes --from {from}; n/p and logarithms begin above 0"
            )));
        }
        Ok(Self { from, to, log, ..own })
    }

    /// The whole slider of a number; `None` for words.
    #[must_use]
    pub fn of(parameter: &Parameter) -> Option<Self> {
        let Kind::Number { min, max, scale, .. } = parameter.kind else { return None };
        Some(Self {
            key: Some(parameter.key.clone()),
            label: parameter.label,
            from: min,
            to: max,
            log: scale.is_log(),
            whole: scale.is_integer(),
            now: match parameter.value {
                Value::Number(now) => Some(now),
                Value::Word(_) => None,
            },
        })
    }

    /// Widens the slider's range to a value beyond it, as far as its ends were not asked for: to the next of 1, 2 and 5
    /// in any decade past twice or half of it.
    pub fn show(&mut self, value: f64, asked: &Asked) {
        let round = |v: f64, up: bool| {
            let decade = 10_f64.powf(v.log10().floor());
            let mut all = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade);
            if !up {
                all.reverse();
            }
            // As printed: 3 times 0.1 is 0.3.
            let found = all.into_iter().find(|r| if up { *r >= v } else { *r <= v }).unwrap_or(v);
            format!("{found:.0e}").parse().unwrap_or(found)
        };
        if !(value > 0.0 && value.is_finite()) {
            return;
        }
        if asked.to.is_none() && value > 0.8 * self.to {
            self.to = round(2.0 * value, true);
        }
        if asked.from.is_none() && value < self.from {
            self.from = round(0.5 * value, false);
        }
    }

    /// Where n stands for an axis through here: at this n/p, along p itself at as many samples as that is now.
    #[must_use]
    pub fn fixed(&self, ratio: f64) -> Fixed {
        match (self.key.as_deref(), self.now) {
            (Some("dimension"), Some(now)) => Fixed::Samples((ratio * now).round().max(1.0)),
            _ => Fixed::Ratio(ratio),
        }
    }

    /// As JSON and tables call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.as_deref().unwrap_or("sample_ratio")
    }

    /// The value at a share of the way from one to another, in the axis' spacing; whole where only these are taken.
    #[must_use]
    pub fn between(&self, left: f64, right: f64, share: f64) -> f64 {
        let value = if self.log && left > 0.0 {
            left * (share * (right / left).ln()).exp()
        } else {
            left + share * (right - left)
        };
        if self.whole { value.round() } else { value }
    }

    /// A value near this one that is short to read and no coarser than a thousandth of the axis.
    #[must_use]
    pub fn rounded(&self, value: f64) -> f64 {
        let near = if self.whole {
            value.round()
        } else if self.log {
            format!("{value:.2e}").parse().unwrap_or(value)
        } else {
            let step = 10_f64.powf(((self.to - self.from) / 1000.0).log10().floor());
            // As printed: 3 times 0.1 is 0.3.
            format!("{:.12e}", (value / step).round() * step).parse().unwrap_or(value) + 0.0
        };
        near.clamp(self.from, self.to)
    }

    /// A value of it as people read it.
    #[must_use]
    pub fn written(&self, value: f64) -> String {
        if self.whole || value == 0.0 { format!("{value:.0}") } else { sig(value, 3) }
    }

    /// `count` values, both ends included, increasing; fewer where only whole numbers are taken.
    #[must_use]
    pub fn values(&self, count: usize) -> Vec<f64> {
        let steps = count.saturating_sub(1).max(1) as f64;
        let at = |i: usize| {
            let t = i as f64 / steps;
            let value = if self.log {
                self.from * (t * (self.to / self.from).ln()).exp()
            } else {
                self.from + t * (self.to - self.from)
            };
            match i {
                0 => self.from,
                _ if i + 1 == count => self.to,
                _ => value.clamp(self.from, self.to),
            }
        };
        let mut values: Vec<f64> = (0..count).map(at).collect();
        if self.whole {
            values.iter_mut().for_each(|v| *v = v.round());
            values.dedup();
        }
        values
    }

    /// The same as sample ratios, and closer together around `peaks`.
    ///
    /// # Errors
    /// Where a value is not a sample ratio.
    pub fn ratios(&self, count: usize, peaks: &[f64]) -> Result<Vec<SampleRatio>, ScenarioError> {
        let spacing = if self.log { Spacing::Log } else { Spacing::Linear };
        let grid = sweep::grid(self.from, self.to, count, spacing)?;
        Ok(if peaks.is_empty() { grid } else { sweep::around_poles(&grid, peaks) })
    }
}

impl Fixed {
    /// # Errors
    /// Where it is not a sample ratio.
    pub fn ratio(self, dimension: usize) -> Result<SampleRatio, ScenarioError> {
        Ok(match self {
            Self::Ratio(ratio) => SampleRatio::new(ratio)?,
            Self::Samples(n) => SampleRatio::new(n / dimension as f64)?,
        })
    }
}

/// The numbers of a scenario that can be varied.
#[must_use]
pub fn numbers(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = parameters(scenario);
    all.retain(|p| matches!(p.kind, Kind::Number { .. }));
    all.extend(scenario.rank_parameter());
    all
}

/// Their keys, which cost nothing.
#[must_use]
pub fn keys(scenario: &Scenario) -> Vec<String> {
    let own = parameters(scenario).into_iter().filter(|p| matches!(p.kind, Kind::Number { .. }));
    let mut keys: Vec<String> = own.map(|p| p.key).collect();
    keys.extend(scenario.solved_for_rank().map(|_| EFFECTIVE_RANK.to_owned()));
    // A key that stands twice in the panel is one number.
    let mut known = Vec::new();
    keys.retain(|key| {
        !known.contains(key) && {
            known.push(key.clone());
            true
        }
    });
    keys
}

/// The number of that key, if the scenario has it.
#[must_use]
pub fn number(scenario: &Scenario, key: &str) -> Option<Parameter> {
    if key == EFFECTIVE_RANK {
        return scenario.rank_parameter();
    }
    parameters(scenario).into_iter().find(|p| p.key == key && matches!(p.kind, Kind::Number { .. }))
}

/// Those that the optimum's regimes depend on: of the covariates, the task, noise and signal.
#[must_use]
pub fn of_the_optimum(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = own_of_the_optimum(scenario);
    all.extend(scenario.rank_parameter());
    all
}

/// Their keys, which cost nothing.
#[must_use]
pub fn keys_of_the_optimum(scenario: &Scenario) -> Vec<String> {
    let own = own_of_the_optimum(scenario).into_iter().map(|p| p.key);
    own.chain(scenario.solved_for_rank().map(|_| EFFECTIVE_RANK.to_owned())).collect()
}

fn own_of_the_optimum(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = parameters(scenario);
    all.retain(|p| {
        let number = matches!(&p.kind, Kind::Number { scale, .. } if !scale.is_integer());
        let of_population = p.key.starts_with("task.") || p.key.starts_with("covariates.");
        number && (of_population || matches!(p.key.as_str(), "noise" | "signal"))
    });
    all
}

/// The key of the number of the scenario that a key sets: what is solved for the effective rank, else itself.
#[must_use]
pub fn number_behind(scenario: &Scenario, key: &str) -> String {
    let solved = if key == EFFECTIVE_RANK { scenario.solved_for_rank() } else { None };
    solved.unwrap_or_else(|| key.to_owned())
}

/// The model with two numbers changed: the effective rank is solved for after the other, which it depends on.
///
/// # Errors
/// As [`varied`].
pub(super) fn varied_both(
    model: &Model,
    (first, second): ((&str, f64), (&str, f64)),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Model, ScenarioError> {
    let (before, after) = if first.0 == EFFECTIVE_RANK { (second, first) } else { (first, second) };
    varied(&varied(model, before.0, before.1, stop)?, after.0, after.1, stop)
}

/// The model with one number changed; as it is where it does not have it.
///
/// # Errors
/// What is wrong with the value; [`ScenarioError::Interrupted`] once `stop` says so.
pub(super) fn varied(
    model: &Model,
    key: &str,
    value: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Model, ScenarioError> {
    let mut scenario = model.scenario().clone();
    if key == EFFECTIVE_RANK || parameters(&scenario).iter().any(|p| p.key == key) {
        scenario.set(key, &format!("{value:?}"))?;
    } else {
        return Ok(model.clone());
    }
    Model::new(&scenario, Some(model), stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(key: &str) -> Asked {
        Asked { key: Some(key.into()), ..Asked::default() }
    }

    #[test]
    fn an_axis_is_the_slider_unless_it_is_told_otherwise() {
        let scenario = Scenario::default();
        let all = numbers(&scenario);
        let axis = |asked: Asked| Axis::new("--x", &all, &asked);
        let ratio = axis(Asked { log: true, ..Asked::default() }).unwrap();
        assert_eq!((ratio.name(), ratio.from, ratio.to, ratio.log), ("sample_ratio", 0.02, 1.6, true));
        assert_eq!(ratio.values(5)[4], 1.6);
        let noise = axis(asked("noise")).unwrap();
        assert!(noise.log && noise.now == Some(0.1) && noise.values(7).is_sorted(), "{noise:?}");
        // A range that begins at 0 cannot be logarithmic, and is only said to be wrong where that was asked for.
        let from_zero = Asked { from: Some(0.0), to: Some(1.0), ..asked("noise") };
        assert!(!axis(from_zero.clone()).unwrap().log);
        assert!(axis(Asked { log: true, ..from_zero }).unwrap_err().to_string().contains("above 0"));
        let whole = axis(Asked { from: Some(10.0), to: Some(13.0), ..asked("dimension") }).unwrap();
        assert_eq!(whole.values(9), [10.0, 11.0, 12.0, 13.0]);
        for wrong in [asked("colour"), Asked { from: Some(2.0), to: Some(1.0), ..Asked::default() }] {
            assert!(axis(wrong).unwrap_err().to_string().contains("accepted are"));
        }
    }

    #[test]
    fn the_grid_over_ratios_has_the_values_of_any_grid() {
        for log in [false, true] {
            let axis = Axis::from(Window { from: 0.03, to: 2.0, log });
            let ratios: Vec<f64> = axis.ratios(57, &[]).unwrap().into_iter().map(SampleRatio::get).collect();
            assert_eq!(ratios, axis.values(57));
            let closer = axis.ratios(57, &[1.0]).unwrap();
            assert!(closer.len() > 70 && closer.is_sorted());
        }
    }
}
