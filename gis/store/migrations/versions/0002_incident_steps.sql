-- The time of each step of an incident's life, its returns, and the office that handles it.

ALTER TABLE incident
    ADD COLUMN refused_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN handed_on_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN signed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN returned_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN returns INTEGER DEFAULT '0' NOT NULL,
    ADD COLUMN handled_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN fed_back_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN checked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN rated_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN handling_unit TEXT,
    ADD CONSTRAINT ck_incident_state_known CHECK (state IN (
        'reported', 'accepted', 'refused', 'handed_on', 'signed', 'returned', 'handling', 'suspended', 'fed_back',
        'checked', 'closed', 'rated')),
    ADD CONSTRAINT ck_incident_returns_not_negative CHECK (returns >= 0),
    ADD CONSTRAINT ck_incident_returns_counted CHECK (returned_at IS NULL OR returns > 0),
    ADD CONSTRAINT ck_incident_handling_unit_filled CHECK (btrim(handling_unit) <> '');

COMMENT ON COLUMN incident.handed_on_at IS 'the last time, as of every step that can happen again';
COMMENT ON COLUMN incident.returns IS 'how often it was returned';
COMMENT ON COLUMN incident.handled_at IS 'handling began';
COMMENT ON COLUMN incident.handling_unit IS 'the office that handles it, as the source names it';
