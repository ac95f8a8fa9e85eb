"""Settings and the token: every mistake has its sentence, and the secret never shows."""

import os
from pathlib import Path

import pytest

from bot.config import CheckIns, Settings, StorageSettings, load_settings, read_token
from bot.errors import ConfigInvalid

TOKEN = "MTA.GaBcD.signature-part"


@pytest.fixture(autouse=True)
def no_token_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        load_settings(path)
    return [one.replace(str(path), "config.yaml") for one in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lgo_level: INFO\n", ["config.yaml: lgo_level: no such setting; see config.example.yaml"]),
        ("log_level: LOUD\n", ["config.yaml: log_level: Input should be 'INFO', 'WARNING' or 'ERROR'"]),
        ("token: abc\n", ["config.yaml: a token may not stand here; set DISCORD_TOKEN or name a token_file"]),
        ("- a\n", ["config.yaml: write `setting: value` lines"]),
        (
            "side_port: {port: 99999}\noperator: {boss: 1}\n",
            [
                "config.yaml: operator.boss: no such setting; see config.example.yaml",
                "config.yaml: side_port.port: Input should be less than or equal to 65535",
            ],
        ),
        ("check_ins: {on: true}\n", ["config.yaml: check_ins.True: no such setting; see config.example.yaml"]),
        (
            "check_ins: {enabled: true}\n",
            [
                (
                    "config.yaml: check_ins.enabled needs a key: make one with `python -m bot key new PATH`, "
                    "name it under storage.key_files"
                )
            ],
        ),
        (
            "storage: {database: 'postgresql://me:secret@host/name'}\n",
            [
                (
                    "config.yaml: storage.database: a password may not stand here; "
                    "use PGPASSFILE or COMPERSION_STORAGE__DATABASE"
                )
            ],
        ),
    ],
)
def test_a_bad_configuration_is_reported_whole(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)

    assert sorted(problems(path)) == expected


def test_a_missing_configuration_says_how_to_begin(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.yaml")[0].endswith("there is no such file; copy config.example.yaml to begin")


def test_yaml_that_does_not_parse_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a: [1\n")

    (problem,) = problems(path)
    assert "cannot be read" in problem
    assert "line 2" in problem


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("log_level: ERROR\noperator: {contact: from the file, user: 7}\n")
    monkeypatch.setenv("COMPERSION_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("COMPERSION_OPERATOR__CONTACT", "from outside")

    settings = load_settings(path)

    assert settings.log_level == "WARNING"
    assert settings.operator.contact == "from outside"
    assert settings.operator.user == 7


def test_lists_come_from_the_environment_as_paths_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPERSION_STORAGE__KEY_FILES", os.pathsep.join(["/keys/new", "/keys/old"]))
    monkeypatch.setenv("COMPERSION_CHECK_INS__ENABLED", "true")

    settings = load_settings(None)

    assert settings.storage.key_files == (Path("/keys/new"), Path("/keys/old"))
    assert settings.check_ins == CheckIns(enabled=True)
    monkeypatch.setenv("COMPERSION_STORAGE__KEY_FILES", "")
    monkeypatch.setenv("COMPERSION_CHECK_INS__ENABLED", "false")
    assert load_settings(None).storage.key_files == ()


def test_check_ins_are_off_until_someone_switches_them_on() -> None:
    assert Settings().check_ins == CheckIns(enabled=False, notes=True, reminders=True)
    assert "secret" not in repr(Settings(storage=StorageSettings(database="postgresql://me:secret@host/name")))


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("")

    assert load_settings(path) == Settings()


def test_the_token_comes_from_the_environment_then_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}-from-file\n")
    settings = Settings(token_file=file)

    assert read_token(settings).get_secret_value() == f"{TOKEN}-from-file"
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert read_token(settings).get_secret_value() == TOKEN
    assert TOKEN not in repr(read_token(settings))


@pytest.mark.parametrize("token", ["", "abc", "a.b", "a b.c.d", "Bot a.b.c"])
def test_what_cannot_be_a_token_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)

    with pytest.raises(ConfigInvalid) as caught:
        read_token(Settings())
    assert "token" in caught.value.problems[0]
    assert not token or token not in caught.value.problems[0]


def test_a_token_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        read_token(Settings(token_file=tmp_path / "none"))
