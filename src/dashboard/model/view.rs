//! The views: one record for each, in the order of tabs and keys. The pictures are in `dashboard/view/pictures`, one
//! file for each view.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// The record of a view, apart from its picture.
#[derive(Debug)]
pub struct Record {
    pub view: View,
    pub name: &'static str,
    /// Its action, as named in the key configuration.
    pub action: &'static str,
    /// Its line of help.
    pub words: &'static str,
    /// Keys of the display settings on which its picture depends; `view.compared` stands for those of the compared
    /// curves.
    pub settings: &'static [&'static str],
    /// A computation that only this view requires.
    pub computation: Computation,
    /// Whether flags and readout are shown below the plot.
    pub readout: bool,
    /// Whether there is a table to export.
    pub table: bool,
}

/// Results that are computed only while a view that shows them is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computation {
    Nothing,
    /// The risk at the crosshair for every size of representation.
    Sizes,
    /// The plane of regimes.
    Plane,
}

/// The views and their records: `Name: name, words, settings, required computation, readout below, table to export`.
macro_rules! views {
    ($($view:ident: $name:literal, $words:literal, $settings:expr, $computation:ident, $readout:literal, $table:literal;)+) => {
        /// The view on the right-hand side.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum View {
            $($view,)+
        }

        impl View {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$view),+];

            /// The record of the view.
            #[must_use]
            pub const fn record(self) -> &'static Record {
                match self {
                    $(Self::$view => &Record {
                        view: Self::$view,
                        name: $name,
                        action: concat!("view-", $name),
                        words: $words,
                        settings: $settings,
                        computation: Computation::$computation,
                        readout: $readout,
                        table: $table,
                    },)+
                }
            }
        }
    };
}

/// Settings of the n/p axis.
macro_rules! window {
    ($($more:literal),*) => {
        &["view.from", "view.to", "view.ratio-scale", $($more),*]
    };
}

/// Settings of an axis that can be n/p or any parameter.
macro_rules! over {
    ($($more:literal),*) => {
        window!["view.x", "view.x-from", "view.x-to", "view.x-scale", $($more),*]
    };
}

views! {
    Risk: "risk", "risk over n/p or any parameter", over!["view.metric", "view.risk-scale", "view.compared"], Nothing, true, true;
    Variance: "variance", "bias–variance decomposition", over!["view.risk-scale", "view.stacked"], Nothing, true, true;
    Selection: "selection", "selection of features", &["view.rank-scale"], Sizes, false, false;
    Phase: "phase", "phase diagram", window!["view.phase-x", "view.phase-y", "view.phase-shade"], Plane, false, true;
    Data: "data", "spectrum and data", &[], Nothing, false, false;
}

/// The names in help texts: `risk, variance, … or data`.
pub static NAMES: LazyLock<String> = LazyLock::new(|| {
    let names = View::ALL.map(View::name);
    match names.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
});

impl View {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.record().name
    }

    /// The next view, cyclically.
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
    fn views_cycle() {
        let round: Vec<View> =
            (0..=View::ALL.len()).scan(View::Risk, |v, _| Some(std::mem::replace(v, v.next()))).collect();
        assert_eq!(round, [&View::ALL[..], &[View::Risk]].concat());
    }
}
