#!/bin/bash
# The time to live: looks every minute whether the instance is to stop. The time is a tag of the instance, so it
# can be changed while it runs. Runs as root.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
RUN_STATE=${DOTS_TUI_RUN:-/run/dots-tui}
GRACE_MINUTES=12 # for stop.sh; after that the instance shuts down, which terminates it
LOOKS=${DOTS_TUI_TAG_LOOKS:-13} # for a tag that comes late: a minute
PAUSE=${DOTS_TUI_PAUSE:-5}

main() {
  local until ends now shutdown_at
  mkdir -p "$RUN_STATE" "$STATE"
  # The run is over and saved: stop.sh has armed the shutdown that is still needed.
  [[ -e $STATE/ended && -e $RUN_STATE/shutdown-at ]] && return
  until=$(end_of_life)
  if [[ $until == never ]]; then
    # Said twice at the launch. Only the shutdown that was armed at the boot has to go.
    printf '%s\n' "$until" > "$STATE/until"
    [[ $(cat "$RUN_STATE/shutdown-at" 2> /dev/null) == never ]] && return
    shutdown -c 2> /dev/null
    printf 'never\n' > "$RUN_STATE/shutdown-at"
    say "never stops by itself"
    return
  fi
  # date alone would take "t" for a time of day
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

# end_of_life - the tag; the last known one if there is none now; waits for the first one, which may come late
end_of_life() {
  local look
  for ((look = 0; look < LOOKS; look++)); do
    metadata tags/instance/dots-tui:until 2> /dev/null && return
    cat "$STATE/until" 2> /dev/null && return
    sleep "$PAUSE"
  done
}

main
