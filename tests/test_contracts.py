"""The import contracts reject violations: each is seeded into a copy of the package, where the contracts must break."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_TYPE_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {imported} import x\n"
_PLAIN = "import {imported}\n"

SEEDS = {
    # the module that gets the import, the imported module, the form of the import
    "the workspace imports a pane": ("app/workspace.py", "dots_tui.ui.panes.files.pane", _PLAIN),
    "aws imports app": ("aws/stacks.py", "dots_tui.app.workspace", _PLAIN),
    "a pane imports another pane": ("ui/panes/files/view.py", "dots_tui.ui.panes.stacks.pane", _PLAIN),
    "what the panes share imports a pane": ("ui/panes/base.py", "dots_tui.ui.panes.models.pane", _PLAIN),
    "a widget imports a pane": ("ui/widgets/glyphs.py", "dots_tui.ui.panes.base", _PLAIN),
    "the commands import boto3": ("ui/commands.py", "boto3", _PLAIN),
    "a use case imports boto3": ("app/workspace.py", "boto3", _PLAIN),
    "a use case imports botocore for its types": ("app/port.py", "botocore.client", _TYPE_ONLY),
    "a use case imports the interface for its types": ("app/workspace.py", "dots_tui.ui.shell", _TYPE_ONLY),
    "a use case imports Textual": ("app/port.py", "textual.app", _PLAIN),
    "the training imports aws": ("training/state.py", "dots_tui.aws.stacks", _PLAIN),
    "the training imports the rehearsal": ("training/state.py", "dots_tui.reward.trial", _PLAIN),
    "the interface imports the command line": ("ui/shell.py", "dots_tui.cli.files", _PLAIN),
    "the interface imports the demo": ("ui/shell.py", "dots_tui.demo.guide", _TYPE_ONLY),
    "aws imports paramiko": ("aws/instances.py", "paramiko", _PLAIN),
    "the command line imports Textual": ("cli/stacks.py", "textual.app", _PLAIN),
}
_CHECK = (
    "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
    "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
)


def _broken(folder: Path) -> list[str]:
    """Return the violations that the contracts find in the package in `folder`, each as "importer -> imported"."""
    run = subprocess.run([sys.executable, "-c", _CHECK], cwd=folder, capture_output=True, text=True, check=False)
    assert "Contracts:" in run.stdout, run.stdout + run.stderr
    # Some versions color their output, and print an import as a later link of a chain only.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)
    return re.findall(r"dots_tui\S* -> \S+", plain) or ([plain[-500:]] if run.returncode else [])


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's Python files and of the contracts."""
    shutil.copytree(
        ROOT / "dots_tui", tmp_path / "dots_tui", ignore=lambda _, names: [n for n in names if n == "__pycache__"]
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_package_keeps_its_contracts(package: Path) -> None:
    assert _broken(package) == []


def test_each_seeded_violation_is_found(package: Path) -> None:
    for module, imported, form in SEEDS.values():
        with (package / "dots_tui" / module).open("a") as stream:
            stream.write("\n" + form.format(imported=imported))
    broken = "\n".join(_broken(package))
    missed = [
        name
        for name, (module, imported, _) in SEEDS.items()
        if not re.search(rf"dots_tui\.{_dotted(module)} -> {_target(imported)}\b", broken)
    ]
    assert missed == []


def test_a_module_without_a_layer_is_found(package: Path) -> None:
    (package / "dots_tui" / "loose.py").write_text("")
    assert "loose" in "\n".join(_broken(package))


def _dotted(module: str) -> str:
    return re.escape(module[:-3].replace("/", "."))


def _target(imported: str) -> str:
    """Return the name that the contracts print: of a foreign package only its first part."""
    return re.escape(imported if imported.startswith("dots_tui") else imported.partition(".")[0])
