#!/bin/bash
# Copies the best checkpoint to the upload prefix.
model=s3://$DR_LOCAL_S3_BUCKET/$DR_LOCAL_S3_MODEL_PREFIX/model
target=s3://$DR_UPLOAD_S3_BUCKET/$DR_UPLOAD_S3_PREFIX/model
best=$(aws s3 cp "$model/deepracer_checkpoints.json" - | jq -r .best_checkpoint.name)
[[ $best == *.ckpt ]] || { echo "Checkpoint not found. Exiting."; exit 1; }
aws s3 sync "$model/" "$target/" --exclude "*" --include "${best%%_*}_*" --include "model_${best%%_*}.pb" \
  --include deepracer_checkpoints.json
