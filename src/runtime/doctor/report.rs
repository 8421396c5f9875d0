//! What was found, and how it is told.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::{cli::Report, model::Text, runtime::json};

/// What a finding is about, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Area {
    Credentials,
    Regions,
    Permissions,
    Clock,
    Terminal,
    Configuration,
    Files,
    Journal,
    Log,
}

impl Area {
    fn word(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Regions => "regions",
            Self::Permissions => "permissions",
            Self::Clock => "clock",
            Self::Terminal => "terminal",
            Self::Configuration => "configuration",
            Self::Files => "files",
            Self::Journal => "journal",
            Self::Log => "log",
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Warn,
    Fail,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One finding, and what to do next.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    pub(super) area: Area,
    pub(super) verdict: Verdict,
    pub(super) what: Text,
    pub(super) next: Text,
}

impl Check {
    pub(super) fn ok(area: Area, what: &str) -> Self {
        Self { area, verdict: Verdict::Ok, what: what.into(), next: Text::default() }
    }

    pub(super) fn warn(area: Area, what: &str, next: &str) -> Self {
        Self { area, verdict: Verdict::Warn, what: what.into(), next: next.into() }
    }

    pub(super) fn fail(area: Area, what: &str, next: &str) -> Self {
        Self { area, verdict: Verdict::Fail, what: what.into(), next: next.into() }
    }

    /// Works, with a remark.
    pub(super) fn but(self, next: &str) -> Self {
        Self { next: next.into(), ..self }
    }

    fn value(&self) -> Value {
        json!({
            "area": self.area.word(),
            "state": self.verdict.word(),
            "what": self.what.as_str(),
            "next": self.next.as_str(),
        })
    }
}

/// Writes all findings, one a line or as one array of objects.
pub(super) fn write(output: Report, checks: &[Check], out: &mut impl Write) -> io::Result<()> {
    match output {
        Report::Json => writeln!(out, "{}", json::pretty(&checks.iter().map(Check::value).collect())),
        Report::Table => {
            for Check { area, verdict, what, next } in checks {
                let next = if next.is_empty() { String::new() } else { format!(" – {next}") };
                writeln!(out, "{:<5} {:<14} {what}{next}", verdict.word(), area.word())?;
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_or_one_object() {
        let checks = [Check::ok(Area::Clock, "agrees"), Check::fail(Area::Log, "a\nb", "make room")];
        let written = |output| {
            let mut out = Vec::new();
            write(output, &checks, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let table = written(Report::Table);
        assert_eq!(table.lines().count(), 2, "{table}");
        assert!(table.starts_with("ok    clock          agrees\nfail  log            ") && table.ends_with(" – make room\n"), "{table}");
        let objects: Value = serde_json::from_str(&written(Report::Json)).unwrap();
        assert_eq!((objects[1]["state"].as_str(), objects[0]["area"].as_str()), (Some("fail"), Some("clock")));
    }
}
