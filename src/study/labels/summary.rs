//! One sentence about the labels at hand and the labels that a target needs, made from numbers at several lengths.

use crate::numbers::sig;
use crate::scenario::{Estimate, Metric};
use crate::study::labels::TwiceTheGroups;
use crate::study::labels::needed::LabelsNeeded;

/// An encoder of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedEncoder<'a> {
    /// Name in the scenario.
    pub name: &'a str,
    /// Another encoder is within chance of it.
    pub is_close: bool,
}

/// The estimate with the labels at hand, and the number of labels that a target needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary<'a> {
    /// Number of labelled rows N; of tasks that have other rows the fewest that one has.
    pub rows: usize,
    /// The most rows that a task has.
    pub most: usize,
    /// The metric that is estimated.
    pub metric: Metric,
    /// The estimate with all labels at hand; `None` where they are too few.
    pub now: Option<Estimate>,
    /// The encoder of that estimate, where there are several.
    pub best: Option<NamedEncoder<'a>>,
    /// The value of the metric to be reached, and the labels it needs.
    pub target: Option<(f64, LabelsNeeded)>,
    /// The encoder that needs these labels, where there are several.
    pub fewest: Option<&'a str>,
    /// The groups that the rows are in.
    pub groups: Option<TwiceTheGroups>,
}

impl Summary<'_> {
    /// `1500 labels: risk 0.664 ± 0.017 now with minilm`.
    #[must_use]
    pub fn now(&self) -> String {
        let best = match self.best {
            None => String::new(),
            Some(NamedEncoder { name, is_close: false }) => format!(" with {name}"),
            Some(NamedEncoder { name, is_close: true }) => format!(" with {name}, too close to call"),
        };
        let metric = self.metric.name();
        let rows = if self.most > self.rows {
            format!("{}–{}", self.rows, self.most)
        } else {
            self.rows.to_string()
        };
        let labels = match self.groups {
            Some(groups) => format!("{rows} labels in {} groups", groups.count),
            None => format!("{rows} labels"),
        };
        match self.now {
            Some(now) => format!("{labels}: {metric} {} now{best}{}", written(now), self.twice()),
            None => format!("{labels}: too few to estimate the {metric}{best}"),
        }
    }

    /// `risk ≤ 0.6 needs about 8700 (5100–22000) labels with e5`; `None` without a target.
    #[must_use]
    pub fn needs(&self) -> Option<String> {
        let (target, needed) = self.target?;
        let with = self.with_fewest(needed);
        Some(format!("{} {} {}{with}", self.metric.wanted(), sig(target, 3), needed.words()))
    }

    /// Both parts in ever shorter lines: `risk 0.664 ± 0.017 now with minilm; 0.6 needs 8700 (5100–22000) with e5`.
    #[must_use]
    pub fn short(&self) -> Vec<String> {
        let metric = self.metric.name();
        let named = self.best.map_or(String::new(), |best| format!(" with {}", best.name));
        let Some((target, needed)) = self.target else {
            return self.estimate().map(|value| format!("{metric} {value} now{named}")).into_iter().collect();
        };
        let value = self.estimate().unwrap_or_else(|| "too few labels to estimate it".into());
        let target = sig(target, 3);
        let other = match (self.best, self.fewest) {
            (Some(best), Some(fewest)) if best.name == fewest => String::new(),
            _ => self.with_fewest(needed),
        };
        let subject = self.best.map_or(metric, |best| best.name);
        vec![
            format!("{metric} {value} now{named}; {target} {}{other}", needed.short(true)),
            format!("{subject} {value}; {target} {}{other}", needed.short(true)),
            format!("{subject} {value}; {target} {}{other}", needed.short(false)),
        ]
    }

    /// `; 24 groups would give 0.370 ± 0.045`.
    fn twice(&self) -> String {
        let twice = self.groups.and_then(|groups| Some((2 * groups.count, groups.estimate?)));
        twice.map_or(String::new(), |(count, estimate)| {
            format!("; {count} groups would give {}", written(estimate))
        })
    }

    fn estimate(&self) -> Option<String> {
        self.now.map(written)
    }

    /// The encoder that needs the fewest labels, where one reaches the target at all.
    fn with_fewest(&self, needed: LabelsNeeded) -> String {
        let reached = self.fewest.filter(|_| needed.samples.is_some() || needed.from.is_some());
        reached.map_or(String::new(), |name| format!(" with {name}"))
    }
}

/// `0.664 ± 0.017`.
fn written(estimate: Estimate) -> String {
    format!("{} ± {}", sig(estimate.value, 3), sig(estimate.standard_error, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn needed(samples: Option<f64>, from: Option<f64>, to: Option<f64>) -> LabelsNeeded {
        LabelsNeeded { samples, from, to, missed: None, searched: (10.0, 30_000.0), is_open: false }
    }

    fn summary(needed: LabelsNeeded) -> Summary<'static> {
        Summary {
            rows: 1500,
            most: 1500,
            metric: Metric::Risk,
            now: Some(Estimate { value: 0.664, standard_error: 0.017 }),
            best: None,
            target: Some((0.6, needed)),
            fewest: None,
            groups: None,
        }
    }

    #[test]
    fn rows_of_tasks_that_differ_are_a_range() {
        let found = Summary { rows: 313, most: 328, ..summary(needed(None, None, None)) };
        assert_eq!(found.now(), "313–328 labels: risk 0.664 ± 0.017 now");
    }

    #[test]
    fn the_summary_of_groups_has_the_gain_of_twice_as_many() {
        let estimate = Some(Estimate { value: 0.37, standard_error: 0.045 });
        let all = summary(needed(None, None, None));
        let found = Summary { groups: Some(TwiceTheGroups { count: 12, estimate }), ..all };
        let said = "1500 labels in 12 groups: risk 0.664 ± 0.017 now; 24 groups would give 0.370 ± 0.045";
        assert_eq!(found.now(), said);
        let beyond = Summary { groups: Some(TwiceTheGroups { count: 12, estimate: None }), ..all };
        assert_eq!(beyond.now(), "1500 labels in 12 groups: risk 0.664 ± 0.017 now");
    }

    #[test]
    fn every_length_has_equal_numbers() {
        let found = summary(needed(Some(8700.0), Some(5100.0), Some(22_000.0)));
        assert_eq!(found.now(), "1500 labels: risk 0.664 ± 0.017 now");
        assert_eq!(found.needs().unwrap(), "risk ≤ 0.600 needs about 8700 (5100–22000) labels");
        assert_eq!(
            found.short(),
            [
                "risk 0.664 ± 0.017 now; 0.600 needs 8700 (5100–22000)",
                "risk 0.664 ± 0.017; 0.600 needs 8700 (5100–22000)",
                "risk 0.664 ± 0.017; 0.600 needs 8700",
            ]
        );
        let band = summary(needed(None, Some(817.0), None));
        assert_eq!(band.needs().unwrap(), "risk ≤ 0.600 needs 817 or more labels");
        assert_eq!(band.short()[2], "risk 0.664 ± 0.017; 0.600 needs 817 or more");
        let open = summary(needed(Some(900.0), Some(700.0), None));
        assert_eq!(open.needs().unwrap(), "risk ≤ 0.600 needs about 900 (700 or more) labels");
        let few = Summary { now: None, target: None, ..found };
        assert_eq!((few.now().as_str(), few.needs()), ("1500 labels: too few to estimate the risk", None));
        assert!(few.short().is_empty());
        let no_target = Summary { target: None, ..found };
        assert_eq!(no_target.short(), ["risk 0.664 ± 0.017 now"]);
    }

    /// A target that no encoder reaches is never attributed to one of them, at any width.
    #[test]
    fn an_unreached_target_is_not_attributed_to_an_encoder() {
        let never = needed(None, None, None);
        let best = Some(NamedEncoder { name: "minilm", is_close: false });
        for fewest in ["minilm", "e5"] {
            let found = Summary { best, fewest: Some(fewest), ..summary(never) };
            assert_eq!(found.needs().unwrap(), "risk ≤ 0.600 is not reached with up to 30000 labels");
            assert!(found.short().iter().all(|line| line.ends_with("; 0.600 not reached with 30000")));
        }
        let reached = Summary { best, fewest: Some("e5"), ..summary(needed(None, Some(817.0), None)) };
        assert!(reached.needs().unwrap().ends_with("817 or more labels with e5"));
        assert!(reached.short().iter().all(|line| line.ends_with("817 or more with e5")));
    }
}
