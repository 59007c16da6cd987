//! The range of a risk axis, which shows all minima and finite peaks and is not determined by poles.

use super::picture::Trace;
use crate::chart::Scale;

/// Range and scale of the x axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub from: f64,
    pub to: f64,
    pub log: bool,
}

impl Window {
    fn apart(&self, a: f64, b: f64) -> f64 {
        if self.log { (b / a).ln().abs() } else { (b - a).abs() }
    }

    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        (self.from..=self.to).contains(&x)
    }

    /// Whether x is so close to a pole that the risk is dominated by it.
    #[must_use]
    pub fn is_beside(&self, x: f64, poles: &[f64]) -> bool {
        let near = 0.05 * self.apart(self.from, self.to);
        poles.iter().any(|pole| self.apart(*pole, x) <= near)
    }
}

/// Ratio of highest to lowest value below which a curve counts as flat, so that its axis need not show a decade.
const FLAT: f64 = 3.0;

/// A range that shows every curve's minima and finite peaks, without the steep parts next to a pole. It changes in
/// steps, so that the axis is stable while a slider moves. `grounded` ranges start at 0 on a linear axis.
#[must_use]
pub fn of(
    traces: &[Trace],
    window: Window,
    peaks: impl Iterator<Item = f64>,
    (scale, grounded): (Scale, bool),
) -> (f64, f64) {
    let log = scale == Scale::Log;
    let mut body: Vec<f64> = traces
        .iter()
        .flat_map(|t| t.points.iter().filter(|p| !window.is_beside(p.0, &t.poles)))
        .filter(|p| window.contains(p.0) && p.1.is_finite() && (!log || p.1 > 0.0))
        .map(|p| p.1)
        .collect();
    body.sort_by(f64::total_cmp);
    let (Some(&low), Some(&most)) = (body.first(), body.last()) else {
        return if log { (0.1, 10.0) } else { (0.0, 1.0) };
    };
    let median = body.get(body.len() / 2).copied().unwrap_or(most);
    let pole = traces.iter().any(|t| t.poles.iter().any(|p| window.contains(*p)));
    let peak = peaks.filter(|p| p.is_finite()).fold(0.0_f64, f64::max).min(median * 300.0);
    // Without a pole only values far above all others are cut.
    let (cut, over) = match (log, pole) {
        (true, true) => (100.0, 10.0),
        (true, false) => (1e4, 10.0),
        (false, _) => (4.0, 3.0),
    };
    let high = most.min(median * cut).max(peak * 1.2).max(if pole { median * over } else { 0.0 });
    if high < FLAT * low && (log || !grounded) && !pole {
        return around(low, high);
    }
    if log {
        (round(low, false), round(high, true))
    } else {
        let unit = 10.0_f64.powf(high.log10().floor());
        let top = clean((high / unit * 2.0 - 1e-9).ceil() / 2.0 * unit);
        (0.0, if top > 0.0 { top } else { 1.0 })
    }
}

/// The range for metrics between 0 and 1, on a linear axis.
#[must_use]
pub fn share(traces: &[Trace], window: Window) -> (f64, f64) {
    let shown = traces.iter().flat_map(|t| &t.points).filter(|p| window.contains(p.0) && p.1.is_finite());
    let (low, high) =
        shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p.1), high.max(p.1)));
    if low > high {
        return (0.0, 1.0);
    }
    let (low, high) = around(low, high);
    (low.max(0.0), high.min(1.0))
}

/// The next number of the form 1, 2 or 5 times a power of ten.
#[must_use]
pub fn round(value: f64, up: bool) -> f64 {
    let decade = value.log10().floor() as i32;
    // Parsed from text, so that 5e-2 is the number printed as 0.05.
    let all = (decade - 1..=decade + 1).flat_map(|d| [1, 2, 5].map(|m| format!("{m}e{d}").parse::<f64>()));
    let mut all = all.filter_map(Result::ok);
    let found =
        if up { all.find(|v| *v >= value * (1.0 - 1e-9)) } else { all.rfind(|v| *v <= value * (1.0 + 1e-9)) };
    found.unwrap_or(value)
}

/// Rounds a value as printed: 3 · 0.1 becomes 0.3.
fn clean(value: f64) -> f64 {
    format!("{value:.6e}").parse().unwrap_or(value)
}

/// Rounded ends slightly beyond both values.
fn around(low: f64, high: f64) -> (f64, f64) {
    // A smaller variation is shown as constant.
    let least = 0.02 * high.abs();
    let span = (high - low).max(least);
    let step = round(span / 3.0, true);
    let pad = 0.08 * span;
    let bottom = ((low - pad) / step).floor() * step;
    let top = ((high + pad) / step).ceil() * step;
    (if bottom > 0.0 { clean(bottom) } else { low / 2.0 }, clean(top))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dash;
    use crate::theme::Role;

    const WINDOW: Window = Window { from: 0.0, to: 2.0, log: false };

    fn range(values: impl Fn(f64) -> f64, poles: &[f64], peak: f64, scale: (Scale, bool)) -> (f64, f64) {
        let points = (1..=200).map(|i| f64::from(i) / 100.0).map(|x| (x, values(x))).collect();
        let style = (Role::Raw, Dash::Solid);
        let trace = Trace { poles: poles.to_vec(), ..Trace::new("", points, style) };
        of(&[trace], WINDOW, std::iter::once(peak), scale)
    }

    #[test]
    fn ends_are_round_and_contain_everything_but_the_pole() {
        let pole = |x: f64| 0.1 / (x - 1.0).abs();
        let (low, high) = range(pole, &[1.0], 0.0, (Scale::Log, false));
        assert_eq!((low, high), (0.1, 2.0));
        assert_eq!(range(|x| 0.3 * x, &[], 0.0, (Scale::Linear, true)), (0.0, 0.6));
        assert_eq!(range(|x| 0.3 * x, &[], 2.58, (Scale::Log, false)), (0.002, 5.0));
    }

    #[test]
    fn flat_curves_get_a_range_that_shows_them() {
        for scale in [Scale::Linear, Scale::Log] {
            let (low, high) = range(|x| 0.98 + 0.03 * x, &[], 0.0, (scale, false));
            assert!(low > 0.9 && high < 1.1, "{low} {high}");
            let (low, high) = range(|_| 0.25, &[], 0.0, (scale, false));
            assert!(low < 0.25 && high > 0.25 && high / low < 1.2, "{low} {high}");
        }
        assert_eq!(range(|_| 0.25, &[], 0.0, (Scale::Linear, true)).0, 0.0, "areas stand on the ground");
    }
}
