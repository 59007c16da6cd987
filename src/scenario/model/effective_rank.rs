//! The effective rank of S = Σ_x^{1/2}Σ_θΣ_x^{1/2}, (tr S)²/tr S² in directions (section 5), as a parameter of the
//! scenario: the shape parameter of the task family (of isotropic tasks: of the covariates) is solved for it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::scenario::description::{Alignment, Family, Scenario};
use crate::scenario::error::ScenarioError;
use crate::scenario::model::participation::Participation;
use crate::scenario::schema::parameter::{Group, Kind, Parameter};
use crate::scenario::schema::{Described, Range, Scale, Value};
use crate::theory::numeric::{highest, root};

/// The key of the effective rank.
pub const EFFECTIVE_RANK: &str = "effective-rank";

/// Places of the slider at which the effective rank is computed to find where it turns back, and where it cannot.
const NODES: usize = 33;
const FEW_NODES: usize = 9;

impl Scenario {
    /// (tr S)²/tr S², in directions. `None` for a `[spectrum]`, for measured data, for rotated tasks, and with noise on
    /// the covariates.
    #[must_use]
    pub fn effective_rank(&self) -> Option<f64> {
        if !self.is_synthetic() || self.is_rotated() || self.features.is_some() {
            return None;
        }
        let (task, reversed) = (self.task.family, self.task.alignment == Alignment::AntiAligned);
        let rank = Participation::new(&task, &self.covariates, self.dimension, reversed).of(&task);
        Some(rank).filter(|rank| rank.is_finite())
    }

    /// The key of the parameter that is solved for the effective rank: the shape of the task family, or of isotropic
    /// tasks that of the covariates. `None` where neither has one or [`Scenario::effective_rank`] is `None`.
    #[must_use]
    pub fn solved_for_rank(&self) -> Option<String> {
        self.solved().map(|(key, _)| key)
    }

    fn solved(&self) -> Option<(String, &'static Range)> {
        let solved = |section: &str, mut family: Family| {
            let (key, _) = shape(&mut family)?;
            let record =
                family.values().into_iter().map(|(record, _)| record).find(|record| record.key == key)?;
            Some((format!("{section}.{key}"), record.range()?))
        };
        let known = self.is_synthetic() && !self.is_rotated();
        let of_task = || solved("task", self.task.family);
        known.then(|| of_task().or_else(|| solved("covariates", self.covariates))).flatten()
    }

    /// The effective rank as a parameter, from the least to the greatest that the slider of the solved parameter reaches
    /// without a fold: where the effective rank turns back along it, the range ends.
    #[must_use]
    pub fn rank_parameter(&self) -> Option<Parameter> {
        let now = self.effective_rank()?;
        let Branch { ranks: (min, max), .. } = Slider::of(self)?.branch()?;
        // A count of directions, where one is solved for.
        let whole = is_sparse(&self.task.family) && self.covariates == Family::Isotropic;
        let scale = if whole { Scale::LogInteger } else { Scale::Log };
        (max > min * (1.0 + 1e-9)).then(|| Parameter {
            key: EFFECTIVE_RANK.into(),
            label: "effective rank",
            group: Group::Task,
            kind: Kind::Number { min, max, scale, step: 0.1, zero: false, words: &[] },
            value: Value::Number(now),
            default: Value::Number(now),
            about: "(tr S)²/tr S², in directions: the family's own number is solved for it, up to where it turns back (§5)",
        })
    }

    /// Gives S this effective rank by solving for the shape parameter, on the branch of its present value: up to where the
    /// effective rank turns back along it.
    ///
    /// # Errors
    /// A scenario without such a parameter, or an effective rank that the branch does not reach, with its range.
    pub fn set_effective_rank(&mut self, rank: f64) -> Result<(), ScenarioError> {
        let none = || {
            ScenarioError::new(
                "effective-rank needs covariates and task of families, aligned or anti-aligned, one of them not isotropic",
            )
        };
        let (key, _) = self.solved().ok_or_else(none)?;
        let mut slider = Slider::of(self).ok_or_else(none)?;
        let Some(found) = slider.solve(rank) else {
            let Some(Branch { ranks: (min, max), folds, .. }) = slider.branch() else { return Err(none()) };
            let fold = if folds { ", where it turns back" } else { "" };
            return Err(ScenarioError::new(format!(
                "effective-rank {rank} is not reached by {key}; accepted are numbers from {min:.4} to {max:.4}{fold}"
            )));
        };
        *self = self.with(&key, found)?;
        Ok(())
    }
}

/// The shape parameter of a family, which spreads its energy over more or fewer directions.
const fn shape(family: &mut Family) -> Option<(&'static str, &mut f64)> {
    Some(match family {
        Family::Isotropic => return None,
        Family::PowerLaw { exponent, .. } => ("exponent", exponent),
        Family::Exponential { scale, .. } => ("scale", scale),
        Family::TwoLevel { ratio, .. } => ("ratio", ratio),
        Family::Spiked { strength, .. } => ("strength", strength),
        Family::Sparse { fraction, .. } => ("fraction", fraction),
    })
}

/// Whether the relevant directions are counted.
const fn is_sparse(family: &Family) -> bool {
    matches!(family, Family::Sparse { .. })
}

/// The places around the present one between which the effective rank does not turn back.
struct Branch {
    /// The ends on the slider.
    places: (f64, f64),
    /// The least and the greatest effective rank.
    ranks: (f64, f64),
    /// Whether an end is a fold, not that of the slider.
    folds: bool,
}

/// Everything besides the solved parameter that determines the effective rank.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    dimension: usize,
    /// The family whose parameter is solved, with 0 in its place.
    varied: Family,
    kept: Family,
    reversed: bool,
}

/// The effective rank along a slider.
#[derive(Debug)]
struct Along {
    participation: Participation,
    /// Places from 0 to 1 and the effective rank at each.
    nodes: Vec<(f64, f64)>,
}

thread_local! {
    /// Sliders of this thread, the latest used first: a plane asks for each of its columns' at every row.
    static KNOWN: RefCell<VecDeque<(Shape, Arc<Along>)>> = const { RefCell::new(VecDeque::new()) };
}

/// Sliders kept for a thread: at most the columns of a plane, and one of 10⁶ directions (40 MB).
const MOST_KNOWN: usize = 128;
const MOST_DIRECTIONS: usize = 1_000_000;

/// The slider of the solved parameter; places are from 0 to 1.
struct Slider {
    /// The family whose parameter is solved.
    varied: Family,
    range: &'static Range,
    now: f64,
    along: Arc<Along>,
}

impl Slider {
    fn of(scenario: &Scenario) -> Option<Self> {
        let (key, range) = scenario.solved()?;
        let (covariates, task) = (scenario.covariates, scenario.task.family);
        let (mut varied, kept) =
            if key.starts_with("task.") { (task, covariates) } else { (covariates, task) };
        let now = *shape(&mut varied)?.1;
        let mut shape_alone = varied;
        *shape(&mut shape_alone)?.1 = 0.0;
        let reversed = scenario.task.alignment == Alignment::AntiAligned;
        let sought = Shape { dimension: scenario.dimension, varied: shape_alone, kept, reversed };
        let along = KNOWN.with_borrow_mut(|known| {
            let found = known.iter().position(|(shape, _)| *shape == sought);
            found.and_then(|i| known.remove(i)).map(|entry| {
                let along = Arc::clone(&entry.1);
                known.push_front(entry);
                along
            })
        });
        let slider = |along| Self { varied, range, now: 0.0, along };
        let mut slider = match along {
            Some(along) => slider(along),
            None => {
                let participation = Participation::new(&varied, &kept, scenario.dimension, reversed);
                let mut unknown = slider(Arc::new(Along { participation, nodes: Vec::new() }));
                // Two spectra that decrease together: a shape parameter that lowers the smaller ones raises the share of
                // the larger ones throughout.
                let decreases = !matches!(varied, Family::TwoLevel { .. }) || range.slider.1 <= 1.0;
                let together = decreases && unknown.along.participation.kept_decreases();
                let last = if together { FEW_NODES } else { NODES } - 1;
                let places = (0..=last).map(|i| i as f64 / last as f64);
                let nodes =
                    places.map(|place| Some((place, unknown.rank(place)?))).collect::<Option<Vec<_>>>()?;
                let Along { participation, .. } = Arc::into_inner(unknown.along)?;
                let along = Arc::new(Along { participation, nodes });
                let most = MOST_DIRECTIONS / scenario.dimension.max(1);
                KNOWN.with_borrow_mut(|known| {
                    known.push_front((sought, Arc::clone(&along)));
                    known.truncate(most.min(MOST_KNOWN));
                });
                slider(along)
            }
        };
        slider.now = slider.place(now);
        Some(slider)
    }

    fn place(&self, value: f64) -> f64 {
        let (min, max) = self.range.slider;
        if self.range.scale.is_log() {
            (value / min).ln() / (max / min).ln()
        } else {
            (value - min) / (max - min)
        }
    }

    fn value(&self, place: f64) -> f64 {
        let (min, max) = self.range.slider;
        match place {
            0.0 => min,
            1.0 => max,
            _ if self.range.scale.is_log() => min * (place * (max / min).ln()).exp(),
            _ => min + place * (max - min),
        }
    }

    fn rank(&mut self, place: f64) -> Option<f64> {
        self.rank_of(self.value(place))
    }

    fn rank_of(&mut self, value: f64) -> Option<f64> {
        *shape(&mut self.varied)?.1 = value;
        Some(self.along.participation.of(&self.varied)).filter(|rank| rank.is_finite())
    }

    /// The number's value.
    fn solve(&mut self, rank: f64) -> Option<f64> {
        if is_sparse(&self.varied) {
            return self.counted(rank);
        }
        let Branch { places: (mut low, mut high), ranks: (least, most), .. } = self.branch()?;
        // The ends as they are shown are accepted.
        const SHOWN: f64 = 1e-4;
        if rank < least * (1.0 - SHOWN) || rank > most * (1.0 + SHOWN) {
            return None;
        }
        let rank = rank.clamp(least, most);
        // The nodes between which it lies: along the branch the effective rank rises or falls throughout.
        let along = Arc::clone(&self.along);
        let rises = self.rank(high)? >= self.rank(low)?;
        for &(place, known) in &along.nodes {
            if place > low && place < high {
                if (known <= rank) == rises { low = place } else { high = place }
            }
        }
        let mut off = |place: f64| self.rank(place).map_or(f64::NAN, |r| r - rank);
        let (at_low, at_high) = (off(low), off(high));
        let found = if at_low == 0.0 || at_low * at_high > 0.0 {
            if at_low.abs() <= at_high.abs() { low } else { high }
        } else {
            root(low, high, 1e-13, &mut off)?
        };
        Some(self.value(found))
    }

    /// The branch of the present value.
    fn branch(&mut self) -> Option<Branch> {
        const REFINED: usize = 60;
        let mut nodes = self.along.nodes.clone();
        if (0.0..=1.0).contains(&self.now) {
            nodes.push((self.now, self.rank(self.now)?));
        }
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        nodes.dedup_by(|a, b| a.0 == b.0);
        let here = nodes.iter().position(|node| node.0 >= self.now).unwrap_or(nodes.len() - 1);
        // Rounding is no fold.
        let rises = |pair: &[(f64, f64)]| match pair {
            &[(_, a), (_, b)] if (b - a).abs() > 1e-12 * a.abs() => (b - a).signum(),
            _ => 0.0,
        };
        let steps: Vec<f64> = nodes.windows(2).map(rises).collect();
        // The direction at the present value: that of the step after it, else before it.
        let after = steps.get(here..).into_iter().flatten().find(|step| **step != 0.0);
        let before = steps.get(..here).into_iter().flatten().rev().find(|step| **step != 0.0);
        let direction = after.or(before).copied().unwrap_or(1.0);
        let last = (here..steps.len()).find(|i| steps.get(*i).is_some_and(|s| s * direction < 0.0));
        let first = (0..here).rev().find(|i| steps.get(*i).is_some_and(|s| s * direction < 0.0));
        let mut fold = |around: (usize, usize), sign: f64| {
            let (low, high) = (nodes.get(around.0)?.0, nodes.get(around.1)?.0);
            highest(low, high, REFINED, |place| self.rank(place), |rank| sign * rank, |_| false)
        };
        let folds = first.is_some() || last.is_some();
        let low = match first {
            // A step against the direction ends at node i + 1, near which the fold is.
            Some(i) => fold((i, (i + 2).min(steps.len())), -direction)?,
            None => *nodes.first()?,
        };
        let high = match last {
            Some(i) => fold((i.saturating_sub(1), i + 1), direction)?,
            None => *nodes.last()?,
        };
        Some(Branch { places: (low.0, high.0), ranks: (low.1.min(high.1), low.1.max(high.1)), folds })
    }

    /// The count of relevant directions whose effective rank is nearest.
    fn counted(&mut self, rank: f64) -> Option<f64> {
        let p = self.along.participation.dimension();
        let mut of = |count: usize| self.rank_of(count as f64 / p as f64);
        let (mut low, mut high) = (1, p);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if of(middle)? <= rank { low = middle } else { high = middle }
        }
        let (below, above) = (of(low)?, of(high)?);
        let (count, found) = if rank - below <= above - rank { (low, below) } else { (high, above) };
        ((found - rank).abs() <= 0.5 + 1e-9 * rank).then_some(count as f64 / p as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(settings: &[(&str, &str)]) -> Scenario {
        let mut scenario = Scenario { dimension: 300, ..Scenario::default() };
        for (key, value) in settings {
            scenario.set(key, value).unwrap();
        }
        scenario
    }

    /// Closed forms: k equal directions, two levels, the harmonic series.
    #[test]
    fn named_values() {
        let sparse = scenario(&[("task.family", "sparse"), ("task.fraction", "0.25")]);
        assert!((sparse.effective_rank().unwrap() - 75.0).abs() < 1e-9);
        let two = scenario(&[("task.ratio", "0.1")]);
        let want = (60.0 + 24.0_f64).powi(2) / (60.0 + 240.0 * 0.01);
        assert!((two.effective_rank().unwrap() - want).abs() < 1e-9);
        let harmonic = scenario(&[("task.family", "power-law")]);
        let sum = |k: i32| (1..=300).map(|j| f64::from(j).powi(-k)).sum::<f64>();
        assert!((harmonic.effective_rank().unwrap() - sum(1).powi(2) / sum(2)).abs() < 1e-9);
        assert!((scenario(&[("task.family", "isotropic")]).effective_rank().unwrap() - 300.0).abs() < 1e-9);
    }

    #[test]
    fn the_family_s_own_number_is_solved_for_it() {
        for (settings, key) in [
            (&[("task.family", "two-level")][..], "task.ratio"),
            (&[("task.family", "power-law"), ("covariates.family", "power-law")], "task.exponent"),
            (&[("task.family", "exponential")], "task.scale"),
            (&[("task.family", "spiked"), ("task.spikes", "3")], "task.strength"),
            (&[("task.family", "sparse")], "task.fraction"),
            (&[("task.family", "isotropic"), ("covariates.family", "power-law")], "covariates.exponent"),
            (
                &[
                    ("task.family", "power-law"),
                    ("task.alignment", "anti-aligned"),
                    ("covariates.family", "power-law"),
                ],
                "task.exponent",
            ),
        ] {
            let scenario = scenario(settings);
            assert_eq!(scenario.solved_for_rank().as_deref(), Some(key));
            let Kind::Number { min, max, scale, .. } = scenario.rank_parameter().unwrap().kind else {
                panic!()
            };
            for i in 0..=12 {
                let mut wanted = min * (max / min).powf(f64::from(i) / 12.0);
                if scale.is_integer() {
                    wanted = wanted.round();
                }
                let mut varied = scenario.clone();
                varied.set_effective_rank(wanted.clamp(min, max)).unwrap();
                let got = varied.effective_rank().unwrap();
                assert!((got / wanted - 1.0).abs() < 1e-9, "{key}: {got} for {wanted}");
                // Nothing else is touched.
                let mut back = varied.clone();
                let old = crate::scenario::parameter::parameters(&scenario);
                let old = old.into_iter().find(|p| p.key == key).unwrap().value.to_string();
                back.set(key, &old).unwrap();
                assert_eq!(back, scenario);
            }
        }
    }

    #[test]
    fn what_cannot_be_had_is_refused_with_what_can() {
        let mut two = scenario(&[("task.ratio", "0.01")]);
        let sentence = two.set_effective_rank(20.0).unwrap_err().to_string();
        assert!(
            sentence.contains("task.ratio") && sentence.contains("from 60.0") && sentence.contains("300"),
            "{sentence}"
        );
        for settings in [
            &[("task.family", "isotropic")][..],
            &[("covariates.family", "power-law"), ("task.alignment", "rotated")],
        ] {
            let mut none = scenario(settings);
            assert!(none.rank_parameter().is_none() && none.set_effective_rank(9.0).is_err());
        }
    }

    /// Families that decrease together are looked at in few places, since their effective rank nowhere turns back; others in
    /// many.
    #[test]
    fn few_places_are_enough_for_families_that_decrease_together() {
        for covariates in ["isotropic", "power-law", "exponential", "two-level"] {
            for task in ["power-law", "exponential", "two-level", "spiked"] {
                let family = [("covariates.family", covariates), ("task.family", task)];
                let mut slider = Slider::of(&scenario(&family)).unwrap();
                assert_eq!(slider.along.nodes.len(), FEW_NODES);
                let ranks: Vec<f64> = (0..=400).map(|i| slider.rank(f64::from(i) / 400.0).unwrap()).collect();
                let tolerant = |sign: f64| ranks.windows(2).all(|r| sign * (r[1] - r[0]) >= -1e-9 * r[0]);
                assert!(tolerant(1.0) || tolerant(-1.0), "{covariates} {task}: {ranks:?}");
                let opposed = [&family[..], &[("task.alignment", "anti-aligned")]].concat();
                let many = if covariates == "isotropic" { FEW_NODES } else { NODES };
                assert_eq!(Slider::of(&scenario(&opposed)).unwrap().along.nodes.len(), many);
            }
        }
    }

    /// Where the effective rank turns back along the number, the axis ends: it does not go on at another number.
    #[test]
    fn the_axis_ends_at_a_fold() {
        let settings = [
            ("task.family", "exponential"),
            ("covariates.family", "power-law"),
            ("task.alignment", "anti-aligned"),
        ];
        let mut folded = 0;
        for scale in ["2", "12", "60", "400"] {
            let scenario = scenario(&[&settings[..], &[("task.scale", scale)]].concat());
            let Kind::Number { min, max, .. } = scenario.rank_parameter().unwrap().kind else { panic!() };
            let solved = |rank: f64| {
                let mut varied = scenario.clone();
                varied.set_effective_rank(rank).unwrap();
                assert!((varied.effective_rank().unwrap() / rank - 1.0).abs() < 1e-6, "{scale}: {rank}");
                let Family::Exponential { scale } = varied.task.family else { panic!() };
                scale
            };
            let scales: Vec<f64> =
                (0..=60).map(|i| solved(min * (max / min).powf(f64::from(i) / 60.0))).collect();
            let steps: Vec<f64> = scales.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
            assert!(
                steps.iter().all(|s| *s >= -1e-6) || steps.iter().all(|s| *s <= 1e-6),
                "{scale}: {scales:?}"
            );
            let sentence = scenario.clone().set_effective_rank(1.1 * max).unwrap_err().to_string();
            folded += usize::from(sentence.contains("turns back"));
        }
        assert!(folded > 0);
    }
}
