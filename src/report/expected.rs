//! The representation made by `riskscope fit` and its expected risks, as text and as JSON (section 9.8).

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::data::{Expectation, Fitted, Method, Pool, Shrinkage};

/// A fitted representation and other methods on the same features.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub pool: &'a Pool,
    /// Whether the risks are those of held-out tasks.
    pub left_out: bool,
    pub expectation: &'a Expectation,
    pub fitted: &'a Fitted,
    pub path: &'a Path,
}

impl Report<'_> {
    fn name(&self, method: Method) -> String {
        let Expectation { fitted, prior, .. } = self.expectation;
        match method {
            Method::Raw => "raw features, least squares".into(),
            Method::Components => format!("first {} principal components, least squares", fitted.pcr_size),
            Method::Selected => {
                format!("fitted B ({}, {} features), least squares", fitted.shrinkage, fitted.kept)
            }
            Method::RawTuned => "raw features, ridge tuned".into(),
            Method::Prior => format!("fitted prior ({}), ridge tuned", prior.shrinkage),
        }
    }

    /// The method for which B is written.
    const fn written(&self) -> Method {
        if self.fitted.selected { Method::Selected } else { Method::Prior }
    }

    fn kind(&self) -> &'static str {
        if self.fitted.selected { "hard selection" } else { "prior for a tuned ridge" }
    }

    fn shrinkage(&self) -> Shrinkage {
        match self.written() {
            Method::Prior => self.expectation.prior.shrinkage,
            _ => self.expectation.fitted.shrinkage,
        }
    }

    /// Standard error of the mean risk of a method from the variation between tasks; NaN for other methods.
    const fn standard_error(&self, method: Method) -> f64 {
        match method {
            Method::Selected => self.expectation.fitted.standard_error,
            Method::Prior => self.expectation.prior.standard_error,
            Method::Raw | Method::Components | Method::RawTuned => f64::NAN,
        }
    }

    #[must_use]
    pub fn text(&self) -> String {
        let Report { pool, expectation, .. } = self;
        let n = expectation.fitted.samples;
        let b = &self.fitted.b;
        let tasks = expectation.tasks.len();
        let mut out = format!(
            "{}: B is {}×{}, {} for {n} samples ({}), from {} rows and {tasks} {}\n\n",
            self.path.display(),
            b.nrows(),
            b.ncols(),
            self.kind(),
            self.shrinkage(),
            pool.rows(),
            if tasks == 1 { "task" } else { "tasks" },
        );
        out += "expected risk on a new task (1 = predicting the mean), by cross-fitting: ";
        out += if self.left_out {
            "each task held out in turn, on rows that\nwere not used for its representation; ± one standard error \
             over the tasks\n"
        } else {
            "the one task, on rows that were not used\nfor its representation\n"
        };
        for (method, risk) in expectation.methods() {
            let error = self.standard_error(method);
            let error = if error.is_finite() { format!(" ± {error:.4}") } else { String::new() };
            let _ = writeln!(out, "  {:<58} {}{error}", self.name(method), shown(risk));
        }
        out.push('\n');
        out += &self.verdict();
        out += "\nuse: X @ B with X less its column means, and targets less theirs (or fit an intercept)";
        out += match self.written() {
            Method::Prior => ", by ridge regression, the ridge chosen by cross-validation",
            _ => ", by least squares",
        };
        out += &format!(
            "\nread back: --featurization file --set featurization.path={} (its risk there is of the tasks that made \
             it)\n",
            self.path.display()
        );
        out
    }

    /// A sentence with the method of least risk, even if another was requested, and the excess risk of B.
    fn verdict(&self) -> String {
        let Some((best, least)) = self.expectation.recommended() else {
            return "no method can be recommended: half of these rows are too few for an estimate\n".into();
        };
        let method = match best {
            Method::Raw => "the raw features, by least squares",
            Method::Components => "principal components, by least squares",
            Method::Selected => "B, by least squares",
            Method::RawTuned => "the raw features, with a tuned ridge",
            Method::Prior => "the prior (--prior), with a tuned ridge",
        };
        let mut out = format!("recommended: {method}, with an expected risk of {}\n", shown(least));
        let written = self.expectation.methods().into_iter().find(|(other, _)| *other == self.written());
        if let Some((_, risk)) = written.filter(|(_, risk)| *risk > least) {
            let _ = match risk / least - 1.0 {
                more if more < 10.0 => {
                    writeln!(out, "the written B has {}, {:.0} % more", shown(risk), 100.0 * more)
                }
                _ => writeln!(out, "the written B has {}", shown(risk)),
            };
        }
        out
    }

    #[must_use]
    pub fn json(&self) -> String {
        let Report { pool, expectation, .. } = self;
        let number = |v: f64| serde_json::Number::from_f64(v).map_or(Value::Null, Value::Number);
        let shrinkage = |s: Shrinkage| json!({ "eta": number(s.eta), "exponent": number(s.exponent) });
        let Expectation { fitted, raw_tuned, prior, .. } = expectation;
        let tasks: Vec<Value> = expectation
            .tasks
            .iter()
            .map(|t| {
                json!({
                    "name": t.name,
                    "raw": number(t.raw),
                    "fitted": number(t.fitted),
                    "raw_tuned_ridge": number(t.raw_tuned),
                    "prior_tuned_ridge": number(t.prior_tuned),
                })
            })
            .collect();
        let recommended = expectation.recommended().map(|(method, risk)| {
            let name = match method {
                Method::Raw => "raw",
                Method::Components => "pca",
                Method::Selected => "fitted",
                Method::RawTuned => "raw_tuned_ridge",
                Method::Prior => "prior_tuned_ridge",
            };
            json!({ "method": name, "risk": number(risk) })
        });
        let value = json!({
            "out": self.path.display().to_string(),
            "kind": if self.fitted.selected { "hard" } else { "prior" },
            "samples": number(fitted.samples),
            "rows": pool.rows(),
            "dimension": self.fitted.b.nrows(),
            "features": self.fitted.b.ncols(),
            "shrinkage": shrinkage(self.shrinkage()),
            "left_out": self.left_out,
            "expected": {
                "raw": number(fitted.raw),
                "best_pca": number(fitted.pcr),
                "best_pca_size": fitted.pcr_size,
                "fitted": number(fitted.left_out_risk),
                "fitted_standard_error": number(fitted.standard_error),
                "raw_tuned_ridge": number(*raw_tuned),
                "prior_tuned_ridge": number(prior.left_out_risk),
                "prior_standard_error": number(prior.standard_error),
                "prior_shrinkage": shrinkage(prior.shrinkage),
            },
            "recommended": recommended,
            "tasks": tasks,
        });
        // A value made of finite numbers and texts always has a text.
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

fn shown(risk: f64) -> String {
    match risk {
        r if r.is_nan() => "– (half of the rows are too few)".into(),
        r if r.is_infinite() => "∞ (as many samples as features)".into(),
        r if r >= 1e4 => format!("{r:.3e}"),
        r => format!("{r:.4}"),
    }
}
