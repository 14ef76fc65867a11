"""Downloads of weights: announced, only with consent, resumed where they broke off, checked."""

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfFileMetadata, get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError
from huggingface_hub.file_download import http_get

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

    A file is stored under its published SHA-256, which is checked each time before it is used.
    What has arrived of a broken download is kept under that name too and continued.

    Args:
        offer: what the user is asked; not asked where the file is in the cache.
        names: file names in the order they are preferred.
        cache: a folder for downloads.
        consent: asked once, before anything is sent over the network.

    Raises:
        TrainingError: no consent, no network, no room, no such file, or a damaged download.
    """
    folder = cache / offer.source.replace("/", "--")
    for name in names:
        for stored in folder.glob(f"*-{name}"):
            if _is_undamaged(stored):
                return stored
    if not consent(offer):
        raise TrainingError(
            f"{offer.what} is not on this computer and was not downloaded.",
            hint="It is downloaded only after you agree; a file you have can be named instead.",
        )
    _check_room(offer, cache)
    return _download(offer, names, folder)


def _download(offer: Offer, names: Sequence[str], folder: Path) -> Path:
    logger.info("Downloading %s", offer)
    for name in names:
        try:
            published = get_hf_file_metadata(hf_hub_url(offer.source, name))
        except LocalEntryNotFoundError as error:  # the hub was not reached
            raise _unreachable(offer, error) from error
        except EntryNotFoundError:
            continue
        except Exception as error:  # the client's network library has error types of its own
            raise _unreachable(offer, error) from error
        return _continued(offer, name, published, folder)
    raise TrainingError(f"{offer.source} holds none of {', '.join(names)}.")


def _continued(offer: Offer, name: str, published: HfFileMetadata, folder: Path) -> Path:
    if not _SHA256.fullmatch(published.etag or ""):
        raise TrainingError(f"{offer.source} states no SHA-256 of {name}, so it is not used.")
    target = folder / f"{published.etag}-{name}"
    part = target.with_name(f"{target.name}.part")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # The hub's client has stopped continuing downloads by itself, but still can.
        with part.open("ab") as out:
            if published.size is None or out.tell() < published.size:
                http_get(
                    published.location, out, resume_size=out.tell(), expected_size=published.size
                )
    except Exception as error:
        raise _unreachable(offer, error) from error
    part.replace(target)
    if not _is_undamaged(target):
        raise TrainingError(
            f"The download of {offer.what} is damaged: its SHA-256 is not the published one.",
            hint="The damaged file was removed; try again.",
        )
    return target


def _unreachable(offer: Offer, error: Exception) -> TrainingError:
    return TrainingError(
        f"{offer.what} could not be downloaded: {_first_line(error)}",
        hint="Is there a network? What has arrived is kept, the next try goes on from it.",
    )


def _is_undamaged(stored: Path) -> bool:
    """Whether the content has the SHA-256 that its name begins with; removed if not."""
    with stored.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() == stored.name.partition("-")[0]:
            return True
    logger.warning("%s is damaged and was removed", stored.name)
    stored.unlink()
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
