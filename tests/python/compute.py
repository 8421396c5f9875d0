"""Auto Scaling, ECS, Lambda and Batch: the same facts over another client's wire, with pages, batches, errors, and writes that show."""

import base64
import json

from common import client, error, instances


def code(call):
    return error(call)["Error"]["Code"]


asg = client("autoscaling")
groups = {one["AutoScalingGroupName"]: one for page in asg.get_paginator("describe_auto_scaling_groups").paginate(PaginationConfig={"PageSize": 2}) for one in page["AutoScalingGroups"]}
web = groups["web-asg"]
assert web["MinSize"] <= web["DesiredCapacity"] <= web["MaxSize"] and len(web["Instances"]) == web["DesiredCapacity"]
ec2 = instances(client("ec2"), Filters=[{"Name": "tag:aws:autoscaling:groupName", "Values": ["web-asg"]}])
assert {one["InstanceId"] for one in ec2} >= {one["InstanceId"] for one in web["Instances"]}
assert [one["ProcessName"] for one in groups["worker-asg"]["SuspendedProcesses"]] == ["AZRebalance", "ReplaceUnhealthy"]
starved = asg.describe_scaling_activities(AutoScalingGroupName="gpu-render-asg")["Activities"]
assert starved[0]["StatusCode"] == "Failed" and "do not have sufficient" in starved[0]["StatusMessage"]
asg.set_desired_capacity(AutoScalingGroupName="web-asg", DesiredCapacity=web["DesiredCapacity"] + 1)
assert asg.describe_auto_scaling_groups(AutoScalingGroupNames=["web-asg"])["AutoScalingGroups"][0]["DesiredCapacity"] == web["DesiredCapacity"] + 1
assert code(lambda: asg.set_desired_capacity(AutoScalingGroupName="nobody", DesiredCapacity=1)) == "ValidationError"

ecs = client("ecs")
assert [arn.rsplit("/", 1)[1] for arn in ecs.list_clusters()["clusterArns"]] == ["AWSBatch-reports-fargate-0f3c", "core-ec2", "prod", "staging"]
arns = [arn for page in ecs.get_paginator("list_services").paginate(cluster="prod", PaginationConfig={"PageSize": 3}) for arn in page["serviceArns"]]
services = {one["serviceName"]: one for one in ecs.describe_services(cluster="prod", services=arns)["services"]}
assert len(arns) == len(services) == 8
checkout = services["checkout"]["deployments"][0]
assert checkout["status"] == "PRIMARY" and checkout["rolloutState"] in ("IN_PROGRESS", "FAILED")
assert services["worker"]["capacityProviderStrategy"][0]["capacityProvider"] == "FARGATE_SPOT"
stopped = ecs.list_tasks(cluster="prod", serviceName="search", desiredStatus="STOPPED")["taskArns"]
tasks = ecs.describe_tasks(cluster="prod", tasks=stopped)["tasks"]
assert any("OutOfMemoryError" in one["containers"][0].get("reason", "") and one["containers"][0]["exitCode"] == 137 for one in tasks)
assert ecs.update_service(cluster="prod", service="feed", desiredCount=5)["service"]["desiredCount"] == 5
assert code(lambda: ecs.describe_services(cluster="prod", services=[str(number) for number in range(11)])) == "InvalidParameterException"
assert code(lambda: ecs.list_services(cluster="nobody")) == "ClusterNotFoundException"
definition = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
assert definition["family"] == "web" and definition["containerDefinitions"][0]["image"].endswith(f"web:v{definition['revision']}")

functions = client("lambda")
names = [one["FunctionName"] for page in functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 5}) for one in page["Functions"]]
assert len(names) == len(set(names)) == 24
one = functions.get_function_configuration(FunctionName="migration-2024")
assert (one["State"], one["StateReasonCode"]) == ("Inactive", "Idle")
answer = functions.invoke(FunctionName="cart-api", Payload=json.dumps({"order": 7}), LogType="Tail")
assert json.load(answer["Payload"])["body"]["received"] == {"order": 7} and "REPORT RequestId" in base64.b64decode(answer["LogResult"]).decode()
assert functions.invoke(FunctionName="payments-webhook", Payload="{}")["FunctionError"] == "Unhandled"
functions.put_function_concurrency(FunctionName="cart-api", ReservedConcurrentExecutions=0)
assert code(lambda: functions.invoke(FunctionName="cart-api", Payload="{}")) == "TooManyRequestsException"
functions.delete_function_concurrency(FunctionName="cart-api")
assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName="cart-api")
sources = functions.list_event_source_mappings()["EventSourceMappings"]
assert any(source["LastProcessingResult"].startswith("PROBLEM") for source in sources)
assert functions.update_event_source_mapping(UUID=sources[0]["UUID"], Enabled=False)["State"] == "Disabling"
assert code(lambda: functions.get_function_configuration(FunctionName="nobody")) == "ResourceNotFoundException"

batch = client("batch")
queues = {one["jobQueueName"]: one for page in batch.get_paginator("describe_job_queues").paginate(PaginationConfig={"PageSize": 2}) for one in page["jobQueues"]}
assert sorted(queues) == ["etl", "nightly", "render", "reports", "simulate"] and queues["nightly"]["state"] == "DISABLED"
assert [one["order"] for one in queues["etl"]["computeEnvironmentOrder"]] == [1, 2]
environments = {one["computeEnvironmentName"]: one for one in batch.describe_compute_environments()["computeEnvironments"]}
assert environments["legacy-x86"]["status"] == "INVALID" and "AssumeRole" in environments["legacy-x86"]["statusReason"]
assert environments["reports-fargate"]["computeResources"]["type"] == "FARGATE" and "minvCpus" not in environments["reports-fargate"]["computeResources"]
STATES = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"]
listed = [one for queue in queues for state in STATES for page in batch.get_paginator("list_jobs").paginate(jobQueue=queue, jobStatus=state, PaginationConfig={"PageSize": 3}) for one in page["jobSummaryList"]]
assert len({one["jobId"] for one in listed}) == 60
stuck = batch.list_jobs(jobQueue="simulate", jobStatus="RUNNABLE")["jobSummaryList"]
assert stuck[-1]["statusReason"].startswith("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT") or stuck[0]["statusReason"].startswith("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT")
front = batch.get_job_queue_snapshot(jobQueue="simulate")["frontOfQueue"]["jobs"]
assert len(front) == len(stuck) == 5
assert {item["type"]: item["value"] for item in batch.describe_jobs(jobs=[stuck[0]["jobId"]])["jobs"][0]["container"]["resourceRequirements"]}["VCPU"] == "32"
arrays = [one for one in listed if one["jobName"].startswith("monthly-report")]
parent = arrays[0]["jobId"]
children = [one for state in STATES for one in batch.list_jobs(arrayJobId=parent, jobStatus=state)["jobSummaryList"]]
assert sorted(one["arrayProperties"]["index"] for one in children) == list(range(12)) and children[0]["jobId"].startswith(parent + ":")
definitions = batch.describe_job_definitions(status="ACTIVE", jobDefinitionName="ingest")["jobDefinitions"]
assert [one["revision"] for one in definitions] == [7, 6]
job = batch.submit_job(jobName="mine", jobQueue="reports", jobDefinition="invoice-pdf")["jobId"]
assert batch.describe_jobs(jobs=[job])["jobs"][0]["status"] in ("SUBMITTED", "PENDING")
assert batch.terminate_jobs(jobs=[job, "nobody"], reason="enough")["errors"][0]["job"] == "nobody"
batch.cancel_job(jobId=stuck[0]["jobId"], reason="too big")
batch.update_job_queue(jobQueue="etl", state="DISABLED")
assert batch.describe_job_queues(jobQueues=["etl"])["jobQueues"][0]["state"] == "DISABLED"
assert code(lambda: batch.submit_job(jobName="x", jobQueue="etl", jobDefinition="ingest")) == "ClientException"
assert code(lambda: batch.list_jobs(jobQueue="nobody")) == "ClientException"

elb = client("elbv2")
pages = elb.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2})
targets = {one["TargetGroupName"]: one for page in pages for one in page["TargetGroups"]}
assert web["TargetGroupARNs"] == [targets["web-http"]["TargetGroupArn"]] and targets["web-http"]["VpcId"] == ec2[0]["VpcId"]
assert services["web"]["loadBalancers"][0]["targetGroupArn"] == targets["ecs-web"]["TargetGroupArn"]
health = {one["Target"]["Id"]: one["TargetHealth"] for one in elb.describe_target_health(TargetGroupArn=targets["web-http"]["TargetGroupArn"])["TargetHealthDescriptions"]}
assert set(health) >= {one["InstanceId"] for one in web["Instances"]} and {"healthy", "unhealthy"} <= {one["State"] for one in health.values()}
one = next(iter(health))
asked = elb.describe_target_health(TargetGroupArn=targets["web-http"]["TargetGroupArn"], Targets=[{"Id": one}])["TargetHealthDescriptions"]
assert [each["Target"]["Id"] for each in asked] == [one]
addresses = {one["Target"]["Id"] for one in elb.describe_target_health(TargetGroupArn=targets["ecs-web"]["TargetGroupArn"])["TargetHealthDescriptions"]}
tasks = ecs.describe_tasks(cluster="prod", tasks=ecs.list_tasks(cluster="prod", serviceName="web")["taskArns"])["tasks"]
assert addresses >= {detail["value"] for task in tasks if task["lastStatus"] == "RUNNING" for detail in task["attachments"][0]["details"]}
assert code(lambda: elb.describe_target_health(TargetGroupArn=targets["web-http"]["TargetGroupArn"] + "0")) == "TargetGroupNotFound"
