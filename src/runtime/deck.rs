//! The loop of the dashboard: input, answers, clock → `update` → tasks and frames.

mod clock;
mod lending;
mod opening;

use std::{
    io,
    time::{Duration, Instant},
};

use clock::Clock;
use crossterm::event::Event;
use jiff::Timestamp;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};

use super::{
    cache::Cache,
    clipboard::{self, Way},
    drafts::Drafts,
    input::{
        self,
        mouse::{self, Presses},
        reader::{self, Gate},
    },
    journal::Journal,
    layouts::LayoutFile,
    programs::Programs,
    settings,
    signals::{self, Signal},
    tasks::Tasks,
    terminal::{self, Terminal},
    thrift,
    world::World,
};
use crate::{
    app::{
        self,
        acting::outcome::Tally,
        awaiting,
        command::Command,
        effect::Effect,
        guard,
        manner::Link,
        msg::{Answer, Msg},
        state::State,
    },
    aws::Door,
    config::{Config, Environment, Wrong},
    model::{Filter, Target, TargetId, Text},
    ui::{self, Look},
};

/// The least time between two frames that nobody pressed a key for, over a slow line.
const SELDOM: Duration = Duration::from_millis(500);
/// How long answers are taken before the screen is drawn in between: less than a frame, so that a key never waits for a flood.
const BURST: Duration = Duration::from_millis(5);
/// How long the calls of an action may take to be answered after the user has left.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long they may when another process wants it to end: within the time in which it is not ended by force (`signals.rs`).
const ENDING: Duration = Duration::from_millis(1_500);

/// What the dashboard starts with.
pub(super) struct Start<'a> {
    /// What was configured.
    pub(super) config: &'a Config,
    /// Why the file of the configuration cannot be used, if so.
    pub(super) broken: Option<Wrong>,
    /// What it is made of, to make it anew.
    pub(super) sources: settings::Sources,
    /// The environment variables.
    pub(super) environment: &'a Environment,
    /// The filter to open it with.
    pub(super) filter: Filter,
    /// Where the fleet is kept from one start to the next, with these targets.
    pub(super) cache: Option<Cache>,
    /// Where the fleet is.
    pub(super) targets: Vec<Target>,
    /// Those of them that find out about the other regions of their accounts.
    pub(super) seeds: Vec<TargetId>,
    /// What the user is to know that went wrong before the first frame.
    pub(super) warning: Option<String>,
}

/// Runs the dashboard until the user leaves, and gives the exit code. `door` is opened after the first frame.
pub(super) async fn run(start: Start<'_>, door: impl FnOnce() -> Door) -> io::Result<u8> {
    let signals = signals::listen()?;
    let mut terminal = Terminal::enter()?;
    let mut state = opening::state(&start, terminal::size()?);
    let memories = opening::recall(&mut state, start.cache.as_ref()).await;
    let drafts = start.environment.state_directory().map(|directory| Drafts::new(&directory));
    let mut deck = Deck::new(state, &start, &mut terminal, drafts.clone());
    deck.draw()?;
    deck.terminal.point(deck.state.manner.mouse)?;
    let world = World::new(door(), start.targets);
    let (tasks, answers) = Tasks::new(world, deck.state.setup.policy, drafts);
    let directory = start.environment.state_directory();
    let tasks = tasks
        .keeping(start.cache)
        .noting(directory.as_deref().map(Drafts::lines))
        .arranging(directory.as_deref().map(LayoutFile::new))
        .ruled(deck.state.guard.rules.clone())
        .writing(Journal::new(directory.as_deref(), &start.config.source, start.config.journal))
        .equipped(Programs::of(start.environment));
    let tasks = tasks.logging(directory.clone()).copying(directory.map(|directory| directory.join("tables")), deck.way.clone());
    let changes = settings::watch(start.sources);
    let sources = Sources { signals, events: reader::read(deck.gate.clone()), memories, answers, changes };
    let code = deck.watch(tasks, sources).await?;
    drop(terminal);
    Ok(code)
}

struct Sources {
    signals: UnboundedReceiver<Signal>,
    events: UnboundedReceiver<Event>,
    memories: UnboundedReceiver<Msg>,
    answers: Receiver<Msg>,
    changes: UnboundedReceiver<Result<Config, Wrong>>,
}

/// Whether the screen shows the state.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Shown {
    Current,
    /// No longer, by something that nobody pressed.
    Behind,
    Stale,
}

struct Deck<'a> {
    state: State,
    config: Config,
    environment: &'a Environment,
    way: Way,
    terminal: &'a mut Terminal,
    shown: Shown,
    drawn: Option<Instant>,
    clock: Clock,
    gate: Gate,
    presses: Presses,
    drafts: Option<Drafts>,
    editor: String,
}

impl<'a> Deck<'a> {
    fn new(state: State, start: &Start<'a>, terminal: &'a mut Terminal, drafts: Option<Drafts>) -> Self {
        let way = clipboard::way(start.config.clipboard, start.environment);
        let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| start.environment.get(name).filter(|word| !word.is_empty()));
        Self {
            state,
            config: start.config.clone(),
            environment: start.environment,
            way,
            terminal,
            shown: Shown::Stale,
            drawn: None,
            clock: Clock::new(Instant::now()),
            gate: Gate::default(),
            presses: Presses::default(),
            drafts,
            editor: editor.unwrap_or("vi").to_owned(),
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        if self.due() {
            let keys = |command: Command| self.config.keymap.hint(command);
            let theme = self.config.themes.named(self.state.theming.name()).unwrap_or(&self.config.theme);
            let look = Look { theme, keys: &keys };
            self.terminal.draw(|frame| ui::draw(frame, &self.state, &look))?;
            (self.shown, self.drawn) = (Shown::Current, Some(Instant::now()));
        }
        Ok(())
    }

    /// What nobody pressed waits over a slow line until the frame before it is old enough.
    fn due(&self) -> bool {
        let waits = self.state.manner.link == Link::Slow && self.drawn.is_some_and(|drawn| drawn.elapsed() < SELDOM);
        self.shown == Shown::Stale || (self.shown == Shown::Behind && !waits)
    }

    async fn watch(&mut self, mut tasks: Tasks, mut sources: Sources) -> io::Result<u8> {
        while !self.state.quitting {
            self.draw()?;
            if self.shown != Shown::Current || awaiting::anything(&self.state) {
                self.clock.soon(Instant::now());
            }
            tokio::select! {
                biased;
                Some(signal) = sources.signals.recv() => if let Some(code) = self.signal(signal)? {
                    self.terminal.suspend();
                    self.leave(tasks, &mut sources, ENDING).await;
                    return Ok(code);
                },
                event = sources.events.recv() => match event {
                    Some(event) => self.typed(&event, &mut tasks)?,
                    None => return Ok(super::FAILED),
                },
                Some(memory) = sources.memories.recv() => self.take(memory, &mut tasks)?,
                Some(answer) = sources.answers.recv() => self.take(answer, &mut tasks)?,
                Some(read) = sources.changes.recv() => self.configured(read, &mut tasks)?,
                () = tokio::time::sleep_until(self.clock.next().into()) => self.tick(&mut tasks)?,
            }
            self.drain(&mut sources, &mut tasks)?;
        }
        self.terminal.suspend();
        self.leave(tasks, &mut sources, PATIENCE).await;
        Ok(super::DONE)
    }

    /// Takes what is already waiting, so that a burst costs one frame: keys first, and once there was one it is answered before anything else.
    fn drain(&mut self, sources: &mut Sources, tasks: &mut Tasks) -> io::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < BURST && !self.state.quitting {
            if let Ok(event) = sources.events.try_recv() {
                self.typed(&event, tasks)?;
            } else if self.shown == Shown::Stale {
                break;
            } else if let Ok(answer) = sources.memories.try_recv().or_else(|_| sources.answers.try_recv()) {
                self.take(answer, tasks)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn typed(&mut self, event: &Event, tasks: &mut Tasks) -> io::Result<()> {
        // Back at the old size before the next frame, the drawing library would see no change; the terminal has lost what it showed.
        if matches!(event, Event::Resize(..)) {
            self.terminal.redraw()?;
        }
        if let Event::Mouse(event) = event {
            let keys = |command: Command| self.config.keymap.hint(command);
            let look = Look { theme: &self.config.theme, keys: &keys };
            let msg = mouse::translate(event, &self.state, &look, &mut self.presses, Instant::now());
            return msg.map_or(Ok(()), |msg| self.take(msg, tasks));
        }
        for msg in input::translate(event, &self.state, &self.config.keymap) {
            self.take(msg, tasks)?;
        }
        Ok(())
    }

    /// The clock alone changes the screen once a second; what is due changes it when the answer comes.
    fn tick(&mut self, tasks: &mut Tasks) -> io::Result<()> {
        thrift::give_back();
        let now = Timestamp::now();
        // Nothing follows from it but what is told of it.
        app::update(&mut self.state, Msg::Called(tasks.calls()));
        let before = (self.state.now.as_second(), self.state.toasts.len());
        let shown = std::mem::replace(&mut self.shown, Shown::Current);
        self.take(Msg::Tick(now), tasks)?;
        let turning = self.state.manner.link == Link::Fast && awaiting::since(&self.state).is_some();
        let same = before == (now.as_second(), self.state.toasts.len()) && !turning;
        self.shown = if same || shown == Shown::Stale { shown } else { Shown::Behind };
        Ok(())
    }

    fn take(&mut self, msg: Msg, tasks: &mut Tasks) -> io::Result<()> {
        self.clock.hear(&msg, Instant::now());
        let nobody = matches!(msg, Msg::Answered(..) | Msg::Tick(_) | Msg::Sift);
        self.shown = if nobody && self.shown != Shown::Stale { Shown::Behind } else { Shown::Stale };
        for effect in app::update(&mut self.state, msg) {
            match effect {
                Effect::Copy(text) if !matches!(self.way, Way::Program(_)) => self.copy(&text)?,
                Effect::Suspend => self.suspend()?,
                Effect::Edit(text) => {
                    if let Some(edited) = self.lend(&text)? {
                        self.take(Msg::Edited(edited), tasks)?;
                    }
                }
                Effect::SignIn { command, targets } => {
                    let result = self.sign_in(&command)?;
                    tasks.forget(&targets);
                    let answer = Answer::SignedIn(targets, result);
                    self.take(Msg::Answered(self.state.epoch, answer), tasks)?;
                }
                Effect::Converse(run, key, session) => {
                    let result = self.converse(&session)?;
                    self.take(Msg::Answered(self.state.epoch, Answer::Conversed(run, key, result)), tasks)?;
                }
                Effect::Mouse(mouse) => self.terminal.point(mouse)?,
                Effect::Redraw => self.terminal.redraw()?,
                effect => tasks.start(self.state.epoch, effect),
            }
        }
        Ok(())
    }

    /// A configuration that was read again: its keys, its themes and the way to the clipboard are for this place, all else is for the state.
    fn configured(&mut self, read: Result<Config, Wrong>, tasks: &mut Tasks) -> io::Result<()> {
        let settings = match read {
            Ok(config) => {
                let settings = settings::settings(&config, &self.config);
                self.way = clipboard::way(config.clipboard, self.environment);
                tasks.copy_by(self.way.clone());
                self.config = config;
                Ok(settings)
            }
            Err(wrong) => Err(Text::new(&wrong.to_string())),
        };
        self.take(Msg::Configured(settings), tasks)
    }

    fn signal(&mut self, signal: Signal) -> io::Result<Option<u8>> {
        match signal {
            Signal::Quit(code) => return Ok(Some(code)),
            Signal::Stop => self.suspend()?,
            Signal::Continue => {
                let (columns, rows) = self.terminal.resume()?;
                self.state.size = (columns, rows);
                self.shown = Shown::Stale;
            }
        }
        Ok(None)
    }

    /// What has not been sent is called off, what was sent is waited for, and what became of it is said on the plain screen.
    async fn leave(&mut self, mut tasks: Tasks, sources: &mut Sources, patience: Duration) {
        let open: Vec<_> = self.state.runs.iter().filter(|run| Tally::of(run).calling > 0).map(|run| run.id).collect();
        if let Some(locked) = guard::leave(&mut self.state) {
            tasks.start(self.state.epoch, locked);
        }
        let unanswered = tasks.finish(patience).await;
        while let Ok(answer) = sources.answers.try_recv() {
            app::update(&mut self.state, answer);
        }
        for run in self.state.runs.iter().filter(|run| open.contains(&run.id)) {
            super::complain(&format!("{}: {}", run.action.id, Tally::of(run).words()));
        }
        if unanswered > 0 {
            super::complain("calls were sent and not answered yet: look at the state before sending them again");
        }
    }
}
