//! First-order transitions between the regimes of the optimal featurization, and their triple point (section 5).

use super::numeric::highest;
use super::quantity::{NoiseVariance, SampleRatio, TheoryError};
use super::selection::{Optimal, Regime, TaskSpectrum};
use super::soft_table::SoftTable;
use super::sweep::Poll;

/// A change of regime along a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transition {
    /// Value of the parameter, to a relative 1e-10: α_c along the sample ratio.
    pub at: f64,
    /// Regime below it.
    pub from: Regime,
    /// Regime above it.
    pub to: Regime,
    /// Share of the directions kept just before the transition.
    pub kept_before: f64,
    /// Share of the directions kept just after the transition.
    pub kept_after: f64,
    /// The optimal risk at the transition, equal on both sides.
    pub risk: f64,
}

/// All transitions with from < α < to.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true; [`TheoryError::SampleRatio`] when the interval is empty or
/// not of sample ratios.
pub fn transitions(
    table: &SoftTable,
    noise: NoiseVariance,
    from: f64,
    to: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Transition>, TheoryError> {
    const POINTS: usize = 192;
    let log = super::sweep::grid(from, to, POINTS / 3, super::sweep::Spacing::Log)?;
    let linear = super::sweep::grid(from, to, POINTS, super::sweep::Spacing::Linear)?;
    let mut nodes: Vec<f64> = log.iter().chain(&linear).map(|a| a.get()).collect();
    // Beyond α = 1 (or the share in reach) there is only hard or null selection.
    let reach = table.task().reach();
    nodes.extend([reach - 1e-6, reach, reach + 1e-6].into_iter().filter(|a| *a > from && *a < to));
    nodes.sort_by(f64::total_cmp);
    nodes.dedup();
    along(&nodes, |alpha| SampleRatio::new(alpha).ok().map(|a| table.optimal(a, noise)), stop)
}

/// All transitions along any parameter: `optimal` is evaluated at increasing `nodes`, close enough that two
/// transitions between neighbours leave a dip in the difference of the risks, and refined in between. No transition
/// is reported where it returns `None`.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true.
pub fn along(
    nodes: &[f64],
    optimal: impl Fn(f64) -> Option<Optimal>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Transition>, TheoryError> {
    let mut poll = Poll::new(stop);
    let mut points = Vec::with_capacity(nodes.len());
    for &at in nodes {
        poll.check()?;
        if let Some(o) = optimal(at) {
            points.push((at, o));
        }
    }
    // Two transitions between neighbouring nodes: the advantage of one kind of selection dips towards 0 and returns.
    let mut extra = Vec::new();
    for triple in points.windows(3) {
        poll.check()?;
        let &[a, b, c] = triple else { continue };
        let (f, g, h) = (advantage(&a.1), advantage(&b.1), advantage(&c.1));
        let dips = f * g > 0.0 && g * h > 0.0 && g.abs() <= f.abs() && g.abs() <= h.abs() && g.abs() < 0.1;
        if !dips {
            continue;
        }
        // Golden-section search for a point in between at which the advantage has the other sign.
        let turned = |o: Optimal| -g.signum() * advantage(&o);
        if let Some(inner) = highest(a.0, c.0, 24, &optimal, turned, |o| turned(o) > 0.0)
            && turned(inner.1) > 0.0
        {
            extra.push(inner);
        }
    }
    points.extend(extra);
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::new();
    for pair in points.windows(2) {
        poll.check()?;
        if let &[a, b] = pair {
            between(a, b, &optimal, 0, &mut found);
        }
    }
    Ok(found)
}

/// Advantage of soft selection, ln(R_hard/R_soft); −∞ where soft selection does not exist.
fn advantage(o: &Optimal) -> f64 {
    o.soft.map_or(f64::NEG_INFINITY, |soft| (o.hard.risk / soft.risk).ln())
}

/// Halves the interval while its ends are in different regimes.
fn between(
    a: (f64, Optimal),
    b: (f64, Optimal),
    optimal: &impl Fn(f64) -> Option<Optimal>,
    depth: usize,
    found: &mut Vec<Transition>,
) {
    if a.1.regime == b.1.regime {
        return;
    }
    let middle = 0.5 * (a.0 + b.0);
    let narrow = (b.0 - a.0).abs() <= 1e-12 * middle.abs() || middle <= a.0 || middle >= b.0 || depth > 80;
    match if narrow { None } else { optimal(middle) } {
        Some(o) => {
            between(a, (middle, o), optimal, depth + 1, found);
            between((middle, o), b, optimal, depth + 1, found);
        }
        None => found.push(Transition {
            at: middle,
            from: a.1.regime,
            to: b.1.regime,
            kept_before: a.1.kept_fraction,
            kept_after: b.1.kept_fraction,
            risk: 0.5 * (a.1.risk + b.1.risk),
        }),
    }
}

/// The point (α, σ²) at which soft, hard and null selection have equal risks. There is at most one, and none for a
/// flat spectrum.
///
/// Keeping the first feature lowers the risk where ατ₁ > r² + σ². On the line ατ₁ = r² + σ² the condition R_soft = αq
/// = ατ₁ means q = τ₁, and with x = 1 − α the fixed point becomes x² − 2cx + c(1 − δ) = 0, δ = r²/τ₁ and c = Σ w
/// τ₁/(τ+τ₁); the larger root has σ² < 0. If features reach only a share of the directions, that share replaces each
/// 1.
#[must_use]
pub fn triple_point(task: &TaskSpectrum) -> Option<(SampleRatio, NoiseVariance)> {
    let largest = *task.energies().first()?;
    let c: f64 = task.weights().iter().zip(task.energies()).map(|(w, t)| w * largest / (t + largest)).sum();
    let delta = task.signal() / largest;
    let reach = task.reach();
    let root = (c * (c - reach + delta)).max(0.0).sqrt();
    let x = c * (reach - delta) / (c + root);
    let alpha = reach - x;
    let noise = alpha * largest - task.signal();
    // A flat spectrum has x = 0, which is no triple point.
    if x.is_nan() || x < 1e-12 {
        return None;
    }
    Some((SampleRatio::new(alpha).ok()?, NoiseVariance::new(noise).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    fn two_level(ratio: f64) -> TaskSpectrum {
        let top = 1.0 / (0.2 + 0.8 * ratio);
        TaskSpectrum::new([(0.2, top), (0.8, top * ratio)]).unwrap()
    }

    fn inverse(p: u32) -> TaskSpectrum {
        let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
        let mean = energies.iter().sum::<f64>() / f64::from(p);
        TaskSpectrum::uniform(&energies.iter().map(|t| t / mean).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn named_transitions() {
        for (task, v, want) in [
            (two_level(1e-2), 0.02, 0.599733),
            (two_level(1e-2), 0.1, 0.373297),
            (inverse(400), 0.1, 0.721591),
        ] {
            let found = transitions(&SoftTable::new(task), noise(v), 1e-3, 3.0, &|| false).unwrap();
            let t = found.iter().find(|t| t.from == Regime::Soft && t.to == Regime::Hard).unwrap();
            assert!((t.at - want).abs() < 1e-6, "{t:?} for {want}");
            assert_eq!(t.kept_before, 1.0);
        }
        let t = transitions(&SoftTable::new(two_level(1e-2)), noise(0.1), 0.05, 3.0, &|| false).unwrap()[0];
        assert_eq!(t.kept_after, 0.2);
    }

    /// Along σ² a two-level spectrum is re-entrant, and along α it may pass through the null regime.
    #[test]
    fn transitions_agree_with_a_dense_scan() {
        let task = two_level(1e-2);
        let table = SoftTable::new(task.clone());
        for alpha in [0.05, 0.21, 0.3, 0.5, 0.8] {
            let ratio = SampleRatio::new(alpha).unwrap();
            let at = |v: f64| task.optimal(ratio, noise(v));
            let nodes: Vec<f64> = (0..100).map(|i| 1e-4 * 10_f64.powf(f64::from(i) * 0.06)).collect();
            let found = along(&nodes, |v| Some(table.optimal(ratio, noise(v))), &|| false).unwrap();
            let mut want = Vec::new();
            for i in 0..20_000 {
                let v = |i: i32| 1e-4 * 10_f64.powf(f64::from(i) * 0.0003 * 0.99);
                if at(v(i)).regime != at(v(i + 1)).regime {
                    want.push((v(i), v(i + 1)));
                }
            }
            assert_eq!(found.len(), want.len(), "α={alpha}: {found:?}");
            for (t, (low, high)) in found.iter().zip(want) {
                assert!(t.at >= low && t.at <= high);
            }
        }
    }

    #[test]
    fn three_regimes_meet_at_the_triple_point() {
        for task in [two_level(1e-2), two_level(0.5), inverse(50), inverse(1000)] {
            let (alpha, sigma) = triple_point(&task).unwrap();
            let at = |a: f64, v: f64| task.optimal(SampleRatio::new(a).unwrap(), noise(v));
            let here = at(alpha.get(), sigma.get());
            let null = task.signal() + sigma.get();
            assert!((here.soft.unwrap().risk - null).abs() < 1e-9 * null);
            let (mut regimes, step) = (Vec::new(), 1e-4);
            for i in 0..64 {
                let (x, y) = (f64::from(i) * 0.0982).sin_cos();
                regimes.push(at(alpha.get() * (1.0 + step * x), sigma.get() * (1.0 + step * y)).regime);
            }
            for regime in [Regime::Soft, Regime::Hard, Regime::Null] {
                assert!(regimes.contains(&regime), "{regime:?} is not around {alpha} {sigma}");
            }
        }
        assert_eq!(triple_point(&TaskSpectrum::new([(1.0, 1.0)]).unwrap()), None);
        assert_eq!(triple_point(&TaskSpectrum::new([(1.0, 0.0)]).unwrap()), None);
    }
}
