//! `lre worker image`: a worker's image, made or checked. It walks from the manifest to the
//! closure and to the layout, and decides nothing.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use crate::cli::print::print;
use crate::cli::{Input, Unpacked, Verdict};
use crate::worker::image::{self, Carried, Closure, Compression, Options};

/// Make a worker's image, an OCI layout with the store paths of environments, or check one
#[derive(Args)]
pub struct Image {
    #[command(flatten)]
    input: Input,
    /// The image of the manifest that is meant; where it names none, how the image is called.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The folder of the layout; replaced as a whole, all or nothing.
    #[arg(long, value_name = "DIR")]
    out: Utf8PathBuf,
    /// A file with all store paths that go into the image, one a line; without it Nix is asked.
    #[arg(long, value_name = "FILE")]
    closure: Option<Utf8PathBuf>,
    /// Read the store paths below DIR, a store that Nix has elsewhere (`nix --store DIR`).
    #[arg(long, value_name = "DIR")]
    store: Option<Utf8PathBuf>,
    /// How layers are packed.
    #[arg(long, value_enum, default_value_t)]
    compression: Compression,
    /// The image that ours goes on top of: oci:PATH[:TAG] or oci-archive:PATH[:TAG].
    #[arg(long, value_name = "IMAGE")]
    base: Option<String>,
    /// A word of the image's entrypoint; may be repeated.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    entrypoint: Vec<String>,
    /// A word of the command that the entrypoint gets; may be repeated.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    cmd: Vec<String>,
    #[command(flatten)]
    unpacked: Unpacked,
    /// Make nothing; exit 1 and say what differs where the layout is not what it should be.
    #[arg(long)]
    check: bool,
}

impl Image {
    pub fn run(self) -> Result<Verdict> {
        let carried = Carried::new(self.input.manifest()?, self.name.as_deref())?;
        let store = self.store.as_deref();
        let closure = match &self.closure {
            Some(file) => Closure::read(file, store)?,
            None => Closure::ask_nix(&carried.roots, store)?,
        };
        closure.covers(&carried.roots)?;
        let limits = self.unpacked.limits();
        if self.check {
            let differences = image::check(&carried, &closure, &self.out, limits)?;
            for difference in &differences {
                print(format_args!("{}: {difference}\n", self.out))?;
            }
            return Ok(Verdict::of(differences.is_empty()));
        }
        let options = Options {
            compression: self.compression,
            base: self.base,
            entrypoint: self.entrypoint,
            cmd: self.cmd,
            limits,
        };
        image::make(&carried, &closure, &options, &self.out)?;
        Ok(Verdict::Good)
    }
}
