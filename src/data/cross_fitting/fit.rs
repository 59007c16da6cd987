//! The half of the rows on which representations are fitted, with each task of a set held out.

use faer::ColRef;
use rayon::prelude::*;

use super::Candidates;
use super::held_out::HeldOut;
use super::kernel::{Kernel, Profile, Target, Update};
use super::moments::{Moments, Rows};
use super::prior::Prior;
use super::selection::selected;
use super::tasks::Tasks;
use super::tested::Tested;
use super::upstream::Upstream;
use crate::data::error::DataError;
use crate::linalg::{Threads, product};

/// The half of the rows on which representations are fitted.
pub(super) struct Fit<'a> {
    pub rows: &'a Rows<'a>,
    pub part: &'a [usize],
    pub sums: &'a Moments,
    pub tasks: &'a Tasks,
    pub candidates: &'a Candidates,
}

impl Fit<'_> {
    /// Holds out each task of a set. The rows of all their classes are excluded from the prior.
    pub fn hold_out(&self, set: &[usize], tested: &Tested) -> Result<Vec<HeldOut>, DataError> {
        let held_out: Vec<Option<Moments>> = set
            .iter()
            .map(|&task| {
                let members = self.tasks.members(task)?;
                let mut members: Vec<usize> =
                    self.part.iter().copied().filter(|row| members.contains(row)).collect();
                members.sort_unstable();
                Some(Moments::of(self.rows, &members, Threads::One))
            })
            .collect();
        let mut others = self.sums.clone();
        held_out.iter().flatten().for_each(|class| others = others.without(class));
        let prior = Prior::new(&others, &self.candidates.exponents, tested)?;
        drop(others);
        let columns: Vec<usize> = set.iter().map(|&task| self.tasks.column(task)).collect();
        let components = prior.components(tested, &columns)?;
        let held_out =
            set.par_iter().zip(&held_out).zip(components).map(|((&task, held_out), components)| {
                let remaining =
                    held_out.as_ref().map_or_else(|| self.sums.clone(), |class| self.sums.without(class));
                // The prior alone (η = 1) uses no other task.
                let others: Vec<usize> = if self.candidates.etas.iter().all(|eta| *eta == 1.0) {
                    Vec::new()
                } else {
                    self.tasks.others(task).collect()
                };
                let upstream = Upstream::new(&remaining, self.rows.rank(), &others)?;
                self.evaluate(task, &prior, components, upstream.as_ref(), tested)
            });
        held_out.collect()
    }

    /// Evaluates every candidate representation on the half that estimates the risk.
    fn evaluate(
        &self,
        task: usize,
        prior: &Prior,
        components: Vec<f64>,
        upstream: Option<&Upstream>,
        tested: &Tested,
    ) -> Result<HeldOut, DataError> {
        let column = self.tasks.column(task);
        let rows = tested.rows;
        let etas = &self.candidates.etas;
        // Moments of Z = XC with the rows of the half, in both coordinate systems.
        let seen = upstream.map(|up| {
            let moments = product(tested.moments.gram.as_ref(), up.factor.as_ref(), Threads::One);
            let turned = product(prior.vectors.transpose(), moments.as_ref(), Threads::One);
            let square = product(up.factor.transpose(), moments.as_ref(), Threads::One);
            let cross = tested.moments.cross.get(.., column..column + 1);
            let target = product(up.factor.transpose(), cross, Threads::One);
            (moments, turned, square, target.col(0).iter().copied().collect::<Vec<f64>>())
        });
        let wanted: Vec<f64> = tested.sample.1.col(column).iter().copied().collect();
        let mut priors = Vec::with_capacity(prior.kernels.len());
        let mut raw = None;
        for (exponent, power) in &prior.kernels {
            let ((kernel, sampled), cross) = match &power.kernel {
                Some(kernel) => (kernel, prior.cross.as_ref()),
                None => (&tested.raw, tested.moments.cross.as_ref()),
            };
            let target = tested.target(kernel, cross, column);
            let plain = kernel.profile(&target, rows);
            let ratios = sampled.leverage_ratio(&target, &wanted, rows);
            let mut profiles: Vec<Option<Profile>> = match (&seen, upstream) {
                (Some((moments, turned, square, along)), Some(up)) => {
                    let moments = if power.kernel.is_some() { turned } else { moments };
                    let update = Update {
                        along: kernel.along(moments.as_ref()),
                        square: square.clone(),
                        target: along.clone(),
                    };
                    // K/(η a) = X Σ̂^v Xᵀ + weight·ZZᵀ, a = tr(Ŝ₊)/tr(Σ̂^{1+v}).
                    let mixed = etas.iter().filter(|eta| **eta > 0.0 && **eta < 1.0);
                    let weights: Vec<f64> =
                        mixed.map(|eta| (1.0 - eta) / eta * power.trace / up.total).collect();
                    let mut mixed = kernel.updated(&target, &update, &weights, rows).into_iter();
                    let tasks_alone = Kernel::new(square.as_ref(), None)?;
                    let alone = Target {
                        square: target.square,
                        along: {
                            let cross = ColRef::from_slice(along).as_mat();
                            tasks_alone.along(cross).col(0).iter().copied().collect()
                        },
                    };
                    let alone = tasks_alone.profile(&alone, rows);
                    etas.iter()
                        .map(|&eta| match eta {
                            0.0 => Some(alone.clone()),
                            1.0 => Some(plain.clone()),
                            _ => mixed.next(),
                        })
                        .collect()
                }
                _ => etas.iter().map(|&eta| (eta == 1.0).then(|| plain.clone())).collect(),
            };
            profiles.iter_mut().flatten().for_each(|profile| profile.correct(&plain.df1, &ratios));
            if *exponent == 0.0 {
                let mut plain = plain.clone();
                plain.correct(&plain.df1.clone(), &ratios);
                raw = Some(plain);
            }
            priors.push(profiles);
        }
        let raw = match raw {
            Some(raw) => raw,
            None => {
                let (kernel, _) = &tested.raw;
                let target = tested.target(kernel, tested.moments.cross.as_ref(), column);
                kernel.profile(&target, rows)
            }
        };
        let selected = match upstream {
            Some(up) => selected(prior, up, &self.candidates.selections(), tested, column)?,
            None => Vec::new(),
        };
        Ok(HeldOut { task, rows, rank: self.rows.rank(), priors, raw, components, selected })
    }
}
