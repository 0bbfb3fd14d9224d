//! Execution logs that are compared: what is said of which difference, whatever the logs' format, and
//! however bad they are. Builds are made up here; those of a real Bazel are told end to end.

mod bad;
mod build;
mod causes;
mod command;
mod followers;
mod formats;
mod hostile;
mod logs;
mod properties;
mod shown;
