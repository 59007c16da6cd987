//! Metrics of performance: one record each, and values stored by metric.

mod confusion;

use strum::{EnumCount, VariantArray};

use super::Pool;
pub use confusion::{ClassCounts, Confusion, Gradient, Prediction};

/// A measure of performance along the sample axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, EnumCount, VariantArray)]
pub enum Metric {
    #[default]
    /// Risk R, including the noise.
    Risk,
    /// R² = 1 − R, the explained share of the targets' variance; for real rows only.
    R2,
    /// Area under the ROC curve: for the classes of real rows, or for the labels ±1 of a population (section 11.5).
    Auc,
    /// Share of rows whose class has the highest score; for a population, share of labels ±1 whose sign the score
    /// predicts.
    Accuracy,
    /// Mean over the classes of their recall; only for the classes of one label file.
    BalancedAccuracy,
    /// Mean over the classes of F1, the harmonic mean of precision and recall; only for the classes of one label file.
    MacroF1,
}

/// Names, range and formula of a metric.
struct Record {
    /// Name on the command line; in JSON with `_` for `-`.
    key: &'static str,
    /// Name in sentences and figures, and its indefinite article.
    name: &'static str,
    article: &'static str,
    /// Headings of its column, from long to short.
    headings: [&'static str; 3],
    /// The values that it can have: above the first, up to the second.
    range: (f64, f64),
    less_is_better: bool,
    formula: Formula,
}

/// What a metric is computed from, which decides the targets that have it.
enum Formula {
    /// The squared errors of any targets.
    Errors,
    /// The order of the scores of each class by itself.
    Order,
    /// The predicted classes of one label file.
    Classes(fn(&[ClassCounts]) -> Gradient),
}

impl Metric {
    const fn record(self) -> Record {
        match self {
            Self::Risk => Record {
                key: "risk",
                name: "risk",
                article: "a",
                headings: ["risk", "risk", "risk"],
                range: (0.0, f64::INFINITY),
                less_is_better: true,
                formula: Formula::Errors,
            },
            Self::R2 => Record {
                key: "r2",
                name: "R²",
                article: "an",
                headings: ["R²", "R²", "R²"],
                range: (f64::NEG_INFINITY, 1.0),
                less_is_better: false,
                formula: Formula::Errors,
            },
            Self::Auc => Record {
                key: "auc",
                name: "AUC",
                article: "an",
                headings: ["AUC", "AUC", "AUC"],
                range: (0.0, 1.0),
                less_is_better: false,
                formula: Formula::Order,
            },
            Self::Accuracy => Record {
                key: "accuracy",
                name: "accuracy",
                article: "an",
                headings: ["accuracy", "accuracy", "acc."],
                range: (0.0, 1.0),
                less_is_better: false,
                formula: Formula::Classes(confusion::accuracy),
            },
            Self::BalancedAccuracy => Record {
                key: "balanced-accuracy",
                name: "balanced accuracy",
                article: "a",
                headings: ["balanced", "bal. acc.", "bal."],
                range: (0.0, 1.0),
                less_is_better: false,
                formula: Formula::Classes(confusion::balanced_accuracy),
            },
            Self::MacroF1 => Record {
                key: "macro-f1",
                name: "macro-F1",
                article: "a",
                headings: ["macro-F1", "macro-F1", "F1"],
                range: (0.0, 1.0),
                less_is_better: false,
                formula: Formula::Classes(confusion::macro_f1),
            },
        }
    }

    /// All metrics.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Metrics available for a population; AUC and accuracy are those of labels ±1 (section 11.5).
    pub const OF_POPULATION: &'static [Self] = &[Self::Risk, Self::Auc, Self::Accuracy];

    /// Metrics that are defined only for classes.
    pub fn of_classes() -> impl Iterator<Item = Self> + Clone {
        Self::ALL.iter().copied().filter(|metric| metric.is_of_classes())
    }

    /// Name in sentences and figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.record().name
    }

    /// Name with its indefinite article.
    #[must_use]
    pub fn with_article(self) -> String {
        format!("{} {}", self.record().article, self.name())
    }

    /// Headings of its column in a table, from long to short.
    #[must_use]
    pub const fn headings(self) -> [&'static str; 3] {
        self.record().headings
    }

    /// Name on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.record().key
    }

    /// Name in JSON and CSV.
    #[must_use]
    pub fn json_key(self) -> String {
        self.key().replace('-', "_")
    }

    /// Name of its standard error in JSON and CSV. R² = 1 − R has that of the risk.
    #[must_use]
    pub fn json_error_key(self) -> String {
        if self.is_of_classes() { self.json_key() + "_standard_error" } else { "standard_error".into() }
    }

    /// The keys of all metrics, as `risk, r2 or auc`.
    #[must_use]
    pub fn keys() -> String {
        let keys: Vec<&str> = Self::ALL.iter().map(|metric| metric.key()).collect();
        keys.split_last()
            .map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
    }

    /// The metric with this key or name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.key() == word || metric.name() == word)
    }

    /// Whether lower values are better.
    #[must_use]
    pub const fn less_is_better(self) -> bool {
        self.record().less_is_better
    }

    /// Whether it is defined only for classes.
    #[must_use]
    pub const fn is_of_classes(self) -> bool {
        !matches!(self.record().formula, Formula::Errors)
    }

    /// Whether it is defined only for the predicted classes of one label file, for all of them together.
    #[must_use]
    pub const fn is_of_predicted_class(self) -> bool {
        matches!(self.record().formula, Formula::Classes(_))
    }

    /// A value moved into the range of the metric.
    #[must_use]
    pub fn clamped(self, value: f64) -> f64 {
        let (low, high) = self.record().range;
        value.clamp(low, high)
    }

    /// The metric of predicted classes, from the rows counted by class; `None` for other metrics.
    #[must_use]
    pub fn of_predictions(self, found: &Confusion) -> Option<Gradient> {
        match self.record().formula {
            Formula::Classes(formula) => Some(formula(found.counts())),
            Formula::Errors | Formula::Order => None,
        }
    }

    /// The condition for reaching a target: `risk ≤`, `AUC ≥`.
    #[must_use]
    pub fn wanted(self) -> String {
        format!("{} {}", self.name(), if self.less_is_better() { "≤" } else { "≥" })
    }

    /// Checks that it is defined for these targets.
    ///
    /// # Errors
    /// One sentence with what is accepted.
    pub fn check_targets(self, pool: &Pool) -> Result<(), String> {
        let name = self.name();
        let classes = pool.tasks().iter().all(|task| task.class_size.is_some());
        let of_two_values = matches!(self.record().formula, Formula::Order) && pool.has_two_values();
        if self.is_of_classes() && !classes && !of_two_values {
            return Err(format!(
                "{name} requires class labels, and these targets are numbers; accepted are risk and r2"
            ));
        }
        if self.is_of_predicted_class() && !pool.has_one_label() {
            return Err(format!(
                "{name} requires one label a row, and these rows have several; accepted are risk, r2 and auc"
            ));
        }
        Ok(())
    }

    /// Checks a target value.
    ///
    /// # Errors
    /// The accepted numbers.
    pub fn check_target(self, target: f64) -> Result<(), String> {
        let (low, high) = self.record().range;
        if target.is_finite() && target > low && target <= high {
            return Ok(());
        }
        let above = low.is_finite().then(|| format!("above {low}"));
        let most = high.is_finite().then(|| format!("at most {high}"));
        Err(above.into_iter().chain(most).collect::<Vec<_>>().join(", "))
    }
}

/// A value for each metric that has one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores<T>([Option<T>; Metric::COUNT]);

impl<T> Default for Scores<T> {
    fn default() -> Self {
        Self([const { None }; Metric::COUNT])
    }
}

impl<T> Scores<T> {
    /// The value of each metric.
    #[must_use]
    pub fn new(mut of: impl FnMut(Metric) -> Option<T>) -> Self {
        Self(std::array::from_fn(|i| of(*Metric::ALL.get(i)?)))
    }

    /// The value of each metric of classes.
    #[must_use]
    pub fn of_classes(mut of: impl FnMut(Metric) -> Option<T>) -> Self {
        Self::new(|metric| metric.is_of_classes().then(|| of(metric)).flatten())
    }

    /// The value of one metric.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<&T> {
        self.0.get(metric as usize)?.as_ref()
    }

    /// These values with another one for a metric.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: impl Into<Option<T>>) -> Self {
        if let Some(place) = self.0.get_mut(metric as usize) {
            *place = value.into();
        }
        self
    }

    /// A function of each value.
    #[must_use]
    pub fn map<U>(&self, mut of: impl FnMut(&T) -> U) -> Scores<U> {
        Scores::new(|metric| self.get(metric).map(&mut of))
    }

    /// Whether no metric has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// The metrics that have a value, with it.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, &T)> {
        Metric::ALL.iter().filter_map(|&metric| Some((metric, self.get(metric)?)))
    }
}

impl<T: Copy> Scores<T> {
    /// A copy of the value of one metric.
    #[must_use]
    pub fn at(&self, metric: Metric) -> Option<T> {
        self.get(metric).copied()
    }
}
