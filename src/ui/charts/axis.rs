//! Where an axis has its ticks: at numbers and times that people would choose.

use jiff::Timestamp;

use crate::model::{Range, Unit, format};

/// Steps between two times, in seconds.
const STEPS: [i64; 14] = [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

/// Seconds from which on a span is long enough for dates.
const LONG: i64 = 43_200;

/// The top of the axis and its ticks from the bottom up.
pub(super) fn values(peak: f64, unit: Unit, lines: u16) -> (f64, Vec<f64>) {
    let top = match unit {
        Unit::Percent => nice(peak.max(100.0)),
        Unit::Count => nice(peak.max(1.0)).max(1.0),
        _ => nice(peak),
    };
    let parts = match lines {
        0..3 => 1,
        3..8 => 2,
        _ => 4,
    };
    let whole = unit == Unit::Count && top < f64::from(parts);
    let parts = if whole { top.max(1.0) as i32 } else { parts };
    (top, (0..=parts).map(|part| top * f64::from(part) / f64::from(parts)).collect())
}

/// The next number above that can be halved and quartered without ugly digits.
fn nice(peak: f64) -> f64 {
    if peak <= 0.0 || !peak.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf(peak.log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    steps.iter().map(|step| step * power).find(|top| *top >= peak * 0.999_999).unwrap_or(power * 10.0)
}

/// The times within the span at which there are ticks: whole steps, no more than `most` of them.
pub(super) fn times(range: Range, most: usize) -> Vec<i64> {
    let length = range.end - range.start;
    let step =
        STEPS.into_iter().find(|step| usize::try_from(length / step).is_ok_and(|ticks| ticks <= most.max(1))).unwrap_or(length.max(1));
    let first = range.start + (-range.start).rem_euclid(step);
    (0..).map(|at| first + at * step).take_while(|at| *at <= range.end).take(most + 1).collect()
}

/// The words of a tick: the time of day, at midnight of a long span the date.
pub(super) fn label(at: Timestamp, range: Range) -> String {
    let midnight = at.as_second().rem_euclid(86_400) == 0;
    if midnight && range.end - range.start >= LONG { format::day(at) } else { format::minute(at) }
}

/// A second of a span in full: `12:35Z`, with the date where the span is long.
pub(super) fn time(second: i64, range: Range) -> String {
    let Ok(at) = Timestamp::from_second(second) else { return String::new() };
    if range.end - range.start >= LONG {
        format!("{} {}Z", format::day(at), format::minute(at))
    } else {
        format!("{}Z", format::minute(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_a_date_where_days_pass() {
        let label =
            |at, hours: i64| label(Timestamp::from_second(at).expect("in range"), Range { start: 0, end: hours * 3_600, period: 300 });
        assert_eq!([label(86_400, 168), label(86_400, 3), label(90_000, 168)], ["Jan 2", "00:00", "01:00"]);
    }

    #[test]
    fn percentages_are_drawn_on_their_own_scale() {
        assert_eq!(values(12.0, Unit::Percent, 6), (100.0, vec![0.0, 50.0, 100.0]));
        assert_eq!(values(12.0, Unit::Percent, 9).1, [0.0, 25.0, 50.0, 75.0, 100.0]);
    }

    #[test]
    fn the_top_is_a_number_people_would_choose() {
        let tops = [0.0, 0.03, 1.0, 3.1, 12.3, 59.0, 1_230_000.0].map(|peak| values(peak, Unit::BytesPerSecond, 6).0);
        assert_eq!(tops.map(|top| (top * 100.0).round() as i64), [100, 4, 100, 400, 2_000, 6_000, 200_000_000]);
    }

    #[test]
    fn things_are_counted_whole() {
        assert_eq!(values(0.0, Unit::Count, 9), (1.0, vec![0.0, 1.0]));
        assert_eq!(values(2.0, Unit::Count, 9).1, [0.0, 1.0, 2.0]);
    }

    #[test]
    fn times_are_whole_steps_within_the_span() {
        let range = Range { start: 3_900, end: 14_700, period: 300 };
        assert_eq!(times(range, 4), [7_200, 10_800, 14_400]);
        assert_eq!(times(Range { start: 0, end: 0, period: 60 }, 3), [0]);
    }
}
