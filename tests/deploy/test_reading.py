"""What deploy/ describes, read by the tools it is written for, without starting anything."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from bot.demo.homeserver import synapse_python
from bot.meters import Meters
from storage.levels import Levels
from tests.deploy.dockerfile import read
from tests.deploy.tools import tool

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_compose_takes_the_file() -> None:
    done = subprocess.run(
        [tool("docker-compose"), "-f", DEPLOY / "compose.yaml", "config", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_service_has_as_little_as_it_can() -> None:
    stages = read(DEPLOY / "Dockerfile")
    for name, service in COMPOSE["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        user = service.get("user") or stages[service["build"]["target"]].last("USER")[0]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), name
        assert name == "web" or ("ports" not in service and service["networks"] == ["inside"]), name
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_images_are_pinned_to_a_version_and_what_goes_into_them_to_hashes() -> None:
    stages = read(DEPLOY / "Dockerfile")
    images = [stage.base for stage in stages.values() if stage.base not in stages]
    images += [service["image"] for service in COMPOSE["services"].values() if "image" in service]
    assert all(re.search(r":\d+(\.\d+)?-", image) for image in images), images
    steps = [step.shell for stage in stages.values() for step in stage.steps if step.keyword == "RUN"]
    for step in steps:
        for command in re.findall(r"pip install [^&]*", step):
            assert "--require-hashes" in command or "--no-deps" in command, command
        assert "npm install" not in step


def test_every_secret_is_made_and_every_mounted_file_is_there() -> None:
    prepared = (DEPLOY / "prepare.sh").read_text("utf-8")
    used = {secret for service in COMPOSE["services"].values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./site/"):
                assert source.removeprefix("./site/") in prepared
            elif source.startswith("."):
                assert (DEPLOY / source).exists(), source


def test_synapse_takes_the_settings_for_a_native_service(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("registration_secret", "macaroon_secret", "form_secret"):
        (secrets / name).write_text("x" * 32)
    (secrets / "signing.key").write_text("ed25519 a_1 " + "A" * 43 + "\n")
    (tmp_path / "server.yaml").write_text('server_name: example.org\npublic_baseurl: "https://example.org/"\n')
    for name in ("homeserver.yaml", "native.yaml", "log.yaml"):
        text = (DEPLOY / "synapse" / name).read_text("utf-8")
        (tmp_path / name).write_text(re.sub(r"/(etc|var/lib|run)/synapse", str(tmp_path), text))
    given = [word for name in ("homeserver", "native", "server") for word in ("-c", str(tmp_path / f"{name}.yaml"))]
    ask = [synapse_python(), "-m", "synapse.config", "read"]
    for key, value in (
        ("room.encryption_enabled_by_default_for_room_presets", "private_chat"),
        ("federation.federation_domain_whitelist", "{}"),
        ("registration.enable_registration", "False"),
    ):
        done = subprocess.run([*ask, key, *given], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert value in done.stdout, (key, done.stdout)


def test_prometheus_takes_what_it_is_given() -> None:
    for words in (
        ("check", "config", DEPLOY / "prometheus" / "prometheus.yaml"),
        ("test", "rules", Path(__file__).with_name("alerts_test.yaml")),
    ):
        done = subprocess.run([tool("promtool"), *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_speak_of_numbers_that_the_bot_gives() -> None:
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    given = Meters().exposition(Levels(0, 0, 0, 0.0, 0, 0, 0, 0, 0.0)).decode()
    asked = {
        name for group in alerts["groups"] for rule in group["rules"] for name in re.findall(r"zhibu_\w+", rule["expr"])
    }
    assert len(asked) > 5
    assert [name for name in asked if f"# TYPE {name.removesuffix('_bucket')} " not in given] == []
