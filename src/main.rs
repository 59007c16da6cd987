//! The binary: parse, run, restore the terminal on every exit.

fn main() {}
