//! What the world sends back, put where it belongs.

use std::cell::LazyCell;

use super::{
    acting, alarming, charting, chronicle,
    columns::What,
    compare, copying, discovering,
    effect::Effect,
    fleet::{Change, Row, Table},
    forming, home, keeping, logging, measuring,
    msg::Answer,
    ranks::Ranks,
    sight, signing,
    state::{Failure, ListScreen, Notation, RawScreen, Screen, State, Veil},
    thresholds,
    view::Lens,
};
use crate::model::{Filter, Gap, Key, KindId, Problem, TargetId, Text, filter::Place, resource::Page};

/// Failures kept; the oldest go first.
const FAILURES: usize = 200;

/// Takes an answer of the present epoch.
pub(super) fn take(state: &mut State, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Identified(target, result) => return identified(state, target, result),
        Answer::SignedIn(targets, result) => return signing::signed_in(state, &targets, result),
        Answer::Regions(target, result) => return discovering::found(state, target, result),
        Answer::Page { target, kind, sweep, page } => paged(state, target, kind, sweep, page),
        Answer::Listed { target, kind, sweep, result } => return listed(state, target, kind, sweep, result),
        Answer::Remembered(memories) => keeping::remembered(state, memories),
        Answer::RememberedPoints(kind, memories) => keeping::points::remembered(state, kind, memories),
        Answer::Unkept(why) => keeping::unkept(state, &why),
        Answer::Reread { target, kind, ids, result } => reread(state, target, kind, &ids, result),
        Answer::Detailed { target, kind, ids, result } => detailed(state, target, kind, &ids, result),
        Answer::Remarks(target, said) => remarks(state, target, said),
        Answer::Measured(answers) => measuring::measured(state, answers),
        Answer::Alarms(target, result) => alarming::rung(state, target, result),
        Answer::Charted(answers) => charting::charted(state, answers),
        Answer::Thresholds(target, found) => thresholds::found(state, target, found),
        Answer::Document(key, result) => document(state, &key, result),
        Answer::Recalled(key, texts) => forming::recalled(state, &key, texts),
        Answer::LayoutsUnkept(why) => state.warn(&why),
        Answer::TextUnkept(why) => keeping::lost(state, &why),
        Answer::RecalledLines(book, lines) => state.history.recalled(book, lines),
        Answer::Probed(run, result) => acting::probed(state, run, result),
        Answer::Acted(run, outcomes) => {
            let mut effects = acting::acted(state, run, outcomes);
            effects.extend(chronicle::read(state));
            return effects;
        }
        Answer::Conversed(run, key, result) => acting::conversed(state, run, &key, result),
        Answer::Held(run, held) => acting::held(state, run, held),
        Answer::Chronicle(result) => chronicle::told(state, result),
        Answer::Log(result) => logging::told(state, result),
        Answer::Composed { form, rows, text } => return copying::composed(state, form, rows, text),
        Answer::Saved(rows, result) => copying::saved(state, rows, result),
        Answer::Uncopied(why) => state.warn(&format!("not copied: {why}")),
        Answer::Unwritten(problem) => {
            state.warn(&problem.line());
            state.note_failure("write the journal", problem);
        }
    }
    Vec::new()
}

fn identified(state: &mut State, target: TargetId, result: Result<super::msg::Identity, Problem>) -> Vec<Effect> {
    let now = state.now;
    state.heard(target, "who am I in", result.as_ref().map(drop));
    if let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) {
        known.identity.answer(result, now);
    }
    // The account is among the words that filters look for, and a place may be seen by it.
    refilter(state, |filter| !filter.is_empty());
    if state.sight.profile.is_some() {
        sight::renew(state);
    }
    let mut effects = keeping::identified(state, target);
    effects.extend(signing::refused(state, target));
    if state.fleet.targets.get(usize::from(target.0)).is_some_and(|known| known.identity.problem().is_none()) {
        effects.extend(signing::recovered(state, target));
    }
    effects
}

/// Decides about every row anew where the filter of a list wants it: rows that have not changed are not looked at otherwise.
fn refilter(state: &mut State, wants: fn(&Filter) -> bool) {
    let lists = state.nav.screens.iter().filter_map(|screen| match screen {
        Screen::List(list) if wants(&list.view.filter) => Some(list.kind.id),
        _ => None,
    });
    for kind in lists.collect::<Vec<_>>() {
        on_lists(state, kind, |list, lens| list.view.refilter(lens));
    }
}

fn paged(state: &mut State, target: TargetId, kind: KindId, sweep: u32, page: Page) {
    let now = state.now;
    let change =
        state.fleet.tables.get_mut(&kind).filter(|table| table.current(target, sweep)).map(|table| table.page(target, sweep, page, now));
    absorb(state, kind, &change.unwrap_or_default());
    acting::follow(state, kind);
}

fn listed(state: &mut State, target: TargetId, kind: KindId, sweep: u32, result: Result<Vec<Gap>, Problem>) -> Vec<Effect> {
    let now = state.now;
    let Some(table) = state.fleet.tables.get_mut(&kind).filter(|table| table.current(target, sweep)) else { return Vec::new() };
    let known = table.kind;
    let problems: Vec<Problem> = match &result {
        Ok(gaps) => gaps.iter().map(|gap| gap.problem.clone()).collect(),
        Err(problem) => vec![problem.clone()],
    };
    let complete = result.is_ok();
    let change = table.end(target, sweep, result, now);
    for problem in &problems {
        state.heard(target, &format!("list {kind} in"), Err(problem));
    }
    if complete {
        state.heard(target, "", Ok(()));
    }
    absorb(state, kind, &change);
    if !change.gone.is_empty() {
        forget_metrics(state, target, kind);
    }
    refilter(state, Filter::ages);
    measuring::sample(state, known, target);
    acting::follow(state, kind);
    keeping::listed(state, target, kind).into_iter().collect()
}

fn reread(state: &mut State, target: TargetId, kind: KindId, ids: &[Text], result: Result<Page, Problem>) {
    let now = state.now;
    if let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) {
        known.look.answer(result.as_ref().map(drop).map_err(Clone::clone), now);
    }
    state.heard(target, &format!("look at {kind} in"), result.as_ref().map(drop));
    if let Ok(page) = result {
        let change = state.fleet.tables.get_mut(&kind).map(|table| table.reread(target, ids, page, now));
        absorb(state, kind, &change.unwrap_or_default());
        acting::follow(state, kind);
    }
}

fn detailed(state: &mut State, target: TargetId, kind: KindId, ids: &[Text], result: Result<Page, Problem>) {
    let now = state.now;
    for id in ids {
        state.details.remove(&Key { target, kind, id: id.clone() });
    }
    state.heard(target, &format!("details of {kind} in"), result.as_ref().map(drop));
    match result {
        Ok(page) => {
            let Some(table) = state.fleet.tables.get_mut(&kind) else { return };
            let known = table.kind;
            let change = table.detail(target, page.overlays, now);
            absorb(state, kind, &change);
            measuring::sample(state, known, target);
        }
        Err(_) => {
            for id in ids {
                state.details.insert(Key { target, kind, id: id.clone() }, Some(now));
            }
        }
    }
}

/// What is said beside an answer is no failure of it, and is kept beside the failures.
fn remarks(state: &mut State, target: TargetId, said: Vec<Problem>) {
    for problem in said {
        state.note_failure(&format!("metrics of {}", state.place(target)), problem);
    }
}

/// Metrics go with their rows. Those of other targets and kinds stay: their rows may not have been listed yet.
fn forget_metrics(state: &mut State, target: TargetId, kind: KindId) {
    let Some(table) = state.fleet.tables.get(&kind) else { return };
    let stays = |key: &Key| key.target != target || key.kind != kind || table.find(key).is_some();
    state.metrics.retain(|reading, _| stays(&reading.key));
    state.stretches.retain(|stretch, _| stays(&stretch.reading.key));
}

fn document(state: &mut State, key: &Key, result: Result<std::sync::Arc<crate::model::document::Document>, Problem>) {
    let now = state.now;
    if let Err(problem) = &result {
        state.note_failure(&format!("describe {}", key.id), problem.clone());
    }
    compare::document(state, key, &result);
    let raw = state.nav.screens.iter_mut().find_map(|screen| match screen {
        Screen::Raw(raw) if raw.key == *key => Some(raw),
        _ => None,
    });
    if let Some(raw) = raw {
        raw.document.answer(result, now);
    }
}

/// Brings every list of a kind up to date with a change of its table.
pub(super) fn absorb(state: &mut State, kind: KindId, change: &Change) {
    home::absorb(state, kind, change);
    let turned = state.fleet.tables.get_mut(&kind).map(Table::take_turns).unwrap_or_default();
    state.turns.note(state.now, turned);
    on_lists(state, kind, |list, lens| {
        list.view.absorb(change, lens);
        if !change.gone.is_empty() {
            list.marks.retain(|key| lens.table.find(key).is_some());
        }
    });
}

/// Rebuilds every list of a kind, after what belongs to it changed.
pub(super) fn rebuild(state: &mut State, kind: KindId) {
    on_lists(state, kind, |list, lens| list.view.rebuild(lens));
}

/// Fills the list in front, of this kind, which was just opened. Those behind it stay as they are: they may be long.
pub(super) fn fill(state: &mut State, kind: KindId) {
    let front = state.nav.screens.len().saturating_sub(1);
    on_screens(state, front, kind, |list, lens| list.view.rebuild(lens));
}

/// Puts the rows of every list of a kind in order anew, after what they are sorted by changed.
pub(super) fn resort(state: &mut State, kind: KindId) {
    on_lists(state, kind, |list, lens| list.view.resort(lens));
}

/// Orders lists anew that are sorted by the places of their rows, of which there are others now.
pub(super) fn places_changed(state: &mut State) {
    let lists = state.nav.screens.iter().filter_map(|screen| match screen {
        Screen::List(list) if matches!(list.view.sort.by, What::Profile | What::Region) => Some(list.kind.id),
        _ => None,
    });
    for kind in lists.collect::<Vec<_>>() {
        resort(state, kind);
    }
}

/// Decides anew which rows of every list of a kind pass, after its filter changed.
pub(super) fn sift(state: &mut State, kind: KindId) {
    on_lists(state, kind, |list, lens| list.view.refilter(lens));
}

/// Goes on with lists too long to be decided about, or put in order, at once.
pub(super) fn sift_on(state: &mut State) {
    for kind in undecided(state).collect::<Vec<_>>() {
        on_lists(state, kind, |list, lens| {
            if !list.view.decided() || !list.view.in_order() {
                list.view.sift(lens);
            }
        });
    }
}

/// The kinds of lists that have not been decided about to the end, or are not in order.
pub(super) fn undecided(state: &State) -> impl Iterator<Item = KindId> {
    state.nav.screens.iter().filter_map(|screen| match screen {
        Screen::List(list) if !list.view.decided() || !list.view.in_order() => Some(list.kind.id),
        _ => None,
    })
}

/// Takes rows out of every list of a kind, after its filter became stricter.
pub(super) fn narrow(state: &mut State, kind: KindId) {
    on_lists(state, kind, |list, lens| list.view.narrow(lens));
}

fn on_lists(state: &mut State, kind: KindId, apply: impl Fn(&mut ListScreen, &Lens<'_>)) {
    on_screens(state, 0, kind, apply);
}

/// On the lists of a kind among the screens from one on.
fn on_screens(state: &mut State, first: usize, kind: KindId, apply: impl Fn(&mut ListScreen, &Lens<'_>)) {
    let State { fleet, nav, now, metrics, sight, .. } = state;
    let Some(table) = fleet.tables.get(&kind) else { return };
    let place = |target: TargetId| fleet.place(target);
    let metric = |row: &Row, at: usize| measuring::known((table.kind, metrics), row, at, *now);
    let seen = sight.over(fleet);
    let shows = |target: TargetId| seen.shows(target);
    let ranks = LazyCell::new(|| Ranks::of(fleet));
    let lens = Lens { table, place: &place, now: *now, rank: &|by, target| ranks.of_target(by, target), shows: &shows, metric: &metric };
    for screen in nav.screens.iter_mut().skip(first) {
        if let Screen::List(list) = screen
            && list.kind.id == kind
        {
            apply(list, &lens);
        }
    }
}

/// Puts rows of every list of a kind where they belong, after what they are sorted by changed in them.
pub(super) fn move_rows(state: &mut State, kind: KindId, keys: &[Key]) {
    on_lists(state, kind, |list, lens| {
        let touched = keys.iter().filter(|key| key.kind == kind).filter_map(|key| lens.table.slot(key)).collect();
        list.view.absorb(&Change { touched, ..Change::default() }, lens);
    });
}

/// Decides anew about rows of which more metrics are known, in lists whose filters ask about metrics.
pub(super) fn reconsider(state: &mut State, keys: &[Key]) {
    let mut kinds: Vec<KindId> = keys.iter().map(|key| key.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        on_lists(state, kind, |list, lens| {
            let slots = keys.iter().filter(|key| key.kind == kind).filter_map(|key| lens.table.slot(key)).collect();
            list.view.reconsider(&slots, lens);
        });
    }
}

impl State {
    /// The words for a target in messages: `eu-west-1`, with the profile in front when there are several.
    pub fn place(&self, target: TargetId) -> String {
        let Place { profile, region, .. } = self.fleet.place(target);
        let one = self.fleet.targets.windows(2).all(|pair| pair[0].target.profile == pair[1].target.profile);
        if one { region.to_owned() } else { format!("{profile} {region}") }
    }

    /// Keeps a failure for the errors view; the same one again only counts up.
    pub(super) fn note_failure(&mut self, doing: &str, problem: Problem) {
        let now = self.now;
        let same =
            |known: &Failure| known.doing.as_str() == doing && known.problem.kind == problem.kind && known.problem.code == problem.code;
        if let Some(at) = self.errors.iter().position(same) {
            let mut known = self.errors.remove(at);
            (known.last, known.count, known.problem) = (now, known.count + 1, problem);
            self.errors.push(known);
            return;
        }
        self.errors.push(Failure { first: now, last: now, count: 1, doing: Text::new(doing), problem });
        let excess = self.errors.len().saturating_sub(FAILURES);
        self.errors.drain(..excess);
    }
}

impl super::state::Fleet {
    /// True for a row of an earlier start that nobody has looked at since.
    pub fn remembers(&self, key: &Key) -> bool {
        self.tables.get(&key.kind).is_some_and(|table| table.remembers(key))
    }

    /// What a target contributes to filters: profile, account, region.
    pub fn place(&self, target: TargetId) -> Place<'_> {
        let Some(known) = self.targets.get(usize::from(target.0)) else { return Place::default() };
        Place {
            profile: known.target.profile.as_str(),
            account: known.identity.value().map_or("", |identity| identity.account.as_str()),
            region: known.target.region.as_str(),
        }
    }
}

impl RawScreen {
    /// The lines in the chosen notation; empty until the document is there.
    pub fn lines(&self) -> &[Text] {
        let Some(document) = self.document.value() else { return &[] };
        let seen = match (self.veil, &document.clear) {
            (Veil::Lifted, Some(clear)) => clear.as_ref(),
            _ => document.as_ref(),
        };
        match self.notation {
            Notation::Yaml => &seen.yaml,
            Notation::Json => &seen.json,
        }
    }

    /// Positions of the lines that contain the search.
    pub fn matches(&self) -> impl Iterator<Item = usize> {
        let search = &self.search;
        let found = move |line: &Text| !search.is_empty() && line.as_str().to_lowercase().contains(search.as_str());
        self.lines().iter().enumerate().filter(move |(_, line)| found(line)).map(|(at, _)| at)
    }
}

/// An empty table for a kind that has none yet.
pub(super) fn table<'a>(state: &'a mut State, kind: &'static crate::service::Kind) -> &'a mut Table {
    state.fleet.tables.entry(kind.id).or_insert_with(|| Table::new(kind))
}
