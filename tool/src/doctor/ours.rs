//! What a `.bazelrc.lre` says of itself: for which files, by which helper and under which prefix it was
//! written. It must not know whether that is right.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::rc;
use crate::render::{BAZELRC, BAZELRC_MARKER, Bazelrc};

/// What is at its place.
#[derive(Clone, Debug)]
pub enum OurFile {
    /// Nothing.
    Missing,
    /// A file that lre did not write, or one that cannot be read.
    Foreign,
    /// Ours.
    Ours(Ours),
}

/// One that lre wrote.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    /// All of it.
    pub text: String,
    /// Of what it was written.
    pub options: Bazelrc,
    /// The version of the helper that wrote it.
    pub version: Option<String>,
    /// The digest of the manifest that it was written for.
    pub digest: Option<String>,
}

impl OurFile {
    /// Reads the one of the workspace at `root`.
    pub fn read(root: &Utf8Path) -> OurFile {
        let path = root.join(BAZELRC);
        if !path.exists() {
            return OurFile::Missing;
        }
        match fs::read_to_string(&path) {
            Ok(text) if text.starts_with(BAZELRC_MARKER) => OurFile::Ours(Ours::parse(text)),
            _ => OurFile::Foreign,
        }
    }

    /// Ours, where it is.
    pub fn ours(&self) -> Option<&Ours> {
        match self {
            OurFile::Ours(ours) => Some(ours),
            OurFile::Missing | OurFile::Foreign => None,
        }
    }
}

impl Ours {
    fn parse(text: String) -> Ours {
        let mut ours = Ours::default();
        for line in rc::lines(&text) {
            let (command, rest) = (&line.words[0], &line.words[1..]);
            if let Some((_, prefix)) = command.split_once(':') {
                ours.options.prefix = Some(prefix.to_owned());
            }
            let variables = rest
                .iter()
                .filter_map(|word| word.strip_prefix("--repo_env="));
            for (name, value) in variables.filter_map(|variable| variable.split_once('=')) {
                match name {
                    "LRE_ENV" => ours.options.files = paths(value),
                    "LRE_TOOL" => ours.options.tool = Some(value.into()),
                    "LRE_VERSION" => ours.version = Some(value.to_owned()),
                    "LRE_DIGEST" => ours.digest = Some(value.to_owned()),
                    _ => {}
                }
            }
        }
        ours.text = text;
        ours
    }
}

/// The paths of a list with colons.
pub fn paths(list: &str) -> Vec<Utf8PathBuf> {
    let paths = list.split(':').filter(|path| !path.is_empty());
    paths.map(Utf8PathBuf::from).collect()
}

/// The command that writes such a file, for a person to type.
pub fn command(options: &Bazelrc) -> String {
    let mut words = vec!["lre".to_owned(), "bazelrc".to_owned()];
    let mut add = |flag: &str, value: &str| words.extend([flag.to_owned(), value.to_owned()]);
    options
        .files
        .iter()
        .for_each(|file| add("--env", file.as_str()));
    if let Some(prefix) = &options.prefix {
        add("--prefix", prefix);
    }
    if let Some(tool) = &options.tool {
        add("--tool", tool.as_str());
    }
    let each = words.iter().map(String::as_str);
    shlex::try_join(each.clone()).unwrap_or_else(|_| each.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::PathPolicy;
    use crate::{input, render};

    #[test]
    fn what_is_written_is_read_back() {
        let manifest = input::load(&[], None, &PathPolicy::default()).unwrap();
        for prefix in [None, Some("lre".to_owned())] {
            let options = Bazelrc {
                files: vec!["/a/one file.json".into(), "/b.json".into()],
                tool: Some("/nix/store/x/bin/lre".into()),
                prefix,
            };
            let ours = Ours::parse(render::bazelrc(&manifest, &options));
            assert_eq!(ours.options.files, options.files);
            assert_eq!(ours.options.tool, options.tool);
            assert_eq!(ours.options.prefix, options.prefix);
            assert_eq!(ours.digest, Some(manifest.digest()));
            assert_eq!(
                rc::words(&command(&options)).len(),
                8 + 2 * usize::from(options.prefix.is_some())
            );
        }
    }
}
