//! Closed forms for commuting Σ_x and Σ_θ.

use super::super::*;
use super::{close, model, refusal, ridgeless};

/// The numbers of section 4, from scenario file to risk.
#[test]
fn double_divergence() {
    for (ratio, peak_at, peak) in [("1e-3", 0.199, 0.919), ("1e-4", 0.2, 2.583), ("1e-5", 0.2, 7.975)] {
        let mut scenario = Scenario::default();
        scenario.set("task.ratio", ratio).unwrap();
        let m = model(&scenario.to_toml());
        let truth = m.spectrum(&Featurization::GroundTruth).unwrap();
        assert_eq!((truth.weights(), truth.rank()), (&[0.2, 0.8][..], 1.0), "two atoms, not p");
        let risk = |a| ridgeless(&m, &Featurization::GroundTruth, a).risk;
        assert!((risk(peak_at) - peak).abs() < 2e-3 * peak, "{ratio}: {}", risk(peak_at));
        assert!(risk(peak_at - 0.01) < risk(peak_at) && risk(peak_at + 0.01) < risk(peak_at));
        assert!(risk(1.0).is_infinite() && risk(1.0 - 1e-6) > 1e3);
        // Isotropic covariates are uninformative about the task: R = (1−α)r² + σ²/(1−α).
        let raw = m.spectrum(&Featurization::Raw).unwrap();
        assert_eq!((raw.weights(), raw.eigenvalues()), (&[1.0][..], &[1.0][..]));
        close(ridgeless(&m, &Featurization::Raw, 0.5).risk, 0.5 + 0.2, 1e-12);
    }
}

#[test]
fn every_family_has_mean_one_and_the_given_signal() {
    for covariates in Family::TEST {
        for task in Family::NAMES.iter().filter(|name| **name != "file") {
            for alignment in ["aligned", "anti-aligned"] {
                let mut s = Scenario::default();
                for (key, value) in [
                    ("dimension", "300"),
                    ("signal", "2.5"),
                    ("covariates.family", covariates),
                    ("task.family", task),
                    ("task.alignment", alignment),
                ] {
                    s.set(key, value).unwrap();
                }
                let m = Model::new(&s, None, &|| false).unwrap();
                let tasks = m.task_spectrum().unwrap();
                let total: f64 = tasks.weights().iter().zip(tasks.energies()).map(|(w, t)| w * t).sum();
                close(total, 2.5, 1e-12);
                for f in [
                    Featurization::Raw,
                    Featurization::GroundTruth,
                    Featurization::Whitened,
                    Featurization::Pca { size: Some(40) },
                    Featurization::Mix { weight: 0.3 },
                    Featurization::Exponents { task: 0.5, covariates: -0.5 },
                ] {
                    let spectrum = m.spectrum(&f).unwrap();
                    close(spectrum.mean_eigenvalue(), 1.0, 1e-12);
                    close(spectrum.signal(), 2.5, 1e-12);
                }
            }
        }
    }
}

/// x_j = j⁻¹, θ_j = e^(−j/50), p = 6 by hand.
#[test]
fn directions_in_closed_form() {
    let text = |alignment: &str| {
        format!(
            "dimension = 6\nsignal = 3\n[covariates]\nfamily = \"power-law\"\nexponent = 1\n\
             [task]\nfamily = \"exponential\"\nscale = 50\nalignment = \"{alignment}\""
        )
    };
    for anti in [false, true] {
        let m = model(&text(if anti { "anti-aligned" } else { "aligned" }));
        let x: Vec<f64> = (1..=6).map(|j| 1.0 / f64::from(j)).collect();
        let mut t: Vec<f64> = (1..=6).map(|j| (-f64::from(j) / 50.0).exp()).collect();
        if anti {
            t.reverse();
        }
        let trace: f64 = x.iter().zip(&t).map(|(x, t)| x * t).sum();
        let mean = x.iter().sum::<f64>() / 6.0;
        let raw = m.spectrum(&Featurization::Raw).unwrap();
        let whole = m.spectrum(&Featurization::Exponents { task: 2.0, covariates: -0.5 }).unwrap();
        let powers: Vec<f64> = x.iter().zip(&t).map(|(x, t)| x.sqrt() * t * t).collect();
        let power_mean = powers.iter().sum::<f64>() / 6.0;
        for j in 0..6 {
            close(raw.eigenvalues()[j], x[j] / mean, 1e-13);
            close(raw.weighted_energies()[j], 3.0 * x[j] * t[j] / trace, 1e-13);
            let place = whole.eigenvalues().iter().position(|s| (s - powers[j] / power_mean).abs() < 1e-12);
            close(whole.weighted_energies()[place.unwrap()], 3.0 * x[j] * t[j] / trace, 1e-13);
        }
        let pca = m.spectrum(&Featurization::Pca { size: Some(2) }).unwrap();
        close(pca.eigenvalues()[0], x[0] / (x[0] + x[1]) * 6.0, 1e-13);
        close(pca.unreachable(), 3.0 * (2..6).map(|j| x[j] * t[j]).sum::<f64>() / trace, 1e-13);
        assert_eq!(pca.rank(), 2.0 / 6.0);
    }
}

/// Which of several equal components PCR keeps is arbitrary: with isotropic covariates they carry no information
/// about the task.
#[test]
fn pca_does_not_see_the_task() {
    let m = model("dimension = 10");
    let pca = m.spectrum(&Featurization::Pca { size: Some(3) }).unwrap();
    assert_eq!(pca.rank(), 0.3);
    close(pca.unreachable(), 0.7, 1e-12);
}

#[test]
fn tiny_eigenvalues_are_kept_and_vanishing_ones_reported() {
    let text = |scale: f64| {
        format!(
            "dimension = 200\n[covariates]\nfamily = \"exponential\"\nscale = {scale}\n\
             [task]\nfamily = \"exponential\"\nscale = {scale}\nalignment = \"anti-aligned\""
        )
    };
    let m = model(&text(2.0));
    let raw = m.spectrum(&Featurization::Raw).unwrap();
    let (top, bottom) = raw.range().unwrap();
    close(bottom / top, (-199.0_f64 / 2.0).exp(), 1e-12);
    assert!(m.warnings().is_empty());
    let m = model(&text(0.2));
    let raw = m.spectrum(&Featurization::Raw).unwrap();
    assert!(raw.rank() < 1.0 && m.warnings()[0].contains("count as 0"), "{:?}", m.warnings());
    assert_eq!(m.spectrum(&Featurization::Whitened).unwrap().rank(), 1.0);
    close(raw.signal(), 1.0, 1e-12);
}

#[test]
fn fractions_are_rounded_to_whole_directions() {
    let m = model("dimension = 7\n[task]\nfamily = \"sparse\"\nfraction = 0.3");
    let truth = m.spectrum(&Featurization::GroundTruth).unwrap();
    assert_eq!(truth.rank(), 2.0 / 7.0);
    assert!(
        m.warnings()[0].contains("task.fraction 0.3 of 7 directions is taken as 2"),
        "{:?}",
        m.warnings()
    );
    let m = model("dimension = 1000\n[task]\nfamily = \"two-level\"\nfraction = 0.29");
    assert!(m.warnings().is_empty(), "0.29·1000 is 290 up to rounding");
    for (p, fraction) in [(1, 0.5), (2, 1e-9), (3, 1.0), (5, 0.999)] {
        let text = format!("dimension = {p}\n[task]\nfamily = \"two-level\"\nfraction = {fraction}");
        close(model(&text).spectrum(&Featurization::GroundTruth).unwrap().signal(), 1.0, 1e-13);
    }
}

#[test]
fn zeros_to_negative_powers_are_refused() {
    let m = model("[task]\nfamily = \"sparse\"");
    let refused = m.spectrum(&Featurization::Exponents { task: -0.5, covariates: 0.0 }).unwrap_err();
    assert!(refused.to_string().contains("task exponents of at least 0"), "{refused}");
    let raw = m.spectrum(&Featurization::Exponents { task: 0.0, covariates: 0.0 }).unwrap();
    assert_eq!(raw, m.spectrum(&Featurization::Raw).unwrap());
}

#[test]
fn tables_are_used_as_given() {
    let m = model(
        "dimension = 100\nnoise = 0.2\n[spectrum]\nweights = [0.25, 0.75]\neigenvalues = [3.0, 0.5]\n\
         energies = [1.0, 2.0]",
    );
    assert_eq!(m.scenario().featurization, Featurization::Raw);
    let raw = m.spectrum(&Featurization::Raw).unwrap();
    assert_eq!((raw.weights(), raw.weighted_energies()), (&[0.25, 0.75][..], &[0.25, 1.5][..]));
    close(raw.eigenvalues()[0], 3.0, 1e-15);
    assert_eq!(m.signal(), 1.75);
    let truth = m.spectrum(&Featurization::GroundTruth).unwrap();
    close(truth.eigenvalues()[0] / truth.eigenvalues()[1], 2.0, 1e-14);
    assert_eq!(m.spectrum(&Featurization::Whitened).unwrap().eigenvalues(), [1.0]);
    let pca = m.spectrum(&Featurization::Pca { size: Some(30) }).unwrap();
    close(pca.rank(), 0.3, 1e-14);
    close(pca.unreachable(), 1.4, 1e-14);
    assert_eq!(m.task_spectrum().unwrap().energies(), [2.0, 1.0]);

    let estimated = model("[spectrum]\nweights = [0.5, 0.5]\neigenvalues = [1, 2]\nenergies = [1, -0.1]");
    assert!(estimated.spectrum(&Featurization::Raw).is_ok());
    for refused in [
        estimated.task_spectrum().unwrap_err(),
        estimated.spectrum(&Featurization::GroundTruth).unwrap_err(),
        estimated.spectrum(&Featurization::Mix { weight: 0.5 }).unwrap_err(),
    ] {
        assert!(refused.to_string().contains("at least 0, got -0.1"), "{refused}");
    }
}

#[test]
fn a_hundred_thousand_directions_are_two_atoms() {
    let m = model("dimension = 100000\n[covariates]\nfamily = \"two-level\"\nratio = 0.1");
    let raw = m.spectrum(&Featurization::Raw).unwrap();
    assert_eq!(raw.weights(), [0.2, 0.8]);
}

/// Directions below the range of f64 move a pole; they are counted and reported, for the featurization and for the
/// task.
#[test]
fn lost_directions_are_reported() {
    let m = model("[task]\nfamily = \"exponential\"\nscale = 1");
    let pole = m.spectrum(&Featurization::GroundTruth).unwrap().rank();
    let told = m.warnings().join("; ");
    assert_eq!(pole, 0.323);
    assert!(
        told.contains("ground truth: 677 of 1000") && told.contains("task spectrum: 677 of 1000"),
        "{told}"
    );
    let m = model(
        "[featurization]\nkind = \"exponents\"\ntask = 20\n[task]\nfamily = \"two-level\"\nratio = 1e-8",
    );
    assert!(m.warnings().join("; ").contains("exponents (20, 0): 800 of 1000"), "{:?}", m.warnings());
    assert!(model("").warnings().is_empty());
    let sparse = model("[task]\nfamily = \"sparse\"\nfraction = 0.1");
    assert!(sparse.warnings().is_empty(), "a direction without a task is not lost: {:?}", sparse.warnings());
}

#[test]
fn changed_tables_are_reported() {
    let table = |weights: &str, energies: &str| {
        let text = format!("[spectrum]\nweights = {weights}\neigenvalues = [1, 0.5]\nenergies = {energies}");
        model(&text).warnings().join("; ")
    };
    assert_eq!(table("[0.3, 0.7]", "[1, 2]"), "");
    assert!(table("[0.3, 0.7000005]", "[1, 2]").contains("sum to 1.0000005"));
    assert!(table("[0.3, 0.7]", "[1, -0.1]").contains("1 of 2 spectrum.energies are below 0"));
    let beyond = "[spectrum]\nweights = [1]\neigenvalues = [1e200]\nenergies = [1]";
    assert!(refusal(beyond).contains("at most 1e100"), "{}", refusal(beyond));
}
