//! Bazel's dialects of Starlark, and the evaluation of one file in one of them.
//! It must not know where files come from or what any rule or label means.

use std::fmt::Write;

use starlark::environment::{FrozenModule, Globals, GlobalsBuilder, Module};
use starlark::eval::{Evaluator, FileLoader};
use starlark::syntax::{AstModule, Dialect, DialectTypes};
use starlark::values::FrozenHeapName;

use super::record::Log;

/// Bazel's .bzl files, <https://bazel.build/rules/language>, and our stubs.
pub const BZL: Dialect = Dialect {
    enable_def: true,
    enable_lambda: true,
    enable_load: true,
    enable_keyword_only_arguments: true,
    enable_positional_only_arguments: false,
    enable_types: DialectTypes::Disable,
    enable_load_reexport: false,
    enable_top_level_stmt: false,
    enable_f_strings: false,
    _non_exhaustive: (),
};

/// <https://bazel.build/concepts/build-files>: no functions and no statements but expressions.
pub const BUILD: Dialect = Dialect {
    enable_def: false,
    enable_lambda: false,
    ..BZL
};

/// <https://bazel.build/external/module#module-bazel>: as BUILD files, and no loads.
pub const MODULE: Dialect = Dialect {
    enable_load: false,
    ..BUILD
};

/// What a file finds without loading it.
pub struct Scope {
    /// Values that are part of the language.
    pub globals: Globals,
    /// Public names of other files.
    pub modules: Vec<FrozenModule>,
    /// Whether the crate's compiler shall take the names of `modules`, and those that the file
    /// loads, for variables. With the first call of what it knows to be a constant, it makes tables
    /// of all builtins with their documentation, which takes longer than all the rest of `lre`.
    pub variables: bool,
}

impl Scope {
    /// The file with all names that it uses assigned once more at its end, which makes them
    /// variables.
    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.variables {
            let loaded = text.lines().flat_map(loaded).map(str::to_owned);
            let names = self.names().chain(loaded);
            let used: Vec<String> = names.filter(|name| text.contains(name)).collect();
            text.push('\n');
            for name in used {
                writeln!(text, "{name} = None").expect("a String takes all");
            }
        }
        text
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let names = self.modules.iter().flat_map(FrozenModule::names);
        names.map(|name| name.as_str().to_owned())
    }
}

/// The symbols of a load statement of one line, as we print them.
fn loaded(line: &str) -> impl Iterator<Item = &str> {
    let symbols = line.strip_prefix("load(").unwrap_or_default();
    symbols.split('"').skip(3).step_by(2)
}

/// Evaluates one file and freezes what it defines.
pub fn evaluate(
    file: &str,
    text: &str,
    dialect: &Dialect,
    scope: &Scope,
    loader: &dyn FileLoader,
    log: &Log,
) -> starlark::Result<FrozenModule> {
    let ast = AstModule::parse(file, scope.text(text), dialect)?;
    let module = Module::with_temp_heap(|module| -> starlark::Result<_> {
        for other in &scope.modules {
            module.import_public_symbols(other);
        }
        {
            let mut eval = Evaluator::new(&module);
            eval.set_loader(loader);
            eval.extra = Some(log);
            eval.eval_module(ast, &scope.globals)?;
        }
        let name = FrozenHeapName::User(Box::new(file.to_owned()));
        Ok(module.freeze_named(name)?)
    })?;
    if !scope.variables {
        return Ok(module);
    }
    // Without the names that were assigned once more.
    let foreign: Vec<String> = scope.names().collect();
    let mut own = GlobalsBuilder::new();
    for name in module.names() {
        // Private names are not to be had.
        if let Ok(value) = module.get(name.as_str())
            && !foreign.iter().any(|f| f == name.as_str())
        {
            own.set(name.as_str(), value);
        }
    }
    Ok(FrozenModule::from_globals(&own.build())?)
}
