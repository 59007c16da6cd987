//! Colour and dash of every curve, fixed for each featurization in all views, exports and tables; and line samples
//! for tables.

use crate::chart::Dash;
use crate::scenario::{Featurization, Scenario};
use crate::study::{CurveId, CurveSpec};
use crate::theme::Role;
use crate::theory::Regime;

/// A colour and a dash.
pub type LineStyle = (Role, Dash);

/// LineStyle of the scenario's featurization if its kind has no fixed one: made from parameters or a file.
const CUSTOM: LineStyle = (Role::Chosen, Dash::LongShort);

/// The fit towards the coefficients of a source task.
const WEIGHTS: LineStyle = (Role::Whitened, Dash::Short);

/// The curve of the risk on held-out tasks.
pub const LEFT_OUT: LineStyle = (Role::Optimal, Dash::LongShort);

/// Line style of a curve, which depends on its featurization, not on whether it is the scenario's or a compared one.
#[must_use]
pub fn of(id: CurveId, featurization: &Featurization) -> LineStyle {
    match (id, featurization) {
        (CurveId::LeastSquares, _) => (Role::Raw, Dash::Short),
        (CurveId::Floor, _) => (Role::Floor, Dash::Dotted),
        (CurveId::Weights, _) => WEIGHTS,
        (CurveId::BestWeights, _) => (Role::Pcr, Dash::TwoDots),
        (CurveId::Raw, _) | (CurveId::Chosen, Featurization::Raw) => (Role::Raw, Dash::Dashed),
        (CurveId::GroundTruth, _) | (CurveId::Chosen, Featurization::GroundTruth) => {
            (Role::GroundTruth, Dash::Solid)
        }
        (CurveId::Whitened, _) | (CurveId::Chosen, Featurization::Whitened) => {
            (Role::Whitened, Dash::TwoDots)
        }
        (CurveId::Pcr, _) | (CurveId::Chosen, Featurization::Pca { size: None }) => {
            (Role::Pcr, Dash::Alternating)
        }
        (CurveId::Optimal, _) | (CurveId::Chosen, Featurization::Optimal { at: None }) => {
            (Role::Optimal, Dash::Long)
        }
        (CurveId::Chosen, _) => CUSTOM,
    }
}

/// The line style of a curve under a scenario: a fit towards a source task, and bagging, have other line styles than the plain
/// fit of the same features.
#[must_use]
pub fn under(scenario: &Scenario, id: CurveId, featurization: &Featurization) -> LineStyle {
    match id {
        CurveId::Chosen if scenario.bagging.is_some() => CUSTOM,
        CurveId::Chosen
            if scenario.source.is_some() && *featurization == scenario.fitted_towards_source() =>
        {
            WEIGHTS
        }
        _ => of(id, featurization),
    }
}

/// The line style of a compared curve.
#[must_use]
pub fn compared(id: CurveId) -> LineStyle {
    id.featurization().map_or(CUSTOM, |featurization| of(id, &featurization))
}

/// Distinct line styles for several curves of one picture: the fixed line style of the kind, or a spare one.
#[must_use]
pub fn of_subjects<'a>(specs: impl Iterator<Item = &'a CurveSpec>) -> Vec<LineStyle> {
    const SPARE: [LineStyle; 7] = [
        CUSTOM,
        (Role::Pcr, Dash::Solid),
        (Role::Whitened, Dash::Short),
        (Role::Optimal, Dash::Alternating),
        (Role::Floor, Dash::Solid),
        (Role::Raw, Dash::Solid),
        (Role::GroundTruth, Dash::Dashed),
    ];
    let mut taken: Vec<LineStyle> = Vec::new();
    specs
        .map(|spec| {
            let fixed = of(spec.id, &spec.featurization);
            let mut spare = SPARE.iter().copied().filter(|style| !taken.contains(style));
            let style = if taken.contains(&fixed) { spare.next().unwrap_or(fixed) } else { fixed };
            taken.push(style);
            style
        })
        .collect()
}

/// The dash of a frozen curve, by its index.
#[must_use]
pub fn frozen(place: usize) -> Dash {
    const DASHES: [Dash; 6] =
        [Dash::Short, Dash::LongShort, Dash::TwoDots, Dash::Alternating, Dash::Dotted, Dash::Solid];
    DASHES.get(place % DASHES.len()).copied().unwrap_or_default()
}

/// Three columns that look like a curve of this dash.
#[must_use]
pub const fn dash_sample(dash: Dash, ascii: bool) -> &'static str {
    match (dash, ascii) {
        (Dash::Solid, false) => "━━━",
        (Dash::Solid, true) => "===",
        (Dash::Long, false) => "━╸━",
        (Dash::Long, true) => "---",
        (Dash::Dashed, false) => "╸╸╸",
        (Dash::Dashed, true) => "- -",
        (Dash::Alternating, false) => "━·━",
        (Dash::Alternating, true) => "-.-",
        (Dash::Dotted, false) => "···",
        (Dash::Dotted, true) => "...",
        (Dash::TwoDots, false) => "━··",
        (Dash::TwoDots, true) => "-..",
        (Dash::Short, false) => "╌╌╌",
        (Dash::Short, true) => "~~~",
        (Dash::LongShort, false) => "━━╸",
        (Dash::LongShort, true) => "==-",
    }
}

/// The colour of a regime.
#[must_use]
pub const fn regime(regime: Regime) -> Role {
    match regime {
        Regime::Soft => Role::Soft,
        Regime::Hard => Role::Hard,
        Regime::Null => Role::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every featurization has one line style everywhere, and no two have the same colour and dash.
    #[test]
    fn every_curve_has_its_style() {
        let mut seen: Vec<LineStyle> = vec![CUSTOM];
        for id in CurveId::OF_ROWS {
            let style = compared(id);
            assert!(seen.iter().all(|other| other.1 != style.1), "{id:?} has the dash of another");
            if !matches!(id, CurveId::LeastSquares | CurveId::Floor) {
                assert_eq!(of(CurveId::Chosen, &id.featurization().unwrap()), style, "{id:?}");
            }
            seen.push(style);
        }
        for id in [CurveId::Weights, CurveId::BestWeights] {
            let style = compared(id);
            assert!(!seen.contains(&style), "{id:?} has the line style of another");
            seen.push(style);
        }
        // Both are drawn in one plot.
        assert_ne!(compared(CurveId::Weights).1, compared(CurveId::BestWeights).1);
        let samples: Vec<&str> =
            Dash::ALL.iter().flat_map(|d| [dash_sample(*d, false), dash_sample(*d, true)]).collect();
        assert!(samples.iter().enumerate().all(|(i, s)| !samples[..i].contains(s)), "{samples:?}");
    }
}
