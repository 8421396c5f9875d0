"""In moto: three instances behind a load balancer, one alone in its target group and two in another; prints the ids of the one and of one of the two."""

from common import client

ec2 = client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
zones = {"eu-west-1a": "10.0.1.0/24", "eu-west-1b": "10.0.2.0/24"}
subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"] for zone, block in zones.items()]
run = ec2.run_instances(ImageId="ami-12c6146b", MinCount=3, MaxCount=3, SubnetId=subnets[0], InstanceType="t3.micro")
ids = [one["InstanceId"] for one in run["Instances"]]

elb = client("elbv2")
balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
for port, (name, members) in enumerate({"alone": ids[:1], "pair": ids[1:]}.items(), start=8080):
    group = elb.create_target_group(Name=name, Protocol="HTTP", Port=port, VpcId=vpc, TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in members])
print(ids[0], ids[1])
