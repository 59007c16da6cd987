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
