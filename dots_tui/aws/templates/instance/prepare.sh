#!/bin/bash
# Gets the custom files and refuses what cannot train. The last line of its error output is the reason.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  cd "$DRFC" || return
  # A file of an earlier run in this place must not take part in this one.
  rm -rf custom_files
  mkdir custom_files
  aws s3 cp --recursive --only-show-errors "s3://$BUCKET/$CUSTOM_FILES/" custom_files/ ||
    stop_here "the custom files cannot be read from s3://$BUCKET/$CUSTOM_FILES/" || return
  for file in reward_function.py hyperparameters.json model_metadata.json run.env; do
    [[ -s custom_files/$file ]] || stop_here "$file is missing in s3://$BUCKET/$CUSTOM_FILES/" || return
  done

  # Without a system.env of the racer's own, DRFC's knows neither the bucket nor the region.
  set_in system.env DR_AWS_APP_REGION "$REGION"
  set_in system.env DR_LOCAL_S3_BUCKET "$BUCKET"
  set_in system.env DR_UPLOAD_S3_BUCKET "$BUCKET"
  cp custom_files/*.env .

  local prefix
  prefix=$(setting DR_LOCAL_S3_MODEL_PREFIX) || stop_here "DRFC does not accept run.env and system.env" || return
  [[ -n $prefix && $prefix != /* ]] || stop_here "DR_LOCAL_S3_MODEL_PREFIX is empty or begins with a slash" || return
  printf '%s\n' "${prefix%/}" > "$STATE/model-prefix"
  # DRFC wipes what is below the prefix when it starts: a model that is there must not be lost.
  is_empty "$prefix" || stop_here "there is already a model in s3://$BUCKET/${prefix%/}/" || return
  say "custom files are in place, the model goes to s3://$BUCKET/${prefix%/}/"
}

# set_in FILE KEY VALUE
set_in() {
  touch "$1"
  grep -v "^$2=" "$1" > "$1.new"
  printf '%s=%s\n' "$2" "$3" >> "$1.new"
  mv "$1.new" "$1"
}

stop_here() {
  printf '%s\n' "$*" >&2
  return 1
}

main
