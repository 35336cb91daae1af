"""Which permissions are needed, and by whom: the resource types' handlers, our scripts, DRFC and the simapp.

What the handlers of a resource type need is in the `handlers` section of its schema in the CloudFormation registry
(`aws cloudformation describe-type --type RESOURCE --type-name ...`); cfn-lint comes with these schemas.
"""

from __future__ import annotations

_BALANCING = "only with load balancers, target groups or traffic sources"
_INTERNAL = "an internal service of AWS, which no policy of a customer names"
_LATTICE = "only with a target group of VPC Lattice"

NOT_GIVEN: dict[str, str] = {
    "ec2:AttachVolume": "only with the property Volumes",
    "ec2:DetachVolume": "only with the property Volumes",
    "ec2:ModifyInstanceCreditSpecification": "only with CreditSpecification",
    "ec2:ModifyInstancePlacement": "only with Tenancy, Affinity, HostId or PlacementGroupName",
    "ec2:ModifyPrivateDnsNameOptions": "only with PrivateDnsNameOptions",
    "ec2:Get*": "ec2:GetLaunchTemplateData is given; the others read passwords, console pictures and reservations",
    "ssm:CreateAssociation": "only with SsmAssociations",
    "ssm:DeleteAssociation": "only with SsmAssociations",
    "ssm:Get*": "only for a launch template whose image is a parameter of Systems Manager",
    "autoscaling:AttachLoadBalancerTargetGroups": _BALANCING,
    "autoscaling:AttachLoadBalancers": _BALANCING,
    "autoscaling:AttachTrafficSources": _BALANCING,
    "autoscaling:DetachLoadBalancerTargetGroups": _BALANCING,
    "autoscaling:DetachLoadBalancers": _BALANCING,
    "autoscaling:DetachTrafficSources": _BALANCING,
    "autoscaling:StartInstanceRefresh": "only with a rolling replacement as update policy",
    "autoscaling:CancelInstanceRefresh": "only with a rolling replacement as update policy",
    "autoscaling:PutLifecycleHook": "only with LifecycleHookSpecificationList",
    "autoscaling:DeleteLifecycleHook": "only with LifecycleHookSpecificationList",
    "autoscaling:PutNotificationConfiguration": "only with NotificationConfigurations",
    "autoscaling:DeleteNotificationConfiguration": "only with NotificationConfigurations",
    "cloudwatch:PutMetricAlarm": "only with scaling policies that track a target",
    "elasticloadbalancing:Describe*": _BALANCING,
    "managed-fleets:Get*": _INTERNAL,
    "managed-fleets:CreateAutoScalingGroup": _INTERNAL,
    "managed-fleets:UpdateAutoScalingGroup": _INTERNAL,
    "managed-fleets:DeleteAutoScalingGroup": _INTERNAL,
    "managed-fleets:RegisterAutoScalingGroup": _INTERNAL,
    "managed-fleets:DeregisterAutoScalingGroup": _INTERNAL,
    "vpc-lattice:DeregisterTargets": _LATTICE,
    "vpc-lattice:GetTargetGroup": _LATTICE,
    "vpc-lattice:ListTargets": _LATTICE,
    "vpc-lattice:RegisterTargets": _LATTICE,
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
