//! Principal components that cut through a shared eigenvalue under a test covariance (section 11.6).

use crate::scenario::population::Origin;
use crate::scenario::{Model, ScenarioError};

impl Model {
    /// Refuses a number of components that cuts through an eigenvalue shared by directions in which both task energy and
    /// test covariance differ: the risk then depends on which of them are kept.
    pub(super) fn refuse_cut(&self, size: usize) -> Result<(), ScenarioError> {
        const SAME: f64 = 1e-12;
        let Origin::Commuting(population) = &self.population.origin else { return Ok(()) };
        let Some(mut all) = population.tested(0.0, 0.0) else { return Ok(()) };
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (Some(last), Some(next)) = (size.checked_sub(1).and_then(|i| all.get(i)), all.get(size)) else {
            return Ok(());
        };
        let shared = |d: &&(f64, f64, f64)| (d.0 - last.0).abs() <= SAME;
        let differs = |of: fn(&(f64, f64, f64)) -> f64| {
            let values = all.iter().filter(shared).map(of);
            let (least, most) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
            most - least > 1e-9 * most.abs()
        };
        if last.0 - next.0 <= SAME && differs(|d| d.1) && differs(|d| d.2) {
            Err(ScenarioError::cut(size))
        } else {
            Ok(())
        }
    }
}
