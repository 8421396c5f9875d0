"""EKS in moto: a cluster with 3 node groups and 101 Fargate profiles; with an argument: the sizes of that node group."""

import sys

from common import client

eks = client("eks")
if len(sys.argv) > 2:
    sizes = eks.describe_nodegroup(clusterName="shop", nodegroupName=sys.argv[2])["nodegroup"]["scalingConfig"]
    print(sizes["minSize"], sizes["desiredSize"], sizes["maxSize"])
    sys.exit()
role = "arn:aws:iam::123456789012:role/node"
eks.create_cluster(name="shop", roleArn=role, version="1.33", resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]}, tags={"team": "ops"})
for name in ("web", "jobs", "spot"):
    scaling = {"minSize": 1, "desiredSize": 2, "maxSize": 4}
    more = {"subnets": ["subnet-1"], "scalingConfig": scaling, "labels": {"name": name}}
    eks.create_nodegroup(clusterName="shop", nodegroupName=name, nodeRole=role, **more)
for at in range(101):
    profile = {"fargateProfileName": f"profile-{at:03}", "podExecutionRoleArn": role, "selectors": [{"namespace": f"jobs-{at}"}]}
    eks.create_fargate_profile(clusterName="shop", **profile)
