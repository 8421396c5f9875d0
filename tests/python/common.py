"""What the scripts share: clients that know the endpoint, and a way to wait."""

import sys
import time

import boto3
from botocore.config import Config

ENDPOINT = sys.argv[1]


def client(service, region="eu-west-1", **more):
    """A client without retries, so that what a server says is what is seen."""
    config = Config(**{"retries": {"total_max_attempts": 1}, "read_timeout": 60, **more.pop("config", {})})
    return boto3.client(service, region_name=region, endpoint_url=ENDPOINT, config=config, **more)


def instances(ec2, **wanted):
    pages = ec2.get_paginator("describe_instances").paginate(**wanted)
    return [one for page in pages for reservation in page["Reservations"] for one in reservation["Instances"]]


def error(call, **arguments):
    """The error that a call ends with."""
    from botocore.exceptions import ClientError

    try:
        call(**arguments)
    except ClientError as failure:
        return failure.response
    raise AssertionError(f"{call} did not fail")


def wait(what, condition, seconds=25):
    """Asks until the condition holds; fails, saying for what it waited, when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.3)
