//! Where a plan happens: never cut, for a stop in the wrong account is still a stop.

use std::collections::BTreeMap;

use crate::{
    app::state::{Plan, State},
    model::TargetId,
    ui::text,
};

/// Places named one by one.
const NAMED: usize = 6;

/// `in prod 123456789012 eu-west-1 (3), us-east-1 (2); staging 567890123456 eu-west-1 (1)`.
pub(super) fn words(state: &State, plan: &Plan) -> String {
    let mut counts: BTreeMap<TargetId, usize> = BTreeMap::new();
    for row in &plan.rows {
        *counts.entry(row.key.target).or_default() += 1;
    }
    let mut said = String::new();
    let mut account = None;
    for (target, number) in counts.iter().take(NAMED) {
        let here = self::account(state, *target);
        match account.as_ref() {
            None => said = format!("in {here} "),
            Some(known) if *known == here => said.push_str(", "),
            Some(_) => said = format!("{said}; {here} "),
        }
        account = Some(here);
        said.push_str(state.fleet.targets.get(usize::from(target.0)).map_or("?", |known| known.target.region.as_str()));
        if counts.len() > 1 {
            said = format!("{said} ({})", text::grouped(*number));
        }
    }
    match counts.len().saturating_sub(NAMED) {
        0 => said,
        more => format!("{said} and {}", text::count(more, "more place")),
    }
}

/// `prod 123456789012`, the number once it is known.
fn account(state: &State, target: TargetId) -> String {
    let profile = state.fleet.targets.get(usize::from(target.0)).map_or("?", |known| known.target.profile.as_str());
    format!("{profile} {}", state.account(target)).trim_end().to_owned()
}
