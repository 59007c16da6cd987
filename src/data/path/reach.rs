//! Range of sample sizes for which labelled rows give an estimate (section 9.2).

use super::filter::{Filter, LIMIT, TRUSTED};

/// Largest df1 as a fraction of M for AUC and accuracy beyond the number of rows: the scores then contain little
/// fitted noise.
pub(super) const SCORES: f64 = 0.5;

/// Whether labelled rows can estimate the risk at a number of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// There is an estimate.
    Within,
    /// There is an estimate, to be read with caution.
    Uncertain,
    /// There is no estimate; about this many labelled rows are needed for one.
    Beyond {
        /// Number of labelled rows needed, approximately; infinite if no number suffices without a ridge.
        rows: f64,
    },
    /// There is no fit: a single sample determines the mean at best.
    NoFit,
}

impl Reach {
    /// Whether there is an estimate.
    #[must_use]
    pub const fn is_estimate(self) -> bool {
        matches!(self, Self::Within | Self::Uncertain)
    }

    /// The word in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Uncertain => "uncertain",
            Self::Beyond { .. } | Self::NoFit => "beyond",
        }
    }

    /// The status as a phrase; `None` for [`Reach::Within`].
    #[must_use]
    pub fn words(self) -> Option<String> {
        match self {
            Self::Within => None,
            Self::Uncertain => {
                Some("uncertain: close to the limit of what so few labels can estimate".into())
            }
            Self::Beyond { rows } if rows.is_infinite() => {
                Some("some directions occur in a single row: no estimate without a ridge".into())
            }
            Self::NoFit => Some("a fit takes at least 2 labels".into()),
            Self::Beyond { rows } => Some(format!("needs about {} labelled rows", rounded(rows))),
        }
    }
}

/// The status of a fit with df1 degrees of freedom.
pub(super) fn of(filter: &Filter, df1: f64, dimension: usize) -> Reach {
    let share = df1 / filter.freedom();
    // At the edge itself there is an estimate.
    if share > LIMIT * (1.0 + 1e-9) {
        return Reach::Beyond { rows: needed(df1, dimension) };
    }
    if share > TRUSTED * (1.0 + 1e-9) { Reach::Uncertain } else { Reach::Within }
}

/// Number of rows for which df1 is within the limit; 1.12 p rows suffice for every fit.
pub(super) fn needed(df1: f64, dimension: usize) -> f64 {
    (df1.min(dimension as f64) / LIMIT + 1.0).ceil()
}

/// Rounds up to two digits.
fn rounded(rows: f64) -> f64 {
    let unit = 10_f64.powf((rows.max(1.0).log10().floor() - 1.0).max(0.0));
    (rows / unit).ceil() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_follows_the_degrees_of_freedom() {
        let filter = Filter::new(&[1.0; 150], 200, 101);
        assert_eq!(of(&filter, 75.0, 200), Reach::Within);
        assert_eq!(of(&filter, 76.0, 200), Reach::Uncertain);
        assert_eq!(of(&filter, 91.0, 200), Reach::Beyond { rows: 103.0 });
        assert_eq!(of(&filter, 1e6, 200).words().unwrap(), "needs about 230 labelled rows");
        assert_eq!(Reach::Beyond { rows: 871.0 }.words().unwrap(), "needs about 880 labelled rows");
        assert_eq!(Reach::Beyond { rows: 15.0 }.words().unwrap(), "needs about 15 labelled rows");
    }
}
