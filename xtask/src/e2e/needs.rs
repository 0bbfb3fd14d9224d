//! What each story needs of a lab beside its machines and the main environment. It must not know what
//! the story does with it: one that takes what is not named here fails, also where it is there.

use crate::provision::{Need, Needs};

/// What the stories need whose names begin so.
const NEEDS: &[(&str, &[Need])] = &[
    ("abseil::", &[Need::Abseil]),
    ("cluster::", &[Need::Kubernetes, Need::Separate]),
    ("compilers::", &[Need::Compilers]),
    ("container::", &[Need::Containers, Need::Debian]),
    ("doctor::parts_that_do_not_agree", &[Need::Other]),
    ("drift::committed_environment", &[Need::Other]),
    ("drift::rc_file", &[Need::Other]),
    ("example::a_toolchain_of_ones_own", &[Need::Generator]),
    ("explain::compiler", &[Need::Other]),
    ("extension::helper_is_built", &[Need::Other]),
    ("fault::another_compiler", &[Need::Other]),
    ("fault::header_that", &[Need::Features]),
    ("feature::", &[Need::Features]),
    ("image::", &[Need::Containers]),
    ("image::another_compiler", &[Need::Other]),
    ("java::one_target_with_three_jdks", &[Need::Separate]),
    ("java::two_images", &[Need::Separate]),
    ("ondemand::", &[Need::Launcher]),
    ("ondemand::an_empty_store", &[Need::Other]),
    ("oracle::", &[Need::Compilers]),
    ("report::", &[Need::Browser]),
    ("repository::fetched_when", &[Need::Other]),
    ("repository::made_from", &[Need::Other]),
];

/// What the story called `name` needs.
pub fn of(name: &str) -> Needs {
    let of = NEEDS.iter().filter(|(begin, _)| name.starts_with(begin));
    of.flat_map(|(_, needs)| needs.iter().copied()).collect()
}
