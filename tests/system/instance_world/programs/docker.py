#!/usr/bin/env python3
"""The parts of Docker that DRFC and the instance's scripts call. Containers are files and end with the machine.

/var/lib/world: swarm (active, inactive or error), networks, and start: the result of a start ("none": no container
starts, "dies": they end at once). The trainer starts a second after the others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

LASTING = Path("/var/lib/world")
RUNNING = Path("/run/world/containers")
TRAINER = "tm4b1x7q2c-algo-1-8xk2p"
IMAGE = "awsdeepracercommunity/deepracer-simapp"


def told(name: str, default: str = "") -> str:
    path = LASTING / name
    return path.read_text().strip() if path.exists() else default


def tell(name: str, text: str) -> None:
    (LASTING / name).write_text(text + "\n")


def after(arguments: list[str], *options: str) -> str:
    """Return the value of the last of these options, or ""."""
    found = [value for option, value in zip(arguments, arguments[1:]) if option in options]
    return found[-1] if found else ""


def names(every: bool = False) -> list[str]:
    found = sorted(RUNNING.glob("*.json")) if RUNNING.exists() else []
    now = time.time()
    rows = [json.loads(path.read_text()) for path in found]
    return [row["name"] for row in rows if row["from"] <= now and (every or row["runs"])]


def log(name: str, text: str) -> None:
    with (RUNNING / f"{name}.log").open("a") as file:
        file.write(f"{datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f000Z')} {text}\n")


def put(name: str, runs: bool, delay: float = 0.0) -> None:
    path = RUNNING / f"{name}.json"
    begun = json.loads(path.read_text())["from"] if path.exists() else time.time() + delay
    path.write_text(json.dumps({"name": name, "from": begun, "runs": runs}))


def up(arguments: list[str]) -> int:
    if told("swarm", "active") == "error" or "sagemaker-local" not in told("networks", "sagemaker-local swarm"):
        print("network sagemaker-local declared as external, but could not be found", file=sys.stderr)
        return 1
    how = told("start")
    if how == "none":
        return 0
    RUNNING.mkdir(parents=True, exist_ok=True)
    workers = int((after(arguments, "--scale") or "robomaker=1").partition("=")[2])
    simulations = [f"deepracer-0-robomaker-{number}" for number in range(1, workers + 1)]
    for name in ("deepracer-0-rl_coach-1", *simulations):
        put(name, runs=how != "dies")
        log(name, f"{name} begins")
    for name in simulations:
        log(name, "SIM_TRACE_LOG:0,1,1.5,0.5,10.0,15.00,2.00,3,1.0000,False,True,1,7,17.67,0.1,in_progress,0.00")
    if how == "dies":
        log(simulations[0], '{"simapp_exception": {"message": "the reward function has an error"}}')
        return 0
    put(TRAINER, runs=True, delay=1.0)
    log(TRAINER, "the trainer begins")
    place = Path("/tmp/sagemaker/one")
    subprocess.run(["sudo", "install", "-d", "-m", "777", str(place)], check=True)  # the engine runs as root
    text = f"algo-1-8xk2p\nRUN_ID=0\n{os.environ.get('DR_LOCAL_S3_MODEL_PREFIX', '')}\n"
    (place / "docker-compose.yaml").write_text(text)
    return 0


def end(ended: list[str], remove: bool) -> None:
    for name in ended:
        log(name, f"last words of {name}")
        put(name, runs=False)
    time.sleep(0.5)  # a follower reads them
    for name in ended if remove else ():
        for ending in ("json", "log"):
            (RUNNING / f"{name}.{ending}").unlink()


def compose(arguments: list[str]) -> int:
    if "up" in arguments:
        return up(arguments) if "deepracer-0" in arguments else 0
    of_drfc = [name for name in names(every=True) if name != TRAINER]
    if "down" in arguments:
        end(of_drfc if "deepracer-0" in arguments else [], remove=True)
    elif "stop" in arguments:
        end([TRAINER] if TRAINER in names() else [], remove=False)
    return 0


def show(arguments: list[str]) -> int:
    form, every = after(arguments, "--format"), "-a" in arguments
    for name in names(every):
        if "id=" in after(arguments, "--filter") and f"id=id-{name}" not in arguments:
            continue
        ids = {"{{.Names}}": name, "{{.ID}}": f"id-{name}"}
        print(ids.get(form, f"id-{name}   {IMAGE}:6.0.4-gpu   {name}"))
    return 0


def logs(arguments: list[str]) -> int:
    name = arguments[-1]
    path = RUNNING / f"{name}.log"
    if not path.exists():
        print(f"Error: No such container: {name}", file=sys.stderr)
        return 1
    since, until = after(arguments, "--since"), after(arguments, "--until") or "9999"
    with path.open() as file:
        while True:
            for line in file:
                stamp, _, text = line.rstrip("\n").partition(" ")
                if since <= stamp < until:
                    print(text, flush=True)
            if not ({"-f", "--follow"} & set(arguments)) or name not in names():
                return 0
            time.sleep(0.1)


def swarm(arguments: list[str]) -> int:
    if arguments[0] == "leave":
        tell("swarm", "inactive")
        tell("networks", "")
    elif told("swarm", "active") != "inactive":
        print("Error response from daemon: This node is already part of a swarm.", file=sys.stderr)
        return 1
    else:
        tell("swarm", "active")
    return 0


def network(arguments: list[str]) -> int:
    rows = [line.split() for line in told("networks", "sagemaker-local swarm").splitlines()]
    if told("swarm", "active") == "error":
        rows = [row for row in rows if row[1] != "swarm"]
    verb, name = arguments[0], next((one for one in reversed(arguments) if not one.startswith(("-", "{"))), "")
    if verb == "ls":
        print("\n".join(row[0] for row in rows))
    elif verb == "create":
        wanted = "swarm" if "overlay" in arguments else "local"
        if wanted == "swarm" and told("swarm", "active") != "active":
            print("Error response from daemon: This node is not a swarm manager.", file=sys.stderr)
            return 1
        tell("networks", f"sagemaker-local {wanted}")
    elif verb == "rm":
        tell("networks", "")
    elif "sagemaker-local" not in [row[0] for row in rows]:
        print(f"Error: No such network: {name}", file=sys.stderr)
        return 1
    else:
        answers = {"{{.Scope}}": rows[0][1], "{{len .Containers}}": "0", "{{json .Containers}}": "{}"}
        print(answers.get(after(arguments, "--format"), "sagemaker-local"))
    return 0


def node(arguments: list[str]) -> int:
    if told("swarm", "active") != "active":
        print("Error response from daemon: This node is not a swarm manager.", file=sys.stderr)
        return 1
    print("n1" if after(arguments, "--format") else '[{"ID": "n1"}]')
    return 0


def info(arguments: list[str]) -> int:
    state = told("swarm", "active")
    print(f"{state} {str(state == 'active').lower()}" if "Control" in after(arguments, "--format") else state)
    return 0


def container(arguments: list[str]) -> int:
    for name in [one[3:] for one in arguments if one.startswith("id-")]:
        (RUNNING / f"{name}.json").unlink()
        (RUNNING / f"{name}.log").unlink()
    return 0


def main(arguments: list[str]) -> int:
    with Path("/var/log/world.log").open("a") as file:
        file.write(f"docker {' '.join(arguments)}\n")
    verb, rest = arguments[0], arguments[1:]
    if verb == "--version":
        print("Docker version 27.5.1, build 9f9e405")
        return 0
    if verb == "inspect":
        print(
            '[{"Config": {"Labels": {"version": "' + os.environ.get("DR_SIMAPP_VERSION", "").partition("-")[0] + '"}}}]'
        )
        return 0
    verbs = {"compose": compose, "ps": show, "logs": logs, "swarm": swarm, "network": network, "node": node}
    more = {"info": info, "container": container}
    known = {**verbs, **more}
    return known[verb](rest) if verb in known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
