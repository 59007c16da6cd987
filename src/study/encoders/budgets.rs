//! Label budgets of several encoders: the performance of each with the labels at hand, and the number of labels a
//! target needs (sections 9.2 and 9.5).

use crate::scenario::{Metric, ScenarioError};
use crate::study::encoders::{BestEncoder, Encoders, LoadedEncoder};
use crate::study::labels::LabelBudget;
use crate::study::labels::summary::{NamedEncoder, Summary};

/// The label budgets of several encoders.
#[derive(Debug, Clone, PartialEq)]
pub struct EncoderBudgets {
    /// One budget an encoder, in their order.
    pub each: Vec<LabelBudget>,
    names: Vec<String>,
    /// The best encoder with all labels at hand.
    pub now: Option<BestEncoder>,
}

impl EncoderBudgets {
    /// The budgets of all encoders.
    ///
    /// # Errors
    /// A curve that cannot be computed; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn of(
        encoders: &Encoders,
        metric: Metric,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let rows = encoders.rows();
        let one = |encoder: &LoadedEncoder| {
            let curve = (&**encoder.model(), encoder.curve.risk()?, encoder.curve.ridge);
            let none = LabelBudget {
                rows,
                most: encoders.most_rows(),
                metric,
                now: None,
                target: None,
                peak: None,
                groups: None,
            };
            Ok(LabelBudget::of(curve, metric, target, stop)?.unwrap_or(none))
        };
        let each = encoders.all().iter().map(one).collect::<Result<Vec<_>, ScenarioError>>()?;
        let names = encoders.all().iter().map(|e| e.name.clone()).collect();
        Ok(Self { each, names, now: encoders.best(rows as f64, metric)? })
    }

    /// Name and budget of the encoder that needs the fewest labels for the target: by its estimate, else by the better
    /// end of its band. `None` without a target.
    fn fewest(&self) -> Option<(&str, &LabelBudget)> {
        let labels = |n: Option<f64>| n.unwrap_or(f64::INFINITY);
        let with_target = self.names.iter().zip(&self.each).filter_map(|(name, budget)| {
            let (_, needed) = budget.target?;
            Some((name.as_str(), budget, (labels(needed.samples), labels(needed.from))))
        });
        let fewest = with_target.min_by(|(_, _, a), (_, _, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        fewest.map(|(name, budget, _)| (name, budget))
    }

    /// The estimate of the best encoder with all labels at hand, and the labels that the target needs with the encoder
    /// that needs the fewest; `None` without encoders.
    #[must_use]
    pub fn summary(&self) -> Option<Summary<'_>> {
        let index = self.now.map_or(0, |best| best.encoder);
        let (name, budget) = self.names.iter().zip(&self.each).nth(index)?;
        let best = self.now.map(|best| NamedEncoder { name, is_close: best.is_close() });
        let fewest = self.fewest();
        Some(Summary {
            target: fewest.and_then(|(_, budget)| budget.target),
            fewest: fewest.map(|(name, _)| name),
            ..Summary { best, ..budget.summary(None) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::path::Difference;
    use crate::scenario::Estimate;
    use crate::study::labels::needed::LabelsNeeded;

    fn budget(risk: f64, samples: Option<f64>, from: Option<f64>) -> LabelBudget {
        let now = Estimate { value: risk, standard_error: 0.01 };
        let needed = LabelsNeeded {
            samples,
            from,
            to: None,
            missed: None,
            searched: (10.0, 10_000.0),
            is_open: false,
        };
        LabelBudget {
            rows: 500,
            most: 500,
            metric: Metric::Risk,
            now: Some(now),
            target: Some((0.6, needed)),
            peak: None,
            groups: None,
        }
    }

    fn budgets(each: [LabelBudget; 2], best: usize, difference: f64) -> EncoderBudgets {
        let margin = Some(Difference { difference, standard_error: 0.01 });
        let now = Some(BestEncoder { samples: 500.0, encoder: best, margin });
        EncoderBudgets { each: each.to_vec(), names: vec!["minilm".into(), "e5".into()], now }
    }

    /// The best encoder with the labels at hand and the one that needs the fewest labels may differ.
    #[test]
    fn each_budget_names_its_encoder() {
        let (good, few) = (budget(0.62, Some(900.0), Some(700.0)), budget(0.63, Some(800.0), Some(750.0)));
        let found = budgets([good, few], 0, -0.05);
        let said = found.summary().unwrap();
        assert_eq!(said.now(), "500 labels: risk 0.620 ± 0.010 now with minilm");
        assert_eq!(
            said.needs().as_deref(),
            Some("risk ≤ 0.600 needs about 800 (750 or more) labels with e5")
        );
        assert_eq!(said.short()[1], "minilm 0.620 ± 0.010; 0.600 needs 800 (750 or more) with e5");
        let close = budgets([good, few], 1, -0.01);
        let said = close.summary().unwrap();
        assert_eq!(said.now(), "500 labels: risk 0.630 ± 0.010 now with e5, too close to call");
        assert_eq!(said.short()[0], "risk 0.630 ± 0.010 now with e5; 0.600 needs 800 (750 or more)");
    }

    #[test]
    fn encoders_that_reach_the_target_within_their_band_come_first() {
        let (never, band) = (budget(0.7, None, None), budget(0.65, None, Some(5000.0)));
        assert_eq!(budgets([never, band], 1, -0.05).summary().unwrap().fewest, Some("e5"));
        let none = budgets([never, never], 0, -0.05);
        let said = none.summary().unwrap();
        assert_eq!(said.needs().as_deref(), Some("risk ≤ 0.600 is not reached with up to 10000 labels"));
        let unknown = LabelBudget { now: None, target: None, ..never };
        let found = EncoderBudgets { now: None, ..budgets([unknown, unknown], 0, 0.0) };
        let said = found.summary().unwrap();
        assert_eq!(said.now(), "500 labels: too few to estimate the risk");
        assert!(said.needs().is_none() && said.short().is_empty());
    }
}
