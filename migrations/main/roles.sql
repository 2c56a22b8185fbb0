-- The rights of Pulse's two roles on the main PostgreSQL database. See migrations/box/roles.sql,
-- which is run first and says how, for what the roles are.
--
-- The web's role does the daily work here: people, surveys, accounts, the action log, mails. It
-- makes and alters no table, and it cannot touch what only the worker's steps decide: who is
-- asked, who holds an invitation, the signing keys, and everything that has been released.

BEGIN;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO pulse_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, pulse_web', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO pulse_web', current_database());
END $$;
ALTER SCHEMA public OWNER TO pulse_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, pulse_web;
GRANT USAGE ON SCHEMA public TO pulse_web;

DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO pulse_owner', found.tablename);
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, pulse_web', found.tablename);
        EXECUTE format(
            'GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO pulse_web', found.tablename
        );
    END LOOP;
    -- These are for reading only.
    FOR found IN
        SELECT tablename FROM pg_tables
        WHERE schemaname = 'public'
          AND (tablename IN ('alembic_version', 'churn_result', 'count_hold', 'frame_member',
                             'invitation', 'issuer_key', 'reminder_turn', 'staff_part',
                             'started_step', 'worker_lease')
               OR tablename = 'release' OR tablename LIKE 'release\_%')
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON public.%I FROM pulse_web', found.tablename);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pulse_owner', found.name);
    END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pulse_web;

-- The links of an open wave are worked out from this; only the worker writes mails.
REVOKE ALL ON public.link_key FROM pulse_web;
-- Starting uses an invitation up; a slip gives it another secret. Nobody gets a second one.
GRANT UPDATE (secret_sha256, code_mac, redeemed, blinded_sha256, replaced, handed)
    ON public.invitation TO pulse_web;
-- The web wishes for a step of a wave; the worker takes it, and fixes who is asked what. What was
-- frozen is not the web's to change, nor is the state.
REVOKE UPDATE ON public.wave FROM pulse_web;
GRANT UPDATE (asked_for, trouble) ON public.wave TO pulse_web;
-- HR says what to leave out of results that were found unsafe; why a wave waits is not HR's to say.
GRANT UPDATE (left_out) ON public.count_hold TO pulse_web;
-- A consented file comes in and is deleted by the web; what it was counted to is the worker's to say.
REVOKE UPDATE ON public.consented_study FROM pulse_web;
-- What was said in the log of actions stays said.
REVOKE UPDATE, DELETE ON public.action_entry FROM pulse_web;

-- The counters of this server hold those of the box as well, where both are in one cluster.
DO $$
DECLARE
    counter regprocedure;
BEGIN
    FOR counter IN
        SELECT oid FROM pg_catalog.pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND (proname LIKE 'pg\_stat\_get\_%'
               OR proname LIKE 'pg\_%\_size' AND prokind = 'f'
               OR proname IN ('pg_stat_file', 'pg_relation_filenode', 'pg_relation_filepath'))
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, pulse_web', counter);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor, pulse_owner', counter);
    END LOOP;
END $$;

-- So that `flask check` sees which libraries watch the server; it says so where it does not.
GRANT pg_read_all_settings TO pulse_owner;

COMMIT;
