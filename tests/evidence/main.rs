//! Simulation against theory: fits at finite n and p (section 8).

mod classified;
mod command;
mod matrices;
mod noisy;
mod pretraining;
mod shifted;
mod subsampled;
mod synthetic;
mod transfer;
