//! An animated SVG of a terminal recording: every distinct row is stored once, with the times at which it is visible.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::time::{Duration, Instant};

use ratatui::style::{Color, Modifier};
use riskscope::report::cells::{CELL, Cell, CellStyle, Grid, Picture};
use riskscope::theme::{self, Depth, Theme};

/// Changes closer than this are one frame.
const FRAME: Duration = Duration::from_millis(400);

#[derive(Default)]
pub struct Film {
    start: Option<Instant>,
    frames: Vec<(Duration, Vec<Vec<Cell>>)>,
    /// Captions below the screen, each with the frame at which it starts.
    captions: Vec<(Duration, String)>,
}

impl Film {
    /// Sets the caption from the next frame on.
    pub fn caption(&mut self, words: &str) {
        let at = self.start.map_or(Duration::ZERO, |start| start.elapsed());
        self.captions.push((at, words.to_owned()));
    }

    /// Records the screen if it changed and the last frame is old enough; the shell's prompt is left out.
    pub fn take(&mut self, screen: &vt100::Screen) {
        if !screen.alternate_screen() {
            return;
        }
        let at = self.start.get_or_insert_with(Instant::now).elapsed();
        let recent = self.frames.last().is_some_and(|(last, _)| at.saturating_sub(*last) < FRAME);
        let rows = rows(screen);
        if !recent && self.frames.last().is_none_or(|(_, before)| *before != rows) {
            self.frames.push((at, rows));
        }
    }

    /// The recording as one SVG that loops. Viewers without animation show the frame of the longest duration.
    pub fn document(&self, title: &str) -> String {
        let theme = Theme::built_in("default", Depth::TrueColor).unwrap();
        let paper = theme.base().bg.and_then(theme::rgb).unwrap_or_default();
        let picture = Picture { ink: [229, 229, 229], paper, paint: &theme::rgb };
        let end = self.frames.last().map_or(1.0, |f| f.0.as_secs_f64() + 1.5);
        let times: Vec<f64> =
            self.frames.iter().map(|f| f.0.as_secs_f64()).chain(std::iter::once(end)).collect();
        let longest = (0..self.frames.len())
            .max_by(|a, b| (times[a + 1] - times[*a]).total_cmp(&(times[b + 1] - times[*b])))
            .unwrap_or(0);
        let height = self.frames.iter().map(|f| f.1.len()).max().unwrap_or(0);
        let width = self.frames.iter().flat_map(|f| &f.1).map(Vec::len).max().unwrap_or(0);
        let (mut known, mut rows, mut uses) = (HashMap::new(), String::new(), String::new());
        let mut together: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let mut colours = Colours::default();
        for y in 0..height {
            let mut i = 0;
            while i < self.frames.len() {
                let row = &self.frames[i].1[y];
                let mut last = i;
                while last + 1 < self.frames.len() && self.frames[last + 1].1[y] == *row {
                    last += 1;
                }
                let body = picture.body(&Grid::new(width, row.clone()));
                if !body.is_empty() {
                    let next = known.len();
                    let id = *known.entry(body.clone()).or_insert_with(|| {
                        let _ = write!(rows, "<g id=\"r{next}\">{}</g>", colours.shortened(&body));
                        next
                    });
                    let _ = write!(
                        together.entry((i, last)).or_default(),
                        "<use href=\"#r{id}\" y=\"{:.0}\"/>",
                        y as f64 * CELL.1
                    );
                }
                i = last + 1;
            }
        }
        // Rows that are visible at the same times share one animation.
        for ((first, last), rows) in together {
            let (from, to) = (times[first] / end, times[last + 1] / end);
            let seen = if (first..=last).contains(&longest) { "" } else { " visibility=\"hidden\"" };
            let _ = writeln!(uses, "<g{seen}>{}{rows}</g>", animation(from, to, end));
        }
        let (width, height) = (width as f64 * CELL.0, height as f64 * CELL.1);
        for (i, (from, words)) in self.captions.iter().enumerate() {
            let last = i + 1 == self.captions.len();
            let to = self.captions.get(i + 1).map_or(end, |(to, _)| to.as_secs_f64());
            let hidden = if i == 0 { "" } else { " visibility=\"hidden\"" };
            let moving = animation(from.as_secs_f64() / end, if last { 1.0 } else { to / end }, end);
            let words = words.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(
                uses,
                "<text class=\"k\" x=\"{:.0}\" y=\"{:.0}\"{hidden}>{words}{moving}</text>",
                width / 2.0,
                height + 1.6 * CELL.1
            );
        }
        let height = height + 3.0 * CELL.1;
        let [red, green, blue] = paper;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"rgb({red},{green},{blue})\"/>\n\
             <style>{}</style>\n<defs>{rows}</defs>\n{uses}</svg>\n",
            colours.style()
        )
    }
}

/// Replaces attributes that every row repeats by classes, which makes the file ten times smaller.
#[derive(Default)]
struct Colours(Vec<String>);

impl Colours {
    fn class(&mut self, colour: &str) -> String {
        let at = self.0.iter().position(|c| c == colour).unwrap_or_else(|| {
            self.0.push(colour.to_owned());
            self.0.len() - 1
        });
        format!("c{at}")
    }

    fn shortened(&mut self, body: &str) -> String {
        let mut out = String::new();
        for line in body.lines() {
            let dots = " stroke-width=\"2.7\" stroke-linecap=\"round\" d=\"";
            let stroke = "<path fill=\"none\" stroke=\"";
            if let Some((colour, rest)) = line.strip_prefix(stroke).and_then(|l| l.split_once('"'))
                && let Some(path) = rest.strip_prefix(dots).and_then(|p| p.strip_suffix("\"/>"))
            {
                let _ = write!(out, "<path class=\"d {}\" d=\"{}\"/>", self.class(colour), counted(path));
            } else if line.starts_with("<g font-family=") {
                out.push_str("<g class=\"t\">");
            } else if let Some(text) = line.strip_prefix("<text ") {
                let text = text.replace(" lengthAdjust=\"spacingAndGlyphs\"", "").replace(" y=\"12.6\"", "");
                match text.split_once(" fill=\"").and_then(|(a, b)| Some((a, b.split_once('"')?))) {
                    Some((before, (colour, after))) => {
                        let _ = write!(out, "<text {before} class=\"{}\"{after}", self.class(colour));
                    }
                    None => out.push_str(line),
                }
            } else {
                out.push_str(line);
            }
        }
        out
    }

    fn style(&self) -> String {
        let (dx, dy) = (CELL.0 / 2.0, CELL.1 / 4.0);
        let mut out = format!(
            ".t{{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace;\
             white-space:pre;transform:translate(0,12.6px)}}\
             .k{{font:600 16px system-ui,'DejaVu Sans',sans-serif;fill:#f2f5f9;text-anchor:middle}}\
             .d{{fill:none;stroke-linecap:round;stroke-width:.64;\
             transform:translate({}px,{}px) scale({dx},{dy})}}",
            dx / 2.0,
            dy / 2.0
        );
        for (i, colour) in self.0.iter().enumerate() {
            let _ = write!(out, ".c{i}{{fill:{colour}}}.d.c{i}{{fill:none;stroke:{colour}}}");
        }
        out
    }
}

/// Positions Braille dots by column and row instead of in units of the picture.
fn counted(path: &str) -> String {
    let (dx, dy) = (CELL.0 / 2.0, CELL.1 / 4.0);
    let mut out = String::new();
    for dot in path.split('M').filter(|d| !d.is_empty()) {
        let place = dot.trim_end_matches("h0").split_once(' ').unwrap();
        let (x, y): (f64, f64) = (place.0.parse().unwrap(), place.1.parse().unwrap());
        let _ = write!(out, "M{:.0} {:.0}h0", x / dx - 0.5, y / dy - 0.5);
    }
    out
}

/// Makes an element visible from one fraction of the duration to another.
fn animation(from: f64, to: f64, seconds: f64) -> String {
    let (values, times) = match (from <= 0.0, to >= 1.0) {
        (true, true) => return String::new(),
        (true, false) => ("visible;hidden", format!("0;{to:.4}")),
        (false, true) => ("hidden;visible", format!("0;{from:.4}")),
        (false, false) => ("hidden;visible;hidden", format!("0;{from:.4};{to:.4}")),
    };
    format!(
        "<animate attributeName=\"visibility\" calcMode=\"discrete\" values=\"{values}\" keyTimes=\"{times}\" \
         dur=\"{seconds:.1}s\" repeatCount=\"indefinite\"/>"
    )
}

fn rows(screen: &vt100::Screen) -> Vec<Vec<Cell>> {
    let (height, width) = screen.size();
    let row = |y: u16| (0..width.get()).map(|x| cell(screen, y, x)).collect();
    (0..height.get()).map(row).collect()
}

fn cell(screen: &vt100::Screen, y: u16, x: u16) -> Cell {
    let Some(cell) = screen.cell(y, x) else {
        return Cell { symbol: " ".into(), style: CellStyle::default() };
    };
    let mut modifier = Modifier::empty();
    for (on, flag) in [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ] {
        modifier.set(flag, on);
    }
    let symbol = match (cell.contents(), cell.is_wide_continuation()) {
        (_, true) => String::new(),
        ("", false) => " ".into(),
        (text, false) => text.into(),
    };
    Cell { symbol, style: CellStyle { fg: colour(cell.fgcolor()), bg: colour(cell.bgcolor()), modifier } }
}

fn colour(colour: vt100::Color) -> Color {
    match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => Color::Indexed(n),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}
