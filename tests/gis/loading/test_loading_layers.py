import numpy as np
import pytest
import shapely

from gis.crs import parse_crs
from gis.errors import DoubtfulCrs, InvalidLayer, MissingColumn, MissingCrs, OverlappingGrids
from gis.loading import ColumnPlan, areas_from, grids_from, read_file
from tests.gis.loading.making import PLAN, WGS84, feature, square, write_csv, write_geojson

BOWTIE = {"type": "Polygon", "coordinates": [[[2, 0], [3, 1], [3, 0], [2, 1], [2, 0]]]}
EMPTY = {"type": "Polygon", "coordinates": []}
LINE = {"type": "LineString", "coordinates": [[2, 0], [3, 1]]}
OPEN_RING = {"type": "Polygon", "coordinates": [[[2, 0], [3, 0], [3, 1]]]}


def grid(geometry, code, **more):
    return feature(geometry, code=code, name=f"Grid {code}", area_code="1", **more)


def load(folder, *features, **options):
    return grids_from(read_file(write_geojson(folder, *features)), plan=PLAN, crs=WGS84, **options)


def test_a_sound_layer_is_loaded_whole(tmp_path):
    batch = load(tmp_path, grid(square(0, 0), "A", households="300", **{"class": "专属网格"}), grid(square(1, 0), "B"))
    assert batch.rows["code"].tolist() == ["A", "B"]
    assert batch.rows["class"].tolist() == ["exclusive", "basic"]
    assert batch.rows["code_scheme"].tolist() == ["free", "free"]
    assert batch.rows["households"].tolist()[0] == 300
    assert np.isnan(batch.rows["population"]).all()
    assert shapely.equals(batch.geometry, shapely.box([0, 1], 0, [1, 2], 1)).all()
    assert (batch.rejects, batch.repeated) == ((), 0)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (grid(BOWTIE, "B"), r"feature 2 \(Grid B\) crosses itself at 2\.5, 0\.5"),
        (grid(EMPTY, "B"), r"feature 2 \(Grid B\).*empty"),
        (grid(None, "B"), r"feature 2 \(Grid B\) has no shape"),
        (grid(LINE, "B"), r"feature 2 \(Grid B\) is a LineString"),
        (grid(OPEN_RING, "B"), r"feature 2 \(Grid B\): geometry: the shape cannot be built"),
        (grid(square(0, 0), "B"), r"feature 2 \(Grid B\) has the same shape as feature 1 \(Grid A\) at 0\.5, 0\.5"),
        (grid(square(0.5, 0.5), "B"), r"feature 1 \(Grid A\) and feature 2 \(Grid B\) overlap at"),
        (grid(square(2, 89.5), "B"), r"feature 2 \(Grid B\)"),
        (grid(square(2, 0), "A"), r"feature 2 \(Grid A\): code: code 'A' stands in feature 1 already"),
        (grid(square(2, 0), ""), r"feature 2 \(Grid\): code: code is empty"),
        (grid(square(2, 0), "B", households="many"), r"feature 2 \(Grid B\): households: .*'many'"),
        (grid(square(2, 0), "B", population=-1), r"feature 2 \(Grid B\): population: .*whole number from 0"),
        (grid(square(2, 0), "B", code_scheme="division"), r"feature 2 \(Grid B\): code: .*digits"),
        (grid(square(2, 0), "B", code_scheme="own"), r"code_scheme: 'own' is none of division"),
        ("no feature", "feature 2: this is not a feature"),
    ],
)
def test_one_fault_refuses_the_whole_layer_with_number_name_and_place(tmp_path, bad, said):
    with pytest.raises(InvalidLayer, match=said) as caught:
        load(tmp_path, grid(square(0, 0), "A"), bad, grid(square(0, 2), "C"))
    assert "loaded whole or not at all" in caught.value.remedy
    assert [2 in problem["features"] for problem in caught.value.facts["problems"]] == [True]


def test_all_faults_of_a_layer_are_told_at_once(tmp_path):
    with pytest.raises(InvalidLayer, match=r"refused for 4 faults") as caught:
        load(
            tmp_path,
            grid(square(0, 0), "A"),
            grid(BOWTIE, "B", households="many"),
            grid(square(0.5, 0), "C"),
            grid(EMPTY, "D"),
        )
    problems = caught.value.facts["problems"]
    assert [problem["features"] for problem in problems] == [[2], [2], [4], [1, 3]]
    assert problems[1]["place"] == pytest.approx([2.5, 0.5])
    assert len(caught.value.facts["overlaps"]) == 1


def test_a_layer_with_nothing_but_overlaps_is_refused_as_overlapping_or_passed_on(tmp_path):
    features = grid(square(0, 0), "A"), grid(square(0.5, 0), "B")
    with pytest.raises(OverlappingGrids):
        load(tmp_path, *features)
    batch = load(tmp_path, *features, overlaps="pass_on")
    assert len(batch) == 2
    assert any("overlaps: 1 pair of shapes" in sentence for sentence in batch.understood)


def test_an_identical_copy_of_a_grid_is_no_fault(tmp_path):
    batch = load(tmp_path, grid(square(0, 0), "A"), grid(square(0, 0), "A"), grid(square(1, 0), "B"))
    assert (len(batch), batch.repeated) == (2, 1)


def test_a_grid_without_a_name_is_called_by_its_code(tmp_path):
    batch = load(tmp_path, feature(square(0, 0), code="A", area_code="1"))
    assert batch.rows["name"].tolist() == ["A"]


def test_grids_come_as_wkt_in_csv_too(tmp_path):
    path = write_csv(tmp_path, "code,area_code,shape", 'A,1,"POLYGON ((0 0, 1 0, 1 1, 0 0))"', "B,1,POLYGON ((0 0")
    plan = ColumnPlan.parse(["geometry=shape"])
    with pytest.raises(InvalidLayer, match=r"line 3 \(B\): geometry: this is no shape as WKT"):
        grids_from(read_file(path), plan=plan, crs=WGS84)


def test_grids_without_any_shape_are_refused(tmp_path):
    with pytest.raises(InvalidLayer, match=r"has no shapes.*give each grid a polygon"):
        grids_from(read_file(write_csv(tmp_path, "code,area_code", "A,1")), plan=PLAN, crs=WGS84)


def test_a_ragged_row_refuses_a_division_layer(tmp_path):
    path = write_csv(tmp_path, "code,name,level", "A,North,county", "B,South")
    with pytest.raises(InvalidLayer, match=r"line 3: the row has 2 cells"):
        areas_from(read_file(path), plan=PLAN)


def test_a_layer_with_swapped_axes_is_refused_as_doubtful(tmp_path):
    with pytest.raises(DoubtfulCrs, match=r"swapped.*lon 22, lat 113"):
        load(tmp_path, grid(square(22, 113), "A"))


def test_shapes_are_brought_to_wgs84(tmp_path):
    path = write_geojson(tmp_path, grid(square(113, 22.5, 0.01), "A"))
    moved = grids_from(read_file(path), plan=PLAN, crs=parse_crs("GCJ-02")).geometry[0]
    assert 200 < shapely.distance(moved.centroid, shapely.Point(113.005, 22.505)) * 111_000 < 1000


def test_areas_need_no_shapes_and_no_crs(tmp_path):
    path = write_csv(
        tmp_path,
        "code,name,level,parent_code,desk_phone",
        "44,江门市,地级市,,0750",
        "4407,蓬江区,区,44,",
        "1,X,zone,4407,",
    )
    batch = areas_from(read_file(path), plan=PLAN)
    assert batch.geometry is None
    assert batch.rows["level"].tolist() == ["city", "county", "zone"]
    assert batch.rows["parent_code"].tolist() == [None, "44", "4407"]
    assert batch.rows["desk_phone"].tolist() == ["0750", None, None]


def test_official_lines_may_nest_and_may_be_missing_but_need_a_crs(tmp_path):
    path = write_geojson(
        tmp_path,
        feature(square(0, 0, 2), code="1", name="City", level="city"),
        feature(square(0, 0), code="11", name="East", level="county", parent_code="1"),
        feature(None, code="12", name="West", level="county", parent_code="1"),
    )
    batch = areas_from(read_file(path), plan=PLAN, crs=WGS84)
    assert [shape is None for shape in batch.geometry] == [False, False, True]
    with pytest.raises(MissingCrs, match=r"have shapes"):
        areas_from(read_file(path), plan=PLAN)


def test_a_broken_official_line_refuses_the_areas(tmp_path):
    path = write_geojson(tmp_path, feature(BOWTIE, code="1", name="City", level="city"))
    with pytest.raises(InvalidLayer, match=r"crosses itself"):
        areas_from(read_file(path), plan=PLAN, crs=WGS84)


def test_one_code_may_stand_on_two_levels_but_not_twice_on_one(tmp_path):
    header = "code,name,level,parent_code"
    assert len(areas_from(read_file(write_csv(tmp_path, header, "1,A,county,", "1,B,town,1")), plan=PLAN)) == 2
    with pytest.raises(InvalidLayer, match=r"level 'town' and code '1' stands in line 2 already"):
        areas_from(read_file(write_csv(tmp_path, header, "1,A,town,", "1,B,town,")), plan=PLAN)


def test_areas_that_are_their_own_ancestors_are_refused(tmp_path):
    path = write_csv(tmp_path, "code,name,level,parent_code", "1,A,county,3", "2,B,town,1", "3,C,town,2", "4,D,town,2")
    with pytest.raises(InvalidLayer, match=r"own ancestor") as caught:
        areas_from(read_file(path), plan=PLAN)
    assert [problem["features"] for problem in caught.value.facts["problems"]] == [[2], [3], [4]]


def test_a_missing_column_of_a_layer_is_told(tmp_path):
    with pytest.raises(MissingColumn, match=r"no column 'area_code'"):
        load(tmp_path, feature(square(0, 0), code="A"))
