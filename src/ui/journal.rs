//! What was done, newest first: when, with what outcome, to what, by whom, and how it was confirmed.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{layout::Areas, paragraph, reader, strip::Piece, text, theme::Theme, wheel};
use crate::{
    app::state::{Scroll, State},
    model::{
        Deed, Health,
        deed::{Chronicle, Standing, Verdict},
        format,
    },
};

/// What the locks of policies are about.
const WHOLE: &str = "all that policies keep read-only, in this session";
/// Cells before the words of a call.
const INDENT: usize = 2;

/// Draws the calls, [`DEED_LINES`](crate::app::geometry::DEED_LINES) lines for each.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, scroll: Scroll, theme: &Theme) {
    let width = usize::from(reader::inset(areas.body).width);
    let mut title = vec![Piece::left(0, Span::styled("the journal", theme.title))];
    let lines = match (state.journal.value(), state.journal.problem()) {
        (Some(chronicle), _) if !chronicle.deeds.is_empty() => {
            title.extend(gaps(chronicle, theme));
            chronicle.deeds.iter().flat_map(|deed| told(deed, theme, width)).collect()
        }
        (_, Some(problem)) => alone(Health::Bad, &problem.line(), theme, width),
        (Some(_), None) => alone(Health::Ok, "Nothing has been done yet.", theme, width),
        (None, None) => vec![Line::default(), wheel::line(state, "reading", theme.text, theme)],
    };
    reader::draw(buffer, areas, title, &lines, scroll, theme);
}

fn alone<'a>(health: Health, words: &str, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let words = paragraph::lit(health, words, theme.text, theme, width);
    std::iter::once(Line::default()).chain(words).collect()
}

/// How many there are, and what is not among them.
fn gaps<'a>(chronicle: &Chronicle, theme: &Theme) -> Vec<Piece<'a>> {
    let latest = if chronicle.older > 0 { "the latest " } else { "" };
    let mut pieces = vec![Piece::left(2, Span::styled(format!("{latest}{}", text::count(chronicle.deeds.len(), "record")), theme.muted))];
    if chronicle.damaged > 0 {
        pieces.push(Piece::left(1, Span::styled(format!("{} damaged", text::count(chronicle.damaged, "line")), theme.warn)));
    }
    pieces
}

fn told<'a>(deed: &Deed, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let health = health(deed);
    let head = Line::from_iter([
        Span::styled(format!("{}  ", format::moment(deed.at)), theme.muted),
        theme.light(health),
        Span::styled(format!(" {}  ", deed.result()), if health == Health::Bad { theme.bad } else { theme.text }),
        Span::styled(format!("{} {}", deed.kind, deed.action), theme.title),
        Span::styled(entered(deed), theme.text),
    ]);
    let line =
        |words: String, style| Line::styled(format!("{}{}", " ".repeat(INDENT), text::cut(&words, width.saturating_sub(INDENT))), style);
    vec![
        head,
        line(if deed.standing == Standing::Noted { WHOLE.to_owned() } else { deed.subjects() }, theme.text),
        line(authority(deed), theme.label),
        line(outcome(deed), theme.muted),
        Line::default(),
    ]
}

fn authority(deed: &Deed) -> String {
    let Deed { profile, region, confirmed, .. } = deed;
    match deed.standing {
        Standing::Noted => format!("by {}", deed.caller()),
        _ => format!("by {} in {}, confirmed by {confirmed}", deed.caller(), format!("{profile} {region}").trim()),
    }
}

fn health(deed: &Deed) -> Health {
    match &deed.standing {
        Standing::UnderWay => Health::Busy,
        Standing::Interrupted => Health::Warn,
        Standing::Noted => Health::Off,
        Standing::Settled { rows, .. } => match rows.iter().map(|(_, verdict, _)| *verdict).max() {
            Some(Verdict::Failed) => Health::Bad,
            Some(Verdict::Unknown) => Health::Warn,
            Some(Verdict::Accepted) | None => Health::Ok,
        },
    }
}

fn entered(deed: &Deed) -> String {
    let filled = deed.parameters.iter().filter(|(_, value)| !value.is_empty());
    filled.flat_map(|(id, value)| ["  ", id.as_str(), ": ", value.as_str()]).collect()
}

/// What AWS said of the worst row, how long it took, and the requests.
fn outcome(deed: &Deed) -> String {
    let (milliseconds, requests, rows) = match &deed.standing {
        Standing::Settled { milliseconds, requests, rows } => (milliseconds, requests, rows),
        Standing::UnderWay => return "it has not been answered yet".to_owned(),
        Standing::Interrupted => return "the program ended before an answer came: look at the state".to_owned(),
        Standing::Noted => return String::new(),
    };
    let words = rows.iter().max_by_key(|(_, verdict, _)| *verdict).map(|(.., words)| words.as_str()).unwrap_or_default();
    let words = if words.is_empty() { String::new() } else { format!("{words}; ") };
    let requests = requests.iter().flat_map(|id| [", request ", id.as_str()]).collect::<String>();
    format!("{words}{milliseconds} ms{requests}")
}
