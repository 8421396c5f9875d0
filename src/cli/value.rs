//! Values of flags.

use std::{collections::BTreeSet, ffi::OsStr, net::SocketAddr, time::Duration};

use clap::{
    Arg, Command,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
};

use crate::{service, ui::theme};

/// Words that a shell offers for a value that may also be another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known(pub(super) fn() -> Vec<&'static str>);

/// Words that a shell offers for a value that is read by a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked(Known, fn(&str) -> Result<String, String>);

impl Known {
    /// The same, read by this function.
    pub(super) fn checked(self, read: fn(&str) -> Result<String, String>) -> Checked {
        Checked(self, read)
    }
}

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

impl TypedValueParser for Checked {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        let read = self.1;
        StringValueParser::new().try_map(move |word| read(&word)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

/// The ids of all kinds.
pub(super) fn kinds() -> Vec<&'static str> {
    service::kinds().map(|kind| kind.id.0).collect()
}

/// The ids of all actions, each once.
pub(super) fn actions() -> Vec<&'static str> {
    let ids: BTreeSet<_> = service::kinds().flat_map(|kind| kind.actions).map(|action| action.id).collect();
    ids.into_iter().collect()
}

/// The names of the embedded themes.
pub(super) fn themes() -> Vec<&'static str> {
    theme::EMBEDDED.iter().map(|(name, _)| *name).collect()
}

/// A span of time: `100ms`, `1.5s`, `2m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match &text[number.len()..] {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return Err("write a time with its unit: 100ms, 1.5s or 2m".to_owned()),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * scale);
    let span = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    span.ok_or_else(|| "write a time as a number and its unit: 100ms, 1.5s or 2m".to_owned())
}

/// A span of time back from now: `45s`, `30m`, `2h`, `7d`, `1w`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => 0,
    };
    let span = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds)).filter(|_| seconds > 0);
    span.map(Duration::from_secs).ok_or_else(|| "write a whole number and its unit: 45s, 30m, 2h or 7d".to_owned())
}

/// A field and its value: `desired=4`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write a field and its value: desired=4")?;
    Ok((field.trim().to_owned(), value.to_owned()))
}

/// The id of a kind, from its id or an alias.
pub(super) fn kind(word: &str) -> Result<String, String> {
    service::kind(word).map(|kind| kind.id.0.to_owned()).ok_or_else(|| super::unknown("kind", word, &kinds()))
}

/// An address of this machine that no other can reach.
pub(super) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let numeric = text.replacen("localhost:", "127.0.0.1:", 1);
    let address: SocketAddr = numeric.parse().map_err(|_| "write an address and a port: 127.0.0.1:4599".to_owned())?;
    let reason = "the simulator asks nobody for a password, so it listens on this machine only: 127.0.0.1 or [::1]";
    address.ip().is_loopback().then_some(address).ok_or_else(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_their_unit() {
        assert_eq!(duration("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for wrong in ["100", "ms", "-1s", "1h", "", "1e400s", "é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_are_whole_numbers_of_larger_units() {
        assert_eq!((span("2h"), span("7d")), (Ok(Duration::from_hours(2)), Ok(Duration::from_hours(168))));
        for wrong in ["", "2", "h", "1.5h", "-1h", "2y", "99999999999999999999w", "é"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_this_machine_is_listened_on() {
        assert_eq!(loopback("localhost:80"), Ok(SocketAddr::from(([127, 0, 0, 1], 80))));
        assert!(loopback("[::1]:0").is_ok());
        assert!(loopback("0.0.0.0:80").is_err_and(|reason| reason.contains("this machine only")));
        assert!(loopback("127.0.0.1").is_err_and(|reason| reason.contains("port")));
    }
}
