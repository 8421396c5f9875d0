//! Numbers and times as people read them.

use jiff::Timestamp;

use super::series::Unit;

/// A span as one unit: `45s`, `12m`, `3h`, `12d`, `2y`. Negative spans (a clock ahead of ours) read as `0s`.
pub fn age(seconds: i64) -> String {
    match seconds.max(0) {
        s @ 0..60 => format!("{s}s"),
        s @ 60..3_600 => format!("{}m", s / 60),
        s @ 3_600..86_400 => format!("{}h", s / 3_600),
        s @ 86_400..31_536_000 => format!("{}d", s / 86_400),
        s => format!("{}y", s / 31_536_000),
    }
}

/// A time of day in UTC: `14:02:31`.
pub fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

/// A time of day in UTC to the minute: `14:02`.
pub fn minute(at: Timestamp) -> String {
    at.strftime("%H:%M").to_string()
}

/// A day in UTC: `Nov 21`.
pub fn day(at: Timestamp) -> String {
    at.strftime("%b %-d").to_string()
}

/// A moment in full: `2026-11-21 14:02:31Z`.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A measured value with its unit, at most seven cells wide for values below 10¹⁵.
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent => format!("{value:.0} %"),
        Unit::BytesPerSecond => format!("{}B/s", scaled(value)),
        Unit::Bytes => format!("{}B", scaled(value)),
        Unit::PerSecond => format!("{}/s", scaled(value)),
        Unit::Count => scaled(value).trim_end().to_owned(),
        Unit::Milliseconds => span(value),
        Unit::Seconds => span(value * 1_000.0),
    }
}

/// Cells that a measured value takes in a list at most, a mark before it included.
pub fn value_width(unit: Unit) -> usize {
    match unit {
        Unit::Percent | Unit::Count => 6,
        Unit::Bytes | Unit::Milliseconds | Unit::Seconds => 7,
        Unit::PerSecond => 8,
        Unit::BytesPerSecond => 9,
    }
}

/// Dollars, so that little is not shown as nothing: `$1.25`, `$0.004`, `under $0.001`.
pub fn cost(dollars: f64) -> String {
    match dollars {
        d if d >= 0.01 => format!("${d:.2}"),
        d if d >= 0.001 => format!("${d:.3}"),
        _ => "under $0.001".to_owned(),
    }
}

/// A length of time in milliseconds in the unit that people would choose: `480 ms`, `1.2 s`, `15 min`, `4 h`, `3 d`.
fn span(milliseconds: f64) -> String {
    const UNITS: [(&str, f64); 5] = [("ms", 1.0), ("s", 1_000.0), ("min", 60_000.0), ("h", 3_600_000.0), ("d", 86_400_000.0)];
    let (unit, size) = UNITS.iter().rev().find(|(_, size)| milliseconds >= *size).unwrap_or(&UNITS[0]);
    let value = milliseconds / size;
    let digits = usize::from(value < 9.95 && *unit != "ms");
    format!("{value:.digits$} {unit}")
}

/// Three significant digits and a decimal prefix, ending in a space or the prefix: `12 M`, `3.1 k`, `0 `.
fn scaled(value: f64) -> String {
    const PREFIXES: [&str; 6] = [" ", " k", " M", " G", " T", " P"];
    let mut step = 0;
    let mut rest = value;
    while rest.abs() >= 999.5 && step + 1 < PREFIXES.len() {
        rest /= 1_000.0;
        step += 1;
    }
    let whole = (rest * 10.0).round() % 10.0 == 0.0;
    let digits = usize::from(rest.abs() < 9.95 && !whole);
    format!("{rest:.digits$}{}", PREFIXES[step])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_use_the_largest_whole_unit() {
        let cases = [(0, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (7_200, "2h"), (86_400 * 12, "12d"), (-5, "0s")];
        for (seconds, expected) in cases {
            assert_eq!(age(seconds), expected);
        }
        assert_eq!(age(86_400 * 800), "2y");
    }

    #[test]
    fn values_carry_their_unit() {
        assert_eq!(value(87.4, Unit::Percent), "87 %");
        assert_eq!(value(12_300_000.0, Unit::BytesPerSecond), "12 MB/s");
        assert_eq!(value(3_140.0, Unit::BytesPerSecond), "3.1 kB/s");
        assert_eq!(value(0.0, Unit::BytesPerSecond), "0 B/s");
        assert_eq!(value(999.9, Unit::Count), "1 k");
        assert_eq!(value(288.0, Unit::Count), "288");
        let spans = [0.0, 480.0, 1_200.0, 61_000.0, 14_400_000.0, 259_200_000.0].map(|span| value(span, Unit::Milliseconds));
        assert_eq!(spans, ["0 ms", "480 ms", "1.2 s", "1.0 min", "4.0 h", "3.0 d"]);
        assert_eq!(value(900.0, Unit::Seconds), "15 min");
    }
}
