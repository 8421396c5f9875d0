//! How long a call may take before it counts as lost: as long as what is asked for takes AWS and the line, which differs from lane to lane.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;

/// How long the calls of a lane may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Patience {
    /// Answers that AWS has at hand: where none begins within seconds none will come.
    Short,
    /// Pages of up to several megabytes, and calls that change something, of which a lost answer is the worst outcome.
    Long,
    /// Code of somebody else's that runs meanwhile: until Lambda itself ends it, so that nothing which AWS would still answer is broken off.
    Run,
}

impl Patience {
    /// Time from a request to the first byte of its answer, for a whole attempt, and for all attempts together. Looking for credentials is part
    /// of an attempt, and may be a person who touches a key.
    fn limits(self) -> [Duration; 3] {
        match self {
            Self::Short => [5, 30, 45].map(Duration::from_secs),
            // A page of 1,000 instances takes AWS one to three seconds, and is up to 8 MB, which a slow link may need half a minute for.
            Self::Long => [15, 30, 60].map(Duration::from_secs),
            // Lambda Developer Guide, "Lambda quotas": function timeout, 900 s; a cold start and the way there and back are not in it.
            Self::Run => [Duration::from_mins(16); 3],
        }
    }

    /// The same as the SDK has it. How long a connection may take to come about stays with the SDK.
    pub fn timeouts(self) -> TimeoutConfig {
        let [first_byte, attempt, operation] = self.limits();
        TimeoutConfig::builder().read_timeout(first_byte).operation_attempt_timeout(attempt).operation_timeout(operation).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_server_is_asked_a_second_time_before_the_call_is_over() {
        for patience in [Patience::Short, Patience::Long] {
            let [first_byte, attempt, operation] = patience.limits();
            assert!(first_byte * 2 <= attempt && attempt < operation && first_byte * 3 <= operation, "{patience:?}");
        }
    }

    #[test]
    fn no_function_is_broken_off_that_lambda_lets_run() {
        let longest = Duration::from_mins(15);
        let timeouts = Patience::Run.timeouts();
        let limits = [timeouts.read_timeout(), timeouts.operation_attempt_timeout(), timeouts.operation_timeout()];
        assert!(limits.iter().all(|limit| limit.is_some_and(|limit| limit > longest)), "{limits:?}");
    }
}
