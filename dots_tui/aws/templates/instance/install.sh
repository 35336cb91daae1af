#!/bin/bash
# Runs once as root, from the launch template's user data: sets up the services, arms the time to live, gets the
# custom files, tells CloudFormation, and starts the training. A failure here makes the stack roll back, so that
# nobody pays for an instance that does not train.
set -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/common.sh"
UNITS=${DOTS_TUI_UNITS:-/etc/systemd/system}
PROFILE=${DOTS_TUI_PROFILE:-/etc/profile.d/dots_vars.sh}
OWNER=${DOTS_TUI_OWNER:-ubuntu}

main() {
  chmod 755 "$HERE"/*.sh
  install -d -m 755 "$STATE"
  chown "$OWNER" "$STATE"
  write_profile
  install -m 644 "$HERE"/*.service "$HERE"/*.timer "$UNITS/"
  systemctl daemon-reload

  # The time to live comes first: whatever fails after this, the instance ends by itself.
  "$HERE/lifetime.sh" || problem "the time to live cannot be read from the instance's tags" || return
  systemctl enable --now dots-tui-lifetime.timer || problem "the time to live cannot be armed" || return

  sudo -u "$OWNER" -H "$HERE/prepare.sh" 2> "$STATE/prepare.err" || problem "$(tail -n 1 "$STATE/prepare.err")" || return
  /usr/local/bin/cfn-signal --success true --region "$REGION" --stack "$STACK_NAME" --resource "$SIGNAL_RESOURCE"
  # What can fail from here on is not worth a training; it is told in the journal.
  systemctl enable --now dots-tui-logs.timer dots-tui-model.timer
  [[ ${MARKET:-standard} == spot ]] && systemctl enable --now --no-block dots-tui-spot.service
  systemctl enable --now --no-block dots-tui-training.service
}

# The names system.env of DeepRacer on the Spot refers to, for every login shell and for DRFC.
write_profile() {
  cat > "$PROFILE" << END
export DEEPRACER_REGION=$REGION
export AWS_DEFAULT_REGION=$REGION
export DEEPRACER_S3_URI=$BUCKET DR_S3_URI=$BUCKET MY_BUCKET=$BUCKET
export CUSTOM_FILE_LOCATION=$CUSTOM_FILES
export MY_SNS_TOPIC=$TOPIC
export STACK_NAME=$STACK_NAME
END
}

main
