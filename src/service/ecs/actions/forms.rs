//! What the actions of ECS ask for.

use crate::{
    model::Resource,
    service::{
        Input, Sort,
        ecs::{services, taskdefs},
    },
};

/// The most tasks that one call starts (ECS API Reference, `RunTask`, `count`).
const TASKS: i64 = 10;
/// The most that a desired count can be (Service Quotas of ECS: tasks per service, 5,000).
const MOST: i64 = 5_000;

pub(super) static SCALE: &[Input] = &[Input {
    id: "desired",
    title: "desired tasks",
    sort: Sort::Line,
    initial: |row| services::desired(row).map_or_else(String::new, |count| count.to_string()),
    hint: |row| format!("{} now; 0 to {MOST}", services::desired(row).unwrap_or(0)),
    check: |_, text| match text.trim().parse::<i64>() {
        Ok(0..=MOST) => Ok(()),
        _ => Err(format!("a whole number from 0 to {MOST}")),
    },
}];

pub(super) static ROLLBACK: &[Input] = &[revision(|row| services::previous(row).to_owned())];
pub(super) static UPDATE: &[Input] = &[revision(|row| services::definition(row).to_owned())];

const fn revision(initial: fn(&Resource) -> String) -> Input {
    Input { id: "revision", title: "task definition", sort: Sort::Line, initial, hint: now, check: definition }
}

fn now(service: &Resource) -> String {
    format!("family:revision; {} now", services::definition(service))
}

fn definition(_: &Resource, text: &str) -> Result<(), String> {
    let revision = text.rsplit_once(':').and_then(|(family, revision)| (!family.is_empty()).then(|| revision.parse::<u32>().ok())?);
    if revision.is_some_and(|revision| revision > 0) { Ok(()) } else { Err("family:revision, such as web:7".to_owned()) }
}

pub(super) static STOP: &[Input] = &[Input {
    id: "reason",
    title: "reason",
    sort: Sort::Line,
    initial: |_| "stopped by an operator".to_owned(),
    hint: |_| "kept with the stopped task, for whoever looks".to_owned(),
    check: |_, text| if text.len() <= 1_024 { Ok(()) } else { Err("at most 1,024 characters".to_owned()) },
}];

pub(super) static RUN: &[Input] = &[
    line("cluster", "cluster", |_| "default".to_owned(), |_| "the name of a cluster".to_owned()),
    Input {
        id: "count",
        title: "tasks",
        sort: Sort::Line,
        initial: |_| "1".to_owned(),
        hint: |_| format!("1 to {TASKS}"),
        check: |_, text| match text.trim().parse::<i64>() {
            Ok(1..=TASKS) => Ok(()),
            _ => Err(format!("a whole number from 1 to {TASKS}")),
        },
    },
    Input {
        id: "launch",
        title: "on",
        sort: Sort::Choice(&["FARGATE", "EC2"]),
        initial: |row| {
            if taskdefs::fits(row).contains("EC2") && !taskdefs::fits(row).contains("FARGATE") {
                "EC2".to_owned()
            } else {
                "FARGATE".to_owned()
            }
        },
        hint: |row| match taskdefs::fits(row) {
            "" => String::new(),
            fits => format!("it is made for {fits}"),
        },
        check: |_, _| Ok(()),
    },
    line("subnets", "subnets", |_| String::new(), |_| "with commas; needed for awsvpc networking, which Fargate always has".to_owned()),
    line("groups", "security groups", |_| String::new(), |_| "with commas; empty: the default of the VPC".to_owned()),
];

const fn line(id: &'static str, title: &'static str, initial: fn(&Resource) -> String, hint: fn(&Resource) -> String) -> Input {
    Input {
        id,
        title,
        sort: Sort::Line,
        initial,
        hint,
        check: |_, text| if text.len() < 1_000 { Ok(()) } else { Err("too long".to_owned()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    #[test]
    fn a_revision_has_a_family_and_a_number() {
        let row = Resource { id: "a".into(), name: "a".into(), cells: Record::default(), tags: [].into(), parents: [].into() };
        for (text, right) in [("web:7", true), ("web", false), (":7", false), ("web:0", false), ("a:b:3", true)] {
            assert_eq!(definition(&row, text).is_ok(), right, "{text}");
        }
    }
}
