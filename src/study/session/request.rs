//! A request for all that a frame of the dashboard shows.

use crate::scenario::{Metric, Scenario};
use crate::study::axis::{Axis, WINDOW, Window};
use crate::study::curves::frozen::FrozenRequest;
use crate::study::featurizations::CurveId;
use crate::study::plane::PlaneRequest;

/// All that a frame depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The scenario.
    pub scenario: Scenario,
    /// The range of n/p.
    pub window: Window,
    /// The parameter that the curves are over, at the n of the crosshair, instead of n/p.
    pub along: Option<Axis>,
    /// Frozen scenarios are compared at the same n instead of the same n/p.
    pub same_samples: bool,
    /// Frozen scenarios.
    pub frozen: Vec<Scenario>,
    /// n/p of the second crosshair.
    pub pin: Option<f64>,
    /// Curves compared with the chosen one.
    pub compared: Vec<CurveId>,
    /// n/p of the crosshair.
    pub crosshair: f64,
    /// The value of the metric to be reached.
    pub target: Option<f64>,
    /// The metric of the curves.
    pub metric: Metric,
    /// Points of a refined curve.
    pub resolution: usize,
    /// Changes whenever the ensemble of measured tasks has been computed.
    pub learned: usize,
    /// Whether to compute the risk of every representation size, for the selection view.
    pub sizes: bool,
    /// The plane of regimes, where it is shown.
    pub plane: Option<PlaneRequest>,
    /// Whether to compute every class of real rows separately, for the data view.
    pub classes: bool,
}

impl Request {
    /// The chosen curve over the default range of n/p, and the readout at a crosshair.
    #[must_use]
    pub const fn of(scenario: Scenario, crosshair: f64) -> Self {
        Self {
            scenario,
            window: WINDOW,
            along: None,
            same_samples: false,
            frozen: Vec::new(),
            pin: None,
            compared: Vec::new(),
            crosshair,
            target: None,
            metric: Metric::Risk,
            resolution: 160,
            learned: 0,
            sizes: false,
            plane: None,
            classes: false,
        }
    }

    /// The request for the frozen scenarios, compared with a scenario with p = `dimension`.
    pub(super) const fn frozen_at(&self, dimension: usize) -> FrozenRequest<'_> {
        FrozenRequest {
            scenarios: self.frozen.as_slice(),
            crosshair: self.crosshair,
            same_samples: self.same_samples,
            dimension,
        }
    }
}
