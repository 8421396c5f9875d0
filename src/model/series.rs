//! A metric over time.

use jiff::Timestamp;

use super::text::Text;

/// A `CloudWatch` statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stat {
    /// Mean of the samples in a period.
    Average,
    /// Total of the samples in a period.
    Sum,
    /// Largest sample.
    Maximum,
    /// Smallest sample.
    Minimum,
    /// The value that half of the samples stay below.
    P50,
    /// The value that 95 % of the samples stay below.
    P95,
    /// The value that 99 % of the samples stay below.
    P99,
}

impl Stat {
    /// `CloudWatch`'s own word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Sum => "Sum",
            Self::Maximum => "Maximum",
            Self::Minimum => "Minimum",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}

/// What a drawn number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 0 to 100, always drawn on that scale.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes a second.
    BytesPerSecond,
    /// Events a second.
    PerSecond,
    /// Things.
    Count,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
}

impl Unit {
    /// True for what is counted in a period and drawn by the second.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::BytesPerSecond | Self::PerSecond)
    }

    /// The word used in exports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes/s",
            Self::PerSecond => "1/s",
            Self::Count => "count",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }
}

/// A half-open span of time, aligned to a period: start inclusive, end exclusive, as `GetMetricData` reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// First second.
    pub start: i64,
    /// First second after the span.
    pub end: i64,
    /// Seconds from one point to the next.
    pub period: i64,
}

impl Range {
    /// The `length` seconds of closed periods before `now`, leaving out the newest `delay` seconds, which are not published yet.
    pub fn closed(now: Timestamp, period: i64, length: i64, delay: i64) -> Self {
        let end = (now.as_second() - delay).div_euclid(period) * period;
        Self { start: end - length.div_euclid(period) * period, end, period }
    }

    /// Number of periods in the span.
    pub fn slots(&self) -> usize {
        ((self.end - self.start) / self.period).max(0) as usize
    }
}

/// One metric over one span, with everything `GetMetricData` wants to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// `CloudWatch` namespace.
    pub namespace: &'static str,
    /// `CloudWatch` metric name.
    pub name: &'static str,
    /// The exact set of dimensions, with values.
    pub dimensions: Vec<(&'static str, Text)>,
    /// Statistic.
    pub stat: Stat,
    /// Each value is divided by this: the period for rates, 1 for values drawn as they come.
    pub divisor: f64,
    /// Span and period.
    pub range: Range,
}

/// Points of one metric, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The span that was asked for.
    pub range: Range,
    /// Seconds since the epoch at the start of the period, and the value; ascending, one per period at most.
    pub points: Vec<(i64, f64)>,
}

impl Series {
    /// Makes a series of points in any order; later duplicates of a time win, values that are not numbers are dropped.
    pub fn new(range: Range, mut points: Vec<(i64, f64)>) -> Self {
        points.retain(|(_, value)| value.is_finite());
        points.sort_by_key(|(at, _)| *at);
        points.reverse();
        points.dedup_by_key(|(at, _)| *at);
        points.reverse();
        Self { range, points }
    }

    /// The newest point.
    pub fn latest(&self) -> Option<(Timestamp, f64)> {
        let (at, value) = *self.points.last()?;
        Some((Timestamp::from_second(at).ok()?, value))
    }

    /// The point of the period that a second falls in; `None` where nothing was published for it.
    pub fn at(&self, second: i64) -> Option<(i64, f64)> {
        let (at, value) = *self.points[..self.points.partition_point(|(at, _)| *at <= second)].last()?;
        (second - at < self.range.period).then_some((at, value))
    }

    /// The largest value.
    pub fn peak(&self) -> Option<f64> {
        self.points.iter().map(|(_, value)| *value).reduce(f64::max)
    }

    /// The span cut into `width` equal slots: the largest value in each, `None` where nothing was published.
    /// Slots narrower than a period take the value of the period they fall in.
    pub fn resample(&self, width: usize) -> Vec<Option<f64>> {
        let span = self.range.end - self.range.start;
        let mut slots = vec![None; width];
        if width == 0 || span <= 0 {
            return slots;
        }
        let place = |at: i64| ((at - self.range.start) * width as i64).div_euclid(span);
        for &(at, value) in &self.points {
            let first = place(at).clamp(0, width as i64);
            let last = place(at + self.range.period).clamp(first + 1, width as i64 + 1);
            for slot in slots.iter_mut().take(last as usize).skip(first as usize) {
                *slot = Some(slot.map_or(value, |seen: f64| seen.max(value)));
            }
        }
        slots
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Range = Range { start: 0, end: 3_600, period: 300 };

    #[test]
    fn a_window_is_closed_and_aligned() {
        let now = Timestamp::from_second(10_000).expect("in range");
        let range = Range::closed(now, 300, 3_600, 120);
        assert_eq!(range, Range { start: 6_000, end: 9_600, period: 300 });
        assert_eq!(range.slots(), 12);
    }

    #[test]
    fn points_end_up_ascending_without_duplicates() {
        let series = Series::new(HOUR, vec![(600, 2.0), (0, 1.0), (600, 3.0), (300, f64::NAN)]);
        assert_eq!(series.points, [(0, 1.0), (600, 3.0)]);
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let series = Series::new(HOUR, vec![(0, 1.0), (3_300, 5.0)]);
        let slots = series.resample(12);
        assert_eq!((slots[0], slots[1], slots[11]), (Some(1.0), None, Some(5.0)));
    }

    #[test]
    fn a_second_is_read_from_the_period_it_falls_in() {
        let series = Series::new(HOUR, vec![(0, 1.0), (600, 3.0)]);
        assert_eq!(
            [-1, 0, 299, 300, 600, 899, 900].map(|second| series.at(second).map(|(at, _)| at)),
            [None, Some(0), Some(0), None, Some(600), Some(600), None]
        );
    }

    proptest! {
        #[test]
        fn resampling_invents_nothing_and_keeps_the_peak(
            values in proptest::collection::vec((0_i64..12, 0.0_f64..100.0), 0..20), width in 1_usize..80,
        ) {
            let series = Series::new(HOUR, values.iter().map(|(slot, value)| (slot * 300, *value)).collect());
            let drawn: Vec<f64> = series.resample(width).into_iter().flatten().collect();
            prop_assert_eq!(drawn.iter().copied().reduce(f64::max), series.peak());
            prop_assert!(drawn.iter().all(|value| series.points.iter().any(|(_, known)| known.to_bits() == value.to_bits())));
        }
    }
}
