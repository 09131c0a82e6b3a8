"""Results that hold until a label set's votes change."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

MOST_KEPT = 32

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """One result a label set, computed when asked for, one at a time.

    Args:
        version: of a set; raises NotFound where there is none.
        compute: the result of a set.
    """

    def __init__(
        self,
        version: Callable[[str], Awaitable[str]],
        compute: Callable[[str], Awaitable[Result]],
    ) -> None:
        self._version = version
        self._compute = compute
        self._results: OrderedDict[str, tuple[str, Result]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def of(self, labelset_id: str) -> Result:
        """The result of a set as it is now.

        Raises:
            NotFound: there is no such set.
        """
        version = await self._version(labelset_id)
        async with self._turn:
            kept = self._results.get(labelset_id)
            if kept is not None and kept[0] == version:
                self._results.move_to_end(labelset_id)
                return kept[1]
            result = await self._compute(labelset_id)
            self._results[labelset_id] = version, result
            self._results.move_to_end(labelset_id)
            while len(self._results) > MOST_KEPT:
                self._results.popitem(last=False)
            return result
