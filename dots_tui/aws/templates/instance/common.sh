# shellcheck shell=bash
# What the instance's scripts share: settings, messages, metadata, a shell of deepracer-for-cloud (DRFC).
# The folders can be named from outside, so that the scripts can be tested.

ETC=${DOTS_TUI_ETC:-/etc/dots-tui}
STATE=${DOTS_TUI_STATE:-/var/lib/dots-tui}
DRFC=${DOTS_TUI_DRFC:-/home/ubuntu/deepracer-for-cloud}
export ETC STATE DRFC

# STACK_NAME STACK_ID BASE_STACK MARKET REGION BUCKET CUSTOM_FILES TOPIC SIGNAL_RESOURCE, written by the template
# shellcheck source=/dev/null
source "$ETC/env"
export AWS_DEFAULT_REGION=$REGION

say() {
  printf '%s dots-tui: %s\n' "$(date -u +%FT%TZ)" "$*"
}

# problem TEXT - remember why, for the one who made the stack, and fail
problem() {
  say "$*" >&2
  printf '%s\n' "$*" > "$ETC/problem" 2> /dev/null
  return 1
}

# metadata PATH - one value of the instance's metadata (IMDSv2)
metadata() {
  local token
  token=$(curl -sS -f -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' \
    http://169.254.169.254/latest/api/token) || return 1
  curl -sS -f -m 5 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# drfc SECONDS COMMAND... - run a command with DRFC's settings and dr-* functions, for at most SECONDS
drfc() {
  local seconds=$1
  shift
  # shellcheck disable=SC2016 # expanded by the inner shell
  timeout "$seconds" bash -c '
    cd "$DRFC" || exit 1
    source "${DOTS_TUI_PROFILE:-/etc/profile.d/dots_vars.sh}"
    source bin/activate.sh run.env > /dev/null
    # Its status says nothing (it ends in a test for an interactive shell): what counts is that it got to the end.
    declare -F dr-stop-training > /dev/null || exit 1
    "$@"' drfc "$@"
}

# setting NAME - the value DRFC has for a setting, after run.env and system.env are read as DRFC reads them
setting() {
  # shellcheck disable=SC2016
  drfc 120 bash -c 'printf %s "${!1}"' setting "$1"
}

# is_empty PREFIX - whether nothing is below exactly PREFIX/ in the bucket. False when that cannot be told
is_empty() {
  local first
  first=$(aws s3api list-objects-v2 --no-paginate --bucket "$BUCKET" --prefix "${1%/}/" --max-keys 1 \
    --query 'Contents[0].Key' --output text) && [[ $first == None ]]
}
