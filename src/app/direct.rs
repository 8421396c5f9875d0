//! Acting without a screen: the same plan and the same run, with rows, fields and confirmation from the command line.

use std::sync::Arc;

use super::{
    acting, answers,
    effect::Effect,
    guard,
    state::{ListScreen, Overlay, Plan, Run, Screen, State},
};
use crate::{
    model::{Filter, Key, Resource},
    service::{Action, Input, Values, policy::Confirm},
};

/// Rows with their identity.
pub type Rows = Vec<(Key, Arc<Resource>)>;

/// Leaves only these rows in the list, so that whatever is asked about rows in sight is asked about them.
pub fn narrow(state: &mut State, rows: &Rows) {
    let only = Filter::among(rows.iter().map(|(key, _)| key.id.clone()));
    let kind = list(state).map(|list| {
        list.view.filter = only;
        list.kind.id
    });
    if let Some(kind) = kind {
        answers::rebuild(state, kind);
    }
}

fn list(state: &mut State) -> Option<&mut ListScreen> {
    state.nav.screens.iter_mut().find_map(|screen| match screen {
        Screen::List(list) => Some(list),
        _ => None,
    })
}

/// What an action is to know, from the fields that are given and what its form would open with otherwise. The error says which field is
/// wrong or missing. A field that would open differently for several rows has to be given: nobody sees what one row would propose for all.
pub fn values(action: &Action, rows: &Rows, given: &[(String, String)]) -> Result<Values, String> {
    let able: Vec<&Resource> = rows.iter().filter(|(_, row)| (action.offered)(row).is_ok()).map(|(_, row)| row.as_ref()).collect();
    let values = action.inputs.iter().map(|input| Ok((input.id, value(input, &able, given)?)));
    Ok(Values::new(values.collect::<Result<Vec<_>, String>>()?))
}

fn value(input: &Input, rows: &[&Resource], given: &[(String, String)]) -> Result<String, String> {
    let said = given.iter().rev().find(|(id, _)| id == input.id).map(|(_, text)| text.clone());
    let mut proposed = rows.iter().map(|row| (input.initial)(row));
    let first = proposed.next().unwrap_or_default();
    let text = match said {
        Some(text) => text,
        None if proposed.all(|other| other == first) => first,
        None => return Err(format!("{} is not the same for all rows; say it with --param {}=…", input.title, input.id)),
    };
    let wrong = |row: &&Resource| (input.check)(row, &text).err().map(|why| format!("--param {}: {why}", input.id));
    rows.iter().find_map(wrong).map_or(Ok(text), Err)
}

/// Plans an action; the plan is then in front. The error says why there is nothing to plan.
pub fn plan(state: &mut State, action: &'static Action, rows: Rows, values: Values) -> Result<Vec<Effect>, String> {
    let kind = state.list().map(|list| list.kind).ok_or("nothing is listed")?;
    acting::plan(state, action, kind, rows, values)
}

/// The plan in front.
pub fn planned(state: &State) -> Option<&Plan> {
    match &state.nav.overlay {
        Some(Overlay::Plan(plan)) => Some(plan),
        _ => None,
    }
}

/// How policies want the plan in front confirmed, and the word for it where more than a yes is said: the name of the row, or the count of
/// several.
pub fn demand(state: &State) -> (Confirm, String) {
    planned(state).map(|plan| (guard::confirm(state, &plan.rows), acting::stakes::word(&plan.rows))).unwrap_or_default()
}

/// Confirms the plan in front; `how` goes into the journal.
pub fn approve(state: &mut State, how: &str, confirm: Confirm) -> Vec<Effect> {
    match state.nav.overlay.take() {
        Some(Overlay::Plan(plan)) => acting::confirmed(state, plan, how.into(), confirm),
        overlay => {
            state.nav.overlay = overlay;
            Vec::new()
        }
    }
}

/// The latest run.
pub fn run(state: &State) -> Option<&Run> {
    state.runs.last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            state::Policy,
            tests::{HERE, instance, kind, three, with},
        },
        service,
    };

    fn rows(state: &State) -> Rows {
        let table = &state.fleet.tables[&kind().id];
        let mut rows: Rows = table.rows().map(|(_, row)| (row.key.clone(), row.resource.clone())).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows
    }

    #[test]
    fn the_plan_is_the_one_of_the_screen_and_says_how_it_was_confirmed() {
        let mut state = three();
        let stop = kind().action("stop").expect("an action");
        let all = rows(&state);
        assert!(matches!(plan(&mut state, stop, all, Values::default()).expect("a plan").as_slice(), [Effect::Probe(_)]));
        let front = planned(&state).expect("in front");
        assert_eq!((front.rows.len(), front.refused.len()), (2, 1));
        let effects = approve(&mut state, "--yes", Confirm::Usual);
        assert!(matches!(effects.as_slice(), [Effect::Act(order)] if order.confirmed.as_str() == "--yes" && order.rows.len() == 2));
        assert!(planned(&state).is_none() && approve(&mut state, "--yes", Confirm::Usual).is_empty());
        assert_eq!(run(&state).map(|run| run.rows.len()), Some(2));
    }

    #[test]
    fn read_only_plans_nothing() {
        let mut state = with(Policy::ReadOnly, &[("i-1", "a", "running")]);
        let all = rows(&state);
        let complaint = plan(&mut state, kind().action("stop").expect("an action"), all, Values::default()).expect_err("refused");
        assert!(complaint.contains("read-only"), "{complaint}");
    }

    #[test]
    fn only_the_chosen_rows_stay_in_sight() {
        let mut state = three();
        let chosen = rows(&state).split_off(1);
        narrow(&mut state, &chosen);
        assert_eq!(state.list().map(|list| list.view.order().len()), Some(2));
    }

    /// A group of this size, between 0 and 9.
    fn group(name: &str, desired: &str) -> (Key, Arc<Resource>) {
        let kind = service::kind("asg").expect("a kind");
        let mut row = instance(name, name, "running");
        row.cells = vec![crate::model::Cell::None; kind.columns.len()].into();
        for (column, count) in [("desired", desired), ("min", "0"), ("max", "9")] {
            let at = kind.column(column).expect("a column");
            row.cells.set(at, crate::model::Cell::Count(count.parse().expect("a number")));
        }
        (Key { target: HERE, kind: kind.id, id: name.into() }, Arc::new(row))
    }

    #[test]
    fn a_field_that_differs_is_never_guessed_and_a_wrong_one_is_told() {
        let action = service::kind("asg").and_then(|kind| kind.action("set-desired")).expect("an action");
        let given = |text: &str| vec![("desired".to_owned(), text.to_owned())];
        let both = vec![group("a", "2"), group("b", "3")];
        assert!(values(action, &both, &[]).expect_err("differs").contains("--param desired="));
        assert_eq!(values(action, &both, &given("4")).expect("both take it").get("desired"), "4");
        assert!(values(action, &both, &given("many")).expect_err("no number").contains("--param desired"));
        assert_eq!(values(action, &both[..1].to_vec(), &given("4")).expect("one").number("desired"), Some(4));
    }
}
