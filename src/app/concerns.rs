//! What metrics that were fetched anyway say about rows: brought to the rows as findings, and taken back when the points grow old.

use super::{answers, fleet::Change, measuring, msg::Reading, state::State};
use crate::model::KindId;

/// Judges rows anew by metrics that have just been answered.
pub(super) fn judge(state: &mut State, readings: &[Reading]) {
    let mut kinds: Vec<KindId> = readings.iter().map(|reading| reading.key.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let touched = readings.iter().filter(|reading| reading.key.kind == kind).filter_map(|reading| one(state, reading)).collect();
        answers::absorb(state, kind, &Change { touched, ..Change::default() });
    }
}

fn one(state: &mut State, reading: &Reading) -> Option<u32> {
    let State { fleet, metrics, meter, now, .. } = state;
    let table = fleet.tables.get_mut(&reading.key.kind)?;
    let metric = table.kind.metrics.get(reading.metric)?;
    let concern = metric.bad_when?;
    let series = metrics.get(reading)?.value()?.as_ref();
    let said = series.and_then(|series| concern.found(metric, series, measuring::patience(metric, series, meter), *now));
    table.meter(&reading.key, reading.metric, said, *now)
}

/// Takes back what points said that are not fresh any more.
pub(super) fn expire(state: &mut State) {
    let now = state.now;
    let changes: Vec<_> = state.fleet.tables.iter_mut().map(|(kind, table)| (*kind, table.expire_metered(now))).collect();
    for (kind, change) in changes.into_iter().filter(|(_, change)| !change.touched.is_empty()) {
        answers::absorb(state, kind, &change);
    }
}
