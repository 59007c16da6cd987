//! Tests of the module, one file per subject.

mod commuting;
mod description;
mod given;
mod hostile;
mod matrices;
mod presets;
mod shift;

use super::*;
use crate::theory::{Ridge, Risk, SampleRatio, risk};

/// The model of a scenario file's text.
fn model(text: &str) -> Model {
    Model::new(&Scenario::from_toml(text).unwrap(), None, &|| false).unwrap()
}

fn refusal(text: &str) -> String {
    Scenario::from_toml(text).unwrap_err().to_string()
}

/// The ridgeless risk of a featurization.
fn ridgeless(model: &Model, featurization: &Featurization, alpha: f64) -> Risk {
    let spectrum = model.spectrum(featurization).unwrap();
    risk::evaluate(&spectrum, SampleRatio::new(alpha).unwrap(), Ridge::ZERO, model.noise()).unwrap()
}

#[track_caller]
fn close(got: f64, want: f64, relative: f64) {
    assert!((got - want).abs() <= relative * want.abs(), "{got} against {want}");
}
