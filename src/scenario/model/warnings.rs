//! Warnings of a model about rounded, clamped or unreliable numbers.

use crate::numbers::sig;
use crate::scenario::Model;
use crate::scenario::description::{Alignment, Featurization};
use crate::scenario::population::Origin;

impl Model {
    /// Warnings about rounded, clamped or unreliable numbers; one sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.warnings.get_or_init(|| {
            let notes = self.population.notes().iter().cloned();
            let remarks = self.remarks().into_iter().chain(self.fractional());
            notes.chain(remarks).chain(self.of_scale()).chain(self.lost()).collect()
        })
    }

    /// A warning about columns of real rows with different scales, or about limits of standardised columns.
    fn of_scale(&self) -> Option<String> {
        match self.scenario.featurization {
            Featurization::Standardised if self.is_measured_mean() => Some(
                "risks of held-out tasks, and representations made from the tasks, use the unscaled columns"
                    .into(),
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
            let plural = if p == 1 { "direction: it is" } else { "directions: all are" };
            return Some(format!("featurization.size {size} is more than the {p} {plural} kept"));
        }
        let turned = matches!(scenario.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0);
        (scenario.is_synthetic() && turned && !scenario.is_rotated()).then(|| {
            "task.alignment rotated has no effect: isotropic covariates or tasks are unchanged by rotation".into()
        })
    }

    /// A warning about weights of a `[spectrum]` that are no whole number of directions: formulas use them as they are,
    /// draws round them.
    fn fractional(&self) -> Option<String> {
        let p = self.dimension() as f64;
        let parts = |weight: f64| weight * p;
        let table = self.scenario.spectrum.as_ref()?;
        let total: f64 = table.atoms().map(|atom| atom.0).sum();
        let one = table
            .atoms()
            .map(|atom| atom.0 / total)
            .find(|w| (parts(*w) - parts(*w).round()).abs() > 1e-6)?;
        Some(format!(
            "[spectrum]: a weight of {} is {} of {p} directions; the formulas use it as it is, simulated draws have whole \
             directions; accepted without this are multiples of 1/{p}",
            sig(one, 3),
            sig(parts(one), 3)
        ))
    }

    /// Warnings about directions of the chosen featurization and of the task that are below the range of f64.
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
                "task spectrum: {silent:.0} of {p} energies are below the range of floating-point numbers relative to the \
                 largest, and count as 0 for the optimum"
            )
        });
        self.lost_directions(&chosen.title(), lost).into_iter().chain(task).collect()
    }

    /// One sentence about a `share` of the directions of `what` that is below the range of f64 and counts as 0, which
    /// moves poles; `None` if it is 0.
    #[must_use]
    pub fn lost_directions(&self, what: &str, share: f64) -> Option<String> {
        let (p, lost) = (self.dimension() as f64, share * self.dimension() as f64);
        (lost > 0.5 && self.pool().is_none()).then(|| {
            format!(
                "{what}: {lost:.0} of {p} directions are below the range of floating-point numbers relative to the \
                 largest, and count as 0; in exact arithmetic the poles would be further right"
            )
        })
    }
}
