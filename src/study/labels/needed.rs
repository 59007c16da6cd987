//! The number of labels that a target needs, and its wording.

/// The number of labels that a target needs, with the ends of its 90 % band; `None` where it is not reached within the
/// range that was searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelsNeeded {
    /// The smallest n at which the estimate reaches the target.
    pub samples: Option<f64>,
    /// The smallest n at which the better end of the band reaches it.
    pub from: Option<f64>,
    /// The smallest n at which the worse end of the band reaches it.
    pub to: Option<f64>,
    /// The largest n that was searched.
    pub searched: f64,
}

impl LabelsNeeded {
    /// `needs about 900 (700–1200) labels`, or why no number can be given.
    #[must_use]
    pub fn words(&self) -> String {
        let whole = |n: Option<f64>| n.map(|n| format!("{n:.0}"));
        match (whole(self.samples), whole(self.from), whole(self.to)) {
            (Some(n), Some(from), Some(to)) => format!("needs about {n} ({from}–{to}) labels"),
            (Some(n), Some(from), None) => format!("needs about {n} ({from} or more) labels"),
            (Some(n), None, _) => format!("needs about {n} labels"),
            (None, Some(from), _) => format!("needs {from} or more labels"),
            (None, None, _) => format!("is not reached with up to {:.0} labels", self.searched),
        }
    }

    /// `needs 900 (700–1200)`, without the band `needs 900`.
    pub(in crate::study) fn short(&self, with_band: bool) -> String {
        let whole = |n: Option<f64>| n.map(|n| format!("{n:.0}"));
        let to = self.to.map_or_else(|| " or more".to_owned(), |to| format!("–{to:.0}"));
        match (whole(self.samples), whole(self.from)) {
            (Some(n), Some(from)) if with_band => format!("needs {n} ({from}{to})"),
            (Some(n), _) => format!("needs {n}"),
            (None, Some(from)) => format!("needs {from} or more"),
            (None, None) => format!("not reached with {:.0}", self.searched),
        }
    }
}
