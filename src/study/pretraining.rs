//! Tasks m and samples N of pretrained features: risk at any pair, the best split of a budget m·N, and what a target
//! risk needs (section 11.2).

use std::sync::Arc;

use rayon::prelude::*;

use crate::numbers::count;
use crate::scenario::{Featurization, Model};
use crate::study::words::spans;
use crate::theory::target::{self, Interval};
use crate::theory::transfer::{Pretraining, RandomFeatures};
use crate::theory::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, TheoryError, Width};

/// Upstream tasks, samples of each, and the downstream risk of the features pretrained on them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// m.
    pub tasks: f64,
    /// N.
    pub samples: f64,
    /// R at the downstream sample ratio.
    pub risk: f64,
}

/// All m at the scenario's N, and all N at its m, whose features reach a downstream risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Needed {
    /// The downstream risk.
    pub target: f64,
    /// Intervals of m at the scenario's N.
    pub tasks: Vec<Interval>,
    /// Intervals of N at the scenario's m.
    pub samples: Vec<Interval>,
}

/// The pretraining budget m·N of the scenario and its best split at one downstream sample ratio.
#[derive(Debug, Clone, PartialEq)]
pub struct PretrainingBudget {
    /// m and N of the scenario.
    pub now: (f64, f64),
    /// The pair of the same m·N with the least risk.
    pub best: Split,
    /// Tasks and samples that the target risk needs, where there is a target.
    pub needed: Option<Needed>,
}

/// Pretrained features of a scenario at any m and N.
#[derive(Debug, Clone)]
pub struct Upstream {
    pretraining: Pretraining,
    /// p.
    dimension: f64,
    /// m and N of the scenario.
    now: (f64, f64),
    /// λ_u and σ_u².
    fit: (Ridge, NoiseVariance),
    /// Ridge and noise of the downstream fit.
    downstream: (RidgeChoice, NoiseVariance),
}

impl Upstream {
    /// `None` where the scenario's featurization is not pretrained.
    #[must_use]
    pub fn new(model: &Model) -> Option<Self> {
        let Featurization::Pretrained { tasks, samples, ridge, noise } = model.scenario().featurization
        else {
            return None;
        };
        let noise = model.label_noise(noise).ok()?;
        Some(Self {
            pretraining: model.pretraining().ok()?,
            dimension: model.dimension() as f64,
            now: (tasks as f64, samples as f64),
            fit: (Ridge::new(ridge).ok()?, noise),
            downstream: (model.ridge(), model.noise()),
        })
    }

    /// Risks at N = `samples` for every m of `tasks`; `None` where there is no solution.
    ///
    /// # Errors
    /// [`TheoryError::Interrupted`] once `stop` returns true, and for numbers that are no count.
    pub fn over_tasks(
        &self,
        tasks: &[f64],
        samples: f64,
        ratio: SampleRatio,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Option<f64>>, TheoryError> {
        let (ridge, noise) = self.fit;
        let spectrum =
            self.pretraining.spectrum(SampleRatio::new(samples / self.dimension)?, ridge, noise)?;
        let widths: Vec<Width> =
            tasks.iter().map(|m| Width::new(m / self.dimension)).collect::<Result<_, _>>()?;
        let risks = RandomFeatures::over_widths(&Arc::new(spectrum), &widths, ratio, self.downstream, stop)?;
        Ok(risks.into_iter().map(|risk| Some(risk?.risk)).collect())
    }

    /// Risk at one pair of m and N.
    #[must_use]
    pub fn risk(&self, tasks: f64, samples: f64, ratio: SampleRatio) -> Option<f64> {
        self.over_tasks(&[tasks], samples, ratio, &|| false).ok()?.first().copied().flatten()
    }

    /// The whole m and N with m·N of at most `budget` that have the least risk.
    #[must_use]
    pub fn best_split(&self, budget: f64, ratio: SampleRatio) -> Option<Split> {
        const NODES: usize = 64;
        const STEPS: usize = 16;
        let high = budget.max(1.0).ln();
        // Any m and N beside whole ones: a smooth curve with a pole at n = m.
        let risk = |log: f64| self.risk(log.exp(), budget / log.exp(), ratio).unwrap_or(f64::INFINITY);
        let step = high / NODES as f64;
        let nodes: Vec<f64> = (0..=NODES).into_par_iter().map(|i| risk(step * i as f64)).collect();
        let lowest = nodes.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?.0 as f64;
        let (low, high) = ((step * (lowest - 1.0)).max(0.0), (step * (lowest + 1.0)).min(high));
        let (mut a, mut b) = (low, high);
        for _ in 0..STEPS {
            let third = (b - a) / 3.0;
            let (left, right) = (a + third, b - third);
            let (at_left, at_right) = rayon::join(|| risk(left), || risk(right));
            if at_left <= at_right { b = right } else { a = left }
        }
        let split = |tasks: f64, samples: f64| {
            let (tasks, samples) = (tasks.max(1.0), samples.max(1.0));
            let fits = tasks * samples <= budget * (1.0 + 1e-12);
            Some(Split { tasks, samples, risk: self.risk(tasks, samples, ratio).filter(|_| fits)? })
        };
        // Whole numbers around it, with as many of the other as the budget has.
        let (tasks, samples) = ((0.5 * (a + b)).exp(), budget / (0.5 * (a + b)).exp());
        let rest = |part: f64| (budget / part * (1.0 + 1e-12)).floor();
        let around = |whole: f64| [-1.0, 0.0, 1.0, 2.0].map(|by| (whole.floor() + by).clamp(1.0, budget));
        let by_tasks = around(tasks).map(|tasks| (tasks, rest(tasks)));
        let by_samples = around(samples).map(|samples| (rest(samples), samples));
        let whole =
            by_samples.into_iter().chain(by_tasks).filter_map(|(tasks, samples)| split(tasks, samples));
        whole.min_by(|a, b| a.risk.total_cmp(&b.risk))
    }

    /// The m and the N that a downstream risk of at most `target` needs.
    #[must_use]
    pub fn needed(&self, target: f64, ratio: SampleRatio) -> Needed {
        let (tasks, samples) = self.now;
        let grid = target::search_grid(self.dimension as usize);
        let reached = |at: &(dyn Fn(u64) -> Option<f64> + Sync)| {
            let risks: Vec<_> = grid.par_iter().map(|&count| at(count)).collect();
            target::reach(&grid, &risks, target, at)
        };
        Needed {
            target,
            tasks: reached(&|m| self.risk(m as f64, samples, ratio)),
            samples: reached(&|n| self.risk(tasks, n as f64, ratio)),
        }
    }
}

impl PretrainingBudget {
    /// At one downstream sample ratio; `None` where the scenario's featurization is not pretrained.
    #[must_use]
    pub fn at(model: &Model, ratio: SampleRatio, target: Option<f64>) -> Option<Self> {
        let upstream = Upstream::new(model)?;
        let (tasks, samples) = upstream.now;
        Some(Self {
            now: upstream.now,
            best: upstream.best_split(tasks * samples, ratio)?,
            needed: target.map(|target| upstream.needed(target, ratio)),
        })
    }

    /// `m·N = 750000: least risk 0.271 at m = 410, N = 1829`.
    #[must_use]
    pub fn words(&self, number: fn(f64) -> String) -> String {
        let Split { tasks, samples, risk } = self.best;
        let total = count(self.now.0 * self.now.1);
        let (tasks, samples) = (count(tasks), count(samples));
        format!("m·N = {total}: least risk {} at m = {tasks}, N = {samples}", number(risk))
    }
}

impl Needed {
    /// `risk ≤ 0.3 needs m ≥ 410 at N = 1600, N ≥ 900 at m = 500`.
    #[must_use]
    pub fn words(&self, (tasks, samples): (f64, f64), number: fn(f64) -> String) -> String {
        format!(
            "risk ≤ {} needs {} at N = {}, {} at m = {}",
            number(self.target),
            spans("m", &self.tasks),
            count(samples),
            spans("N", &self.samples),
            count(tasks)
        )
    }
}
