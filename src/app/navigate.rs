//! Commands: moving, opening, closing, sorting.

mod levels;
mod marking;
mod motion;
mod sorting;
mod tabs;

pub(super) use levels::{choose_below, enter, pick_below};
use motion::{Motion, travel};
pub(super) use motion::{Towards, roll};
pub(super) use sorting::under as sort_under;
use tabs::tab;
pub(super) use tabs::{over, show};

use super::{
    acting::{self, outcome, undoing},
    answers::{sift, table},
    arranging, charting, chronicle,
    command::Command,
    compare, copying,
    effect::Effect,
    guard, home, logging, measuring, overview, pointing, prompts, relating, schedule, signing,
    state::{Asks, Help, ListWidth, Notation, Overlay, Panel, RawScreen, Reader, Report, Screen, Scroll, State, Tone, Veil},
    targets, theming,
    trail::{self, Way},
    turns,
    view::Rows,
};
use crate::{
    model::{Remote, TargetId},
    service::Scope,
};

/// Carries out a command.
pub(super) fn command(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(motion) = Motion::of(command) {
        return travel(state, motion);
    }
    match (state.screen(), command) {
        (Screen::Turns(_), Command::Open) => return turns::go(state),
        (Screen::Overview(_), Command::Open) => return overview::enter(state),
        (Screen::Overview(_), Command::NextTab) => overview::step(state, Towards::End),
        (Screen::Overview(_), Command::PreviousTab) => overview::step(state, Towards::Start),
        (Screen::Targets(_) | Screen::Turns(_) | Screen::Overview(_), command) if targets::hides(command) => return Vec::new(),
        _ => return carry_out(state, command),
    }
    Vec::new()
}

fn carry_out(state: &mut State, command: Command) -> Vec<Effect> {
    if listing(state, command).is_some() {
        return Vec::new();
    }
    match command {
        Command::Home => home::go(state),
        Command::Overview => overview::open(state),
        Command::Changes => turns::open(state),
        Command::Open => return open(state),
        Command::Below => levels::below(state),
        Command::Related => relating::open(state),
        Command::Report => report(state),
        Command::Outcome => outcome::open(state),
        Command::Undo => return undoing::undo(state),
        Command::Back => return back_or_call_off(state),
        Command::Describe => describe(state),
        Command::Yaml => return raw(state, Notation::Yaml),
        Command::Json => return raw(state, Notation::Json),
        Command::Compare => return compare::open(state),
        Command::Metrics if matches!(state.screen(), Screen::Home(_)) => home::charts(state),
        Command::Metrics => metrics(state),
        Command::RangeLonger => charting::reach(state, 1),
        Command::RangeShorter => charting::reach(state, -1),
        Command::ChartLeft => charting::read(state, Towards::Start),
        Command::ChartRight => charting::read(state, Towards::End),
        Command::Actions => acting::menu(state),
        Command::Filter => return ask(state),
        Command::Reveal => reveal(state),
        Command::NextMatch => next_match(state, Towards::End),
        Command::PreviousMatch => next_match(state, Towards::Start),
        Command::Palette => return prompts::open(state, Asks::Command),
        Command::Refresh => return refresh(state),
        Command::LastView => trail::go(state, Way::Last),
        Command::ViewBack => trail::go(state, Way::Back),
        Command::ViewForward => trail::go(state, Way::Forward),
        Command::NextTab => tab(state, Towards::End),
        Command::PreviousTab => tab(state, Towards::Start),
        Command::CopyId => return copying::id(state),
        Command::CopyArn => return copying::arn(state),
        Command::CopyMenu => copying::open(state),
        Command::Save => return copying::save_as_usual(state),
        Command::Errors => push(state, Screen::Errors(Scroll::default())),
        Command::Log => return logging::open(state),
        Command::Targets => push(state, targets::open(state)),
        Command::SignIn => return signing::offer(state),
        Command::Journal => return chronicle::open(state),
        Command::Unlock => return guard::ask(state),
        Command::Lock => return guard::lock(state),
        Command::Theme => theming::open(state),
        Command::Help => push(state, Screen::Help(Help::default())),
        Command::Mouse => return pointing::toggle(state),
        Command::Redraw => return vec![Effect::Redraw],
        Command::Suspend => return vec![Effect::Suspend],
        Command::Quit => quit(state),
        Command::QuitNow => state.quitting = true,
        _ => {}
    }
    Vec::new()
}

/// Carries out what changes which rows and columns of a list are seen, in what order, and which are marked; `None` for anything else.
fn listing(state: &mut State, command: Command) -> Option<()> {
    match command {
        Command::Findings => findings(state),
        Command::Mark => marking::one(state),
        Command::MarkAll => marking::all(state),
        Command::MarkRange => marking::range(state),
        Command::MarkInvert => marking::invert(state),
        Command::MarkNone => marking::none(state),
        Command::SortNext => sorting::next(state, Towards::End),
        Command::SortPrevious => sorting::next(state, Towards::Start),
        Command::SortReverse => sorting::reverse(state),
        Command::SortBy(number) => sorting::nth(state, usize::from(number)),
        Command::Wide => widen(state),
        Command::Columns => arranging::open(state),
        Command::ColumnsRight => arranging::sideways(state, Towards::End),
        Command::ColumnsLeft => arranging::sideways(state, Towards::Start),
        _ => return None,
    }
    Some(())
}

fn metrics(state: &mut State) {
    state.nav.charts = if state.nav.charts == Panel::Open { Panel::Closed } else { Panel::Open };
    state.nav.timeline.mark = None;
}

fn push(state: &mut State, screen: Screen) {
    let same = std::mem::discriminant(state.screen()) == std::mem::discriminant(&screen);
    if same {
        state.nav.screens.pop();
    }
    state.nav.screens.push(screen);
}

/// Opens the row under the cursor, or takes what is highlighted in a box.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    match &state.nav.overlay {
        Some(Overlay::Menu(_)) => return acting::pick_highlighted(state),
        Some(Overlay::Below(below)) => {
            let at = below.cursor;
            levels::choose_below(state, at);
            return Vec::new();
        }
        Some(Overlay::Themes(_)) => {
            theming::keep(state);
            return Vec::new();
        }
        Some(Overlay::Related(related)) => return relating::choose(state, related.cursor),
        Some(Overlay::Copying(copying)) => return copying::choose(state, copying.cursor),
        _ => {}
    }
    if matches!(state.screen(), Screen::Home(_)) {
        home::open(state);
        return Vec::new();
    }
    let (Some(list), Some((key, row))) = (state.list(), state.selected()) else { return Vec::new() };
    match list.kind.opens.first().copied().filter(|_| !(list.kind.leaf)(&row)) {
        Some(kind) => levels::enter(state, kind, key, row),
        None => describe(state),
    }
    Vec::new()
}

/// Shows what the latest action gave back to read.
pub(super) fn report(state: &mut State) {
    match state.report.clone() {
        Some((title, at, lines)) => push(state, Screen::Report(Report { title, at, lines, scroll: Scroll::default() })),
        None => state.toast(Tone::Plain, "no action has given back anything to read"),
    }
}

/// In front of a run that has something left to send, the first step back is not to send it. Messages go with any step back.
fn back_or_call_off(state: &mut State) -> Vec<Effect> {
    state.toasts.clear();
    let halt = if state.nav.overlay.is_none() { outcome::call_off(state) } else { None };
    if halt.is_none() {
        back(state);
    }
    halt.into_iter().collect()
}

/// Closes what is nearest: the overlay, the mark of the charts, the screen, the marks, the findings filter, the filter.
fn back(state: &mut State) {
    theming::restore(state);
    if state.nav.overlay.take().is_some() || charting::unmark(state) {
        return;
    }
    if state.nav.screens.len() > 1 {
        state.nav.screens.pop();
        return;
    }
    if matches!(state.screen(), Screen::Home(home) if !home.filter_text.is_empty()) {
        prompts::apply(state, Asks::Filter, "");
    }
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return };
    if !list.marks.is_empty() {
        list.marks.clear();
    } else if list.view.rows == Rows::Findings {
        findings(state);
    } else if !list.view.filter_text.is_empty() {
        prompts::clear(state);
    }
}

fn quit(state: &mut State) {
    if state.nav.overlay.is_some() || state.nav.screens.len() > 1 {
        back(state);
    } else {
        state.quitting = true;
    }
}

fn describe(state: &mut State) {
    if let (Some((key, _)), Some(kind)) = (state.selected(), state.kind()) {
        push(state, Screen::Detail(Reader { key, kind, scroll: Scroll::default() }));
    }
}

fn raw(state: &mut State, notation: Notation) -> Vec<Effect> {
    if let Some(Screen::Raw(raw)) = state.nav.screens.last_mut() {
        raw.notation = notation;
        raw.scroll.top = raw.scroll.top.min(raw.lines().len().saturating_sub(1));
        return Vec::new();
    }
    let Some((key, resource)) = state.selected() else { return Vec::new() };
    let mut document = Remote::default();
    document.ask(state.now);
    let screen =
        RawScreen { key: key.clone(), document, notation, veil: Veil::default(), scroll: Scroll::default(), search: String::new() };
    push(state, Screen::Raw(screen));
    vec![Effect::Describe(key, resource)]
}

/// Shows masked values of the document in front, or masks them again.
fn reveal(state: &mut State) {
    if let Some(Screen::Raw(raw)) = state.nav.screens.last_mut() {
        raw.veil = if raw.veil == Veil::Down { Veil::Lifted } else { Veil::Down };
    }
}

fn ask(state: &mut State) -> Vec<Effect> {
    match state.screen() {
        Screen::List(_) | Screen::Home(_) => prompts::open(state, Asks::Filter),
        Screen::Raw(_) | Screen::Help(_) => prompts::open(state, Asks::Search),
        _ => Vec::new(),
    }
}

/// The next match of a search, or the next difference of a comparison; after the last comes the first.
fn next_match(state: &mut State, towards: Towards) {
    let (places, scroll): (Vec<usize>, _) = match state.nav.screens.last_mut() {
        Some(Screen::Raw(raw)) => (raw.matches().collect(), &mut raw.scroll),
        Some(Screen::Comparison(both)) => (both.differences().collect(), &mut both.scroll),
        _ => return,
    };
    let found = match towards {
        Towards::End => places.iter().find(|at| **at > scroll.top).or(places.first()),
        Towards::Start => places.iter().rfind(|at| **at < scroll.top).or(places.last()),
    };
    scroll.top = found.copied().unwrap_or(scroll.top);
}

fn findings(state: &mut State) {
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return };
    list.view.rows = if list.view.rows == Rows::All { Rows::Findings } else { Rows::All };
    let kind = list.kind.id;
    sift(state, kind);
}

fn widen(state: &mut State) {
    state.nav.width = match state.nav.width {
        ListWidth::Normal => ListWidth::Wide,
        ListWidth::Wide => ListWidth::Normal,
    };
}

/// Asks again now: the list, or the document in front. A sweep that is under way is left to finish.
fn refresh(state: &mut State) -> Vec<Effect> {
    match state.screen() {
        Screen::Comparison(_) => return compare::refresh(state),
        Screen::Journal(_) => return chronicle::read(state),
        Screen::Home(_) | Screen::Overview(_) => {
            state.pulse.call(state.now);
            return Vec::new();
        }
        Screen::Log(_) => return logging::read(state),
        _ => {}
    }
    if let Screen::Raw(RawScreen { key, document, .. }) = state.screen()
        && !document.loading()
    {
        let key = key.clone();
        let Some(resource) = state.resource(&key) else { return Vec::new() };
        if let Some(Screen::Raw(raw)) = state.nav.screens.last_mut() {
            raw.document.ask(state.now);
        }
        return vec![Effect::Describe(key, resource)];
    }
    let Some(list) = state.list() else { return reread(state) };
    let (kind, within, part, parent) = (list.kind, list.view.within.clone(), list.view.part(), list.parent.clone());
    let targets = match list.view.target() {
        Some(target) => vec![target],
        None => (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).collect(),
    };
    let scope = within.zip(parent).map_or(Scope::All, |(key, parent)| Scope::Within(key.kind, parent));
    let now = state.now;
    measuring::pardon(state, kind);
    let table = table(state, kind);
    table.expire_details();
    let idle: Vec<_> =
        targets.into_iter().filter(|target| !table.listing(*target, &part).is_some_and(|listing| listing.count.loading())).collect();
    idle.into_iter().map(|target| schedule::list_now(table, target, scope.clone(), now)).collect()
}

/// Asks again now about a row that is read over the findings, and with it about everything that these are about.
fn reread(state: &mut State) -> Vec<Effect> {
    if let Screen::Detail(Reader { kind, .. }) = state.screen() {
        let kind = *kind;
        measuring::pardon(state, kind);
        table(state, kind).expire_details();
    }
    state.pulse.call(state.now);
    Vec::new()
}
