//! Colours and terminals: depth detection, conversion to 256 and 16 colours, contrast (WCAG 2).

use ratatui::style::Color;

/// Number of colours that a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// No colours, only emphasis.
    None,
    /// The 16 colours configured in the terminal.
    Ansi16,
    /// The 6×6×6 colour cube and 24 greys.
    Ansi256,
    /// 24-bit colours.
    TrueColor,
}

impl Depth {
    /// The depth from the environment: `NO_COLOR` first, then `COLORTERM`, then the capabilities of `TERM` (over SSH
    /// only `TERM` arrives).
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        if variable("NO_COLOR").is_some_and(|v| !v.is_empty()) {
            return Self::None;
        }
        let term = variable("TERM").unwrap_or_default().to_ascii_lowercase();
        if term.is_empty() || term == "dumb" || term.starts_with("vt") && !term.contains("color") {
            return Self::None;
        }
        let colorterm = variable("COLORTERM").unwrap_or_default().to_ascii_lowercase();
        // screen and old tmux pass on COLORTERM from outside although they cannot show these colours.
        let passes = !term.starts_with("screen");
        if passes && matches!(colorterm.as_str(), "truecolor" | "24bit") {
            return Self::TrueColor;
        }
        const MODERN: [&str; 8] =
            ["kitty", "ghostty", "alacritty", "wezterm", "foot", "contour", "-direct", "truecolor"];
        if MODERN.iter().any(|name| term.contains(name)) {
            return Self::TrueColor;
        }
        if term.contains("256") || term.starts_with("tmux") { Self::Ansi256 } else { Self::Ansi16 }
    }
}

/// An RGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A colour as named in a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Rgb(Rgb),
    Ansi(Color),
}

impl Named {
    /// The nearest colour that a terminal of this depth has.
    pub fn at(self, depth: Depth) -> Color {
        match self {
            Self::Rgb(rgb) => rgb.at(depth),
            Self::Ansi(color) => color,
        }
    }
}

/// The sixteen colours of xterm; terminals differ, hence a theme's `ansi16`.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, Rgb(0, 0, 0)),
    (Color::Red, Rgb(205, 0, 0)),
    (Color::Green, Rgb(0, 205, 0)),
    (Color::Yellow, Rgb(205, 205, 0)),
    (Color::Blue, Rgb(0, 0, 238)),
    (Color::Magenta, Rgb(205, 0, 205)),
    (Color::Cyan, Rgb(0, 205, 205)),
    (Color::Gray, Rgb(229, 229, 229)),
    (Color::DarkGray, Rgb(127, 127, 127)),
    (Color::LightRed, Rgb(255, 0, 0)),
    (Color::LightGreen, Rgb(0, 255, 0)),
    (Color::LightYellow, Rgb(255, 255, 0)),
    (Color::LightBlue, Rgb(92, 92, 255)),
    (Color::LightMagenta, Rgb(255, 0, 255)),
    (Color::LightCyan, Rgb(0, 255, 255)),
    (Color::White, Rgb(255, 255, 255)),
];

impl Rgb {
    /// Parses `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
        let part = |i: usize| u8::from_str_radix(digits.get(i..i + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// The nearest colour that a terminal of this depth can show; [`Color::Reset`] without colours.
    pub fn at(self, depth: Depth) -> Color {
        match depth {
            Depth::TrueColor => Color::Rgb(self.0, self.1, self.2),
            Depth::Ansi256 => Color::Indexed(self.nearest_256()),
            Depth::Ansi16 => nearest(self, SIXTEEN).unwrap_or(Color::Reset),
            Depth::None => Color::Reset,
        }
    }

    fn nearest_256(self) -> u8 {
        nearest(self, (16..=255).map(|i| (i, Self::indexed(i)))).unwrap_or(16)
    }

    /// The colour of an index of the 256-colour palette, from 16 on: a 6×6×6 cube and 24 greys.
    pub fn indexed(index: u8) -> Self {
        let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        match index {
            0..16 => SIXTEEN.get(usize::from(index)).map_or(Self(0, 0, 0), |(_, rgb)| *rgb),
            16..232 => {
                let i = index - 16;
                Self(level(i / 36), level(i / 6 % 6), level(i % 6))
            }
            _ => {
                let grey = 8 + 10 * (index - 232);
                Self(grey, grey, grey)
            }
        }
    }

    /// The nearest of 256 colours with the hue of `like` (a grey for a grey): the palette has few light hues, so
    /// without this restriction all tints would become one grey.
    pub fn nearest_like(self, like: Self) -> u8 {
        let [_, a, b] = like.oklab();
        let (size, grey) = (a.hypot(b), a.hypot(b) < 0.03);
        let fits = |rgb: &Self| {
            let [_, x, y] = rgb.oklab();
            if grey {
                x.hypot(y) < 0.001
            } else {
                a * x + b * y > 0.8 * size * x.hypot(y) && x.hypot(y) > 0.001
            }
        };
        nearest(self, (16..=255).map(|i| (i, Self::indexed(i))).filter(|(_, rgb)| fits(rgb))).unwrap_or(16)
    }

    /// The grey of 256 colours that is nearest in lightness.
    pub fn nearest_grey(lightness: f64) -> u8 {
        let off = |index: &u8| (Self::indexed(*index).lightness() - lightness).abs();
        (232..=255).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(232)
    }

    /// Perceived lightness from 0 (black) to 1 (white), in Oklab.
    pub fn lightness(self) -> f64 {
        self.oklab()[0]
    }

    /// A colour between evenly spaced stops, mixed in Oklab, where equal steps look equal.
    pub fn between(stops: &[Self], level: f64) -> Option<Self> {
        let last = stops.len().checked_sub(1)?;
        let at = level.clamp(0.0, 1.0) * last as f64;
        let (a, b) = (stops.get(at.floor() as usize)?, stops.get(at.ceil() as usize)?);
        let (a, b, t) = (a.oklab(), b.oklab(), at.fract());
        let ([a0, a1, a2], [b0, b1, b2]) = (a, b);
        Some(Self::from_oklab([(a0, b0), (a1, b1), (a2, b2)].map(|(a, b)| a * (1.0 - t) + b * t)))
    }

    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Coordinates in Ottosson's Oklab, in which distances match perception.
    fn oklab(self) -> [f64; 3] {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    fn from_oklab([lightness, a, b]: [f64; 3]) -> Self {
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        let byte = |v: f64| {
            let v = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
            (255.0 * v.clamp(0.0, 1.0)).round() as u8
        };
        Self(
            byte(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            byte(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            byte(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
        )
    }
}

fn nearest<T>(to: Rgb, among: impl IntoIterator<Item = (T, Rgb)>) -> Option<T> {
    let wanted = to.oklab();
    let distance = |rgb: Rgb| -> f64 { rgb.oklab().iter().zip(wanted).map(|(a, b)| (a - b).powi(2)).sum() };
    among
        .into_iter()
        .map(|(name, rgb)| (name, distance(rgb)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}

/// Red, green and blue of a colour, the sixteen as in xterm; `None` for the terminal's default.
#[must_use]
pub fn rgb(color: Color) -> Option<[u8; 3]> {
    let Rgb(r, g, b) = match color {
        Color::Rgb(r, g, b) => Rgb(r, g, b),
        Color::Indexed(i) => Rgb::indexed(i),
        named => SIXTEEN.iter().find(|(known, _)| *known == named)?.1,
    };
    Some([r, g, b])
}

/// Contrast ratio of two colours by WCAG 2, from 1 to 21; `None` for colours that depend on the terminal.
#[must_use]
pub fn contrast(a: Color, b: Color) -> Option<f64> {
    let luminance = |color: Color| {
        let rgb = match color {
            Color::Rgb(r, g, b) => Rgb(r, g, b),
            Color::Indexed(i) if i >= 16 => Rgb::indexed(i),
            _ => return None,
        };
        let [r, g, b] = rgb.linear();
        Some(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    };
    let (a, b) = (luminance(a)?, luminance(b)?);
    Some(a.max(b) / a.min(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Depth {
        Depth::detect(|name| {
            match name {
                "NO_COLOR" => no_color,
                "COLORTERM" => colorterm,
                "TERM" => term,
                _ => None,
            }
            .map(str::to_owned)
        })
    }

    #[test]
    fn depth_follows_the_environment() {
        assert_eq!(depth(Some("1"), Some("truecolor"), Some("xterm-256color")), Depth::None);
        assert_eq!(depth(Some(""), Some("truecolor"), Some("xterm-256color")), Depth::TrueColor);
        assert_eq!(depth(None, None, Some("xterm-256color")), Depth::Ansi256);
        assert_eq!(depth(None, None, Some("xterm-kitty")), Depth::TrueColor);
        assert_eq!(depth(None, Some("24bit"), Some("screen-256color")), Depth::Ansi256);
        assert_eq!(depth(None, None, Some("linux")), Depth::Ansi16);
        assert_eq!(depth(None, None, Some("xterm")), Depth::Ansi16);
        assert_eq!(depth(None, None, Some("dumb")), Depth::None);
        assert_eq!(depth(None, None, Some("vt100")), Depth::None);
        assert_eq!(depth(None, Some("truecolor"), None), Depth::None);
    }

    #[test]
    fn conversion_keeps_exact_colours_and_greys() {
        for index in [16, 21, 46, 196, 231, 240, 255] {
            let Rgb(r, g, b) = Rgb::indexed(index);
            let back = Rgb(r, g, b).nearest_256();
            assert_eq!(Rgb::indexed(back), Rgb(r, g, b));
        }
        assert_eq!(Rgb(250, 10, 10).at(Depth::Ansi16), Color::LightRed);
        assert_eq!(Rgb(120, 125, 128).at(Depth::Ansi16), Color::DarkGray);
        assert_eq!(Rgb::parse("#0a0B0c"), Some(Rgb(10, 11, 12)));
        assert_eq!(["#12345", "123456", "#12345g", "#€€"].map(Rgb::parse), [None; 4]);
    }

    #[test]
    fn mixing_and_contrast() {
        let stops = [Rgb(0, 0, 0), Rgb(200, 30, 30), Rgb(255, 255, 255)];
        assert_eq!(
            [0.0, 0.5, 1.0, 7.0].map(|t| Rgb::between(&stops, t)),
            [Some(stops[0]), Some(stops[1]), Some(stops[2]), Some(stops[2])]
        );
        assert_eq!(Rgb::between(&[], 0.5), None);
        let black_on_white = contrast(Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)).unwrap();
        assert!((black_on_white - 21.0).abs() < 1e-9);
        // The published example of WCAG: #777 on white is 4.48.
        assert!(
            (contrast(Color::Rgb(0x77, 0x77, 0x77), Color::Rgb(255, 255, 255)).unwrap() - 4.48).abs() < 0.005
        );
    }
}
