//! Tests of whole charts: hostile data at every size, poles, clipping, placement of labels.

mod maps;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

use super::fixtures::{double_divergence, draw, evaluate, sweep, text};
use super::marks::Vertical;
use super::*;
use crate::theme::{Depth, Role, Theme};

const HOSTILE: [f64; 13] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    0.0,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    1e-9,
    0.3,
    -2.0,
    1.0,
    700.0,
];

/// A small random generator with a fixed sequence, so that every run draws equal pictures.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn value(&mut self) -> f64 {
        if self.roll(3) == 0 { HOSTILE[self.roll(HOSTILE.len())] } else { self.roll(1000) as f64 / 500.0 }
    }
}

#[test]
fn random_charts_are_drawn_at_every_size_and_are_deterministic() {
    let mut dice = Dice(1);
    let theme = Theme::new(Depth::TrueColor);
    let names = ["", "raw", "a rather long name for a curve", "π", "長い名前", "a\nb\u{7}"];
    for round in 0..1500 {
        let samples: Vec<Vec<(f64, f64)>> =
            (0..3).map(|_| (0..dice.roll(12)).map(|_| (dice.value(), dice.value())).collect()).collect();
        let breaks: Vec<f64> = (0..dice.roll(3)).map(|_| dice.value()).collect();
        let curves: Vec<Curve> = samples
            .iter()
            .enumerate()
            .map(|(i, s)| {
                Curve::new(names[dice.roll(6)], s, Role::ALL[i], Dash::ALL[dice.roll(6)]).with_breaks(&breaks)
            })
            .collect();
        let kinds = [MarkKind::Pole, MarkKind::Near, MarkKind::Transition, MarkKind::Crossing];
        let marks: Vec<Mark> = (0..dice.roll(4))
            .map(|_| Mark {
                kind: kinds[dice.roll(4)],
                x: dice.value(),
                y: dice.value(),
                label: names[dice.roll(6)],
            })
            .collect();
        let bands: Vec<Band> = (0..dice.roll(4))
            .map(|_| Band {
                from: dice.value(),
                to: dice.value(),
                name: names[dice.roll(6)],
                role: Role::Soft,
            })
            .collect();
        let points: Vec<Evidence> = (0..dice.roll(4))
            .map(|_| Evidence {
                x: dice.value(),
                mean: dice.value(),
                error: dice.value(),
                median: Some(dice.value()),
                role: Role::Evidence,
            })
            .collect();
        let values: Vec<Vec<f64>> =
            (0..2).map(|_| (0..dice.roll(6)).map(|_| dice.value()).collect()).collect();
        let layers = [0, 1].map(|i| Layer {
            name: names[dice.roll(6)],
            values: &values[i],
            role: Role::Bias,
            texture: [Texture::Full, Texture::Checker, Texture::Diagonal, Texture::Sparse][dice.roll(4)],
        });
        let grid: Vec<f64> = (0..6).map(|_| dice.value()).collect();
        let scale = |roll| if roll == 0 { Scale::Linear } else { Scale::Log };
        let title = names[dice.roll(6)];
        let x = Axis::new(scale(dice.roll(2)), dice.value(), dice.value(), title);
        let y = Axis::new(scale(dice.roll(2)), dice.value(), dice.value(), title);
        let chart = Chart {
            curves: &curves,
            stack: (dice.roll(3) == 0).then_some(Stack { x: &grid, layers: &layers, breaks: &breaks }),
            marks: &marks,
            bands: &bands,
            points: &points,
            verticals: &[Vertical { x: dice.value(), role: Role::Dim }],
            crosshair: Some(Crosshair { x: dice.value(), curve: Some(dice.roll(5)) }),
            glyphs: [Glyphs::Braille, Glyphs::Blocks, Glyphs::Ascii][dice.roll(3)],
            ..Chart::new(x, y, &theme)
        };
        let (width, height) =
            if round < 400 { (1 + round % 20, 1 + round / 20) } else { (dice.roll(130), dice.roll(40)) };
        let (width, height) = (width as u16, height as u16);
        assert_eq!(draw(chart, width, height), draw(chart, width, height));
        // An area that exceeds the buffer, as after a resize.
        let mut small = Buffer::empty(Rect::new(0, 0, width.min(30), height.min(9)));
        chart.render(Rect::new(3, 2, width, height), &mut small);
    }
}

#[test]
fn every_cell_of_the_plot_maps_back_to_itself() {
    for (x, y) in [
        (Axis::linear(0.0, 1.5, "n/p"), Axis::log(0.01, 10.0, "R")),
        (Axis::log(1e-3, 5.0, "n/p"), Axis::linear(-1.0, 3.0, "R")),
    ] {
        let frame = Frame::new(Rect::new(3, 2, 47, 14), x, y, true);
        for column in frame.plot.left()..frame.plot.right() {
            assert_eq!(frame.column(frame.x_at(column)), Some(column));
        }
        for row in frame.plot.top()..frame.plot.bottom() {
            assert_eq!(frame.row(frame.y_at(row)), Some(row));
        }
        let (right, bottom) = (frame.plot.right() - 1, frame.plot.bottom() - 1);
        assert_eq!(frame.cell(x.min(), y.min()), Some(Position::new(frame.plot.left(), bottom)));
        assert_eq!(frame.cell(x.max(), y.max()), Some(Position::new(right, frame.plot.top())));
        assert_eq!(frame.column(x.max() * 1.01), None);
    }
}

/// Columns of the plot's row `row` that hold Braille dots.
fn inked(buffer: &Buffer, frame: &Frame, row: u16) -> Vec<u16> {
    let dots = |c: &u16| buffer[(*c, row)].symbol().chars().all(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
    (frame.plot.left()..frame.plot.right()).filter(dots).collect()
}

#[test]
fn a_curve_leaves_the_top_where_its_line_crosses_it() {
    let theme = Theme::new(Depth::None);
    // A straight line through (0, 0) and (1, 10) in a frame that ends at y = 1: it crosses at x = 0.1.
    let points = [(0.0, 0.0), (1.0, 10.0)];
    let curves = [Curve::new("", &points, Role::Raw, Dash::Solid)];
    let chart = Chart {
        curves: &curves,
        ..Chart::new(Axis::linear(0.0, 1.0, ""), Axis::linear(0.0, 1.0, ""), &theme)
    };
    let buffer = draw(chart, 80, 20);
    let frame = chart.frame(buffer.area);
    let crossing = frame.column(0.1).unwrap();
    assert_eq!(inked(&buffer, &frame, frame.plot.top()), [crossing]);
    let beyond = (frame.plot.top()..frame.plot.bottom()).flat_map(|row| inked(&buffer, &frame, row));
    assert!(beyond.max().unwrap() <= crossing, "no plateau along the top");
}

#[test]
fn a_pole_splits_a_curve_and_both_branches_leave_the_top() {
    let theme = Theme::new(Depth::None);
    let risk = |a: f64| if a > 1.0 { 0.1 / (1.0 - 1.0 / a) } else { (1.0 - a) + 0.1 / (1.0 - a) };
    // Few samples, none near the pole: the last two before it are 0.05 away from it.
    let points: Vec<(f64, f64)> = (0..15).map(|i| 0.05 + 0.1 * f64::from(i)).map(|a| (a, risk(a))).collect();
    let curves = [Curve::new("", &points, Role::Raw, Dash::Solid).with_breaks(&[1.0])];
    let chart =
        Chart { curves: &curves, ..Chart::new(Axis::linear(0.0, 1.5, ""), Axis::log(0.1, 10.0, ""), &theme) };
    let buffer = draw(chart, 100, 24);
    let frame = chart.frame(buffer.area);
    let top = inked(&buffer, &frame, frame.plot.top());
    // C/|α − 1| with C = 0.1 reaches 10 at 1 ∓ 0.01: within the two cells around the pole.
    let pole = frame.column(1.0).unwrap();
    assert!(!top.is_empty() && top.iter().all(|c| c.abs_diff(pole) <= 1), "{top:?} around {pole}");
    assert_eq!(curves[0].pieces(&frame).len(), 2);
    let without = [Curve::new("", &points, Role::Raw, Dash::Solid)];
    assert_eq!(without[0].pieces(&frame).len(), 1);
}

#[test]
fn nan_splits_a_curve() {
    let frame =
        Frame::new(Rect::new(0, 0, 40, 10), Axis::linear(0.0, 6.0, ""), Axis::log(0.1, 10.0, ""), false);
    for gap in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0] {
        let points = [(0.0, 1.0), (1.0, 1.0), (2.0, gap), (3.0, 1.0), (4.0, 2.0)];
        let curve = Curve::new("", &points, Role::Raw, Dash::Solid);
        assert_eq!(
            curve.pieces(&frame),
            [vec![(0.0, 1.0), (1.0, 1.0)], vec![(3.0, 1.0), (4.0, 2.0)]],
            "{gap}"
        );
        assert_eq!(curve.at(&frame, 2.0), None);
        assert!((curve.at(&frame, 3.5).unwrap() - 2f64.sqrt()).abs() < 1e-9, "straight on a log axis");
    }
}

#[test]
fn a_peak_a_pole_and_their_labels() {
    let theme = Theme::new(Depth::None);
    let (ground_truth, raw) = double_divergence();
    let alphas: Vec<f64> = (1..=300).map(|i| f64::from(i) * 1.5 / 300.0).collect();
    let (truth, raw) = (sweep(&ground_truth, &alphas), sweep(&raw, &alphas));
    let curves = [
        Curve::new("raw", &raw, Role::Raw, Dash::Dashed).with_breaks(&[1.0]),
        Curve::new("ground truth", &truth, Role::Chosen, Dash::Solid).with_breaks(&[1.0]),
    ];
    let marks = [
        Mark { kind: MarkKind::Pole, x: 1.0, y: f64::INFINITY, label: "pole" },
        Mark { kind: MarkKind::Near, x: 0.2, y: evaluate(&ground_truth, 0.2).risk, label: "near" },
    ];
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        ..Chart::new(Axis::linear(0.0, 1.5, "n/p"), Axis::log(0.1, 10.0, "R"), &theme)
    };
    let buffer = draw(chart, 60, 14);
    let frame = chart.frame(buffer.area);
    assert_eq!(buffer[(frame.column(1.0).unwrap(), frame.plot.top())].symbol(), "◆");
    let peak = frame.cell(0.2, evaluate(&ground_truth, 0.2).risk).unwrap();
    assert_eq!(buffer[(peak.x, peak.y - 1)].symbol(), "▲");
    insta::assert_snapshot!(text(&buffer), @r#"
       R
      10 ┤                                   ◆⡇ pole
         │                                   ⡇⢱
         │       ▲ near                     ⢠⠃⠸⡀
         │       ⣦                          ⡎┊ ⢣
         │      ⢀⢿                         ⡜ ┊  ⢣
       1 ┤⠒⠶⡂ ⠤⠤⡼ ⣇⣀⡀ ⡀ raw             ⢀⡴⠊  ┊   ⠑⢄
         │  ⠈⠑⠢⠔⠁ ⠱⡀  ⠈⠉ ⠈⠑⠒ ⠐⠒⠂ ⠤⠤⠄ ⠒⢒⠥⠊    ┊     ⠑⠢⣀
         │         ⠑⢄             ⣀⡠⠔⠊⠁      ┊        ⠉⠑⠢⠤⢄⣀⡀
         │           ⠉⠒⠢⠤⠤⠤⠤⠤⠔⠒⠒⠉⠉           ┊              ⠈⠉⠉⠒
         │            ground truth           ┊
     0.1 ┤                                   ┊
         └┬──────┬──────┬──────┬──────┬──────┬───────┬──────┬──┬
          0     0.2    0.4    0.6    0.8    1.0         n/p  1.5
    "#);
}

/// The text of every label is intact: nothing is written over it, and it covers no curve.
#[test]
fn labels_overlap_neither_each_other_nor_curves() {
    let theme = Theme::new(Depth::None);
    let mut dice = Dice(7);
    let mut shown = 0;
    for _ in 0..60 {
        let offsets: Vec<f64> = (0..5).map(|_| dice.roll(100) as f64 / 50.0 - 1.0).collect();
        let samples: Vec<Vec<(f64, f64)>> = offsets
            .iter()
            .map(|o| {
                (0..=100).map(|i| f64::from(i) / 100.0).map(|x| (x, o + (3.0 * x * o).sin() * 0.6)).collect()
            })
            .collect();
        let names = ["alpha", "beta", "gamma", "delta", "epsilon"];
        let bare: Vec<Curve> = samples.iter().map(|s| Curve::new("", s, Role::Raw, Dash::Solid)).collect();
        let named: Vec<Curve> = bare.iter().zip(names).map(|(c, name)| Curve { name, ..*c }).collect();
        let marks = [Mark { kind: MarkKind::Pole, x: 0.5, y: 0.0, label: "a pole" }];
        let axes = (Axis::linear(0.0, 1.0, ""), Axis::linear(-1.5, 1.5, ""));
        let chart = Chart { curves: &bare, marks: &marks, ..Chart::new(axes.0, axes.1, &theme) };
        let (without, with) = (draw(chart, 70, 18), draw(Chart { curves: &named, ..chart }, 70, 18));
        let dots =
            |b: &Buffer, c: (u16, u16)| b[c].symbol().chars().all(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
        for row in 0..18 {
            for column in 0..70 {
                if dots(&without, (column, row)) {
                    assert_eq!(
                        without[(column, row)].symbol(),
                        with[(column, row)].symbol(),
                        "a curve is covered"
                    );
                }
            }
        }
        let picture = text(&with);
        let whole = names.iter().filter(|name| picture.contains(*name)).count();
        let letters = picture.chars().filter(char::is_ascii_alphabetic).count();
        let pole = if picture.contains("a pole") { 5 } else { 0 };
        let wanted: usize = names.iter().filter(|name| picture.contains(*name)).map(|n| n.len()).sum();
        assert_eq!(letters, wanted + pole, "a label is cut: {picture}");
        shown += whole;
    }
    assert!(shown > 280, "only {shown} of 300 labels find a place");
}

#[test]
fn band_names_are_centred_and_cut() {
    let theme = Theme::new(Depth::None);
    let bands = [
        Band { from: f64::NEG_INFINITY, to: 0.25, name: "soft", role: Role::Soft },
        Band { from: 0.25, to: 0.5, name: "hard · keep 200 of 1000", role: Role::Hard },
        Band { from: 0.5, to: 0.53, name: "null", role: Role::Null },
        Band { from: 0.53, to: f64::INFINITY, name: "soft", role: Role::Soft },
    ];
    let chart = Chart {
        bands: &bands,
        ..Chart::new(Axis::linear(0.0, 1.0, "n/p"), Axis::linear(0.0, 1.0, "R"), &theme)
    };
    let buffer = draw(chart, 70, 8);
    insta::assert_snapshot!(text(&buffer), @r#"
       R        soft      ┊     hard      ┊┊             soft
       1 ┤                ┊               ┊┊
         │                ┊               ┊┊
         │                ┊               ┊┊
         │                ┊               ┊┊
       0 ┤                ┊               ┊┊
         └┬───────────┬────────────┬────────────┬────────────┬───────────┬
          0          0.2          0.4          0.6          0.8   n/p  1.0
    "#);
}
