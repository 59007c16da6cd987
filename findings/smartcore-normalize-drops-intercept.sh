#!/usr/bin/env bash
# smartcore 0.7.0 (Rust), RidgeRegression, Lasso and ElasticNet with normalize: false, as embeddings that are of one scale need no scaling;
# 200 rows of 3 features whose mean is 3, targets 10 + 2 x1 − x2 without noise, a penalty of 1e-6. The expectation: the exact fit,
# with intercept 10, as scikit-learn and smartcore itself with normalize: true give it. What happens: centring goes with the
# scaling. Ridge then has NO intercept (intercept() is 0), so its slopes carry the level, 1.10 for the feature that has nothing to do with the
# targets, and the error is 1.80 of a variance of 2.5. Lasso and ElasticNet take the mean of the targets for an intercept of features
# that they have not centred. Every smaller penalty has the same error, so it looks like noise of the targets. No message.
# Seen: true: error 0.0000, intercept 10.0 (ridge, lasso); false: ridge 1.7962, 0.0; lasso 0.1625, 13.0; elastic net 0.1987, 13.0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '[package]\nname = "trial"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nsmartcore = "=0.7.0"\n' >Cargo.toml
mkdir src
cat >src/main.rs <<'END'
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::{elastic_net::*, lasso::*, ridge_regression::*};
fn main() {
    let rows: Vec<Vec<f64>> = (0..200).map(|i| [0.7, 1.3, 2.9].map(|f| 3.0 + (f64::from(i) * f).sin()).to_vec()).collect();
    let targets: Vec<f64> = rows.iter().map(|r| 10.0 + 2.0 * r[0] - r[1]).collect();
    let x = DenseMatrix::from_2d_vec(&rows).unwrap();
    let error = |p: Vec<f64>| p.iter().zip(&targets).map(|(p, t)| (p - t).powi(2)).sum::<f64>() / 200.0;
    for normalize in [true, false] {
        let ridge = RidgeRegression::fit(&x, &targets, RidgeRegressionParameters { alpha: 1e-6, normalize, ..Default::default() }).unwrap();
        let lasso = Lasso::fit(&x, &targets, LassoParameters { alpha: 1e-6, normalize, tol: 1e-8, max_iter: 10000, ..Default::default() }).unwrap();
        let net = ElasticNet::fit(&x, &targets, ElasticNetParameters { alpha: 1e-6, l1_ratio: 0.5, normalize, tol: 1e-8, max_iter: 10000 }).unwrap();
        println!("{normalize} ridge {:.4} {:.1} lasso {:.4} {:.1} net {:.4} {:.1}", error(ridge.predict(&x).unwrap()), ridge.intercept(),
            error(lasso.predict(&x).unwrap()), lasso.intercept(), error(net.predict(&x).unwrap()), net.intercept());
    }
}
END
cargo run --quiet >seen
cat seen
printf 'true ridge 0.0000 10.0 lasso 0.0000 10.0 net 0.0000 10.0\nfalse ridge 1.7962 0.0 lasso 0.1625 13.0 net 0.1987 13.0\n' | cmp -s - seen || exit 1
