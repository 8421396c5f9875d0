//! What the user has made of the columns of each kind: one private file, replaced whole or not at all.

use std::{
    fs::OpenOptions,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::private;
use crate::app::columns::Layouts;

/// Bytes that are read at most; more is not ours.
const LARGEST: u64 = 1 << 20;

/// The file.
#[derive(Debug, Clone)]
pub struct LayoutFile(PathBuf);

impl LayoutFile {
    /// The file under the program's state directory.
    pub fn new(state: &Path) -> Self {
        Self(state.join("columns.json"))
    }

    /// What was kept; nothing where there is no file. The error says what is wrong with one that cannot be used.
    pub fn read(&self) -> Result<Layouts, String> {
        let mut text = Vec::new();
        let file = private::present(&self.0, OpenOptions::new().read(true));
        match file.and_then(|file| file.take(LARGEST).read_to_end(&mut text)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Layouts::default()),
            Err(error) => Err(self.complaint(&error.to_string())),
            Ok(_) => serde_json::from_slice(&text).map_err(|error| self.complaint(&error.to_string())),
        }
    }

    fn complaint(&self, why: &str) -> String {
        format!("columns are as they come: {}: {why}", self.0.display())
    }

    /// Keeps what is there now; the error says why that could not be done.
    pub fn keep(&self, layouts: &Layouts) -> Result<(), String> {
        let written = serde_json::to_vec_pretty(layouts).map_err(io::Error::other).and_then(|text| private::replace(&self.0, &text));
        written.map_err(|error| format!("the columns could not be kept: {}: {error}", self.0.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn what_is_kept_is_read_and_what_is_damaged_is_told() {
        let home = tempfile::tempdir().expect("a folder");
        let file = LayoutFile::new(home.path());
        assert_eq!(file.read(), Ok(Layouts::default()));
        let text = r#"{"ec2": {"order": ["name", "state"], "choices": {"zone": "hidden"}, "stretches": {"name": 4}}}"#;
        let layouts: Layouts = serde_json::from_str(text).expect("layouts");
        file.keep(&layouts).expect("kept");
        assert_eq!(file.read(), Ok(layouts));
        assert_eq!(fs::metadata(&file.0).expect("a file").permissions().mode() & 0o777, 0o600);
        for damaged in ["{\"ec2\": ", "{\"ec2\": {\"colour\": 1}}", "[]"] {
            fs::write(&file.0, damaged).expect("written");
            let why = file.read().expect_err("a complaint");
            assert!(why.contains("columns.json") && why.starts_with("columns are as they come"), "{why}");
        }
    }
}
