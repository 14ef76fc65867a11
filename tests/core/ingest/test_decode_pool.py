"""The pool: serves the urgent first, and loses at most one file to whatever a file does."""

import contextlib
import io
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import wait as wait_for
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from core.errors import PhotoReadError
from core.ingest.decode import decode
from core.ingest.decode_pool import Priority
from core.ingest.source import Source
from core.photo import Metadata
from tests.core.ingest.conftest import Frozen, PoolMaker, is_worker, source, worker_processes
from tests.make_hostile import HOSTILE, make_pipe, not_utf8, write_endless_png
from tests.make_photos import natural_image, write_jpeg, write_picture, write_shoot
from tests.make_raw import write_dng

NOW, BACKGROUND = Priority.NOW, Priority.BACKGROUND
PATIENCE_S = 60


def eventually(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def reason(error: BaseException | None) -> str:
    assert isinstance(error, PhotoReadError)
    return error.reason


def is_picture(jpeg: bytes) -> bool:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return max(picture.size) > 0


def test_previews_pixels_and_metadata_come_back(make_pool: PoolMaker, tmp_path: Path) -> None:
    pool = make_pool(2)
    path = write_jpeg(tmp_path / "a.jpg", seed=1, size=(900, 600))
    jpeg = pool.preview(source(path), NOW).result()
    with Image.open(io.BytesIO(jpeg)) as preview:
        assert preview.size == (640, 427)
    pixels = pool.pixels(source(path), None, NOW).result()
    assert pixels.shape == (600, 900, 3)
    assert np.abs(pixels.astype(float) - np.asarray(natural_image(900, 600, 1))).mean() < 9
    [metadata] = pool.metadata([source(path)]).result()
    assert isinstance(metadata, Metadata)
    assert metadata.width_px == 900


def test_pixels_of_24_megapixels_arrive_whole(make_pool: PoolMaker, big_picture: Source) -> None:
    pixels = make_pool().pixels(big_picture, None, NOW).result()
    with Image.open(big_picture.path) as picture:
        assert np.array_equal(pixels, np.asarray(picture))


def test_every_format_passes_through_a_worker(make_pool: PoolMaker, tmp_path: Path) -> None:
    names = ["a.jpg", "a.png", "a.tif", "a.webp", "a.heic", "a.avif"]
    sources = [source(write_picture(tmp_path / name, size=(90, 60))) for name in names]
    sources.append(source(write_dng(tmp_path / "a.dng", size=(90, 60), preview_size=None)))
    sources.append(source(write_jpeg(not_utf8(tmp_path))))
    pool = make_pool()
    assert all(is_picture(pool.preview(each, NOW).result()) for each in sources)
    assert all(isinstance(each, Metadata) for each in pool.metadata(sources).result())


def test_metadata_keeps_the_order_of_the_question(make_pool: PoolMaker, tmp_path: Path) -> None:
    paths = write_shoot(tmp_path, 30, size=(60, 40))
    answers = make_pool(2).metadata([source(path) for path in reversed(paths)]).result()
    seconds = [
        answer.taken_at.second
        for answer in answers
        if isinstance(answer, Metadata) and answer.taken_at
    ]
    assert seconds == list(range(50, 20, -1))
    assert make_pool().metadata([]).result() == []


def test_hostile_files_are_named_and_cost_nothing_else(
    make_pool: PoolMaker, tmp_path: Path, photo: Source
) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    before = worker_processes()
    sources = {name: source(write(tmp_path / name)) for name, write in HOSTILE.items()}
    sources["pipe.jpg"] = source(make_pipe(tmp_path / "pipe.jpg"))
    sources["gone.jpg"] = source(tmp_path / "gone.jpg")
    reasons = {name: reason(pool.preview(each, NOW).exception()) for name, each in sources.items()}
    assert reasons == {
        "empty.jpg": "the file is empty",
        "truncated.jpg": "the file is cut short; 48 % of the picture can be seen",
        "text.jpg": "it is not a picture in a format that Shortlist reads",
        "lying.jpg": "the file is too small for the picture it claims to hold",
        "huge.png": "it claims 3600 megapixels, more than the 250 allowed",
        "garbage.jpg": "the file is damaged",
        "text.cr2": "it is not a RAW file that Shortlist reads",
        "text.heic": "it is not a picture in a format that Shortlist reads",
        "pipe.jpg": "it is not a file",
        "gone.jpg": "it is not there any more",
    }
    answers = pool.metadata([*sources.values(), photo]).result()
    assert isinstance(answers[-1], Metadata)
    assert worker_processes() == before


def test_the_urgent_overtakes_and_equals_keep_their_order(
    make_pool: PoolMaker, photo: Source
) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    order: list[str] = []
    with Frozen():
        futures = [pool.preview(photo, BACKGROUND)]  # the worker has this one already
        eventually(futures[0].running)
        for name, priority in [
            ("first", BACKGROUND),
            ("second", BACKGROUND),
            ("ahead", Priority.AHEAD),
            ("visible", Priority.VISIBLE),
            ("now", NOW),
        ]:
            future = pool.preview(photo, priority)
            future.add_done_callback(lambda _, name=name: order.append(name))
            futures.append(future)
    wait_for(futures, PATIENCE_S)
    assert order == ["now", "visible", "ahead", "first", "second"]


def test_what_is_queued_can_be_cancelled(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    with Frozen():
        running = pool.preview(photo, NOW)
        eventually(running.running)
        unwanted, wanted = pool.preview(photo, NOW), pool.preview(photo, NOW)
        assert not running.cancel()
        assert unwanted.cancel()
    assert is_picture(running.result())
    assert is_picture(wanted.result())
    assert unwanted.cancelled()


def test_a_killed_worker_is_replaced_and_its_file_read_again(
    make_pool: PoolMaker, photo: Source
) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    [worker] = worker_processes()
    with Frozen():
        future = pool.preview(photo, NOW)
        eventually(future.running)
        worker.kill()
    assert is_picture(future.result())
    assert worker not in worker_processes()


def test_a_worker_killed_while_idle_costs_nothing(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    [worker] = worker_processes()
    worker.kill()
    assert is_picture(pool.preview(photo, NOW).result())


def test_a_file_whose_workers_always_die_is_given_up(
    make_pool: PoolMaker, big_picture: Source, photo: Source
) -> None:
    pool = make_pool()
    future = pool.pixels(big_picture, None, NOW)
    while not future.done():
        for worker in worker_processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()
        time.sleep(0.002)
    # Some die before they were given the file.
    assert reason(future.exception()) in ("the decoder crashed", "the decoder could not be started")
    assert is_picture(pool.preview(photo, NOW).result())


def test_a_worker_that_hangs_is_replaced(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool(seconds=2)
    pool.preview(photo, NOW).result()
    with Frozen():
        assert is_picture(pool.preview(photo, NOW).result())  # by another worker


def test_a_file_that_takes_too_long_is_given_up(
    make_pool: PoolMaker, tmp_path: Path, photo: Source
) -> None:
    pool = make_pool(seconds=1)
    slow = source(write_endless_png(tmp_path / "slow.png"))
    assert reason(pool.preview(slow, NOW).exception()) == "it took longer than 1 s"
    assert is_picture(pool.preview(photo, NOW).result())


def test_in_a_batch_a_hanging_file_costs_only_itself(
    make_pool: PoolMaker, tmp_path: Path, photo: Source
) -> None:
    slow = source(write_endless_png(tmp_path / "slow.png"))
    answers = make_pool(seconds=1).metadata([photo, slow, photo]).result()
    assert [isinstance(answer, Metadata) for answer in answers] == [True, False, True]
    assert isinstance(answers[1], PhotoReadError)
    assert answers[1].path == slow.path


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses the memory itself")
def test_a_file_that_needs_too_much_memory_is_given_up(
    make_pool: PoolMaker, big_picture: Source, photo: Source
) -> None:
    pool = make_pool(memory_bytes=64 * 1024**2)
    error = pool.pixels(big_picture, None, NOW).exception()
    assert reason(error) == "it needs more than 64 MB of memory"
    assert is_picture(pool.preview(photo, NOW).result())


def test_a_worker_is_renewed_after_so_many_files(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool(recycle_after=3)
    pids: list[int] = []
    for _ in range(7):
        pool.preview(photo, NOW).result()
        eventually(lambda: len(worker_processes()) <= 1)
        pids += [worker.pid for worker in worker_processes()]
    assert len(set(pids)) >= 2


def test_ctrl_c_reaches_no_worker(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    [worker] = worker_processes()
    worker.send_signal(signal.SIGINT)
    assert is_picture(pool.preview(photo, NOW).result())
    assert worker_processes() == [worker]


def test_workers_start_when_there_is_work_and_no_more_than_asked(
    make_pool: PoolMaker, photo: Source
) -> None:
    pool = make_pool(2)
    assert worker_processes() == []
    pool.preview(photo, NOW).result()
    assert len(worker_processes()) == 1
    wait_for([pool.preview(photo, NOW) for _ in range(20)], PATIENCE_S)
    assert len(worker_processes()) <= 2


def test_warming_up_starts_them_all(make_pool: PoolMaker) -> None:
    make_pool(2).warm_up()
    eventually(lambda: len(worker_processes()) == 2)


def test_closing_ends_everything_and_blames_no_file(
    make_pool: PoolMaker, photo: Source, caplog: pytest.LogCaptureFixture
) -> None:
    pool = make_pool()
    pool.preview(photo, NOW).result()
    with Frozen():
        running = pool.preview(photo, NOW)
        eventually(running.running)
        queued = pool.preview(photo, NOW)
        pool.close()
        assert worker_processes() == []
    assert isinstance(running.exception(), CancelledError)
    assert queued.cancelled()
    pool.close()
    late = pool.preview(photo, NOW)
    assert late.cancelled()
    assert not wait_for([queued, late], PATIENCE_S).not_done
    assert caplog.messages == []


def test_closing_while_workers_start_leaves_none_and_blames_none(
    make_pool: PoolMaker, photo: Source, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        pool = make_pool(2)
        pool.warm_up()
        future = pool.preview(photo, NOW)
        pool.close()
        assert worker_processes() == []
        assert future.done()
        assert future.cancelled() or isinstance(future.exception(), CancelledError)
    assert caplog.messages == []


def test_a_callback_may_close_the_pool(make_pool: PoolMaker, photo: Source) -> None:
    pool = make_pool()
    future = pool.preview(photo, NOW)
    future.add_done_callback(lambda _: pool.close())
    assert is_picture(future.result())
    eventually(lambda: worker_processes() == [])


def run_program(tmp_path: Path, text: str) -> "subprocess.Popen[str]":
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(text))
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, str(program), str(tmp_path / "photo.jpg")],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )


PROGRAM = """
    print("started", flush=True)
    import os, signal, sys
    from pathlib import Path
    from core.ingest.decode_pool import DecodePool, Priority
    from core.ingest.source import Source
    from core.photo import FileKind

    if __name__ == "__main__":
        pool = DecodePool(2)
        source = Source(Path(sys.argv[1]), FileKind.JPEG)
        futures = [pool.preview(source, Priority.NOW) for _ in range(20)]
        print(*(len(future.result()) > 0 for future in futures), flush=True)
        print("PIL" in sys.modules, flush=True)
"""


def test_the_parent_loads_no_decoder_and_its_program_runs_once(
    tmp_path: Path, photo: Source
) -> None:
    """Not even a program that forgets to close the pool leaves a worker or hangs."""
    with run_program(tmp_path, PROGRAM) as program:
        assert program.stdout is not None
        assert program.stdout.read().splitlines() == ["started", " ".join(["True"] * 20), "False"]
    assert program.returncode == 0


PREVIEW_ONLY = """
    import sys
    from pathlib import Path
    from core.ingest.decode import preview_jpeg
    from core.ingest.source import Source
    from core.ingest.work import prepare
    from core.ingest.worker import Wanted, serve
    from core.photo import FileKind

    prepare(Wanted.PREVIEW)
    print(len(preview_jpeg(Source(Path(sys.argv[1]), FileKind.JPEG))) > 0)
    print({"numpy", "exifread", "rawpy", "pillow_heif"} & set(sys.modules))
"""


def test_a_worker_loads_only_what_its_orders_need(tmp_path: Path, photo: Source) -> None:
    """Loading everything took as long as decoding two photographs, in each worker."""
    with run_program(tmp_path, PREVIEW_ONLY) as program:
        assert program.stdout is not None
        assert program.stdout.read().splitlines() == ["True", "set()"]


def test_codecs_that_complain_do_not_reach_the_terminal(
    make_pool: PoolMaker, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tif"
    natural_image().save(path, compression="tiff_lzw")
    tiff = bytearray(path.read_bytes())
    tiff[400:600] = bytes(200)
    path.write_bytes(tiff)
    with contextlib.suppress(Exception):
        decode(source(path), None)
    assert capfd.readouterr().err  # in this process libtiff speaks its mind
    make_pool().pixels(source(path), None, NOW).exception()
    assert capfd.readouterr() == ("", "")


def test_workers_die_with_a_parent_that_is_killed(tmp_path: Path, photo: Source) -> None:
    """Also in the middle of a file; this one would keep a worker for a quarter of a minute."""
    write_endless_png(tmp_path / "slow.png", chunks=6_000_000)
    slow = repr(str(tmp_path / "slow.png"))
    busy = f"        pool.preview(Source(Path({slow}), FileKind.PNG), Priority.NOW)\n"
    with run_program(tmp_path, PROGRAM + busy + "        signal.pause()\n") as program:
        assert program.stdout is not None
        for _ in range(3):
            program.stdout.readline()
        workers = [child for child in psutil.Process(program.pid).children() if is_worker(child)]
        assert workers
        eventually(lambda: any(worker.cpu_percent(0.1) > 10 for worker in workers))
        program.kill()
    _, alive = psutil.wait_procs(workers, timeout=8)
    assert alive == []
