//! Labels shuffled over the labelled rows: a control without signal, so that every metric should be at chance (risk at
//! least the variance, AUC 1/2). Better values are an error of the estimate, not a property of the features.

use faer::Mat;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::targets::Targets;

const SEED: u64 = 1;

impl Targets {
    /// Shuffles the labelled rows and adds a note; the targets of a row stay together.
    pub fn shuffle(&mut self) {
        let mut order: Vec<usize> = (0..self.values.nrows()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(SEED));
        let shuffled = |i: usize, t: usize| order.get(i).map_or(f64::NAN, |&row| *self.values.get(row, t));
        self.values = Mat::from_fn(self.values.nrows(), self.values.ncols(), shuffled);
        self.notes
            .push("labels are shuffled, as a control: nothing can be learned from these features".into());
    }
}
