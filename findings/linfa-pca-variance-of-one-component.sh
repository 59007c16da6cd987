#!/usr/bin/env bash
# linfa-reduction 0.8.1 (Rust), Pca of 400 rows of 3 columns with variances 8, 2 and 0.5: explained_variance and explained_variance_ratio for 1, 2
# and 3 components. The expectation: the eigenvalues of the covariance, 8.0, 2.0, 0.5, squares of the singular values over 399, whatever the number
# of components, and shares of the total variance, 0.76, 0.19, 0.05. What happens: the squares are divided by the number of COMPONENTS less one,
# so one component has infinite variance and a share of NaN; two have 3195 and 798 and three 1598 and 399, as if the variance fell with
# what is kept. Shares are of what is kept, so they add up to 1 always and a scree plot that stops anywhere seems to have everything. The directions and
# singular values are right, and the squares over 399 are the variances. No message.
# Seen: variances inf, then 3195 and 798, then 1598, 399, 100; shares NaN, then 0.800 and 0.200, then 0.762, 0.190, 0.048; by singular values 8.01.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >Cargo.toml <<'END'
[package]
name = "trial"
version = "0.1.0"
edition = "2021"
[dependencies]
linfa = "=0.8.1"
linfa-reduction = "=0.8.1"
ndarray = "=0.16.1"
END
mkdir src
cat >src/main.rs <<'END'
use linfa::{dataset::Dataset, traits::Fit};
use linfa_reduction::Pca;
fn main() {
    let (sizes, steps) = ([4.0, 2.0, 1.0], [0.7, 1.3, 2.9]);
    let rows = ndarray::Array2::from_shape_fn((400, 3), |(i, j)| sizes[j] * (i as f64 * steps[j]).sin());
    for kept in 1..4 {
        let pca = Pca::params(kept).fit(&Dataset::from(rows.clone())).unwrap();
        println!("{:.0} {:.3} {:.2}", pca.explained_variance(), pca.explained_variance_ratio(), pca.singular_values()[0].powi(2) / 399.0);
    }
}
END
cargo run --quiet >seen
cat seen
printf '[inf] [NaN] 8.01\n[3195, 798] [0.800, 0.200] 8.01\n[1598, 399, 100] [0.762, 0.190, 0.048] 8.01\n' | cmp -s - seen || exit 1
