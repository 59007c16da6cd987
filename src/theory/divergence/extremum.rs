//! Poles, peaks and minima of the risk, and the gap of the spectrum that causes one (section 4).

use super::super::Spectrum;

/// The kind of an extremum of the risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtremumKind {
    /// Infinite risk: n reaches the rank at λ = 0, or a negative ridge becomes inadmissible.
    Pole,
    /// A finite local maximum.
    Peak,
    /// The global minimum on the axis.
    Minimum,
}

/// A pole, a local maximum or the global minimum of the risk along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremum {
    /// Pole, peak or minimum.
    pub kind: ExtremumKind,
    /// Position on the axis: the sample ratio n/p, or the value of a parameter.
    pub at: f64,
    /// The risk; infinite at a pole.
    pub risk: f64,
    /// C of R ≈ C/|α − rank| at the pole of λ = 0. `None` elsewhere: where a negative ridge becomes inadmissible R grows
    /// as 1/√distance.
    pub strength: Option<f64>,
    /// Risk over the deeper of the two adjacent minima; infinite at a pole, 1 at a minimum. The ends of the axis (for
    /// n/p the limits α → 0 and α → ∞) count as minima.
    pub ratio: f64,
    /// Risk over the shallower of the two adjacent minima; infinite at a pole, 1 at a minimum.
    pub prominence: f64,
    /// The verified cause.
    pub cause: Cause,
    /// A minimum at an end of the axis: the risk may go on falling beyond it.
    pub at_end: bool,
}

/// The verified cause of a pole or a peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cause {
    /// n equals the number of directions above a gap of the spectrum.
    Gap(SpectralGap),
    /// A change of the representation that is chosen at each n; neither representation alone has a maximum at this n.
    RepresentationChange,
    /// n equals the number of features of a random or pretrained representation, which is less than the number of
    /// directions.
    Width,
    /// n at which each bagged fit has as many samples as directions.
    BaggedFit,
    /// No cause was verified.
    Unknown,
}

impl Cause {
    /// The gap of the spectrum if it is the cause, else `None`.
    #[must_use]
    pub fn gap(self) -> Option<SpectralGap> {
        match self {
            Self::Gap(gap) => Some(gap),
            Self::RepresentationChange | Self::Width | Self::BaggedFit | Self::Unknown => None,
        }
    }
}

/// A gap of the spectrum: at the extremum, n equals the number of directions above it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpectralGap {
    /// Share of the directions above the gap.
    pub used: f64,
    /// The smallest eigenvalue above the gap; `None` where eigenvalues are not known.
    pub smallest_kept: Option<f64>,
    /// The largest eigenvalue below the gap, 0 for directions outside the features' span; `None` where there is none.
    pub next: Option<f64>,
}

impl SpectralGap {
    /// The gap below all directions that the features span, a fraction `used` of p.
    pub(crate) const fn whole(used: f64) -> Self {
        Self { used, smallest_kept: None, next: None }
    }

    /// The gap of the spectrum that contains κ.
    pub(crate) fn at(spectrum: &Spectrum, kappa: f64) -> Self {
        let (w, s) = (spectrum.weights(), spectrum.eigenvalues());
        let kept = s.partition_point(|&s| s > kappa);
        let whole = kept == s.len();
        let used =
            if whole { spectrum.rank() } else { crate::theory::numeric::sum(w.iter().take(kept).copied()) };
        let unreached = (spectrum.rank() < 1.0).then_some(0.0);
        Self {
            used,
            smallest_kept: kept.checked_sub(1).and_then(|i| s.get(i)).copied(),
            next: s.get(kept).copied().or(unreached),
        }
    }

    /// Whether the gap explains a peak at the sample ratio α: the eigenvalues on its two sides are at least
    /// [`SEPARATION`] apart, and n is the number of directions above it to within [`AGREEMENT`].
    fn explains(&self, alpha: f64) -> bool {
        let separated = match (self.smallest_kept, self.next) {
            (Some(kept), Some(next)) => kept >= SEPARATION * next,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        separated && (alpha - self.used).abs() <= AGREEMENT * self.used
    }
}

impl Cause {
    /// The gap of the spectrum that contains κ if it explains a peak at the sample ratio α, else [`Cause::Unknown`].
    pub(crate) fn verified(spectrum: &Spectrum, kappa: f64, alpha: f64) -> Self {
        let gap = SpectralGap::at(spectrum, kappa);
        if gap.explains(alpha) { Self::Gap(gap) } else { Self::Unknown }
    }
}

/// Smallest factor between the eigenvalues on the two sides of a gap.
const SEPARATION: f64 = 3.0;
/// Largest relative difference between n and the number of directions above the gap.
const AGREEMENT: f64 = 0.1;
