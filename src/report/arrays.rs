//! Results of the command line for rows in memory, used by Python and other callers that hold arrays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ndarray::Array2;
use serde_json::Value;

use super::{encoders as report, expected, json, point};
use crate::data::{Ensemble, Expectation, Fitted, Grid, Pool, TestRows, Watch};
use crate::evidence::HeldOut;
use crate::figure::{self, paper};
use crate::scenario::{Encoder, Metric, Model, Scenario, ScenarioError};
use crate::study::encoders::Encoders;
use crate::study::encoders::comparison::{Comparison, Request, compare_encoders};
use crate::theory::SampleRatio;

/// Encoders of the same rows with decomposed covariances, under one featurization and ridge.
#[derive(Debug)]
pub struct Rows {
    encoders: Encoders,
    scenario: Scenario,
}

impl Rows {
    /// Named pools, and settings by their keys in the scenario file (`data.task`, `ridge`, `featurization.kind`).
    ///
    /// # Errors
    /// One sentence about a name, a setting, or pools with different rows; [`ScenarioError::Interrupted`] once `stop`
    /// returns true.
    pub fn new(
        pools: Vec<(String, Pool)>,
        settings: &[(String, String)],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let encoders: Vec<Encoder> = pools
            .iter()
            .map(|(name, _)| Encoder { name: name.clone(), features: PathBuf::from(name) })
            .collect();
        let mut scenario = match encoders.as_slice() {
            [] => {
                return Err(ScenarioError::new("no features are given; accepted is at least one N×p array"));
            }
            [only] => Scenario::measured(&only.features, "y"),
            several => {
                Encoder::check_all(several)?;
                Scenario::of_encoders(several, "y")
            }
        };
        for (key, value) in settings {
            scenario.set(key, value)?;
        }
        if scenario.featurization.depends_on_tasks() {
            return Err(ScenarioError::new(format!(
                "featurization {} is made from the tasks it would be evaluated on; accepted are raw, whitened, pca and exponents",
                scenario.featurization.name()
            )));
        }
        let mut models = Vec::with_capacity(pools.len());
        for (encoder, (name, pool)) in encoders.iter().zip(pools) {
            let model = Model::of_pool(&scenario.focused_on(encoder), &Arc::new(pool), stop)?;
            models.push((name, Arc::new(model)));
        }
        Ok(Self { encoders: Encoders::of_models(&models)?.anchored(stop)?, scenario })
    }

    /// Number of labelled rows N.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.encoders.rows()
    }

    /// Warnings to read before using the numbers.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.encoders.warnings()
    }

    /// The JSON of `riskscope compare`; the metric is a `Metric::key`.
    ///
    /// # Errors
    /// One sentence about a metric that does not apply, or a number out of range.
    pub fn json(
        &self,
        metric: &str,
        samples: Vec<f64>,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<String, ScenarioError> {
        Ok(json::pretty(&report::json(&self.compared(metric, samples, target, stop)?)))
    }

    /// The pool of the first encoder, for constructing test rows.
    ///
    /// # Errors
    /// One sentence if there are no encoders.
    pub fn pool(&self) -> Result<Arc<Pool>, ScenarioError> {
        let pool =
            self.encoders.all().first().and_then(|encoder| encoder.model().rows()).map(|(pool, _)| pool);
        pool.ok_or_else(|| ScenarioError::new("no features are given; accepted is at least one N×p array"))
    }

    /// The JSON of `held_out` in `riskscope eval` for each n: fits of the first encoder to n of the labelled rows,
    /// tested on others; null if n exceeds the number of labelled rows.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn held_out(
        &self,
        test: &TestRows,
        samples: &[f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<String, ScenarioError> {
        let all = self.encoders.all();
        let mut found = Vec::with_capacity(samples.len());
        if let Some(encoder) = all.first() {
            let model = encoder.model();
            for n in samples {
                let ratio = SampleRatio::new(n / model.dimension() as f64)?;
                let tested = HeldOut::new(model, test, ratio, stop)?;
                found.push(tested.as_ref().map_or(Value::Null, point::held_out));
            }
        }
        Ok(json::pretty(&found.into()))
    }

    /// The curves along n as an svg picture.
    ///
    /// # Errors
    /// Errors of [`Rows::json`].
    pub fn svg(&self, metric: &str, stop: &(dyn Fn() -> bool + Sync)) -> Result<String, ScenarioError> {
        let found = self.compared(metric, Vec::new(), None, stop)?;
        paper::svg(&figure::encoders::figure(&found.curves), paper::SIZE)
    }

    fn compared(
        &self,
        metric: &str,
        samples: Vec<f64>,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Comparison, ScenarioError> {
        let metric = Metric::ALL.iter().copied().find(|known| known.key() == metric).ok_or_else(|| {
            ScenarioError::new(format!("metric {metric:?}: accepted are {}", Metric::keys()))
        })?;
        if let Some(bad) = samples.iter().find(|n| !(n.is_finite() && **n >= 2.0 && **n <= 1e9)) {
            return Err(ScenarioError::new(format!("samples must be numbers from 2 to 1e9, got {bad:?}")));
        }
        if let Some((bad, Err(accepted))) = target.map(|target| (target, metric.check_target(target))) {
            let name = metric.name();
            return Err(ScenarioError::new(format!(
                "a target of {name} must be a number {accepted}, got {bad:?}"
            )));
        }
        let request = Request { scenario: self.scenario.clone(), metric, samples, target };
        compare_encoders(&self.encoders, &request, stop)
    }
}

/// B (p×k) of the features fitted to the pool's tasks for new tasks with `samples` labels, and JSON of their expected
/// risks; with `prior`, B is for a tuned downstream ridge.
///
/// # Errors
/// One sentence about `samples` or the tasks; interrupted once `watch` returns false.
pub fn fit(
    pool: &Arc<Pool>,
    samples: f64,
    prior: bool,
    watch: Watch<'_>,
) -> Result<(Array2<f64>, String), ScenarioError> {
    if !(samples.is_finite() && samples >= 1.0 && samples.fract() == 0.0) {
        return Err(ScenarioError::new(format!("samples must be a whole number from 1, got {samples:?}")));
    }
    let pool = &pool.complete_cases(watch)?;
    let ensemble = Ensemble::new(pool, &Grid::default(), watch)?;
    let expectation = Expectation::new(pool, &ensemble, samples)?;
    let fitted = if prior {
        Fitted::prior(pool, expectation.prior.shrinkage)?
    } else {
        Fitted::new(pool, expectation.fitted.shrinkage, expectation.fitted.kept)?
    };
    let left_out = ensemble.leaves_out();
    let report =
        expected::Report { pool, left_out, expectation: &expectation, fitted: &fitted, path: Path::new("") };
    Ok((fitted.to_array(), report.json()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Features, Targets};
    use crate::study::encoders::comparison::compare;

    /// Arrays and files of the same rows give the same JSON; alpha is n λ times the mean variance of a feature.
    #[test]
    fn arrays_and_files_give_equal_comparisons() {
        let rows = Array2::from_shape_fn((90, 7), |(i, j)| {
            ((i * i + 31 * i * j + 7 * j) as f64 * 0.618).sin() * (j + 1) as f64
        });
        let labels: Vec<&str> =
            rows.rows().into_iter().map(|row| if row[0] + row[3] > 0.2 { "up" } else { "down" }).collect();
        let pool = Pool::new(
            Features::from_array("X", rows.view()).unwrap(),
            Targets::from_labels("y", labels.clone()).unwrap(),
            &|_| true,
        );
        let settings = [("ridge".to_owned(), "0.3".to_owned())];
        let asked = Rows::new(vec![("X".into(), pool.unwrap())], &settings, &|| false).unwrap();
        let of_arrays: Value =
            serde_json::from_str(&asked.json("accuracy", vec![40.0], Some(0.7), &|| false).unwrap()).unwrap();

        let folder = tempfile::tempdir().unwrap();
        let (features, targets) = (folder.path().join("X.npy"), folder.path().join("y.txt"));
        ndarray_npy::write_npy(&features, &rows).unwrap();
        std::fs::write(&targets, labels.join("\n")).unwrap();
        let encoders = [
            Encoder { name: "X".into(), features: features.clone() },
            Encoder { name: "again".into(), features: features.with_file_name("Z.npy") },
        ];
        std::fs::copy(&features, features.with_file_name("Z.npy")).unwrap();
        let mut scenario = Scenario::of_encoders(&encoders, &targets);
        scenario.set("ridge", "0.3").unwrap();
        let request = Request { scenario, metric: Metric::Accuracy, samples: vec![40.0], target: Some(0.7) };
        let of_files = report::json(&compare(&request, &|| false).unwrap());

        assert_eq!(of_arrays["encoders"][0]["points"], of_files["encoders"][0]["points"]);
        assert_eq!(of_arrays["encoders"][0]["target_samples"], of_files["encoders"][0]["target_samples"]);
        let variance = |column: ndarray::ArrayView1<'_, f64>| column.var(1.0);
        let unit = rows.columns().into_iter().map(variance).sum::<f64>() / 7.0;
        let alpha = of_arrays["encoders"][0]["points"][0]["alpha"].as_f64().unwrap();
        assert!((alpha - 40.0 * 0.3 * unit).abs() < 1e-9 * alpha, "{alpha} {unit}");
    }

    #[test]
    fn invalid_input_is_one_sentence() {
        let rows = Array2::from_shape_fn((40, 3), |(i, j)| ((i * 13 + j * 7) as f64 * 0.618).sin());
        let pool = || {
            let targets = Targets::from_array("y", rows.column(0).insert_axis(ndarray::Axis(1))).unwrap();
            Pool::new(Features::from_array("X", rows.view()).unwrap(), targets, &|_| true).unwrap()
        };
        let asked = Rows::new(vec![("X".into(), pool())], &[], &|| false).unwrap();
        for (metric, samples, target, word) in [
            ("f2", 20.0, None, "accepted are risk"),
            ("accuracy", 20.0, None, "accepted are risk and r2"),
            ("risk", 1.0, None, "from 2 to 1e9"),
            ("risk", 20.0, Some(-1.0), "above 0"),
        ] {
            let sentence = asked.json(metric, vec![samples], target, &|| false).unwrap_err().to_string();
            assert!(sentence.contains(word) && !sentence.contains('\n'), "{sentence}");
        }
        let twice = Rows::new(vec![("a".into(), pool()), ("a".into(), pool())], &[], &|| false);
        assert!(twice.unwrap_err().to_string().contains("two encoders"));
        let stopped = asked.json("risk", vec![20.0], Some(0.5), &|| true);
        assert!(matches!(stopped, Err(ScenarioError::Interrupted)), "{stopped:?}");
    }
}
