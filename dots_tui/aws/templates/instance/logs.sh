#!/bin/bash
# Uploads the containers' logs to the model's place in the bucket: every two minutes, and once more at the end.
# Only what is new is asked of Docker, and only a log that grew is uploaded. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
KEPT=$STATE/logs

main() {
  local prefix name now since
  prefix=$(cat "$STATE/model-prefix") || return
  mkdir -p "$KEPT"
  exec 9> "$KEPT/.lock"
  flock 9 # the timer's round and the last one of stop.sh do not write the same file
  docker ps -a --format '{{.Names}}' | while read -r name; do
    now=$(date -u +%FT%T.%NZ)
    since=$(cat "$KEPT/$name.since" 2> /dev/null || echo 1970-01-01T00:00:00Z)
    docker logs --since "$since" --until "$now" "$name" > "$KEPT/$name.new" 2>&1 < /dev/null || continue
    printf '%s\n' "$now" > "$KEPT/$name.since"
    [[ -s $KEPT/$name.new ]] || continue
    cat "$KEPT/$name.new" >> "$KEPT/$name.log"
    aws s3 cp --only-show-errors "$KEPT/$name.log" "s3://$BUCKET/$prefix/logs/$name.log" < /dev/null ||
      say "the log of $name could not be uploaded"
  done
}

main
