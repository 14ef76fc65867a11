"""`shortlist personalize`, as a photographer or a script uses it, on a real catalogue."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core.cli import app
from core.paths import app_paths
from core.photo import Mark
from core.services import engine as engine_module
from core.services.engine import Engine, open_engine
from tests.core.services.rated_catalogue import fill, mark, scores
from tests.make_model import write_brightness_model

Command = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    model = write_brightness_model(tmp_path / "model")
    monkeypatch.setattr(engine_module, "shipped_model", lambda: model)
    return tmp_path / "home"


@pytest.fixture
def personalize(home: Path) -> Command:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(
            app, ["--home", str(home), "personalize", *map(str, arguments)], prog_name="shortlist"
        )

    return run


def opened(home: Path) -> Engine:
    return open_engine(app_paths(home), workers=1)


@pytest.fixture
def rated(home: Path) -> dict[int, float]:
    """A catalogue of eight rated shoots, closed; the scores of everybody's model by id."""
    engine = opened(home)
    shoots = fill(engine)
    mark(engine, shoots.likes(range(0, 200, 2)))
    before = values(engine, shoots.ids)
    engine.close()
    return before


def values(engine: Engine, ids: list[int]) -> dict[int, float]:
    return {id_: score.value for id_, score in scores(engine, ids).items()}


def now(home: Path, ids: list[int]) -> dict[int, float]:
    engine = opened(home)
    try:
        return values(engine, ids)
    finally:
        engine.close()


def test_it_learns_shows_the_verdict_and_changes_nothing(
    home: Path, personalize: Command, rated: dict[int, float]
):
    done = personalize()
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "Learned from 100 ratings in 8 shoots (100 bursts)."
    assert lines[1].endswith(".")
    assert any(line.startswith("  agreement ") and " to " in line for line in lines)
    for percent in (10, 20, 30):
        assert f"keepers lost, lowest {percent} % cut" in done.stdout
    for title in ("Would rise most:", "Would fall most:"):
        first = lines[lines.index(title) + 1]
        assert "->" in first
        assert first.endswith(".jpg")
    assert "--accept NAME" in done.stderr
    assert now(home, list(rated)) == rated


def test_json_is_one_object_for_other_programs(personalize: Command, rated: dict[int, float]):
    done = personalize("--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["arm"] == "quick"
    assert found["verdict"]["ratings"] == 100
    assert set(found["verdict"]["gain"]) == {"value", "low", "high"}
    assert found["up"][0]["after"] > found["up"][0]["before"]
    assert found["down"][0]["after"] < found["down"][0]["before"]
    assert found["up"][0]["path"].startswith("/season/")


def test_a_profile_is_accepted_restored_sent_and_forgotten(
    home: Path, personalize: Command, rated: dict[int, float], tmp_path: Path
):
    done = personalize("--accept", "Mono")
    assert done.exit_code == 0, done.output
    assert "In force: Mono. 200 photographs have a new score." in done.stderr
    personal = now(home, list(rated))
    assert personal != rated

    listed = personalize("list").stdout.splitlines()
    assert listed[0] == "  For everybody"
    assert listed[1].startswith("* Mono")
    assert "100 ratings" in listed[1]
    [_, record] = json.loads(personalize("list", "--json").stdout)
    assert (record["name"], record["arm"], record["in_force"]) == ("Mono", "quick", True)

    assert personalize("use", "--everybody").exit_code == 0
    assert now(home, list(rated)) == rated
    assert personalize("use", "Mono").exit_code == 0
    assert now(home, list(rated)) == personal

    file = tmp_path / "mono.shortlist-taste"
    assert personalize("export", "Mono", "--to", file).stdout == f"{file}\n"
    assert personalize("rename", "Mono", "--to", "Grey").exit_code == 0
    imported = personalize("import", file)
    assert (imported.exit_code, imported.stdout) == (0, "Mono\n")
    assert personalize("forget", "Grey").exit_code == 0
    assert now(home, list(rated)) == rated
    everybody, mono = personalize("list").stdout.splitlines()
    assert everybody == "* For everybody"
    assert mono.startswith("  Mono")


def test_what_cannot_be_done_is_told_in_a_sentence(
    home: Path, personalize: Command, tmp_path: Path
):
    engine = opened(home)
    shoots = fill(engine, 2)
    mark(engine, dict.fromkeys(shoots.ids, Mark(3)))
    engine.close()
    (tmp_path / "letter").write_text("Dear Anna")
    cases = [
        ((), "equal"),
        (("use", "Nobody"), "no profile called Nobody"),
        (("export", "Nobody", "--to", tmp_path / "x"), "no profile called Nobody"),
        (("import", tmp_path / "letter"), "letter is not a profile of Shortlist."),
        (("import", tmp_path / "missing"), "missing cannot be read"),
        (("use",), "--everybody"),
        (("use", "One", "--everybody"), "--everybody"),
        (("--deep", "list"), "after the word list"),
    ]
    for arguments, words in cases:
        done = personalize(*arguments)
        assert done.exit_code == 2, arguments
        assert words in done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_help_teaches_by_examples(personalize: Command):
    done = personalize("--help")
    assert done.exit_code == 0
    assert "  shortlist personalize --accept Weddings" in done.stdout
    for name in ("list", "use", "export", "import", "rename", "forget"):
        assert name in done.stdout
        assert personalize(name, "--help").exit_code == 0
