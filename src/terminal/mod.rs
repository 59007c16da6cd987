//! The terminal: entering and leaving it, signals and input ([`session`]), frames in few bytes ([`encoder`]), and
//! whether its background is light ([`background`]). Knows nothing of what is shown.

pub mod background;
pub mod encoder;
pub mod session;
