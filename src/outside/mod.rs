//! Input and output at the program's edge: files are read within bounds ([`read`]) and written whole or not at all
//! ([`save`]); untrusted text is sanitised ([`text`]) before it reaches a terminal, a clipboard or a file. Internal errors
//! are reported ([`crash`]) and logged ([`log`], [`state`]); work that needs more memory than is available is refused
//! ([`memory`]), and what a resource limit ends is ended in order ([`limits`]).

pub mod crash;
pub mod limits;
pub mod log;
pub mod memory;
pub mod read;
pub mod save;
pub mod state;
pub mod text;
