"""Downloads from a model hub on this computer: asked for, checked, resumed."""

import hashlib
from pathlib import Path

import pytest
from huggingface_hub import constants

from core.errors import TrainingError
from core.learning.teachers.downloads import Offer, fetch
from tests.core.learning.teachers.tiny_models import local_hub, use_hub

CONTENT = bytes(range(256)) * 512
OFFER = Offer("Tiny", "maker/tiny", "MIT", len(CONTENT))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def agree(_: Offer) -> bool:
    return True


def refuse(_: Offer) -> bool:
    return False


def test_a_file_is_fetched_once_and_asked_for_once(cache: Path, monkeypatch: pytest.MonkeyPatch):
    with local_hub({"b.bin": CONTENT}) as (address, requests):
        use_hub(monkeypatch, address)
        path = fetch(OFFER, ("a.safetensors", "b.bin"), cache, agree)
        assert path.read_bytes() == CONTENT
        sent = len(requests)
        assert fetch(OFFER, ("a.safetensors", "b.bin"), cache, refuse) == path
        assert len(requests) == sent


def test_a_broken_download_goes_on_where_it_stopped(cache: Path, monkeypatch: pytest.MonkeyPatch):
    name = hashlib.sha256(CONTENT).hexdigest()
    begun = cache / "maker--tiny" / f"{name}-b.bin.part"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(CONTENT[:100_000])
    with local_hub({"b.bin": CONTENT}) as (address, requests):
        use_hub(monkeypatch, address)
        assert fetch(OFFER, ("b.bin",), cache, agree).read_bytes() == CONTENT
    assert ("GET", "bytes=100000-") in requests


def test_a_damaged_download_is_refused_and_removed(cache: Path, monkeypatch: pytest.MonkeyPatch):
    wrong = {"b.bin": "1" * 64}
    with local_hub({"b.bin": CONTENT}, wrong) as (address, _):
        use_hub(monkeypatch, address)
        with pytest.raises(TrainingError, match="SHA-256 is not the published one"):
            fetch(OFFER, ("b.bin",), cache, agree)
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_file_that_rots_in_the_cache_is_fetched_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
):
    with local_hub({"b.bin": CONTENT}) as (address, _):
        use_hub(monkeypatch, address)
        stored = fetch(OFFER, ("b.bin",), cache, agree)
        stored.write_bytes(b"x" + CONTENT[1:])
        with pytest.raises(TrainingError, match="was not downloaded"):
            fetch(OFFER, ("b.bin",), cache, refuse)
        assert fetch(OFFER, ("b.bin",), cache, agree).read_bytes() == CONTENT


def test_without_a_network_the_reason_is_said(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TrainingError, match="Tiny could not be downloaded") as caught:
        fetch(OFFER, ("b.bin",), cache, agree)
    assert "network" in caught.value.hint


def test_a_full_disk_is_noticed_before_the_download(cache: Path):
    offer = Offer("Huge", "maker/huge", "MIT", 10**18)
    with pytest.raises(TrainingError, match="Huge needs 1000000000"):
        fetch(offer, ("b.bin",), cache, agree)
