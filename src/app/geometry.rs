//! How many lines each region of the screen has: paging and drawing agree because both ask here.

use unicode_width::UnicodeWidthChar;

use super::state::Panel;
use crate::model::Text;

/// The smallest screen that is drawn, in columns and rows.
pub const SMALLEST: (u16, u16) = (60, 15);

/// The lowest screen that has room for charts under a list.
pub const CHARTS_FROM: u16 = 20;

/// Columns that a chart needs to be worth drawing.
const CHART_WIDTH: u16 = 46;

/// Charts side by side at most.
const CHARTS: usize = 3;

/// Lines of a list screen that are never rows or charts: header, tabs, title, headings, reason, footer.
const LIST_FRAME: u16 = 6;

/// Lines of a text screen that are never text: header, tabs, title, reason, footer.
const TEXT_FRAME: u16 = 5;

/// Lines of one call in the journal.
pub const DEED_LINES: usize = 5;

/// Lines of the chart panel; 0 when it is closed or the screen has no room for it.
pub fn chart_lines(size: (u16, u16), charts: Panel) -> u16 {
    match charts {
        Panel::Open if size.1 >= CHARTS_FROM => (size.1 / 3).clamp(7, 18),
        Panel::Open | Panel::Closed => 0,
    }
}

/// Charts that there is room for side by side.
pub fn charts_across(columns: u16) -> usize {
    usize::from(columns / CHART_WIDTH).clamp(1, CHARTS)
}

/// Rows that a list shows at once.
pub fn list_rows(size: (u16, u16), charts: Panel) -> usize {
    usize::from(size.1.saturating_sub(LIST_FRAME + chart_lines(size, charts)))
}

/// Lines about the target under the cursor, below the list of targets.
pub const TARGET_NOTES: u16 = 5;

/// The lowest screen that has room for notes under the findings.
const NOTES_FROM: u16 = 20;

/// Lines about the finding under the cursor, below the findings; 0 where there is no room for them.
pub fn finding_notes(size: (u16, u16)) -> u16 {
    if size.1 >= NOTES_FROM { (size.1 / 5).clamp(5, 9) } else { 0 }
}

/// Findings that are shown at once.
pub fn finding_rows(size: (u16, u16)) -> usize {
    usize::from(size.1.saturating_sub(LIST_FRAME + finding_notes(size)))
}

/// The first line of a window of `height` out of `count` lines: where it was left, moved no further than the cursor needs.
pub fn first(top: usize, cursor: usize, count: usize, height: usize) -> usize {
    let lowest = (cursor + 1).saturating_sub(height.max(1));
    top.clamp(lowest, cursor.max(lowest)).min(count.saturating_sub(height.max(1)))
}

/// Changes that are shown at once.
pub fn turn_rows(size: (u16, u16)) -> usize {
    usize::from(size.1.saturating_sub(LIST_FRAME))
}

/// Columns that the tile of a service needs to say something.
const TILE: u16 = 26;
/// Tiles side by side, at most.
const TILES: usize = 6;

/// Tiles that there is room for side by side.
pub fn tiles_across(columns: u16) -> usize {
    usize::from(columns / TILE).clamp(1, TILES)
}

/// Lines of the choice of columns that are never columns: those of a list, its frame and its notes.
const COLUMNS_FRAME: u16 = LIST_FRAME + 5;

/// Columns that their choice shows at once.
pub fn column_rows(size: (u16, u16)) -> usize {
    usize::from(size.1.saturating_sub(COLUMNS_FRAME))
}

/// Targets that their view shows at once.
pub fn target_rows(size: (u16, u16)) -> usize {
    usize::from(size.1.saturating_sub(LIST_FRAME + TARGET_NOTES))
}

/// Lines that a text shows at once.
pub fn text_lines(size: (u16, u16)) -> usize {
    usize::from(size.1.saturating_sub(TEXT_FRAME))
}

/// Lines broken where the screen ends, so that nothing of a long one is lost. `columns` is the width of the terminal.
pub fn folded(lines: &[Text], columns: u16) -> Vec<&str> {
    let room = usize::from(columns).saturating_sub(4).max(1);
    lines.iter().flat_map(|line| fold(line.as_str(), room)).collect()
}

fn fold(line: &str, room: usize) -> Vec<&str> {
    let (mut pieces, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, c) in line.char_indices() {
        let width = c.width().unwrap_or(0);
        if used + width > room {
            pieces.push(&line[start..at]);
            (start, used) = (at, 0);
        }
        used += width;
    }
    pieces.push(&line[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_take_about_a_third_and_only_where_there_is_room() {
        let lines = [15, 19, 20, 24, 45, 60, 100].map(|height| chart_lines((120, height), Panel::Open));
        assert_eq!(lines, [0, 0, 7, 8, 15, 18, 18]);
        assert_eq!(chart_lines((120, 60), Panel::Closed), 0);
    }

    #[test]
    fn a_list_keeps_rows_on_every_screen_that_is_drawn() {
        for height in SMALLEST.1..300 {
            assert!(list_rows((80, height), Panel::Open) >= 7, "{height}");
        }
        assert_eq!(list_rows((0, 0), Panel::Open), 0);
    }

    #[test]
    fn long_lines_go_on_below_and_lose_nothing() {
        let lines = ["short".into(), Text::new(&"日".repeat(40)), Text::default()];
        let folded = folded(&lines, 44);
        assert_eq!(folded.len(), 4);
        assert_eq!(folded.concat(), format!("short{}", "日".repeat(40)));
    }
}
