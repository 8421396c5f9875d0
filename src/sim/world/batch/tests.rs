use std::collections::BTreeSet;

use super::{plan::PLANS, *};

const NOW: i64 = 1_790_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn batch(count: usize) -> Batch {
    Batch::new(Chance::new(7), "123456789012", "eu-west-1", count, at(NOW))
}

fn all(batch: &Batch, second: i64) -> Vec<Job<'_>> {
    (0..QUEUES.len()).flat_map(|queue| batch.jobs(queue, 0, second)).collect()
}

#[test]
fn ids_are_unique_and_lead_back_to_their_jobs() {
    let mut batch = batch(60);
    batch.submit("mine", 3, &PLANS[7], 0, at(NOW));
    let jobs = all(&batch, NOW);
    let ids: BTreeSet<String> = jobs.iter().map(Job::id).collect();
    assert_eq!((jobs.len(), ids.len()), (61, 61));
    for job in jobs.iter().chain(&jobs.iter().flat_map(Job::children).collect::<Vec<_>>()) {
        let found = batch.job(&job.id(), NOW).expect("there");
        assert_eq!((found.id(), found.place, found.index), (job.id(), job.place, job.index));
    }
    for id in ["", "x", "a-b-c-d-e", "00000000-0000-4000-a000-000000000000", "é-0000-4-a-éééé"] {
        assert!(batch.job(id, NOW).is_none(), "{id}");
    }
}

#[test]
fn every_state_and_every_incident_is_going_on_at_any_time() {
    let batch = batch(600);
    for second in (NOW..NOW + 7_200).step_by(613) {
        let jobs = all(&batch, second);
        for status in Status::ALL.into_iter().filter(|status| *status != Status::Submitted) {
            assert!(jobs.iter().any(|job| job.status(second) == status), "no job is {status:?} at {second}");
        }
        let exits: BTreeSet<Option<i64>> = jobs.iter().map(|job| job.exit(second).map(|(code, _)| code)).collect();
        assert!(exits.is_superset(&[Some(0), Some(1), Some(137)].into()), "{exits:?}");
        assert!([2, 4].iter().all(|queue| batch.blocked(*queue, second).is_some()));
    }
}

#[test]
fn a_job_goes_through_its_states_in_order() {
    let mut batch = batch(0);
    let id = batch.submit("mine", 3, &PLANS[7], 0, at(NOW));
    let states: Vec<Status> = (0..300).map(|second| batch.job(&id, NOW + second).expect("there").status(NOW + second)).collect();
    assert!(states.is_sorted() && states[0] == Status::Submitted && states[299] == Status::Succeeded);
    let mut seen = states;
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

#[test]
fn an_array_is_over_when_its_children_are() {
    let mut batch = batch(0);
    let id = batch.submit("mine", 3, &PLANS[2], 12, at(NOW));
    let job = batch.job(&id, NOW + 120).expect("there");
    assert_eq!(job.status(NOW + 120), Status::Pending);
    assert_eq!(job.summary(NOW + 120).iter().map(|(_, count)| count).sum::<i64>(), 12);
    assert_eq!(job.status(NOW + 3_600), Status::Failed, "its eighth child fails");
    assert_eq!(job.children().filter(|child| child.status(NOW + 3_600) == Status::Failed).count(), 1);
}

#[test]
fn what_has_begun_cannot_be_cancelled_only_terminated() {
    let mut batch = batch(0);
    let id = batch.submit("mine", 3, &PLANS[7], 0, at(NOW));
    let status = |batch: &Batch, second: i64| batch.job(&id, NOW + second).expect("there").status(NOW + second);
    assert_eq!(status(&batch, 45), Status::Running);
    assert!(batch.end(&id, Ending::Cancel, "no", at(NOW + 45)));
    assert_eq!(status(&batch, 52), Status::Running);
    assert!(batch.end(&id, Ending::Terminate, "stop it", at(NOW + 45)));
    assert_eq!((status(&batch, 45), status(&batch, 52)), (Status::Running, Status::Failed));
    let job = batch.job(&id, NOW + 52).expect("there");
    assert_eq!((job.reason(NOW + 52, None), job.exit(NOW + 52)), ("stop it".to_owned(), Some((137, None))));
    assert!(!batch.end("nobody", Ending::Cancel, "", at(NOW)));
}

#[test]
fn a_switch_takes_its_time() {
    let mut batch = batch(12);
    let state = |batch: &Batch, second: i64| batch.queue(&QUEUES[0], at(NOW + second));
    assert_eq!(state(&batch, 0), (true, "VALID"));
    batch.switch("etl", false, at(NOW));
    assert_eq!((state(&batch, 1), state(&batch, 10)), ((false, "UPDATING"), (false, "VALID")));
    assert_eq!(batch.environment(&ENVIRONMENTS[6], at(NOW)), (true, "INVALID"));
}
