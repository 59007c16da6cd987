//! All results that a frame of the dashboard shows.

use std::sync::Arc;
use std::time::Duration;

use super::held_out::LeftOut;
use super::request::Request;
use crate::scenario::Model;
use crate::study::curves::Curves;
use crate::study::curves::crosshair::{AdmissibleRidges, ReadoutRow};
use crate::study::curves::exponent::LocalExponent;
use crate::study::curves::frozen::FrozenCurve;
use crate::study::encoders::comparison::EncoderSummary;
use crate::study::labels::LabelBudget;
use crate::study::labels::classes::Classes;
use crate::study::labels::target::TargetSamples;
use crate::study::plane::Plane;
use crate::study::pretraining::PretrainingBudget;
use crate::study::progress::Progress;
use crate::study::selection::Selection;
use crate::theory::Spectrum;

/// All results that a frame shows.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The request.
    pub request: Request,
    /// The model of its scenario.
    pub model: Arc<Model>,
    /// The curves.
    pub curves: Arc<Curves>,
    /// The readout at the crosshair: the chosen curve, then those compared with it.
    pub rows: Vec<ReadoutRow>,
    /// Frozen scenarios, as far as they are computed.
    pub frozen: Vec<FrozenCurve>,
    /// The readout of the chosen curve at the second crosshair.
    pub pinned: Option<ReadoutRow>,
    /// The spectrum of the chosen featurization at the crosshair.
    pub spectrum: Option<Spectrum>,
    /// The admissible ridges of the chosen featurization at the crosshair; `None` where they are not known.
    pub ridges: Option<AdmissibleRidges>,
    /// The local exponent of the chosen featurization's excess risk at the crosshair, for power laws.
    pub local_exponent: Option<LocalExponent>,
    /// The optimal featurization at the crosshair and its comparison with others.
    pub selection: Option<Arc<Selection>>,
    /// The plane of regimes, where it was requested.
    pub plane: Option<Arc<Plane>>,
    /// The estimated representation's risk on held-out tasks over the window.
    pub left_out: Option<LeftOut>,
    /// Progress of `left_out` while it is computed.
    pub left_out_progress: Option<Progress>,
    /// The budget of pretrained features at the crosshair.
    pub pretraining: Option<PretrainingBudget>,
    /// The label budget of real rows.
    pub budget: Option<LabelBudget>,
    /// Each class of real rows, where it was requested.
    pub classes: Option<Arc<Classes>>,
    /// Several encoders, where the scenario has them.
    pub encoders: Option<EncoderSummary>,
    /// Time taken.
    pub elapsed: Duration,
}

impl Analysis {
    /// The finding about real rows in one sentence: the crossovers of several encoders, or the peak of raw features.
    #[must_use]
    pub fn finding(&self) -> Option<String> {
        let of_several = self.encoders.as_ref().map(EncoderSummary::crossovers);
        of_several.or_else(|| self.budget.as_ref()?.peak.map(|peak| peak.words()))
    }

    /// Adds the intervals of n at which each curve reaches the target.
    pub(super) fn set_targets(&mut self, found: &[TargetSamples]) {
        for row in &mut self.rows {
            let known = found.iter().find(|found| found.id == row.id);
            // Too few labels for an estimate differs from a target that is never reached.
            let known = known.filter(|found| found.beyond.is_none() || !found.intervals.is_empty());
            row.reached = known.map(|found| found.intervals.clone());
        }
    }
}
