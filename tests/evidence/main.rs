//! Simulation against theory: fits at finite n and p (section 8).

mod command;
mod subsampled;
mod synthetic;
