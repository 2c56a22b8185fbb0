-- The two roles of Pulse on the ballot box's PostgreSQL database.
--
-- Run it once as an administrator (superuser), in the box's database, after
-- `flask database upgrade`, and again after every later upgrade; repeating it does no harm:
--
--     psql -X -v ON_ERROR_STOP=1 -d BOX_DATABASE -f migrations/box/roles.sql
--     psql -X -v ON_ERROR_STOP=1 -d MAIN_DATABASE -f migrations/main/roles.sql
--
-- Then give both roles a password (`\password pulse_web`) and set, in the settings of
--
--     the web:     PULSE_BOX_DATABASE_URL=postgresql://pulse_web@host/box,   likewise the main one
--     the worker:  PULSE_BOX_DATABASE_URL=postgresql://pulse_owner@host/box, likewise the main one
--
-- The worker's role owns the tables: it migrates, mixes, counts and destroys. The web's role drops
-- ballots and asks whether a ballot is in the box. It cannot read, change or remove what lies
-- there, so whoever takes over the web does not get at the ballots of earlier days, sealed or not.
--
-- What this cannot hide from the web's role: how much its cluster writes in all (pg_current_xact_id,
-- pg_current_wal_lsn) and, in pg_class, how many rows a VACUUM or ANALYZE last found. The web sees
-- every ballot pass, so the number of ballots is nothing that it could not count by itself.

BEGIN;

DO $$
BEGIN
    CREATE ROLE pulse_owner LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$
BEGIN
    CREATE ROLE pulse_web LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Nobody else comes in, and nobody but the owner makes anything, temporary tables included.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO pulse_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, pulse_web', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO pulse_web', current_database());
END $$;
ALTER SCHEMA public OWNER TO pulse_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, pulse_web;
GRANT USAGE ON SCHEMA public TO pulse_web;

-- What was made by whoever migrated before there were roles becomes the owner's.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO pulse_owner', found.tablename);
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, pulse_web', found.tablename);
    END LOOP;
END $$;
ALTER FUNCTION public.box_holds(integer, bytea) OWNER TO pulse_owner;

-- All that the web may do. The columns `manifest` and `mixed` of a box are not for it: the latter
-- would tell how many ballots there are.
REVOKE ALL (wave, state, verify_key, manifest, manifest_sha256, lengths, mixed)
    ON public.box FROM PUBLIC, pulse_web;
GRANT SELECT (wave, state, verify_key, manifest_sha256, lengths) ON public.box TO pulse_web;
GRANT INSERT ON public.shard, public.spent TO pulse_web;
REVOKE ALL ON FUNCTION public.box_holds(integer, bytea) FROM PUBLIC, pulse_web;
GRANT EXECUTE ON FUNCTION public.box_holds(integer, bytea) TO pulse_web;

-- PostgreSQL counts the rows that come and go, and tells everybody; so do the sizes of files. Only
-- those who watch over the server, and the worker, may ask.
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
