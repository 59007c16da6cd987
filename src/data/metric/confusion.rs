//! Predictions of the class with the highest score, counted by class, and the metrics computed from the counts.

/// Score differences below this are ties.
const TIE: f64 = 1e-12;

/// Weights of the rows of one class.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClassCounts {
    /// Rows of the class.
    pub actual: f64,
    /// Rows predicted as the class.
    pub predicted: f64,
    /// Rows of the class predicted as the class.
    pub correct: f64,
}

/// A metric with its derivatives in the counts of each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// The metric.
    pub value: f64,
    /// Derivatives in `actual`, `predicted` and `correct` of each class.
    slopes: Vec<ClassCounts>,
}

/// Rows counted by their class and their predicted class.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    classes: Vec<ClassCounts>,
}

/// The prediction of one row; ties are shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The class of the row.
    pub class: usize,
    /// The class with the highest score among the others.
    pub rival: usize,
    /// The score of its class less that of the rival.
    pub margin: f64,
    /// The classes with the highest score.
    highest: Vec<usize>,
}

impl Prediction {
    /// The prediction of a row of a class from its score for each class.
    #[must_use]
    pub fn new(class: usize, scores: &[f64]) -> Self {
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let highest = scores.iter().enumerate().filter(|(_, score)| most - **score <= TIE);
        let others = scores.iter().copied().enumerate().filter(|(t, _)| *t != class);
        let (rival, second) = others
            .fold((class, f64::NEG_INFINITY), |most, other| if other.1 > most.1 { other } else { most });
        let margin = scores.get(class).copied().unwrap_or(f64::NAN) - second;
        Self { class, rival, margin, highest: highest.map(|(class, _)| class).collect() }
    }

    /// Share of each of the classes with the highest score.
    fn share(&self) -> f64 {
        (self.highest.len().max(1) as f64).recip()
    }
}

impl Confusion {
    /// No rows of this number of classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes: vec![ClassCounts::default(); classes] }
    }

    /// Counts a row with a weight.
    pub fn add(&mut self, row: &Prediction, weight: f64) {
        let part = row.share() * weight;
        self.classes.get_mut(row.class).into_iter().for_each(|class| class.actual += weight);
        for &class in &row.highest {
            let Some(counts) = self.classes.get_mut(class) else { continue };
            counts.predicted += part;
            if class == row.class {
                counts.correct += part;
            }
        }
    }

    /// The standard error of a share of rows where all of them are predicted correctly, or none, by the rule of
    /// succession; 0 otherwise.
    #[must_use]
    pub fn least_error(&self) -> f64 {
        let sum = self.classes.iter().map(|class| class.actual).sum::<f64>();
        let accuracy = accuracy(&self.classes).value;
        if accuracy > 0.0 && accuracy < 1.0 { 0.0 } else { (sum + 1.0).sqrt() / (sum + 2.0) / sum.sqrt() }
    }

    /// The counts of each class.
    #[must_use]
    pub fn counts(&self) -> &[ClassCounts] {
        &self.classes
    }
}

impl Gradient {
    fn slope(&self, class: usize) -> ClassCounts {
        self.slopes.get(class).copied().unwrap_or_default()
    }

    /// Change if the prediction of a row changes from its rival to its class.
    #[must_use]
    pub fn gain(&self, row: &Prediction) -> f64 {
        let of_class = self.slope(row.class);
        of_class.correct + of_class.predicted - self.slope(row.rival).predicted
    }

    /// Derivative in the weight of a row.
    #[must_use]
    pub fn in_weight_of(&self, row: &Prediction) -> f64 {
        let predicted = row.highest.iter().map(|&class| {
            let slope = self.slope(class);
            slope.predicted + if class == row.class { slope.correct } else { 0.0 }
        });
        self.slope(row.class).actual + row.share() * predicted.sum::<f64>()
    }
}

/// Share of rows whose class is predicted correctly.
pub(super) fn accuracy(classes: &[ClassCounts]) -> Gradient {
    let total = classes.iter().map(|class| class.actual).sum::<f64>();
    let value = classes.iter().map(|class| class.correct).sum::<f64>() / total;
    let slope = ClassCounts { actual: -value / total, predicted: 0.0, correct: total.recip() };
    Gradient { value, slopes: vec![slope; classes.len()] }
}

/// Mean over the classes of their recall, correct/actual.
pub(super) fn balanced_accuracy(classes: &[ClassCounts]) -> Gradient {
    mean_over_classes(classes, |&ClassCounts { actual, correct, .. }| {
        let recall = correct / actual;
        (recall, ClassCounts { actual: -recall / actual, predicted: 0.0, correct: actual.recip() })
    })
}

/// Mean over the classes of F1 = 2 correct/(actual + predicted), the harmonic mean of precision and recall.
pub(super) fn macro_f1(classes: &[ClassCounts]) -> Gradient {
    mean_over_classes(classes, |&ClassCounts { actual, predicted, correct }| {
        let both = actual + predicted;
        let f1 = 2.0 * correct / both;
        (f1, ClassCounts { actual: -f1 / both, predicted: -f1 / both, correct: 2.0 / both })
    })
}

/// The mean of a metric over the classes that have rows.
fn mean_over_classes(classes: &[ClassCounts], of: impl Fn(&ClassCounts) -> (f64, ClassCounts)) -> Gradient {
    let each: Vec<_> = classes.iter().map(|class| (class.actual > 0.0).then(|| of(class))).collect();
    let count = each.iter().flatten().count().max(1) as f64;
    let slope = |slope: ClassCounts| ClassCounts {
        actual: slope.actual / count,
        predicted: slope.predicted / count,
        correct: slope.correct / count,
    };
    Gradient {
        value: each.iter().flatten().map(|(value, _)| value).sum::<f64>() / count,
        slopes: each
            .iter()
            .map(|found| found.map_or_else(ClassCounts::default, |(_, of)| slope(of)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts by hand; the influence of a row is the difference quotient in its weight.
    #[test]
    fn metrics_of_the_predicted_class_equal_the_confusion_matrix() {
        // (class, predicted class): recalls 3 of 4, 1 of 2, 0 of 1.
        let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (2, 0)];
        let rows = pairs.map(|(class, predicted)| {
            Prediction::new(class, &[0, 1, 2].map(|t| f64::from(u8::from(t == predicted))))
        });
        let of = |formula: fn(&[ClassCounts]) -> Gradient, more: Option<usize>| {
            let mut found = Confusion::new(3);
            for (i, row) in rows.iter().enumerate() {
                found.add(row, if more == Some(i) { 1.0 + 1e-6 } else { 1.0 });
            }
            formula(found.counts())
        };
        let formulas: [fn(&[ClassCounts]) -> Gradient; 3] = [accuracy, balanced_accuracy, macro_f1];
        let wanted = [4.0 / 7.0, (0.75 + 0.5) / 3.0, (2.0 / 3.0 + 0.5) / 3.0];
        for (formula, wanted) in formulas.into_iter().zip(wanted) {
            let once = of(formula, None);
            assert!((once.value - wanted).abs() < 1e-12, "{once:?}");
            for (i, row) in rows.iter().enumerate() {
                let quotient = (of(formula, Some(i)).value - once.value) / 1e-6;
                assert!((quotient - once.in_weight_of(row)).abs() < 1e-6, "{i}: {quotient} {once:?}");
            }
        }
    }

    #[test]
    fn ties_share_a_row() {
        let mut found = Confusion::new(2);
        found.add(&Prediction::new(0, &[0.5, 0.5]), 2.0);
        let of = |actual, predicted, correct| ClassCounts { actual, predicted, correct };
        assert_eq!(found.counts(), [of(2.0, 1.0, 1.0), of(0.0, 1.0, 0.0)]);
    }
}
