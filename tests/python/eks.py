"""EKS: clusters and what belongs to them, pages, errors, and an update of a node group to its end."""

from common import client, error, instances

eks = client("eks")


def names(operation, field, size=100, **scope):
    pages = eks.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **scope)
    return [name for page in pages for name in page[field]]


assert names("list_clusters", "clusters") == names("list_clusters", "clusters", size=1) == ["analytics", "legacy-shop", "orders"]
clusters = {name: eks.describe_cluster(name=name)["cluster"] for name in names("list_clusters", "clusters")}
for name, one in clusters.items():
    assert one["arn"] == f"arn:aws:eks:eu-west-1:111122223333:cluster/{name}" and one["status"] == "ACTIVE"
    assert one["health"] == {"issues": []} and one["platformVersion"].startswith("eks.")
    assert one["resourcesVpcConfig"]["endpointPrivateAccess"] is True and one["identity"]["oidc"]["issuer"].startswith("https://")
assert clusters["analytics"]["computeConfig"]["enabled"] is True and "computeConfig" not in clusters["orders"]
assert clusters["legacy-shop"]["upgradePolicy"]["supportType"] == "STANDARD"

versions = {one["clusterVersion"]: one for one in eks.describe_cluster_versions()["clusterVersions"]}
old = versions[clusters["legacy-shop"]["version"]]
assert old["versionStatus"] == "STANDARD_SUPPORT" and old["endOfStandardSupportDate"] < old["endOfExtendedSupportDate"]
assert len(eks.describe_cluster_versions(includeAll=True)["clusterVersions"]) > len(versions)

groups = {}
for cluster in clusters:
    for name in names("list_nodegroups", "nodegroups", size=1, clusterName=cluster):
        groups[name] = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        assert groups[name]["nodegroupArn"].startswith(f"arn:aws:eks:eu-west-1:111122223333:nodegroup/{cluster}/{name}/")
assert groups["analytics-gpu"]["status"] == "DEGRADED"
assert [issue["code"] for issue in groups["analytics-gpu"]["health"]["issues"]] == ["AsgInstanceLaunchFailures"]
assert groups["orders-spot"]["capacityType"] == "SPOT" and groups["orders-spot"]["taints"][0]["effect"] == "NO_SCHEDULE"
nodes = instances(client("ec2"), Filters=[{"Name": "tag:eks:nodegroup-name", "Values": ["orders-general"]}])
assert len(nodes) == groups["orders-general"]["scalingConfig"]["desiredSize"]

assert names("list_fargate_profiles", "fargateProfileNames", clusterName="legacy-shop") == ["fp-default", "fp-shop"]
profile = eks.describe_fargate_profile(clusterName="legacy-shop", fargateProfileName="fp-default")["fargateProfile"]
assert profile["selectors"][1] == {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}

addons = names("list_addons", "addons", size=3, clusterName="legacy-shop")
assert addons == ["aws-ebs-csi-driver", "coredns", "kube-proxy", "vpc-cni"]
coredns = eks.describe_addon(clusterName="legacy-shop", addonName="coredns")["addon"]
assert (coredns["status"], coredns["health"]["issues"][0]["code"]) == ("DEGRADED", "InsufficientNumberOfReplicas")

insights = [one for page in eks.get_paginator("list_insights").paginate(clusterName="legacy-shop") for one in page["insights"]]
assert {one["insightStatus"]["status"] for one in insights} == {"ERROR", "WARNING", "PASSING"}
(worst,) = eks.list_insights(clusterName="legacy-shop", filter={"statuses": ["ERROR"]})["insights"]
detail = eks.describe_insight(clusterName="legacy-shop", id=worst["id"])["insight"]
assert detail["categorySpecificSummary"]["deprecationDetails"][0]["stopServingVersion"] == "1.32" and detail["recommendation"]

# Errors.
assert error(eks.describe_cluster, name="nobody")["Error"] == {"Code": "ResourceNotFoundException", "Message": "No cluster found for name: nobody."}
assert error(eks.list_nodegroups, clusterName="nobody")["ResponseMetadata"]["HTTPStatusCode"] == 404
assert error(eks.list_clusters, nextToken="x")["Error"]["Code"] == "InvalidParameterException"

# An update.
group = {"clusterName": "orders", "nodegroupName": "orders-general"}
scaling = {"minSize": 1, "maxSize": 9, "desiredSize": 4}
update = eks.update_nodegroup_config(**group, scalingConfig=scaling, clientRequestToken="once")["update"]
assert (update["status"], update["type"]) == ("InProgress", "ConfigUpdate")
assert eks.update_nodegroup_config(**group, scalingConfig=scaling, clientRequestToken="once")["update"]["id"] == update["id"]
assert error(eks.update_nodegroup_version, **group)["Error"]["Code"] == "ResourceInUseException"
assert eks.describe_nodegroup(**group)["nodegroup"]["status"] == "UPDATING"
assert eks.list_updates(name="orders", nodegroupName="orders-general")["updateIds"] == [update["id"]]
print("ok")
