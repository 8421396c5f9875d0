//! Any metrics of any resources of one target, in as few requests as `CloudWatch` allows.

use std::collections::HashMap;

use aws_sdk_cloudwatch::{
    Client,
    config::Builder,
    operation::get_metric_data::GetMetricDataOutput,
    primitives::DateTime,
    types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy},
};

use super::{Aws, Lane, problem::problem};
use crate::model::{Problem, ProblemKind, Series, series::Query};

/// Queries in one request (`GetMetricData`, `MetricDataQueries`: at most 500).
const QUERIES: usize = 500;
/// Points in one answer (`GetMetricData`, `MaxDatapoints`: at most 100,800).
const POINTS: usize = 100_800;

/// `CloudWatch` User Guide, "`CloudWatch` service quotas": `GetMetricData` 500 a second. A tenth of that is more than any screen wants.
static DATA: Lane = Lane { name: "cloudwatch-data", published: 50.0, burst: 50 };

/// One answer for each query: its series, `None` where `CloudWatch` has published nothing, or why it could not be fetched.
pub type Measured = Vec<Result<Option<Series>, Problem>>;

/// Fetches metrics. Answers come in the order of the queries; one failed request fails only its own.
pub async fn measure(aws: &Aws, queries: &[Query]) -> Measured {
    let mut measured = Vec::with_capacity(queries.len());
    for batch in batches(queries) {
        measured.extend(request(aws, batch).await);
    }
    measured
}

/// Splits queries so that each request keeps to both limits and has one span, as `GetMetricData` takes one.
fn batches(queries: &[Query]) -> impl Iterator<Item = &[Query]> {
    queries.chunk_by(|a, b| (a.range.start, a.range.end) == (b.range.start, b.range.end)).flat_map(|same| {
        let slots = same.iter().map(|query| query.range.slots()).max().unwrap_or(1).max(1);
        same.chunks(QUERIES.min((POINTS / slots).max(1)))
    })
}

async fn request(aws: &Aws, queries: &[Query]) -> Measured {
    match points(aws, queries).await {
        Ok(mut points) => (0..queries.len()).map(|at| Ok(series(&queries[at], points.remove(&at)))).collect(),
        Err(problem) => queries.iter().map(|_| Err(problem.clone())).collect(),
    }
}

type Points = HashMap<usize, Vec<(i64, f64)>>;

/// Follows `NextToken` to the end. A metric's points may be spread over several pages; the id says whose they are.
async fn points(aws: &Aws, queries: &[Query]) -> Result<Points, Problem> {
    let client = aws.client(client);
    let Some(first) = queries.first() else { return Ok(Points::new()) };
    let mut points = Points::new();
    let mut token = None;
    loop {
        let call = client
            .get_metric_data()
            .set_metric_data_queries(Some(queries.iter().enumerate().map(query).collect()))
            .start_time(DateTime::from_secs(first.range.start))
            .end_time(DateTime::from_secs(first.range.end))
            .scan_by(ScanBy::TimestampAscending)
            .set_next_token(token);
        aws.turn(&DATA).await;
        let page = call.send().await.map_err(|error| problem(error, aws.target()))?;
        collect(&page, &mut points)?;
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(points);
        }
    }
}

fn client(aws: &Aws) -> Client {
    Client::from_conf(Builder::from(aws.config()).retry_partition(aws.retry_partition("cloudwatch")).build())
}

fn query((at, query): (usize, &Query)) -> MetricDataQuery {
    let dimensions = query.dimensions.iter().map(|(name, value)| Dimension::builder().name(*name).value(value.as_str()).build());
    let metric = Metric::builder().namespace(query.namespace).metric_name(query.name).set_dimensions(Some(dimensions.collect()));
    let stat = MetricStat::builder().metric(metric.build()).period(query.range.period as i32).stat(query.stat.word());
    MetricDataQuery::builder().id(format!("m{at}")).metric_stat(stat.build()).return_data(true).build()
}

fn collect(page: &GetMetricDataOutput, points: &mut Points) -> Result<(), Problem> {
    for result in page.metric_data_results() {
        let at = result.id().and_then(|id| id.strip_prefix('m')).and_then(|digits| digits.parse().ok());
        let at: usize = at.ok_or_else(|| Problem::new(ProblemKind::Garbled, "CloudWatch answered a query nobody asked", ""))?;
        let times = result.timestamps().iter().map(DateTime::secs);
        points.entry(at).or_default().extend(times.zip(result.values().iter().copied()));
    }
    Ok(())
}

fn series(query: &Query, points: Option<Vec<(i64, f64)>>) -> Option<Series> {
    let points = points.filter(|points| !points.is_empty())?;
    Some(Series::new(query.range, points.into_iter().map(|(at, value)| (at, value / query.divisor)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Range, Stat};

    fn asked(count: usize, start: i64, slots: i64) -> Vec<Query> {
        let range = Range { start, end: start + slots * 60, period: 60 };
        let query = Query { namespace: "N", name: "M", dimensions: vec![], stat: Stat::Average, divisor: 1.0, range };
        vec![query; count]
    }

    #[test]
    fn batches_keep_to_both_limits_and_to_one_span() {
        let sizes = |queries: &[Query]| batches(queries).map(<[Query]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(&asked(0, 0, 10)), [0_usize; 0]);
        assert_eq!(sizes(&asked(500, 0, 10)), [500]);
        assert_eq!(sizes(&asked(501, 0, 10)), [500, 1]);
        assert_eq!(sizes(&asked(300, 0, 1_440)), [70, 70, 70, 70, 20]);
        let two_spans = [asked(2, 0, 10), asked(3, 600, 10)].concat();
        assert_eq!(sizes(&two_spans), [2, 3]);
    }
}
