//! How many colours a terminal has, and the nearest of them to one it has not.

use ratatui::style::{Color, Modifier, Style};

/// How many colours a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None, or none wanted (`NO_COLOR`).
    None,
    /// The sixteen of ANSI.
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// All.
    True,
}

pub(super) type Rgb = (u8, u8, u8);

/// xterm's sixteen, in the order of their numbers.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 85, 85)),
    (Color::LightGreen, (85, 255, 85)),
    (Color::LightYellow, (255, 255, 85)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 85, 255)),
    (Color::LightCyan, (85, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// The steps of xterm's colour cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Depth {
    /// The nearest style with the colours there are. A background that goes away becomes a reversal, so that it still stands out.
    pub(super) fn style(self, style: Style) -> Style {
        match self {
            Self::None => colourless(style),
            _ => Style { fg: style.fg.map(|fg| self.nearest(fg)), bg: style.bg.map(|bg| self.nearest(bg)), ..style },
        }
    }

    fn nearest(self, colour: Color) -> Color {
        match (self, colour) {
            (Self::Ansi256, Color::Rgb(r, g, b)) => Color::Indexed(cube((r, g, b))),
            (Self::Ansi16, Color::Rgb(..) | Color::Indexed(_)) => rgb(colour).map_or(colour, sixteenth),
            _ => colour,
        }
    }
}

fn colourless(style: Style) -> Style {
    let plain = Style { fg: None, bg: None, ..style };
    if style.bg.is_some() { plain.add_modifier(Modifier::REVERSED) } else { plain }
}

/// Reads a colour as theme files write it.
pub(super) fn colour(word: &str) -> Result<Color, String> {
    word.parse().map_err(|_| format!("`{word}` is neither a colour nor one of bold dim italic underline reverse"))
}

/// The colour as `#rrggbb`; `None` for the terminal's own.
pub(in crate::ui) fn hex(colour: Color) -> Option<String> {
    rgb(colour).map(|(r, g, b)| format!("#{r:02x}{g:02x}{b:02x}"))
}

pub(super) fn rgb(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index @ 0..16) => Some(SIXTEEN[usize::from(index)].1),
        Color::Indexed(index @ 232..) => Some((8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232))),
        Color::Indexed(index) => Some(cube_rgb(index)),
        named => SIXTEEN.iter().find(|(known, _)| *known == named).map(|(_, rgb)| *rgb),
    }
}

fn cube_rgb(index: u8) -> Rgb {
    let step = |at: u8| STEPS[usize::from(at % 6)];
    let place = index.saturating_sub(16);
    (step(place / 36), step(place / 6), step(place))
}

/// The number of the nearest in the 240 that look the same everywhere: the cube and the greys.
fn cube(wanted: Rgb) -> u8 {
    let place = 36 * step(wanted.0) + 6 * step(wanted.1) + step(wanted.2);
    let mean = (u16::from(wanted.0) + u16::from(wanted.1) + u16::from(wanted.2)) / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let away = |index: u8| rgb(Color::Indexed(index)).map_or(u32::MAX, |known| distance(known, wanted));
    if away(16 + place) <= away(232 + grey) { 16 + place } else { 232 + grey }
}

/// Which of the steps is the nearest.
fn step(light: u8) -> u8 {
    STEPS.windows(2).filter(|pair| u16::from(light) * 2 > u16::from(pair[0]) + u16::from(pair[1])).count() as u8
}

fn sixteenth(wanted: Rgb) -> Color {
    SIXTEEN.iter().min_by_key(|(_, known)| distance(*known, wanted)).map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    square(a.0, b.0) + square(a.1, b.1) + square(a.2, b.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_256_is_found() {
        assert_eq!(Depth::Ansi256.nearest(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(Depth::Ansi256.nearest(Color::Rgb(9, 9, 9)), Color::Indexed(232));
        assert_eq!(Depth::Ansi256.nearest(Color::Red), Color::Red);
        assert_eq!(rgb(Color::Indexed(255)), Some((238, 238, 238)));
    }

    #[test]
    fn no_other_of_256_is_nearer() {
        let lights = || (0..=255_u8).step_by(7).chain([1, 47, 48, 115, 255]);
        for (r, g, b) in lights().flat_map(|r| lights().flat_map(move |g| lights().map(move |b| (r, g, b)))) {
            let away = |index: u8| distance(rgb(Color::Indexed(index)).unwrap(), (r, g, b));
            let least = (16..=255).map(away).min();
            assert_eq!(Some(away(cube((r, g, b)))), least, "{r} {g} {b}");
        }
    }

    #[test]
    fn the_nearest_of_sixteen_is_found() {
        assert_eq!(Depth::Ansi16.nearest(Color::Rgb(250, 90, 80)), Color::LightRed);
        assert_eq!(Depth::Ansi16.nearest(Color::Indexed(196)), Color::Red);
        assert_eq!(Depth::True.nearest(Color::Rgb(1, 2, 3)), Color::Rgb(1, 2, 3));
    }

    #[test]
    fn a_colour_reads_back_from_its_hex() {
        assert_eq!(hex(Color::Rgb(1, 171, 255)).as_deref(), Some("#01abff"));
        assert_eq!(hex(Color::Reset), None);
    }
}
