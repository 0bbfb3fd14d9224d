//! Container images as they lie on a disk, read, checked and unpacked: OCI layouts, and the
//! archives of `docker save` and of `skopeo copy … oci-archive:`. All of an image comes from
//! strangers: nothing here trusts a name, a size or a digest, and nothing knows why it is read.

mod archive;
mod blob;
mod image;
mod layout;
mod root;
mod source;
mod unpack;

use oci_spec::image::Arch;

use crate::system::Cpu;

pub use archive::{Entry, Kind, Left, entries};
pub use image::{Image, Layer};
pub use layout::{Layout, split_reference};
pub use unpack::{Limits, Unpacked, unpack};

/// What OCI calls a CPU (image specification, config.md: the names of Go's GOARCH).
pub fn architecture(cpu: Cpu) -> Arch {
    match cpu {
        Cpu::X86_64 => Arch::Amd64,
        Cpu::Aarch64 => Arch::ARM64,
    }
}

/// The annotation of an index that tags an image (image specification, annotations.md).
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// The annotation of an index in which containerd and Docker keep an image's whole name.
pub const FULL_NAME: &str = "io.containerd.image.name";
