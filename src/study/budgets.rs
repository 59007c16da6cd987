//! What the labels at hand are worth with each of several encoders, and how many a target needs (sections 9.2 and 9.5).

use super::budget::Budget;
use super::encoders::{Best, Encoder, Encoders};
use crate::scenario::{Metric, ScenarioError};

/// The budgets of several encoders.
#[derive(Debug, Clone, PartialEq)]
pub struct Budgets {
    /// In their order.
    pub each: Vec<Budget>,
    names: Vec<String>,
    /// The best one with the labels there are.
    pub now: Option<Best>,
}

impl Budgets {
    /// One each.
    ///
    /// # Errors
    /// As [`Budget::of`].
    pub fn of(
        encoders: &Encoders,
        metric: Metric,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let rows = encoders.rows();
        let one = |encoder: &Encoder| {
            let curve = (&*encoder.model, encoder.risk()?, encoder.model.ridge());
            let none = Budget { rows, metric, now: None, target: None, peak: None };
            Ok(Budget::of(curve, metric, target, stop)?.unwrap_or(none))
        };
        let each = encoders.all().iter().map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
        let names = encoders.all().iter().map(|e| e.name.clone()).collect();
        Ok(Self { each, names, now: encoders.best(rows as f64, metric)? })
    }

    /// The one that needs the fewest labels for the target, else whose band reaches it with the fewest.
    #[must_use]
    pub fn frugal(&self) -> Option<usize> {
        let needed = |i: &usize| self.each.get(*i).and_then(|b| b.target).map(|(_, needed)| needed);
        let order = |i: &usize| {
            let of = |n: Option<f64>| n.unwrap_or(f64::INFINITY);
            needed(i).map_or((f64::INFINITY, f64::INFINITY), |n| (of(n.samples), of(n.from)))
        };
        let with = (0..self.each.len()).filter(|i| needed(i).is_some());
        with.min_by(|a, b| {
            let (a, b) = (order(a), order(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        })
    }

    fn name(&self, encoder: usize) -> &str {
        self.names.get(encoder).map_or("", String::as_str)
    }

    /// As [`Budget::words`], of the best one with the labels at hand, and of the one that needs the fewest.
    #[must_use]
    pub fn words(&self) -> (String, Option<String>) {
        let best = self.now.map_or(0, |best| best.encoder);
        let now = self.each.get(best).map(|budget| budget.words().0).unwrap_or_default();
        let now = match self.now {
            None => now,
            Some(best) if best.is_close() => {
                format!("{now} with {}, too close to call", self.name(best.encoder))
            }
            Some(best) => format!("{now} with {}", self.name(best.encoder)),
        };
        let target = self.frugal().and_then(|i| {
            let words = self.each.get(i)?.words().1?;
            let can = self.each.get(i)?.target.is_some_and(|(_, needed)| needed.from.is_some());
            Some(if can { format!("{words} with {}", self.name(i)) } else { words })
        });
        (now, target)
    }

    /// As [`Budget::short`], each with the name of its encoder.
    #[must_use]
    pub fn short(&self) -> Vec<String> {
        let one = |encoder: usize| Some((self.name(encoder), self.each.get(encoder)?));
        let now = self.now.map_or(Some(0), |best| Some(best.encoder)).and_then(one);
        let frugal = self.frugal().and_then(one);
        let (Some((best, budget)), Some((frugal, other))) = (now, frugal) else { return Vec::new() };
        let (now, needs) = (budget.now_words(), other.short_target().unwrap_or_default());
        let other = if best == frugal { String::new() } else { format!(" with {frugal}") };
        let value = now.replace(" now", "").replacen(budget.metric.name(), best, 1);
        vec![format!("{now} with {best}; {needs}{other}"), format!("{value}; {needs}{other}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::path::Difference;
    use crate::scenario::Estimate;
    use crate::study::budget::Needed;

    fn budget(risk: f64, samples: Option<f64>, from: Option<f64>) -> Budget {
        let now = Estimate { value: risk, standard_error: 0.01 };
        let needed = Needed { samples, from, to: None };
        Budget { rows: 500, metric: Metric::Risk, now: Some(now), target: Some((0.6, needed)), peak: None }
    }

    fn budgets(each: [Budget; 2], best: usize, difference: f64) -> Budgets {
        let ahead = Some(Difference { difference, standard_error: 0.01 });
        let now = Some(Best { samples: 500.0, encoder: best, ahead });
        Budgets { each: each.to_vec(), names: vec!["minilm".into(), "e5".into()], now }
    }

    /// The best one now, and the one that needs the fewest labels: they may differ.
    #[test]
    fn each_number_has_the_name_of_its_encoder() {
        let (good, frugal) = (budget(0.62, Some(900.0), Some(700.0)), budget(0.63, Some(800.0), Some(750.0)));
        let found = budgets([good, frugal], 0, -0.05);
        let (now, needs) = found.words();
        assert_eq!(now, "500 labels: risk 0.620 ± 0.016 now with minilm");
        assert_eq!(needs.as_deref(), Some("risk ≤ 0.600 needs about 800 (750 or more) labels with e5"));
        assert_eq!(found.short()[1], "minilm 0.620 ± 0.016; 0.600 needs 800 (750 or more) with e5");
        let close = budgets([good, frugal], 1, -0.01);
        assert_eq!(close.words().0, "500 labels: risk 0.630 ± 0.016 now with e5, too close to call");
        assert_eq!(close.short()[0], "risk 0.630 ± 0.016 now with e5; 0.600 needs 800 (750 or more)");
    }

    #[test]
    fn who_reaches_the_target_by_its_band_alone_comes_before_who_never_does() {
        let (never, band) = (budget(0.7, None, None), budget(0.65, None, Some(5000.0)));
        assert_eq!(budgets([never, band], 1, -0.05).frugal(), Some(1));
        let found = budgets([never, never], 0, -0.05);
        assert_eq!(found.words().1.as_deref(), Some("risk ≤ 0.600 is never within reach"));
        let untold = Budget { now: None, target: None, ..never };
        let found = Budgets { now: None, ..budgets([untold, untold], 0, 0.0) };
        assert_eq!(found.words(), ("500 labels: too few to tell risk with all of them".into(), None));
        assert!(found.frugal().is_none() && found.short().is_empty());
    }
}
