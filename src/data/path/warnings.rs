//! Warnings, in words, where the rows violate the assumptions of the theory (section 9.6).

use super::Path;
use super::table::Moment;
use crate::data::error::listed;

/// Ratio of leave-one-out error to GCV above which single rows weigh more than Gaussian rows would.
const RATIO: f64 = 1.1;
/// Fraction of the variance above which one direction is reported as dominant.
const DOMINANT: f64 = 0.5;
/// Number of rows of a class from which on standard errors are reliable (section 9.2).
const FEW: usize = 10;
/// Number of ridges at which the ratio is evaluated.
const PLACES: usize = 24;

impl Path {
    /// Warnings about the data, one plain sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let (mut found, sole) = (Vec::new(), self.fits.sole());
        let units = if self.fits.blocks.is_some() { "groups" } else { "rows" };
        let tasks = self.fits.rows.pool().tasks().iter().zip(&self.fits.outside.exact);
        let exact: Vec<&str> =
            tasks.filter(|(_, exact)| **exact).map(|(task, _)| task.name.as_str()).collect();
        if !exact.is_empty() {
            let exact = listed(exact.into_iter());
            found.push(if sole == 0 {
                format!(
                    "the features determine {exact} exactly: without a ridge the risk is 0 once n is above {}",
                    self.rank()
                )
            } else {
                format!(
                    "the features determine {exact} exactly on these rows, and {sole} of the {units} are alone in a direction of the features (rare columns): a fit on fewer of them has no risk of 0"
                )
            });
        }
        if sole > 0 && self.filter().freedom() > self.filter().rank() {
            found.push(format!(
                "{sole} of {} {} are alone in a direction of the features (rare columns): without a ridge their errors \
                 cannot be estimated",
                self.fits.units(),
                units
            ));
        }
        found.extend(self.dependence());
        found.extend(self.few_labels());
        if self.has_heavy_rows() {
            found.push(format!(
                "single rows weigh heavily in these features: without a ridge and with about {} labels the risk \
                 reported is a typical one, and a fit may do much worse; a tuned ridge avoids this",
                self.rank() + 1
            ));
        }
        found
    }

    /// Whether single rows weigh more than Gaussian rows would.
    fn has_heavy_rows(&self) -> bool {
        self.leave_one_out_over_gcv() > RATIO || self.uneven_leverages()
    }

    /// Whether the rows are so far from Gaussian that their interpolation peak differs from the theory's: indicator
    /// columns, directions that single rows span, or single rows that weigh heavily.
    #[must_use]
    pub fn has_other_peak(&self) -> bool {
        self.fits.rows.pool().has_indicators() || self.fits.sole() > 0 || self.has_heavy_rows()
    }

    /// A warning about one direction with most of the variance: a ridge, in units of the mean eigenvalue, is then far
    /// above all other eigenvalues.
    #[must_use]
    pub fn dominant_direction(&self) -> Option<String> {
        let all = self.filter().eigenvalues();
        let share = all.first()? / all.iter().sum::<f64>();
        (all.len() > 2 && share > DOMINANT).then(|| {
            format!(
                "one direction has {:.0} % of the variance of the features, and a ridge in units of the mean eigenvalue \
                 shrinks all others; --featurization standardised gives every column unit variance",
                100.0 * share
            )
        })
    }

    /// Classes with so few rows, or so few other rows, that their standard errors are too small.
    fn few_labels(&self) -> Option<String> {
        let pool = self.fits.rows.pool();
        let classes = || pool.tasks().iter().filter_map(|task| Some((task.name.as_str(), task.class_size?)));
        let small: Vec<&str> = classes().filter(|(_, size)| *size <= FEW).map(|(name, _)| name).collect();
        let others: Vec<&str> = classes()
            .filter(|(_, size)| pool.rows().saturating_sub(*size) <= FEW)
            .map(|(name, _)| name)
            .collect();
        if !small.is_empty() {
            return Some(format!(
                "with {FEW} labels of a class or fewer the standard errors of AUC, balanced accuracy and macro-F1 are too small, by half \
                 or more: {}",
                listed(small.into_iter())
            ));
        }
        (!others.is_empty()).then(|| {
            format!(
                "with {FEW} rows or fewer that are not of a class standard errors are too small: {}",
                listed(others.into_iter())
            )
        })
    }

    /// The largest mean ε² over [mean (y − ŷ)²/(1 − df1/M)²] among the ridges with a reliable estimate.
    fn leave_one_out_over_gcv(&self) -> f64 {
        let (_, trusted) = self.filter().edges();
        let table = self.table();
        let lowest = table.place(trusted);
        let ratio = |i: usize| {
            let at = table.at_place(lowest * (1.0 - i as f64 / PLACES as f64));
            let kept = 1.0 - table.value(&at, Moment::Df1) / self.filter().freedom();
            table.value(&at, Moment::Square(None)) * kept * kept / table.value(&at, Moment::Residual)
        };
        (0..PLACES).map(ratio).filter(|v| v.is_finite()).fold(0.0, f64::max)
    }

    /// Whether the standard deviation of the leverages at ℓ → 0 over their mean exceeds 3√(2/r), unless all are 1.
    fn uneven_leverages(&self) -> bool {
        if self.filter().freedom() <= self.filter().rank() {
            return false;
        }
        let leverages = self.fits.leverages();
        let count = leverages.len() as f64;
        let mean = leverages.iter().sum::<f64>() / count;
        let variance = leverages.iter().map(|h| (h - mean) * (h - mean)).sum::<f64>() / count;
        variance.sqrt() / mean > 3.0 * (2.0 / self.filter().rank()).sqrt()
    }
}

/// The sentence about repeated rows.
#[must_use]
pub fn repeated_words(repeated: usize, rows: usize) -> Option<String> {
    (repeated > 0).then(|| {
        format!(
            "{repeated} of {rows} rows repeat another: a label seen twice looks learned, so the reported risk is too low; \
             leave the copies out"
        )
    })
}
