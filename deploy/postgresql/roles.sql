-- The role of the public process: it reads six tables of the main database and adds to the tips, nothing more.
--
-- Run it in both databases, as their owner or a superuser, after `hue migrate`, and again after each upgrade:
--     psql -v ON_ERROR_STOP=1 -d hue      -f deploy/postgresql/roles.sql
--     psql -v ON_ERROR_STOP=1 -d hue_tips -f deploy/postgresql/roles.sql
-- Then give it a password (\password hue_public) and set for the public process alone:
--     HUE_PUBLIC_DATABASE_URL=postgresql://hue_public:PASSWORD@HOST/hue
-- tests/deploy/test_public_database.py proves both: that a tip can be filed, and that nothing else can be done.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hue_public') THEN
        CREATE ROLE hue_public LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
    END IF;
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hue_public;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM hue_public;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM hue_public;
GRANT USAGE ON SCHEMA public TO hue_public;

DO $$
BEGIN
    IF to_regclass('public.tips_tip') IS NULL THEN
        -- The main database: whose site this is, who holds a tip key, which appeal a form answers, which lists can
        -- be joined for which stations. Who is on a list it cannot read.
        GRANT SELECT ON agencies_agency, agencies_membership, appeals_appeal, agencies_unit, lists_subscriberlist
            TO hue_public;
        -- And which accounts are ours, for whoever asks; not who holds them.
        GRANT SELECT (id, agency_id, audience, is_public, kind, channel, handle, server_url, label, status)
            ON channels_account TO hue_public;
        EXECUTE format('ALTER ROLE hue_public IN DATABASE %I SET default_transaction_read_only = on', current_database());
    ELSE
        -- The tips: new ones may be added and a dialogue carried on. Nothing can be removed or rewritten, no key
        -- can be added, and what the record holds cannot be changed.
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO hue_public;
        GRANT INSERT ON tips_tip, tips_message, tips_keywrap, tips_ticket, records_entry, records_pending TO hue_public;
        GRANT UPDATE (messages_count, heard_to, tipster_public, tipster_proof) ON tips_tip TO hue_public;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hue_public;
    END IF;
END
$$;
