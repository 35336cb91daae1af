#!/bin/bash
# Ends the run: stops the training, saves and verifies the model, uploads the logs, and deletes the instance's stack.
# Started by the time to live, by the end of the training, or by dots-tui through Systems Manager (systemctl start
# dots-tui-stop). Every step has a time limit, so the last one is always reached. Completed steps are marked and not
# repeated. DOTS_TUI_HURRY shortens the limits before a spot instance is taken away. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
STOP_S=150 SAVE_S=120 LOGS_S=60 ATTEMPTS=2
if [[ -n ${DOTS_TUI_HURRY:-} ]]; then STOP_S=40 SAVE_S=30 LOGS_S=10 ATTEMPTS=1; fi

main() {
  exec 6> "$STATE/stop.lock"
  flock -n 6 || { say "the run is being stopped already"; return 0; }
  touch "$STATE/stopping"
  if [[ ! -e $STATE/ended ]]; then
    wind_up
    touch "$STATE/ended"
  fi
  end_stack
}

wind_up() {
  local prefix model problem why
  problem=$(cat "$STATE/problem" 2> /dev/null)
  why=$(cat "$STATE/why" 2> /dev/null || echo "it was asked to stop")
  phase stopping "${problem:-$why}"
  sudo systemctl stop dots-tui-logs.timer dots-tui-model.timer dots-tui-training.service 6>&-
  stop_training "$STOP_S" 6>&- || say "DRFC could not stop the training"

  prefix=$(cat "$STATE/model-prefix" 2> /dev/null)
  if [[ -z $prefix ]] || is_empty "$prefix/model"; then
    model="no checkpoint was written"
  elif save_model; then
    model="the model is in s3://$BUCKET/$prefix/, its best checkpoint in s3://$UPLOADED/"
  else
    # All checkpoints are in the bucket, which outlives this stack.
    model="the best checkpoint could not be copied; all checkpoints are in s3://$BUCKET/$prefix/"
  fi
  phase saved "$model"
  if [[ -n $problem ]]; then
    mail "$STACK_NAME failed: $problem. Then: $model."
  else
    mail "$STACK_NAME has stopped: $why; $model."
  fi
  timeout "$LOGS_S" "$HERE/logs.sh"
}

save_model() {
  local found attempt
  mapfile -t found < <(settings DR_UPLOAD_S3_BUCKET DR_UPLOAD_S3_PREFIX)
  ((${#found[@]} == 2)) || return
  UPLOADED=${found[0]}/${found[1]}
  exec 8> "$STATE/model.lock"
  flock -w "$SAVE_S" 8 # a regular copy may be in progress
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    logged "$SAVE_S" dr-upload-model -bf && has_checkpoint "${found[0]}" "${found[1]}" && return
    say "saving the model failed, attempt $attempt"
  done
  return 1
}

# has_checkpoint BUCKET PREFIX - true if a complete checkpoint exists
has_checkpoint() {
  local listing
  listing=$(aws s3 ls "s3://$1/$2/model/") || return
  [[ $listing == *.ckpt.index* && $listing == *.pb* && $listing == *deepracer_checkpoints.json* ]]
}

# The stack of a failed start is rolled back, which keeps its events with the reason; other stacks are deleted.
end_stack() {
  if [[ -s $STATE/problem ]] && signal false "$(cat "$STATE/problem")"; then
    say "CloudFormation rolls the stack back"
    shut_down +2
  elif delete_stack; then
    phase deleted "the stack is being deleted"
    # If the deletion fails, neither this instance nor a replacement in its group continues to cost.
    shut_down +10
  else
    phase stopping "the stack could not be deleted: shutting down, which ends the cost"
    shut_down now
  fi
}

delete_stack() {
  local attempt
  for attempt in 1 2 3 4 5; do
    aws cloudformation delete-stack --stack-name "$STACK_ID" && return
    say "the stack could not be deleted, attempt $attempt"
    sleep "${DOTS_TUI_RETRY:-20}"
  done
  return 1
}

# shut_down WHEN - shut the machine down, unless the stack is deleted first
shut_down() {
  sudo systemctl stop dots-tui-lifetime.timer
  # Its group would replace an instance that shuts down, again and again.
  if [[ ${MARKET:-standard} == spot ]] && ! leave_group; then
    # The service tries again later: this costs the same, and no training restarts.
    say "the instance could not be taken out of its group"
    return 1
  fi
  sudo shutdown -h "$1"
}

main
