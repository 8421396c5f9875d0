//! Tables as texts and files: written beside the loop, for this user's eyes, and never over anything.

use std::{
    fs, io,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{headless::export, private};
use crate::app::sheet::{Form, Goal, Sheet};

/// Rows as a text.
pub(super) fn text(sheet: &Sheet, form: Form) -> String {
    let mut bytes = Vec::new();
    // A vector takes everything.
    let _ = export::write(form, sheet, &mut bytes);
    String::from_utf8_lossy(&bytes).trim_end().to_owned()
}

/// Rows as a file; gives its whole path. `folder` is the one for tables that were not given a name.
pub(super) fn save(sheet: &Sheet, form: Form, goal: &Goal, folder: Option<&Path>) -> Result<String, String> {
    let path = match goal {
        Goal::Clipboard => return Err("a clipboard is no file".to_owned()),
        Goal::File(file) => std::path::absolute(file).map_err(|error| format!("{file}: {error}"))?,
        Goal::Folder(name) => own(folder, name)?,
    };
    let told = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{} is there already; :save takes another name", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let file = private::fresh(&path).map_err(|error| told(&error))?;
    let mut out = BufWriter::new(file);
    let written = export::write(form, sheet, &mut out).and_then(|()| out.flush());
    written.map(|()| path.display().to_string()).map_err(|error| {
        // Half a table is worse than none, for nobody can see that it is half of one.
        let _ = fs::remove_file(&path);
        told(&error)
    })
}

fn own(folder: Option<&Path>, name: &str) -> Result<PathBuf, String> {
    let folder = folder.ok_or("no place for it: neither HOME nor XDG_STATE_HOME is set; :save FILE.csv names one")?;
    private::folder(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, os::unix::fs::PermissionsExt};

    use jiff::Timestamp;

    use super::*;
    use crate::{
        app::sheet::{Columns, Entry, Seat},
        model::{Key, Record, Resource, Target, TargetId},
        service::asg,
    };

    fn sheet() -> Sheet {
        let kind = &asg::GROUPS;
        let resource = Resource { id: "a".into(), name: "=1+1".into(), cells: Record::default(), tags: [].into(), parents: [].into() };
        let key = Key { target: TargetId(0), kind: kind.id, id: "a".into() };
        let target = Target { profile: "p".into(), region: "eu-west-1".into() };
        Sheet {
            kind,
            columns: Columns::Usual.of(kind),
            metrics: None,
            places: vec![Seat { target, account: "1".into() }],
            rows: vec![Entry { key, resource: resource.into(), findings: Box::new([]) }],
            readings: HashMap::new(),
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_file_is_private_and_never_written_over() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("quarterdeck/tables");
        let goal = Goal::Folder("asg.csv".into());
        let path = save(&sheet(), Form::Csv, &goal, Some(&folder)).unwrap();
        assert_eq!(path, folder.join("asg.csv").display().to_string());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().contains("'=1+1"));
        assert!(save(&sheet(), Form::Csv, &goal, Some(&folder)).unwrap_err().contains("there already"));
        let named = Goal::File(home.path().join("x.md").display().to_string());
        let path = save(&sheet(), Form::Markdown, &named, None).unwrap();
        assert!(fs::read_to_string(path).unwrap().starts_with("| NAME | ID |"));
        assert!(save(&sheet(), Form::Csv, &goal, None).is_err());
    }

    #[test]
    fn a_row_as_json_is_an_object() {
        let text = text(&sheet(), Form::Object);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["name"], "=1+1");
    }
}
