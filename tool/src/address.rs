//! Addresses of remote caches and executors as they may be shown: a password in one is nobody's business.
//! It must not know who answers there.

/// `address` without its userinfo (RFC 3986, section 3.2.1), which Bazel takes in `--remote_cache` of a
/// web server: `http://USER:PASSWORD@HOST/…`.
pub fn shown(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_one_is_is_not_shown_and_all_else_is() {
        for (address, said) in [
            ("http://me:s3cr3t@cache/a@b", "http://cache/a@b"),
            ("https://me:p@ss@cache:8080", "https://cache:8080"),
            ("me:s3cr3t@cache:443", "cache:443"),
            ("grpc://127.0.0.1:8980", "grpc://127.0.0.1:8980"),
            ("unix:/run/a@b.sock", "unix:/run/a@b.sock"),
            ("", ""),
        ] {
            assert_eq!(shown(address), said, "{address}");
        }
    }
}
