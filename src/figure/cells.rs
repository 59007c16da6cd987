//! Drawing of pictures in terminal cells with the charts of [`crate::chart`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::picture::{Axis, Figure, Map, Panel, Plot, Table, Trace, Words};
use crate::chart::frame::width;
use crate::chart::{
    self, Band, Chart, Curve, Dash, Glyphs, Heatmap, Layer, Mark, Spot, Spread, Stack, Values,
};
use crate::theme::{Role, Theme};

/// Theme and glyphs to draw with.
#[derive(Debug, Clone, Copy)]
pub struct Pen<'a> {
    pub theme: &'a Theme,
    pub glyphs: Glyphs,
}

/// The whole picture in a new buffer: panels side by side, and below them words and table as far as they fit.
#[must_use]
pub fn buffer(figure: &Figure, (width, height): (u16, u16), pen: Pen) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw(figure, buffer.area, &mut buffer, pen);
    buffer
}

/// Draws the whole picture in an area.
pub fn draw(figure: &Figure, area: Rect, buffer: &mut Buffer, pen: Pen) {
    let lines = lines(figure, area.width, pen);
    let tall = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height / 2);
    let [plots, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    panels(figure, plots, buffer, pen);
    Paragraph::new(lines).render(below, buffer);
}

/// Draws the panels side by side, without words and table.
pub fn panels(figure: &Figure, area: Rect, buffer: &mut Buffer, pen: Pen) {
    let shares = figure.panels.iter().map(|(share, _)| Constraint::Fill(*share));
    let places = Layout::horizontal(shares).spacing(1).split(area);
    for ((_, what), place) in figure.panels.iter().zip(places.iter()) {
        panel(what, *place, buffer, pen);
    }
}

/// Draws one panel.
pub fn panel(panel: &Panel, area: Rect, buffer: &mut Buffer, pen: Pen) {
    match panel {
        Panel::Plot(plot) => self::plot(plot, area, buffer, pen),
        Panel::Map(map) => self::map(map, area, buffer, pen),
    }
}

fn axis(axis: &Axis) -> chart::Axis<'_> {
    axis.chart()
}

/// Lower and upper edge of a band.
type Edges = [Vec<(f64, f64)>; 2];

/// Draws lines and areas.
pub fn plot(plot: &Plot, area: Rect, buffer: &mut Buffer, pen: Pen) {
    let text = |text: &String| pen.glyphs.text(text);
    let names: Vec<String> = plot.traces.iter().map(|t| text(&t.name)).collect();
    let curves: Vec<Curve> = plot
        .traces
        .iter()
        .zip(&names)
        .map(|(t, name)| Curve::new(name, &t.points, t.role, t.dash).with_breaks(&t.poles))
        .collect();
    let edges: Vec<(Edges, &Trace)> = plot
        .traces
        .iter()
        .filter(|t| !t.band.is_empty())
        .map(|t| ([false, true].map(|upper| t.edge(upper)), t))
        .collect();
    let spreads: Vec<Spread> = edges
        .iter()
        .map(|(edges, t)| {
            let [low, high] = edges.each_ref().map(|edge| Curve::new("", edge, t.role, Dash::Dotted));
            Spread { low: low.with_breaks(&t.poles), high: high.with_breaks(&t.poles) }
        })
        .collect();
    let names: Vec<String> = plot.bands.iter().map(|b| text(&b.name)).collect();
    let bands: Vec<Band> = plot
        .bands
        .iter()
        .zip(&names)
        .map(|(b, name)| Band { from: b.from, to: b.to, name, role: b.role })
        .collect();
    let labels: Vec<String> = plot.marks.iter().map(|m| text(&m.label)).collect();
    let marks: Vec<Mark> = plot
        .marks
        .iter()
        .zip(&labels)
        .map(|(m, label)| Mark { kind: m.kind, x: m.x, y: m.y, label })
        .collect();
    let stacked = plot.stack.as_ref().map(|s| &s.layers[..]).unwrap_or_default();
    let names: Vec<String> = stacked.iter().map(|l| text(&l.name)).collect();
    let layers: Vec<Layer> = stacked
        .iter()
        .zip(&names)
        .map(|(l, name)| Layer { name, values: &l.values, role: l.role, texture: l.texture })
        .collect();
    let stack = plot.stack.as_ref().map(|s| Stack { x: &s.x, layers: &layers, breaks: &s.poles });
    let chart = Chart {
        curves: &curves,
        spreads: &spreads,
        stack,
        marks: &marks,
        bands: &bands,
        points: &plot.points,
        crosshair: plot.crosshair,
        glyphs: pen.glyphs,
        ..Chart::new(axis(&plot.x), axis(&plot.y), pen.theme)
    };
    chart.render(area, buffer);
}

/// Draws regimes or values over two axes.
pub fn map(map: &Map, area: Rect, buffer: &mut Buffer, pen: Pen) {
    // The numbers of the name are shown below the map.
    let short = |label: &str| label.split(" · ").next().unwrap_or_default().to_owned();
    let labels: Vec<String> = map.spots.iter().map(|s| pen.glyphs.text(&short(&s.label))).collect();
    let spots: Vec<Spot> = map
        .spots
        .iter()
        .zip(&labels)
        .map(|(s, label)| Spot { kind: s.kind, x: s.x, y: s.y, label })
        .collect();
    let values = map.values.as_ref().map(|v| Values { values: &v.values, scale: axis(&v.scale) });
    let heatmap = Heatmap {
        columns: map.columns,
        rows: map.rows,
        regimes: &map.regimes,
        boundaries: &map.boundaries,
        categories: &map.categories,
        values,
        spots: &spots,
        glyphs: pen.glyphs,
        ..Heatmap::new(axis(&map.x), axis(&map.y), pen.theme)
    };
    heatmap.render(area, buffer);
}

/// The words and the table, a blank line between them.
fn lines(figure: &Figure, room: u16, pen: Pen) -> Vec<Line<'static>> {
    let mut lines = words(&figure.words, pen);
    if let Some(table) = &figure.table {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(self::table(table, usize::from(room), pen));
    }
    lines
}

/// Lines of words, with a blank line before each.
#[must_use]
pub fn words(words: &[Words], pen: Pen) -> Vec<Line<'static>> {
    let piece = |(role, text): &(Role, String)| Span::styled(pen.glyphs.text(text), pen.theme.style(*role));
    let line = |line: &Words| {
        Line::from(std::iter::once(Span::raw(" ")).chain(line.iter().map(piece)).collect::<Vec<_>>())
    };
    words.iter().map(line).collect()
}

/// A table with as many columns as fit completely: words left-aligned, numbers right-aligned.
#[must_use]
pub fn table(table: &Table, room: usize, pen: Pen) -> Vec<Line<'static>> {
    const GAP: usize = 2;
    const LONGEST: usize = 24;
    let head: Vec<(Role, String)> = table.head.iter().map(|name| (Role::Dim, name.clone())).collect();
    let rows: Vec<Vec<(Role, String)>> = std::iter::once(&head)
        .chain(&table.rows)
        .map(|row| row.iter().map(|(role, text)| (*role, pen.glyphs.text(text))).collect())
        .collect();
    let wide = |i: usize| {
        let cells = rows.iter().filter_map(|row| row.get(i)).map(|(_, text)| usize::from(width(text)));
        cells.max().unwrap_or(0).min(LONGEST)
    };
    let mut widths: Vec<usize> = (0..table.head.len()).map(wide).collect();
    let mut used = 0;
    let fit = widths.iter().take_while(|w| {
        used += **w + GAP;
        used <= room + 1
    });
    let fit = fit.count();
    widths.truncate(fit);
    let cell = |(i, wide): (usize, &usize), row: &Vec<(Role, String)>| {
        let (role, text) = row.get(i)?;
        let cut = cut(text, *wide, pen.glyphs);
        let blanks = " ".repeat(wide.saturating_sub(usize::from(width(&cut))));
        let gap = " ".repeat(if i == 0 { 1 } else { GAP });
        let text = if i < table.left { gap + &cut + &blanks } else { gap + &blanks + &cut };
        Some(Span::styled(text, pen.theme.style(*role)))
    };
    let line = |row| Line::from(widths.iter().enumerate().filter_map(|at| cell(at, row)).collect::<Vec<_>>());
    rows.iter().map(line).collect()
}

/// A text of at most `room` columns; one that is cut ends in an ellipsis.
fn cut(text: &str, room: usize, glyphs: Glyphs) -> String {
    if usize::from(width(text)) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while usize::from(width(&kept)) + 1 > room && kept.pop().is_some() {}
    kept.push(glyphs.symbols().ellipsis);
    kept
}
