-- The same classes from a difference of times instead of sums: a sum of a time and an interval depends on the session's
-- zone as far as PostgreSQL knows, which kept it from taking the expression apart, so that each row cost a call.
CREATE OR REPLACE FUNCTION incident_lifespan(reported timestamptz, ended timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN ended - reported < interval '1 hour' THEN 0
    WHEN ended - reported < interval '4 hours' THEN 1
    WHEN ended - reported < interval '16 hours' THEN 2
    WHEN ended - reported < interval '64 hours' THEN 3
    WHEN ended - reported < interval '256 hours' THEN 4
    WHEN ended - reported < interval '1024 hours' THEN 5
    WHEN ended - reported < interval '4096 hours' THEN 6
    WHEN ended - reported < interval '16384 hours' THEN 7
    WHEN ended - reported < interval '65536 hours' THEN 8
    ELSE 9
END;
