//! What `riskscope fit` made and what to expect of it, for people and as JSON.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::data::{Expectation, Fitted, Pool, Shrinkage};
use crate::theory::Regime;

/// A fitted representation beside the other roads from the same features.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub pool: &'a Pool,
    /// Whether tasks were judged by estimates that do not know them.
    pub left_out: bool,
    pub expectation: &'a Expectation,
    pub fitted: &'a Fitted,
    pub path: &'a Path,
}

/// Below this many labels new classes got more than was promised, by three standard errors (40: by two and a half, within
/// the promise's own).
const FEW: f64 = 40.0;

impl Report<'_> {
    /// Risks of the five roads, each with its name.
    fn roads(&self) -> [(String, f64); 5] {
        let Expectation { fitted, raw, raw_tuned, prior, .. } = self.expectation;
        let Shrinkage { eta, exponent } = prior.shrinkage;
        [
            ("raw features, least squares".into(), *raw),
            (format!("first {} principal components *", fitted.pcr_size), fitted.pcr),
            ("fitted B, least squares".into(), fitted.left_out_risk),
            ("raw features, ridge tuned **".into(), *raw_tuned),
            (format!("fitted prior (η {eta}, v {exponent}), ridge tuned **"), prior.left_out_risk),
        ]
    }

    fn kind(&self) -> &'static str {
        match self.fitted.regime {
            Some(Regime::Soft) => "soft selection",
            Some(_) => "hard selection",
            None => "prior for a tuned ridge",
        }
    }

    fn shrinkage(&self) -> Shrinkage {
        match self.fitted.regime {
            Some(_) => self.expectation.fitted.shrinkage,
            None => self.expectation.prior.shrinkage,
        }
    }

    #[must_use]
    pub fn text(&self) -> String {
        let Report { pool, expectation, .. } = self;
        let n = expectation.fitted.samples;
        let b = &self.fitted.b;
        let Shrinkage { eta, exponent } = self.shrinkage();
        let tasks = expectation.tasks.len();
        let mut out = format!(
            "{}: B is {}×{}, {} for {n} samples (η {eta}, v {exponent}), from {} rows and {tasks} {}\n\n",
            self.path.display(),
            b.nrows(),
            b.ncols(),
            self.kind(),
            pool.rows(),
            if tasks == 1 { "task" } else { "tasks" },
        );
        out += if self.left_out {
            "expected risk of a task not seen (1 = predicting the mean): mean over the tasks, each left out in turn\n"
        } else {
            "expected risk of the one task (1 = predicting the mean): there is no other to leave it out of\n"
        };
        let roads = self.roads();
        for (name, risk) in &roads {
            let _ = writeln!(out, "  {name:<48} {}", shown(*risk));
        }
        out += "  *  their number chosen with these very tasks\n  ** by a ridge that is best for each task: \
                cross-validation comes near\n\n";
        out += &self.verdict(&roads);
        if self.expectation.fitted.samples < FEW {
            out += "with so few labels what is expected may be 10 to 20 % too low: the asymptotics need 40 or more\n";
        }
        out += "\nuse: X @ B with X less its column means, and targets less theirs (or fit an intercept)";
        out += match self.fitted.regime {
            Some(Regime::Soft) => ", by minimum-norm least squares",
            Some(_) => ", by least squares",
            None => ", by ridge regression, the ridge chosen by cross-validation",
        };
        out += &format!(
            "\nread back: --featurization file --set featurization.path={} (there it is judged on the tasks that \
             made it)\n",
            self.path.display()
        );
        out
    }

    /// The road with the least risk, also when it is not the one that was asked for, and what B costs beside it.
    fn verdict(&self, roads: &[(String, f64); 5]) -> String {
        const WAYS: [&str; 5] = [
            "the features as they are, by least squares",
            "principal components, as far as their number can be known",
            "B, by least squares",
            "the features as they are, with a tuned ridge",
            "the prior (--prior), with a tuned ridge",
        ];
        let known = roads.iter().zip(WAYS).filter(|((_, risk), _)| risk.is_finite());
        let Some(((_, least), way)) = known.min_by(|a, b| a.0.1.total_cmp(&b.0.1)) else {
            return "no road can be told from so few labels\n".into();
        };
        let mut out = format!("recommended: {way}, with an expected risk of {}\n", shown(*least));
        let fitted = if self.fitted.regime.is_some() { roads.get(2) } else { roads.get(4) };
        if let Some((_, risk)) = fitted.filter(|(_, risk)| risk > least) {
            let _ = writeln!(
                out,
                "what was written has {}, {:.0} % more",
                shown(*risk),
                100.0 * (risk / least - 1.0)
            );
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
        let value = json!({
            "out": self.path.display().to_string(),
            "kind": match self.fitted.regime {
                Some(Regime::Soft) => "soft",
                Some(_) => "hard",
                None => "prior",
            },
            "samples": number(fitted.samples),
            "rows": pool.rows(),
            "dimension": self.fitted.b.nrows(),
            "features": self.fitted.b.ncols(),
            "shrinkage": shrinkage(self.shrinkage()),
            "left_out": self.left_out,
            "expected": {
                "raw": number(expectation.raw),
                "best_pca": number(fitted.pcr),
                "best_pca_size": fitted.pcr_size,
                "fitted": number(fitted.left_out_risk),
                "raw_tuned_ridge": number(*raw_tuned),
                "prior_tuned_ridge": number(prior.left_out_risk),
                "prior_shrinkage": shrinkage(prior.shrinkage),
            },
            "tasks": tasks,
        });
        // A value made of finite numbers and texts always has a text.
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

fn shown(risk: f64) -> String {
    match risk {
        r if r.is_nan() => "– (more labels needed to say)".into(),
        r if r.is_infinite() => "∞ (as many samples as features)".into(),
        r if r >= 1e4 => format!("{r:.3e}"),
        r => format!("{r:.4}"),
    }
}
