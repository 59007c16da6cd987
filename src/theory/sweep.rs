//! Whole curves of the risk against the sample ratio (section 3); each solve starts from its neighbours.

use super::Spectrum;
use super::quantity::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError};
use super::ridge::Optimizer;
use super::risk::{self, Risk};

/// Number of points between two calls of `stop`.
const POLL: usize = 8;

/// The risk at every sample ratio, in the given order (fastest where neighbours are close). `None` where a fixed
/// negative ridge has no solution; an infinite risk marks a pole. `stop` is called every few points.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true.
pub fn curve(
    spectrum: &Spectrum,
    ratios: &[SampleRatio],
    choice: RidgeChoice,
    noise: NoiseVariance,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Option<Risk>>, TheoryError> {
    let mut points = Vec::with_capacity(ratios.len());
    let mut poll = Poll::new(stop);
    match choice {
        RidgeChoice::Fixed(ridge) => {
            let mut trail = Trail::default();
            for &ratio in ratios {
                poll.check()?;
                points.push(trail.next(spectrum, ratio, ridge, noise));
            }
        }
        RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => {
            if poll.stopped() {
                return Err(TheoryError::Interrupted);
            }
            let optimizer = Optimizer::new(spectrum);
            for &ratio in ratios {
                poll.check()?;
                points.push(Some(optimizer.optimal(ratio, noise, choice == RidgeChoice::OptimalNonNegative)));
            }
        }
    }
    Ok(points)
}

/// Calls `stop` at every [`POLL`]th step.
pub(crate) struct Poll<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    step: usize,
}

impl<'a> Poll<'a> {
    pub(crate) fn new(stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { stop, step: 0 }
    }

    pub(crate) fn stopped(&self) -> bool {
        (self.stop)()
    }

    pub(crate) fn check(&mut self) -> Result<(), TheoryError> {
        self.step += 1;
        if self.step % POLL == 1 && self.stopped() { Err(TheoryError::Interrupted) } else { Ok(()) }
    }
}

/// The last two solved points of a curve at a fixed ridge: the next κ is extrapolated by the cubic through (α, ln κ)
/// and the exact slopes at both.
#[derive(Default)]
struct Trail {
    last: Option<Step>,
    before: Option<Step>,
}

#[derive(Clone, Copy)]
struct Step {
    alpha: f64,
    /// ln |κ|; `sign` is the sign of κ.
    log_kappa: f64,
    sign: f64,
    /// d ln|κ| / dα = −(1 − λ/κ)/(αD), from the fixed point.
    slope: f64,
}

impl Trail {
    fn next(
        &mut self,
        spectrum: &Spectrum,
        ratio: SampleRatio,
        ridge: Ridge,
        noise: NoiseVariance,
    ) -> Option<Risk> {
        let guess = self.predict(ratio.get());
        let found = risk::evaluate_near(spectrum, ratio, ridge, noise, guess).ok();
        self.before = self.last;
        self.last = found.and_then(|r| Step::from(spectrum, &r));
        found
    }

    fn predict(&self, alpha: f64) -> Option<f64> {
        let last = self.last?;
        let ahead = alpha - last.alpha;
        let line = last.log_kappa + last.slope * ahead;
        let log = match self.before {
            Some(before) if before.alpha != last.alpha && before.sign == last.sign => {
                // Hermite cubic in t, 0 at `last` and 1 at `before`.
                let width = before.alpha - last.alpha;
                let t = ahead / width;
                let rise = before.log_kappa - last.log_kappa;
                let (m0, m1) = (last.slope * width, before.slope * width);
                let cubic = last.log_kappa
                    + t * (m0 + t * ((3.0 * rise - 2.0 * m0 - m1) + t * (m0 + m1 - 2.0 * rise)));
                // Near a pole ln κ is too steep to extrapolate.
                if (cubic - line).abs() < 1.0 { cubic } else { line }
            }
            _ => line,
        };
        let kappa = log.exp();
        (kappa > 0.0 && kappa.is_finite()).then_some(last.sign * kappa)
    }
}

impl Step {
    fn from(spectrum: &Spectrum, r: &Risk) -> Option<Self> {
        if r.kappa == 0.0 || !r.kappa.is_finite() {
            return None;
        }
        // αD. Under a test covariance the terms are not those of D; the cancellation only affects the start of a
        // solve.
        let margin = match spectrum.test() {
            None => r.sample_ratio * (r.bias + r.noise) / r.risk,
            Some(_) => r.sample_ratio - r.df2,
        };
        let slope = -(1.0 - r.ridge / r.kappa) / margin;
        slope.is_finite().then_some(Self {
            alpha: r.sample_ratio,
            log_kappa: r.kappa.abs().ln(),
            sign: r.kappa.signum(),
            slope,
        })
    }
}

/// How the sample ratios of a curve are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Equal steps of α.
    Linear,
    /// Equal steps of log α.
    Log,
}

/// `count` sample ratios from `from` to `to`, both included, increasing.
///
/// # Errors
/// [`TheoryError::SampleRatio`] when an end is not a sample ratio, or `to` is not above `from`.
pub fn grid(from: f64, to: f64, count: usize, spacing: Spacing) -> Result<Vec<SampleRatio>, TheoryError> {
    let (low, high) = (SampleRatio::new(from)?, SampleRatio::new(to)?);
    if to <= from {
        return Err(TheoryError::SampleRatio(to));
    }
    let steps = count.saturating_sub(1).max(1) as f64;
    let inner = (1..count.saturating_sub(1)).map(|i| {
        let t = i as f64 / steps;
        let ratio = match spacing {
            Spacing::Linear => from + t * (to - from),
            Spacing::Log => from * (t * (to / from).ln()).exp(),
        };
        SampleRatio::new(ratio.clamp(from, to))
    });
    let mut ratios = vec![low];
    for ratio in inner {
        ratios.push(ratio?);
    }
    if count > 1 {
        ratios.push(high);
    }
    Ok(ratios)
}

/// Increasing ratios for a drawing that shows these `poles`: ratios within 1e-9 of a pole are removed, and points are
/// added on both sides of each pole inside the range, at successively halved distances.
#[must_use]
pub fn around_poles(ratios: &[SampleRatio], poles: &[f64]) -> Vec<SampleRatio> {
    const HALVINGS: i32 = 10;
    let (Some(first), Some(last)) = (ratios.first(), ratios.last()) else {
        return Vec::new();
    };
    let mut all = ratios.to_vec();
    for &pole in poles {
        let next = ratios.partition_point(|r| r.get() < pole);
        let spacing = |i: usize| Some(ratios.get(i + 1)?.get() - ratios.get(i)?.get());
        let Some(step) = spacing(next.saturating_sub(1)) else { continue };
        for halving in 0..HALVINGS {
            let distance = step * 0.5_f64.powi(halving);
            all.extend(
                [pole - distance, pole + distance].into_iter().filter_map(|a| SampleRatio::new(a).ok()),
            );
        }
    }
    all.retain(|r| r >= first && r <= last && poles.iter().all(|pole| (r.get() - pole).abs() > 1e-9 * pole));
    all.sort_by(|a, b| a.get().total_cmp(&b.get()));
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::super::ridge;
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    fn spectra() -> Vec<Spectrum> {
        let power: Vec<_> = (1..=300)
            .map(|j| (f64::from(j).powf(-1.5), f64::from(1 + j % 7) * 300.0 / f64::from(j)))
            .collect();
        vec![
            Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(),
            Spectrum::new([(0.2, 1.0, 5.0), (0.5, 1e-6, 0.1), (0.3, 0.0, 0.3)]).unwrap(),
            Spectrum::uniform(&power).unwrap(),
            Spectrum::new([(1.0, 0.0, 2.0)]).unwrap(),
        ]
    }

    #[test]
    fn a_curve_equals_its_points() {
        let mut ratios = grid(0.01, 5.0, 300, Spacing::Log).unwrap();
        ratios.extend(grid(0.02, 1.3, 200, Spacing::Linear).unwrap());
        ratios.extend([0.7, 1.0, 0.7 + 1e-9, 0.2].map(|a| SampleRatio::new(a).unwrap()));
        for s in spectra() {
            for choice in [0.0, 1e-7, 0.1, 10.0, -1e-8, -0.01]
                .map(|l| RidgeChoice::Fixed(Ridge::new(l).unwrap()))
                .into_iter()
                .chain([RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative])
            {
                let points = curve(&s, &ratios, choice, noise(0.1), &|| false).unwrap();
                for (point, &ratio) in points.iter().zip(&ratios) {
                    let alone = ridge::evaluate(&s, ratio, choice, noise(0.1)).ok();
                    let (Some(got), Some(want)) = (point, alone) else {
                        assert_eq!(point.is_some(), alone.is_some(), "{choice:?} at {ratio}");
                        continue;
                    };
                    let same = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-12 * b.abs();
                    assert!(same(got.risk, want.risk), "{choice:?} at {ratio}: {got:?}\n{want:?}");
                }
            }
        }
    }

    #[test]
    fn a_curve_can_be_interrupted() {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 3;
        let ratios = grid(0.1, 2.0, 1000, Spacing::Linear).unwrap();
        let s = &spectra()[2];
        let choice = RidgeChoice::Fixed(Ridge::ZERO);
        assert_eq!(curve(s, &ratios, choice, noise(0.1), &stop), Err(TheoryError::Interrupted));
        assert_eq!(asked.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn grids_include_their_ends_and_are_dense_near_poles() {
        for spacing in [Spacing::Linear, Spacing::Log] {
            let g = grid(0.05, 2.0, 40, spacing).unwrap();
            assert_eq!((g.len(), g[0].get(), g[39].get()), (40, 0.05, 2.0));
            assert!(g.is_sorted());
        }
        assert_eq!(grid(0.5, 1.0, 1, Spacing::Log).unwrap().len(), 1);
        assert!(grid(0.0, 1.0, 5, Spacing::Log).is_err() && grid(1.0, 1.0, 5, Spacing::Linear).is_err());
        let g = around_poles(&grid(0.5, 1.5, 11, Spacing::Linear).unwrap(), &[1.0, 4.0]);
        assert!(g.is_sorted() && g.iter().all(|a| a.get() != 1.0 && a.get() <= 1.5));
        assert!(g.iter().any(|a| (a.get() - 1.0).abs() < 1e-3));
    }
}
