use super::*;
use crate::{
    app::{
        command::Command,
        effect::Effect,
        msg::{Answer, Edit, Identity, Msg},
        pulse::Focus,
        state::Asks,
        tests::{HERE, answer, instance, kind, run, three, tick, with},
        update,
    },
    model::{Text, resource::Page},
    service::policy::{Rule, Tag, Tint},
};

fn prod() -> Rule {
    let label = Label { text: "PROD".to_owned(), tint: Tint::Bad };
    Rule { profile: vec!["p*".to_owned()], label: Some(label), ..Rule::default() }
}

/// Three instances, of which the first and the last run, under these rules.
fn under(rules: &[Rule]) -> State {
    let mut state = three();
    state.guard = Guard::of(Rules { rules: rules.to_vec(), ..Rules::default() });
    state
}

fn locked() -> State {
    under(&[Rule { read_only: true, ..prod() }])
}

/// Types a line of the palette and sends it.
fn palette(state: &mut State, words: &str) {
    run(state, &[Command::Palette]);
    words.chars().for_each(|c| drop(update(state, Msg::Typed(Edit::Char(c)))));
    update(state, Msg::Typed(Edit::Submit));
}

/// What the palette complains about.
fn complaint(state: &State) -> &str {
    match &state.nav.overlay {
        Some(Overlay::Prompt(prompt)) => prompt.complaint.as_ref().map(|complaint| complaint.words.as_str()).unwrap_or_default(),
        _ => "",
    }
}

fn toast(state: &State) -> &str {
    state.toasts.last().map_or("", |toast| toast.text.as_str())
}

/// Plans an action for the row under the cursor; what is typed to confirm it, or why there is no plan.
fn planned(state: &mut State, key: char) -> Result<Option<String>, String> {
    run(state, &[Command::Actions]);
    update(state, Msg::Picked(key));
    match &state.nav.overlay {
        Some(Overlay::Plan(plan)) => Ok(plan.expects.clone()),
        _ => Err(toast(state).to_owned()),
    }
}

#[test]
fn nothing_is_planned_where_a_policy_forbids_it_until_it_is_lifted() {
    let mut state = locked();
    assert_eq!(planned(&mut state, 'S'), Err("cannot stop a: read-only by policy PROD".to_owned()));
    palette(&mut state, "unlock 10m");
    assert_eq!(state.guard.left(state.now), Some(600));
    assert_eq!(planned(&mut state, 'S'), Ok(None));
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    assert!(matches!(effects.as_slice(), [Effect::Act(order)] if order.lifted == state.guard.lifted()), "{effects:?}");
}

#[test]
fn it_locks_again_by_itself_and_a_plan_of_before_is_not_carried_out() {
    let mut state = locked();
    palette(&mut state, "unlock 90s");
    assert_eq!(planned(&mut state, 'S'), Ok(None));
    tick(&mut state, 89);
    assert_eq!(state.guard.left(state.now), Some(1));
    tick(&mut state, 1);
    assert_eq!((state.guard.left(state.now), toast(&state)), (None, "locked again"));
    assert!(update(&mut state, Msg::Typed(Edit::Submit)).is_empty());
    assert!(toast(&state).contains("stop was not done: read-only by policy PROD") && state.runs.is_empty(), "{}", toast(&state));
}

#[test]
fn it_locks_again_when_asked_and_when_nobody_watches() {
    let mut state = locked();
    palette(&mut state, "unlock");
    run(&mut state, &[Command::Lock]);
    assert_eq!((state.guard.lifted(), toast(&state)), (None, "locked again"));
    palette(&mut state, "unlock 1h");
    tick(&mut state, 1_799);
    assert!(state.guard.lifted().is_some());
    tick(&mut state, 1);
    assert_eq!(state.guard.lifted(), None, "half an hour without a key");
    palette(&mut state, "unlock 1h");
    update(&mut state, Msg::Focused(Focus::Elsewhere));
    tick(&mut state, 299);
    assert!(state.guard.lifted().is_some());
    tick(&mut state, 1);
    assert_eq!(state.guard.lifted(), None, "five minutes in another window");
}

/// Every way in which the bolt moves is told to the journal, with who is known, and nothing else is.
#[test]
fn the_journal_hears_of_it() {
    let moved = |effects: &[Effect]| {
        effects.iter().find_map(|effect| if let Effect::Note(bolt) = effect { Some((bolt.who.len(), bolt.to)) } else { None })
    };
    let mut state = locked();
    let who = Identity { account: "1111".into(), arn: "arn:aws:iam::1111:user/ann".into() };
    answer(&mut state, Answer::Identified(HERE, Ok(who)));
    let unlock = |state: &mut State| {
        run(state, &[Command::Unlock]);
        let effects = update(state, Msg::Typed(Edit::Submit));
        assert!(matches!(moved(&effects), Some((1, Moved::Lifted { seconds: 600, .. }))), "{effects:?}");
    };
    unlock(&mut state);
    assert_eq!(moved(&run(&mut state, &[Command::Lock])), Some((1, Moved::Back(Because::Asked))));
    assert_eq!(moved(&run(&mut state, &[Command::Lock])), None, "it is locked");
    unlock(&mut state);
    assert_eq!(moved(&tick(&mut state, 600)), Some((1, Moved::Back(Because::Over))));
    unlock(&mut state);
    update(&mut state, Msg::Focused(Focus::Elsewhere));
    assert_eq!(moved(&tick(&mut state, 300)), Some((1, Moved::Back(Because::Unwatched))));
    unlock(&mut state);
    assert_eq!(moved(&leave(&mut state).into_iter().collect::<Vec<_>>()), Some((1, Moved::Back(Because::Left))));
    assert!(leave(&mut state).is_none());
}

#[test]
fn what_cannot_be_lifted_says_why() {
    let cases = [("unlock 2h", "an hour is the most"), ("unlock soon", "“soon” is no time"), ("unlock 0m", "“0m” is no time")];
    for (words, expected) in cases {
        let mut state = locked();
        palette(&mut state, words);
        assert!(complaint(&state).contains(expected) && state.guard.lifted().is_none(), "{words}: {}", complaint(&state));
    }
    let mut free = under(&[prod()]);
    palette(&mut free, "unlock");
    assert!(complaint(&free).contains("no policy makes anything read-only"));
    let mut session = locked();
    session.setup.policy = Policy::ReadOnly;
    palette(&mut session, "unlock");
    assert!(complaint(&session).contains("cannot be lifted") && session.guard.lifted().is_none());
}

#[test]
fn the_key_only_proposes_and_never_lifts() {
    let mut state = locked();
    run(&mut state, &[Command::Unlock]);
    assert!(state.guard.lifted().is_none());
    let Some(Overlay::Prompt(prompt)) = &state.nav.overlay else { panic!("a prompt") };
    assert_eq!((prompt.asks, prompt.line.text()), (Asks::Command, "unlock 10m"));
    update(&mut state, Msg::Typed(Edit::Submit));
    assert_eq!(state.guard.left(state.now), Some(600));
}

#[test]
fn the_name_or_the_count_is_typed_where_a_policy_wants_it() {
    let mut state = under(&[Rule { confirm: Confirm::Typed, ..prod() }]);
    assert_eq!(planned(&mut state, 'S'), Ok(Some("a".to_owned())));
    assert!(update(&mut state, Msg::Typed(Edit::Submit)).is_empty(), "nothing was typed");
    update(&mut state, Msg::Typed(Edit::Char('a')));
    let effects = update(&mut state, Msg::Typed(Edit::Submit));
    assert!(matches!(effects.as_slice(), [Effect::Act(order)] if order.confirm == Confirm::Typed), "{effects:?}");
    let mut all = under(&[Rule { confirm: Confirm::Typed, ..prod() }]);
    run(&mut all, &[Command::MarkAll]);
    assert_eq!(planned(&mut all, 'S'), Ok(Some("2".to_owned())));
    assert_eq!(planned(&mut three(), 'S'), Ok(None));
}

#[test]
fn an_account_that_is_not_known_counts_as_the_one_that_is_meant() {
    let rule = Rule { profile: Vec::new(), account: vec!["1111".to_owned()], read_only: true, ..prod() };
    let mut state = under(&[rule]);
    assert_eq!(planned(&mut state, 'S'), Err("cannot stop a: maybe PROD: account not known yet".to_owned()));
    assert_eq!(shown(&state), None, "what is not known is not shown as known");
    let who = |account: &str| Answer::Identified(HERE, Ok(Identity { account: account.into(), arn: Text::default() }));
    answer(&mut state, who("2222"));
    assert_eq!(planned(&mut state, 'S'), Ok(None));
    run(&mut state, &[Command::Back]);
    state.nav.overlay = None;
    answer(&mut state, who("1111"));
    assert_eq!(planned(&mut state, 'S'), Err("cannot stop a: read-only by policy PROD".to_owned()));
}

#[test]
fn protected_rows_are_left_out_and_the_others_are_planned() {
    let rule = Rule { profile: Vec::new(), tag: Tag::read("env=prod").into_iter().collect(), read_only: true, ..prod() };
    let mut state = with(Policy::Operator, &[("i-1", "i-1", "running"), ("i-2", "i-2", "running"), ("i-3", "i-3", "running")]);
    state.guard = Guard::of(Rules { rules: vec![rule], ..Rules::default() });
    let tagged = |id: &str, env: &str| Resource { tags: [("env".into(), env.into())].into(), ..instance(id, id, "running") };
    let rows = vec![tagged("i-1", "prod"), tagged("i-2", "test"), instance("i-3", "i-3", "running")];
    let ids = rows.iter().map(|row| row.id.clone()).collect();
    answer(&mut state, Answer::Reread { target: HERE, kind: kind().id, ids, result: Ok(Page { rows, overlays: Vec::new() }) });
    run(&mut state, &[Command::MarkAll]);
    assert_eq!(planned(&mut state, 'S'), Ok(None));
    let Some(Overlay::Plan(plan)) = &state.nav.overlay else { panic!("a plan") };
    let names: Vec<_> = plan.rows.iter().map(|row| row.resource.name.as_str()).collect();
    let refused: Vec<_> = plan.refused.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
    assert_eq!((names, refused), (vec!["i-2"], vec![("i-1", "read-only by policy PROD"), ("i-3", "maybe PROD: tags not known")]));
}

#[test]
fn the_label_is_of_the_row_in_front_or_else_of_what_is_in_sight() {
    let state = under(&[prod()]);
    assert!(matches!(shown(&state), Some(Shown::Here(label)) if label.text == "PROD"));
    let mut empty = with(Policy::Operator, &[]);
    empty.guard = Guard::of(Rules { rules: vec![prod()], ..Rules::default() });
    assert!(matches!(shown(&empty), Some(Shown::Beside(label)) if label.text == "PROD"));
    assert_eq!(shown(&under(&[Rule { profile: vec!["q".to_owned()], ..prod() }])), None);
}
