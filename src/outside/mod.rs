//! What comes from outside and what leaves: files are read within bounds ([`read`]), appear whole or not at all
//! ([`save`]), and foreign text passes one gate ([`text`]) before it reaches a terminal, a clipboard or a file.

pub mod read;
pub mod save;
pub mod text;
