//! What AWS's error codes mean for the person on call. Codes and causes: the EC2, STS and `CloudWatch` API references, "Common Errors".

use crate::model::{Problem, ProblemKind as Kind, Target, Text, problem::Remedy};

/// What sort of failure a code is, and what to do about it.
pub(super) fn for_code(code: &str, status: u16) -> (Kind, &'static str) {
    let known = CODES.iter().find(|(codes, ..)| codes.iter().any(|known| matches(known, code)));
    known.map_or_else(|| by_status(status), |(_, kind, hint)| (*kind, *hint))
}

/// A known code ending in a dot stands for all codes that begin with it.
fn matches(known: &str, code: &str) -> bool {
    code == known || known.ends_with('.') && code.starts_with(known)
}

fn by_status(status: u16) -> (Kind, &'static str) {
    match status {
        401 | 403 => (Kind::Denied, "ask for the permission, or use another profile"),
        404 => (Kind::NotFound, "it may be gone; refresh the list"),
        409 | 412 => (Kind::Conflict, "look at its present state and try again"),
        429 => (Kind::Throttled, "it is asked again later"),
        500.. => (Kind::Service, "it is asked again; if it stays, look at the AWS Health Dashboard"),
        _ => (Kind::Invalid, "AWS refuses this request: its words say why"),
    }
}

const CODES: &[(&[&str], Kind, &str)] = &[
    (
        &[
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "SlowDown",
            "EC2ThrottledException",
            "BandwidthLimitExceeded",
        ],
        Kind::Throttled,
        "AWS asks for fewer calls; it is asked again later, and whoever else uses this account may feel it too",
    ),
    (&["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"], Kind::Expired, "sign in again"),
    (
        &[
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "AuthFailure",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "MissingAuthenticationToken",
        ],
        Kind::Credentials,
        "the credentials are not valid here: check the profile, its keys, and this machine's clock",
    ),
    (&["OptInRequired", "PendingVerification", "Blocked"], Kind::Denied, "the account is not signed up for this service or region"),
    (
        &["UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"],
        Kind::Denied,
        "the identity lacks this permission: see the IAM policy in the README, or use another profile",
    ),
    (
        &[
            "InvalidInstanceID.NotFound",
            "InvalidInstanceID.Malformed",
            "ResourceNotFoundException",
            "ClusterNotFoundException",
            "ServiceNotFoundException",
            "ServiceDeploymentNotFoundException",
            "NotFoundException",
        ],
        Kind::NotFound,
        "it is gone, or lives in another account or region; refresh the list",
    ),
    (
        &[
            "IncorrectInstanceState",
            "ResourceInUse",
            "ResourceInUseException",
            "ResourceConflictException",
            "ResourceNotReadyException",
            "ConflictException",
            "UpdateInProgress",
            "ResourceContention",
            "InstanceRefreshInProgress",
            "ScalingActivityInProgress",
            "UpdateInProgressException",
            "ServiceNotActiveException",
        ],
        Kind::Conflict,
        "wait until it has settled, then try again",
    ),
    (&["ActiveInstanceRefreshNotFound"], Kind::Conflict, "no instance refresh is under way: there is nothing to cancel"),
    (
        &["InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity"],
        Kind::Conflict,
        "AWS has no room for this type in this zone now: try later, another zone, or another type",
    ),
    (
        &[
            "InstanceLimitExceeded",
            "VcpuLimitExceeded",
            "MaxSpotInstanceCountExceeded",
            "LimitExceeded",
            "LimitExceededException",
            "ResourceLimitExceededException",
            "ServiceQuotaExceededException",
        ],
        Kind::Quota,
        "the account's quota is used up: ask for more in Service Quotas, or stop something",
    ),
    (&["OperationNotPermitted"], Kind::Conflict, "protection is on: turn off termination or stop protection first, if you are sure"),
    (
        &["RequestTooLargeException", "InvalidRequestContentException", "UnsupportedMediaTypeException"],
        Kind::Invalid,
        "Lambda does not take this payload: JSON of up to 6 MB, and of up to 1 MB where nobody waits for the answer",
    ),
    (
        &["KMSAccessDeniedException", "KMSDisabledException", "KMSInvalidStateException", "KMSNotFoundException"],
        Kind::Conflict,
        "Lambda cannot use the KMS key of the function's environment: look at the key, its state and its policy",
    ),
    (
        &["EFSIOException", "EFSMountConnectivityException", "EFSMountFailureException", "EFSMountTimeoutException"],
        Kind::Conflict,
        "Lambda cannot use the function's file system: look at its mount targets, security groups and access point",
    ),
    (
        &[
            "ENILimitReachedException",
            "ENINotReadyException",
            "SubnetIPAddressLimitReachedException",
            "InvalidSecurityGroupIDException",
            "InvalidSubnetIDException",
            "EC2AccessDeniedException",
            "EC2UnexpectedException",
        ],
        Kind::Conflict,
        "Lambda cannot reach the function's VPC: look at its subnets, their free addresses, and the execution role",
    ),
    (
        &[
            "InvalidRuntimeException",
            "InvalidZipFileException",
            "SnapStartException",
            "SnapStartNotReadyException",
            "SnapStartTimeoutException",
        ],
        Kind::Conflict,
        "Lambda cannot start the function's code: look at its runtime, its package and its version",
    ),
    (
        &["PlatformUnknownException", "PlatformTaskDefinitionIncompatibilityException", "UnsupportedFeatureException"],
        Kind::Conflict,
        "the task definition does not fit where it is to run: look at its launch types and platform version",
    ),
    (&["BlockedException"], Kind::Denied, "AWS has blocked this account: see the messages in the AWS Health Dashboard"),
    (
        &["TargetNotConnectedException"],
        Kind::Conflict,
        "the agent of ECS Exec is not connected: its task role needs ssmmessages:*, and its network a way to Systems Manager",
    ),
    (
        &["UnsupportedOperation", "UnsupportedHibernationConfiguration", "IncorrectSpotRequestState"],
        Kind::Conflict,
        "this instance cannot do that: look at its root device and its spot request",
    ),
    (
        &[
            "InternalError",
            "InternalFailure",
            "InternalServiceFault",
            "InternalServiceError",
            "ServerException",
            "ServiceException",
            "Unavailable",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
        Kind::Service,
        "AWS failed on its side; it is asked again; if it stays, look at the AWS Health Dashboard",
    ),
    (
        &["InvalidAction", "UnknownOperationException", "InvalidParameter", "InvalidParameterValue", "NoSuchVersion"],
        Kind::Invalid,
        "the endpoint does not take this request; other endpoints than AWS may not know it",
    ),
    (
        &[
            "ValidationError",
            "ValidationException",
            "InvalidParameterException",
            "InvalidParameterValueException",
            "InvalidRequestException",
            "ClientException",
        ],
        Kind::Invalid,
        "AWS refuses a value in this request: its words say which",
    ),
];

/// No answer in time.
pub(super) fn timeout() -> Problem {
    Problem::new(Kind::Timeout, "no answer in time", "the network or the endpoint is slow; it is asked again")
}

/// The connection ended in the middle of an answer.
pub(super) fn cut() -> Problem {
    Problem::new(Kind::Unreachable, "the connection was cut", "the network or a proxy dropped it; it is asked again")
}

/// Explains a request that never got an answer, by the words of its causes: the SDK has no codes for these.
pub(super) fn undelivered(detail: &str, target: &Target) -> Problem {
    let words = detail.to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if says(&["sso token", "token has expired", "expired and cannot be refreshed", "invalidgrantexception", "session has expired"]) {
        return Problem::new(Kind::Expired, format!("the session of profile {} has ended", target.profile), sign_in(target));
    }
    if says(&["mfa"]) {
        let hint = "sign in with the AWS CLI and use its session: aws configure export-credentials";
        return Problem::new(Kind::Credentials, format!("profile {} wants an MFA code", target.profile), hint);
    }
    if says(&["was not defined", "could not find profile"]) {
        let hint = "look at aws configure list-profiles, then use --profile or AWS_PROFILE";
        return Problem::new(Kind::Credentials, format!("there is no profile {}", target.profile), hint);
    }
    if says(&["credential", "profile `"]) {
        return credentials(target);
    }
    if says(&["dns", "lookup", "refused", "unreachable", "connect error", "tcp connect", "no route"]) {
        let hint = "check the network, the VPN, the region's name and --endpoint-url";
        return Problem::new(Kind::Unreachable, "nobody answers at the address", hint);
    }
    if says(&["certificate", "tls", "handshake"]) {
        let hint = "check the clock, the root certificates, and whether a proxy opens TLS";
        return Problem::new(Kind::Unreachable, "no secure connection could be made", hint);
    }
    cut()
}

fn credentials(target: &Target) -> Problem {
    let headline = format!("no usable credentials for profile {}", target.profile);
    let hint = "run aws configure or aws sso login, set AWS_PROFILE or AWS_ACCESS_KEY_ID, or try qd --demo";
    Problem::new(Kind::Credentials, headline, hint)
}

/// A session that a command begins anew.
pub(super) fn over(problem: Problem, target: &Target, remedy: &Remedy) -> Problem {
    let headline = format!("the session of profile {} has ended", target.profile);
    let hint = format!("sign in with {remedy}");
    Problem { remedy: Some(remedy.clone()), detail: problem.detail, code: problem.code, ..Problem::new(Kind::Expired, headline, hint) }
}

/// What to do about a session that is over, where no more is known than that.
pub(super) fn sign_in(target: &Target) -> Text {
    Text::new(&format!("run aws sso login --profile {}, or renew the keys; it recovers by itself", target.profile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target { profile: "dev".into(), region: "eu-west-1".into() }
    }

    #[test]
    fn codes_fall_into_the_right_sort() {
        let cases = [
            ("RequestLimitExceeded", 503, Kind::Throttled),
            ("UnauthorizedOperation", 403, Kind::Denied),
            ("ExpiredToken", 400, Kind::Expired),
            ("InternalError", 500, Kind::Service),
            ("SomethingNew", 429, Kind::Throttled),
            ("SomethingNew", 400, Kind::Invalid),
            ("VcpuLimitExceeded", 400, Kind::Quota),
            ("KMSDisabledException", 502, Kind::Conflict),
        ];
        for (code, status, kind) in cases {
            assert_eq!(for_code(code, status).0, kind, "{code}");
        }
    }

    #[test]
    fn causes_without_a_code_are_told_apart_by_their_words() {
        let cases = [
            ("dispatch failure: other: the SSO token has expired and cannot be refreshed", Kind::Expired),
            ("dispatch failure: other: no providers in chain provided credentials", Kind::Credentials),
            ("dispatch failure: other: profile `dev` was not defined", Kind::Credentials),
            ("dispatch failure: io error: client error (Connect): dns error: failed to lookup", Kind::Unreachable),
            ("dispatch failure: io error: tcp connect error: Connection refused", Kind::Unreachable),
            ("dispatch failure: io error: connection reset by peer", Kind::Unreachable),
        ];
        for (detail, kind) in cases {
            assert_eq!(undelivered(detail, &target()).kind, kind, "{detail}");
        }
        assert!(undelivered("the SSO token has expired", &target()).hint.as_str().contains("--profile dev"));
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = CODES.iter().flat_map(|(codes, ..)| *codes).collect();
        let listed = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), listed);
    }
}
