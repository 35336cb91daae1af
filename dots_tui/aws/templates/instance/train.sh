#!/bin/bash
# Starts the training, reports to CloudFormation, and monitors the training. Fails if the training stops, or after a
# reboot: the service then runs stop.sh, which saves the model and ends the stack. Runs as ubuntu.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
TICK=${DOTS_TUI_TICK:-15}                # seconds between two checks of a training
START_TICK=${DOTS_TUI_TICK:-5}           # the same during its start
CONTAINER_LOOKS=${DOTS_TUI_CONTAINER_LOOKS:-12} # checks without a container until the start has failed: a minute
START_LOOKS=${DOTS_TUI_START_LOOKS:-120} # checks until the trainer must run: 10 minutes, because a new volume is slow
END_LOOKS=${DOTS_TUI_END_LOOKS:-8}       # checks without a trainer until the training is over: 2 minutes
ATTEMPTS=${DOTS_TUI_ATTEMPTS:-2}         # sometimes the trainer does not start at the first attempt

main() {
  [[ ! -e $STATE/stopping ]] || return 1 # stop.sh does the rest
  # A training that restarts after a reboot would delete the model.
  [[ ! -e $STATE/started ]] || fail restarted "the instance restarted during the training" || return
  touch "$STATE/started"
  local found
  mapfile -t found < <(settings DR_HOST_X DR_SIMAPP_SOURCE DR_SIMAPP_VERSION DR_WORKERS DR_RUN_ID)
  ((${#found[@]} == 5)) || fail settings-refused "DRFC does not accept run.env and system.env" "$OUTPUT" || return
  WORKERS=${found[3]:-1} RUN_ID=${found[4]:-0}
  start_x "${found[0]}" && pull "${found[1]}:${found[2]}" && start && goes_on
}

# start_x DR_HOST_X
start_x() {
  if [[ ${1,,} != true ]]; then
    phase x "the simulations draw without an X server"
    return
  fi
  phase x "starting the X server"
  sudo systemctl start dots-tui-x.service || fail no-x-server "the X server could not be started" "$OUTPUT"
}

# pull IMAGE
pull() {
  local attempt
  if docker image inspect "$1" > /dev/null 2>&1; then
    phase pull "$1 is on this machine"
    return
  fi
  phase pull "pulling $1"
  for attempt in 1 2 3; do
    timeout 1200 docker pull -q "$1" >> "$OUTPUT" 2>&1 && return
    ((attempt == 3)) || sleep "$START_TICK"
  done
  fail pull-failed "$1 cannot be pulled" "$OUTPUT"
}

start() {
  local attempt status
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    phase start "DRFC starts the training, attempt $attempt of $ATTEMPTS"
    # Without -w, DRFC refuses "a-1" if a model "a-10" exists. The prefix was empty; at a second attempt it contains
    # the remains of the first.
    logged 900 dr-start-training -qw
    status=$?
    ((status == 0)) ||
      fail start-refused "dr-start-training ended with status $status: $(last_line)" "$OUTPUT" || return
    # The status of dr-start-training does not include Docker's failures.
    appears || fail no-container "DRFC started no container: $(last_line)" "$OUTPUT" || return
    [[ -e $STATE/signalled ]] || signal true "the training starts" || say "CloudFormation does not wait for a report"
    if comes_up; then
      drfc 120 dr-update-viewer > /dev/null 2>&1 || say "the viewer did not start"
      return
    fi
    say "the trainer did not come up"
    stop_training 180
    docker container prune --force > /dev/null
  done
  fail no-trainer "the trainer did not come up in $ATTEMPTS attempts" "$(last_log rl_coach)"
}

containers() {
  docker ps --format '{{.Names}}'
}

# running PART - true if a container of this training with PART in its name runs
running() {
  containers | grep -E "^deepracer-${RUN_ID}[-_.]($1)" > /dev/null
}

# The trainer is the last container to start; the simulators wait for it.
trainer_runs() {
  containers | grep -- '-algo-[0-9]*-' > /dev/null
}

appears() {
  local look
  for ((look = 0; look < CONTAINER_LOOKS; look++)); do
    running 'rl_coach|robomaker' && return
    sleep "$START_TICK"
  done
  return 1
}

comes_up() {
  local look count told=0 missed=0
  for ((look = 0; look < START_LOOKS && missed < CONTAINER_LOOKS; look++)); do
    count=$(containers | grep -cE "^deepracer-${RUN_ID}[-_.]robomaker")
    ((count <= told)) || phase simulations "$count of $WORKERS simulations run"
    ((count <= told)) || told=$count
    if trainer_runs; then
      phase trainer "the trainer runs, $count of $WORKERS simulations run"
      return 0
    fi
    # This container starts the trainer. If it is gone, no trainer starts.
    if running rl_coach; then missed=0; else missed=$((missed + 1)); fi
    sleep "$START_TICK"
  done
  return 1
}

goes_on() {
  local missed=0 driven=
  while ((missed < END_LOOKS)); do
    sleep "$TICK"
    if trainer_runs; then missed=0; else missed=$((missed + 1)); fi
    # AWS takes the machine away: spot.sh saves, and the run continues on another instance.
    [[ -e $STATE/interrupted ]] && { say "interrupted"; return 0; }
    if [[ -z $driven ]] && drives; then
      driven=yes
      phase training "the simulations drive"
    fi
  done
  over
}

drives() {
  local name
  for name in $(containers | grep robomaker); do
    docker logs --tail 300 "$name" 2>&1 < /dev/null | grep -m 1 SIM_TRACE_LOG > /dev/null && return
  done
  return 1
}

over() {
  local prefix
  prefix=$(cat "$STATE/model-prefix")
  timeout 60 "$HERE/logs.sh"
  if is_empty "$prefix/model"; then
    fail ended-early "the training ended before its first checkpoint" "$(last_log)"
    return
  fi
  printf 'the trainer has ended\n' > "$STATE/why"
  say "the trainer is gone: the training is over"
  return 1
}

# last_line - print DRFC's last line
last_line() {
  tail -n 20 "$OUTPUT" | grep -v -e '^[[:space:]]*$' -e '^== ' | tail -n 1 | cut -c 1-200 | sed 's/[.[:space:]]*$//'
}

# last_log [PART] - print the most useful log: of a container with PART in its name, with an error, or the trainer's
last_log() {
  local part=${1:-} found
  found=$(grep -lE 'simapp_exception|Traceback|[Ee]rror' "$STATE"/logs/*"$part"*.log 2> /dev/null | tail -n 1)
  [[ -n $found ]] || found=$(find "$STATE/logs" -name "*${part:-algo}*.log" 2> /dev/null | tail -n 1)
  printf '%s' "${found:-$OUTPUT}"
}

main
