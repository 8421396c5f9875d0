//! Which instances a request is about: by ids, by filters, a page at a time.

use super::{
    super::{
        Call, Refusal,
        page::{resume, token},
    },
    filter::{self, Facts, Filter},
};
use crate::sim::world::{
    fleet::Fleet,
    instance::{self, Instance},
};

/// Bounds of `MaxResults` (EC2 API Reference, `DescribeInstances`).
const SIZES: std::ops::RangeInclusive<usize> = 5..=1_000;

/// A page of instances, and the token of the next one.
pub(super) struct Page<'a> {
    pub(super) instances: Vec<&'a Instance>,
    pub(super) next: Option<String>,
}

/// The instances a request names by ids and filters. Costs what the page holds, and what the filters pass over.
pub(super) fn page<'a>(fleet: &'a Fleet, call: &Call<'_>, facts: Facts, shown: impl Fn(&Instance) -> bool) -> Result<Page<'a>, Refusal> {
    let ids = call.texts("InstanceId");
    let size = size(call, &ids)?;
    let filters = filter::read(call, facts)?;
    let passes = |instance: &&Instance| shown(instance) && filter::passes(&filters, fleet, instance, call.now);
    if !ids.is_empty() {
        return Ok(Page { instances: named(fleet, &ids)?.into_iter().filter(passes).collect(), next: None });
    }
    let question = question(call);
    let from = resume(call, &question, Refusal::bad("InvalidNextToken", "The specified NextToken is not valid."))?;
    let from = u32::try_from(from).unwrap_or(u32::MAX);
    let mut found = candidates(fleet, &filters, from).filter(passes);
    let instances: Vec<&Instance> = found.by_ref().take(size).collect();
    let next = found.next().map(|instance| token(call, &question, instance.number.into()));
    Ok(Page { instances, next })
}

/// What a token must belong to: the same filters over the same instances.
fn question(call: &Call<'_>) -> String {
    format!("{}{:?}", call.flag("IncludeAllInstances"), call.list("Filter"))
}

/// Whoever asks for a few ids by filter is not made to wait for the whole fleet.
fn candidates<'a>(fleet: &'a Fleet, filters: &[Filter], from: u32) -> Box<dyn Iterator<Item = &'a Instance> + 'a> {
    match filters.iter().find_map(Filter::ids) {
        None => Box::new(fleet.from(from)),
        Some(ids) => {
            let mut named: Vec<&Instance> = ids.iter().filter_map(|id| fleet.instance(id)).collect();
            named.sort_by_key(|instance| instance.number);
            named.dedup_by_key(|instance| instance.number);
            Box::new(named.into_iter().filter(move |instance| instance.number >= from))
        }
    }
}

fn size(call: &Call<'_>, ids: &[String]) -> Result<usize, Refusal> {
    let Some(text) = call.text("MaxResults") else { return Ok(usize::MAX) };
    if !ids.is_empty() {
        let text = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Refusal::bad("InvalidParameterCombination", text));
    }
    let complaint = |expected: &str| {
        Refusal::bad(
            "InvalidParameterValue",
            format!("Value ( {text} ) for parameter maxResults is invalid. Expecting a value {expected}."),
        )
    };
    match text.parse::<usize>() {
        Ok(size) if SIZES.contains(&size) => Ok(size),
        Ok(size) if size > *SIZES.end() => Err(complaint("less than or equal to 1000")),
        _ => Err(complaint("greater than 5")),
    }
}

/// The instances with these ids, in this order; one that is malformed or unknown fails the whole request, as in EC2.
pub(super) fn named<'a>(fleet: &'a Fleet, ids: &[String]) -> Result<Vec<&'a Instance>, Refusal> {
    if let Some(id) = ids.iter().find(|id| !well_formed(id)) {
        let hint = if id.starts_with("i-") { "" } else { " (expecting \"i-...\")" };
        return Err(Refusal::bad("InvalidInstanceID.Malformed", format!("Invalid id: \"{id}\"{hint}")));
    }
    let unknown: Vec<&str> = ids.iter().filter(|id| fleet.instance(id).is_none()).map(String::as_str).collect();
    match unknown.as_slice() {
        [] => Ok(unique(ids).filter_map(|id| fleet.instance(id)).collect()),
        [id] => Err(Refusal::bad("InvalidInstanceID.NotFound", format!("The instance ID '{id}' does not exist"))),
        several => Err(Refusal::bad("InvalidInstanceID.NotFound", format!("The instance IDs '{}' do not exist", several.join(", ")))),
    }
}

/// An id that is given twice counts once.
fn unique(ids: &[String]) -> impl Iterator<Item = &str> {
    let mut seen = std::collections::HashSet::new();
    ids.iter().map(String::as_str).filter(move |id| seen.insert(*id))
}

/// The short form is older than the world, and so always unknown.
fn well_formed(id: &str) -> bool {
    let short = |rest: &str| rest.len() == 8 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let long = |rest: &str| rest.len() == 17 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    instance::digits(id).is_some() || id.strip_prefix("i-").is_some_and(|rest| short(rest) || long(rest))
}
