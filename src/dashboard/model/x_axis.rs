//! The variable on the x axis of the view (n/p or a parameter of the scenario) and its current value.

use super::frozen::Frozen;
use super::state::State;
use super::view::View;
use crate::scenario::EFFECTIVE_RANK;
use crate::study;
use crate::study::Axis;

impl State {
    /// The parameter over which the view's curves are drawn; `None` for n/p.
    #[must_use]
    pub fn along(&self) -> Option<Axis> {
        let over = self.view.record().settings.contains(&"view.x");
        self.display.along(&self.scenario).filter(|_| over)
    }

    /// Key and axis of the parameter on the x axis of the view, a plane or curves; `None` for n/p.
    #[must_use]
    pub fn x_parameter(&self) -> Option<(String, Axis)> {
        let shown = self.shown.as_ref()?;
        let axis = if self.view == View::Phase { &shown.plane.as_ref()?.x } else { &shown.curves.axis };
        Some((axis.variable.key()?.to_owned(), axis.clone()))
    }

    /// The current value of a parameter: from the panel, the data or the fit.
    #[must_use]
    pub fn value_of(&self, key: &str) -> Option<f64> {
        match self.parameters().into_iter().find(|p| p.key == key).and_then(|p| p.value.number()) {
            Some(now) => return Some(now),
            // Parameters that are not in the panel, and values estimated from data.
            _ if key == EFFECTIVE_RANK => return self.scenario.effective_rank(),
            _ => {}
        }
        let shown = self.shown.as_ref()?;
        match key {
            "noise" => Some(shown.model.noise().get()),
            // The value of a tuned ridge is that of the fit at the crosshair.
            "ridge" => Some(shown.rows.first()?.risk?.ridge),
            _ => None,
        }
    }

    /// The frozen curves that are computed, with their names.
    pub fn frozen_curves(&self) -> impl Iterator<Item = (&str, &study::FrozenCurve)> {
        let found = |kept: &Frozen| {
            let all = &self.shown.as_ref()?.frozen;
            all.iter().find(|found| found.scenario == kept.scenario)
        };
        self.frozen.iter().filter_map(move |kept| Some((kept.name.as_str(), found(kept)?)))
    }

    /// The crosshair's position on the x axis of the curves: n/p, or the current value of the parameter.
    #[must_use]
    pub fn crosshair_position(&self) -> Option<f64> {
        match self.shown.as_ref().and_then(|shown| shown.curves.axis.variable.key()) {
            Some(key) => self.value_of(key),
            None => Some(self.crosshair),
        }
    }
}
