//! Axes: linear and logarithmic scales, and their ticks.

use super::numbers;

/// The spacing of values on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    Log,
}

/// A checked axis: `min < max`, both finite, both above 0 on a log scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis<'a> {
    scale: Scale,
    min: f64,
    max: f64,
    title: &'a str,
    /// Factor from axis values to labels.
    unit: f64,
}

/// A labelled position on an axis; a minor tick has an empty label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
}

/// The direction of labels, which determines the space they need: widths next to each other, or rows above each
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    Horizontal,
    Vertical,
}

const SMALLEST: f64 = 1e-300;

impl<'a> Axis<'a> {
    /// A linear axis. Any range is accepted: reversed ends are swapped, a range without width is widened, ends that
    /// are not finite are replaced.
    #[must_use]
    pub fn linear(min: f64, max: f64, title: &'a str) -> Self {
        let finite = |v: f64, other: f64| if v.is_finite() { v.clamp(-1e300, 1e300) } else { other };
        let (a, b) = (finite(min, 0.0), finite(max, 1.0));
        let (mut low, mut high) = (a.min(b), a.max(b));
        let least = 1e-12 * low.abs().max(high.abs()).max(1e-280);
        if high - low < least {
            let pad = if low == 0.0 { 0.5 } else { (0.5 * low.abs()).max(1e-280) };
            (low, high) = (low - pad, high + pad);
        }
        Self { scale: Scale::Linear, min: low, max: high, title, unit: 1.0 }
    }

    /// A log axis; like [`Axis::linear`], and ends at or below 0 are replaced as well.
    #[must_use]
    pub fn log(min: f64, max: f64, title: &'a str) -> Self {
        let positive = |v: f64| if v.is_finite() && v > 0.0 { Some(v.clamp(SMALLEST, 1e300)) } else { None };
        let (a, b) = match (positive(min), positive(max)) {
            (Some(a), Some(b)) => (a, b),
            (Some(a), None) => (a, a * 100.0),
            (None, Some(b)) => (b / 100.0, b),
            (None, None) => (0.01, 1.0),
        };
        let (mut low, mut high) = (a.min(b), a.max(b));
        if high / low < 1.0 + 1e-9 {
            (low, high) = (low / 2.0, high * 2.0);
        }
        Self { scale: Scale::Log, min: low, max: high, title, unit: 1.0 }
    }

    #[must_use]
    pub fn new(scale: Scale, min: f64, max: f64, title: &'a str) -> Self {
        match scale {
            Scale::Linear => Self::linear(min, max, title),
            Scale::Log => Self::log(min, max, title),
        }
    }

    /// The axis labelled in another unit: labels are values times `unit`, as p for n/p and n.
    #[must_use]
    pub const fn labelled_in(self, unit: f64) -> Self {
        Self { unit, ..self }
    }

    /// The axis without its title.
    #[must_use]
    pub const fn untitled(self) -> Axis<'static> {
        Axis { scale: self.scale, min: self.min, max: self.max, title: "", unit: self.unit }
    }

    #[must_use]
    pub const fn min(&self) -> f64 {
        self.min
    }

    #[must_use]
    pub const fn max(&self) -> f64 {
        self.max
    }

    #[must_use]
    pub const fn title(&self) -> &'a str {
        self.title
    }

    /// Position of `value` on the axis: 0 at `min`, 1 at `max`, outside this range beyond the ends. `None` for NaN,
    /// ±∞, and values at or below 0 on a log axis.
    #[must_use]
    pub fn fraction(&self, value: f64) -> Option<f64> {
        if !value.is_finite() {
            return None;
        }
        let fraction = match self.scale {
            Scale::Linear => (value / 2.0 - self.min / 2.0) / (self.max / 2.0 - self.min / 2.0),
            Scale::Log if value <= 0.0 => return None,
            Scale::Log => log_ratio(value, self.min) / log_ratio(self.max, self.min),
        };
        // Far outside, only the direction matters, and clipping must not overflow.
        Some(fraction.clamp(-1e9, 1e9))
    }

    /// The value at a fraction: the inverse of [`Axis::fraction`].
    #[must_use]
    pub fn value(&self, fraction: f64) -> f64 {
        match self.scale {
            Scale::Linear => self.min * (1.0 - fraction) + self.max * fraction,
            Scale::Log => (self.min.ln() * (1.0 - fraction) + self.max.ln() * fraction).exp(),
        }
    }

    /// Whether `value` is on the axis, ends included (up to rounding of the fraction).
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.fraction(value).is_some_and(|f| (-1e-9..=1.0 + 1e-9).contains(&f))
    }

    /// Ticks for an axis of `room` cells: the densest labels that do not touch, then minor ticks.
    #[must_use]
    pub fn ticks(&self, room: u16, along: Along) -> Vec<Tick> {
        if room == 0 {
            return Vec::new();
        }
        if self.unit != 1.0 {
            // Round numbers in the unit of the labels, at their positions.
            let labelled = Self::new(self.scale, self.min * self.unit, self.max * self.unit, self.title);
            let mut ticks = labelled.ticks(room, along);
            ticks.iter_mut().for_each(|t| t.value = (t.value / self.unit).clamp(self.min, self.max));
            return ticks;
        }
        let fits = |ticks: &[Tick]| self.fits(ticks, room, along);
        let mut candidates: Vec<Vec<Tick>> = Vec::new();
        if self.scale == Scale::Log {
            candidates.extend(self.log_candidates());
        }
        let log = candidates.iter().find(|ticks| ticks.len() > 1 && fits(ticks)).cloned();
        let mut ticks = match log {
            Some(ticks) => ticks,
            None => self.linear_ticks(fits),
        };
        if self.scale == Scale::Log {
            self.add_minor(&mut ticks, room, along);
        }
        self.add_ends(&mut ticks, room, along);
        ticks
    }

    /// Labels both ends if there is room; labels too close to them are removed.
    fn add_ends(&self, ticks: &mut Vec<Tick>, room: u16, along: Along) {
        let ends = [self.min, self.max].map(|value| Tick { value, label: end_label(value) });
        let last = f64::from(room.max(1) - 1);
        let long = |tick: &Tick| tick.label.chars().count() as f64;
        let apart = match along {
            Along::Horizontal => ends.iter().map(long).sum::<f64>() + 2.0,
            Along::Vertical => 2.0,
        };
        if apart > f64::from(room) {
            return;
        }
        for end in ends {
            let at = self.fraction(end.value).unwrap_or(0.0);
            let close = |tick: &Tick| {
                let distance = (self.fraction(tick.value).unwrap_or(0.0) - at).abs() * last;
                let least = match along {
                    // At the edge the end's label reaches inwards.
                    Along::Horizontal => long(&end) + long(tick) / 2.0 + 2.0,
                    Along::Vertical => 2.0,
                };
                distance < least
            };
            let same = |tick: &Tick| (self.fraction(tick.value).unwrap_or(0.0) - at).abs() < 1e-9;
            let known = ticks.iter().find(|t| same(t) && !t.label.is_empty()).cloned();
            ticks.retain(|t| !same(t));
            ticks.iter_mut().filter(|t| close(t)).for_each(|t| t.label.clear());
            let end = known.unwrap_or(end);
            let place = if at > 0.5 { ticks.len() } else { 0 };
            ticks.insert(place, end);
        }
    }

    fn fits(&self, ticks: &[Tick], room: u16, along: Along) -> bool {
        let last = f64::from(room.max(1) - 1);
        let mut end = f64::NEG_INFINITY;
        for tick in ticks {
            let Some(fraction) = self.fraction(tick.value) else { return false };
            let (half, gap) = match along {
                Along::Horizontal => (tick.label.chars().count() as f64 / 2.0, 4.0),
                Along::Vertical => (0.5, 1.5),
            };
            let at = fraction * last;
            if at - half < end + gap {
                return false;
            }
            end = at + half;
        }
        true
    }

    /// Ticks with a 1-2-5 step, the finest that fits; empty if no label fits.
    fn linear_ticks(&self, fits: impl Fn(&[Tick]) -> bool) -> Vec<Tick> {
        let range = self.max - self.min;
        let first = (range / 64.0).log10().floor();
        for k in 0..12 {
            let power = 10f64.powf(first + f64::from(k / 3));
            let step = power * [1.0, 2.0, 5.0].get(k as usize % 3).copied().unwrap_or(1.0);
            let (from, to) = ((self.min / step - 1e-9).ceil(), (self.max / step + 1e-9).floor());
            if !step.is_normal() || !(to - from).is_finite() || to - from > 256.0 {
                continue;
            }
            let ticks: Vec<Tick> = (0..=(to - from).max(-1.0) as i64)
                .take_while(|_| to >= from)
                .map(|i| {
                    let count = from + i as f64;
                    // Dividing keeps 0.3 apart from 0.30000000000000004.
                    let value = if power < 1.0 {
                        count * (step / power) / power.recip().round()
                    } else {
                        count * step
                    };
                    Tick { value, label: numbers::tick(value, step) }
                })
                .collect();
            if fits(&ticks) {
                return ticks;
            }
        }
        Vec::new()
    }

    /// Candidates from dense to sparse: 1-2-5 in every decade, decades, every second, fifth, … decade.
    fn log_candidates(&self) -> Vec<Vec<Tick>> {
        let (low, high) = (self.min.log10().floor() as i32, self.max.log10().ceil() as i32);
        let at = |factors: &[f64], every: i32| -> Vec<Tick> {
            (low..=high)
                .filter(|k| k.rem_euclid(every) == 0)
                .flat_map(|k| factors.iter().map(move |f| f * power_of_ten(k)))
                .filter(|&v| self.contains(v))
                .map(|value| Tick { value, label: decade_label(value) })
                .collect()
        };
        let mut all = vec![at(&[1.0, 2.0, 5.0], 1)];
        all.extend([1, 2, 3, 5, 10, 20, 50, 100].map(|every| at(&[1.0], every)));
        all
    }

    /// Unlabelled ticks at 2…9 of every decade, where a decade is wide enough to separate them.
    fn add_minor(&self, ticks: &mut Vec<Tick>, room: u16, along: Along) {
        let decades = (self.max.log10() - self.min.log10()).max(1e-9);
        let cells = f64::from(room) / decades;
        let least = if along == Along::Horizontal { 10.0 } else { 6.0 };
        if cells < least || decades > 20.0 {
            return;
        }
        let (low, high) = (self.min.log10().floor() as i32, self.max.log10().ceil() as i32);
        for value in (low..=high).flat_map(|k| (1..10).map(move |f| f64::from(f) * power_of_ten(k))) {
            let known = ticks.iter().any(|t| (t.value / value - 1.0).abs() < 1e-9);
            if self.contains(value) && !known {
                ticks.push(Tick { value, label: String::new() });
            }
        }
        ticks.sort_by(|a, b| a.value.total_cmp(&b.value));
    }
}

/// ln(a/b), also if the quotient overflows.
fn log_ratio(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if quotient.is_normal() { quotient.ln() } else { a.ln() - b.ln() }
}

/// 10ᵏ as the nearest number: `powi` drifts.
fn power_of_ten(k: i32) -> f64 {
    format!("1e{k}").parse().unwrap_or(f64::NAN)
}

/// The label of an axis end, with as many digits as it needs, at most four.
fn end_label(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let short = (1..=4).map(|digits| format!("{value:.*e}", digits - 1));
    let close = |text: &String| text.parse::<f64>().is_ok_and(|v| (v / value - 1.0).abs() < 1e-6);
    let digits = short.enumerate().find(|(_, text)| close(text)).map_or(3, |(i, _)| i + 1);
    if (1e-3..1e5).contains(&value.abs()) {
        let size = value.abs().log10().floor() as i32;
        // Whole numbers are never cut.
        let decimals = usize::try_from(digits as i32 - 1 - size).unwrap_or(0);
        return format!("{value:.decimals$}").replace('-', "\u{2212}");
    }
    format!("{value:.*e}", digits - 1).replacen('-', "\u{2212}", usize::from(value < 0.0))
}

fn decade_label(value: f64) -> String {
    if (0.000_999..99_999.0).contains(&value) {
        numbers::tick(value, 10f64.powf((value.log10() + 1e-9).floor()))
    } else {
        format!("{value:.0e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, room: u16, along: Along) -> String {
        let ticks = axis.ticks(room, along);
        ticks.iter().map(|t| t.label.as_str()).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn linear_ticks_are_nice_and_exact() {
        let axis = Axis::linear(0.02, 1.5, "n/p");
        assert_eq!(labels(axis, 70, Along::Horizontal), "0.02 0.2 0.4 0.6 0.8 1.0 1.2 1.5");
        assert_eq!(labels(axis, 30, Along::Horizontal), "0.02 0.5 1.0 1.5");
        assert_eq!(labels(Axis::linear(-1.0, 1.0, ""), 11, Along::Vertical), "−1.0 −0.5 0 0.5 1.0");
        let third = axis.ticks(70, Along::Horizontal).into_iter().nth(3).unwrap();
        assert_eq!(third.value, 0.6);
    }

    #[test]
    fn log_ticks_follow_decades_and_the_width() {
        let axis = Axis::log(0.1, 10.0, "R");
        assert_eq!(labels(axis, 30, Along::Vertical), "0.1 0.2 0.5 1 2 5 10");
        assert_eq!(labels(axis, 12, Along::Vertical), "0.1 1 10");
        assert_eq!(labels(Axis::log(1e-12, 1e6, ""), 12, Along::Vertical), "1e-12 1e-5 1 1e6");
        assert_eq!(labels(Axis::log(2.1, 2.9, ""), 40, Along::Horizontal), "2.1 2.4 2.6 2.9");
        let minor = axis.ticks(40, Along::Horizontal).iter().filter(|t| t.label.is_empty()).count();
        assert!(minor >= 12, "{minor}");
    }

    /// n/p from 10/384 to 6000/384, labelled in n: the same places, round numbers of n.
    #[test]
    fn labels_in_another_unit_are_round_in_it() {
        for axis in [Axis::log(10.0 / 384.0, 6000.0 / 384.0, "n"), Axis::linear(0.0, 1200.0 / 384.0, "n")] {
            let axis = axis.labelled_in(384.0);
            for tick in axis.ticks(80, Along::Horizontal) {
                assert!(axis.contains(tick.value), "{tick:?}");
                let n: Option<f64> = tick.label.parse().ok();
                assert!(n.is_none_or(|n| (tick.value * 384.0 - n).abs() < 1e-9 * n.max(1.0)), "{tick:?}");
            }
        }
        let log = Axis::log(10.0 / 384.0, 6000.0 / 384.0, "n").labelled_in(384.0);
        assert_eq!(labels(log, 80, Along::Horizontal), "10 20 50 100 200 500 1000 2000 6000");
    }

    #[test]
    fn every_range_becomes_valid() {
        let ends =
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1.0, 1e308, -1e308, 5e-324, 1e-310];
        for a in ends {
            for b in ends {
                for axis in [Axis::linear(a, b, ""), Axis::log(a, b, "")] {
                    assert!(
                        axis.min < axis.max && axis.min.is_finite() && axis.max.is_finite(),
                        "{a} {b} {axis:?}"
                    );
                    let middle = axis.value(0.5);
                    assert!((axis.fraction(middle).unwrap() - 0.5).abs() < 1e-6, "{a} {b} {axis:?}");
                    for v in ends {
                        assert!(axis.fraction(v).is_none_or(f64::is_finite), "{v} on {axis:?}");
                    }
                    for room in [0, 1, 7, 300] {
                        for along in [Along::Horizontal, Along::Vertical] {
                            assert!(axis.ticks(room, along).len() < 300);
                        }
                    }
                }
            }
        }
    }
}
