//! The alarms of one target that are going off.

use aws_sdk_cloudwatch::types::{
    AlarmType, CompositeAlarm, Dimension, LogAlarm, Metric, MetricAlarm, MetricDataQuery, ScheduledQueryConfiguration, StateValue,
};
use jiff::Timestamp;

use super::{Aws, Lane, Patience, cloudwatch, problem::problem};
use crate::model::{
    Problem, Text,
    alarm::{Alarm, Watch, inherited},
    series::Query,
};

/// Alarms on a page, at most (`CloudWatch` API Reference, `DescribeAlarms`, `MaxRecords`).
const PAGE: i32 = 100;

/// `CloudWatch` User Guide, "`CloudWatch` service quotas": `DescribeAlarms` 9 a second. `DescribeAlarmsForMetric` goes the same way.
static ALARMS: Lane = Lane { name: "cloudwatch-alarms", published: 9.0, burst: 1, patience: Patience::Short };

/// How deep composite alarms are made of composite ones, as far as we look.
const DEPTH: usize = 4;

/// Log groups of one resource each: how their names begin and end, and the namespace and dimension under which the resource publishes
/// its metrics (Lambda Developer Guide, "Sending Lambda function logs to `CloudWatch` Logs"; EKS User Guide, "Send control plane logs").
const GROUPS: [(&str, &str, &str, &str); 2] =
    [("/aws/lambda/", "", "AWS/Lambda", "FunctionName"), ("/aws/eks/", "/cluster", "AWS/EKS", "ClusterName")];

/// Every alarm in `ALARM`. Those of metrics alone are told of unless the others are asked for.
pub async fn ringing(aws: &Aws) -> Result<Vec<Alarm>, Problem> {
    let (mut alarms, mut composites, mut token) = (Vec::new(), Vec::<CompositeAlarm>::new(), None);
    loop {
        let call = aws
            .through(&ALARMS, cloudwatch::client)
            .await
            .describe_alarms()
            .state_value(StateValue::Alarm)
            .max_records(PAGE)
            .set_next_token(token);
        let call = call.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm).alarm_types(AlarmType::LogAlarm);
        let page = call.send().await.map_err(|error| problem(error, aws.target()))?;
        alarms.extend(page.metric_alarms().iter().map(metric));
        alarms.extend(page.log_alarms().iter().map(log));
        composites.extend(page.composite_alarms.unwrap_or_default());
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            break;
        }
    }
    Ok(whole(&alarms, &composites))
}

/// What the alarms on one metric hold it against, whether they go off or not. Those of expressions are not told of (`CloudWatch` API
/// Reference, `DescribeAlarmsForMetric`).
pub async fn on(aws: &Aws, query: &Query) -> Result<Vec<Watch>, Problem> {
    let dimensions = query.dimensions.iter().map(|(name, value)| Dimension::builder().name(*name).value(value.as_str()).build());
    let call =
        aws.through(&ALARMS, cloudwatch::client).await.describe_alarms_for_metric().namespace(query.namespace).metric_name(query.name);
    let found = call.set_dimensions(Some(dimensions.collect())).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(found.metric_alarms().iter().flat_map(watches).collect())
}

/// Asks for one alarm, to learn whether it may be asked for.
pub async fn probe(aws: &Aws) -> Result<(), Problem> {
    let asked = aws.client(cloudwatch::client).describe_alarms().max_records(1).send().await;
    asked.map(drop).map_err(|error| problem(error, aws.target()))
}

/// The alarms with the composite ones, which watch what those they are made of do, at any depth.
fn whole(alarms: &[Alarm], composites: &[CompositeAlarm]) -> Vec<Alarm> {
    let mut all = alarms.to_vec();
    for _ in 0..DEPTH.min(composites.len()) {
        let resolved = composites.iter().map(|alarm| composite(alarm, &all));
        all = alarms.iter().cloned().chain(resolved).collect();
    }
    all
}

/// An alarm of a query over logs watches no metric; where a log group is that of one resource, it is on that.
fn log(alarm: &LogAlarm) -> Alarm {
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    let groups = alarm.scheduled_query_configuration().map(ScheduledQueryConfiguration::log_group_identifiers).unwrap_or_default();
    let watches = groups.iter().filter_map(|group| of_group(group)).collect();
    Alarm { name: text(alarm.alarm_name()), reason: text(alarm.state_reason()), since: moment(since), watches }
}

/// Whose a log group is, by its name or ARN: `/aws/lambda/NAME`.
fn of_group(group: &str) -> Option<Watch> {
    let name = group.split_once(":log-group:").map_or(group, |(_, name)| name.trim_end_matches(":*"));
    let mut mine = GROUPS.iter().filter_map(|group| Some((name.strip_prefix(group.0)?.strip_suffix(group.1)?, group.2, group.3)));
    let (id, namespace, dimension) = mine.next()?;
    Some(Watch {
        namespace: Text::new(namespace),
        metric: Text::default(),
        stat: Text::default(),
        period: 0,
        dimensions: vec![(Text::new(dimension), Text::new(id))],
        threshold: None,
    })
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
    // An alarm of a monitoring account may watch metrics of others, whose rows are not those here.
    let own = |query: &&MetricDataQuery| query.account_id().is_none_or(|account| alarm.alarm_arn().is_none_or(|arn| arn.contains(account)));
    let stats = alarm.metrics().iter().filter(own).filter_map(|query| query.metric_stat());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(alarm: &Alarm) -> Vec<String> {
        alarm.watches.iter().flat_map(|watch| &watch.dimensions).map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn an_alarm_of_logs_is_on_the_resource_whose_log_group_it_reads() {
        let groups = ["/aws/lambda/hook", "arn:aws:logs:eu-west-1:1:log-group:/aws/eks/main/cluster:*", "/var/log/nginx", "/aws/eks/other"];
        let query = ScheduledQueryConfiguration::builder().set_log_group_identifiers(Some(groups.map(str::to_owned).to_vec())).build();
        let alarm = log(&LogAlarm::builder().alarm_name("panics").scheduled_query_configuration(query).build());
        assert_eq!((alarm.name.as_str(), ids(&alarm)), ("panics", vec!["FunctionName=hook".to_owned(), "ClusterName=main".to_owned()]));
        assert_eq!(ids(&log(&LogAlarm::builder().build())), [""; 0]);
    }

    #[test]
    fn an_alarm_on_the_metrics_of_another_account_is_on_no_row_here() {
        let asked = |account: &str| {
            let dimension = Dimension::builder().name("FunctionName").value("web").build();
            let metric = Metric::builder().namespace("AWS/Lambda").metric_name("Errors").dimensions(dimension).build();
            let stat = aws_sdk_cloudwatch::types::MetricStat::builder().metric(metric).period(60).stat("Sum").build();
            MetricDataQuery::builder().id("m").account_id(account).metric_stat(stat).build()
        };
        let alarm = MetricAlarm::builder().alarm_name("errors").alarm_arn("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors");
        let of = |account| ids(&metric(&alarm.clone().metrics(asked(account)).build()));
        assert_eq!((of("111122223333"), of("444455556666")), (vec!["FunctionName=web".to_owned()], vec![]));
    }

    #[test]
    fn composite_alarms_of_composite_ones_reach_the_rows_of_both() {
        let metric = |name: &str, id: &str| {
            let dimension = Dimension::builder().name("InstanceId").value(id).build();
            let alarm = MetricAlarm::builder().alarm_name(name).namespace("AWS/EC2").metric_name("CPUUtilization");
            super::metric(&alarm.dimensions(dimension).build())
        };
        let composite = |name: &str, rule: &str| CompositeAlarm::builder().alarm_name(name).alarm_rule(rule).build();
        let composites = [composite("all", "ALARM(web) OR ALARM(db)"), composite("web", "ALARM(web-1)")];
        let all = whole(&[metric("web-1", "i-1"), metric("db", "i-2")], &composites);
        let seen: Vec<_> = all.iter().map(|alarm| (alarm.name.to_string(), ids(alarm).len())).collect();
        let told = [("web-1", 1), ("db", 1), ("all", 2), ("web", 1)];
        assert_eq!(seen, told.map(|(name, rows)| (name.to_owned(), rows)));
    }
}
