//! Colours by meaning: every style on screen belongs to a [`Role`], and a theme file gives each role its colour.
//!
//! Colours come down to what the terminal can show (24 bit, 256, 16, none); without colours, roles differ by bold,
//! dim and reverse, and every widget also tells them apart by shape.

mod colour;
mod parse;

use ratatui::style::{Color, Modifier, Style};

pub use colour::{Depth, contrast};

macro_rules! roles {
    ($($role:ident $name:literal,)*) => {
        /// What a piece of the screen means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Role { $($role,)* }

        impl Role {
            pub const ALL: &[Self] = &[$(Self::$role,)*];

            /// The role's key in a theme file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }
        }
    };
}

roles! {
    Text "text",
    Dim "dim",
    Accent "accent",
    Focus "focus",
    Border "border",
    Title "title",
    Selection "selection",
    Chosen "chosen",
    Raw "raw",
    GroundTruth "ground-truth",
    Whitened "whitened",
    Pcr "pcr",
    Optimal "optimal",
    Floor "floor",
    Frozen "frozen",
    Bias "bias",
    VarianceX "variance-x",
    VarianceXNoise "variance-x-noise",
    Noise "noise",
    Soft "soft",
    Hard "hard",
    Null "null",
    Pole "pole",
    Near "near",
    Transition "transition",
    Evidence "evidence",
    Error "error",
    Warning "warning",
    Ok "ok",
}

/// A theme that cannot be read: one plain sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ThemeError(pub String);

/// The themes that come with the program, by name; the first is the default.
const BUILT_IN: &[(&str, &str)] = &[("default", include_str!("../../themes/default.toml"))];

/// What a theme file says, before it is brought down to a terminal's depth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Palette {
    pub name: String,
    /// What colours are chosen against; painted over the terminal's own unless `None`.
    pub background: Option<colour::Rgb>,
    pub ramp: Vec<colour::Rgb>,
    /// In the order of [`Role::ALL`].
    pub inks: Vec<Ink>,
}

/// One role's colours and emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Ink {
    pub color: Option<colour::Named>,
    pub tint: Option<colour::Named>,
    pub ansi16: Option<Color>,
    pub tint16: Option<Color>,
    pub emphasis: Modifier,
}

/// A theme at one colour depth: what every widget draws with.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    palette: Palette,
    depth: Depth,
    styles: Vec<Style>,
}

impl Theme {
    /// The built-in default theme.
    #[must_use]
    pub fn new(depth: Depth) -> Self {
        Self::built_in("default", depth).unwrap_or_else(|_| Self::from_palette(Palette::plain(), depth))
    }

    /// Names of the built-in themes, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// # Errors
    /// When no built-in theme has this name; the message lists those there are.
    pub fn built_in(name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let Some((_, source)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
            let known = Self::names().collect::<Vec<_>>().join(", ");
            return Err(ThemeError(format!("there is no theme \"{name}\"; the themes are {known}")));
        };
        Self::parse(source, depth)
    }

    /// From the text of a theme file; every role must be given, unknown keys are errors.
    ///
    /// # Errors
    /// One sentence that names the key and what would be accepted.
    pub fn parse(source: &str, depth: Depth) -> Result<Self, ThemeError> {
        Ok(Self::from_palette(parse::palette(source)?, depth))
    }

    fn from_palette(palette: Palette, depth: Depth) -> Self {
        let styles =
            Role::ALL.iter().zip(&palette.inks).map(|(role, ink)| style(*role, ink, depth)).collect();
        Self { palette, depth, styles }
    }

    /// The same theme for another terminal.
    #[must_use]
    pub fn at_depth(&self, depth: Depth) -> Self {
        Self::from_palette(self.palette.clone(), depth)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.palette.name
    }

    #[must_use]
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// Foreground and emphasis of a role; no background, except [`Role::Selection`] and [`Role::Focus`].
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let style = self.full(role);
        if matches!(role, Role::Selection | Role::Focus) { style } else { Style { bg: None, ..style } }
    }

    /// The background that shades a regime; `None` where the terminal has too few colours for shading.
    #[must_use]
    pub fn tint(&self, role: Role) -> Option<Color> {
        self.full(role).bg
    }

    fn full(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// The style to fill the whole screen with before anything is drawn.
    #[must_use]
    pub fn base(&self) -> Style {
        let background = self.palette.background.and_then(|rgb| match self.depth {
            Depth::TrueColor | Depth::Ansi256 => Some(rgb.at(self.depth)),
            Depth::Ansi16 | Depth::None => None,
        });
        Style { bg: background, ..self.style(Role::Text) }
    }

    /// A colour on the theme's scale from low (0) to high (1); `None` without colours, or with too few of them.
    #[must_use]
    pub fn ramp(&self, level: f64) -> Option<Color> {
        if matches!(self.depth, Depth::Ansi16 | Depth::None) || level.is_nan() {
            return None;
        }
        Some(colour::Rgb::between(&self.palette.ramp, level)?.at(self.depth))
    }
}

fn style(role: Role, ink: &Ink, depth: Depth) -> Style {
    let named = |color: Option<colour::Named>, fallback: Option<Color>| match (depth, fallback) {
        (Depth::None, _) => None,
        (Depth::Ansi16, Some(color)) => Some(color),
        _ => color.map(|c| c.at(depth)),
    };
    let fg = named(ink.color, ink.ansi16);
    // Sixteen colours have no quiet shades: a tint there is only what the theme names itself.
    let bg = match depth {
        Depth::Ansi16 => ink.tint16,
        _ => named(ink.tint, None),
    };
    let bare = matches!(depth, Depth::None) || (fg.is_none() && bg.is_none());
    let emphasis = if bare { ink.emphasis | without_colour(role) } else { ink.emphasis };
    Style { fg, bg, add_modifier: emphasis, ..Style::new() }
}

/// What carries a role's weight where colours cannot.
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

impl Palette {
    /// No colours at all.
    fn plain() -> Self {
        let inks = vec![Ink::default(); Role::ALL.len()];
        Self { name: "plain".into(), background: None, ramp: Vec::new(), inks }
    }
}
