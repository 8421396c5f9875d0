//! What changes something from the command line, and what was changed: flags become wishes, ends become exit codes.

use std::{
    fs,
    io::{self, BufWriter, IsTerminal, Read, Write},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    DONE, FAILED, complain, headless,
    headless::act::{Broken, Chosen, Consent, End, Wish},
    journal::{self, Journal},
};
use crate::{
    app::state::PATIENCE,
    cli,
    config::{Config, Environment, Wrong, file::nearest, listed},
    model::Text,
    service::{self, Action, Kind, Reply, Sort},
    sim::Settings,
};

/// Bytes of the largest document that anything takes: the payload of a function (`service/lambda/invoke.rs`).
const LARGEST: u64 = 6 << 20;

/// What a fleet is reached by.
pub(super) struct Way<'a> {
    pub(super) config: &'a Config,
    pub(super) environment: &'a Environment,
    pub(super) simulated: Settings,
}

impl Way<'_> {
    pub(super) fn journal(&self) -> Journal {
        Journal::new(self.environment.state_directory().as_deref(), &self.config.source, self.config.journal)
    }
}

/// `qd act`.
pub(super) async fn act(way: Way<'_>, act: &cli::Act, filter: Option<&str>) -> Result<u8, Wrong> {
    let kind = service::kind(&act.kind).ok_or_else(|| Wrong(format!("no kind “{}”", act.kind)))?;
    let action = action(kind, &act.action)?;
    let wish = Wish {
        kind,
        action,
        chosen: chosen(kind, &act.ids, filter)?,
        given: act.given.iter().map(|(field, value)| given(action, field, value)).collect::<Result<_, _>>()?,
        consent: consent(act),
        word: act.confirm.clone(),
        wait: act.wait.unwrap_or(Duration::from_secs(PATIENCE.unsigned_abs())),
        answering: act.output,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let done = headless::acting(&way, &wish, &mut out).await?;
    ended(done.and_then(|end| Ok(out.flush().map(|()| end)?)))
}

fn action(kind: &'static Kind, word: &str) -> Result<&'static Action, Wrong> {
    let names = || kind.actions.iter().map(|action| action.id);
    kind.action(word).ok_or_else(|| match kind.actions {
        [] => Wrong(format!("there is nothing to do to {}", kind.title)),
        _ => Wrong(format!("{} have no action `{word}`{} (there are: {})", kind.title, nearest(word, names()), listed(names()))),
    })
}

/// The filter of the configuration is one to look at lists with; what is acted on is always said.
fn chosen(kind: &'static Kind, ids: &[String], filter: Option<&str>) -> Result<Chosen, Wrong> {
    match (ids, filter.map(str::trim)) {
        ([], None) => Err(Wrong("say which rows: by their ids, or with --filter".to_owned())),
        ([], Some("")) => Err(Wrong("an empty --filter would be every row: say which ones".to_owned())),
        ([], Some(text)) => {
            let filter = super::filter(kind, text)?.literal();
            let metric = filter.metrics().next();
            let refusal = |name| {
                let words = "is a metric, which is not fetched here: find the rows with qd list --metrics, and say them by their ids";
                Wrong(format!("--filter: {name} {words}"))
            };
            metric.map(refusal).map_or(Ok(Chosen::Filter(filter.clone())), Err)
        }
        (ids, None) => Ok(Chosen::Named(ids.to_vec())),
        (_, Some(_)) => Err(Wrong("rows are said by their ids or with --filter, not both".to_owned())),
    }
}

/// A field of an action, known by its id; a document may stand in a file.
fn given(action: &Action, field: &str, value: &str) -> Result<(String, String), Wrong> {
    let names = || action.inputs.iter().map(|input| input.id);
    let Some(input) = action.inputs.iter().find(|input| input.id == field) else {
        let rest = if action.inputs.is_empty() { "it asks for nothing".to_owned() } else { format!("there are: {}", listed(names())) };
        return Err(Wrong(format!("{} has no field `{field}`{} ({rest})", action.id, nearest(field, names()))));
    };
    let text = match value.strip_prefix('@') {
        Some(path) if input.sort == Sort::Document => read(&format!("--param {field}: {path}"), fs::File::open(path))?,
        _ => value.to_owned(),
    };
    Ok((field.to_owned(), text))
}

/// Whoever stands at a terminal is asked, as on the screen; a script has to say it.
fn consent(act: &cli::Act) -> Consent {
    match (act.dry_run, act.yes) {
        (true, _) => Consent::DryRun,
        (_, true) => Consent::Given("--yes"),
        _ if io::stdin().is_terminal() && io::stderr().is_terminal() => Consent::Asked,
        _ => Consent::Missing,
    }
}

/// `qd invoke`: the action of the same name, with a yes that lies in the command.
pub(super) async fn invoke(way: Way<'_>, invoke: &cli::Invoke) -> Result<u8, Wrong> {
    let kind = service::kind("lambda").ok_or_else(|| Wrong("no kind “lambda”".to_owned()))?;
    let how = match (invoke.later, invoke.dry_run) {
        (true, _) => "async",
        (_, true) => "dry-run",
        _ => "sync",
    };
    let fields = [("payload", payload(&invoke.payload)?), ("qualifier", invoke.qualifier.clone()), ("type", how.to_owned())];
    let wish = Wish {
        kind,
        action: action(kind, "invoke")?,
        chosen: Chosen::Named(vec![invoke.function.clone()]),
        given: fields.map(|(field, value)| (field.to_owned(), value)).to_vec(),
        consent: Consent::Given("qd invoke"),
        word: invoke.confirm.clone(),
        wait: Duration::ZERO,
        answering: cli::Answering::Text,
    };
    let reply = headless::invoking(&way, &wish).await?;
    ended(reply.and_then(|reply| Ok(answered(&reply)?)))
}

fn payload(text: &str) -> Result<String, Wrong> {
    match (text, text.strip_prefix('@')) {
        ("-", _) => read("--payload: stdin", Ok(io::stdin())),
        (_, Some(path)) => read(&format!("--payload: {path}"), fs::File::open(path)),
        _ => Ok(text.to_owned()),
    }
}

/// Reads a document to its end, which may never come.
fn read(from: &str, document: io::Result<impl io::Read>) -> Result<String, Wrong> {
    let mut text = String::new();
    let read = document.and_then(|document| document.take(LARGEST + 1).read_to_string(&mut text));
    match read {
        Ok(_) if text.len() as u64 > LARGEST => Err(Wrong(format!("{from}: more than {} MB, which nothing takes", LARGEST >> 20))),
        Ok(_) => Ok(text),
        Err(error) => Err(Wrong(format!("{from}: {error}"))),
    }
}

/// A program gets the answer as it came. A terminal gets it without what could steer it.
fn answered(reply: &Reply) -> io::Result<End> {
    reply.log.iter().try_for_each(|line| writeln!(io::stderr(), "{line}"))?;
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        String::from_utf8_lossy(&reply.body).lines().try_for_each(|line| writeln!(out, "{}", Text::new(line)))?;
    } else {
        out.write_all(&reply.body)?;
    }
    out.flush()?;
    reply.failure.iter().for_each(|why| complain(why.as_str()));
    Ok(if reply.failure.is_none() { End::Verified } else { End::Short })
}

/// The exit code of an end.
pub(super) fn ended(end: Result<End, Broken>) -> Result<u8, Wrong> {
    match end {
        Ok(End::Verified) => Ok(DONE),
        Ok(End::Short) => Ok(FAILED),
        Err(Broken::Wrong(wrong)) => Err(wrong),
        Err(Broken::Refused(why)) => {
            complain(&why);
            Ok(FAILED)
        }
        // What was done is done, whoever reads of it.
        Err(Broken::Output(error)) => Ok(wrote("the outcome", Err(error)).max(FAILED)),
    }
}

/// `qd journal`.
pub(super) fn told(journal: &Journal, wish: &cli::Journal) -> u8 {
    let history = match journal.history(None) {
        Ok(history) => history,
        Err(why) => {
            complain(&format!("the journal cannot be read: {why}"));
            return FAILED;
        }
    };
    for line in &history.damaged {
        complain(&format!("line {line} of the journal is damaged, as a crash leaves it, and is left out"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let part = journal::print::Part { since: wish.since, number: wish.number, now: Timestamp::now() };
    wrote("the journal", journal::print::write(wish.output, history, part, &mut out).and_then(|()| out.flush()))
}

/// Whoever reads only the head of an output has what they wanted.
pub(super) fn wrote(what: &str, written: io::Result<()>) -> u8 {
    match written {
        Ok(()) => DONE,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(error) => {
            complain(&format!("{what} cannot be written: {error}"));
            FAILED
        }
    }
}
