//! The rules of the screen that never bend, where no other test holds them. CONTRIBUTING has the whole list.

use quarterdeck::{
    app::{
        command::Command,
        effect::Effect,
        msg::{Answer, Edit, Msg, Reading},
        state::{Overlay, Panel, State},
        update,
    },
    config::{Keymap, chord::Chord},
    model::{Problem, ProblemKind, Remote, TargetId},
    runtime::input,
    service::{self, executor::Policy},
    ui::theme::{Charset, Depth, Theme},
};
use ratatui::buffer::Buffer;

use crate::{
    fixture::{self, findings},
    frames::{buffer, text},
};

const SIZE: (u16, u16) = (120, 40);

fn frame(state: &State) -> Buffer {
    buffer(state, SIZE, &Theme::for_terminal(Depth::True, Charset::Unicode))
}

/// Every character with every modifier that a terminal can tell, and the keys with names.
fn chords() -> Vec<Chord> {
    let names =
        ["Enter", "Tab", "Backspace", "Delete", "Insert", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "Space"];
    let keys = (' '..='~').map(String::from).chain(names.map(str::to_owned)).chain((1..=12).map(|number| format!("F{number}")));
    let held = |key: String| ["", "Ctrl-", "Alt-", "Ctrl-Alt-"].map(|modifier| format!("{modifier}{key}"));
    keys.flat_map(held).filter_map(|words| words.parse().ok()).collect()
}

/// Rule 7. Whatever single key is struck on whatever screen, nothing is sent and nothing is confirmed: actions begin in the menu or by name.
#[test]
fn no_single_key_and_no_chord_does_anything_to_the_fleet() {
    let keymap = Keymap::new(&[]).expect("the built-in keymap");
    let chords = chords();
    assert!(chords.len() > 300, "{}", chords.len());
    let screens: [fn(&mut State); 6] = [
        |_| {},
        findings::home,
        |state| drop(update(state, Msg::Do(Command::Overview))),
        |state| drop(update(state, Msg::Do(Command::Changes))),
        fixture::detail,
        |state| drop(update(state, Msg::Do(Command::Targets))),
    ];
    for open in screens {
        let fresh = || {
            let mut state = fixture::started(SIZE, &[("prod", "eu-west-1")]);
            fixture::listed(&mut state, 0, (0..3).map(|number| fixture::instance("eu-west-1", number)).collect(), 0);
            state.setup.policy = Policy::Operator;
            open(&mut state);
            state
        };
        let pristine = fresh();
        for chord in &chords {
            let Some(msg) = input::pressed(*chord, &pristine, &keymap) else { continue };
            let mut state = fresh();
            let effects = update(&mut state, msg);
            let does = |effect: &Effect| matches!(effect, Effect::Act(_) | Effect::Probe(_));
            assert!(!effects.iter().any(does) && state.runs.is_empty(), "{chord:?} did {effects:?}");
            assert!(!matches!(state.nav.overlay, Some(Overlay::Plan(_))), "{chord:?} is an action");
        }
    }
}

/// Rule 3. The rows of a list are the same cells while it is asked for again, and after that has failed.
#[test]
fn a_refresh_that_is_under_way_or_fails_changes_no_row() {
    let mut state = fixture::full(SIZE);
    let rows = |state: &State| -> Vec<String> { text(&frame(state)).lines().skip(3).take(30).map(str::to_owned).collect() };
    let before = rows(&state);
    assert!(before.iter().any(|line| line.contains("web-1a")));
    let sweeps: Vec<u32> = (0..3).map(|target| fixture::begin(&mut state, target)).collect();
    assert_eq!(rows(&state), before, "while it is asked for");
    for (target, sweep) in (0..3).zip(sweeps) {
        fixture::end(&mut state, target, sweep, Err(fixture::throttled()));
        assert_eq!(rows(&state), before, "target {target} has failed");
    }
    let title = text(&frame(&state)).lines().nth(2).map(str::to_owned).unwrap_or_default();
    let says = |words: &str| title.contains(words);
    assert!(says("10 s old") && says("3 targets failed") && says("asks us to slow down"), "it says how old they are and why: {title}");
}

/// Rule 2. The strip in the header has a word for each way in which a place may stand.
#[test]
fn the_strip_tells_how_each_target_stands() {
    let kinds = [
        (ProblemKind::Throttled, "throttled"),
        (ProblemKind::Denied, "denied"),
        (ProblemKind::Expired, "expired"),
        (ProblemKind::Unreachable, "unreachable"),
    ];
    let first = |state: &State, size: (u16, u16)| {
        let frame = text(&buffer(state, size, &Theme::for_terminal(Depth::None, Charset::Unicode)));
        frame.lines().next().map(str::to_owned).unwrap_or_default()
    };
    let head = |state: &State| first(state, (200, 60));
    for (kind, word) in kinds {
        let mut state = fixture::full((200, 60));
        let sweep = fixture::begin(&mut state, 1);
        fixture::end(&mut state, 1, sweep, Err(Problem::new(kind, "it went wrong", "mend it")));
        assert!(head(&state).contains(&format!("us-east-1 {word}")), "{}", head(&state));
        assert!(first(&state, (80, 24)).contains(&format!("1 {word}")) || kind == ProblemKind::Expired, "{}", first(&state, (80, 24)));
        // A session that is over is over in every region of its account.
        let alone = kind != ProblemKind::Expired;
        assert!(!alone || !head(&state).contains(&format!("eu-west-1 {word}")), "the others stand as before: {}", head(&state));
    }
    let mut state = fixture::started((200, 60), &[("prod", "eu-west-1"), ("prod", "us-east-1")]);
    state.fleet.tables.values_mut().for_each(|table| {
        table.begin(TargetId(0), None, fixture::now());
    });
    assert!(head(&state).contains("loading"), "{}", head(&state));
}

/// Rule 5. Never asked, awaited, nothing published, a failure, a value, and a value that could not be refreshed: no two look alike.
#[test]
fn no_two_states_of_a_metric_look_alike() {
    let mut state = fixture::full((200, 60));
    fixture::select(&mut state, 0);
    let key = fixture::key(&state);
    let mut cell = |remote: Option<Remote<_>>| {
        let reading = Reading { key: key.clone(), metric: 0 };
        match remote {
            Some(remote) => drop(state.metrics.insert(reading, remote)),
            None => drop(state.metrics.remove(&reading)),
        }
        let frame = text(&buffer(&state, (200, 60), &Theme::for_terminal(Depth::None, Charset::Unicode)));
        frame.lines().find(|line| line.contains('▌')).map(str::to_owned).unwrap_or_default()
    };
    let known = |series| {
        let mut remote = Remote::default();
        remote.answer(Ok(Some(series)), fixture::now());
        remote
    };
    // The very same points and the very same value: what of it can be trusted is all that differs.
    let mut unrefreshed = known(fixture::curve(0, 105.0));
    unrefreshed.answer(Err(fixture::denied()), fixture::now());
    let mut old = fixture::curve(0, 105.0);
    (old.range.start, old.range.end) = (old.range.start - 3_600, old.range.end - 3_600);
    old.points.iter_mut().for_each(|(at, _)| *at -= 3_600);
    let states = [
        None,
        Some(fixture::metric(4, 105.0)),
        Some(fixture::metric(6, 105.0)),
        Some(fixture::metric(7, 105.0)),
        Some(unrefreshed),
        Some(known(fixture::curve(0, 105.0))),
        Some(known(old)),
    ];
    let seen: Vec<String> = states.into_iter().map(&mut cell).collect();
    let different: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "{seen:#?}");
}

/// Rule 1. What is typed is answered by the very update that takes it, on a fleet of which every call is under way: no effect stands between.
#[test]
fn a_key_is_answered_by_the_next_frame_while_every_call_is_under_way() {
    let mut state = fixture::full(SIZE);
    for target in 0..3 {
        fixture::begin(&mut state, target);
    }
    fixture::charts(&mut state);
    let mut before = text(&frame(&state));
    let msgs = [
        Msg::Do(Command::Down),
        Msg::Do(Command::Metrics),
        Msg::Do(Command::SortReverse),
        Msg::Do(Command::Filter),
        Msg::Typed(Edit::Char('w')),
        Msg::Typed(Edit::Cancel),
        Msg::Do(Command::Yaml),
        Msg::Do(Command::Back),
        Msg::Do(Command::Actions),
        Msg::Do(Command::Back),
        Msg::Do(Command::Home),
        Msg::Do(Command::Overview),
        Msg::Do(Command::Help),
    ];
    for msg in msgs {
        let said = format!("{msg:?}");
        update(&mut state, msg);
        let after = text(&frame(&state));
        assert_ne!(before, after, "{said} changes the next frame");
        before = after;
    }
    assert_eq!(state.nav.charts, Panel::Closed);
}

/// Rule 4. The mark stays with its row, and a plan with its rows, when others come before them and the order is turned round.
#[test]
fn marks_and_plans_stay_with_their_rows_whatever_moves() {
    let mut state = fixture::full(SIZE);
    let at = fixture::position(&state, "web-1a");
    fixture::select(&mut state, at);
    let key = fixture::key(&state);
    let stop = state.list().and_then(|list| list.kind.action("stop")).expect("an action").key;
    let planned = |state: &mut State| -> Vec<_> { fixture::planned(state).rows.iter().map(|row| row.key.clone()).collect() };
    update(&mut state, Msg::Do(Command::Mark));
    fixture::select(&mut state, at);
    update(&mut state, Msg::Do(Command::Actions));
    update(&mut state, Msg::Picked(stop));
    assert_eq!(planned(&mut state), std::slice::from_ref(&key));
    let mut rows: Vec<_> = (0..18).map(|number| fixture::instance("eu-west-1", number)).collect();
    for number in 60..70 {
        let mut row = fixture::instance("eu-west-1", number);
        row.name = format!("a-{number}").as_str().into();
        rows.push(row);
    }
    fixture::listed(&mut state, 0, rows, 0);
    assert_eq!(planned(&mut state), std::slice::from_ref(&key), "the plan in front");
    state.nav.overlay = None;
    update(&mut state, Msg::Do(Command::SortReverse));
    assert_eq!(fixture::key(&state), key, "the cursor");
    assert!(fixture::list(&mut state).marks.contains(&key) && fixture::list(&mut state).marks.len() == 1, "the mark");
    let marked = text(&frame(&state)).lines().skip(3).find(|line| line.contains('✓')).map(str::to_owned).unwrap_or_default();
    assert!(marked.contains("web-1a"), "{marked}");
    update(&mut state, Msg::Do(Command::Top));
    assert_ne!(fixture::key(&state), key);
    update(&mut state, Msg::Do(Command::Actions));
    update(&mut state, Msg::Picked(stop));
    assert_eq!(planned(&mut state), [key], "a plan is for what is marked, wherever that is and wherever the cursor is");
}

/// Rule 8. A message that changes nothing writes nothing, on every screen: the frame before and the frame after are one.
#[test]
fn what_changes_nothing_draws_nothing() {
    for command in [None, Some(Command::Home), Some(Command::Overview), Some(Command::Changes), Some(Command::Targets), Some(Command::Help)]
    {
        let mut state = fixture::full(SIZE);
        if let Some(command) = command {
            update(&mut state, Msg::Do(command));
        }
        update(&mut state, Msg::Tick(fixture::now()));
        let before = frame(&state);
        let epoch = state.epoch;
        // The very same page again: nothing of it is new.
        let sweep =
            state.fleet.tables.values().next().and_then(|table| table.listing(TargetId(0), &None)).map_or(0, |listing| listing.sweep);
        let kind = service::kinds().next().map(|kind| kind.id).expect("a kind");
        let page = quarterdeck::model::resource::Page { rows: Vec::new(), overlays: Vec::new() };
        update(&mut state, Msg::Answered(epoch, Answer::Page { target: TargetId(0), kind, sweep, page }));
        update(&mut state, Msg::Tick(fixture::now()));
        assert!(before.diff(&frame(&state)).is_empty(), "{command:?}");
    }
}

/// Rule 9. Colours are named by the themes alone, and what of a theme a terminal can show is decided there; drawing asks by meaning.
#[test]
fn colours_and_glyphs_are_decided_in_one_place() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.join("ui"), root.join("app"), root.join("service"), root.join("model")];
    let mut seen = 0;
    while let Some(path) = folders.pop() {
        if path.is_dir() {
            folders.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let inside = |part: &str| path.to_str().is_some_and(|path| path.contains(part));
        // A picture as SVG speaks to no terminal.
        if inside("ui/theme") || inside("ui/svg") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let named: Vec<&str> = code.split("Color::").skip(1).filter(|rest| !rest.starts_with("Reset")).collect();
        assert!(named.is_empty(), "{}: Color::{}", path.display(), named[0].lines().next().unwrap_or_default());
        assert!(!code.contains("Stylize") && !code.contains("Depth::"), "{}: a colour or a depth of its own", path.display());
        assert!(!code.contains("NO_COLOR") && !code.contains("COLORTERM"), "{}: what a terminal can show", path.display());
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}
