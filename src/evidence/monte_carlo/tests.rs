//! Draws by blocks with an isotropic tail have the same distribution as full draws.

use super::*;
use crate::scenario::Scenario;

fn measured(text: &str, samples: usize, entries: usize) -> (MonteCarlo, Statistics) {
    let model = Model::new(&Scenario::from_toml(text).unwrap(), None, &|| false).unwrap();
    let mut run = MonteCarlo::drawn_in_full_up_to(entries, &model, samples, 5, Covariates::Gaussian).unwrap();
    run.run(3000, &mut |_| (), &|| false).unwrap();
    let statistics = run.statistics();
    (run, statistics)
}

/// Draws without a matrix of samples compared with full draws: risk, bias² and both variances, for n below and above
/// the size of the tail, with and without a ridge, with directions out of reach, and under a test covariance.
#[test]
fn isotropic_tail_draws_have_the_full_distribution() {
    let spiked = "dimension = 40\nnoise = 0.2\n[covariates]\nfamily = \"spiked\"\nspikes = 2\nstrength = 9\n\
                  [task]\nfamily = \"power-law\"\nexponent = 0.5\n";
    let raw = "[featurization]\nkind = \"raw\"\n";
    let ridge = |ridge: &str| spiked.replace("[covariates]", &format!("ridge = {ridge}\n[covariates]"));
    let unreached = "dimension = 40\nnoise = 0.1\nridge = 0.1\n[featurization]\nkind = \"raw\"\n[spectrum]\n\
                     weights = [0.05, 0.75, 0.2]\neigenvalues = [4.0, 1.0, 0.0]\nenergies = [0.5, 0.3, 0.2]\n";
    let shifted = "[test]\nfamily = \"spiked\"\nspikes = 2\nstrength = 3\n";
    let cases = [
        (format!("{spiked}{raw}"), 24),
        (format!("{spiked}{raw}"), 70),
        (format!("{}{raw}", ridge("0.3")), 24),
        (format!("{}{raw}", ridge("0.3")), 60),
        (unreached.to_owned(), 25),
        (format!("{}{raw}{shifted}", ridge("0.3")), 24),
    ];
    for (text, samples) in cases {
        let (run, of_tail) = measured(&text, samples, 0);
        assert!(run.sampler.tail.is_some(), "{text}");
        let (full, in_full) = measured(&text, samples, usize::MAX);
        assert!(full.sampler.tail.is_none());
        let error = (of_tail.standard_error.powi(2) + in_full.standard_error.powi(2)).sqrt();
        let near = |a: f64, b: f64| (a - b).abs() < 4.0 * error;
        assert!(near(of_tail.mean, in_full.mean), "{text} n {samples}: {of_tail:?} {in_full:?}");
        let (a, b) = (of_tail.terms.unwrap(), in_full.terms.unwrap());
        for (a, b) in
            [(a.bias, b.bias), (a.variance_x, b.variance_x), (a.variance_x_noise, b.variance_x_noise)]
        {
            assert!(near(a, b), "{text} n {samples}: {a} {b}, {of_tail:?} {in_full:?}");
        }
    }
}
