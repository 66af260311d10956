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
CREATE TABLE sbm.change_log (
    revision bigint NOT NULL,
    changes text NOT NULL COLLATE pg_catalog."C",
    revoked text COLLATE pg_catalog."C"
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
INSERT INTO sbm.accounts VALUES (1, NULL, 'root', 'root', 0, 1, 2, 3, NULL, NULL, NULL, NULL, '', NULL);
INSERT INTO sbm.allowlist VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO sbm.attempts VALUES (1, 1795355117463, 0, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (2, 1795355117523, 1, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (3, 1795355117709, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (4, 1795355117776, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (5, 1795355117930, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (6, 1795355117996, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.audit VALUES (1, 1795355117157, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', '\x5066715228cd88db20bec29d3401176fca4cce7a006dffe57860b08c8ead4b45');
INSERT INTO sbm.audit VALUES (2, 1795355117444, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', '\x559486978ba67aa332c978004c0bcc107406106bc10556d54b250bb81d8773ee');
INSERT INTO sbm.audit VALUES (3, 1795355117535, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', '\xc43adeac872fa7def3ebfcaf66f480c7dab9ed23771a81bd579ce5dabea46711');
INSERT INTO sbm.audit VALUES (4, 1795355117539, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', '\x739f286351dac79772fa3b16354b92e7923cfe3a2882ccf52a62efd243bdfd59');
INSERT INTO sbm.audit VALUES (5, 1795355117547, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', '\x5e50764f90f034d26b76cd6d3519195ebcf62cd26bf5481fb6b910e2924ed845');
INSERT INTO sbm.audit VALUES (6, 1795355117600, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', '\xf8bfc27d689d49311c807b7257fe87f77f2810c99a27fc7268b6ee39fc7e5318');
INSERT INTO sbm.audit VALUES (7, 1795355117611, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', '\x3190c514d4ef05fc5dbe348038ffbde46fcfc7a8f3a7516e4e7293c5f249aadb');
INSERT INTO sbm.audit VALUES (8, 1795355117624, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', '\x6f5431075691cb628285b276596916db93f53432da70fb239e315dae6a85039e');
INSERT INTO sbm.audit VALUES (9, 1795355117677, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', '\x4bab4491856ff3d8bbb4b524f3cf06f979050e0144cbf906ab9a82f064c95d2a');
INSERT INTO sbm.audit VALUES (10, 1795355117689, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', '\x40bb9994e040c47ac7ddd960acdf3c5f9042e38bda0d2eae4d08c34b6f9d632f');
INSERT INTO sbm.audit VALUES (11, 1795355117758, 1, 'carol', '127.0.0.1', 'device.enrol', 'b692f0447fd2d08359106e8031e1b59a', 'ok', '`pc-17`', '\x7e63325c3db2eec8df19298b8b8bcc35c5d60024a6f15bad5ba35fafebd1ce84');
INSERT INTO sbm.audit VALUES (12, 1795355117779, 1, 'carol', '127.0.0.1', 'device.login', 'b692f0447fd2d08359106e8031e1b59a', 'ok', '', '\xbdef3615068737b5e05c0390fc1b20c1d6f064693e26a100ce695366eff43b49');
INSERT INTO sbm.audit VALUES (13, 1795355117983, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', '\x870590fb7e1ab975b2e31030a8b1b8e3660561676b58df8e15a100648442b5bf');
INSERT INTO sbm.audit VALUES (14, 1795355117997, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', '\x69e7c4a347ddcf7cc530abcb95e0409a46b0d0e808d32ee4ee42e25e92629285');
INSERT INTO sbm.bodies VALUES (1, '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', '\x7265766973696f6e206f6e65');
INSERT INTO sbm.bodies VALUES (1, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', '\x7265766973696f6e2074776f');
INSERT INTO sbm.change_log VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyI2bnk0THpKZlRhM1NXZU5sZU1lOEVLakMyVnlSZ054eHlHcVlpTUx3SGVnPSJdLCJjYSI6WyI2YTQzNDlhNmZkN2RkMDBiYmY4N2M4NjcwMGQ0OTg5MzA4OTE0ODMzYjcwZjAyMjE5YTgxMTI3YjUwNDdlY2IxIl19","key":"a8925900728eaf77","signature":"R3AJZNB3wY+PLRTMZp6+bv1Edh1K2svESHFStf1cOuVcH8QEyRjTiBKSJY5q56jpbYhjM2p1N8h3cQldzcajAw=="},"stamp":2}},{"mark":"70c158813d3b2e1a"}]', '[]');
INSERT INTO sbm.change_log VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyI2bnk0THpKZlRhM1NXZU5sZU1lOEVLakMyVnlSZ054eHlHcVlpTUx3SGVnPSJdLCJjYSI6WyI2YTQzNDlhNmZkN2RkMDBiYmY4N2M4NjcwMGQ0OTg5MzA4OTE0ODMzYjcwZjAyMjE5YTgxMTI3YjUwNDdlY2IxIl19","key":"a8925900728eaf77","signature":"R3AJZNB3wY+PLRTMZp6+bv1Edh1K2svESHFStf1cOuVcH8QEyRjTiBKSJY5q56jpbYhjM2p1N8h3cQldzcajAw=="},"stamp":3}},{"password":{"user":1}},{"mark":"4aa96d11dff1461b"}]', '[]');
INSERT INTO sbm.change_log VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"3b36dc5372637852"}]', '[]');
INSERT INTO sbm.change_log VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"31cdcdd445648c1e"}]', '[]');
INSERT INTO sbm.change_log VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"3fea63f4fc7ceb10"}]', '[]');
INSERT INTO sbm.change_log VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795355117611,"stamp":7}},{"mark":"5a5d47ffffa3b62c"}]', '[]');
INSERT INTO sbm.change_log VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795355117611,"stamp":8}},{"mark":"1151a5fd934d4e26"}]', '[]');
INSERT INTO sbm.change_log VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"71c6f1a3417d927c"}]', '[]');
INSERT INTO sbm.change_log VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795355117689,"stamp":10}},{"mark":"24aacbe0c908c0b8"}]', '[]');
INSERT INTO sbm.change_log VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"b692f0447fd2d08359106e8031e1b59a","computer":"pc-17","program":"tests 1.0","enrolled":1795355117758,"stamp":11}},{"mark":"35fe284f1765ac49"}]', '[]');
INSERT INTO sbm.change_log VALUES (12, '[{"mark":"635479b29c153d5d"}]', '[{"device":1}]');
INSERT INTO sbm.change_log VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795355117983,"stamp":13}},{"mark":"53c901de90954b0a"}]', '[]');
INSERT INTO sbm.change_log VALUES (14, '[{"mark":"53d94f010e094477"}]', '[{"device":2}]');
INSERT INTO sbm.device_seen VALUES (1, 1, 1795355117917);
INSERT INTO sbm.devices VALUES (1, 1, 2, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'tests 1.0', 1795355117758, 11);
INSERT INTO sbm.devices VALUES (1, 2, 2, '\x0a0b0c0d0e0f00010203040506070809', 'pc-17', 'tests 1.0', 1795355117983, 13);
INSERT INTO sbm.filled VALUES (1, 0, 0);
INSERT INTO sbm.groups VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO sbm.holders VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, 1795355117797);
INSERT INTO sbm.marks VALUES (2, 8124872514854399514);
INSERT INTO sbm.marks VALUES (3, 5379951153409771035);
INSERT INTO sbm.marks VALUES (4, 4266839947939641426);
INSERT INTO sbm.marks VALUES (5, 3588750789665131550);
INSERT INTO sbm.marks VALUES (6, 4605603472798968592);
INSERT INTO sbm.marks VALUES (7, 6511439801078756908);
INSERT INTO sbm.marks VALUES (8, 1247961080274964006);
INSERT INTO sbm.marks VALUES (9, 8198505855155278460);
INSERT INTO sbm.marks VALUES (10, 2642148297712124088);
INSERT INTO sbm.marks VALUES (11, 3890591448254753865);
INSERT INTO sbm.marks VALUES (12, 7157479515828338013);
INSERT INTO sbm.marks VALUES (13, 6037358830886931210);
INSERT INTO sbm.marks VALUES (14, 6041947241043281015);
INSERT INTO sbm.migrations VALUES (3, 3, 'f9c050950ae43139b4944b1897e90296a68abe9810700eac235b7f896e762f67');
INSERT INTO sbm.migrations VALUES (4, 4, '94edc03bffd5c877dea999c3848e4553f4e6299136a6bca22a147a588cb6f5a3');
INSERT INTO sbm.next_numbers VALUES ('account', 2);
INSERT INTO sbm.next_numbers VALUES ('allow', 2);
INSERT INTO sbm.next_numbers VALUES ('group', 2);
INSERT INTO sbm.next_numbers VALUES ('security_profile', 3);
INSERT INTO sbm.next_numbers VALUES ('profile', 2);
INSERT INTO sbm.next_numbers VALUES ('user', 4);
INSERT INTO sbm.next_numbers VALUES ('device', 3);
INSERT INTO sbm.next_numbers VALUES ('attempt', 7);
INSERT INTO sbm.next_numbers VALUES ('audit', 15);
INSERT INTO sbm.outcomes VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, NULL, 1795355117814);
INSERT INTO sbm.profile_groups VALUES (1, 1, 1);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 26, 'Finance documents', 'every night', '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', 12, NULL, 'admin', 1795355117611);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 2, 26, 'Finance documents', 'every night', '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, 'admin', 1795355117689);
INSERT INTO sbm.profiles VALUES (1, 1, '\x94d3d1c174724dc9a5e99ee763e23159', 'Finance documents', 'every night', 26, 2, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, false, false, 'admin', 1795355117689, 10);
INSERT INTO sbm.revision VALUES (1, 14);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a2038108f37319b166be216b900e6d', 1, 1, 1795355117825, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 1);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20381090e7edca01f0eb94b20d710', 1, 2, 1795355117849, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 2);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a2038109247cf7be8960400bac0c40', 1, 3, 1795355117871, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 3);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20381093a735983a8d6e3135c8b56', 1, 4, 1795355117890, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 4);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a20381094b7931bda88d97a4391cea', 1, 5, 1795355117907, '\xb692f0447fd2d08359106e8031e1b59a', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 5);
INSERT INTO sbm.secrets VALUES ('ca.pem', '\xac9536d9ffb460270edc731f542fd1250a12e42a3621effe', '\x4cdb5ed293de8236a454322b9e66d0bb2ddfe1756af45c6aabff2f178bc7b2c10cf98ac03f413a9d806c81b7a8d3c4381e04571c2c64e438a46a76fcaf077dd2cc4b2d11a5cd73722174cb111a8fe1fbbcaca64b66af0fd0a815f74f89919c2397b3b2c89e41a2f26ea883e836b95a27dabedbb1a3838e1b0c4b08d6d2e2ff718d878e877df6f5eb038d9e6a35bed1306b441fd1fb80be92d7b30e58f280b6bd1db6d6c4f51a04e384c9c97a28f5fed19e45a50f13962bc483935a060ab6d1e8fcba7c0a94bd60bc5cbb0e28359e08511c67dc5d3fbce395250f2df20a5d573b7e06b93cdd27a0187c418ea5d81b1062c2c01a28dab7ca4d1159a7776d704d2374ca932f775164a4a0b0af301fb50a1a3d3054664fec8af7664a113af17f3d4874d6a035ba7f659ff5eefbc1331c24941182050d191b3e676032c5ca4330bc4d73f51f874151724dc8a1b1a008a18ed4905547f7495338013a21b45111512511c499570cda44a4c17318fe36544591172787ccd9f0b030b1c970151303390186ab1b274da62fc421644f88c6d8cde2f157fb483f3fa6007bf840840424396027f207bb8e3f1a07a1b1e3ea25e7fb32a24313937c70e0f2762faba936195d15695c9c1fbd250cbe53b506d871cba1e0cd5b5679c1f7ed7ede52f600a6c5a592a8eda3085530ae6fcc5d36d99e00ea95a14f5cb71892ec9f4562eb0d02472007094837a93c90169db3828c3566f815f8e565f23c9a5d206ae95a140c7a91ae83909069b0b6a63175a341921c5407624443c6e73458b06e8e1ae8707307c96034dbb8a2e11a7ae93d631d8a44b2fe2bbfd5f0d085e0c93efc39e461b2b8ca8a5c33d3c0f2df20cec32e8ff49004755b52206a3348dd393321d1b92c7463e999c700e6205cbd0679e8c1ca17259eafd9be2f5c20de285627cac3c4e6ecf6ff6b2063173a8b4bca6bb61fe2252b56eabc3083f88d108e8ce467756def842ea9793ef5feeb85bf90d0dcbd56d7da85eadf181afeb0696dfea094a43bd427f2bc40a6b792aaa11eec02bdb543fee92fe768debcf4fc5d9ed65e44b5f53f8881153db4f20e5a33e7c8760c50caeabbf3d486f7cd59ff6aeb48d885cfa6637c77788d2f665b6e64ea64cf459d1f85d9e5ee97b2986711a9152fb820cb3dc3b12549be3fb1fe741da6fd328c21fe788adda8e66dc3ba21f4be16e0ab8a59f0c7a4107ff0fba3e68eb4a0611ab73caea79420e593d65276df0f931c075bea3b9c1506e9cc79ae48a4d58b4226614324c1d44c');
INSERT INTO sbm.secrets VALUES ('root.key', '\x4e0f01b470bb903fc19c4124532e8a9c74f07a9a706e8815', '\x9949aa7e7f9f7585f65c57269ee0e4890cfc9badfa7c7fc7db24757a3045bd3fff376964350049a177f09ed3c637a6f944bc0ecdcaea7c1eee8755165eed405b7487c03f57b5f392105a929b85b13af0e0d9993fb039e56691a8d4315fd3d004aaa6e58249ccb6f2ad3daf4156d97a6936');
INSERT INTO sbm.secrets VALUES ('token.key', '\xea4d5b7541eb318ca7eef4cb7829d625b29f641c67484909', '\xdec01e9531cf98e81b9274f3d63e4ddd6ebe777b3398617104a4a929440649ab60caf203fbee89697c58adcc1c1a0f87e21bfa2cfdffe7bf687a26b0c15118f41e7720f05ccafa9ffdd31a4f90877818ca21b19b44596735ccc1d50df6b20aec8b576d76063c4e6c5852ca86306435cf7dae');
INSERT INTO sbm.secrets VALUES ('check', '\xccedf108f15b97caf2bf9ec6303f86de60840f157bbcee41', '\x19065171db7e97fde33b5cc794882bf6b00a77af4336a17979a4cd7c6b625156a9bff99375cb9a400be5b9b499');
INSERT INTO sbm.secrets VALUES ('signing-1.key', '\xe10fb7eec692d83b270fc4e8b0948961fd15586b36609f5d', '\x138162d8a152c60f5cf1fd7e3bfa66fde4be361558367c54db611b4142d3289250f35d70cb5b86c0cd437ec4dc87e6c0679aede6c33faa9f00d7d310eccf234ae99986120e38311de1ded236b6d369e2682176553b1789894805ab38d15a565e074bcbaee96b593d2e0d84048a252cef7a495bc87656');
INSERT INTO sbm.security_profiles VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, true, 1);
INSERT INTO sbm.security_profiles VALUES (1, 2, 'End user', 'end user', '', 1536, false, 5);
INSERT INTO sbm.sequences VALUES (1, '\xb692f0447fd2d08359106e8031e1b59a', 5);
INSERT INTO sbm.server VALUES (1, true, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyI2bnk0THpKZlRhM1NXZU5sZU1lOEVLakMyVnlSZ054eHlHcVlpTUx3SGVnPSJdLCJjYSI6WyI2YTQzNDlhNmZkN2RkMDBiYmY4N2M4NjcwMGQ0OTg5MzA4OTE0ODMzYjcwZjAyMjE5YTgxMTI3YjUwNDdlY2IxIl19","key":"a8925900728eaf77","signature":"R3AJZNB3wY+PLRTMZp6+bv1Edh1K2svESHFStf1cOuVcH8QEyRjTiBKSJY5q56jpbYhjM2p1N8h3cQldzcajAw=="}', 3, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('reservations', 1, 1795358717195, 1795355117195, NULL, 1795355117203, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('ended_tokens', 1, 1795355717207, 1795355117207, NULL, 1795355117218, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('attempts', 1, 1795355717221, 1795355117221, NULL, 1795355117227, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('months', 1, 1795441517229, 1795355117229, NULL, 1795355117231, NULL, NULL);
INSERT INTO sbm.tokens VALUES (4708852321311872867, 2, 1, 2, 1, '\x3600e1f4b8487e0d5e66e7909cb979a05cbc4a6dd71d095157985f691ef90f2c', 1795355117772, 1795355117772, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (9008763559547931932, 2, 1, 2, 2, '\xfa21ed9d9f1e30ada5c794a6e8a37c854e014b0a989b526721ff1c7f22c20796', 1795355117993, 1795355117993, NULL, false, NULL, NULL, NULL);
INSERT INTO sbm.tokens VALUES (2584956166076830415, 1, 1, 1, NULL, '\x05a8f7f520cf8549d6caa22021b373ede7065fd3b1daa59f07459af66f866c83', 1795355117510, 1795355118008, 1795398317510, false, NULL, NULL, NULL);
INSERT INTO sbm.user_groups VALUES (1, 2, 1);
INSERT INTO sbm.user_logins VALUES (1, 1, 1795355117530, '127.0.0.1');
INSERT INTO sbm.user_logins VALUES (1, 2, 1795355117997, '127.0.0.1');
INSERT INTO sbm.user_passwords VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$J+D/N1TQEu1FIomh3x3cPg$wR9ftt2ifXlXOoMU5Gz2WiNqeTUJ0HsFLXjIqQI2/ds');
INSERT INTO sbm.user_passwords VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$fAJtYZIxn8jtfiNNKvcmqg$e39jA9DMzu2tPVUM31A1ML+XXE9Wqr+wJAKKEarWufY');
INSERT INTO sbm.user_passwords VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$v5UOLSHO4jmTi6+9J6F5gA$Q/bsma8IoSOokE4gMeNVcYA4keCaTl7KE2/qFd6FHQ8');
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
ALTER TABLE ONLY sbm.change_log
    ADD CONSTRAINT change_log_pkey PRIMARY KEY (revision);
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
ALTER TABLE ONLY sbm.factors
    ADD CONSTRAINT factors_pkey PRIMARY KEY (account_id, user_id);
ALTER TABLE ONLY sbm.filled
    ADD CONSTRAINT filled_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY sbm.followed
    ADD CONSTRAINT followed_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.gone_accounts
    ADD CONSTRAINT gone_accounts_pkey PRIMARY KEY (account_id);
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
CREATE INDEX enrolments_by_account ON sbm.enrolments USING btree (account_id);
CREATE INDEX enrolments_by_user ON sbm.enrolments USING btree (user_id);
CREATE INDEX gone_accounts_by_parent ON sbm.gone_accounts USING btree (parent_id);
CREATE INDEX half_logins_by_user ON sbm.half_logins USING btree (account_id, user_id);
CREATE INDEX holders_by_device ON sbm.holders USING btree (device_id);
CREATE INDEX outcomes_by_device ON sbm.outcomes USING btree (device_id);
CREATE INDEX profile_groups_by_group ON sbm.profile_groups USING btree (group_id);
CREATE INDEX reservations_by_device ON sbm.reservations USING btree (device_id);
CREATE INDEX reservations_by_time ON sbm.reservations USING btree (at);
CREATE INDEX runs_by_time ON ONLY sbm.runs USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_11_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_11 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_12_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_12 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2027_01_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2027_01 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_wild_account_id_profile_start_run_id_device_id_idx ON sbm.runs_wild USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX stored_by_device ON sbm.stored USING btree (device_id);
CREATE INDEX tokens_by_device ON sbm.tokens USING btree (device_id);
CREATE INDEX tokens_by_user ON sbm.tokens USING btree (user_id);
CREATE INDEX user_groups_by_group ON sbm.user_groups USING btree (group_id);
CREATE INDEX users_by_security_profile ON sbm.users USING btree (security_profile_id);
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2026_11_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2026_11_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2026_12_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2026_12_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_2027_01_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_2027_01_account_id_run_id_installation_key;
ALTER INDEX sbm.runs_by_time ATTACH PARTITION sbm.runs_wild_account_id_profile_start_run_id_device_id_idx;
ALTER INDEX sbm.runs_account_id_run_id_installation_key ATTACH PARTITION sbm.runs_wild_account_id_run_id_installation_key;
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
ALTER TABLE ONLY sbm.factors
    ADD CONSTRAINT factors_account_id_user_id_fkey FOREIGN KEY (account_id, user_id) REFERENCES sbm.users(account_id, user_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY sbm.filled
    ADD CONSTRAINT filled_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id) ON DELETE CASCADE;
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
