//! What AWS says: who we are, which regions answer, which calls are allowed, and what time it is.

use std::{
    future::Future,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use jiff::Timestamp;

use super::{
    Progress, Visit,
    report::{Area, Check, Verdict},
};
use crate::{
    app::state::Source,
    aws::{self, regions},
    model::{Problem, ProblemKind, Target, TargetId, Text, format},
    runtime::world::World,
    service::{self, Read, reads},
};

/// Questions under way at the same time.
const TOGETHER: usize = 12;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Seconds by which clocks may differ before AWS refuses what is signed by ours (IAM User Guide, "Troubleshoot signed requests": five
/// minutes), and before it is worth a word.
const REFUSED: i64 = 300;
const WORTH_A_WORD: i64 = 30;
/// Seconds before their end in which credentials are worth a word.
const SOON: i64 = 900;

/// What came of meeting a target.
struct Met {
    target: Target,
    identity: Result<(Text, Text), Problem>,
    took: Duration,
    /// Seconds by which our clock is before theirs.
    ahead: Option<i64>,
    ends: Option<Timestamp>,
}

/// The first target of each profile: what is so in all its regions is asked there.
fn firsts(targets: &[Target]) -> Vec<TargetId> {
    let first = |at: &usize| targets[..*at].iter().all(|before| before.profile != targets[*at].profile);
    (0..targets.len()).filter(first).map(|at| TargetId(at as u16)).collect()
}

/// Asks everything at once, as far as it can be asked.
pub(super) async fn look(world: &World, targets: &[Target], visit: &Visit<'_>, told: &Progress) -> Vec<Check> {
    let (firsts, done) = (firsts(targets), AtomicUsize::new(0));
    let all: Vec<Read> = reads::COMMON.iter().chain(service::ALL.iter().flat_map(|service| service.reads)).copied().collect();
    let count = targets.len() + firsts.len() * (1 + all.len());
    let counted = || told.tell(done.fetch_add(1, Ordering::Relaxed) + 1, count);
    told.tell(0, count);
    let ids = (0..targets.len()).map(|at| TargetId(at as u16));
    let met = in_order(ids.map(|id| counting(meet(world, id, &targets[usize::from(id.0)]), &counted))).await;
    let enabled = in_order(firsts.iter().map(|id| counting(enabled(world, *id), &counted))).await;
    let mut checks: Vec<Check> = firsts.iter().map(|id| credentials(&met[usize::from(id.0)], visit)).collect();
    checks.extend(met.iter().map(|met| region(met, switched_on(&firsts, &enabled, targets, met))));
    checks.push(clock(met.iter().filter_map(|met| met.ahead)));
    // Whoever is known may be asked about, even if they may not ask who they are.
    let known = |id: &&TargetId| met[usize::from(id.0)].identity.as_ref().err().is_none_or(|problem| problem.kind == ProblemKind::Denied);
    for id in firsts.iter().filter(known) {
        let answers = in_order(all.iter().map(|read| counting(ask(world, *id, *read), &counted))).await;
        checks.extend(permissions(&met[usize::from(id.0)], &answers));
    }
    checks
}

/// Some at a time, the answers in the order of the questions.
async fn in_order<F: Future>(questions: impl Iterator<Item = F>) -> Vec<F::Output> {
    stream::iter(questions).buffered(TOGETHER).collect().await
}

async fn counting<T>(question: impl Future<Output = T>, counted: &(impl Fn() + Sync)) -> T {
    let answer = question.await;
    counted();
    answer
}

async fn patiently<T>(question: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let late = || Problem::new(ProblemKind::Timeout, "no answer within twenty seconds", "check network, VPN and endpoint");
    tokio::time::timeout(PATIENCE, question).await.unwrap_or_else(|_| Err(late()))
}

async fn meet(world: &World, id: TargetId, target: &Target) -> Met {
    let begun = (Instant::now(), Timestamp::now());
    let (identity, date) = aws::dated(patiently(async { world.reach(id).await?.identity().await })).await;
    let took = begun.0.elapsed();
    // The answer was dated between the question and its arrival, by a clock that shows whole seconds.
    let ours = begun.1.as_millisecond() + i64::try_from(took.as_millis()).unwrap_or(0) / 2;
    let ahead = date.map(|theirs| (ours - theirs.as_millisecond() - 500) / 1_000);
    let ends = match world.session(id).await {
        Some(aws) => aws.ends().await,
        None => None,
    };
    Met { target: target.clone(), identity, took, ahead, ends }
}

async fn enabled(world: &World, id: TargetId) -> Result<Vec<Text>, Problem> {
    patiently(async { regions::enabled(&world.reach(id).await?).await }).await
}

/// The regions that are known to be enabled for the account of a target.
fn switched_on<'a>(firsts: &[TargetId], enabled: &'a [Result<Vec<Text>, Problem>], targets: &[Target], met: &Met) -> Option<&'a [Text]> {
    let at = firsts.iter().position(|id| targets[usize::from(id.0)].profile == met.target.profile)?;
    enabled.get(at)?.as_ref().ok().map(Vec::as_slice)
}

fn credentials(met: &Met, visit: &Visit<'_>) -> Check {
    let Target { profile, .. } = &met.target;
    match &met.identity {
        Ok((_, arn)) => {
            let left = met.ends.map(|ends| ends.duration_since(Timestamp::now()).as_secs());
            let ends = left.map_or_else(String::new, |left| format!(", for another {}", format::age(left.max(0))));
            let words = format!("{profile}: {arn}, by {}{ends}", source(visit));
            match left {
                Some(left) if left < SOON => Check::warn(Area::Credentials, &words, "they are about to end: sign in anew"),
                _ => Check::ok(Area::Credentials, &words),
            }
        }
        Err(problem) => failed(Area::Credentials, &format!("{profile}"), problem),
    }
}

/// Where credentials come from, as far as it can be told from here.
fn source(visit: &Visit<'_>) -> &'static str {
    let environment = &visit.sources.environment;
    let config = &visit.standing.config;
    let set = |name: &str| environment.get(name).is_some();
    match (&config.source, config.accounts.is_empty(), config.profiles.as_slice()) {
        (Source::Demo, ..) => "the demonstration",
        (_, false, _) => "the configured targets",
        (_, true, []) if set("AWS_ACCESS_KEY_ID") => "keys in the environment",
        (_, true, []) if set("AWS_WEB_IDENTITY_TOKEN_FILE") => "the web identity of the environment",
        (_, true, []) if set("AWS_CONTAINER_CREDENTIALS_FULL_URI") || set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") => {
            "the container's role"
        }
        (_, true, []) => "the SDK's default chain",
        (_, true, _) => "its profile",
    }
}

fn failed(area: Area, what: &str, problem: &Problem) -> Check {
    let code = problem.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
    Check::fail(area, &format!("{what}: {code}{}", problem.headline), problem.hint.as_str())
}

fn region(met: &Met, enabled: Option<&[Text]>) -> Check {
    let place = format!("{} {}", met.target.profile, met.target.region);
    let off = enabled.is_some_and(|enabled| !enabled.contains(&met.target.region));
    match &met.identity {
        _ if off => Check::fail(Area::Regions, &format!("{place} is not enabled for the account"), "enable it, or leave it out"),
        Ok(_) => {
            let known = if enabled.is_some() { ", enabled" } else { "" };
            Check::ok(Area::Regions, &format!("{place} answers in {} ms{known}", met.took.as_millis()))
        }
        // Said once, among the credentials.
        Err(problem) if problem.kind.about_the_session() => {
            Check::warn(Area::Regions, &format!("{place} was not asked further"), "its credentials come first")
        }
        Err(problem) => failed(Area::Regions, &place, problem),
    }
}

/// The clock that is furthest from ours decides.
fn clock(ahead: impl Iterator<Item = i64>) -> Check {
    let Some(ahead) = ahead.max_by_key(|ahead| ahead.abs()) else {
        return Check::warn(Area::Clock, "nobody told the time", "it is told with the first answer");
    };
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let words = format!("{} s {side} AWS's", ahead.abs());
    match ahead.abs() {
        REFUSED.. => Check::fail(Area::Clock, &words, "AWS refuses what is signed five minutes off: set the clock, by NTP"),
        WORTH_A_WORD.. => Check::warn(Area::Clock, &words, "set the clock, by NTP: from five minutes on AWS refuses every call"),
        _ => Check::ok(Area::Clock, "agrees with AWS's"),
    }
}

/// What came of asking for a call.
#[derive(Debug, Clone, PartialEq)]
enum Permission {
    Allowed,
    Denied,
    /// It cannot be asked for, or no answer says so.
    Unknown(Option<Problem>),
}

async fn ask(world: &World, id: TargetId, read: Read) -> (&'static str, Permission) {
    let Some(probe) = read.probe else { return (read.action, Permission::Unknown(None)) };
    let outcome = patiently(async { probe(world.reach(id).await?).await }).await;
    (read.action, permission(outcome))
}

/// AWS looks at permissions before anything else: whoever is told that there is no such thing may ask for it.
fn permission(outcome: Result<(), Problem>) -> Permission {
    match outcome {
        Ok(()) => Permission::Allowed,
        Err(problem) => match problem.kind {
            ProblemKind::Denied => Permission::Denied,
            ProblemKind::NotFound | ProblemKind::Conflict | ProblemKind::Invalid => Permission::Allowed,
            _ => Permission::Unknown(Some(problem)),
        },
    }
}

/// A line for each service, and one for each call of it that is denied or gave no answer.
fn permissions(met: &Met, answers: &[(&'static str, Permission)]) -> Vec<Check> {
    let profile = &met.target.profile;
    let who = met.identity.as_ref().map(|(_, arn)| arn.to_string()).unwrap_or_default();
    let prefix = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
    let mut services: Vec<String> = answers.iter().map(|(action, _)| prefix(action)).collect();
    services.sort_unstable();
    services.dedup();
    let mut checks = Vec::new();
    for service in services {
        let own: Vec<_> = answers.iter().filter(|(action, _)| prefix(action) == service).collect();
        let allowed = own.iter().filter(|(_, permission)| *permission == Permission::Allowed).count();
        let silent: Vec<&str> =
            own.iter().filter(|(_, permission)| *permission == Permission::Unknown(None)).map(|(action, _)| *action).collect();
        let summary = format!("{profile}: {allowed} of {} calls of {service} that read are allowed", own.len() - silent.len());
        let verdict = if allowed + silent.len() == own.len() { Verdict::Ok } else { Verdict::Warn };
        let next = if silent.is_empty() { String::new() } else { format!("not asked: {}", silent.join(", ")) };
        checks.push(Check { verdict, ..Check::ok(Area::Permissions, &summary).but(&next) });
        checks.extend(own.iter().filter_map(|(action, permission)| match permission {
            Permission::Denied => Some(Check::fail(
                Area::Permissions,
                &format!("{profile}: {action} is denied"),
                &format!("allow it to {who}, or do without"),
            )),
            Permission::Unknown(Some(problem)) => {
                Some(Check::warn(Area::Permissions, &format!("{profile}: {action}: {}", problem.headline), problem.hint.as_str()))
            }
            Permission::Allowed | Permission::Unknown(None) => None,
        }));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(identity: Result<(Text, Text), Problem>) -> Met {
        let target = Target { profile: "prod".into(), region: "eu-west-1".into() };
        Met { target, identity, took: Duration::from_millis(84), ahead: None, ends: None }
    }

    fn known() -> Met {
        met(Ok(("111122223333".into(), "arn:aws:iam::111122223333:user/ada".into())))
    }

    #[test]
    fn clocks_that_differ_are_told_by_how_much() {
        let verdict = |ahead: &[i64]| clock(ahead.iter().copied()).verdict;
        assert_eq!(
            (verdict(&[0, -2]), verdict(&[0, -31]), verdict(&[301, 0]), verdict(&[])),
            (Verdict::Ok, Verdict::Warn, Verdict::Fail, Verdict::Warn)
        );
        assert_eq!(clock([-400].into_iter()).what.as_str(), "400 s behind AWS's");
    }

    #[test]
    fn whoever_is_told_that_there_is_no_such_thing_may_ask() {
        let of = |kind| permission(Err(Problem::new(kind, "x", "")));
        assert_eq!((of(ProblemKind::NotFound), of(ProblemKind::Invalid)), (Permission::Allowed, Permission::Allowed));
        assert_eq!(of(ProblemKind::Denied), Permission::Denied);
        assert!(matches!(of(ProblemKind::Timeout), Permission::Unknown(Some(_))));
    }

    #[test]
    fn a_denied_call_is_named_as_the_policy_names_it() {
        let answers = [
            ("batch:ListJobs", Permission::Denied),
            ("batch:DescribeJobs", Permission::Allowed),
            ("lambda:ListTags", Permission::Unknown(None)),
        ];
        let lines: Vec<_> = permissions(&known(), &answers).into_iter().map(|check| (check.verdict, check.what.to_string())).collect();
        let line = |verdict, words: &str| (verdict, words.to_owned());
        assert_eq!(
            lines,
            [
                line(Verdict::Warn, "prod: 1 of 2 calls of batch that read are allowed"),
                line(Verdict::Fail, "prod: batch:ListJobs is denied"),
                line(Verdict::Ok, "prod: 0 of 0 calls of lambda that read are allowed"),
            ]
        );
    }

    #[test]
    fn a_region_that_is_off_fails_and_one_without_credentials_is_no_failure_of_its_own() {
        let elsewhere = [Text::from("us-east-1")];
        assert_eq!(region(&known(), Some(&elsewhere)).verdict, Verdict::Fail);
        assert_eq!(region(&known(), None).what.as_str(), "prod eu-west-1 answers in 84 ms");
        let over = met(Err(Problem::new(ProblemKind::Expired, "the session has ended", "sign in")));
        assert_eq!(region(&over, None).verdict, Verdict::Warn);
        assert!(firsts(&[over.target.clone(), over.target]).len() == 1);
    }
}
