#!/bin/bash
# Waits for the notice that AWS will take this spot instance away in two minutes. Then it stops the training, prepares
# the files in the bucket to continue from here, and saves. The replacement instance starts with these files. Runs as
# ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
LOGS_S=12
TICK=${DOTS_TUI_SPOT_TICK:-5}
NUMBERS=50 # maximum attempts to find a free prefix

main() {
  local notice found
  # Read the settings now, because it takes seconds that are missing later. A run does not change them.
  mapfile -t found < <(settings DR_CONTINUE_ON_SPOT_INTERRUPTION DR_UPLOAD_S3_PREFIX)
  ((${#found[@]} == 2)) || return
  while :; do
    if notice=$(metadata spot/instance-action 2> /dev/null) && [[ $notice == *'"action"'* ]]; then
      say "AWS takes this instance away: $notice"
      interrupted "${found[0]}" "${found[1]%/}"
      return
    fi
    sleep "$TICK"
  done
}

# interrupted GO_ON UPLOAD_PREFIX
interrupted() {
  local before told next=
  # From now on the end of the training is not the end of the run: this script handles it instead of train.sh.
  touch "$STATE/interrupted"
  if [[ $1 == False ]]; then
    printf 'AWS takes the instance away, and the run is not to go on\n' > "$STATE/why"
    DOTS_TUI_HURRY=1 "$HERE/stop.sh"
    return
  fi
  phase stopping "AWS takes the instance away"
  # There are only two minutes, so do first what the next instance needs.
  stop_training 45 || say "DRFC could not stop the training in time"
  before=$(cat "$STATE/model-prefix") || return
  if next=$(next_free "$before") && go_on_under "$next" "$before" "$2"; then
    told="the next instance goes on from s3://$BUCKET/$before/"
  else
    next=
    told="the files could not be made to go on: the next instance will find the model in its way and stop"
  fi
  phase saved "$told" ${next:+--next "$next"}
  mail "$STACK_NAME was interrupted by AWS: $told."
  timeout 20 "$HERE/logs.sh"
  logged 30 dr-upload-model -bf || say "the best checkpoint could not be copied; all are in s3://$BUCKET/$before/"
}

# go_on_under NEXT PREFIX UPLOAD - set run.env in the bucket to continue from PREFIX below NEXT
go_on_under() {
  local next=$1 before=$2 upload=$3 file=$DRFC/custom_files/run.env
  set_value "$file" DR_LOCAL_S3_MODEL_PREFIX "$next"
  if [[ -n $upload ]]; then set_value "$file" DR_UPLOAD_S3_PREFIX "$(increment "$upload")"; fi
  # A run without a checkpoint starts again, from its own pretrained model if it has one.
  if ! is_empty "$before/model"; then
    set_value "$file" DR_LOCAL_S3_PRETRAINED True
    set_value "$file" DR_LOCAL_S3_PRETRAINED_PREFIX "$before"
    set_value "$file" DR_LOCAL_S3_PRETRAINED_CHECKPOINT last
  fi
  timeout 15 aws s3 cp --only-show-errors "$file" "s3://$BUCKET/$CUSTOM_FILES/run.env"
}

# next_free PREFIX - print PREFIX with the next number that is free
next_free() {
  local prefix=$1 number
  for ((number = 0; number < NUMBERS; number++)); do
    prefix=$(increment "$prefix")
    if is_empty "$prefix"; then
      printf %s "$prefix"
      return
    fi
  done
  return 1
}

# increment NAME - print NAME with its last number incremented in the same width; append "-1" if there is none
increment() {
  if [[ $1 =~ ^(.*[^0-9])([0-9]+)$ ]]; then
    printf "%s%0${#BASH_REMATCH[2]}d" "${BASH_REMATCH[1]}" "$((10#${BASH_REMATCH[2]} + 1))"
  else
    printf '%s-1' "$1"
  fi
}

# set_value FILE KEY VALUE - set KEY on every line that sets it, or on a new line; keep everything else
set_value() {
  local file=$1 key=$2 value=$3
  if grep -q "^[[:space:]]*$key=" "$file"; then
    sed -i "s|^[[:space:]]*$key=.*|$key=$value|" "$file"
  else
    # A new line must not be joined to an unterminated last line.
    [[ -z $(tail -c 1 "$file") ]] || printf '\n' >> "$file"
    printf '%s=%s\n' "$key" "$value" >> "$file"
  fi
}

main
