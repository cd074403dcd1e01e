-- Counts of incidents kept beside them, right in every transaction.

-- The moments at which an incident counts as accepted, ended and returned: the state counts where it contradicts
-- the times, and a step told earlier than the one before it counts as happening with it.
ALTER TABLE incident
    ADD COLUMN taken_at TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS (
        CASE
            WHEN state = 'refused' THEN NULL
            WHEN accepted_at IS NOT NULL THEN GREATEST(reported_at, accepted_at)
            WHEN state <> 'reported' THEN reported_at
        END) STORED,
    ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS (
        CASE
            WHEN state = 'refused' THEN GREATEST(reported_at, refused_at)
            WHEN state <> 'closed' AND state <> 'rated' THEN NULL
            WHEN closed_at IS NOT NULL THEN GREATEST(reported_at, accepted_at, closed_at)
            ELSE GREATEST(reported_at, accepted_at, handed_on_at, signed_at, returned_at, handled_at, fed_back_at,
                checked_at)
        END) STORED,
    ADD COLUMN last_return_at TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS (
        CASE WHEN returns > 0 THEN GREATEST(reported_at, returned_at) END) STORED;
COMMENT ON COLUMN incident.taken_at IS 'when it counts as accepted';
COMMENT ON COLUMN incident.ended_at IS 'when it counts as closed or refused; NULL while open';
COMMENT ON COLUMN incident.last_return_at IS 'when it counts as returned, the last time';

-- How long an incident lived, as a class: class n is up to 4^n hours, 9 is longer or still open. What was open at a
-- moment was reported at most its class's span earlier, so an index on class and report finds it for any moment
-- by reading little more than it.
CREATE FUNCTION incident_lifespan(reported timestamptz, ended timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN ended < reported + interval '1 hour' THEN 0
    WHEN ended < reported + interval '4 hours' THEN 1
    WHEN ended < reported + interval '16 hours' THEN 2
    WHEN ended < reported + interval '64 hours' THEN 3
    WHEN ended < reported + interval '256 hours' THEN 4
    WHEN ended < reported + interval '1024 hours' THEN 5
    WHEN ended < reported + interval '4096 hours' THEN 6
    WHEN ended < reported + interval '16384 hours' THEN 7
    WHEN ended < reported + interval '65536 hours' THEN 8
    ELSE 9
END;
CREATE INDEX ix_incident_lifespan ON incident (incident_lifespan(reported_at, ended_at), reported_at);
CREATE INDEX ix_incident_taken_at ON incident (taken_at);
CREATE INDEX ix_incident_ended_at ON incident (ended_at);
CREATE INDEX ix_incident_last_return_at ON incident (last_return_at) WHERE last_return_at IS NOT NULL;
CREATE INDEX ix_incident_ever_overdue ON incident (due_at) WHERE ended_at IS NULL OR ended_at > due_at;

CREATE TABLE figure_series (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    category TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_figure_series PRIMARY KEY (id),
    CONSTRAINT uq_figure_series_category_kind_source UNIQUE (category, kind, source)
);

CREATE TABLE figure_city_day (
    day DATE NOT NULL,
    series_id INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    found INTEGER NOT NULL,
    finder_known INTEGER NOT NULL,
    CONSTRAINT pk_figure_city_day PRIMARY KEY (day, series_id)
);

CREATE TABLE figure_grid_month (
    month DATE NOT NULL,
    grid_id BIGINT NOT NULL,
    series_id INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    found INTEGER NOT NULL,
    finder_known INTEGER NOT NULL,
    CONSTRAINT pk_figure_grid_month PRIMARY KEY (grid_id, month, series_id)
);

COMMENT ON COLUMN figure_city_day.day IS 'of the step, in the city''s time zone';
COMMENT ON COLUMN figure_city_day.in_time IS 'accepted on this day and ever closed by the due time';
COMMENT ON COLUMN figure_city_day.late IS 'accepted on this day and ever closed after the due time';
COMMENT ON COLUMN figure_grid_month.month IS 'first day of the step''s month, in the city''s time zone';
COMMENT ON COLUMN figure_grid_month.grid_id IS 'the incident''s stored grid; 0 where it has none';
COMMENT ON COLUMN figure_grid_month.in_time IS 'accepted in this month and ever closed by the due time';
COMMENT ON COLUMN figure_grid_month.late IS 'accepted in this month and ever closed after the due time';

-- Three texts of SQL over a source of incidents with a sign: 1 for rows that came, -1 for rows that went. A
-- transition table is seen only by the statements of its own trigger, so the text is made here and run there.
CREATE FUNCTION figure_series_sql(source text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'INSERT INTO figure_series (category, kind, source)
    SELECT DISTINCT category, kind, source FROM ' || source || ' changed
    WHERE NOT EXISTS (SELECT FROM figure_series known
        WHERE (known.category, known.kind, known.source) = (changed.category, changed.kind, changed.source))
    ORDER BY category, kind, source ON CONFLICT DO NOTHING';

-- One row an incident: the days of its steps in the city's time zone, where, and which series.
CREATE FUNCTION figure_lives_sql(source text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'SELECT sign, COALESCE(grid_id, 0) AS grid_id, figure_series.id AS series_id, state = ''refused'' AS refused,
        found_by_grid AS found, CASE WHEN state <> ''refused'' AND closed_at IS NOT NULL THEN ended_at <= due_at END AS in_time,
        (reported_at AT TIME ZONE zone)::date AS reported_on, (taken_at AT TIME ZONE zone)::date AS taken_on,
        (ended_at AT TIME ZONE zone)::date AS ended_on, (last_return_at AT TIME ZONE zone)::date AS returned_on
    FROM ' || source || ' changed JOIN figure_series USING (category, kind, source),
        (SELECT COALESCE((SELECT time_zone FROM city), ''UTC'') AS zone) clock';

-- One row a step: its day, and what it adds.
CREATE FUNCTION figure_steps_sql(lives text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'SELECT reported_on AS day, grid_id, series_id, sign AS reported, 0 AS accepted, 0 AS refused, 0 AS ended,
        0 AS in_time, 0 AS late, 0 AS returned, sign * COALESCE(found, false)::int AS found,
        sign * (found IS NOT NULL)::int AS finder_known FROM ' || lives || '
    UNION ALL SELECT taken_on, grid_id, series_id, 0, sign, 0, 0, sign * COALESCE(in_time, false)::int,
        sign * COALESCE(NOT in_time, false)::int, 0, 0, 0 FROM ' || lives || ' WHERE taken_on IS NOT NULL
    UNION ALL SELECT ended_on, grid_id, series_id, 0, 0, sign * refused::int, sign * (NOT refused)::int, 0, 0, 0, 0, 0
        FROM ' || lives || ' WHERE ended_on IS NOT NULL
    UNION ALL SELECT returned_on, grid_id, series_id, 0, 0, 0, 0, 0, 0, sign, 0, 0
        FROM ' || lives || ' WHERE returned_on IS NOT NULL';

-- What the rows of a source add to both tables.
CREATE FUNCTION figure_counts_sql(source text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'WITH lived AS MATERIALIZED (' || figure_lives_sql(source) || '), by_month AS (
    INSERT INTO figure_grid_month (grid_id, month, series_id,
        reported, accepted, refused, ended, in_time, late, returned, found, finder_known)
    SELECT grid_id, day - (date_part(''day'', day)::int - 1) AS month, series_id,
        sum(reported), sum(accepted), sum(refused), sum(ended), sum(in_time), sum(late), sum(returned),
        sum(found), sum(finder_known)
    FROM (' || figure_steps_sql('lived') || ') step GROUP BY 1, 2, 3
    HAVING (sum(reported), sum(accepted), sum(refused), sum(ended), sum(in_time), sum(late), sum(returned),
        sum(found), sum(finder_known))
        IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)
    ORDER BY 1, 2, 3
    ON CONFLICT (grid_id, month, series_id) DO UPDATE SET
        reported = figure_grid_month.reported + excluded.reported, accepted = figure_grid_month.accepted +
            excluded.accepted, refused = figure_grid_month.refused + excluded.refused, ended =
            figure_grid_month.ended + excluded.ended, in_time = figure_grid_month.in_time + excluded.in_time, late
            = figure_grid_month.late + excluded.late, returned = figure_grid_month.returned + excluded.returned,
            found = figure_grid_month.found + excluded.found, finder_known = figure_grid_month.finder_known +
            excluded.finder_known
    )
    INSERT INTO figure_city_day (day, series_id,
        reported, accepted, refused, ended, in_time, late, returned, found, finder_known)
    SELECT day, series_id,
        sum(reported), sum(accepted), sum(refused), sum(ended), sum(in_time), sum(late), sum(returned),
        sum(found), sum(finder_known)
    FROM (' || figure_steps_sql('lived') || ') step GROUP BY 1, 2
    HAVING (sum(reported), sum(accepted), sum(refused), sum(ended), sum(in_time), sum(late), sum(returned),
        sum(found), sum(finder_known))
        IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)
    ORDER BY 1, 2
    ON CONFLICT (day, series_id) DO UPDATE SET
        reported = figure_city_day.reported + excluded.reported, accepted = figure_city_day.accepted +
            excluded.accepted, refused = figure_city_day.refused + excluded.refused, ended = figure_city_day.ended
            + excluded.ended, in_time = figure_city_day.in_time + excluded.in_time, late = figure_city_day.late +
            excluded.late, returned = figure_city_day.returned + excluded.returned, found = figure_city_day.found
            + excluded.found, finder_known = figure_city_day.finder_known + excluded.finder_known';

CREATE FUNCTION follow_incidents() RETURNS trigger LANGUAGE plpgsql SET work_mem = '256MB' AS $$
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
        EXECUTE figure_counts_sql(source);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER figures_follow_insert AFTER INSERT ON incident REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION follow_incidents();
CREATE TRIGGER figures_follow_update AFTER UPDATE ON incident REFERENCING NEW TABLE AS came OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION follow_incidents();
CREATE TRIGGER figures_follow_delete AFTER DELETE ON incident REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION follow_incidents();

-- All counts anew, as after a change of the city's time zone.
CREATE FUNCTION recount_figures() RETURNS void LANGUAGE plpgsql SET work_mem = '256MB' AS $$
DECLARE
    source CONSTANT text := '(SELECT 1 AS sign, incident.* FROM incident)';
BEGIN
    PERFORM pg_advisory_xact_lock('figure_city_day'::regclass::bigint);
    DELETE FROM figure_city_day;
    DELETE FROM figure_grid_month;
    EXECUTE figure_series_sql(source);
    EXECUTE figure_counts_sql(source);
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON figure_series, figure_city_day, figure_grid_month TO gezhi_service;
    END IF;
END
$$;

SELECT recount_figures();
