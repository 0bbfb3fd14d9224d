//! The calls that a MODULE.bazel consists of, with their lines, and arguments as far as their text
//! says what they are. It must not know what any function of Bazel's means.

mod depth;

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, anyhow};
use starlark::syntax::AstModule;
use starlark::syntax::ast::{
    ArgumentP, AssignTargetP, AstExpr, AstLiteral, AstStmt, BinOp, CallArgsP, ExprP, StmtP,
};
use starlark_syntax::codemap::{CodeMap, Span};
use starlark_syntax::syntax::module::AstModuleFields;

use crate::validate::MODULE;

/// A file, parsed.
pub struct Parsed(AstModule);

/// A statement at the top level of a file.
pub struct Statement<'a> {
    /// Its first and its last line, counted from 1.
    pub lines: (usize, usize),
    /// The variable that it sets.
    pub variable: Option<&'a str>,
    /// What it computes.
    pub value: &'a AstExpr,
}

/// A call of a function, or of a method of a variable.
pub struct Call<'a> {
    /// The function's name, or the variable's.
    pub name: &'a str,
    /// The method's name.
    pub method: Option<&'a str>,
    args: &'a CallArgsP<starlark::syntax::ast::AstNoPayload>,
}

/// Strings that variables stand for.
pub type Constants = HashMap<String, String>;

impl Parsed {
    /// Parses `text`, which errors call `file`.
    ///
    /// # Errors
    /// It is no Starlark as a MODULE.bazel has it, or nests too deep; with file and line.
    pub fn new(file: &str, text: &str) -> Result<Parsed> {
        depth::check(file, text)?;
        let parsed = AstModule::parse(file, text.to_owned(), &MODULE);
        parsed.map(Parsed).map_err(|error| {
            let place = error.span().map_or_else(
                || file.to_owned(),
                |span| {
                    let begin = span.resolve_span().begin;
                    format!("{file}:{}:{}", begin.line + 1, begin.column + 1)
                },
            );
            anyhow!("{place}: {}", error.without_diagnostic())
        })
    }

    /// All statements that compute something, in their order.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let mut found = Vec::new();
        collect(self.0.statement(), self.0.codemap(), &mut found);
        found
    }
}

fn collect<'a>(statement: &'a AstStmt, map: &CodeMap, into: &mut Vec<Statement<'a>>) {
    let (variable, value) = match &statement.node {
        StmtP::Statements(all) => return all.iter().for_each(|s| collect(s, map, into)),
        StmtP::Expression(value) => (None, value),
        StmtP::Assign(assign) => match &assign.lhs.node {
            AssignTargetP::Identifier(name) => (Some(name.node.ident.as_str()), &assign.rhs),
            _ => (None, &assign.rhs),
        },
        _ => return,
    };
    into.push(Statement {
        lines: lines(map, statement.span),
        variable,
        value,
    });
}

fn lines(map: &CodeMap, span: Span) -> (usize, usize) {
    (
        map.find_line(span.begin()) + 1,
        map.find_line(span.end()) + 1,
    )
}

impl<'a> Call<'a> {
    /// The call that `expression` is, if it is one of a name or of a name's method.
    pub fn of(expression: &'a AstExpr) -> Option<Call<'a>> {
        let ExprP::Call(callee, args) = &expression.node else {
            return None;
        };
        let (name, method) = match &callee.node {
            ExprP::Identifier(name) => (name, None),
            ExprP::Dot(object, method) => match &object.node {
                ExprP::Identifier(name) => (name, Some(method.node.as_str())),
                _ => return None,
            },
            _ => return None,
        };
        Some(Call {
            name: &name.node.ident,
            method,
            args,
        })
    }

    /// The argument that is the `index`th without a name, or is called `name`.
    pub fn argument(&self, index: usize, name: &str) -> Option<&'a AstExpr> {
        self.named()
            .find_map(|(given, value)| (given == name).then_some(value))
            .or_else(|| self.positional().nth(index))
    }

    /// The arguments without a name.
    pub fn positional(&self) -> impl Iterator<Item = &'a AstExpr> + use<'a> {
        self.args
            .args
            .iter()
            .filter_map(|argument| match &argument.node {
                ArgumentP::Positional(value) => Some(value),
                _ => None,
            })
    }

    /// The arguments with a name.
    pub fn named(&self) -> impl Iterator<Item = (&'a str, &'a AstExpr)> + use<'a> {
        self.args
            .args
            .iter()
            .filter_map(|argument| match &argument.node {
                ArgumentP::Named(name, value) => Some((name.node.as_str(), value)),
                _ => None,
            })
    }
}

/// All calls inside of an expression that are no statement by themselves: of comprehensions.
pub fn nested(expression: &AstExpr) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        found.extend(Call::of(expression));
        expression.visit_expr(|inner| open.push(inner));
    }
    found
}

/// The string that an expression is: a literal, a variable that stands for one, or a sum of these.
pub fn string(expression: &AstExpr, constants: &Constants) -> Option<String> {
    match &expression.node {
        ExprP::Literal(AstLiteral::String(text)) => Some(text.node.clone()),
        ExprP::Identifier(name) => constants.get(&name.node.ident).cloned(),
        ExprP::Op(left, BinOp::Add, right) => {
            Some(string(left, constants)? + &string(right, constants)?)
        }
        _ => None,
    }
}

/// The name that an expression is, of a variable, or `True`, `False` or `None`.
pub fn identifier(expression: &AstExpr) -> Option<&str> {
    match &expression.node {
        ExprP::Identifier(name) => Some(&name.node.ident),
        _ => None,
    }
}

/// The strings of a dictionary, as far as its text says them.
pub fn dictionary(expression: &AstExpr, constants: &Constants) -> BTreeMap<String, String> {
    let ExprP::Dict(entries) = &expression.node else {
        return BTreeMap::new();
    };
    let texts = entries.iter();
    texts
        .filter_map(|(key, value)| Some((string(key, constants)?, string(value, constants)?)))
        .collect()
}
