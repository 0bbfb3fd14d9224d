//! A cause while it is being put together: which spawns it has, and what is only a consequence of it. It
//! must not know where the words come from.

use rustc_hash::FxHashSet;

use super::super::explanation::{Cause, Follower};
use super::super::index::flag;
use super::super::kind::Kind;
use super::super::reread::Found;
use super::super::trace::{self, Compared, Origin, Trace};
use super::names::Names;
use super::own::Own;
use crate::render::REPOSITORY;

/// A cause, before its spawns are named.
pub struct Draft<'a> {
    own: Own,
    /// Several, where spawns differ in other things beside.
    traces: Vec<&'a Trace>,
    /// What was folded into it.
    consequences: Vec<&'a Trace>,
}

/// The property that names an environment's image, and so changes with it.
const IMAGE: &str = "container-image";

impl<'a> Draft<'a> {
    /// A cause of one trace.
    pub fn new(own: Own, trace: &'a Trace) -> Self {
        Self {
            own,
            traces: vec![trace],
            consequences: Vec::new(),
        }
    }

    /// Takes in another one that says the same.
    pub fn join(&mut self, other: Self) {
        self.own.add(other.own.details);
        self.traces.extend(other.traces);
    }

    fn fold(&mut self, consequence: Self) {
        self.own.add(consequence.own.details);
        self.consequences.extend(consequence.traces);
    }

    fn first(&self) -> impl Iterator<Item = u32> {
        self.traces
            .iter()
            .flat_map(|trace| trace.first.iter().copied())
    }

    /// Whether another toolchain makes this differ as well.
    fn may_be_consequence(&self) -> bool {
        match self.own.kind {
            Kind::StorePath | Kind::ParamsFile => true,
            Kind::Property => self.own.key == IMAGE,
            Kind::ToolchainInput => self.own.key.contains(REPOSITORY),
            _ => false,
        }
    }

    /// The cause, with up to `named` spawns of each sort.
    pub fn finish(
        self,
        compared: &Compared<'_>,
        in_b: &Found,
        names: &mut Names<'_>,
        named: usize,
    ) -> Cause {
        let in_a = self
            .traces
            .iter()
            .all(|trace| trace.origin == Origin::OnlyA);
        let mut seen = FxHashSet::default();
        let first: Vec<u32> = self.first().filter(|row| seen.insert(*row)).collect();
        let all = || self.traces.iter().chain(&self.consequences);
        let followers: Vec<trace::Follower> = all()
            .flat_map(|trace| &trace.followers)
            .filter(|follower| seen.insert(follower.row))
            .copied()
            .collect();
        let kind = if self.is_tool(compared) {
            Kind::Tool
        } else {
            self.own.kind
        };
        let breaks_parity = all().any(|trace| trace.shared > 0);
        let name = |names: &mut Names<'_>, follower: &trace::Follower| {
            let change = &compared.changes.all[follower.change as usize];
            Follower {
                spawn: names.number(false, follower.row),
                through: change.maker.map(|maker| names.number(false, maker)),
                path: in_b.path(change.path).unwrap_or_default().to_owned(),
            }
        };
        Cause {
            kind,
            title: kind.title().to_owned(),
            advice: kind.advice().to_owned(),
            breaks_parity,
            firsts: first.len() as u64,
            first: first
                .iter()
                .take(named)
                .map(|&row| names.number(in_a, row))
                .collect(),
            followers: followers.len() as u64,
            follower: followers
                .iter()
                .take(named)
                .map(|one| name(names, one))
                .collect(),
            subject: self.own.subject,
            details: self.own.details,
        }
    }

    /// Whether what differs is how tools are built, and nothing else.
    fn is_tool(&self, compared: &Compared<'_>) -> bool {
        let of_tools = matches!(
            self.own.kind,
            Kind::Flag | Kind::Variable | Kind::AbsolutePath | Kind::Configuration | Kind::Input
        );
        let exec = |row: u32| compared.b.rows[row as usize].is(flag::EXEC);
        of_tools && self.first().all(exec)
    }
}

/// The causes without those that are consequences: where another compiler is called, its image, the store paths
/// of its libraries and the toolchain's files are others as well, and say nothing new.
pub fn folded(drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    let (mut toolchains, mut others): (Vec<_>, Vec<_>) =
        (drafts.into_iter()).partition(|draft| draft.own.kind == Kind::Compiler);
    if toolchains.is_empty() {
        (toolchains, others) =
            (others.into_iter()).partition(|draft| draft.own.kind == Kind::StorePath);
    }
    for toolchain in &mut toolchains {
        let rows: FxHashSet<u32> = toolchain.first().collect();
        let consequences = others.extract_if(.., |draft| {
            draft.may_be_consequence() && draft.first().all(|row| rows.contains(&row))
        });
        for consequence in consequences {
            toolchain.fold(consequence);
        }
    }
    toolchains.extend(others);
    toolchains
}
