#!/usr/bin/env bash
# linfa-elasticnet 0.8.1 (Rust), ElasticNet as ridge and as lasso with its default intercept: 400 rows of 3 features, targets 10 + 2 x1 − x2 without
# noise, a penalty of 1e-6. The features have mean 0 once, and 3 once (activations behind a ReLU have no mean of 0). The expectation: an intercept
# takes up a shift of features, so both fits are exact, as those of linfa-linear 0.8.1 and scikit-learn are. What happens: the targets are centred,
# the features are not, and the intercept is the mean of the targets, 13.05: features with a mean of 3 get the slopes 1.95, −1.19 and, for the one that has nothing
# to do with the targets, −0.74. The error is 0.38 and stays so for every smaller penalty, as if the targets had noise; confidence_95th says
# that the first slope lies between 1.936 and 1.971 (with 1.645 errors on either side, which is 90 %). No message. Centring the features first mends it.
# Seen: mean 0: slopes 2.00, −1.00, −0.00, error 0.003; mean 3: 1.95, −1.19, −0.74, intercept 13.05, error 0.378; linfa-linear 2, −1, 0 and 10.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '[package]\nname = "trial"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nndarray = "=0.16.1"\n' >Cargo.toml
for crate in linfa linfa-elasticnet linfa-linear; do echo "$crate = \"=0.8.1\"" >>Cargo.toml; done
mkdir src
cat >src/main.rs <<'END'
use linfa::{dataset::Dataset, traits::{Fit, Predict}};
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
fn main() {
    for mean in [0.0, 3.0] {
        let (sizes, steps) = ([4.0, 2.0, 1.0], [0.7, 1.3, 2.9]);
        let x = ndarray::Array2::from_shape_fn((400, 3), |(i, j)| mean + sizes[j] * (i as f64 * steps[j]).sin());
        let y = x.map_axis(ndarray::Axis(1), |r| 10.0 + 2.0 * r[0] - r[1]);
        let both = Dataset::new(x.clone(), y.clone());
        for share in [0.0, 1.0] {
            let fit = ElasticNet::params().penalty(1e-6).l1_ratio(share).max_iterations(100_000).tolerance(1e-9).fit(&both).unwrap();
            let error = (&fit.predict(&x) - &y).mapv(|e| e * e).mean().unwrap();
            println!("{mean} {share} {:.2} {:.2} {error:.3} {:.3?}", fit.hyperplane(), fit.intercept(), fit.confidence_95th().unwrap()[0]);
        }
        let plain = LinearRegression::default().fit(&both).unwrap();
        println!("{mean} plain {:.2} {:.2}", plain.params().mapv(|w| w + 1e-9), plain.intercept());
    }
}
END
cargo run --quiet >seen
cat seen
grep -c -E '^0 (0|1) \[2.00, -1.00, -0.00\] 10.05 0.003|^3 (0|1) \[1.95, -1.19, -0.74\] 13.05 0.378 \(1.936, 1.971\)|plain \[2.00, -1.00, 0.00\] 10.00' seen | grep -qx 6 || exit 1
