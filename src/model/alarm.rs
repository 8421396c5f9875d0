//! Alarms of `CloudWatch` that are going off, and what they watch.

use jiff::Timestamp;

use super::text::Text;

/// An alarm in `ALARM`.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Its name.
    pub name: Text,
    /// Why it went off, in `CloudWatch`'s words.
    pub reason: Text,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The metrics it watches: one, those of an expression, or those of the alarms a composite one is made of.
    pub watches: Vec<Watch>,
}

/// A metric that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// `CloudWatch` namespace.
    pub namespace: Text,
    /// `CloudWatch` metric name.
    pub metric: Text,
    /// `CloudWatch`'s word for the statistic.
    pub stat: Text,
    /// Seconds of a period.
    pub period: i64,
    /// The exact set of dimensions, in the order of their names.
    pub dimensions: Vec<(Text, Text)>,
    /// The value it is held against; `None` in an expression.
    pub threshold: Option<f64>,
}

/// What a composite alarm watches: whatever the alarms among `ringing` do that its rule names, as in `ALARM("cpu-high") OR ALARM(disk)`.
pub fn inherited(rule: &str, ringing: &[Alarm]) -> Vec<Watch> {
    let words: Vec<&str> = rule.split(['(', ')']).map(|word| word.trim().trim_matches(['"', '\''])).collect();
    // A rule may name an alarm by its ARN, which ends in `:alarm:NAME`.
    let named = |alarm: &&Alarm| {
        let name = alarm.name.as_str();
        words.iter().any(|word| *word == name || word.rsplit_once(":alarm:").is_some_and(|(_, tail)| tail == name))
    };
    let watches = ringing.iter().filter(named).flat_map(|alarm| &alarm.watches);
    watches.map(|watch| Watch { threshold: None, ..watch.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composite_alarm_watches_what_the_alarms_of_its_rule_do() {
        let alarm = |name: &str| {
            let watch = Watch {
                namespace: "AWS/EC2".into(),
                metric: name.into(),
                stat: "Average".into(),
                period: 300,
                dimensions: Vec::new(),
                threshold: Some(90.0),
            };
            Alarm { name: name.into(), reason: Text::default(), since: None, watches: vec![watch] }
        };
        let ringing = ["cpu", "disk", "net", "cpu-2"].map(alarm);
        let rule = "(ALARM(\"cpu\") OR ALARM('disk')) AND NOT OK(arn:aws:cloudwatch:eu-west-1:1:alarm:net)";
        let metrics: Vec<_> = inherited(rule, &ringing).iter().map(|watch| (watch.metric.to_string(), watch.threshold)).collect();
        assert_eq!(metrics, ["cpu", "disk", "net"].map(|name| (name.to_owned(), None)));
    }
}
