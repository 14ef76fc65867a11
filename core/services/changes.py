"""Tells everybody who wants to know what an operation altered."""

import threading
from collections.abc import Callable

from core.photo import Changes

Subscriber = Callable[[Changes], None]


class ChangeFeed:
    """Hands each change to the subscribers, on the thread that made it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: tuple[Subscriber, ...] = ()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with every change from now on; the result ends that."""
        with self._lock:
            self._subscribers = (*self._subscribers, subscriber)

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = tuple(s for s in self._subscribers if s is not subscriber)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        """Announce what is already in the catalogue; a change of nothing is not announced."""
        if changes == Changes():
            return
        for subscriber in self._subscribers:
            subscriber(changes)
