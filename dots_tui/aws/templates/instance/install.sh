#!/bin/bash
# Runs once as root, from the launch template's user data: installs the services, arms the time to live, gets the
# custom files and starts the training, which reports to CloudFormation. If this script fails, the stack is rolled
# back, so that nobody pays for an instance that does not train.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
UNITS=${DOTS_TUI_UNITS:-/etc/systemd/system}
PROFILE=${DOTS_TUI_PROFILE:-/etc/profile.d/dots_vars.sh}
APT=${DOTS_TUI_APT:-/etc/apt/apt.conf.d}
OWNER=${DOTS_TUI_OWNER:-ubuntu}

main() {
  chmod 755 "$HERE"/*.sh
  install -d -m 755 "$STATE"
  touch "$OUTPUT"
  chown "$OWNER" "$STATE" "$OUTPUT" # root writes there too
  write_profile
  install -m 644 "$HERE"/*.service "$HERE"/*.timer "$UNITS/"
  systemctl daemon-reload

  # The time to live comes first: the instance ends by itself whatever fails later.
  "$HERE/lifetime.sh" ||
    fail no-time-to-live "the time to live cannot be read from the instance's tags" || return
  systemctl enable --now dots-tui-lifetime.timer ||
    fail no-time-to-live "the time to live cannot be armed" || return
  if [[ ${SETUP:-image} == check ]]; then
    sudo -u "$OWNER" -H "$HERE/check.sh"
    return
  fi
  leave_apt_alone
  if [[ ${SETUP:-image} == scratch ]]; then
    sudo -u "$OWNER" -H "$HERE/prepare.sh" claim # so that the phases of the installation are visible
    "$HERE/scratch.sh" || return
  fi

  sudo -u "$OWNER" -H "$HERE/prepare.sh" || return
  systemctl enable --now dots-tui-logs.timer dots-tui-model.timer
  [[ ${MARKET:-standard} == spot ]] && systemctl enable --now --no-block dots-tui-spot.service
  systemctl enable --now --no-block dots-tui-training.service ||
    fail no-service "the training service cannot be started"
}

# Upgrades hold apt's lock while the X server is installed, and can restart Docker during a training.
leave_apt_alone() {
  systemctl stop apt-daily.timer apt-daily-upgrade.timer 2> /dev/null
  printf 'DPkg::Lock::Timeout "300";\n' > "$APT/99dots-tui" || say "apt's lock is not waited for"
}

# The variables that system.env of DeepRacer on the Spot refers to, for every login shell and for DRFC.
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

if ! main; then
  # The user data reports to CloudFormation, which ends the instance, so save everything first.
  [[ -s $STATE/problem ]] || fail unknown "the instance could not be prepared"
  mail "$STACK_NAME failed to start: $(cat "$STATE/problem")."
  timeout 60 sudo -u "$OWNER" -H "$HERE/logs.sh"
  exit 1
fi
