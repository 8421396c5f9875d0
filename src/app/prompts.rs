//! Typing: the filter, the search, the command palette and the typed confirmation.

use super::{
    acting,
    answers::{narrow, sift},
    command::{self, COMMANDS},
    effect::Effect,
    forming, guard, home,
    line::Line,
    msg::Edit,
    navigate, pricing, signing,
    state::{Asks, Help, Overlay, Prompt, Screen, State},
    theming,
};
use crate::{model::Filter, service};

/// Words of the palette that are not names of commands.
const QUIT_WORDS: &[&str] = &["q", "q!", "quit", "exit", "wq", "x"];

/// Takes an edit for whatever is being typed.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    match &state.nav.overlay {
        Some(Overlay::Prompt(_)) => prompt(state, edit),
        Some(Overlay::Plan(_)) => acting::typed(state, edit),
        Some(Overlay::Form(_)) => forming::typed(state, edit),
        Some(Overlay::Offer(_)) => pricing::typed(state, edit),
        Some(Overlay::Menu(_) | Overlay::Below(_) | Overlay::Themes(_)) | None => Vec::new(),
    }
}

/// Opens a prompt with what it stood at.
pub(super) fn open(state: &mut State, asks: Asks) {
    let before = match (asks, state.screen()) {
        (Asks::Filter, Screen::List(list)) => list.view.filter_text.clone(),
        (Asks::Filter, Screen::Home(home)) => home.filter_text.clone(),
        (Asks::Search, Screen::Raw(raw)) => raw.search.clone(),
        (Asks::Search, Screen::Help(help)) => help.search.clone(),
        _ => String::new(),
    };
    state.nav.overlay = Some(Overlay::Prompt(Prompt { asks, line: Line::new(&before), complaint: None, before }));
}

fn prompt(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Prompt(mut prompt)) = state.nav.overlay.take() else { return Vec::new() };
    match edit {
        Edit::Cancel => {
            apply(state, prompt.asks, &prompt.before);
            return Vec::new();
        }
        Edit::Submit if matches!(prompt.asks, Asks::Command | Asks::Code(_)) => return submit(state, prompt),
        Edit::Submit if prompt.complaint.is_none() => return Vec::new(),
        Edit::Submit => {}
        edit => {
            if prompt.line.edit(edit) {
                prompt.complaint = apply(state, prompt.asks, prompt.line.text());
            }
            if prompt.complaint.is_some() {
                apply(state, prompt.asks, &prompt.before);
            }
        }
    }
    state.nav.overlay = Some(Overlay::Prompt(prompt));
    Vec::new()
}

/// Applies a filter or a search as typed; gives back what is wrong with it, and then changes nothing.
pub(super) fn apply(state: &mut State, asks: Asks, text: &str) -> Option<String> {
    match asks {
        Asks::Filter => filter(state, text).err(),
        Asks::Search => {
            search(state, text);
            None
        }
        Asks::Command | Asks::Code(_) => None,
    }
}

fn filter(state: &mut State, text: &str) -> Result<(), String> {
    if matches!(state.screen(), Screen::Home(_)) {
        return home::filter(state, text);
    }
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return Ok(()) };
    list.view.filter = Filter::parse(text, |name| list.kind.field(name))?;
    let before = std::mem::replace(&mut list.view.filter_text, text.to_owned());
    let kind = list.kind.id;
    let follow = if stricter(&before, text) { narrow } else { sift };
    follow(state, kind);
    Ok(())
}

/// True when what was added can only take rows out. Another term always does; the term that grew does if it is a plain word.
fn stricter(before: &str, now: &str) -> bool {
    let start = before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let grown = now.get(start..).and_then(|rest| rest.split(char::is_whitespace).next()).unwrap_or_default();
    now.starts_with(before) && (start == before.len() || !grown.contains(['!', ':', '=', '<', '>']))
}

fn search(state: &mut State, text: &str) {
    match state.nav.screens.last_mut() {
        Some(Screen::Raw(raw)) => {
            raw.search = text.to_lowercase();
            let top = raw.scroll.top;
            let found = raw.matches().find(|at| *at >= top).or_else(|| raw.matches().next());
            raw.scroll.top = found.unwrap_or(top);
        }
        Some(Screen::Help(help)) => *help = Help { search: text.to_lowercase(), ..Help::default() },
        _ => {}
    }
}

fn submit(state: &mut State, mut prompt: Prompt) -> Vec<Effect> {
    let words = prompt.line.text().trim().to_owned();
    let done = match prompt.asks {
        Asks::Code(target) => signing::code(state, target, &words),
        _ => run(state, &words),
    };
    match done {
        Ok(effects) => effects,
        Err(complaint) => {
            prompt.complaint = Some(complaint);
            state.nav.overlay = Some(Overlay::Prompt(prompt));
            Vec::new()
        }
    }
}

/// Runs a line of the palette: a command, a kind, or an action of the kind in front.
fn run(state: &mut State, words: &str) -> Result<Vec<Effect>, String> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    if QUIT_WORDS.contains(&words) {
        return Ok(navigate::command(state, command::Command::QuitNow));
    }
    if let Some(kind) = service::kind(words) {
        navigate::show(state, kind);
        return Ok(Vec::new());
    }
    let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    match command::named(name) {
        Some(command::Command::Unlock) => return guard::unlock(state, rest.trim()),
        Some(command::Command::Theme) if !rest.trim().is_empty() => return theming::take(state, rest.trim()).map(|()| Vec::new()),
        _ => {}
    }
    if let Some(command) = command::named(words) {
        return Ok(navigate::command(state, command));
    }
    let action = state.kind().and_then(|kind| kind.action(words)).ok_or_else(|| unknown(state, words))?;
    acting::begin_for(state, action)
}

fn unknown(state: &State, words: &str) -> String {
    let actions = state.kind().map_or(&[][..], |kind| kind.actions).iter().map(|action| action.id);
    let kinds = service::kinds().map(|kind| kind.id.0);
    let names = COMMANDS.iter().map(|entry| entry.name).chain(actions).chain(kinds);
    let near = names.map(|name| (strsim::jaro_winkler(words, name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near.filter(|(score, _)| *score > 0.75) {
        Some((_, name)) => format!("no command “{words}”: did you mean “{name}”?"),
        None => format!("no command “{words}”: ? lists them"),
    }
}
