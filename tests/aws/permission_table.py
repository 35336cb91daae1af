"""Which permissions are needed, and by whom: the resource types' handlers, our scripts, DRFC and the simapp.

Handlers: the permissions in the `handlers` section of each type's schema in the CloudFormation registry
(`aws cloudformation describe-type --type RESOURCE --type-name ...`), for create, update and delete. `AWS::AutoScaling::
ScheduledAction` has no public list; its actions are those of the API calls of the same names.
"""

from __future__ import annotations

HANDLERS: dict[str, frozenset[str]] = {
    "AWS::EC2::Instance": frozenset(
        {
            *("ec2:RunInstances", "ec2:TerminateInstances", "ec2:StartInstances", "ec2:StopInstances"),
            *("ec2:AttachVolume", "ec2:DetachVolume", "ec2:CreateTags", "ec2:DeleteTags", "ec2:MonitorInstances"),
            *("ec2:UnmonitorInstances", "ec2:AssociateIamInstanceProfile", "ec2:DisassociateIamInstanceProfile"),
            *("ec2:ReplaceIamInstanceProfileAssociation", "ec2:ModifyInstanceAttribute"),
            *("ec2:ModifyInstanceCreditSpecification", "ec2:ModifyInstanceMaintenanceOptions"),
            *("ec2:ModifyInstancePlacement", "ec2:ModifyPrivateDnsNameOptions", "ec2:DescribeInstances"),
            *("ec2:DescribeElasticGpus", "ec2:DescribeIamInstanceProfileAssociations"),
            *("ec2:DescribeInstanceAttribute", "ec2:DescribeInstanceCreditSpecifications", "ec2:DescribeKeyPairs"),
            *("ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeNetworkInterfaces"),
            *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVolumes", "ec2:DescribeVpcs"),
            *("elastic-inference:DescribeAccelerators", "iam:PassRole", "ssm:CreateAssociation"),
            *("ssm:DeleteAssociation", "ssm:DescribeAssociation", "ssm:ListAssociations"),
        }
    ),
    "AWS::EC2::LaunchTemplate": frozenset(
        {
            *("ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion", "ec2:CreateTags", "ec2:DeleteTags"),
            *("ec2:DeleteLaunchTemplate", "ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"),
        }
    ),
    "AWS::AutoScaling::AutoScalingGroup": frozenset(
        {
            *("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"),
            *("autoscaling:DeleteAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"),
            *("autoscaling:DescribeAutoScalingGroups", "autoscaling:EnableMetricsCollection"),
            *("autoscaling:PutNotificationConfiguration", "cloudwatch:PutMetricAlarm", "ec2:DescribeSubnets"),
            *("ec2:GetLaunchTemplateData", "ec2:RunInstances", "elasticloadbalancing:DescribeTargetGroups"),
            *("iam:CreateServiceLinkedRole", "iam:PassRole", "managed-fleets:GetAutoScalingGroup"),
            *("managed-fleets:CreateAutoScalingGroup", "managed-fleets:UpdateAutoScalingGroup", "ssm:GetParameters"),
        }
    ),
    "AWS::AutoScaling::ScheduledAction": frozenset(
        {
            *("autoscaling:PutScheduledUpdateGroupAction", "autoscaling:DeleteScheduledAction"),
            "autoscaling:DescribeScheduledActions",
        }
    ),
    "AWS::Scheduler::Schedule": frozenset(
        {
            *("scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
            *("scheduler:GetSchedule", "iam:PassRole"),
        }
    ),
}

NOT_GIVEN: dict[str, str] = {
    "ec2:AttachVolume": "only with the property Volumes, which no template of ours has",
    "ec2:DetachVolume": "only with the property Volumes",
    "ec2:ModifyInstanceCreditSpecification": "only with CreditSpecification, for burstable types",
    "ec2:ModifyInstancePlacement": "only with Tenancy, Affinity, HostId or PlacementGroupName",
    "ec2:ModifyPrivateDnsNameOptions": "only with PrivateDnsNameOptions",
    "elastic-inference:DescribeAccelerators": "the service has ended",
    "ssm:CreateAssociation": "only with SsmAssociations",
    "ssm:DeleteAssociation": "only with SsmAssociations",
    "autoscaling:PutNotificationConfiguration": "only with NotificationConfigurations",
    "cloudwatch:PutMetricAlarm": "only with scaling policies that track a target",
    "elasticloadbalancing:DescribeTargetGroups": "only with load balancers or target groups",
    "managed-fleets:GetAutoScalingGroup": "an internal service of AWS, not to be had in a policy",
    "managed-fleets:CreateAutoScalingGroup": "an internal service of AWS",
    "managed-fleets:UpdateAutoScalingGroup": "an internal service of AWS",
    "ssm:GetParameters": "only for a launch template whose ImageId is a parameter of Systems Manager",
}
"""Action of a handler that StackRole does not have -> the reason."""

BUCKET, MODEL = "arn:bucket", "arn:bucket/training/run-1"

_LEAVE_GROUP = ("autoscaling:TerminateInstanceInAutoScalingGroup", "arn:group")

INSTANCE_CALLS: tuple[tuple[str, str, str, str], ...] = (
    ("user data, install.sh", "aws s3 cp", "s3:GetObject", f"{BUCKET}/dots-tui/instance/0123/install.sh"),
    ("user data", "aws s3 cp", "s3:ListBucket", BUCKET),
    ("prepare.sh", "aws s3 cp", "s3:GetObject", f"{BUCKET}/custom_files/run.env"),
    ("common.sh", "aws s3api list-objects-v2", "s3:ListBucket", BUCKET),
    ("stop.sh", "aws s3 ls", "s3:ListBucket", BUCKET),
    ("logs.sh", "aws s3 cp", "s3:PutObject", f"{MODEL}/logs/trainer.log"),
    ("spot.sh", "aws s3 cp", "s3:PutObject", f"{BUCKET}/custom_files/run.env"),
    ("stop.sh", "aws sns publish", "sns:Publish", "arn:topic"),
    ("stop.sh", "aws cloudformation delete-stack", "cloudformation:DeleteStack", "arn:stack"),
    ("common.sh", "aws autoscaling terminate-instance-in-auto-scaling-group", *_LEAVE_GROUP),
    ("common.sh", "aws s3 cp", "s3:PutObject", f"{MODEL}/dots-tui/phases.json"),
    ("DRFC upload-model.sh", "aws s3 sync", "s3:PutObject", f"{BUCKET}/upload/run-1/model/1.ckpt.index"),
    ("DRFC start.sh -w", "aws s3 rm", "s3:DeleteObject", f"{MODEL}/ip/hyperparameters.json"),
    ("simapp, trainer", "boto3 delete_objects", "s3:DeleteObject", f"{MODEL}/model/1_Step-10.ckpt.index"),
    ("simapp, trainer", "boto3 upload_fileobj", "s3:AbortMultipartUpload", f"{MODEL}/model/1_Step-10.ckpt.data"),
    ("DRFC docker-compose-cwlog.yml", "awslogs", "logs:CreateLogStream", "arn:logs"),
    ("DRFC docker-compose-cwlog.yml", "awslogs", "logs:PutLogEvents", "arn:logs"),
)
"""(who, how, action, resource) of everything an instance calls. GetCallerIdentity needs no permission."""

INSTANCE_REFUSED: tuple[tuple[str, str], ...] = (
    ("s3:PutObject", f"{BUCKET}/dots-tui/instance/0123/install.sh"),
    ("s3:DeleteObject", f"{BUCKET}/dots-tui/instance/0123/install.sh"),
    ("s3:PutObject", f"{BUCKET}/dots-tui/image/0123/bake.sh"),
    ("s3:DeleteObject", f"{BUCKET}/custom_files/run.env"),
    ("s3:DeleteObject", f"{BUCKET}/custom_files/worker-2.env"),
    ("s3:DeleteObjectVersion", f"{MODEL}/model/1_Step-10.ckpt.index"),
    ("s3:PutBucketVersioning", BUCKET),
    ("s3:PutLifecycleConfiguration", BUCKET),
)
"""(action, resource) that no reward function may do with an instance's credentials."""

_IMAGE, _BUILDER_STACK = "arn:image", "arn:stack"

BUILDER_CALLS: tuple[tuple[str, str, str, str], ...] = (
    ("user data", "aws s3 cp", "s3:GetObject", f"{BUCKET}/dots-tui/instance/0123/bake.sh"),
    ("user data", "aws s3 cp", "s3:ListBucket", BUCKET),
    ("common.sh", "aws s3 cp", "s3:PutObject", f"{BUCKET}/dots-tui/bakes/dots-image-1/dots-tui/phases.json"),
    ("bake.sh", "aws ec2 create-image", "ec2:CreateImage", "arn:instance"),
    ("bake.sh", "aws ec2 create-image", "ec2:CreateImage", _IMAGE),
    ("bake.sh", "aws ec2 create-image", "ec2:CreateTags", _IMAGE),
    ("bake.sh", "aws ec2 describe-images", "ec2:DescribeImages", "*"),
    ("bake.sh", "aws ec2 deregister-image", "ec2:DeregisterImage", _IMAGE),
    ("bake.sh", "aws cloudformation signal-resource", "cloudformation:SignalResource", _BUILDER_STACK),
    ("bake.sh", "aws cloudformation delete-stack", "cloudformation:DeleteStack", _BUILDER_STACK),
)
"""The same for a builder. No container runs on one, so nobody else gets its credentials."""

BUILDER_REFUSED: tuple[tuple[str, str], ...] = (
    ("s3:PutObject", f"{BUCKET}/dots-tui/instance/0123/install.sh"),
    ("s3:GetObject", f"{MODEL}/model/1_Step-10.ckpt.index"),
    ("s3:DeleteObject", f"{MODEL}/model/1_Step-10.ckpt.index"),
    ("ec2:RunInstances", "arn:instance"),
)
