"""CloudWatch: whatever protocol this boto3 speaks, and the two older ones through its own serialisers."""

from datetime import datetime, timedelta, timezone

import botocore.loaders
from common import client, error, instances

ec2 = client("ec2")
everything = {next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name"): one for one in instances(ec2)}
database = next(one for name, one in everything.items() if name.startswith("db-"))["InstanceId"]
bastion = next(one for name, one in everything.items() if name.startswith("bastion-"))["InstanceId"]
# Long enough ago for everything to be published, so that nothing changes while this runs.
end = datetime.now(timezone.utc) - timedelta(minutes=20)


def query(key, metric="CPUUtilization", stat="Average", period=300, dimension="InstanceId", value=database, **more):
    name = {"Namespace": "AWS/EC2", "MetricName": metric, "Dimensions": [{"Name": dimension, "Value": value}]}
    return {"Id": key, "MetricStat": {"Metric": name, "Period": period, "Stat": stat}, **more}


def check(cloudwatch):
    """One protocol."""

    def data(*queries, hours=3, **more):
        return cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=end - timedelta(hours=hours), EndTime=end, **more)

    (newest,) = data(query("cpu"))["MetricDataResults"]
    (oldest,) = data(query("cpu"), ScanBy="TimestampAscending")["MetricDataResults"]
    assert newest["StatusCode"] == "Complete" and newest["Label"] == "CPUUtilization"
    assert newest["Timestamps"] == sorted(newest["Timestamps"], reverse=True) == oldest["Timestamps"][::-1]
    assert newest["Values"] == oldest["Values"][::-1] and len(newest["Values"]) >= 33
    assert all(at.timestamp() % 300 == 0 for at in newest["Timestamps"])
    assert all(0 <= value <= 100 for value in newest["Values"])
    assert newest["Timestamps"][0] + timedelta(minutes=5) >= end > newest["Timestamps"][0]

    # What is new comes late: not before the period is over, nor long after.
    now = datetime.now(timezone.utc)
    fresh = cloudwatch.get_metric_data(MetricDataQueries=[query("cpu")], StartTime=end, EndTime=now)["MetricDataResults"][0]
    assert now - timedelta(minutes=13) < fresh["Timestamps"][0] < now - timedelta(minutes=3)

    # Statistics agree with each other.
    stats = ("Minimum", "Average", "Maximum", "Sum", "SampleCount", "p90")
    results = data(*(query(f"m{at}", metric="NetworkIn", stat=stat) for at, stat in enumerate(stats)))["MetricDataResults"]
    for low, mean, high, total, count, p90 in zip(*(result["Values"] for result in results)):
        assert low <= mean <= high and low <= p90 <= high and abs(total - mean * count) < 1e-6 * total and count == 5

    # Status checks come each minute, credits for burstable types only, groups as a whole, and nothing for the unknown.
    results = data(
        query("check", metric="StatusCheckFailed", stat="Maximum", period=60),
        query("none", metric="CPUCreditBalance"),
        query("credits", metric="CPUCreditBalance", value=bastion),
        query("group", dimension="AutoScalingGroupName", value="web-asg"),
        query("unknown", value="i-0123456789abcdef0"),
        query("hidden", ReturnData=False),
        query("label", Label="mine"),
    )["MetricDataResults"]
    by_id = {result["Id"]: result for result in results}
    assert len(by_id["check"]["Values"]) >= 170 and set(by_id["check"]["Values"]) == {0.0}
    assert by_id["none"]["Values"] == by_id["unknown"]["Values"] == [] and by_id["unknown"]["StatusCode"] == "Complete"
    assert by_id["credits"]["Values"] and by_id["group"]["Values"] and "hidden" not in by_id and by_id["label"]["Label"] == "mine"

    # Pages.
    wanted = [query(f"q{at}", value=one["InstanceId"]) for at, one in enumerate(everything.values())]
    whole = {result["Id"]: result["Values"] for result in data(*wanted)["MetricDataResults"]}
    paged, token = {}, None
    while True:
        page = data(*wanted, MaxDatapoints=100, **({"NextToken": token} if token else {}))
        assert sum(len(result["Values"]) for result in page["MetricDataResults"]) <= 100
        for result in page["MetricDataResults"]:
            paged.setdefault(result["Id"], []).extend(result["Values"])
        token = page.get("NextToken")
        if not token:
            break
    assert paged == whole

    # Limits.
    assert error(data_call(cloudwatch), queries=[query(f"q{at}") for at in range(501)])["Error"]["Code"].startswith("Validation")
    assert error(data_call(cloudwatch), queries=[query("q", period=61)])["Error"]["Code"].startswith("Validation")
    assert error(data_call(cloudwatch), queries=[query("q"), query("q")])["Error"]["Code"].startswith("Validation")
    assert error(data_call(cloudwatch), queries=[{"Id": "e", "Expression": "m1+m2"}])["Error"]["Code"].startswith("Validation")
    assert data(query("old"), hours=24 * 800)["MetricDataResults"][0]["Values"]

    # The older operations.
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/EC2")
    listed = [(metric["MetricName"], metric["Dimensions"][0]["Value"]) for page in pages for metric in page["Metrics"]]
    assert len(listed) == len(set(listed)) > 500 and (("CPUUtilization", "web-asg") in listed)
    points = cloudwatch.get_metric_statistics(
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": database}],
        StartTime=end - timedelta(hours=3),
        EndTime=end,
        Period=300,
        Statistics=["Average", "Maximum"],
    )["Datapoints"]
    assert {point["Timestamp"] for point in points} == set(newest["Timestamps"]) and points[0]["Unit"] == "Percent"
    assert all(point["Average"] <= point["Maximum"] <= 100 for point in points)

    # Alarms: of metrics unless others are asked for, in pages, and each with a reason.
    alarms = cloudwatch.describe_alarms()
    assert alarms["MetricAlarms"] and not alarms.get("CompositeAlarms")
    types = ["MetricAlarm", "CompositeAlarm"]
    pages = list(cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=types, StateValue="ALARM", MaxRecords=2))
    ringing = [alarm for page in pages for alarm in page.get("MetricAlarms", [])]
    assert len(pages) > 1 and len({alarm["AlarmName"] for alarm in ringing}) == len(ringing)
    assert all(alarm["StateValue"] == "ALARM" and "Threshold Crossed" in alarm["StateReason"] for alarm in ringing)
    assert any(alarm["MetricName"] == "CPUUtilization" and alarm["Threshold"] == 90 for alarm in ringing)
    (composite,) = [alarm for page in pages for alarm in page.get("CompositeAlarms", [])]
    assert all(f'ALARM("{alarm["AlarmName"]}")' in composite["AlarmRule"] for alarm in ringing)


def data_call(cloudwatch):
    return lambda queries: cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=end - timedelta(hours=1), EndTime=end)


def speaking(protocol):
    """A client whose service model knows this one protocol only."""
    original = botocore.loaders.Loader.load_service_model

    def narrowed(self, service_name, type_name, *arguments, **more):
        model = original(self, service_name, type_name, *arguments, **more)
        if service_name == "cloudwatch" and type_name == "service-2":
            model = {**model, "metadata": {**model["metadata"], "protocol": protocol, "protocols": [protocol]}}
        return model

    botocore.loaders.Loader.load_service_model = narrowed
    try:
        cloudwatch = client("cloudwatch")
    finally:
        botocore.loaders.Loader.load_service_model = original
    assert cloudwatch.meta.service_model.resolved_protocol == protocol
    return cloudwatch


check(client("cloudwatch"))
for protocol in ("smithy-rpc-v2-cbor", "json", "query"):
    check(speaking(protocol))
    print(protocol, "ok")
