# shellcheck shell=bash
# Functions and settings that the instance's scripts share: messages, metadata, phases, a shell with DRFC's functions
# (deepracer-for-cloud). Environment variables can change the folders, so that the scripts can be tested.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ETC=${DOTS_TUI_ETC:-/etc/dots-tui}
STATE=${DOTS_TUI_STATE:-/var/lib/dots-tui}
DRFC=${DOTS_TUI_DRFC:-/home/ubuntu/deepracer-for-cloud}
OUTPUT=$STATE/drfc.log # all output of DRFC
export HERE ETC STATE DRFC OUTPUT

# STACK_NAME STACK_ID BASE_STACK MARKET REGION BUCKET CUSTOM_FILES TOPIC SIGNAL_RESOURCE RUN, written by the template
# shellcheck source=/dev/null
source "$ETC/env"
export AWS_DEFAULT_REGION=$REGION STACK_NAME STACK_ID

say() {
  printf '%s dots-tui: %s\n' "$(date -u +%FT%TZ)" "$*"
}

# metadata PATH - print one value of the instance's metadata (IMDSv2)
metadata() {
  local token
  token=$(curl -sS -f -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' \
    http://169.254.169.254/latest/api/token) || return 1
  curl -sS -f -m 5 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

instance_id() {
  [[ -s $STATE/instance-id ]] || metadata instance-id > "$STATE/instance-id" 2> /dev/null
  cat "$STATE/instance-id"
}

# phase NAME MESSAGE [OPTION...] - record a phase here and in the bucket. Never fails: a run does not depend on it
phase() {
  say "$1: $2"
  INSTANCE_ID=$(instance_id) python3 -I "$HERE/phases.py" "$STATE/phases.json" "$@" || say "phase $1 could not be recorded"
  local prefix
  prefix=$(cat "$STATE/claimed" 2> /dev/null) || return 0
  timeout 15 aws s3 cp --only-show-errors --content-type application/json "$STATE/phases.json" \
    "s3://$BUCKET/$prefix/dots-tui/phases.json" < /dev/null || say "phase $1 could not be uploaded"
  return 0
}

# fail CODE TEXT [FILE] - record the failure of the run with the end of FILE, and fail. Only the first cause is kept
fail() {
  say "$2" >&2
  if [[ ! -s $STATE/problem ]]; then
    printf '%s\n' "$2" > "$STATE/problem"
    phase failed "$2" --reason "$1" ${3:+--words "$3"}
  fi
  return 1
}

# claim PREFIX - use PREFIX/ for this run's record. Fails if something else exists below it
claim() {
  local there=$STATE/there.json empty=1
  is_empty "$1" || empty=0
  timeout 30 aws s3 cp --only-show-errors "s3://$BUCKET/$1/dots-tui/phases.json" "$there" > /dev/null 2>&1 ||
    rm -f "$there"
  # Keep the record of another run beside its model; continue the record of an earlier instance of this stack.
  if INSTANCE_ID=$(instance_id) python3 -I "$HERE/phases.py" "$STATE/phases.json" merge "$there" || ((empty)); then
    printf '%s\n' "$1" > "$STATE/claimed"
  fi
  ((empty))
}

# signal true|false TEXT - report the result of the start to CloudFormation. Fails if nothing waits for the report
signal() {
  [[ ! -e $STATE/signalled ]] || return 1
  "${DOTS_TUI_SIGNAL:-/usr/local/bin/cfn-signal}" --success "$1" --region "$REGION" --stack "$STACK_NAME" \
    --resource "$SIGNAL_RESOURCE" --reason "${2:0:900}" || return
  touch "$STATE/signalled"
}

# mail TEXT - send a mail to the subscribers of the base stack's topic
mail() {
  timeout 30 aws sns publish --topic-arn "$TOPIC" --message "$1" > /dev/null || say "the mail could not be sent"
}

# drfc SECONDS COMMAND... - run a command with DRFC's settings and dr-* functions, for at most SECONDS
drfc() {
  local seconds=$1
  shift
  # shellcheck disable=SC2016 # expanded by the inner shell
  timeout -k 10 "$seconds" bash -c '
    cd "$DRFC" || exit 1
    source "${DOTS_TUI_PROFILE:-/etc/profile.d/dots_vars.sh}"
    source bin/activate.sh run.env >> "$OUTPUT" 2>&1
    # Its status is useless (its last command tests for an interactive shell), so check that it reached its end.
    declare -F dr-stop-training > /dev/null || exit 1
    "$@"' drfc "$@"
}

# logged SECONDS COMMAND... - the same, with the output in DRFC's log
logged() {
  printf '== %s %s\n' "$(date -u +%FT%TZ)" "${*:2}" >> "$OUTPUT"
  drfc "$@" >> "$OUTPUT" 2>&1 < /dev/null
}

# settings NAME... - print the values one per line, as DRFC reads them from run.env and system.env
settings() {
  # shellcheck disable=SC2016
  drfc 120 bash -c 'for name in "$@"; do printf "%s\n" "${!name}"; done' settings "$@"
}

# is_empty PREFIX - true if exactly PREFIX/ contains nothing but a record of phases. False if unknown
is_empty() {
  local found prefix=${1%/}
  found=$(aws s3api list-objects-v2 --no-paginate --bucket "$BUCKET" --prefix "$prefix/" --delimiter / --max-keys 2 \
    --query '[Contents[].Key, CommonPrefixes[].Prefix][]' --output text) || return
  ! tr '\t' '\n' <<< "$found" | grep -vxF -e None -e '' -e "$prefix/dots-tui/" > /dev/null
}

# stop_training SECONDS - stop the training with DRFC. It removes the containers, so read their logs meanwhile
stop_training() {
  local follower stopped=0 look
  timeout "${LOGS_S:-60}" "$HERE/logs.sh"
  rm -f "$STATE/following"
  "$HERE/logs.sh" follow &
  follower=$!
  for ((look = 0; look < 50; look++)); do
    [[ ! -e $STATE/following ]] || break
    sleep 0.1
  done
  # The trainer writes a last checkpoint when it is stopped.
  logged "$1" dr-stop-training || stopped=1
  for ((look = 0; look < 10; look++)); do
    kill -0 "$follower" 2> /dev/null || break
    sleep "${DOTS_TUI_PAUSE:-0.5}"
  done
  kill "$follower" 2> /dev/null
  wait "$follower" 2> /dev/null
  return "$stopped"
}

# leave_group - remove a spot instance from its Auto Scaling group, which ends it without a replacement
leave_group() {
  aws autoscaling terminate-instance-in-auto-scaling-group --instance-id "$(instance_id)" \
    --should-decrement-desired-capacity > /dev/null
}
