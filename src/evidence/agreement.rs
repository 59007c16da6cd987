//! Agreement of measurement and theory over all measured points, and reasons for differences.

use super::Statistics;
use crate::scenario::{Metric, Model, ScenarioError, Scores};
use crate::theory::ExtremumKind;

/// A measured point with the theoretical risk there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Number of samples n.
    pub samples: f64,
    /// Statistics of the draws.
    pub measured: Statistics,
    /// Metrics of the draws, for classes.
    pub scores: Scores<Statistics>,
    /// Theoretical risk R, infinite at a pole.
    pub theory: f64,
    /// n of the nearest pole.
    pub pole: Option<f64>,
    /// Known reasons for a difference.
    pub circumstances: Circumstances,
}

/// Reasons for a difference between measurement and theory other than finite size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Circumstances {
    /// Draws of a population of dimension p. `room` is nD with D = 1 − df2/α, the number of samples minus the degrees
    /// of freedom of the fit; finite-size corrections are of order 1/(nD).
    Synthetic {
        /// Dimension p.
        dimension: usize,
        /// nD.
        room: f64,
    },
    /// Random subsamples of real rows, tested on the remaining rows.
    Real {
        /// Number of test rows.
        tested: usize,
        /// Whether the features depend on the labels of the test rows.
        in_sample: bool,
        /// Standard error of the theoretical risk.
        error: Option<f64>,
        /// Whether the degrees of freedom of the fit are nearly as many as the samples.
        samples_of_rank: bool,
    },
}

/// Agreement over all points.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Points with a finite theory and at least two draws.
    pub points: usize,
    /// Mean of |measured/theory − 1|, in percent.
    pub difference: f64,
    /// Root mean square of the differences in standard errors; about 1 if they are due to chance.
    pub spread: f64,
    /// Points that differ by more than 3 standard errors, one sentence each.
    pub off: Vec<String>,
}

/// n of every pole of the theory's curve.
///
/// # Errors
/// A featurization that cannot be built.
pub fn poles(model: &Model) -> Result<Vec<f64>, ScenarioError> {
    let curve = model.risk_curve(&model.scenario().featurization)?;
    let found = curve.divergences(model.ridge(), model.noise(), 1e-3, 10.0)?;
    let p = model.dimension() as f64;
    Ok(found.iter().filter(|d| d.kind == ExtremumKind::Pole).map(|d| d.at * p).collect())
}

impl Compared {
    /// Statistics of a metric.
    #[must_use]
    pub fn of(&self, metric: Metric) -> Option<Statistics> {
        match metric {
            Metric::Risk => Some(self.measured),
            Metric::R2 => {
                let Statistics { mean, median, .. } = self.measured;
                Some(Statistics { mean: 1.0 - mean, median: 1.0 - median, terms: None, ..self.measured })
            }
            _ => self.scores.at(metric),
        }
    }

    /// Difference between measurement and theory, in standard errors.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.measured.z(self.theory)
    }

    /// Whether n is within 3√n of a pole, where the mean over draws is heavy-tailed and the asymptotic formula is
    /// inaccurate.
    #[must_use]
    pub fn near_pole(&self) -> bool {
        self.pole.is_some_and(|pole| (self.samples - pole).abs() <= 3.0 * pole.max(1.0).sqrt())
    }
}

impl Compared {
    /// The probable reason for a difference, as far as it is known.
    #[must_use]
    pub fn reason(&self) -> String {
        let off = self.measured.mean / self.theory - 1.0;
        if self.near_pole() {
            return "near a pole the mean over draws is heavy-tailed: compare the median".into();
        }
        match self.circumstances {
            Circumstances::Synthetic { dimension, room } if off.abs() * room <= EXPECTED => {
                format!(
                    "finite p: {:.1} % apart is no surprise at n = {} and p = {dimension}",
                    100.0 * off.abs(),
                    self.samples
                )
            }
            Circumstances::Synthetic { .. } => "more than finite n and p explain; no reason is known".into(),
            Circumstances::Real { in_sample: true, .. } if off < 0.0 => {
                "its features were made with the labels of all rows, so that those it is tested on are no news to it".into()
            }
            Circumstances::Real { tested, .. } if (tested as f64) < FEW * (self.samples + tested as f64) => {
                format!("only {tested} rows are left to test on, the same ones in many draws")
            }
            Circumstances::Real { error: Some(error), .. }
                if (self.measured.mean - self.theory).abs() <= 3.0 * error =>
            {
                format!(
                    "both use the same labels, and the standard error of the predicted risk is ± {:.2} %",
                    100.0 * error / self.theory
                )
            }
            Circumstances::Real { samples_of_rank: true, .. } => {
                "about as many labels as features and next to no ridge: a few rows dominate the mean over draws, and the theory describes a typical fit"
                    .into()
            }
            Circumstances::Real { .. } => "no reason is known".into(),
        }
    }
}

/// Differences up to this multiple of 1/(nD) are attributed to finite size.
const EXPECTED: f64 = 5.0;
/// Fraction of the rows below which the test rows are few.
const FEW: f64 = 0.1;

impl Agreement {
    /// Agreement over these points.
    #[must_use]
    pub fn of(points: &[Compared]) -> Self {
        let scored: Vec<(&Compared, f64)> = points.iter().filter_map(|p| Some((p, p.z()?))).collect();
        let total: f64 = scored.iter().map(|(p, _)| (p.measured.mean / p.theory - 1.0).abs()).sum();
        let off = scored.iter().filter(|(_, z)| z.abs() > 3.0).map(|(point, z)| {
            let cause = point.reason();
            let side = if *z > 0.0 { "above" } else { "below" };
            format!("n = {} is {:.1} standard errors {side} the theory: {cause}", point.samples, z.abs())
        });
        let count = scored.len() as f64;
        Self {
            points: scored.len(),
            difference: 100.0 * total / count,
            spread: (scored.iter().map(|(_, z)| z * z).sum::<f64>() / count).sqrt(),
            off: off.collect(),
        }
    }

    /// One line of summary, then one for each point that differs.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        if self.points == 0 {
            return vec!["no point can be compared with the theory".into()];
        }
        let points = if self.points == 1 { "point" } else { "points" };
        let head = format!(
            "measured and theory differ by {:.2} % on average and {:.1} standard errors (root mean square) over {} \
             {points}; {} off by more than 3",
            self.difference,
            self.spread,
            self.points,
            self.off.len()
        );
        std::iter::once(head).chain(self.off.iter().cloned()).collect()
    }
}
