use super::*;

fn resolved(file: &str, environment: &Environment, flags: Layer) -> Result<Config, Wrong> {
    let layers = flags.over(from_environment(environment)).over(file::read("config.toml", file)?);
    settle(layers, environment, Wanted::Configured)
}

#[test]
fn flags_go_before_the_environment_before_the_file() {
    let file = "profile = \"file\"\nregion = \"eu-west-1\"\nendpoint_url = \"http://file:1\"";
    let environment = Environment::from([("AWS_PROFILE", "variable"), ("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")]);
    let flags = Layer { profiles: Some(vec!["flag".to_owned()]), ..Layer::default() };
    let config = resolved(file, &environment, flags).unwrap();
    assert_eq!(config.profiles, ["flag"]);
    assert_eq!(config.regions, ["us-east-1"]);
    assert_eq!(config.source, Source::Endpoint("http://file:1".into()));
}

#[test]
fn nothing_set_is_the_default_chain_with_every_key() {
    let config = resolved("", &Environment::default(), Layer::default()).unwrap();
    assert_eq!((config.source, config.policy), (Source::Aws, Policy::Operator));
    assert!(config.profiles.is_empty() && config.regions.is_empty());
}

#[test]
fn read_only_wins_wherever_it_is_said() {
    let operator = Layer { policy: Some(Policy::Operator), ..Layer::default() };
    assert_eq!(resolved("read_only = true", &Environment::default(), operator).unwrap().policy, Policy::ReadOnly);
    let careful = Layer { policy: Some(Policy::ReadOnly), ..Layer::default() };
    assert_eq!(resolved("read_only = false", &Environment::default(), careful).unwrap().policy, Policy::ReadOnly);
}

#[test]
fn regions_and_endpoints_that_cannot_be_are_refused_before_the_first_call() {
    for (setting, hint) in [("region = \"Ireland\"", "eu-west-1"), ("endpoint_url = \"localhost:5000\"", "http://")] {
        let complaint = resolved(setting, &Environment::default(), Layer::default()).unwrap_err().to_string();
        assert!(complaint.contains(hint), "{complaint}");
    }
    for region in ["all", "us-gov-west-1", "ap-southeast-5", "us-iso-east-1", "mx-central-1"] {
        assert_eq!(region_like(region), Ok(()));
    }
}

#[test]
fn the_demo_is_untouched_by_configured_accounts() {
    let environment = Environment::from([("AWS_PROFILE", "prod"), ("AWS_REGION", "eu-north-1"), ("AWS_ENDPOINT_URL", "http://elsewhere")]);
    let config = |flags: Layer| {
        let layer = together(flags, from_environment(&environment), Wanted::Demo);
        settle(layer, &environment, Wanted::Demo).unwrap()
    };
    let usual = config(Layer::default());
    assert_eq!((usual.source, usual.profiles, usual.regions), (Source::Demo, Vec::new(), Vec::new()));
    let asked = config(Layer { profiles: Some(vec!["staging".to_owned()]), ..Layer::default() });
    assert_eq!(asked.profiles, ["staging"]);
}

#[test]
fn the_default_file_says_nothing_and_every_line_of_it_may_be_uncommented() {
    let text = default_text();
    assert_eq!(file::read("default.toml", &text), Ok(Layer::default()));
    let lines = text.lines().map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') && !rest.is_empty()).unwrap_or(line));
    let uncommented: Vec<&str> = lines.collect();
    let layer = file::read("default.toml", &uncommented.join("\n")).unwrap();
    assert!(layer.theme.is_some() && layer.filter.is_some() && layer.keys.len() == crate::app::command::COMMANDS.len());
    assert!(settle(layer, &Environment::default(), Wanted::Configured).is_ok());
}

#[test]
fn a_file_below_home_is_named_from_there() {
    let directory = tempfile::tempdir().unwrap();
    let home = Environment::from([("HOME", directory.path().to_str().unwrap())]);
    let path = directory.path().join("mine.toml");
    fs::write(&path, "thme = 1").unwrap();
    let complaint = load(&Place::Named(path), &home, Layer::default(), Wanted::Configured).unwrap_err().to_string();
    assert_eq!(complaint, "~/mine.toml:1:1: there is no setting `thme`; did you mean `theme`?");
}

#[test]
fn a_named_file_must_be_there_and_the_usual_one_need_not() {
    let directory = tempfile::tempdir().unwrap();
    let home = Environment::from([("HOME", directory.path().to_str().unwrap())]);
    assert!(load(&Place::Usual, &home, Layer::default(), Wanted::Configured).is_ok());
    let absent = Place::Named(directory.path().join("absent.toml"));
    let complaint = load(&absent, &home, Layer::default(), Wanted::Configured).unwrap_err().to_string();
    assert!(complaint.contains("absent.toml: cannot be read") && !complaint.contains('\n'));
}
