//! Bazel's dialects of Starlark, and the evaluation of one file in one of them.
//! It must not know where files come from or what any rule or label means.

use starlark::environment::{FrozenModule, Globals, Module};
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

/// Evaluates one file and freezes what it defines.
pub fn evaluate(
    file: &str,
    text: &str,
    dialect: &Dialect,
    globals: &Globals,
    loader: &dyn FileLoader,
    log: &Log,
) -> starlark::Result<FrozenModule> {
    let ast = AstModule::parse(file, text.to_owned(), dialect)?;
    Module::with_temp_heap(|module| {
        {
            let mut eval = Evaluator::new(&module);
            eval.set_loader(loader);
            eval.extra = Some(log);
            eval.eval_module(ast, globals)?;
        }
        let name = FrozenHeapName::User(Box::new(file.to_owned()));
        Ok(module.freeze_named(name)?)
    })
}
