//! Whether anybody answers at an address of Bazel's. Bazel itself may wait for ever for one where nobody
//! does, once it has tried before. It must not know who is to answer.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::options::Options;
use crate::address::shown;

/// So long an address may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// Why nobody answers at `address`; nothing where somebody does, and where that cannot be told by a
/// connection: a proxy or a socket of this machine, or an address without a port.
pub fn trouble(address: &str, options: &Options) -> Option<String> {
    if options.value("remote_proxy").is_some() {
        return None;
    }
    let host = host(address)?;
    let reason = match host.to_socket_addrs() {
        Err(error) => error.to_string(),
        Ok(all) => {
            let mut last = format!("{host} has no address");
            for one in all {
                match TcpStream::connect_timeout(&one, LIMIT) {
                    Ok(_) => return None,
                    Err(error) => last = error.to_string(),
                }
            }
            last
        }
    };
    Some(format!("{}: nobody answers: {reason}", shown(address)))
}

/// `HOST:PORT` of an address as `--remote_executor` and `--remote_cache` take it (Bazel's command-line
/// reference: grpc, grpcs, which is the default, http, https or unix).
fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("grpcs", address));
    let authority = rest.split('/').next()?;
    let host = authority.rsplit('@').next()?;
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let port = match (scheme, port.parse::<u16>()) {
        ("grpc" | "grpcs" | "http" | "https", Ok(port)) => port,
        ("http", Err(_)) if port.is_empty() => 80,
        ("https", Err(_)) if port.is_empty() => 443,
        _ => return None,
    };
    (!name.is_empty()).then(|| format!("{name}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn host_and_port_are_found_where_they_are_said() {
        for (address, found) in [
            ("grpc://127.0.0.1:8980", Some("127.0.0.1:8980")),
            ("grpcs://rbe.example:443/instance", Some("rbe.example:443")),
            ("rbe.example:443", Some("rbe.example:443")),
            (
                "http://me:secret@cache.example/a:b",
                Some("cache.example:80"),
            ),
            ("https://cache.example", Some("cache.example:443")),
            ("grpc://[::1]:8980", Some("[::1]:8980")),
            ("grpcs://rbe.example", None),
            ("unix:/run/cache.sock", None),
            ("dns:///rbe.example:443", None),
            ("", None),
        ] {
            assert_eq!(host(address).as_deref(), found, "{address}");
        }
    }

    #[test]
    fn an_address_is_in_trouble_once_nobody_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap();
        let address = format!("grpc://me:secret@{host}");
        assert_eq!(trouble(&address, &Options::default()), None);
        drop(listener);
        let trouble = trouble(&address, &Options::default()).unwrap();
        assert!(
            trouble.starts_with(&format!("grpc://{host}: nobody answers")),
            "{trouble}"
        );
    }
}
