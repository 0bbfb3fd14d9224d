//! For each cause two builds of `xtask/explain/` that differ in one thing. The sentences are those of the table in
//! docs/explain.md.

mod action;
mod caching;
mod files;

/// All rows.
pub const ROWS: &[&[Row]] = &[action::ROWS, files::ROWS, caching::ROWS];

/// Two builds, and what is to be said about them.
pub struct Row {
    /// The name of the cause.
    pub kind: &'static str,
    /// How the builds differ.
    pub how: &'static str,
    /// A part of what the cause says it is.
    pub says: &'static str,
    /// How many spawns show it first, and how many it reaches through others.
    pub reaches: (u64, u64),
    /// Whether parity is not asked of what differs.
    pub parity: bool,
    /// Whether the builds fail.
    pub fails: bool,
    /// Bazel's command.
    pub command: &'static str,
    /// What is built, where a build does not say otherwise.
    pub targets: &'static [&'static str],
    /// Flags of `lre explain`.
    pub options: &'static [&'static str],
    /// The build that comes first.
    pub one: Build,
    /// The build that should have been all hits.
    pub other: Build,
}

/// One build.
pub struct Build {
    pub on: Place,
    /// With another compiler in the environment.
    pub other_environment: bool,
    pub cache: Cache,
    pub startup: &'static [&'static str],
    pub flags: &'static [&'static str],
    pub targets: Option<&'static [&'static str]>,
    /// Files that are written before.
    pub files: &'static [(&'static str, &'static str)],
    /// Files that are changed before: what is replaced by what.
    pub edits: &'static [(&'static str, &'static str, &'static str)],
}

/// Where it is run.
pub enum Place {
    A,
    B,
}

/// Which results it can take and give.
pub enum Cache {
    /// A folder that both builds of a row may share.
    Disk,
    /// A folder of its own.
    OtherDisk,
    /// The executor runs it.
    Execute,
    /// The executor's cache alone.
    Remote,
}

const BUILD: Build = Build {
    on: Place::A,
    other_environment: false,
    cache: Cache::Disk,
    startup: &[],
    flags: &[],
    targets: None,
    files: &[],
    edits: &[],
};

/// A build with `flags`.
const fn with(flags: &'static [&'static str]) -> Build {
    Build { flags, ..BUILD }
}

const ROW: Row = Row {
    kind: "",
    how: "",
    says: "",
    reaches: (1, 0),
    parity: false,
    fails: false,
    command: "build",
    targets: &[],
    options: &[],
    one: BUILD,
    other: BUILD,
};
