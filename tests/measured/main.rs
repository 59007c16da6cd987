//! Measured scenarios end to end: real features through the loader against reference numbers, and every bad input.

mod bad_inputs;
mod ensemble;
mod fit_command;
mod kinds;
mod new_classes;
mod packages;
mod promise;
mod readings;
