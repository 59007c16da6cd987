//! Styles of roles for a colour depth, and fills of areas.

use ratatui::style::{Color, Modifier, Style};

use super::colour::{self, Depth};
use super::{Ink, Palette, Role};

/// A mixture of a role's colour and the background, for areas.
pub(super) fn fill(palette: &Palette, role: Role, ink: &Ink, depth: Depth) -> Option<Color> {
    let (Some(colour::Named::Rgb(color)), Some(ground)) = (ink.color, palette.background) else {
        return None;
    };
    // On black a small share of a colour is still black.
    let share = if ground.lightness() < 0.1 { 0.42 } else { 0.24 };
    let quiet = colour::Rgb::between(&[ground, color], share)?;
    // Greys are the only light tints of the 256 colours: regimes are distinguished by steps of grey, and by their
    // names.
    let step = match role {
        Role::Soft => Some(1.0),
        Role::Hard => Some(0.0),
        Role::Null => Some(-1.0),
        _ => None,
    };
    match depth {
        Depth::TrueColor => Some(quiet.at(depth)),
        Depth::Ansi256 => Some(Color::Indexed(match step {
            Some(step) => {
                let away = if quiet.lightness() > ground.lightness() { 0.08 } else { -0.06 };
                colour::Rgb::nearest_grey(quiet.lightness() + step * away)
            }
            None => colour::Rgb::between(&[ground, color], 0.32)?.nearest_like(color),
        })),
        Depth::Ansi16 | Depth::None => None,
    }
}

pub(super) fn style(role: Role, ink: &Ink, depth: Depth) -> Style {
    let named = |color: Option<colour::Named>, fallback: Option<Color>| match (depth, fallback) {
        (Depth::None, _) => None,
        (Depth::Ansi16, Some(color)) => Some(color),
        _ => color.map(|c| c.at(depth)),
    };
    let fg = named(ink.color, ink.ansi16);
    // With sixteen colours a tint is used only if the theme names one.
    let bg = match depth {
        Depth::Ansi16 => ink.tint16,
        // With 256 colours the tints of regimes would all be the same grey.
        Depth::Ansi256 if matches!(role, Role::Soft | Role::Hard | Role::Null) => None,
        _ => named(ink.tint, None),
    };
    let bare = matches!(depth, Depth::None) || (fg.is_none() && bg.is_none());
    let emphasis = if bare { ink.emphasis | without_colour(role) } else { ink.emphasis };
    Style { fg, bg, add_modifier: emphasis, ..Style::new() }
}

/// The emphasis of a role on terminals without colours.
const fn without_colour(role: Role) -> Modifier {
    match role {
        Role::Selection | Role::Focus => Modifier::REVERSED,
        Role::Title | Role::Accent | Role::Chosen | Role::Pole | Role::Near | Role::Evidence => {
            Modifier::BOLD
        }
        Role::Error | Role::Warning => Modifier::BOLD,
        Role::Dim | Role::Border | Role::Frozen => Modifier::DIM,
        _ => Modifier::empty(),
    }
}
