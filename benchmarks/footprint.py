"""Installed size of dots-tui and of its demo extra: fresh environments, byte-compiled, without pip and setuptools.

python -m benchmarks.footprint
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NOT_OURS = ("pip", "setuptools", "_distutils_hack", "distutils-precedence", "pkg_resources")


def megabytes(folder: Path) -> float:
    """Apparent size of what is installed in ``folder``, in MB (10^6 bytes)."""
    total = 0
    for path in folder.rglob("*"):
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(_NOT_OURS):
            total += path.stat().st_size
    return total / 1e6


def install(what: str) -> float:
    """Install ``what`` into a fresh environment and return the size of its site-packages in MB."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        command = [python, "-m", "pip", "install", "--quiet", "--compile", "-c", str(ROOT / "constraints.txt"), what]
        subprocess.run(command, check=True)
        (packages,) = Path(folder).glob("lib/python3*/site-packages")
        return megabytes(packages)


def main() -> None:
    default = install(str(ROOT))
    demo = install(f"{ROOT}[demo]")
    print(f"default install {default:6.1f} MB")
    print(f"with the demo   {demo:6.1f} MB, {demo - default:.1f} MB more")


if __name__ == "__main__":
    main()
