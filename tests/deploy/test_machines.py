"""Two hosts with a network of their own each: what a pulled cable does to takers, which a killed process can't show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.machines import may_part_machines
from tests.deploy.site import program
from tests.serving import ROOT


def test_takers_notice_nothing_of_a_cable_that_is_pulled_and_plugged_in(tmp_path: Path) -> None:
    program("nginx")
    if not may_part_machines():
        pytest.skip("needs root and a kernel that makes network namespaces")
    drill = ["unshare", "--net", sys.executable, "-m", "tests.deploy.drill", str(tmp_path)]
    run = subprocess.run(drill, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
