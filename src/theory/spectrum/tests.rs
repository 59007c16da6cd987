//! Spectra from tables: merged atoms, signal out of reach, values below the range of f64, refused tables.

use super::*;

#[test]
fn equal_atoms_merge_and_shares_are_exact() {
    let directions: Vec<_> = (0..1000).map(|j| if j < 200 { (1.0, 2.0) } else { (1e-4, 0.5) }).collect();
    let s = Spectrum::uniform(&directions).unwrap();
    assert_eq!(s.weights(), [0.2, 0.8]);
    assert_eq!(s.eigenvalues(), [1.0, 1e-4]);
    assert_eq!(s.rank(), 1.0);
    assert!((s.signal() - 0.8).abs() < 1e-14);
}

#[test]
fn directions_without_eigenvalue_are_unreachable_signal() {
    let s = Spectrum::new([(0.25, 0.0, 4.0), (0.75, 2.0, 1.0)]).unwrap();
    assert_eq!((s.rank(), s.unreachable(), s.signal()), (0.75, 1.0, 1.75));
    assert_eq!(s.normalized().eigenvalues(), [2.0 / 1.5]);
}

/// Eigenvalues negligible beside the largest count as 0, and their share is reported.
#[test]
fn lost_directions_are_counted() {
    let s = Spectrum::new([(0.25, 1.0, 1.0), (0.5, 1e-200, 1.0), (0.25, 0.0, 1.0)]).unwrap();
    assert_eq!((s.rank(), s.lost(), s.unreachable()), (0.25, 0.5, 0.75));
    assert_eq!(Spectrum::new([(0.5, 1.0, 1.0), (0.5, 1e-130, 1.0)]).unwrap().lost(), 0.0);
}

#[test]
fn refuses_bad_tables() {
    assert!(Spectrum::new([]).is_err());
    assert!(Spectrum::new([(0.5, 1.0, 1.0)]).is_err());
    assert!(Spectrum::new([(1.0, -1.0, 1.0)]).is_err());
    assert!(Spectrum::new([(1.0, 1.0, f64::NAN)]).is_err());
    // Squares of these exceed the range of f64.
    assert!(Spectrum::new([(1.0, 1e200, 1.0)]).is_err() && Spectrum::new([(1.0, 1e-200, 1.0)]).is_err());
    assert!(Spectrum::new([(1.0, 1.0, 1e200)]).is_err());
    assert!(Spectrum::new([(1.0, 0.0, 1.0)]).is_ok(), "the null featurization is a spectrum");
}
