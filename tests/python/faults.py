"""What goes wrong on purpose: each service's own error, slow and broken connections; changed while it runs."""

import time
import urllib.request

from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from common import ENDPOINT, client, error

ec2, cloudwatch, sts = client("ec2"), client("cloudwatch"), client("sts")


def faults(text):
    request = urllib.request.Request(f"{ENDPOINT}/_sim/faults", data=text.encode(), method="PUT")
    return urllib.request.urlopen(request).read().decode().strip()


CODES = {
    "throttle": ("RequestLimitExceeded", 503, "Throttling", "Throttling"),
    "deny": ("UnauthorizedOperation", 403, "AccessDenied", "AccessDenied"),
    "5xx": ("InternalError", 500, "InternalServiceError", "InternalFailure"),
    "expired": ("RequestExpired", 400, "ExpiredToken", "ExpiredToken"),
}
for kind, (code, status, metric_code, sts_code) in CODES.items():
    assert faults(f"{kind}=1") == f"{kind}=1"
    told = error(ec2.describe_instances)
    assert (told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), told
    assert error(cloudwatch.list_metrics)["Error"]["Code"].startswith(metric_code), error(cloudwatch.list_metrics)
    assert error(sts.get_caller_identity)["Error"]["Code"] == sts_code

faults("deny=1")
message = error(ec2.describe_instances)["Error"]["Message"]
assert "User: arn:aws:iam::111122223333:user/operator is not authorized to perform: ec2:DescribeInstances" in message

# Only for some.
faults("throttle@cloudwatch=1,deny@us-east-1=1")
assert error(cloudwatch.list_metrics)["Error"]["Code"].startswith("Throttling")
ec2.describe_instances()
assert error(client("ec2", region="us-east-1").describe_instances)["Error"]["Code"] == "UnauthorizedOperation"

# The connection.
for kind, expected in (("cut", (ConnectionClosedError, HTTPClientError, ResponseParserError)), ("garbage", (ResponseParserError,))):
    faults(f"{kind}=1")
    try:
        ec2.describe_instances()
    except expected:
        pass
    else:
        raise AssertionError(kind)
faults("hang=1")
impatient = client("ec2", config={"read_timeout": 1})
try:
    impatient.describe_regions()
except ReadTimeoutError:
    pass
else:
    raise AssertionError("hang")
faults("slow=1")
start = time.monotonic()
ec2.describe_regions()
assert 2.9 < time.monotonic() - start < 5

# A share of the requests.
faults("throttle=0.3")
struck = 0
for _ in range(100):
    try:
        ec2.describe_regions()
    except ClientError:
        struck += 1
assert 15 <= struck <= 45, struck
assert faults("") == ""
ec2.describe_regions()
print("ok")
