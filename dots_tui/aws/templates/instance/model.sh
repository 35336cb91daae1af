#!/bin/bash
# Copies a new best checkpoint to the upload prefix, every ten minutes, so that an instance that dies leaves more than
# raw checkpoints. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  local prefix best
  prefix=$(cat "$STATE/model-prefix") || return
  exec 8> "$STATE/model.lock"
  flock -n 8 || return 0 # stop.sh is saving
  best=$(aws s3 cp --only-show-errors "s3://$BUCKET/$prefix/model/deepracer_checkpoints.json" - 2> /dev/null |
    tr -d ' \n' | sed -n 's/.*"best_checkpoint":{[^}]*"name":"\([^"]*\)".*/\1/p')
  [[ $best == *.ckpt ]] || return 0
  [[ $best != $(cat "$STATE/best-copied" 2> /dev/null) ]] || return 0
  if logged 300 dr-upload-model -bf; then
    printf '%s\n' "$best" > "$STATE/best-copied"
    say "the best checkpoint, $best, is copied"
  else
    say "the best checkpoint, $best, could not be copied; it is tried again"
  fi
}

main
