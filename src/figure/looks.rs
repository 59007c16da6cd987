//! How each curve looks: its colour by meaning, its dash, and a sample of it for tables beside the picture.

use crate::chart::Dash;
use crate::study::CurveId;
use crate::theme::Role;
use crate::theory::Regime;

/// The colour of a curve.
#[must_use]
pub const fn of(id: CurveId) -> Role {
    match id {
        CurveId::Chosen => Role::Chosen,
        CurveId::Raw | CurveId::LeastSquares => Role::Raw,
        CurveId::GroundTruth => Role::GroundTruth,
        CurveId::Whitened => Role::Whitened,
        CurveId::Pcr => Role::Pcr,
        CurveId::Optimal => Role::Optimal,
        CurveId::Floor => Role::Floor,
    }
}

/// What tells a curve apart without colours.
#[must_use]
pub const fn dash(id: CurveId) -> Dash {
    match id {
        CurveId::Chosen => Dash::Solid,
        CurveId::Raw => Dash::Dashed,
        CurveId::GroundTruth => Dash::Alternating,
        CurveId::Whitened | CurveId::Pcr => Dash::Sparse,
        CurveId::Optimal => Dash::Long,
        CurveId::Floor | CurveId::LeastSquares => Dash::Dotted,
    }
}

/// The dash of a kept curve, by its place.
#[must_use]
pub fn frozen(place: usize) -> Dash {
    const DASHES: [Dash; 6] =
        [Dash::Sparse, Dash::Dotted, Dash::Dashed, Dash::Alternating, Dash::Long, Dash::Solid];
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
        (Dash::Dashed, false) => "╍╍╍",
        (Dash::Dashed, true) => "- -",
        (Dash::Alternating, false) => "╸·╺",
        (Dash::Alternating, true) => "-.-",
        (Dash::Dotted, _) => "...",
        (Dash::Sparse, _) => ". .",
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

/// A colour and a dash for each featurization by its name: its own colour, and no two alike.
#[must_use]
pub fn of_kinds<'a>(featurizations: impl Iterator<Item = &'a str>) -> Vec<(Role, Dash)> {
    const SPARE: [Role; 7] =
        [Role::Chosen, Role::Optimal, Role::Raw, Role::Pcr, Role::Whitened, Role::Floor, Role::GroundTruth];
    let mut taken: Vec<Role> = Vec::new();
    let mut dashes = Dash::ALL.iter().copied().cycle();
    featurizations
        .map(|name| {
            let own = match name {
                "raw" | "least-squares" => Role::Raw,
                "ground-truth" => Role::GroundTruth,
                "whitened" => Role::Whitened,
                "pca" => Role::Pcr,
                "optimal" => Role::Optimal,
                "floor" => Role::Floor,
                _ => Role::Chosen,
            };
            let free = SPARE.iter().copied().find(|r| !taken.contains(r));
            let role = if taken.contains(&own) { free.unwrap_or(own) } else { own };
            taken.push(role);
            (role, dashes.next().unwrap_or_default())
        })
        .collect()
}
