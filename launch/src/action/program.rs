//! What a file that is run names of the store: a script all that is in it, a binary its loader and
//! where it looks for libraries. It must not know who runs it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use object::elf::{DT_RPATH, DT_RUNPATH, FileHeader64, PT_INTERP};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::read::{ReadCache, ReadRef};
use object::{Endianness, read};

use crate::names::Names;

/// A script that is larger is data.
const SCRIPT_LIMIT: u64 = 1 << 20;

/// Adds what the file at `path` names; nothing where it is neither script nor binary.
pub fn names(path: &Path, names: &mut Names) {
    let Ok(mut file) = File::open(path) else {
        return;
    };
    let mut magic = [0; 4];
    if file.read_exact(&mut magic).is_err() {
        return;
    }
    if magic.starts_with(b"#!") {
        if let Some(text) = super::asks::read(path, SCRIPT_LIMIT) {
            names.add(&text);
        }
    } else if magic == object::elf::ELFMAG {
        // A binary that cannot be understood cannot be run either, which it will say itself.
        let _ = binary(&ReadCache::new(file), names);
    }
}

/// The loader and the RUNPATH (or RPATH) of a binary for 64 bits. Its other strings, such as those for
/// debuggers, name paths that running it does not take.
fn binary<'a>(data: impl ReadRef<'a>, names: &mut Names) -> read::Result<()> {
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let segments = header.program_headers(endian, data)?;
    for segment in segments {
        if segment.p_type(endian) == PT_INTERP
            && let Some(loader) = segment.interpreter(endian, data)?
        {
            names.add(loader);
        }
        let Some(entries) = segment.dynamic(endian, data)? else {
            continue;
        };
        let value = |tag: u32| {
            let entry = entries
                .iter()
                .find(|entry| entry.tag32(endian) == Some(tag));
            entry.map(|entry| entry.d_val(endian))
        };
        let strings = value(object::elf::DT_STRTAB);
        for offset in [value(DT_RUNPATH), value(DT_RPATH)].into_iter().flatten() {
            let Some(at) = strings.and_then(|strings| strings.checked_add(offset)) else {
                continue;
            };
            for segment in segments {
                if let Ok(Some(bytes)) = segment.data_range(endian, data, at, 1)
                    && !bytes.is_empty()
                {
                    let start = segment.p_offset(endian) + (at - segment.p_vaddr(endian));
                    let end = segment.p_offset(endian) + segment.p_filesz(endian);
                    if let Ok(text) = data.read_bytes_at_until(start..end, 0) {
                        names.add(text);
                    }
                }
            }
        }
    }
    Ok(())
}
