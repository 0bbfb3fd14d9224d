//! Where fuzzed bytes are taken apart, and put as files. It must not know what they are.

use std::fs;

use camino::Utf8PathBuf;

/// What stands between lines of `---`.
pub fn parts(data: &[u8]) -> Vec<&[u8]> {
    const SEPARATOR: &[u8] = b"\n---\n";
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest
        .windows(SEPARATOR.len())
        .position(|window| window == SEPARATOR)
    {
        parts.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}

/// A folder, with a file in it that has to stay as it is.
pub struct Place {
    _temporary: tempfile::TempDir,
    pub dir: Utf8PathBuf,
}

impl Place {
    pub fn new() -> Place {
        let temporary = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::try_from(temporary.path().to_owned()).unwrap();
        fs::write(dir.join("outside"), "untouched").unwrap();
        Place {
            _temporary: temporary,
            dir,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let outside = fs::read_to_string(self.dir.join("outside"));
        assert_eq!(outside.unwrap(), "untouched");
    }
}
