//! The helper as a user calls it: exit codes, what is written and what is left alone. One
//! file for each thing that a user does; nothing of the library is called here.

mod agreement;
mod bazelrc;
mod container;
mod generate;
mod image;
mod init;
mod input;
mod manual;
mod place;
mod report;
mod store;
mod verify;
mod worker;
