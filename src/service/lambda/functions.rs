//! A function as a row: its facts, and what is wrong with it.

use aws_sdk_lambda::types::{FunctionConfiguration, LastUpdateStatus, State};
use jiff::Timestamp;

use super::FUNCTION;
use crate::{
    model::{Cell, Finding, Health, Interner, Resource, Severity, Target, Text},
    service::{
        Place, partition,
        row::{Cells, columns, finding, joined, number, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a function.
    enum Col {
        Runtime: "runtime", "RUNTIME", 12, Place::Row(4);
        Memory: "memory", "MEM MB", 6, Place::Row(6);
        Timeout: "timeout", "TIMEOUT S", 9, Place::Wide;
        Modified: "modified", "AGE", 4, Place::Row(5);
        State: "state", "STATE", 10, Place::Wide;
        Reason: "reason", "REASON", 30, Place::Wide;
        LastUpdate: "last_update", "LAST UPDATE", 12, Place::Detail;
        UpdateReason: "update_reason", "UPDATE REASON", 30, Place::Detail;
        Reserved: "reserved", "RESERVED", 8, Place::Wide;
        Provisioned: "provisioned", "PROVISIONED", 30, Place::Detail;
        Architecture: "architecture", "ARCH", 6, Place::Wide;
        Package: "package", "PACKAGE", 7, Place::Wide;
        CodeSize: "code_size", "CODE BYTES", 10, Place::Wide;
        Handler: "handler", "HANDLER", 24, Place::Detail;
        Role: "role", "ROLE", 40, Place::Detail;
        Layers: "layers", "LAYERS", 40, Place::Detail;
        LogGroup: "log_group", "LOG GROUP", 40, Place::Detail;
        Variables: "variables", "VARIABLES", 40, Place::Detail;
        Vpc: "vpc", "VPC", 21, Place::Detail;
        DeadLetters: "dead_letters", "DEAD LETTERS", 40, Place::Detail;
        Tracing: "tracing", "TRACING", 11, Place::Detail;
        Storage: "storage", "/TMP MB", 7, Place::Detail;
        Sha: "sha256", "CODE SHA-256", 44, Place::Detail;
        Description: "description", "DESCRIPTION", 40, Place::Detail;
    }
}

/// Makes a row of a function's configuration. `None` for one without a name, which AWS never sends.
pub(super) fn row(function: &FunctionConfiguration, shared: &mut Interner) -> Option<Resource> {
    let name = Text::new(function.function_name()?);
    Some(Resource { id: name.clone(), name, cells: cells(function, shared).done(), tags: [].into(), parents: [].into() })
}

/// The facts in a function's configuration; the list leaves out its state, which only a question about itself tells.
pub(super) fn cells(function: &FunctionConfiguration, shared: &mut Interner) -> Cells {
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, function, shared);
    code(&mut cells, function, shared);
    surroundings(&mut cells, function, shared);
    cells
}

fn standing(cells: &mut Cells, function: &FunctionConfiguration, shared: &mut Interner) {
    let update = function.last_update_status();
    cells
        .set(Col::State, function.state().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state.as_str()))))
        .text(Col::Reason, function.state_reason().map(Text::new))
        .set(Col::LastUpdate, update.map_or(Cell::None, |status| Cell::State(update_health(status), shared.text(status.as_str()))))
        .text(Col::UpdateReason, function.last_update_status_reason().map(Text::new))
        .set(Col::Modified, function.last_modified().and_then(moment).map_or(Cell::None, Cell::time));
}

fn health(state: &State) -> Health {
    match state {
        State::Active => Health::Ok,
        State::Pending => Health::Busy,
        State::Inactive => Health::Off,
        State::Failed => Health::Bad,
        _ => Health::Unknown,
    }
}

fn update_health(status: &LastUpdateStatus) -> Health {
    match status {
        LastUpdateStatus::Successful => Health::Ok,
        LastUpdateStatus::InProgress => Health::Busy,
        LastUpdateStatus::Failed => Health::Bad,
        _ => Health::Unknown,
    }
}

/// Lambda writes times as `2026-11-21T14:02:31.000+0000` (`FunctionConfiguration`, `LastModified`).
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()
}

fn code(cells: &mut Cells, function: &FunctionConfiguration, shared: &mut Interner) {
    let layers = function.layers().iter().filter_map(|layer| layer.arn()).map(|arn| arn.rsplit(":layer:").next().unwrap_or(arn).to_owned());
    let package = function.package_type().map(aws_sdk_lambda::types::PackageType::as_str);
    cells
        .text(Col::Runtime, function.runtime().map(|runtime| shared.text(runtime.as_str())).or(package.map(|word| shared.text(word))))
        .text(Col::Package, package.map(|word| shared.text(word)))
        .count(Col::Memory, function.memory_size())
        .count(Col::Timeout, function.timeout())
        .count(Col::CodeSize, Some(function.code_size()))
        .text(Col::Architecture, function.architectures().first().map(|word| shared.text(word.as_str())))
        .text(Col::Handler, function.handler().map(|handler| shared.text(handler)))
        .text(Col::Layers, joined(layers).map(|list| shared.text(&list)))
        .text(Col::Sha, function.code_sha256().map(Text::new))
        .text(Col::Description, function.description().map(Text::new))
        .count(Col::Storage, function.ephemeral_storage().map(aws_sdk_lambda::types::EphemeralStorage::size));
}

/// Of the variables only the names: their values are secrets until proven otherwise.
fn surroundings(cells: &mut Cells, function: &FunctionConfiguration, shared: &mut Interner) {
    let mut names: Vec<String> =
        function.environment().and_then(|own| own.variables()).map(|all| all.keys().cloned().collect()).unwrap_or_default();
    names.sort_unstable();
    let group = function.logging_config().and_then(|own| own.log_group());
    cells
        .text(Col::Role, function.role().map(|role| shared.text(role)))
        .text(Col::Variables, joined(names.into_iter()).map(|list| Text::new(&list)))
        .text(Col::LogGroup, group.map(Text::new))
        .text(Col::Vpc, function.vpc_config().and_then(|own| own.vpc_id()).map(|vpc| shared.text(vpc)))
        .text(Col::DeadLetters, function.dead_letter_config().and_then(|own| own.target_arn()).map(Text::new))
        .text(Col::Tracing, function.tracing_config().and_then(|own| own.mode()).map(|mode| shared.text(mode.as_str())));
}

pub(super) fn arn(function: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:lambda:{}:{account}:function:{}", partition(target.region.as_str()), target.region, function.name)
}

pub(super) fn moving(function: &Resource) -> bool {
    words(function, Col::State) == "Pending" || words(function, Col::LastUpdate) == "InProgress"
}

/// Runtimes that Lambda no longer patches (Lambda Developer Guide, "Deprecated runtimes", as of autumn 2026).
const DEPRECATED: &[&str] = &[
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "nodejs",
    "nodejs4.3",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "nodejs20.x",
    "ruby2.5",
    "ruby2.7",
    "ruby3.2",
    "java8",
    "go1.x",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet5.0",
    "dotnet6",
    "dotnet7",
    "provided",
];

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("function-failed", Severity::Critical, "the function failed and cannot be invoked"),
    sign("braked", Severity::Critical, "its reserved concurrency is 0: every invocation is throttled"),
    sign("update-failed", Severity::Warning, "its last update failed"),
    sign("inactive", Severity::Notice, "it was not invoked for so long that its resources were taken back"),
    sign("runtime-deprecated", Severity::Notice, "its runtime gets no more security patches"),
];

/// Everything wrong with a function at this moment, worst first.
pub(super) fn findings(function: &Resource, _: Timestamp) -> Vec<Finding> {
    let rules = [failed, update_failed, braked, inactive, deprecated];
    rules.iter().filter_map(|rule| rule(function)).collect()
}

fn failed(function: &Resource) -> Option<Finding> {
    let reason = format!("the function failed: {}", words(function, Col::Reason));
    (words(function, Col::State) == "Failed").then(|| {
        finding(Severity::Critical, "function-failed", &reason, "it cannot be invoked: mend what the reason names and deploy again")
    })
}

fn update_failed(function: &Resource) -> Option<Finding> {
    let reason = format!("the last update failed: {}", words(function, Col::UpdateReason));
    (words(function, Col::LastUpdate) == "Failed").then(|| {
        finding(Severity::Warning, "update-failed", &reason, "the version before it still runs: deploy again once the reason is gone")
    })
}

fn braked(function: &Resource) -> Option<Finding> {
    (number(function, Col::Reserved) == Some(0)).then(|| {
        finding(
            Severity::Critical,
            "braked",
            "its reserved concurrency is 0: every invocation is throttled",
            "release it when it may run again",
        )
    })
}

fn inactive(function: &Resource) -> Option<Finding> {
    let reason = format!("it is inactive: {}", words(function, Col::Reason));
    (words(function, Col::State) == "Inactive")
        .then(|| finding(Severity::Notice, "inactive", &reason, "the first invocation wakes it up and fails; the next ones work"))
}

fn deprecated(function: &Resource) -> Option<Finding> {
    let runtime = words(function, Col::Runtime);
    let reason = format!("its runtime {runtime} is deprecated: no more security patches");
    DEPRECATED.contains(&runtime).then(|| finding(Severity::Notice, "runtime-deprecated", &reason, "move it to a supported runtime"))
}

/// The parents of what belongs to a function.
pub(super) fn parents(function: &str) -> crate::model::Parents {
    crate::service::row::parent(FUNCTION, function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_configuration_makes_a_row_and_claims_nothing() {
        let bare = FunctionConfiguration::builder().function_name("f").build();
        let row = row(&bare, &mut Interner::default()).expect("a row");
        assert!(findings(&row, Timestamp::UNIX_EPOCH).is_empty() && !moving(&row));
        assert_eq!(row.cells[Col::State as usize], Cell::None);
    }

    #[test]
    fn what_is_wrong_is_told_in_lambdas_words() {
        let cases: [(FunctionConfiguration, &[&str]); 4] = [
            (
                FunctionConfiguration::builder().function_name("f").state(State::Failed).state_reason("no subnet").build(),
                &["function-failed"],
            ),
            (
                FunctionConfiguration::builder()
                    .function_name("f")
                    .runtime("python3.8".into())
                    .last_update_status(LastUpdateStatus::Failed)
                    .build(),
                &["update-failed", "runtime-deprecated"],
            ),
            (FunctionConfiguration::builder().function_name("f").state(State::Inactive).build(), &["inactive"]),
            (FunctionConfiguration::builder().function_name("f").state(State::Active).runtime("python3.14".into()).build(), &[]),
        ];
        for (function, codes) in cases {
            let row = row(&function, &mut Interner::default()).expect("a row");
            let found: Vec<&str> = findings(&row, Timestamp::UNIX_EPOCH).iter().map(|finding| finding.code).collect();
            assert_eq!(found, codes);
        }
    }

    #[test]
    fn times_are_read_as_lambda_writes_them() {
        let at = moment("2026-11-21T14:02:31.000+0000").expect("a moment");
        assert_eq!(at.to_string(), "2026-11-21T14:02:31Z");
        assert_eq!(moment("soon"), None);
    }
}
