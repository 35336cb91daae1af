#!/bin/bash
# Ends the run: stops the training, saves the model, checks that it is there, uploads the logs, and deletes the
# instance's own stack. Started by the time to live, by the end of the training, or by dots-tui through Systems
# Manager (systemctl start dots-tui-stop). Every step has its limit, so that the last one is always reached.
# Before a spot instance is taken away everything has to be quick (DOTS_TUI_HURRY). Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
STOP_S=150 SAVE_S=120 LOGS_S=150 ATTEMPTS=2
if [[ -n ${DOTS_TUI_HURRY:-} ]]; then STOP_S=40 SAVE_S=30 LOGS_S=15 ATTEMPTS=1; fi

main() {
  say "stopping the training"
  # The trainer writes a last checkpoint when it is asked to stop.
  drfc "$STOP_S" dr-stop-training || say "DRFC could not stop the training"

  local prefix model
  prefix=$(cat "$STATE/model-prefix" 2> /dev/null)
  if [[ -z $prefix ]] || is_empty "$prefix/model"; then
    model="no checkpoint was written"
  elif save_model; then
    model="the model is in s3://$BUCKET/$prefix/, its best checkpoint in s3://$UPLOADED/"
  else
    # The checkpoints themselves are in the bucket, which outlives this stack.
    model="the best checkpoint could not be copied; all checkpoints are in s3://$BUCKET/$prefix/"
  fi
  say "$model"
  timeout "$LOGS_S" "$HERE/logs.sh"
  timeout 30 aws sns publish --topic-arn "$TOPIC" --message "$STACK_NAME has stopped: $model." > /dev/null
  delete_stack
}

save_model() {
  local bucket upload_prefix attempt
  bucket=$(setting DR_UPLOAD_S3_BUCKET) && upload_prefix=$(setting DR_UPLOAD_S3_PREFIX) || return
  UPLOADED=$bucket/$upload_prefix
  exec 8> "$STATE/model.lock"
  flock -w "$SAVE_S" 8 # a regular copy may be under way
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    drfc "$SAVE_S" dr-upload-model -bf && has_checkpoint "$bucket" "$upload_prefix" && return
    say "saving the model failed, attempt $attempt"
  done
  return 1
}

# has_checkpoint BUCKET PREFIX - whether a whole checkpoint is there
has_checkpoint() {
  local listing
  listing=$(aws s3 ls "s3://$1/$2/model/") || return
  [[ $listing == *.ckpt.index* && $listing == *.pb* && $listing == *deepracer_checkpoints.json* ]]
}

delete_stack() {
  local attempt
  for attempt in 1 2 3 4 5; do
    aws cloudformation delete-stack --stack-name "$STACK_ID" && say "the stack is being deleted" && return
    say "the stack could not be deleted, attempt $attempt"
    sleep "${DOTS_TUI_RETRY:-20}"
  done
  say "shutting down instead, which ends the cost; the empty stack stays"
  sudo shutdown -h now
}

main
