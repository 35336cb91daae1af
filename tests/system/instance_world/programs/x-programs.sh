#!/bin/bash
# The programs around an X server that DRFC's scripts call. The name of the call selects the program.
# /var/lib/world: no-x (it never starts), x-delay (seconds until it answers), apt-locked (number of refused locks).
name=$(basename "$0")
echo "$name $*" >> /var/log/world.log
world=/var/lib/world
case "$name $*" in
  "screen "*"-X quit") rm -f /run/world/x ;;
  "screen "*)
    [[ -e $world/no-x ]] || echo $(($(date +%s%N) + $(cat $world/x-delay 2> /dev/null || echo 0) * 1000000000)) > /run/world/x
    ;;
  "xset "*) [[ -s /run/world/x ]] && (($(date +%s%N) >= $(cat /run/world/x))) ;;
  "xauth generate"*) [[ -s /run/world/x ]] && (($(date +%s%N) >= $(cat /run/world/x))) && echo "$2" >> "$HOME/.Xauthority" ;;
  "xauth list"*) cat "$HOME/.Xauthority" ;;
  "nvidia-xconfig --query-gpu-info") echo "  PCI BusID : PCI:0:30:0" ;;
  "nvidia-xconfig "*) touch "${!#}" ;;
  "apt-get "*)
    held=$(cat $world/apt-locked 2> /dev/null || echo 0)
    if ((held > 0)); then
      echo $((held - 1)) > $world/apt-locked
      echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (unattended-upgr)" >&2
      exit 100
    fi
    ;;
esac
