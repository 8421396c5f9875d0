//! What takes the terminal from the frames for a moment: a copy, an editor, a program that signs in or holds a session, the shell.

use std::io;

use super::{Deck, Shown};
use crate::{
    app::command::Command,
    model::Problem,
    runtime::{
        clipboard, conversing,
        signals::{self, JobControl},
        signing,
    },
    service::Session,
};

impl Deck<'_> {
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        if let Some(bytes) = clipboard::copy(text, &self.way) {
            return self.terminal.send(&bytes);
        }
        let (most, size) = (clipboard::LIMIT / 1_000, text.len() / 1_000);
        let save = self.config.keymap.hint(Command::Save);
        self.state.warn(&format!("not copied: {size} KB, and terminals take {most} KB; {save} saves the table as a file"));
        Ok(())
    }

    /// Lends the terminal to the user's editor; `None` when nothing came back.
    pub(super) fn lend(&mut self, text: &str) -> io::Result<Option<String>> {
        let Some(drafts) = &self.drafts else {
            self.state.warn("no place for the text: neither HOME nor XDG_STATE_HOME is set");
            return Ok(None);
        };
        let (drafts, editor) = (drafts.clone(), self.editor.clone());
        let edited = self.away(|| drafts.edit(&editor, text))?;
        if let Err(error) = &edited {
            self.state.warn(&format!("{}: {error}", self.editor));
        }
        Ok(edited.ok())
    }

    /// Lends the terminal to the program that begins a new session.
    pub(super) fn sign_in(&mut self, command: &[String]) -> io::Result<Result<(), Problem>> {
        self.away(|| signing::run(command))
    }

    /// Lends the terminal to the program that holds a session.
    pub(super) fn converse(&mut self, session: &Session) -> io::Result<Result<(), Problem>> {
        self.away(|| conversing::run(session))
    }

    /// Lends the terminal for as long as something takes.
    fn away<T>(&mut self, what: impl FnOnce() -> T) -> io::Result<T> {
        self.gate.close();
        self.terminal.suspend();
        let outcome = what();
        self.state.size = self.terminal.resume()?;
        self.gate.open();
        self.shown = Shown::Stale;
        Ok(outcome)
    }

    pub(super) fn suspend(&mut self) -> io::Result<()> {
        if signals::job_control() == JobControl::None {
            self.state.warn("no shell started this, so there is none to go back to");
            return Ok(());
        }
        self.terminal.suspend();
        signals::stop()
    }
}
