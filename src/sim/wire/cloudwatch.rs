//! Amazon `CloudWatch` in all three of its protocols: the metrics of what runs in the world.

mod alarms;
mod data;
mod list;
mod series;

use super::{COMMON, Call, Failures, Out, Protocol, Refusal, Service, plain};

pub(super) static CLOUDWATCH: Service = Service {
    id: "cloudwatch",
    scope: "monitoring",
    namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    target: "GraniteServiceVersion20100801",
    model: "com.amazonaws.cloudwatch",
    query: Protocol::Query,
    failures: Failures { internal: (500, "InternalServiceError", "The service has failed for an unknown reason."), ..COMMON },
    shapes: &[
        ("Throttling", "ThrottlingException"),
        ("ExpiredToken", "ExpiredTokenException"),
        ("AccessDenied", "AccessDeniedException"),
        ("InternalServiceError", "InternalServiceFault"),
        ("InvalidParameterValue", "InvalidParameterValueException"),
        ("InvalidParameterCombination", "InvalidParameterCombinationException"),
        ("MissingParameter", "MissingRequiredParameterException"),
        ("ValidationError", "ValidationException"),
        ("InvalidAction", "UnknownOperationException"),
    ],
    routes: &[],
    operations: &[
        ("DescribeAlarms", alarms::describe),
        ("DescribeAlarmsForMetric", alarms::of_metric),
        ("GetMetricData", data::data),
        ("GetMetricStatistics", data::statistics),
        ("ListMetrics", list::list),
    ],
};

fn invalid(text: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationError", text)
}

/// The word of a field that has to be there.
fn word(value: &serde_json::Value, name: &str) -> Result<String, Refusal> {
    let text = value.get(name).and_then(plain).filter(|text| !text.is_empty());
    text.ok_or_else(|| Refusal::bad("MissingParameter", format!("The parameter {name} is required.")))
}
