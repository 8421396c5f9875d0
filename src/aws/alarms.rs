//! The alarms of one target that are going off.

use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, Dimension, Metric, MetricAlarm, StateValue};
use jiff::Timestamp;

use super::{Aws, Lane, cloudwatch, problem::problem};
use crate::model::{
    Problem, Text,
    alarm::{Alarm, Watch, inherited},
};

/// Alarms on a page, at most (`CloudWatch` API Reference, `DescribeAlarms`, `MaxRecords`).
const PAGE: i32 = 100;

/// `CloudWatch` User Guide, "`CloudWatch` service quotas": `DescribeAlarms` 9 a second.
static ALARMS: Lane = Lane { name: "cloudwatch-alarms", published: 9.0, burst: 1 };

/// Every alarm in `ALARM`. Those of metrics alone are told of unless the others are asked for.
pub async fn ringing(aws: &Aws) -> Result<Vec<Alarm>, Problem> {
    let client = aws.client(cloudwatch::client);
    let (mut alarms, mut composites, mut token) = (Vec::new(), Vec::new(), None);
    loop {
        let call = client.describe_alarms().state_value(StateValue::Alarm).max_records(PAGE).set_next_token(token);
        let call = call.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
        aws.turn(&ALARMS).await;
        let page = call.send().await.map_err(|error| problem(error, aws.target()))?;
        alarms.extend(page.metric_alarms().iter().map(metric));
        composites.extend(page.composite_alarms.unwrap_or_default());
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            break;
        }
    }
    let composites: Vec<Alarm> = composites.iter().map(|alarm| composite(alarm, &alarms)).collect();
    alarms.extend(composites);
    Ok(alarms)
}

fn text(text: Option<&str>) -> Text {
    Text::new(text.unwrap_or_default())
}

fn moment(at: Option<&aws_sdk_cloudwatch::primitives::DateTime>) -> Option<Timestamp> {
    Timestamp::from_second(at?.secs()).ok()
}

fn metric(alarm: &MetricAlarm) -> Alarm {
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    Alarm { name: text(alarm.alarm_name()), reason: text(alarm.state_reason()), since: moment(since), watches: watches(alarm) }
}

/// The one metric of an alarm, or those of its expression.
fn watches(alarm: &MetricAlarm) -> Vec<Watch> {
    if let (Some(namespace), Some(metric)) = (alarm.namespace(), alarm.metric_name()) {
        let stat = alarm.statistic().map(aws_sdk_cloudwatch::types::Statistic::as_str).or(alarm.extended_statistic());
        return vec![Watch {
            namespace: Text::new(namespace),
            metric: Text::new(metric),
            stat: text(stat),
            period: i64::from(alarm.period().unwrap_or_default()),
            dimensions: dimensions(alarm.dimensions()),
            threshold: alarm.threshold(),
        }];
    }
    let stats = alarm.metrics().iter().filter_map(|query| query.metric_stat());
    let watch = |metric: &Metric, stat: Option<&str>, period: Option<i32>| Watch {
        namespace: text(metric.namespace()),
        metric: text(metric.metric_name()),
        stat: text(stat),
        period: i64::from(period.unwrap_or_default()),
        dimensions: dimensions(metric.dimensions()),
        threshold: None,
    };
    stats.filter_map(|known| Some(watch(known.metric()?, known.stat(), known.period()))).collect()
}

fn dimensions(dimensions: &[Dimension]) -> Vec<(Text, Text)> {
    let mut named: Vec<_> = dimensions.iter().map(|known| (text(known.name()), text(known.value()))).collect();
    named.sort();
    named
}

fn composite(alarm: &CompositeAlarm, ringing: &[Alarm]) -> Alarm {
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    Alarm {
        name: text(alarm.alarm_name()),
        reason: text(alarm.state_reason()),
        since: moment(since),
        watches: inherited(alarm.alarm_rule().unwrap_or_default(), ringing),
    }
}
