"""How CloudFormation updates the properties our templates use, and the limits the templates keep to, with sources.

Update behavior: the "Update requires" line of each property in the CloudFormation template reference
(docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference). The properties that need a replacement are also
`createOnlyProperties` of the type's schema in the registry, which cfn-lint comes with; those in
`conditionalCreateOnlyProperties` need it in some cases.
"""

from __future__ import annotations

from typing import Literal

Update = Literal["none", "sometimes", "replacement"]
"""No replacement (perhaps an interruption), a replacement in some cases, always a replacement."""

UPDATES: dict[str, dict[str, Update]] = {
    "AWS::EC2::Instance": {"LaunchTemplate": "replacement", "SubnetId": "replacement", "Tags": "none"},
    "AWS::EC2::LaunchTemplate": {"LaunchTemplateData": "none", "TagSpecifications": "none"},
    "AWS::AutoScaling::AutoScalingGroup": {
        "LaunchTemplate": "sometimes",
        "VPCZoneIdentifier": "sometimes",
        "AvailabilityZones": "none",
        "MinSize": "none",
        "MaxSize": "none",
        "DesiredCapacity": "none",
        "Tags": "none",
    },
    "AWS::AutoScaling::ScheduledAction": {
        "AutoScalingGroupName": "replacement",
        "StartTime": "none",
        "MinSize": "none",
        "MaxSize": "none",
        "DesiredCapacity": "none",
    },
    "AWS::Scheduler::Schedule": {"FlexibleTimeWindow": "none", "ScheduleExpression": "none", "Target": "none"},
    "AWS::S3::Bucket": {
        "BucketEncryption": "none",
        "OwnershipControls": "none",
        "PublicAccessBlockConfiguration": "none",
        "LifecycleConfiguration": "none",
        "VersioningConfiguration": "none",
    },
    "AWS::S3::BucketPolicy": {"Bucket": "replacement", "PolicyDocument": "none"},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "replacement", "SecurityGroupIngress": "none"},
    "AWS::EC2::SecurityGroupIngress": {
        "GroupId": "replacement",
        "IpProtocol": "replacement",
        "FromPort": "replacement",
        "ToPort": "replacement",
        "CidrIp": "replacement",
        "Description": "none",
    },
    "AWS::EC2::NetworkAclEntry": {
        "NetworkAclId": "replacement",
        "RuleNumber": "replacement",
        "RuleAction": "none",
        "Protocol": "none",
        "PortRange": "none",
        "CidrBlock": "none",
    },
    "AWS::SNS::Topic": {"DisplayName": "none"},
    "AWS::IAM::Role": {"AssumeRolePolicyDocument": "none", "ManagedPolicyArns": "none", "Policies": "none"},
    "AWS::IAM::InstanceProfile": {"Roles": "none"},
}

LIMITS: dict[str, tuple[int, str]] = {
    "template in a request, bytes": (51_200, "CloudFormation quotas"),
    "parameters of a template": (200, "CloudFormation quotas"),
    "resources of a template": (500, "CloudFormation quotas"),
    "outputs of a template": (200, "CloudFormation quotas"),
    "user data before base64, bytes": (16_384, "EC2 user guide, Run commands at launch"),
    "tags of a resource": (50, "Tagging AWS resources, tag naming limits"),
    "tag key, characters": (128, "Tagging AWS resources, tag naming limits"),
    "inline policies of a role, characters": (10_240, "IAM and STS quotas, without white space"),
    "signal timeout, minutes": (720, "CreationPolicy attribute: 12 hours"),
    "image name, characters": (128, "EC2 API reference, CreateImage"),
}
