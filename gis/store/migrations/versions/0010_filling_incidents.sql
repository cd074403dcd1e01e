-- The first load of a city's incidents makes their indexes after the rows, sorted, and not row by row beside them.

-- What the indexes of incident were while they are set aside; only within a transaction is anything here.
CREATE TABLE incident_index_aside (
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    CONSTRAINT pk_incident_index_aside PRIMARY KEY (name)
);
COMMENT ON TABLE incident_index_aside IS 'filled and emptied again within one transaction';

-- Removes the indexes of an empty incident table, but not those of its keys; says whether it did. A table that holds
-- rows, or that somebody reads at this moment, stays as it is. Until the commit nobody else reads it.
CREATE FUNCTION set_incident_indexes_aside() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    index_name text;
BEGIN
    IF EXISTS (SELECT FROM incident) THEN
        RETURN false;
    END IF;
    BEGIN
        LOCK TABLE incident IN ACCESS EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN
        RETURN false;
    END;
    IF EXISTS (SELECT FROM incident) THEN
        RETURN false;
    END IF;
    INSERT INTO incident_index_aside (name, definition)
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = 'incident'::regclass AND NOT indisunique;
    FOR index_name IN SELECT name FROM incident_index_aside LOOP
        EXECUTE 'DROP INDEX ' || index_name;
    END LOOP;
    RETURN true;
END
$$;

-- Makes them again, as they were.
CREATE FUNCTION make_incident_indexes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    index_definition text;
BEGIN
    FOR index_definition IN DELETE FROM incident_index_aside RETURNING definition LOOP
        EXECUTE index_definition;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION set_incident_indexes_aside(), make_incident_indexes() FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT ON incident_index_aside TO gezhi_service;
        GRANT EXECUTE ON FUNCTION set_incident_indexes_aside(), make_incident_indexes() TO gezhi_service;
    END IF;
END
$$;
