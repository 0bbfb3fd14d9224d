//! A difference in words, and how the most common ones are said. It must not know how they are found.

use super::super::explanation::Detail;
use super::super::index::split;
use super::super::kind::Kind;
use super::FILES;

/// A difference, in words.
pub struct Own {
    /// Of which kind.
    pub kind: Kind,
    /// What makes it the same as a difference of other spawns.
    pub key: String,
    /// What it is.
    pub subject: String,
    /// The two sides.
    pub details: Vec<Detail>,
}

impl Own {
    /// A difference that one line says.
    pub fn new(kind: Kind, key: &str, detail: Detail) -> Self {
        Self {
            kind,
            key: key.to_owned(),
            subject: detail.to_string(),
            details: vec![detail],
        }
    }

    /// Takes in details of the same difference, as far as they are new and not too many.
    pub fn add(&mut self, details: Vec<Detail>) {
        for detail in details {
            if self.details.len() < FILES && !self.details.contains(&detail) {
                self.details.push(detail);
            }
        }
    }
}

/// Paths of inputs that only one of the two has.
#[derive(Default)]
pub struct OneSided {
    /// Those of A.
    pub a: Vec<String>,
    /// Those of B.
    pub b: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

/// That the result may be shared in one of the builds alone.
pub fn shared(in_a: bool, in_b: bool) -> Own {
    let may = |shared: bool| if shared { "yes" } else { "no" };
    let detail = Detail::both("may be shared", may(in_a), may(in_b));
    Own::new(Kind::Uncacheable, "in one", detail)
}

/// Another configuration, by the first outputs.
pub fn moved(a: &str, b: &str) -> Own {
    let (a, b) = (split(a).0, split(b).0);
    let detail = Detail::both("bazel-out/", a, b);
    Own::new(Kind::Configuration, &format!("{a} {b}"), detail)
}
