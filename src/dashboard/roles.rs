//! How each curve looks: its colour by meaning, its dash, and a sample of it for the readout.

use crate::chart::Dash;
use crate::study::CurveId;
use crate::theme::Role;
use crate::theory::Regime;

#[must_use]
pub const fn of(id: CurveId) -> Role {
    match id {
        CurveId::Chosen => Role::Chosen,
        CurveId::Raw => Role::Raw,
        CurveId::GroundTruth => Role::GroundTruth,
        CurveId::Whitened => Role::Whitened,
        CurveId::Pcr => Role::Pcr,
        CurveId::Optimal => Role::Optimal,
        CurveId::Floor => Role::Floor,
    }
}

#[must_use]
pub const fn dash(id: CurveId) -> Dash {
    match id {
        CurveId::Chosen => Dash::Solid,
        CurveId::Raw => Dash::Dashed,
        CurveId::GroundTruth => Dash::DashDot,
        CurveId::Whitened | CurveId::Pcr => Dash::Sparse,
        CurveId::Optimal => Dash::Long,
        CurveId::Floor => Dash::Dotted,
    }
}

/// Three columns that look like the curve.
#[must_use]
pub const fn sample(id: CurveId, ascii: bool) -> &'static str {
    dash_sample(dash(id), ascii)
}

/// Three columns that look like a curve of this dash.
#[must_use]
pub const fn dash_sample(dash: Dash, ascii: bool) -> &'static str {
    match (dash, ascii) {
        (Dash::Solid, false) => "━━━",
        (Dash::Solid, true) => "===",
        (Dash::Long, false) => "━╸━",
        (Dash::Long, true) => "---",
        (Dash::Dashed, false) => "╍╍╍",
        (Dash::Dashed, true) => "- -",
        (Dash::DashDot, false) => "╸·╺",
        (Dash::DashDot, true) => "-.-",
        (Dash::Dotted, _) => "...",
        (Dash::Sparse, _) => ". .",
    }
}

/// A regime's colour.
#[must_use]
pub const fn regime(regime: Regime) -> Role {
    match regime {
        Regime::Soft => Role::Soft,
        Regime::Hard => Role::Hard,
        Regime::Null => Role::Null,
    }
}
