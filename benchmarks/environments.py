"""The environments that peers run in, one each, since some need an older pandas than ours: made once, into build/peers.

``python -m benchmarks.environments [PEER ...]``: all of them, unless some are named. What is installed stands, to the
last version, in ``environments/PEER.txt``. A peer that cannot be installed (no network, no wheel for this machine) is
skipped with a line that says so; nothing stops for it. Packages of R are taken as they are found.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measured import ROOT

PINNED = Path(__file__).parent / "environments"
BUILT = ROOT / "build" / "peers"
READY = "installed.txt"  # what was installed, in a finished environment


def main(arguments: list[str] | None = None) -> None:
    """Make the environments that do not stand yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers", nargs="*", metavar="PEER", help=f"of {', '.join(names())}")
    given = parser.parse_args(arguments)
    for peer in given.peers or names():
        make(peer)


def names() -> list[str]:
    """Return the peers that have an environment of their own."""
    return sorted(file.stem for file in PINNED.glob("*.txt"))


def pinned(peer: str) -> str:
    """Return the version of ``peer`` that is installed; the environment of a peer has its name, or begins with it."""
    package = peer.split("+")[0]
    versions = dict(line.split(" ;")[0].split("==") for line in _demanded(peer).splitlines())
    return versions[package]


def python_of(peer: str, folder: Path = BUILT) -> str | None:
    """Return the Python of the environment of ``peer``; ``None`` where it does not stand as its file demands."""
    ready = folder / peer / READY
    is_standing = ready.exists() and ready.read_text(encoding="utf-8") == _demanded(peer)
    return str(folder / peer / "bin" / "python") if is_standing else None


def make(peer: str, folder: Path = BUILT) -> str | None:
    """Return the Python of ``peer`` as ``python_of`` does, after installing it where it does not stand."""
    standing = python_of(peer, folder)
    if standing:
        return standing
    own = folder / peer
    commands = [[sys.executable, "-m", "venv", "--clear", str(own)], _install(own, PINNED / f"{peer}.txt")]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
            _say(f"{peer}: skipped, it cannot be installed here: {reason.strip()}")
            shutil.rmtree(own, ignore_errors=True)
            return None
    (own / READY).write_text(_demanded(peer), encoding="utf-8")
    _say(f"{peer}: installed")
    return python_of(peer, folder)


def add_option(parser: argparse.ArgumentParser, *peers: str) -> None:
    """Add ``--PEER PYTHON`` to a benchmark's options; unless given, it is the environment that was made here."""
    for peer in peers:
        parser.add_argument(
            f"--{peer}", metavar="PYTHON", default=python_of(peer), help=f"of an environment with {peer}"
        )


def missing(peer: str) -> str:
    """Return the words for a peer whose environment does not stand."""
    return f"left out; python -m benchmarks.environments {peer} makes its environment"


def has_in_r(rscript: str | None, *packages: str) -> bool:
    """Return whether there is an ``Rscript`` that has all ``packages``."""
    if not rscript:
        return False
    asked = " && ".join(f'requireNamespace("{package}", quietly = TRUE)' for package in packages)
    script = f"q(status = if (suppressWarnings({asked})) 0 else 1)"
    return subprocess.run([rscript, "--vanilla", "-e", script], capture_output=True).returncode == 0  # noqa: S603


def _demanded(peer: str) -> str:
    return (PINNED / f"{peer}.txt").read_text(encoding="utf-8")


def _install(own: Path, requirements: Path) -> list[str]:
    """Return the command that installs: with uv where there is one, since it takes a tenth of the time."""
    python, uv = str(own / "bin" / "python"), shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent)
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0:  # noqa: S603
        return [uv, "pip", "install", "-q", "--python", python, "--compile-bytecode", "-r", str(requirements)]
    return [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(requirements)]


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
