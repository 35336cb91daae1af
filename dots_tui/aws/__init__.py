"""The only room that imports boto3: account, stacks, instances, bucket."""
