//! Simulation against theory: fits at finite n and p (section 8).

mod command;
mod pretraining;
mod shifted;
mod subsampled;
mod synthetic;
mod transfer;
