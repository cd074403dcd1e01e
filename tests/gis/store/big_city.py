"""A made-up city of full size, by SQL alone: for measuring, not for looking at.

7 counties of which the first holds more than half, 73 towns, 1,339 communities, 2,954 square grids, and a year of
incidents with skewed places and categories, lives of hours to months, and a few that lie in no grid.
"""

from datetime import datetime

from sqlalchemy import Connection, text

GRIDS, COMMUNITIES, TOWNS, COUNTIES = 2_954, 1_339, 73, 7
INCIDENTS = 519_800

_DIVISION = f"""
INSERT INTO city (name, code, time_zone, simulated) VALUES ('大城', 'B', 'Asia/Shanghai', true);
INSERT INTO area (level, code, name) VALUES ('city', 'B', '大城');
INSERT INTO area (parent_id, level, code, name)
    SELECT (SELECT id FROM area WHERE code = 'B'), 'county', 'B' || n, '第' || n || '区'
    FROM generate_series(1, {COUNTIES}) n;
INSERT INTO area (parent_id, level, code, name)
    SELECT county.id, 'town', 'T' || n, '第' || n || '镇' FROM generate_series(1, {TOWNS}) n
    JOIN area county ON county.code = 'B' || CASE WHEN n <= 43 THEN 1 ELSE 2 + (n - 44) / 5 END;
INSERT INTO area (parent_id, level, code, name)
    SELECT town.id, 'community', 'C' || n, '第' || n || '村' FROM generate_series(1, {COMMUNITIES}) n
    JOIN area town ON town.code = 'T' || 1 + (n - 1) * {TOWNS} / {COMMUNITIES};
INSERT INTO edition (id, effective_at) VALUES (1, '2020-01-01T00:00:00Z');
INSERT INTO grid (id) SELECT n FROM generate_series(1, {GRIDS}) n;
INSERT INTO grid_version (grid_id, first_edition, code, name, area_id, shape, area_m2)
    SELECT n, 1, 'G' || n, '第' || n || '网格', community.id,
        ST_Multi(ST_MakeEnvelope(112 + n %% 60 * 0.01, 22 + n / 60 * 0.01,
            112.01 + n %% 60 * 0.01, 22.01 + n / 60 * 0.01, 4326)),
        1e6
    FROM generate_series(1, {GRIDS}) n
    JOIN area community ON community.code = 'C' || 1 + (n - 1) * {COMMUNITIES} / {GRIDS};
"""

_INCIDENTS = """
INSERT INTO incident (source, source_ref, kind, category, state, reported_at, accepted_at, due_at, closed_at,
    refused_at, returned_at, returns, point, declared_crs, cell, found_by_grid, edition_id, grid_id)
SELECT kind || '渠道', :first || n::text, kind, '第' || category || '类',
    CASE WHEN refused THEN 'refused' WHEN ended <= until THEN 'closed' ELSE 'handling' END,
    reported, CASE WHEN refused THEN NULL ELSE accepted END, CASE WHEN refused THEN NULL ELSE due END,
    CASE WHEN NOT refused AND ended <= until THEN ended END, CASE WHEN refused THEN accepted END,
    CASE WHEN returned THEN accepted END, returned::int,
    ST_SetSRID(ST_MakePoint(112, 22), 4326), 'EPSG:4326', 1, kind = 'incident',
    1, CASE WHEN n % 1000 = 0 THEN NULL ELSE 1 + floor(power(place, 1.5) * 2954)::bigint END
FROM (
    SELECT *, accepted + days * interval '1 day' AS due,
        accepted + CASE WHEN stuck THEN days * 60 * luck WHEN luck < 0.45 THEN luck * 0.2 ELSE days * luck END
            * interval '1 day' AS ended
    FROM (
        SELECT *, reported + waiting * interval '1 hour' AS accepted, 1 + category % 10 AS days
        FROM (
            SELECT n, :until AS until, :until - random() * interval '365 days' - interval '2 hours' AS reported,
                CASE WHEN random() < 0.86 THEN 'incident' WHEN random() < 0.95 THEN 'request' ELSE 'referral' END
                    AS kind,
                floor(power(random(), 2) * 24)::int AS category, random() < 0.005 AS refused, random() < 0.028 AS stuck,
                random() < 0.02 AS returned, random() AS waiting, random() AS luck, random() AS place
            FROM generate_series(1, :count) n
        ) reports
    ) limits
) lives
"""


def build_division(connection: Connection) -> None:
    """Make the areas and grids in an empty, migrated database."""
    connection.exec_driver_sql(_DIVISION)


def add_incidents(connection: Connection, *, count: int, until: datetime, first: str = "") -> None:
    """Add a year of incidents before a moment; ``first`` begins their references."""
    connection.execute(text("SELECT setseed(0.5)"))
    connection.execute(text(_INCIDENTS), {"count": count, "until": until, "first": first})
