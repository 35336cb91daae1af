#!/bin/bash
# Creates a machine image of the builder instance and ends the builder. Runs once as root, from the user data of
# builder.yaml. Failures are reported to CloudFormation, which rolls everything back.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=recipe.env
source "$HERE/recipe.env"
LOOKS=${DOTS_TUI_LOOKS:-180} # for the image: 30 minutes
PAUSE=${DOTS_TUI_PAUSE:-10}
ROOT=${DOTS_TUI_ROOT:-}

main() {
  install -d -m 755 "$STATE"
  # The phases go here during the bake, because an image has no model prefix.
  printf '%s\n' "$BAKE_PREFIX" > "$STATE/claimed"
  "$HERE/scratch.sh" || return
  phase start "making the image $IMAGE_NAME"
  forget || fail not-cleaned "the builder's own traces cannot be removed" "$OUTPUT" || return
  local image
  image=$(make_image) || fail no-image "AWS refused to make the image" "$OUTPUT" || return
  if ! wait_for "$image"; then
    aws ec2 deregister-image --image-id "$image" >> "$OUTPUT" 2>&1
    fail image-failed "the image $image did not become available" "$OUTPUT"
    return
  fi
  phase saved "the image $image is available"
  report true "the image $image is available"
}

# Remove what identifies this machine, so that instances of the image start without its traces.
forget() {
  {
    systemctl stop docker.socket docker &&
      rm -rf "$ROOT"/opt/dots-tui/.aws "$ROOT"/root/.aws "$ROOT"/home/ubuntu/.ssh/authorized_keys \
        "$ROOT"/root/.ssh/authorized_keys "$ROOT"/var/lib/docker/swarm "$ROOT"/var/lib/amazon/ssm/Vault &&
      rm -f "$ROOT"/etc/ssh/ssh_host_* &&
      truncate -s 0 "$ROOT"/etc/machine-id &&
      sync
  } >> "$OUTPUT" 2>&1
}

# No reboot, which would end this script: Docker is stopped and all data is written.
make_image() {
  aws ec2 create-image --instance-id "$(instance_id)" --name "$IMAGE_NAME" --no-reboot \
    --description "DRFC $DRFC_VERSION ($DRFC_COMMIT), simapp $SIMAPP_VERSION" \
    --tag-specifications "ResourceType=image,Tags=[$(tags)]" "ResourceType=snapshot,Tags=[$(tags)]" \
    --query ImageId --output text 2>> "$OUTPUT"
}

tags() {
  printf '{Key=%s,Value=%s},' Name "$IMAGE_NAME" dots-tui:kind image dots-tui:owner "$BASE_STACK" \
    dots-tui:drfc "$DRFC_COMMIT" dots-tui:simapp "$SIMAPP_VERSION" dots-tui:version "$MADE_BY" | sed 's/,$//'
}

wait_for() {
  local look state
  for ((look = 1; look <= LOOKS; look++)); do
    state=$(aws ec2 describe-images --image-ids "$1" --query 'Images[0].State' --output text 2>> "$OUTPUT")
    case $state in
      available) return 0 ;;
      failed | error | invalid | deregistered) return 1 ;;
    esac
    sleep "$PAUSE"
  done
  return 1
}

# report true|false TEXT - report the result to the stack
report() {
  "${DOTS_TUI_SIGNAL:-/usr/local/bin/cfn-signal}" --success "$1" --region "$REGION" --stack "$STACK_NAME" \
    --resource "$SIGNAL_RESOURCE" --reason "${2:0:900}" >> "$OUTPUT" 2>&1 && return
  # cfn-signal is installed during the bake. Before that, the phases contain the reason, not this report.
  local status=SUCCESS
  [[ $1 == true ]] || status=FAILURE
  aws cloudformation signal-resource --stack-name "$STACK_ID" --logical-resource-id "$SIGNAL_RESOURCE" \
    --unique-id "$(instance_id)" --status "$status" >> "$OUTPUT" 2>&1
}

main || {
  [[ -s $STATE/problem ]] || fail unknown "the image could not be made"
  report false "$(cat "$STATE/problem")"
}
# End the builder even if dots-tui does not delete the stack. The stack may still be completing.
for _ in 1 2 3 4 5; do
  sleep "$PAUSE"
  aws cloudformation delete-stack --stack-name "$STACK_ID" >> "$OUTPUT" 2>&1 && break
done
shutdown -h +5
