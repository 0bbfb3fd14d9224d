//! Makes large execution logs of a real one: its spawns many times over, each time in a folder of
//! their own, and what a second build of them would log. It must not know what is measured with them.

mod copy;
mod real;

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Parser;
use prost::Message;

use copy::{Copies, Second};
use real::Real;

/// Makes large execution logs of a real one.
#[derive(Debug, Parser)]
enum Cli {
    /// Write a.log and, of the build that came second, agreeing.log (all hits), header.log (one header
    /// has changed, and whatever it reaches with it) and flag.log (all spawns have another argument).
    Make(Make),
    /// Unpack logs and do nothing with them: the least that reading them takes.
    Unpack {
        /// Compact logs.
        logs: Vec<Utf8PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct Make {
    /// A compact log.
    real: Utf8PathBuf,
    /// How many spawns there are to be; some more, so that the last copy is whole.
    #[arg(long)]
    spawns: usize,
    /// The header that changes: how its path ends.
    #[arg(long)]
    header: String,
    /// The folder that is there once for each copy, as it stands in paths and labels.
    #[arg(long)]
    folder: String,
    /// Where to write to.
    #[arg(long)]
    out: Utf8PathBuf,
}

fn main() -> Result<()> {
    match Cli::parse() {
        Cli::Make(make) => make.run(),
        Cli::Unpack { logs } => logs.iter().try_for_each(|log| unpack(log)),
    }
}

impl Make {
    fn run(&self) -> Result<()> {
        let real = Real::read(&self.real, &self.folder, &self.header)?;
        let copies = self.spawns.div_ceil(real.spawns);
        let logs = [
            ("a", None),
            ("agreeing", Some(Second::Agreeing)),
            ("header", Some(Second::Header)),
            ("flag", Some(Second::Flag)),
        ];
        for (name, second) in logs {
            let path = self.out.join(format!("{name}.log"));
            write(&path, &real, &self.folder, copies, second)?;
        }
        println!("{}", copies * real.spawns);
        Ok(())
    }
}

fn unpack(log: &Utf8Path) -> Result<()> {
    let file = File::open(log).with_context(|| format!("cannot read {log}"))?;
    io::copy(&mut zstd::Decoder::new(file)?, &mut io::sink())?;
    Ok(())
}

/// Writes one log: `copies` of the `real` one.
fn write(
    path: &Utf8Path,
    real: &Real,
    folder: &str,
    copies: usize,
    second: Option<Second>,
) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {path}"))?;
    let mut out = zstd::Encoder::new(BufWriter::new(file), 3)?;
    let mut frame = Vec::new();
    let mut made = Copies::new(real, folder, second);
    for number in 0..copies {
        made.copy(number, |entry| {
            frame.clear();
            entry.encode_length_delimited(&mut frame)?;
            out.write_all(&frame)?;
            Ok(())
        })?;
    }
    out.finish()?.flush()?;
    Ok(())
}
