//! The scenario's parameters as a panel shows them: only those that apply, each with its slider and one line of help.
//! [`Scenario::set`] with [`Parameter::key`] changes them.

use std::fmt;

use super::description::{Alignment, Family, RidgeSetting, Scenario, Setting};
use super::number::{self, Number, plain};

pub use super::number::Scale;

/// The panel's sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Covariates,
    Task,
    Featurization,
    Downstream,
    View,
}

impl Group {
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Covariates => "covariates",
            Self::Task => "task",
            Self::Featurization => "featurization",
            Self::Downstream => "downstream",
            Self::View => "view",
        }
    }
}

/// One line of the panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The dotted key.
    pub key: String,
    pub label: &'static str,
    pub group: Group,
    pub kind: Kind,
    pub value: Value,
    pub default: Value,
    /// One line of help, with the section of the theory.
    pub about: &'static str,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number on a slider. `step` is in decades where the scale is logarithmic; with `zero` a logarithmic slider has
    /// 0 left of its minimum. `words` are accepted instead of a number.
    Number {
        min: f64,
        max: f64,
        scale: Scale,
        step: f64,
        zero: bool,
        words: &'static [&'static str],
    },
    Choice {
        options: Vec<String>,
    },
    Text,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Word(String),
}

impl fmt::Display for Value {
    /// As [`Scenario::set`] takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(v) => f.write_str(&plain(*v)),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Steps a logarithmic slider stops at: ten preferred numbers a decade.
const PREFERRED: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0];

impl Parameter {
    /// The value that many steps further, within the slider: text for [`Scenario::set`]. Coarse steps are ten. Words
    /// step to the default number, choices go round. `None` where nothing changes.
    #[must_use]
    pub fn stepped(&self, steps: i32) -> Option<String> {
        let next = match &self.kind {
            Kind::Text => return None,
            Kind::Choice { options } => {
                let count = i32::try_from(options.len()).ok().filter(|&n| n > 0)?;
                let now = options.iter().position(|o| *o == self.value.to_string());
                let now = now.and_then(|i| i32::try_from(i).ok()).unwrap_or(0);
                let next = usize::try_from((now + steps.signum()).rem_euclid(count)).ok()?;
                Value::Word(options.get(next)?.clone())
            }
            Kind::Number { min, max, scale, step, zero, words } => {
                // Words lie left of the slider's start, in their order.
                let start = if *zero { 0.0 } else { *min };
                let word = |i: usize| words.get(i).map(|w| Value::Word((*w).into()));
                match &self.value {
                    Value::Number(now) if steps < 0 && *now <= start && *now >= 0.0 && !words.is_empty() => {
                        word(words.len() - 1)?
                    }
                    Value::Number(now) => {
                        Value::Number(stepped(*now, steps, (*min, *max), *scale, *step, *zero))
                    }
                    Value::Word(now) => {
                        let at = words.iter().position(|w| w == now).unwrap_or(0);
                        match (steps > 0, word(at + 1), &self.default) {
                            (false, ..) => word(at.checked_sub(1)?)?,
                            (true, Some(next), _) => next,
                            (true, None, Value::Number(default)) if !zero => Value::Number(*default),
                            (true, None, _) => Value::Number(start),
                        }
                    }
                }
            }
        };
        (next != self.value).then(|| next.to_string())
    }

    /// The value at a place of the slider from 0 to 1: text for [`Scenario::set`]. `None` for words and choices.
    #[must_use]
    pub fn at(&self, share: f64) -> Option<String> {
        let Kind::Number { min, max, scale, zero, .. } = &self.kind else { return None };
        Some(match share.clamp(0.0, 1.0) {
            // Where the knob of 0 stands.
            0.0 if *zero => plain(0.0),
            share if scale.is_log() => self.rounded((min.ln() + (max.ln() - min.ln()) * share).exp()),
            share => self.rounded(min + (max - min) * share),
        })
    }

    /// A value near this one that is short to read: three digits, a whole number or a step of the slider.
    #[must_use]
    pub fn rounded(&self, value: f64) -> String {
        let Kind::Number { min, max, scale, step, .. } = &self.kind else { return plain(value) };
        let near = match scale {
            s if s.is_integer() => value.round(),
            s if s.is_log() => format!("{value:.2e}").parse().unwrap_or(value),
            // 0.1 + 0.2 is shown as 0.3.
            _ => (((value / step).round() * step) * 1e9).round() / 1e9 + 0.0,
        };
        plain(near.clamp(*min, *max))
    }

    /// Where the slider's knob is, from 0 to 1; `None` for words and choices.
    #[must_use]
    pub fn position(&self) -> Option<f64> {
        let (Kind::Number { min, max, scale, .. }, Value::Number(value)) = (&self.kind, &self.value) else {
            return None;
        };
        let at = |v: f64| if scale.is_log() { v.max(f64::MIN_POSITIVE).ln() } else { v };
        let share = (at(*value) - at(*min)) / (at(*max) - at(*min));
        Some(if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 })
    }
}

fn stepped(now: f64, steps: i32, (min, max): (f64, f64), scale: Scale, step: f64, zero: bool) -> f64 {
    let moved = f64::from(steps) * step;
    if !scale.is_log() {
        let next = ((now + moved) / step).round() * step;
        // 0.1 + 0.2 is shown as 0.3.
        return ((next * 1e9).round() / 1e9).clamp(min, max) + 0.0;
    }
    if zero && now < min {
        return if steps > 0 { min } else { 0.0 };
    }
    let index = |v: f64| {
        let (decade, mantissa) = (v.log10().floor(), v / 10_f64.powf(v.log10().floor()));
        let near = PREFERRED.iter().rposition(|m| *m <= mantissa * 1.000_001).unwrap_or(0);
        decade * 10.0 + near as f64
    };
    let at = |index: f64| {
        let mantissa = PREFERRED.get(index.rem_euclid(10.0) as usize).copied().unwrap_or(1.0);
        // Read as text, 3.2e-5 is the number a user types.
        format!("{mantissa}e{}", (index / 10.0).floor()).parse().unwrap_or(now)
    };
    let mut next: f64 = at(index(now.max(min)) + (moved * 10.0).round());
    if scale.is_integer() {
        next = next.round();
        if next == now {
            next += f64::from(steps.signum());
        }
    }
    if zero && next < min { 0.0 } else { next.clamp(min, max) }
}

/// The parameters that apply to the scenario as it is, in the panel's order.
#[must_use]
pub fn parameters(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = Vec::new();
    if scenario.is_synthetic() {
        let (covariates, task) = (&scenario.covariates, &scenario.task);
        let about = "Σ_x: its spectrum over the p directions, of mean 1 (§7)";
        all.push(choice(
            Group::Covariates,
            ("covariates.family", "spectrum"),
            covariates.name(),
            Family::COVARIATES,
            about,
        ));
        settings(&mut all, Group::Covariates, "covariates", covariates.settings());
        let about = "Σ_θ: how the tasks' energy is spread over the p directions (§7)";
        all.push(choice(Group::Task, ("task.family", "spectrum"), task.family.name(), &Family::NAMES, about));
        settings(&mut all, Group::Task, "task", task.family.settings());
        let about = "how the strong directions of the task lie to those of the covariates (§7)";
        let name = task.alignment.name();
        all.push(choice(Group::Task, ("task.alignment", "alignment"), name, &Alignment::NAMES, about));
        settings(&mut all, Group::Task, "task", task.alignment.settings());
    } else if let Some(data) = &scenario.data {
        all.push(Parameter {
            key: "data.task".into(),
            label: "task",
            group: Group::Task,
            kind: Kind::Text,
            value: Value::Word(data.task.clone()),
            default: Value::Word("mean".into()),
            about: "one task by its name, or the mean over all (§9)",
        });
    }
    let about = "F = BBᵀ, the pretrained feature transform (§1)";
    let kind = scenario.featurization.name();
    let kinds = scenario.kinds();
    all.push(choice(Group::Featurization, ("featurization.kind", "kind"), kind, &kinds, about));
    settings(&mut all, Group::Featurization, "featurization", scenario.featurization.settings());
    downstream(&mut all, scenario);
    all
}

fn downstream(all: &mut Vec<Parameter>, scenario: &Scenario) {
    let mut push = |number: &'static Number, value, zero, words| {
        all.push(slider(Group::Downstream, number.key.into(), number, value, zero, words));
    };
    let estimated: &[&str] = if scenario.data.is_some() { &["estimated"] } else { &[] };
    let noise = scenario.noise.map_or_else(|| Value::Word("estimated".into()), Value::Number);
    push(&number::NOISE, noise, true, estimated);
    let ridge = match scenario.ridge {
        RidgeSetting::Fixed(ridge) => Value::Number(ridge),
        other => Value::Word(other.to_string()),
    };
    push(&number::RIDGE, ridge, true, &["optimal", "optimal-nonnegative"]);
    if let Some(signal) = scenario.signal {
        push(&number::SIGNAL, Value::Number(signal), false, &[]);
    }
    if scenario.data.is_none() {
        push(&number::DIMENSION, Value::Number(scenario.dimension as f64), false, &[]);
    }
}

fn choice(
    group: Group,
    (key, label): (&str, &'static str),
    value: &str,
    options: &[&str],
    about: &'static str,
) -> Parameter {
    Parameter {
        key: key.into(),
        label,
        group,
        kind: Kind::Choice { options: options.iter().map(|o| (*o).into()).collect() },
        value: Value::Word(value.into()),
        default: Value::Word(options.first().map_or_else(String::new, |o| (*o).into())),
        about,
    }
}

fn slider(
    group: Group,
    key: String,
    number: &'static Number,
    value: Value,
    zero: bool,
    words: &'static [&'static str],
) -> Parameter {
    let (min, max) = number.slider;
    Parameter {
        key,
        label: number.label,
        group,
        kind: Kind::Number { min, max, scale: number.scale, step: number.step, zero, words },
        value,
        default: Value::Number(number.default),
        about: number.about,
    }
}

fn settings(all: &mut Vec<Parameter>, group: Group, section: &str, settings: Vec<Setting>) {
    for setting in settings {
        all.push(match setting {
            Setting::Number(number, value) => {
                slider(group, format!("{section}.{}", number.key), number, Value::Number(value), false, &[])
            }
            Setting::Optional(number, value, word) => {
                let value = value.map_or_else(|| Value::Word(word.into()), Value::Number);
                let words: &[&str] = if word == "best" { &["best"] } else { &["each"] };
                slider(group, format!("{section}.{}", number.key), number, value, false, words)
            }
            Setting::Path(key, path) => Parameter {
                key: format!("{section}.{key}"),
                label: "file",
                group,
                kind: Kind::Text,
                value: Value::Word(path.to_string_lossy().into_owned()),
                default: Value::Word(String::new()),
                about: "B (p×k) as .npy, in the covariates' eigenbasis: F = BBᵀ (§1)",
            },
        });
    }
}
