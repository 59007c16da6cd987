//! Sums over a spectrum with the vector instructions of the processor; they take nearly all the time of the theory.

use std::ops::{Add, Mul, Range, Sub};

use pulp::Simd;

use super::Spectrum;

/// A vector of eigenvalues processed at once, with the arithmetic that a formula needs.
pub(crate) struct Lanes<S: Simd> {
    simd: S,
    value: S::f64s,
}

impl<S: Simd> Clone for Lanes<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Simd> Copy for Lanes<S> {}

macro_rules! operator {
    ($trait:ident, $method:ident, $instruction:ident) => {
        impl<S: Simd> $trait for Lanes<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self { simd: self.simd, value: self.simd.$instruction(self.value, other.value) }
            }
        }

        impl<S: Simd> $trait<f64> for Lanes<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: f64) -> Self {
                self.$method(Self { simd: self.simd, value: self.simd.splat_f64s(other) })
            }
        }
    };
}

operator!(Add, add, add_f64s);
operator!(Sub, sub, sub_f64s);
operator!(Mul, mul, mul_f64s);

/// N terms of sums over the eigenvalues s > 0: of the weight w, s, the weighted energy e = wτ, and r = 1/(s + κ).
pub(crate) trait Terms<const N: usize> {
    fn at<S: Simd>(&self, w: Lanes<S>, s: Lanes<S>, e: Lanes<S>, r: Lanes<S>) -> [Lanes<S>; N];
}

/// Weights w, eigenvalues s > 0 and weighted energies wτ of some directions of a spectrum.
#[derive(Clone, Copy)]
pub(crate) struct Atoms<'a> {
    pub weights: &'a [f64],
    pub eigenvalues: &'a [f64],
    pub energies: &'a [f64],
}

impl<'a> From<&'a Spectrum> for Atoms<'a> {
    fn from(spectrum: &'a Spectrum) -> Self {
        Self {
            weights: spectrum.weights(),
            eigenvalues: spectrum.eigenvalues(),
            energies: spectrum.weighted_energies(),
        }
    }
}

impl<'a> Atoms<'a> {
    /// The atoms with indices in `range`; empty if it ends beyond the last.
    pub fn among(self, range: Range<usize>) -> Self {
        let part = |of: &'a [f64]| of.get(range.clone()).unwrap_or_default();
        Self {
            weights: part(self.weights),
            eigenvalues: part(self.eigenvalues),
            energies: part(self.energies),
        }
    }
}

struct Pass<'a, const N: usize, T> {
    atoms: Atoms<'a>,
    base: f64,
    offset: f64,
    terms: T,
}

impl<const N: usize, T: Terms<N>> pulp::WithSimd for Pass<'_, N, T> {
    type Output = [f64; N];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [f64; N] {
        let Self { atoms, base, offset, terms } = self;
        let (ws, w_rest) = S::as_simd_f64s(atoms.weights);
        let (ss, s_rest) = S::as_simd_f64s(atoms.eigenvalues);
        let (es, e_rest) = S::as_simd_f64s(atoms.energies);
        let body = add_up(simd, base, offset, &terms, ws, ss, es).map(|lanes| simd.reduce_sum_f64s(lanes));
        let rest = add_up(pulp::Scalar, base, offset, &terms, w_rest, s_rest, e_rest);
        std::array::from_fn(|k| body[k] + rest[k])
    }
}

#[inline(always)]
fn add_up<const N: usize, S: Simd>(
    simd: S,
    base: f64,
    offset: f64,
    terms: &impl Terms<N>,
    w: &[S::f64s],
    s: &[S::f64s],
    e: &[S::f64s],
) -> [S::f64s; N] {
    let (one, mut sums) = (simd.splat_f64s(1.0), [simd.splat_f64s(0.0); N]);
    for ((&w, &s), &e) in w.iter().zip(s).zip(e) {
        let [w, s, e] = [w, s, e].map(|value| Lanes { simd, value });
        let r = Lanes { simd, value: simd.div_f64s(one, ((s - base) + offset).value) };
        let terms = terms.at(w, s, e, r);
        for k in 0..N {
            sums[k] = simd.add_f64s(sums[k], terms[k].value);
        }
    }
    sums
}

/// All N sums at κ = offset − base, where s + κ is taken as (s − base) + offset: with base = s_min it keeps its digits
/// as κ → −s_min.
pub(crate) fn run<'a, const N: usize>(
    atoms: impl Into<Atoms<'a>>,
    base: f64,
    offset: f64,
    terms: impl Terms<N>,
) -> [f64; N] {
    pulp::Arch::new().dispatch(Pass { atoms: atoms.into(), base, offset, terms })
}

/// `total!(atoms, base, offset, [captured numbers], N, |w, s, e, r| terms)`: [`run`] on terms written as a closure,
/// compiled once for each set of vector instructions.
macro_rules! total {
    ($atoms:expr, $base:expr, $offset:expr, [$($c:ident),*], $n:literal,
     |$w:pat_param, $s:pat_param, $e:pat_param, $r:pat_param| $body:expr) => {{
        struct Formula { $($c: f64),* }
        impl $crate::theory::vector::Terms<$n> for Formula {
            #[inline(always)]
            fn at<S: pulp::Simd>(
                &self,
                $w: $crate::theory::vector::Lanes<S>,
                $s: $crate::theory::vector::Lanes<S>,
                $e: $crate::theory::vector::Lanes<S>,
                $r: $crate::theory::vector::Lanes<S>,
            ) -> [$crate::theory::vector::Lanes<S>; $n] {
                let Self { $($c),* } = *self;
                $body
            }
        }
        $crate::theory::vector::run($atoms, $base, $offset, Formula { $($c),* })
    }};
}
pub(crate) use total;
