//! Looks up every label of the packages, in the tree and among the known targets of others.
//! It knows what a label must name; it must not know how the labels were collected.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::known::external;
use super::label::Label;
use super::record::Package;
use super::schema::{Attr, Call, Kind};
use super::{Fault, FileTree};

/// Drops the labels of `package` that are right whatever other packages there are, which is most of
/// them: nothing has to be kept of those until all packages are known.
pub fn settle(tree: &FileTree, path: &str, package: &mut Package) {
    let scope = Scope {
        tree,
        packages: &BTreeMap::new(),
        package: path,
        own: package,
    };
    let settled = |call: &Call, key: &str, labels: &[String]| {
        let attr = &call.schema.attrs[key];
        // Others ask a constraint value for its setting.
        key != "constraint_setting"
            && (attr.kind == Kind::Visibility || labels.iter().all(|label| scope.is_settled(label)))
            && scope.check(attr, labels).is_empty()
    };
    let open: Vec<Vec<bool>> = package
        .calls
        .iter()
        .map(|call| {
            let labels = call.labels.iter();
            labels
                .map(|(key, labels)| !settled(call, key, labels))
                .collect()
        })
        .collect();
    for (call, open) in package.calls.iter_mut().zip(open) {
        let mut open = open.into_iter();
        call.labels.retain(|_| open.next() == Some(true));
        call.labels.shrink_to_fit();
    }
}

/// What is wrong with the labels of `packages`, which are those of `tree` by their path.
pub fn faults(tree: &FileTree, packages: &BTreeMap<String, Package>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, package) in packages {
        let scope = Scope {
            tree,
            packages,
            package: path,
            own: package,
        };
        let mut add = |line, text| {
            faults.push(Fault {
                file: package.file.clone(),
                line: Some(line),
                text,
            });
        };
        for (file, line) in &package.exports {
            if !scope.is_file(path, file) {
                let text = format!("exports_files names {file:?}, which is no file of //{path}");
                add(*line, text);
            }
        }
        for call in &package.calls {
            for (key, labels) in &call.labels {
                for text in scope.check(&call.schema.attrs[key], labels) {
                    add(
                        call.line,
                        format!("{}: attribute {key} {text}", call.title()),
                    );
                }
            }
        }
    }
    faults
}

/// What a label turned out to name.
enum Found<'a> {
    /// A target of the tree or of another repository.
    Target {
        rule: &'a str,
        /// In full, where it is a constraint value.
        setting: Option<String>,
    },
    /// A file of the tree.
    File,
    /// Cannot be told, as the package could not be evaluated to its end.
    Unknown,
}

/// From where labels are looked up.
struct Scope<'a> {
    tree: &'a FileTree,
    packages: &'a BTreeMap<String, Package>,
    package: &'a str,
    own: &'a Package,
}

impl<'a> Scope<'a> {
    /// Whether a label names a target of the package itself or of another repository.
    fn is_settled(&self, text: &str) -> bool {
        Label::parse(text, self.package).is_some_and(|label| {
            !label.repository.is_empty()
                || label.package == self.package && self.own.targets.contains_key(label.name)
        })
    }

    /// What is wrong with the labels of one attribute.
    fn check(&self, attr: &Attr, labels: &'a [String]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut settings: BTreeMap<String, &str> = BTreeMap::new();
        for label in labels {
            if attr.kind == Kind::Visibility {
                if !is_visibility(label) {
                    faults.push(format!("names {label:?}, which is no visibility"));
                }
                continue;
            }
            match self.find(label) {
                Err(why) => faults.push(format!("names {label:?}, which is {why}")),
                Ok(Found::Unknown) => {}
                Ok(Found::File) if attr.allow_files => {}
                Ok(Found::File) => {
                    faults.push(format!("names {label:?}, which is a file and no target"));
                }
                Ok(Found::Target { rule, setting }) => {
                    if let Some(wanted) = unlike(attr, rule) {
                        faults.push(format!(
                            "names {label:?}, a {rule}, but must name a {wanted}"
                        ));
                    }
                    if attr.kind != Kind::ConstraintList {
                        continue;
                    }
                    let first = setting.and_then(|setting| settings.insert(setting, label));
                    if let Some(first) = first {
                        faults.push(format!(
                            "names {first:?} and {label:?}, two values of one constraint_setting"
                        ));
                    }
                }
            }
        }
        faults
    }

    /// What `text` names, or why it names nothing.
    fn find(&self, text: &'a str) -> Result<Found<'a>, String> {
        let Some(label) = Label::parse(text, self.package) else {
            return Err("no label".to_owned());
        };
        if !label.repository.is_empty() {
            return external(
                &format!("{}//{}", label.repository, label.package),
                label.name,
            )
            .map(|known| Found::Target {
                rule: known.rule,
                setting: known.setting.map(str::to_owned),
            })
            .ok_or_else(|| "no known target of another repository".to_owned());
        }
        let package = if label.package == self.package {
            Some(self.own)
        } else {
            self.packages.get(label.package)
        };
        let Some(package) = package else {
            return Err(format!(
                "in no package: there is no BUILD file in //{}",
                label.package
            ));
        };
        if let Some(at) = package.targets.get(label.name) {
            let call = &package.calls[*at];
            return Ok(Found::Target {
                rule: &call.schema.rule,
                setting: setting(call, label.package),
            });
        }
        let exported = package.exports.contains_key(label.name);
        match self.is_file(label.package, label.name) {
            true if exported || label.package == self.package => Ok(Found::File),
            _ if package.incomplete => Ok(Found::Unknown),
            true => Err(format!("a file that //{} does not export", label.package)),
            false => Err(format!("no target or file of //{}", label.package)),
        }
    }

    /// Whether the tree has the file, and no package lies between.
    fn is_file(&self, package: &str, name: &str) -> bool {
        let path = Utf8Path::new(package).join(name);
        let inner = || {
            let folders = path.ancestors().skip(1);
            folders.take_while(|folder| folder.as_str().len() > package.len())
        };
        self.tree.get(&path).is_some()
            && !inner().any(|folder| self.packages.contains_key(folder.as_str()))
    }
}

/// The rules of which a target must be for `attr`, where `rule` is none of them. What an alias
/// stands for is not looked at.
fn unlike(attr: &Attr, rule: &str) -> Option<String> {
    let wanted = match attr.kind {
        Kind::ConstraintList => &["constraint_value".to_owned()][..],
        _ => &attr.allow_rules,
    };
    let fits = wanted.is_empty() || rule == "alias" || wanted.iter().any(|w| w == rule);
    (!fits).then(|| wanted.join(" or "))
}

/// The setting of a constraint value, in full.
fn setting(call: &Call, package: &str) -> Option<String> {
    let label = call.label("constraint_setting")?;
    Label::parse(label, package).map(|label| label.to_string())
}

/// <https://bazel.build/concepts/visibility#visibility-specifications>, less package groups, which
/// we do not emit.
fn is_visibility(label: &str) -> bool {
    let special = ["//visibility:public", "//visibility:private"];
    special.contains(&label)
        || label.starts_with("//")
            && (label.ends_with(":__pkg__") || label.ends_with(":__subpackages__"))
}
