#!/bin/bash
# Starts the training and watches that it goes on. Ends with an error when it does not, or after a reboot: the
# service then runs stop.sh, which saves what there is and deletes the stack. Runs as ubuntu.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
TICK=${DOTS_TUI_TICK:-15}          # seconds between two looks
START_LOOKS=${DOTS_TUI_START_LOOKS:-60}   # looks until a start has failed: 15 minutes, an image may have to be pulled
END_LOOKS=${DOTS_TUI_END_LOOKS:-60}       # looks without a trainer until the training counts as over
ATTEMPTS=3                         # sometimes a training does not come up at the first try

main() {
  # After a reboot the training does not begin again from nothing: that would wipe the model.
  [[ -e $STATE/started ]] && { say "the training was started before, not starting again"; return 1; }
  touch "$STATE/started"
  [[ $(setting DR_HOST_X) == [Tt]rue ]] && start_x_server

  local attempt
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    say "starting the training, attempt $attempt of $ATTEMPTS"
    # -w, because without it DRFC takes a model "a-10" for one that is in the way of "a-1". The prefix was seen
    # to be empty; at a second attempt it holds what the first one left.
    drfc 1800 dr-start-training -qw
    if comes_up; then
      drfc 120 dr-update-viewer > /dev/null 2>&1 || say "the viewer did not start"
      goes_on
      return
    fi
    say "the training did not come up"
    drfc 180 dr-stop-training
    docker container prune --force > /dev/null
  done
  return 1
}

start_x_server() {
  sudo apt-get update -q
  drfc 900 ./utils/setup-xorg.sh
  drfc 120 ./utils/start-xorg.sh
}

# The trainer is the last container to come up; the simulators wait for it.
trainer_runs() {
  docker ps --format '{{.Names}}' | grep -- '-algo-[0-9]*-' > /dev/null
}

comes_up() {
  local look
  for ((look = 0; look < START_LOOKS; look++)); do
    trainer_runs && return 0
    sleep "$TICK"
  done
  return 1
}

goes_on() {
  local missed=0
  while ((missed < END_LOOKS)); do
    sleep "$TICK"
    if trainer_runs; then missed=0; else missed=$((missed + 1)); fi
    # AWS takes the machine away: spot.sh saves, and the run goes on on another one.
    [[ -e $STATE/interrupted ]] && { say "interrupted"; return 0; }
  done
  say "the trainer is gone: the training is over"
  return 1
}

main
