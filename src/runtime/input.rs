//! What a key means depends on what is on the screen: terminal event + state + keymap → messages. Pure, but for the reader.

pub mod mouse;
pub mod reader;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::{
    app::{
        command::Command,
        msg::{Edit, Msg},
        pulse::Focus,
        state::{Overlay, Plan, State},
    },
    config::{
        Keymap,
        chord::{Chord, Key, Modifiers},
    },
    service::Risk,
};

/// The messages of an event. More than one only for pasted text; none for what means nothing here.
pub fn translate(event: &Event, state: &State, keymap: &Keymap) -> Vec<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            chord(key).and_then(|chord| pressed(chord, state, keymap)).into_iter().collect()
        }
        Event::Paste(text) if matches!(state.nav.overlay, Some(Overlay::Form(_))) => pasted_lines(text),
        Event::Paste(text) if types(state) => pasted(text),
        Event::FocusGained => vec![Msg::Focused(Focus::Here)],
        Event::FocusLost => vec![Msg::Focused(Focus::Elsewhere)],
        Event::Resize(columns, rows) => vec![Msg::Resized(*columns, *rows)],
        _ => Vec::new(),
    }
}

/// Outside a prompt pasted text is dropped: what was copied somewhere must not run as commands here.
fn types(state: &State) -> bool {
    matches!(&state.nav.overlay, Some(Overlay::Prompt(_) | Overlay::Form(_) | Overlay::Plan(Plan { expects: Some(_), .. })))
}

/// Without its line breaks, so that pasting never submits.
fn pasted(text: &str) -> Vec<Msg> {
    text.chars().filter(|c| !c.is_control()).map(|c| Msg::Typed(Edit::Char(c))).collect()
}

/// With its line breaks, for a field that has lines; in any other field they do nothing.
fn pasted_lines(text: &str) -> Vec<Msg> {
    let edit = |c: char| match c {
        '\n' => Some(Edit::Break),
        '\t' => Some(Edit::Char(' ')),
        c if c.is_control() => None,
        c => Some(Edit::Char(c)),
    };
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter_map(edit).map(Msg::Typed).collect()
}

/// What a key means at this moment.
pub fn pressed(chord: Chord, state: &State, keymap: &Keymap) -> Option<Msg> {
    let asked = keymap.command(chord);
    if let Some(command @ (Command::Suspend | Command::Redraw)) = asked.filter(|_| chord.held.ctrl) {
        return Some(Msg::Do(command));
    }
    match &state.nav.overlay {
        Some(overlay) if chord.interrupts() => Some(leave(overlay)),
        None if chord.interrupts() => Some(Msg::Do(Command::QuitNow)),
        Some(Overlay::Prompt(_)) => ask(chord).map(Msg::Typed),
        Some(Overlay::Form(_)) => fill(chord).map(Msg::Typed),
        Some(Overlay::Plan(plan)) => confirm(chord, plan),
        Some(Overlay::Menu(_) | Overlay::Below(_) | Overlay::Related(_) | Overlay::Copying(_) | Overlay::Themes(_)) => pick(chord),
        Some(Overlay::Columns(_)) => arrange(chord),
        Some(Overlay::Offer(_)) => {
            let on = asked.filter(|command| matches!(command, Command::SortNext | Command::SortPrevious));
            answer(chord, Risk::Disruptive).map(Msg::Typed).or(on.map(Msg::Do))
        }
        None => asked.map(Msg::Do),
    }
}

fn leave(overlay: &Overlay) -> Msg {
    match overlay {
        Overlay::Menu(_) | Overlay::Below(_) | Overlay::Related(_) | Overlay::Copying(_) | Overlay::Themes(_) | Overlay::Columns(_) => {
            Msg::Do(Command::Back)
        }
        Overlay::Plan(_) | Overlay::Form(_) | Overlay::Prompt(_) | Overlay::Offer(_) => Msg::Typed(Edit::Cancel),
    }
}

/// The keys of a one-line editor, as shells have taught them.
fn edit(chord: Chord) -> Option<Edit> {
    let Chord { key, held } = chord;
    match key {
        Key::Char(c) if held.ctrl => control(c),
        Key::Char(_) => chord.typed().map(Edit::Char),
        Key::Backspace if held.alt || held.ctrl => Some(Edit::Word),
        Key::Backspace => Some(Edit::Backspace),
        Key::Delete => Some(Edit::Delete),
        Key::Left => Some(Edit::Left),
        Key::Right => Some(Edit::Right),
        Key::Home => Some(Edit::Home),
        Key::End => Some(Edit::End),
        Key::Enter => Some(Edit::Submit),
        Key::Esc => Some(Edit::Cancel),
        _ => None,
    }
}

/// The keys of a prompt beside those of its line.
fn ask(chord: Chord) -> Option<Edit> {
    let Chord { key, held } = chord;
    match key {
        Key::Tab => Some(Edit::Next),
        Key::BackTab => Some(Edit::Previous),
        Key::Up => Some(Edit::Up),
        Key::Down => Some(Edit::Down),
        Key::Char('p') if held.ctrl => Some(Edit::Older),
        Key::Char('n') if held.ctrl => Some(Edit::Newer),
        _ => edit(chord),
    }
}

/// The keys of a form beside those of its fields.
fn fill(chord: Chord) -> Option<Edit> {
    let Chord { key, held } = chord;
    match key {
        Key::Tab => Some(Edit::Next),
        Key::BackTab => Some(Edit::Previous),
        Key::Up if held.alt => Some(Edit::Older),
        Key::Down if held.alt => Some(Edit::Newer),
        Key::Up => Some(Edit::Up),
        Key::Down => Some(Edit::Down),
        Key::Char('s') if held.ctrl => Some(Edit::Send),
        Key::Char('p') if held.ctrl => Some(Edit::Older),
        Key::Char('n') if held.ctrl => Some(Edit::Newer),
        Key::Char('o') if held.ctrl => Some(Edit::Outside),
        _ => edit(chord),
    }
}

fn control(letter: char) -> Option<Edit> {
    match letter {
        'w' => Some(Edit::Word),
        'u' => Some(Edit::Line),
        'a' => Some(Edit::Home),
        'e' => Some(Edit::End),
        'h' => Some(Edit::Backspace),
        'd' => Some(Edit::Delete),
        'b' => Some(Edit::Left),
        'f' => Some(Edit::Right),
        'j' => Some(Edit::Submit),
        'g' => Some(Edit::Cancel),
        _ => None,
    }
}

fn confirm(chord: Chord, plan: &Plan) -> Option<Msg> {
    let scroll = scroll(chord.key);
    if plan.expects.is_some() {
        return scroll.or_else(|| edit(chord).map(Msg::Typed));
    }
    answer(chord, plan.action.risk).map(Msg::Typed).or(scroll).or_else(|| scroll_by_letter(chord))
}

/// The default is no, but for what can do no harm.
fn answer(chord: Chord, risk: Risk) -> Option<Edit> {
    match (chord.typed(), chord.key) {
        (Some('y' | 'Y'), _) => Some(Edit::Submit),
        (Some('n' | 'N' | 'q'), _) | (_, Key::Esc) => Some(Edit::Cancel),
        (_, Key::Enter) if risk == Risk::Harmless => Some(Edit::Submit),
        (_, Key::Enter) => Some(Edit::Cancel),
        _ => None,
    }
}

/// A letter picks the action it stands beside, so only `j`, `k` and `q` are ours here.
fn pick(chord: Chord) -> Option<Msg> {
    match (chord.typed(), chord.key) {
        (_, Key::Enter) => Some(Msg::Do(Command::Open)),
        (Some('q'), _) | (_, Key::Esc) => Some(Msg::Do(Command::Back)),
        (Some('j' | 'k'), _) => scroll_by_letter(chord),
        (Some(c), _) => Some(Msg::Picked(c)),
        (None, key) => scroll(key),
    }
}

/// The arrows do what the letters do: with shift up and down move a column, left and right make it narrower and wider.
fn arrange(chord: Chord) -> Option<Msg> {
    match (chord.key, chord.held.shift) {
        (Key::Enter, _) => Some(Msg::Do(Command::Back)),
        (Key::Up, true) => Some(Msg::Picked('K')),
        (Key::Down, true) => Some(Msg::Picked('J')),
        (Key::Left, _) => Some(Msg::Picked('-')),
        (Key::Right, _) => Some(Msg::Picked('+')),
        (Key::PageDown, _) => Some(Msg::Do(Command::PageDown)),
        (Key::PageUp, _) => Some(Msg::Do(Command::PageUp)),
        (Key::Home, _) => Some(Msg::Do(Command::Top)),
        (Key::End, _) => Some(Msg::Do(Command::Bottom)),
        _ => pick(chord),
    }
}

fn scroll(key: Key) -> Option<Msg> {
    match key {
        Key::Down => Some(Msg::Do(Command::Down)),
        Key::Up => Some(Msg::Do(Command::Up)),
        _ => None,
    }
}

fn scroll_by_letter(chord: Chord) -> Option<Msg> {
    match chord.typed() {
        Some('j') => Some(Msg::Do(Command::Down)),
        Some('k') => Some(Msg::Do(Command::Up)),
        _ => None,
    }
}

/// A key event in the words of the keymap; `None` for keys it has no word for.
fn chord(event: &KeyEvent) -> Option<Chord> {
    let held = Modifiers {
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT),
    };
    let key = match event.code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::F(number) => Key::F(number),
        code => named(code)?,
    };
    Some(Chord::new(key, held))
}

fn named(code: KeyCode) -> Option<Key> {
    const NAMED: &[(KeyCode, Key)] = &[
        (KeyCode::Up, Key::Up),
        (KeyCode::Down, Key::Down),
        (KeyCode::Left, Key::Left),
        (KeyCode::Right, Key::Right),
        (KeyCode::Home, Key::Home),
        (KeyCode::End, Key::End),
        (KeyCode::PageUp, Key::PageUp),
        (KeyCode::PageDown, Key::PageDown),
        (KeyCode::Enter, Key::Enter),
        (KeyCode::Esc, Key::Esc),
        (KeyCode::Tab, Key::Tab),
        (KeyCode::BackTab, Key::BackTab),
        (KeyCode::Backspace, Key::Backspace),
        (KeyCode::Delete, Key::Delete),
        (KeyCode::Insert, Key::Insert),
    ];
    NAMED.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests;
