"""The state of one instance, as moto tells boto3."""

import sys

from common import client, instances

print(instances(client("ec2"), InstanceIds=[sys.argv[2]])[0]["State"]["Name"])
