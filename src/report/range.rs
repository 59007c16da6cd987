//! The range of a risk axis: what a plot has to show, and what a pole must not decide.

/// A curve of (x, y) in increasing x, and where it has poles.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub points: &'a [(f64, f64)],
    pub poles: &'a [f64],
}

/// A range that shows every curve's valleys and the finite peaks, but is not ruled by what lies next to a pole.
/// It moves in steps, so that the axis stands still while a slider moves.
#[must_use]
pub fn of(
    lines: &[Line],
    (from, to, log_x): (f64, f64, bool),
    peaks: impl Iterator<Item = f64>,
    log: bool,
) -> (f64, f64) {
    // Next to a pole everything is large: that is what the pole's mark says.
    let width = |a: f64, b: f64| if log_x { (b / a).ln().abs() } else { (b - a).abs() };
    let near = 0.05 * width(from, to);
    let mut body: Vec<f64> = lines
        .iter()
        .flat_map(|t| t.points.iter().filter(|p| t.poles.iter().all(|pole| width(*pole, p.0) > near)))
        .filter(|p| (from..=to).contains(&p.0) && p.1.is_finite() && (!log || p.1 > 0.0))
        .map(|p| p.1)
        .collect();
    body.sort_by(f64::total_cmp);
    let (Some(&low), Some(&most)) = (body.first(), body.last()) else {
        return if log { (0.1, 10.0) } else { (0.0, 1.0) };
    };
    let median = body.get(body.len() / 2).copied().unwrap_or(most);
    let pole = lines.iter().any(|t| t.poles.iter().any(|p| (from..=to).contains(p)));
    let peak = peaks.filter(|p| p.is_finite()).fold(0.0_f64, f64::max).min(median * 300.0);
    if log {
        let high = most.min(median * 100.0).max(peak * 1.2).max(if pole { median * 10.0 } else { 0.0 });
        // Thirds of a decade, near 1, 2 and 5.
        let step = |v: f64, up: bool| {
            let thirds = v.log10() * 3.0;
            10.0_f64.powf(if up { (thirds + 1e-9).ceil() } else { (thirds - 1e-9).floor() } / 3.0)
        };
        let low = step(low, false);
        (low, step(high, true).max(low * 4.0))
    } else {
        let high = most.min(median * 4.0).max(peak * 1.2).max(if pole { median * 3.0 } else { 0.0 });
        let unit = 10.0_f64.powf(high.log10().floor());
        (0.0, (high / unit * 2.0).ceil() / 2.0 * unit)
    }
}
