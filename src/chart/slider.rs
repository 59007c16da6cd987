//! One parameter in one line: label, right-aligned number, and a track with a knob; or a choice between `‹ ›`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::axis::Axis;
use super::frame::{put, width, write};
use super::glyphs::Glyphs;
use super::numbers;
use crate::theme::{Role, Theme};

/// The value shown in a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting<'a> {
    /// A number with three significant digits; the knob is at the value's position on the axis. On a log axis 0 is at
    /// the start.
    Number { value: f64, axis: Axis<'a> },
    /// A whole number, shown without decimals.
    Integer { value: f64, axis: Axis<'a> },
    /// One of several names; whether there is one before and after it.
    Choice { name: &'a str, before: bool, after: bool },
    /// Text instead of a value: what is being typed, or "optimal".
    Text { text: &'a str },
}

/// A line of the parameter panel.
#[derive(Debug, Clone, Copy)]
pub struct Slider<'a> {
    pub label: &'a str,
    pub setting: Setting<'a>,
    pub focused: bool,
    /// Disabled lines are dim and have no knob.
    pub enabled: bool,
    /// Columns for the label, so that the numbers of a panel are aligned.
    pub label_width: u16,
    pub glyphs: Glyphs,
    pub theme: &'a Theme,
}

/// `−1.00e-4` and `1000000`.
const NUMBER: u16 = 8;
const POINTER: u16 = 2;
const SHORTEST_TRACK: u16 = 5;

impl<'a> Slider<'a> {
    #[must_use]
    pub const fn new(label: &'a str, setting: Setting<'a>, theme: &'a Theme) -> Self {
        Self {
            label,
            setting,
            focused: false,
            enabled: true,
            label_width: 11,
            glyphs: Glyphs::Braille,
            theme,
        }
    }

    /// The columns of the track in `area`; `None` if there is no room for one. The fraction of the axis at column c
    /// is (c − left)/(width − 1).
    #[must_use]
    pub fn track(&self, area: Rect) -> Option<Rect> {
        if !matches!(self.setting, Setting::Number { .. } | Setting::Integer { .. }) || area.height == 0 {
            return None;
        }
        let start = POINTER + self.label_width + NUMBER + 2;
        // A free column before the panel's border.
        let room = area.width.checked_sub(start + 1)?;
        let from = area.x.checked_add(start)?;
        (room >= SHORTEST_TRACK).then_some(Rect { x: from, width: room, height: 1, ..area })
    }

    /// The cells of the ‹ and › of a choice in `area`, each with the column on either side.
    #[must_use]
    pub fn arrows(&self, area: Rect) -> Option<(Rect, Rect)> {
        let Setting::Choice { name, .. } = self.setting else { return None };
        let area = Rect { height: area.height.min(1), ..area };
        let (_, at) = self.label(area, width(name) + 4);
        let room = area.right().saturating_sub(at);
        if room < 5 {
            return None;
        }
        let wide = width(&cut(name, room - 4, self.glyphs.symbols().ellipsis));
        let spot = |x: u16| Rect { x, width: 2, ..area }.intersection(area);
        Some((spot(at), spot(at + 2 + wide)))
    }

    /// The columns of the label and the start of the value. If the line is narrow, the label is shortened first.
    fn label(&self, area: Rect, value_width: u16) -> (Rect, u16) {
        let start = area.x + POINTER.min(area.width.saturating_sub(1));
        let room = self.label_width.min((area.right() - start).saturating_sub(value_width + 1));
        (Rect { x: start, width: room, ..area }, start + room + u16::from(room > 0))
    }

    fn value(&self) -> String {
        match self.setting {
            // An exact zero is not shown as a small number.
            Setting::Number { value: 0.0, .. } => "0".into(),
            Setting::Number { value, .. } => numbers::sig(value, 3),
            Setting::Integer { value, .. } => numbers::count(value),
            Setting::Choice { name, .. } => name.to_owned(),
            Setting::Text { text } => text.to_owned(),
        }
    }

    fn style(&self, role: Role) -> Style {
        let role = match role {
            Role::Border => Role::Border,
            _ if !self.enabled => Role::Dim,
            role => role,
        };
        self.theme.style(role)
    }

    fn draw_track(&self, track: Rect, axis: Axis, value: f64, buf: &mut Buffer) {
        let symbols = self.glyphs.symbols();
        let last = f64::from(track.width - 1);
        let fraction = if value == 0.0 { axis.fraction(0.0).or(Some(0.0)) } else { axis.fraction(value) };
        let knob = fraction.map(|f| (f.clamp(0.0, 1.0) * last).round() as u16);
        for i in 0..track.width {
            let filled = self.enabled && knob.is_some_and(|k| i < k);
            let (char, role) = match knob {
                Some(k) if k == i && self.enabled => {
                    (symbols.knob, if self.focused { Role::Accent } else { Role::Text })
                }
                _ if filled => (symbols.track_filled, if self.focused { Role::Accent } else { Role::Dim }),
                _ => (symbols.track, Role::Border),
            };
            put(buf, track.x + i, track.y, char, self.style(role));
        }
    }
}

impl Widget for Slider<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = Rect { height: area.height.min(1), ..area }.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let symbols = self.glyphs.symbols();
        if self.focused {
            let line = Style { fg: None, ..self.theme.style(Role::Focus) };
            // Without colours the pointer and bold mark the line: a reversed line would hide the track.
            let line = if line.bg.is_some() { line } else { Style::new() };
            buf.set_style(area, line);
            put(buf, area.x, area.y, symbols.pointer, self.style(Role::Accent));
        }
        let text = self.glyphs.text(&self.value());
        let end = area.right();
        let value_width = match self.setting {
            Setting::Number { .. } | Setting::Integer { .. } => NUMBER.max(width(&text)),
            Setting::Choice { .. } => width(&text) + 4,
            // A free column before the panel's border.
            Setting::Text { .. } => width(&text) + 1,
        };
        let (label, at) = self.label(area, value_width);
        let label_style = self.style(if self.focused { Role::Title } else { Role::Text });
        write(
            buf,
            label.x,
            area.y,
            &cut(&self.glyphs.text(self.label), label.width, symbols.ellipsis),
            label.width,
            label_style,
        );

        let room = end.saturating_sub(at);
        let value_style = self.style(if self.focused { Role::Focus } else { Role::Title });
        let value_style =
            Style { bg: None, ..value_style }.remove_modifier(ratatui::style::Modifier::REVERSED);
        match self.setting {
            Setting::Number { value, axis } | Setting::Integer { value, axis } => {
                let start = at + NUMBER.min(room).saturating_sub(width(&text));
                write(buf, start, area.y, &text, end.saturating_sub(start), value_style);
                if let Some(track) = self.track(area).filter(|t| t.x > start + width(&text)) {
                    self.draw_track(track, axis, value, buf);
                }
            }
            Setting::Choice { name, before, after } => {
                let arrow = |there: bool| self.style(if there { Role::Accent } else { Role::Border });
                let name = cut(name, room.saturating_sub(4), symbols.ellipsis);
                if room >= 5 {
                    put(buf, at, area.y, symbols.previous, arrow(before));
                    put(buf, at + 3 + width(&name), area.y, symbols.next, arrow(after));
                    write(buf, at + 2, area.y, &name, room - 2, value_style);
                } else {
                    write(buf, at, area.y, &name, room, value_style);
                }
            }
            Setting::Text { .. } => {
                let text = cut(&text, room, symbols.ellipsis);
                let start = at + NUMBER.min(room).saturating_sub(width(&text));
                write(buf, start, area.y, &text, end.saturating_sub(start), value_style);
            }
        }
    }
}

/// At most `room` columns of a text, with an ellipsis where it is cut.
fn cut(text: &str, room: u16, ellipsis: char) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        let longer = format!("{kept}{char}");
        if width(&longer) + 1 > room {
            break;
        }
        kept = longer;
    }
    if room > 0 {
        kept.push(ellipsis);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::text;
    use super::*;
    use crate::theme::Depth;

    fn line(slider: Slider, width: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
        slider.render(buffer.area, &mut buffer);
        text(&buffer).trim_end().to_owned()
    }

    #[test]
    fn lines_of_every_kind_and_width() {
        let theme = Theme::new(Depth::TrueColor);
        let share = Axis::linear(0.0, 1.0, "");
        let log = Axis::log(1e-6, 1.0, "");
        let number = Slider::new("fraction", Setting::Number { value: 0.2, axis: share }, &theme);
        let ratio = Slider::new("ratio ε", Setting::Number { value: 1e-4, axis: log }, &theme);
        let ridge = Slider::new("ridge λ", Setting::Number { value: 0.0, axis: log }, &theme);
        let p = Slider::new(
            "dimension p",
            Setting::Integer { value: 1000.0, axis: Axis::log(10.0, 1e5, "") },
            &theme,
        );
        let choice =
            Slider::new("family", Setting::Choice { name: "two-level", before: true, after: true }, &theme);
        let lines = [
            line(number, 36),
            line(Slider { focused: true, ..ratio }, 36),
            line(ridge, 36),
            line(p, 36),
            line(choice, 36),
            line(Slider { enabled: false, ..number }, 36),
            line(Slider { glyphs: Glyphs::Ascii, focused: true, ..number }, 36),
            line(number, 24),
            line(number, 16),
            line(choice, 16),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
          fraction       0.200 ━━●─────────
        ▸ ratio ε      1.00e-4 ━━━━●───────
          ridge λ            0 ●───────────
          dimension p     1000 ━━━━━━●─────
          family      ‹ two-level ›
          fraction       0.200 ────────────
        > fraction       0.200 ==o---------
          fraction       0.200
          frac…    0.200
          ‹ two-level ›
        "#);
    }

    #[test]
    fn the_knob_matches_the_position_on_the_track() {
        let theme = Theme::new(Depth::None);
        let axis = Axis::log(1e-4, 1.0, "");
        for value in [1e-4, 1e-3, 0.02, 1.0, 50.0, 0.0] {
            let slider = Slider::new("x", Setting::Number { value, axis }, &theme);
            let area = Rect::new(0, 0, 44, 1);
            let track = slider.track(area).unwrap();
            let mut buffer = Buffer::empty(area);
            slider.render(area, &mut buffer);
            let knob = (track.left()..track.right()).position(|c| buffer[(c, 0)].symbol() == "●").unwrap();
            let wanted = axis.fraction(value).unwrap_or(0.0).clamp(0.0, 1.0) * f64::from(track.width - 1);
            assert!((knob as f64 - wanted).abs() <= 0.5, "{value}: {knob} {wanted}");
        }
    }

    #[test]
    fn any_width_and_value_is_drawn() {
        let theme = Theme::new(Depth::Ansi16);
        let axis = Axis::linear(f64::NAN, 0.0, "");
        for w in 0..60 {
            for value in [f64::NAN, f64::INFINITY, -1e308, 0.0, 5e-324] {
                for setting in [
                    Setting::Number { value, axis },
                    Setting::Integer { value, axis },
                    Setting::Choice { name: "長い名前の選択肢", before: false, after: true },
                    Setting::Text { text: "1.2e-3▏" },
                ] {
                    let slider = Slider {
                        focused: w % 2 == 0,
                        label_width: w,
                        ..Slider::new("名前", setting, &theme)
                    };
                    let mut buffer = Buffer::empty(Rect::new(0, 0, w, 1));
                    slider.render(Rect::new(0, 0, w + 3, 4), &mut buffer);
                }
            }
        }
    }
}
