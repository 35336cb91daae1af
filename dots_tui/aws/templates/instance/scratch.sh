#!/bin/bash
# Installs DRFC on a stock Ubuntu image with NVIDIA driver and Docker, in the versions of recipe.env: for a bake, and at
# a launch from scratch. Runs as root. It creates no swarm, because its certificate in an image would expire after 90
# days; prepare.sh creates it at each launch.
set -o pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=recipe.env
source "$HERE/recipe.env"
OWNER=${DOTS_TUI_OWNER:-ubuntu}
TOOLS=${DOTS_TUI_TOOLS:-/opt/aws-cfn-bootstrap}
SIGNAL=${DOTS_TUI_SIGNAL:-/usr/local/bin/cfn-signal}
PAUSE=${DOTS_TUI_PAUSE:-10}
BOOTSTRAP=https://s3.amazonaws.com/cloudformation-examples/aws-cfn-bootstrap-py3-latest.tar.gz
# The second row contains the packages of DRFC's setup-xorg.sh.
PACKAGES=(jq git curl screen python3-boto3 python3-venv
  xinit xserver-xorg-legacy x11-xserver-utils x11-utils menu mesa-utils xterm mwm x11vnc pkg-config)

main() {
  phase machine "installing DRFC $DRFC_VERSION"
  modinfo nvidia > /dev/null 2>&1 || fail no-driver "the image has no NVIDIA driver: choose another image" || return
  command -v docker > /dev/null || fail no-docker "the image has no Docker: choose another image" || return
  patiently packages || fail no-packages "Ubuntu's packages cannot be installed" "$OUTPUT" || return
  patiently signal_tool || fail no-signal-tool "cfn-signal cannot be installed" "$OUTPUT" || return
  patiently checkout || fail no-drfc "DRFC $DRFC_COMMIT cannot be fetched from $DRFC_REPOSITORY" "$OUTPUT" || return
  [[ ${SIMAPP_VERSION%-*} == "$(jq -r .containers.simapp "$DRFC/defaults/dependencies.json")" ]] ||
    fail wrong-recipe "simapp $SIMAPP_VERSION does not belong to DRFC $DRFC_COMMIT" || return
  patiently python || fail no-python "DRFC's Python packages cannot be installed" "$OUTPUT" || return
  folders || fail no-folders "DRFC's folders cannot be made" "$OUTPUT" || return
  docker_ready || fail no-docker "Docker does not start with NVIDIA's runtime" "$OUTPUT" || return
  phase pull "downloading $SIMAPP_SOURCE:$SIMAPP_VERSION"
  patiently pull || fail no-simapp "the image $SIMAPP_SOURCE:$SIMAPP_VERSION cannot be downloaded" "$OUTPUT" || return
  phase machine "DRFC $DRFC_VERSION and simapp $SIMAPP_VERSION are installed"
}

# patiently COMMAND - make three attempts, because a mirror or registry may not answer
patiently() {
  local attempt
  for attempt in 1 2 3; do
    "$1" >> "$OUTPUT" 2>&1 && return
    say "$1 failed, attempt $attempt"
    sleep "$PAUSE"
  done
  return 1
}

packages() {
  # The image's own upgrades hold apt's lock at the first boot.
  apt-get -o DPkg::Lock::Timeout=300 -q update &&
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q install --yes --no-install-recommends \
      "${PACKAGES[@]}"
}

signal_tool() {
  [[ ! -x $SIGNAL ]] || return 0
  python3 -m venv "$TOOLS" && "$TOOLS/bin/pip" install --quiet "$BOOTSTRAP" && ln -sfn "$TOOLS/bin/cfn-signal" "$SIGNAL"
}

as_owner() {
  sudo -u "$OWNER" -H "$@"
}

checkout() {
  as_owner git init --quiet "$DRFC" &&
    as_owner git -C "$DRFC" fetch --quiet --depth 1 "$DRFC_REPOSITORY" "$DRFC_COMMIT" &&
    as_owner git -C "$DRFC" checkout --quiet --force FETCH_HEAD &&
    [[ $(as_owner git -C "$DRFC" rev-parse HEAD) == "$DRFC_COMMIT" ]]
}

python() {
  as_owner python3 -m venv --prompt drfc "$DRFC/.venv" &&
    as_owner "$DRFC/.venv/bin/pip" install --quiet -r "$DRFC/requirements.txt"
}

# Create what DRFC's init.sh creates, without its test of the graphics card: the builder has none.
folders() {
  local file
  as_owner mkdir -p "$DRFC"/data/{minio/bucket,logs,analysis,scripts} "$DRFC"/{tmp,custom_files,docker/volumes} || return
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_owner bash -c 'mkdir -p ~/.aws && ln -sfn ~/.aws "$1/docker/volumes/.aws"' folders "$DRFC" || return
  for file in system run; do
    as_owner sed -e 's/<AWS_DR_BUCKET>/not-defined/g' -e 's/<AWS_DR_BUCKET_ROLE>/to-be-defined/g' \
      -e 's/<LOCAL_PROFILE>/default/g' -e 's/<CLOUD_REPLACE>/aws/g' -e 's/<DOCKER_STYLE>/swarm/g' \
      -e "s/<REGION_REPLACE>/$REGION/g" -e "s/<SIMAPP_VERSION_TAG>/$SIMAPP_VERSION/g" \
      "$DRFC/defaults/template-$file.env" > "$STATE/$file.env" || return
    install -o "$OWNER" -m 644 "$STATE/$file.env" "$DRFC/$file.env" || return
  done
  as_owner touch "$DRFC/DONE"
}

docker_ready() {
  {
    usermod -aG docker "$OWNER" &&
      nvidia-ctk runtime configure --runtime=docker --set-as-default &&
      systemctl enable docker && systemctl restart docker && docker info
  } >> "$OUTPUT" 2>&1
}

pull() {
  docker pull --quiet "$SIMAPP_SOURCE:$SIMAPP_VERSION"
}

main
