//! Logistic regression on random subsamples at a few n, for comparison with the curve of ridge regression. Fits are kept, so that
//! a cancelled request resumes them.

use std::sync::Arc;

use crate::evidence::{Logistic, Statistics};
use crate::scenario::{Model, Scenario, ScenarioError, Scores};

/// Draws at each n.
const DRAWS: usize = 12;
const SEED: u64 = 1;

/// Logistic regression at its best C with n labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// n.
    pub samples: usize,
    /// Metrics of classes: AUC, averaged over tasks, and those of the predicted class for all classes together.
    pub scores: Scores<Statistics>,
    /// One sentence where it differs from ridge regression by more than 2 points and 2 standard errors.
    pub difference: Option<String>,
}

/// Fits of one scenario.
#[derive(Debug, Default)]
pub(super) struct Probes {
    scenario: Option<Scenario>,
    kept: Vec<Logistic>,
}

impl Probes {
    /// Fits at each of the sample counts; `shown` receives the results so far after each.
    ///
    /// # Errors
    /// Targets that are not classes, too few rows; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn fit(
        &mut self,
        model: &Arc<Model>,
        counts: &[usize],
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut dyn FnMut(Vec<Probe>),
    ) -> Result<Vec<Probe>, ScenarioError> {
        if self.scenario.as_ref() != Some(model.scenario()) {
            (self.scenario, self.kept) = (Some(model.scenario().clone()), Vec::new());
        }
        let mut found = Vec::with_capacity(counts.len());
        for &samples in counts {
            let at = match self.kept.iter().position(|probe| probe.samples() == samples) {
                Some(at) => at,
                None => {
                    self.kept.push(Logistic::new(model, samples, SEED)?);
                    self.kept.len() - 1
                }
            };
            if let Some(probe) = self.kept.get_mut(at) {
                probe.run(DRAWS, &mut |_| {}, stop)?;
                found.push(Probe {
                    samples,
                    scores: Scores::of_classes(|metric| probe.scores(metric)),
                    difference: probe.disagreement(),
                });
            }
            shown(found.clone());
        }
        Ok(found)
    }
}
