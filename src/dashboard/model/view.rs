//! The views: one record each. What draws a view is named in [`crate::dashboard::view`], one line a view.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// What fills the right-hand side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    Risk,
    Variance,
    Selection,
    Phase,
    Data,
}

/// All that is known of a view besides its picture.
#[derive(Debug)]
pub struct Record {
    pub view: View,
    pub name: &'static str,
    /// Its action, as the configuration of keys writes it.
    pub action: &'static str,
    /// Its line of help.
    pub words: &'static str,
    /// The settings of the display that its picture depends on, by key; `view.compared` stands for those of the
    /// compared curves.
    pub settings: &'static [&'static str],
    /// Flags and readout lie below the plot.
    pub readout: bool,
    /// There is a table of it to export.
    pub table: bool,
}

pub static VIEWS: [Record; 5] = [
    Record {
        view: View::Risk,
        name: "risk",
        action: "view-risk",
        words: "risk against n/p",
        settings: &["view.from", "view.to", "view.ratio-scale", "view.risk-scale", "view.compared"],
        readout: true,
        table: true,
    },
    Record {
        view: View::Variance,
        name: "variance",
        action: "view-variance",
        words: "bias–variance decomposition",
        settings: &["view.from", "view.to", "view.ratio-scale", "view.risk-scale", "view.stacked"],
        readout: true,
        table: true,
    },
    Record {
        view: View::Selection,
        name: "selection",
        action: "view-selection",
        words: "selection of features",
        settings: &["view.from", "view.to", "view.ratio-scale"],
        readout: false,
        table: false,
    },
    Record {
        view: View::Phase,
        name: "phase",
        action: "view-phase",
        words: "phase diagram",
        settings: &["view.from", "view.to", "view.ratio-scale", "view.phase-y", "view.phase-shade"],
        readout: false,
        table: true,
    },
    Record {
        view: View::Data,
        name: "data",
        action: "view-data",
        words: "spectrum and data",
        settings: &[],
        readout: false,
        table: false,
    },
];

impl View {
    pub const ALL: [Self; 5] = [Self::Risk, Self::Variance, Self::Selection, Self::Phase, Self::Data];

    /// What is known of it.
    #[must_use]
    pub fn record(self) -> &'static Record {
        VIEWS.iter().find(|r| r.view == self).unwrap_or(&VIEWS[0])
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.record().name
    }

    /// The one after it, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let after = Self::ALL.iter().skip_while(|v| **v != self).nth(1);
        after.copied().unwrap_or(Self::Risk)
    }
}

impl ValueEnum for View {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_record_of_its_own() {
        for (view, record) in View::ALL.into_iter().zip(&VIEWS) {
            assert_eq!((view, record.action), (record.view, format!("view-{}", view.name()).as_str()));
        }
        let round: Vec<View> = (0..6).scan(View::Risk, |v, _| Some(std::mem::replace(v, v.next()))).collect();
        assert_eq!(round, [&View::ALL[..], &[View::Risk]].concat());
    }
}
