//! A spectrum as p separate directions, from which samples are drawn (section 8).

use crate::scenario::{ScenarioError, TestedDirections};
use crate::theory::Spectrum;

/// Whether the weights of the test covariance on the directions, in the order of the spectrum's eigenvalues, agree
/// with those of the spectrum. A cut eigenvalue, of which a random part is kept, is not compared.
pub(super) fn has_weights_of(spectrum: &Spectrum, tested: &TestedDirections) -> bool {
    let Some(test) = spectrum.test() else { return false };
    let p = tested.directions.len() as f64;
    let before = tested.cut.as_ref().map_or(tested.directions.len(), |cut| cut.start);
    let Some(mut rest) = tested.directions.get(..before) else { return false };
    let near = |a: f64, b: f64, of: f64| (a - b).abs() <= 1e-9 * of;
    let atoms = spectrum.weights().iter().zip(test.weights()).zip(test.weighted_energies());
    for ((share, weight), energy) in atoms {
        if tested.cut.is_some() && rest.is_empty() {
            break;
        }
        let count = ((share * p).round() as usize).min(rest.len());
        let (first, others) = rest.split_at(count);
        let sum = |of: fn(&(f64, f64)) -> f64| first.iter().map(of).sum::<f64>() / p;
        if !near(sum(|d| d.1), *weight, test.rank()) || !near(sum(|d| d.0 * d.1), *energy, test.signal()) {
            return false;
        }
        rest = others;
    }
    true
}

/// The spectrum as p directions: √s of those with s > 0, and √(τ/p) of all. Shares that are not whole numbers of
/// directions are rounded by largest remainders; the energy of a share without a direction is distributed by scaling
/// that of the others.
pub(super) fn directions(spectrum: &Spectrum, p: usize) -> Result<(Vec<f64>, Vec<f64>), ScenarioError> {
    let out_of_reach = (1.0 - spectrum.rank()).max(0.0);
    let weights = spectrum.weights().iter().copied().chain([out_of_reach]);
    let shares: Vec<f64> = weights.map(|w| w * p as f64).collect();
    let mut counts: Vec<usize> = shares.iter().map(|s| (s + 1e-9).floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    let remainder = |i: &usize| shares.get(*i).map_or(f64::NAN, |s| s - (s + 1e-9).floor());
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)));
    let missing = p.saturating_sub(counts.iter().sum());
    for i in order.into_iter().cycle().take(missing) {
        counts.get_mut(i).into_iter().for_each(|c| *c += 1);
    }
    let eigenvalues = spectrum.eigenvalues().iter().copied().chain([0.0]);
    let energies = spectrum.weighted_energies().iter().copied().chain([spectrum.unreachable()]);
    let (mut lengths, mut task) = (Vec::new(), Vec::with_capacity(p));
    for ((count, s), energy) in counts.into_iter().zip(eigenvalues).zip(energies) {
        if energy < 0.0 {
            return Err(ScenarioError::new(format!(
                "tasks with the energy {energy} cannot be drawn; accepted are energies of at least 0"
            )));
        }
        if count == 0 {
            continue;
        }
        if s > 0.0 {
            lengths.extend(std::iter::repeat_n(s.sqrt(), count));
        }
        task.extend(std::iter::repeat_n((energy / count as f64).sqrt(), count));
    }
    let (drawn, signal) = (task.iter().map(|t| t * t).sum::<f64>(), spectrum.signal());
    if drawn > 0.0 && signal > 0.0 && (drawn / signal - 1.0).abs() > 1e-12 {
        let factor = (signal / drawn).sqrt();
        task.iter_mut().for_each(|t| *t *= factor);
    }
    Ok((lengths, task))
}
