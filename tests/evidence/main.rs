//! Simulation against theory: fits at finite n and p (section 8).

mod command;
mod pretraining;
mod subsampled;
mod synthetic;
