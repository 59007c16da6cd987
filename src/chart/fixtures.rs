//! Shared by the tests of the widgets: the default scenario's curves from the theory, and buffers as text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::*;
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
