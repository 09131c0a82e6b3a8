"""Which files are remembered, told by their names; the engine looks at their bytes."""

from __future__ import annotations

from pathlib import PurePath

from engine.schemas import PICTURE_SUFFIXES

DOCUMENT_SUFFIXES = frozenset(
    {
        *(".pdf", ".docx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".mdown", ".mkd"),
        *(".csv", ".tsv", ".txt", ".rst", ".log", ".tex", ".json", ".jsonl", ".xml", ".yaml"),
        *(".yml", ".toml", ".ini", ".cfg", ".css", ".scss", ".vue", ".proto", ".bat"),
        *(".py", ".pyi", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".java", ".kt", ".kts"),
        *(".scala", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".cs", ".go", ".rs", ".rb"),
        *(".php", ".swift", ".m", ".mm", ".lua", ".pl", ".pm", ".sh", ".bash", ".zsh", ".ps1"),
        *(".r", ".jl", ".dart", ".ex", ".exs", ".erl", ".hs", ".clj", ".sql", ".vb", ".gd", ".zig"),
    }
)


def is_picture_name(name: str) -> bool:
    """Whether a file's name is one of a picture."""
    return PurePath(name).suffix.lower() in PICTURE_SUFFIXES


def is_document_name(name: str) -> bool:
    """Whether a file's name is one of a document, table or program."""
    return PurePath(name).suffix.lower() in DOCUMENT_SUFFIXES
