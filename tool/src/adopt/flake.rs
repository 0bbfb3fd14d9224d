//! What a `flake.nix` needs so that its dev shell writes `.bazelrc.lre`: said, and never written,
//! since nothing here understands Nix.

use std::fs;

use camino::Utf8Path;

/// A part of a flake, and by what it is told to be there.
struct Part {
    signs: &'static [&'static str],
    lines: &'static str,
}

const PARTS: [Part; 4] = [
    Part {
        signs: &["lre.url", "inputs.lre", "lre = {"],
        lines: "inputs.lre.url = \"github:OWNER/lre\"; # the repository from which you have lre\n",
    },
    Part {
        signs: &["lre.flakeModule", "flakeModule"],
        lines: "imports = [ inputs.lre.flakeModule ];\n",
    },
    Part {
        signs: &[
            "local-remote-execution.settings",
            "lre.settings",
            "local-remote-execution = {",
        ],
        lines: "# in perSystem\n\
                local-remote-execution.settings = {\n  \
                  stdenv = pkgs.clangStdenv;\n  \
                  prefix = \"lre\";\n\
                };\n",
    },
    Part {
        signs: &["installationScript"],
        lines: "# in perSystem, of the dev shell\n\
                shellHook = config.local-remote-execution.installationScript;\n",
    },
];

/// What to do about the flake of the workspace at `root`; `None` where it has all that it needs, or
/// where there is none and the project was adopted before without one.
pub fn advice(root: &Utf8Path, adopted: bool) -> Option<String> {
    let Ok(bytes) = fs::read(root.join("flake.nix")) else {
        return (!adopted).then(|| {
            "flake.nix: there is none. With Nix, `nix flake new -t github:OWNER/lre FOLDER` (or \
             `nix flake init -t` in an empty folder) makes the template's, to be copied from; \
             docs/flake.md says more. Without Nix, `lre bazelrc --env FILE --prefix lre` writes \
             .bazelrc.lre.\n"
                .to_owned()
        });
    };
    let text = String::from_utf8_lossy(&bytes);
    let code: String = text
        .lines()
        .flat_map(|line| [line.split('#').next().unwrap_or_default(), "\n"])
        .collect();
    let missing = PARTS
        .iter()
        .filter(|part| !part.signs.iter().any(|sign| code.contains(sign)));
    let missing: Vec<String> = missing
        .flat_map(|part| part.lines.lines())
        .map(|line| format!("    {line}\n"))
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "flake.nix: unless a file that it imports has them, these lines are missing (docs/flake.md; \
         lre does not write to it):\n\n{}\n",
        missing.concat()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(flake: Option<&str>) -> Option<String> {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(dir.path()).unwrap();
        if let Some(flake) = flake {
            fs::write(root.join("flake.nix"), flake).unwrap();
        }
        advice(root, false)
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_else() {
        let none = said(None).unwrap();
        assert!(none.contains("nix flake init -t"), "{none}");
        assert_eq!(advice(Utf8Path::new("/nowhere"), true), None);

        let all = said(Some("{ outputs = _: { }; }\n# inputs.lre.flakeModule\n")).unwrap();
        for part in [
            "inputs.lre.url",
            "flakeModule",
            "settings",
            "installationScript",
        ] {
            assert!(all.contains(part), "{part} in {all}");
        }

        let template = include_str!("../../../templates/project/flake.nix");
        assert_eq!(said(Some(template)), None);

        let hook = "shellHook = config.local-remote-execution.installationScript;";
        let part = said(Some(&template.replace(hook, ""))).unwrap();
        assert!(
            part.contains(hook) && !part.contains("flakeModule"),
            "{part}"
        );
    }
}
