"""What every test gets: no screen, a home of its own, and the training photographs if any."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A loaded machine must not fail a property; how fast things are is for tests/bench to say.
settings.register_profile("shortlist", deadline=None)
settings.load_profile("shortlist")


@pytest.fixture(scope="session", autouse=True)
def users_own_folders_stay_untouched() -> Iterator[None]:
    """A test that forgets SHORTLIST_HOME would write into the photographer's catalogue."""
    dirs = platformdirs.PlatformDirs("Shortlist", appauthor=False)
    folders = {
        dirs.user_data_path,
        dirs.user_cache_path,
        dirs.user_config_path,
        dirs.user_log_path,
    }
    absent = [folder for folder in folders if not folder.exists()]
    yield
    made = [str(folder) for folder in absent if folder.exists()]
    assert not made, f"a test wrote outside its own folders: {made}"


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def shortlist_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's catalogue, cache, settings and logs would go; made when written to."""
    home = next(_homes)
    monkeypatch.setenv("SHORTLIST_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def training_data() -> Path:
    """The folder of the training photographs and ratings; the test is skipped without it."""
    chosen = os.environ.get("SHORTLIST_TRAINING_DATA", "")
    folder = Path(chosen) if chosen else ROOT.parent / "shared" / "data"
    if not (folder / "index.csv").is_file():
        pytest.skip("The training photographs are not here; SHORTLIST_TRAINING_DATA names them.")
    return folder
