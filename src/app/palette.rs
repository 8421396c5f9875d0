//! The palette: everything that has a name, found by a part of it and run.
//!
//! What takes a word after its name is a [`Verb`]: one more is one more line in [`VERBS`].

use super::{
    acting,
    command::{self, COMMANDS, Command},
    copying,
    effect::Effect,
    guard, navigate, sight,
    state::{Candidate, Offers, State},
    theming,
};
use crate::{
    model::filter::loosely,
    service::{self, Action, Kind},
};

/// Words that are not names of commands.
const QUIT_WORDS: &[&str] = &["q", "q!", "quit", "exit", "wq", "x"];

/// Letters of a line from which sentences are looked at too.
const TELLING: usize = 3;

/// Something that takes a word after its name.
struct Verb {
    name: &'static str,
    /// The words that it can take, each with what comes of it.
    words: fn(&State) -> Vec<(String, String)>,
    /// Carries it out; the error says what would be right.
    obey: fn(&mut State, &str) -> Result<Vec<Effect>, String>,
}

/// Every verb.
const VERBS: &[Verb] = &[
    Verb {
        name: "profile",
        words: |state| places(state, sight::Part::Profile),
        obey: |state, word| look(state, sight::Part::Profile, word),
    },
    Verb { name: "region", words: |state| places(state, sight::Part::Region), obey: |state, word| look(state, sight::Part::Region, word) },
    Verb { name: "save", words: |_| Vec::new(), obey: save },
    Verb { name: "theme", words: themes, obey: theme },
    Verb { name: "unlock", words: |_| Vec::new(), obey: guard::unlock },
];

fn places(state: &State, part: sight::Part) -> Vec<(String, String)> {
    let known = sight::known(state, part);
    if known.len() < 2 {
        return Vec::new();
    }
    let only = known.into_iter().map(|word| (word, "only this is in sight: findings, lists, counts".to_owned()));
    only.chain([(sight::ALL.to_owned(), "every place is in sight again".to_owned())]).collect()
}

fn look(state: &mut State, part: sight::Part, word: &str) -> Result<Vec<Effect>, String> {
    let name = if part == sight::Part::Profile { "profile" } else { "region" };
    if word.is_empty() {
        return Err(format!("{name} wants one of {}, or all", sight::known(state, part).join(", ")));
    }
    sight::look(state, part, word).map(|()| Vec::new())
}

fn themes(state: &State) -> Vec<(String, String)> {
    state.theming.names().iter().map(|name| (name.to_string(), "put this theme in force".to_owned())).collect()
}

fn theme(state: &mut State, word: &str) -> Result<Vec<Effect>, String> {
    if word.is_empty() {
        theming::open(state);
        return Ok(Vec::new());
    }
    theming::take(state, word).map(|()| Vec::new())
}

fn save(state: &mut State, file: &str) -> Result<Vec<Effect>, String> {
    copying::save(state, Some(file).filter(|file| !file.is_empty()))
}

fn verb(words: &str) -> Option<(&'static Verb, &str)> {
    let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    VERBS.iter().find(|verb| verb.name == name).map(|verb| (verb, rest.trim()))
}

/// The actions of the list in front.
fn actions(state: &State) -> &'static [Action] {
    state.kind().map_or(&[], |kind| kind.actions)
}

/// What a line means word for word.
enum Meant {
    Quit,
    Kind(&'static Kind),
    Verb(&'static Verb, String),
    Command(Command),
    Action(&'static Action),
}

fn meant(state: &State, words: &str) -> Option<Meant> {
    if QUIT_WORDS.contains(&words) {
        return Some(Meant::Quit);
    }
    let kind = service::kind(words).map(Meant::Kind);
    let verb = || verb(words).map(|(verb, rest)| Meant::Verb(verb, rest.to_owned()));
    let command = || command::named(words).map(Meant::Command);
    let action = || actions(state).iter().find(|action| action.id == words).map(Meant::Action);
    kind.or_else(verb).or_else(command).or_else(action)
}

/// Runs a line: what it says word for word, else the candidate that was chosen, else the best one. Gives back what was run too.
pub(super) fn run(state: &mut State, words: &str, offers: &Offers) -> Result<(String, Vec<Effect>), String> {
    if words.is_empty() && offers.chosen.is_none() {
        return Ok((String::new(), Vec::new()));
    }
    let chosen = offers.chosen.and_then(|at| offers.list.get(at));
    let best = || offers.list.first().filter(|_| meant(state, words).is_none());
    let words = chosen.or_else(best).map_or(words, |candidate| candidate.word.as_str()).to_owned();
    let effects = match meant(state, &words).ok_or_else(|| unknown(state, &words))? {
        Meant::Quit => navigate::command(state, Command::QuitNow),
        Meant::Kind(kind) => {
            navigate::show(state, kind);
            Vec::new()
        }
        Meant::Verb(verb, rest) => (verb.obey)(state, &rest)?,
        Meant::Command(command) => navigate::command(state, command),
        Meant::Action(action) => acting::begin_for(state, action)?,
    };
    Ok((words, effects))
}

fn unknown(state: &State, words: &str) -> String {
    let names = all(state).into_iter().map(|candidate| candidate.word);
    let near = names.map(|name| (strsim::jaro_winkler(words, &name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near.filter(|(score, _)| *score > 0.75) {
        Some((_, name)) => format!("no command “{words}”: did you mean “{name}”?"),
        None => format!("no command “{words}”: ? lists them"),
    }
}

/// What fits to what was typed, best first; everything where nothing was.
pub(super) fn offers(state: &State, words: &str) -> Offers {
    let words = words.trim().to_lowercase();
    let mut fitting: Vec<(u8, Candidate)> =
        all(state).into_iter().filter_map(|candidate| Some((rank(&candidate, &words)?, candidate))).collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    Offers { from: 0, list: fitting.into_iter().map(|(_, candidate)| candidate).collect(), chosen: None }
}

/// How well a candidate fits, 0 best; `None` for not at all.
fn rank(candidate: &Candidate, words: &str) -> Option<u8> {
    let name = candidate.word.to_lowercase();
    let begins_a_part = || name.match_indices(words).any(|(at, _)| name[..at].ends_with(|c: char| !c.is_alphanumeric()));
    Some(match words {
        "" => 0,
        _ if name == words => 0,
        _ if name.starts_with(words) => 1,
        _ if begins_a_part() => 2,
        _ if name.contains(words) => 3,
        _ if loosely(&name, words) => 4,
        _ if words.len() >= TELLING && candidate.sentence.to_lowercase().contains(words) => 5,
        _ => return None,
    })
}

/// Everything that can be run: what can be done to the row first, then where to go, then the rest.
fn all(state: &State) -> Vec<Candidate> {
    let noun = state.kind().map_or("", |kind| kind.noun);
    let actions = actions(state).iter().map(|action| Candidate::new(action.id, told(action, noun)));
    let kinds = service::kinds().map(|kind| Candidate::new(kind.id.0, kind_sentence(kind)));
    let verbs = VERBS
        .iter()
        .flat_map(|verb| (verb.words)(state).into_iter().map(|(word, sentence)| Candidate::new(format!("{} {word}", verb.name), sentence)));
    let commands = COMMANDS.iter().map(|entry| Candidate { command: Some(entry.command), ..Candidate::new(entry.name, entry.sentence) });
    actions.chain(kinds).chain(verbs).chain(commands).collect()
}

/// `act: put into standby of its group`.
fn told(action: &Action, noun: &str) -> String {
    format!("act on the {noun}: {}", action.title)
}

/// `EC2 instances; also instances, i`.
fn kind_sentence(kind: &Kind) -> String {
    if kind.aliases.is_empty() { format!("list {}", kind.title) } else { format!("list {}; also {}", kind.title, kind.aliases.join(", ")) }
}

#[cfg(test)]
mod tests;
