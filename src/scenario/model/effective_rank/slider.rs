//! The effective rank along the slider of the parameter that determines it, and the search for a value.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::scenario::description::{Alignment, Family, Scenario};
use crate::scenario::model::participation::Participation;
use crate::scenario::schema::Range;
use crate::theory::numeric::{highest, root_between};

/// Number of slider positions at which the effective rank is computed to find turning points, and number where there
/// can be none.
pub(super) const NODES: usize = 33;
pub(super) const FEW_NODES: usize = 9;

/// The shape parameter of a family, which spreads its energy over more or fewer directions.
pub(super) const fn shape(family: &mut Family) -> Option<(&'static str, &mut f64)> {
    Some(match family {
        Family::Isotropic | Family::File { .. } => return None,
        Family::PowerLaw { exponent, .. } => ("exponent", exponent),
        Family::Exponential { scale, .. } => ("scale", scale),
        Family::TwoLevel { ratio, .. } => ("ratio", ratio),
        Family::Spiked { strength, .. } => ("strength", strength),
        Family::Sparse { fraction, .. } => ("fraction", fraction),
    })
}

/// Whether the parameter is a number of relevant directions.
pub(super) const fn is_sparse(family: &Family) -> bool {
    matches!(family, Family::Sparse { .. })
}

/// An interval of the slider around the present value on which the effective rank is monotone.
pub(super) struct Branch {
    /// Ends on the slider, from 0 to 1.
    pub places: (f64, f64),
    /// Smallest and largest effective rank.
    pub ranks: (f64, f64),
    /// Whether an end is a turning point, not an end of the slider.
    pub folds: bool,
}

/// Everything besides the solved parameter that determines the effective rank.
#[derive(Debug, Clone, PartialEq)]
struct Shape {
    dimension: usize,
    /// The family whose parameter is solved, with that parameter set to 0.
    varied: Family,
    kept: Family,
    reversed: bool,
}

/// The effective rank along a slider.
#[derive(Debug)]
pub(super) struct Along {
    participation: Participation,
    /// Slider positions from 0 to 1 and the effective rank at each.
    pub nodes: Vec<(f64, f64)>,
}

thread_local! {
    /// Recently used sliders of this thread, most recent first: a plane needs that of each column for every row.
    static KNOWN: RefCell<VecDeque<(Shape, Arc<Along>)>> = const { RefCell::new(VecDeque::new()) };
}

/// Maximum number of cached sliders of a thread: the columns of a plane, or 40 MB for one of 10⁶ directions.
const MOST_KNOWN: usize = 128;
const MOST_DIRECTIONS: usize = 1_000_000;

/// The slider of the solved parameter; positions are from 0 to 1.
pub(super) struct Slider {
    /// The family whose parameter is solved.
    varied: Family,
    range: &'static Range,
    now: f64,
    pub along: Arc<Along>,
}

impl Slider {
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let (key, range) = scenario.solved()?;
        let (covariates, task) = (scenario.covariates.clone(), scenario.task.family.clone());
        let (mut varied, kept) =
            if key.starts_with("task.") { (task, covariates) } else { (covariates, task) };
        let now = *shape(&mut varied)?.1;
        let mut shape_alone = varied.clone();
        *shape(&mut shape_alone)?.1 = 0.0;
        let reversed = scenario.task.alignment == Alignment::AntiAligned;
        let sought =
            Shape { dimension: scenario.dimension, varied: shape_alone, kept: kept.clone(), reversed };
        let along = KNOWN.with_borrow_mut(|known| {
            let found = known.iter().position(|(shape, _)| *shape == sought);
            found.and_then(|i| known.remove(i)).map(|entry| {
                let along = Arc::clone(&entry.1);
                known.push_front(entry);
                along
            })
        });
        let slider = |along| Self { varied: varied.clone(), range, now: 0.0, along };
        let mut slider = match along {
            Some(along) => slider(along),
            None => {
                let participation = Participation::new(&varied, &kept, scenario.dimension, reversed);
                let mut unknown = slider(Arc::new(Along { participation, nodes: Vec::new() }));
                // Both spectra decrease together, so a shape parameter that lowers the smaller eigenvalues raises the
                // share of the larger ones everywhere.
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

    pub fn rank(&mut self, place: f64) -> Option<f64> {
        self.rank_of(self.value(place))
    }

    fn rank_of(&mut self, value: f64) -> Option<f64> {
        *shape(&mut self.varied)?.1 = value;
        Some(self.along.participation.of(&self.varied)).filter(|rank| rank.is_finite())
    }

    /// Parameter value with effective rank `rank`; `None` outside the interval.
    pub fn solve(&mut self, rank: f64) -> Option<f64> {
        let Branch { places: (mut low, mut high), ranks: (least, most), .. } = self.branch()?;
        // The displayed (rounded) ends are accepted; a number of directions also by the nearest whole number.
        const SHOWN: f64 = 1e-4;
        let whole = if is_sparse(&self.varied) { 0.5 } else { 0.0 };
        if rank < least * (1.0 - SHOWN) - whole || rank > most * (1.0 + SHOWN) + whole {
            return None;
        }
        let rank = rank.clamp(least, most);
        if is_sparse(&self.varied) {
            return self.counted(rank, (low, high));
        }
        // The nodes that bracket it: the effective rank is monotone in the interval.
        let along = Arc::clone(&self.along);
        let (mut at_low, mut at_high) = (self.rank(low)?, self.rank(high)?);
        let rises = at_high >= at_low;
        for &(place, known) in &along.nodes {
            if place > low && place < high {
                if (known <= rank) == rises {
                    (low, at_low) = (place, known);
                } else {
                    (high, at_high) = (place, known);
                }
            }
        }
        let (below, above) = (at_low - rank, at_high - rank);
        let found = if below == 0.0 || below * above > 0.0 {
            if below.abs() <= above.abs() { low } else { high }
        } else {
            let off = |place: f64| self.rank(place).map_or(f64::NAN, |r| r - rank);
            root_between(((low, below), (high, above)), below / (below - above), 1e-13, off)?
        };
        Some(self.value(found))
    }

    /// The interval around the present value.
    pub fn branch(&mut self) -> Option<Branch> {
        const REFINED: usize = 60;
        let mut nodes = self.along.nodes.clone();
        if (0.0..=1.0).contains(&self.now) {
            nodes.push((self.now, self.rank(self.now)?));
        }
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        nodes.dedup_by(|a, b| a.0 == b.0);
        let here = nodes.iter().position(|node| node.0 >= self.now).unwrap_or(nodes.len() - 1);
        // A step at the level of rounding is no turning point.
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
            // A step in the other direction ends at node i + 1; the turning point is near it.
            Some(i) => fold((i, (i + 2).min(steps.len())), -direction)?,
            None => *nodes.first()?,
        };
        let high = match last {
            Some(i) => fold((i.saturating_sub(1), i + 1), direction)?,
            None => *nodes.last()?,
        };
        Some(Branch { places: (low.0, high.0), ranks: (low.1.min(high.1), low.1.max(high.1)), folds })
    }

    /// The share of relevant directions with the nearest effective rank, between two positions of the slider.
    fn counted(&mut self, rank: f64, places: (f64, f64)) -> Option<f64> {
        let p = self.along.participation.dimension();
        let [first, last] = [places.0, places.1].map(|place| self.value(place) * p as f64);
        let mut low = (first.ceil() as usize).clamp(1, p);
        let mut high = (last.floor() as usize).clamp(low, p);
        let mut of = |count: usize| self.rank_of(count as f64 / p as f64);
        let rises = of(high)? >= of(low)?;
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if (of(middle)? <= rank) == rises { low = middle } else { high = middle }
        }
        let nearest = if (of(low)? - rank).abs() <= (of(high)? - rank).abs() { low } else { high };
        Some(nearest as f64 / p as f64)
    }
}
