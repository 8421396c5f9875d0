//! One style for each meaning. The only place that knows colours, and what a terminal can show of them.

pub(super) mod depth;

use std::collections::BTreeMap;

use ratatui::style::{Modifier, Style};
use serde::Deserialize;

use super::glyph;
use crate::{
    model::{Health, Severity},
    service::policy::Tint,
};
pub use depth::Depth;

/// Which characters a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them.
    Unicode,
    /// The printable part of ASCII.
    Ascii,
}

/// The embedded themes, by name; the first is the default.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("quarterdeck-dark", include_str!("../../themes/quarterdeck-dark.toml")),
    ("quarterdeck-light", include_str!("../../themes/quarterdeck-light.toml")),
    ("quarterdeck-16", include_str!("../../themes/quarterdeck-16.toml")),
    ("monochrome", include_str!("../../themes/monochrome.toml")),
];

/// A theme file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    styles: BTreeMap<String, String>,
}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident),* $(,)?) => {
        /// A style for each meaning.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Theme {
            /// Its name.
            pub name: String,
            /// Which characters may be drawn.
            pub charset: Charset,
            $($(#[$doc])* pub $role: Style,)*
        }

        impl Theme {
            fn build(name: String, mut style: impl FnMut(&str) -> Result<Style, String>) -> Result<Self, String> {
                Ok(Self { name, charset: Charset::Unicode, $($role: style(stringify!($role))?,)* })
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
    /// Reads a theme file; the error names the role or the word that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let theme = Self::build(file.name, |role| {
            let words = file.styles.remove(role).ok_or_else(|| format!("the style “{role}” is missing"))?;
            style(&words).map_err(|problem| format!("the style “{role}”: {problem}"))
        })?;
        match file.styles.keys().next() {
            Some(unknown) => Err(format!("there is no style “{unknown}”")),
            None => Ok(theme),
        }
    }

    /// The embedded theme with this name.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
        Self::parse(text).ok()
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

    /// The nearest to this theme that a terminal can show.
    #[must_use]
    pub fn fit(self, depth: Depth, charset: Charset) -> Self {
        let theme = self.map(|style| depth.style(style));
        Self { charset, ..theme }
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

/// `#e3b565 on black bold`: a colour, a background after `on`, and modifiers, each as wanted.
fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "default" => style,
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "on" => style.bg(depth::colour(words.next().unwrap_or_default())?),
            _ => style.fg(depth::colour(word)?),
        };
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn every_embedded_theme_is_complete_and_bears_its_name() {
        for (name, text) in EMBEDDED {
            let theme = Theme::parse(text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert_eq!(theme.name, *name);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = EMBEDDED[0].1;
        let unknown = format!("{text}\nsparkel = \"red\"");
        assert!(Theme::parse(&unknown).expect_err("unknown role").contains("sparkel"));
        let missing = text.replace("axis     =", "axes     =");
        assert!(Theme::parse(&missing).expect_err("missing role").contains("axis"));
        let wrong = text.replace("#7fd1e6 bold", "#7fd1e6 blod");
        assert!(Theme::parse(&wrong).expect_err("wrong word").contains("blod"));
    }

    #[test]
    fn a_style_is_read_word_by_word() {
        let read = style("#010203 on light-blue bold reverse").expect("reads");
        assert_eq!((read.fg, read.bg), (Some(Color::Rgb(1, 2, 3)), Some(Color::LightBlue)));
        assert_eq!(read.add_modifier, Modifier::BOLD | Modifier::REVERSED);
        assert_eq!(style("default"), Ok(Style::new()));
    }

    #[test]
    fn without_colour_weight_and_reversal_stay() {
        for (name, _) in EMBEDDED {
            let theme = Theme::named(name).expect("embedded").fit(Depth::None, Charset::Unicode);
            assert_eq!((theme.bad.fg, theme.selected.bg), (None, None), "{name}");
            assert!(theme.title.add_modifier.contains(Modifier::BOLD), "{name}");
            assert!(theme.selected.add_modifier.contains(Modifier::REVERSED), "{name}");
        }
    }
}
