//! The first screen's chart from the theory itself, printed to look at: `cargo test --lib preview -- --ignored
//! --nocapture` (RISKSCOPE_PREVIEW="120x36 default truecolor").

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use ratatui::widgets::Widget;

use super::*;
use crate::dashboard::theme::{Depth, Role, Theme};
use crate::theory::{NoiseVariance, Ridge, Risk, SampleRatio, Spectrum, risk};

/// Ground truth features of a two-level task, 20 % at 1 and 80 % at 1e-4, σ² = 0.1 (section 4).
pub(super) fn double_divergence() -> (Spectrum, Spectrum) {
    let scale = 0.2 + 0.8 * 1e-4;
    let energy = |s: f64| s / scale;
    let ground_truth =
        Spectrum::new([(0.2, 1.0, energy(1.0)), (0.8, 1e-4, energy(1e-4))]).unwrap().normalized();
    let raw = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
    (ground_truth, raw)
}

pub(super) fn evaluate(spectrum: &Spectrum, alpha: f64) -> Risk {
    let noise = NoiseVariance::new(0.1).unwrap();
    risk::evaluate(spectrum, SampleRatio::new(alpha).unwrap(), Ridge::ZERO, noise).unwrap()
}

pub(super) fn sweep(spectrum: &Spectrum, alphas: &[f64]) -> Vec<(f64, f64)> {
    alphas.iter().map(|&a| (a, evaluate(spectrum, a).risk)).collect()
}

/// The optimum's branches on the two-level task (section 5): soft, hard on the strong block, hard on all, null.
fn branches(a: f64, noise: f64) -> [f64; 4] {
    let scale = 0.2 + 0.8e-4;
    let strong = 0.2 / scale;
    let mu = noise / (1.0 - a);
    let soft = if a < 1.0 {
        let atoms = [(0.2, 1.0 / scale + mu, 1.0 / scale), (0.8, 1e-4 / scale + mu, 1e-4 / scale)];
        let noise = NoiseVariance::new(noise).unwrap();
        risk::evaluate(&Spectrum::new(atoms).unwrap(), SampleRatio::new(a).unwrap(), Ridge::ZERO, noise)
            .unwrap()
            .risk
    } else {
        f64::INFINITY
    };
    let hard =
        |kept: f64, dropped: f64| if a > kept { (dropped + noise) / (1.0 - kept / a) } else { f64::INFINITY };
    [soft, hard(0.2, 1.0 - strong), hard(1.0, 0.0), 1.0 + noise]
}

fn optimal(alphas: &[f64]) -> Vec<(f64, f64)> {
    alphas.iter().map(|&a| (a, branches(a, 0.1).into_iter().fold(f64::INFINITY, f64::min))).collect()
}

/// A buffer as text with colours.
pub(super) fn ansi(buffer: &Buffer) -> String {
    let code = |color: Color, base: u8| match color {
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(i) => format!("{};5;{i}", base + 8),
        Color::Reset => format!("{}", base + 9),
        other => {
            let names = [
                Color::Black,
                Color::Red,
                Color::Green,
                Color::Yellow,
                Color::Blue,
                Color::Magenta,
                Color::Cyan,
                Color::Gray,
                Color::DarkGray,
                Color::LightRed,
                Color::LightGreen,
                Color::LightYellow,
                Color::LightBlue,
                Color::LightMagenta,
                Color::LightCyan,
                Color::White,
            ];
            let i = names.iter().position(|c| *c == other).unwrap_or(7) as u8;
            format!("{}", if i < 8 { base + i } else { base + 52 + i })
        }
    };
    let mut out = String::new();
    for row in buffer.area.top()..buffer.area.bottom() {
        for column in buffer.area.left()..buffer.area.right() {
            let cell = &buffer[(column, row)];
            let _ = write!(out, "\x1b[0;{};{}", code(cell.fg, 30), code(cell.bg, 40));
            for (modifier, code) in [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::REVERSED, 7)] {
                if cell.modifier.contains(modifier) {
                    let _ = write!(out, ";{code}");
                }
            }
            let _ = write!(out, "m{}", cell.symbol());
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

/// Only the characters.
pub(super) fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let rows = (area.top()..area.bottom()).map(|row| {
        let line: String = (area.left()..area.right()).map(|column| buffer[(column, row)].symbol()).collect();
        line.trim_end().to_owned() + "\n"
    });
    rows.collect()
}

pub(super) fn draw(chart: Chart, width: u16, height: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    buffer.set_style(buffer.area, chart.theme.base());
    chart.render(buffer.area, &mut buffer);
    buffer
}

#[test]
#[ignore = "prints pictures to look at"]
fn preview() {
    let wanted = std::env::var("RISKSCOPE_PREVIEW").unwrap_or_else(|_| "86x26 default truecolor".into());
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let (w, h) = words[0].split_once('x').unwrap();
    let (w, h): (u16, u16) = (w.parse().unwrap(), h.parse().unwrap());
    let depth = match words[2] {
        "truecolor" => Depth::TrueColor,
        "256" => Depth::Ansi256,
        "16" => Depth::Ansi16,
        _ => Depth::None,
    };
    let glyphs = match words.get(3) {
        Some(&"ascii") => Glyphs::Ascii,
        Some(&"blocks") => Glyphs::Blocks,
        _ => Glyphs::Braille,
    };
    let theme = Theme::built_in(words[1], depth).unwrap();
    let (ground_truth, isotropic) = double_divergence();
    let alphas: Vec<f64> = (1..=400).map(|i| f64::from(i) * 1.5 / 400.0).collect();
    let (truth, raw, best) = (sweep(&ground_truth, &alphas), sweep(&isotropic, &alphas), optimal(&alphas));
    let floor: Vec<(f64, f64)> = best.iter().map(|&(x, y)| (x, 0.1 + (y - 0.1) * 0.55)).collect();
    let poles = [1.0];
    let curves = [
        Curve::new("floor", &floor, Role::Floor, Dash::Sparse),
        Curve::new("optimal", &best, Role::Optimal, Dash::Long),
        Curve::new("raw", &raw, Role::Raw, Dash::Dashed).with_breaks(&poles),
        Curve::new("ground truth", &truth, Role::Chosen, Dash::Solid).with_breaks(&poles),
    ];
    let marks = [
        Mark { kind: MarkKind::Pole, x: 1.0, y: f64::INFINITY, label: "pole n=1000" },
        Mark { kind: MarkKind::Near, x: 0.2, y: evaluate(&ground_truth, 0.2).risk, label: "near n=200" },
    ];
    let bands = [
        Band { from: 0.0, to: 0.324, name: "soft", role: Role::Soft },
        Band { from: 0.324, to: 1.5, name: "hard · keep 200", role: Role::Hard },
    ];
    let points: Vec<Evidence> =
        [(0.1, 0.04), (0.3, 0.05), (0.5, 0.04), (0.75, 0.06), (0.9, 0.25), (1.25, 0.09)]
            .map(|(x, error)| Evidence {
                x,
                mean: evaluate(&ground_truth, x).risk * (1.0 + error / 3.0),
                error,
                median: None,
            })
            .to_vec();
    let x = Axis::linear(0.0, 1.5, "n/p");
    let y = Axis::log(0.08, 10.0, "R");
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        bands: &bands,
        points: &points,
        crosshair: Some(Crosshair { x: 0.41, curve: Some(3) }),
        glyphs,
        ..Chart::new(x, y, &theme)
    };
    print!("{}", ansi(&draw(chart, w, h)));

    let value = |f: fn(&Risk) -> f64| -> Vec<f64> {
        alphas.iter().map(|&a| f(&evaluate(&ground_truth, a))).collect()
    };
    let parts =
        [value(|r| r.noise), value(|r| r.bias), value(|r| r.variance_x), value(|r| r.variance_x_noise)];
    let layers = [
        Layer { name: "noise σ²", values: &parts[0], role: Role::Noise, texture: Texture::Diagonal },
        Layer { name: "bias²", values: &parts[1], role: Role::Bias, texture: Texture::Full },
        Layer { name: "V_X", values: &parts[2], role: Role::VarianceX, texture: Texture::Checker },
        Layer { name: "V_Xε", values: &parts[3], role: Role::VarianceXNoise, texture: Texture::Rows },
    ];
    let chart = Chart {
        stack: Some(Stack { x: &alphas, layers: &layers, breaks: &poles }),
        marks: &marks,
        glyphs,
        ..Chart::new(x, Axis::linear(0.0, 3.0, "R"), &theme)
    };
    print!("\n{}", ansi(&draw(chart, w, h)));

    let (columns, rows) = (100, 60);
    let (x, y) = (Axis::linear(0.02, 1.5, "n/p"), Axis::log(1e-3, 10.0, "σ²"));
    let at = |axis: Axis, i: usize, n: usize| axis.value(i as f64 / (n as f64 - 1.0));
    let all: Vec<[f64; 4]> = (0..rows * columns)
        .map(|i| branches(at(x, i % columns, columns), at(y, i / columns, rows)))
        .collect();
    let best = |b: &[f64; 4]| (0..4).min_by(|&i, &j| b[i].total_cmp(&b[j])).unwrap();
    let regimes: Vec<Option<usize>> =
        all.iter().enumerate().map(|(i, b)| (i < 5400).then(|| [0, 1, 1, 2][best(b)])).collect();
    let categories = [
        Category { name: "soft", letter: 's', role: Role::Soft },
        Category { name: "hard", letter: 'h', role: Role::Hard },
        Category { name: "null", letter: 'n', role: Role::Null },
    ];
    let spots = [
        Spot { kind: SpotKind::Current, x: 0.41, y: 0.1, label: "here" },
        Spot { kind: SpotKind::Triple, x: 0.25, y: 1.2, label: "triple point" },
    ];
    let map = Heatmap {
        columns,
        rows,
        regimes: &regimes,
        categories: &categories,
        spots: &spots,
        glyphs,
        ..Heatmap::new(x, y, &theme)
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, w, h));
    buffer.set_style(buffer.area, theme.base());
    map.render(buffer.area, &mut buffer);
    print!("\n{}", ansi(&buffer));
    let values: Vec<f64> = all.iter().map(|b| b[best(b)]).collect();
    let map =
        Heatmap { values: Some(Values { values: &values, scale: Axis::log(1e-3, 10.0, "risk") }), ..map };
    let mut buffer = Buffer::empty(Rect::new(0, 0, w, h));
    buffer.set_style(buffer.area, theme.base());
    map.render(buffer.area, &mut buffer);
    print!("\n{}", ansi(&buffer));

    let share = Axis::linear(0.0, 1.0, "");
    let settings = [
        ("family", Setting::Choice { name: "two-level", before: true, after: true }, true),
        ("fraction", Setting::Number { value: 0.2, axis: share }, true),
        ("ratio ε", Setting::Number { value: 1e-4, axis: Axis::log(1e-6, 1.0, "") }, true),
        ("alignment", Setting::Choice { name: "aligned", before: false, after: true }, true),
        ("noise σ²", Setting::Number { value: 0.1, axis: Axis::log(1e-3, 10.0, "") }, true),
        ("ridge λ", Setting::Number { value: 0.0, axis: Axis::log(1e-3, 10.0, "") }, true),
        ("angle", Setting::Number { value: 30.0, axis: Axis::linear(0.0, 90.0, "") }, false),
        ("dimension", Setting::Integer { value: 1000.0, axis: Axis::log(10.0, 1e5, "") }, true),
        ("ridge λ", Setting::Text { text: "1.2e-3▏" }, true),
    ];
    let mut buffer = Buffer::empty(Rect::new(0, 0, w, settings.len() as u16));
    buffer.set_style(buffer.area, theme.base());
    for (i, (label, setting, enabled)) in settings.into_iter().enumerate() {
        for (left, wide) in [(1, 36), (40, 26)] {
            let slider = Slider { focused: i == 2, enabled, glyphs, ..Slider::new(label, setting, &theme) };
            slider.render(Rect::new(left, i as u16, wide, 1), &mut buffer);
        }
    }
    print!("\n{}", ansi(&buffer));
}

/// Drawing must stay far below a frame's 16 ms.
#[test]
#[ignore = "measures time"]
fn timing() {
    let theme = Theme::new(Depth::TrueColor);
    let alphas: Vec<f64> = (1..=400).map(|i| f64::from(i) * 1.5 / 400.0).collect();
    let truth = sweep(&double_divergence().0, &alphas);
    let shifted: Vec<Vec<(f64, f64)>> =
        (0..8).map(|i| truth.iter().map(|&(x, y)| (x, y * (1.0 + 0.2 * f64::from(i)))).collect()).collect();
    let names = ["one", "two", "three", "ground truth", "five", "optimal", "seven", "eight"];
    let curves: Vec<Curve> =
        shifted.iter().zip(names).map(|(s, name)| Curve::new(name, s, Role::Raw, Dash::Dashed)).collect();
    let chart =
        Chart { curves: &curves, ..Chart::new(Axis::linear(0.0, 1.5, ""), Axis::log(0.1, 10.0, ""), &theme) };
    let start = std::time::Instant::now();
    for _ in 0..50 {
        draw(chart, 180, 50);
    }
    println!("180x50, 8 curves: {:?}", start.elapsed() / 50);
}
