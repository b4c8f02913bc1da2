"""What `deploy/` holds is taken by the programs that it is written for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Mount, Route

from bot.config import Settings
from bot.web.public.routes import public_routes
from tests.deploy.site import DEPLOY, program


def taken(*command: str | Path, folder: Path | None = None) -> str:
    """Run a validator, which must be content, and return what it says."""
    name, *arguments = command
    run = subprocess.run([program(str(name)), *arguments], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["qinglang", "qinglang-backup"])
def test_unit_is_taken_by_systemd_and_little_exposed(name: str, tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(
            text.replace("ExecStart=/opt/qinglang/.venv/bin/qinglang serve", "ExecStart=/bin/true")
        )
    units = sorted(tmp_path.glob(f"{name}.*"))
    assert taken("systemd-analyze", "verify", "--man=no", *units) == ""
    unit = tmp_path / f"{name}.service"
    taken("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)


def test_manifests_are_kubernetes() -> None:
    taken("kubernetes-validate", "--strict", DEPLOY / "kubernetes/qinglang.yaml")


def test_every_public_page_comes_through_the_ingress_and_nothing_of_ours_does() -> None:
    ingress = next(each for each in documents("kubernetes/qinglang.yaml") if each["kind"] == "Ingress")
    let_in = [path["path"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
    public = [
        route.path
        for route in public_routes(Settings(), lambda: None)
        if isinstance(route, Mount | Route)  # type: ignore[arg-type, return-value]
    ]
    assert len(public) >= 4
    for path in [*public, "/wechat", "/wechat/school", "/a/school/k/x"]:
        assert any(path == prefix or path.startswith(f"{prefix}/") for prefix in let_in), path
    for path in ("/", "/metrics", "/readyz", "/healthz", "/admin", "/admin/login"):
        assert not any(path == prefix or path.startswith(f"{prefix}/") for prefix in let_in), path


def test_compose_file_is_as_its_schema_wants_it() -> None:
    taken("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose/compose.yaml")


def test_dockerfile_is_as_hadolint_wants_it() -> None:
    taken("hadolint", DEPLOY / "Dockerfile")


def test_alerts_fire_on_what_they_are_for_and_on_nothing_else(tmp_path: Path) -> None:
    for path in (DEPLOY / "prometheus/alerts.yml", Path(__file__).parent / "alerts-test.yml"):
        shutil.copy(path, tmp_path)
    taken("promtool", "test", "rules", "alerts-test.yml", folder=tmp_path)


def test_every_panel_asks_what_prometheus_understands(tmp_path: Path) -> None:
    panels = json.loads((DEPLOY / "grafana/qinglang.json").read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(asked) >= 10
    # What Grafana puts in for its variables.
    filled = [re.sub(r"\$account", "main", each).replace("$__rate_interval", "1m") for each in asked]
    rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(filled)]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(asked)} rules found" in taken("promtool", "check", "rules", tmp_path / "panels.yml")
