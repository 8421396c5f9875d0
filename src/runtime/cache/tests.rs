use std::{
    fs::Permissions,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
};

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::{model::Cell, service};

fn kind() -> &'static Kind {
    service::kind("ec2").expect("instances")
}

fn target(region: &str) -> Target {
    Target { profile: "prod".into(), region: region.into() }
}

fn cache(home: &TempDir) -> Cache {
    Cache::new(home.path(), &Source::Aws, &[target("eu-west-1"), target("us-east-1")]).expect("a cache")
}

fn memory(target: u16, ids: &[&str]) -> Memory<Arc<Resource>> {
    let row = |id: &&str| {
        let cells = vec![Cell::None; kind().columns.len()].into();
        Arc::new(Resource { id: (*id).into(), name: (*id).into(), cells, tags: [].into(), parents: [].into() })
    };
    let rows = ids.iter().map(row).collect();
    Memory { target: TargetId(target), kind: kind().id, account: "123456789012".into(), at: Timestamp::UNIX_EPOCH, rows }
}

fn recalled(cache: &Cache) -> Vec<(u16, Vec<String>)> {
    let mut all = Vec::new();
    cache.recall(kind(), |memories| {
        let ids = |memory: Memory<Resource>| memory.rows.iter().map(|row| row.id.to_string()).collect();
        all.extend(memories.into_iter().map(|memory| (memory.target.0, ids(memory))));
    });
    all
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn file(cache: &Cache) -> PathBuf {
    cache.path(&cache.places()[0], kind(), FINISHED)
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().into_string().expect("words")).collect()
}

#[test]
fn each_target_has_its_own_private_file() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    assert_eq!(recalled(&cache), []);
    cache.write(kind(), memory(0, &["i-1", "i-2"])).expect("kept");
    cache.write(kind(), memory(1, &["i-3"])).expect("kept");
    cache.write(kind(), memory(0, &["i-4"])).expect("kept");
    assert_eq!(recalled(&cache), [(0, vec!["i-4".to_owned()]), (1, vec!["i-3".to_owned()])]);
    let folder = file(&cache).parent().expect("a folder").to_owned();
    assert_eq!((mode(&file(&cache)), mode(&folder), mode(&home.path().join("fleet"))), (0o600, 0o700, 0o700));
    assert_eq!(names(&folder), ["ec2.fleet"]);
}

#[test]
fn another_source_profile_or_region_has_another_file_and_the_demonstration_none() {
    let home = tempfile::tempdir().expect("a folder");
    let place = |source: &Source, target: Target| Cache::new(home.path(), source, &[target]).map(|cache| file(&cache));
    let secret = Source::Endpoint("http://ada:hunter2@localhost".into());
    let places = [
        place(&Source::Aws, target("eu-west-1")),
        place(&Source::Aws, target("../../escape")),
        place(&Source::Aws, Target { profile: "..".into(), region: "eu-west-1".into() }),
        place(&Source::Endpoint("http://localhost".into()), target("eu-west-1")),
        place(&secret, target("eu-west-1")),
    ];
    for (at, path) in places.iter().enumerate() {
        let path = path.as_ref().expect("a path");
        assert_eq!(path.strip_prefix(home.path().join("fleet")).expect("inside").components().count(), 2, "{}", path.display());
        assert!(!path.to_string_lossy().contains("hunter2") && !places[..at].contains(&Some(path.clone())));
    }
    assert_eq!(place(&Source::Demo, target("eu-west-1")), None);
}

#[test]
fn a_large_inventory_comes_in_parts() {
    let home = tempfile::tempdir().expect("a folder");
    let ids: Vec<String> = (0..=TOGETHER).map(|number| format!("i-{number}")).collect();
    let cache = cache(&home);
    cache.write(kind(), memory(0, &ids.iter().map(String::as_str).collect::<Vec<_>>())).expect("kept");
    cache.write(kind(), memory(1, &["i-1"])).expect("kept");
    let mut lengths = Vec::new();
    cache.recall(kind(), |memories| lengths.push(memories.iter().map(|memory| memory.rows.len()).sum::<usize>()));
    assert_eq!(lengths, [TOGETHER, 2]);
}

#[test]
fn a_write_that_breaks_off_leaves_the_old_file_and_nothing_else() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    cache.write(kind(), memory(0, &["i-1"])).expect("kept");
    let full = replace(&file(&cache), |mut file| {
        file.write_all(b"half")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(full.map_err(|error| error.kind()), Err(io::ErrorKind::StorageFull));
    assert_eq!(recalled(&cache), [(0, vec!["i-1".to_owned()])]);
    assert_eq!(names(file(&cache).parent().expect("a folder")), ["ec2.fleet"]);
}

#[test]
fn what_a_killed_program_left_behind_is_removed_once_it_is_old() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    cache.write(kind(), memory(0, &["i-1"])).expect("kept");
    let leavings = |name: &str, age: Duration| {
        let path = file(&cache).with_file_name(name);
        let left = File::create(&path).expect("a file");
        left.set_modified(SystemTime::now() - age).expect("a time");
        path
    };
    let old = leavings("ec2.0123.new", ABANDONED * 2);
    let young = leavings("ec2.4567.new", Duration::ZERO);
    cache.write(kind(), memory(0, &["i-2"])).expect("kept");
    assert!(!old.exists() && young.exists());
    assert_eq!(recalled(&cache), [(0, vec!["i-2".to_owned()])]);
}

#[test]
fn a_link_is_neither_read_nor_written_through() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    cache.write(kind(), memory(0, &["i-1"])).expect("kept");
    let elsewhere = home.path().join("elsewhere");
    fs::rename(file(&cache), &elsewhere).expect("moved");
    let before = fs::read(&elsewhere).expect("bytes");
    symlink(&elsewhere, file(&cache)).expect("a link");
    assert_eq!(recalled(&cache), []);
    cache.write(kind(), memory(0, &["i-2"])).expect("kept");
    assert_eq!(recalled(&cache), [(0, vec!["i-2".to_owned()])]);
    assert_eq!(fs::read(&elsewhere).expect("bytes"), before);
    let link = home.path().join("link.new");
    symlink(&elsewhere, &link).expect("a link");
    assert!(private::fresh(&link).is_err());
}

#[test]
fn a_file_for_others_is_not_read_and_becomes_private_again() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    cache.write(kind(), memory(0, &["i-1"])).expect("kept");
    let folder = file(&cache).parent().expect("a folder").to_owned();
    fs::set_permissions(file(&cache), Permissions::from_mode(0o644)).expect("opened");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("opened");
    assert_eq!(recalled(&cache), []);
    cache.write(kind(), memory(0, &["i-2"])).expect("kept");
    assert_eq!((mode(&file(&cache)), mode(&folder), recalled(&cache).len()), (0o600, 0o700, 1));
}

#[test]
fn a_pipe_or_a_folder_in_the_way_stops_nobody() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    fs::create_dir_all(file(&cache)).expect("a folder");
    assert_eq!(recalled(&cache), []);
    let why = cache.write(kind(), memory(0, &["i-1"])).expect_err("a folder is in the way");
    assert!(why.contains("ec2.fleet"), "{why}");
    assert_eq!(names(file(&cache).parent().expect("a folder")), ["ec2.fleet"]);
}

#[tokio::test]
async fn where_nothing_can_be_written_it_is_said_once() {
    let home = tempfile::tempdir().expect("a folder");
    // A file where the folder should be refuses everybody, root too, whom a read-only folder would let through.
    fs::write(home.path().join("fleet"), "").expect("a file");
    let cache = cache(&home);
    let why = cache.keep(kind(), memory(0, &["i-1"])).await.expect_err("no folder");
    assert!(why.contains("ec2.fleet: "), "{why}");
    assert_eq!(cache.keep(kind(), memory(1, &["i-1"])).await, Ok(()));
    assert_eq!(recalled(&cache), []);
}

#[tokio::test]
async fn regions_of_a_profile_are_kept_and_targets_that_come_later_have_files_too() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = cache(&home);
    assert_eq!(cache.regions("prod"), [""; 0]);
    cache.keep_regions(&"prod".into(), vec!["eu-west-1".into(), "ap-south-1".into()]).await.expect("kept");
    assert_eq!(cache.regions("prod"), ["eu-west-1", "ap-south-1"]);
    assert_eq!(cache.regions("dev"), [""; 0]);
    cache.admit(&[target("ap-south-1")]);
    cache.write(kind(), memory(2, &["i-9"])).expect("kept");
    assert_eq!(recalled(&cache), [(2, vec!["i-9".to_owned()])]);
}
