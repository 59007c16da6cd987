//! Words and marks are equal in cells, svg and png, for every view of several presets; and hostile names are escaped.

use super::cells::{self, Pen};
use super::picture::{Figure, Panel};
use super::{paper, phase, risk, selection, spectrum, variance};
use crate::chart::Glyphs;
use crate::scenario::{Scenario, presets};
use crate::study::{Analysis, AxisRequest, CurveId, PlaneRequest, Request, SampleSize, Session, Variable};
use crate::theme::{Depth, Theme};

/// The dashboard's analysis of a preset.
fn analysis(preset: &str, settings: &[(&str, &str)]) -> Analysis {
    let at = presets::all().iter().find(|p| p.name == preset).unwrap().at;
    let mut scenario = Scenario::preset(preset).unwrap();
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    let noise = AxisRequest { variable: Variable::Parameter("noise".into()), ..AxisRequest::default() };
    let plane = PlaneRequest {
        x: AxisRequest::default(),
        y: noise,
        columns: 60,
        rows: 30,
        fixed: SampleSize::Ratio(at),
        gain: false,
    };
    let request = Request {
        compared: vec![CurveId::Raw, CurveId::Optimal, CurveId::Floor],
        sizes: true,
        plane: Some(plane),
        ..Request::of(scenario, at)
    };
    Session::default().answer(request, &|| false, &mut |_| {}).unwrap()
}

/// A figure for every view.
fn figures(shown: &Analysis) -> Vec<Figure> {
    let options = risk::PlotOptions { log: true, ..risk::PlotOptions::default() };
    let mut all = vec![Figure::of("risk", Panel::Plot(risk::plot(shown, &options)))];
    for style in [variance::Style::Stacked, variance::Style::Lines] {
        let options = variance::PlotOptions { style, log: true, ..variance::PlotOptions::default() };
        all.push(Figure::of("terms", Panel::Plot(variance::plot(shown, &options).unwrap())));
    }
    all.extend(selection::figure(shown, true));
    all.extend(selection::figure(shown, false));
    all.extend(spectrum::figure(shown));
    let plane = shown.plane.as_ref().map(|found| phase::map(found, Some(shown.request.crosshair)));
    all.extend(plane.map(|map| Figure::of("phase", Panel::Map(map))));
    all
}

/// The texts that a picture must contain: the first part of every label, all names, words and cells.
fn words(figure: &Figure) -> Vec<String> {
    let mut all = Vec::new();
    let short = |text: &str| text.split(" · ").next().unwrap_or_default().to_owned();
    for (_, panel) in &figure.panels {
        match panel {
            Panel::Plot(plot) => {
                all.extend([plot.x.label.clone(), plot.y.label.clone()]);
                all.extend(plot.traces.iter().map(|t| t.name.clone()));
                all.extend(plot.stack.iter().flat_map(|s| &s.layers).map(|l| l.name.clone()));
                all.extend(plot.marks.iter().map(|m| short(&m.label)));
                let wide = |b: &&super::picture::Band| b.to - b.from > 0.25 * (plot.x.to - plot.x.from);
                all.extend(plot.bands.iter().filter(wide).map(|b| b.name.clone()));
            }
            Panel::Map(map) => {
                all.extend([map.x.label.clone(), map.y.label.clone()]);
                let count = |i: usize| map.regimes.iter().filter(|r| **r == Some(i)).count();
                let large = |i: &usize| count(*i) * 5 > map.regimes.len();
                let names = (0..map.categories.len()).filter(large);
                all.extend(names.map(|i| map.categories[i].name.to_owned()));
                all.extend(
                    map.spots.iter().filter(|s| s.y < map.y.to && s.x < map.x.to).map(|s| short(&s.label)),
                );
            }
        }
    }
    let pieces = figure.words.iter().flatten().map(|(_, text)| text.trim().to_owned());
    all.extend(pieces.filter(|text| !text.contains(['━', '─'])));
    let table = figure.table.iter();
    all.extend(table.clone().flat_map(|t| &t.head).map(|t| t.trim().to_owned()));
    all.extend(table.flat_map(|t| &t.rows).flatten().map(|(_, text)| text.trim().to_owned()));
    all.retain(|text| !text.is_empty());
    all
}

fn in_cells(figure: &Figure) -> String {
    let theme = Theme::new(Depth::None);
    let buffer = cells::buffer(figure, (150, 50), Pen { theme: &theme, glyphs: Glyphs::Braille });
    let rows = buffer.content.chunks(150);
    rows.map(|row| row.iter().map(|c| c.symbol()).collect::<String>() + "\n").collect()
}

/// All texts of an svg document.
fn in_svg(figure: &Figure) -> String {
    let svg = paper::svg(figure, paper::SIZE).unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap_or_else(|why| panic!("{why}: {svg}"));
    let texts = document.descendants().filter(|n| n.has_tag_name("text"));
    texts.filter_map(|n| n.text()).map(|t| t.trim().to_owned() + "\n").collect()
}

#[test]
fn cells_and_svg_have_equal_words() {
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("double-divergence", &[]),
        ("task-vs-structure", &[]),
        ("negative-ridge", &[]),
        ("double-divergence", &[("featurization.kind", "raw"), ("ridge", "optimal"), ("noise", "0.5")]),
    ];
    for (preset, settings) in cases {
        let shown = analysis(preset, settings);
        let all = figures(&shown);
        assert!(all.len() >= 5, "{preset}: {}", all.len());
        for figure in all {
            let (cells, svg) = (in_cells(&figure), in_svg(&figure));
            for word in words(&figure) {
                assert!(svg.contains(&word), "{preset} {}: {word:?} is not in svg:\n{svg}", figure.title);
                assert!(
                    cells.contains(&word),
                    "{preset} {}: {word:?} is not in cells:\n{cells}",
                    figure.title
                );
            }
            assert!(svg.contains(&figure.title));
        }
    }
}

#[test]
fn the_words_of_a_divergence_and_a_regime() {
    let shown = analysis("double-divergence", &[]);
    let plot = risk::plot(&shown, &risk::PlotOptions { log: true, ..risk::PlotOptions::default() });
    let labels: Vec<&str> = plot.marks.iter().map(|m| m.label.as_str()).filter(|l| !l.is_empty()).collect();
    assert_eq!(labels, ["2.58, n = 200 · 200 strong directions", "infinite, n = 1000"]);
    let bands: Vec<&str> = plot.bands.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(bands, ["reweight all", "keep the top 200"]);
    assert_eq!((plot.y.from, plot.y.to), (0.1, 5.0));
}

#[test]
fn a_value_above_the_axis_is_noted() {
    let shown = analysis("double-divergence", &[("featurization.kind", "raw"), ("noise", "0.01")]);
    // Raw features far above the median on a linear axis are cut at small n.
    let plot = risk::plot(&shown, &risk::PlotOptions::default());
    let cut: Vec<_> = plot.marks.iter().filter(|m| m.kind == crate::chart::MarkKind::Beyond).collect();
    let highest = |t: &super::picture::Trace| {
        let body = t.points.iter().filter(|p| t.poles.iter().all(|pole| (p.0 - pole).abs() > 0.2));
        body.map(|p| p.1).fold(0.0, f64::max)
    };
    let above = plot.traces.iter().any(|t| highest(t) > plot.y.to);
    assert_eq!(above, !cut.is_empty(), "{:?} {:?}", plot.y, plot.marks);
    for mark in cut {
        assert!(
            mark.y > plot.y.to
                && mark
                    .label
                    .rsplit(": ")
                    .next()
                    .unwrap()
                    .parse::<f64>()
                    .is_ok_and(|v| (v / mark.y - 1.0).abs() < 0.01)
        );
    }
}

#[test]
fn hostile_names_are_escaped() {
    let mut shown = analysis("double-divergence", &[("dimension", "50")]);
    shown.request.scenario.name = "a < b & \"c\" \u{1b}[31m \u{0} ]]> 長".into();
    for mut figure in figures(&shown) {
        figure.title = shown.request.scenario.name.clone();
        if let Some((_, Panel::Plot(plot))) = figure.panels.first_mut() {
            plot.traces[0].name = "<script>&".into();
        }
        let svg = in_svg(&figure);
        assert!(svg.contains("a < b & \"c\"") && !svg.contains('\u{1b}'));
        assert!(!paper::svg(&figure, paper::SIZE).unwrap().contains("<script"));
        assert!(paper::png(&figure, (300, 200)).unwrap().starts_with(b"\x89PNG"));
    }
}

#[test]
fn a_picture_has_a_minimum_size() {
    let figure = Figure::default();
    assert!(paper::svg(&figure, (100, 100)).unwrap_err().to_string().contains("200x150"));
    assert!(paper::png(&figure, (60000, 60000)).is_err());
    for size in [(1, 1), (20, 3), (60, 10)] {
        let theme = Theme::new(Depth::None);
        let _ = cells::buffer(&figure, size, Pen { theme: &theme, glyphs: Glyphs::Ascii });
    }
}
