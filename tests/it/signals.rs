//! Every action of every service by a real `qd act`, broken off by a signal while its answer is outstanding: what the journal says is what
//! the simulated world saw, and nothing was done twice.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use futures::{StreamExt, stream};
use quarterdeck::{
    app::state::Source,
    runtime::journal::Journal,
    service::ledger::Duty,
    sim::{Clock, Settings, Sim},
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    cli::program,
    hands::{Scene, scenes},
    sim::Endpoint,
};

/// Programs that run at the same time: most of their time they wait.
const TOGETHER: usize = 24;
/// How long each answer takes: what goes wrong from the next request on can be set between two of them.
const LATENCY: Duration = Duration::from_millis(50);
/// How long a program may take until it is where it is to be broken off, and to end then.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program that carries out an action against a simulated AWS of its own.
struct Acting<'a> {
    scene: &'a Scene,
    sim: Sim,
    endpoint: Endpoint,
    home: TempDir,
    child: Child,
}

impl<'a> Acting<'a> {
    fn begin(scene: &'a Scene) -> Self {
        let now = scene.now;
        let sim = Sim::new(Settings { clock: Clock::new(move || now), latency: LATENCY, ..Settings::default() });
        sim.look(|world, _| world.clone_from(&scene.before));
        let (home, endpoint) = (TempDir::new().unwrap(), Endpoint::of(sim.clone()));
        equip(home.path());
        // From the beginning: set once AWS was asked beforehand it may come after the real call.
        endpoint.set_faults(&format!("slow@{}=1", scene.operation));
        let url = endpoint.url();
        let fields: Vec<String> = scene.entered.iter().map(|(field, text)| format!("--param={field}={text}")).collect();
        let mut words =
            vec!["act", scene.kind, scene.action, &scene.row, "--yes", "--wait=1s", "--region=eu-west-1", "--endpoint-url", &url];
        words.extend(fields.iter().map(String::as_str));
        let mut command = program(&home, &words);
        command.env("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000").env("AWS_SECRET_ACCESS_KEY", "simulated").env("PATH", home.path());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { scene, sim, endpoint, home, child }
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.scene.kind, self.scene.action, self.scene.row)
    }

    /// How often the operation was asked for.
    fn asked(&self) -> u64 {
        let (service, operation) = self.scene.operation.split_once('/').unwrap();
        self.endpoint.calls(service, operation)
    }

    /// EC2 is asked by a dry run first.
    fn dry(&self) -> u64 {
        u64::from(self.scene.operation.starts_with("ec2/"))
    }

    async fn until(&mut self, what: &str, there: impl Fn(&mut Self) -> bool) {
        let waiting = async {
            let mut pause = tokio::time::interval(Duration::from_millis(5));
            while !there(self) {
                pause.tick().await;
            }
        };
        let met = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(met.is_ok(), "{}: never {what}", self.name());
    }

    /// Sends the signal while the answer to the one real call is three seconds away.
    async fn broken_off(mut self, signal: Signal) {
        let dry = self.dry();
        self.until("sent", |it| it.asked() > dry || it.ended()).await;
        let alive = !self.ended();
        if alive {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
        }
        self.until("ended", Self::ended).await;
        let told = self.said();
        let journal = Journal::new(Some(&self.home.path().join(".local/state/quarterdeck")), &Source::Aws, Duty::Required);
        let calls = journal.history(None).unwrap().calls;
        let results: Vec<&str> = calls.iter().map(|call| call.deed.result()).collect();
        let world = self.sim.look(|world, _| world.clone());
        let expected = if signal == Signal::KILL { "unknown: interrupted" } else { "accepted" };
        let what = format!("{} by {signal:?}: {told}", self.name());
        assert!(alive, "it ended by itself: {what}");
        assert_eq!((results.as_slice(), self.asked() - dry), ([expected].as_slice(), 1), "{what}");
        // What AWS remembers of a call beside what it did is the call's own token, which differs here.
        let done = if self.scene.kind == "eks-nodegroups" { world != self.scene.before } else { world == self.scene.after };
        assert!(done, "not what one call does: {what}");
        assert!(signal == Signal::KILL || told.contains("called off: what has not been sent is not sent"), "{what}");
    }

    /// What it has written, and how it ended.
    fn said(&mut self) -> String {
        let mut text = format!("{}\n", self.child.wait().unwrap());
        self.child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

/// A program that holds a session until it is told to, which is at once.
fn equip(folder: &Path) {
    let program = folder.join("session-manager-plugin");
    fs::write(&program, "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn every_action_is_broken_off_by_sigterm_and_by_sigkill() {
    let scenes = scenes().await;
    let signals = [Signal::TERM, Signal::KILL];
    let all = scenes.iter().flat_map(|scene| signals.map(|signal| (scene, signal)));
    stream::iter(all).for_each_concurrent(TOGETHER, |(scene, signal)| Acting::begin(scene).broken_off(signal)).await;
}
