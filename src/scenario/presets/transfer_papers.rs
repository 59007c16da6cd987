//! Presets of papers on random features, transferred weights and bagging (section 11), each with a value that it
//! reproduces.

use crate::scenario::description::{Alignment, BaggedFits, Family, Featurization, Scenario, SourceTask};
use crate::scenario::presets::preset::{InitialAxis, Preset, Quantity, paper, task, value};
use crate::theory::transfer::{Fits, Nonlinearity, SourceWeight};
use crate::theory::{Ridge, RidgeChoice};

const ALIGNED: Alignment = Alignment::Aligned;

/// Isotropic covariates and tasks.
fn isotropic(noise: f64, featurization: Featurization) -> Scenario {
    Scenario {
        noise: Some(noise),
        task: task(Family::Isotropic, ALIGNED),
        featurization,
        ..Scenario::default()
    }
}

/// 200 directions with s ∝ j^−0.8 and τ ∝ j^−1.2.
fn power_law(featurization: Featurization) -> Scenario {
    Scenario {
        dimension: 200,
        covariates: Family::PowerLaw { exponent: 0.8 },
        task: task(Family::PowerLaw { exponent: 0.4 }, ALIGNED),
        featurization,
        ..Scenario::default()
    }
}

const fn random(features: usize, nonlinearity: Nonlinearity) -> Featurization {
    Featurization::RandomFeatures { features, nonlinearity, residue: None }
}

fn bagged(noise: f64, share: f64) -> Scenario {
    Scenario {
        bagging: Some(BaggedFits { share, fits: Fits::Infinite }),
        ..isotropic(noise, Featurization::Raw)
    }
}

/// The width as the x axis, at a given number of samples.
const WIDTH: InitialAxis = InitialAxis { key: "featurization.features", from: 50.0, to: 3000.0, log: true };

pub(super) static TRANSFER_PAPERS: [Preset; 13] = [
    paper(
        ("mei-montanari", "random features"),
        "Mei and Montanari, arXiv 1908.05355",
        "500 ReLU features: a pole at n = N, which a ridge removes; without a ridge more features are better",
        value(0.5, Quantity::Pole, 0.5, 1e-12),
        || isotropic(0.1, random(500, Nonlinearity::Relu)),
    ),
    paper(
        ("belkin-hsu-xu", "double descent in the width"),
        "Belkin, Hsu, Xu, arXiv 1903.07571",
        "n = 700: the risk over the number of features peaks at N = n and falls again beyond it",
        // (1 − ν + σ²)/(1 − ν/α) for N < n.
        value(0.7, Quantity::Risk, 0.5 / (1.0 - 0.5 / 0.7), 1e-12),
        || isotropic(0.0, random(500, Nonlinearity::Linear)),
    )
    .over(WIDTH),
    paper(
        ("adlam-pennington", "fine-grained variances"),
        "Adlam and Pennington, arXiv 2011.03321",
        "view 2: at n = N only the variances in which features and samples interact diverge",
        // For n < N: a = α, and R = (T₂ + V_W + σ²)/(1 − df2_full/α).
        value(0.25, Quantity::Risk, 26.0 / 15.0, 1e-12),
        || isotropic(0.1, random(500, Nonlinearity::Linear)),
    ),
    paper(
        ("d-ascoli", "triple descent"),
        "d'Ascoli, Sagun, Biroli, arXiv 2006.03509",
        "a weak nonlinearity: one peak at n = p, where the linear part is used up, and the pole at n = N",
        value(1.0, Quantity::Peaks, 2.0, 0.0),
        || {
            isotropic(
                0.5,
                Featurization::RandomFeatures {
                    features: 1800,
                    nonlinearity: Nonlinearity::Linear,
                    residue: Some(1e-3),
                },
            )
        },
    )
    .over(InitialAxis { key: "n/p", from: 0.05, to: 3.0, log: true }),
    paper(
        ("simon", "more is better"),
        "Simon, Karkada, Ghosh, Belkin, arXiv 2311.14646",
        "60 features, nonlinear residue 0.3: with the optimal ridge neither more features nor more samples hurt",
        // Value from 50-digit arithmetic.
        value(0.5, Quantity::Risk, 1.115_076_185_998_17, 1e-12),
        || {
            power_law(Featurization::RandomFeatures {
                features: 60,
                nonlinearity: Nonlinearity::Linear,
                residue: Some(0.3),
            })
        },
    ),
    paper(
        ("atanasov", "samples and features renormalise the ridge"),
        "Atanasov, Zavatone-Veth, Pehlevan, arXiv 2405.00592",
        "60 linear random features of a power law: λ = κ₂(1 − df1/ν)(1 − df1/α), symmetric in N and n",
        // Value from 50-digit arithmetic.
        value(0.5, Quantity::Risk, 0.858_888_347_106_881, 1e-12),
        || Scenario {
            ridge: Ridge::new(0.05).map_or(RidgeChoice::ZERO, RidgeChoice::Fixed),
            ..power_law(random(60, Nonlinearity::Linear))
        },
    ),
    paper(
        ("maloney", "scaling in samples and features"),
        "Maloney, Roberts, Sully, arXiv 2210.16859",
        "samples and features have symmetric roles in the fixed point: a pole where both are 60",
        value(0.3, Quantity::Pole, 0.3, 1e-12),
        || power_law(random(60, Nonlinearity::Linear)),
    ),
    paper(
        ("dhifallah-lu", "when weights transfer"),
        "Dhifallah and Lu, arXiv 2101.01918",
        "a source of 2p samples with correlation 0.9; below c* = 0.55 its weights raise the risk",
        // (bias² + σ²)/(1 − α) with bias² = ¼·[1 − 2c + 1 + σ²/(α_S − 1)] at α = ½.
        value(0.5, Quantity::Risk, 0.35, 1e-12),
        || Scenario {
            source: Some(SourceTask {
                samples: 2000,
                ridge: 0.0,
                noise: None,
                correlation: 0.9,
                weight: SourceWeight::Fixed(1.0),
            }),
            ..isotropic(0.1, Featurization::Raw)
        },
    )
    .over(InitialAxis { key: "source.correlation", from: 0.0, to: 1.0, log: false }),
    paper(
        ("patil-du-kuchibhotla", "bagging"),
        "Patil, Du, Kuchibhotla, arXiv 2210.11445",
        "the average of many ridgeless fits on half the samples has no peak at n = p, where one fit diverges",
        // (½·½ + σ²)/(1 − ¼) at n = p.
        value(1.0, Quantity::Risk, 0.35 / 0.75, 1e-12),
        || bagged(0.1, 0.5),
    ),
    paper(
        ("lejeune", "ensembles as a ridge"),
        "LeJeune, Javadi, Baraniuk, arXiv 1910.04743",
        "ridgeless fits on the right share of the samples reach the best ridge: with σ² = r²/2 the excess at n = p is r²/2",
        value(1.0, Quantity::Excess, 0.5, 1e-12),
        || bagged(0.5, 0.5),
    )
    .over(InitialAxis { key: "bagging.share", from: 0.05, to: 0.95, log: false }),
    paper(
        ("du-patil-kuchibhotla", "subsampling and ridge are equivalent"),
        "Du, Patil, Kuchibhotla, arXiv 2304.13016",
        "at n = 2p a share of 0.293 in each fit has the risk of the best ridge on all samples, √2",
        value(2.0, Quantity::Risk, std::f64::consts::SQRT_2, 1e-12),
        || bagged(1.0, 1.0 - std::f64::consts::FRAC_1_SQRT_2),
    )
    .over(InitialAxis { key: "n/p", from: 0.1, to: 4.0, log: true }),
    paper(
        ("advani-saxe", "generalisation at the interpolation point"),
        "Advani and Saxe, arXiv 1710.03667",
        "isotropic features without a ridge: (1 − n/p) + σ²/(1 − n/p) below n = p",
        value(0.5, Quantity::Risk, 0.7, 1e-12),
        || isotropic(0.1, Featurization::Raw),
    ),
    paper(
        ("nakkiran-more-data", "more data can hurt"),
        "Nakkiran, arXiv 1912.07242",
        "between the minimum left of n = p and the pole every further sample raises the risk",
        value(1.0, Quantity::Pole, 1.0, 1e-12),
        || isotropic(0.25, Featurization::Raw),
    ),
];
