//! Colours, line widths and dashes of exported pictures: those of the light theme, on white.

use plotters::style::RGBColor;
use ratatui::style::Color;

use crate::chart::Dash;
use crate::theme::{self, Depth, Role, Theme};

/// Name of the registered font; viewers of an svg use their font of that name.
pub const FONT: &str = "sans-serif";

/// The colours of one picture.
#[derive(Debug, Clone)]
pub struct Inks(Theme);

impl Inks {
    #[must_use]
    pub fn new() -> Self {
        Self(Theme::built_in("light", Depth::TrueColor).unwrap_or_else(|_| Theme::new(Depth::TrueColor)))
    }

    /// Lines and text.
    #[must_use]
    pub fn line(&self, role: Role) -> RGBColor {
        color(self.0.style(role).fg, RGBColor(40, 40, 40))
    }

    /// A light background tint of the theme, else the line's colour mixed with white; grey where no curve is best.
    #[must_use]
    pub fn tint(&self, role: Role) -> RGBColor {
        let background = if role == Role::Dim { RGBColor(245, 245, 245) } else { self.faint(role, 0.07) };
        color(self.0.tint(role), background)
    }

    /// A line's colour mixed with white by `share`, so that text over it is legible.
    #[must_use]
    pub fn faint(&self, role: Role, share: f64) -> RGBColor {
        let RGBColor(r, g, b) = self.line(role);
        let mixed = |part: u8| (f64::from(part) * share + 255.0 * (1.0 - share)) as u8;
        RGBColor(mixed(r), mixed(g), mixed(b))
    }

    /// The colour of a filled area.
    #[must_use]
    pub fn fill(&self, role: Role) -> RGBColor {
        color(self.0.fill(role), RGBColor(220, 220, 220))
    }

    /// A level from 0 to 1 on the colour scale.
    #[must_use]
    pub fn level(&self, level: f64) -> RGBColor {
        color(self.0.ramp(level), RGBColor(220, 220, 220))
    }
}

fn color(found: Option<Color>, other: RGBColor) -> RGBColor {
    found.and_then(theme::rgb).map_or(other, |[r, g, b]| RGBColor(r, g, b))
}

/// Width of a curve in units.
#[must_use]
pub const fn width(role: Role, strong: bool) -> f64 {
    match role {
        _ if strong => 2.6,
        Role::Frozen => 1.5,
        _ => 1.9,
    }
}

/// Lengths on and off in units; none for a solid line.
#[must_use]
pub const fn dashes(dash: Dash) -> &'static [f64] {
    match dash {
        Dash::Solid => &[],
        Dash::Long => &[15.0, 4.0],
        Dash::Dashed => &[8.0, 4.0],
        Dash::Alternating => &[10.0, 3.5, 2.0, 3.5],
        Dash::Dotted => &[2.0, 2.5],
        Dash::TwoDots => &[9.0, 3.0, 2.0, 3.0, 2.0, 3.0],
        Dash::Short => &[4.0, 3.0],
        Dash::LongShort => &[13.0, 4.0, 5.0, 4.0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An interval has the tint of its best curve, and is grey without one.
    #[test]
    fn intervals_are_distinguished_by_shade() {
        let inks = Inks::new();
        let shades =
            [Role::Chosen, Role::Raw, Role::Pcr, Role::Soft, Role::Hard, Role::Dim].map(|r| inks.tint(r));
        for (i, shade) in shades.iter().enumerate() {
            assert!(!shades[..i].contains(shade), "{shade:?}");
            assert!([shade.0, shade.1, shade.2].iter().all(|part| *part > 200), "{shade:?} is not quiet");
        }
    }
}
