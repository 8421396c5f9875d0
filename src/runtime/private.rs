//! Files and folders for nobody else: 0600 and 0700 whatever the umask says, reached over no link, and never somebody else's.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The program's own folder: from there on no link is followed. What lies above is the user's to arrange.
const OURS: &str = "quarterdeck";

fn refused<T>(why: &str) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Makes a folder and those it lies in. Those of the program that are there must be folders of this user, and are closed to others.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    for ours in ours(path) {
        // What is not there is made below.
        if fs::symlink_metadata(ours).is_ok() {
            close(ours)?;
        }
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    ours(path).into_iter().try_for_each(close)
}

/// The folder, and those above it up to the program's own, from there down.
fn ours(path: &Path) -> Vec<&Path> {
    let depth = path.ancestors().position(|above| above.file_name().is_some_and(|name| name == OURS)).unwrap_or(0);
    let mut folders: Vec<_> = path.ancestors().take(depth + 1).collect();
    folders.reverse();
    folders
}

fn close(folder: &Path) -> io::Result<()> {
    let named = fs::symlink_metadata(folder)?;
    if !named.is_dir() {
        return refused(&format!("{} is not a plain folder", folder.display()));
    }
    if !own(&named) {
        return refused(&format!("{} belongs to somebody else", folder.display()));
    }
    if named.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn own(named: &fs::Metadata) -> bool {
    named.uid() == rustix::process::geteuid().as_raw()
}

/// Whether a file was made or found.
#[derive(Debug)]
pub(super) enum Opened {
    /// It was not there before.
    Made(File),
    /// It was.
    Found(File),
}

/// A file to read and to add to, made when there is none, in a folder of ours. Whatever else stands there is not written to.
pub(super) fn append(path: &Path) -> io::Result<Opened> {
    folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    match OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => Ok(Opened::Made(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            present(path, OpenOptions::new().read(true).append(true)).map(Opened::Found)
        }
        Err(error) => Err(error),
    }
}

/// A file that did not exist: whatever stands there, a link too, is an error.
pub(super) fn fresh(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Writes a file anew, in a folder of ours. One that is in the way is removed first, so that no link is followed.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fresh(path)?.write_all(bytes)
}

/// Replaces a file whole or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    write(&fresh, bytes)?;
    fs::rename(fresh, path)
}

/// A file that is there: a plain one of this user's own, under its own name; closed to others if it was open.
pub(super) fn present(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    if !named.is_file() {
        return refused("it is not a plain file");
    }
    let file = options.open(path)?;
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
        return refused("it was replaced while it was opened");
    }
    if !own(&opened) {
        return refused("it belongs to somebody else");
    }
    if opened.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn every_folder_of_ours_is_closed_and_none_above() {
        let home = tempfile::tempdir().unwrap();
        let (above, below) = (home.path().join("state"), home.path().join("state/quarterdeck/payloads"));
        fs::create_dir_all(&below).unwrap();
        for open in [&above, &above.join(OURS), &below] {
            fs::set_permissions(open, Permissions::from_mode(0o755)).unwrap();
        }
        folder(&below).unwrap();
        assert_eq!((mode(&above), mode(&above.join(OURS)), mode(&below)), (0o755, 0o700, 0o700));
    }

    #[test]
    fn a_folder_of_ours_that_is_a_link_is_refused_and_nothing_is_made_behind_it() {
        let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::set_permissions(elsewhere.path(), Permissions::from_mode(0o755)).unwrap();
        symlink(elsewhere.path(), home.path().join(OURS)).unwrap();
        for path in [OURS, "quarterdeck/payloads"] {
            let complaint = folder(&home.path().join(path)).unwrap_err().to_string();
            assert!(complaint.contains("not a plain folder"), "{complaint}");
        }
        assert!(append(&home.path().join("quarterdeck/qd.log")).is_err());
        assert_eq!((mode(elsewhere.path()), fs::read_dir(elsewhere.path()).unwrap().count()), (0o755, 0));
    }

    #[test]
    fn a_file_is_made_closed_found_and_never_followed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("quarterdeck/file");
        assert!(matches!(append(&path), Ok(Opened::Made(_))));
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let Ok(Opened::Found(mut file)) = append(&path) else { panic!("it is there") };
        file.write_all(b"x").unwrap();
        assert_eq!((mode(&path), fresh(&path).is_err()), (0o600, true));
        let link = home.path().join("quarterdeck/link");
        symlink(&path, &link).unwrap();
        assert!(append(&link).is_err() && fresh(&link).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }
}
