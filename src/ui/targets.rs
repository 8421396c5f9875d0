//! The target strip: each account and region with how we stand there, in as much detail as there is room for.

pub(super) mod view;

use ratatui::text::{Line, Span};

use super::{front::Front, glyph, strip, text, theme::Theme};
use crate::{
    app::{
        fleet::Listing,
        home,
        state::{Screen, State, TargetState},
    },
    model::{Health, Problem, ProblemKind, TargetId, remote::Asking},
};

/// More targets than this are not named one by one on any screen.
const NAMED: usize = 40;

/// How we stand with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Live,
    Loading,
    Waiting,
    Trouble(ProblemKind),
}

impl Standing {
    /// A refresh of what is known already is not worth a word: nothing blinks.
    pub(super) fn of(target: &TargetState, listing: Option<&Listing>) -> Self {
        if let Some(problem) = target.lapse.as_ref().or(target.identity.problem()) {
            return Self::Trouble(problem.kind);
        }
        let Some(listing) = listing else { return Self::Waiting };
        match listing.count.asking() {
            Asking::Failed { problem, .. } => Self::Trouble(problem.kind),
            _ if listing.count.value().is_some() && !listing.remembered() => Self::Live,
            Asking::Loading { .. } => Self::Loading,
            Asking::Never | Asking::Settled => Self::Waiting,
        }
    }

    /// As the screen with rows in front sees it: by its list, or by all lists that findings come from.
    pub(super) fn seen(state: &State, target: TargetId) -> Self {
        let Some(known) = state.fleet.targets.get(usize::from(target.0)) else { return Self::Waiting };
        match (state.surface(), Front::of(state)) {
            (Some(Screen::List(_)), Some(front)) => Self::of(known, front.listing_of(target)),
            _ => Self::over(state, target),
        }
    }

    /// Live once everything has been answered for, though some of it badly.
    pub(super) fn over(state: &State, target: TargetId) -> Self {
        let (answered, unseen) = home::look(state, target);
        match unseen.first() {
            Some((_, None, problem)) => Self::Trouble(problem.kind),
            _ if answered => Self::Live,
            _ if home::asked(state, target) => Self::Loading,
            _ => Self::Waiting,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Loading => "loading",
            Self::Waiting => "waiting",
            Self::Trouble(kind) => kind.word(),
        }
    }

    pub(super) fn health(self) -> Health {
        match self {
            Self::Live => Health::Ok,
            Self::Loading => Health::Busy,
            Self::Waiting => Health::Off,
            Self::Trouble(ProblemKind::Throttled | ProblemKind::Timeout) => Health::Warn,
            Self::Trouble(_) => Health::Bad,
        }
    }
}

/// What keeps a target from being live at present, as the screen with rows in front sees it.
pub(super) fn trouble(state: &State, target: TargetId) -> Option<&Problem> {
    let known = state.fleet.targets.get(usize::from(target.0))?;
    let listing = match state.surface() {
        Some(Screen::List(_)) => Front::of(state).and_then(|front| front.listing_of(target)?.count.problem()),
        _ => home::look(state, target).1.first().map(|(.., problem)| *problem),
    };
    known.lapse.as_ref().or(known.identity.problem()).or(listing)
}

/// The targets of one profile.
struct Group<'a> {
    profile: &'a str,
    account: &'a str,
    regions: Vec<(&'a str, Standing)>,
}

/// How much is said of each target, most first.
#[derive(Clone, Copy)]
enum Detail {
    Accounts,
    Stubs,
    Names,
}

/// The fullest strip that fits into `room` cells.
pub(super) fn line<'a>(state: &'a State, theme: &Theme, room: usize) -> Line<'a> {
    let groups = groups(state);
    let named = if state.fleet.targets.len() <= NAMED { &[Detail::Accounts, Detail::Stubs, Detail::Names][..] } else { &[] };
    named
        .iter()
        .map(|detail| joined(groups.iter().map(|group| one_by_one(group, *detail, theme)), theme))
        .chain([joined(groups.iter().map(|group| by_profile(group, theme)), theme)])
        .find(|line| strip::width(line) <= room)
        .unwrap_or_else(|| totals(&groups, theme, room))
}

fn groups(state: &State) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (at, known) in state.fleet.targets.iter().enumerate() {
        let target = TargetId(at as u16);
        let region = (known.target.region.as_str(), Standing::seen(state, target));
        let profile = known.target.profile.as_str();
        match groups.iter_mut().find(|group| group.profile == profile) {
            Some(group) => group.regions.push(region),
            None => groups.push(Group { profile, account: state.account(target), regions: vec![region] }),
        }
    }
    groups
}

fn joined<'a>(groups: impl Iterator<Item = Vec<Span<'a>>>, theme: &Theme) -> Line<'a> {
    let mut line = Line::default();
    for group in groups {
        if !line.spans.is_empty() {
            line.push_span(Span::styled(" · ", theme.rule));
        }
        line.spans.extend(group);
    }
    line
}

fn one_by_one<'a>(group: &Group<'a>, detail: Detail, theme: &Theme) -> Vec<Span<'a>> {
    let mut spans = vec![Span::styled(group.profile, theme.title)];
    match detail {
        Detail::Accounts if !group.account.is_empty() => spans.push(Span::styled(format!(" {}", group.account), theme.muted)),
        Detail::Stubs if !group.account.is_empty() => {
            let stub = format!(" {}{}", text::head(group.account, 4), glyph::CUT);
            spans.push(Span::styled(stub, theme.muted));
        }
        _ => {}
    }
    spans.extend(group.regions.iter().flat_map(|(region, standing)| place(region, *standing, theme)));
    spans
}

/// `● eu-west-1`; a word only for what is not live.
fn place<'a>(region: &'a str, standing: Standing, theme: &Theme) -> Vec<Span<'a>> {
    let style = theme.health(standing.health());
    let mut spans = vec![Span::raw(" "), Span::styled(glyph::health(standing.health()), style), Span::raw(" "), Span::raw(region)];
    if standing != Standing::Live {
        spans.push(Span::styled(format!(" {}", standing.word()), style));
    }
    spans
}

/// `prod ● 3 ✗ 1 denied`.
fn by_profile<'a>(group: &Group<'a>, theme: &Theme) -> Vec<Span<'a>> {
    let mut spans = vec![Span::styled(group.profile, theme.title)];
    for (standing, number) in counts(group.regions.iter().map(|(_, standing)| *standing)) {
        let style = theme.health(standing.health());
        let word = if standing == Standing::Live { String::new() } else { format!(" {}", standing.word()) };
        spans.push(Span::styled(format!(" {} {number}{word}", glyph::health(standing.health())), style));
    }
    spans
}

/// `3 live · 1 denied`, or only glyphs and numbers.
fn totals<'a>(groups: &[Group<'a>], theme: &Theme, room: usize) -> Line<'a> {
    let counts = counts(groups.iter().flat_map(|group| group.regions.iter().map(|(_, standing)| *standing)));
    let styled = |standing: Standing, text: String| vec![Span::styled(text, theme.health(standing.health()))];
    let words = counts.iter().map(|(standing, number)| styled(*standing, format!("{number} {}", standing.word())));
    let line = joined(words, theme);
    if strip::width(&line) <= room {
        return line;
    }
    let glyphs = counts.iter().map(|(standing, number)| format!("{}{number} ", glyph::health(standing.health())));
    let glyphs: Vec<_> = counts.iter().zip(glyphs).flat_map(|((standing, _), text)| styled(*standing, text)).collect();
    Line::from(glyphs)
}

/// How many stand how, the live first and then in the order met.
fn counts(standings: impl Iterator<Item = Standing>) -> Vec<(Standing, usize)> {
    let mut counts: Vec<(Standing, usize)> = Vec::new();
    for standing in standings {
        match counts.iter_mut().find(|(known, _)| *known == standing) {
            Some((_, number)) => *number += 1,
            None => counts.push((standing, 1)),
        }
    }
    counts.sort_by_key(|(standing, _)| standing.health());
    counts
}
