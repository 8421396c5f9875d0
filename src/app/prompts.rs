//! Typing: the filter, the search, the command palette and the typed confirmation.

use super::{
    acting,
    answers::{narrow, sift},
    completing,
    effect::Effect,
    forming, home,
    line::Line,
    msg::Edit,
    palette, pricing, signing,
    state::{Asks, Complaint, Help, Offers, Overlay, Prompt, Screen, State},
};
use crate::model::{Filter, filter::Mistake};

/// Takes an edit for whatever is being typed.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    match &state.nav.overlay {
        Some(Overlay::Prompt(_)) => prompt(state, edit),
        Some(Overlay::Plan(_)) => acting::typed(state, edit),
        Some(Overlay::Form(_)) => forming::typed(state, edit),
        Some(Overlay::Offer(_)) => pricing::typed(state, edit),
        Some(
            Overlay::Menu(_) | Overlay::Below(_) | Overlay::Related(_) | Overlay::Copying(_) | Overlay::Themes(_) | Overlay::Columns(_),
        )
        | None => Vec::new(),
    }
}

/// Opens a prompt with what it stood at.
pub(super) fn open(state: &mut State, asks: Asks) -> Vec<Effect> {
    let before = match (asks, state.screen()) {
        (Asks::Filter, Screen::List(list)) => list.view.filter_text.clone(),
        (Asks::Filter, Screen::Home(home)) => home.filter_text.clone(),
        (Asks::Search, Screen::Raw(raw)) => raw.search.clone(),
        (Asks::Search, Screen::Help(help)) => help.search.clone(),
        _ => String::new(),
    };
    let mut prompt = Prompt::new(asks, &before);
    if asks == Asks::Command {
        prompt.offers = offers(state, &prompt);
    }
    state.nav.overlay = Some(Overlay::Prompt(prompt));
    state.history.open(asks).into_iter().collect()
}

fn prompt(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Prompt(mut prompt)) = state.nav.overlay.take() else { return Vec::new() };
    match edit {
        Edit::Cancel => {
            apply(state, prompt.asks, &prompt.before);
            return Vec::new();
        }
        Edit::Submit if matches!(prompt.asks, Asks::Command | Asks::Code(_)) => return submit(state, prompt),
        Edit::Submit if prompt.complaint.is_none() => return state.history.add(prompt.asks, prompt.line.text()).into_iter().collect(),
        Edit::Submit => {}
        Edit::Next => choose(state, &mut prompt, 1),
        Edit::Previous => choose(state, &mut prompt, -1),
        Edit::Up if chooses(&prompt) => choose(state, &mut prompt, -1),
        Edit::Down if chooses(&prompt) => choose(state, &mut prompt, 1),
        Edit::Older | Edit::Up => turn(state, &mut prompt, 1),
        Edit::Newer | Edit::Down => turn(state, &mut prompt, -1),
        edit => {
            if prompt.line.edit(edit) {
                prompt.back = None;
                took(state, &mut prompt);
            } else {
                prompt.offers = offers(state, &prompt);
            }
        }
    }
    state.nav.overlay = Some(Overlay::Prompt(prompt));
    Vec::new()
}

/// Applies what is in the line now, and looks for what could follow.
fn took(state: &mut State, prompt: &mut Prompt) {
    prompt.complaint = apply(state, prompt.asks, prompt.line.text());
    prompt.offers = offers(state, prompt);
}

/// Puts an older or newer line into the prompt.
fn turn(state: &mut State, prompt: &mut Prompt, step: isize) {
    if state.history.turn(prompt, step) {
        took(state, prompt);
        if prompt.asks == Asks::Filter {
            prompt.offers = Offers::default();
        }
    }
}

/// In the palette up and down go through the candidates, unless nothing was typed or an earlier line is being looked at.
fn chooses(prompt: &Prompt) -> bool {
    prompt.asks == Asks::Command && prompt.back.is_none() && !prompt.line.text().is_empty()
}

fn offers(state: &State, prompt: &Prompt) -> Offers {
    match prompt.asks {
        Asks::Filter => completing::offers(state, &prompt.line),
        Asks::Command => palette::offers(state, prompt.line.text()),
        Asks::Search | Asks::Code(_) => Offers::default(),
    }
}

/// Chooses the next candidate, and puts it into the line of a filter.
fn choose(state: &mut State, prompt: &mut Prompt, step: isize) {
    if prompt.asks == Asks::Filter && prompt.offers.list.is_empty() {
        prompt.offers = completing::begin(state, &prompt.line);
    }
    if prompt.offers.turn(step).is_some() && prompt.asks != Asks::Command {
        put(state, prompt);
    }
}

/// Takes the candidate at a position: the palette carries it out, a filter has it in its line.
pub(super) fn pick(state: &mut State, at: usize) -> Vec<Effect> {
    let Some(Overlay::Prompt(mut prompt)) = state.nav.overlay.take() else { return Vec::new() };
    if at < prompt.offers.list.len() {
        prompt.offers.chosen = Some(at);
        if prompt.asks == Asks::Command {
            return submit(state, prompt);
        }
        put(state, &mut prompt);
    }
    state.nav.overlay = Some(Overlay::Prompt(prompt));
    Vec::new()
}

/// Puts the chosen candidate into the line. The only one is taken for good, so that what follows it is offered next.
fn put(state: &mut State, prompt: &mut Prompt) {
    let from = prompt.offers.from;
    let Some(candidate) = prompt.offers.chosen.and_then(|at| prompt.offers.list.get(at)) else { return };
    let before = format!("{}{}", &prompt.line.text()[..from], candidate.word);
    prompt.line = Line::around(&before, prompt.line.after());
    prompt.back = None;
    prompt.complaint = apply(state, prompt.asks, prompt.line.text());
    if prompt.offers.list.len() == 1 {
        prompt.offers = offers(state, prompt);
    }
}

/// Applies a filter or a search as typed; gives back what is wrong with it. What is right in it holds all the same.
pub(super) fn apply(state: &mut State, asks: Asks, text: &str) -> Option<Complaint> {
    match asks {
        Asks::Filter if matches!(state.screen(), Screen::Home(_)) => home::filter(state, text).err().map(Complaint::wrong),
        Asks::Filter => filter(state, text).map(Complaint::from),
        Asks::Search => {
            search(state, text);
            None
        }
        Asks::Command | Asks::Code(_) => None,
    }
}

/// Lets every row of the list in front pass.
pub(super) fn clear(state: &mut State) {
    apply(state, Asks::Filter, "");
}

fn filter(state: &mut State, text: &str) -> Option<Mistake> {
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return None };
    let (now, mistake) = Filter::sound(text, |name| list.kind.field(name));
    list.view.filter_text = if mistake.is_some() { now.to_string() } else { text.to_owned() };
    let before = std::mem::replace(&mut list.view.filter, now);
    if before != list.view.filter {
        let kind = list.kind.id;
        let follow = if list.view.filter.narrows(&before) { narrow } else { sift };
        follow(state, kind);
    }
    mistake
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
        Asks::Code(target) => signing::code(state, target, &words).map(|effects| (words, effects)),
        _ => palette::run(state, &words, &prompt.offers),
    };
    match done {
        Ok((line, effects)) => effects.into_iter().chain(state.history.add(prompt.asks, &line)).collect(),
        Err(complaint) => {
            prompt.complaint = Some(Complaint::of_all(complaint));
            state.nav.overlay = Some(Overlay::Prompt(prompt));
            Vec::new()
        }
    }
}
