"""AWS access: account, stacks, instances, bucket. Only this package imports boto3."""
