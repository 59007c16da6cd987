//! Linear and logarithmic axes for plotters, with ticks at round numbers.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// An axis from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub log: bool,
}

impl Scale {
    /// Where a value lies, from 0 to 1 on the axis; `None` where a logarithm has no place for it.
    #[must_use]
    pub fn fraction(&self, value: f64) -> Option<f64> {
        let share = if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        share.is_finite().then_some(share)
    }

    /// Round values inside, at most about `most` of them.
    #[must_use]
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let most = most.max(2);
        let inside = |v: &f64| (self.from * (1.0 - 1e-9)..=self.to * (1.0 + 1e-9)).contains(v);
        if self.log {
            let (low, high) = (self.from.log10().floor() as i32, self.to.log10().ceil() as i32);
            let of = |mantissas: &[f64], stride: usize| -> Vec<f64> {
                let decades = (low..=high).filter(|d| d.rem_euclid(stride as i32) == 0);
                decades.flat_map(|d| mantissas.iter().map(move |m| read(*m, d))).filter(inside).collect()
            };
            let tries: [(&[f64], usize); 6] = [
                (&[1.0, 2.0, 3.0, 5.0], 1),
                (&[1.0, 2.0, 5.0], 1),
                (&[1.0, 3.0], 1),
                (&[1.0], 1),
                (&[1.0], 2),
                (&[1.0], 5),
            ];
            let found = tries.iter().map(|(m, stride)| of(m, *stride)).find(|t| t.len() <= most);
            return found.unwrap_or_default();
        }
        let rough = (self.to - self.from) / most as f64;
        let decade = rough.log10().floor() as i32;
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| read(m, decade)).into_iter().find(|s| *s >= rough);
        let Some(step) = step else { return Vec::new() };
        let (first, last) = ((self.from / step - 1e-9).ceil() as i64, (self.to / step + 1e-9).floor() as i64);
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

/// Read as text, 3e-2 is the number that is printed as 0.03.
fn read(mantissa: f64, decade: i32) -> f64 {
    format!("{mantissa}e{decade}").parse().unwrap_or(mantissa)
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (low, high): (i32, i32)) -> i32 {
        let share = self.fraction(*value).unwrap_or(0.0).clamp(-1.0, 2.0);
        low + (share * f64::from(high - low)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.ticks(hint.bold_points())
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Scale {
    fn format_ext(&self, value: &f64) -> String {
        label(*value)
    }
}

/// 0.05, 20 or 1e-4: up to seven digits without rounding noise.
#[must_use]
pub fn label(value: f64) -> String {
    let value: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    if value != 0.0 && !(1e-3..1e5).contains(&value.abs()) {
        format!("{value:e}").replace('-', "−")
    } else {
        value.to_string().replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let linear = Scale { from: 0.02, to: 1.6, log: false };
        assert_eq!(
            linear.ticks(8).iter().map(|v| label(*v)).collect::<Vec<_>>().join(" "),
            "0.2 0.4 0.6 0.8 1 1.2 1.4 1.6"
        );
        let log = Scale { from: 0.1, to: 10.0, log: true };
        assert_eq!(log.ticks(8), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]);
        let wide = Scale { from: 1e-8, to: 1.0, log: true };
        assert_eq!(wide.ticks(5), [1e-8, 1e-6, 1e-4, 1e-2, 1.0]);
        for scale in [linear, log, wide, Scale { from: -3.0, to: 1e5, log: false }] {
            for most in [2, 5, 12] {
                let ticks = scale.ticks(most);
                assert!(
                    (1..=most + 1).contains(&ticks.len()) && ticks.is_sorted(),
                    "{scale:?} {most}: {ticks:?}"
                );
            }
        }
        assert_eq!((label(-1e-7), label(0.1 + 0.2)), ("−1e−7".into(), "0.3".into()));
        assert_eq!((log.fraction(1.0), log.fraction(0.0), log.fraction(-1.0)), (Some(0.5), None, None));
    }
}
