"""Each row of a table is found with the names of its columns."""

import pytest

from engine.extraction import read_document
from engine.passages import Passage
from tests.engine.extraction.making import LIMITS


def read(text: str) -> list[Passage]:
    """The passages of a CSV file."""
    return read_document(text.encode(), "table.csv", LIMITS)


def test_long_table_repeats_its_names_and_points_to_lines() -> None:
    """A row on page ten would be a heap of numbers nobody can find or place."""
    rows = [f"Station {n},{n * 7} mm,{n % 30} °C" for n in range(200)]
    passages = read("\n".join(["place,rain,temperature", *rows]))
    assert len(passages) > 5
    for passage in passages:
        assert passage.location.line is not None
        first = rows[passage.location.line - 2].split(",")[0]
        assert passage.text.startswith(f"place: {first}; rain: ")
    assert sum(p.text.count("temperature: ") for p in passages) == 200


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    """Tables saved by a German spreadsheet would be read as one column."""
    table = "\n".join(delimiter.join(row) for row in (["name", "city"], ["Ada", "London"]))
    assert read(table)[0].text == "name: Ada; city: London"


def test_quotes_ragged_rows_and_empty_lines() -> None:
    """One odd row would make the whole table unreadable, or shift the names of its cells."""
    passages = read('name,note\n"Ada, Lady","first\nsecond"\n\nBob\nEve,x,more\n,\n')
    assert (
        passages[0].text
        == "name: Ada, Lady; note: first second\nname: Bob\nname: Eve; note: x; more"
    )


def test_one_column_and_no_names() -> None:
    """A plain list would be refused, and the first number taken for a name."""
    assert read("fruit\napple\npear")[0].text == "fruit: apple\nfruit: pear"
    assert read("1,2\n3,4")[0].text == "1; 2\n3; 4"


def test_huge_field_is_split() -> None:
    """A table with an article in a cell would be refused by Python's limit on fields."""
    passages = read("id,article\n7," + "a long story " * 20_000)
    assert len(passages) > 300
    assert {p.location.line for p in passages} == {2}
    assert max(len(p.text) for p in passages) <= 800


def test_unclosed_quote_loses_nothing() -> None:
    """One forgotten quotation mark would swallow the rest of the table."""
    assert "Paris" in read('name,city\nAda,"London\nBob,Paris\n')[0].text
