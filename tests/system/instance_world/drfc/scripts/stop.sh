#!/bin/bash
# Stops the trainer, then removes all containers.
trainer=$(docker ps --format '{{.Names}}' | grep -- -algo-)
if [[ -n $trainer ]]; then
  sudo docker compose -f /tmp/sagemaker/one/docker-compose.yaml stop "${trainer#*-}"
  docker container rm "id-$trainer" -v > /dev/null
fi
docker compose -f "$DR_DIR/docker-compose.yml" -p "deepracer-$DR_RUN_ID" down
