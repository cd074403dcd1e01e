-- The gazetteer: addresses with their parts.

CREATE TABLE address (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    source_ref TEXT NOT NULL,
    full_text TEXT NOT NULL,
    key TEXT NOT NULL,
    street TEXT,
    crossing TEXT,
    village TEXT,
    estate TEXT,
    lane TEXT,
    group_no TEXT,
    number INTEGER,
    last INTEGER,
    sub TEXT,
    building TEXT,
    unit TEXT,
    room TEXT,
    precision TEXT NOT NULL,
    point geometry(POINT,4326) NOT NULL,
    declared_crs TEXT NOT NULL,
    cell BIGINT NOT NULL,
    simulated BOOLEAN DEFAULT false NOT NULL,
    edition_id INTEGER,
    grid_id BIGINT,
    nearest_grid_id BIGINT,
    nearest_distance_m DOUBLE PRECISION,
    CONSTRAINT pk_address PRIMARY KEY (id),
    CONSTRAINT uq_address_source_source_ref UNIQUE (source, source_ref),
    CONSTRAINT ck_address_names_something CHECK (num_nonnulls(street, village, estate) > 0),
    CONSTRAINT ck_address_numbers_in_order CHECK (number >= 0 AND last >= number),
    CONSTRAINT ck_address_source_filled CHECK (btrim(source) <> ''),
    CONSTRAINT ck_address_source_ref_filled CHECK (btrim(source_ref) <> ''),
    CONSTRAINT ck_address_full_text_filled CHECK (btrim(full_text) <> ''),
    CONSTRAINT fk_address_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
    CONSTRAINT fk_address_grid_id FOREIGN KEY(grid_id) REFERENCES grid (id),
    CONSTRAINT fk_address_nearest_grid_id FOREIGN KEY(nearest_grid_id) REFERENCES grid (id)
);
CREATE INDEX ix_address_point ON address USING gist (point);
CREATE INDEX ix_address_grid_id ON address (grid_id);
CREATE INDEX ix_address_key ON address (key);
COMMENT ON COLUMN address.full_text IS 'as the source writes it';
COMMENT ON COLUMN address.key IS 'the same in one way of writing; joins lists of addresses';
COMMENT ON COLUMN address.crossing IS 'the street that crosses';
COMMENT ON COLUMN address.estate IS 'a compound, a building with a name';
COMMENT ON COLUMN address.group_no IS 'village group';
COMMENT ON COLUMN address.last IS 'the other end of a block of numbers';
COMMENT ON COLUMN address.cell IS 'H3 resolution 12';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON address TO gezhi_service;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gezhi_service;
    END IF;
END
$$;
