//! Warnings of a model about rounded, clamped or doubtful numbers.

use crate::scenario::Model;
use crate::scenario::description::{Alignment, Featurization};
use crate::scenario::population::Origin;

impl Model {
    /// Warnings about rounded, clamped or doubtful numbers; one sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.warnings.get_or_init(|| {
            let notes = self.population.notes().iter().cloned();
            notes.chain(self.remarks()).chain(self.of_scale()).chain(self.lost()).collect()
        })
    }

    /// A warning about columns of real rows of different scale, or about what is not told of standardised ones.
    fn of_scale(&self) -> Option<String> {
        match self.scenario.featurization {
            Featurization::Standardised if self.is_measured_mean() => Some(
                "risks of tasks left out, and representations made from the tasks, are of the columns as they are".into(),
            ),
            Featurization::Standardised | Featurization::Whitened => None,
            _ => self.population.sampled()?.dominant_direction(),
        }
    }

    /// A warning about a parameter that has no effect, or less than requested.
    fn remarks(&self) -> Option<String> {
        let (scenario, p) = (&self.scenario, self.dimension());
        if let (Featurization::Pca { size: Some(size) }, None) = (&scenario.featurization, &scenario.data)
            && *size > p
        {
            return Some(format!("featurization.size {size} is more than the {p} directions: all are kept"));
        }
        let turned = matches!(scenario.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0);
        (scenario.is_synthetic() && turned && !scenario.is_rotated()).then(|| {
            "task.alignment rotated has no effect: isotropic covariates or tasks look the same from every side".into()
        })
    }

    /// Warnings of directions of the chosen featurization and of the task that are below a float's range.
    fn lost(&self) -> Vec<String> {
        let Origin::Commuting(_) = &self.population.origin else { return Vec::new() };
        let chosen = &self.scenario.featurization;
        let lost = self.shared_representation(chosen).map_or(0.0, |representation| representation.lost());
        let task = self.task_spectrum().map_or(0.0, |task| task.lost());
        // For raw features the note of the covariates covers it.
        let lost = if *chosen == Featurization::Raw { 0.0 } else { lost };
        let (p, silent) = (self.dimension() as f64, task * self.dimension() as f64);
        let task = (silent > 0.5).then(|| {
            format!(
                "task spectrum: {silent:.0} of {p} energies are so small beside the largest that floats do not tell them \
                 from 0, and count as 0 for what is optimal"
            )
        });
        self.lost_directions(&chosen.title(), lost).into_iter().chain(task).collect()
    }

    /// One sentence where a `share` of the directions of `what` is below the range of f64 and counts as 0, which moves
    /// poles.
    #[must_use]
    pub fn lost_directions(&self, what: &str, share: f64) -> Option<String> {
        let (p, lost) = (self.dimension() as f64, share * self.dimension() as f64);
        (lost > 0.5 && self.pool().is_none()).then(|| {
            format!(
                "{what}: {lost:.0} of {p} directions are so small beside the largest that floats do not tell them \
                 from 0, and count as 0; with exact numbers its poles would lie further right"
            )
        })
    }
}
