#!/bin/bash
# The AWS CLI, connected to the emulated AWS. It logs its arguments; /var/lib/world/refused contains patterns of
# forbidden calls.
echo "aws $*" >> /var/log/world.log
while read -r pattern; do
  # shellcheck disable=SC2053 # a pattern
  if [[ "$*" == $pattern ]]; then
    echo "An error occurred (AccessDenied) when calling an operation: not allowed in this world" >&2
    exit 254
  fi
done < <(cat /var/lib/world/refused 2> /dev/null)
case "$*" in
  *"sts get-caller-identity"*) echo '{"Arn": "arn:aws:sts::123456789012:assumed-role/base-InstanceRole/i-0abc"}' ;;
  "autoscaling terminate-instance-in-auto-scaling-group"*) echo '{}' ;;
  *) exec /usr/bin/aws --endpoint-url http://127.0.0.1:4566 "$@" ;;
esac
