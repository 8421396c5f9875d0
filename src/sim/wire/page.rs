//! Page tokens: which question they continue, and where.
//!
//! A token is good for the question it was given for, and for no other; one that was made up or cut short is refused.

use super::{Call, Refusal};
use crate::sim::world::chance::Chance;

/// Digits that seal a token.
const SEAL: usize = 12;

/// What services call the token in a question.
const NAMES: [&str; 3] = ["NextToken", "nextToken", "Marker"];

/// The token with which a question goes on at a place.
pub(super) fn token(call: &Call<'_>, question: &str, at: u64) -> String {
    format!("{}{at:x}", seal(call, question, at))
}

/// Where the token of a call continues its question; at the beginning when it has none.
pub(super) fn resume(call: &Call<'_>, question: &str, complaint: Refusal) -> Result<u64, Refusal> {
    let Some(token) = NAMES.iter().find_map(|name| call.text(name)) else { return Ok(0) };
    let place = token.get(SEAL..).and_then(|at| u64::from_str_radix(at, 16).ok());
    place.filter(|at| self::token(call, question, *at) == token).ok_or(complaint)
}

fn seal(call: &Call<'_>, question: &str, at: u64) -> String {
    let request = call.request;
    let names = [request.service.id, &request.operation, &request.account, &request.region, question];
    names.iter().fold(Chance::new(at), |chance, name| chance.of(name).at(0)).hex(SEAL)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::{super::Request, *};

    fn resumed(operation: &str, question: &str, token: &str) -> Option<u64> {
        let request = Request::sample("ec2", operation, json!({ "NextToken": token }));
        let call = Call { request: &request, now: Timestamp::UNIX_EPOCH, id: String::new() };
        resume(&call, question, Refusal::bad("X", "")).ok()
    }

    #[test]
    fn tokens_are_good_for_their_own_question_only() {
        let request = Request::sample("ec2", "A", json!({}));
        let token = token(&Call { request: &request, now: Timestamp::UNIX_EPOCH, id: String::new() }, "all", 1_000);
        assert_eq!(resumed("A", "all", &token), Some(1_000));
        assert_eq!(resumed("B", "all", &token), None);
        assert_eq!(resumed("A", "some", &token), None);
        assert_eq!(resumed("A", "all", ""), Some(0));
        for text in ["x", "zzzzzzzzzzzzzzz", "éééééééééééé1", "eyJOZXh0VG9rZW4iOiBudWxsfQ=="] {
            assert_eq!(resumed("A", "all", text), None, "{text}");
        }
    }
}
