//! Adopting lre: what is added to the files of a workspace, and all that is left as it is. One file
//! for each thing that may be there already; the command is in the tests of the command line.

mod any;
mod files;
mod module;
mod rc;
mod workspace;
