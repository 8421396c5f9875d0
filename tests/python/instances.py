"""Listing: fields, filters, pages, status, and the errors of each."""

import re
from datetime import datetime, timedelta, timezone

from common import client, error, instances

ec2 = client("ec2")
all_instances = instances(ec2)
ids = [one["InstanceId"] for one in all_instances]
assert len(ids) == len(set(ids)) == 48
now = datetime.now(timezone.utc)

for one in all_instances:
    assert re.fullmatch(r"i-[0-9a-f]{17}", one["InstanceId"])
    assert one["LaunchTime"] <= now and one["Placement"]["AvailabilityZone"].startswith("eu-west-1")
    assert one["Architecture"] in ("x86_64", "arm64") and one["Monitoring"]["State"] in ("enabled", "disabled")
    assert {"Name", "env", "team"} <= {tag["Key"] for tag in one["Tags"]}
    assert one["NetworkInterfaces"][0]["Attachment"]["DeviceIndex"] == 0
    assert one["RootDeviceType"] == "instance-store" or one["BlockDeviceMappings"][0]["Ebs"]["DeleteOnTermination"] is True
    assert ("PublicIpAddress" in one) == bool(one["PublicDnsName"])

states = {one["State"]["Name"] for one in all_instances}
assert {"running", "stopped", "stopping"} <= states, states
assert any(one.get("InstanceLifecycle") == "spot" for one in all_instances)
assert any(one.get("Platform") == "windows" for one in all_instances)
assert any(one.get("StateReason", {}).get("Code") == "Server.InsufficientInstanceCapacity" for one in all_instances)
assert any("User initiated (20" in one["StateTransitionReason"] for one in all_instances)
reservations = ec2.describe_instances()["Reservations"]
assert len(reservations) < 48 and all(one["OwnerId"] == "111122223333" for one in reservations)

# Pages cover everything once; a token is good for its own question only.
for size in (5, 7, 47, 1000):
    assert [one["InstanceId"] for one in instances(ec2, PaginationConfig={"PageSize": size})] == ids, size
page = ec2.describe_instances(MaxResults=5)
token = page["NextToken"]
running = [{"Name": "instance-state-name", "Values": ["running"]}]
assert error(ec2.describe_instances, MaxResults=5, NextToken=token, Filters=running)["Error"]["Code"] == "InvalidNextToken"
assert error(ec2.describe_instance_status, MaxResults=5, NextToken=token)["Error"]["Code"] == "InvalidNextToken"
assert error(client("ec2", region="us-east-1").describe_instances, NextToken=token)["Error"]["Code"] == "InvalidNextToken"
assert error(ec2.describe_instances, MaxResults=1)["Error"]["Code"] == "InvalidParameterValue"
assert error(ec2.describe_instances, MaxResults=1001)["Error"]["Code"] == "InvalidParameterValue"
assert error(ec2.describe_instances, MaxResults=5, InstanceIds=ids[:1])["Error"]["Code"] == "InvalidParameterCombination"


def found(name, *values):
    return instances(ec2, Filters=[{"Name": name, "Values": list(values)}])


# Every filter that a field has, finds exactly those with that value.
FIELDS = {
    "instance-id": lambda one: one["InstanceId"],
    "instance-type": lambda one: one["InstanceType"],
    "instance-state-name": lambda one: one["State"]["Name"],
    "availability-zone": lambda one: one["Placement"]["AvailabilityZone"],
    "architecture": lambda one: one["Architecture"],
    "image-id": lambda one: one["ImageId"],
    "vpc-id": lambda one: one["VpcId"],
    "subnet-id": lambda one: one["SubnetId"],
    "key-name": lambda one: one["KeyName"],
    "private-ip-address": lambda one: one["PrivateIpAddress"],
    "ip-address": lambda one: one.get("PublicIpAddress"),
    "instance-lifecycle": lambda one: one.get("InstanceLifecycle"),
    "monitoring-state": lambda one: one["Monitoring"]["State"],
    "instance.group-id": lambda one: one["SecurityGroups"][0]["GroupId"],
    "private-dns-name": lambda one: one["PrivateDnsName"],
    "client-token": lambda one: one["ClientToken"],
    "root-device-type": lambda one: one["RootDeviceType"],
    "tag:team": lambda one: next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "team"),
}
for name, field in FIELDS.items():
    value = next(field(one) for one in all_instances if field(one))
    expected = [one["InstanceId"] for one in all_instances if field(one) == value]
    assert [one["InstanceId"] for one in found(name, value)] == expected, name
assert len(found("tag:Name", "web-?a", "web-?b", "web-?c")) == 9
assert len(found("tag:Name", "WEB-*")) == 0
assert len(found("tag-key", "karpenter.sh/*")) == 3
assert len(found("reservation-id", reservations[0]["ReservationId"])) == len(reservations[0]["Instances"])
assert error(ec2.describe_instances, Filters=[{"Name": "color", "Values": ["x"]}])["Error"]["Message"] == "The filter 'color' is invalid"
assert error(ec2.describe_instances, Filters=[{"Name": "vpc-id", "Values": []}])["Error"]["Code"] == "InvalidParameterValue"

# Ids.
unknown = "i-0123456789abcdef0"
assert error(ec2.describe_instances, InstanceIds=[ids[0], unknown])["Error"] == {
    "Code": "InvalidInstanceID.NotFound",
    "Message": f"The instance ID '{unknown}' does not exist",
}
assert error(ec2.describe_instances, InstanceIds=["I-0123"])["Error"]["Code"] == "InvalidInstanceID.Malformed"
assert error(ec2.describe_instances, DryRun=True)["ResponseMetadata"]["HTTPStatusCode"] == 412

# Status: the incidents of every fleet.
statuses = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
assert len(statuses) == 48
assert len(ec2.describe_instance_status()["InstanceStatuses"]) == sum(one["State"]["Name"] == "running" for one in all_instances)
impaired = [one for one in statuses if one["InstanceStatus"]["Status"] == "impaired"]
assert len(impaired) == 1 and impaired[0]["InstanceStatus"]["Details"][0]["ImpairedSince"] < now
assert sum(one["SystemStatus"]["Status"] == "impaired" for one in statuses) == 1
(event,) = [event for one in statuses for event in one.get("Events", [])]
assert event["Code"] == "instance-retirement" and timedelta(days=2) < event["NotBefore"] - now < timedelta(days=3, hours=1)
wanted = ec2.describe_instance_status(Filters=[{"Name": "event.code", "Values": ["instance-retirement"]}])
assert len(wanted["InstanceStatuses"]) == 1
pages = ec2.get_paginator("describe_instance_status").paginate(PaginationConfig={"PageSize": 5})
assert len([one for page in pages for one in page["InstanceStatuses"]]) == len(ec2.describe_instance_status()["InstanceStatuses"])

# Surroundings.
assert "eu-west-1" in {one["RegionName"] for one in ec2.describe_regions()["Regions"]}
assert {one["ZoneId"] for one in ec2.describe_availability_zones()["AvailabilityZones"]} == {"euw1-az1", "euw1-az2", "euw1-az3"}
tags = [tag for page in ec2.get_paginator("describe_tags").paginate(PaginationConfig={"PageSize": 50}) for tag in page["Tags"]]
assert len(tags) == sum(len(one["Tags"]) for one in all_instances)

# Accounts: by key, and by role.
assert not set(ids) & {one["InstanceId"] for one in instances(client("ec2", region="us-east-1"))}
sts = client("sts")
assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::111122223333:user/operator"
role = sts.assume_role(RoleArn="arn:aws:iam::999988887777:role/ops", RoleSessionName="me")
keys = {
    "aws_access_key_id": role["Credentials"]["AccessKeyId"],
    "aws_secret_access_key": role["Credentials"]["SecretAccessKey"],
    "aws_session_token": role["Credentials"]["SessionToken"],
}
assert client("sts", **keys).get_caller_identity()["Arn"] == "arn:aws:sts::999988887777:assumed-role/ops/me"
assert {one["OwnerId"] for one in client("ec2", **keys).describe_instances()["Reservations"]} == {"999988887777"}
print("ok")
