-- Coarser counts beside those of 0007: of a grid over all series, and of a place by day.

CREATE TABLE figure_grid_total (
    month DATE NOT NULL,
    grid_id BIGINT NOT NULL,
    reported INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    found INTEGER NOT NULL,
    finder_known INTEGER NOT NULL,
    CONSTRAINT pk_figure_grid_total PRIMARY KEY (grid_id, month)
);
COMMENT ON COLUMN figure_grid_total.month IS 'as in figure_grid_month, over all series';
COMMENT ON COLUMN figure_grid_total.in_time IS 'accepted in this month and ever closed by the due time';
COMMENT ON COLUMN figure_grid_total.late IS 'accepted in this month and ever closed after the due time';

-- A fixed set of grids. It needs to be right in nothing but that each grid is in one and stays there: a question that
-- wants some of its grids, or divides them, counts them one by one.
CREATE TABLE figure_place (
    grid_id BIGINT NOT NULL,
    place_id BIGINT NOT NULL,
    CONSTRAINT pk_figure_place PRIMARY KEY (grid_id)
);
COMMENT ON COLUMN figure_place.grid_id IS '0: the incidents in no grid';
COMMENT ON COLUMN figure_place.place_id IS 'the area above the grid''s own when it was first counted; stays, whatever becomes of the area; 0: none';

CREATE TABLE figure_place_day (
    day DATE NOT NULL,
    place_id BIGINT NOT NULL,
    reported INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    found INTEGER NOT NULL,
    finder_known INTEGER NOT NULL,
    CONSTRAINT pk_figure_place_day PRIMARY KEY (place_id, day)
);
COMMENT ON COLUMN figure_place_day.day IS 'of the step, in the city''s time zone';
COMMENT ON COLUMN figure_place_day.in_time IS 'accepted on this day and ever closed by the due time';
COMMENT ON COLUMN figure_place_day.late IS 'accepted on this day and ever closed after the due time';

CREATE FUNCTION figure_places_sql(source text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'INSERT INTO figure_place (grid_id, place_id)
    SELECT grid_id, COALESCE((SELECT COALESCE(area.parent_id, area.id)
        FROM grid_version JOIN area ON area.id = grid_version.area_id
        WHERE grid_version.grid_id = unknown.grid_id ORDER BY first_edition DESC LIMIT 1), 0)
    FROM (SELECT DISTINCT COALESCE(grid_id, 0) AS grid_id FROM ' || source || ' changed) unknown
    WHERE NOT EXISTS (SELECT FROM figure_place known WHERE known.grid_id = unknown.grid_id)
    ORDER BY grid_id ON CONFLICT DO NOTHING';

-- What some rows of counts add to one table of counts.
CREATE FUNCTION figure_add_sql(target text, keys text, counted text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'INSERT INTO ' || target || ' (' || keys || ',
        reported, accepted, refused, ended, in_time, late, returned, found, finder_known)
    SELECT ' || keys || ', reported, accepted, refused, ended, in_time, late, returned, found, finder_known
    FROM (' || counted || ') counts
    WHERE (reported, accepted, refused, ended, in_time, late, returned, found, finder_known)
        IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)
    ORDER BY ' || keys || '
    ON CONFLICT (' || keys || ') DO UPDATE SET
        reported = ' || target || '.reported + excluded.reported, accepted = ' || target || '.accepted + excluded.accepted,
        refused = ' || target || '.refused + excluded.refused, ended = ' || target || '.ended + excluded.ended,
        in_time = ' || target || '.in_time + excluded.in_time, late = ' || target || '.late + excluded.late,
        returned = ' || target || '.returned + excluded.returned, found = ' || target || '.found + excluded.found,
        finder_known = ' || target || '.finder_known + excluded.finder_known';

CREATE FUNCTION figure_sums_sql(keys text, counted text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'SELECT ' || keys || ', sum(reported) AS reported, sum(accepted) AS accepted, sum(refused) AS refused,
        sum(ended) AS ended, sum(in_time) AS in_time, sum(late) AS late, sum(returned) AS returned, sum(found) AS found,
        sum(finder_known) AS finder_known FROM ' || counted;

-- What the rows of a source add to the four tables. The steps are gone through once and summed at three grains; the
-- fourth follows from the finest.
CREATE OR REPLACE FUNCTION figure_counts_sql(source text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'WITH lived AS MATERIALIZED (' || figure_lives_sql(source) || '), summed AS MATERIALIZED (' ||
    figure_sums_sql('grid_id, month, series_id, place_id, day', '(
        SELECT step.*, place_id, day - (date_part(''day'', day)::int - 1) AS month
        FROM (' || figure_steps_sql('lived') || ') step JOIN figure_place USING (grid_id)) placed
        GROUP BY GROUPING SETS ((grid_id, month, series_id), (series_id, day), (place_id, day))') || '
    ),
    by_grid AS (' || figure_add_sql('figure_grid_month', 'grid_id, month, series_id',
        'SELECT * FROM summed WHERE grid_id IS NOT NULL') || '),
    by_total AS (' || figure_add_sql('figure_grid_total', 'grid_id, month',
        figure_sums_sql('grid_id, month', 'summed WHERE grid_id IS NOT NULL GROUP BY grid_id, month')) || '),
    by_place AS (' || figure_add_sql('figure_place_day', 'place_id, day',
        'SELECT * FROM summed WHERE place_id IS NOT NULL') || ')
    ' || figure_add_sql('figure_city_day', 'day, series_id',
        'SELECT * FROM summed WHERE day IS NOT NULL AND series_id IS NOT NULL');

CREATE OR REPLACE FUNCTION follow_incidents() RETURNS trigger LANGUAGE plpgsql SET work_mem = '256MB' AS $$
DECLARE
    came CONSTANT text := 'SELECT 1 AS sign, came.* FROM came';
    went CONSTANT text := 'SELECT -1 AS sign, went.* FROM went';
    source CONSTANT text := '(' || CASE TG_OP
        WHEN 'INSERT' THEN came
        WHEN 'DELETE' THEN went
        ELSE came || ' UNION ALL ' || went
    END || ')';
    is_changed boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || source || ' changed)' INTO is_changed;
    IF is_changed THEN
        -- One writer of counts at a time: two that met the same rows in another order would block each other.
        PERFORM pg_advisory_xact_lock('figure_city_day'::regclass::bigint);
        EXECUTE figure_series_sql(source);
        EXECUTE figure_places_sql(source);
        EXECUTE figure_counts_sql(source);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION recount_figures() RETURNS void LANGUAGE plpgsql SET work_mem = '256MB' AS $$
DECLARE
    source CONSTANT text := '(SELECT 1 AS sign, incident.* FROM incident)';
BEGIN
    PERFORM pg_advisory_xact_lock('figure_city_day'::regclass::bigint);
    DELETE FROM figure_city_day;
    DELETE FROM figure_grid_month;
    DELETE FROM figure_grid_total;
    DELETE FROM figure_place_day;
    EXECUTE figure_series_sql(source);
    EXECUTE figure_places_sql(source);
    EXECUTE figure_counts_sql(source);
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON figure_grid_total, figure_place, figure_place_day TO gezhi_service;
    END IF;
END
$$;

SELECT recount_figures();
