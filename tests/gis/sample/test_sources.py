from pathlib import Path

import pytest

from gis.errors import UnreadableFile
from gis.sample.sources import BOUNDARIES, Source, digest, shipped_file, source_of, sources

ENTRY = "\n".join(f'{field} = "x"' for field in Source.__dataclass_fields__ if field not in ("file", "approval_number"))


def entry(**fields: str) -> str:
    told = "\n".join(f'{name} = "{value}"' for name, value in fields.items())
    return f"[[source]]\n{told}\n{ENTRY}\n"


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.file)
def test_every_file_that_ships_is_the_one_its_papers_describe(source: Source) -> None:
    assert digest(shipped_file(source.file)) == source.sha256


def test_every_data_file_in_the_folder_has_papers() -> None:
    data = {path.name for path in BOUNDARIES.iterdir() if path.suffix in (".geojson", ".csv")}
    assert data == {source.file for source in sources()}


def test_boundaries_carry_their_map_approval_number_in_the_line_a_map_shows() -> None:
    boundaries = [source for source in sources() if source.file.endswith(".geojson")]
    assert len(boundaries) == 2
    for source in boundaries:
        assert source.approval_number == "GS(2024)0650号"
        assert source.approval_number in source.attribution_zh
        assert source.approval_number in source.attribution_en


def test_data_without_an_approval_number_says_so_by_none(tmp_path: Path) -> None:
    (tmp_path / "SOURCES.toml").write_text(entry(file="a.csv", approval_number=""), encoding="utf-8")
    assert source_of("a.csv", tmp_path).approval_number is None


def test_a_missing_folder_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        sources(tmp_path / "nowhere")
    assert "nowhere" in str(caught.value.where)
    assert "checkout" in str(caught.value.remedy)


def test_a_missing_file_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="missing") as caught:
        shipped_file("gone.csv", tmp_path)
    assert "gone.csv" in str(caught.value.where)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "not a TOML file"),
        (entry(file="a.csv"), "incomplete"),
        (entry(file="a.csv", approval_number="", colour="red"), "unknown field"),
    ],
)
def test_papers_that_cannot_be_read_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "SOURCES.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=said):
        sources(tmp_path)


def test_a_file_without_papers_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no entry"):
        source_of("unheard_of.csv")
