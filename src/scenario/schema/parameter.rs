//! Scenario parameters as shown in a panel: those that apply, each with its slider and one line of help.
//! [`Scenario::set`] with [`Parameter::key`] changes them.

use crate::numbers::plain;
use crate::scenario::description::{Alignment, BaggedFits, Family, FeatureNoise, Scenario, SourceTask};
use crate::scenario::schema::{Choice, Described, Record, Takes, Words};

pub use crate::scenario::schema::{Scale, Value};

/// Sections of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Covariates,
    Task,
    Featurization,
    Downstream,
    View,
}

impl Group {
    /// The heading in the panel.
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

/// The values that a parameter accepts.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number on a slider. `step` is in decades for a logarithmic scale; with `zero` a logarithmic slider has 0 to
    /// the left of its minimum. `words` are accepted in place of a number.
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

/// Numbers at which a logarithmic slider stops, ten in each decade.
const PREFERRED: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0];

impl Parameter {
    const fn has_zero(&self) -> bool {
        matches!(self.kind, Kind::Number { zero: true, .. })
    }

    /// The value that many steps further on the slider, as text for [`Scenario::set`]. A coarse step is ten steps. A
    /// word steps to the default number; choices wrap around. `None` if nothing changes.
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
                // Words are to the left of the slider's start, in their order.
                let start = if *zero { 0.0 } else { *min };
                let word = |i: usize| words.get(i).map(|w| Value::from(*w));
                let moved = match (self.value.number(), &self.value) {
                    (Some(now), _) if steps < 0 && now <= start && now >= 0.0 && !words.is_empty() => {
                        word(words.len() - 1)?
                    }
                    (Some(now), _) => Value::Number(stepped(now, steps, (*min, *max), *scale, *step, *zero)),
                    (None, value) => {
                        let now = value.to_string();
                        let at = words.iter().position(|w| *w == now).unwrap_or(0);
                        match (steps > 0, word(at + 1), self.default.number()) {
                            (false, ..) => word(at.checked_sub(1)?)?,
                            (true, Some(next), _) => next,
                            (true, None, Some(default)) if !zero => Value::Number(default),
                            (true, None, _) => Value::Number(start),
                        }
                    }
                };
                match moved {
                    Value::Number(count) if scale.is_integer() => Value::Whole(count as u64),
                    moved => moved,
                }
            }
        };
        (next != self.value).then(|| next.to_string())
    }

    /// The value at a slider position from 0 to 1, as text for [`Scenario::set`]; `None` for words and choices.
    #[must_use]
    pub fn at(&self, share: f64) -> Option<String> {
        let Kind::Number { min, max, scale, zero, .. } = &self.kind else { return None };
        Some(match share.clamp(0.0, 1.0) {
            // The position of 0.
            0.0 if *zero => plain(0.0),
            share if scale.is_log() => self.rounded((min.ln() + (max.ln() - min.ln()) * share).exp()),
            share => self.rounded(min + (max - min) * share),
        })
    }

    /// A nearby value that is short to read: three digits, a whole number, or a step of the slider.
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

    /// Slider position of the value, from 0 to 1; `None` for words and choices.
    #[must_use]
    pub fn position(&self) -> Option<f64> {
        let (Kind::Number { min, max, scale, .. }, Some(value)) = (&self.kind, self.value.number()) else {
            return None;
        };
        let at = |v: f64| if scale.is_log() { v.max(f64::MIN_POSITIVE).ln() } else { v };
        let share = (at(value) - at(*min)) / (at(*max) - at(*min));
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
        // Parsed from text, so that 3.2e-5 is the number a user would type.
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

/// The parameters that apply to the scenario, in panel order.
#[must_use]
pub fn parameters(scenario: &Scenario) -> Vec<Parameter> {
    let mut all = Vec::new();
    if scenario.is_synthetic() {
        let about = "Σ_x: its spectrum over the p directions, of mean 1 (§7)";
        let key = ("covariates", "family", "spectrum");
        choice(&mut all, Group::Covariates, key, &scenario.covariates, Family::COVARIATES, about);
        let about = "Σ_θ: how the tasks' energy is spread over the p directions (§7)";
        let task = &scenario.task;
        let chosen = task.family.name();
        let possible = |name: &&&str| {
            // A matrix excludes a test covariance, noise on the covariates and pretrained features.
            **name != "file" || chosen == "file" || scenario.with("task.family", "file").is_ok()
        };
        let families: Vec<&str> = Family::NAMES.iter().filter(possible).copied().collect();
        choice(&mut all, Group::Task, ("task", "family", "spectrum"), &task.family, &families, about);
        // A matrix has its own eigenvectors, and a test covariance requires a common eigenbasis.
        if !matches!(task.family, Family::File { .. }) {
            let about = "how the task's strong directions relate to the covariates' (§7)";
            let key = ("task", "alignment", "alignment");
            let possible = |name: &&&str| **name != "rotated" || scenario.test.is_none();
            let alignments: Vec<&str> = Alignment::NAMES.iter().filter(possible).copied().collect();
            choice(&mut all, Group::Task, key, &task.alignment, &alignments, about);
        }
    } else if let Some(data) = &scenario.data {
        let names = data.encoders.iter().map(|e| e.name.clone()).collect::<Vec<_>>();
        all.extend(data.focus().map(|focus| Parameter {
            key: "data.encoder".into(),
            label: "encoder",
            group: Group::Covariates,
            value: Value::Word(focus.name.clone()),
            default: Value::Word(names.first().cloned().unwrap_or_default()),
            kind: Kind::Choice { options: names },
            about: "the encoder in focus: parameters and the other views are about its features (§9.5)",
        }));
        all.push(Parameter {
            key: "data.task".into(),
            label: "task",
            group: Group::Task,
            kind: Kind::Text,
            value: Value::Word(data.task.clone()),
            default: "mean".into(),
            about: "one task by its name, or the mean over all (§9)",
        });
    }
    let about = "F = BBᵀ, the pretrained feature transform (§1)";
    let key = ("featurization", "kind", "kind");
    choice(&mut all, Group::Featurization, key, &scenario.featurization, &scenario.kinds(), about);
    // The numbers changed most often come first, the dimension last.
    let defaults = Scenario::default().values();
    let numbers = scenario.values().into_iter().filter_map(|given| {
        let mut parameter = parameter(Group::Downstream, "", given, &defaults)?;
        // Only measured data have an estimate.
        if let (true, Kind::Number { words, .. }) =
            (parameter.key == "noise" && scenario.data.is_none(), &mut parameter.kind)
        {
            *words = &[];
        }
        Some(parameter)
    });
    let (first, rest): (Vec<_>, Vec<_>) = numbers.partition(Parameter::has_zero);
    all.extend(first);
    all.extend(rest.into_iter().rev());
    if let Some(features) = &scenario.features {
        let defaults = FeatureNoise::default().values();
        all.extend(
            features
                .values()
                .into_iter()
                .filter_map(|given| parameter(Group::Downstream, "features", given, &defaults)),
        );
    }
    if let Some(source) = &scenario.source {
        let defaults = SourceTask::default().values();
        all.extend(
            source
                .values()
                .into_iter()
                .filter_map(|given| parameter(Group::Downstream, "source", given, &defaults)),
        );
    }
    if let Some(bagging) = &scenario.bagging {
        let defaults = BaggedFits::default().values();
        all.extend(
            bagging
                .values()
                .into_iter()
                .filter_map(|given| parameter(Group::Downstream, "bagging", given, &defaults)),
        );
    }
    if scenario.shares_eigenbasis()
        && scenario.source.is_none()
        && scenario.bagging.is_none()
        && scenario.features.is_none()
    {
        test(&mut all, scenario.test.as_ref());
    }
    all
}

/// The test covariance: the downstream covariance, or a family and its parameters.
fn test(all: &mut Vec<Parameter>, chosen: Option<&Family>) {
    let about = "covariance of the test samples in the covariates' eigenbasis; downstream: no distribution shift (§5)";
    let (group, key) = (Group::Downstream, ("test", "family", "test on"));
    let first = all.len();
    choice(all, group, key, chosen.unwrap_or(&Family::Isotropic), Family::TEST, about);
    if let Some(Parameter { kind: Kind::Choice { options }, value, default, .. }) = all.get_mut(first) {
        options.insert(0, Family::SAME.into());
        *default = Family::SAME.into();
        if chosen.is_none() {
            *value = default.clone();
        }
    }
}

/// A choice and the parameters of the chosen kind.
fn choice<T: Choice>(
    all: &mut Vec<Parameter>,
    group: Group,
    (section, key, label): (&str, &str, &'static str),
    chosen: &T,
    options: &[&str],
    about: &'static str,
) {
    all.push(Parameter {
        key: format!("{section}.{key}"),
        label,
        group,
        kind: Kind::Choice { options: options.iter().map(|o| (*o).into()).collect() },
        value: chosen.kind_name().into(),
        default: options.first().copied().unwrap_or_default().into(),
        about,
    });
    let defaults = T::named(chosen.kind_name()).map(|kind| kind.values()).unwrap_or_default();
    all.extend(chosen.values().into_iter().filter_map(|given| parameter(group, section, given, &defaults)));
}

/// The line for a record with its value; `None` if it is left out and no word stands for that.
fn parameter(
    group: Group,
    section: &str,
    (record, value): (&'static Record, Option<Value>),
    defaults: &[(&'static Record, Option<Value>)],
) -> Option<Parameter> {
    let key = if section.is_empty() { record.key.into() } else { format!("{section}.{}", record.key) };
    let words = record.range().map(|range| range.words).unwrap_or(Words::None);
    let (left_out, start) = match words {
        Words::LeftOut([word], start) => (Some(Value::from(word)), Some(Value::Number(start))),
        Words::None | Words::Written(_) => (None, None),
    };
    let default =
        defaults.iter().find(|(of, _)| std::ptr::eq(*of, record)).and_then(|(_, value)| value.clone());
    Some(Parameter {
        key,
        label: record.label,
        group,
        kind: match &record.takes {
            Takes::Path(_) => Kind::Text,
            Takes::Name(names) => Kind::Choice { options: names.iter().map(|name| (*name).into()).collect() },
            Takes::Number(range) => Kind::Number {
                min: range.slider.0,
                max: range.slider.1,
                scale: range.scale,
                step: range.step,
                zero: range.has_zero(),
                words: range.words.all(),
            },
        },
        value: value.or(left_out)?,
        default: default.or(start)?,
        about: record.about,
    })
}
