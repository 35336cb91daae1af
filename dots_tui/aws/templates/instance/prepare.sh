#!/bin/bash
# Gets the custom files, repairs Docker's swarm, and refuses a run that cannot train. With the argument "claim" it only
# claims the model's prefix, for earlier phases. Runs as ubuntu.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PAUSE=${DOTS_TUI_PAUSE:-3}
LOOKS=${DOTS_TUI_LOOKS:-40} # for Docker: two minutes, because a new volume is slow
NETWORK=sagemaker-local

main() {
  local found prefix free=
  if [[ -n ${RUN:-} ]] && claim "${RUN%/}"; then free=${RUN%/}; fi
  [[ ${1:-} != claim ]] || return 0
  phase files "getting the custom files"
  cd "$DRFC" || fail no-drfc "the image has no DRFC in $DRFC: choose another image" || return
  get_files || return

  phase machine "checking Docker and DRFC"
  mend_swarm || return
  mapfile -t found < <(settings DR_LOCAL_S3_MODEL_PREFIX DR_DOCKER_STYLE DR_SIMAPP_SOURCE DR_SIMAPP_VERSION)
  ((${#found[@]} == 4)) || fail settings-refused "DRFC does not accept run.env and system.env" "$OUTPUT" || return
  prefix=${found[0]%/}
  [[ -n $prefix && $prefix != /* ]] ||
    fail settings-refused "DR_LOCAL_S3_MODEL_PREFIX is empty or begins with a slash" || return
  # DRFC deletes everything below the prefix when it starts, so an existing model must be protected.
  [[ $prefix == "$free" ]] || claim "$prefix" ||
    fail model-exists "there is already a model in s3://$BUCKET/$prefix/" || return
  check_versions "${found[2]}" "${found[3]}" || return
  mend_network "${found[1]}" || return
  printf '%s\n' "$prefix" > "$STATE/model-prefix"
  phase machine "custom files, Docker and DRFC are ready; the model goes to s3://$BUCKET/$prefix/"
}

get_files() {
  local attempt
  # Remove files of an earlier run.
  rm -rf custom_files
  mkdir custom_files
  for attempt in 1 2 3; do
    aws s3 cp --recursive --only-show-errors "s3://$BUCKET/$CUSTOM_FILES/" custom_files/ && break
    ((attempt < 3)) || fail files-unreadable "the custom files cannot be read from s3://$BUCKET/$CUSTOM_FILES/" ||
      return
    sleep "$PAUSE"
  done
  for file in reward_function.py hyperparameters.json model_metadata.json run.env; do
    [[ -s custom_files/$file ]] || fail files-missing "$file is missing in s3://$BUCKET/$CUSTOM_FILES/" || return
  done

  # DRFC's own system.env knows neither the bucket nor the region.
  set_in system.env DR_AWS_APP_REGION "$REGION"
  set_in system.env DR_LOCAL_S3_BUCKET "$BUCKET"
  set_in system.env DR_UPLOAD_S3_BUCKET "$BUCKET"
  cp custom_files/*.env .
}

# The certificate of a swarm node expires after 90 days. If an older image contains a swarm, Docker reports its state as
# "error", its networks are missing, and no container of a training starts.
mend_swarm() {
  local look state
  for ((look = 1; look <= LOOKS; look++)); do
    if state=$(docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}' 2>> "$OUTPUT"); then
      [[ $state == pending* ]] || break # still starting
    fi
    ((look != LOOKS / 2)) || sudo systemctl restart docker
    ((look < LOOKS)) || [[ $state == pending* ]] || fail no-docker "Docker does not answer" "$OUTPUT" || return
    sleep "$PAUSE"
  done
  case $state in
    error* | locked* | pending* | "active false")
      phase machine "Docker's swarm is $state: its certificate has expired; making a new swarm"
      docker swarm leave --force >> "$OUTPUT" 2>&1
      make_swarm || fail swarm-broken "Docker's swarm has expired and no new one can be made" "$OUTPUT"
      ;;
  esac
}

# make_swarm - create a swarm of this machine, with the labels that DRFC needs to place its containers
make_swarm() {
  local node
  {
    # On a machine with several addresses, Docker requires one.
    docker swarm init || docker swarm init --advertise-addr "$(hostname -I | cut -d ' ' -f 1)" || return
    node=$(docker node inspect self --format '{{.ID}}') || return
    docker node update --label-add Sagemaker=true --label-add Robomaker=true "$node"
  } >> "$OUTPUT" 2>&1
}

# mend_network STYLE - create the network that DRFC expects, if it is missing
mend_network() {
  local style=${1,,} scope kind=()
  [[ -n $style ]] || style=swarm
  if [[ $style == swarm ]]; then
    if [[ $(docker info --format '{{.Swarm.LocalNodeState}}') == inactive ]]; then
      make_swarm || fail swarm-broken "Docker's swarm cannot be made" "$OUTPUT" || return
    fi
    kind=(--driver overlay --attachable --scope swarm)
  elif [[ $(docker info --format '{{.Swarm.LocalNodeState}}') == active ]]; then
    kind=(--driver overlay --attachable --scope swarm) # as in DRFC's init.sh
  fi
  if docker network ls --format '{{.Name}}' | grep -x "$NETWORK" > /dev/null; then
    scope=$(docker network inspect "$NETWORK" --format '{{.Scope}}')
    [[ $style == swarm && $scope == local ]] || return 0
    docker network rm "$NETWORK" >> "$OUTPUT" 2>&1
  fi
  make_network "${kind[@]}" || fail no-network "the network $NETWORK cannot be made" "$OUTPUT"
}

# make_network OPTION... - create the network in the first free range, with the labels that DRFC 6 checks
make_network() {
  local number
  for ((number = 200; number <= 254; number++)); do
    ip route show 2> /dev/null | grep -qF "192.168.$number." && continue
    docker network create "$@" --subnet "192.168.$number.0/24" --label com.docker.compose.network="$NETWORK" \
      --label com.docker.compose.project="$NETWORK" "$NETWORK" >> "$OUTPUT" 2>&1 && return
    ((number < 205)) || return # another range would not help
  done
}

# check_versions SOURCE TAG - refuse a simulation image that this DRFC cannot start
check_versions() {
  local label told
  label=$(docker image inspect "$1:$2" --format '{{index .Config.Labels "version"}}' 2> /dev/null)
  told=$(python3 -I "$HERE/versions.py" defaults/dependencies.json "$1" "$2" "$label") ||
    fail wrong-version "${told:-the version of DRFC cannot be compared}" || return
  say "$told"
}

# set_in FILE KEY VALUE
set_in() {
  touch "$1"
  grep -v "^$2=" "$1" > "$1.new"
  printf '%s=%s\n' "$2" "$3" >> "$1.new"
  mv "$1.new" "$1"
}

main "$@"
