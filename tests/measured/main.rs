//! Measured scenarios end to end: real features through the loader against reference numbers, and every bad input.

mod bad_inputs;
mod ensemble;
mod fit_command;
mod kinds;
mod labels;
mod new_classes;
mod order;
mod packages;
mod path;
mod plain_fits;
mod promise;
mod readings;
