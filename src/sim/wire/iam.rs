//! Identity and Access Management: the alias of the account.

use super::{COMMON, Call, Out, Protocol, Refusal, Service};
use crate::sim::world::{self, World};

pub(super) static IAM: Service = Service {
    id: "iam",
    scope: "iam",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    target: "",
    model: "com.amazonaws.iam",
    query: Protocol::Query,
    failures: COMMON,
    shapes: &[],
    routes: &[],
    operations: &[("ListAccountAliases", aliases)],
};

#[expect(clippy::unnecessary_wraps, reason = "every operation may refuse")]
fn aliases(_: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let aliases = world::alias(&call.request.account).map(Out::from).into_iter().collect();
    Ok(Out::Map(vec![("AccountAliases", Out::List(aliases)), ("IsTruncated", Out::Flag(false))]))
}
