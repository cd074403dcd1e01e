-- Roads, railways, water, green and built-up ground: what lies beneath the grids. A load replaces them all.
CREATE TABLE map_feature (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    class TEXT NOT NULL,
    name TEXT,
    width_m DOUBLE PRECISION,
    bridge BOOLEAN DEFAULT false NOT NULL,
    min_zoom DOUBLE PRECISION NOT NULL,
    shape geometry(GEOMETRY,4326) NOT NULL,
    simulated BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_map_feature PRIMARY KEY (id),
    CONSTRAINT ck_map_feature_class_known CHECK (class IN ('motorway', 'trunk', 'road', 'street', 'lane', 'railway', 'river', 'stream', 'water', 'sea', 'green', 'built_up')),
    CONSTRAINT ck_map_feature_width_positive CHECK (width_m > 0),
    CONSTRAINT ck_map_feature_name_filled CHECK (btrim(name) <> '')
);
CREATE INDEX ix_map_feature_shape ON map_feature USING gist (shape);
COMMENT ON COLUMN map_feature.width_m IS 'on the ground; unknown for areas and many lines';
COMMENT ON COLUMN map_feature.min_zoom IS 'zoom of 512 px tiles from which it is drawn';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON map_feature TO gezhi_service;
        GRANT USAGE ON SEQUENCE map_feature_id_seq TO gezhi_service;
    END IF;
END
$$;
