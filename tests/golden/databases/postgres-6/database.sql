SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA sbm;
CREATE FUNCTION sbm.drop_outcomes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN DELETE FROM sbm.outcomes WHERE device_id = OLD.device_id; RETURN NULL; END $$;
CREATE FUNCTION sbm.keep_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM sbm.accounts WHERE account_id = OLD.account_id AND deletion = 0) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a revision is never removed'; END $$;
CREATE FUNCTION sbm.refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
CREATE FUNCTION sbm.tell_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN PERFORM pg_notify('sbm_revision', NEW.value::text); RETURN NULL; END $$;
CREATE TABLE sbm.accounts (
    account_id bigint NOT NULL,
    parent_id bigint,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    state bigint NOT NULL,
    stamp bigint NOT NULL,
    kind bigint DEFAULT 2 NOT NULL,
    level bigint DEFAULT 3,
    deletion bigint,
    quota_hard bigint,
    quota_soft bigint,
    policy text COLLATE pg_catalog."C",
    comment text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    about text COLLATE pg_catalog."C",
    second_factor boolean DEFAULT false NOT NULL,
    agent bigint,
    CONSTRAINT accounts_check CHECK (((((level >= 1) AND (level <= 5)) AND (kind = 2)) OR ((level IS NULL) AND (kind <> 2)))),
    CONSTRAINT accounts_kind_check CHECK ((kind = ANY (ARRAY[(0)::bigint, (1)::bigint, (2)::bigint])))
);
CREATE TABLE sbm.allowlist (
    account_id bigint NOT NULL,
    allow_id bigint NOT NULL,
    pattern text NOT NULL COLLATE pg_catalog."C",
    comment text NOT NULL COLLATE pg_catalog."C",
    stamp bigint NOT NULL,
    kind bigint NOT NULL,
    CONSTRAINT allowlist_kind_check CHECK ((kind = ANY (ARRAY[(0)::bigint, (1)::bigint])))
);
CREATE TABLE sbm.attempts (
    attempt bigint NOT NULL,
    at bigint NOT NULL,
    outcome bigint NOT NULL,
    name bytea NOT NULL,
    network text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT attempts_name_check CHECK ((octet_length(name) = 32))
);
CREATE TABLE sbm.audit (
    number bigint NOT NULL,
    at bigint NOT NULL,
    account_id bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    act text NOT NULL COLLATE pg_catalog."C",
    object text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    CONSTRAINT audit_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.audit_accounts (
    account_id bigint NOT NULL,
    number bigint NOT NULL
);
CREATE TABLE sbm.bodies (
    account_id bigint NOT NULL,
    hash bytea NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT bodies_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.branding_images (
    account_id bigint NOT NULL,
    hash bytea NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT branding_images_hash_check CHECK ((length(hash) = 32))
);
CREATE TABLE sbm.change_log (
    revision bigint NOT NULL,
    changes text NOT NULL COLLATE pg_catalog."C",
    revoked text COLLATE pg_catalog."C"
);
CREATE TABLE sbm.communications (
    communication_id bigint NOT NULL,
    account_id bigint NOT NULL,
    kind bigint NOT NULL,
    at bigint NOT NULL,
    planned boolean NOT NULL,
    with_whom text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    author text NOT NULL COLLATE pg_catalog."C",
    made bigint NOT NULL
);
CREATE TABLE sbm.custom_roles (
    account_id bigint NOT NULL,
    role_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    tasks bigint NOT NULL,
    stamp bigint NOT NULL
);
CREATE TABLE sbm.device_seen (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE sbm.devices (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    user_id bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    program text NOT NULL COLLATE pg_catalog."C",
    enrolled bigint NOT NULL,
    stamp bigint NOT NULL,
    CONSTRAINT devices_installation_check CHECK ((octet_length(installation) = 16))
);
CREATE TABLE sbm.enrolment_devices (
    enrolment_id bigint NOT NULL,
    installation bytea NOT NULL,
    phase bigint NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    program text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    asked bigint NOT NULL,
    CONSTRAINT enrolment_devices_installation_check CHECK ((octet_length(installation) = 16))
);
CREATE TABLE sbm.enrolments (
    enrolment_id bigint NOT NULL,
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    kind bigint NOT NULL,
    hash bytea NOT NULL,
    most bigint NOT NULL,
    uses bigint NOT NULL,
    expires bigint NOT NULL,
    approval boolean NOT NULL,
    revoked boolean NOT NULL,
    comment text NOT NULL COLLATE pg_catalog."C",
    made_by text NOT NULL COLLATE pg_catalog."C",
    made bigint NOT NULL,
    CONSTRAINT enrolments_check CHECK (((uses >= 0) AND (uses <= most))),
    CONSTRAINT enrolments_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.erase_orders (
    order_id bytea NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    deleted bigint NOT NULL,
    tries bigint NOT NULL,
    due bigint NOT NULL,
    tried bigint,
    failure text COLLATE pg_catalog."C",
    done bigint,
    CONSTRAINT erase_orders_order_id_check CHECK ((octet_length(order_id) = 16))
);
CREATE TABLE sbm.factor_channels (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    channel bigint NOT NULL,
    nonce bytea NOT NULL,
    sealed bytea NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT factor_channels_channel_check CHECK ((channel = ANY (ARRAY[(1)::bigint, (2)::bigint]))),
    CONSTRAINT factor_channels_nonce_check CHECK ((octet_length(nonce) = 24))
);
CREATE TABLE sbm.factors (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    nonce bytea NOT NULL,
    sealed bytea NOT NULL,
    step bigint NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT factors_nonce_check CHECK ((octet_length(nonce) = 24))
);
CREATE TABLE sbm.filled (
    account_id bigint NOT NULL,
    stored bigint NOT NULL,
    reserved bigint NOT NULL
);
CREATE TABLE sbm.followed (
    one bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT followed_one_check CHECK ((one = 1))
);
CREATE TABLE sbm.gone_accounts (
    account_id bigint NOT NULL,
    parent_id bigint NOT NULL
);
CREATE TABLE sbm.grants (
    account_id bigint NOT NULL,
    grant_id bigint NOT NULL,
    user_id bigint NOT NULL,
    built_in bigint,
    role_id bigint,
    stamp bigint NOT NULL
);
CREATE TABLE sbm.groups (
    account_id bigint NOT NULL,
    group_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    stamp bigint NOT NULL
);
CREATE TABLE sbm.half_logins (
    hash bytea NOT NULL,
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    installation bytea,
    proved bytea NOT NULL,
    begun bigint NOT NULL,
    tries bigint NOT NULL,
    CONSTRAINT half_logins_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT half_logins_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT half_logins_proved_check CHECK ((octet_length(proved) = 32))
);
CREATE TABLE sbm.holders (
    account_id bigint NOT NULL,
    guid bytea NOT NULL,
    device_id bigint NOT NULL,
    revision bigint NOT NULL,
    fetched_at bigint NOT NULL,
    CONSTRAINT holders_guid_check CHECK ((octet_length(guid) = 16))
);
CREATE TABLE sbm.marks (
    revision bigint NOT NULL,
    mark bigint NOT NULL
);
CREATE TABLE sbm.migrations (
    version bigint NOT NULL,
    min_program bigint NOT NULL,
    sha256 text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sbm.next_numbers (
    kind text NOT NULL COLLATE pg_catalog."C",
    next bigint NOT NULL,
    CONSTRAINT next_numbers_next_check CHECK ((next > 0))
);
CREATE TABLE sbm.outcomes (
    account_id bigint NOT NULL,
    guid bytea NOT NULL,
    device_id bigint NOT NULL,
    revision bigint NOT NULL,
    failure text COLLATE pg_catalog."C",
    at bigint NOT NULL,
    CONSTRAINT outcomes_guid_check CHECK ((octet_length(guid) = 16))
);
CREATE TABLE sbm.profile_groups (
    account_id bigint NOT NULL,
    profile_id bigint NOT NULL,
    group_id bigint NOT NULL
);
CREATE TABLE sbm.profile_revisions (
    account_id bigint NOT NULL,
    guid bytea NOT NULL,
    revision bigint NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    body bytea NOT NULL,
    size bigint NOT NULL,
    schedule bytea,
    uploaded_by text NOT NULL COLLATE pg_catalog."C",
    uploaded_at bigint NOT NULL,
    CONSTRAINT profile_revisions_guid_check CHECK ((octet_length(guid) = 16)),
    CONSTRAINT profile_revisions_revision_check CHECK ((revision > 0))
);
CREATE TABLE sbm.profiles (
    account_id bigint NOT NULL,
    profile_id bigint NOT NULL,
    guid bytea NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    revision bigint NOT NULL,
    body bytea NOT NULL,
    size bigint NOT NULL,
    schedule bytea,
    import_schedule boolean NOT NULL,
    marked boolean NOT NULL,
    uploaded_by text NOT NULL COLLATE pg_catalog."C",
    uploaded_at bigint NOT NULL,
    stamp bigint NOT NULL,
    CONSTRAINT profiles_guid_check CHECK ((octet_length(guid) = 16)),
    CONSTRAINT profiles_revision_check CHECK ((revision > 0))
);
CREATE TABLE sbm.pruned (
    account_id bigint NOT NULL,
    installation bytea NOT NULL,
    run_id bytea NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pruned_run_id_check CHECK ((octet_length(run_id) = 16))
);
CREATE TABLE sbm.recovery_codes (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT recovery_codes_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.relocation (
    one bigint NOT NULL,
    move bytea NOT NULL,
    role bigint NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    part bigint NOT NULL,
    done bigint NOT NULL,
    CONSTRAINT relocation_move_check CHECK ((octet_length(move) = 16)),
    CONSTRAINT relocation_one_check CHECK ((one = 1)),
    CONSTRAINT relocation_role_check CHECK ((role = ANY (ARRAY[(1)::bigint, (2)::bigint])))
);
CREATE TABLE sbm.reservations (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    run_id bytea NOT NULL,
    bytes bigint NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT reservations_run_id_check CHECK ((length(run_id) = 16))
);
CREATE TABLE sbm.revision (
    one bigint NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT revision_one_check CHECK ((one = 1)),
    CONSTRAINT revision_value_check CHECK ((value > 0))
);
CREATE TABLE sbm.run_stubs (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    installation bytea NOT NULL,
    sequence bigint NOT NULL
);
CREATE SEQUENCE sbm.runs_arrival
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE sbm.runs (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    device_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    profile_name text NOT NULL COLLATE pg_catalog."C",
    profile_guid bytea,
    profile_version bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind bigint NOT NULL,
    kind_text text NOT NULL COLLATE pg_catalog."C",
    begun_by bigint NOT NULL,
    restore boolean NOT NULL,
    thread_start bigint NOT NULL,
    profile_start bigint NOT NULL,
    group_start bigint,
    utc_offset bigint NOT NULL,
    os_user text NOT NULL COLLATE pg_catalog."C",
    result bigint NOT NULL,
    ended bigint NOT NULL,
    files_copied bigint NOT NULL,
    files_deleted bigint NOT NULL,
    files_failed bigint NOT NULL,
    bytes_copied bigint NOT NULL,
    bytes_deleted bigint NOT NULL,
    bytes_failed bigint NOT NULL,
    bytes_stored bigint,
    error text NOT NULL COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    arrival bigint DEFAULT nextval('sbm.runs_arrival'::regclass) NOT NULL,
    CONSTRAINT runs_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT runs_profile_guid_check CHECK ((octet_length(profile_guid) = 16)),
    CONSTRAINT runs_run_id_check CHECK ((octet_length(run_id) = 16)),
    CONSTRAINT runs_sequence_check CHECK ((sequence > 0))
)
PARTITION BY RANGE (run_id);
CREATE TABLE sbm.runs_2026_11 (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    device_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    profile_name text NOT NULL COLLATE pg_catalog."C",
    profile_guid bytea,
    profile_version bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind bigint NOT NULL,
    kind_text text NOT NULL COLLATE pg_catalog."C",
    begun_by bigint NOT NULL,
    restore boolean NOT NULL,
    thread_start bigint NOT NULL,
    profile_start bigint NOT NULL,
    group_start bigint,
    utc_offset bigint NOT NULL,
    os_user text NOT NULL COLLATE pg_catalog."C",
    result bigint NOT NULL,
    ended bigint NOT NULL,
    files_copied bigint NOT NULL,
    files_deleted bigint NOT NULL,
    files_failed bigint NOT NULL,
    bytes_copied bigint NOT NULL,
    bytes_deleted bigint NOT NULL,
    bytes_failed bigint NOT NULL,
    bytes_stored bigint,
    error text NOT NULL COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    arrival bigint DEFAULT nextval('sbm.runs_arrival'::regclass) NOT NULL,
    CONSTRAINT runs_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT runs_profile_guid_check CHECK ((octet_length(profile_guid) = 16)),
    CONSTRAINT runs_run_id_check CHECK ((octet_length(run_id) = 16)),
    CONSTRAINT runs_sequence_check CHECK ((sequence > 0))
);
CREATE TABLE sbm.runs_2026_12 (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    device_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    profile_name text NOT NULL COLLATE pg_catalog."C",
    profile_guid bytea,
    profile_version bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind bigint NOT NULL,
    kind_text text NOT NULL COLLATE pg_catalog."C",
    begun_by bigint NOT NULL,
    restore boolean NOT NULL,
    thread_start bigint NOT NULL,
    profile_start bigint NOT NULL,
    group_start bigint,
    utc_offset bigint NOT NULL,
    os_user text NOT NULL COLLATE pg_catalog."C",
    result bigint NOT NULL,
    ended bigint NOT NULL,
    files_copied bigint NOT NULL,
    files_deleted bigint NOT NULL,
    files_failed bigint NOT NULL,
    bytes_copied bigint NOT NULL,
    bytes_deleted bigint NOT NULL,
    bytes_failed bigint NOT NULL,
    bytes_stored bigint,
    error text NOT NULL COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    arrival bigint DEFAULT nextval('sbm.runs_arrival'::regclass) NOT NULL,
    CONSTRAINT runs_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT runs_profile_guid_check CHECK ((octet_length(profile_guid) = 16)),
    CONSTRAINT runs_run_id_check CHECK ((octet_length(run_id) = 16)),
    CONSTRAINT runs_sequence_check CHECK ((sequence > 0))
);
CREATE TABLE sbm.runs_2027_01 (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    device_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    profile_name text NOT NULL COLLATE pg_catalog."C",
    profile_guid bytea,
    profile_version bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind bigint NOT NULL,
    kind_text text NOT NULL COLLATE pg_catalog."C",
    begun_by bigint NOT NULL,
    restore boolean NOT NULL,
    thread_start bigint NOT NULL,
    profile_start bigint NOT NULL,
    group_start bigint,
    utc_offset bigint NOT NULL,
    os_user text NOT NULL COLLATE pg_catalog."C",
    result bigint NOT NULL,
    ended bigint NOT NULL,
    files_copied bigint NOT NULL,
    files_deleted bigint NOT NULL,
    files_failed bigint NOT NULL,
    bytes_copied bigint NOT NULL,
    bytes_deleted bigint NOT NULL,
    bytes_failed bigint NOT NULL,
    bytes_stored bigint,
    error text NOT NULL COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    arrival bigint DEFAULT nextval('sbm.runs_arrival'::regclass) NOT NULL,
    CONSTRAINT runs_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT runs_profile_guid_check CHECK ((octet_length(profile_guid) = 16)),
    CONSTRAINT runs_run_id_check CHECK ((octet_length(run_id) = 16)),
    CONSTRAINT runs_sequence_check CHECK ((sequence > 0))
);
CREATE TABLE sbm.runs_wild (
    account_id bigint NOT NULL,
    run_id bytea NOT NULL,
    device_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    installation bytea NOT NULL,
    computer text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    profile_name text NOT NULL COLLATE pg_catalog."C",
    profile_guid bytea,
    profile_version bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind bigint NOT NULL,
    kind_text text NOT NULL COLLATE pg_catalog."C",
    begun_by bigint NOT NULL,
    restore boolean NOT NULL,
    thread_start bigint NOT NULL,
    profile_start bigint NOT NULL,
    group_start bigint,
    utc_offset bigint NOT NULL,
    os_user text NOT NULL COLLATE pg_catalog."C",
    result bigint NOT NULL,
    ended bigint NOT NULL,
    files_copied bigint NOT NULL,
    files_deleted bigint NOT NULL,
    files_failed bigint NOT NULL,
    bytes_copied bigint NOT NULL,
    bytes_deleted bigint NOT NULL,
    bytes_failed bigint NOT NULL,
    bytes_stored bigint,
    error text NOT NULL COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    arrival bigint DEFAULT nextval('sbm.runs_arrival'::regclass) NOT NULL,
    CONSTRAINT runs_installation_check CHECK ((octet_length(installation) = 16)),
    CONSTRAINT runs_profile_guid_check CHECK ((octet_length(profile_guid) = 16)),
    CONSTRAINT runs_run_id_check CHECK ((octet_length(run_id) = 16)),
    CONSTRAINT runs_sequence_check CHECK ((sequence > 0))
);
CREATE TABLE sbm.secrets (
    name text NOT NULL COLLATE pg_catalog."C",
    nonce bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT secrets_nonce_check CHECK ((octet_length(nonce) = 24))
);
CREATE TABLE sbm.security_profiles (
    account_id bigint NOT NULL,
    security_profile_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    rights bigint NOT NULL,
    built_in boolean NOT NULL,
    stamp bigint NOT NULL
);
CREATE TABLE sbm.sendings (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    hour bigint NOT NULL,
    codes bigint NOT NULL
);
CREATE TABLE sbm.sent_codes (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    bound bytea NOT NULL,
    hash bytea NOT NULL,
    sent bigint NOT NULL,
    tries bigint NOT NULL,
    CONSTRAINT sent_codes_bound_check CHECK ((octet_length(bound) = 32)),
    CONSTRAINT sent_codes_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.sequences (
    account_id bigint NOT NULL,
    installation bytea NOT NULL,
    highest bigint NOT NULL
);
CREATE TABLE sbm.server (
    one bigint NOT NULL,
    claimed boolean NOT NULL,
    epoch bigint NOT NULL,
    keys text COLLATE pg_catalog."C",
    stamp bigint NOT NULL,
    max_offline bigint,
    second_factor text COLLATE pg_catalog."C",
    CONSTRAINT server_one_check CHECK ((one = 1))
);
CREATE TABLE sbm.servers (
    server_id bytea NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    program text NOT NULL COLLATE pg_catalog."C",
    started bigint NOT NULL,
    lease_until bigint,
    confirmed bigint NOT NULL,
    CONSTRAINT servers_server_id_check CHECK ((octet_length(server_id) = 16))
);
CREATE TABLE sbm.set_aside (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    hash bytea NOT NULL,
    received bigint NOT NULL,
    reason text NOT NULL COLLATE pg_catalog."C",
    raw text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT set_aside_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.setup_code (
    one bigint NOT NULL,
    hash bytea NOT NULL,
    expires bigint,
    wrong bigint NOT NULL,
    place text COLLATE pg_catalog."C",
    CONSTRAINT setup_code_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT setup_code_one_check CHECK ((one = 1))
);
CREATE TABLE sbm.silos (
    account_id bigint NOT NULL,
    own_user bigint,
    fence bigint NOT NULL,
    holder bigint
);
CREATE TABLE sbm.stored (
    account_id bigint NOT NULL,
    device_id bigint NOT NULL,
    number bigint NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE sbm.tasks (
    name text NOT NULL COLLATE pg_catalog."C",
    turn bigint NOT NULL,
    due bigint NOT NULL,
    begun bigint,
    lease_until bigint,
    done bigint,
    failed bigint,
    failure text COLLATE pg_catalog."C"
);
CREATE TABLE sbm.tokens (
    token_id bigint NOT NULL,
    audience bigint NOT NULL,
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    device_id bigint,
    hash bytea NOT NULL,
    created bigint NOT NULL,
    last_used bigint NOT NULL,
    expires bigint,
    revoked boolean NOT NULL,
    name text COLLATE pg_catalog."C",
    ceiling bigint,
    below bigint,
    CONSTRAINT tokens_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE TABLE sbm.tombstones (
    account_id bigint NOT NULL,
    guid bytea NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    deleted_by text NOT NULL COLLATE pg_catalog."C",
    deleted_at bigint NOT NULL,
    stamp bigint NOT NULL,
    CONSTRAINT tombstones_guid_check CHECK ((octet_length(guid) = 16)),
    CONSTRAINT tombstones_revision_check CHECK ((revision > 0))
);
CREATE TABLE sbm.user_groups (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id bigint NOT NULL
);
CREATE TABLE sbm.user_logins (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    at bigint NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sbm.user_passwords (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    phc text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE sbm.users (
    account_id bigint NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    disabled boolean NOT NULL,
    built_in boolean NOT NULL,
    roles bigint NOT NULL,
    security_profile_id bigint,
    stamp bigint NOT NULL
);
ALTER TABLE ONLY sbm.runs ATTACH PARTITION sbm.runs_2026_11 FOR VALUES FROM ('\x01a19467e800') TO ('\x01a22ee6b000');
ALTER TABLE ONLY sbm.runs ATTACH PARTITION sbm.runs_2026_12 FOR VALUES FROM ('\x01a22ee6b000') TO ('\x01a2ce8bd400');
ALTER TABLE ONLY sbm.runs ATTACH PARTITION sbm.runs_2027_01 FOR VALUES FROM ('\x01a2ce8bd400') TO ('\x01a36e30f800');
ALTER TABLE ONLY sbm.runs ATTACH PARTITION sbm.runs_wild DEFAULT;
INSERT INTO sbm.accounts VALUES (1, NULL, 'root', 'root', 0, 1, 2, 3, NULL, NULL, NULL, NULL, '', NULL, false, NULL);
INSERT INTO sbm.allowlist VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO sbm.attempts VALUES (1, 1795375938139, 0, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (2, 1795375938180, 1, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (3, 1795375938360, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (4, 1795375938409, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (5, 1795375938709, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (6, 1795375938757, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.audit VALUES (1, 1795375937870, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', '\x8d00dae6ea1cfddf71fd9b35b5d05fb806e8e8316af8d5639d6e309fbb71dfb6');
INSERT INTO sbm.audit VALUES (2, 1795375938129, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', '\xc6bef5f7aefffd998affb10bccdf10a7ead814314fa67f27641b2064823c24e2');
INSERT INTO sbm.audit VALUES (3, 1795375938182, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', '\x7d6dc47821957a3a1071b771de31b3f67f477901fc9925a906ee7e6757aedb70');
INSERT INTO sbm.audit VALUES (4, 1795375938185, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', '\x49f5fd7f0f9184d5c7a53e92b640de1d10c791d9e47f2d7a8e7a89e7dc95cb08');
INSERT INTO sbm.audit VALUES (5, 1795375938194, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', '\x45785854a912ccd57212c7d4189348282a5bf53dfe48684062f312f26ab1b56f');
INSERT INTO sbm.audit VALUES (6, 1795375938267, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', '\x8d7a6cf3f51e012c79ccc089f348ef5df731f2692800936b797f72c4bf0ec5d9');
INSERT INTO sbm.audit VALUES (7, 1795375938274, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', '\xf0388d61d4c6cd892c1c97c8f264b6bf167a8d116573a6020ee9b20a1a29f041');
INSERT INTO sbm.audit VALUES (8, 1795375938282, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', '\x61fb4cb37599e947b0a219b4ee83b3800a07177703270647da492b1d56846cb7');
INSERT INTO sbm.audit VALUES (9, 1795375938328, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', '\x74dd9f536520a24c83935e1c2e0bd8d9eeb7682e420b561dca46887f4522162b');
INSERT INTO sbm.audit VALUES (10, 1795375938337, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', '\x9b519aafdd7c131540af6eaac50806a8189edfd0d51d6e9076d4527b81e5e185');
INSERT INTO sbm.audit VALUES (11, 1795375938398, 1, 'carol', '127.0.0.1', 'device.enrol', 'ce7afaacbb6533783f7a4a103a80f30c', 'ok', '`pc-17`', '\xf699251727ecd54670ee262365cc1c310fa3d5d1e30c958f1710af9b2e1abc32');
INSERT INTO sbm.audit VALUES (12, 1795375938413, 1, 'carol', '127.0.0.1', 'device.login', 'ce7afaacbb6533783f7a4a103a80f30c', 'ok', '', '\x97017bc9db3c28b5694ae0dc4ba4f327701396dac7a9fb627796614169afb221');
INSERT INTO sbm.audit VALUES (13, 1795375938741, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', '\x18fb6c4f5b82a5f04f5dfe249a7393936961375c9700e309f4a969aa14bac69c');
INSERT INTO sbm.audit VALUES (14, 1795375938759, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', '\x0c3262a32effed4d45868a31f3368614f6da96f1051814dc38811b5df09eb805');
INSERT INTO sbm.audit_accounts VALUES (1, 1);
INSERT INTO sbm.audit_accounts VALUES (1, 2);
INSERT INTO sbm.audit_accounts VALUES (1, 3);
INSERT INTO sbm.audit_accounts VALUES (1, 4);
INSERT INTO sbm.audit_accounts VALUES (1, 5);
INSERT INTO sbm.audit_accounts VALUES (1, 6);
INSERT INTO sbm.audit_accounts VALUES (1, 7);
INSERT INTO sbm.audit_accounts VALUES (1, 8);
INSERT INTO sbm.audit_accounts VALUES (1, 9);
INSERT INTO sbm.audit_accounts VALUES (1, 10);
INSERT INTO sbm.audit_accounts VALUES (1, 11);
INSERT INTO sbm.audit_accounts VALUES (1, 12);
INSERT INTO sbm.audit_accounts VALUES (1, 13);
INSERT INTO sbm.audit_accounts VALUES (1, 14);
INSERT INTO sbm.bodies VALUES (1, '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', '\x7265766973696f6e206f6e65');
INSERT INTO sbm.bodies VALUES (1, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', '\x7265766973696f6e2074776f');
INSERT INTO sbm.change_log VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJXYnFlNmVLR3JSSEdVVTU1WGhnNTVXeXRFNjZoT2FCQWFOcEthWnNYUmpFPSJdLCJjYSI6WyJjM2ZkZmRmNjE2NmU1Njk5MDk3ZDE2MzgxMzJiZjQwZGYzNjQ4ODVkOWY5YmE4MTNkODBkZGVmMTc0MWZiOTRhIl19","key":"d42ddd98cb531a1f","signature":"xo0E7Ka65uoOtNNXI9ZJJdc1tzt8fvRx970Ryij5EGx/LY07aAETc1WXXc2eqrIWiD2V8Fjh2iBGo5AH5EOXCw=="},"stamp":2}},{"mark":"06c068142c89fe83"}]', '[]');
INSERT INTO sbm.change_log VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJXYnFlNmVLR3JSSEdVVTU1WGhnNTVXeXRFNjZoT2FCQWFOcEthWnNYUmpFPSJdLCJjYSI6WyJjM2ZkZmRmNjE2NmU1Njk5MDk3ZDE2MzgxMzJiZjQwZGYzNjQ4ODVkOWY5YmE4MTNkODBkZGVmMTc0MWZiOTRhIl19","key":"d42ddd98cb531a1f","signature":"xo0E7Ka65uoOtNNXI9ZJJdc1tzt8fvRx970Ryij5EGx/LY07aAETc1WXXc2eqrIWiD2V8Fjh2iBGo5AH5EOXCw=="},"stamp":3}},{"password":{"user":1}},{"mark":"616294dc90ec48d2"}]', '[]');
INSERT INTO sbm.change_log VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"362ec9853b5190f5"}]', '[]');
INSERT INTO sbm.change_log VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"196b2fe0d1260dfe"}]', '[]');
INSERT INTO sbm.change_log VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"694396b0926a06c0"}]', '[]');
INSERT INTO sbm.change_log VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795375938274,"stamp":7}},{"mark":"6556d223d5294d76"}]', '[]');
INSERT INTO sbm.change_log VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795375938274,"stamp":8}},{"mark":"792ce6968c4fcb3a"}]', '[]');
INSERT INTO sbm.change_log VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"553ee731231abefc"}]', '[]');
INSERT INTO sbm.change_log VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795375938337,"stamp":10}},{"mark":"02633e7b94335fda"}]', '[]');
INSERT INTO sbm.change_log VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"ce7afaacbb6533783f7a4a103a80f30c","computer":"pc-17","program":"tests 1.0","enrolled":1795375938398,"stamp":11}},{"mark":"23bfafed1f3bc982"}]', '[]');
INSERT INTO sbm.change_log VALUES (12, '[{"mark":"29934a54884e10df"}]', '[{"device":1}]');
INSERT INTO sbm.change_log VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795375938741,"stamp":13}},{"mark":"40285df41d98efd6"}]', '[]');
INSERT INTO sbm.change_log VALUES (14, '[{"mark":"25673fc1ce69cb99"}]', '[{"device":2}]');
INSERT INTO sbm.device_seen VALUES (1, 1, 1795375938687);
INSERT INTO sbm.devices VALUES (1, 1, 2, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'tests 1.0', 1795375938398, 11);
INSERT INTO sbm.devices VALUES (1, 2, 2, '\x0a0b0c0d0e0f00010203040506070809', 'pc-17', 'tests 1.0', 1795375938741, 13);
INSERT INTO sbm.filled VALUES (1, 0, 0);
INSERT INTO sbm.groups VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO sbm.holders VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, 1795375938438);
INSERT INTO sbm.marks VALUES (2, 486503195611889283);
INSERT INTO sbm.marks VALUES (3, 7017334844441774290);
INSERT INTO sbm.marks VALUES (4, 3904279501039833333);
INSERT INTO sbm.marks VALUES (5, 1831610316084350462);
INSERT INTO sbm.marks VALUES (6, 7585071882536879808);
INSERT INTO sbm.marks VALUES (7, 7302254897169780086);
INSERT INTO sbm.marks VALUES (8, 8731607311838071610);
INSERT INTO sbm.marks VALUES (9, 6142601140008304380);
INSERT INTO sbm.marks VALUES (10, 172049911258505178);
INSERT INTO sbm.marks VALUES (11, 2575970944845334914);
INSERT INTO sbm.marks VALUES (12, 2995819904056037599);
INSERT INTO sbm.marks VALUES (13, 4623048320545779670);
INSERT INTO sbm.marks VALUES (14, 2695193003628809113);
INSERT INTO sbm.migrations VALUES (3, 3, 'f9c050950ae43139b4944b1897e90296a68abe9810700eac235b7f896e762f67');
INSERT INTO sbm.migrations VALUES (4, 4, '94edc03bffd5c877dea999c3848e4553f4e6299136a6bca22a147a588cb6f5a3');
INSERT INTO sbm.migrations VALUES (5, 5, 'de055b6d1b952f41108fde2eb015a08ea678394ef9ea4dfca2c8ef3966c99e14');
INSERT INTO sbm.migrations VALUES (6, 6, '25476707e97ad84c69ae6d54eb0ba90a47b4c88c6ca23a1dd5e2408c63fa3826');
INSERT INTO sbm.next_numbers VALUES ('account', 2);
INSERT INTO sbm.next_numbers VALUES ('allow', 2);
INSERT INTO sbm.next_numbers VALUES ('group', 2);
INSERT INTO sbm.next_numbers VALUES ('security_profile', 3);
INSERT INTO sbm.next_numbers VALUES ('profile', 2);
INSERT INTO sbm.next_numbers VALUES ('user', 4);
INSERT INTO sbm.next_numbers VALUES ('device', 3);
INSERT INTO sbm.next_numbers VALUES ('attempt', 7);
INSERT INTO sbm.next_numbers VALUES ('audit', 15);
INSERT INTO sbm.outcomes VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, NULL, 1795375938467);
INSERT INTO sbm.profile_groups VALUES (1, 1, 1);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 26, 'Finance documents', 'every night', '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', 12, NULL, 'admin', 1795375938274);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 2, 26, 'Finance documents', 'every night', '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, 'admin', 1795375938337);
INSERT INTO sbm.profiles VALUES (1, 1, '\x94d3d1c174724dc9a5e99ee763e23159', 'Finance documents', 'every night', 26, 2, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, false, false, 'admin', 1795375938337, 10);
INSERT INTO sbm.revision VALUES (1, 14);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a204bebb9a7fb3bdf43f3f2d973161', 1, 1, 1795375938485, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 1);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a204bebbca7dba83faeb3078b19936', 1, 2, 1795375938535, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 2);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a204bebc127ab8910a50770a5aa0b9', 1, 3, 1795375938602, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 3);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a204bebc3376dcb861e33d7952e2f7', 1, 4, 1795375938634, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 4);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a204bebc5e74ab98d5cee4d9310932', 1, 5, 1795375938674, '\xce7afaacbb6533783f7a4a103a80f30c', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 5);
INSERT INTO sbm.secrets VALUES ('ca.pem', '\x806584ef3edabe0eef1af339d6a47e770f2ec2324accf012', '\x1138fb90b7fcc45a6d8bb64cae543f906fd2c176ade897bcfd70be09ed2a4991c3d1eb49a26e92fb2f81321dff5d1a02045336fba7efa0ec5e6a39e3fb1c3659af0d50b75ca3fd6c2a14b9723471ac024cbaa3b2c09a5c7aec38598925be358e07144bff531a89df3894eaa6eb79a757cb4548c91ed955dca4f95a39e89eb375a0e944a46891610e4d95651ac7a7659c0e8c946f4a529f48feca0a31d004766938d8e337e4adbb6f033b335752c764a3f6ddd79716b771b674ef51ed12998c1eb976aeaa9410832381508bd67bc81af1af1c6292ec32c6dca68859422913317be36add7e43b8bc2a3dcab054d7e0278feab3ab8a5736ebbb6e44b30524c1a194b14367d42d774006ba0b3b64fa49ee877fdce210e4b617fc600424bec7d9825fb0d25de67dd2ec3ed2fcb5217fb5821990f5b105bec38e6a92e4261e264518e6bc516b547fabd61b563936138505ed95a7a439978781f4ea4824b52e8aa44ab0644a7f7cc16b2ef13faa3883e5452a38767f70c56efe7c71430f9bd22b6d54fac5a7995311545f251de910255fe6443fb66909ecaf90e9ada10c832a2cb4d252894469d54785456a55200655ab9439c17bcbee52d7004c39df4026d26fbb6e90d83b49b92d175169c98627ed0f8e59c18dbed305a1682ddc53ddc8631f717b6b5696eb0f5feb49699a07b4cd9b98e4a85e4826336c0679f45042ef178ca0c7ca9ce0ce2aefb72f1b02b121602a5deaf2fef55389732b141b01baaa40333d224c5d38f0c846664d7dae73dc42118ec6bce235a4e29a4ce0085bcc05907dc8cbd53bd19128a5c4dfed69a2296f3d5241f779a3f9b46b28c01a7b67fc23b38c2f2dd8a0739d9f5c161781cb324c652d93a08b46cc0e88368b2d0bd25a3e6d641beb221212a1940431307fcc774c6a4c688b895d2fec874c7e537ed0ee11823c3c17786024878910fc24b869ddf61e72cf97e92ebb9ffd8f11fe0e0e3dd05e40ddcaddfba5b9c1b8267e56ff52cd01cc6b1913eadcebd8d51fc35753d69f09039afb7b70d076992261b11a0cd44be7f4aec9e0e115dee72cd7a3bc48980f7c8420506de1330ab9a5373b1812256d7f936ddfdd5b2ae65da27cd3c2641ace92b7b998ead0ef97ebf0b90f213cf8cbdb9b28c3e165f15f81080bb847759750cbd48ffea333142a523832137a9ff532a56797a11ac6212f49cab0aa488d4279d8bba1afc9b98d8e532bc815863381b1c778326293c849f1b6ed4e7f617e76ed35b214ab24da15427ec0bbddaa25b78cb5');
INSERT INTO sbm.secrets VALUES ('root.key', '\x69732ce7bbdfd35240071f681ae32d02e3973aafe2048a12', '\xa8603fe8d88b4f067b8bc9d3f26db282b9eda612495b359aed88e9e8b094a63909e513c9e8d81e7931b6d7f0f521af2f8916470c400ec1a4a7a96a544d2a1a06e0c6de27c0a5ac1f3856927b36a5404cc78d64372b453d0fcb4ead63cdd0e817db04c17d595be41335a4a499df33ef6e41');
INSERT INTO sbm.secrets VALUES ('token.key', '\xc01b8755b98bc2562d8c5f5dc36d50a6c7915e51b349ddea', '\x6c0de59c5896772987df077bd51c55dd2e5755e263d6c613a16866baaabc0182641ede82d37f2560be137880f0c8d308c604daa8e08c73baf99b0026b230ceb40e3b57c31618f4809e88c4cd248391869bd00d546d83f696b596827939cc66aec5cbfa8f57e5ff3d40a4ca604e309679f776');
INSERT INTO sbm.secrets VALUES ('check', '\xbc1360106e80c65c9e19af218802ad77a8b61eb52768ead2', '\x6abf3352b060fb42e0a65964a3df6f4ca41eca95ba7a8c5570f51a50a90925be3f69a94f85b7bdb3dc8816ed42');
INSERT INTO sbm.secrets VALUES ('signing-1.key', '\x2aa2b063e19fa802e5ee6429d72e6033a49ef9c224349a21', '\xbc227c78b33247577297c55ccdc281dc6379d657139fb6cdc88aaa34b02c397c78a295255ee5be8c8fc0e317c3d7b9b594c198c71ff9ceab888cd6c6a8102ea6445995e29455c3a12b97bc7e5398914f5d492d2d43188676c868ea529d416db1571d4a08d1f23c10ad99de4c61455d787d4d11a282bb');
INSERT INTO sbm.security_profiles VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, true, 1);
INSERT INTO sbm.security_profiles VALUES (1, 2, 'End user', 'end user', '', 1536, false, 5);
INSERT INTO sbm.sequences VALUES (1, '\xce7afaacbb6533783f7a4a103a80f30c', 5);
INSERT INTO sbm.server VALUES (1, true, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJXYnFlNmVLR3JSSEdVVTU1WGhnNTVXeXRFNjZoT2FCQWFOcEthWnNYUmpFPSJdLCJjYSI6WyJjM2ZkZmRmNjE2NmU1Njk5MDk3ZDE2MzgxMzJiZjQwZGYzNjQ4ODVkOWY5YmE4MTNkODBkZGVmMTc0MWZiOTRhIl19","key":"d42ddd98cb531a1f","signature":"xo0E7Ka65uoOtNNXI9ZJJdc1tzt8fvRx970Ryij5EGx/LY07aAETc1WXXc2eqrIWiD2V8Fjh2iBGo5AH5EOXCw=="}', 3, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('reservations', 1, 1795379537921, 1795375937921, NULL, 1795375937924, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('ended_tokens', 1, 1795376537927, 1795375937927, NULL, 1795375937940, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('attempts', 1, 1795376537942, 1795375937942, NULL, 1795375937944, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('months', 1, 1795462337945, 1795375937945, NULL, 1795375937947, NULL, NULL);
INSERT INTO sbm.tokens VALUES (4217926105807533717, 2, 1, 2, 1, '\x1ad6297fd8780e02db19d601d67b2ae7a8d61c407ce9eea7a0a51bc8a29c7512', 1795375938405, 1795375938405, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (3799880097279349703, 2, 1, 2, 2, '\xa683c45d64d14099396c61e903bb9441f05e18fa67b92ff99554358d47adf671', 1795375938748, 1795375938748, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (596601392494950589, 1, 1, 1, NULL, '\x6f71601b594c321c413fda37c1adea8d7a7d099649d5fbc28fca44457d200a68', 1795375938176, 1795375938767, 1795419138176, false, NULL, NULL, NULL);
INSERT INTO sbm.user_groups VALUES (1, 2, 1);
INSERT INTO sbm.user_logins VALUES (1, 1, 1795375938180, '127.0.0.1');
INSERT INTO sbm.user_logins VALUES (1, 2, 1795375938759, '127.0.0.1');
INSERT INTO sbm.user_passwords VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$GSwJizXdg+mKG9q9be/+CA$KpzKxTRwS64TPU70TUHTSmfCQ7t/M/tuUlKIApyiBpg');
INSERT INTO sbm.user_passwords VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$qz3bFcvFIVrSCN30r7S1SQ$2ugOskaqqWugopy/QSFhy2OaFV+JRkZWns/pbe1ZgRU');
INSERT INTO sbm.user_passwords VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$1X2xkCLfHPqZYTQoeEUQXA$rDgAbI8AJZMjAm6OkFnNACrgooKa+lDrdp0uJdgSFaY');
INSERT INTO sbm.users VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', false, true, 33, 1, 1);
INSERT INTO sbm.users VALUES (1, 2, 'carol', 'carol', '', false, false, 0, 2, 6);
INSERT INTO sbm.users VALUES (1, 3, 'dora', 'dora', '', false, false, 0, NULL, 9);
SELECT pg_catalog.setval('sbm.runs_arrival', 5, true);
ALTER TABLE ONLY sbm.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY sbm.allowlist
    ADD CONSTRAINT allowlist_allow_id_key UNIQUE (allow_id);
ALTER TABLE ONLY sbm.allowlist
    ADD CONSTRAINT allowlist_pkey PRIMARY KEY (account_id, allow_id);
ALTER TABLE ONLY sbm.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (attempt);
ALTER TABLE ONLY sbm.audit_accounts
    ADD CONSTRAINT audit_accounts_pkey PRIMARY KEY (account_id, number);
ALTER TABLE ONLY sbm.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY sbm.bodies
    ADD CONSTRAINT bodies_pkey PRIMARY KEY (account_id, hash);
ALTER TABLE ONLY sbm.branding_images
    ADD CONSTRAINT branding_images_pkey PRIMARY KEY (account_id, hash);
ALTER TABLE ONLY sbm.change_log
    ADD CONSTRAINT change_log_pkey PRIMARY KEY (revision);
ALTER TABLE ONLY sbm.communications
    ADD CONSTRAINT communications_pkey PRIMARY KEY (communication_id);
ALTER TABLE ONLY sbm.custom_roles
    ADD CONSTRAINT custom_roles_account_id_name_key_key UNIQUE (account_id, name_key);
ALTER TABLE ONLY sbm.custom_roles
    ADD CONSTRAINT custom_roles_pkey PRIMARY KEY (account_id, role_id);
ALTER TABLE ONLY sbm.custom_roles
    ADD CONSTRAINT custom_roles_role_id_key UNIQUE (role_id);
ALTER TABLE ONLY sbm.device_seen
    ADD CONSTRAINT device_seen_pkey PRIMARY KEY (account_id, device_id);
ALTER TABLE ONLY sbm.devices
    ADD CONSTRAINT devices_account_id_installation_key UNIQUE (account_id, installation);
ALTER TABLE ONLY sbm.devices
    ADD CONSTRAINT devices_device_id_key UNIQUE (device_id);
ALTER TABLE ONLY sbm.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (account_id, device_id);
ALTER TABLE ONLY sbm.enrolment_devices
    ADD CONSTRAINT enrolment_devices_pkey PRIMARY KEY (enrolment_id, installation);
ALTER TABLE ONLY sbm.enrolments
    ADD CONSTRAINT enrolments_hash_key UNIQUE (hash);
ALTER TABLE ONLY sbm.enrolments
    ADD CONSTRAINT enrolments_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE ONLY sbm.erase_orders
    ADD CONSTRAINT erase_orders_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY sbm.factor_channels
    ADD CONSTRAINT factor_channels_pkey PRIMARY KEY (account_id, user_id, channel);
ALTER TABLE ONLY sbm.factors
    ADD CONSTRAINT factors_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.filled
    ADD CONSTRAINT filled_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY sbm.followed
    ADD CONSTRAINT followed_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.gone_accounts
    ADD CONSTRAINT gone_accounts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY sbm.grants
    ADD CONSTRAINT grants_grant_id_key UNIQUE (grant_id);
ALTER TABLE ONLY sbm.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (account_id, grant_id);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_account_id_name_key_key UNIQUE (account_id, name_key);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_group_id_key UNIQUE (group_id);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (account_id, group_id);
ALTER TABLE ONLY sbm.half_logins
    ADD CONSTRAINT half_logins_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY sbm.holders
    ADD CONSTRAINT holders_pkey PRIMARY KEY (account_id, guid, device_id);
ALTER TABLE ONLY sbm.marks
    ADD CONSTRAINT marks_pkey PRIMARY KEY (revision);
ALTER TABLE ONLY sbm.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY sbm.next_numbers
    ADD CONSTRAINT next_numbers_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY sbm.outcomes
    ADD CONSTRAINT outcomes_pkey PRIMARY KEY (account_id, guid, device_id);
ALTER TABLE ONLY sbm.profile_groups
    ADD CONSTRAINT profile_groups_pkey PRIMARY KEY (account_id, profile_id, group_id);
ALTER TABLE ONLY sbm.profile_revisions
    ADD CONSTRAINT profile_revisions_pkey PRIMARY KEY (account_id, guid, revision);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_account_id_guid_key UNIQUE (account_id, guid);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (account_id, profile_id);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_profile_id_key UNIQUE (profile_id);
ALTER TABLE ONLY sbm.pruned
    ADD CONSTRAINT pruned_pkey PRIMARY KEY (account_id, installation);
ALTER TABLE ONLY sbm.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, user_id, hash);
ALTER TABLE ONLY sbm.relocation
    ADD CONSTRAINT relocation_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (account_id, device_id, run_id);
ALTER TABLE ONLY sbm.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.run_stubs
    ADD CONSTRAINT run_stubs_pkey PRIMARY KEY (account_id, installation, run_id);
ALTER TABLE ONLY sbm.runs
    ADD CONSTRAINT runs_account_id_run_id_installation_key UNIQUE (account_id, run_id, installation);
ALTER TABLE ONLY sbm.runs_2026_11
    ADD CONSTRAINT runs_2026_11_account_id_run_id_installation_key UNIQUE (account_id, run_id, installation);
ALTER TABLE ONLY sbm.runs_2026_12
    ADD CONSTRAINT runs_2026_12_account_id_run_id_installation_key UNIQUE (account_id, run_id, installation);
ALTER TABLE ONLY sbm.runs_2027_01
    ADD CONSTRAINT runs_2027_01_account_id_run_id_installation_key UNIQUE (account_id, run_id, installation);
ALTER TABLE ONLY sbm.runs_wild
    ADD CONSTRAINT runs_wild_account_id_run_id_installation_key UNIQUE (account_id, run_id, installation);
ALTER TABLE ONLY sbm.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);
ALTER TABLE ONLY sbm.security_profiles
    ADD CONSTRAINT security_profiles_account_id_name_key_key UNIQUE (account_id, name_key);
ALTER TABLE ONLY sbm.security_profiles
    ADD CONSTRAINT security_profiles_pkey PRIMARY KEY (account_id, security_profile_id);
ALTER TABLE ONLY sbm.security_profiles
    ADD CONSTRAINT security_profiles_security_profile_id_key UNIQUE (security_profile_id);
ALTER TABLE ONLY sbm.sendings
    ADD CONSTRAINT sendings_pkey PRIMARY KEY (account_id, user_id, hour);
ALTER TABLE ONLY sbm.sent_codes
    ADD CONSTRAINT sent_codes_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.sequences
    ADD CONSTRAINT sequences_pkey PRIMARY KEY (account_id, installation);
ALTER TABLE ONLY sbm.server
    ADD CONSTRAINT server_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.servers
    ADD CONSTRAINT servers_pkey PRIMARY KEY (server_id);
ALTER TABLE ONLY sbm.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (account_id, device_id, hash);
ALTER TABLE ONLY sbm.setup_code
    ADD CONSTRAINT setup_code_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.silos
    ADD CONSTRAINT silos_own_user_key UNIQUE (own_user);
ALTER TABLE ONLY sbm.silos
    ADD CONSTRAINT silos_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY sbm.stored
    ADD CONSTRAINT stored_pkey PRIMARY KEY (account_id, device_id);
ALTER TABLE ONLY sbm.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (name);
ALTER TABLE ONLY sbm.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY sbm.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (token_id);
ALTER TABLE ONLY sbm.tombstones
    ADD CONSTRAINT tombstones_pkey PRIMARY KEY (account_id, guid);
ALTER TABLE ONLY sbm.user_groups
    ADD CONSTRAINT user_groups_pkey PRIMARY KEY (account_id, user_id, group_id);
ALTER TABLE ONLY sbm.user_logins
    ADD CONSTRAINT user_logins_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.user_passwords
    ADD CONSTRAINT user_passwords_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.users
    ADD CONSTRAINT users_account_id_name_key_key UNIQUE (account_id, name_key);
ALTER TABLE ONLY sbm.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.users
    ADD CONSTRAINT users_user_id_key UNIQUE (user_id);
CREATE UNIQUE INDEX accounts_by_name ON sbm.accounts USING btree (COALESCE(parent_id, (0)::bigint), name_key);
CREATE INDEX attempts_by_time ON sbm.attempts USING btree (at);
CREATE INDEX communications_by_account ON sbm.communications USING btree (account_id);
CREATE INDEX enrolments_by_account ON sbm.enrolments USING btree (account_id);
CREATE INDEX enrolments_by_user ON sbm.enrolments USING btree (user_id);
CREATE INDEX erase_orders_due ON sbm.erase_orders USING btree (due) WHERE (done IS NULL);
CREATE INDEX gone_accounts_by_parent ON sbm.gone_accounts USING btree (parent_id);
CREATE INDEX grants_by_role ON sbm.grants USING btree (role_id);
CREATE INDEX grants_by_user ON sbm.grants USING btree (user_id);
CREATE INDEX half_logins_by_user ON sbm.half_logins USING btree (account_id, user_id);
CREATE INDEX holders_by_device ON sbm.holders USING btree (device_id);
CREATE INDEX outcomes_by_device ON sbm.outcomes USING btree (device_id);
CREATE INDEX profile_groups_by_group ON sbm.profile_groups USING btree (group_id);
CREATE INDEX reservations_by_device ON sbm.reservations USING btree (device_id);
CREATE INDEX reservations_by_time ON sbm.reservations USING btree (at);
CREATE INDEX runs_by_time ON ONLY sbm.runs USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_11_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_11 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_newest ON ONLY sbm.runs USING btree (profile_start);
CREATE INDEX runs_2026_11_profile_start_idx ON sbm.runs_2026_11 USING btree (profile_start);
CREATE INDEX runs_2026_12_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_12 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_12_profile_start_idx ON sbm.runs_2026_12 USING btree (profile_start);
CREATE INDEX runs_2027_01_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2027_01 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2027_01_profile_start_idx ON sbm.runs_2027_01 USING btree (profile_start);
CREATE INDEX runs_wild_account_id_profile_start_run_id_device_id_idx ON sbm.runs_wild USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_wild_profile_start_idx ON sbm.runs_wild USING btree (profile_start);
CREATE INDEX stored_by_device ON sbm.stored USING btree (device_id);
CREATE INDEX tokens_by_device ON sbm.tokens USING btree (device_id);
CREATE INDEX tokens_by_user ON sbm.tokens USING btree (user_id);
CREATE INDEX user_groups_by_group ON sbm.user_groups USING btree (group_id);
CREATE INDEX users_by_security_profile ON sbm.users USING btree (security_profile_id);
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2026_11_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2026_11_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_newest ATTACH PARTITION sbm.runs_2026_11_profile_start_idx;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2026_12_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2026_12_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_newest ATTACH PARTITION sbm.runs_2026_12_profile_start_idx;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2027_01_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2027_01_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_newest ATTACH PARTITION sbm.runs_2027_01_profile_start_idx;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_wild_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_wild_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_newest ATTACH PARTITION sbm.runs_wild_profile_start_idx;
CREATE TRIGGER audit_all_lasts BEFORE TRUNCATE ON sbm.audit FOR EACH STATEMENT EXECUTE FUNCTION sbm.refuse('the audit log is never shortened');
CREATE TRIGGER audit_lasts BEFORE DELETE ON sbm.audit FOR EACH ROW EXECUTE FUNCTION sbm.refuse('the audit log is never shortened');
CREATE TRIGGER audit_stays BEFORE UPDATE ON sbm.audit FOR EACH ROW EXECUTE FUNCTION sbm.refuse('the audit log is never changed');
CREATE TRIGGER outcomes_go_with_the_device AFTER DELETE ON sbm.devices FOR EACH ROW EXECUTE FUNCTION sbm.drop_outcomes();
CREATE TRIGGER profile_revisions_all_last BEFORE TRUNCATE ON sbm.profile_revisions FOR EACH STATEMENT EXECUTE FUNCTION sbm.refuse('a revision is never removed');
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON sbm.profile_revisions FOR EACH ROW EXECUTE FUNCTION sbm.keep_revision();
CREATE TRIGGER profile_revisions_stay BEFORE UPDATE ON sbm.profile_revisions FOR EACH ROW EXECUTE FUNCTION sbm.refuse('a revision is never changed');
CREATE TRIGGER revision_told AFTER UPDATE ON sbm.revision FOR EACH ROW EXECUTE FUNCTION sbm.tell_revision();
CREATE TRIGGER runs_stay BEFORE UPDATE ON sbm.runs FOR EACH ROW EXECUTE FUNCTION sbm.refuse('a run is never changed');
ALTER TABLE ONLY sbm.accounts
    ADD CONSTRAINT accounts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.allowlist
    ADD CONSTRAINT allowlist_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.bodies
    ADD CONSTRAINT bodies_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.branding_images
    ADD CONSTRAINT branding_images_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.communications
    ADD CONSTRAINT communications_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.custom_roles
    ADD CONSTRAINT custom_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.device_seen
    ADD CONSTRAINT device_seen_account_id_device_id_fkey FOREIGN KEY (account_id, device_id) REFERENCES sbm.devices(account_id, device_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.devices
    ADD CONSTRAINT devices_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.enrolment_devices
    ADD CONSTRAINT enrolment_devices_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES sbm.enrolments(enrolment_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.enrolments
    ADD CONSTRAINT enrolments_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.enrolments
    ADD CONSTRAINT enrolments_user_id_fkey FOREIGN KEY (user_id) REFERENCES sbm.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.factor_channels
    ADD CONSTRAINT factor_channels_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.factors
    ADD CONSTRAINT factors_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.filled
    ADD CONSTRAINT filled_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.grants
    ADD CONSTRAINT grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.grants
    ADD CONSTRAINT grants_role_id_fkey FOREIGN KEY (role_id) REFERENCES sbm.custom_roles(role_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.grants
    ADD CONSTRAINT grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES sbm.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.half_logins
    ADD CONSTRAINT half_logins_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.holders
    ADD CONSTRAINT holders_device_id_fkey FOREIGN KEY (device_id) REFERENCES sbm.devices(device_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.profile_groups
    ADD CONSTRAINT profile_groups_account_id_profile_id_fkey FOREIGN KEY (account_id, profile_id) REFERENCES sbm.profiles(account_id, profile_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.profile_groups
    ADD CONSTRAINT profile_groups_group_id_fkey FOREIGN KEY (group_id) REFERENCES sbm.groups(group_id);
ALTER TABLE ONLY sbm.profile_revisions
    ADD CONSTRAINT profile_revisions_account_id_body_fkey FOREIGN KEY (account_id, body) REFERENCES sbm.bodies(account_id, hash);
ALTER TABLE ONLY sbm.profile_revisions
    ADD CONSTRAINT profile_revisions_account_id_schedule_fkey FOREIGN KEY (account_id, schedule) REFERENCES sbm.bodies(account_id, hash);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_account_id_body_fkey FOREIGN KEY (account_id, body) REFERENCES sbm.bodies(account_id, hash);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.profiles
    ADD CONSTRAINT profiles_account_id_schedule_fkey FOREIGN KEY (account_id, schedule) REFERENCES sbm.bodies(account_id, hash);
ALTER TABLE ONLY sbm.recovery_codes
    ADD CONSTRAINT recovery_codes_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.factors(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.reservations
    ADD CONSTRAINT reservations_account_id_device_id_fkey FOREIGN KEY (account_id, device_id) REFERENCES sbm.devices(account_id, device_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.security_profiles
    ADD CONSTRAINT security_profiles_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.sent_codes
    ADD CONSTRAINT sent_codes_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.silos
    ADD CONSTRAINT silos_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.stored
    ADD CONSTRAINT stored_account_id_device_id_fkey FOREIGN KEY (account_id, device_id) REFERENCES sbm.devices(account_id, device_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.tokens
    ADD CONSTRAINT tokens_device_id_fkey FOREIGN KEY (device_id) REFERENCES sbm.devices(device_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.tokens
    ADD CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES sbm.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY sbm.tombstones
    ADD CONSTRAINT tombstones_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.user_groups
    ADD CONSTRAINT user_groups_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.user_groups
    ADD CONSTRAINT user_groups_group_id_fkey FOREIGN KEY (group_id) REFERENCES sbm.groups(group_id);
ALTER TABLE ONLY sbm.user_logins
    ADD CONSTRAINT user_logins_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.user_passwords
    ADD CONSTRAINT user_passwords_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.users
    ADD CONSTRAINT users_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
ALTER TABLE ONLY sbm.users
    ADD CONSTRAINT users_security_profile_id_fkey FOREIGN KEY (security_profile_id) REFERENCES sbm.security_profiles(security_profile_id);
