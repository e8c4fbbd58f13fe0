"""A dictionary that keeps what was used last."""

from collections import OrderedDict
from collections.abc import Callable


class Recent[K, V](OrderedDict[K, V]):
    """Keeps so many entries, from the one used longest ago, which goes first, to the newest.

    To set or recall an entry is to use it; to get it is not. Threads that share one hold a lock.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        """Set an entry as the newest; the oldest are dropped where there are too many."""
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)

    def recall(self, key: K) -> V | None:
        """Return an entry and make it the newest; None where there is none."""
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def recall_or(self, key: K, make: Callable[[], V]) -> V:
        """Return an entry, made where there is none, as the newest."""
        if key not in self:
            self[key] = make()
        self.move_to_end(key)
        return self[key]
