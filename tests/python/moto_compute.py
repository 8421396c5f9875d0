"""In moto: an Auto Scaling group of two, an ECS cluster with eleven services, fifty-one functions of which a queue feeds one, and in a Batch queue three jobs that are over and five that wait."""

import io
import json
import sys
import urllib.request
import zipfile

from common import client


def moto(path, **settings):
    """Says how moto is to behave."""
    urllib.request.urlopen(urllib.request.Request(f"{sys.argv[1]}/moto-api/{path}", data=json.dumps(settings).encode(), method="POST"))


# Without this moto would run functions and jobs in containers.
moto("config", **{"lambda": {"use_docker": False}, "batch": {"use_docker": False}})
# And end tasks as soon as somebody looks at them.
moto("state-manager/set-transition", model_name="ecs::task", transition={"progression": "time", "seconds": 3600})

asg = client("autoscaling")
asg.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro")
asg.create_auto_scaling_group(
    AutoScalingGroupName="web", LaunchConfigurationName="web", MinSize=0, MaxSize=5, DesiredCapacity=2, AvailabilityZones=["eu-west-1a"]
)

ecs = client("ecs")
ecs.create_cluster(clusterName="shop")
container = {"name": "app", "image": "web:1", "memory": 128, "cpu": 128}
ecs.register_task_definition(family="web", containerDefinitions=[container])
for number in range(11):
    ecs.create_service(cluster="shop", serviceName=f"web-{number:02}", taskDefinition="web:1", desiredCount=2)

iam = client("iam")
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = iam.create_role(RoleName="run", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("app.py", "def handler(event, context):\n    return event\n")
functions = client("lambda")
for number in range(51):
    functions.create_function(
        FunctionName=f"f-{number:02}", Runtime="python3.13", Role=role, Handler="app.handler", Code={"ZipFile": code.getvalue()}, Timeout=7
    )

queue = client("sqs").create_queue(QueueName="work")["QueueUrl"]
arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="f-00", Enabled=True)

batch = client("batch")
iam.create_role(RoleName="batch", AssumeRolePolicyDocument=json.dumps(trust))
environment = batch.create_compute_environment(computeEnvironmentName="on-hand", type="UNMANAGED", state="ENABLED", serviceRole=role)["computeEnvironmentArn"]
queue = batch.create_job_queue(jobQueueName="jobs", state="ENABLED", priority=3, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": environment}])["jobQueueArn"]
work = {"image": "busybox", "command": ["true"], "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}]}
batch.register_job_definition(jobDefinitionName="work", type="container", containerProperties=work)
for number in range(3):
    batch.submit_job(jobName=f"work-{number}", jobQueue=queue, jobDefinition="work:1")

# These would run in containers, and wait for one that never comes before they do.
moto("config", batch={"use_docker": True})
for number in range(5):
    batch.submit_job(jobName=f"waits-{number}", jobQueue=queue, jobDefinition="work:1", dependsOn=[{"jobId": "nobody"}])
moto("config", batch={"use_docker": False})
