//! Pictures of the screen, drawn from the same frames as everything else. `cargo test screenshots` compares them;
//! `QD_SCREENSHOTS=write cargo test screenshots` makes them anew.

use std::path::PathBuf;

use quarterdeck::ui::{
    svg::svg,
    theme::{Charset, Depth, Theme},
};

use crate::{fixture, frames};

/// Columns and rows of a picture.
const SIZE: (u16, u16) = (140, 36);

#[expect(clippy::disallowed_methods, reason = "tests are started by hand, not by the configuration")]
fn picture(name: &str, state: &quarterdeck::app::state::State, theme: &Theme) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.svg"));
    let drawn = svg(&frames::buffer(state, SIZE, theme), theme);
    if std::env::var_os("QD_SCREENSHOTS").is_some() {
        std::fs::write(&path, &drawn).expect("writes the picture");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{} is out of date: QD_SCREENSHOTS=write cargo test screenshots", path.display());
}

#[test]
fn screenshots_show_what_is_drawn() {
    let dark = Theme::for_terminal(Depth::True, Charset::Unicode);
    let light = Theme::named("quarterdeck-light").expect("embedded");
    let mut list = fixture::full(SIZE);
    fixture::charts(&mut list);
    let at = fixture::position(&list, "cache-1b");
    fixture::select(&mut list, at);
    picture("list", &list, &dark);
    picture("list-light", &list, &light);
    let mut plan = fixture::full(SIZE);
    fixture::plan(&mut plan, "stop", 9, None, "");
    fixture::planned(&mut plan).probe.ask(fixture::now());
    picture("plan", &plan, &dark);
    let mut detail = fixture::full(SIZE);
    fixture::select(&mut detail, at);
    fixture::detail(&mut detail);
    picture("detail", &detail, &dark);
}
