//! Updates of node groups: begun, listed, described.

use serde_json::Value;

use super::{
    super::{Call, Out, Refusal},
    invalid, missing, named, page, part, shape,
};
use crate::sim::world::{
    World,
    eks::{Change, Scaling, VERSIONS, turnover},
};

/// Begins an update, unless another is under way.
fn begin(
    world: &mut World,
    call: &Call<'_>,
    change: impl FnOnce(Scaling, &'static str) -> Result<Change, Refusal>,
) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let (name, version) = (call.text("nodegroupName").unwrap_or_default(), cluster.version);
    let group = cluster.nodegroups.get_mut(&name).ok_or_else(|| missing("node group", &name))?;
    let change = change(group.scaling, version)?;
    let token = call.text("clientRequestToken").unwrap_or_default();
    let busy = || {
        Refusal::new(409, "ResourceInUseException", format!("Nodegroup {name} cannot be updated as it is currently not in Active State"))
    };
    let update = group.begin(&token, change, call.now).ok_or_else(busy)?;
    Ok(Out::Map(vec![("update", shape::update(&update, call.now))]))
}

/// Changes the size of a node group; its nodes are instances of the fleet, where it has any.
pub(super) fn scale(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let out = resize(world, call)?;
    let (cluster, name) = (call.text("name").unwrap_or_default(), call.text("nodegroupName").unwrap_or_default());
    let region = call.region(world);
    let group = region.eks.clusters.get(&cluster).and_then(|cluster| cluster.nodegroups.get(&name));
    if let Some((group, role)) = group.zip(turnover::role(&cluster, &name)) {
        region.fleet.muster(role, usize::try_from(group.scaling.desired).unwrap_or(0), call.now);
    }
    Ok(out)
}

fn resize(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    begin(world, call, |now, _| {
        let wanted = call.input().get("scalingConfig").ok_or_else(|| invalid("No updates are requested."))?;
        let size = |field: &str, now: i64| wanted.get(field).and_then(Value::as_i64).unwrap_or(now);
        let scaling = Scaling { min: size("minSize", now.min), desired: size("desiredSize", now.desired), max: size("maxSize", now.max) };
        sound(scaling).map(Change::Scaling)
    })
}

/// In EKS's words.
fn sound(scaling: Scaling) -> Result<Scaling, Refusal> {
    let Scaling { min, desired, max } = scaling;
    match () {
        () if min < 0 || desired < 0 || max < 1 => Err(invalid("minSize and desiredSize must be at least 0, and maxSize at least 1.")),
        () if min > desired => Err(invalid(format!("Minimum capacity {min} can't be greater than desired size {desired}"))),
        () if desired > max => Err(invalid(format!("desired capacity {desired} can't be greater than max size {max}"))),
        () => Ok(scaling),
    }
}

/// Updates the version of a node group; its nodes are replaced one by one.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, name) = (call.text("name").unwrap_or_default(), call.text("nodegroupName").unwrap_or_default());
    let begun = |world: &mut World| {
        let group = call.region(world).eks.clusters.get(&cluster)?.nodegroups.get(&name)?;
        Some((group.updates.len(), group.updates.last().cloned(), group.scaling.desired))
    };
    let before = begun(world).map(|(count, ..)| count);
    let out = replace(world, call)?;
    if let (Some((count, Some(update), nodes)), Some(role)) = (begun(world), turnover::role(&cluster, &name))
        && Some(count) != before
    {
        call.region(world).eks.roll(role, &update, nodes);
    }
    Ok(out)
}

fn replace(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    begin(world, call, |_, cluster| {
        let version = call.text("version").unwrap_or_else(|| cluster.to_owned());
        if !VERSIONS.iter().any(|known| known.name == version) || newer(&version, cluster) {
            return Err(invalid(format!("Requested Nodegroup version {version} is not supported by cluster version {cluster}")));
        }
        let release = call.text("releaseVersion").unwrap_or_else(|| format!("{version}.5-20261117"));
        if !release.starts_with(&version) {
            return Err(invalid(format!("Requested release version {release} is not valid for kubernetes version {version}.")));
        }
        Ok(Change::Version { version, release, force: call.flag("force") })
    })
}

/// By their minor numbers.
fn newer(version: &str, than: &str) -> bool {
    let minor = |version: &str| version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    minor(version) > minor(than)
}

/// Ids of the updates of a node group; clusters themselves are never updated here.
pub(super) fn updates(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let ids = match call.text("nodegroupName") {
        None => Vec::new(),
        Some(_) => {
            part(call, &cluster.nodegroups, "nodegroupName", "node group")?.1.updates.iter().map(|update| update.id.clone()).collect()
        }
    };
    page(call, "updateIds", ids.into_iter(), Out::from)
}

pub(super) fn described(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let (_, group) = part(call, &cluster.nodegroups, "nodegroupName", "node group")?;
    let id = call.text("updateId").unwrap_or_default();
    let update = group.updates.iter().find(|update| update.id == id).ok_or_else(|| missing("update", &id))?;
    Ok(Out::Map(vec![("update", shape::update(update, call.now))]))
}
