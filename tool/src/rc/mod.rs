//! Bazel's rc files: which there are, what their lines say, and which flags a command gets out of
//! them. It must not know what any flag means to us.

mod effective;
mod files;
mod lines;
mod words;

pub use effective::{Flag, effective};
pub use files::{At, Entry, Import, Origin, Rc, Source, is_same};
pub use lines::{Line, lines};
pub use words::{quote, words};
