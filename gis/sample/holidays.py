"""The public holidays and swapped workdays (调休) of China in 2025 and 2026. These are real.

From the State Council's notices: for 2025 国办发明电〔2024〕12号 of 12 November 2024, for 2026 the notice of
4 November 2025, both as Xinhua printed them. Other years are not known here and are not guessed: a city loads them by
``gezhi load calendar`` when they are published.
"""

import pandas as pd

HOLIDAYS = (
    ("2025-01-01", "2025-01-01", "元旦"),
    ("2025-01-28", "2025-02-04", "春节"),
    ("2025-04-04", "2025-04-06", "清明节"),
    ("2025-05-01", "2025-05-05", "劳动节"),
    ("2025-05-31", "2025-06-02", "端午节"),
    ("2025-10-01", "2025-10-08", "国庆节、中秋节"),
    ("2026-01-01", "2026-01-03", "元旦"),
    ("2026-02-15", "2026-02-23", "春节"),
    ("2026-04-04", "2026-04-06", "清明节"),
    ("2026-05-01", "2026-05-05", "劳动节"),
    ("2026-06-19", "2026-06-21", "端午节"),
    ("2026-09-25", "2026-09-27", "中秋节"),
    ("2026-10-01", "2026-10-07", "国庆节"),
)
"""First day, last day, name; weekends that fall in between are named with them."""

SWAPPED = (
    ("2025-01-26", "春节"),
    ("2025-02-08", "春节"),
    ("2025-04-27", "劳动节"),
    ("2025-09-28", "国庆节、中秋节"),
    ("2025-10-11", "国庆节、中秋节"),
    ("2026-01-04", "元旦"),
    ("2026-02-14", "春节"),
    ("2026-02-28", "春节"),
    ("2026-05-09", "劳动节"),
    ("2026-09-20", "国庆节"),
    ("2026-10-10", "国庆节"),
)
"""Days of a weekend on which offices work."""


def calendar_rows() -> pd.DataFrame:
    """Return the rows of a calendar file."""
    rows = [(first, last, "no", name, 0) for first, last, name in HOLIDAYS]
    rows += [(day, day, "yes", f"{name}调休", 0) for day, name in SWAPPED]
    return pd.DataFrame(rows, columns=["date", "until", "working", "name", "simulated"]).sort_values(
        "date", ignore_index=True
    )
