#!/bin/bash
# Uploads the containers' logs, the journal of our services and DRFC's output to the model's prefix in the bucket: every
# two minutes, and at the end. It requests only new lines from Docker and uploads only logs that grew. With the
# argument "follow" it reads the containers' logs to their end and uploads nothing. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
KEPT=$STATE/logs

main() {
  local prefix
  prefix=$(cat "$STATE/claimed") || return
  mkdir -p "$KEPT"
  exec 9> "$KEPT/.lock"
  flock 9 # the timer and stop.sh must not write the same file
  if [[ ${1:-} == follow ]]; then
    follow
    return
  fi
  new_lines "$prefix"
  own "$prefix"
  files "$prefix"
}

new_lines() {
  local name now since
  docker ps -a --format '{{.Names}}' | while read -r name; do
    now=$(date -u +%FT%T.%NZ)
    since=$(cat "$KEPT/$name.since" 2> /dev/null || echo 1970-01-01T00:00:00Z)
    docker logs --since "$since" --until "$now" "$name" > "$KEPT/$name.new" 2>&1 < /dev/null || continue
    printf '%s\n' "$now" > "$KEPT/$name.since"
    cat "$KEPT/$name.new" >> "$KEPT/$name.log"
    rm -f "$KEPT/$name.new"
  done
  for name in "$KEPT"/*.log; do
    [[ ! -s $name ]] || send "$name" "$1/logs/${name##*/}"
  done
}

follow() {
  local name since
  # shellcheck disable=SC2046 # a list of numbers
  trap 'kill $(jobs -p) 2> /dev/null' TERM
  while read -r name; do
    since=$(cat "$KEPT/$name.since" 2> /dev/null || echo 1970-01-01T00:00:00Z)
    docker logs --follow --since "$since" "$name" >> "$KEPT/$name.log" 2>&1 < /dev/null 9>&- &
  done < <(docker ps --format '{{.Names}}')
  touch "$STATE/following"
  wait
  # If a container still exists, the next request starts here.
  for name in "$KEPT"/*.since; do
    [[ ! -e $name ]] || date -u +%FT%T.%NZ > "$name"
  done
}

own() {
  {
    printf '== the end of the output of cloud-init\n'
    sudo tail -c 100000 /var/log/cloud-init-output.log
    printf '== the journal of our services\n'
    sudo journalctl --no-pager -o short-iso -n 5000 -u 'dots-tui-*'
  } > "$KEPT/journal" 2>&1
  send "$KEPT/journal" "$1/dots-tui/journal.log"
  [[ ! -s $OUTPUT ]] || send "$OUTPUT" "$1/dots-tui/drfc.log"
}

# files PREFIX - upload the custom files beside the model, as a record of how it was trained. Called once containers
# exist: DRFC has emptied the prefix by then.
files() {
  local file
  compgen -G "$KEPT/*.log" > /dev/null || return 0
  for file in "$DRFC"/custom_files/*; do
    [[ ! -f $file ]] || send "$file" "$1/dots-tui/files/${file##*/}"
  done
}

# send FILE KEY - upload a file unless its size is unchanged
send() {
  local mark=$KEPT/.sent-${1##*/} size
  size=$(stat -c %s "$1") || return
  [[ $size != $(cat "$mark" 2> /dev/null) ]] || return 0
  if timeout 60 aws s3 cp --only-show-errors "$1" "s3://$BUCKET/$2" < /dev/null; then
    printf '%s\n' "$size" > "$mark"
  else
    say "$2 could not be uploaded"
  fi
}

main "$@"
