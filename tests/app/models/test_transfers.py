"""Download and upload of models, over HTTP: resumed byte by byte, verified, whole or not there."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.app.models.model_catalog import ModelCatalog
from dots_tui.app.models.transfer_flow import download_model, upload_model
from dots_tui.app.models.transfer_plan import TransferProgress, safe_path
from dots_tui.app.port import run_blocking
from dots_tui.aws import run_objects, transfers
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.transfers import TransferStopped
from tests import bucket_models
from tests.app.answers import AnsweringPort

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.demo.aws import LoopbackAws

BIG = bytes(range(256)) * 20_000
"""Five pieces."""


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def model_of(aws: Aws, prefix: str = "t/run-1") -> BucketModel:
    *_, last = ModelCatalog(aws, [aws.region]).read()
    return next(one for one in last.models if one.key.prefix == prefix)


def download(aws: Aws, folder: Path, port: AnsweringPort | None = None, **options: Any) -> Path | None:
    return run_blocking(download_model(port or AnsweringPort(), lambda: aws, model_of(aws), folder, **options))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_download_is_the_model_byte_by_byte(aws: Aws, bucket: str, tmp_path: Path) -> None:
    objects = bucket_models.model("t/run-1", extra={"model/model_2.pb": BIG, "logs/a.log": b""})
    bucket_models.put(bucket, objects)
    bucket_models.put(bucket, bucket_models.model("t/run-10"))
    steps: list[TransferProgress] = []
    port = AnsweringPort()
    assert download(aws, tmp_path, port, told=steps.append) == tmp_path / "run-1"
    assert contents(tmp_path / "run-1") == {key[len("t/run-1/") :]: data for key, data in objects.items()}
    assert [path.name for path in tmp_path.iterdir()] == ["run-1"]
    assert max(step.share for step in steps) == 1.0
    assert max(step.files for step in steps) == len(objects)
    assert "verified" in port.told[0].text


def test_interrupted_download_goes_on_where_it_ended(
    aws: Aws, cloud: LoopbackAws, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra={"model/model_2.pb": BIG}))
    moved: list[int] = []

    def stopped() -> bool:
        return sum(moved) > 2 * transfers.PIECE

    def told(progress: TransferProgress) -> None:
        moved.append(progress.moved - sum(moved))

    with pytest.raises(TransferStopped):
        download(aws, tmp_path, told=told, stopped=stopped)
    assert not (tmp_path / "run-1").exists()
    [part] = [path for path in tmp_path.rglob("*.part") if path.stat().st_size >= transfers.PIECE]
    assert part.read_bytes() == BIG[: part.stat().st_size]
    ranges: list[Any] = []
    pieces = transfers._pieces

    def counted(aws: Aws, bucket: str, stored: run_objects.StoredObject, start: int) -> Any:
        ranges.append((stored.size, start))
        return pieces(aws, bucket, stored, start)

    monkeypatch.setattr(transfers, "_pieces", counted)
    size = part.stat().st_size
    assert download(aws, tmp_path) == tmp_path / "run-1"
    assert (len(BIG), size) in ranges
    assert (tmp_path / "run-1/model/model_2.pb").read_bytes() == BIG


def test_other_version_is_not_joined_to_a_part(aws: Aws, bucket: str, tmp_path: Path) -> None:
    bucket_models.put(bucket, {"t/x": BIG})
    [stored] = run_objects.list_objects(aws, bucket, "t")
    stop = iter([False, True])
    with pytest.raises(TransferStopped):
        transfers.download(aws, bucket, stored, tmp_path / "x", stopped=lambda: next(stop))
    bucket_models.put(bucket, {"t/x": BIG[::-1]})
    with pytest.raises(AwsProblem) as refused:
        transfers.download(aws, bucket, stored, tmp_path / "x")
    assert refused.value.code == "changed"
    [newer] = run_objects.list_objects(aws, bucket, "t")
    transfers.download(aws, bucket, newer, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == BIG[::-1]


def test_damaged_part_is_noticed(aws: Aws, bucket: str, tmp_path: Path) -> None:
    bucket_models.put(bucket, {"t/x": BIG})
    [stored] = run_objects.list_objects(aws, bucket, "t")
    name = f".x.{hashlib.sha256(stored.etag.encode()).hexdigest()[:12]}.part"
    (tmp_path / name).write_bytes(b"\0" * 1000)
    with pytest.raises(AwsProblem) as refused:
        transfers.download(aws, bucket, stored, tmp_path / "x")
    assert refused.value.code == "damaged-download"
    assert list(tmp_path.iterdir()) == []
    transfers.download(aws, bucket, stored, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == BIG


def test_checksum_of_an_upload_in_parts(aws: Aws, bucket: str, tmp_path: Path) -> None:
    client = aws.client("s3")
    upload = client.create_multipart_upload(Bucket=bucket, Key="t/x")["UploadId"]
    pieces = [b"a" * (5 << 20), b"b" * 1000]
    parts = [
        {
            "PartNumber": number,
            "ETag": client.upload_part(Bucket=bucket, Key="t/x", UploadId=upload, PartNumber=number, Body=data)["ETag"],
        }
        for number, data in enumerate(pieces, 1)
    ]
    client.complete_multipart_upload(Bucket=bucket, Key="t/x", UploadId=upload, MultipartUpload={"Parts": parts})
    [stored] = run_objects.list_objects(aws, bucket, "t")
    assert stored.etag.strip('"').endswith("-2")
    transfers.download(aws, bucket, stored, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"".join(pieces)
    assert transfers._md5_of_parts(tmp_path / "x", 5 << 20) == stored.etag.strip('"').partition("-")[0]


def test_one_checkpoint_with_the_small_files(aws: Aws, bucket: str, tmp_path: Path) -> None:
    extra = {
        "model/model_1.pb": b"1",
        "model/model_2.pb": b"2",
        "logs/a.log": b"x",
        "training-simtrace/0-iteration.csv": b"",
    }
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2), best=1, extra=extra))
    assert download(aws, tmp_path, checkpoint="best") is not None
    names = set(contents(tmp_path / "run-1"))
    assert {name for name in names if name.startswith("model/")} == {
        "model/deepracer_checkpoints.json",
        "model/model_1.pb",
        *(f"model/1_Step-400.ckpt{part}" for part in bucket_models.PARTS),
    }
    assert not [name for name in names if name.startswith(("logs", "training-simtrace"))]
    assert "metrics/TrainingMetrics.json" in names


def test_existing_folder_is_not_touched(aws: Aws, bucket: str, tmp_path: Path) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    (tmp_path / "run-1").mkdir()
    with pytest.raises(AwsProblem, match="exists already"):
        download(aws, tmp_path)
    assert contents(tmp_path) == {}


def test_full_disk_is_told_before_and_in_the_middle(
    aws: Aws, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra={"model/model_2.pb": BIG}))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(transfers, "download", full)
        with pytest.raises(AwsProblem) as refused:
            download(aws, tmp_path)
    assert refused.value.code == "disk-full"
    assert not (tmp_path / "run-1").exists()
    with monkeypatch.context() as patched:
        patched.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 5})())
        with pytest.raises(AwsProblem, match="do not fit"):
            download(aws, tmp_path)
    assert download(aws, tmp_path) is not None


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "a//b", "a\nb", "a\x1b[2J", "x" * 300, "a/" * 30 + "x", "c:x"]
)
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(AwsProblem):
        safe_path(name)


def test_model_with_an_unsafe_name_writes_nothing(aws: Aws, bucket: str, tmp_path: Path) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra={"../../evil": b"x"}))
    with pytest.raises(AwsProblem) as refused:
        download(aws, tmp_path / "in")
    assert refused.value.code == "unsafe-name"
    assert contents(tmp_path) == {}


def test_download_that_is_uploaded_again_can_be_continued(aws: Aws, bucket: str, tmp_path: Path) -> None:
    objects = bucket_models.model("t/run-1", checkpoints=(1, 2))
    bucket_models.put(bucket, objects)
    folder = download(aws, tmp_path)
    assert folder is not None
    port = AnsweringPort([True])
    found = run_blocking(upload_model(port, lambda: aws, folder, "us-east-1", bucket, prefix="t/copy-1"))
    assert found == "t/copy-1"
    copy = model_of(aws, "t/copy-1")
    assert copy.missing() == []
    there = {one.key[len("t/copy-1/") :]: one.size for one in run_objects.list_objects(aws, bucket, "t/copy-1")}
    assert there == {key[len("t/run-1/") :]: len(data) for key, data in objects.items()}


def test_interrupted_upload_is_no_model_and_goes_on(aws: Aws, bucket: str, tmp_path: Path) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    folder = download(aws, tmp_path)
    assert folder is not None
    data = (folder / "reward_function.py").read_bytes()
    bucket_models.put(bucket, {"t/copy-1/reward_function.py": data})
    assert run_blocking(
        upload_model(AnsweringPort([True]), lambda: aws, folder, "us-east-1", bucket, prefix="t/copy-1")
    )
    bucket_models.put(bucket, {"t/copy-2/stranger": b"x"})
    with pytest.raises(AwsProblem, match="stranger"):
        run_blocking(upload_model(AnsweringPort([True]), lambda: aws, folder, "us-east-1", bucket, prefix="t/copy-2"))


def test_folder_that_is_no_model_is_not_uploaded(aws: Aws, bucket: str, tmp_path: Path) -> None:
    for path, text in (("model/readme", "x"), ("model/deepracer_checkpoints.json", "{")):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    with pytest.raises(AwsProblem, match="is no model"):
        run_blocking(upload_model(AnsweringPort(), lambda: aws, tmp_path, "us-east-1", bucket, prefix="t/x"))
    (tmp_path / "model/deepracer_checkpoints.json").write_bytes(bucket_models.index(1, 1))
    with pytest.raises(AwsProblem, match="not complete"):
        run_blocking(upload_model(AnsweringPort(), lambda: aws, tmp_path, "us-east-1", bucket, prefix="t/x"))
    assert run_objects.list_objects(aws, bucket, "t") == []
