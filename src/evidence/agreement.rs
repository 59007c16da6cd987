//! How far measurement and theory are apart over all measured points, and why where they are.

use super::Statistics;
use crate::scenario::{Model, ScenarioError};
use crate::theory::DivergenceKind;

/// A measured point beside the theory's risk there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// n.
    pub samples: f64,
    pub measured: Statistics,
    /// R, infinite on a pole.
    pub theory: f64,
    /// n of the nearest pole.
    pub pole: Option<f64>,
}

/// All points together.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Points with a finite theory and at least two draws.
    pub points: usize,
    /// Mean of |measured/theory − 1|, in percent.
    pub difference: f64,
    /// Points off by more than 3 standard errors, one plain sentence each.
    pub off: Vec<String>,
}

/// n of every pole of the theory's curve.
///
/// # Errors
/// A featurization that cannot be built.
pub fn poles(model: &Model) -> Result<Vec<f64>, ScenarioError> {
    let representation = model.representation(&model.scenario().featurization)?;
    let found = representation.divergences(model.ridge(), model.noise(), 1e-3, 10.0);
    let p = model.dimension() as f64;
    Ok(found.iter().filter(|d| d.kind == DivergenceKind::Pole).map(|d| d.sample_ratio * p).collect())
}

impl Compared {
    /// Standard errors between measurement and theory.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.measured.z(self.theory)
    }

    /// Whether n is within 3√n of a pole: there the mean over draws is heavy-tailed and the asymptotic form is late.
    #[must_use]
    pub fn near_pole(&self) -> bool {
        self.pole.is_some_and(|pole| (self.samples - pole).abs() <= 3.0 * pole.max(1.0).sqrt())
    }
}

impl Agreement {
    #[must_use]
    pub fn of(points: &[Compared]) -> Self {
        let judged: Vec<(&Compared, f64)> = points.iter().filter_map(|p| Some((p, p.z()?))).collect();
        let total: f64 = judged.iter().map(|(p, _)| (p.measured.mean / p.theory - 1.0).abs()).sum();
        let off = judged.iter().filter(|(_, z)| z.abs() > 3.0).map(|(point, z)| {
            let cause = if point.near_pole() {
                "near a pole the mean over draws is heavy-tailed: compare the median"
            } else {
                "the theory is exact in the limit of large n and p"
            };
            let side = if *z > 0.0 { "above" } else { "below" };
            format!("n = {} is {:.1} standard errors {side} the theory: {cause}", point.samples, z.abs())
        });
        Self { points: judged.len(), difference: 100.0 * total / judged.len() as f64, off: off.collect() }
    }

    /// One line for people, then one a point that is off.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        if self.points == 0 {
            return vec!["no point can be compared with the theory".into()];
        }
        let points = if self.points == 1 { "point" } else { "points" };
        let head = format!(
            "measured and theory differ by {:.2} % on average over {} {points}; {} off by more than 3 standard errors",
            self.difference,
            self.points,
            self.off.len()
        );
        std::iter::once(head).chain(self.off.iter().cloned()).collect()
    }
}
