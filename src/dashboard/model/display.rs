//! Settings of the plots: axes, the n/p window, scales and compared curves. They are set by key like the scenario's
//! parameters ([`super::settings`]).

use crate::figure::variance::Style;
use crate::scenario::presets::{self, InitialAxis};
use crate::scenario::{Metric, Scenario};
use crate::study::axis::{self, RATIO, SAMPLES, WINDOW, keys_of_the_plane, number_behind};
use crate::study::{Axis, AxisRequest, CurveId, Variable, Window};

/// The settings of the plots.
#[derive(Debug, Clone, PartialEq)]
pub struct Display {
    /// The x axis of the risk and variance views: [`RATIO`], [`SAMPLES`], or the key of a parameter.
    pub x: String,
    /// Ends of a parameter's axis, if they differ from those of its slider; its spacing follows.
    pub x_from: Option<f64>,
    pub x_to: Option<f64>,
    pub x_log: Option<bool>,
    pub window: Window,
    pub log_risk: bool,
    /// Spacing of the selection view's ranks.
    pub log_rank: bool,
    /// The metric on the y axis of the risk view, for real rows.
    pub metric: Metric,
    /// How the variance view draws the terms.
    pub terms: Style,
    pub compared: Vec<CurveId>,
    /// Key of the phase plane's x axis, [`RATIO`] for n/p.
    pub phase_x: String,
    /// Key of the phase plane's y axis.
    pub phase_y: String,
    /// Whether to shade the phase plane by the risk of the chosen featurization over the optimum's, instead of by
    /// regime.
    pub phase_gain: bool,
}

/// Smallest n/p of the axis.
pub(super) const LEAST: f64 = 1e-3;
/// Largest accepted n/p, for many labels with few features.
pub(super) const FARTHEST: f64 = 1e5;

/// The compared curves that illustrate a preset, if they differ from the usual ones.
fn spoken_of(preset: &str) -> Option<&'static [CurveId]> {
    use CurveId::{BestWeights, Floor, GroundTruth, Optimal, Pcr, Raw, Weights, Whitened};
    Some(match preset {
        "pcr-connection" => &[Raw, Pcr, Optimal, Floor],
        "task-vs-structure" => &[GroundTruth, Whitened, Floor],
        "misaligned" => &[Raw, Pcr, Optimal, Floor],
        "negative-ridge" => &[Raw, Floor],
        "how-much-pretraining" => &[Optimal, Floor],
        "learned-featurization" => &[Raw, GroundTruth, Floor],
        // The benefit of a source is the difference to the best fit without it.
        "negative-transfer" => &[Raw, BestWeights],
        "features-or-weights" => &[Raw, Weights, BestWeights],
        _ => return None,
    })
}

impl Default for Display {
    fn default() -> Self {
        Self {
            x: RATIO.into(),
            x_from: None,
            x_to: None,
            x_log: None,
            window: WINDOW,
            log_risk: true,
            log_rank: true,
            metric: Metric::Risk,
            terms: Style::Auto,
            compared: vec![CurveId::Raw, CurveId::Optimal, CurveId::Floor],
            phase_x: RATIO.into(),
            phase_y: "noise".into(),
            phase_gain: false,
        }
    }
}

impl Display {
    /// Initial display for a scenario. For real rows, curves that are in-sample are hidden until requested; with
    /// several encoders, all other curves are.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        const BESIDE_ONE: [CurveId; 3] = [CurveId::Raw, CurveId::LeastSquares, CurveId::Pcr];
        let compared = match &scenario.data {
            None => {
                let seen = presets::all().iter().find(|preset| preset.title == scenario.name);
                let display = seen.and_then(|preset| preset.over).map(Self::over).unwrap_or_default();
                let compared = seen.and_then(|preset| spoken_of(preset.name)).map(<[CurveId]>::to_vec);
                return Self { compared: compared.unwrap_or(display.compared), ..display };
            }
            Some(data) if data.encoders.is_empty() => BESIDE_ONE.to_vec(),
            Some(_) => Vec::new(),
        };
        Self { compared, x: SAMPLES.into(), ..Self::default() }
    }

    /// The display with the initial x axis of a preset.
    fn over(InitialAxis { key, from, to, log }: InitialAxis) -> Self {
        if key == RATIO {
            return Self { window: Window { from, to, log }, ..Self::default() };
        }
        Self {
            x: key.into(),
            x_from: Some(from),
            x_to: Some(to),
            x_log: Some(log),
            log_risk: false,
            ..Self::default()
        }
    }

    /// The parameter over which risk and variance are drawn; `None` for n/p, and if the scenario has no such
    /// parameter.
    #[must_use]
    pub fn along(&self, scenario: &Scenario) -> Option<Axis> {
        if [RATIO, SAMPLES].contains(&self.x.as_str()) {
            return None;
        }
        let number = axis::number(scenario, &self.x)?;
        let variable = Variable::Parameter(self.x.clone());
        let default = Axis::of(&number)?;
        let request = AxisRequest {
            variable,
            from: self.x_from,
            to: self.x_to,
            log: self.x_log.unwrap_or(default.log && self.x_from.unwrap_or(default.from) > 0.0),
        };
        // A requested end beyond the slider's other end is dropped.
        let new = |request: &AxisRequest| Axis::new("view.x", std::slice::from_ref(&number), request).ok();
        let mut axis =
            new(&request).or_else(|| new(&AxisRequest { from: None, to: None, log: false, ..request }))?;
        axis.log = request.log && axis.from > 0.0;
        Some(axis)
    }

    /// Whether the x axis counts samples, since several encoders have no common n/p.
    #[must_use]
    pub fn counts_samples(&self, scenario: &Scenario) -> bool {
        self.x == SAMPLES || !scenario.encoders().is_empty()
    }

    /// Curves that can be compared with that of the scenario.
    #[must_use]
    pub const fn offered(scenario: &Scenario) -> &'static [CurveId] {
        match (&scenario.data, scenario.source) {
            (Some(_), _) => &CurveId::OF_ROWS,
            (None, Some(_)) => &CurveId::OF_SOURCE,
            (None, None) => &CurveId::COMPARED,
        }
    }

    /// Sets the window for real rows: from a few labels to four times the number of rows.
    pub fn show_rows(&mut self, rows: usize, dimension: usize) {
        const FEWEST: f64 = 10.0;
        let p = dimension as f64;
        let (from, to) = (FEWEST / p, (4.0 * rows as f64).max(2.0 * FEWEST) / p);
        self.window = Window { from: from.clamp(LEAST, FARTHEST / 2.0), to: to.min(FARTHEST), log: true };
    }

    /// Keeps the range of n when p changes, as for another encoder.
    pub fn follow(&mut self, before: usize, after: usize) {
        let share = before as f64 / after.max(1) as f64;
        let Window { from, to, log } = self.window;
        self.window = Window { from: from * share, to: to * share, log };
    }
}

impl Display {
    /// Axes of the phase plane, `None` for n/p; defaults replace parameters that the scenario does not have.
    #[must_use]
    pub fn phase_axes(&self, scenario: &Scenario) -> (Option<String>, String) {
        let known = keys_of_the_plane(scenario);
        let across = Some(&self.phase_x).filter(|key| known.contains(key));
        let besides = |key: &&String| {
            across.is_none_or(|across| number_behind(scenario, across) != number_behind(scenario, key))
        };
        let against = known.iter().filter(besides);
        let chosen = against.clone().find(|key| **key == self.phase_y);
        let noise = against.clone().find(|key| *key == "noise");
        let against = chosen.or(noise).or(against.clone().next()).cloned();
        (across.cloned(), against.unwrap_or_else(|| "noise".into()))
    }

    /// Sets the ends of a parameter's axis, rounded to few digits.
    pub fn zoom_along(&mut self, from: f64, to: f64) {
        let digits = |v: f64| format!("{v:.3e}").parse().unwrap_or(v);
        let (from, to): (f64, f64) = (digits(from), digits(to));
        if from.is_finite() && to.is_finite() && to > from {
            (self.x_from, self.x_to) = (Some(from), Some(to));
        }
    }

    /// Sets the window, rounded and limited to the range of the axis.
    pub fn zoom_to(&mut self, from: f64, to: f64) {
        let round = |v: f64| format!("{v:.2e}").parse().unwrap_or(v);
        let (from, to): (f64, f64) = (round(from.clamp(LEAST, FARTHEST)), round(to.clamp(LEAST, FARTHEST)));
        if to > from * 1.0001 + 1e-4 {
            self.window.from = from;
            self.window.to = to;
        }
    }
}
