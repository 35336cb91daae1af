"""Installing DRFC on a stock image, and making an image of that, with stand-ins for every program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dots_tui.aws.recipe import recipe
from tests.aws.instance_world import AWS, ENV, PROGRAM, World, needs_bash, world

__all__ = ["world"]
pytestmark = [
    needs_bash,
    pytest.mark.skipif(shutil.which("jq") is None, reason="scratch.sh reads DRFC's dependencies with jq"),
]

PYTHON = """\
if [[ $1 == -m && $2 == venv ]]; then
  for folder; do :; done
  mkdir -p "$folder/bin"
  printf '#!/bin/bash\\necho "pip $*" >> "$WORLD/journal"\\n[[ ! -e $WORLD/no-pip ]]\\n' > "$folder/bin/pip"
  printf '#!/bin/bash\\n' > "$folder/bin/cfn-signal"
  chmod +x "$folder"/bin/*
  exit 0
fi
exec "$REAL_PYTHON" "$@"
"""
GIT = """\
case "$*" in
  *rev-parse*) cat "$WORLD/head" ;;
  *fetch*) [[ ! -e $WORLD/no-git ]] ;;
esac
"""
SUDO = 'while [[ $1 == -* ]]; do if [[ $1 == -u ]]; then shift; fi; shift; done; "$@"\n'
BUILDER_ENV = "IMAGE_NAME='dots-tui-drfc-6.0-1'\nMADE_BY='0.1.0'\nBAKE_PREFIX='dots-tui/bakes/dots-image-1'\n"
BUILDER_AWS = """\
case "$*" in
  "ec2 create-image"*) [[ ! -e $WORLD/no-image ]] && echo ami-0abc ;;
  "ec2 describe-images"*) cat "$WORLD/state-of-image" ;;
esac
"""


@pytest.fixture
def stock(world: World) -> World:
    """A stock image: driver, Docker, nothing else."""
    for name in ("apt-get", "modinfo", "git", "python3", "nvidia-ctk", "usermod", "sleep", "sync", "install", "sudo"):
        program = world.root / "bin" / name
        program.write_text(PROGRAM.replace('"$name" "$*"', '"$name" "${*//$WORLD/}"'))
        program.chmod(0o755)
    world.answer("python3", PYTHON.replace("$REAL_PYTHON", shutil.which("python3") or "python3"))
    world.answer("git", GIT)
    world.answer("sudo", SUDO)
    world.answer("install", 'for last; do :; done; cp "${@: -2:1}" "$last" 2> /dev/null || mkdir -p "$last"\n')
    world.answer("aws", AWS + BUILDER_AWS)
    world.write("head", recipe().drfc_commit + "\n")
    world.write("state-of-image", "available\n")
    world.write("drfc/defaults/dependencies.json", '{"containers": {"simapp": "6.0.4"}}')
    world.write(
        "drfc/defaults/template-system.env", "DR_CLOUD=<CLOUD_REPLACE>\nDR_SIMAPP_VERSION=<SIMAPP_VERSION_TAG>\n"
    )
    world.write("drfc/defaults/template-run.env", "DR_RUN_ID=0\n")
    world.write("drfc/requirements.txt", "boto3\n")
    world.write("etc/env", ENV + BUILDER_ENV)
    return world


def _extra(stock: World) -> dict[str, str]:
    return {
        "DOTS_TUI_OWNER": "ubuntu",
        "DOTS_TUI_TOOLS": str(stock.root / "tools"),
        "DOTS_TUI_SIGNAL": str(stock.root / "usr" / "cfn-signal"),
        "DOTS_TUI_ROOT": str(stock.root / "system"),
    }


def _scratch(stock: World) -> int:
    (stock.root / "usr").mkdir(exist_ok=True)
    return stock.run("scratch.sh", _extra(stock)).returncode


def test_a_stock_image_gets_drfc_and_the_simapp_of_the_recipe(stock: World) -> None:
    assert _scratch(stock) == 0
    fetched = next(line for line in stock.said("git") if " fetch " in line)
    assert fetched.endswith(f"{recipe().drfc_repository} {recipe().drfc_commit}")
    assert f"docker pull --quiet {recipe().simapp_source}:{recipe().simapp}" in stock.journal
    assert stock.read("drfc/system.env") == f"DR_CLOUD=aws\nDR_SIMAPP_VERSION={recipe().simapp}\n"
    assert (stock.root / "usr" / "cfn-signal").is_symlink()
    assert stock.said("docker swarm") == []
    assert set(stock.phases) == {"machine", "pull"}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("driver", "no-driver"),
        ("apt", "no-packages"),
        ("pip", "no-signal-tool"),
        ("git", "no-drfc"),
        ("commit", "no-drfc"),
        ("pair", "wrong-recipe"),
        ("pull", "no-simapp"),
    ],
)
def test_what_cannot_be_installed_is_the_reason(stock: World, broken: str, reason: str) -> None:
    if broken == "driver":
        stock.answer("modinfo", "exit 1\n")
    elif broken == "apt":
        stock.answer("apt-get", "exit 100\n")
    elif broken in ("pip", "git"):
        stock.write(f"no-{broken}", "")
    elif broken == "commit":
        stock.write("head", "0" * 40 + "\n")
    elif broken == "pair":
        stock.write("drfc/defaults/dependencies.json", '{"containers": {"simapp": "5.3.3"}}')
    else:
        stock.answer("docker", "[[ $1 != pull ]]\n")
    assert _scratch(stock) == 1
    assert stock.phases["failed"]["reason"] == reason
    assert stock.read("state/problem").strip()


def test_a_mirror_that_answers_at_the_second_attempt_is_enough(stock: World) -> None:
    stock.answer("apt-get", 'mkdir "$WORLD/seen" 2> /dev/null && exit 100; exit 0\n')
    assert _scratch(stock) == 0


# -- baking -------------------------------------------------------------------------------------------


def _bake(stock: World) -> None:
    signal = stock.root / "usr" / "cfn-signal"
    signal.parent.mkdir(exist_ok=True)
    signal.write_text(PROGRAM)
    signal.chmod(0o755)
    for name in ("etc", "home/ubuntu/.ssh", "var/lib/docker/swarm"):
        (stock.root / "system" / name).mkdir(parents=True)
    stock.write("system/home/ubuntu/.ssh/authorized_keys", "ssh-ed25519 AAAA me\n")
    stock.write("system/etc/machine-id", "0123456789abcdef\n")
    stock.write("system/etc/ssh/ssh_host_ed25519_key", "secret\n")
    stock.write("state/instance-id", "i-0abc\n")
    stock.run("bake.sh", _extra(stock))


def test_a_builder_makes_a_tagged_image_without_its_own_traces(stock: World) -> None:
    _bake(stock)
    [made] = [line for line in stock.said("aws") if line.startswith("aws ec2 create-image")]
    assert "--instance-id i-0abc" in made
    assert "--no-reboot" in made
    for tag in ("dots-tui:kind,Value=image", "dots-tui:owner,Value=base", f"dots-tui:simapp,Value={recipe().simapp}"):
        assert made.count(f"Key={tag}") == 2, tag
    assert f"Key=dots-tui:drfc,Value={recipe().drfc_commit}" in made
    for gone in ("home/ubuntu/.ssh/authorized_keys", "var/lib/docker/swarm", "etc/ssh/ssh_host_ed25519_key"):
        assert not (stock.root / "system" / gone).exists(), gone
    assert stock.read("system/etc/machine-id") == ""
    assert any(line.startswith("cfn-signal --success true") for line in stock.journal)
    assert any(line.startswith("aws cloudformation delete-stack") for line in stock.journal)
    assert stock.said("shutdown")


def test_the_phases_of_a_bake_are_in_the_bucket(stock: World) -> None:
    _bake(stock)
    sent = [line for line in stock.said("aws s3 cp") if "phases.json" in line]
    assert sent
    assert all("s3://bucket/dots-tui/bakes/dots-image-1/dots-tui/phases.json" in line for line in sent)
    assert list(stock.phases)[-1] == "saved"


@pytest.mark.parametrize(
    ("broken", "reason"), [("install", "no-simapp"), ("refused", "no-image"), ("failed", "image-failed")]
)
def test_a_builder_that_fails_reports_why_and_ends(stock: World, broken: str, reason: str) -> None:
    if broken == "install":
        stock.answer("docker", "[[ $1 != pull ]]\n")
    elif broken == "refused":
        stock.write("no-image", "")
    else:
        stock.write("state-of-image", "failed\n")
    _bake(stock)
    assert stock.phases["failed"]["reason"] == reason
    [said] = [line for line in stock.journal if line.startswith("cfn-signal --success false")]
    assert stock.read("state/problem").strip() in said
    assert stock.said("shutdown")
    deregistered = [line for line in stock.journal if "deregister-image" in line]
    assert bool(deregistered) == (broken == "failed")


def test_before_cfn_signal_is_there_the_failure_is_reported_without_it(stock: World, tmp_path: Path) -> None:
    stock.answer("apt-get", "exit 100\n")
    stock.write("state/instance-id", "i-0abc\n")
    stock.run("bake.sh", {**_extra(stock), "DOTS_TUI_SIGNAL": str(tmp_path / "nowhere")})
    [said] = [line for line in stock.journal if "signal-resource" in line]
    assert "--status FAILURE" in said
