"""The command line as someone at a terminal meets it."""

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.forking import ROOT, Bot


def test_check_is_clean_and_strictly_so(bot: Bot) -> None:
    done = bot("check", "--strict")

    assert done.returncode == 0, done.stdout
    assert "content/en: 0 problems" in done.stderr


def test_check_fails_with_every_problem(bot: Bot, pack: Path) -> None:
    (pack / "glossary.yaml").unlink()

    done = bot("check", str(pack))
    as_json = json.loads(bot("check", str(pack), "--json").stdout)

    assert done.returncode == 1
    assert f"{pack}/glossary.yaml:1:1: this file is missing (every pack has one)" in done.stdout.splitlines()
    problem = next(one for one in as_json["problems"] if not one["warning"])
    assert problem == {
        "path": f"{pack}/glossary.yaml",
        "line": 1,
        "column": 1,
        "message": "this file is missing",
        "hint": "every pack has one",
        "warning": False,
    }


def test_check_strict_finds_words_that_rank_and_lengths(bot: Bot, pack: Path) -> None:
    card = pack / "explainers" / "compersion.yaml"
    text = card.read_text().replace(
        "summary: >-\n", "summary: >-\n  You should get over it and level up. Just do it.\n", 1
    )
    card.write_text(text)

    assert bot("check", str(pack)).returncode == 0
    done = bot("check", str(pack), "--strict")

    assert done.returncode == 1
    for word in ('tone: "should"', 'tone: "get over"', 'tone: "level up"', 'warning: tone: "Just"'):
        assert word in done.stdout


def test_check_counts_what_servers_have_of_their_own_and_finds_what_is_wrong_there(bot: Bot, pack: Path) -> None:
    page = pack.parent / "servers" / "123456789012345678" / "prompts" / "rest.yaml"
    page.parent.mkdir(parents=True)
    page.write_text("id: rest\nprompts: [{id: rest-ours, text: Where do we rest?, weight: gentle}]\n")

    well = bot("check", str(pack))
    page.write_text(page.read_text().replace("gentle", "heavy"))
    badly = bot("check", str(pack))
    as_json = json.loads(bot("check", str(pack), "--json").stdout)

    assert well.returncode == 0
    assert "servers: 0 problems, 0 warnings; servers with own pages: 1 (cards: 0, themes: 1)" in well.stderr
    assert badly.returncode == 1
    assert badly.stdout.splitlines()[-1].startswith(f"{page}:2:60: `weight` is `heavy` (one of 'gentle'")
    assert as_json["problems"][-1]["path"] == str(page)


def test_find_prints_a_ranking_and_says_when_nothing_is_close(bot: Bot) -> None:
    done = bot("find", "secure-base", "--json")
    nothing = bot("find", "best pizza in town")

    assert json.loads(done.stdout)["results"][0]["id"] == "secure-base"
    assert nothing.stdout == "Nothing close.\n"
    assert nothing.returncode == 0


def test_find_reads_questions_and_writes_one_json_line_each(bot: Bot) -> None:
    done = bot("find", "-", "--limit", "2", given="secure-base\nbest pizza in town\n")

    first, second = map(json.loads, done.stdout.splitlines())
    assert first["query"] == "secure-base"
    assert len(first["results"]) <= 2
    assert set(first["results"][0]) == {"id", "title", "score", "tier", "shown", "kind"}
    assert second == {"query": "best pizza in town", "results": []}


def test_run_without_a_token_says_what_to_do(bot: Bot) -> None:
    done = bot("run")

    assert done.returncode == 1
    assert done.stderr == "no token: set DISCORD_TOKEN, or name a token_file in the configuration\n"


def test_run_with_a_bad_configuration_says_everything(bot: Bot, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("colour: red\nlog_level: LOUD\n")

    done = bot("run", "--config", str(config))

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr


def test_run_with_a_bad_pack_says_everything(bot: Bot, pack: Path) -> None:
    (pack / "glossary.yaml").unlink()

    done = bot("run", DISCORD_TOKEN="a.b.c", COMPERSION_CONTENT=str(pack))  # no token of anyone's

    assert done.returncode == 1
    assert "glossary.yaml:1:1: this file is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_says_how_to_mend_what_is_missing(bot: Bot) -> None:
    done = bot("doctor", "--offline")

    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert [line.split()[1] for line in wrong] == ["operator.contact", "operator.privacy_policy", "no"]


def test_doctor_is_content_with_a_good_installation(bot: Bot, tmp_path: Path) -> None:
    token, config = tmp_path / "token", tmp_path / "config.yaml"
    token.write_text("a.b.c")
    token.chmod(0o600)
    config.write_text(f"token_file: {token}\noperator: {{contact: me, privacy_policy: https://example.org/privacy}}\n")

    assert bot("doctor", "--offline", "--config", str(config)).returncode == 0
    token.chmod(0o644)
    done = bot("doctor", "--offline", "--config", str(config))
    assert done.returncode == 1
    assert f"chmod 600 {token}" in done.stdout


def test_doctor_looks_at_keys_and_database(bot: Bot, tmp_path: Path) -> None:
    key, config = tmp_path / "key", tmp_path / "config.yaml"
    database = tmp_path / "state" / "bot.db"
    config.write_text(
        f"check_ins: {{enabled: true}}\nstorage: {{database: 'sqlite:///{database}', key_files: [{key}]}}\n"
    )

    def findings() -> str:
        return bot("doctor", "--offline", "--config", str(config)).stdout

    assert f"wrong  storage.key_files: There is no key file at {key}" in findings()
    assert bot("key", "new", str(key), "--config", str(config)).returncode == 0
    looked = findings()
    assert "note   check-ins are on: what members keep can be sensitive information" in looked
    assert "note   database: there is none yet" in looked
    assert not database.exists(), "looking makes nothing"
    assert bot("db", "upgrade", "--config", str(config)).returncode == 0
    key.chmod(0o640)
    looked = findings()
    assert f"wrong  storage.key_files: others on this machine can read {key}; run: chmod 600 {key}" in looked
    assert f"ok     database: sqlite:///{database}, at the newest schema" in looked


def test_doctor_looks_at_servers_own_pages(bot: Bot, tmp_path: Path, pack: Path) -> None:
    config, page = tmp_path / "config.yaml", tmp_path / "servers" / "123456789012345678" / "prompts" / "rest.yaml"
    config.write_text(f"content: {pack}\n")
    page.parent.mkdir(parents=True)
    page.write_text("id: rest\nprompts: [{id: rest-ours, text: Where do we rest?, weight: gentle}]\n")

    well = bot("doctor", "--offline", "--config", str(config)).stdout
    page.write_text("id: rest\nprompts: []\n")
    badly = bot("doctor", "--offline", "--config", str(config)).stdout

    assert "ok     content: servers with own pages: 1 (cards: 0, themes: 1)" in well
    assert f"wrong  content: {page}:2:10: `prompts` is empty or too short (at least 1)" in badly


def test_doctor_says_that_check_ins_are_off(bot: Bot) -> None:
    assert "note   check-ins are off" in bot("doctor", "--offline").stdout


def test_schema_writes_every_schema(bot: Bot, tmp_path: Path) -> None:
    done = bot("schema", "--out", str(tmp_path / "schema"))

    written = sorted(Path(line).name for line in done.stdout.splitlines())
    assert written == sorted(path.name for path in (ROOT / "content" / "schema").glob("*.json"))
    assert json.loads((tmp_path / "schema" / "explainer.json").read_text())["additionalProperties"] is False


def test_wrong_usage_ends_with_two(bot: Bot) -> None:
    assert bot("nonsense").returncode == 2
    assert bot("find").returncode == 2


def test_the_memory_of_the_process_is_nobody_elses() -> None:
    looks = "import ctypes, resource; print(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE))"
    code = f"from bot.run import refuse_dumps; refuse_dumps(); {looks}"  # 3 is PR_GET_DUMPABLE
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "0 (0, 0)\n"


def test_a_library_that_is_not_installed_is_named_with_its_mend() -> None:
    for module, said in (
        ("uvloop", "The library uvloop is not installed"),
        ("bot.demo.run", "not in this installation"),
    ):
        hides = (
            f"import sys; sys.modules[{module!r}] = None; sys.argv[1:] = ['run' if '.' not in {module!r} else 'demo']"
        )
        code = f"{hides}; from bot.__main__ import main; main()"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_the_configuration_of_the_working_folder_is_read_by_every_command(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("colour: red\n")

    for command in (("run",), ("doctor", "--offline"), ("db", "status"), ("key", "new", "key")):
        done = bot(*command, cwd=tmp_path)
        assert done.returncode == 1
        assert "config.yaml:1:1: unknown key `colour`" in done.stderr + done.stdout


def test_doctor_looks_at_the_port_and_at_folders(bot: Bot, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(
            f"side_port: {{port: {port}}}\n"
            f"storage: {{database: 'sqlite:///{tmp_path}/no/where/bot.db', key_files: [{tmp_path}/key], "
            f"backups: {tmp_path}/file/backups}}\n"
        )
        said = bot("doctor", "--offline", "--config", str(config)).stdout

    assert f"wrong  side_port: 127.0.0.1:{port} cannot be used" in said
    assert f"wrong  storage.database: {tmp_path}/no is not a folder that is there; make it" in said
    assert f"wrong  storage.backups: {tmp_path}/file is not a folder that is there; make it" in said
