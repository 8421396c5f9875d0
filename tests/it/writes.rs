//! No write of any SDK client is reached but through the executor: read from the text of the tree, held against the operations that the
//! SDK itself lists.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// How operations begin that change nothing; whatever begins otherwise is a write.
const READS: &[&str] = &["describe_", "list_", "get_", "batch_get_", "lookup_", "search_"];

/// Functions that call a write and are no action's, and why that is right.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("aws/keyring/lock.rs", "assume", "AssumeRole gives credentials and changes nothing"),
    ("service/ec2/actions.rs", "probe", "a dry run: EC2 only says whether it would be allowed"),
];

/// A file without its tests and comments.
struct Source {
    path: String,
    code: String,
}

/// A function, and the file it is in.
type Function = (String, String);

/// A place where a word stands.
struct Mention<'a> {
    path: &'a str,
    function: &'a str,
    line: &'a str,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = body.lines().map(|line| unquoted(line.split("//").next().unwrap_or_default())).collect::<Vec<_>>().join("\n");
        Self { path: path.to_owned(), code }
    }

    /// The names of it and of the modules it is in, by which others may call its functions: `calls`, `actions`, `ecs`.
    fn modules(&self) -> Vec<&str> {
        self.path.trim_end_matches(".rs").rsplit('/').filter(|name| !matches!(*name, "service" | "aws")).collect()
    }

    /// True where a function of one of these modules is brought in under its own name.
    fn imports(&self, modules: &[&str], function: &str) -> bool {
        let statements = self.code.split("\nuse ").skip(1).filter_map(|text| text.split(';').next());
        statements.filter(|text| text.contains(function)).map(words).any(|names| {
            let has = |wanted: &str| names.iter().any(|(_, name)| *name == wanted);
            has(function) && modules.iter().any(|module| has(module))
        })
    }

    /// Each line with the function it stands in; empty for a table.
    fn lines(&self) -> Vec<(&str, &str)> {
        let mut function = "";
        let mut lines = Vec::new();
        for line in self.code.lines() {
            if let Some((_, rest)) = line.split_once("fn ").filter(|(before, _)| qualifies(before.trim())) {
                function = rest.split(|c: char| !word(c)).next().unwrap_or_default();
            } else if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                function = "";
            }
            lines.push((function, line));
        }
        lines
    }
}

fn qualifies(before: &str) -> bool {
    before.is_empty() || ["pub", "async", "const"].iter().any(|word| before.starts_with(word))
}

/// A line without what stands in its quotes.
fn unquoted(line: &str) -> String {
    line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The operations of every SDK client that is linked: the SDK has a module for each.
fn operations() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let metadata =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--offline", "--locked"]).current_dir(root).output();
    let metadata: Value = serde_json::from_slice(&metadata.unwrap().stdout).expect("cargo tells where the SDK is");
    let packages = metadata["packages"].as_array().unwrap().iter();
    let clients = packages.filter(|package| package["name"].as_str().is_some_and(|name| name.starts_with("aws-sdk-")));
    let folders = clients.map(|package| PathBuf::from(package["manifest_path"].as_str().unwrap()).with_file_name("src").join("operation"));
    let modules = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    modules.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).map(|path| name(&path)).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn tree(root: &Path, folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let inside = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        // The simulated AWS names operations because it answers them, and may not name the SDK (`layers.rs`).
        if inside.starts_with("sim") || inside.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            sources.extend(tree(root, &path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source::new(&inside, &fs::read_to_string(&path).unwrap()));
        }
    }
    sources
}

/// `StopInstances`, as its types are named.
fn camel(operation: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    operation.split('_').filter(|part| !part.is_empty()).map(capital).collect()
}

/// The writes as they may be spelled: the method, and the types that make its request.
struct Writes {
    methods: BTreeSet<String>,
    types: BTreeSet<String>,
}

impl Writes {
    fn of(operations: &BTreeSet<String>) -> Self {
        let methods = operations.iter().filter(|name| !READS.iter().any(|read| name.starts_with(read)));
        let ends = |operation: &String| ["Input", "InputBuilder", "FluentBuilder"].map(|end| camel(operation) + end);
        Self { types: methods.clone().flat_map(ends).collect(), methods: methods.cloned().collect() }
    }

    /// True where a line calls one: as a method, by a macro that is given its name, or by its request.
    fn stand_in(&self, line: &str) -> bool {
        let known = |(at, name): (usize, &str)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            let called = before.ends_with('.') && after.starts_with('(');
            let given = before.ends_with("!(") && after.starts_with(')');
            self.types.contains(name) || ((called || given) && self.methods.contains(name))
        };
        words(line).into_iter().any(known)
    }
}

/// The words of a line, and where they begin.
fn words(line: &str) -> Vec<(usize, &str)> {
    let inside = line.split(|c: char| !word(c)).filter(|name| !name.is_empty());
    inside.map(|name| (name.as_ptr() as usize - line.as_ptr() as usize, name)).collect()
}

/// The functions that call a write themselves.
fn writers(sources: &[Source], operations: &BTreeSet<String>) -> BTreeSet<Function> {
    let writes = Writes::of(operations);
    let lines = sources.iter().flat_map(|source| source.lines().into_iter().map(move |(function, line)| (source, function, line)));
    let calling = lines.filter(|(_, _, line)| writes.stand_in(line));
    calling.map(|(source, function, _)| (source.path.clone(), function.to_owned())).collect()
}

/// Where a function is named: in its own file, where it is brought in, or by the name of a module it is in.
fn mentions<'a>(sources: &'a [Source], (path, function): &'a Function) -> Vec<Mention<'a>> {
    let own = sources.iter().find(|source| source.path == *path).unwrap();
    let modules = own.modules();
    let mut found = Vec::new();
    for source in sources {
        let known = source.path == *path || source.imports(&modules, function);
        for (inside, line) in source.lines().into_iter().filter(|(_, line)| line.contains(function.as_str())) {
            let named = |(at, name): (usize, &str)| {
                let (before, after) = (&line[..at], &line[at + name.len()..]);
                let through = modules.iter().any(|module| before.ends_with(&format!("{module}::")));
                let bare = known && !before.ends_with(['.', ':']) && !before.ends_with("fn ");
                // Called, or given to something that calls it.
                name == function
                    && (through || bare)
                    && (after.starts_with('(') || (through || before.ends_with(", ")) && after.starts_with(')'))
            };
            if words(line).into_iter().any(named) {
                found.push(Mention { path: &source.path, function: inside, line });
            }
        }
    }
    found
}

fn explained((path, function): &Function) -> bool {
    EXPLAINED.iter().any(|(known, name, _)| known == path && name == function)
}

/// Complaints about each way to a write that does not begin at an action's `run`.
fn complaints(sources: &[Source], operations: &BTreeSet<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut waiting: Vec<Function> = writers(sources, operations).into_iter().collect();
    let mut seen: BTreeSet<Function> = waiting.iter().cloned().collect();
    while let Some(function) = waiting.pop() {
        if explained(&function) {
            continue;
        }
        let found = if function.1.is_empty() { Vec::new() } else { mentions(sources, &function) };
        if function.1.is_empty() || found.is_empty() {
            complaints.push(format!("{}: {} writes, and is no action's run", function.0, function.1));
        }
        for mention in found.iter().filter(|mention| !mention.line.trim_start().starts_with("run: ")) {
            if mention.function.is_empty() {
                complaints.push(format!("{}: {} writes: {}", mention.path, function.1, mention.line.trim()));
                continue;
            }
            let caller = (mention.path.to_owned(), mention.function.to_owned());
            if seen.insert(caller.clone()) {
                waiting.push(caller);
            }
        }
    }
    complaints
}

#[test]
fn every_write_begins_at_the_run_of_an_action() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (sources, operations) = (tree(&root, &root), operations());
    assert!(operations.contains("stop_instances") && operations.contains("describe_instances"), "{}", operations.len());
    let found = complaints(&sources, &operations);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    // It sees what it is to see: an action of each service, and the one way to credentials.
    let writers = writers(&sources, &operations);
    for place in ["service/ec2/", "service/asg/", "service/ecs/", "service/eks/", "service/lambda/", "service/batch/", "aws/keyring/"] {
        assert!(writers.iter().any(|(path, _)| path.starts_with(place)), "{place}: {writers:?}");
    }
}

#[test]
fn every_explanation_is_of_something() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = tree(&root, &root);
    for (path, function, why) in EXPLAINED {
        let source = sources.iter().find(|source| source.path == *path).unwrap_or_else(|| panic!("{path} is gone"));
        assert!(!why.is_empty() && source.lines().iter().any(|(known, _)| known == function), "{path}: {function}");
    }
}

/// What somebody might add, and is told about.
#[test]
fn a_write_elsewhere_is_found() {
    let operations = ["stop_instances", "describe_instances", "invoke"].map(str::to_owned).into_iter().collect();
    let check = |path: &str, text: &str| complaints(&[Source::new(path, text)], &operations).len();
    let registered = "static A: &[Action] = &[Action {\n    run: |aws, batch| Box::pin(stop(aws, batch)),\n}];\nasync fn stop(aws: Aws) {\n    client.stop_instances().send();\n}";
    assert_eq!(check("service/x.rs", registered), 0);
    let cases = [
        ("service/x.rs", "async fn list(aws: Aws) {\n    client.stop_instances().send();\n}"),
        ("runtime/x.rs", "fn main() {\n    helper();\n}\nfn helper() {\n    client.invoke().send();\n}"),
        ("aws/x.rs", "fn a() {\n    write!(stop_instances);\n}"),
        ("aws/x.rs", "fn a() {\n    StopInstancesInput::builder();\n}"),
        ("service/x.rs", "static K: Kind = Kind {\n    details: Some(|aws| stop(aws)),\n};\nfn stop() {\n    c.stop_instances();\n}"),
    ];
    for (path, text) in cases {
        assert_eq!(check(path, text), 1, "{text}");
    }
    assert_eq!(check("service/x.rs", &format!("{registered}\nfn details() {{\n    stop(aws, batch);\n}}")), 1);
    assert_eq!(check("service/x.rs", "fn a() {\n    client.describe_instances().send();\n    // client.stop_instances()\n}"), 0);
}
