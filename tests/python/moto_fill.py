"""Two reservations of 500 instances in moto."""

from common import client, instances

# A thousand instances are made in two calls, which moto answers late on a busy machine.
ec2 = client("ec2", config={"read_timeout": 120})
image = ec2.describe_images()["Images"][0]["ImageId"]
for name in ("web", "db"):
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}, {"Key": "team", "Value": "ops"}]}]
    ec2.run_instances(ImageId=image, MinCount=500, MaxCount=500, InstanceType="t3.micro", TagSpecifications=tags)
reservations = ec2.describe_instances(MaxResults=1000)["Reservations"]
assert sorted(len(one["Instances"]) for one in reservations) == [500, 500], [len(one["Instances"]) for one in reservations]
print(len(instances(ec2)))
