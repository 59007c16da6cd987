//! The views: one record each, in the order of tabs and keys. What makes one is in `dashboard/view/pictures`, a file a
//! view.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

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
    /// A computation that no other view needs.
    pub asks: Asks,
    /// Flags and readout lie below the plot.
    pub readout: bool,
    /// There is a table of it to export.
    pub table: bool,
}

/// Results that are computed only while a view that shows them is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Nothing,
    /// The risk at the crosshair for every size of representation.
    Sizes,
    /// The plane of regimes.
    Plane,
}

/// The views and their records: `Name: name, words, settings, what it asks for, readout below, a table to export`.
macro_rules! views {
    ($($view:ident: $name:literal, $words:literal, $settings:expr, $asks:ident, $readout:literal, $table:literal;)+) => {
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
                        asks: Asks::$asks,
                        readout: $readout,
                        table: $table,
                    },)+
                }
            }
        }
    };
}

/// The n/p axis.
macro_rules! window {
    ($($more:literal),*) => {
        &["view.from", "view.to", "view.ratio-scale", $($more),*]
    };
}

/// The axis of n/p, or of any number.
macro_rules! over {
    ($($more:literal),*) => {
        window!["view.x", "view.x-from", "view.x-to", "view.x-scale", $($more),*]
    };
}

views! {
    Risk: "risk", "risk against n/p or any number", over!["view.metric", "view.risk-scale", "view.compared"], Nothing, true, true;
    Variance: "variance", "bias–variance decomposition", over!["view.risk-scale", "view.stacked"], Nothing, true, true;
    Selection: "selection", "selection of features", &["view.rank-scale"], Sizes, false, false;
    Phase: "phase", "phase diagram", window!["view.phase-x", "view.phase-y", "view.phase-shade"], Plane, false, true;
    Data: "data", "spectrum and data", &[], Nothing, false, false;
}

/// The names as help writes them: `risk, variance, … or data`.
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
    fn the_next_of_the_last_is_the_first() {
        let round: Vec<View> =
            (0..=View::ALL.len()).scan(View::Risk, |v, _| Some(std::mem::replace(v, v.next()))).collect();
        assert_eq!(round, [&View::ALL[..], &[View::Risk]].concat());
    }
}
