//! The fleet as it was listed last, kept for the next start: a private file for each target and kind.
//!
//! A file is replaced whole or not at all, and one that is not exactly as this program writes it is none.

mod format;
mod points;
mod regions;

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use tokio::sync::Mutex;

use crate::{
    app::{
        msg::{Answer, Kept, Memory},
        state::Source,
    },
    model::{Resource, Target, TargetId, Text},
    runtime::private,
    service::Kind,
};
use format::{Inventory, Label};
use points::Sheet;

/// How the name of a finished file ends, and of one that is being written.
const FINISHED: &str = "fleet";
const POINTS: &str = "points";
const FRESH: &str = "new";
/// A larger file is not read: no fleet that fits on the screen is as large.
const LARGEST: u64 = 1 << 28;
/// Rows that are passed on together: few enough that the first are on the first frame, and that a key is answered between two parts.
const TOGETHER: usize = 1_000;
/// How long a file may be in writing before it must be the remainder of a program that was killed.
const ABANDONED: Duration = Duration::from_mins(10);

/// The folder of the files; created, for nobody else, when something is first kept.
#[derive(Debug, Clone)]
pub struct Cache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// One is written after the other, until one cannot be.
    lane: Mutex<Lane>,
    /// Where the fleet is, in words that stay the same from one start to the next.
    source: String,
    /// The targets, each with the words that stay the same from one start to the next.
    places: RwLock<Vec<String>>,
}

/// Whether anything can be kept.
#[derive(Debug, PartialEq)]
enum Lane {
    Open,
    Closed,
}

impl Cache {
    /// A cache below the program's cache directory for these targets; `None` for the demonstration, which begins anew each time.
    pub fn new(directory: &Path, source: &Source, targets: &[Target]) -> Option<Self> {
        let source = match source {
            Source::Demo => return None,
            Source::Aws => "aws".to_owned(),
            Source::Endpoint(url) => endpoint(url),
        };
        let cache =
            Self(Arc::new(Inner { folder: directory.join("fleet"), lane: Mutex::new(Lane::Open), source, places: RwLock::default() }));
        cache.admit(targets);
        Some(cache)
    }

    /// Takes targets in behind those that there are.
    pub fn admit(&self, targets: &[Target]) {
        let place = |target: &Target| format!("{} {} {}", self.0.source, target.profile, target.region);
        self.0.places.write().unwrap_or_else(PoisonError::into_inner).extend(targets.iter().map(place));
    }

    fn places(&self) -> Vec<String> {
        self.0.places.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn place(&self, target: TargetId) -> Option<String> {
        self.0.places.read().unwrap_or_else(PoisonError::into_inner).get(usize::from(target.0)).cloned()
    }

    /// Keeps the rows of a complete listing in place of those before. The first error, which names the file, is the last: a full disk is
    /// not tried at again and again.
    pub async fn keep(&self, kind: &'static Kind, memory: Memory<Arc<Resource>>) -> Result<(), String> {
        self.in_turn(move |own| own.write(kind, memory)).await
    }

    /// Keeps points of metrics in place of those before, as [`Self::keep`] does.
    pub async fn keep_points(&self, kind: &'static Kind, memory: Memory<Kept>) -> Result<(), String> {
        self.in_turn(move |own| own.write_points(kind, memory)).await
    }

    async fn in_turn(&self, write: impl FnOnce(&Self) -> Result<(), String> + Send + 'static) -> Result<(), String> {
        let mut lane = self.0.lane.lock().await;
        if *lane == Lane::Closed {
            return Ok(());
        }
        let own = self.clone();
        let kept = tokio::task::spawn_blocking(move || write(&own)).await.unwrap_or_else(|error| Err(error.to_string()));
        if let Err(why) = &kept {
            *lane = Lane::Closed;
            tracing::warn!(%why, "the fleet cannot be kept for the next start");
        }
        kept
    }

    fn write(&self, kind: &'static Kind, memory: Memory<Arc<Resource>>) -> Result<(), String> {
        let Some(place) = self.place(memory.target) else { return Ok(()) };
        let place = place.as_str();
        let path = self.path(place, kind, FINISHED);
        let inventory = Inventory { account: memory.account, at: memory.at, rows: memory.rows };
        replace(&path, |file| format::write(file, Label { place, kind }, &inventory))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    fn write_points(&self, kind: &'static Kind, memory: Memory<Kept>) -> Result<(), String> {
        let Some(place) = self.place(memory.target) else { return Ok(()) };
        let place = place.as_str();
        let path = self.path(place, kind, POINTS);
        let sheet = Sheet { account: memory.account, at: memory.at, rows: memory.rows };
        replace(&path, |file| points::write(file, Label { place, kind }, &sheet)).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The points that were kept of a kind, over all targets.
    pub fn points(&self, kind: &'static Kind) -> Vec<Memory<Kept>> {
        let sheet = |(at, place): (usize, &String)| {
            let Sheet { account, at: kept, rows } =
                look(&self.path(place, kind, POINTS), |bytes| points::read(bytes, Label { place, kind }))?;
            Some(Memory { target: TargetId(at as u16), kind: kind.id, account, at: kept, rows })
        };
        self.places().iter().enumerate().filter_map(sheet).collect()
    }

    /// Gives everything that was kept of a kind to `tell`: the points first, so that no row is asked about that is known.
    pub fn look_back(&self, kind: &'static Kind, tell: impl Fn(Answer)) {
        tell(Answer::RememberedPoints(kind.id, self.points(kind)));
        self.recall(kind, |memories| tell(Answer::Remembered(memories)));
    }

    /// Gives what was kept of a kind, over all targets, to `tell`: a part at a time, so that the first can be shown before the last is
    /// read.
    pub fn recall(&self, kind: &'static Kind, mut tell: impl FnMut(Vec<Memory<Resource>>)) {
        let mut waiting = Vec::new();
        let mut rows = 0;
        for (at, place) in self.places().iter().enumerate() {
            self.memories((TargetId(at as u16), place), kind, |memory| {
                rows += memory.rows.len();
                waiting.push(memory);
                if rows >= TOGETHER {
                    tell(std::mem::take(&mut waiting));
                    rows = 0;
                }
            });
        }
        if !waiting.is_empty() {
            tell(waiting);
        }
    }

    fn memories(&self, (target, place): (TargetId, &str), kind: &'static Kind, mut tell: impl FnMut(Memory<Resource>)) {
        let part = |Inventory { account, at, rows }| tell(Memory { target, kind: kind.id, account, at, rows });
        look(&self.path(place, kind, FINISHED), |bytes| format::read(bytes, Label { place, kind }, TOGETHER, part));
    }

    fn folder(&self, place: &str) -> PathBuf {
        let name: String = form_urlencoded::byte_serialize(place.as_bytes()).collect();
        self.0.folder.join(name)
    }

    fn path(&self, place: &str, kind: &Kind, ending: &str) -> PathBuf {
        self.folder(place).join(format!("{}.{ending}", kind.id))
    }
}

/// What a file holds; `None`, and a word in the log, where it cannot be read or is not as it would be written today.
fn look<T>(path: &Path, read: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let bytes = match open(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a kept fleet could not be read");
            return None;
        }
    };
    let held = read(&bytes);
    if held.is_none() {
        tracing::info!(path = %path.display(), "a kept fleet is damaged or of another version and is ignored");
    }
    held
}

/// An address may hold a password, so that it is not written anywhere.
fn endpoint(url: &Text) -> String {
    let mut sum = DefaultHasher::new();
    url.as_str().hash(&mut sum);
    format!("endpoint-{:016x}", sum.finish())
}

/// Reads a file that is a file and nobody else's; a link is not followed, and a pipe not waited for.
fn open(path: &Path) -> io::Result<Vec<u8>> {
    let named = fs::symlink_metadata(path)?;
    let refused = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    if !named.is_file() {
        return refused("it is not a plain file");
    }
    let file = File::open(path)?;
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
        return refused("it was replaced while it was opened");
    }
    if opened.permissions().mode() & 0o077 != 0 {
        return refused("others may read or write it");
    }
    if opened.len() > LARGEST {
        return refused("it is too large");
    }
    let mut bytes = Vec::with_capacity(opened.len() as usize);
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replaces a file by what `write` writes: beside it, under a name that is this call's own, down to the disk, and then in its place.
fn replace(path: &Path, write: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    private::folder(folder)?;
    clear(folder);
    let fresh = path.with_extension(format!("{:016x}.{FRESH}", fastrand::u64(..)));
    let written = private::fresh(&fresh).and_then(|file| {
        write(&file)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&fresh, path)) {
        // What is half written takes room that is wanted.
        let _ = fs::remove_file(&fresh);
        return Err(error);
    }
    // Where a folder cannot be synced, the old file may come back after a power cut: that is a cache as well.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Removes what killed programs left half written; another one that is running may be writing at this moment.
fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| entry.path().extension().is_some_and(|extension| extension == FRESH)) {
        let begun = entry.metadata().and_then(|metadata| metadata.modified());
        let age = begun.map_or(Duration::ZERO, |begun| SystemTime::now().duration_since(begun).unwrap_or_default());
        if age > ABANDONED {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
