//! Codes of MFA devices without a screen: whoever sits at a terminal is asked for them, as the AWS CLI does. Nobody else is: what lacks one
//! fails, and says so.

use std::{
    fs::OpenOptions,
    io::{self, BufRead, BufReader, IsTerminal, Write},
};

use super::{complain, world::World};
use crate::model::{
    Text,
    problem::Remedy,
    target::{Code, TargetId},
};

/// How often a code may be wrong.
const TRIES: usize = 3;

/// Asks for the codes that the first `targets` targets of a world wait for, each once.
pub(super) async fn ask(world: &World, targets: usize) {
    if !io::stderr().is_terminal() {
        return;
    }
    let mut asked: Vec<Remedy> = Vec::new();
    for target in (0..targets).map(|at| TargetId(at as u16)) {
        let Some(remedy) = wanted(world, target).await.filter(|remedy| !asked.contains(remedy)) else { continue };
        for _ in 0..TRIES {
            if unlocked(world, target, &remedy).await.unwrap_or_else(|error| untold(&error)) {
                break;
            }
        }
        asked.push(remedy);
    }
}

async fn wanted(world: &World, target: TargetId) -> Option<Remedy> {
    let problem = world.reach(target).await.err()?;
    problem.remedy.filter(|remedy| matches!(remedy, Remedy::Code { .. }))
}

/// Without an answer there is nothing more to ask.
fn untold(error: &io::Error) -> bool {
    complain(&format!("no code could be read: {error}"));
    true
}

/// Asks for one code and gives it to AWS; true when there is nothing more to ask.
async fn unlocked(world: &World, target: TargetId, remedy: &Remedy) -> io::Result<bool> {
    let Remedy::Code { profile, serial } = remedy else { return Ok(true) };
    let words = format!("MFA code of {serial} for profile {profile}: ");
    let line = tokio::task::spawn_blocking(move || read(&Text::new(&words))).await??;
    if line.trim().is_empty() {
        return Ok(true);
    }
    let Some(code) = Code::read(&line) else {
        complain("a code has six digits");
        return Ok(false);
    };
    let opened = world.unlock(target, &code).await;
    opened.as_ref().err().into_iter().for_each(|problem| complain(&problem.line()));
    Ok(opened.is_ok())
}

/// A line from the terminal, whatever stdin is.
fn read(words: &Text) -> io::Result<String> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(terminal, "{words}")?;
    terminal.flush()?;
    let mut line = String::new();
    BufReader::new(terminal).read_line(&mut line)?;
    Ok(line)
}
