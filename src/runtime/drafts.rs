//! What was entered into forms and prompts before: a private file for each row and each sort of prompt, so that nothing need be typed
//! twice.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    process::Command,
};

use super::private;
use crate::app::history;

/// Entries kept for each row.
const KEPT: usize = 10;

/// The folder of the files; created, for nobody else, when something is first kept.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: PathBuf,
    kept: usize,
}

impl Drafts {
    /// Drafts under the program's state directory.
    pub fn new(state: &Path) -> Self {
        Self { folder: state.join("payloads"), kept: KEPT }
    }

    /// Lines of prompts under the program's state directory.
    pub fn lines(state: &Path) -> Self {
        Self { folder: state.join("prompts"), kept: history::KEPT }
    }

    /// What was entered for a row, newest first; nothing when there is no readable file.
    pub fn recall(&self, row: &str) -> Vec<String> {
        let mut text = Vec::new();
        let file = private::present(&self.file(row), OpenOptions::new().read(true));
        let read = file.and_then(|mut file| file.read_to_end(&mut text));
        read.ok().and_then(|_| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Keeps an entry as the newest of a row; the file is replaced whole or not at all.
    pub fn remember(&self, row: &str, text: &str) -> io::Result<()> {
        let mut entries = self.recall(row);
        entries.retain(|known| known != text);
        entries.insert(0, text.to_owned());
        entries.truncate(self.kept);
        private::replace(&self.file(row), &serde_json::to_vec_pretty(&entries)?)
    }

    /// Lets the user edit a text in `editor`, a shell command; gives back what they left in it.
    pub fn edit(&self, editor: &str, text: &str) -> io::Result<String> {
        let path = self.folder.join(format!("editing-{}.json", std::process::id()));
        private::write(&path, text.as_bytes())?;
        let status = Command::new("sh").args(["-c", &format!("{editor} \"$@\""), "sh"]).arg(&path).status();
        let edited = status.and_then(|status| {
            if status.success() { fs::read_to_string(&path) } else { Err(io::Error::other(format!("{editor} ended with {status}"))) }
        });
        fs::remove_file(&path)?;
        edited
    }

    fn file(&self, row: &str) -> PathBuf {
        let name: String = form_urlencoded::byte_serialize(row.as_bytes()).collect();
        self.folder.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_newest_entry_comes_first_and_only_ten_stay() {
        let home = tempfile::tempdir().expect("a folder");
        let drafts = Drafts::new(home.path());
        assert!(drafts.recall("lambda a/b").is_empty());
        for number in 0..12 {
            drafts.remember("lambda a/b", &format!("{{\"n\": {number}}}")).expect("kept");
        }
        drafts.remember("lambda a/b", "{\"n\": 5}").expect("kept");
        let entries = drafts.recall("lambda a/b");
        assert_eq!((entries.len(), entries[0].as_str(), entries[1].as_str()), (10, "{\"n\": 5}", "{\"n\": 11}"));
        assert!(drafts.recall("lambda other").is_empty());
        let file = fs::metadata(drafts.file("lambda a/b")).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn lines_of_prompts_are_kept_apart_and_what_is_damaged_is_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        let lines = Drafts::lines(home.path());
        lines.remember("filters", "state:running").expect("kept");
        lines.remember("filters", "web").expect("kept");
        lines.remember("commands", "ec2").expect("kept");
        assert_eq!(
            (lines.recall("filters"), lines.recall("commands")),
            (vec!["web".to_owned(), "state:running".into()], vec!["ec2".into()])
        );
        fs::write(lines.file("filters"), "[\"web\", ").expect("written");
        assert!(lines.recall("filters").is_empty());
        lines.remember("filters", "db").expect("kept");
        assert_eq!(lines.recall("filters"), ["db"]);
        assert_eq!(fs::metadata(lines.file("filters")).expect("a file").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_the_editor_leaves_comes_back_and_nothing_stays_behind() {
        let home = tempfile::tempdir().expect("a folder");
        let drafts = Drafts::new(home.path());
        assert_eq!(drafts.edit("sed -i s/1/2/", "{\"a\": 1}").expect("edited"), "{\"a\": 2}");
        assert!(drafts.edit("false", "{}").is_err());
        assert_eq!(fs::read_dir(home.path().join("payloads")).expect("a folder").count(), 0);
    }
}
