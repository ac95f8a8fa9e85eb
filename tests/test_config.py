"""Settings and the token: every mistake has its sentence, and the secret never shows."""

import os
from pathlib import Path

import pytest

from bot.config import _VARIABLES, CheckIns, Settings, StorageSettings, load_settings, read_token
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
        ("lgo_level: INFO\n", ["config.yaml:1:1: unknown key `lgo_level` (did you mean `log_level`?)"]),
        ("log_level: LOUD\n", ["config.yaml:1:12: `log_level` is `LOUD` (one of 'INFO', 'WARNING' or 'ERROR')"]),
        ("token: abc\n", ["config.yaml: a token may not stand here; set DISCORD_TOKEN or name a token_file"]),
        ("- a\n", ["config.yaml:1:1: the file is not a mapping (write `key: value` lines under it)"]),
        (
            "side_port: {port: 99999}\noperator: {boss: 1}\n",
            [
                "config.yaml:1:19: `port` is not right: input should be less than or equal to 65535",
                "config.yaml:2:12: unknown key `boss` (remove it)",
            ],
        ),
        ("check_ins: {on: true}\n", ['config.yaml:1:13: the key `on` is not read as text (put it in quotes: "on")']),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("side_port: {port: 12:30}", "1:19: `12:30` is not a whole number in plain digits (write it like 8080)"),
        ("operator: {user: 0777}", "1:18: `0777` is not a whole number in plain digits (write it like 8080)"),
        ("side_port: {port: yes}", "1:19: `port` is not right: it has to be a whole number"),
        ("side_port: {host: ''}", "1:19: `host` is empty or too short (at least 1)"),
        ("operator: {user: -5}", "1:18: `user` is not right: input should be greater than or equal to 1"),
        (
            "log_level: INFO\nlog_level: ERROR",
            "2:1: `log_level` stands twice; first at line 1, column 1 (keep one of them)",
        ),
        (
            "storage: {backups: ~/backups}",
            "1:20: `backups` is not right: only a shell knows what ~ is: write the whole path",
        ),
        (
            "token_file: ''",
            "1:13: `token_file` is not right: it is empty: write a path, or leave the setting out",
        ),
        ('content: "a\\0b"', "1:10: `content` is not right: no system has such a path"),
        ("storage: {key_files: [[]]}", "1:23: item 1 of `key_files` is not a path (write one path here)"),
        ("a: [1", "1:4: a list or mapping in [ does not end where it should (close the bracket"),
    ],
)
def test_settings_are_read_as_strictly_as_a_pack(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)

    (problem,) = problems(path)
    assert problem.startswith(f"config.yaml:{expected}")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "COMPERSION_CHECKINS__ENABLED",
            "true",
            "there is no such setting (did you mean COMPERSION_CHECK_INS__ENABLED?)",
        ),
        ("COMPERSION_OPERATR__CONTACT", "me", "there is no such setting (did you mean COMPERSION_OPERATOR__CONTACT?)"),
        ("COMPERSION_STORAGE_DATABASE", "x", "there is no such setting (did you mean COMPERSION_STORAGE__DATABASE?)"),
        ("compersion_log_level", "INFO", "there is no such setting (did you mean COMPERSION_LOG_LEVEL?)"),
        ("COMPERISON_LOG_LEVEL", "INFO", "there is no such setting (did you mean COMPERSION_LOG_LEVEL?)"),
        ("COMPERSION_LOG_LEVEL", "info", "`log_level` is `info` (one of 'INFO', 'WARNING' or 'ERROR')"),
        ("COMPERSION_SIDE_PORT__PORT", "http", "`port` is not a whole number (write it in digits)"),
        ("COMPERSION_SIDE_PORT__PORT", "80_80", "`port` is not right: it has to be a whole number"),
        ("COMPERSION_SIDE_PORT__PORT", "8080.0", "`port` is not right: it has to be a whole number"),
        ("COMPERSION_STORAGE__BACKUPS", "'/b'", "`backups` is not right: it stands in quotes, which would be part of"),
        ("COMPERSION_STORAGE__KEY_FILES", '"/key"', "item 1 of `key_files` is not right: it stands in quotes"),
        ("COMPERSION_OPERATOR__USER", "9" * 5000, "`user` is not right: unable to parse input string as an integer"),
        ("COMPERSION_OPERATOR__CONTACT", "a\udcffb", "it holds characters that cannot be shown; write plain text"),
        ("COMPERSION_STORAGE__BACKUPS", "~/b", "`backups` is not right: only a shell knows what ~ is"),
    ],
)
def test_a_variable_that_sets_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigInvalid) as caught:
        load_settings(None)
    assert caught.value.problems[0].startswith(f"{name}: {expected}")


@pytest.mark.parametrize("name", ["LOG_LEVEL", "APP_LOG_LEVEL", "COMPRESSION_LEVEL", "CONTENT", "TOKEN_FILE"])
def test_a_variable_of_another_program_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "9")

    assert load_settings(None) == Settings()


@pytest.mark.parametrize("written", ["1234567890123456789", "'1234567890123456789'"])
def test_ids_are_as_long_as_those_discord_gives_today(tmp_path: Path, written: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"operator: {{user: {written}, server: {written}}}\n")

    operator = load_settings(path).operator

    assert (operator.user, operator.server) == (1234567890123456789, 1234567890123456789)


def test_a_variable_that_is_null_takes_away_what_the_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("storage: {key_files: [a, b], backups: c}\n")
    monkeypatch.setenv("COMPERSION_STORAGE__KEY_FILES", "null")
    monkeypatch.setenv("COMPERSION_STORAGE__BACKUPS", "null")

    storage = load_settings(path).storage

    assert (storage.key_files, storage.backups) == ((), None)


def test_an_empty_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("# nothing but words\n\n")
    for name in variables():
        monkeypatch.setenv(name, "")

    assert load_settings(path) == Settings()
    assert len(variables()) == len(set(variables())) >= 16


def variables() -> list[str]:
    return list(_VARIABLES)


def test_a_missing_configuration_says_how_to_begin(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.yaml")[0].endswith("there is no such file; copy config.example.yaml to begin")


def test_yaml_that_does_not_parse_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a: [1\n")

    (problem,) = problems(path)
    assert problem.startswith("config.yaml:1:4: a list or mapping in [ does not end where it should")


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


@pytest.mark.parametrize(
    ("token", "odd"),
    [
        (f"\ufeff{TOKEN}", "character 1 of the token is U+FEFF (zero width no-break space)"),
        (f'"{TOKEN}"', "character 1 of the token is U+0022 (quotation mark)"),
        (f"{TOKEN}\u200b", "character 25 of the token is U+200B (zero width space)"),
        (f"Bot {TOKEN}", "character 4 of the token is U+0020 (space)"),
        (TOKEN.replace(".", "\u2024"), "character 4 of the token is U+2024 (one dot leader)"),
    ],
)
@pytest.mark.parametrize("in_file", [False, True])
def test_the_odd_character_of_a_token_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str, odd: str, *, in_file: bool
) -> None:
    (tmp_path / "token").write_text(token, encoding="utf-8")
    if not in_file:
        monkeypatch.setenv("DISCORD_TOKEN", token)

    with pytest.raises(ConfigInvalid) as caught:
        read_token(Settings(token_file=tmp_path / "token"))
    assert odd in caught.value.problems[0]
    assert TOKEN[4:] not in caught.value.problems[0]


def test_a_token_file_that_is_none_says_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\0")
    for name, said in (("", "it is no file"), ("pipe", "it is no file"), ("binary", "it is not UTF-8 text")):
        with pytest.raises(ConfigInvalid, match=said):
            read_token(Settings(token_file=tmp_path / name))


def test_a_token_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        read_token(Settings(token_file=tmp_path / "none"))
