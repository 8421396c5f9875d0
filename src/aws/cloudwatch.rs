//! Any metrics of any resources of one target, in as few requests as `CloudWatch` allows.

mod results;

use aws_sdk_cloudwatch::{
    Client,
    config::Builder,
    primitives::DateTime,
    types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy},
};

use self::results::Results;
use super::{Aws, Lane, Patience, SdkConfig, problem::problem};
use crate::model::{Problem, Range, Series, Stat, series::Query};

/// Queries in one request (`GetMetricData`, `MetricDataQueries`: at most 500).
const QUERIES: usize = 500;
/// Points in one answer (`GetMetricData`, `MaxDatapoints`: at most 100,800).
const POINTS: usize = 100_800;

/// `CloudWatch` User Guide, "`CloudWatch` service quotas": `GetMetricData` 500 a second. A tenth of that is more than any screen wants.
static DATA: Lane = Lane { name: "cloudwatch-data", published: 50.0, burst: 50, patience: Patience::Long };

/// What came of some queries.
#[derive(Debug, Default)]
pub struct Measured {
    /// One answer for each query, in their order: its series, `None` where `CloudWatch` has published nothing, or why it could not be
    /// fetched.
    pub answers: Vec<Result<Option<Series>, Problem>>,
    /// What `CloudWatch` said about the requests as a whole beside answering them.
    pub said: Vec<Problem>,
}

/// Fetches metrics. One failed request fails only its own.
pub async fn measure(aws: &Aws, queries: &[Query]) -> Measured {
    let mut measured = Measured::default();
    for batch in batches(queries) {
        match request(aws, batch).await {
            Ok(results) => {
                measured.said.extend(results.said.iter().filter(|said| !measured.said.contains(said)).cloned().collect::<Vec<_>>());
                measured.answers.extend(results.answers(batch));
            }
            Err(problem) => measured.answers.extend(batch.iter().map(|_| Err(problem.clone()))),
        }
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

/// Follows `NextToken` to the end, or to where it does not lead on.
async fn request(aws: &Aws, queries: &[Query]) -> Result<Results, Problem> {
    let mut results = Results::new(queries.len());
    let Some(first) = queries.first() else { return Ok(results) };
    let mut token: Option<String> = None;
    loop {
        let call = aws
            .through(&DATA, client)
            .await
            .get_metric_data()
            .set_metric_data_queries(Some(queries.iter().enumerate().map(query).collect()))
            .start_time(DateTime::from_secs(first.range.start))
            .end_time(DateTime::from_secs(first.range.end))
            .max_datapoints(POINTS as i32)
            .scan_by(ScanBy::TimestampAscending)
            .set_next_token(token.clone());
        let page = call.send().await.map_err(|error| problem(error, aws.target()))?;
        results.take(&page)?;
        let next = page.next_token.filter(|next| !next.is_empty() && Some(next) != token.as_ref());
        if next.is_none() {
            return Ok(results);
        }
        token = next;
    }
}

/// Asks for a metric that nobody publishes, to learn whether metrics may be asked for. One question: a hundred thousandth of a dollar.
pub async fn probe(aws: &Aws) -> Result<(), Problem> {
    request(aws, &[nothing()]).await.map(drop)
}

/// A metric that nobody publishes.
pub fn nothing() -> Query {
    let range = Range { start: 0, end: 60, period: 60 };
    Query { namespace: "quarterdeck", name: "doctor", dimensions: Vec::new(), stat: Stat::Average, divisor: 1.0, range }
}

pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("cloudwatch")).build())
}

fn query((at, query): (usize, &Query)) -> MetricDataQuery {
    let dimensions = query.dimensions.iter().map(|(name, value)| Dimension::builder().name(*name).value(value.as_str()).build());
    let metric = Metric::builder().namespace(query.namespace).metric_name(query.name).set_dimensions(Some(dimensions.collect()));
    let stat = MetricStat::builder().metric(metric.build()).period(query.range.period as i32).stat(query.stat.word());
    MetricDataQuery::builder().id(format!("m{at}")).metric_stat(stat.build()).return_data(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

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
