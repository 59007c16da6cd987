//! What comes from outside and what leaves: files are read within bounds ([`read`]), appear whole or not at all
//! ([`save`]), and foreign text passes one gate ([`text`]) before it reaches a terminal, a clipboard or a file. What should not
//! happen is told ([`crash`]) and kept ([`log`], [`state`]); what would take more memory than there is, is refused ([`memory`]).

pub mod crash;
pub mod log;
pub mod memory;
pub mod read;
pub mod save;
pub mod state;
pub mod text;
