#!/bin/bash
# The time to live: checks every minute if the instance must stop. The end time is a tag of the instance, so it can be
# changed while it runs. Runs as root.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
RUN_STATE=${DOTS_TUI_RUN:-/run/dots-tui}
GRACE_MINUTES=12 # for stop.sh; then the instance shuts down, which terminates it
LOOKS=${DOTS_TUI_TAG_LOOKS:-13} # for a tag that arrives late: a minute
PAUSE=${DOTS_TUI_PAUSE:-5}

main() {
  local until ends now shutdown_at
  mkdir -p "$RUN_STATE" "$STATE"
  # The run has ended and is saved: stop.sh has scheduled the shutdown.
  [[ -e $STATE/ended && -e $RUN_STATE/shutdown-at ]] && return
  until=$(end_of_life)
  if [[ $until == never ]]; then
    # The user has confirmed this twice. Cancel only the shutdown that was scheduled at boot.
    printf '%s\n' "$until" > "$STATE/until"
    [[ $(cat "$RUN_STATE/shutdown-at" 2> /dev/null) == never ]] && return
    shutdown -c 2> /dev/null
    printf 'never\n' > "$RUN_STATE/shutdown-at"
    say "never stops by itself"
    return
  fi
  # date alone would accept "t" as a time of day
  if ! [[ $until =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]] || ! ends=$(date -u -d "$until" +%s); then
    say "no time to live: the tag dots-tui:until is '$until'"
    return 1
  fi
  printf '%s\n' "$until" > "$STATE/until"
  now=$(date -u +%s)

  shutdown_at=$((ends + GRACE_MINUTES * 60))
  if [[ $(cat "$RUN_STATE/shutdown-at" 2> /dev/null) != "$shutdown_at" ]]; then
    shutdown -c 2> /dev/null
    shutdown -h "+$((shutdown_at > now ? (shutdown_at - now + 59) / 60 : 0))" || return
    printf '%s\n' "$shutdown_at" > "$RUN_STATE/shutdown-at"
    say "stops at $until, shuts down $GRACE_MINUTES minutes later at the latest"
  fi
  if ((now >= ends)) && [[ ! -e $STATE/stopping ]]; then
    say "the time to live is over"
    printf 'the time to live is over\n' > "$STATE/why"
    systemctl start --no-block dots-tui-stop.service
  fi
}

# end_of_life - print the tag, or its last known value; wait for the first value, which may arrive late
end_of_life() {
  local look
  for ((look = 0; look < LOOKS; look++)); do
    metadata tags/instance/dots-tui:until 2> /dev/null && return
    cat "$STATE/until" 2> /dev/null && return
    sleep "$PAUSE"
  done
}

main
