//! Nix systems, `x86_64-linux` and the like, as checked values. It knows the names
//! that Nix has for them; what Bazel calls them belongs to rendering.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, anyhow};
use serde::{Deserialize, Serialize};

/// A CPU that a toolchain runs on or builds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cpu {
    /// 64-bit x86.
    X86_64,
    /// 64-bit Arm.
    Aarch64,
}

/// A CPU, an operating system (always Linux so far) and whether its C library is musl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct System {
    /// The processor.
    pub cpu: Cpu,
    /// Set for `…-linux-musl`.
    pub musl: bool,
}

impl System {
    /// The system that this program was built for; `None` where it is none that
    /// a toolchain can be probed on.
    pub fn here() -> Option<System> {
        let name = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        name.parse().ok()
    }
}

impl FromStr for System {
    type Err = Error;

    fn from_str(text: &str) -> Result<System, Error> {
        let (base, musl) = match text.strip_suffix("-musl") {
            Some(base) => (base, true),
            None => (text, false),
        };
        let cpu = match base {
            "x86_64-linux" => Cpu::X86_64,
            "aarch64-linux" => Cpu::Aarch64,
            _ => {
                return Err(anyhow!(
                    "{text:?} is no system that lre knows: x86_64-linux, aarch64-linux, and both \
                     with -musl are"
                ));
            }
        };
        Ok(System { cpu, musl })
    }
}

impl TryFrom<String> for System {
    type Error = Error;

    fn try_from(text: String) -> Result<System, Error> {
        text.parse()
    }
}

impl From<System> for String {
    fn from(system: System) -> String {
        system.to_string()
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Cpu::X86_64 => "x86_64",
            Cpu::Aarch64 => "aarch64",
        })
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "{}-linux{}",
            self.cpu,
            if self.musl { "-musl" } else { "" }
        )
    }
}
