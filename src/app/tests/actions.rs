//! Actions from the key to the state they lead to.

use super::*;

#[test]
fn a_stop_is_planned_confirmed_called_once_and_followed_until_it_is_real() {
    let mut state = three();
    run(&mut state, &[Command::Actions]);
    let effects = update(&mut state, Msg::Picked('S'));
    assert!(matches!(effects.as_slice(), [Effect::Probe(_)]), "{effects:?}");
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    let [Effect::Act(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((order.action, order.rows[0].0.id.as_str()), ("stop", "i-1"));
    let (run_id, key) = (order.run, order.rows[0].0.clone());
    answer(&mut state, Answer::Acted(run_id, vec![(key, Ok(Receipt::default()))]));
    assert!(matches!(state.runs[0].rows[0].2, Step::Following { doubt: None, .. }));
    let effects = tick(&mut state, 3);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Reread { ids, .. } if ids.contains(&Text::new("i-1")))), "{effects:?}");
    read(&mut state, &["i-1"], vec![instance("i-1", "a", "stopping")]);
    assert!(!state.runs[0].rows[0].2.over());
    read(&mut state, &["i-1"], vec![instance("i-1", "a", "stopped")]);
    assert!(matches!(state.runs[0].rows[0].2, Step::Done { .. }));
}

#[test]
fn no_is_the_default_and_nothing_is_done() {
    let mut state = three();
    run(&mut state, &[Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    assert_eq!(update(&mut state, Msg::Typed(Edit::Cancel)), []);
    assert!(state.nav.overlay.is_none() && state.runs.is_empty());
}

#[test]
fn a_termination_wants_the_name_and_nothing_else_will_do() {
    let mut state = three();
    run(&mut state, &[Command::Actions]);
    update(&mut state, Msg::Picked('T'));
    assert_eq!(update(&mut state, Msg::Typed(Edit::Submit)), []);
    for wrong in ["x", "A", "a ", "aa", "y", "i-1"] {
        type_in(&mut state, wrong);
        assert_eq!(update(&mut state, Msg::Typed(Edit::Submit)), [], "{wrong:?}");
        update(&mut state, Msg::Typed(Edit::Line));
    }
    type_in(&mut state, "a");
    assert!(matches!(update(&mut state, Msg::Typed(Edit::Submit)).as_slice(), [Effect::Act(_)]));
}

#[test]
fn marked_rows_go_together_and_those_that_cannot_are_left_out_with_the_reason() {
    let mut state = three();
    run(&mut state, &[Command::Mark, Command::Mark, Command::Mark, Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    let Some(Overlay::Plan(plan)) = &state.nav.overlay else { panic!("a plan") };
    assert_eq!(plan.rows.len(), 2);
    assert_eq!(plan.refused, [(Text::new("b"), Text::new("it is stopped"))]);
}

#[test]
fn a_row_under_way_is_not_acted_on_again() {
    let mut state = three();
    run(&mut state, &[Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::Actions]);
    assert_eq!(update(&mut state, Msg::Picked('T')), []);
    assert!(state.nav.overlay.is_none() && state.toasts.last().is_some_and(|toast| toast.text.as_str().contains("under way")));
}

#[test]
fn a_refusal_is_told_with_its_code_and_the_others_go_on() {
    let mut state = three();
    run(&mut state, &[Command::Mark, Command::Down, Command::Mark, Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    let [Effect::Act(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let refusal = Problem { code: Some("OperationNotPermitted".into()), ..problem(ProblemKind::Conflict) };
    let outcomes = vec![(order.rows[0].0.clone(), Ok(Receipt::default())), (order.rows[1].0.clone(), Err(refusal))];
    let run = order.run;
    answer(&mut state, Answer::Acted(run, outcomes));
    assert!(matches!(state.runs[0].rows[1].2, Step::Failed(_)) && matches!(state.runs[0].rows[0].2, Step::Following { .. }));
    assert!(state.toasts.iter().any(|toast| toast.text.as_str().contains("OperationNotPermitted")));
}

#[test]
fn a_lost_answer_is_doubted_until_the_state_tells_or_patience_ends() {
    let mut state = three();
    run(&mut state, &[Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    let [Effect::Act(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let (run, key) = (order.run, order.rows[0].0.clone());
    answer(&mut state, Answer::Acted(run, vec![(key, Err(problem(ProblemKind::Timeout)))]));
    tick(&mut state, 10);
    read(&mut state, &["i-1"], vec![instance("i-1", "a", "running")]);
    assert!(!state.runs[0].rows[0].2.over());
    tick(&mut state, 40);
    read(&mut state, &["i-1"], vec![instance("i-1", "a", "running")]);
    assert!(matches!(&state.runs[0].rows[0].2, Step::Failed(problem) if problem.hint.as_str().contains("probably not done")));
}

#[test]
fn read_only_plans_nothing() {
    let mut state = with(Policy::ReadOnly, &[("i-1", "a", "running")]);
    run(&mut state, &[Command::Actions]);
    assert_eq!(update(&mut state, Msg::Picked('S')), []);
    assert!(state.nav.overlay.is_none() && state.toasts.last().is_some_and(|toast| toast.text.as_str().contains("read-only")));
}

/// Between the plan and the yes a row has come before it, the order was turned round and the cursor moved: the plan is about what it named.
#[test]
fn what_was_planned_is_done_to_the_rows_it_was_planned_for_whatever_moves() {
    let mut state = three();
    run(&mut state, &[Command::Down, Command::Down, Command::Actions]);
    update(&mut state, Msg::Picked('S'));
    let planned = state.nav.overlay.take();
    tick(&mut state, 600);
    page(&mut state, vec![instance("i-0", "0", "running"), instance("i-1", "a", "running"), instance("i-3", "c", "running")]);
    listed(&mut state, Ok(Vec::new()));
    run(&mut state, &[Command::SortReverse, Command::Bottom]);
    assert_ne!(cursor(&state), "c", "the cursor is elsewhere by now");
    state.nav.overlay = planned;
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    let [Effect::Act(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(order.rows.iter().map(|(key, _)| key.id.as_str()).collect::<Vec<_>>(), ["i-3"]);
}
