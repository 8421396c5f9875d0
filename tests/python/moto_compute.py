"""In moto: an Auto Scaling group of two, an ECS cluster with eleven services, and fifty-one functions."""

import io
import json
import zipfile

from common import client

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
