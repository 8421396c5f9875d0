//! `qd act` and `qd invoke`: rows, plan, confirmation, calls, and looking until the new state is real; as on the screen, for scripts.

use std::{
    collections::HashMap,
    io::{self, Write},
    mem::{Discriminant, discriminant},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    drive::{Drive, Ended},
    told,
};
use crate::{
    app::{
        direct::{self, Rows},
        fleet::{Row, Table},
        state::{Plan, Run, State, Step},
    },
    cli::Answering,
    config::Wrong,
    model::{
        Filter, Key, Problem, ProblemKind, Text,
        filter::{Measured, Subject},
    },
    runtime::{complain, conversing},
    service::{Action, Kind, Receipt, Reply, policy::Confirm},
    ui::theme::Theme,
};

/// How long the plan waits for the names of the accounts: without them it says so, and the journal does.
const INTRODUCTION: Duration = Duration::from_secs(5);

/// How long the answers to what was sent are awaited once somebody wants the program to end.
const SENT: Duration = Duration::from_secs(30);

/// Rows that are named where a word may mean several.
const NAMED: usize = 3;

/// What is to be done.
#[derive(Debug)]
pub struct Wish {
    /// The kind of the rows.
    pub kind: &'static Kind,
    /// What is to be done to them.
    pub action: &'static Action,
    /// To which.
    pub chosen: Chosen,
    /// What was said about its fields.
    pub given: Vec<(String, String)>,
    /// How it is confirmed.
    pub consent: Consent,
    /// The name, or the count of several, that was said with it.
    pub word: Option<String>,
    /// How long to look for the new state.
    pub wait: Duration,
    /// How it is told.
    pub answering: Answering,
}

/// Which rows.
#[derive(Debug)]
pub enum Chosen {
    /// Those with these ids, ARNs or names.
    Named(Vec<String>),
    /// Those that pass.
    Filter(Filter),
}

/// How an action is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// By this flag on the command line.
    Given(&'static str),
    /// By a word at the terminal.
    Asked,
    /// Not at all: nobody is there to ask.
    Missing,
    /// Not at all: only the plan is wanted.
    DryRun,
}

/// A yes: how it was said, and what that comes to.
type Yes = (String, Confirm);

/// Why it was not done.
#[derive(Debug)]
pub enum Broken {
    /// The command line is wrong.
    Wrong(Wrong),
    /// It cannot be done, or was not; a sentence.
    Refused(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What became of it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every row is where it was sent, or only the plan was wanted and nothing speaks against it.
    Verified,
    /// Something is not, or nobody knows; why has been told.
    Short,
}

/// Finds the rows, and lays the plan in front; gives how many targets could not be asked.
async fn plan(drive: &mut Drive, wish: &Wish) -> Result<usize, Broken> {
    let (rows, missed) = rows(drive, wish).await?;
    let rows = drive.detailed(wish.kind, rows).await;
    let values = direct::values(wish.action, &rows, &wish.given).map_err(|why| Broken::Wrong(Wrong(why)))?;
    let effects = direct::plan(&mut drive.state, wish.action, rows, values).map_err(Broken::Refused)?;
    drive.start(effects);
    drive.until(None, |state| direct::planned(state).is_none_or(|plan| !plan.probe.loading())).await;
    Ok(missed)
}

/// Plans it, has it confirmed, does it, and looks.
pub(super) async fn act(drive: &mut Drive, wish: &Wish, theme: &Theme, out: &mut impl Write) -> Result<End, Broken> {
    if wish.action.needs.is_some() && wish.answering != Answering::Text {
        return Err(Broken::Wrong(Wrong(format!("{} talks on the terminal: leave out -o json", wish.action.id))));
    }
    let missed = plan(drive, wish).await?;
    let plan = told::Plan::of(&drive.state, theme).ok_or_else(|| Broken::Refused("the plan is gone".to_owned()))?;
    if wish.answering == Answering::Text {
        let unread = |error| Broken::Refused(format!("nothing was done: the plan cannot be written: {error}"));
        plan.write(out).and_then(|()| out.flush()).map_err(unread)?;
    }
    let (how, confirm) = match confirmed(&drive.state, wish) {
        Ok(yes) => yes,
        Err(why) => return unconfirmed(&plan, wish, why, out),
    };
    drive.heed()?;
    let effects = direct::approve(&mut drive.state, &how, confirm);
    drive.start(effects);
    let stays = follow(drive, wish.wait).await.is_ok();
    let Some(run) = direct::run(&drive.state) else { return Err(Broken::Refused("nothing was begun".to_owned())) };
    let done = run.rows.iter().all(|(key, _, step)| matches!(step, Step::Done { .. }) && !failed(&drive.receipts, key));
    told::outcome(&drive.state, run, &drive.receipts, &plan, wish.answering, out)?;
    let held = converse(&drive.receipts, stays);
    // Rows that a filter passes and the action does not take are only told; a row that was named was meant.
    let meant = matches!(wish.chosen, Chosen::Filter(_)) || plan.complete();
    Ok(if done && held && meant && missed == 0 { End::Verified } else { End::Short })
}

/// Holds the sessions that were opened, one after the other; true when nothing went wrong with any. Whoever wants the program to end enters none.
fn converse(receipts: &[(Key, Receipt)], stays: bool) -> bool {
    let mut well = true;
    for session in receipts.iter().filter_map(|(_, receipt)| receipt.session.as_ref()) {
        let result = if stays { conversing::run(session) } else { Err(unentered()) };
        if let Err(problem) = result {
            complain(&problem.line());
            well = false;
        }
    }
    well
}

fn unentered() -> Problem {
    Problem::new(ProblemKind::Unsent, "the session was opened and not entered", "it ends by itself")
}

/// Does it at once, and gives what came back; there is nothing to look at afterwards.
pub(super) async fn ask_of(drive: &mut Drive, wish: &Wish) -> Result<Reply, Broken> {
    plan(drive, wish).await?;
    let (how, confirm) = confirmed(&drive.state, wish).map_err(|why| Broken::Refused(why.unwrap_or_default()))?;
    let effects = direct::approve(&mut drive.state, &how, confirm);
    drive.start(effects);
    drive.until(None, answered).await;
    let step = direct::run(&drive.state).and_then(|run| run.rows.first()).map(|(.., step)| step);
    match step {
        Some(Step::Failed(problem)) => Err(Broken::Refused(problem.line())),
        Some(Step::Following { doubt: Some(problem), .. }) => {
            Err(Broken::Refused(format!("nobody knows whether it ran, for the answer was lost ({}): look at its log", problem.headline)))
        }
        _ => {
            let receipt = drive.receipts.pop().map(|(_, receipt)| receipt).unwrap_or_default();
            complain(receipt.note.as_str());
            Ok(receipt.reply.unwrap_or_default())
        }
    }
}

/// True when every call has been answered, or its answer given up.
fn answered(state: &State) -> bool {
    direct::run(state).is_none_or(|run| run.rows.iter().all(|(.., step)| *step != Step::Calling))
}

/// True when a call was taken and what it started has failed.
fn failed(receipts: &[(Key, Receipt)], key: &Key) -> bool {
    receipts.iter().any(|(known, receipt)| known == key && receipt.reply.as_ref().is_some_and(|reply| reply.failure.is_some()))
}

/// The rows that were chosen, by name; and how many targets could not be asked.
async fn rows(drive: &mut Drive, wish: &Wish) -> Result<(Rows, usize), Broken> {
    let mut found = Err(String::new());
    if let Chosen::Named(words) = &wish.chosen {
        drive.look(wish.kind, words).await;
        found = words.iter().map(|word| identified(&drive.state, wish.kind, word)).collect::<Result<Vec<_>, _>>();
    }
    if found.is_err() {
        drive.list(wish.kind).await;
    }
    drive.introduced(INTRODUCTION).await;
    let missed = unlisted(&drive.state, wish.kind);
    for line in &missed {
        complain(line);
    }
    let mut rows = match &wish.chosen {
        Chosen::Named(words) => {
            words.iter().map(|word| named(&drive.state, wish.kind, word)).collect::<Result<Rows, _>>().map_err(Broken::Refused)?
        }
        Chosen::Filter(filter) => passing(&drive.state, wish.kind, filter),
    };
    rows.sort_by(|a, b| a.1.name.cmp(&b.1.name).then_with(|| a.0.cmp(&b.0)));
    rows.dedup_by(|a, b| a.0 == b.0);
    if rows.is_empty() {
        return Err(Broken::Refused(format!("no {} passes the filter: nothing was done", wish.kind.noun)));
    }
    Ok((rows, if matches!(wish.chosen, Chosen::Filter(_)) { missed.len() } else { 0 }))
}

/// A line for each target that could not be listed, where it was to be.
fn unlisted(state: &State, kind: &Kind) -> Vec<String> {
    let Some(table) = state.fleet.tables.get(&kind.id) else { return Vec::new() };
    let targets = (0..state.fleet.targets.len()).map(|at| crate::model::TargetId(at as u16));
    let problem = |target| Some((target, table.listing(target, &None)?.count.problem()?));
    targets.filter_map(problem).map(|(target, problem)| format!("{}: {}", state.place(target), problem.line())).collect()
}

fn listed<'a>(state: &'a State, kind: &Kind) -> impl Iterator<Item = &'a Row> {
    state.fleet.tables.get(&kind.id).into_iter().flat_map(Table::rows).map(|(_, row)| row)
}

fn passing(state: &State, kind: &Kind, filter: &Filter) -> Rows {
    let passes = |row: &&Row| {
        let place = state.fleet.place(row.key.target);
        let metric = |_| Measured::Unknown;
        filter.matches(&Subject { row: &row.resource, place, findings: &row.findings, metric: &metric, now: state.now })
    };
    let rows = listed(state, kind).filter(passes);
    rows.map(|row| (row.key.clone(), row.resource.clone())).collect()
}

/// A row with this id; otherwise the word.
fn identified(state: &State, kind: &Kind, word: &str) -> Result<Key, String> {
    let row = listed(state, kind).find(|row| means(word, &row.resource.id));
    row.map(|row| row.key.clone()).ok_or_else(|| word.to_owned())
}

/// True when a word is this identity, as AWS has it or as it is shown.
fn means(word: &str, id: &Text) -> bool {
    id.as_str() == word || id.original() == word
}

/// The one row that a word means: by its id, else its ARN, else its name. Two that it may mean are none.
fn named(state: &State, kind: &Kind, word: &str) -> Result<(Key, std::sync::Arc<crate::model::Resource>), String> {
    let rows: Vec<_> = listed(state, kind).collect();
    let arn = |row: &Row| {
        let target = &state.fleet.targets[usize::from(row.key.target.0)];
        let account = target.identity.value().map_or("", |identity| identity.account.as_str());
        (kind.arn)(&row.resource, account, &target.target)
    };
    let ways: [&dyn Fn(&Row) -> bool; 3] =
        [&|row| means(word, &row.resource.id), &|row| arn(row) == word, &|row| means(word, &row.resource.name)];
    for way in ways {
        let fitting: Vec<_> = rows.iter().filter(|row| way(row)).collect();
        match fitting.as_slice() {
            [] => {}
            [row] => return Ok((row.key.clone(), row.resource.clone())),
            several => return Err(ambiguous(state, word, several)),
        }
    }
    Err(format!("there is no {} `{word}`: nothing was done", kind.noun))
}

fn ambiguous(state: &State, word: &str, rows: &[&&Row]) -> String {
    let mut places: Vec<String> = rows.iter().take(NAMED).map(|row| format!("{} in {}", row.key.id, state.place(row.key.target))).collect();
    if rows.len() > NAMED {
        places.push(format!("one of {} more", rows.len() - NAMED));
    }
    format!("`{word}` may be {}: say which by its id, --profile and --region; nothing was done", places.join(", or "))
}

/// How it was confirmed; otherwise why it is not.
fn confirmed(state: &State, wish: &Wish) -> Result<Yes, Option<String>> {
    let plan = direct::planned(state).ok_or(None)?;
    agreed(plan, &direct::demand(state), wish.consent, wish.word.as_deref())
}

fn agreed(plan: &Plan, demand: &(Confirm, String), consent: Consent, word: Option<&str>) -> Result<Yes, Option<String>> {
    if let Some(problem) = plan.probe.problem() {
        return Err(Some(format!("AWS was asked beforehand and says no, so nothing was done: {}", problem.line())));
    }
    match consent {
        Consent::DryRun => Err(None),
        Consent::Given(flag) => given(flag, demand, word).map_err(Some),
        Consent::Missing => Err(Some("nothing was done: --yes confirms the plan above".to_owned())),
        Consent::Asked => ask(plan.action, plan.expects.as_deref()).map_err(Some),
    }
}

/// What a person types where a policy wants it, a script says with a flag of its own.
fn given(flag: &str, (wanted, name): &(Confirm, String), word: Option<&str>) -> Result<Yes, String> {
    match word {
        Some(word) if word == name => Ok((format!("{flag} --confirm {word}"), Confirm::Typed)),
        Some(word) => Err(format!("nothing was done: --confirm says {word}, and the plan is about {name}")),
        None if *wanted == Confirm::Typed => Err(format!("nothing was done: a policy wants more than {flag}: add --confirm {name}")),
        None => Ok((flag.to_owned(), Confirm::Usual)),
    }
}

/// Asks at the terminal, as the screen would.
fn ask(action: &Action, expects: Option<&str>) -> Result<Yes, String> {
    let question = expects.map_or_else(|| format!("{}? [y/N] ", action.id), |word| format!("type {word} to {}: ", action.id));
    let unasked = |error: io::Error| format!("nothing was done: {error}");
    let mut terminal = io::stderr();
    terminal.write_all(question.as_bytes()).and_then(|()| terminal.flush()).map_err(unasked)?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(unasked)?;
    match (line.trim(), expects) {
        (said, Some(word)) if said == word => Ok((format!("typed {word}"), Confirm::Typed)),
        ("y" | "yes", None) => Ok(("y".to_owned(), Confirm::Usual)),
        _ => Err("nothing was done".to_owned()),
    }
}

/// Ends with the plan alone.
fn unconfirmed(plan: &told::Plan, wish: &Wish, why: Option<String>, out: &mut impl Write) -> Result<End, Broken> {
    if wish.answering == Answering::Json {
        plan.write_json(why.as_deref(), out)?;
    }
    match why {
        Some(why) => Err(Broken::Refused(why)),
        None if matches!(wish.chosen, Chosen::Named(_)) && !plan.complete() => Ok(End::Short),
        None => Ok(End::Verified),
    }
}

/// Waits for the answers to the calls as long as they take, and then for the new state; tells each step on stderr.
async fn follow(drive: &mut Drive, wait: Duration) -> Result<(), Ended> {
    drive.state.patience = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
    let mut known: HashMap<Key, Discriminant<Step>> = HashMap::new();
    let mut tell = |state: &State| {
        let Some(run) = direct::run(state) else { return true };
        for (key, name, step) in &run.rows {
            let now = discriminant(step);
            if known.insert(key.clone(), now) != Some(now) {
                progress(run, &called(run, key, name), step, state.now);
            }
        }
        run.rows.iter().all(|(.., step)| step.over())
    };
    if drive.until_or_ending(None, |state| tell(state) || answered(state)).await == Err(Ended) {
        complain("called off: what has not been sent is not sent, what was sent is awaited");
        drive.call_off();
        drive.until(Some(SENT), answered).await;
        return Err(Ended);
    }
    // The calls have been answered; whoever does not want to wait for the new state sees how far it has come.
    if drive.until_or_ending(Some(wait), tell).await == Err(Ended) {
        complain("called off: what was sent is done or under way");
        return Err(Ended);
    }
    Ok(())
}

/// The name of a row, with its id where another has the same name.
fn called(run: &Run, key: &Key, name: &Text) -> String {
    let same = run.rows.iter().filter(|(_, other, _)| other == name).count();
    if same > 1 { format!("{name} ({})", key.id) } else { name.to_string() }
}

fn progress(run: &Run, name: &str, step: &Step, now: Timestamp) {
    let seconds = now.duration_since(run.started).as_secs();
    match step {
        Step::Calling => {}
        Step::Unsent => complain(&format!("{name}: not sent")),
        Step::Following { doubt: None, .. } => complain(&format!("{name}: taken, looking until it is so")),
        Step::Following { doubt: Some(problem), .. } => complain(&format!("{name}: {}; its state will tell", problem.headline)),
        Step::Done { .. } => complain(&format!("{name}: done after {seconds} s")),
        Step::Failed(problem) => complain(&format!("{name}: {}", problem.line())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            line::Line,
            state::{RunId, Scroll},
        },
        model::{Problem, ProblemKind, Remote},
        service::{self, Values},
    };

    fn plan(answer: Result<Vec<service::Consequence>, Problem>) -> Plan {
        let kind = service::kind("ec2").expect("a kind");
        let mut probe = Remote::default();
        probe.answer(answer, Timestamp::UNIX_EPOCH);
        Plan {
            id: RunId(1),
            kind,
            action: kind.action("stop").expect("an action"),
            rows: Vec::new(),
            refused: Vec::new(),
            values: Values::default(),
            probe,
            expects: None,
            typed: Line::default(),
            scroll: Scroll::default(),
        }
    }

    #[test]
    fn what_aws_forbids_beforehand_is_not_done_whatever_was_said() {
        let denied = || plan(Err(Problem::new(ProblemKind::Denied, "you may not", "ask for it")));
        for consent in [Consent::Given("--yes"), Consent::DryRun, Consent::Missing] {
            let why = agreed(&denied(), &demand(Confirm::Usual), consent, None).expect_err("refused").expect("a reason");
            assert!(why.contains("nothing was done") && why.contains("you may not"), "{why}");
        }
        let allowed = |consent| agreed(&plan(Ok(Vec::new())), &demand(Confirm::Usual), consent, None);
        assert_eq!(allowed(Consent::Given("--yes")), Ok(("--yes".to_owned(), Confirm::Usual)));
        assert_eq!(allowed(Consent::DryRun), Err(None));
    }

    fn demand(confirm: Confirm) -> (Confirm, String) {
        (confirm, "web-1a".to_owned())
    }

    #[test]
    fn a_word_that_a_policy_wants_is_said_beside_the_yes() {
        let said = |wanted, word| given("--yes", &demand(wanted), word);
        assert!(said(Confirm::Typed, None).expect_err("refused").contains("add --confirm web-1a"));
        assert!(said(Confirm::Typed, Some("web-1b")).expect_err("another").contains("about web-1a"));
        assert!(said(Confirm::Usual, Some("3")).is_err());
        assert_eq!(said(Confirm::Typed, Some("web-1a")), Ok(("--yes --confirm web-1a".to_owned(), Confirm::Typed)));
    }
}
