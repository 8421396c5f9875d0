//! The dependency rule: who may name whom, checked over the text of the tree.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A layer: what of ours it may import, and what of others it may not name.
struct Layer {
    name: &'static str,
    ours: &'static [&'static str],
    banned: &'static [&'static str],
}

/// Lines of a file that are not its tests.
const LONGEST: usize = 400;

const PURE: &[&str] =
    &["tokio::", "crossterm", "aws_", "SystemTime", "Instant", "std::fs", "std::env", "std::net", "std::process", "std::thread"];
const PURE_TEXTLESS: &[&str] =
    &["tokio::", "crossterm", "ratatui", "aws_", "SystemTime", "Instant", "std::fs", "std::env", "std::net", "std::process", "std::thread"];

const LAYERS: &[Layer] = &[
    Layer { name: "model", ours: &["model"], banned: PURE_TEXTLESS },
    Layer { name: "aws", ours: &["aws", "model"], banned: &["crossterm", "ratatui", "std::env"] },
    Layer { name: "service", ours: &["service", "aws", "model"], banned: &["crossterm", "ratatui", "std::env", "std::fs"] },
    Layer { name: "app", ours: &["app", "service", "model"], banned: PURE_TEXTLESS },
    Layer { name: "ui", ours: &["ui", "app", "service", "model"], banned: PURE },
    Layer { name: "config", ours: &["config", "ui", "app", "service", "model"], banned: &["tokio::", "crossterm", "aws_sdk_", "std::env"] },
    Layer { name: "sim", ours: &["sim", "model"], banned: &["crossterm", "ratatui", "aws_sdk_", "std::env", "std::fs"] },
    Layer {
        name: "cli",
        ours: &["cli", "config", "ui", "service", "model"],
        banned: &["tokio::", "crossterm", "aws_sdk_", "std::env", "std::fs"],
    },
    Layer { name: "runtime", ours: &["runtime", "cli", "config", "sim", "ui", "app", "service", "aws", "model"], banned: &["aws_sdk_"] },
];

/// A source file without its tests.
struct Source {
    path: PathBuf,
    whole: String,
    code: String,
}

fn tree(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { tree(&path) } else { vec![path] }).collect()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = tree(&root).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let tests = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "tests");
    files.filter(|path| !tests(path)).map(|path| source(&root, &path)).collect()
}

fn source(root: &Path, path: &Path) -> Source {
    let whole = fs::read_to_string(path).unwrap();
    let body = whole.split("#[cfg(test)]").next().unwrap_or_default();
    let code = body.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    Source { path: path.strip_prefix(root).unwrap().to_owned(), whole, code }
}

impl Source {
    /// The layer is the folder, or the file beside it.
    fn layer(&self) -> Option<&'static Layer> {
        let first = self.path.components().next()?.as_os_str().to_str()?;
        LAYERS.iter().find(|layer| layer.name == first.trim_end_matches(".rs"))
    }

    fn says(&self, word: &str) -> bool {
        match word.strip_prefix("std::") {
            Some(module) => roots(&self.code, "std::").contains(&module.to_owned()),
            None => mentions(&self.code, word),
        }
    }
}

/// Whether a path begins with this word somewhere: `aws_` in `aws_config::load`, but not in `"my_aws_thing"`.
fn mentions(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let path = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"' || c == '`');
        path && (!word.ends_with('_')
            || code[at..]
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .is_some_and(|name| code[at + name.len()..].starts_with("::")))
    })
}

/// The names that directly follow a prefix, also inside `use prefix::{…}`.
fn roots(code: &str, prefix: &str) -> Vec<String> {
    let follows = |at: usize| code[at + prefix.len()..].trim_start();
    code.match_indices(prefix).flat_map(|(at, _)| names(follows(at))).collect()
}

fn names(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    match rest.strip_prefix('{') {
        None => vec![word(rest)],
        Some(group) => split(group).into_iter().map(|part| word(&part)).filter(|name| !name.is_empty()).collect(),
    }
}

/// The parts of a group up to its closing brace, split at the commas of the outermost level.
fn split(group: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0_i32, vec![String::new()]);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    parts
}

/// Complaints about all files, each with its path, so that one run tells everything.
fn check(complain: impl Fn(&Source) -> Vec<String>) {
    let sources = sources();
    let named = |source: &Source| complain(source).into_iter().map(|what| format!("{}: {what}", source.path.display())).collect::<Vec<_>>();
    let complaints: Vec<String> = sources.iter().flat_map(named).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn arrows_never_point_up() {
    check(|source| {
        let Some(layer) = source.layer() else { return Vec::new() };
        let foreign = |name: &String| LAYERS.iter().any(|other| other.name == name) && !layer.ours.contains(&name.as_str());
        roots(&source.code, "crate::").into_iter().filter(foreign).map(|name| format!("{} may not name {name}", layer.name)).collect()
    });
}

#[test]
fn each_layer_touches_only_what_is_its_own() {
    check(|source| {
        let banned = source.layer().map_or(&[][..], |layer| layer.banned);
        banned.iter().filter(|word| source.says(word)).map(|word| format!("{word} has no place here")).collect()
    });
}

#[test]
fn every_file_belongs_to_a_layer() {
    check(|source| {
        let alone = ["lib.rs", "main.rs"].iter().any(|name| source.path == Path::new(name));
        if alone || source.layer().is_some() { Vec::new() } else { vec!["is in no layer; see LAYERS in tests/it/layers.rs".to_owned()] }
    });
}

#[test]
fn every_layer_says_its_invariant() {
    check(|source| {
        let root = source.path.components().count() == 1 && source.layer().is_some();
        let said = source.whole.starts_with("//!") && source.whole.contains("//! Invariant: ");
        if root && !said { vec!["begins with //! and what it is for, then `//! Invariant: …`".to_owned()] } else { Vec::new() }
    });
}

#[test]
fn files_stay_short() {
    check(|source| {
        let lines = source.code.lines().count();
        if lines > LONGEST { vec![format!("{lines} lines; {LONGEST} is the most")] } else { Vec::new() }
    });
}

#[test]
fn nothing_is_left_lying_about() {
    const LEFT: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[allow(", "#![allow("];
    check(|source| LEFT.iter().filter(|word| source.code.contains(**word)).map(|word| format!("has {word}")).collect());
    check(|source| if source.path.ends_with("mod.rs") { vec!["a module is foo.rs beside foo/".to_owned()] } else { Vec::new() });
}

/// The compiler forbids it in our code, as long as nobody takes that out; and nobody may, in a file that is not looked at above either.
#[test]
fn the_tree_is_free_of_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"), "Cargo.toml no longer forbids it");
    let words = [["un", "safe "].concat(), ["un", "safe{"].concat(), ["#[al", "low("].concat(), ["#![al", "low("].concat()];
    let files = ["src", "tests", "benches"].map(|folder| tree(&root.join(folder))).concat();
    let files: Vec<_> = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    assert!(files.len() > 300, "{} files were found", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().filter_map(|line| line.split("//").next()).collect();
        let found = words
            .iter()
            .find(|word| code.iter().any(|line| line.trim_start().starts_with(word.as_str()) || line.contains(&format!(" {word}"))));
        assert_eq!(found, None, "{}", path.display());
    }
}

#[test]
fn the_reader_of_imports_reads_groups() {
    let code = "use crate::{\n    app::{command::Command, state::State},\n    model::Text, ui,\n};\nfn f() { crate::sim::run() }";
    assert_eq!(roots(code, "crate::"), ["app", "model", "ui", "sim"]);
    assert!(
        mentions("aws_config::load()", "aws_") && !mentions("let my_aws_thing = \"aws_x\";", "aws_") && !mentions("aws_region", "aws_")
    );
}
