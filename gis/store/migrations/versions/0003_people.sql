-- Ranks of roles can be exchanged within a transaction.
ALTER TABLE role
    DROP CONSTRAINT uq_role_rank,
    ADD CONSTRAINT uq_role_rank UNIQUE (rank) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT ck_role_code_filled CHECK (btrim(code) <> ''),
    ADD CONSTRAINT ck_role_name_zh_filled CHECK (btrim(name_zh) <> '');

ALTER TABLE worker ADD COLUMN left_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN worker.left_at IS 'when the person left the roster';

-- Memberships that are replaced stay, so that what was known at any time can be read again.
ALTER TABLE team_member
    DROP CONSTRAINT pk_team_member,
    ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN hours TEXT,
    ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN retracted_at TIMESTAMP WITH TIME ZONE;
UPDATE team_member SET recorded_at = since;
ALTER TABLE team_member
    ALTER COLUMN recorded_at SET DEFAULT now(),
    ALTER COLUMN recorded_at SET NOT NULL,
    ADD CONSTRAINT pk_team_member PRIMARY KEY (id),
    ADD CONSTRAINT ck_team_member_recorded_before_retracted CHECK (retracted_at >= recorded_at);
CREATE UNIQUE INDEX uq_team_member_valid ON team_member (team_id, worker_id, role, since) WHERE retracted_at IS NULL;
COMMENT ON COLUMN team_member.hours IS
    'days and hours of the shift, as gis.duty.hours reads them; without: always';
COMMENT ON COLUMN team_member.retracted_at IS 'when another row took this one''s place; never deleted';

CREATE TABLE leave (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    worker_id BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    stand_in_id BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    retracted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_leave PRIMARY KEY (id),
    CONSTRAINT ck_leave_ends_after_it_begins CHECK (until > since),
    CONSTRAINT ck_leave_stands_in_for_another CHECK (stand_in_id <> worker_id),
    CONSTRAINT ck_leave_recorded_before_retracted CHECK (retracted_at >= recorded_at),
    CONSTRAINT fk_leave_worker_id FOREIGN KEY(worker_id) REFERENCES worker (id),
    CONSTRAINT fk_leave_stand_in_id FOREIGN KEY(stand_in_id) REFERENCES worker (id)
);
CREATE UNIQUE INDEX uq_leave_valid ON leave (worker_id, since) WHERE retracted_at IS NULL;
COMMENT ON COLUMN leave.stand_in_id IS 'who answers meanwhile; without: the ladder';
COMMENT ON COLUMN leave.retracted_at IS 'when another row took this one''s place; never deleted';

CREATE TABLE calendar_day (
    day DATE NOT NULL,
    working BOOLEAN NOT NULL,
    name TEXT,
    simulated BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_calendar_day PRIMARY KEY (day)
);
COMMENT ON COLUMN calendar_day.working IS 'false: a holiday; true: a working day out of turn 调休上班';

CREATE TABLE office_hours (
    id INTEGER DEFAULT 1 NOT NULL,
    hours TEXT NOT NULL,
    CONSTRAINT pk_office_hours PRIMARY KEY (id),
    CONSTRAINT ck_office_hours_one_row CHECK (id = 1)
);
COMMENT ON COLUMN office_hours.hours IS 'weekdays and spans, as gis.duty.hours reads them';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gezhi_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON leave, calendar_day, office_hours TO gezhi_service;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gezhi_service;
    END IF;
END
$$;
