"""A folder like a checkout of DeepRacer on the Spot: three templates of our own with its names, without its content.

Parameters, outputs, exports and the kinds of resources are what its scripts deploy (domain knowledge, not its text);
``pad`` makes a template larger than what fits into a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

_PARAMETERS = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  InstanceType: {Type: String, Default: g4dn.2xlarge}
  ResourcesStackName: {Type: String}
  DeepRacerImportName: {Type: String}
  TimeToLiveInMinutes: {Type: Number, Default: 60, MinValue: 0, MaxValue: 1440}
  AmiId: {Type: String}
  BUCKET: {Type: String}
  CUSTOMFILELOCATION: {Type: String}
"""
_TEMPLATE = """\
  LaunchTemplate:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: !Sub "${AWS::StackName}-launch-template"
      LaunchTemplateData:
        ImageId: !Ref AmiId
        InstanceType: !Ref InstanceType
        IamInstanceProfile:
          Name:
            !ImportValue
            'Fn::Sub': '${ResourcesStackName}-InstanceProfile'
        SecurityGroupIds:
        - !ImportValue
          'Fn::Sub': '${ResourcesStackName}-SecurityGroup'
"""
_TERMINATION = """\
  TerminationCronExpression:
    Type: Custom::TerminationCronExpression
    DependsOn: [MACHINE]
    Properties:
      ServiceToken:
        !ImportValue
        'Fn::Sub': '${ResourcesStackName}-FutureTimeCronExpressionLambdaArn'
      ttl: !Ref TimeToLiveInMinutes
  TerminationTrigger:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: !GetAtt TerminationCronExpression.cron_expression
      State: ENABLED
"""
STANDARD = (
    _PARAMETERS
    + """\
Outputs:
  DNS: {Value: !GetAtt Instance.PublicDnsName}
  Instance: {Value: !Ref Instance}
  InstanceIP:
    Value: !GetAtt Instance.PublicIp
    Export: {Name: !Sub "${AWS::StackName}-PublicIp"}
Resources:
"""
    + _TEMPLATE
    + """\
  Instance:
    Type: AWS::EC2::Instance
    CreationPolicy: {ResourceSignal: {Count: 1, Timeout: PT30M}}
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref LaunchTemplate, Version: !GetAtt LaunchTemplate.LatestVersionNumber}
"""
    + _TERMINATION.replace("MACHINE", "Instance")
)
SPOT = (
    _PARAMETERS
    + """\
Outputs:
  Instance: {Value: !Ref ASG}
Resources:
"""
    + _TEMPLATE
    + """\
  ASG:
    Type: AWS::AutoScaling::AutoScalingGroup
    CreationPolicy: {ResourceSignal: {Count: 1, Timeout: PT30M}}
    Properties:
      AvailabilityZones: !GetAZs ""
      LaunchTemplate: {LaunchTemplateId: !Ref LaunchTemplate, Version: !GetAtt LaunchTemplate.LatestVersionNumber}
      MinSize: "0"
      MaxSize: "1"
      DesiredCapacity: "1"
  HandlerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
"""
    + _TERMINATION.replace("MACHINE", "ASG")
)
BASE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  MyIPAddress: {Type: String}
  RuleNumber: {Type: String}
  NetworkAclId: {Type: String}
Outputs:
  InstanceProfile: {Value: !Ref InstanceProfile, Export: {Name: !Sub "${AWS::StackName}-InstanceProfile"}}
  Region: {Value: !Ref "AWS::Region", Export: {Name: !Sub "${AWS::StackName}-Region"}}
  Bucket: {Value: !Ref Bucket, Export: {Name: !Sub "${AWS::StackName}-Bucket"}}
  SecurityGroup: {Value: !GetAtt SecurityGroup.GroupId, Export: {Name: !Sub "${AWS::StackName}-SecurityGroup"}}
  NetworkAclId: {Value: !Ref NetworkAclId, Export: {Name: !Sub "${AWS::StackName}-NetworkAclId"}}
  InterruptionNotification:
    Value: !Ref InterruptionNotification
    Export: {Name: !Sub "${AWS::StackName}-InterruptionNotification"}
  FutureTimeCronExpressionLambdaArn:
    Value: arn:aws:lambda:us-east-1:123456789012:function:cron
    Export: {Name: !Sub "${AWS::StackName}-FutureTimeCronExpressionLambdaArn"}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  SecurityGroup: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: one address}}
  SecurityGroupIngress:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt SecurityGroup.GroupId, IpProtocol: "-1", CidrIp: !Sub "${MyIPAddress}/32"}
  NACLEntry:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref NetworkAclId
      CidrBlock: !Sub "${MyIPAddress}/32"
      Protocol: "-1"
      RuleAction: allow
      RuleNumber: !Ref RuleNumber
  InterruptionNotification: {Type: AWS::SNS::Topic}
  InstanceRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
  InstanceProfile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref InstanceRole]}}
"""
NAMES = {"base-resources.yaml": BASE, "standard-instance.yaml": STANDARD, "spot-instance.yaml": SPOT}


def write_checkout(folder: Path, pad: int = 0) -> Path:
    """Write the three templates into ``folder``, the training ones with a comment of ``pad`` characters."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in NAMES.items():
        filler = "" if name.startswith("base") else "".join("# " + "-" * 97 + "\n" for _ in range(pad // 100))
        (folder / name).write_text(text + filler, encoding="utf-8")
    return folder


def make_stack(aws: Aws, name: str, template: str, values: Mapping[str, str]) -> None:
    """Make a stack as its scripts do, without dots-tui; returns when it is complete."""
    from dots_tui.aws.events import follow

    aws.client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=template,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    assert list(follow(aws, name, poll_s=0.01))[-1].status == "CREATE_COMPLETE"


def make_training(aws: Aws, name: str, template: str, instance_type: str = "g4dn.2xlarge") -> str:
    """Make a base stack "base" and a training of it, as a racer has them before dots-tui. The bucket is returned."""
    acl = aws.client("ec2").describe_network_acls()["NetworkAcls"][0]["NetworkAclId"]
    make_stack(aws, "base", BASE, {"MyIPAddress": "203.0.113.7", "RuleNumber": "77", "NetworkAclId": acl})
    row = aws.client("cloudformation").describe_stacks(StackName="base")["Stacks"][0]
    bucket: str = next(one["OutputValue"] for one in row["Outputs"] if one["OutputKey"] == "Bucket")
    values = {
        "InstanceType": instance_type,
        "ResourcesStackName": "base",
        "DeepRacerImportName": name,
        "AmiId": "ami-0d075dots00000002",
        "BUCKET": bucket,
        "CUSTOMFILELOCATION": "custom_files",
    }
    make_stack(aws, name, template, values)
    return bucket
