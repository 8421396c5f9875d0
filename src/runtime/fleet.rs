//! Where the fleet is: the door to it, and the targets behind it.

use std::sync::Arc;

use futures::future::join_all;

use super::{codes, world::World};
use crate::{
    app::state::Source,
    aws::{self, Door, Login, Metadata, Pace, profile, regions},
    config::{self, Account, Config, EVERYWHERE, Environment, Wrong},
    model::{Target, TargetId, filter::glob},
    sim::{Settings, Sim},
};

/// Where accounts are asked for their regions that have none set: every account has this one.
const FIRST_REGION: &str = "us-east-1";
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
    let login = if config.accounts.is_empty() { login(&config.profiles, environment) } else { configured(&config.accounts, environment) };
    match &config.source {
        Source::Demo => {
            Door { http: Sim::new(simulated).http_client(), endpoint: None, credentials: Login::Known(DEMO_KEYS), pace: Pace::Real }
        }
        Source::Aws => Door { http: aws::http_client(), endpoint: None, credentials: login, pace: Pace::Real },
        Source::Endpoint(url) => Door { http: aws::http_client(), endpoint: Some(url.to_string()), credentials: login, pace: Pace::Real },
    }
}

fn configured(accounts: &[Account], environment: &Environment) -> Login {
    let known = accounts.iter().map(|account| (account.name.clone(), account.access.clone()));
    Login::Configured(Arc::new(known.collect()), metadata(environment))
}

/// A profile that only the environment names is the SDK's own affair: there, keys in the environment come first, as in the AWS CLI.
fn login(profiles: &[String], environment: &Environment) -> Login {
    match profiles {
        [] => Login::Chain(metadata(environment)),
        [one] if environment.get("AWS_PROFILE") == Some(one) => Login::Chain(metadata(environment)),
        _ => Login::Profile,
    }
}

/// Whoever says where the metadata service is has one.
fn metadata(environment: &Environment) -> Metadata {
    if environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").is_some() {
        return Metadata::Asked;
    }
    let read = |path: &str| std::fs::read_to_string(path).ok();
    Metadata::of(read("/sys/class/dmi/id/sys_vendor").as_deref(), read("/sys/hypervisor/uuid").as_deref())
}

/// Every profile in every region. Reads the AWS configuration files where no region was named; asks nobody. Where all regions are wanted
/// they are those that were kept of a profile, until its account tells which it has.
pub(super) async fn targets(config: &Config, environment: &Environment, kept: impl Fn(&str) -> Vec<String>) -> Result<Vec<Target>, Wrong> {
    let mut targets = Vec::new();
    for profile in profiles(config, environment)? {
        let mut regions = regions(config, &profile).await?;
        if everywhere(config, &profile) {
            regions.extend(kept(&profile));
        }
        for region in regions {
            let target = Target { profile: profile.as_str().into(), region: region.into() };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

/// No regions of a profile: for whoever asks AWS at once.
pub(super) fn nothing_kept(_: &str) -> Vec<String> {
    Vec::new()
}

/// The whole fleet for a program without a screen, once whoever is there has given the codes that it takes: the targets, all regions of an
/// account where they are wanted, and what could not be found out about these.
pub(super) async fn whole(
    config: &Config,
    simulated: Settings,
    environment: &Environment,
) -> Result<(World, Vec<Target>, Vec<String>), Wrong> {
    let mut targets = targets(config, environment, nothing_kept).await?;
    let world = World::new(door(config, simulated, environment), targets.clone());
    codes::ask(&world, targets.len()).await;
    let seeds = seeds(config, &targets);
    let unknown = discover(&world, &mut targets, &seeds).await;
    Ok((world, targets, unknown))
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
        (_, []) if !config.accounts.is_empty() => Ok(config.accounts.iter().map(|account| account.name.clone()).collect()),
        (_, []) => Ok(vec![environment.get("AWS_PROFILE").unwrap_or("default").to_owned()]),
        (_, patterns) => fitting(patterns, config, environment),
    }
}

/// Names as they are, and patterns (`prod-*`) for all names of configured targets and of profiles that fit.
fn fitting(patterns: &[String], config: &Config, environment: &Environment) -> Result<Vec<String>, Wrong> {
    if !patterns.iter().any(|pattern| pattern.contains(['*', '?'])) {
        return Ok(patterns.to_vec());
    }
    let mut known: Vec<String> = config.accounts.iter().map(|account| account.name.clone()).collect();
    known.extend(named(environment));
    let mut names = Vec::new();
    for pattern in patterns {
        let fits = |name: &&String| glob(pattern, name);
        let found: Vec<String> =
            if pattern.contains(['*', '?']) { known.iter().filter(fits).cloned().collect() } else { vec![pattern.clone()] };
        if found.is_empty() {
            return Err(Wrong(format!("no profile fits `{pattern}`; there are {}", config::listed(known.iter().map(String::as_str)))));
        }
        names.extend(found.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    Ok(names)
}

/// The names of the profiles in the AWS configuration files. A file that cannot be read has none: what is wrong with it is told when a
/// profile of it is used.
fn named(environment: &Environment) -> Vec<String> {
    let file = |variable: &str, usual: &str| {
        let usual = || environment.get("HOME").map(|home| format!("{home}/.aws/{usual}"));
        environment.get(variable).map(str::to_owned).or_else(usual).and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
    };
    let mut names = sections(&file("AWS_CONFIG_FILE", "config"), "profile ");
    names.extend(sections(&file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), ""));
    names.sort_unstable();
    names.dedup();
    names
}

/// The names in `[profile name]` or, in the file of credentials, `[name]`; `[default]` is the same in both.
fn sections(text: &str, word: &str) -> Vec<String> {
    let headings = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.split_once(']')).map(|(heading, _)| heading.trim());
    headings
        .filter_map(|heading| heading.strip_prefix(word).or((heading == "default").then_some(heading)))
        .map(|name| name.trim().to_owned())
        .collect()
}

/// The targets of accounts of which all regions are wanted: the first of each, which finds out about the others.
pub(super) fn seeds(config: &Config, targets: &[Target]) -> Vec<TargetId> {
    let first = |at: usize| targets[..at].iter().all(|before| before.profile != targets[at].profile);
    (0..targets.len()).filter(|at| first(*at) && everywhere(config, targets[*at].profile.as_str())).map(|at| TargetId(at as u16)).collect()
}

/// True where all regions of a target's account are wanted.
fn everywhere(config: &Config, name: &str) -> bool {
    configured_regions(config, name).iter().any(|region| region == EVERYWHERE)
}

/// Adds the regions that the accounts of these targets have enabled; what could not be found out is told.
async fn discover(world: &World, targets: &mut Vec<Target>, seeds: &[TargetId]) -> Vec<String> {
    let ask = |seed: TargetId| async move {
        let found = async { regions::enabled(&world.reach(seed).await?).await };
        (seed, found.await)
    };
    let mut failures = Vec::new();
    for (seed, found) in join_all(seeds.iter().copied().map(ask)).await {
        let profile = targets[usize::from(seed.0)].profile.clone();
        match found {
            Ok(regions) => {
                let all = regions.into_iter().map(|region| Target { profile: profile.clone(), region });
                let fresh: Vec<Target> = all.filter(|target| !targets.contains(target)).collect();
                world.admit(fresh.clone());
                targets.extend(fresh);
            }
            Err(problem) => failures.push(format!("regions of {profile}: {}", problem.line())),
        }
    }
    failures
}

/// The regions that are configured for a target's name: its own, or those for all.
fn configured_regions<'a>(config: &'a Config, name: &str) -> &'a [String] {
    let own = config.accounts.iter().find(|account| account.name == name).map(|account| account.regions.as_slice());
    own.filter(|regions| !regions.is_empty()).unwrap_or(&config.regions)
}

/// The regions to begin with. Where all are wanted that is the profile's own, until the account tells which it has.
async fn regions(config: &Config, name: &str) -> Result<Vec<String>, Wrong> {
    let configured = configured_regions(config, name);
    let named: Vec<String> = configured.iter().filter(|region| *region != EVERYWHERE).cloned().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    if config.source == Source::Demo {
        let all = if configured.is_empty() { &DEMO_REGIONS[..] } else { &DEMO_REGIONS[..1] };
        return Ok(all.iter().map(|region| (*region).to_owned()).collect());
    }
    let own = config.accounts.iter().find(|account| account.name == name);
    let profile = own.and_then(|account| account.access.profile.as_deref()).unwrap_or(name);
    let complaint = || Wrong(format!("no region is set for profile `{profile}`; use --region eu-west-1, set AWS_REGION, or try qd --demo"));
    match profile::region(profile).await {
        Some(region) => Ok(vec![region]),
        None if configured.is_empty() => Err(complaint()),
        None => Ok(vec![FIRST_REGION.to_owned()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_in_both_files() {
        let config = "[default]\nregion = x\n[profile prod-eu]\n[ profile  prod-us ]\n[sso-session corp]\n# [profile no]\n";
        assert_eq!(sections(config, "profile "), ["default", "prod-eu", "prod-us"]);
        assert_eq!(sections("[default]\n[staging]\n", ""), ["default", "staging"]);
    }
}
