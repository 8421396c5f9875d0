//! Every screen in every state at every size: nothing panics, what is too small says so, and a screen that was small is whole again.

use quarterdeck::{
    app::{
        command::Command,
        msg::Msg,
        overview::Spot,
        pricing::Offer,
        state::{Asks, Course, Help, ListWidth, Overlay, Screen, Scroll, State},
        theming::Theming,
        update,
    },
    model::{Remote, TargetId, Text},
    ui::{
        layout,
        theme::{Charset, Depth, Theme},
    },
};
use ratatui::layout::Rect;

use crate::{
    fixture::{self, deeds, findings, forms, targets},
    frames::{buffer, text},
};

/// The size that every screen is made for, and comes back to.
const HOME: (u16, u16) = (80, 24);

/// From one cell to more than any terminal has, at and beside every edge that the layout knows.
const WIDTHS: [u16; 6] = [1, 20, 59, 60, 121, 400];
const HEIGHTS: [u16; 7] = [1, 5, 14, 15, 19, 40, 200];

type Change = fn(&mut State);

/// What lies in front, and what leads there from a full list.
const SCREENS: &[(&str, Change)] = &[
    ("list", |_| {}),
    ("list, wide, with charts and a run", |state| {
        fixture::charts(state);
        state.nav.width = ListWidth::Wide;
        fixture::run(state, 5);
        fixture::alarm(state, 75.0);
    }),
    ("home", findings::home),
    ("overview", |state| findings::overview(state, Spot::Tile(3))),
    ("overview, a place", |state| findings::overview(state, Spot::Cell(TargetId(2)))),
    ("turns", |state| drop(update(state, Msg::Do(Command::Changes)))),
    ("detail", fixture::detail),
    ("raw", |state| fixture::raw(state, "vol", fixture::document())),
    ("raw, awaited", |state| fixture::raw(state, "", Remote::default())),
    ("comparison", |state| fixture::comparison(state, [Some("a\nb\nc"), Some("a\nx\nc")], 1)),
    ("comparison, awaited", |state| fixture::comparison(state, [Some("a"), None], 0)),
    ("report", |state| forms::report(state, 3)),
    ("outcome", |state| fixture::outcome(state, 9, Course::UnderWay, 2)),
    ("outcome, called off", |state| fixture::outcome(state, 9, Course::CalledOff, 0)),
    ("help", |state| state.nav.screens.push(Screen::Help(Help::default()))),
    ("help, at its end", |state| state.nav.screens.push(Screen::Help(Help { scroll: Scroll { top: 90 }, ..Help::default() }))),
    ("errors", |state| {
        fixture::failures(state);
        state.nav.screens.push(Screen::Errors(Scroll::default()));
    }),
    ("targets", |state| targets::open(state, 2)),
    ("journal", |state| deeds::journal(state, 4)),
    ("log", deeds::log),
    ("menu", |state| fixture::menu(state, 3, 2)),
    ("below", forms::below),
    ("related", forms::related),
    ("copying", forms::copying),
    ("columns", |state| drop(update(state, Msg::Do(Command::Columns)))),
    ("form", |state| forms::form(state, 0, "{\n  \"a\": 1\n}", Some("wrong"))),
    ("form, its end", |state| forms::form(state, 2, "", None)),
    ("plan", |state| fixture::plan(state, "stop", 12, None, "")),
    ("plan, typed", |state| fixture::plan(state, "terminate", 40, Some("web-1a"), "web")),
    ("themes", |state| {
        state.theming = Theming::new((0..30).map(|at| Text::new(&format!("theme {at}"))).collect(), "theme 20");
        update(state, Msg::Do(Command::Theme));
    }),
    ("filter", |state| fixture::prompt(state, Asks::Filter, "state:runing", Some("did you mean running?"))),
    ("palette", |state| drop(update(state, Msg::Do(Command::Palette)))),
    ("code", |state| fixture::prompt(state, Asks::Code(TargetId(0)), "123", None)),
    ("offer", |state| {
        let kind = state.list().expect("a list").kind;
        state.nav.overlay = Some(Overlay::Offer(Offer { kind, metric: 0, questions: 38, next: None }));
    }),
];

/// Makes a state for a terminal of that size.
type Fleet = fn((u16, u16)) -> State;

/// What a fleet may be like behind them.
const FLEETS: &[(&str, Fleet)] = &[
    ("nothing known", findings::nothing),
    ("loading", findings::loading),
    ("well", findings::well),
    ("many findings", findings::many),
    ("nothing seen", findings::failed),
    ("changed", findings::turned),
    ("six hundred places", targets::many),
    ("a code is wanted", targets::locked),
];

fn resized(state: &mut State, (columns, rows): (u16, u16)) {
    update(state, Msg::Resized(columns, rows));
}

/// Draws a state through all sizes, and back to where it was.
fn storm(name: &str, state: &mut State, theme: &Theme) {
    resized(state, HOME);
    let before = text(&buffer(state, HOME, theme));
    let whole = Rect::new(0, 0, HOME.0, HOME.1);
    let areas = layout::areas(whole, state);
    for size in WIDTHS.into_iter().flat_map(|columns| HEIGHTS.map(|rows| (columns, rows))) {
        resized(state, size);
        let frame = text(&buffer(state, size, theme));
        let small = size.0 < 60 || size.1 < 15;
        let told = frame.split_whitespace().collect::<String>().contains("toosmall");
        assert!(!small || told || size.0 < 20 || size.1 < 5, "{name} at {size:?}\n{frame}");
        assert!(small || !told, "{name} at {size:?}\n{frame}");
    }
    resized(state, HOME);
    let after = text(&buffer(state, HOME, theme));
    assert_eq!(before.lines().take(4).collect::<Vec<_>>(), after.lines().take(4).collect::<Vec<_>>(), "{name}: what is over it");
    assert_eq!(
        before.lines().rev().take(2).collect::<Vec<_>>(),
        after.lines().rev().take(2).collect::<Vec<_>>(),
        "{name}: what is under it"
    );
    assert_eq!(before.lines().count(), after.lines().count(), "{name}: its lines");
    assert_eq!(layout::areas(whole, state), areas, "{name}: its regions");
    // A list may have scrolled: the cursor is kept in sight, and what it is on stays.
    let marked = |frame: &str| frame.lines().find(|line| line.contains('▌')).map(str::to_owned);
    assert_eq!(marked(&before), marked(&after), "{name}: its cursor");
}

#[test]
fn every_screen_is_drawn_at_every_size_and_whole_again_after_it() {
    let theme = Theme::for_terminal(Depth::None, Charset::Unicode);
    for (name, change) in SCREENS {
        let mut state = fixture::full(HOME);
        change(&mut state);
        storm(name, &mut state, &theme);
    }
}

/// At the smallest size a row has its name, its state and a metric, and the keys are told; at a large one every line and every cell is used.
#[test]
fn a_small_list_is_of_use_and_a_large_one_uses_its_room() {
    let lines = |size: (u16, u16), change: Change| -> Vec<String> {
        let mut state = fixture::full(size);
        change(&mut state);
        text(&buffer(&state, size, &Theme::for_terminal(Depth::None, Charset::Unicode))).lines().map(str::to_owned).collect()
    };
    let rows = |lines: &[String]| lines.iter().filter(|line| line.contains("● running") || line.contains("stopp")).count();
    let small = lines((60, 15), |_| {});
    let row = small.iter().find(|line| line.contains('▌')).map_or("", String::as_str);
    assert!(["api-1b", "● running", "71 %", "prod"].iter().all(|words| row.contains(words)), "{row}");
    assert!(small[0].ends_with("14:02:31Z") && small[2].contains("10 s old") && small[14].contains("? help  / filter"), "{small:#?}");
    assert_eq!(rows(&small), 9);
    let large = lines((300, 100), |_| {});
    assert_eq!((rows(&large), large[0].chars().count(), large[2].chars().count()), (40, 299, 300), "{large:#?}");
    assert!(["‹", "›", "…"].iter().all(|sign| large[3..98].iter().all(|line| !line.contains(sign))), "nothing is cut: {large:#?}");
    assert!(large[0].contains("prod 123456789012 ● eu-west-1 ● us-east-1 · staging 567890123456 ● eu-west-1"), "{}", large[0]);
    let charted = lines((300, 100), fixture::charts);
    let titles = charted.iter().find(|line| line.contains("CPUUtilization")).map_or("", String::as_str);
    assert_eq!((rows(&charted), titles.matches("─ last 3 h ─").count()), (40, 3), "{charted:#?}");
}

#[test]
fn every_fleet_is_drawn_at_every_size_on_the_screens_that_show_all_of_it() {
    let theme = Theme::for_terminal(Depth::Ansi16, Charset::Unicode);
    for (name, make) in FLEETS {
        for commands in [&[][..], &[Command::Overview], &[Command::Changes], &[Command::Targets]] {
            let mut state = make(HOME);
            for command in commands {
                update(&mut state, Msg::Do(*command));
            }
            storm(&format!("{name} {commands:?}"), &mut state, &theme);
        }
    }
}

#[test]
fn every_screen_is_ascii_where_a_terminal_knows_no_more() {
    let theme = Theme::for_terminal(Depth::None, Charset::Ascii);
    for (name, change) in SCREENS {
        for size in [(60, 15), HOME, (300, 100)] {
            let mut state = fixture::full(size);
            change(&mut state);
            let frame = text(&buffer(&state, size, &theme));
            let strange: String = frame.chars().filter(|c| !c.is_ascii()).collect();
            assert!(strange.is_empty(), "{name} at {size:?}: {strange}");
        }
    }
}

/// A screen or a box that comes new must be drawn here, too: its name has no other way to be compiled.
#[test]
fn no_screen_and_no_box_is_left_out() {
    let screen = |screen: &Screen| match screen {
        Screen::Home(_) => "home",
        Screen::Overview(_) => "overview",
        Screen::Turns(_) => "turns",
        Screen::List(_) => "list",
        Screen::Detail(_) => "detail",
        Screen::Raw(_) => "raw",
        Screen::Comparison(_) => "comparison",
        Screen::Report(_) => "report",
        Screen::Outcome(_) => "outcome",
        Screen::Help(_) => "help",
        Screen::Errors(_) => "errors",
        Screen::Targets(_) => "targets",
        Screen::Journal(_) => "journal",
        Screen::Log(_) => "log",
    };
    let over = |overlay: &Overlay| match overlay {
        Overlay::Menu(_) => "menu",
        Overlay::Form(_) => "form",
        Overlay::Below(_) => "below",
        Overlay::Themes(_) => "themes",
        Overlay::Related(_) => "related",
        Overlay::Copying(_) => "copying",
        Overlay::Columns(_) => "columns",
        Overlay::Plan(_) => "plan",
        Overlay::Prompt(prompt) => match prompt.asks {
            Asks::Filter => "filter",
            Asks::Search => "search",
            Asks::Command => "palette",
            Asks::Code(_) => "code",
        },
        Overlay::Offer(_) => "offer",
    };
    for (name, change) in SCREENS {
        let mut state = fixture::full(HOME);
        change(&mut state);
        let front = state.nav.overlay.as_ref().map_or_else(|| screen(state.screen()), over);
        assert!(name.starts_with(front), "{name} leads to {front}");
    }
    let variants = |from: &str, of: &str| {
        let body = from.split(&format!("pub enum {of} {{")).nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or_default();
        body.lines().map(str::trim).filter(|line| line.contains('(') && !line.starts_with("///")).count()
    };
    let source = include_str!("../../src/app/state.rs");
    let kinds: std::collections::BTreeSet<&str> = SCREENS.iter().filter_map(|(name, _)| name.split(',').next()).collect();
    // A prompt is three of them: what it searches for looks as what it filters by.
    assert_eq!(kinds.len(), variants(source, "Screen") + variants(source, "Overlay") + 2, "{kinds:?}");
}
