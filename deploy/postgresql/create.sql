-- The centre's role and database, by the administrator:  sudo -u postgres psql -f create.sql
-- The password is read from the file that CONTACTCENTER_DB_PASSWORD_FILE names, so that no history and no log has it.
\set ON_ERROR_STOP on
\set password `cat "${CONTACTCENTER_DB_PASSWORD_FILE:-/etc/contactcenter/secrets/db_password}"`
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SELECT :'password' = '' AS has_none \gset
\if :has_none
  \warn 'the file with the password is empty or cannot be read'
  SELECT 1 / 0; -- the way to end psql with a failure
\endif

-- No superuser, and row-level security holds for it: the second wall between domains.
CREATE ROLE contactcenter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'password';
-- UTF-8 for the texts of all languages; C order, so that an update of the system's collations breaks no index.
CREATE DATABASE contactcenter OWNER contactcenter ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
-- Nobody else connects to it.
REVOKE ALL ON DATABASE contactcenter FROM PUBLIC;
