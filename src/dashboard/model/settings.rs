//! Settings of the view by key: the lines of the panel, changed by `--set view.…` and by keys.

use super::display::{Display, FARTHEST, LEAST};
use super::view::View;
use crate::figure::variance::Style;
use crate::scenario::parameter::{Group, Kind, Parameter, Scale, Value};
use crate::scenario::{Metric, Scenario};
use crate::study::axis::{self, RATIO, SAMPLES, keys_of_the_plane, number_behind};
use crate::study::{Axis, CurveId};

/// End of the slider for the n/p axis.
const MOST: f64 = 100.0;

const SCALES: [&str; 2] = ["linear", "log"];
const SHADES: [&str; 2] = ["regime", "gain"];
const SHOWN: [&str; 2] = ["hidden", "shown"];
/// Key of the setting that shows or hides a compared curve.
#[must_use]
pub fn key(id: CurveId) -> String {
    format!("view.{}", id.name().replace(' ', "-").to_lowercase())
}

impl Display {
    /// Settings on which the view's picture depends: the compared curves, listed in the panel, and its axes.
    #[must_use]
    pub fn parameters(&self, scenario: &Scenario, view: View) -> Vec<Parameter> {
        let mut all = self.all(scenario);
        let settings = view.record().settings;
        // Ends of the axis that is not in use have no effect.
        let along = match view {
            View::Phase => self.phase_axes(scenario).0.is_some(),
            _ => settings.contains(&"view.x") && self.along(scenario).is_some(),
        };
        let other = |key: &str| match key {
            "view.from" | "view.to" | "view.ratio-scale" => along,
            "view.x-from" | "view.x-to" | "view.x-scale" => !along,
            _ => false,
        };
        all.retain(|p| !other(&p.key));
        let compared = |key: &str| CurveId::ALL.into_iter().any(|id| self::key(id) == key);
        all.retain(|p| {
            settings.contains(&p.key.as_str()) || settings.contains(&"view.compared") && compared(&p.key)
        });
        all
    }

    /// All settings, whatever the view.
    #[must_use]
    pub fn all(&self, scenario: &Scenario) -> Vec<Parameter> {
        let number = |key: &str, label, value, about| Parameter {
            key: key.into(),
            label,
            group: Group::View,
            kind: Kind::Number {
                min: LEAST,
                max: MOST,
                scale: Scale::Log,
                step: 0.1,
                zero: false,
                words: &[],
            },
            value: Value::Number(value),
            default: Value::Number(1.0),
            about,
        };
        let choice = |key: String, label, options: [&str; 2], on: bool, about| Parameter {
            key,
            label,
            group: Group::View,
            kind: Kind::Choice { options: options.map(Into::into).to_vec() },
            value: Value::Word(if on { options[1] } else { options[0] }.into()),
            default: Value::Word(options[0].into()),
            about,
        };
        let plain: &[&str] = if scenario.encoders().is_empty() { &[RATIO, SAMPLES] } else { &[SAMPLES] };
        let mut all = vec![Parameter {
            key: "view.x".into(),
            label: "x axis",
            group: Group::View,
            kind: Kind::Choice {
                options: plain.iter().map(|key| (*key).to_owned()).chain(axis::keys(scenario)).collect(),
            },
            value: Value::Word(match self.along(scenario) {
                Some(_) => self.x.clone(),
                None if self.counts_samples(scenario) => SAMPLES.into(),
                None => RATIO.into(),
            }),
            default: Value::Word(if scenario.data.is_some() { SAMPLES } else { RATIO }.into()),
            about: "What risk and variance are drawn over: n/p, n, or any number at the n of the crosshair.",
        }];
        if let Some(axis) = self.along(scenario) {
            let end = |key: &str, label, value, about| Parameter {
                kind: Kind::Number {
                    min: axis.from.min(
                        axis::number(scenario, &self.x)
                            .and_then(|p| Axis::of(&p))
                            .map_or(axis.from, |default| default.from),
                    ),
                    max: axis.to,
                    scale: if axis.log { Scale::Log } else { Scale::Linear },
                    step: if axis.log { 0.1 } else { (axis.to - axis.from) / 40.0 },
                    zero: false,
                    words: &[],
                },
                ..number(key, label, value, about)
            };
            all.extend([
                end("view.x-from", "x from", axis.from, "Left end of the x axis."),
                end("view.x-to", "x to", axis.to, "Right end of the x axis."),
                choice("view.x-scale".into(), "x spacing", SCALES, axis.log, "Spacing of the x axis."),
            ]);
        }
        all.extend([
            number("view.from", "n/p from", self.window.from, "Left end of the n/p axis."),
            number("view.to", "n/p to", self.window.to, "Right end of the n/p axis."),
            choice(
                "view.ratio-scale".into(),
                "n/p axis",
                SCALES,
                self.window.log,
                "Spacing of the n/p axis.",
            ),
            choice("view.risk-scale".into(), "risk axis", SCALES, self.log_risk, "Spacing of the risk axis."),
            choice(
                "view.rank-scale".into(),
                "rank axis",
                SCALES,
                self.log_rank,
                "Spacing of the ranks and sizes of features.",
            ),
        ]);
        all.push(Parameter {
            key: "view.stacked".into(),
            label: "terms",
            group: Group::View,
            kind: Kind::Choice { options: Style::ALL.map(|s| s.name().to_owned()).to_vec() },
            value: Value::Word(self.terms.name().into()),
            default: Value::Word(Style::Auto.name().into()),
            about: "The variance view: terms stacked or as lines; one term of every curve; or the share of features kept.",
        });
        // The axes must be two different parameters, not one under two names.
        let axes = keys_of_the_plane(scenario);
        let besides = |other: &str| {
            let taken = number_behind(scenario, other);
            axes.iter().filter(|key| number_behind(scenario, key) != taken).cloned().collect::<Vec<_>>()
        };
        all.push(Parameter {
            key: "view.phase-x".into(),
            label: "across",
            group: Group::View,
            kind: Kind::Choice {
                options: std::iter::once(RATIO.to_owned()).chain(besides(&self.phase_y)).collect(),
            },
            value: Value::Word(self.phase_x.clone()),
            default: Value::Word(RATIO.into()),
            about: "The phase plane's first axis: n/p, or any number at the n of the crosshair.",
        });
        all.push(Parameter {
            key: "view.phase-y".into(),
            label: "against",
            group: Group::View,
            kind: Kind::Choice { options: besides(&self.phase_x) },
            value: Value::Word(self.phase_y.clone()),
            default: Value::Word("noise".into()),
            about: "The phase plane's second parameter; rows follow it.",
        });
        all.push(choice(
            "view.phase-shade".into(),
            "shade",
            SHADES,
            self.phase_gain,
            "By regime, or by what the optimum gains: the chosen featurization's risk over the optimum's.",
        ));
        // The fit towards a source task has no scores.
        if scenario.source.is_none() {
            all.push(Parameter {
                key: "view.metric".into(),
                label: "metric",
                group: Group::View,
                kind: Kind::Choice {
                    options: if scenario.data.is_some() { Metric::ALL } else { Metric::OF_POPULATION }
                        .iter()
                        .map(|metric| metric.name().to_owned())
                        .collect(),
                },
                value: Value::Word(self.metric.name().into()),
                default: Value::Word(Metric::Risk.name().into()),
                about: "The metric of the y axis; all but risk and R² are of classes (§9.3, §9.4).",
            });
        }
        for &id in Self::offered(scenario) {
            all.push(choice(key(id), id.label(), SHOWN, self.compared.contains(&id), id.about()));
        }
        all
    }

    /// Whether a word is accepted as a setting of the scenario's view.
    ///
    /// # Errors
    /// One sentence naming the key and what is accepted.
    pub fn accepts(&self, scenario: &Scenario, key: &str, value: &str) -> Result<(), String> {
        let kind = self.all(scenario).into_iter().find(|p| p.key == key).map(|p| p.kind);
        // With several encoders n/p means n.
        match kind {
            Some(Kind::Choice { options }) if !options.iter().any(|o| o == value) && value != RATIO => {
                Err(format!("{key} must be one of {}, got {value}", options.join(", ")))
            }
            _ => Ok(()),
        }
    }

    /// Changes one of [`Display::parameters`].
    ///
    /// # Errors
    /// One sentence naming the key and what is accepted.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let ratio = || {
            value.parse::<f64>().ok().filter(|v| (LEAST..=FARTHEST).contains(v)).ok_or_else(|| {
                format!("{key} must be a sample ratio from {LEAST} to {FARTHEST}, got {value}")
            })
        };
        let choice = |options: [&str; 2]| match options.iter().position(|o| *o == value) {
            Some(i) => Ok(i == 1),
            None => Err(format!("{key} must be one of {}, got {value}", options.join(", "))),
        };
        let finite = || {
            let number = value.parse::<f64>().ok().filter(|v| v.is_finite());
            number.ok_or_else(|| format!("{key} must be a finite number, got {value}"))
        };
        match key {
            "view.x" => {
                if self.x != value {
                    (self.x_from, self.x_to, self.x_log) = (None, None, None);
                }
                value.clone_into(&mut self.x);
            }
            "view.x-from" => {
                let from = finite()?;
                if self.x_to.is_some_and(|to| from >= to) {
                    return Err(format!("view.x-from must be below the right end, got {value}"));
                }
                if from <= 0.0 && self.x_log == Some(true) {
                    return Err(format!("view.x-from must be above 0 on a log axis, got {value}"));
                }
                self.x_from = Some(from);
            }
            "view.x-to" => {
                let to = finite()?;
                if self.x_from.is_some_and(|from| to <= from) {
                    return Err(format!("view.x-to must be above the left end, got {value}"));
                }
                self.x_to = Some(to);
            }
            "view.x-scale" => {
                let log = choice(SCALES)?;
                if log && self.x_from.is_some_and(|from| from <= 0.0) {
                    return Err("view.x-scale log begins above 0: set view.x-from first".into());
                }
                self.x_log = Some(log);
            }
            "view.from" => {
                let from = ratio()?;
                if from >= self.window.to {
                    return Err(format!(
                        "view.from must be below the right end {}, got {value}",
                        self.window.to
                    ));
                }
                self.window.from = from;
            }
            "view.to" => {
                let to = ratio()?;
                if to <= self.window.from {
                    return Err(format!(
                        "view.to must be above the left end {}, got {value}",
                        self.window.from
                    ));
                }
                self.window.to = to;
            }
            "view.ratio-scale" => self.window.log = choice(SCALES)?,
            "view.risk-scale" => self.log_risk = choice(SCALES)?,
            "view.rank-scale" => self.log_rank = choice(SCALES)?,
            "view.stacked" => {
                let names = Style::ALL.map(Style::name).join(", ");
                self.terms = Style::ALL
                    .into_iter()
                    .find(|s| s.name() == value)
                    .ok_or_else(|| format!("{key} must be one of {names}, got {value}"))?;
            }
            "view.metric" => {
                self.metric = Metric::named(value).ok_or_else(|| {
                    let names: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
                    format!("{key} must be one of {}, got {value}", names.join(", "))
                })?;
            }
            "view.phase-x" | "view.phase-y" => {
                let (axis, other) = match key {
                    "view.phase-x" => (&mut self.phase_x, &self.phase_y),
                    _ => (&mut self.phase_y, &self.phase_x),
                };
                if value == other {
                    return Err(format!(
                        "{key} {value} is the plane's other axis already; accepted is another"
                    ));
                }
                value.clone_into(axis);
            }
            "view.phase-shade" => self.phase_gain = choice(SHADES)?,
            _ => {
                let id = CurveId::ALL
                    .into_iter()
                    .find(|id| self::key(*id) == key)
                    .ok_or_else(|| format!("unknown key {key}"))?;
                let shown = choice(SHOWN)?;
                self.compared.retain(|c| *c != id);
                if shown {
                    self.compared.push(id);
                    self.compared.sort();
                }
            }
        }
        Ok(())
    }
}
