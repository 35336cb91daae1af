#!/bin/bash
set -e
sudo apt-get install xinit xserver-xorg-legacy -y --no-install-recommends
sudo nvidia-xconfig -o "$DR_DIR/tmp/xorg.conf"
touch ~/.Xauthority
