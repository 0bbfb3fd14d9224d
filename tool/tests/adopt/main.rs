//! `lre init`: what it adds to the files of a workspace, and all that it leaves as it is. One file
//! for each thing that may be there already.

mod any;
mod command;
mod files;
mod module;
#[path = "../cli/place.rs"]
mod place;
mod rc;
mod workspace;
