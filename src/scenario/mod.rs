//! What a user describes → a checked spectrum.

pub mod measured;
