//! Jobs of the background workers, which pass interruption on to the computations of [`crate::study`].

use crate::engine::{Ended, Ticket, panic_if_asked};
use crate::scenario::ScenarioError;
use crate::study::measurement::{self, Measured, Measurement};
use crate::study::{Analysis, Request, Session};

/// Computes everything that a frame shows.
pub fn analysis() -> impl FnMut(Request, &Ticket<'_, Analysis>) -> Result<Analysis, Ended> {
    let mut study = Session::default();
    move |request, ticket| {
        panic_if_asked("worker");
        Ok(study.answer(request, &|| ticket.stop(), &mut |analysis| ticket.partial(analysis))?)
    }
}

/// Computes measured points.
pub fn measurement() -> impl FnMut(measurement::Request, &Ticket<'_, Measured>) -> Result<Measured, Ended> {
    let mut measurement = Measurement::new();
    move |request, ticket| {
        Ok(measurement.answer(&request, &|| ticket.stop(), &mut |points| ticket.partial(points))?)
    }
}

impl From<ScenarioError> for Ended {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Interrupted => Self::Interrupted,
            other => Self::Failed(other.to_string()),
        }
    }
}
