//! Where the fleet is: the door to it, and the targets behind it.

use crate::{
    app::state::Source,
    aws::{self, Door, Login, Pace, profile},
    config::{Config, Environment, Wrong},
    model::Target,
    sim::{Settings, Sim},
};

/// The regions of the demonstration.
const DEMO_REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
/// The profile name of the demonstration, and the key by which the simulated AWS knows its account.
const DEMO_PROFILE: &str = "demo";
/// Not a secret: the simulated AWS verifies no signature.
const DEMO_KEYS: (&str, &str) = ("AKIADEMO000000000000", "simulated");

/// The way to the fleet.
pub(super) fn door(config: &Config, simulated: Settings, environment: &Environment) -> Door {
    let login = login(&config.profiles, environment);
    match &config.source {
        Source::Demo => Door {
            http: Sim::new(simulated).http_client(),
            endpoint: None,
            credentials: Login::Fixed(DEMO_KEYS.0, DEMO_KEYS.1),
            pace: Pace::Real,
        },
        Source::Aws => Door { http: aws::http_client(), endpoint: None, credentials: login, pace: Pace::Real },
        Source::Endpoint(url) => Door { http: aws::http_client(), endpoint: Some(url.to_string()), credentials: login, pace: Pace::Real },
    }
}

/// A profile that only the environment names is the SDK's own affair: there, keys in the environment come first, as in the AWS CLI.
fn login(profiles: &[String], environment: &Environment) -> Login {
    match profiles {
        [] => Login::Chain,
        [one] if environment.get("AWS_PROFILE") == Some(one) => Login::Chain,
        _ => Login::Profile,
    }
}

/// Every profile in every region. Reads the AWS configuration files where no region was named; asks nobody.
pub(super) async fn targets(config: &Config, environment: &Environment) -> Result<Vec<Target>, Wrong> {
    let mut targets = Vec::new();
    for profile in profiles(config, environment) {
        for region in regions(config, &profile).await? {
            let target = Target { profile: profile.as_str().into(), region: region.into() };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

fn profiles(config: &Config, environment: &Environment) -> Vec<String> {
    match (&config.source, config.profiles.as_slice()) {
        (Source::Demo, _) => vec![DEMO_PROFILE.to_owned()],
        (_, []) => vec![environment.get("AWS_PROFILE").unwrap_or("default").to_owned()],
        (_, profiles) => profiles.to_vec(),
    }
}

async fn regions(config: &Config, profile: &str) -> Result<Vec<String>, Wrong> {
    if !config.regions.is_empty() {
        return Ok(config.regions.clone());
    }
    if config.source == Source::Demo {
        return Ok(DEMO_REGIONS.map(str::to_owned).to_vec());
    }
    let complaint = || Wrong(format!("no region is set for profile `{profile}`; use --region eu-west-1, set AWS_REGION, or try qd --demo"));
    Ok(vec![profile::region(profile).await.ok_or_else(complaint)?])
}
