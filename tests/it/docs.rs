//! What the README says, held against what is so.

#![expect(clippy::disallowed_methods, reason = "a wish of whoever runs the tests comes by the environment")]

use std::{collections::BTreeSet, path::Path};

use quarterdeck::{
    app::command::COMMANDS,
    config::{self, Keymap},
    model::Unit,
    service::{self, Action, Bound, Kind, Metric, Sign},
    sim::Faults,
    ui::theme,
};
use serde_json::Value;

const README: &str = include_str!("../../README.md");
const CONTRIBUTING: &str = include_str!("../../CONTRIBUTING.md");
const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

/// The source of everything that calls AWS.
const CALLERS: &[&str] = &["src/aws.rs", "src/aws", "src/service.rs", "src/service"];

/// The table of keys as the command table and the built-in keymap make it.
fn keys() -> String {
    let keymap = Keymap::new(&[]).expect("the built-in keymap");
    let rows = COMMANDS.iter().map(|entry| {
        let keys: Vec<String> = keymap.chords(entry.command).iter().map(|chord| format!("`{}`", chord.glyph())).collect();
        format!("| {} | `{}` | {} |\n", keys.join(" ").replace('|', "\\|"), entry.name, entry.sentence)
    });
    format!("| Key | Command | What it does |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

/// The names of tests in the table of rules.
fn rules() -> Vec<(&'static str, Vec<&'static str>)> {
    let table = CONTRIBUTING.split("### The rules of the screen").nth(1).and_then(|rest| rest.split("\n\n`").next()).unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| ") && line.contains(". "));
    rows.map(|row| (row, row.split('`').skip(1).step_by(2).collect())).collect()
}

#[test]
fn every_rule_of_the_screen_is_held_by_tests_that_there_are() {
    let sources = [text(&root().join("src")), text(&root().join("tests"))].concat();
    let rules = rules();
    assert_eq!(rules.len(), 9);
    for (rule, tests) in rules {
        assert!(tests.len() >= 2, "{rule}");
        for test in tests {
            let named = sources.split(&format!("fn {test}(")).next().filter(|before| before.len() < sources.len());
            let marked = named.is_some_and(|before| before.lines().rev().take(4).any(|line| line.contains("test]")));
            assert!(marked, "there is no test {test}");
        }
    }
}

fn text(path: &Path) -> String {
    if path.is_dir() {
        return std::fs::read_dir(path).expect("a folder").map(|entry| text(&entry.expect("an entry").path())).collect();
    }
    std::fs::read_to_string(path).unwrap_or_default()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The actions that each policy of the README allows, in its order.
fn policies() -> Vec<BTreeSet<String>> {
    let blocks = README.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    let documents = blocks.map(|block| serde_json::from_str::<Value>(block).expect("JSON"));
    documents.filter(|document| document["Version"].is_string()).map(|document| allowed(&document)).collect()
}

fn allowed(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().expect("statements").iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().expect("actions"));
    actions.map(|action| action.as_str().expect("text").to_owned()).collect()
}

/// `DescribeInstances` as the SDK's methods spell it: `describe_instances`.
fn method(operation: &str) -> String {
    // IAM names this one action otherwise than the API names the operation.
    let operation = if operation == "InvokeFunction" { "Invoke" } else { operation };
    let spelled = operation.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase()));
    spelled.collect::<String>().trim_start_matches('_').to_owned()
}

/// The SDK's operations that stand in a source as methods: `.describe_instances()`.
fn operations(source: &str) -> BTreeSet<String> {
    let names = source.split('.').skip(1).filter_map(|rest| rest.split_once("()").map(|(name, _)| name));
    let word = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    names.filter(word).filter(|name| VERBS.iter().any(|verb| name.starts_with(verb))).map(str::to_owned).collect()
}

/// How the SDK's operations begin, as methods without arguments.
const VERBS: &[&str] = &[
    "describe_",
    "list_",
    "get_metric",
    "get_caller",
    "get_function",
    "get_job",
    "start_instance",
    "stop_task",
    "set_desired",
    "update_service",
    "update_nodegroup",
    "update_container",
    "update_event",
    "update_job",
    "update_compute",
    "put_",
    "delete_function_",
    "cancel_",
    "submit_",
    "run_task",
    "invoke",
    "enter_standby",
    "exit_standby",
    "suspend_",
    "resume_",
    "terminate_",
];

/// Every level of every service, as the tables tell it.
fn kinds() -> String {
    let row = |kind: &&'static Kind| {
        let opens: Vec<String> = kind.opens.iter().map(|below| format!("`{}`", below.id)).collect();
        let words: Vec<String> = kind.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let every = match kind.tier.every() {
            Some(60) => "each minute".to_owned(),
            Some(seconds) => format!("every {} min", seconds / 60),
            None => String::new(),
        };
        format!("| `{}` | {} | {} | {} | {every} |\n", kind.id, kind.title, words.join(" "), opens.join(" "))
    };
    let rows: String = service::ALL.iter().flat_map(|service| service.kinds).map(row).collect();
    format!("| Kind | What it lists | Also | Opens | Listed behind the screen |\n| --- | --- | --- | --- | --- |\n{rows}")
}

/// What counts as unhealthy, as the tables tell it.
fn signs() -> String {
    let row = |kind: &'static Kind, sign: &Sign, by: &str| {
        format!("| `{}` | `{}` | {} | {}{by} |\n", kind.id, sign.code, sign.severity.word(), sign.means)
    };
    let rows: String = service::kinds()
        .flat_map(|kind| {
            let own = kind.signs.iter().map(move |sign| row(kind, sign, ""));
            own.chain(kind.metrics.iter().filter_map(move |metric| Some(row(kind, &metric.bad_when?.sign, &concern(metric)))))
        })
        .collect();
    format!("| Kind | Code | At worst | When |\n| --- | --- | --- | --- |\n{rows}")
}

/// `; CPU at 90 % or more for 3 periods`
fn concern(metric: &Metric) -> String {
    let Some(concern) = metric.bad_when else { return String::new() };
    let (limit, side) = match concern.bound {
        Bound::Above(limit) => (limit, "more"),
        Bound::Below(limit) => (limit, "less"),
    };
    let periods = if concern.periods == 1 { "in its newest period".to_owned() } else { format!("for {} periods", concern.periods) };
    let value = match metric.unit {
        Unit::Percent => format!("{limit} %"),
        _ => limit.to_string(),
    };
    format!("; {} {value} or {side} {periods}", metric.title)
}

/// Every action of every kind, as the tables tell it.
fn actions() -> String {
    let row = |kind: &'static Kind, action: &'static Action| {
        let inputs: Vec<String> = action.inputs.iter().map(|input| format!("`{}`", input.id)).collect();
        let risk = format!("{:?}", action.risk).to_lowercase();
        let undo = action.undo.map(|undo| format!("`{}`", undo.action)).unwrap_or_default();
        format!("| `{}` | `{}` | `{}` | {} | {risk} | {} | {undo} |\n", kind.id, action.id, action.key, action.title, inputs.join(" "))
    };
    let rows: String = service::kinds().flat_map(|kind| kind.actions.iter().map(move |action| row(kind, action))).collect();
    format!(
        "| Kind | Action | Menu key | What it does | Risk | Asks for | Undone by |\n| --- | --- | --- | --- | --- | --- | --- |\n{rows}"
    )
}

/// Holds a generated table against the README. `QD_TABLES=write` puts it there instead.
fn table(name: &str, rows: &str) {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    // Not the README this was built with: another table may just have been written into it.
    let readme = text(&root().join("README.md"));
    let (head, rest) = readme.split_once(&open).unwrap_or_else(|| panic!("README.md has no {open}"));
    let (present, tail) = rest.split_once(&close).unwrap_or_else(|| panic!("README.md has no {close}"));
    if std::env::var_os("QD_TABLES").is_some_and(|wish| wish == "write") {
        std::fs::write(root().join("README.md"), [head, &open, rows, &close, tail].concat()).expect("written");
    } else {
        assert_eq!(present, rows, "QD_TABLES=write cargo test docs writes it");
    }
}

#[test]
fn the_tables_are_those_of_the_program() {
    table("kinds", &kinds());
    table("signs", &signs());
    table("actions", &actions());
}

#[test]
fn the_keys_are_those_of_the_program() {
    let keys = keys();
    assert!(README.contains(&format!("\n{keys}<!-- end of keys -->")), "the table of keys in README.md has to be\n\n{keys}");
}

#[test]
fn the_policies_allow_every_call_and_no_other() {
    let source: String = CALLERS.iter().map(|path| text(&root().join(path))).collect();
    let [look, act] = policies().try_into().expect("two policies: to look, and to act");
    assert!(look.is_subset(&act));
    assert!(look.iter().all(|action| action.contains(":Describe") || action.contains(":Get") || action.contains(":List")), "{look:?}");
    let methods: BTreeSet<String> = act.iter().map(|action| method(action.split(':').nth(1).expect("service:Operation"))).collect();
    for method in &methods {
        assert!(source.contains(method.as_str()), "README.md allows {method}, which nothing calls");
    }
    for operation in operations(&source) {
        assert!(methods.contains(&operation), "README.md does not allow {operation}");
    }
}

/// What the doctor asks for is what the policy to look allows: no call more, and none less.
#[test]
fn the_doctor_asks_for_every_call_that_reads() {
    let reads = service::reads::COMMON.iter().chain(service::ALL.iter().flat_map(|service| service.reads));
    let who_we_are = "sts:GetCallerIdentity".to_owned();
    let asked: BTreeSet<String> = reads.map(|read| read.action.to_owned()).chain([who_we_are]).collect();
    assert_eq!(asked, policies().swap_remove(0));
}

#[test]
fn every_fault_theme_and_setting_is_named() {
    let complaint = "x=1".parse::<Faults>().expect_err("no such fault");
    let faults = complaint.split_once("there are ").expect("a list of faults").1.split(", ");
    let settings = config::DEFAULT.lines().filter_map(|line| Some(line.strip_prefix('#')?.split_once(" = ")?.0));
    let themes = theme::EMBEDDED.iter().map(|(name, _)| *name);
    for word in faults.chain(settings).chain(themes) {
        assert!(README.contains(&format!("`{word}`")), "README.md does not name `{word}`");
    }
    assert!(README.contains("(src/config/default.toml)"));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("TOML");
    for group in ["dependencies", "dev-dependencies"] {
        for name in manifest[group].as_table().expect("a table").keys() {
            assert!(CONTRIBUTING.contains(&format!("`{name}`")), "CONTRIBUTING.md does not say why {name} is there");
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (name, document) in [("README.md", README), ("CONTRIBUTING.md", CONTRIBUTING), ("CHANGELOG.md", CHANGELOG)] {
        let links = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
            let path = link.split('#').next().unwrap_or_default();
            assert!(root().join(path).exists(), "{name}: {link}");
        }
    }
}
