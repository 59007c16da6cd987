//! Colours by meaning: every style on screen belongs to a [`Role`], and a theme file gives each role its colour.
//!
//! Colours are reduced to the terminal's depth (24 bit, 256, 16, none); without colours, roles differ by bold, dim and
//! reverse, and every widget also distinguishes them by shape.

mod colour;
mod library;
mod look;
mod parse;

use ratatui::style::{Color, Modifier, Style};

use crate::outside;

pub use colour::{Depth, contrast, rgb};
pub use library::Themes;

macro_rules! roles {
    ($($role:ident $name:literal,)*) => {
        /// The meaning of an element of the screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Role {
            $(#[doc = concat!("`", $name, "` in a theme file.")] $role,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$role,)*];

            /// Key of the role in a theme file.
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

/// Why a theme cannot be read, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ThemeError(String);

impl ThemeError {
    /// An error with one line of text; control characters are escaped.
    pub(crate) fn new(sentence: &str) -> Self {
        Self(outside::text::sentence(sentence))
    }
}

/// The built-in themes by name; the first is the default.
const BUILT_IN: &[(&str, &str)] = &[
    ("default", include_str!("../../themes/default.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("plain16", include_str!("../../themes/plain16.toml")),
    ("dusk", include_str!("../../themes/dusk.toml")),
    ("sepia", include_str!("../../themes/sepia.toml")),
];

/// The content of a theme file, before conversion to a terminal's depth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Palette {
    pub name: String,
    /// The background for which the colours are chosen; painted over the terminal's unless `None`.
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

/// A theme at one colour depth, used by all widgets.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    palette: Palette,
    depth: Depth,
    // Precomputed, because finding the nearest of 256 colours is too slow for every cell of a frame.
    styles: Vec<Style>,
    fills: Vec<Option<Color>>,
    scale: Vec<Color>,
}

/// Steps of the colour scale, finer than visible or representable in 24 bits.
const STEPS: u8 = 255;

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
            return Err(ThemeError::new(&format!("there is no theme \"{name}\"; the themes are {known}")));
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
            Role::ALL.iter().zip(&palette.inks).map(|(role, ink)| look::style(*role, ink, depth)).collect();
        let fills = Role::ALL
            .iter()
            .zip(&palette.inks)
            .map(|(role, ink)| look::fill(&palette, *role, ink, depth))
            .collect();
        let colours = matches!(depth, Depth::TrueColor | Depth::Ansi256);
        let level =
            |i: u8| Some(colour::Rgb::between(&palette.ramp, f64::from(i) / f64::from(STEPS))?.at(depth));
        let scale = (0..=STEPS).filter_map(level).filter(|_| colours).collect();
        Self { palette, depth, styles, fills, scale }
    }

    /// The name in the configuration and in `--theme`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.palette.name
    }

    /// How many colours it may use.
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

    /// A full area of a role's colour, quiet enough for text on it; `None` where the terminal has too few colours.
    #[must_use]
    pub fn fill(&self, role: Role) -> Option<Color> {
        self.fills.get(role as usize).copied().flatten()
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
        let last = self.scale.len().checked_sub(1)?;
        if level.is_nan() {
            return None;
        }
        self.scale.get((level.clamp(0.0, 1.0) * last as f64).round() as usize).copied()
    }
}

impl Palette {
    /// No colours at all.
    fn plain() -> Self {
        let inks = vec![Ink::default(); Role::ALL.len()];
        Self { name: "plain".into(), background: None, ramp: Vec::new(), inks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVES: [Role; 8] = [
        Role::Chosen,
        Role::Raw,
        Role::GroundTruth,
        Role::Whitened,
        Role::Pcr,
        Role::Optimal,
        Role::Floor,
        Role::Frozen,
    ];
    const AREAS: [Role; 4] = [Role::Bias, Role::VarianceX, Role::VarianceXNoise, Role::Noise];
    const REGIMES: [Role; 3] = [Role::Soft, Role::Hard, Role::Null];

    fn all(depth: Depth) -> impl Iterator<Item = Theme> {
        Theme::names().map(move |name| Theme::built_in(name, depth).unwrap())
    }

    #[test]
    fn text_and_curves_have_contrast() {
        let mut faint = Vec::new();
        for theme in [Depth::TrueColor, Depth::Ansi256].into_iter().flat_map(all) {
            let Some(ground) = theme.base().bg else { continue };
            let grounds: Vec<Color> =
                std::iter::once(ground).chain(REGIMES.iter().filter_map(|r| theme.tint(*r))).collect();
            for role in Role::ALL.iter().copied().filter(|r| *r != Role::Border) {
                let line = CURVES.contains(&role) || AREAS.contains(&role);
                let least = if line { 3.0 } else { 4.5 };
                let style = theme.style(role);
                let mut check = |ground: Color, least: f64| {
                    let ratio = contrast(style.fg.unwrap(), ground).unwrap();
                    if ratio < least {
                        let (name, depth) = (theme.name(), theme.depth());
                        faint.push(format!("{name} at {depth:?}: {} on {ground} is {ratio:.2}", role.name()));
                    }
                };
                style
                    .bg
                    .map_or_else(|| grounds.clone(), |bg| vec![bg])
                    .into_iter()
                    .for_each(|g| check(g, least));
            }
        }
        assert!(faint.is_empty(), "{}", faint.join("\n"));
    }

    /// Curves that are shown together must not fall on one colour, at any depth that has colours.
    #[test]
    fn curves_shown_together_differ() {
        let together = [Role::GroundTruth, Role::Raw, Role::Pcr, Role::Optimal, Role::Floor];
        for theme in [Depth::TrueColor, Depth::Ansi256, Depth::Ansi16].into_iter().flat_map(all) {
            for group in [&together[..], &AREAS[..]] {
                for (i, a) in group.iter().enumerate() {
                    for b in &group[..i] {
                        assert_ne!(
                            theme.style(*a).fg,
                            theme.style(*b).fg,
                            "{} {:?}: {a:?} {b:?}",
                            theme.name(),
                            theme.depth()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn without_colours_only_emphasis_remains() {
        for theme in all(Depth::None) {
            for role in Role::ALL {
                let style = theme.style(*role);
                assert_eq!((style.fg, style.bg), (None, None), "{}: {role:?}", theme.name());
            }
            assert_eq!((theme.base().bg, theme.fill(Role::Soft), theme.ramp(0.5)), (None, None, None));
            assert!(theme.style(Role::Selection).add_modifier.contains(Modifier::REVERSED));
        }
    }

    #[test]
    fn files_are_read_strictly() {
        let good = BUILT_IN[0].1;
        let refused = |source: String| Theme::parse(&source, Depth::TrueColor).unwrap_err().to_string();
        let message = refused(good.replace("floor =", "flor ="));
        assert!(message.starts_with("\"flor\" is not a role; the roles are text, dim,"), "{message}");
        let message = refused(good.replace("error = {", "# error = {"));
        assert!(message.contains("lacks the role \"error\""), "{message}");
        let message = refused(good.replace("\"#d6dbe3\"", "\"#d6dbe\""));
        assert!(message.contains("text.color must be \"#rrggbb\" or one of terminal, black,"), "{message}");
        let message = refused(good.replace("ansi16 = \"gray\"", "ansi = \"gray\""));
        assert!(message.contains("has no key \"ansi\"; the keys are color, tint,"), "{message}");
        let message = refused(good.replace("emphasis = \"bold\"", "emphasis = \"loud\""));
        assert!(message.contains("one or a list of bold, dim,"), "{message}");
        assert!(refused(good.replace("ramp = [", "ramp = [3, ")).contains("at least two colours"));
        assert!(refused(format!("colour = 1\n{good}")).contains("no key \"colour\""));
        assert!(refused("name = [".into()).contains("not valid TOML"));
        let message = Theme::built_in("solar", Depth::None).unwrap_err().to_string();
        assert!(
            message.ends_with("the themes are default, light, high-contrast, plain16, dusk, sepia"),
            "{message}"
        );
    }
}
