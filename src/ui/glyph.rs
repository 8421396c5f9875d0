//! What each glyph means, and its stand-in where a terminal shows ASCII only.

use jiff::Timestamp;
use ratatui::buffer::Buffer;

use crate::model::Health;

pub(super) const MARKER: &str = "▌";
pub(super) const MARK: &str = "✓";
pub(super) const RULE: &str = "─";
pub(super) const BAR: &str = "│";
pub(super) const TICK: &str = "┤";
pub(super) const UP: &str = "▲";
pub(super) const DOWN: &str = "▼";
pub(super) const MORE_LEFT: &str = "‹";
pub(super) const MORE_RIGHT: &str = "›";
pub(super) const CUT: &str = "…";
/// A metric that was asked for and has not come.
pub(super) const AWAITED: &str = "···";
/// A metric that nobody publishes.
pub(super) const NOTHING: &str = "–";
/// A metric that could not be fetched.
pub(super) const TROUBLE: &str = "!";
/// A value that is older than it should be.
pub(super) const STALE: &str = "~";

/// From one state to the next.
pub(super) const ARROW: &str = "→";

/// So much, or more.
pub(super) const AT_LEAST: &str = "≥";

/// The points of the row that a chart is held against.
pub(super) const DOT: &str = "•";

/// The threshold of an alarm.
pub(super) const LIMIT: &str = "╌";

/// What of a bar is full, and what is not.
pub(super) const FULL: &str = "█";
pub(super) const EMPTY: &str = "░";

/// A wheel that turns, a step each quarter of a second.
pub(super) fn wheel(now: Timestamp) -> &'static str {
    const WHEEL: [&str; 4] = ["◴", "◷", "◶", "◵"];
    WHEEL[now.as_millisecond().div_euclid(250).rem_euclid(4) as usize]
}

/// Levels of a sparkline, lowest first.
pub(super) const LEVELS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The glyph of a health: the shape says it too, for those who cannot tell the colours.
pub(super) fn health(health: Health) -> &'static str {
    match health {
        Health::Ok => "●",
        Health::Busy => "◐",
        Health::Off => "○",
        Health::Unknown => "◌",
        Health::Warn => "▲",
        Health::Bad => "✗",
    }
}

/// The name of a key that has a glyph, for terminals that cannot show that.
pub(super) fn key_in_ascii(key: &str) -> String {
    const NAMES: [(&str, &str); 5] = [("⏎", "Enter"), ("↑", "Up"), ("↓", "Down"), ("←", "Left"), ("→", "Right")];
    NAMES.iter().fold(key.to_owned(), |key, (glyph, name)| key.replace(glyph, name))
}

/// Replaces everything that is not ASCII: our own glyphs by their stand-ins, text from outside by `?`.
pub(super) fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let plain = ascii(cell.symbol());
            cell.set_symbol(plain);
        }
    }
}

#[expect(clippy::match_same_arms, reason = "one line for each sort of glyph")]
fn ascii(symbol: &str) -> &'static str {
    match symbol.chars().next().unwrap_or(' ') {
        '▌' | '›' | '→' => ">",
        '‹' | '←' => "<",
        '✓' | '┼' | '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' => "+",
        '╭' | '╮' | '╰' | '╯' => "+",
        '⏰' => "!",
        '─' | '╌' | '–' | '—' | '▃' => "-",
        '│' | '◴' => "|",
        '◷' => "/",
        '◶' => "-",
        '◵' => "\\",
        '●' | '▆' => "*",
        '•' => "o",
        '◐' => "%",
        '○' => "o",
        '▲' | '↑' => "^",
        '▼' | '↓' => "v",
        '✗' => "x",
        '…' => "~",
        '·' | '▂' | '░' => ".",
        '▁' => "_",
        '▄' => "=",
        '▅' => "+",
        '▇' => "#",
        '█' => "@",
        '×' => "x",
        '≥' => ">",
        '“' | '”' => "\"",
        '’' => "'",
        '\u{2800}' => " ",
        '\u{2801}'..='\u{28FF}' => "*",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn nothing_but_ascii_is_left_and_widths_stay() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "● é日本 ▁█…⣿", ratatui::style::Style::new());
        to_ascii(&mut buffer);
        let drawn: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(drawn, "* ?? ?  _@~*");
    }
}
