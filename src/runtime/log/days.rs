//! A private file for each day of the log, and a link to the latest. Days that are long over go.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::LATEST;
use crate::runtime::private::{self, Opened};

/// Files that stay.
const KEPT: usize = 7;

/// The file of the present day.
#[derive(Debug)]
pub(super) struct Days {
    folder: PathBuf,
    now: fn() -> Timestamp,
    day: String,
    file: File,
}

impl Days {
    /// Opens the file of this day, or makes it.
    pub(super) fn open(folder: &Path, now: fn() -> Timestamp) -> io::Result<Self> {
        let day = day(now());
        let file = begin(folder, &day)?;
        Ok(Self { folder: folder.to_owned(), now, day, file })
    }
}

impl Write for Days {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let day = day((self.now)());
        if day != self.day {
            self.file = begin(&self.folder, &day)?;
            self.day = day;
        }
        self.file.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A day in UTC, as it is written behind the name.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn begin(folder: &Path, day: &str) -> io::Result<File> {
    let name = format!("{LATEST}.{day}");
    let (Opened::Made(file) | Opened::Found(file)) = private::append(&folder.join(&name))?;
    point(folder, &name)?;
    tidy(folder)?;
    Ok(file)
}

/// Puts the link to the latest in the place of the one before. Only a link of that name is ours to replace.
fn point(folder: &Path, name: &str) -> io::Result<()> {
    let latest = folder.join(LATEST);
    match fs::symlink_metadata(&latest) {
        Ok(there) if !there.is_symlink() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{LATEST} is in the way: it is no link to the latest day")));
        }
        Ok(_) if fs::read_link(&latest)? == Path::new(name) => return Ok(()),
        _ => {}
    }
    let fresh = folder.join(format!("{LATEST}.{:016x}.new", fastrand::u64(..)));
    symlink(name, &fresh)?;
    fs::rename(&fresh, &latest)
}

/// Removes the days before the last few.
fn tidy(folder: &Path) -> io::Result<()> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut days: Vec<String> = names.collect::<io::Result<Vec<_>>>()?.into_iter().filter(|name| dated(name)).collect();
    days.sort_unstable();
    days.truncate(days.len().saturating_sub(KEPT));
    for name in days {
        match fs::remove_file(folder.join(name)) {
            // Another program may be tidying up as well.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn dated(name: &str) -> bool {
    let day = name.strip_prefix(LATEST).and_then(|rest| rest.strip_prefix('.'));
    day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// A clock that a test turns.
    static NOON: AtomicI64 = AtomicI64::new(1_790_000_000);

    fn noon() -> Timestamp {
        Timestamp::from_second(NOON.load(Ordering::SeqCst)).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn each_day_has_its_file_and_a_week_of_them_stays() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("qd.log.old"), "mine").unwrap();
        let mut log = Days::open(home.path(), noon).unwrap();
        for number in 0..10 {
            log.write_all(format!("{number}").as_bytes()).unwrap();
            NOON.fetch_add(86_400, Ordering::SeqCst);
        }
        let names = names(home.path());
        assert_eq!((names.len(), names[0].as_str(), names[8].as_str()), (9, "qd.log", "qd.log.old"), "{names:?}");
        assert_eq!(fs::read_to_string(home.path().join(LATEST)).unwrap(), "9");
    }

    #[test]
    fn what_stands_where_the_log_is_written_is_not_followed_and_not_replaced() {
        let now = || Timestamp::from_second(1_790_000_000).unwrap();
        let home = tempfile::tempdir().unwrap();
        let victim = home.path().join("victim");
        fs::write(&victim, "mine").unwrap();
        let folder = home.path().join("quarterdeck");
        fs::create_dir(&folder).unwrap();
        symlink(&victim, folder.join(format!("{LATEST}.{}", day(now())))).unwrap();
        assert!(Days::open(&folder, now).is_err());
        fs::remove_file(folder.join(format!("{LATEST}.{}", day(now())))).unwrap();
        fs::write(folder.join(LATEST), "a file").unwrap();
        assert!(Days::open(&folder, now).unwrap_err().to_string().contains("in the way"));
        fs::remove_file(folder.join(LATEST)).unwrap();
        symlink(&victim, folder.join(LATEST)).unwrap();
        Days::open(&folder, now).unwrap().write_all(b"line").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
        assert_eq!(fs::read_to_string(folder.join(LATEST)).unwrap(), "line");
    }
}
