//! The SDK's errors, turned into what a person needs to read.

use std::error::Error;

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{heard::FOREIGN, hints};
use crate::model::{Problem, ProblemKind, Target, Text};

/// Explains a failed call to a target. Takes the error whole, as `map_err` gives it.
#[expect(clippy::needless_pass_by_value, reason = "made for `map_err`")]
pub fn problem<E>(error: SdkError<E, Response>, target: &Target) -> Problem
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let detail = chain(&error);
    let mut problem = match &error {
        SdkError::ServiceError(failure) => service(failure.err(), failure.raw()),
        SdkError::TimeoutError(_) => hints::timeout(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => hints::timeout(),
        SdkError::DispatchFailure(_) if detail.ends_with(FOREIGN) => foreign(detail.rsplit(": ").next().unwrap_or_default()),
        SdkError::ResponseError(failure) => garbled(failure.raw(), &detail),
        _ => hints::undelivered(&detail, target),
    };
    problem.detail = Text::new(&detail);
    if problem.kind == ProblemKind::Expired {
        problem.hint = hints::sign_in(target);
    }
    problem
}

fn service<E: ProvideErrorMetadata>(error: &E, raw: &Response) -> Problem {
    let meta = error.meta();
    let Some(code) = meta.code().filter(|code| !code.is_empty()) else {
        return garbled(raw, "no error code in the answer");
    };
    let (kind, hint) = hints::for_code(code, raw.status().as_u16());
    let message = meta.message().filter(|text| !text.is_empty()).unwrap_or("AWS gave no reason");
    Problem { code: Some(Text::new(code)), request_id: meta.extra("aws_request_id").map(Text::new), ..Problem::new(kind, message, hint) }
}

/// An answer that is not AWS's protocol: a proxy's page, another program's port, a broken body.
fn garbled(raw: &Response, detail: &str) -> Problem {
    let status = raw.status();
    if matches!(status.as_u16(), 500 | 502..=504) {
        let headline = format!("the endpoint answered HTTP {} without a reason", status.as_u16());
        return Problem::new(ProblemKind::Service, headline, "it is asked again; if it stays, look at the AWS Health Dashboard");
    }
    if detail.contains("connection closed") || detail.contains("incomplete") {
        return hints::cut();
    }
    foreign(&format!("the answer (HTTP {}) {FOREIGN}", status.as_u16()))
}

fn foreign(headline: &str) -> Problem {
    Problem::new(ProblemKind::Garbled, headline, "check --endpoint-url and any proxy between here and AWS")
}

/// Every cause, outermost first, without repeating what a wrapper already says.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}
