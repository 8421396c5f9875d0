//! What the process was born with: variables, read once at the start and passed on.

use std::{collections::HashMap, ffi::OsString, path::PathBuf};

use crate::ui::theme::{Charset, Depth};

/// The environment variables. Nothing below `main` asks the operating system for them.
#[derive(Debug, Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl FromIterator<(OsString, OsString)> for Environment {
    /// Variables that are not UTF-8 are none of ours.
    fn from_iter<T: IntoIterator<Item = (OsString, OsString)>>(variables: T) -> Self {
        let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self(variables.into_iter().filter_map(text).collect())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl Environment {
    /// The value of a variable; one that is set to nothing counts as not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The file of this name below the user's configuration directory.
    pub fn config_file(&self, name: &str) -> Option<PathBuf> {
        self.base("XDG_CONFIG_HOME", ".config").map(|base| base.join(name))
    }

    /// The directory for logs and other state that may be lost without harm.
    pub fn state_directory(&self) -> Option<PathBuf> {
        self.base("XDG_STATE_HOME", ".local/state")
    }

    /// The directory for what can be had again.
    pub fn cache_directory(&self) -> Option<PathBuf> {
        self.base("XDG_CACHE_HOME", ".cache")
    }

    /// Relative paths in these variables are to be ignored, says the XDG specification.
    fn base(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let named = self.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = named.or_else(|| Some(PathBuf::from(self.get("HOME")?).join(below_home)))?;
        Some(base.join("quarterdeck"))
    }

    /// How many colours there are, by what terminals say of themselves.
    pub fn depth(&self) -> Depth {
        let term = self.get("TERM").unwrap_or_default();
        if self.get("NO_COLOR").is_some() || term == "dumb" || term.starts_with("vt1") {
            return Depth::None;
        }
        let claim = self.get("COLORTERM").unwrap_or_default();
        if claim == "truecolor" || claim == "24bit" || term.ends_with("-direct") {
            return Depth::True;
        }
        let indexed = term.contains("256color") || ["xterm-kitty", "alacritty", "xterm-ghostty", "foot"].contains(&term);
        if indexed { Depth::Ansi256 } else { Depth::Ansi16 }
    }

    /// Which characters there are, by the locale in the order the C library looks.
    pub fn charset(&self) -> Charset {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.get(name)).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        let unicode = locale.contains("utf-8") || locale.contains("utf8");
        if unicode && self.get("TERM") != Some("linux") { Charset::Unicode } else { Charset::Ascii }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn paths_follow_xdg_then_home() {
        let home = Environment::from([("HOME", "/home/ada"), ("XDG_STATE_HOME", "relative")]);
        assert_eq!(home.config_file("config.toml").as_deref(), Some(Path::new("/home/ada/.config/quarterdeck/config.toml")));
        assert_eq!(home.state_directory().as_deref(), Some(Path::new("/home/ada/.local/state/quarterdeck")));
        let xdg = Environment::from([("HOME", "/home/ada"), ("XDG_CONFIG_HOME", "/etc/ada")]);
        assert_eq!(xdg.config_file("config.toml").as_deref(), Some(Path::new("/etc/ada/quarterdeck/config.toml")));
        assert_eq!(xdg.cache_directory().as_deref(), Some(Path::new("/home/ada/.cache/quarterdeck")));
        assert_eq!(Environment::default().state_directory(), None);
    }

    #[test]
    fn colours_are_as_many_as_the_terminal_claims() {
        let depth = |term: &str, name: &str, value: &str| Environment::from([("TERM", term), (name, value)]).depth();
        assert_eq!(depth("xterm-256color", "COLORTERM", "truecolor"), Depth::True);
        assert_eq!(depth("xterm-256color", "COLORTERM", ""), Depth::Ansi256);
        assert_eq!(depth("xterm", "NO_COLOR", ""), Depth::Ansi16);
        assert_eq!(depth("xterm-256color", "NO_COLOR", "1"), Depth::None);
        assert_eq!(depth("vt100", "COLORTERM", ""), Depth::None);
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let charset = |all: &str, lang: &str| Environment::from([("LC_ALL", all), ("LANG", lang)]).charset();
        assert_eq!(charset("", "en_GB.UTF-8"), Charset::Unicode);
        assert_eq!(charset("C", "en_GB.UTF-8"), Charset::Ascii);
        assert_eq!(charset("C.utf8", "C"), Charset::Unicode);
        assert_eq!(charset("", ""), Charset::Ascii);
    }
}
