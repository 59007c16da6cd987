#!/usr/bin/env bash
# smartcore 0.7.0 (Rust), ElasticNet with its defaults but the penalty (0.1, half of it absolute), on 200 rows of 3 features and targets
# c + 2 x1 − x2 without noise, for levels c of 0, 10 and 100. The expectation: a level belongs to the intercept and changes no slope, and the slope
# of the third feature, which has nothing to do with the targets, is about 0, as in smartcore's Lasso and in scikit-learn's ElasticNet (1.73,
# −0.82, 0.0 at every level). What happens: the squares are added as further rows whose targets are 0, and the targets are then centred over
# both, so those rows pull every slope by the level: 1.87, −0.92, 0.00 become 1.66, −1.13, −0.18 and then −0.18, −3.02, −2.10. More penalty makes slopes larger. A
# probe of ages or prices is lost, one of standardized targets looks right. No message. Targets less their mean mend it.
# Seen: slopes as above; Lasso 1.93, −0.93, 0.00 at every level.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '[package]\nname = "trial"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nsmartcore = "=0.7.0"\n' >Cargo.toml
mkdir src
cat >src/main.rs <<'END'
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linalg::basic::arrays::Array;
use smartcore::linear::{elastic_net::*, lasso::*};
fn main() {
    let rows: Vec<Vec<f64>> = (0..200).map(|i| [0.7, 1.3, 2.9].map(|f| (f64::from(i) * f).sin()).to_vec()).collect();
    let x = DenseMatrix::from_2d_vec(&rows).unwrap();
    for level in [0.0, 10.0, 100.0] {
        let targets: Vec<f64> = rows.iter().map(|r| level + 2.0 * r[0] - r[1]).collect();
        let net = ElasticNet::fit(&x, &targets, ElasticNetParameters { alpha: 0.1, ..Default::default() }).unwrap();
        let lasso = Lasso::fit(&x, &targets, LassoParameters { alpha: 0.1, ..Default::default() }).unwrap();
        let slopes = |c: &DenseMatrix<f64>| (0..3).map(|i| format!("{:.2}", c.get((i, 0)))).collect::<Vec<_>>().join(" ");
        println!("{level} net {} lasso {}", slopes(net.coefficients()), slopes(lasso.coefficients()));
    }
}
END
cargo run --quiet >seen
cat seen
printf '0 net 1.87 -0.92 -0.00 lasso 1.93 -0.93 0.00\n10 net 1.66 -1.13 -0.18 lasso 1.93 -0.93 0.00\n100 net -0.18 -3.02 -2.10 lasso 1.93 -0.93 0.00\n' | cmp -s - seen || exit 1
