//! Each preset shows its phenomenon.

use super::super::*;
use super::{close, ridgeless};
use crate::theory::{Risk, SampleRatio, ridge};

fn preset(name: &str) -> Model {
    Model::new(&Scenario::preset(name).unwrap(), None, &|| false).unwrap()
}

fn chosen(m: &Model, alpha: f64) -> Risk {
    let ratio = SampleRatio::new(alpha).unwrap();
    m.chosen().unwrap().evaluate(ratio, m.ridge(), m.noise()).unwrap().unwrap()
}

#[test]
fn names_are_kebab_case_and_unknown_ones_are_refused() {
    for p in presets::all() {
        assert!(p.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", p.name);
        assert!(!p.look.is_empty() && !p.look.contains('\n') && p.at > 0.0);
    }
    assert_eq!(Scenario::preset("double-divergence").unwrap(), Scenario::default());
    let sentence = Scenario::preset("nope").unwrap_err().to_string();
    assert!(sentence.contains("\"nope\"") && sentence.contains("negative-ridge"), "{sentence}");
}

/// Kobak et al.: nλ ≈ −151.5 and R/(r²+σ²) = 0.112996 at n = 64.
#[test]
fn negative_ridge() {
    let m = preset("negative-ridge");
    let best = chosen(&m, 0.064);
    assert!((64.0 * best.ridge + 151.5).abs() < 0.1, "{best:?}");
    close(best.risk / 11.0, 0.112996, 1e-5);
}

#[test]
fn isotropic_double_descent_and_its_best_ridge() {
    let m = preset("isotropic-double-descent");
    close(chosen(&m, 2.0).risk, 0.2, 1e-12);
    close(chosen(&m, 0.5).risk, 0.7, 1e-12);
    assert!(chosen(&m, 1.0).diverges());
    let raw = m.spectrum(&Featurization::Raw).unwrap();
    let tuned = |a: f64| {
        ridge::evaluate(&raw, SampleRatio::new(a).unwrap(), crate::theory::RidgeChoice::Optimal, m.noise())
            .unwrap()
            .risk
    };
    assert!((1..60).all(|i| tuned(0.05 * f64::from(i + 1)) < tuned(0.05 * f64::from(i))));
}

/// The mixture is better than both its ends at the preset's sample ratio.
#[test]
fn task_vs_structure() {
    let m = preset("task-vs-structure");
    let at = presets::all().iter().find(|p| p.name == "task-vs-structure").unwrap().at;
    let risk = |f| ridgeless(&m, &f, at).risk;
    let (task, structure) = (risk(Featurization::GroundTruth), risk(Featurization::Whitened));
    let both = chosen(&m, at).risk;
    assert!(both < task && both < structure, "{task} {structure} {both}");
}

/// τ ∝ j⁻²: the excess risk falls as 1/n (the energy of the tail beyond n) until n approaches the end of the spectrum.
#[test]
fn source_condition() {
    let m = preset("source-condition");
    let slope = |a: f64| (chosen(&m, 2.0 * a).excess() / chosen(&m, a).excess()).ln() / 2.0_f64.ln();
    let slopes: Vec<f64> = [0.005, 0.01, 0.02, 0.04].map(slope).to_vec();
    assert!(slopes.iter().all(|s| (s - slopes[0]).abs() < 0.15 && (*s + 1.0).abs() < 0.15), "{slopes:?}");
}

#[test]
fn misaligned_principal_components_fail() {
    let m = preset("misaligned");
    let raw = chosen(&m, 0.5).risk;
    let pcr = ridgeless(&m, &Featurization::Pca { size: Some(200) }, 0.5).risk;
    let truth = ridgeless(&m, &Featurization::GroundTruth, 0.5).risk;
    let null = m.signal() + m.noise().get();
    assert!(raw > 3.0 * truth && pcr > null && truth < 0.5, "{raw} {pcr} {truth}");
}

/// Two-level (0.2; 1e-2): from soft to hard selection of the top fifth at α = 0.373297 (section 5).
#[test]
fn hard_to_soft_transition() {
    let m = preset("hard-to-soft-transition");
    let kept = |a: f64| {
        let at = Featurization::Optimal { at: Some(a) };
        m.spectrum(&at).unwrap().rank()
    };
    assert_eq!((kept(0.3732), kept(0.3734)), (1.0, 0.2));
}

/// Isotropic tasks: where hard selection is the optimum it equals PCR at its best size. Elsewhere more components than
/// samples are better than any hard selection, and no better than the optimum.
#[test]
fn pcr_connection() {
    let m = preset("pcr-connection");
    let pcr = m.representation(&m.scenario().featurization).unwrap();
    let hard = m.representation(&Featurization::Hard { at: None }).unwrap();
    let optimal = m.representation(&Featurization::Optimal { at: None }).unwrap();
    for a in [0.1, 0.5, 0.8, 0.9, 1.5] {
        let risk = |r: &crate::theory::Representation| {
            r.evaluate(SampleRatio::new(a).unwrap(), m.ridge(), m.noise()).unwrap().unwrap().risk
        };
        if a < 0.7 {
            assert!(risk(&optimal) < risk(&pcr) && risk(&pcr) < 0.9 * risk(&hard), "{a}");
        } else {
            close(risk(&pcr), risk(&hard), 1e-10);
        }
    }
}

#[test]
fn every_preset_has_its_representation() {
    for p in presets::all() {
        let m = preset(p.name);
        assert!(m.chosen().is_ok(), "{}", p.name);
    }
}

/// Features of m upstream tasks have rank m: a pole at n = m instead of p. Below it they are better than raw features.
#[test]
fn learned_featurization() {
    let m = preset("learned-featurization");
    let raw = |a| ridgeless(&m, &Featurization::Raw, a).risk;
    assert!(chosen(&m, 0.2).risk < 0.6 * raw(0.2));
    assert!(chosen(&m, 150.0 / 400.0).diverges() && chosen(&m, 1.0).risk < 0.3);
}

/// The values published in each paper are reproduced.
#[test]
fn papers_are_reproduced() {
    use crate::theory::{ExtremumKind, transition};
    use presets::{Group, Quantity};
    let papers: Vec<_> = presets::all().iter().filter(|p| p.reference.is_some()).collect();
    assert!(papers.len() >= 24 && papers.iter().all(|p| p.value.is_some()));
    assert!(presets::all().iter().all(|p| p.group == Group::Phenomena || p.reference.is_some()));
    for paper in papers {
        let (m, value) = (preset(paper.name), paper.value.unwrap());
        let representation = m.chosen().unwrap();
        let ratio = SampleRatio::new(value.at).unwrap();
        let risk = || representation.evaluate(ratio, m.ridge(), m.noise()).unwrap().unwrap();
        let peaks = || representation.divergences(m.ridge(), m.noise(), 0.01, 2.0).unwrap();
        let got = match value.quantity {
            Quantity::Risk => risk().risk,
            Quantity::Excess => risk().excess(),
            Quantity::Ridge => risk().ridge,
            Quantity::Peaks => peaks().len() as f64,
            Quantity::Pole => peaks().iter().find(|d| d.kind == ExtremumKind::Pole).unwrap().at,
            Quantity::Transition => {
                let table = m.soft_table().unwrap();
                transition::transitions(&table, m.noise(), 0.01, 2.0, &|| false).unwrap()[0].at
            }
        };
        let error = (got - value.value).abs();
        assert!(error <= value.tolerance * value.value.abs(), "{}: {got} for {value:?}", paper.name);
    }
    // Xu and Hsu's curve over the number of components ends at 2.0594, its least value.
    let m = preset("xu-hsu");
    let all = ridgeless(&m, &Featurization::Pca { size: Some(1000) }, 0.3).risk;
    close(all, 2.0594, 2e-5);
    let best = m.representation(&Featurization::Pca { size: None }).unwrap();
    let best = best.evaluate(SampleRatio::new(0.3).unwrap(), m.ridge(), m.noise()).unwrap().unwrap().risk;
    assert!(best <= all * (1.0 + 1e-12), "{best} {all}");
}

/// Li, Sen, Adlam: with half as many samples as dimensions the best featurization keeps few features if the task has an
/// effective rank below 7.66 of 400, and all above it: there is one change.
#[test]
fn the_optimum_turns_soft_as_the_effective_rank_grows() {
    use crate::theory::Regime;
    let mut scenario = Scenario::preset("li-sen-adlam-sparse").unwrap();
    let mut regime = |rank: f64| {
        scenario.set(EFFECTIVE_RANK, &rank.to_string()).unwrap();
        let model = Model::new(&scenario, None, &|| false).unwrap();
        model.task_spectrum().unwrap().optimal(SampleRatio::new(0.5).unwrap(), model.noise()).regime
    };
    for rank in [1.5, 3.0, 5.0, 7.6] {
        assert_eq!(regime(rank), Regime::Hard, "{rank}");
    }
    for rank in [7.7, 20.0, 100.0, 399.0] {
        assert_eq!(regime(rank), Regime::Soft, "{rank}");
    }
}

/// Pretraining on N = 2p − n samples per task gives the soft optimum; more samples are worse.
#[test]
fn the_optimal_amount_of_pretraining() {
    let at = |samples: u64| {
        let scenario = Scenario::preset("how-much-pretraining").unwrap();
        let scenario = scenario.with("featurization.samples", samples as f64).unwrap();
        chosen(&Model::new(&scenario, None, &|| false).unwrap(), 0.2).risk
    };
    let m = preset("how-much-pretraining");
    let soft = m.task_spectrum().unwrap().soft(SampleRatio::new(0.2).unwrap(), m.noise()).unwrap().risk;
    // m = 2.5e5 p tasks are finitely many.
    close(at(720), soft, 1e-4);
    close(at(720), 0.264, 5e-4 / 0.264);
    close(at(4000), 0.278, 5e-4 / 0.278);
    assert!(at(720) < at(700) && at(720) < at(740) && at(440) > 1.01 * at(720));
}

/// With the best weight the source is never harmful; with weight 1 it is harmful below c*.
#[test]
fn negative_transfer() {
    let at = |correlation: f64, weight: &str| {
        let scenario = Scenario::preset("negative-transfer").unwrap();
        let scenario = scenario.with("source.correlation", correlation).unwrap();
        let mut scenario = scenario;
        scenario.set("source.weight", weight).unwrap();
        let model = Model::new(&scenario, None, &|| false).unwrap();
        let ratio = SampleRatio::new(0.3).unwrap();
        model.chosen().unwrap().evaluate(ratio, model.ridge(), model.noise()).unwrap().unwrap()
    };
    let limit = at(0.5, "1").source.unwrap().correlation_of_no_gain;
    assert!((0.05..0.95).contains(&limit), "{limit}");
    for (correlation, harms) in [(limit - 0.02, true), (limit + 0.02, false)] {
        let plain = at(correlation, "1");
        assert_eq!(plain.risk > plain.source.unwrap().without, harms, "{plain:?}");
        let best = at(correlation, "best");
        assert!(best.risk < best.source.unwrap().without && best.risk < plain.risk, "{best:?}");
    }
}
