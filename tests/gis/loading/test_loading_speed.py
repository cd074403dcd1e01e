"""A year of a city's incidents, 520,000 rows; run with ``-s`` to read the figures."""

import json
import subprocess
import sys

import numpy as np
import pytest

N = 520_000
DELAYS_S = {"reported_at": 0, "accepted_at": 600, "due_at": 86_400, "closed_at": 50_000}
MEASURE = """
import json, sys, time
from pathlib import Path
from zoneinfo import ZoneInfo
from gis.crs import parse_crs
from gis.loading import ColumnPlan, incidents_from, read_file

began = time.process_time()
raw = read_file(Path(sys.argv[1]))
read = time.process_time()
zone = ZoneInfo("Asia/Shanghai")
batch = incidents_from(raw, plan=ColumnPlan(), crs=parse_crs("EPSG:4326"), time_zone=zone)
# Not getrusage: what it tells begins with the size of the process that started this one.
status = Path("/proc/self/status").read_text()
peak_kb = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
print(json.dumps({
    "rows": len(batch), "rejects": len(batch.rejects), "read_s": read - began,
    "check_s": time.process_time() - read,
    "peak_mb": peak_kb / 1024,
}))
"""


@pytest.mark.slow
def test_a_years_incidents_are_read_and_checked_in_seconds_and_modest_memory(tmp_path):
    rng = np.random.default_rng(7)
    reported = np.datetime64("2024-01-01T00:00:00") + rng.integers(0, 86_400 * 320, N)
    categories = np.array(["占道经营", "乱倒垃圾", "路灯损坏", "噪声扰民", "消防隐患", "邻里纠纷"])
    columns = {
        "source_ref": np.char.mod("JM2024%07d", np.arange(N)),
        "category": categories[np.arange(N) % len(categories)],
        **{name: np.datetime_as_string(reported + delay_s) for name, delay_s in DELAYS_S.items()},
        "lon": np.char.mod("%.7f", 112 + rng.random(N)),
        "lat": np.char.mod("%.7f", 22 + rng.random(N)),
    }
    path = tmp_path / "incidents.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"source,state,accuracy_m,{','.join(columns)}\n")
        file.writelines(f"city,closed,5,{','.join(cells)}\n" for cells in zip(*columns.values(), strict=True))
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    print(figures)
    assert (figures["rows"], figures["rejects"]) == (N, 0)
    assert figures["read_s"] + figures["check_s"] < 25
    assert figures["peak_mb"] < 800
