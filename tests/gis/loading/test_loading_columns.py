import pytest

from gis.errors import InvalidInput, MissingColumn
from gis.loading import ColumnPlan, read_file
from gis.loading.columns import choose
from tests.gis.loading.making import write_csv

KNOWN = ("source_ref", "name", "reported_at", "lon")


def chosen(folder, header, *, plan, needed=("name",)):
    raw = read_file(write_csv(folder, header, ",".join(str(n) for n in range(header.count(",") + 1))))
    return raw, choose(raw, plan=plan, known=KNOWN, needed=needed, aliases={"lon": ("经度", "x")})


def test_columns_are_found_by_rename_then_constant_then_name_then_alias(tmp_path):
    plan = ColumnPlan.parse(["source_ref=OBJECT ID"], ["reported_at=2016"])
    raw, found = chosen(tmp_path, "object_id, Name ,经度,reported_at,other", plan=plan)
    assert found.sources == {"source_ref": ("object_id",), "name": ("Name",), "lon": ("经度",)}
    assert found.unused == ("reported_at", "other")
    assert found.cells(raw, "reported_at").tolist() == ["2016"]
    assert found.cells(raw, "source_ref").tolist() == ["0"]


def test_two_columns_are_joined_with_a_blank(tmp_path):
    raw, found = chosen(tmp_path, "Date,Time,name", plan=ColumnPlan.parse(["reported_at=Date+Time"]))
    assert found.cells(raw, "reported_at").tolist() == ["0 1"]


def test_a_column_whose_name_has_a_plus_is_itself(tmp_path):
    raw, found = chosen(tmp_path, "a+b,name", plan=ColumnPlan.parse(["source_ref=a+b"]))
    assert found.cells(raw, "source_ref").tolist() == ["0"]


def test_a_missing_column_is_told_with_what_is_there_and_what_is_close(tmp_path):
    with pytest.raises(MissingColumn) as caught:
        chosen(tmp_path, "NAMES,size", plan=ColumnPlan())
    assert "no column 'name'" in caught.value.what
    assert caught.value.where.endswith("rows.csv, which has NAMES, size")
    assert "'name' is close to NAMES" in caught.value.remedy
    assert "--column name=THEIRS" in caught.value.remedy
    assert caught.value.facts == {"missing": ["name"], "columns": ["NAMES", "size"], "closest": {"name": ["NAMES"]}}


def test_all_missing_columns_are_told_at_once(tmp_path):
    with pytest.raises(MissingColumn, match="no columns 'name', 'source_ref'"):
        chosen(tmp_path, "a,b", plan=ColumnPlan(), needed=("name", "source_ref"))


@pytest.mark.parametrize("theirs", ["OFENSE", "OFENSE+name"])
def test_a_rename_to_a_column_that_is_not_there_is_refused(tmp_path, theirs):
    with pytest.raises(MissingColumn, match="OFFENSE"):
        chosen(tmp_path, "OFFENSE,name", plan=ColumnPlan.parse([f"source_ref={theirs}"]))


def test_a_plan_for_a_column_that_we_do_not_have_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no column 'nmae' to fill; did you mean 'name'"):
        chosen(tmp_path, "a,b", plan=ColumnPlan.parse(["nmae=a"]))


def test_a_column_is_filled_by_a_rename_or_a_constant_not_both(tmp_path):
    with pytest.raises(InvalidInput, match="both a column and a value"):
        chosen(tmp_path, "a,b", plan=ColumnPlan.parse(["name=a"], ["name=b"]))


@pytest.mark.parametrize("texts", [["name"], ["=a"], ["name="], ["name=a", "name=b"]])
def test_malformed_options_are_refused(texts):
    with pytest.raises(InvalidInput, match="--column"):
        ColumnPlan.parse(texts)
