"""Continue a model: the checkpoint, the changes to the env files, what is refused, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.app.models.continuation import Continuation, planned, start_from
from dots_tui.app.models.continue_flow import continue_model, own_files
from dots_tui.app.models.model_catalog import ModelCatalog
from dots_tui.app.models.training_files import environment
from dots_tui.app.port import Confirmation, Selection, TextEntry, run_blocking
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.training_plan import LaunchChoices, plan
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.env_file import EnvFile
from tests import bucket_models
from tests.app.answers import AnsweringPort
from tests.cloud import FILES, MODEL_METADATA

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.custom_files.folder import CustomFiles

OPEN = {name: text.encode() for name, text in FILES.items()}
THREE_ACTIONS = json.dumps(
    {
        "action_space": [{"steering_angle": angle, "speed": 1.0} for angle in (-20, 0, 20)],
        "action_space_type": "discrete",
        "sensor": ["FRONT_FACING_CAMERA"],
        "version": "5",
    }
).encode()


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def put(bucket: str, prefix: str, *, metadata: bytes = MODEL_METADATA.encode(), **options: Any) -> None:
    extra = {"model/model_metadata.json": metadata, **options.pop("extra", {})}
    bucket_models.put(bucket, bucket_models.model(prefix, extra=extra, **options))


def catalog(aws: Aws) -> dict[str, BucketModel]:
    *_, last = ModelCatalog(aws, [aws.region]).read()
    return {one.key.prefix: one for one in last.models}


def run(aws: Aws, port: AnsweringPort, prefix: str, **options: Any) -> Continuation | None:
    models = catalog(aws)
    files = options.pop("files", OPEN)
    return run_blocking(continue_model(port, lambda: aws, models[prefix], tuple(models.values()), files, **options))


def after(found: Continuation, files: dict[str, bytes] = OPEN) -> dict[str, str]:
    return environment({**files, **found.files})


def test_asks_for_checkpoint_and_name_and_sets_all_keys(aws: Aws, bucket: str) -> None:
    put(bucket, "training/reInvent2019_track/run-1", checkpoints=(1, 2), best=1)
    wanted = "training/reInvent2019_track/run-2"
    port = AnsweringPort(["best", wanted, True])
    found = run(aws, port, "training/reInvent2019_track/run-1")
    assert found is not None
    choice, name, question = port.asked
    assert isinstance(choice, Selection)
    assert [value for value, _ in choice.options] == ["best", "last"]
    assert isinstance(name, TextEntry)
    assert name.value == wanted
    assert isinstance(question, Confirmation)
    assert question.body.startswith("run-1 → run-2")
    values = after(found)
    assert {key: values[key] for key in values if "PRETRAINED" in key} == {
        "DR_LOCAL_S3_PRETRAINED": "True",
        "DR_LOCAL_S3_PRETRAINED_PREFIX": "training/reInvent2019_track/run-1",
        "DR_LOCAL_S3_PRETRAINED_CHECKPOINT": "best",
    }
    assert values["DR_LOCAL_S3_MODEL_PREFIX"] == "training/reInvent2019_track/run-2"
    assert values["DR_UPLOAD_S3_PREFIX"] == "upload/run-2"
    assert values["DR_LOCAL_S3_METRICS_PREFIX"] == "training/reInvent2019_track/run-2/metrics"


def test_only_values_change(aws: Aws, bucket: str) -> None:
    put(bucket, "training/reInvent2019_track/run-1")
    found = run(aws, AnsweringPort([True]), "training/reInvent2019_track/run-1", which="last", numbered=True)
    assert found is not None
    before, now = OPEN["run.env"].decode().splitlines(), found.files["run.env"].decode().splitlines()
    assert [line for line in before if line not in now] == [
        "DR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/run-1",
        "DR_LOCAL_S3_PRETRAINED=False",
        "DR_UPLOAD_S3_PREFIX=upload/run-1",
    ]
    assert "DR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/run-2" in now
    assert set(found.files) == {"run.env"}


def test_result_has_no_new_findings_and_passes_the_preflight(aws: Aws, bucket: str, files: CustomFiles) -> None:
    put(bucket, "training/reInvent2019_track/run-1")
    found = run(aws, AnsweringPort([True]), "training/reInvent2019_track/run-1", which="last", numbered=True)
    assert found is not None
    before = {one.code for one in check_sources(OPEN)}
    assert {one.code for one in check_sources({**OPEN, **found.files})} <= before
    for name, data in found.files.items():
        files.write(name, data)
    lines = plan(aws, files, LaunchChoices("base", "run-2", instance_type="g4dn.4xlarge")).lines
    assert {line.code for line in lines} >= {"pretrained", "model"}
    assert not {line.code for line in lines} & {"no-pretrained-model", "pretrained-differs", "prefix-in-use"}


def test_next_free_name_skips_used_places_and_keeps_the_width(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-09")
    put(bucket, "t/run-10")
    bucket_models.put(bucket, {"t/run-11/logs/a.log": b"x"})
    found = run(aws, AnsweringPort([True]), "t/run-09", which="last", numbered=True)
    assert found is not None
    assert found.prefix == "t/run-12"


def test_name_of_ones_own_is_in_the_folder_of_the_parent(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1")
    found = run(aws, AnsweringPort([True]), "t/run-1", which="last", name="fast")
    assert found is not None
    assert found.prefix == "t/fast"
    with pytest.raises(AwsProblem, match="already"):
        run(aws, AnsweringPort([True]), "t/run-1", which="last", name="run-1")
    with pytest.raises(AwsProblem, match="letters, digits"):
        run(aws, AnsweringPort([True]), "t/run-1", which="last", name="a b")


def test_declined_changes_nothing(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1")
    assert run(aws, AnsweringPort([False]), "t/run-1", which="last", numbered=True) is None
    assert set(catalog(aws)) == {"t/run-1"}


@pytest.mark.parametrize(
    ("which", "options", "reason"),
    [
        ("best", {"best": 9}, "9_Step-3600.ckpt, is not complete"),
        ("7", {}, "Checkpoint 7 of t/run-1 does not exist"),
        ("best", {"extra": {bucket_models.INDEX: b"{"}}, "its list of checkpoints is damaged"),
        ("last", {"checkpoints": ()}, "no complete checkpoint"),
    ],
)
def test_checkpoint_that_simapp_cannot_load_is_refused(
    aws: Aws, bucket: str, which: str, options: dict[str, Any], reason: str
) -> None:
    put(bucket, "t/run-1", **options)
    with pytest.raises(AwsProblem, match=reason):
        run(aws, AnsweringPort(), "t/run-1", which=which, numbered=True)


def test_other_action_space_is_refused_with_the_reason(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1", metadata=THREE_ACTIONS)
    port = AnsweringPort([None])
    with pytest.raises(AwsProblem, match="has 3 actions, your files have 2") as refused:
        run(aws, port, "t/run-1", which="last", numbered=True)
    assert refused.value.code == "model-differs"


def test_own_action_space_makes_the_model_fit(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1", metadata=THREE_ACTIONS)
    found = run(aws, AnsweringPort(["own", True]), "t/run-1", which="last", numbered=True)
    assert found is not None
    assert found.files["model_metadata.json"] == THREE_ACTIONS
    assert "reward_function.py" not in found.files


def test_model_without_metadata_is_not_accused(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    assert run(aws, AnsweringPort([True]), "t/run-1", which="last", numbered=True) is not None


def test_other_checkpoint_is_copied_to_a_place_of_its_own(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1", checkpoints=(1, 2, 3), best=3, last=3)
    found = run(aws, AnsweringPort([True]), "t/run-1", which="1", numbered=True)
    assert found is not None
    values = after(found)
    assert values["DR_LOCAL_S3_PRETRAINED_PREFIX"] == "t/run-1-checkpoint-1"
    copy = catalog(aws)["t/run-1-checkpoint-1"]
    assert copy.facts is not None
    assert [one.name for one in copy.facts.checkpoints] == ["1_Step-400.ckpt"]
    assert (copy.best, copy.missing()) == (copy.last, [])
    assert copy.facts.parent is not None
    assert copy.facts.parent.prefix == "t/run-1"
    again = run(aws, AnsweringPort([True]), "t/run-1", which="1", numbered=True)
    assert again is not None
    assert again.parent == found.parent


def test_newer_checkpoint_than_the_listed_one_is_noted(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1", checkpoints=(1, 2, 3), last=2)
    model = catalog(aws)["t/run-1"]
    found = planned(model, start_from(model, "last"), "t/run-2", OPEN)
    assert found.notes
    assert "Checkpoint 3 is newer" in found.notes[0]
    assert planned(model, start_from(model, "3"), "t/run-2", OPEN).notes == ()


def test_keys_in_system_env_change_where_they_are(aws: Aws, bucket: str) -> None:
    put(bucket, "t/run-1")
    moved = "DR_UPLOAD_S3_PREFIX=upload/run-1\n"
    files = {
        **OPEN,
        "run.env": OPEN["run.env"].replace(moved.encode(), b""),
        "system.env": OPEN["system.env"] + moved.encode(),
    }
    found = run(aws, AnsweringPort([True]), "t/run-1", which="last", numbered=True, files=files)
    assert found is not None
    assert EnvFile.parse(found.files["system.env"]).get("DR_UPLOAD_S3_PREFIX") == "upload/run-2"
    assert EnvFile.parse(found.files["run.env"]).get("DR_UPLOAD_S3_PREFIX") is None


def test_own_files_of_a_model(aws: Aws, bucket: str) -> None:
    reward = b"def reward_function(params):\n    return 2.0\n"
    put(
        bucket, "t/run-1", extra={"reward_function.py": reward, "ip/hyperparameters.json": OPEN["hyperparameters.json"]}
    )
    model = catalog(aws)["t/run-1"]
    port = AnsweringPort([True])
    assert run_blocking(own_files(port, lambda: aws, model, OPEN)) == {"reward_function.py": reward}
    same = AnsweringPort()
    assert run_blocking(own_files(same, lambda: aws, model, {**OPEN, "reward_function.py": reward})) is None
    assert same.told[0].text == "The open files are those it was trained with."
