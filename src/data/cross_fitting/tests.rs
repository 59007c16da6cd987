//! Risks of held-out tasks compared with refits that leave out one row of a half.

use faer::Mat;
use faer::linalg::solvers::{DenseSolveCore, Solve};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::kernel::{Kernel, Target, Update};
use super::nested::nested;
use crate::linalg::small::tests::wavy;
use crate::linalg::{nested_projections, scale_columns};

fn normal(rows: usize, columns: usize, seed: u64) -> Mat<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    Mat::from_fn(rows, columns, |_, _| StandardNormal.sample(&mut random))
}

fn centred(x: &Mat<f64>) -> Mat<f64> {
    let rows = x.nrows() as f64;
    Mat::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - x.col(j).iter().sum::<f64>() / rows)
}

/// Mean squared leave-one-out error of ridge regression with an intercept and kernel XFXᵀ by refitting, and the trace
/// of the hat matrix less the intercept's 1.
fn refitted(x: &Mat<f64>, f: &Mat<f64>, y: &Mat<f64>, ridge: f64) -> (f64, f64) {
    let rows = x.nrows();
    let one = |without: Option<usize>| {
        let kept: Vec<usize> = (0..rows).filter(|i| Some(*i) != without).collect();
        let x_kept = Mat::from_fn(kept.len(), x.ncols(), |i, j| x[(kept[i], j)]);
        let means: Vec<f64> = x_kept.col_iter().map(|c| c.iter().sum::<f64>() / kept.len() as f64).collect();
        let x_kept = Mat::from_fn(kept.len(), x.ncols(), |i, j| x_kept[(i, j)] - means[j]);
        let mean = kept.iter().map(|&i| y[(i, 0)]).sum::<f64>() / kept.len() as f64;
        let wanted = Mat::from_fn(kept.len(), 1, |i, _| y[(kept[i], 0)] - mean);
        let kernel = &x_kept * f * x_kept.transpose();
        let shifted = &kernel + faer::Scale(ridge) * Mat::<f64>::identity(kept.len(), kept.len());
        let dual = shifted.partial_piv_lu().solve(&wanted);
        let trace: f64 =
            (&kernel * shifted.partial_piv_lu().inverse()).diagonal().column_vector().iter().sum();
        let beta = f * x_kept.transpose() * dual;
        let guess =
            |i: usize| mean + (0..x.ncols()).map(|j| (x[(i, j)] - means[j]) * beta[(j, 0)]).sum::<f64>();
        (without.map_or(0.0, |i| (y[(i, 0)] - guess(i)).powi(2)), trace)
    };
    let errors = (0..rows).map(|i| one(Some(i)).0).sum::<f64>() / rows as f64;
    (errors, one(None).1)
}

#[test]
fn ridge_paths_equal_refits() {
    let (rows, k) = (40, 6);
    let mut x = normal(rows, k, 1);
    scale_columns(x.as_mut(), &[3.0, 2.0, 1.0, 1.0, 0.5, 0.2]);
    let centre = centred(&x);
    let y = Mat::from_fn(rows, 1, |i, _| centre[(i, 0)] - centre[(i, 3)] + (i as f64).sin());
    let gram = centre.transpose() * &centre;
    let cross = centre.transpose() * centred(&y);
    let roots = [1.0, 0.7, 0.5, 0.4, 0.3, 0.2];
    let kernel = Kernel::new(gram.as_ref(), Some(&roots)).unwrap();
    let square: f64 = centred(&y).col(0).iter().map(|v| v * v).sum();
    let along = kernel.along(cross.as_ref()).col(0).iter().copied().collect();
    let target = Target { square, along };
    let plain = kernel.profile(&target, rows as f64);
    let wanted: Vec<f64> = centred(&y).col(0).iter().copied().collect();
    let ratios = kernel.sampled(centre.as_ref()).leverage_ratio(&target, &wanted, rows as f64);
    // Two directions of other tasks added to the prior, with weight 2.
    let c = wavy(k, 2);
    let moments = &gram * &c;
    let update = Update {
        along: kernel.along(moments.as_ref()),
        square: c.transpose() * &moments,
        target: (c.transpose() * &cross).col(0).iter().copied().collect(),
    };
    let mixed = kernel.updated(&target, &update, &[2.0], rows as f64).remove(0);
    let f = Mat::from_fn(k, k, |i, j| if i == j { roots[i].powi(2) } else { 0.0 });
    let both = &f + faer::Scale(2.0) * (&c * c.transpose());
    let root = Mat::from_fn(k, k, |i, j| if i == j { roots[i] } else { 0.0 });
    let largest = (&root * &gram * &root).self_adjoint_eigenvalues(faer::Side::Lower).unwrap()[k - 1];
    for at in [20, 30, 40] {
        let place = largest * (1e5_f64.ln() + (1e-8_f64.ln() - 1e5_f64.ln()) * at as f64 / 63.0).exp();
        let (errors, df1) = refitted(&x, &f, &y, place);
        assert!((plain.df1[at] / df1 - 1.0).abs() < 1e-8, "{} {df1}", plain.df1[at]);
        let got = plain.square[at] * ratios[at];
        assert!((got / errors - 1.0).abs() < 1e-8, "{got} for {errors} at df1 {df1}");
        let (errors, df1) = refitted(&x, &both, &y, place);
        assert!((mixed.df1[at] / df1 - 1.0).abs() < 1e-8, "{} {df1}", mixed.df1[at]);
        // Leverages are corrected as those of the prior alone.
        assert!((mixed.square[at] * ratios[at] / errors - 1.0).abs() < 0.1, "{} {errors}", mixed.square[at]);
        // d df1/dℓ, used in df2, compared with a finite difference.
        let step = 1e-4;
        let (_, above) = refitted(&x, &both, &y, place * (1.0 + step));
        let (_, below) = refitted(&x, &both, &y, place * (1.0 - step));
        let (slope, m) = ((above - below) / (2.0 * step * place), rows as f64 - 1.0);
        let kept = 1.0 - df1 / m;
        let df2 = df1 + place / kept * slope / (kept.recip() + place * slope / (m * kept * kept));
        assert!((mixed.df2[at] / df2 - 1.0).abs() < 1e-4, "{} {df2}", mixed.df2[at]);
    }
}

#[test]
fn least_squares_of_every_size_equal_refits() {
    let (rows, k) = (30, 4);
    let x = centred(&normal(rows, k, 2));
    let y = centred(&normal(rows, 1, 3));
    let square: f64 = y.col(0).iter().map(|v| v * v).sum();
    let (along, left) =
        nested_projections(x.transpose() * &x, (x.transpose() * &y).as_ref(), x.as_ref()).unwrap();
    let found = nested(&along, &left, &[square], y.as_ref(), rows as f64).remove(0);
    for (size, found) in found.iter().enumerate().skip(1) {
        let x_kept = x.get(.., ..size).to_owned();
        let (errors, _) = refitted(&x_kept, &Mat::identity(size, size), &y, 1e-9);
        assert!((found / errors - 1.0).abs() < 1e-6, "{found} for {errors}");
    }
}
