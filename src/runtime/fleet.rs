//! Where the fleet is: the door to it, and the targets behind it.

use crate::{
    app::state::Source,
    aws::{self, Door, Login, Pace, profile},
    config::{self, Config, Environment, Wrong},
    model::Target,
    sim::{Settings, Sim},
};

/// The regions of the demonstration.
const DEMO_REGIONS: [&str; 4] = ["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"];
/// The profiles of the demonstration, and the keys by which the simulated AWS knows their accounts. They are no secret: it verifies no
/// signature.
const DEMO_KEYS: &[(&str, &str)] =
    &[("prod", "AKIADEMO000000000000"), ("staging", "AKIADEMO000000000001"), ("sandbox", "AKIADEMO000000000002")];
/// What goes wrong in the demonstration unless it is told what is to: a slow region, a region that the sandbox may not see, and a session
/// of staging that ends after a minute and is renewed three quarters of a minute later.
pub(super) const DEMO_FAULTS: &str = "slow@ap-southeast-2=1,deny@777788889999/us-west-2=1,expired@444455556666=1:60-105";

/// The way to the fleet.
pub(super) fn door(config: &Config, simulated: Settings, environment: &Environment) -> Door {
    let login = login(&config.profiles, environment);
    match &config.source {
        Source::Demo => {
            Door { http: Sim::new(simulated).http_client(), endpoint: None, credentials: Login::Known(DEMO_KEYS), pace: Pace::Real }
        }
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
    for profile in profiles(config, environment)? {
        for region in regions(config, &profile).await? {
            let target = Target { profile: profile.as_str().into(), region: region.into() };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

fn profiles(config: &Config, environment: &Environment) -> Result<Vec<String>, Wrong> {
    let demo = || DEMO_KEYS.iter().map(|(profile, _)| *profile);
    match (&config.source, config.profiles.as_slice()) {
        (Source::Demo, []) => Ok(demo().map(str::to_owned).collect()),
        (Source::Demo, named) => {
            let unknown = named.iter().find(|name| !demo().any(|profile| profile == name.as_str()));
            let complaint = |name| Wrong(format!("the demonstration has no profile `{name}`; it has {}", config::listed(demo())));
            unknown.map_or_else(|| Ok(named.to_vec()), |name| Err(complaint(name)))
        }
        (_, []) => Ok(vec![environment.get("AWS_PROFILE").unwrap_or("default").to_owned()]),
        (_, profiles) => Ok(profiles.to_vec()),
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
