//! The themes there are: the embedded ones, and over them the files in the user's folder of themes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    file::{self, Wrong, nearest},
    listed,
};
use crate::ui::theme::{Charset, Depth, EMBEDDED, Theme};

/// Every theme that can be chosen, fitted to the terminal, and what is wrong with files that hold none.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes {
    depth: Depth,
    charset: Charset,
    all: Vec<Choice>,
    wrong: Vec<Wrong>,
}

/// A theme that can be chosen. An embedded one is read once somebody looks at it.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    name: String,
    theme: OnceLock<Option<Theme>>,
}

impl Themes {
    /// Reads the folder, if there is one. A file of the name of an embedded theme takes its place.
    pub fn read(folder: Option<&Path>, depth: Depth, charset: Charset) -> Self {
        let embedded = |(name, _): &(&str, &str)| Choice { name: (*name).to_owned(), theme: OnceLock::new() };
        let mut themes = Self { depth, charset, all: EMBEDDED.iter().map(embedded).collect(), wrong: Vec::new() };
        for path in folder.map(files).unwrap_or_default() {
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            themes.add(name, parse(&path, name));
        }
        themes
    }

    fn add(&mut self, name: &str, theme: Result<Theme, Wrong>) {
        match theme {
            Ok(theme) => {
                let theme = OnceLock::from(Some(theme.fit(self.depth, self.charset)));
                match self.all.iter_mut().find(|known| known.name == name) {
                    Some(known) => known.theme = theme,
                    None => self.all.push(Choice { name: name.to_owned(), theme }),
                }
            }
            Err(wrong) => self.wrong.push(wrong),
        }
    }

    /// The names of all of them, the embedded ones first.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.all.iter().map(|choice| choice.name.as_str())
    }

    /// The one with this name.
    pub fn named(&self, name: &str) -> Option<&Theme> {
        let choice = self.all.iter().find(|choice| choice.name == name)?;
        choice.theme.get_or_init(|| Some(Theme::named(name)?.fit(self.depth, self.charset))).as_ref()
    }

    /// What is wrong with files of the user that are no themes.
    pub fn wrong(&self) -> &[Wrong] {
        &self.wrong
    }

    /// The one that was asked for; what is wrong with its file where that is why it is missing.
    pub(super) fn wanted(&self, name: &str) -> Result<&Theme, Wrong> {
        let own = || self.wrong.iter().find(|wrong| wrong.0.contains(&format!("/{name}.toml:"))).cloned();
        let unknown = || Wrong(format!("there is no theme `{name}`{}; there are {}", nearest(name, self.names()), listed(self.names())));
        self.named(name).ok_or_else(|| own().unwrap_or_else(unknown))
    }
}

/// The files of themes in a folder, by name. A folder that is not there, or cannot be read, has none.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort_unstable();
    files
}

fn parse(path: &Path, name: &str) -> Result<Theme, Wrong> {
    let shown = path.display().to_string();
    let unreadable = |error: io::Error| Wrong(format!("{shown}: cannot be read ({error})"));
    let text = fs::read_to_string(path).map_err(unreadable)?;
    Theme::parse(name, &text).map_err(|mistake| {
        let place = mistake.at.map_or_else(|| format!("{shown}:1:1"), |at| file::place(&shown, &text, at));
        Wrong(format!("{place}: {}", mistake.what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn themes(files: &[(&str, &str)]) -> Themes {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Themes::read(Some(folder.path()), Depth::True, Charset::Unicode)
    }

    #[test]
    fn files_of_the_user_come_after_the_embedded_ones_or_take_their_place() {
        let themes = themes(&[
            ("mine.toml", "base = \"nord\"\n[styles]\nok = \"#00ff00\""),
            ("nord.toml", "base = \"nord\"\n[styles]\nbad = \"#ff0000\""),
            ("notes.txt", "no theme"),
        ]);
        assert_eq!((themes.names().len(), themes.wrong()), (EMBEDDED.len() + 1, [].as_slice()));
        assert_eq!(themes.names().last(), Some("mine"));
        let red = |name: &str| themes.named(name).unwrap().bad.fg == Some(ratatui::style::Color::Rgb(255, 0, 0));
        assert!(red("nord") && !red("mine"), "a base is always the embedded one");
    }

    #[test]
    fn a_file_that_is_no_theme_is_told_with_its_place_and_hides_no_other() {
        let themes = themes(&[("bad.toml", "base = \"nord\"\n[styles]\n  sparc = \"red\""), ("good.toml", "base = \"nord\"")]);
        assert!(themes.named("good").is_some() && themes.named("bad").is_none());
        let wrong = themes.wanted("bad").unwrap_err().to_string();
        assert!(wrong.ends_with("bad.toml:3:3: there is no style `sparc`; did you mean `spark`?"), "{wrong}");
        let wrong = themes.wanted("godo").unwrap_err().to_string();
        assert!(wrong.contains("did you mean `good`?") && wrong.contains("quarterdeck-dark, "), "{wrong}");
    }
}
