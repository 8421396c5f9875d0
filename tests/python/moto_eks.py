"""EKS in moto: a cluster with 101 node groups and a Fargate profile; with an argument: the sizes of that node group."""

import sys

from common import client

eks = client("eks")
if len(sys.argv) > 2:
    sizes = eks.describe_nodegroup(clusterName="shop", nodegroupName=sys.argv[2])["nodegroup"]["scalingConfig"]
    print(sizes["minSize"], sizes["desiredSize"], sizes["maxSize"])
    sys.exit()
role = "arn:aws:iam::123456789012:role/node"
eks.create_cluster(name="shop", roleArn=role, version="1.33", resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]}, tags={"team": "ops"})
for at in range(101):
    scaling = {"minSize": 1, "desiredSize": 2, "maxSize": 4}
    name, labels = f"group-{at:03}", {"at": str(at)}
    eks.create_nodegroup(clusterName="shop", nodegroupName=name, nodeRole=role, subnets=["subnet-1"], scalingConfig=scaling, labels=labels)
profile = {"fargateProfileName": "jobs", "podExecutionRoleArn": role, "selectors": [{"namespace": "jobs"}]}
eks.create_fargate_profile(clusterName="shop", **profile)
print(len(eks.list_nodegroups(clusterName="shop")["nodegroups"]))
