#!/bin/bash
# A small stand-in for deepracer-for-cloud: sourced with run.env, it exports the settings and defines dr- functions.
DR_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DR_DIR
for file in system.env run.env; do
  [[ -f $DR_DIR/$file ]] || { echo "File $file does not exist."; return 1; }
  while IFS= read -r line; do
    [[ $line == *=* && $line != "#"* ]] && eval "export $line"
  done < "$DR_DIR/$file"
done
export DR_RUN_ID=${DR_RUN_ID:-0}
if [[ -z $DR_SIMAPP_SOURCE || -z $DR_SIMAPP_VERSION ]]; then
  echo "ERROR: Variable DR_SIMAPP_SOURCE or DR_SIMAPP_VERSION not defined."
  return
fi
[[ $(aws --output json sts get-caller-identity | jq .Arn) == *assumed-role* ]] || echo "no role"
dr-start-training() { "$DR_DIR/scripts/start.sh" "$@"; }
dr-stop-training() { bash -c "cd $DR_DIR/scripts && ./stop.sh"; }
dr-upload-model() { "$DR_DIR/scripts/upload-model.sh" "$@"; }
dr-update-viewer() { docker compose -p deepracer-0-viewer up -d; }
# As in the original, the status of the last command is meaningless.
[[ $- == *i* ]] && echo "welcome"
