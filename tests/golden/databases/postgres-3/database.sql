SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA sbm;
CREATE FUNCTION sbm.drop_outcomes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN DELETE FROM sbm.outcomes WHERE device_id = OLD.device_id; RETURN NULL; END $$;
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
    stamp bigint NOT NULL
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
CREATE TABLE sbm.followed (
    one bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT followed_one_check CHECK ((one = 1))
);
CREATE TABLE sbm.groups (
    account_id bigint NOT NULL,
    group_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    stamp bigint NOT NULL
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
INSERT INTO sbm.accounts VALUES (1, NULL, 'root', 'root', 0, 1);
INSERT INTO sbm.allowlist VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO sbm.attempts VALUES (1, 1795327166019, 0, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (2, 1795327166101, 1, '\x83649883faf50639471da6a7031c9457879c3a7fa0f58bdf7ac1a1c9e377e873', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (3, 1795327166283, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (4, 1795327166359, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (5, 1795327166594, 0, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.attempts VALUES (6, 1795327166680, 1, '\x0f2aee5572daa19924aca2c1f090cb0038acc7d123cfd5d92966b991fa81a7f6', '127.0.0.1');
INSERT INTO sbm.audit VALUES (1, 1795327165831, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', '\x024d610d6d775b49df4a74192ae906640af1fe784aad4fecb6a417745aa5d4c5');
INSERT INTO sbm.audit VALUES (2, 1795327166002, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', '\xf95d334b8634f9e99093603ffedd77de009a11a7feaa0656dc5ad3976cda77a0');
INSERT INTO sbm.audit VALUES (3, 1795327166103, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', '\xc0b3e0809e13f4e130b1cb7d695dc8a61973835c6c7b822b337cdb1526e92db7');
INSERT INTO sbm.audit VALUES (4, 1795327166105, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', '\xb76f69864432b8beb8885f2b3043256989a8e1ae59a3b5cef5df2bc55d469961');
INSERT INTO sbm.audit VALUES (5, 1795327166109, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', '\x30ba82b75a2e372dc2cf7e371507323557346e87cb10931b03ba223e60cf7e3f');
INSERT INTO sbm.audit VALUES (6, 1795327166158, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', '\x9be672a02ac18b7774356cb0e146083116351bd9a3033ca8cc495101466f8787');
INSERT INTO sbm.audit VALUES (7, 1795327166164, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', '\x49164a7e94607b3820f9ac0cabd445a89b92be820ea4bc2cc1b56d4b359f8263');
INSERT INTO sbm.audit VALUES (8, 1795327166170, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', '\x0c20e1741564e91b0be527918e81b9742a59fbf75961901ce6d4fec02f86414b');
INSERT INTO sbm.audit VALUES (9, 1795327166231, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', '\x526ca85019a81514711ffac42cf3c0382e4330031c06736602231d1861684d85');
INSERT INTO sbm.audit VALUES (10, 1795327166235, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', '\xc123542d46dc0de7306aede3a753f0ab3ec19461377363cd590897739d94cda3');
INSERT INTO sbm.audit VALUES (11, 1795327166352, 1, 'carol', '127.0.0.1', 'device.enrol', 'fbb7c003106685894472776b7e0e8f6b', 'ok', '`pc-17`', '\x0f4a7963239fb3d6952276687cdbc50d421f3fd00483e5225eaffa7176e7dc07');
INSERT INTO sbm.audit VALUES (12, 1795327166360, 1, 'carol', '127.0.0.1', 'device.login', 'fbb7c003106685894472776b7e0e8f6b', 'ok', '', '\x90ed9a63d6e15f7340e9a957c60f91c3494e801826f8b6b6f4c98f08d4593e2f');
INSERT INTO sbm.audit VALUES (13, 1795327166674, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', '\x58fa54b18508021c7068422ef02df22aa10f406c76cca01e3b75808db28dcc00');
INSERT INTO sbm.audit VALUES (14, 1795327166681, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', '\xaddf3ab1070ec02330912a0638e55f1cd6f9d3fb9652c628ef910e11d06915fc');
INSERT INTO sbm.bodies VALUES (1, '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', '\x7265766973696f6e206f6e65');
INSERT INTO sbm.bodies VALUES (1, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', '\x7265766973696f6e2074776f');
INSERT INTO sbm.change_log VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJKTVFTYWlCUWdjaWN1c0tDYmhTOEZxTndNVWZ0N0hUeFA2RExSamhOTnlJPSJdLCJjYSI6WyIyNmRiMTg2YmIzYTM0Zjc5YzU0MTM4MThkZTc2MDZjNzQ2M2QyMTMxZGJjZWJjOWZiYjM3ZDY4MjIzNmFiYjUyIl19","key":"84e54f3494740755","signature":"I4XvSPIc4uvtE9sdhBL8QKAyWIoQlQz1MJk0qLsF8YSuvrfPmZh9X06M+9snMlhPacOWywlmnQZQwZh7aJivCA=="},"stamp":2}},{"mark":"2a566880e224eb85"}]', '[]');
INSERT INTO sbm.change_log VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJKTVFTYWlCUWdjaWN1c0tDYmhTOEZxTndNVWZ0N0hUeFA2RExSamhOTnlJPSJdLCJjYSI6WyIyNmRiMTg2YmIzYTM0Zjc5YzU0MTM4MThkZTc2MDZjNzQ2M2QyMTMxZGJjZWJjOWZiYjM3ZDY4MjIzNmFiYjUyIl19","key":"84e54f3494740755","signature":"I4XvSPIc4uvtE9sdhBL8QKAyWIoQlQz1MJk0qLsF8YSuvrfPmZh9X06M+9snMlhPacOWywlmnQZQwZh7aJivCA=="},"stamp":3}},{"password":{"user":1}},{"mark":"0918aef8c6e4a294"}]', '[]');
INSERT INTO sbm.change_log VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"12b4bf3e5b225f28"}]', '[]');
INSERT INTO sbm.change_log VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"7cc0441f8b995955"}]', '[]');
INSERT INTO sbm.change_log VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"1f95df962736979d"}]', '[]');
INSERT INTO sbm.change_log VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795327166164,"stamp":7}},{"mark":"7a428c1d1e76cdfd"}]', '[]');
INSERT INTO sbm.change_log VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795327166164,"stamp":8}},{"mark":"1cc9699fb9d69c5d"}]', '[]');
INSERT INTO sbm.change_log VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"1b22345a494e5940"}]', '[]');
INSERT INTO sbm.change_log VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795327166235,"stamp":10}},{"mark":"4a065f0d4ff485e8"}]', '[]');
INSERT INTO sbm.change_log VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"fbb7c003106685894472776b7e0e8f6b","computer":"pc-17","program":"tests 1.0","enrolled":1795327166352,"stamp":11}},{"mark":"077da2dc5c034dfe"}]', '[]');
INSERT INTO sbm.change_log VALUES (12, '[{"mark":"38dd6148787fe816"}]', '[{"device":1}]');
INSERT INTO sbm.change_log VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795327166674,"stamp":13}},{"mark":"604abd4be530734c"}]', '[]');
INSERT INTO sbm.change_log VALUES (14, '[{"mark":"40279fb007a8ad29"}]', '[{"device":2}]');
INSERT INTO sbm.device_seen VALUES (1, 1, 1795327166589);
INSERT INTO sbm.devices VALUES (1, 1, 2, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'tests 1.0', 1795327166352, 11);
INSERT INTO sbm.devices VALUES (1, 2, 2, '\x0a0b0c0d0e0f00010203040506070809', 'pc-17', 'tests 1.0', 1795327166674, 13);
INSERT INTO sbm.groups VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO sbm.holders VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, 1795327166378);
INSERT INTO sbm.marks VALUES (2, 3050740700349262725);
INSERT INTO sbm.marks VALUES (3, 655466129294402196);
INSERT INTO sbm.marks VALUES (4, 1347912463028477736);
INSERT INTO sbm.marks VALUES (5, 8989259758508267861);
INSERT INTO sbm.marks VALUES (6, 2275971022701631389);
INSERT INTO sbm.marks VALUES (7, 8809757877783154173);
INSERT INTO sbm.marks VALUES (8, 2074305238119390301);
INSERT INTO sbm.marks VALUES (9, 1955182750613788992);
INSERT INTO sbm.marks VALUES (10, 5334055319447569896);
INSERT INTO sbm.marks VALUES (11, 539766597674552830);
INSERT INTO sbm.marks VALUES (12, 4097538199864207382);
INSERT INTO sbm.marks VALUES (13, 6938566309583024972);
INSERT INTO sbm.marks VALUES (14, 4622839120910658857);
INSERT INTO sbm.migrations VALUES (3, 3, 'f9c050950ae43139b4944b1897e90296a68abe9810700eac235b7f896e762f67');
INSERT INTO sbm.next_numbers VALUES ('account', 2);
INSERT INTO sbm.next_numbers VALUES ('allow', 2);
INSERT INTO sbm.next_numbers VALUES ('group', 2);
INSERT INTO sbm.next_numbers VALUES ('security_profile', 3);
INSERT INTO sbm.next_numbers VALUES ('profile', 2);
INSERT INTO sbm.next_numbers VALUES ('user', 4);
INSERT INTO sbm.next_numbers VALUES ('device', 3);
INSERT INTO sbm.next_numbers VALUES ('attempt', 7);
INSERT INTO sbm.next_numbers VALUES ('audit', 15);
INSERT INTO sbm.outcomes VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 2, NULL, 1795327166395);
INSERT INTO sbm.profile_groups VALUES (1, 1, 1);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 1, 26, 'Finance documents', 'every night', '\xaae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4', 12, NULL, 'admin', 1795327166164);
INSERT INTO sbm.profile_revisions VALUES (1, '\x94d3d1c174724dc9a5e99ee763e23159', 2, 26, 'Finance documents', 'every night', '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, 'admin', 1795327166235);
INSERT INTO sbm.profiles VALUES (1, 1, '\x94d3d1c174724dc9a5e99ee763e23159', 'Finance documents', 'every night', 26, 2, '\xfb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0', 12, NULL, false, false, 'admin', 1795327166235, 10);
INSERT INTO sbm.revision VALUES (1, 14);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a201d687b1701886c60dfbd33dfb28', 1, 1, 1795327166419, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 1);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a201d687e27f6ca48e68b3409af09b', 1, 2, 1795327166454, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 2);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a201d688067d479ebe2e91827de034', 1, 3, 1795327166495, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 3);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a201d6882e7f228c8b6da497e919a5', 1, 4, 1795327166535, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 4);
INSERT INTO sbm.runs_2026_11 VALUES (1, '\x01a201d688577ab88416e6502e1d4a3b', 1, 5, 1795327166579, '\xfbb7c003106685894472776b7e0e8f6b', 'pc-17', 'carol', 'Finance documents', '\x94d3d1c174724dc9a5e99ee763e23159', 26, 2, 1, '', 1, false, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL, 'carolpc-17finance documentscarol', 5);
INSERT INTO sbm.secrets VALUES ('ca.pem', '\x023c63e95c5b32319156f4a0d41ed38536d5f15209b72d02', '\xb98fa45425ed0215fbbf6c58b55dfe8bf2790135f37d162d407f8298d0c70c656538fe12f5b4a49aa4cd4b5751fd1f832cee690d557f22532bb2e3e0744aa9056c05f3ea346b7c77b58f554e52d833ce00201204fea74ef682af303a94061ec56b2b801f29c8d50e4b7947df6756433eb6c191d182999fb27eede3f6afc775de75006d074978544f006a1d084080ab855c80d733987eaa2aa4bc2291a2524fc72a9b3bb1a3cc8f8bae74429cd9505f1daec2f105344d64410bd571f273660921356275545f751fc2ccd60abd29ff9c33c99e186ff8253728307dd840967bb7dad1fa1f80847162a57eb5abcc40dcffda2fa090d29574f519a590319d80861e79c35a57327b3d0ccf8e4c09e3a9ae0ab1a7c669425dfb22120227f557f24893206f5a39ede5f47fda5ca7e54468dd1695bd512f501f8523cdb42cc059b6677b5e0fa4f607d87d80d9d1ea9dd7d30d844978c18bde2732e78f24ea54ae9404d99fd81e989d1d861fecd1c19529609c882b6d2e755be4b15a5bc095bf6c2e0c96b0f847ef0c0a8be72146a3ffb5be3f4a69613cf1afe4aa9c127d31ab155b88c563e29ab6058cab9981817334bec5d6f5d2bf18a6f2099fb82d02f1aa15a9addf5762c58b39aa405b35a29c9143363627dc60352c39ca2c7b591accdf98315c13bc5d0698e6ae9f4b3d5a84f5f33e56315ad84306b2389f0ea20c0dded28b16035e59aebc69dcf8e8823f6457b61c1700efa6dcc2361ae6d2fbcfd77570f33cd391243f96f34b6e3d8ee62ab45ad0455e4bdf07cca49e7c4465d452023f1e92d05af60bc947123e4e3c20d2d1be27577b55abf5a3c19ea435395b1521a39b11a4ce81fe5887b60a69026c77f1d70ce5f980e1ef9ce89cf737515bd62508da64c3fbefd819ffa26342812a75323a4f2aa2b416275df6377b076cdee0931282e496102d02e436d624e95b403541da31d6d2c334adea665f089014e5a2f541a0c47f18ef06507ed224a8c271a2ed8c943ac2136d622fa846da45019c4eeec754ea362084940de8ea674fc0dddd33b1164bdf16fda61551861adccb7a7e5ba53cfd2021ec839d654c5e3434c01e1117dfb157effbb287fca16b959e339bccef8271808b24ae3705f81fb0e7118b53e2e2b1189f7af78466bd34623ee85d983bf2f388c64fb5d5102ab24f50288f701d392e9adc5b166a246f06e883892de00597453dcef0f815c70f8ec6cad841a655f481d6fae02403a3add637e1449aeb8444b5d2286b9fb72ac9502b57ea90817795');
INSERT INTO sbm.secrets VALUES ('root.key', '\xc6bf4acaa287e98e440c20dad3d64268505bfd6a6b2f6327', '\x5b90e58af9fa6e59a272160416615798155531df6bb1a9d2a00d4fa18dd17f0dd91574a4c3799ec018f1066fe37185b09d5e506cfd68c5acbf7b287ca15bf872b2bad363374c7f68765007d560a7d9157716851bfaf0c5518e72af595c8a2e0dcfdde55c85579afbf35db647be017f9011');
INSERT INTO sbm.secrets VALUES ('token.key', '\xac487510fb1648f7b893ca8f18096ac569fca5d9df9939a9', '\x3d2e82cf352f37a1b630603ad1cf0a7ef707131403ba1a13e771704745fc5e02e813295bb46f7893c9265c336d97f3b3dc269282503532936d7d09ed3c8a4e15b9255ae6ae4927bdd819f5fd55f126be1eeddc974cd5039e1fc93b53e9556f9eebe422c612478fb42130542aa2632a5bf411');
INSERT INTO sbm.secrets VALUES ('check', '\x23fddd3729c5a0a434fc78065edaac933c04d8e014025996', '\x76a7ab36e82e412cfb43bcd4e97d98052056b256c1b27d8910ffc9ecf79ec8faa70da1e7454c167414365befed');
INSERT INTO sbm.secrets VALUES ('signing-1.key', '\x8aff22efa7c1c74e41d60bcbe68ea8ca1d8013b53859b180', '\xd99fd97c38b610e6af66c912c3805b790065772d62ac0a52cb7a294ef5a19beebf6fccfe506c2eade8784c2dc3a02fa163abc18d657d94be36cf6b70849bbc1d8b7455f81ff0cdff921f55aa81df46129f1b1ccd8ccb16d1095f48ea5dde911f84f214430bab9485cfd5fba5adba21da75ce0d7f43a2');
INSERT INTO sbm.security_profiles VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, true, 1);
INSERT INTO sbm.security_profiles VALUES (1, 2, 'End user', 'end user', '', 1536, false, 5);
INSERT INTO sbm.sequences VALUES (1, '\xfbb7c003106685894472776b7e0e8f6b', 5);
INSERT INTO sbm.server VALUES (1, true, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJKTVFTYWlCUWdjaWN1c0tDYmhTOEZxTndNVWZ0N0hUeFA2RExSamhOTnlJPSJdLCJjYSI6WyIyNmRiMTg2YmIzYTM0Zjc5YzU0MTM4MThkZTc2MDZjNzQ2M2QyMTMxZGJjZWJjOWZiYjM3ZDY4MjIzNmFiYjUyIl19","key":"84e54f3494740755","signature":"I4XvSPIc4uvtE9sdhBL8QKAyWIoQlQz1MJk0qLsF8YSuvrfPmZh9X06M+9snMlhPacOWywlmnQZQwZh7aJivCA=="}', 3, NULL);
INSERT INTO sbm.tasks VALUES ('ended_tokens', 1, 1795327765870, 1795327165870, NULL, 1795327165872, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('attempts', 1, 1795327765873, 1795327165873, NULL, 1795327165879, NULL, NULL);
INSERT INTO sbm.tasks VALUES ('months', 1, 1795413565881, 1795327165881, NULL, 1795327165883, NULL, NULL);
INSERT INTO sbm.tokens VALUES (271345246120396942, 2, 1, 2, 1, '\x02bf8d2b5947dea0f8919a591bed58c7b9fe92e1e2bd950f8151d1477b004df5', 1795327166356, 1795327166356, NULL, false);
INSERT INTO sbm.tokens VALUES (8131473177046811698, 2, 1, 2, 2, '\xf23ce6a97d8aaac732f6b725383d7d5f534c2b9704f904966e63425179a4b36e', 1795327166678, 1795327166678, NULL, false);
INSERT INTO sbm.tokens VALUES (3144507562430789109, 1, 1, 1, NULL, '\x6c5fb543519ba102f781eddd520243fb06b237e82210922bf9921bda4aae2fad', 1795327166095, 1795327166685, 1795370366095, false);
INSERT INTO sbm.user_groups VALUES (1, 2, 1);
INSERT INTO sbm.user_logins VALUES (1, 1, 1795327166102, '127.0.0.1');
INSERT INTO sbm.user_logins VALUES (1, 2, 1795327166680, '127.0.0.1');
INSERT INTO sbm.user_passwords VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$jPmDWLu3MuPe21RKFRRXWw$iGz1YNorqp+uvQuoHx2ITgxFZR0fpT5pVVVRHcK1LqM');
INSERT INTO sbm.user_passwords VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$QwW9TBc9mJXuIn0k+qKrrw$uqYiatReC5DxkhYUvqg7MOeXJKfToOJWxtAZ3pL/ceY');
INSERT INTO sbm.user_passwords VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$+43xHRDla9FYWBfMk85vww$tF9iJKKwSvrrtYCLe0GpUy3a/7mzDyNbn1abWUmQupQ');
INSERT INTO sbm.users VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', false, true, 1, 1, 1);
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
ALTER TABLE ONLY sbm.followed
    ADD CONSTRAINT followed_pkey PRIMARY KEY (one);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_account_id_name_key_key UNIQUE (account_id, name_key);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_group_id_key UNIQUE (group_id);
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (account_id, group_id);
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
ALTER TABLE ONLY sbm.relocation
    ADD CONSTRAINT relocation_pkey PRIMARY KEY (one);
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
CREATE INDEX holders_by_device ON sbm.holders USING btree (device_id);
CREATE INDEX outcomes_by_device ON sbm.outcomes USING btree (device_id);
CREATE INDEX profile_groups_by_group ON sbm.profile_groups USING btree (group_id);
CREATE INDEX runs_by_time ON ONLY sbm.runs USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_11_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_11 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2026_12_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2026_12 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_2027_01_account_id_profile_start_run_id_device_id_idx ON sbm.runs_2027_01 USING btree (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_wild_account_id_profile_start_run_id_device_id_idx ON sbm.runs_wild USING btree (account_id, profile_start, run_id, device_id);
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
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON sbm.profile_revisions FOR EACH ROW EXECUTE FUNCTION sbm.refuse('a revision is never removed');
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
ALTER TABLE ONLY sbm.groups
    ADD CONSTRAINT groups_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
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
ALTER TABLE ONLY sbm.security_profiles
    ADD CONSTRAINT security_profiles_account_id_fkey FOREIGN KEY (account_id) REFERENCES sbm.accounts(account_id);
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
