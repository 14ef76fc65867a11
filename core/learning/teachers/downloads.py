"""Downloads of weights: announced, only with consent, resumed where they broke off, checked."""

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

from core.errors import TrainingError

logger = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A download as the user is asked about it."""

    what: str
    source: str  # the repository of the model hub
    licence: str
    size_bytes: int  # about

    def __str__(self) -> str:
        size = f"about {self.size_bytes / 1e9:.1f} GB" if self.size_bytes else "size not stated"
        return f"{self.what} from {self.source}, {size}, licence: {self.licence}"


Consent = Callable[[Offer], bool]


def no_consent(offer: Offer) -> bool:  # noqa: ARG001
    """For callers that must not download anything."""
    return False


def fetch(offer: Offer, names: Sequence[str], cache: Path, consent: Consent) -> Path:
    """The first of the files `names` that the repository holds, from `cache` or the network.

    The hub's own client keeps what has arrived of a broken download and goes on from there; it
    names a stored file by its SHA-256, which is checked here each time before it is read.

    Args:
        offer: what the user is asked; not asked where the file is in the cache.
        names: file names in the order they are preferred.
        cache: a folder of the client's own.
        consent: asked once, before anything is sent over the network.

    Raises:
        TrainingError: no consent, no network, no room, no such file, or a damaged download.
    """
    for name in names:
        cached = try_to_load_from_cache(offer.source, name, cache_dir=cache)
        if isinstance(cached, str) and _is_undamaged(Path(cached)):
            return Path(cached)
    if not consent(offer):
        raise TrainingError(
            f"{offer.what} is not on this computer and was not downloaded.",
            hint="It is downloaded only after you agree; a file you have can be named instead.",
        )
    _check_room(offer, cache)
    path = _download(offer, names, cache)
    if not _is_undamaged(path):
        raise TrainingError(
            f"The download of {offer.what} is damaged: its SHA-256 is not the published one.",
            hint="The damaged file was removed; try again.",
        )
    return path


def _download(offer: Offer, names: Sequence[str], cache: Path) -> Path:
    for name in names:
        try:
            logger.info("Downloading %s", offer)
            return Path(hf_hub_download(offer.source, name, cache_dir=cache))
        except LocalEntryNotFoundError as error:  # the hub was not reached
            raise _unreachable(offer, error) from error
        except EntryNotFoundError:
            continue
        except Exception as error:  # the client's network library has error types of its own
            raise _unreachable(offer, error) from error
    raise TrainingError(f"{offer.source} holds none of {', '.join(names)}.")


def _unreachable(offer: Offer, error: Exception) -> TrainingError:
    return TrainingError(
        f"{offer.what} could not be downloaded: {_first_line(error)}",
        hint="Is there a network? What has arrived is kept, the next try goes on from it.",
    )


def _is_undamaged(path: Path) -> bool:
    """Whether the content is what its name in the client's store promises; removed if not."""
    stored = path.resolve()
    if not _SHA256.fullmatch(stored.name):  # a system without links has no such names
        return stored.is_file()
    with stored.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() == stored.name:
            return True
    logger.warning("%s is damaged and was removed", path.name)
    stored.unlink()
    path.unlink(missing_ok=True)
    return False


def _check_room(offer: Offer, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache).free
    if free < 1.05 * offer.size_bytes:
        raise TrainingError(
            f"{offer.what} needs {offer.size_bytes / 1e9:.1f} GB, "
            f"but only {free / 1e9:.1f} GB are free."
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
