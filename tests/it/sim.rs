//! The simulated AWS as clients see it that nobody here wrote: boto3 and the AWS CLI, over HTTP.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Output},
    sync::mpsc,
};

use jiff::Timestamp;
use quarterdeck::sim::{Clock, Settings, Sim, Sizes, serve};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::python::{Venv, venv};

/// A simulated AWS on a port of this machine; it ends with this value.
pub(crate) struct Endpoint {
    sim: Sim,
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Endpoint {
    pub(crate) fn new(settings: Settings) -> Self {
        Self::of(Sim::new(Settings { clock: now(), ..settings }))
    }

    /// That of a simulated AWS that is there already.
    pub(crate) fn of(sim: Sim) -> Self {
        let (end, ended) = oneshot::channel::<()>();
        let (told, address) = mpsc::channel();
        let served = sim.clone();
        #[expect(clippy::disallowed_methods, reason = "the server has to run beside the client it is tested with")]
        let thread = std::thread::spawn(move || run(served, &told, ended));
        Self { sim, address: address.recv().expect("an address"), end: Some(end), thread: Some(thread) }
    }

    /// Changes what goes wrong from now on.
    pub(crate) fn set_faults(&self, faults: &str) {
        self.sim.set_faults(faults.parse().expect("faults"));
    }

    /// How often an operation has been asked for.
    pub(crate) fn calls(&self, service: &str, operation: &str) -> u64 {
        self.sim.calls().get(&(service.to_owned(), operation.to_owned())).copied().unwrap_or(0)
    }

    /// Whether processes of an Auto Scaling group are suspended.
    pub(crate) fn suspended(&self, account: &str, region: &str, group: &str) -> bool {
        let none = |processes: &std::collections::BTreeSet<String>| processes.is_empty();
        self.sim.look(|world, now| world.region(account, region, now).scaling.suspended.get(group).is_some_and(|all| !none(all)))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever waits for a state must see time pass")]
fn now() -> Clock {
    Clock::new(Timestamp::now)
}

#[tokio::main(flavor = "current_thread")]
async fn run(sim: Sim, told: &mpsc::Sender<SocketAddr>, ended: oneshot::Receiver<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("it works here");
    told.send(listener.local_addr().expect("an address")).expect("it works here");
    let ended = async {
        let _ = ended.await;
    };
    serve(sim, listener, ended).await.expect("it works here");
}

pub(crate) fn output(command: &mut Command) -> (bool, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("it works here");
    (status.success(), String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
}

/// The AWS CLI against an endpoint.
struct Cli<'a>(&'a Venv, &'a Endpoint);

impl Cli<'_> {
    fn command(&self, words: &str) -> Command {
        let mut command = self.0.command("aws");
        command.args(["--endpoint-url", &self.1.url(), "--output", "json"]).args(words.split_whitespace());
        command
    }

    fn json(&self, words: &str) -> Value {
        let (done, out, complaint) = output(&mut self.command(words));
        assert!(done, "aws {words}: {complaint}");
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("aws {words}: {error}: {out}"))
    }

    fn complaint(&self, words: &str) -> String {
        let (done, out, complaint) = output(&mut self.command(words));
        assert!(!done, "aws {words}: {out}");
        complaint
    }
}

/// Runs a script of `tests/python` against a simulated AWS.
pub(crate) fn script(name: &str, settings: Settings) {
    let Some(venv) = venv() else { return };
    let endpoint = Endpoint::new(settings);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name);
    let (done, out, complaint) = output(venv.command("python").arg(path).arg(endpoint.url()));
    assert!(done, "{out}{complaint}");
}

#[test]
fn boto3_reads_instances() {
    script("instances.py", Settings::default());
}

#[test]
fn boto3_acts_on_instances() {
    script("actions.py", Settings::default());
}

#[test]
fn boto3_reads_metrics_in_every_protocol() {
    script("metrics.py", Settings::default());
}

#[test]
fn boto3_understands_every_fault() {
    script("faults.py", Settings::default());
}

fn instances(answer: &Value) -> Vec<&Value> {
    let reservations = answer["Reservations"].as_array().expect("reservations");
    reservations.iter().flat_map(|reservation| reservation["Instances"].as_array().expect("instances")).collect()
}

#[test]
fn the_aws_cli_lists_pages_and_filters() {
    let Some(venv) = venv() else { return };
    let endpoint = Endpoint::new(Settings::default());
    let aws = Cli(&venv, &endpoint);
    let all = aws.json("ec2 describe-instances");
    assert_eq!(instances(&all).len(), 48);
    let first = instances(&all)[0]["InstanceId"].as_str().unwrap().to_owned();
    // A page may end within a reservation, which then comes in two parts.
    assert_eq!(instances(&aws.json("ec2 describe-instances --page-size 7")), instances(&all));
    let some = aws.json("ec2 describe-instances --max-items 5 --page-size 5");
    assert!(some["NextToken"].is_string() && !instances(&some).is_empty());
    let web = aws.json("ec2 describe-instances --filters Name=tag:Name,Values=web-* Name=instance-state-name,Values=running");
    assert_eq!(instances(&web).len(), 9);
    assert_eq!(instances(&aws.json(&format!("ec2 describe-instances --instance-ids {first}"))).len(), 1);
    assert!(!aws.json("ec2 describe-instance-status")["InstanceStatuses"].as_array().unwrap().is_empty());
    assert_eq!(aws.json("ec2 describe-instance-status --include-all-instances")["InstanceStatuses"].as_array().unwrap().len(), 48);
    assert!(aws.complaint("ec2 describe-instances --filters Name=colour,Values=red").contains("(InvalidParameterValue)"));
    assert!(aws.complaint(&format!("ec2 stop-instances --dry-run --instance-ids {first}")).contains("(DryRunOperation)"));
    assert!(
        aws.complaint("ec2 stop-instances --instance-ids i-0123456789abcdef0")
            .contains("The instance ID 'i-0123456789abcdef0' does not exist")
    );
    assert_eq!(aws.json("sts get-caller-identity")["Account"], "111122223333");
    assert_eq!(aws.json("iam list-account-aliases")["AccountAliases"][0], "demo-prod");
}

#[test]
fn the_aws_cli_reads_metrics() {
    let Some(venv) = venv() else { return };
    let endpoint = Endpoint::new(Settings::default());
    let aws = Cli(&venv, &endpoint);
    let all = aws.json("ec2 describe-instances --filters Name=tag:Name,Values=db-*");
    let id = instances(&all)[0]["InstanceId"].as_str().unwrap().to_owned();
    let end = endpoint.sim.look(|_, now| now);
    let start = end - jiff::SignedDuration::from_hours(2);
    let span = format!("--start-time {start:.0} --end-time {end:.0}");
    let query = format!(
        r#"[{{"Id":"cpu","MetricStat":{{"Metric":{{"Namespace":"AWS/EC2","MetricName":"CPUUtilization","Dimensions":[{{"Name":"InstanceId","Value":"{id}"}}]}},"Period":300,"Stat":"Average"}}}}]"#
    );
    let data = aws.json(&format!("cloudwatch get-metric-data {span} --metric-data-queries {query}"));
    assert!(data["MetricDataResults"][0]["Values"].as_array().unwrap().len() >= 20, "{data}");
    let metric = format!("--namespace AWS/EC2 --metric-name CPUUtilization --dimensions Name=InstanceId,Value={id}");
    let points = aws.json(&format!("cloudwatch get-metric-statistics {metric} {span} --period 300 --statistics Average Maximum"));
    assert!(points["Datapoints"].as_array().unwrap().len() >= 20, "{points}");
    let listed = aws.json(&format!("cloudwatch list-metrics --namespace AWS/EC2 --dimensions Name=InstanceId,Value={id}"));
    assert_eq!(listed["Metrics"].as_array().unwrap().len(), 12);
}

/// Two accounts by one role template, each seen as itself; patterns choose among their names.
#[test]
fn roles_are_taken_on_for_configured_targets() {
    let endpoint = Endpoint::new(Settings { sizes: Sizes { instances: 3, ..Sizes::DEMO }, ..Settings::default() });
    let home = tempfile::TempDir::new().expect("a folder");
    let folder = home.path().join(".config/quarterdeck");
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = "[[targets]]\nname = \"org\"\naccounts = [\"100000000001\", \"100000000002\"]\n\
                role_arn = \"arn:aws:iam::{account}:role/ops\"\nexternal_id = \"x\"\nregion = \"eu-west-1\"\n";
    std::fs::write(folder.join("config.toml"), text).expect("written");
    let accounts = |more: &[&str]| {
        let arguments = ["list", "ec2", "-o", "json", "--endpoint-url", &endpoint.url()];
        let mut command = crate::cli::program(&home, &[&arguments, more].concat());
        let (done, out, complaint) = output(command.env("AWS_ACCESS_KEY_ID", "AKIABASE").env("AWS_SECRET_ACCESS_KEY", "x"));
        assert!(done, "{complaint}");
        let rows: Vec<Value> = serde_json::from_str(&out).expect("JSON");
        let told =
            |row: &Value| (row["profile"].as_str().unwrap_or_default().to_owned(), row["account"].as_str().unwrap_or_default().to_owned());
        rows.iter().map(told).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let first = ("org-100000000001".to_owned(), "100000000001".to_owned());
    let second = ("org-100000000002".to_owned(), "100000000002".to_owned());
    assert_eq!(accounts(&[]), [first, second.clone()]);
    assert_eq!(accounts(&["--profile", "org-*2"]), [second]);
}
