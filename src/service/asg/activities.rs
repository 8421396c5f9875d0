//! Scaling activities: what a group did, whether it worked, and why it was done.

use std::sync::Arc;

use aws_sdk_autoscaling::types::Activity;
use jiff::Timestamp;

use super::{CALLS, GROUP, client};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, Resource, Severity, Text},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, parent, rows, send, words},
        sign::{Sign, sign},
    },
};

/// Activities on a page: the most that `DescribeScalingActivities` gives (Auto Scaling API Reference, `MaxRecords`).
const PAGE: i32 = 100;

columns! {
    /// The facts of an activity.
    enum Col {
        State: "state", "STATUS", 12, Place::Row(0);
        Started: "started", "AGE", 4, Place::Row(1);
        Description: "description", "WHAT", 44, Place::Row(2);
        Message: "message", "MESSAGE", 60, Place::Row(3);
        Group: "group", "GROUP", 26, Place::Row(4);
        Cause: "cause", "CAUSE", 60, Place::Wide;
        Ended: "ended", "ENDED", 6, Place::Wide;
        Progress: "progress", "PROGRESS %", 10, Place::Wide;
    }
}

fn row(activity: &Activity, shared: &mut Interner) -> Option<Resource> {
    let id = Text::new(activity.activity_id()?);
    let group = shared.exact(activity.auto_scaling_group_name().unwrap_or_default());
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, activity.status_code().map_or(Cell::None, |code| Cell::State(health(code.as_str()), shared.text(code.as_str()))))
        .time(Col::Started, activity.start_time())
        .time(Col::Ended, activity.end_time())
        .text(Col::Description, activity.description().map(Text::new))
        .text(Col::Message, activity.status_message().map(|message| shared.text(message)))
        .text(Col::Cause, activity.cause().map(Text::new))
        .text(Col::Group, Some(group.clone()))
        .count(Col::Progress, activity.progress());
    Some(Resource { name: id.clone(), id, cells: cells.done(), tags: [].into(), parents: parent(GROUP, group.as_str()) })
}

/// Status codes (Auto Scaling API Reference, `Activity`, `StatusCode`).
pub(super) fn health(code: &str) -> Health {
    match code {
        "Successful" => Health::Ok,
        "Failed" => Health::Bad,
        "Cancelled" => Health::Off,
        "" => Health::Unknown,
        _ => Health::Busy,
    }
}

/// Lists what one group did, or all groups, in the last six weeks.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let (group, ids) = match scope {
        Scope::Within(KindId(GROUP), group) => (Some(group.name.original().into_owned()), None),
        Scope::Ids(ids) => (None, Some(ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>())),
        Scope::All | Scope::Within(..) => (None, None),
    };
    let mut shared = Interner::default();
    let mut token = None;
    loop {
        let call = aws
            .through(&CALLS, client)
            .await
            .describe_scaling_activities()
            .set_auto_scaling_group_name(group.clone())
            .set_activity_ids(ids.clone());
        let answer = call.max_records(PAGE).set_next_token(token).send().await.map_err(|error| problem(error, aws.target()))?;
        send(&pages, rows(answer.activities().iter().filter_map(|activity| row(activity, &mut shared)).collect())).await?;
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(Vec::new());
        }
    }
}

/// Describes one activity so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, activity: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_scaling_activities().activity_ids(activity.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[sign("activity-failed", Severity::Warning, "the activity failed")];

pub(super) fn findings(activity: &Resource, _: Timestamp) -> Vec<Finding> {
    let why = words(activity, Col::Message);
    let failed = words(activity, Col::State) == "Failed";
    let found = failed.then(|| Finding {
        since: activity.cells[Col::Started as usize].moment(),
        ..finding(Severity::Warning, "activity-failed", why, "the reason is AWS's own; the group tries again by itself")
    });
    found.into_iter().collect()
}
