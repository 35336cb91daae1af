#!/bin/bash
# Waits one second for the server, which may need longer, and then ends with the status of xauth.
set -e
if timeout 1s xset -display "$DR_DISPLAY" q; then
  echo "ERROR: X Server already running on display $DR_DISPLAY."
  exit 1
fi
sudo screen -d -S DeepracerXorg -m bash -c "xinit -- Xorg $DR_DISPLAY"
sleep 1
xauth generate "$DR_DISPLAY"
