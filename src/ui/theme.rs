//! One style for each meaning. The only place that knows colours, and what a terminal can show of them.

pub(super) mod depth;
mod file;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};
use serde::Deserialize;

use super::glyph;
use crate::{
    model::{Health, Severity},
    service::policy::Tint,
};
pub use depth::Depth;
pub use file::Mistake;

/// Which characters a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them.
    Unicode,
    /// The printable part of ASCII.
    Ascii,
}

/// Whose colours lie behind everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// The terminal's own, whatever they are.
    #[default]
    Terminal,
    /// Those of the theme.
    Own,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../themes/", $name, ".toml")))),*]
    };
}

/// The embedded themes, by name; the first is the default.
pub const EMBEDDED: &[(&str, &str)] = embedded![
    "quarterdeck-dark",
    "quarterdeck-light",
    "quarterdeck-16",
    "monochrome",
    "colour-blind-dark",
    "colour-blind-light",
    "high-contrast-dark",
    "high-contrast-light",
    "night-watch",
    "gruvbox-dark",
    "nord",
];

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident),* $(,)?) => {
        /// A style for each meaning.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Theme {
            /// Its name.
            pub name: String,
            /// Which characters may be drawn.
            pub charset: Charset,
            /// Whose colours lie behind everything.
            pub ground: Ground,
            $($(#[$doc])* pub $role: Style,)*
        }

        /// Every meaning that a theme file may give a style to.
        pub const ROLES: &[&str] = &[$(stringify!($role)),*];

        impl Theme {
            fn build(name: &str, ground: Ground, mut style: impl FnMut(&str) -> Result<Style, Mistake>) -> Result<Self, Mistake> {
                Ok(Self { name: name.to_owned(), charset: Charset::Unicode, ground, $($role: style(stringify!($role))?,)* })
            }

            /// The style of a meaning by the name that theme files call it.
            pub fn role(&self, name: &str) -> Option<Style> {
                match name {
                    $(stringify!($role) => Some(self.$role),)*
                    _ => None,
                }
            }

            fn map(mut self, change: impl Fn(Style) -> Style) -> Self {
                $(self.$role = change(self.$role);)*
                self
            }
        }
    };
}

roles! {
    /// What pictures use for the terminal's own colours.
    screen,
    /// Ordinary words.
    text,
    /// Words that may be overlooked.
    muted,
    /// What is there only to be looked past.
    faint,
    /// The program's own colour.
    accent,
    /// Titles.
    title,
    /// Headings of columns.
    heading,
    /// Labels of facts.
    label,
    /// Lines between regions.
    rule,
    /// Lines around what lies over the screen.
    border,
    /// The marker of the cursor's row.
    marker,
    /// The name in the cursor's row, and the chosen line of a menu.
    selected,
    /// Marked rows.
    mark,
    /// Keys to press.
    key,
    /// The tab in front.
    tab,
    /// What must not be overlooked: read-only, demo.
    badge,
    /// Matches of a search.
    found,
    /// Working.
    ok,
    /// On its way.
    busy,
    /// Deliberately not running.
    off,
    /// Nothing known.
    unknown,
    /// Wants a look.
    warn,
    /// Broken.
    bad,
    /// Metrics in a row.
    spark,
    /// First chart.
    chart1,
    /// Second chart.
    chart2,
    /// Third chart.
    chart3,
    /// Axes and their numbers.
    axis,
}

impl Theme {
    /// The embedded theme with this name.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
        Self::parse(name, text).ok()
    }

    /// The theme for a terminal whose owner chose none.
    pub fn for_terminal(depth: Depth, charset: Charset) -> Self {
        let name = match depth {
            Depth::None => "monochrome",
            Depth::Ansi16 => "quarterdeck-16",
            Depth::Ansi256 | Depth::True => "quarterdeck-dark",
        };
        let theme = Self::named(name).unwrap_or_else(|| unreachable!("embedded themes parse: there is a test"));
        theme.fit(depth, charset)
    }

    /// The nearest to this theme that a terminal can show. A ground in the nearest of sixteen colours may swallow what is written on it,
    /// so there the terminal keeps its own.
    #[must_use]
    pub fn fit(self, depth: Depth, charset: Charset) -> Self {
        let theme = self.map(|style| depth.style(style));
        let ground = if matches!(depth, Depth::Ansi256 | Depth::True) { theme.ground } else { Ground::Terminal };
        Self { charset, ground, ..theme }
    }

    /// Puts the theme's ink and ground wherever nothing else was said.
    pub(super) fn paint(&self, buffer: &mut Buffer) {
        let (Ground::Own, Some(ink), Some(ground)) = (self.ground, self.screen.fg, self.screen.bg) else { return };
        for cell in &mut buffer.content {
            if cell.fg == Color::Reset {
                cell.fg = ink;
            }
            if cell.bg == Color::Reset {
                cell.bg = ground;
            }
        }
    }

    /// The style of a health.
    pub fn health(&self, health: Health) -> Style {
        match health {
            Health::Ok => self.ok,
            Health::Busy => self.busy,
            Health::Off => self.off,
            Health::Unknown => self.unknown,
            Health::Warn => self.warn,
            Health::Bad => self.bad,
        }
    }

    /// The style of a severity.
    pub fn severity(&self, severity: Severity) -> Style {
        self.health(severity.health())
    }

    /// What was typed wrong: underlined too, for those who cannot tell the colours.
    pub(super) fn wrong(&self) -> Style {
        self.bad.add_modifier(Modifier::UNDERLINED)
    }

    /// The style of a policy's label: a meaning of the theme, so that it is seen in every depth of colour.
    pub fn tint(&self, tint: Tint) -> Style {
        match tint {
            Tint::Bad => self.bad,
            Tint::Warn => self.warn,
            Tint::Ok => self.ok,
            Tint::Busy => self.busy,
            Tint::Accent => self.accent,
            Tint::Muted => self.muted,
        }
    }

    /// The glyph of a health in its style.
    pub(super) fn light(&self, health: Health) -> ratatui::text::Span<'static> {
        ratatui::text::Span::styled(glyph::health(health), self.health(health))
    }
}

#[cfg(test)]
mod tests;
