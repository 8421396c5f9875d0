//! The whole state of the program, as data.

mod acts;
mod prompt;
mod screens;
mod target;
mod texts;
mod told;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    charting::Timeline,
    columns::Layouts,
    compare::Comparison,
    copying::Copying,
    discovering::Discoveries,
    fleet::Table,
    guard::Guard,
    history::History,
    home::{self, Findings, Home},
    keeping::Keeping,
    lags::Lags,
    logging::Tail,
    manner::Manner,
    meter::Meter,
    msg::{Epoch, Reading, Stretch},
    overview::{Overview, Samples},
    pricing::Offer,
    pulse::Pulse,
    rate::Rate,
    relating::Related,
    schedule::Watch,
    settings::Standing,
    sight::Sight,
    targets::Roster,
    theming::{Before, Theming},
    thresholds::Thresholds,
    trail::Trail,
    turns::{Lately, Turns},
    view::View,
};
use crate::{
    model::{Key, KindId, Remote, Resource, Series, Target, TargetId, Text, deed::Chronicle},
    service::Kind,
};

pub use self::{
    acts::{Arranging, Below, Course, Field, Form, Menu, Outcome, Plan, Planned, Run, RunId, Step, Throttled},
    prompt::{Asks, Candidate, Complaint, Offers, Prompt},
    screens::{ListScreen, RawScreen, Reader},
    target::TargetState,
    texts::{Help, Notation, Report, Veil},
    told::{Failure, Toast, Tone},
};
pub use crate::service::executor::Policy;

/// Everything there is to know between two messages.
#[derive(Debug)]
pub struct State {
    /// The time of the latest tick.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// What the program was started with.
    pub setup: Setup,
    /// The connection answers must belong to.
    pub epoch: Epoch,
    /// Accounts, regions and their inventories.
    pub fleet: Fleet,
    /// What stood before an action, by row and the id of the field that would bring it back.
    pub former: HashMap<(Key, &'static str), Text>,
    /// Rows whose details are being fetched, or could not be, and then when.
    pub details: HashMap<Key, Option<Timestamp>>,
    /// Fetched metrics.
    pub metrics: HashMap<Reading, Remote<Option<Series>>>,
    /// Fetched charts, where they look further back than the rows' metrics.
    pub stretches: HashMap<Stretch, Remote<Option<Series>>>,
    /// What alarms hold charts against.
    pub thresholds: Thresholds,
    /// What they cost.
    pub meter: Meter,
    /// How much later than usual metrics are published.
    pub lags: Lags,
    /// How much anybody watches.
    pub pulse: Pulse,
    /// Which lists are kept up to date.
    pub watch: Watch,
    /// What is wrong anywhere.
    pub findings: Findings,
    /// What has changed while we watched.
    pub turns: Turns,
    /// Rows whose metrics stand for their service.
    pub samples: Samples,
    /// How the terminal is used.
    pub manner: Manner,
    /// What may be done where.
    pub guard: Guard,
    /// Whether a message is under way that goes on with lists too long to be filtered at once.
    pub sifting: bool,
    /// What is on the screen.
    pub nav: Nav,
    /// What it looks like.
    pub theming: Theming,
    /// How the configuration stands with its file.
    pub standing: Standing,
    /// What is kept from one start to the next.
    pub keeping: Keeping,
    /// What the user has made of the columns.
    pub layouts: Layouts,
    /// Which places are in sight.
    pub sight: Sight,
    /// The lists that were visited.
    pub trail: Trail,
    /// What was typed into prompts before.
    pub history: History,
    /// Actions under way and done, oldest first.
    pub runs: Vec<Run>,
    /// The latest report of an action, to open again.
    pub report: Option<(Text, Timestamp, Vec<Text>)>,
    /// Short messages, newest last.
    pub toasts: Vec<Toast>,
    /// What went wrong lately, newest last; bounded.
    pub errors: Vec<Failure>,
    /// The end of the journal, once it was asked for.
    pub journal: Remote<Arc<Chronicle>>,
    /// The end of the program's own log, once it was asked for.
    pub log: Remote<Arc<Tail>>,
    /// Seconds after which a row of an action that has not come to rest is given up.
    pub patience: i64,
    /// Rows above which every action is confirmed by typing their number.
    pub many: usize,
    /// The number of the next plan.
    pub next_run: u32,
    /// True once the program is to end.
    pub quitting: bool,
}

/// Seconds after which a row of an action that has not come to rest is given up (EC2's own waiters: 15 s × 40).
pub const PATIENCE: i64 = 600;
/// Rows above which every action is confirmed by typing their number, unless the configuration says otherwise.
pub const MANY: usize = 10;

/// What the program was started with.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Whether actions may run.
    pub policy: Policy,
    /// Where the fleet is.
    pub source: Source,
}

/// Where the fleet is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// AWS itself.
    Aws,
    /// The simulated fleet in this process.
    Demo,
    /// An endpoint that speaks AWS's protocols.
    Endpoint(Text),
}

/// Accounts, regions and their inventories.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The targets, by [`TargetId`].
    pub targets: Vec<TargetState>,
    /// Accounts of which all regions are wanted.
    pub discoveries: Discoveries,
    /// The inventories, by kind.
    pub tables: BTreeMap<KindId, Table>,
    /// The calls that all of it took.
    pub calls: Rate,
}

/// What is on the screen.
#[derive(Debug)]
pub struct Nav {
    /// The screens from the root to the one in front; never empty.
    pub screens: Vec<Screen>,
    /// What lies over the screen in front.
    pub overlay: Option<Overlay>,
    /// Whether the chart panel is open.
    pub charts: Panel,
    /// What the charts show of time.
    pub timeline: Timeline,
    /// Which columns lists show.
    pub width: ListWidth,
}

/// Whether a panel is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Drawn.
    Open,
    /// Not drawn.
    Closed,
}

/// Which columns lists show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListWidth {
    /// Those with a place in the row.
    Normal,
    /// The wide ones too.
    Wide,
}

/// A screen.
#[derive(Debug)]
pub enum Screen {
    /// What is wrong anywhere.
    Home(Home),
    /// The fleet at a glance.
    Overview(Overview),
    /// What has changed.
    Turns(Lately),
    /// A list of one kind.
    List(ListScreen),
    /// Every fact about a row.
    Detail(Reader),
    /// The raw document of a row.
    Raw(RawScreen),
    /// The documents of two rows.
    Comparison(Comparison),
    /// What an action gave back to read.
    Report(Report),
    /// How an action gets on, row by row.
    Outcome(Outcome),
    /// Help.
    Help(Help),
    /// What went wrong lately.
    Errors(Scroll),
    /// Accounts and regions.
    Targets(Roster),
    /// What was done.
    Journal(Scroll),
    /// The program's own log.
    Log(Scroll),
}

/// First visible line of a text. Drawing clamps it to the text; updating clamps it where the length is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll {
    /// First visible line.
    pub top: usize,
}

/// What lies over the screen in front.
#[derive(Debug)]
pub enum Overlay {
    /// The action menu for these rows.
    Menu(Menu),
    /// What an action wants to know.
    Form(Form),
    /// The levels below a row.
    Below(Below),
    /// The themes, with the one to go back to.
    Themes(Before),
    /// What a row is related to.
    Related(Related),
    /// What can be copied.
    Copying(Copying),
    /// The columns of the list, to arrange.
    Columns(Arranging),
    /// A plan waiting for confirmation.
    Plan(Plan),
    /// A one-line prompt.
    Prompt(Prompt),
    /// What costs more than usual, waiting for a yes.
    Offer(Offer),
}

impl State {
    /// A program that has just started on the list of a kind: nothing known, nothing asked.
    pub fn new(setup: Setup, targets: Vec<Target>, kind: &'static Kind, size: (u16, u16), now: Timestamp) -> Self {
        let root = ListScreen { kind, parent: None, view: View::default(), marks: HashSet::new() };
        Self::on(Screen::List(root), setup, targets, size, now)
    }

    /// The same on the findings, for which the whole fleet is watched.
    pub fn at_home(setup: Setup, targets: Vec<Target>, size: (u16, u16), now: Timestamp) -> Self {
        Self { watch: Watch::Fleet, ..Self::on(Screen::Home(Home::default()), setup, targets, size, now) }
    }

    fn on(root: Screen, setup: Setup, targets: Vec<Target>, size: (u16, u16), now: Timestamp) -> Self {
        let targets = targets.into_iter().map(TargetState::new);
        Self {
            now,
            size,
            setup,
            epoch: Epoch::default(),
            fleet: Fleet { targets: targets.collect(), ..Fleet::default() },
            former: HashMap::new(),
            pulse: Pulse::new(now),
            watch: Watch::default(),
            findings: Findings::default(),
            turns: Turns::default(),
            samples: Samples::default(),
            manner: Manner::default(),
            guard: Guard::default(),
            sifting: false,
            details: HashMap::new(),
            metrics: HashMap::new(),
            stretches: HashMap::new(),
            thresholds: Thresholds::default(),
            meter: Meter::default(),
            lags: Lags::default(),
            keeping: Keeping::default(),
            layouts: Layouts::default(),
            sight: Sight::default(),
            trail: Trail::default(),
            history: History::default(),
            nav: Nav { screens: vec![root], overlay: None, charts: Panel::Closed, timeline: Timeline::default(), width: ListWidth::Normal },
            theming: Theming::default(),
            standing: Standing::Read,
            runs: Vec::new(),
            report: None,
            toasts: Vec::new(),
            errors: Vec::new(),
            journal: Remote::default(),
            log: Remote::default(),
            patience: PATIENCE,
            many: MANY,
            next_run: 0,
            quitting: false,
        }
    }

    /// The screen in front.
    pub fn screen(&self) -> &Screen {
        self.nav.screens.last().unwrap_or_else(|| unreachable!("the root screen is never closed"))
    }

    /// The list in front, or behind the text in front.
    pub fn list(&self) -> Option<&ListScreen> {
        self.nav.screens.iter().rev().find_map(|screen| match screen {
            Screen::List(list) => Some(list),
            _ => None,
        })
    }

    /// The row under the cursor of the list or of the findings in front, if it is still there.
    pub fn selected(&self) -> Option<(Key, Arc<Resource>)> {
        let Screen::List(list) = self.surface()? else { return home::selected(self) };
        let table = self.fleet.tables.get(&list.kind.id)?;
        let row = table.row(list.view.selected_slot()?)?;
        Some((row.key.clone(), row.resource.clone()))
    }

    /// The resource with this identity, if it is still there.
    pub fn resource(&self, key: &Key) -> Option<Arc<Resource>> {
        Some(self.fleet.tables.get(&key.kind)?.find(key)?.resource.clone())
    }

    /// The account id of a target; empty until known.
    pub fn account(&self, target: TargetId) -> &str {
        let state = self.fleet.targets.get(usize::from(target.0));
        state.and_then(|state| state.identity.value()).map_or("", |identity| identity.account.as_str())
    }
}
