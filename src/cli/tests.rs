use clap::CommandFactory;

use super::*;

fn read(line: &str) -> Result<Cli, Stop> {
    parse(format!("qd {line}").split_whitespace().map(OsString::from))
}

fn complaint(line: &str) -> String {
    match read(line) {
        Err(Stop::Wrong(wrong)) => wrong.to_string(),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn the_description_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn global_flags_stand_before_and_after_the_command() {
    for line in ["--demo --seed 7 list ec2 -o json", "list ec2 -o json --demo --seed 7", "--demo list ec2 -o json --seed 7"] {
        let cli = read(line).unwrap();
        assert_eq!((cli.wanted(), cli.global.simulation.seed), (Wanted::Demo, Some(7)), "{line}");
        assert!(matches!(cli.command, Some(Command::List(List { output: Output::Json, .. }))), "{line}");
    }
}

#[test]
fn lists_are_split_at_commas() {
    let layer = read("--profile prod,staging --region eu-west-1,us-east-1 --read-only --ascii").unwrap().layer();
    assert_eq!(layer.profiles.unwrap(), ["prod", "staging"]);
    assert_eq!(layer.regions.unwrap(), ["eu-west-1", "us-east-1"]);
    assert_eq!((layer.policy, layer.charset), (Some(Policy::ReadOnly), Some(Charset::Ascii)));
}

#[test]
fn nothing_is_the_dashboard_on_the_configured_fleet() {
    let cli = read("").unwrap();
    assert!(cli.command.is_none());
    assert_eq!((cli.wanted(), cli.layer(), cli.place()), (Wanted::Configured, Layer::default(), Place::Usual));
}

#[test]
fn the_simulator_takes_its_flags_and_no_account() {
    let cli = read("sim --latency 100ms --fault throttle=0.3 --fault hang=0.1").unwrap();
    assert_eq!(cli.global.simulation.faults, ["throttle=0.3", "hang=0.1"]);
    assert_eq!(cli.global.simulation.latency, Some(Duration::from_millis(100)));
    assert!(complaint("--latency 100ms").contains("--latency") && complaint("--latency 100ms").contains("--demo"));
    assert!(complaint("sim --profile x").contains("--profile"));
    assert!(complaint("--endpoint-url http://x sim").contains("--endpoint-url"));
}

#[test]
fn complaints_are_one_line_with_a_way_on() {
    let lines = [
        "--dmeo",
        "list",
        "list ec3",
        "list ec2 -o yaml",
        "sim --listen 0.0.0.0:1",
        "--demo --latency soon",
        "--demo --seed x",
        "frobnicate",
    ];
    for line in lines {
        let complaint = complaint(line);
        assert!(!complaint.contains('\n') && complaint.ends_with("see qd --help"), "{complaint}");
    }
    assert!(complaint("--dmeo").contains("--demo"));
    assert!(complaint("list ec2x").contains("did you mean `ec2`?"));
}

#[test]
fn help_is_as_it_was_looked_at() {
    let told = |mut command: clap::Command| command.render_help().to_string();
    let whole = Cli::command().term_width(100);
    let doctor = whole.find_subcommand("doctor").expect("a command").clone().bin_name("qd doctor").term_width(100);
    insta::assert_snapshot!("help", told(whole));
    insta::assert_snapshot!("help_of_the_doctor", told(doctor));
}

#[test]
fn help_and_version_are_told_not_complained_about() {
    let told = |line| matches!(read(line), Err(Stop::Told(text)) if text.contains("qd"));
    assert!(told("--help") && told("--version") && told("list --help"));
}
