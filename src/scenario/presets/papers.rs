//! Presets of papers, each with its reference, a description, and a value of the paper (or of its formula) that it
//! reproduces.

use std::sync::Arc;

use crate::scenario::description::{Alignment, Family, Featurization, Scenario, Table};
use crate::scenario::presets::preset::{InitialAxis, Preset, Quantity, paper, task, value};
use crate::theory::RidgeChoice;

const ALIGNED: Alignment = Alignment::Aligned;

/// Isotropic covariates and tasks.
fn isotropic(noise: f64, ridge: RidgeChoice) -> Scenario {
    Scenario {
        noise: Some(noise),
        ridge,
        task: task(Family::Isotropic, ALIGNED),
        featurization: Featurization::Raw,
        ..Scenario::default()
    }
}

/// A population given atom by atom.
fn table(weights: &[f64], eigenvalues: &[f64], energies: &[f64], noise: f64) -> Scenario {
    Scenario {
        signal: None,
        noise: Some(noise),
        featurization: Featurization::Raw,
        spectrum: Some(Arc::new(Table {
            weights: weights.into(),
            eigenvalues: eigenvalues.into(),
            energies: energies.into(),
        })),
        ..Scenario::default()
    }
}

pub(in crate::scenario) static PAPERS: [Preset; 12] = [
    paper(
        ("hastie", "surprises in ridgeless"),
        "Hastie, Montanari, Rosset, Tibshirani, arXiv 1903.08560",
        "the optimal ridge removes the peak at n = p: with σ² = r²/2 the excess risk there is exactly r²/2",
        value(1.0, Quantity::Excess, 0.5, 1e-12),
        || isotropic(0.5, RidgeChoice::Optimal),
    ),
    paper(
        ("dobriban-wager", "ridge at its best"),
        "Dobriban and Wager, arXiv 1507.03003",
        "the optimal ridge risk in closed form, at p/n = γ: ½[1 + (γ−1)/γ + √((1−(γ−1)/γ)² + 4)] for σ = r = 1",
        value(0.5, Quantity::Risk, 1.780_776_406_404_415, 1e-12),
        || isotropic(1.0, RidgeChoice::Optimal),
    ),
    paper(
        ("nakkiran", "optimal ridge is monotone"),
        "Nakkiran, Venkat, Kakade, Ma, arXiv 2003.01897",
        "with the ridge tuned at each n, more samples never hurt: no peak at any noise level",
        value(1.0, Quantity::Risk, 0.640_388_203_202_207_5, 1e-12),
        || isotropic(0.25, RidgeChoice::Optimal),
    ),
    paper(
        ("richards", "strong and weak features"),
        "Richards, Mourtada, Rosasco, arXiv 2006.06386",
        "strong features interpolate at n = 100, weak ones act as ridge and noise: peaks at n = 100 and n = p, a minimum between",
        // n(p−k)/((n−k)(p−n))·[σ² + G((p−n)/(p−k))²], section 4.
        value(0.5, Quantity::Risk, 0.5 * 0.9 / (0.4 * 0.5) * (0.1 + 0.2 * (0.5 / 0.9) * (0.5 / 0.9)), 1e-6),
        || table(&[0.1, 0.9], &[1.0, 1e-10], &[10.0, 0.2 / 0.9], 0.1),
    ),
    paper(
        ("wu-xu", "the sign of the best ridge"),
        "Wu and Xu, arXiv 2006.05800",
        "the signal on the strong directions: the best ridge is negative; on the weak ones it is large",
        value(0.4, Quantity::Ridge, -0.036_137_4, 1e-4),
        || Scenario {
            ridge: RidgeChoice::Optimal,
            ..table(&[0.2, 0.8], &[1.0 / 0.24, 0.05 / 0.24], &[5.0, 0.0], 0.01)
        },
    ),
    paper(
        ("xu-hsu", "how many principal components"),
        "Xu and Hsu, arXiv 1906.01139",
        "n = 300, λ = 1/j, no noise: 50 components 3.58, more than n of them do better, all 1000 best: 2.06",
        value(0.3, Quantity::Risk, 3.583_518_6, 1e-7),
        || Scenario {
            // Σ 1/j: θ of variance 1 in every direction.
            signal: Some(7.485_470_860_550_345),
            noise: Some(0.0),
            covariates: Family::PowerLaw { exponent: 1.0 },
            task: task(Family::Isotropic, ALIGNED),
            featurization: Featurization::Pca { size: Some(50) },
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "featurization.size", from: 1.0, to: 1000.0, log: false }),
    paper(
        ("bartlett", "benign overfitting"),
        "Bartlett, Long, Lugosi, Tsigler, arXiv 1906.11300",
        "k = 10 strong directions carry the signal, 9990 weak ones absorb the noise: excess ≈ σ²(k/n + n/p)",
        value(0.03, Quantity::Excess, 0.1 * (10.0 / 300.0 + 300.0 / 10_000.0), 0.05),
        || Scenario {
            dimension: 10_000,
            covariates: Family::Spiked { spikes: 10, strength: 1e4 },
            task: task(Family::Sparse { fraction: 0.001 }, ALIGNED),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    ),
    paper(
        ("mel-pennington", "multiple descent"),
        "Mel and Pennington, ICLR 2022",
        "three scales of covariance make three peaks: at n = 100, n = 300 and n = p",
        value(0.3, Quantity::Peaks, 3.0, 0.0),
        || table(&[0.1, 0.2, 0.7], &[1.0, 1e-3, 1e-6], &[5.0, 1.0, 0.3], 0.1),
    ),
    paper(
        ("bach", "random projections"),
        "Bach, arXiv 2303.01372",
        "unstructured upstream tasks act as random projections: 75 of them give a peak at n = 75, as 75 features do",
        value(0.375, Quantity::Pole, 0.375, 1e-12),
        || Scenario {
            dimension: 200,
            task: task(Family::Isotropic, ALIGNED),
            featurization: Featurization::Learned { tasks: 75, samples: 1000, seed: 0 },
            ..Scenario::default()
        },
    ),
    paper(
        ("covariate-shift", "tested where samples are rare"),
        "Tripuraneni, Adlam, Pennington, arXiv 2111.08234",
        "half the directions vary less downstream than in the test: least squares has risk σ²(1 + Σρ/(n − p))",
        // Σρ/p = ½·0.55 + ½·5.5.
        value(1.5, Quantity::Risk, 0.1 * (1.0 + 3.025 / 0.5), 1e-12),
        || Scenario {
            covariates: Family::TwoLevel { fraction: 0.5, ratio: 0.1 },
            task: task(Family::Isotropic, ALIGNED),
            test: Some(Family::Isotropic),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    ),
    paper(
        ("li-sen-adlam", "two divergences"),
        "Li, Sen, Adlam, arXiv 2404.12481",
        "even ground-truth features have a near-divergence, growing as 1/√ε, besides their pole; the optimum has neither",
        value(0.2, Quantity::Risk, 7.975, 1e-3),
        || Scenario {
            task: task(Family::TwoLevel { fraction: 0.2, ratio: 1e-5 }, ALIGNED),
            ..Scenario::default()
        },
    ),
    paper(
        ("li-sen-adlam-sparse", "a sparse optimum"),
        "Li, Sen, Adlam, arXiv 2404.12481",
        "beyond n/p = 0.7216 the optimum drops features; in the phase view it becomes soft as the effective rank grows",
        value(0.5, Quantity::Transition, 0.721_591, 1e-6),
        || Scenario {
            dimension: 400,
            task: task(Family::PowerLaw { exponent: 1.0 }, ALIGNED),
            featurization: Featurization::Optimal { at: None },
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "n/p", from: 0.02, to: 1.6, log: true }),
];
