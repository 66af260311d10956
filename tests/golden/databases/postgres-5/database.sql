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
INSERT INTO sbm.attempts VALUES (1, 1795366644124, 0, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (2, 1795366644154, 1, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (3, 1795366644243, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (4, 1795366644278, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (5, 1795366644344, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (6, 1795366644376, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.audit VALUES (1, 1795366643987, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', '\x7cce74b25042b2ab201a76c5101e7227fad4505489d4c037f48556b7e66efed5');
INSERT INTO sbm.audit VALUES (2, 1795366644116, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', '\xa27739def6a7748be0cea8878ade75cdce0873bb38e3b806eb6301e553bf0865');
INSERT INTO sbm.audit VALUES (3, 1795366644155, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', '\xa8e4de6a102732ffd48f38807c045cd682590f77af2926cf895a9c327c7b3a36');
INSERT INTO sbm.audit VALUES (4, 1795366644158, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', '\x425e2e794b97cc666637d1677141bdff23f9e6e9027167112609ba33f290dac0');
INSERT INTO sbm.audit VALUES (5, 1795366644162, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', '\xbf087dd7dd8e8c3fc52110eaa48e1a0ec995ef1a25bda35080a3e7b2c07834e6');
INSERT INTO sbm.audit VALUES (6, 1795366644190, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', '\x715a4cef2a5a3c297b1ae49f18e9fa2a6308d0d2d85203a7aa8a7fdcf21b6689');
INSERT INTO sbm.audit VALUES (7, 1795366644196, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', '\xc141f8782c7f498d23aac09b15bf7271ffcd0ad6e4fd9f5ec397a19f442ad650');
INSERT INTO sbm.audit VALUES (8, 1795366644202, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', '\x1f04ea533910df5458e2b5c5d507597c450a8105738a4f63aafd8ad21f86f726');
INSERT INTO sbm.audit VALUES (9, 1795366644229, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', '\xa7bf6dd85355c629431818c44612ed54b24dc484f7d4eab66cc9b2cb68b779e4');
INSERT INTO sbm.audit VALUES (10, 1795366644234, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', '\xb7aeb84ab5c0e54a557e0e186e6af399a081a9e0192de04549555726c9ef66c3');
INSERT INTO sbm.audit VALUES (11, 1795366644270, 1, 'carol', '127.0.0.1', 'device.enrol', '2544e863af9a2023d1f7786dbcaf43be', 'ok', '`pc-17`', '\xbb87d220897f52f3821f7ed9e60d32f201eacf6f0a70c62cef123d287335b6a4');
INSERT INTO sbm.audit VALUES (12, 1795366644280, 1, 'carol', '127.0.0.1', 'device.login', '2544e863af9a2023d1f7786dbcaf43be', 'ok', '', '\x79212f41d89cb0578bcedaea1d0938c0bf833bd979a18bde29c6464aba2c677b');
INSERT INTO sbm.audit VALUES (13, 1795366644370, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', '\x7594a196a2f4c237acf745c24ee0f1c5e3a493fee74620bcf2721ffc2491d8f3');
INSERT INTO sbm.audit VALUES (14, 1795366644377, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', '\x704da13eecc2102970db011fe0fcf490128978c493be46b4242fd845587b2a7e');
INSERT INTO sbm.bodies VALUES (1, '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', '\x7265766973696f6e206f6e65');
INSERT INTO sbm.bodies VALUES (1, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', '\x7265766973696f6e2074776f');
INSERT INTO sbm.change_log VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJiNmYyc0I2aHRmVUVsRGc3enRvUStKWTA5dHdwM25XWUhQNWRPQXI4MXZNPSJdLCJjYSI6WyJjZjAxZTQxM2Q0YTQ5MDIwZTUzYmVmN2ZkMDYyNzk4YmE5ZjRjNThkMWNjMjA1ODVlODc3ZjQ1OWNhMDczYWMxIl19","key":"6bb149c1a4224475","signature":"llfTSFxD0g4FP6o2eVqpv+oUR1SyzAB1NTwtxdsdQ25Ue5gxeg0XeR+xVI4k5TXHze+VYxotstx+7gz2EdmGBw=="},"stamp":2}},{"mark":"0a2ccc7dc37b771d"}]', '[]');
INSERT INTO sbm.change_log VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJiNmYyc0I2aHRmVUVsRGc3enRvUStKWTA5dHdwM25XWUhQNWRPQXI4MXZNPSJdLCJjYSI6WyJjZjAxZTQxM2Q0YTQ5MDIwZTUzYmVmN2ZkMDYyNzk4YmE5ZjRjNThkMWNjMjA1ODVlODc3ZjQ1OWNhMDczYWMxIl19","key":"6bb149c1a4224475","signature":"llfTSFxD0g4FP6o2eVqpv+oUR1SyzAB1NTwtxdsdQ25Ue5gxeg0XeR+xVI4k5TXHze+VYxotstx+7gz2EdmGBw=="},"stamp":3}},{"password":{"user":1}},{"mark":"3a8b3c0dbfa03222"}]', '[]');
INSERT INTO sbm.change_log VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"26ca5c8d98dc320d"}]', '[]');
INSERT INTO sbm.change_log VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"651c7e0f2bf45199"}]', '[]');
INSERT INTO sbm.change_log VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"55f5c7ef08ca8d62"}]', '[]');
INSERT INTO sbm.change_log VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795366644196,"stamp":7}},{"mark":"5a435eaf1e21c217"}]', '[]');
INSERT INTO sbm.change_log VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795366644196,"stamp":8}},{"mark":"681a5c90389b631a"}]', '[]');
INSERT INTO sbm.change_log VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"0d0783cb3991e25e"}]', '[]');
INSERT INTO sbm.change_log VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795366644234,"stamp":10}},{"mark":"2c9dabd1aec6ea5f"}]', '[]');
INSERT INTO sbm.change_log VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"2544e863af9a2023d1f7786dbcaf43be","computer":"pc-17","program":"tests 1.0","enrolled":1795366644270,"stamp":11}},{"mark":"38c7439c42f5e9d7"}]', '[]');
INSERT INTO sbm.change_log VALUES (12, '[{"mark":"2fd10fe428ba3483"}]', '[{"device":1}]');
INSERT INTO sbm.change_log VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795366644370,"stamp":13}},{"mark":"6c1f57cad7853e22"}]', '[]');
INSERT INTO sbm.change_log VALUES (14, '[{"mark":"6da70f842c29ed4b"}]', '[{"device":2}]');
INSERT INTO sbm.device_seen VALUES (1, 1, 1795366644340);
INSERT INTO sbm.devices VALUES (1, 1, 2, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'tests 1.0', 1795366644270, 11);
INSERT INTO sbm.devices VALUES (1, 2, 2, '\x0a0b0c0d0e0f00010203040506070809', 'pc-17', 'tests 1.0', 1795366644370, 13);
INSERT INTO sbm.filled VALUES (1, 0, 0);
INSERT INTO sbm.groups VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO sbm.holders VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, 1795366644288);
INSERT INTO sbm.marks VALUES (2, 733185679877175069);
INSERT INTO sbm.marks VALUES (3, 4218531505709789730);
INSERT INTO sbm.marks VALUES (4, 2795148281961525773);
INSERT INTO sbm.marks VALUES (5, 7285836900805661081);
INSERT INTO sbm.marks VALUES (6, 6194076691976588642);
INSERT INTO sbm.marks VALUES (7, 6504146393070944791);
INSERT INTO sbm.marks VALUES (8, 7501409903833735962);
INSERT INTO sbm.marks VALUES (9, 938863956197499486);
INSERT INTO sbm.marks VALUES (10, 3214914626081188447);
INSERT INTO sbm.marks VALUES (11, 4091313124906756567);
INSERT INTO sbm.marks VALUES (12, 3445552662525392003);
INSERT INTO sbm.marks VALUES (13, 7791042409085091362);
INSERT INTO sbm.marks VALUES (14, 7901301131595869515);
INSERT INTO sbm.migrations VALUES (3, 3, 'f9c050950ae43139b4944b1897e90296a68abe9810700eac235b7f896e762f67');
INSERT INTO sbm.migrations VALUES (4, 4, '94edc03bffd5c877dea999c3848e4553f4e6299136a6bca22a147a588cb6f5a3');
INSERT INTO sbm.migrations VALUES (5, 5, 'de055b6d1b952f41108fde2eb015a08ea678394ef9ea4dfca2c8ef3966c99e14');
INSERT INTO sbm.next_numbers VALUES ('account', 2);
INSERT INTO sbm.next_numbers VALUES ('allow', 2);
INSERT INTO sbm.next_numbers VALUES ('group', 2);
INSERT INTO sbm.next_numbers VALUES ('security_profile', 3);
INSERT INTO sbm.next_numbers VALUES ('profile', 2);
INSERT INTO sbm.next_numbers VALUES ('user', 4);
INSERT INTO sbm.next_numbers VALUES ('device', 3);
INSERT INTO sbm.next_numbers VALUES ('attempt', 7);
INSERT INTO sbm.next_numbers VALUES ('audit', 15);
INSERT INTO sbm.outcomes VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, NULL, 1795366644295);
INSERT INTO sbm.profile_groups VALUES (1, 1, 1);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 26, 'Finance documents', 'every night', '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', 12, NULL, 'admin', 1795366644196);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 2, 26, 'Finance documents', 'every night', '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, 'admin', 1795366644234);
INSERT INTO sbm.profiles VALUES (1, 1, '\x94d3d1c174724dc9a5e99ee763e23159', 'Finance documents', 'every night', 26, 2, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, false, false, 'admin', 1795366644234, 10);
INSERT INTO sbm.revision VALUES (1, 14);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20430ea457f7992a6eb81c95ed5ba', 1, 1, 1795366644300, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 1);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20430ea527e2daac02faa1aa53a7f', 1, 2, 1795366644309, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 2);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20430ea5b7ddcafaa13895862c143', 1, 3, 1795366644318, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 3);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20430ea6479ea965be28912f3fae5', 1, 4, 1795366644327, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 4);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20430ea6b7b69ac8661e0705b08bd', 1, 5, 1795366644334, '\x2544e863af9a2023d1f7786dbcaf43be', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 5);
INSERT INTO sbm.secrets VALUES ('ca.pem', '\x0b3182b93ec8e0e5fb51afedc1e0d872463b8b89d79806a9', '\x2647dd47a99d339f3e3afa6eae20d531360fb725cf8c4687a2f5f0a036c276d16c1ea0a5f2cf563d9ea46d0a8b1b80b68a54c0d78341896fb24e380914c58db8f28050b53fcb2cc5f114d92768db0867a1d7cdbbf63fc5b02c1c8e0bcbc4d167bebc4c48dc64cd01dcdf20c1508580a68c314fd0e80fdf73eabd2b6d548e1e18adaa03a509e930ea801d9263fe96cdcdea55f5944b5d0cd9e54ba490162f48f8bd0a1cdaaeebed2b4f238b2f2e13a2117282189a9da87fb7d14727b4fa98592184c908cfa3f1dc39bcb645c02fd1fe814114542d756867fcd7ad065b7961614d8389496d01c4de43137944a698121bd0409c864ce7040cab3f4a07ecc403a8bc149c2ace73fc97209c8147f88fbe91d1725e0847659500b9a5b19618fb159f2fd6bc48d4cdf053dbd40520e26694f625429a5e2c0e98430652431f13ff522b50434a90a3955e85c34434b72321b01c27d0bee4289b6852cdfb05be3d1b430645651fdafa574ea78924faa1737aa76438cbf82cd3823c7b345457b9e1229b52fea7e327d85a7b974fe5f605cb2264ebc2b35280ee28bc1052a88b1b95dec87b88864afc2c1775e9dbf4463f8ccce6dd3acf4ebd4c9a2ea28c688936142e9ca8c4df7febb7b1df13cc56ad3ac301bbdd907aeaefe3ddd7fb4c1dd644f6cdfe7192d633b46b2d68e35177fc4cc8f7ec6a11e67a6817aaf1c7f22f0890447422351bfbcf6b08e661b898f4aa9a53595386d3fe26414ec3f5d56c104c75798ac48275cf87587df6a2c9853b4b680dabf58f7b90667c9363ebb096208cc3c4db496e4b9a1606e681d91112932da486fde79a240b3cea2a15f9d7e0e72d244234f840a1553ef5430c8cdcb5ce9cccf0303b3ced68d7aac048800f2544a8ae7bdcea563581b76efe6edae682c9f20550d319aec5815c5cf62f8eeec14f1b73819b91052057ff95777f77abf77308bb7ba659b6b7d0e9fa2d4894103fab27e318e0cba0bb2d5d5b7a6bb67a2f2ad6c4e211721db484c6d1e20bdd950ed608d67aaa48eea77a70b6c5b5c0a2bf982e48305a8bbd5a25497627495d38f5966192bfe557869d4b5ffa82dd4ed2b32133c3ccdc3f8073be3a4424b00eeba32c840d2dc9a1d31de8ca02a74bbad6ae0fd8d2f9c6c460d073761140c501d18ce0eff0d967482dc4d00eac4cf9a93d5e34f0bd3d7b38e8ff1889134bdae02c06a0759d0e0b36a2f7e283cb3ed7ffdeffaa3de40599135854975ef88d40d28c671f58a465fd43b69e68e49f53526c6f23a272ffb238');
INSERT INTO sbm.secrets VALUES ('root.key', '\x226074a15f581d21b952130e0df1332e474c0d3663eea573', '\xd19c090ca5d6fe274ca9bb09ede897e6cbf6ebf73e44fc0fee319c9c7d7d388af20f835a66a83dd49445ccbb4ad923274c821aaac1a70f0dae76e647796a614a6e446e8a5437712ea51451f63aabc0dcedc064d7f87cef76c1970a0bcaa0286afccbd276894b59a3c25d17f1c7a8345f39');
INSERT INTO sbm.secrets VALUES ('token.key', '\xdaa848fa3ff2775b52d77a8836aa97125dc3e34590925757', '\x677294a41169e682b9f9890650057dc5989937183e85ed673dc81fa77dce4a9514f4d29d956427b7cfab5f38c61a7ac5e069c5a162d68d258f8bf91a284a9f318c95ce4e13fe80496073fc5529920a9b337b3bad4fe8e9c7bb3f07ddf67b18a25f1fbb147d023ed09d5ebe5272988dcce0e3');
INSERT INTO sbm.secrets VALUES ('check', '\x883b14a6ee6448a4f1b79defc6643417cc22d0e567fb29a4', '\xd28c42af8e9252a42e01ed28f568bdf8c65f30f922b4d9bf8cb623dc839a4d63aa9b4f6452f7432aa6264d5082');
INSERT INTO sbm.secrets VALUES ('signing-1.key', '\x38cddb6fc96e192905ebd972dfc6d47748438cf5827180d3', '\x40e57a48c149477b101a3210d36d050004c95c58ebeb6cdb6d436d08b2b2e2b3b2e529022ebdbc1a51493950f22b47d6fa05d4a5c075b20a611a5483c3c3d7c77442dd96ff48ffda88444984a2e9227eb96183d4bdb67dafe58668c651606d407bea8f82b983b5c40c9dfb2a216b1325b57447ce2aa1');
INSERT INTO sbm.security_profiles VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, true, 1);
INSERT INTO sbm.security_profiles VALUES (1, 2, 'End user', 'end user', '', 1536, false, 5);
INSERT INTO sbm.sequences VALUES (1, '\x2544e863af9a2023d1f7786dbcaf43be', 5);
INSERT INTO sbm.server VALUES (1, true, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJiNmYyc0I2aHRmVUVsRGc3enRvUStKWTA5dHdwM25XWUhQNWRPQXI4MXZNPSJdLCJjYSI6WyJjZjAxZTQxM2Q0YTQ5MDIwZTUzYmVmN2ZkMDYyNzk4YmE5ZjRjNThkMWNjMjA1ODVlODc3ZjQ1OWNhMDczYWMxIl19","key":"6bb149c1a4224475","signature":"llfTSFxD0g4FP6o2eVqpv+oUR1SyzAB1NTwtxdsdQ25Ue5gxeg0XeR+xVI4k5TXHze+VYxotstx+7gz2EdmGBw=="}', 3, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('reservations', 1, 1795370244011, 1795366644011, NULL, 1795366644014, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('ended_tokens', 1, 1795367244016, 1795366644016, NULL, 1795366644023, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('attempts', 1, 1795367244025, 1795366644025, NULL, 1795366644029, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('months', 1, 1795453044030, 1795366644030, NULL, 1795366644031, NULL, NULL);
INSERT INTO sbm.tokens VALUES (6796014085004586255, 2, 1, 2, 1, '\xeb7e625b1de08103765ceae13fe82594c0493bb617c70dc1c007043c69880b06', 1795366644275, 1795366644275, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (4075421698158541780, 2, 1, 2, 2, '\xb6da248c471a41613e11020c929d90b1bcfb5343aa41bd5d67baac6deb3f8baa', 1795366644374, 1795366644374, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (5023385640554759371, 1, 1, 1, NULL, '\x7e42fbd5474d87a17c9f1c1986b7bdab17e3545f651e90878b8d1d50a11600d9', 1795366644150, 1795366644381, 1795409844150, false, NULL, NULL, NULL);
INSERT INTO sbm.user_groups VALUES (1, 2, 1);
INSERT INTO sbm.user_logins VALUES (1, 1, 1795366644154, '127.0.0.1');
INSERT INTO sbm.user_logins VALUES (1, 2, 1795366644376, '127.0.0.1');
INSERT INTO sbm.user_passwords VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$3wx5H67FcbjXwqdab21gRw$KBoVgcwrAod9/KneStC+JCOPnghJ6OC9bCLx5GcvYEM');
INSERT INTO sbm.user_passwords VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$yjWOXe7CVt+PZf+1VFovfA$i+LC+kGB9djIciKy7YG9x0evVCz/4fEsYLF06sWSSRQ');
INSERT INTO sbm.user_passwords VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$za24X0nfNPsPYU+8iNrzFQ$sfdAWsuIzcB4F4EXhT+QCrCQq2JgogeKgYh5mgxk4lY');
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
