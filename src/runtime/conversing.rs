//! Holds a session that an action has opened, on the terminal that was lent to it.

use std::{io, process::Command};

use super::{programs::Programs, signals, signing::words};
use crate::{
    model::{Problem, ProblemKind},
    service::{Action, Session},
};

/// What to do where the program is not there.
const INSTALL: &str = "install the Session Manager plugin for the AWS CLI, or put it on PATH";

/// Whether what an action needs is there. It is asked before anything is sent: a session that nobody can hold is not to be opened.
pub(super) fn equipped(action: &Action, programs: &Programs) -> Result<(), Problem> {
    match action.needs.filter(|name| programs.find(name).is_none()) {
        Some(name) => Err(failed(&format!("there is no program {name}, and nothing was sent"), INSTALL)),
        None => Ok(()),
    }
}

/// Runs the program to its end. No shell sees its words, and nobody else what opens the session.
pub(super) fn run(session: &Session) -> Result<(), Problem> {
    let Session { program, arguments, secret: (variable, secret) } = session;
    let lent = signals::lend();
    let ended = Command::new(program).args(arguments).env(variable, secret).status();
    drop(lent);
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(&format!("{program} {}", words(status)), "what it said stands on the screen of the shell")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(failed(&format!("there is no program {program}"), INSTALL)),
        Err(error) => Err(failed(&format!("{program} cannot be run: {error}"), "")),
    }
}

fn failed(headline: &str, hint: &str) -> Problem {
    Problem::new(ProblemKind::Policy, headline, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(program: &'static str, words: &[&str]) -> Result<(), String> {
        let arguments = words.iter().map(|word| (*word).to_owned()).collect();
        run(&Session { program, arguments, secret: ("TOLD", "swordfish".to_owned()) }).map_err(|problem| problem.line())
    }

    #[test]
    fn the_secret_is_in_the_environment_and_what_fails_is_said() {
        assert_eq!(outcome("sh", &["-c", "test \"$TOLD\" = swordfish"]), Ok(()));
        assert!(outcome("sh", &["-c", "exit 3"]).expect_err("failed").contains("sh ended with exit code 3"));
        assert!(outcome("no-such-program-anywhere", &[]).expect_err("failed").contains("install the Session Manager plugin"));
    }
}
