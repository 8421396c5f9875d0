"""Starting, stopping, rebooting and terminating, watched until the new state is real."""

from common import client, error, instances, wait

ec2 = client("ec2")


def by_name(pattern, **state):
    return instances(ec2, Filters=[{"Name": "tag:Name", "Values": [pattern]}])


def now(one):
    return instances(ec2, InstanceIds=[one["InstanceId"]])[0]


def state(one):
    return now(one)["State"]["Name"]


web, other = by_name("web-*")[:2]
ids = [web["InstanceId"]]

# Nothing happens on a dry run, or when one of the ids is wrong.
assert error(ec2.stop_instances, InstanceIds=ids, DryRun=True)["Error"]["Code"] == "DryRunOperation"
assert error(ec2.stop_instances, InstanceIds=ids + ["i-0123456789abcdef0"])["Error"]["Code"] == "InvalidInstanceID.NotFound"
assert state(web) == "running"

# Stop and start.
(change,) = ec2.stop_instances(InstanceIds=ids)["StoppingInstances"]
assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
assert error(ec2.start_instances, InstanceIds=ids)["Error"]["Code"] == "IncorrectInstanceState"
wait("stopped", lambda: state(web) == "stopped")
stopped = now(web)
assert "PublicIpAddress" not in stopped and stopped["PrivateIpAddress"] == web["PrivateIpAddress"]
assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
assert stopped["StateTransitionReason"].startswith("User initiated (20")
assert error(ec2.reboot_instances, InstanceIds=ids)["Error"]["Code"] == "IncorrectInstanceState"
(change,) = ec2.start_instances(InstanceIds=ids)["StartingInstances"]
assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("stopped", "pending")
wait("running", lambda: state(web) == "running")
started = now(web)
assert started["PublicIpAddress"] != web["PublicIpAddress"] and started["LaunchTime"] > web["LaunchTime"]
(status,) = ec2.describe_instance_status(InstanceIds=ids)["InstanceStatuses"]
assert status["InstanceStatus"]["Status"] == "initializing"
assert ec2.start_instances(InstanceIds=ids)["StartingInstances"][0]["CurrentState"]["Name"] == "running"

# One that hangs in stopping needs force.
(stuck,) = [one for one in instances(ec2) if one["State"]["Name"] == "stopping"]
ec2.stop_instances(InstanceIds=[stuck["InstanceId"]])
assert state(stuck) == "stopping"
ec2.stop_instances(InstanceIds=[stuck["InstanceId"]], Force=True)
wait("the stuck one to stop", lambda: state(stuck) == "stopped")

# Reboot: nothing to see.
assert ec2.reboot_instances(InstanceIds=[other["InstanceId"]])["ResponseMetadata"]["HTTPStatusCode"] == 200
assert state(other) == "running"

# What cannot be done.
for pattern, call, code in (
    ("cache-*", ec2.stop_instances, "UnsupportedOperation"),
    ("batch-*", ec2.stop_instances, "UnsupportedOperation"),
    ("bastion-*", ec2.stop_instances, "OperationNotPermitted"),
    ("db-*", ec2.terminate_instances, "OperationNotPermitted"),
):
    told = error(call, InstanceIds=[by_name(pattern)[0]["InstanceId"]])["Error"]
    assert told["Code"] == code, (pattern, told)
assert error(ec2.stop_instances, InstanceIds=ids, Hibernate=True)["Error"]["Code"] == "UnsupportedHibernationConfiguration"
database = by_name("db-*")[0]["InstanceId"]
for attribute, key, expected in (
    ("disableApiTermination", "DisableApiTermination", True),
    ("disableApiStop", "DisableApiStop", False),
    ("instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior", "stop"),
):
    assert ec2.describe_instance_attribute(InstanceId=database, Attribute=attribute)[key]["Value"] == expected

# Terminate.
(change,) = ec2.terminate_instances(InstanceIds=ids)["TerminatingInstances"]
assert change["CurrentState"]["Name"] == "shutting-down"
wait("terminated", lambda: state(web) == "terminated")
assert now(web)["NetworkInterfaces"] == [] and now(web)["BlockDeviceMappings"] == []
assert error(ec2.stop_instances, InstanceIds=ids)["Error"]["Code"] == "IncorrectInstanceState"
print("ok")
