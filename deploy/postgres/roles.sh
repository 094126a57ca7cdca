#!/bin/sh
# Once, when the cluster is new: a role and a database each for Synapse and the bot; neither may enter the other's.
set -eu
for name in synapse zhibu; do
  psql --set=ON_ERROR_STOP=1 --username=postgres --quiet \
    --set=name="$name" --set=password="$(cat "/run/secrets/postgres_${name}_password")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
