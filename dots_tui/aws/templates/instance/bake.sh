#!/bin/bash
# Makes a machine image of the builder instance it runs on, and ends the builder. Runs once as root, from the user data
# of builder.yaml. Whatever fails is reported to CloudFormation, which takes everything back.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=recipe.env
source "$HERE/recipe.env"
LOOKS=${DOTS_TUI_LOOKS:-180} # for the image: 30 minutes
PAUSE=${DOTS_TUI_PAUSE:-10}
ROOT=${DOTS_TUI_ROOT:-}

main() {
  install -d -m 755 "$STATE"
  # Here the phases can be read while the image is made: an image has no model prefix.
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

# What belongs to this machine must not be in the image: an instance of it starts anew.
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

# Without a reboot, which would end this script: Docker is stopped and everything is written.
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

# report true|false TEXT - what the stack waits for
report() {
  "${DOTS_TUI_SIGNAL:-/usr/local/bin/cfn-signal}" --success "$1" --region "$REGION" --stack "$STACK_NAME" \
    --resource "$SIGNAL_RESOURCE" --reason "${2:0:900}" >> "$OUTPUT" 2>&1 && return
  # cfn-signal is installed on the way; before that the failure is reported without its reason, which is in the phases.
  local status=SUCCESS
  [[ $1 == true ]] || status=FAILURE
  aws cloudformation signal-resource --stack-name "$STACK_ID" --logical-resource-id "$SIGNAL_RESOURCE" \
    --unique-id "$(instance_id)" --status "$status" >> "$OUTPUT" 2>&1
}

main || {
  [[ -s $STATE/problem ]] || fail unknown "the image could not be made"
  report false "$(cat "$STATE/problem")"
}
# The end of the builder, in case dots-tui is not there to delete the stack. The stack may still be completing.
for _ in 1 2 3 4 5; do
  sleep "$PAUSE"
  aws cloudformation delete-stack --stack-name "$STACK_ID" >> "$OUTPUT" 2>&1 && break
done
shutdown -h +5
