//! What a MODULE.bazel says of lre, read as syntax and never evaluated. It must not know whether that
//! is enough.

use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use starlark::syntax::AstModule;
use starlark_syntax::syntax::ast::{
    ArgumentP, AssignTargetP, AstExpr, AstLiteral, AstStmt, ExprP, StmtP,
};

use crate::properties::Wanted;
use crate::validate::MODULE;

/// The file's name.
pub const FILE_NAME: &str = "MODULE.bazel";

/// The repository that the extension makes.
pub const REPOSITORY: &str = "local-remote-execution";

/// What the files of the root module say.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Why one of them could not be read, with the place.
    pub fault: Option<String>,
    /// The root module's own name.
    pub name: Option<String>,
    /// `bazel_dep(name = "lre")`.
    pub dependency: Option<Dependency>,
    /// Where its sources are, by `local_path_override`.
    pub local_path: Option<Utf8PathBuf>,
    /// Whether another override says where it comes from.
    pub overridden: bool,
    /// Whether the extension is used.
    pub extension: bool,
    /// What `use_repo` calls the repository.
    pub repository: Option<String>,
    /// The files that `environment` tags name, as labels.
    pub environments: Vec<String>,
    /// What `platform` tags say.
    pub wanted: Wanted,
}

/// A dependency on lre.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// The version that is asked for.
    pub version: Option<String>,
    /// What the root module calls it.
    pub repository: Option<String>,
}

impl Module {
    /// Reads the one at `root`, and what it includes
    /// (<https://bazel.build/rules/lib/globals/module#include>).
    pub fn read(root: &Utf8Path) -> Module {
        let mut reader = Reader {
            root,
            module: Module::default(),
            extensions: Vec::new(),
            seen: Vec::new(),
        };
        reader.file(&root.join(FILE_NAME));
        reader.module
    }

    /// The path of each committed file; a label of another repository has none.
    pub fn committed(&self, root: &Utf8Path) -> Vec<Option<Utf8PathBuf>> {
        let labels = self.environments.iter();
        labels.map(|label| path_of(label, root)).collect()
    }
}

/// Where a label of the root module's own repository is.
fn path_of(label: &str, root: &Utf8Path) -> Option<Utf8PathBuf> {
    let own = label.strip_prefix("@@").or(label.strip_prefix('@'));
    let label = own.unwrap_or(label);
    let below = match label.strip_prefix("//") {
        Some(below) => below,
        None if label.starts_with(':') => label,
        None if !label.contains([':', '@']) && own.is_none() => return Some(root.join(label)),
        None => return None,
    };
    Some(match below.split_once(':') {
        Some((package, name)) => root.join(package).join(name),
        None => root.join(below).join(below.rsplit('/').next()?),
    })
}

struct Reader<'a> {
    root: &'a Utf8Path,
    module: Module,
    /// Variables that hold our extension.
    extensions: Vec<String>,
    seen: Vec<Utf8PathBuf>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Utf8Path) {
        if self.seen.iter().any(|seen| seen == path) {
            return;
        }
        self.seen.push(path.to_owned());
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.module.fault = Some(format!("{path}: {error}"));
                return;
            }
        };
        match AstModule::parse(path.as_str(), text, &MODULE) {
            Ok(ast) => self.statement(ast.statement()),
            Err(error) => {
                // The crate's message shows the source below it, in several lines.
                let place = error.span().map(|span| span.resolve_span().begin.line + 1);
                let place = place.map(|line| format!("{line}: ")).unwrap_or_default();
                let why = error.without_diagnostic();
                self.module.fault = Some(format!("{path}:{place} {why}"));
            }
        }
    }

    fn statement(&mut self, statement: &AstStmt) {
        match &statement.node {
            StmtP::Statements(all) => all.iter().for_each(|one| self.statement(one)),
            StmtP::Expression(expression) => self.call(expression, None),
            StmtP::Assign(assign) => {
                let AssignTargetP::Identifier(variable) = &assign.lhs.node else {
                    return;
                };
                self.call(&assign.rhs, Some(&variable.node.ident));
            }
            _ => {}
        }
    }

    fn call(&mut self, expression: &AstExpr, assigned: Option<&str>) {
        let Some(call) = Call::of(expression) else {
            return;
        };
        match call.function {
            Function::Name(name) => self.function(name, &call, assigned),
            Function::Tag(variable, class) if self.extensions.iter().any(|e| e == variable) => {
                self.tag(class, &call);
            }
            Function::Tag(..) => {}
        }
    }

    fn function(&mut self, name: &str, call: &Call<'_>, assigned: Option<&str>) {
        let of_lre = call.text("module_name", 0) == Some("lre");
        match name {
            "module" => self.module.name = call.text("name", 0).map(str::to_owned),
            "bazel_dep" if call.text("name", 0) == Some("lre") => {
                self.module.dependency = Some(Dependency {
                    version: call.text("version", 1).map(str::to_owned),
                    repository: call.text("repo_name", 3).map(str::to_owned),
                });
            }
            "local_path_override" if of_lre => {
                let path = call.text("path", 1).map(|path| self.root.join(path));
                self.module.local_path = path;
                self.module.overridden = true;
            }
            name if name.ends_with("_override") && of_lre => self.module.overridden = true,
            "use_extension" => {
                let file = call.text("extension_bzl_file", 0).unwrap_or_default();
                let ours = call.text("extension_name", 1) == Some("lre") && self.is_ours(file);
                if let (true, Some(variable)) = (ours, assigned) {
                    self.module.extension = true;
                    self.extensions.push(variable.to_owned());
                }
            }
            "use_repo" => self.use_repo(call),
            "include" => {
                let label = call.text("label", 0);
                let included = label.and_then(|label| path_of(label, self.root));
                if let Some(path) = included {
                    self.file(&path);
                }
            }
            _ => {}
        }
    }

    /// Whether `file` is ours: of the dependency, or of the root module itself where that is lre.
    fn is_ours(&self, file: &str) -> bool {
        let Some(repository) = file.strip_suffix("//:extensions.bzl") else {
            return false;
        };
        let dependency = self.module.dependency.as_ref();
        let called = dependency.map(|d| d.repository.as_deref().unwrap_or("lre"));
        match repository.trim_start_matches('@') {
            "" => self.module.name.as_deref() == Some("lre"),
            // A file that is included may use what its includer depends on, and the other way round.
            name => called.unwrap_or("lre") == name,
        }
    }

    fn use_repo(&mut self, call: &Call<'_>) {
        let proxy = call.positional.first().and_then(|e| identifier(e));
        if !proxy.is_some_and(|proxy| self.extensions.iter().any(|e| e == proxy)) {
            return;
        }
        let own = call.positional[1..].iter().filter_map(|e| string(e));
        let renamed = call.named.iter();
        let renamed = renamed.filter_map(|(name, value)| Some((*name, string(value)?)));
        let all = own.map(|name| (name, name)).chain(renamed);
        for (local, repository) in all {
            if repository == REPOSITORY {
                self.module.repository = Some(local.to_owned());
            }
        }
    }

    fn tag(&mut self, class: &str, call: &Call<'_>) {
        match class {
            "environment" => {
                let file = call.text("file", usize::MAX).map(str::to_owned);
                self.module.environments.extend(file);
            }
            "platform" => {
                let wanted = &mut self.module.wanted;
                if let Some(properties) = call.named.get("exec_properties") {
                    wanted.own.extend(dictionary(properties));
                }
                let on_demand = call.named.get("on_demand").and_then(|e| identifier(e));
                wanted.on_demand |= on_demand == Some("True");
            }
            _ => {}
        }
    }
}

enum Function<'a> {
    Name(&'a str),
    /// A tag class of what a variable holds.
    Tag(&'a str, &'a str),
}

struct Call<'a> {
    function: Function<'a>,
    positional: Vec<&'a AstExpr>,
    named: BTreeMap<&'a str, &'a AstExpr>,
}

impl<'a> Call<'a> {
    fn of(expression: &'a AstExpr) -> Option<Call<'a>> {
        let ExprP::Call(function, arguments) = &expression.node else {
            return None;
        };
        let function = match &function.node {
            ExprP::Identifier(name) => Function::Name(&name.node.ident),
            ExprP::Dot(of, class) => Function::Tag(identifier(of)?, class),
            _ => return None,
        };
        let mut call = Call {
            function,
            positional: Vec::new(),
            named: BTreeMap::new(),
        };
        for argument in &arguments.args {
            match &argument.node {
                ArgumentP::Positional(value) => call.positional.push(value),
                ArgumentP::Named(name, value) => {
                    call.named.insert(name, value);
                }
                ArgumentP::Args(_) | ArgumentP::KwArgs(_) => {}
            }
        }
        Some(call)
    }

    /// A string that is passed by its name or at its place.
    fn text(&self, name: &str, place: usize) -> Option<&'a str> {
        let by_name = self.named.get(name).copied();
        string(by_name.or(self.positional.get(place).copied())?)
    }
}

fn identifier(expression: &AstExpr) -> Option<&str> {
    match &expression.node {
        ExprP::Identifier(name) => Some(&name.node.ident),
        _ => None,
    }
}

fn string(expression: &AstExpr) -> Option<&str> {
    match &expression.node {
        ExprP::Literal(AstLiteral::String(text)) => Some(text),
        _ => None,
    }
}

fn dictionary(expression: &AstExpr) -> BTreeMap<String, String> {
    let ExprP::Dict(entries) = &expression.node else {
        return BTreeMap::new();
    };
    let texts = entries.iter();
    texts
        .filter_map(|(key, value)| Some((string(key)?.to_owned(), string(value)?.to_owned())))
        .collect()
}
