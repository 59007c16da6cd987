//! The interactive app: what is shown, what can happen, and how it is drawn.

pub mod theme;
pub mod widgets;
