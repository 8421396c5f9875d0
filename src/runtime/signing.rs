//! Runs the program that begins a new session, on the terminal that was lent to it.

use std::{
    io::{self, Write},
    process::{Command, ExitStatus},
};

use super::signals;
use crate::model::{Problem, ProblemKind, problem::Remedy};

/// Shows the command and runs it to its end. No shell sees its words: names of profiles come from files.
pub(super) fn run(command: &[String]) -> Result<(), Problem> {
    let shown = Remedy::Run(command.to_vec()).to_string();
    let Some((program, arguments)) = command.split_first() else { return Err(failed("there is no command to sign in with", "")) };
    // When not even this can be shown the program itself will fail, and say so.
    let _ = writeln!(io::stdout(), "$ {shown}");
    let lent = signals::lend();
    let ended = Command::new(program).args(arguments).status();
    drop(lent);
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(&format!("{shown} {}", words(status)), "run it in another window to read what it says")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(failed(&format!("there is no program {program}"), "install the AWS CLI, or put it on PATH"))
        }
        Err(error) => Err(failed(&format!("{program} cannot be run: {error}"), "")),
    }
}

/// How a program ended.
pub(super) fn words(status: ExitStatus) -> String {
    status.code().map_or_else(|| "was broken off".to_owned(), |code| format!("ended with exit code {code}"))
}

fn failed(headline: &str, hint: &str) -> Problem {
    Problem::new(ProblemKind::Policy, headline, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(words: &[&str]) -> Result<(), String> {
        let command: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        run(&command).map_err(|problem| problem.line())
    }

    #[test]
    fn no_shell_reads_the_words_and_what_fails_is_said() {
        assert_eq!(outcome(&["test", "$(echo a)", "!=", "a"]), Ok(()));
        assert!(outcome(&["sh", "-c", "exit 3"]).expect_err("failed").contains("exit code 3"));
        assert!(outcome(&["no-such-program-anywhere"]).expect_err("failed").contains("there is no program"));
    }
}
