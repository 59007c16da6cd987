//! Input and output of the program: files are read within bounds ([`read`]) and written completely or not at all
//! ([`save`]); untrusted text is sanitised ([`text`]) before it reaches a terminal, a clipboard or a file. Internal
//! errors are reported ([`crash`]) and logged ([`log`], [`state`]). Work that needs more memory than is available is
//! refused ([`memory`]), and reaching a resource limit ends the program with a message ([`limits`]).

pub mod crash;
pub mod limits;
pub mod log;
pub mod memory;
pub mod read;
pub mod save;
pub mod state;
pub mod text;
