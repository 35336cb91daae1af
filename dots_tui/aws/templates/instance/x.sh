#!/bin/bash
# Starts the X server for the simulations (DR_HOST_X) and tries again until it answers: apt's lock may be held, a new
# volume is slow, and DRFC's start-xorg.sh waits only one second. Runs as ubuntu, in its own service.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
ATTEMPTS=${DOTS_TUI_X_ATTEMPTS:-5}
LOOKS=${DOTS_TUI_X_LOOKS:-20} # seconds per attempt
PAUSE=${DOTS_TUI_PAUSE:-1}

main() {
  local display attempt
  display=$(settings DR_DISPLAY) && [[ -n $display ]] ||
    fail no-x-server "DR_HOST_X is True, but DR_DISPLAY is not set in system.env" || return
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    if ! answers "$display"; then
      say "starting the X server on $display, attempt $attempt of $ATTEMPTS"
      set_up
      logged 120 ./utils/start-xorg.sh || say "start-xorg.sh ended early; the X server may still come up"
    fi
    comes_up "$display" && return
    sudo screen -S DeepracerXorg -X quit > /dev/null 2>&1
    sleep "$PAUSE"
  done
  [[ ! -s $DRFC/tmp/xorg.log ]] || tail -n 20 "$DRFC/tmp/xorg.log" >> "$OUTPUT"
  fail no-x-server "no X server answers on $display after $ATTEMPTS attempts" "$OUTPUT"
}

# Install missing packages. Package lists are updated only if the installation fails without.
set_up() {
  [[ ! -e $STATE/x-set-up ]] || return 0
  logged 900 ./utils/setup-xorg.sh || {
    timeout 600 sudo apt-get update -q >> "$OUTPUT" 2>&1
    logged 900 ./utils/setup-xorg.sh || say "setup-xorg.sh failed"
  } && touch "$STATE/x-set-up"
}

comes_up() {
  local look
  for ((look = 0; look < LOOKS; look++)); do
    if answers "$1"; then
      # start-xorg.sh creates it, unless it ended before the server was up.
      touch ~/.Xauthority
      [[ -n $(xauth list "$1" 2> /dev/null) ]] || timeout 10 xauth generate "$1" >> "$OUTPUT" 2>&1
      say "the X server answers on $1"
      return 0
    fi
    sleep "$PAUSE"
  done
  return 1
}

answers() {
  timeout 2 xset -display "$1" q > /dev/null 2>&1
}

main
