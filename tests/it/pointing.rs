//! Where something is drawn is where it is pressed.

use quarterdeck::{
    app::{
        columns,
        command::Command,
        msg::Msg,
        pointing::{Press, Spot, WHEEL},
        state::{Panel, State},
        update,
    },
    service,
    ui::{
        Look, layout,
        places::{self, Place},
        theme::{Charset, Depth, Theme},
    },
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    fixture,
    frames::{buffer, keys},
};

const SIZES: [(u16, u16); 3] = [(60, 15), (80, 24), (120, 40)];

fn theme() -> Theme {
    Theme::for_terminal(Depth::True, Charset::Unicode)
}

fn place(state: &State, at: (u16, u16)) -> Option<Place> {
    let theme = theme();
    places::at(state, &Look { theme: &theme, keys: &keys }, at)
}

fn words(frame: &Buffer, y: u16, columns: std::ops::Range<u16>) -> String {
    columns.map(|x| frame[(x, y)].symbol()).collect()
}

/// Every place of a screen with what is there, a run of equal ones as one.
fn runs(state: &State) -> Vec<(Place, u16, std::ops::Range<u16>)> {
    let mut runs: Vec<(Place, u16, std::ops::Range<u16>)> = Vec::new();
    for (y, x) in (0..state.size.1).flat_map(|y| (0..state.size.0).map(move |x| (y, x))) {
        let Some(here) = place(state, (x, y)) else { continue };
        match runs.last_mut() {
            Some((known, line, columns)) if (*known, *line, columns.end) == (here, y, x) => columns.end = x + 1,
            _ => runs.push((here, y, x..x + 1)),
        }
    }
    runs
}

#[test]
fn every_cell_of_a_row_is_that_row() {
    for (size, charts) in SIZES.into_iter().flat_map(|size| [Panel::Closed, Panel::Open].map(|charts| (size, charts))) {
        let mut state = fixture::full(size);
        state.nav.charts = charts;
        update(&mut state, Msg::Do(Command::PageDown));
        let body = layout::areas(Rect::new(0, 0, size.0, size.1), &state).body;
        let rows: Vec<_> = runs(&state).into_iter().filter(|(place, ..)| matches!(place, Place::Spot(Spot::Row(_)))).collect();
        assert_eq!(rows.len(), usize::from(body.height).min(state.list().map_or(0, |list| list.view.order().len())), "{size:?}");
        let last = rows.len() - 1;
        for (at, (row, y, columns)) in rows.into_iter().enumerate() {
            assert_eq!((columns, body.contains((0, y).into())), (0..size.0, true), "{size:?}");
            let Place::Spot(spot) = row else { unreachable!("only rows were kept") };
            update(&mut state, Msg::Pointed(spot, Press::Once));
            // Drawing takes its time: the marker is looked for at both ends and in between now and then.
            if at == last || at % 7 == 0 {
                assert_eq!(words(&buffer(&state, size, &theme()), y, 0..1), "▌", "{size:?} line {y}");
            }
        }
    }
}

#[test]
fn every_heading_tab_and_key_is_where_it_is_drawn() {
    for size in SIZES {
        let mut state = fixture::full(size);
        let (frame, look) = (buffer(&state, size, &theme()), keys);
        let mut seen = [0; 3];
        for (place, y, columns) in runs(&state) {
            let drawn = words(&frame, y, columns.clone());
            match place {
                Place::Spot(Spot::Tab(at)) => {
                    let title = at.checked_sub(1).map_or("Findings", |at| service::ALL[at].title);
                    assert!(drawn.starts_with(title), "{size:?}: {drawn}");
                    seen[0] += 1;
                }
                Place::Key(command) => {
                    assert!(drawn.starts_with(&look(command)) && drawn.contains(' '), "{size:?}: {drawn}");
                    seen[1] += 1;
                }
                Place::Spot(Spot::Heading(_)) => {
                    assert!(!drawn.trim().is_empty(), "{size:?}: {drawn}");
                    seen[2] += 1;
                }
                Place::Spot(_) => {}
            }
        }
        assert!(seen.iter().all(|count| *count > 2), "{size:?}: {seen:?}");
        let headings: Vec<_> = runs(&state).into_iter().filter(|(place, ..)| matches!(place, Place::Spot(Spot::Heading(_)))).collect();
        for (place, y, columns) in headings {
            let Place::Spot(spot) = place else { unreachable!("only headings were kept") };
            update(&mut state, Msg::Pointed(spot, Press::Once));
            if state.nav.overlay.take().is_none() {
                let drawn = words(&buffer(&state, size, &theme()), y, columns);
                assert!(drawn.contains(['▲', '▼']), "{size:?}: {drawn}");
            }
        }
    }
}

/// Whatever was scrolled past, moved or made wider.
#[test]
fn a_heading_sorts_by_the_column_that_is_drawn_under_it() {
    for size in SIZES {
        let mut state = fixture::full(size);
        update(&mut state, Msg::Do(Command::Columns));
        update(&mut state, Msg::Rolled(WHEEL));
        update(&mut state, Msg::Rolled(WHEEL));
        "J+++".chars().for_each(|key| drop(update(&mut state, Msg::Picked(key))));
        update(&mut state, Msg::Do(Command::Back));
        for shift in 0..4 {
            let list = state.list().expect("a list");
            let columns = columns::on_screen(&state, list).columns;
            let frame = buffer(&state, size, &theme());
            let headings: Vec<_> = runs(&state).into_iter().filter(|(place, ..)| matches!(place, Place::Spot(Spot::Heading(_)))).collect();
            assert_eq!(headings.len(), columns.len(), "{size:?} after {shift}");
            for (column, (place, y, places)) in columns.iter().zip(headings) {
                assert_eq!(place, Place::Spot(Spot::Heading(column.what)), "{size:?} after {shift}");
                let title = column.title.chars().take(2).collect::<String>();
                assert!(words(&frame, y, places).contains(&title), "{size:?} after {shift}: {title}");
            }
            update(&mut state, Msg::Do(Command::ColumnsRight));
        }
    }
}

#[test]
fn every_entry_of_a_box_is_where_it_is_drawn() {
    for size in SIZES {
        for (command, titles) in [
            (Command::Actions, vec!["start", "stop", "reboot", "terminate"]),
            (Command::Related, vec!["other instances"]),
            (Command::Columns, vec!["NAME", "ID", "STATE"]),
            (Command::CopyMenu, vec!["id", "name", "ARN", "line", "address", "the row"]),
        ] {
            let mut state = fixture::full(size);
            update(&mut state, Msg::Do(command));
            let frame = buffer(&state, size, &theme());
            let entries: Vec<_> = runs(&state).into_iter().filter(|(place, ..)| matches!(place, Place::Spot(Spot::Choice(_)))).collect();
            for (title, (place, y, columns)) in titles.iter().zip(&entries) {
                assert!(words(&frame, *y, columns.clone()).contains(title), "{size:?}: {place:?} {title}");
            }
            assert!(entries.len() >= titles.len().min(5), "{size:?}: {}", entries.len());
            // On a small screen a box may leave no room around it.
            let around = (size.0 >= 120).then_some(Place::Spot(Spot::Around));
            assert!(around.is_none() || place(&state, (0, 2)) == around, "{size:?}");
        }
    }
}

/// What a press selects is where the marker is drawn, on each screen with lines of its own.
#[test]
fn every_finding_change_tile_and_place_is_where_it_is_drawn() {
    use fixture::findings;
    for size in SIZES {
        let mut home = findings::many(size);
        update(&mut home, Msg::Do(Command::PageDown));
        let mut changes = findings::turned(size);
        for command in [Command::Home, Command::Changes] {
            update(&mut changes, Msg::Do(command));
        }
        let mut overview = findings::many(size);
        update(&mut overview, Msg::Do(Command::Overview));
        for (least, mut state) in [(3, home), (3, changes), (service::ALL.len() + 1, overview)] {
            let spots = spots(&state);
            assert!(spots.len() >= least, "{size:?}: {}", spots.len());
            for (spot, y) in spots.iter().step_by(spots.len().div_ceil(8)) {
                update(&mut state, Msg::Pointed(*spot, Press::Once));
                // There is one cursor, so its line has one marker; each line of a tile has it.
                assert!(words(&buffer(&state, size, &theme()), *y, 0..size.0).contains('▌'), "{size:?}: {spot:?} in line {y}");
            }
        }
    }
}

/// What can be selected, each with the first line that it is on: every eighth column is looked at.
fn spots(state: &State) -> Vec<(Spot, u16)> {
    let mut spots: Vec<(Spot, u16)> = Vec::new();
    for (y, x) in (0..state.size.1).flat_map(|y| (0..state.size.0).step_by(8).map(move |x| (y, x))) {
        let Some(Place::Spot(spot @ (Spot::Row(_) | Spot::Glance(_)))) = place(state, (x, y)) else { continue };
        if !spots.iter().any(|(known, _)| *known == spot) {
            spots.push((spot, y));
        }
    }
    spots
}

#[test]
fn every_theme_field_and_candidate_is_where_it_is_drawn() {
    let entries =
        |state: &State| -> Vec<_> { runs(state).into_iter().filter(|(place, ..)| matches!(place, Place::Spot(Spot::Choice(_)))).collect() };
    for size in SIZES {
        let mut themes = fixture::full(size);
        let names = ["dark", "light", "paper"].map(quarterdeck::model::Text::from);
        themes.theming = quarterdeck::app::theming::Theming::new(names.to_vec(), "dark");
        update(&mut themes, Msg::Do(Command::Theme));
        let frame = buffer(&themes, size, &theme());
        let drawn: Vec<String> = entries(&themes).into_iter().map(|(_, y, columns)| words(&frame, y, columns)).collect();
        assert!(drawn.len() == 3 && drawn.iter().zip(["dark", "light", "paper"]).all(|(line, name)| line.contains(name)), "{drawn:?}");
        let mut palette = fixture::full(size);
        update(&mut palette, Msg::Do(Command::Palette));
        "help".chars().for_each(|c| drop(update(&mut palette, Msg::Typed(quarterdeck::app::msg::Edit::Char(c)))));
        let frame = buffer(&palette, size, &theme());
        let (_, y, columns) = entries(&palette).remove(0);
        assert!(words(&frame, y, columns).contains("help"), "{size:?}");
        let mut form = fixture::full(size);
        fixture::forms::form(&mut form, 0, "text", None);
        for (place, y, columns) in entries(&form) {
            let Place::Spot(spot @ Spot::Choice(at)) = place else { unreachable!("only entries were kept") };
            update(&mut form, Msg::Pointed(spot, Press::Once));
            let held = matches!(&form.nav.overlay, Some(quarterdeck::app::state::Overlay::Form(form)) if form.at == at);
            assert!(held, "{size:?}: field {at} in line {y} at {columns:?}");
        }
    }
}
