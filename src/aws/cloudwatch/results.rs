//! What the pages of a `GetMetricData` answer say of each query: points, and how far these can be trusted.

use aws_sdk_cloudwatch::{
    operation::get_metric_data::GetMetricDataOutput,
    primitives::DateTime,
    types::{MessageData, MetricDataResult, StatusCode},
};

use crate::model::{Problem, ProblemKind, Range, Series, Text, series::Query};

/// What has come so far, query by query.
pub(super) struct Results {
    found: Vec<Found>,
    /// What `CloudWatch` said about the request as a whole, each once.
    pub(super) said: Vec<Problem>,
}

/// What has come of one query. The latest page that speaks of it says how it stands.
#[derive(Clone, Default)]
struct Found {
    points: Vec<(i64, f64)>,
    status: Option<StatusCode>,
    why: String,
}

impl Results {
    /// Nothing yet of so many queries.
    pub(super) fn new(queries: usize) -> Self {
        Self { found: vec![Found::default(); queries], said: Vec::new() }
    }

    /// Takes a page. A metric's points may be spread over several; the id says whose they are.
    pub(super) fn take(&mut self, page: &GetMetricDataOutput) -> Result<(), Problem> {
        for message in page.messages() {
            let problem = remark(message);
            if !self.said.contains(&problem) {
                self.said.push(problem);
            }
        }
        page.metric_data_results().iter().try_for_each(|result| self.result(result))
    }

    fn result(&mut self, result: &MetricDataResult) -> Result<(), Problem> {
        let at = result.id().and_then(|id| id.strip_prefix('m')).and_then(|digits| digits.parse::<usize>().ok());
        let found = at.and_then(|at| self.found.get_mut(at));
        let found = found.ok_or_else(|| Problem::new(ProblemKind::Garbled, "CloudWatch answered a query nobody asked", ""))?;
        found.points.extend(result.timestamps().iter().map(DateTime::secs).zip(result.values().iter().copied()));
        found.status = result.status_code().cloned();
        found.why = result.messages().iter().map(words).collect::<Vec<_>>().join("; ");
        Ok(())
    }

    /// One answer for each query, in their order.
    pub(super) fn answers(self, queries: &[Query]) -> Vec<Result<Option<Series>, Problem>> {
        queries.iter().zip(self.found).map(|(query, found)| found.answer(query)).collect()
    }
}

impl Found {
    fn answer(self, query: &Query) -> Result<Option<Series>, Problem> {
        match self.status {
            Some(StatusCode::InternalError) => Err(failed(ProblemKind::Service, "CloudWatch failed at this metric", &self.why)),
            Some(StatusCode::Forbidden) => Err(failed(ProblemKind::Denied, "CloudWatch may not show this metric", &self.why)),
            Some(StatusCode::PartialData) => self.part(query),
            Some(_) => Ok(series(query, query.range, self.points)),
            None => Err(failed(ProblemKind::Garbled, "CloudWatch left this metric out of its answer", "")),
        }
    }

    /// Points come oldest first: nothing is known of what follows the last, so that the next question begins there.
    fn part(self, query: &Query) -> Result<Option<Series>, Problem> {
        let last = self.points.last().map(|(at, _)| at + query.range.period);
        let end = last.ok_or_else(|| failed(ProblemKind::Service, "CloudWatch gave only a part of its answer", &self.why))?;
        Ok(series(query, Range { end: end.min(query.range.end), ..query.range }, self.points))
    }
}

fn failed(kind: ProblemKind, headline: &str, why: &str) -> Problem {
    let hint = match kind {
        ProblemKind::Denied => "cloudwatch:GetMetricData is needed in the account that owns the metric",
        _ => "it is asked for again shortly",
    };
    Problem { detail: Text::new(why), ..Problem::new(kind, headline, hint) }
}

fn remark(message: &MessageData) -> Problem {
    let headline = format!("CloudWatch says: {}", message.value().unwrap_or("nothing more"));
    let problem = Problem::new(ProblemKind::Service, Text::new(&headline), "as much as could be was answered all the same");
    Problem { code: message.code().map(Text::new), ..problem }
}

fn words(message: &MessageData) -> String {
    [message.code(), message.value()].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

fn series(query: &Query, range: Range, points: Vec<(i64, f64)>) -> Option<Series> {
    let points: Vec<_> = points.into_iter().map(|(at, value)| (at, value / query.divisor)).collect();
    (!points.is_empty()).then(|| Series::new(range, points))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stat;

    const RANGE: Range = Range { start: 0, end: 3_000, period: 300 };

    fn queries(count: usize) -> Vec<Query> {
        let query = Query { namespace: "N", name: "M", dimensions: vec![], stat: Stat::Average, divisor: 1.0, range: RANGE };
        vec![query; count]
    }

    fn said(at: usize, status: StatusCode, points: &[i64]) -> MetricDataResult {
        let times = points.iter().map(|at| DateTime::from_secs(*at)).collect();
        let result = MetricDataResult::builder().id(format!("m{at}")).status_code(status);
        result.set_timestamps(Some(times)).set_values(Some(vec![1.0; points.len()])).build()
    }

    fn page(results: Vec<MetricDataResult>) -> GetMetricDataOutput {
        GetMetricDataOutput::builder().set_metric_data_results(Some(results)).build()
    }

    fn told(pages: &[GetMetricDataOutput], count: usize) -> Vec<Result<Option<Series>, ProblemKind>> {
        let mut results = Results::new(count);
        for page in pages {
            results.take(page).expect("an answer");
        }
        results.answers(&queries(count)).into_iter().map(|answer| answer.map_err(|problem| problem.kind)).collect()
    }

    #[test]
    fn each_query_stands_for_itself() {
        let results =
            vec![said(0, StatusCode::Complete, &[0, 300]), said(1, StatusCode::InternalError, &[0]), said(2, StatusCode::Forbidden, &[])];
        let whole = Series::new(RANGE, vec![(0, 1.0), (300, 1.0)]);
        let left_out = Err(ProblemKind::Garbled);
        assert_eq!(told(&[page(results)], 4), [Ok(Some(whole)), Err(ProblemKind::Service), Err(ProblemKind::Denied), left_out]);
    }

    #[test]
    fn the_last_page_says_how_a_query_stands_and_points_add_up() {
        let first = page(vec![said(0, StatusCode::PartialData, &[0]), said(1, StatusCode::InternalError, &[])]);
        let second = page(vec![said(0, StatusCode::Complete, &[300]), said(1, StatusCode::Complete, &[])]);
        assert_eq!(told(&[first, second], 2), [Ok(Some(Series::new(RANGE, vec![(0, 1.0), (300, 1.0)]))), Ok(None)]);
    }

    #[test]
    fn what_stays_partial_is_known_up_to_its_last_point_only() {
        let cut = page(vec![said(0, StatusCode::PartialData, &[0, 600]), said(1, StatusCode::PartialData, &[])]);
        let part = Series::new(Range { end: 900, ..RANGE }, vec![(0, 1.0), (600, 1.0)]);
        assert_eq!(told(&[cut], 2), [Ok(Some(part)), Err(ProblemKind::Service)]);
    }

    #[test]
    fn messages_are_told_once_with_their_code() {
        let message = MessageData::builder().code("MaxMetricsExceeded").value("too many").build();
        let page = GetMetricDataOutput::builder().messages(message).build();
        let mut results = Results::new(0);
        for page in [&page, &page] {
            results.take(page).expect("an answer");
        }
        assert_eq!(
            results.said.iter().map(Problem::line).collect::<Vec<_>>(),
            ["MaxMetricsExceeded: CloudWatch says: too many – as much as could be was answered all the same"]
        );
    }

    #[test]
    fn a_counter_becomes_a_rate() {
        let query = Query { divisor: 300.0, ..queries(1).remove(0) };
        let mut results = Results::new(1);
        results.take(&page(vec![said(0, StatusCode::Complete, &[0, 300])])).expect("an answer");
        let rate = Series::new(RANGE, vec![(0, 1.0 / 300.0), (300, 1.0 / 300.0)]);
        assert_eq!(results.answers(&[query]), [Ok(Some(rate))]);
    }

    #[test]
    fn an_answer_to_another_question_is_garbage() {
        let mut results = Results::new(1);
        assert!(results.take(&page(vec![said(1, StatusCode::Complete, &[0])])).is_err());
    }
}
