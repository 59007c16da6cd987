//! The terminal: entering and leaving it, signals and input ([`session`]), keys in pieces ([`joiner`]), frames
//! in few bytes ([`encoder`]), and whether its background is light ([`background`]). Knows nothing of what is shown.

pub mod background;
pub mod encoder;
pub mod joiner;
pub mod session;
