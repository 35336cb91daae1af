#!/bin/bash
# Watches for the notice that AWS takes this spot instance away, which comes two minutes before. Then: stop the
# training, make the files in the bucket go on where this one ended, save. The instance that AWS gives instead
# starts with these files. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
LOGS_S=12
TICK=${DOTS_TUI_SPOT_TICK:-5}
NUMBERS=50 # numbers to try for a prefix that is free

main() {
  local notice found
  # Read now, because that takes seconds which are not there later. A run does not change its settings.
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
  # From here on the end of the training is not the end of the run: train.sh leaves it to this script.
  touch "$STATE/interrupted"
  if [[ $1 == False ]]; then
    printf 'AWS takes the instance away, and the run is not to go on\n' > "$STATE/why"
    DOTS_TUI_HURRY=1 "$HERE/stop.sh"
    return
  fi
  phase stopping "AWS takes the instance away"
  # Two minutes are all there is: what the next instance needs comes first.
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

# go_on_under NEXT PREFIX UPLOAD - make run.env in the bucket train on from PREFIX below NEXT
go_on_under() {
  local next=$1 before=$2 upload=$3 file=$DRFC/custom_files/run.env
  set_value "$file" DR_LOCAL_S3_MODEL_PREFIX "$next"
  if [[ -n $upload ]]; then set_value "$file" DR_UPLOAD_S3_PREFIX "$(increment "$upload")"; fi
  # A run that was taken away before its first checkpoint begins anew, or where it was told to begin.
  if ! is_empty "$before/model"; then
    set_value "$file" DR_LOCAL_S3_PRETRAINED True
    set_value "$file" DR_LOCAL_S3_PRETRAINED_PREFIX "$before"
    set_value "$file" DR_LOCAL_S3_PRETRAINED_CHECKPOINT last
  fi
  timeout 15 aws s3 cp --only-show-errors "$file" "s3://$BUCKET/$CUSTOM_FILES/run.env"
}

# next_free PREFIX - PREFIX with the next number below which nothing is
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

# increment NAME - NAME with its last number one higher and as wide as before; "-1" behind a name without one
increment() {
  if [[ $1 =~ ^(.*[^0-9])([0-9]+)$ ]]; then
    printf "%s%0${#BASH_REMATCH[2]}d" "${BASH_REMATCH[1]}" "$((10#${BASH_REMATCH[2]} + 1))"
  else
    printf '%s-1' "$1"
  fi
}

# set_value FILE KEY VALUE - give KEY this value on every line that sets it, else on a new one; all else stays
set_value() {
  local file=$1 key=$2 value=$3
  if grep -q "^[[:space:]]*$key=" "$file"; then
    sed -i "s|^[[:space:]]*$key=.*|$key=$value|" "$file"
  else
    # A last line without its end would swallow the new one.
    [[ -z $(tail -c 1 "$file") ]] || printf '\n' >> "$file"
    printf '%s=%s\n' "$key" "$value" >> "$file"
  fi
}

main
