"""Which files are remembered, told by their names; the engine looks at their bytes."""

from __future__ import annotations

from pathlib import PurePath

PICTURE_SUFFIXES = frozenset(
    {
        *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif"),
        *(".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"),
    }
)
DOCUMENT_SUFFIXES = frozenset(
    {
        *(".txt", ".md", ".markdown", ".rst", ".log", ".pdf", ".docx", ".html", ".htm"),
        *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg"),
        *(".py", ".pyi", ".ipynb", ".js", ".mjs", ".jsx", ".ts", ".tsx", ".vue", ".css", ".scss"),
        *(".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".go", ".rs", ".java", ".kt", ".scala"),
        *(".swift", ".m", ".rb", ".php", ".pl", ".lua", ".r", ".jl", ".dart", ".ex", ".exs"),
        *(".hs", ".clj", ".sh", ".bash", ".zsh", ".ps1", ".bat", ".sql", ".proto", ".tex"),
    }
)


def is_picture_name(name: str) -> bool:
    """Whether a file's name is one of a picture."""
    return PurePath(name).suffix.lower() in PICTURE_SUFFIXES


def is_document_name(name: str) -> bool:
    """Whether a file's name is one of a document, table or program."""
    return PurePath(name).suffix.lower() in DOCUMENT_SUFFIXES
