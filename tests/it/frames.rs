//! Frames as pictures: every screen in every honest state, at the sizes people have.

use std::sync::Arc;

use proptest::prelude::*;
use quarterdeck::{
    app::{
        charting::Reach,
        columns::What,
        command::{COMMANDS, Command},
        effect::Effect,
        guard::Guard,
        manner::Link,
        msg::{Answer, Edit, Msg},
        overview::Spot,
        pricing::Offer,
        settings,
        state::{Asks, Course, Help, ListWidth, Overlay, Panel, Screen, Scroll, Source, State, Toast, Tone},
        theming::Theming,
        update,
        view::{Direction, Sort},
    },
    config::Keymap,
    model::{Health, Remote, Severity, TargetId, Text},
    service::{
        Consequence,
        executor::Policy,
        policy::{Label, Rule, Rules, Tint},
    },
    ui::{
        self, Look,
        theme::{self, Charset, Depth, Theme},
    },
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::fixture;

const SIZES: [(u16, u16); 4] = [(60, 15), (80, 24), (120, 40), (200, 60)];

/// Keys as the default keymap has them, near enough for pictures.
pub(crate) fn keys(command: Command) -> String {
    let key = match command {
        Command::Help => "?",
        Command::Filter => "/",
        Command::Open => "Enter",
        Command::Home => "F",
        Command::Overview => "D",
        Command::Changes => "t",
        Command::PreviousTab => "BackTab",
        Command::Actions => "a",
        Command::Findings => "f",
        Command::Metrics => "m",
        Command::Palette => ":",
        Command::Describe => "d",
        Command::Yaml => "y",
        Command::Json => "Y",
        Command::Mark => "Space",
        Command::Refresh => "r",
        Command::Wide => "w",
        Command::NextTab => "Tab",
        Command::Errors => "!",
        Command::SignIn => "S",
        Command::CopyId => "c",
        Command::CopyArn => "C",
        Command::Quit => "q",
        Command::Back => "Esc",
        Command::NextMatch => "n",
        Command::PreviousMatch => "N",
        Command::Down => "j",
        Command::SortNext => ">",
        Command::SortBy(number) => return (number % 10).to_string(),
        Command::Up => "k",
        Command::PageDown => "Ctrl-f",
        Command::PageUp => "Ctrl-b",
        _ => "",
    };
    key.to_owned()
}

pub(crate) fn buffer(state: &State, (width, height): (u16, u16), theme: &Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    let look = Look { theme, keys: &keys };
    terminal.draw(|frame| ui::draw(frame, state, &look)).expect("draws");
    terminal.backend().buffer().clone()
}

fn plain() -> Theme {
    Theme::for_terminal(Depth::True, Charset::Unicode)
}

pub(crate) fn text(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
    let row = |cells: &[ratatui::buffer::Cell]| {
        let mut line = String::new();
        let mut skip = 0;
        for cell in cells {
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = usize::from(ratatui::buffer::CellWidth::cell_width(cell.symbol()));
            }
            skip = skip.saturating_sub(1);
        }
        line.trim_end().to_owned()
    };
    rows.map(row).collect::<Vec<_>>().join("\n")
}

fn check(name: &str, make: impl Fn((u16, u16)) -> State, sizes: &[(u16, u16)]) {
    for size in sizes {
        let frame = text(&buffer(&make(*size), *size, &plain()));
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), frame);
    }
}

#[test]
fn a_list_that_is_full() {
    check("full", fixture::full, &SIZES);
}

#[test]
fn findings_as_they_stand() {
    use fixture::findings;
    check("findings_nothing_known", findings::nothing, &SIZES);
    check("findings_loading", findings::loading, &SIZES);
    check("findings_well", findings::well, &SIZES);
    check("findings_many", findings::many, &SIZES);
    check("findings_failed", findings::failed, &SIZES);
    let lower = |size| {
        let mut state = findings::many(size);
        (0..6).for_each(|_| drop(update(&mut state, Msg::Do(Command::Down))));
        state
    };
    check("findings_lower", lower, &[(80, 24), (120, 40)]);
    let filtered = |size| {
        let mut state = findings::many(size);
        update(&mut state, Msg::Do(Command::Filter));
        "checks".chars().for_each(|c| drop(update(&mut state, Msg::Typed(Edit::Char(c)))));
        update(&mut state, Msg::Typed(Edit::Submit));
        state
    };
    check("findings_filtered", filtered, &[(80, 24)]);
}

#[test]
fn what_has_changed() {
    let opened = |size, of_all: bool| {
        let mut state = fixture::findings::turned(size);
        let at = fixture::position(&state, "web-1a");
        fixture::select(&mut state, at);
        update(&mut state, Msg::Do(Command::Changes));
        if of_all {
            update(&mut state, Msg::Do(Command::Changes));
        }
        state
    };
    check("changes", |size| opened(size, true), &SIZES);
    check("changes_of_a_row", |size| opened(size, false), &[(80, 24), (120, 40)]);
    let none = |size| {
        let mut state = fixture::findings::nothing(size);
        update(&mut state, Msg::Do(Command::Changes));
        state
    };
    check("changes_none", none, &SIZES);
}

#[test]
fn the_fleet_at_a_glance() {
    use fixture::findings;
    let seen = |make: fn((u16, u16)) -> State, spot| {
        move |size| {
            let mut state = make(size);
            findings::overview(&mut state, spot);
            state
        }
    };
    check("overview_nothing_known", seen(findings::nothing, Spot::Tile(0)), &SIZES);
    check("overview_loading", seen(findings::loading, Spot::Tile(1)), &SIZES);
    check("overview_full", seen(findings::many, Spot::Cell(TargetId(1))), &SIZES);
    check("overview_turned", seen(findings::turned, Spot::Tile(0)), &SIZES);
    check("overview_failed", seen(findings::failed, Spot::Tile(0)), &SIZES);
    check("overview_many_places", seen(fixture::targets::many, Spot::Cell(TargetId(599))), &[(60, 15), (120, 40), (200, 60)]);
}

#[test]
fn what_is_narrowed_to_a_place_says_so() {
    let narrowed = |make: fn((u16, u16)) -> State, commands: &'static [Command]| {
        move |size| {
            let mut state = make(size);
            for command in commands {
                update(&mut state, Msg::Do(*command));
            }
            update(&mut state, Msg::Do(Command::Palette));
            "profile staging".chars().for_each(|c| drop(update(&mut state, Msg::Typed(Edit::Char(c)))));
            update(&mut state, Msg::Typed(Edit::Submit));
            state.toasts.clear();
            state
        }
    };
    let many = fixture::findings::many;
    check("narrowed_findings", narrowed(many, &[]), &[(80, 24), (120, 40)]);
    check("narrowed_overview", narrowed(many, &[Command::Overview]), &[(80, 24), (120, 40)]);
    check("narrowed_changes", narrowed(fixture::findings::turned, &[Command::Home, Command::Changes]), &[(80, 24), (120, 40)]);
    for size in [(80, 24), (200, 60)] {
        for commands in [&[][..], &[Command::Overview], &[Command::Changes], &[Command::Help], &[Command::NextTab]] {
            let mut state = narrowed(many, &[])(size);
            for command in commands {
                update(&mut state, Msg::Do(*command));
            }
            let frame = text(&buffer(&state, size, &plain()));
            assert!(frame.contains("only staging"), "{size:?} {commands:?}\n{frame}");
        }
    }
}

#[test]
fn a_list_with_charts() {
    let make = |size| {
        let mut state = fixture::full(size);
        fixture::charts(&mut state);
        let at = fixture::position(&state, "web-1a");
        fixture::select(&mut state, at);
        state
    };
    check("charts", make, &SIZES);
}

#[test]
fn charts_of_another_reach() {
    let web = |size| {
        let mut state = fixture::full(size);
        let at = fixture::position(&state, "web-1a");
        fixture::select(&mut state, at);
        state
    };
    let week = |size| {
        let mut state = web(size);
        fixture::week(&mut state);
        state
    };
    check("charts_week", week, &[(80, 24), (120, 40)]);
    let hour = |size| {
        let mut state = web(size);
        fixture::charts(&mut state);
        state.nav.timeline.reach = Reach::Hour;
        state
    };
    check("charts_hour", hour, &[(80, 24)]);
    let awaited = |size| {
        let mut state = web(size);
        fixture::charts(&mut state);
        state.nav.timeline.reach = Reach::Day;
        state
    };
    check("charts_unasked", awaited, &[(80, 24)]);
}

#[test]
fn charts_that_are_read_off() {
    let marked = |size, name: &str, seconds: i64| {
        let mut state = fixture::full(size);
        let at = fixture::position(&state, name);
        fixture::select(&mut state, at);
        fixture::charts(&mut state);
        state.nav.timeline.mark = Some(fixture::now().as_second() - seconds);
        state
    };
    check("charts_mark", |size| marked(size, "web-1a", 5_400), &[(80, 24), (120, 40)]);
    // The second of the rows, of which nothing was published for a while.
    let gap = |size| {
        let mut state = fixture::full(size);
        let mut rows = fixture::rows(&state, 40);
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let name = rows[1].1.name.to_string();
        state = marked(size, &name, 6_000);
        state
    };
    check("charts_mark_gap", gap, &[(80, 24)]);
    let week = |size| {
        let mut state = marked(size, "web-1a", 0);
        fixture::week(&mut state);
        state.nav.timeline.mark = Some(fixture::now().as_second() - 300_000);
        state
    };
    check("charts_mark_week", week, &[(120, 40)]);
}

#[test]
fn charts_of_two_rows() {
    let held = |size, against: &str| {
        let mut state = fixture::full(size);
        let at = fixture::position(&state, against);
        fixture::select(&mut state, at);
        let key = fixture::key(&state);
        let at = fixture::position(&state, "web-1a");
        fixture::select(&mut state, at);
        fixture::list(&mut state).marks.insert(key);
        fixture::charts(&mut state);
        state
    };
    check("charts_beside", |size| held(size, "api-1b"), &[(80, 24), (120, 40), (200, 60)]);
    check("charts_beside_nothing", |size| held(size, "cache-7b"), &[(80, 24)]);
    let read = |size| {
        let mut state = held(size, "api-1b");
        state.nav.timeline.mark = Some(fixture::now().as_second() - 3_600);
        state
    };
    check("charts_beside_mark", read, &[(120, 40)]);
    let ascii = text(&buffer(&held((80, 24), "api-1b"), (80, 24), &Theme::for_terminal(Depth::None, Charset::Ascii)));
    assert!(ascii.is_ascii());
    insta::assert_snapshot!("charts_beside_ascii_80x24", ascii);
}

#[test]
fn alarms_on_a_row_and_in_its_chart() {
    let make = |size| {
        let mut state = fixture::full(size);
        let at = fixture::position(&state, "web-1a");
        fixture::select(&mut state, at);
        fixture::charts(&mut state);
        fixture::alarm(&mut state, 75.0);
        state
    };
    check("alarm", make, &[(80, 24), (120, 40)]);
    let detail = |size| {
        let mut state = make(size);
        fixture::detail(&mut state);
        state
    };
    check("alarm_detail", detail, &[(80, 24)]);
}

/// Forty rows of two metrics are more than a cent an hour: the header says how the budget is kept, and an unasked chart why it waits.
#[test]
fn a_budget_that_is_too_small_is_told() {
    let mut state = fixture::full((160, 45));
    state.metrics.clear();
    state.meter.limit(0.001);
    state.nav.charts = Panel::Open;
    let now = state.now;
    quarterdeck::app::update(&mut state, Msg::Tick(now));
    let frame = text(&buffer(&state, (160, 45), &plain()));
    let times = state.meter.stretched();
    assert!(times > 1 && frame.contains(&format!("/h ×{times}  14:02:31Z")), "{frame}");
}

/// Sorting by a metric is offered with its price in the last line.
#[test]
fn a_price_is_told_before_it_is_paid() {
    let make = |size| {
        let mut state = fixture::full(size);
        let kind = state.list().expect("a list").kind;
        state.nav.overlay = Some(Overlay::Offer(Offer { kind, metric: 0, questions: 412, next: None }));
        state
    };
    check("price", make, &SIZES[..3]);
}

#[test]
fn charts_in_their_honest_states() {
    for (name, row) in [("awaited", 4), ("unpublished", 6), ("failed", 7), ("unrefreshed", 8), ("stale", 9), ("unasked", 10), ("gap", 1)] {
        let make = |size| {
            let mut state = fixture::full(size);
            fixture::charts(&mut state);
            let mut keys: Vec<_> = fixture::rows(&state, 40).into_iter().map(|(key, row)| (key, row.name.to_string())).collect();
            keys.sort();
            let at = fixture::position(&state, &keys[row].1);
            fixture::select(&mut state, at);
            state
        };
        check(&format!("chart_{name}"), make, &[(100, 24)]);
    }
}

#[test]
fn a_list_that_is_loading() {
    let nothing = |size| {
        let mut state = fixture::started(size, fixture::PLACES);
        fixture::begin(&mut state, 0);
        state
    };
    check("loading", nothing, &SIZES);
    let streaming = |size| {
        let mut state = fixture::started(size, fixture::PLACES);
        fixture::identify(&mut state, 0, "123456789012");
        let sweep = fixture::begin(&mut state, 0);
        fixture::page(&mut state, 0, sweep, (0..12).map(|number| fixture::instance("eu-west-1", number)).collect());
        state
    };
    check("streaming", streaming, &[(80, 24), (120, 40)]);
}

#[test]
fn a_list_that_is_empty() {
    let make = |size| {
        let mut state = fixture::started(size, &fixture::PLACES[..1]);
        fixture::listed(&mut state, 0, Vec::new(), 30);
        state
    };
    check("empty", make, &SIZES);
}

#[test]
fn a_list_that_failed() {
    let make = |size| {
        let mut state = fixture::started(size, fixture::PLACES);
        for target in 0..3 {
            let sweep = fixture::begin(&mut state, target);
            let problem = if target == 1 { fixture::throttled() } else { fixture::denied() };
            fixture::end(&mut state, target, sweep, Err(problem));
        }
        state
    };
    check("failed", make, &SIZES);
}

#[test]
fn a_list_whose_refresh_failed() {
    let make = |size| {
        let mut state = fixture::full(size);
        let sweep = fixture::begin(&mut state, 1);
        fixture::end(&mut state, 1, sweep, Err(fixture::throttled()));
        state.toasts.clear();
        state
    };
    check("stale", make, &SIZES);
}

#[test]
fn a_list_with_marks_and_a_filter() {
    let make = |size| {
        let mut state = fixture::full(size);
        let marked = fixture::rows(&state, 3);
        let list = fixture::list(&mut state);
        list.marks.extend(marked.into_iter().map(|(key, _)| key));
        list.view.filter_text = "state:running vcpus>2".to_owned();
        list.view.sort = Sort { by: What::Column(4), direction: Direction::Down };
        state.setup.policy = Policy::ReadOnly;
        state.setup.source = Source::Endpoint(Text::new("http://127.0.0.1:5000"));
        fixture::run(&mut state, 6);
        state
    };
    check("marks", make, &SIZES);
}

#[test]
fn a_filter_that_lets_nothing_through() {
    let make = |size| {
        let mut state = fixture::full(size);
        quarterdeck::app::update(&mut state, quarterdeck::app::msg::Msg::Do(Command::Filter));
        for c in "state:gone".chars() {
            quarterdeck::app::update(&mut state, quarterdeck::app::msg::Msg::Typed(quarterdeck::app::msg::Edit::Char(c)));
        }
        state
    };
    check("nothing_passes", make, &[(80, 24)]);
    let well = |size| {
        let mut state = fixture::started(size, &fixture::PLACES[..1]);
        fixture::listed(&mut state, 0, vec![fixture::instance("eu-west-1", 0)], 3);
        quarterdeck::app::update(&mut state, quarterdeck::app::msg::Msg::Do(quarterdeck::app::command::Command::Findings));
        state
    };
    check("all_well", well, &[(80, 24)]);
}

#[test]
fn wide_lists_show_more() {
    let make = |size| {
        let mut state = fixture::full(size);
        state.nav.width = ListWidth::Wide;
        state
    };
    check("wide", make, &[(120, 40), (200, 60)]);
}

#[test]
fn details() {
    let make = |size| {
        let mut state = fixture::full(size);
        let at = fixture::position(&state, "cache-1b");
        fixture::select(&mut state, at);
        fixture::detail(&mut state);
        state
    };
    check("detail", make, &SIZES);
}

#[test]
fn comparisons() {
    let old = "family: web\nrevision: 7\ncpu: 256\nmemory: 512\nimage: web:7\nnetworkMode: awsvpc\nlogs: /ecs/web\nport: 8080\nuser: app";
    let new = old.replace("revision: 7", "revision: 8").replace("web:7", "web:8").replace("user: app", "user: root");
    for (name, texts) in [
        ("comparison", [Some(old), Some(new.as_str())]),
        ("comparison_same", [Some(old), Some(old)]),
        ("comparison_awaited", [Some(old), None]),
    ] {
        let make = |size| {
            let mut state = fixture::full(size);
            fixture::comparison(&mut state, texts, 0);
            state
        };
        check(name, make, if name == "comparison" { &SIZES } else { &[(80, 24)] });
    }
}

#[test]
fn raw_documents() {
    let make = |size| {
        let mut state = fixture::full(size);
        fixture::raw(&mut state, "running", fixture::document());
        state
    };
    check("raw", make, &SIZES);
    let failed = |size| {
        let mut state = fixture::full(size);
        let mut document = Remote::default();
        document.answer(Err(fixture::denied()), fixture::now());
        fixture::raw(&mut state, "", document);
        state
    };
    check("raw_failed", failed, &[(80, 24)]);
    let loading = |size| {
        let mut state = fixture::full(size);
        fixture::raw(&mut state, "", Remote::default());
        state
    };
    check("raw_loading", loading, &[(80, 24)]);
}

#[test]
fn help() {
    let make = |size| {
        let mut state = fixture::full(size);
        state.nav.screens.push(Screen::Help(Help::default()));
        state
    };
    check("help", make, &SIZES);
    let whole = text(&buffer(&make((90, 200)), (90, 200), &plain()));
    assert!(whole.contains("1 … 0  "), "ten keys for ten columns are one line");
    for entry in COMMANDS.iter().filter(|entry| !matches!(entry.command, Command::SortBy(_))) {
        assert!(whole.contains(entry.sentence.get(..40).unwrap_or(entry.sentence)), "help does not say what {} does", entry.name);
    }
    let narrowed = |size| {
        let mut state = make(size);
        update(&mut state, Msg::Do(Command::Filter));
        "sort".chars().for_each(|c| drop(update(&mut state, Msg::Typed(Edit::Char(c)))));
        state
    };
    check("help_narrowed", narrowed, &[(80, 24)]);
    let mut seventh = make((80, 24));
    update(&mut seventh, Msg::Do(Command::Filter));
    "sort-7".chars().for_each(|c| drop(update(&mut seventh, Msg::Typed(Edit::Char(c)))));
    assert!(text(&buffer(&seventh, (80, 24), &plain())).contains("1 … 0  "), "each is found by its name");
    let on_a_document = |size| {
        let mut state = fixture::full(size);
        fixture::raw(&mut state, "", Remote::default());
        state.nav.screens.push(Screen::Help(Help::default()));
        state
    };
    check("help_on_a_document", on_a_document, &[(80, 24)]);
}

/// The theme under the cursor is the one that is drawn with; here only the names are of interest.
#[test]
fn themes() {
    let make = |size| {
        let mut state = fixture::full(size);
        state.theming = Theming::new(theme::EMBEDDED.iter().map(|(name, _)| Text::new(name)).collect(), "night-watch");
        update(&mut state, Msg::Do(Command::Theme));
        state
    };
    check("themes", make, &[(80, 24), (120, 40)]);
}

/// A session that began with a broken configuration says so for as long as it is broken.
#[test]
fn a_broken_configuration() {
    let make = |size| {
        let mut state = fixture::full(size);
        state.setup.policy = Policy::ReadOnly;
        settings::blind(&mut state, "config.toml:3:1: there is no setting `read_onyl`; did you mean `read_only`?");
        state
    };
    check("config_broken", make, &[(80, 24), (120, 40)]);
}

#[test]
fn errors() {
    let make = |size| {
        let mut state = fixture::full(size);
        fixture::failures(&mut state);
        state.nav.screens.push(Screen::Errors(Scroll::default()));
        state
    };
    check("errors", make, &[(60, 15), (80, 24), (120, 40)]);
    let none = |size| {
        let mut state = fixture::full(size);
        state.nav.screens.push(Screen::Errors(Scroll::default()));
        state
    };
    check("no_errors", none, &[(80, 24)]);
}

#[test]
fn targets() {
    let on = |target| {
        move |size| {
            let mut state = fixture::targets::all(size);
            fixture::targets::open(&mut state, target);
            state
        }
    };
    check("targets", on(4), &SIZES);
    check("targets_recovered", on(1), &[(80, 24)]);
    let locked = |size| {
        let mut state = fixture::targets::locked(size);
        fixture::targets::open(&mut state, 0);
        state
    };
    check("targets_locked", locked, &[(80, 24), (120, 40)]);
    let typing = |size| {
        let mut state = locked(size);
        fixture::prompt(&mut state, Asks::Code(TargetId(0)), "1234", None);
        state
    };
    check("targets_code", typing, &[(60, 15), (80, 24)]);
    let many = |size| {
        let mut state = fixture::targets::many(size);
        fixture::targets::open(&mut state, 420);
        state
    };
    check("targets_many", many, &[(60, 15)]);
}

/// Under way, called off, and over with something to take back.
#[test]
fn outcomes() {
    for (name, course, count) in [("outcome", Course::UnderWay, 14), ("outcome_called_off", Course::CalledOff, 3)] {
        let make = |size| {
            let mut state = fixture::full(size);
            fixture::outcome(&mut state, count, course, 0);
            state
        };
        check(name, make, &[(60, 15), (80, 24), (120, 40)]);
    }
}

#[test]
fn an_outcome_that_is_throttled() {
    let make = |size| {
        let mut state = fixture::full(size);
        fixture::outcome(&mut state, 12, Course::UnderWay, 0);
        fixture::throttle(&mut state);
        state
    };
    check("outcome_throttled", make, &[(60, 15), (120, 40)]);
}

#[test]
fn journal() {
    let make = |size| {
        let mut state = fixture::full(size);
        fixture::deeds::journal(&mut state, 0);
        state
    };
    check("journal", make, &[(60, 15), (80, 24), (120, 40)]);
    let none = |size| {
        let mut state = fixture::full(size);
        state.nav.screens.push(Screen::Journal(Scroll::default()));
        fixture::answer(&mut state, Answer::Chronicle(Ok(Arc::default())));
        state
    };
    check("no_journal", none, &[(80, 24)]);
    let unread = |size| {
        let mut state = fixture::full(size);
        state.nav.screens.push(Screen::Journal(Scroll::default()));
        fixture::answer(&mut state, Answer::Chronicle(Err(fixture::denied())));
        state
    };
    check("journal_unread", unread, &[(80, 24)]);
}

#[test]
fn the_action_menu() {
    let one = |size| {
        let mut state = fixture::full(size);
        fixture::menu(&mut state, 1, 1);
        state
    };
    check("menu", one, &SIZES);
}

#[test]
fn forms() {
    let payload = "{\n  \"order\": 4711,\n  \"note\": \"é日\"\n}";
    for (name, at, complaint) in [("form", 0, None), ("form_line", 1, None), ("form_wrong", 2, Some("line 3, column 9: expected a comma"))]
    {
        let make = |size| {
            let mut state = fixture::full(size);
            fixture::forms::form(&mut state, at, payload, complaint);
            state
        };
        check(name, make, &[(80, 24), (120, 40), (60, 15)]);
    }
}

#[test]
fn levels_and_reports() {
    let below = |size| {
        let mut state = fixture::full(size);
        fixture::forms::below(&mut state);
        state
    };
    check("below", below, &[(80, 24)]);
    let related = |size| {
        let mut state = fixture::full(size);
        fixture::forms::related(&mut state);
        state
    };
    check("related", related, &[(60, 15), (80, 24)]);
    let copying = |size| {
        let mut state = fixture::full(size);
        fixture::forms::copying(&mut state);
        state
    };
    check("copying", copying, &[(60, 15), (80, 24), (120, 40)]);
    let tied = |size| {
        let mut state = related(size);
        update(&mut state, Msg::Do(Command::Open));
        state
    };
    check("tied", tied, &[(80, 24), (120, 40)]);
    let report = |size| {
        let mut state = fixture::full(size);
        fixture::forms::report(&mut state, 0);
        state
    };
    check("report", report, &[(80, 24), (60, 15)]);
}

/// A rule of which rows of one profile are, with a label.
fn policy(profile: &str, read_only: bool) -> Rules {
    let label = Label { text: "PROD".to_owned(), tint: Tint::Bad };
    Rules { rules: vec![Rule { profile: vec![profile.to_owned()], read_only, label: Some(label), ..Rule::default() }], ..Rules::default() }
}

/// A full list with the cursor on a row of the first target, under a rule.
fn ruled(size: (u16, u16), rules: Rules) -> State {
    let mut state = fixture::full(size);
    let at = fixture::position(&state, "web-1a");
    fixture::select(&mut state, at);
    state.guard = Guard::of(rules);
    state
}

#[test]
fn policies() {
    const USUAL: [(u16, u16); 3] = [(60, 15), (80, 24), (120, 40)];
    check("policy_here", |size| ruled(size, policy("prod", true)), &USUAL);
    check("policy_beside", |size| ruled(size, policy("staging", true)), &[(80, 24)]);
    let unlocked = |size| {
        let mut state = ruled(size, policy("prod", true));
        update(&mut state, Msg::Do(Command::Unlock));
        update(&mut state, Msg::Typed(Edit::Submit));
        update(&mut state, Msg::Tick(fixture::now() + jiff::SignedDuration::from_secs(18)));
        state
    };
    check("policy_unlocked", unlocked, &USUAL);
    let menu = |size| {
        let mut state = ruled(size, policy("*", true));
        fixture::menu(&mut state, 1, 1);
        state
    };
    check("policy_menu", menu, &[(80, 24)]);
    let plan = |size| {
        let mut state = ruled(size, policy("*", false));
        fixture::plan(&mut state, "stop", 2, None, "");
        state
    };
    check("policy_plan", plan, &[(80, 24)]);
}

/// The label is red where there are colours, and turned round where there are none.
#[test]
fn a_label_is_seen_without_colours() {
    let state = ruled((120, 40), policy("prod", false));
    for (depth, coloured) in [(Depth::None, false), (Depth::Ansi16, true), (Depth::True, true)] {
        let theme = Theme::for_terminal(depth, Charset::Unicode);
        let frame = buffer(&state, (120, 40), &theme);
        let header: String = frame.content[..120].iter().map(ratatui::buffer::Cell::symbol).collect();
        let at = header.chars().collect::<Vec<_>>().windows(4).position(|word| word == ['P', 'R', 'O', 'D']).expect("a label");
        let cell = &frame.content[at];
        assert!(cell.modifier.contains(ratatui::style::Modifier::REVERSED), "{depth:?}");
        assert_eq!(cell.fg != ratatui::style::Color::Reset, coloured, "{depth:?}");
        let line = &frame.content[240];
        assert_eq!(line.fg, if coloured { cell.fg } else { ratatui::style::Color::Reset }, "{depth:?}");
    }
}

#[test]
fn plans() {
    let stop = |size| {
        let mut state = fixture::full(size);
        fixture::plan(&mut state, "stop", 9, None, "");
        fixture::planned(&mut state).probe.ask(fixture::now());
        state
    };
    check("plan", stop, &SIZES);
    let terminate = |size| {
        let mut state = fixture::full(size);
        fixture::plan(&mut state, "terminate", 1, Some("api-1b"), "api");
        let note = Consequence { severity: Severity::Warning, text: Text::new("termination protection is on: AWS would refuse") };
        fixture::planned(&mut state).probe.answer(Ok(vec![note]), fixture::now());
        state
    };
    check("plan_typed", terminate, &SIZES);
    let refused = |size| {
        let mut state = fixture::full(size);
        fixture::plan(&mut state, "stop", 0, None, "");
        fixture::planned(&mut state).probe.answer(Err(fixture::denied()), fixture::now());
        state
    };
    check("plan_refused", refused, &[(80, 24)]);
}

#[test]
fn prompts_and_messages() {
    let complaint = |size| {
        let mut state = fixture::full(size);
        fixture::prompt(&mut state, Asks::Filter, "colour:red", Some("no column is called “colour”"));
        state
    };
    check("complaint", complaint, &[(60, 15), (80, 24)]);
    let command = |size| {
        let mut state = fixture::full(size);
        fixture::prompt(&mut state, Asks::Command, "", None);
        state.toasts.push(Toast {
            at: fixture::now(),
            tone: Tone::Bad,
            text: Text::new("nothing was copied: the terminal does not take OSC 52"),
            count: 3,
        });
        state
    };
    check("command", command, &[(80, 24)]);
}

/// What is typed into a prompt, with the keys that follow it.
fn typed(state: &mut State, command: Command, text: &str, edits: &[Edit]) {
    update(state, Msg::Do(command));
    let letters = text.chars().map(Edit::Char);
    letters.chain(edits.iter().cloned()).for_each(|edit| drop(update(state, Msg::Typed(edit))));
}

#[test]
fn filters_are_completed_and_marked_where_they_are_wrong() {
    let completed = |text: &'static str, edits: &'static [Edit]| {
        move |size| {
            let mut state = fixture::full(size);
            typed(&mut state, Command::Filter, text, edits);
            state
        }
    };
    check("filter_names", completed("web st", &[]), &[(60, 15), (80, 24), (120, 40)]);
    check("filter_all_names", completed("", &[Edit::Next, Edit::Next]), &[(80, 24), (200, 60)]);
    check("filter_values", completed("web type:", &[Edit::Next]), &[(80, 24)]);
    check("filter_unfinished", completed("web cpu>", &[]), &[(80, 24)]);
    check("filter_wrong", completed("web colour:red st", &[]), &[(60, 15), (80, 24)]);
}

#[test]
fn rows_that_a_filter_by_a_metric_cannot_judge_are_told() {
    let some = |size| {
        let mut state = fixture::full(size);
        typed(&mut state, Command::Filter, "cpu>60", &[Edit::Submit]);
        state
    };
    check("unmeasured", some, &[(80, 24), (120, 40)]);
    let none = |size| {
        let mut state = fixture::full(size);
        state.metrics.clear();
        typed(&mut state, Command::Filter, "cpu>60", &[Edit::Submit]);
        state
    };
    check("none_measured", none, &[(80, 24)]);
}

#[test]
fn the_palette_offers_what_fits() {
    let palette = |text: &'static str, edits: &'static [Edit]| {
        move |size| {
            let mut state = fixture::full(size);
            typed(&mut state, Command::Palette, text, edits);
            state
        }
    };
    check("palette", palette("prof", &[]), &[(60, 15), (80, 24), (120, 40), (200, 60)]);
    check("palette_chosen", palette("termi", &[Edit::Next]), &[(80, 24)]);
    check("palette_nothing", palette("xyzzy", &[Edit::Submit]), &[(80, 24)]);
    check("sight", palette("profile prod", &[Edit::Submit]), &[(80, 24), (120, 40)]);
    // What is in sight could not be listed: that is said, and not that there is nothing.
    let denied = |size| {
        let mut state = fixture::started(size, fixture::PLACES);
        fixture::listed(&mut state, 0, vec![fixture::instance("prod", 1)], 60);
        let sweep = fixture::begin(&mut state, 2);
        fixture::end(&mut state, 2, sweep, Err(fixture::denied()));
        typed(&mut state, Command::Palette, "profile staging", &[Edit::Submit]);
        state
    };
    check("sight_denied", denied, &[(80, 24), (120, 40)]);
}

#[test]
fn columns_are_arranged_and_scrolled() {
    let choice = |size| {
        let mut state = fixture::full(size);
        fixture::forms::columns(&mut state);
        state
    };
    check("columns", choice, &[(60, 15), (80, 24), (120, 40)]);
    let scrolled = |size| {
        let mut state = fixture::full(size);
        for _ in 0..3 {
            update(&mut state, Msg::Do(Command::ColumnsRight));
        }
        state
    };
    check("scrolled", scrolled, &[(60, 15), (80, 24)]);
    let sorted = |size| {
        let mut state = fixture::full(size);
        update(&mut state, Msg::Do(Command::SortBy(2)));
        update(&mut state, Msg::Do(Command::SortBy(2)));
        state
    };
    check("sorted_by_number", sorted, &[(80, 24)]);
}

/// The piece that is wrong is seen without its words: in its own style, and underlined.
#[test]
fn what_is_wrong_is_underlined_where_it_stands() {
    let theme = plain();
    let mut state = fixture::full((80, 24));
    typed(&mut state, Command::Filter, "web colour:red", &[]);
    let frame = buffer(&state, (80, 24), &theme);
    let underlined = |x: u16| frame[(x, 23)].modifier.contains(ratatui::style::Modifier::UNDERLINED);
    let line: String = (0..80).filter(|x| underlined(*x)).map(|x| frame[(x, 23)].symbol().to_owned()).collect();
    assert_eq!(line, "colour:red");
}

#[test]
fn the_log_and_what_takes_time() {
    let log = |size| {
        let mut state = fixture::full(size);
        fixture::deeds::log(&mut state);
        state
    };
    check("log", log, &[(60, 15), (80, 24), (120, 40)]);
    let waiting = |size| {
        let mut state = fixture::full(size);
        update(&mut state, Msg::Do(Command::Yaml));
        state.now = jiff::Timestamp::from_second(state.now.as_second() + 7).expect("in range");
        state
    };
    check("waiting", waiting, &[(80, 24)]);
    let slow = |size| {
        let mut state = fixture::full(size);
        state.manner.link = Link::Slow;
        state
    };
    for size in [(80, 24), (120, 40)] {
        let frame = text(&buffer(&slow(size), size, &Theme::for_terminal(Depth::Ansi16, Charset::Ascii)));
        insta::assert_snapshot!(format!("slow_{}x{}", size.0, size.1), frame);
    }
}

#[test]
fn screens_too_small() {
    check("small", fixture::full, &[(59, 14), (20, 5), (1, 1)]);
}

#[test]
fn ascii_terminals_get_ascii_only() {
    let theme = Theme::for_terminal(Depth::None, Charset::Ascii);
    let mut state = fixture::full((120, 40));
    fixture::charts(&mut state);
    fixture::menu(&mut state, 1, 1);
    let frame = text(&buffer(&state, (120, 40), &theme));
    assert!(frame.is_ascii());
    insta::assert_snapshot!("ascii_120x40", frame);
}

/// Until the order is made the rows stand as before, and the title says so.
#[test]
fn a_long_list_says_that_its_order_is_being_made() {
    const SIZE: (u16, u16) = (120, 40);
    let mut state = fixture::started(SIZE, &[("prod", "eu-west-1")]);
    fixture::listed(&mut state, 0, (0..17_000).map(|number| fixture::instance("eu-west-1", number)).collect(), 0);
    let lines =
        |state: &State| -> Vec<String> { text(&buffer(state, SIZE, &plain())).lines().skip(2).take(3).map(str::to_owned).collect() };
    let before = lines(&state);
    update(&mut state, Msg::Do(Command::SortReverse));
    let during = lines(&state);
    assert!(during[0].contains("sort: NAME ▼…") && during[2] == before[2], "{during:#?}");
    while update(&mut state, Msg::Sift).contains(&Effect::Sift) {}
    let after = lines(&state);
    assert!(after[0].contains("sort: NAME ▼ ") && after[2] != before[2], "{after:#?}");
}

/// A glyph that is not shown is named: `?` would be another key.
#[test]
fn ascii_terminals_are_told_keys_by_their_names() {
    let theme = Theme::for_terminal(Depth::None, Charset::Ascii);
    let mut state = fixture::full((120, 40));
    state.nav.screens.push(Screen::Help(Help::default()));
    let keymap = Keymap::new(&[]).expect("the built-in keymap");
    let keys = |command: Command| keymap.keys(command);
    let mut terminal = Terminal::new(TestBackend::new(120, 200)).expect("a terminal");
    terminal.draw(|frame| ui::draw(frame, &state, &Look { theme: &theme, keys: &keys })).expect("draws");
    let frame = text(terminal.backend().buffer());
    assert!(frame.lines().any(|line| line.contains("k Up ") && line.contains("one row up")), "{frame}");
    assert!(frame.contains("Enter  ") && frame.is_ascii());
}

/// Bytes that a step of the cursor writes: two rows' markers and names, and the line of findings.
#[test]
fn a_step_of_the_cursor_is_cheap() {
    use ratatui::{backend::Backend as _, prelude::CrosstermBackend};
    let size = (160, 45);
    let mut state = fixture::full(size);
    let mut worst = 0;
    for position in 0..37 {
        fixture::select(&mut state, position);
        let before = buffer(&state, size, &plain());
        fixture::select(&mut state, position + 1);
        let after = buffer(&state, size, &plain());
        let mut bytes = Vec::new();
        CrosstermBackend::new(&mut bytes).draw(before.diff(&after).into_iter()).expect("writes");
        worst = worst.max(bytes.len());
    }
    assert!(worst <= 700, "{worst} bytes");
}

/// An idle screen rewrites the clock and, now and then, an age.
#[test]
fn an_idle_minute_is_cheap() {
    use ratatui::{backend::Backend as _, prelude::CrosstermBackend};
    let size = (160, 45);
    let mut state = fixture::full(size);
    let mut bytes = Vec::new();
    for _ in 0..60 {
        let before = buffer(&state, size, &plain());
        state.now = jiff::Timestamp::from_second(state.now.as_second() + 1).expect("in range");
        let after = buffer(&state, size, &plain());
        CrosstermBackend::new(&mut bytes).draw(before.diff(&after).into_iter()).expect("writes");
    }
    assert!(bytes.len() <= 4_000, "{} bytes", bytes.len());
}

/// Any screen, with such texts wherever one comes from outside or from the keyboard.
pub(crate) fn any_state(text: impl Strategy<Value = String>) -> impl Strategy<Value = (State, bool)> {
    let screen = 0_usize..19;
    (screen, text, 0_usize..40, any::<bool>(), any::<bool>(), 0_usize..80).prop_map(|(screen, text, position, charts, ascii, top)| {
        let mut state = fixture::full((100, 30));
        let mut odd = fixture::instance("eu-west-1", 3);
        odd.name = Text::new(&text);
        odd.cells.set(1, quarterdeck::model::Cell::State(Health::Unknown, Text::new(&text)));
        fixture::listed(&mut state, 0, vec![odd, fixture::instance("eu-west-1", 1)], 0);
        fixture::select(&mut state, position);
        if charts {
            fixture::charts(&mut state);
            state.nav.width = ListWidth::Wide;
        }
        match screen {
            0 => {}
            15 => fixture::findings::over(&mut state),
            16 => fixture::findings::overview(&mut state, Spot::Tile(top % 6)),
            17 => drop(update(&mut state, Msg::Do(Command::Changes))),
            1 => fixture::detail(&mut state),
            2 => fixture::raw(&mut state, "n", fixture::document()),
            3 => fixture::menu(&mut state, position, position % 4),
            4 => fixture::plan(&mut state, "terminate", position, Some(&text), "ab"),
            5 => fixture::prompt(&mut state, Asks::Filter, &text, Some("wrong")),
            6 => state.nav.screens.push(Screen::Help(Help { scroll: Scroll { top }, ..Help::default() })),
            7 => {
                fixture::failures(&mut state);
                state.nav.screens.push(Screen::Errors(Scroll { top }));
            }
            8 => fixture::forms::form(&mut state, position % 3, &text, Some(&text)),
            9 if ascii => fixture::forms::related(&mut state),
            9 => fixture::forms::below(&mut state),
            10 if ascii => fixture::forms::copying(&mut state),
            10 => fixture::forms::report(&mut state, top),
            13 if ascii => fixture::deeds::log(&mut state),
            12 => fixture::targets::open(&mut state, u16::try_from(top % 4).expect("few")),
            13 => fixture::deeds::journal(&mut state, top),
            14 => fixture::outcome(&mut state, position, Course::UnderWay, top),
            11 => fixture::comparison(&mut state, [Some(&text), Some("a")], top),
            _ => fixture::run(&mut state, position),
        }
        fixture::list_mut(&mut state).view.filter_text = text;
        (state, ascii)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn drawing_never_panics(state in any_state("[ -~é日👩‍🚀\u{301}]{0,60}"), width in 1_u16..=200, height in 1_u16..=200) {
        let (state, ascii) = state;
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        buffer(&state, (width, height), &Theme::for_terminal(Depth::Ansi256, charset));
    }
}
