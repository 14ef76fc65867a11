"""What the tests of the decode pool share: pools that are closed, and their worker processes."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.ingest.decode_pool import DecodeLimits, DecodePool
from core.ingest.formats import kind_of
from core.ingest.source import Source
from tests.make_photos import natural_image, write_jpeg

PoolMaker = Callable[..., DecodePool]


def source(path: Path) -> Source:
    kind = kind_of(path)
    assert kind is not None
    return Source(path, kind)


def worker_processes() -> list[psutil.Process]:
    """The decode workers of this program that are alive."""
    return [child for child in psutil.Process().children() if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False


class Frozen:
    """While inside, the pool's workers stand still as if a file had hung them."""

    def __enter__(self) -> "Frozen":
        self.workers = worker_processes()
        assert self.workers
        for worker in self.workers:
            worker.send_signal(signal.SIGSTOP)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):  # a test may have killed it
                worker.send_signal(signal.SIGCONT)


@pytest.fixture
def make_pool() -> Iterator[PoolMaker]:
    pools: list[DecodePool] = []

    def make(workers: int = 1, **limits: float) -> DecodePool:
        pools.append(DecodePool(workers, DecodeLimits(**limits)))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
    assert worker_processes() == []


@pytest.fixture
def photo(tmp_path: Path) -> Source:
    return source(write_jpeg(tmp_path / "photo.jpg", size=(300, 200)))


@pytest.fixture(scope="session")
def big_picture(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """24 megapixels that a decoder must hold whole before the first row is ready."""
    path = tmp_path_factory.mktemp("big") / "big.jpg"
    natural_image(1500, 1000).resize((6000, 4000)).save(path, quality=80, progressive=True)
    return source(path)
