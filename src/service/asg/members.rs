//! Members of groups: where each is in its life there.

use std::sync::Arc;

use aws_sdk_autoscaling::types::{AutoScalingInstanceDetails, Instance};
use jiff::Timestamp;

use super::{CALLS, GROUP, client, groups};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, ProblemKind, Resource, Severity, Text},
    service::{
        Consequence, Pages, Place, Scope,
        elb::{self, Among, Subject},
        row::{Cells, columns, finding, rows, send, words},
        sign::{Sign, sign},
    },
};

/// Ids in one question: the most that `DescribeAutoScalingInstances` takes (Auto Scaling API Reference).
const IDS: usize = 50;

columns! {
    /// The facts of a member.
    enum Col {
        State: "state", "LIFECYCLE", 16, Place::Row(0);
        Health: "health", "HEALTH", 10, Place::Row(1);
        Group: "group", "GROUP", 26, Place::Row(2);
        Zone: "zone", "AZ", 11, Place::Row(4);
        Type: "type", "TYPE", 11, Place::Row(3);
        Protected: "protected", "PROTECTED", 9, Place::Row(5);
        Template: "template", "LAUNCHED FROM", 30, Place::Wide;
    }
}

/// What of a member the group and the question about single members both tell.
struct Facts<'a> {
    id: &'a str,
    group: &'a str,
    state: &'a str,
    health: &'a str,
    zone: Option<&'a str>,
    kind: Option<&'a str>,
    protected: Option<bool>,
    template: Option<String>,
}

fn row(facts: Facts<'_>, shared: &mut Interner) -> Resource {
    let id = Text::new(facts.id);
    let mut cells = Cells::new(Col::COLUMNS);
    let well = if facts.health.eq_ignore_ascii_case("healthy") { Health::Ok } else { Health::Bad };
    cells
        .set(Col::State, Cell::State(health(facts.state), shared.text(facts.state)))
        .set(Col::Health, Cell::State(well, shared.text(facts.health)))
        .text(Col::Group, Some(shared.exact(facts.group)))
        .text(Col::Zone, facts.zone.map(|zone| shared.text(zone)))
        .text(Col::Type, facts.kind.map(|kind| shared.text(kind)))
        .set(Col::Protected, facts.protected.map_or(Cell::None, Cell::Flag))
        .text(Col::Template, facts.template.map(|words| shared.text(&words)));
    let parents = [(KindId(GROUP), shared.exact(facts.group))].into();
    Resource { name: id.clone(), id, cells: cells.done(), tags: [].into(), parents }
}

/// The life of a member (Auto Scaling User Guide, "Instance lifecycle").
fn health(state: &str) -> Health {
    match state {
        "InService" => Health::Ok,
        "Standby" | "Detached" | "Terminated" | "Warmed:Stopped" => Health::Off,
        _ => Health::Busy,
    }
}

fn of_group(group: &str, one: &Instance, shared: &mut Interner) -> Option<Resource> {
    let facts = Facts {
        id: one.instance_id()?,
        group,
        state: one.lifecycle_state().map_or("", |state| state.as_str()),
        health: one.health_status().unwrap_or_default(),
        zone: one.availability_zone(),
        kind: one.instance_type(),
        protected: one.protected_from_scale_in(),
        template: one.launch_template().and_then(|own| Some(format!("{} {}", own.launch_template_name()?, own.version()?))),
    };
    Some(row(facts, shared))
}

fn alone(one: &AutoScalingInstanceDetails, shared: &mut Interner) -> Option<Resource> {
    let facts = Facts {
        id: one.instance_id()?,
        group: one.auto_scaling_group_name()?,
        state: one.lifecycle_state().unwrap_or_default(),
        health: one.health_status().unwrap_or_default(),
        zone: one.availability_zone(),
        kind: one.instance_type(),
        protected: one.protected_from_scale_in(),
        template: one.launch_template().and_then(|own| Some(format!("{} {}", own.launch_template_name()?, own.version()?))),
    };
    Some(row(facts, shared))
}

/// Lists the members of all groups or of one.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let names = match scope {
        Scope::Ids(ids) => return these(&aws, &ids, &pages).await,
        Scope::Within(KindId(GROUP), group) => Some(vec![group.name.original().into_owned()]),
        Scope::All | Scope::Within(..) => None,
    };
    let mut shared = Interner::default();
    let mut token = None;
    loop {
        let (groups, next) = groups::page(&aws, names.clone(), token).await?;
        let mut members = Vec::new();
        for group in &groups {
            let name = group.auto_scaling_group_name().unwrap_or_default();
            members.extend(group.instances().iter().filter_map(|one| of_group(name, one, &mut shared)));
        }
        send(&pages, rows(members)).await?;
        token = next;
        if token.is_none() {
            return Ok(Vec::new());
        }
    }
}

async fn these(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let mut shared = Interner::default();
    for ids in ids.chunks(IDS) {
        let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let call = aws.through(&CALLS, client).await.describe_auto_scaling_instances().set_instance_ids(Some(ids));
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        let known = answer.auto_scaling_instances().iter().filter_map(|one| alone(one, &mut shared)).collect();
        send(pages, rows(known)).await?;
    }
    Ok(Vec::new())
}

/// Whether load balancers lose healthy targets with these members: asked of the target groups of their groups alone.
pub(super) async fn last_healthy(aws: &Aws, rows: &[Arc<Resource>]) -> Vec<Consequence> {
    let serving: Vec<&Resource> = rows.iter().map(Arc::as_ref).filter(|row| state(row) == "InService").collect();
    let groups = serving.iter().filter_map(|row| group(row).ok()).map(|name| name.original().into_owned()).collect();
    let subjects: Vec<Subject<'_>> = serving.iter().map(|row| Subject { name: &row.name, ids: vec![row.id.as_str()] }).collect();
    match groups::target_groups(aws, groups).await {
        Ok(arns) => elb::last_healthy(aws, &subjects, Among::These(arns.into_iter().collect())).await,
        Err(problem) => vec![elb::unknown(&problem)],
    }
}

/// Describes one member so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, member: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_auto_scaling_instances().instance_ids(member.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn state(member: &Resource) -> &str {
    words(member, Col::State)
}

/// The name of its group.
pub(super) fn group(member: &Resource) -> Result<&Text, Problem> {
    let group = member.parents.iter().find(|(kind, _)| *kind == KindId(GROUP)).map(|(_, group)| group);
    group.ok_or_else(|| Problem::new(ProblemKind::Conflict, "its group is not known", "refresh the list"))
}

pub(super) fn moving(member: &Resource) -> bool {
    matches!(member.cells.get(Col::State as usize), Some(Cell::State(Health::Busy, _)))
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[sign("member-unhealthy", Severity::Warning, "its group counts it as unhealthy")];

pub(super) fn findings(member: &Resource, _: Timestamp) -> Vec<Finding> {
    let ill = matches!(member.cells.get(Col::Health as usize), Some(Cell::State(Health::Bad, _)));
    let found = ill.then(|| {
        finding(Severity::Warning, "member-unhealthy", "its group counts it as unhealthy", "it is replaced unless that is suspended")
    });
    found.into_iter().collect()
}
