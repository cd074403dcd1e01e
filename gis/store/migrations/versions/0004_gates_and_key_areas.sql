-- Gates of sites, the ground of fenced ones, and key areas with their grids.

ALTER TABLE site ADD COLUMN shape geometry(MULTIPOLYGON,4326);

CREATE TABLE gate (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    site_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    source_ref TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    point geometry(POINT,4326) NOT NULL,
    declared_crs TEXT NOT NULL,
    cell BIGINT NOT NULL,
    simulated BOOLEAN DEFAULT false NOT NULL,
    edition_id INTEGER,
    grid_id BIGINT,
    nearest_grid_id BIGINT,
    nearest_distance_m DOUBLE PRECISION,
    CONSTRAINT pk_gate PRIMARY KEY (id),
    CONSTRAINT uq_gate_source_source_ref UNIQUE (source, source_ref),
    CONSTRAINT ck_gate_state_known CHECK (state IN ('open', 'closed', 'unknown')),
    CONSTRAINT ck_gate_source_filled CHECK (btrim(source) <> ''),
    CONSTRAINT ck_gate_source_ref_filled CHECK (btrim(source_ref) <> ''),
    CONSTRAINT ck_gate_name_filled CHECK (btrim(name) <> ''),
    CONSTRAINT fk_gate_site_id FOREIGN KEY(site_id) REFERENCES site (id) ON DELETE CASCADE,
    CONSTRAINT fk_gate_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
    CONSTRAINT fk_gate_grid_id FOREIGN KEY(grid_id) REFERENCES grid (id),
    CONSTRAINT fk_gate_nearest_grid_id FOREIGN KEY(nearest_grid_id) REFERENCES grid (id)
);
CREATE INDEX ix_gate_grid_id ON gate (grid_id);
CREATE INDEX ix_gate_point ON gate USING gist (point);
CREATE INDEX ix_gate_site_id ON gate (site_id);

CREATE TABLE key_area (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    source_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    shape geometry(MULTIPOLYGON,4326) NOT NULL,
    area_m2 DOUBLE PRECISION NOT NULL,
    declared_crs TEXT NOT NULL,
    simulated BOOLEAN DEFAULT false NOT NULL,
    edition_id INTEGER,
    CONSTRAINT pk_key_area PRIMARY KEY (id),
    CONSTRAINT uq_key_area_source_source_ref UNIQUE (source, source_ref),
    CONSTRAINT ck_key_area_area_positive CHECK (area_m2 > 0),
    CONSTRAINT ck_key_area_source_filled CHECK (btrim(source) <> ''),
    CONSTRAINT ck_key_area_source_ref_filled CHECK (btrim(source_ref) <> ''),
    CONSTRAINT ck_key_area_kind_filled CHECK (btrim(kind) <> ''),
    CONSTRAINT ck_key_area_name_filled CHECK (btrim(name) <> ''),
    CONSTRAINT fk_key_area_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id)
);
CREATE INDEX ix_key_area_shape ON key_area USING gist (shape);

CREATE TABLE key_area_grid (
    key_area_id BIGINT NOT NULL,
    grid_id BIGINT NOT NULL,
    share DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_key_area_grid PRIMARY KEY (key_area_id, grid_id),
    CONSTRAINT ck_key_area_grid_share_of_one CHECK (share > 0 AND share <= 1),
    CONSTRAINT fk_key_area_grid_key_area_id FOREIGN KEY(key_area_id) REFERENCES key_area (id) ON DELETE CASCADE,
    CONSTRAINT fk_key_area_grid_grid_id FOREIGN KEY(grid_id) REFERENCES grid (id)
);
CREATE INDEX ix_key_area_grid_grid_id ON key_area_grid (grid_id);

COMMENT ON COLUMN site.shape IS 'the ground of a site that is fenced in; the point lies in it';
COMMENT ON COLUMN gate.cell IS 'H3 resolution 12';
COMMENT ON COLUMN key_area_grid.share IS 'of the key area''s ground that lies in this grid';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON gate, key_area, key_area_grid TO gezhi_service;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gezhi_service;
    END IF;
END
$$;
