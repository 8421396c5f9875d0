//! Python for the tests that need clients nobody here wrote: a virtual environment with boto3, the AWS CLI and moto.
//!
//! It is made under `target/python` the first time it is wanted, and again when `tests/python/requirements.txt` changes. Where there
//! is no Python, or no network to fetch the packages, these tests say that they were skipped; with `CI=true` they fail instead.

#![expect(clippy::disallowed_methods, reason = "whether this is CI, and where the target folder is, the environment tells")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

const REQUIREMENTS: &str = include_str!("../python/requirements.txt");

/// A virtual environment with everything in it.
#[derive(Debug, Clone)]
pub(crate) struct Venv {
    bin: PathBuf,
}

impl Venv {
    /// A command that runs one of its programs, such as `python`, `aws` or `moto_server`, with credentials and a configuration of its
    /// own: nothing of the machine's AWS configuration reaches it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        let nothing = if cfg!(windows) { "NUL" } else { "/dev/null" };
        command.envs([("AWS_CONFIG_FILE", nothing), ("AWS_SHARED_CREDENTIALS_FILE", nothing)]);
        command.envs([("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")]);
        command.envs([("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_PAGER", "")]);
        command.envs([("NO_PROXY", "127.0.0.1,localhost"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1")]);
        command
    }
}

/// The environment; `None`, with a word of why, where it cannot be had.
pub(crate) fn venv() -> Option<Venv> {
    static VENV: OnceLock<Result<Venv, String>> = OnceLock::new();
    match VENV.get_or_init(|| provision(&place()).map_err(|error| error.to_string())) {
        Ok(venv) => Some(venv.clone()),
        Err(why) if env::var("CI").is_ok_and(|ci| ci == "true") => panic!("Python is required in CI: {why}"),
        Err(why) => {
            println!("skipped: no Python with boto3, the AWS CLI and moto ({why})");
            None
        }
    }
}

/// One folder for each set of requirements, so that an older checkout finds its own.
fn place() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let mut hash = DefaultHasher::new();
    REQUIREMENTS.hash(&mut hash);
    target.join("python").join(format!("venv-{:016x}", hash.finish()))
}

fn provision(place: &Path) -> io::Result<Venv> {
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder)?;
    // Several test processes may want it at the same time; the lock ends with the process that holds it.
    let lock = fs::File::create(folder.join("lock"))?;
    lock.lock()?;
    let bin = place.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let complete = place.join("complete");
    if !complete.exists() {
        install(place, &bin)?;
        fs::write(complete, REQUIREMENTS)?;
    }
    Ok(Venv { bin })
}

fn install(place: &Path, bin: &Path) -> io::Result<()> {
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/requirements.txt");
    let base = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(base).args(["-m", "venv"]).arg(place))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"];
    run(Command::new(bin.join("python")).args(pip).arg(requirements))
}

fn run(command: &mut Command) -> io::Result<()> {
    let Output { status, stderr, .. } = command.output()?;
    let words = || String::from_utf8_lossy(&stderr).lines().last().unwrap_or_default().to_owned();
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?} failed: {}", words()))) }
}

#[test]
fn the_environment_is_made_once_and_has_what_is_wanted() {
    let Some(venv) = venv() else { return };
    let output = venv.command("python").args(["-c", "import boto3, moto; print(boto3.__version__, moto.__version__)"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let versions: Vec<&str> = told.split_whitespace().collect();
    let pinned = |version: &&str| REQUIREMENTS.contains(&format!("=={version}\n"));
    assert!(versions.len() == 2 && versions.iter().all(pinned), "{told}{}", String::from_utf8_lossy(&output.stderr));
}
