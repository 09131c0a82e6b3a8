"""Collecting what is wrong with a request, by the path of the field, as Discord reports it."""

from __future__ import annotations

from bot.standin.errors import ApiError
from bot.standin.world import Json

INVALID_FORM_BODY = 50035


class Problems:
    """The errors of one request.

    Shape: https://discord.com/developers/docs/reference#error-messages
    """

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note a problem at a dotted path such as `embeds.0.title`."""
        node = self._tree
        for part in path.split("."):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, path: str) -> None:
        """A field is missing or empty."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def too_long(self, path: str, limit: int) -> None:
        """A text or a list is too long."""
        self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")

    def length(self, path: str, value: object, minimum: int, maximum: int) -> None:
        """Check that a text has between `minimum` and `maximum` characters."""
        if not isinstance(value, str) or not minimum <= len(value) <= maximum:
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                f"Must be between {minimum} and {maximum} in length.",
            )

    def error(self) -> ApiError:
        """Everything noted, as one answer: 400 with code 50035."""
        return ApiError(400, INVALID_FORM_BODY, "Invalid Form Body", errors=_pruned(self._tree))

    def raise_if_any(self) -> None:
        """Answer the request with everything noted, if anything was.

        Raises:
            ApiError: 400 with code 50035.
        """
        if self._tree:
            raise self.error()


def _pruned(tree: Json) -> Json:
    """A field has either problems of its own or fields with problems, never both."""
    fields = {key: _pruned(value) for key, value in tree.items() if key != "_errors"}
    return fields or tree
