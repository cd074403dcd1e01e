-- What an incident refers to is checked once a statement, for all its rows together, instead of five times a row.

ALTER TABLE incident
    DROP CONSTRAINT fk_incident_edition_id,
    DROP CONSTRAINT fk_incident_grid_id,
    DROP CONSTRAINT fk_incident_nearest_grid_id,
    DROP CONSTRAINT fk_incident_runner_up_grid_id,
    DROP CONSTRAINT fk_incident_charge_team_id,
    DROP CONSTRAINT fk_incident_charge_worker_id;

-- The rows found are locked as a foreign key locks them, so that nobody removes them before the commit.
CREATE FUNCTION check_incident_references() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair text[];
    asked bigint;
    found bigint;
BEGIN
    FOREACH pair SLICE 1 IN ARRAY ARRAY[
        ['edition_id', 'edition'], ['grid_id', 'grid'], ['nearest_grid_id', 'grid'], ['runner_up_grid_id', 'grid'],
        ['charge_team_id', 'team'], ['charge_worker_id', 'worker']
    ] LOOP
        EXECUTE 'WITH asked AS MATERIALIZED (SELECT DISTINCT ' || quote_ident(pair[1]) || ' AS id FROM written), '
            'found AS MATERIALIZED (SELECT id FROM ' || quote_ident(pair[2]) ||
            ' WHERE id IN (SELECT id FROM asked) FOR KEY SHARE) '
            'SELECT (SELECT count(id) FROM asked), (SELECT count(*) FROM found)'
            INTO asked, found;
        IF asked <> found THEN
            RAISE foreign_key_violation USING
                MESSAGE = 'incident.' || pair[1] || ' names a row of ' || pair[2] || ' that is not there',
                TABLE = 'incident', COLUMN = pair[1];
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER check_references_of_new AFTER INSERT ON incident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_incident_references();
CREATE TRIGGER check_references_of_changed AFTER UPDATE ON incident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_incident_references();

-- The other way round: nothing is removed that an incident refers to. Its arguments are columns of incident.
CREATE FUNCTION keep_what_incidents_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text;
    is_named boolean;
BEGIN
    FOREACH named IN ARRAY TG_ARGV LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM incident WHERE ' || quote_ident(named) || ' IN (SELECT id FROM removed))'
            INTO is_named;
        IF is_named THEN
            RAISE foreign_key_violation USING
                MESSAGE = 'a row of ' || TG_TABLE_NAME || ' is still named by incident.' || named,
                TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_what_incidents_name AFTER DELETE ON edition REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_incidents_name('edition_id');
CREATE TRIGGER keep_what_incidents_name AFTER DELETE ON grid REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_incidents_name('grid_id', 'nearest_grid_id', 'runner_up_grid_id');
CREATE TRIGGER keep_what_incidents_name AFTER DELETE ON team REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_incidents_name('charge_team_id');
CREATE TRIGGER keep_what_incidents_name AFTER DELETE ON worker REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_incidents_name('charge_worker_id');
