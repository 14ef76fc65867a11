"""Puts the engine together, the same way for the window and for the command line."""

import logging
from dataclasses import dataclass
from pathlib import Path

from core.errors import CoreError
from core.ingest.decode_pool import DecodePool
from core.ingest.preview_cache import PreviewCache
from core.library.library import Library
from core.paths import AppPaths
from core.services.browse import Browse
from core.services.changes import ChangeFeed
from core.services.cull import Cull
from core.services.export import Export
from core.services.group import Groups
from core.services.history import History
from core.services.import_folder import Importer
from core.services.personalize import Personalize
from core.services.previews import Previews
from core.services.rate import Rating
from core.services.score import Scoring
from core.services.statistics import ShootStatistics
from core.settings import Settings, load_settings
from core.vision.model_store import shipped_model

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """Every service, over one open catalogue."""

    paths: AppPaths
    settings: Settings
    settings_problems: tuple[str, ...]  # sentences about settings that were not usable
    profile_problem: str  # a sentence if the profile in force had to be put out of force
    changes: ChangeFeed
    browse: Browse
    rating: Rating
    history: History
    statistics: ShootStatistics
    groups: Groups
    cull: Cull
    importer: Importer
    previews: Previews
    scoring: Scoring
    personalize: Personalize
    export: Export
    library: Library
    pool: DecodePool
    cache: PreviewCache

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences about what could not be used at the start."""
        return (*self.settings_problems, *filter(None, [self.profile_problem]))

    def close(self) -> None:
        """Stop the workers, back up once a day, trim the cache and close the catalogue.

        Harmless when called again.
        """
        self.pool.close()
        self.previews.close()
        if not self.library.is_open:
            return
        self.cache.trim()
        try:
            self.library.back_up_if_due()
        except CoreError:
            logger.exception("The catalogue could not be backed up")
        finally:
            self.library.close()


def open_engine(
    paths: AppPaths, *, catalog: Path | None = None, workers: int | None = None
) -> Engine:
    """Open the catalogue and make every service ready. Starts no work.

    Args:
        paths: the program's own folders.
        catalog: a catalogue file instead of the user's own; its backups lie beside it.
        workers: decode processes, instead of the number in the settings.

    Raises:
        CoreError: the catalogue is in use, damaged or not writable, or the model is missing.
    """
    settings, problems = load_settings(paths.settings_file)
    model = shipped_model()
    library = Library(catalog.absolute()) if catalog else Library(paths.catalog, paths.backups)
    changes = ChangeFeed()
    pool = DecodePool(workers or settings.decode_workers or None)
    cache = PreviewCache(paths.previews, settings.preview_cache_mb * 1_000_000)
    previews = Previews(pool, cache, library, changes.publish)
    try:
        scoring = Scoring(library, previews, changes.publish, model)
        personalize = Personalize(library, previews, scoring, changes.publish, model)
        problem = personalize.check()
        groups = Groups(library, previews, scoring.manifest, changes)
    except Exception:
        library.close()
        raise
    return Engine(
        paths=paths,
        settings=settings,
        settings_problems=tuple(problems),
        profile_problem=problem,
        changes=changes,
        browse=Browse(library),
        rating=Rating(library, changes.publish),
        history=History(library, changes.publish),
        statistics=ShootStatistics(library),
        groups=groups,
        cull=Cull(library, groups.groups, changes.publish),
        importer=Importer(library, pool, changes.publish),
        previews=previews,
        scoring=scoring,
        personalize=personalize,
        export=Export(library),
        library=library,
        pool=pool,
        cache=cache,
    )
