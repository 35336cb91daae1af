"""Fixtures every room's tests may use."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test asserts a time, and neither does Hypothesis on a machine that is busy.
settings.register_profile("dots-tui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dots-tui")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True, scope="session")
def _signals_as_in_a_terminal() -> None:
    """Undo what a shell or nohup does to a suite in the background: its children would ignore these signals."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _collectable() -> Iterator[None]:
    """Collect garbage as usual: the program's start delays that, and excludes what lives as long as the app."""
    gc.enable()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_real_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, credentials or profile of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DOTS_TUI_HOME", str(home))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "aws-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of recorded logs and files beside the checkout; tests that need it skip without it."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("the recorded samples are not beside this checkout")
    return folder
