"""A Dockerfile done step by step in folders instead of images: as much of the format as ours uses, and nothing guessed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What a build reaches the package index by, where this machine has to be told how.
_PASSED_ON = re.compile(r"PIP_(INDEX_URL|CERT|DEFAULT_TIMEOUT)|SSL_CERT_FILE|\w+_(proxy|PROXY)")
_RUN = """
set -e
root=$1 folder=$2; shift 2
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
exec chroot "$root" /usr/bin/env --chdir="$folder" "$@"
"""
_TOLD = frozenset(["VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"])


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction, its lines joined."""

    name: str
    words: str


@dataclass
class Image:
    """What the instructions of one stage have made: a root, and what is said of how to run it."""

    root: Path
    folder: str = "/"
    user: str = "0:0"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _DEFAULT_PATH})
    said: dict[str, str] = field(default_factory=dict)

    def inside(self, path: str) -> Path:
        """Return where a path of the image lies outside of it."""
        return self.root / os.path.join(self.folder, path).lstrip("/")


def steps(text: str) -> list[Step]:
    """Return the instructions in order; comments fall away, a line that ends with a backslash goes on."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Step(*line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def build(context: Path, base: Path, work: Path) -> Image:
    """Do every step of deploy/Dockerfile, each FROM in a copy of `base`; return the last stage.

    Raises:
        ValueError: an instruction that is not known here.
    """
    stages: dict[str, Image] = {}
    image = Image(base)
    for step in steps((context / "deploy/Dockerfile").read_text(encoding="utf-8")):
        match step.name:
            case "FROM":
                name = step.words.partition(" AS ")[2] or "last"
                image = stages[name] = _from(base, work / name)
            case "WORKDIR":
                image.folder = step.words
                image.inside(".").mkdir(parents=True, exist_ok=True)
            case "ENV":
                pairs = [word.partition("=") for word in shlex.split(step.words)]
                image.environment |= {k: Template(v).substitute(image.environment) for k, _, v in pairs}
            case "USER":
                image.user = step.words
            case "RUN":
                _run(image, step.words)
            case "COPY":
                _copy(image, context, stages, step.words.split())
            case name if name in _TOLD:
                image.said[name] = step.words
            case name:
                raise ValueError(f"{name}: not known here")
    return image


def _from(base: Path, root: Path) -> Image:
    subprocess.run(["cp", "-a", str(base), str(root)], check=True)
    # Debian's has no such name, the base image has it there.
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    for path in ("/etc/resolv.conf", "/etc/hosts", os.environ.get("SSL_CERT_FILE", "")):
        if path and Path(path).exists():
            shutil.copy(path, root / path.lstrip("/"))
    return Image(root)


def _run(image: Image, words: str) -> None:
    own = image.environment | {
        name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)
    }
    command = ["-i", *(f"{name}={value}" for name, value in own.items()), "/bin/sh", "-c", words]
    entered = ["unshare", "--mount", "sh", "-c", _RUN, "run", str(image.root), image.folder, *command]
    subprocess.run(entered, check=True, stdout=subprocess.DEVNULL)


def _copy(image: Image, context: Path, stages: dict[str, Image], words: list[str]) -> None:
    if words[0].startswith("--from="):
        source, target = stages[words[0].removeprefix("--from=")].inside(words[1]), image.inside(words[2])
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)
        return
    *names, target_name = words
    target = image.inside(target_name)
    let_in = _let_in(context)
    for name in names:
        if name not in let_in:
            raise ValueError(f"COPY {name}: deploy/Dockerfile.dockerignore does not let it in")
        if (context / name).is_dir():
            shutil.copytree(context / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(context / name, target)


def _let_in(context: Path) -> set[str]:
    lines = (context / "deploy/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    return {line[1:] for line in lines if line.startswith("!")}
