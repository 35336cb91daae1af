#!/bin/bash
# Checks the files, deletes everything below the model's prefix, and starts the containers. The status is that of the
# last command, so a failure of Docker is not visible.
place=s3://$DR_LOCAL_S3_BUCKET/$DR_LOCAL_S3_MODEL_PREFIX
for key in "$DR_LOCAL_S3_REWARD_KEY" "$DR_LOCAL_S3_MODEL_METADATA_KEY" "$DR_LOCAL_S3_HYPERPARAMETERS_KEY"; do
  aws s3 ls "s3://$DR_LOCAL_S3_BUCKET/$key" > /dev/null || { echo "Training aborted. $key was not found."; exit 1; }
done
if [[ $(aws s3 ls "$place" | wc -l) -gt 0 ]]; then
  [[ $* == *w* ]] || { echo "Selected path exists."; exit 1; }
  aws s3 rm --recursive "$place"
fi
if [[ ${DR_HOST_X,,} == true ]]; then
  DISPLAY=$DR_DISPLAY timeout 1s xset q > /dev/null || { echo "No X Server running on display $DR_DISPLAY. Exiting"; exit 1; }
  [[ -f ~/.Xauthority ]] || { echo "No XAUTHORITY defined."; exit 1; }
fi
docker compose -f "$DR_DIR/docker-compose.yml" -p "deepracer-$DR_RUN_ID" up -d --scale robomaker="$DR_WORKERS"
exit 0
