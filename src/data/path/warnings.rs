//! When the rows are not what the theory takes them for, in words (section 9.6).

use std::sync::Arc;

use super::Path;
use super::table::Moment;
use crate::data::TaskChoice;
use crate::data::error::listed;
use crate::theory::RidgeChoice;

/// Leave-one-out over GCV above this: single rows weigh more than Gaussian ones would.
const RATIO: f64 = 1.1;
/// Lag-1 correlations above this over √N are no chance.
const NEIGHBOURS: f64 = 4.0;
/// Blocks of consecutive rows that are left out to see what neighbours are worth.
const BLOCKS: usize = 20;
/// Ridges at which it is looked at.
const PLACES: usize = 24;

impl Path {
    /// What to know before trusting the numbers; one plain sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut found = Vec::new();
        let tasks = self.fits.rows.pool().tasks().iter().zip(&self.fits.outside.exact);
        let exact: Vec<&str> =
            tasks.filter(|(_, exact)| **exact).map(|(task, _)| task.name.as_str()).collect();
        if !exact.is_empty() {
            found.push(format!(
                "the features determine {} exactly: without a ridge the risk is 0 once n is above {}",
                listed(exact.into_iter()),
                self.rank()
            ));
        }
        let sole = self.fits.sole();
        if sole > 0 && self.filter().freedom() > self.filter().rank() {
            found.push(format!(
                "{sole} of {} {} alone hold a direction of the features (rare columns): without a ridge their errors \
                 cannot be told",
                self.fits.units(),
                if self.fits.blocks.is_some() { "groups" } else { "rows" }
            ));
        }
        found.extend(self.neighbours());
        if self.leave_one_out_over_gcv() > RATIO || self.uneven_leverages() {
            found.push(format!(
                "single rows weigh heavily in these features: without a ridge and with about {} labels the risk \
                 told is a typical one, and a fit may do much worse; any ridge helps",
                self.rank() + 1
            ));
        }
        found
    }

    /// The largest mean ε² over [mean (y − ŷ)²/(1 − df1/M)²] among ridges to trust.
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

    /// sd/mean of the leverages at ℓ → 0 above 3√(2/r), where they are not all 1.
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

impl Path {
    /// Lag-1 correlation of the leave-one-out errors of neighbouring rows at the best ridge for all rows, less the mean of
    /// rows with the same target: a file sorted by class is no sign of rows that belong together.
    fn neighbours_agree(&self, own: f64) -> Option<f64> {
        if self.fits.blocks.is_some() {
            return None;
        }
        let fit = self.fits.fit(own);
        let targets = self.fits.rows.pool().targets();
        let (mut lagged, mut total) = (0.0, 0.0);
        for (errors, y) in fit.errors.col_iter().zip(targets.col_iter()) {
            let mut means: std::collections::HashMap<u64, (f64, f64)> = std::collections::HashMap::new();
            for (error, y) in errors.iter().zip(y.iter()) {
                let (sum, count) = means.entry(y.to_bits()).or_default();
                *sum += error;
                *count += 1.0;
            }
            // Numeric targets hardly repeat.
            let classes = 2 * means.len() <= errors.nrows();
            let mean = |y: &f64| match means.get(&y.to_bits()) {
                Some((sum, count)) if classes => sum / count,
                _ => 0.0,
            };
            let centred: Vec<f64> = errors.iter().zip(y.iter()).map(|(error, y)| error - mean(y)).collect();
            lagged += centred.windows(2).map(|pair| pair.iter().product::<f64>()).sum::<f64>();
            total += centred.iter().map(|v| v * v).sum::<f64>();
        }
        Some(lagged / total).filter(|c| *c > NEIGHBOURS / (self.count() as f64).sqrt())
    }

    /// The sentence about neighbouring rows that agree, with the risk where blocks of consecutive rows are left out.
    fn neighbours(&self) -> Option<String> {
        let rows = self.count() as f64;
        let point =
            |path: &Self| path.evaluate(rows, RidgeChoice::OptimalNonNegative, TaskChoice::Mean, None).ok();
        let here = point(self)?;
        let correlation = self.neighbours_agree(here.at.own)?;
        let rows_in_blocks = Arc::new(self.fits.rows.in_blocks(BLOCKS));
        let blocked = point(&Self::raw(&rows_in_blocks).ok()?)?;
        Some(format!(
            "neighbouring rows have alike errors (correlation {correlation:.2}): if they belong together (a patient, a \
             speaker, a day) the risk is too low; with blocks of {:.0} consecutive rows left out it is {:.3} for {:.3}; \
             --groups tells which rows belong together",
            rows / BLOCKS as f64,
            blocked.risk,
            here.risk
        ))
    }
}

/// The sentence about repeated rows.
#[must_use]
pub fn repeated_words(repeated: usize, rows: usize) -> Option<String> {
    (repeated > 0).then(|| {
        format!(
            "{repeated} of {rows} rows repeat another: a label seen twice looks learned, so the risk told is too low; \
             leave the copies out"
        )
    })
}
