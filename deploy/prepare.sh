#!/bin/sh
# Makes what differs from site to site: secrets, Synapse's name, the bot's settings, the web client's. As root, once; what
# is there already is left alone. Usage: deploy/prepare.sh example.org [matrix.example.org]
set -eu
[ $# -ge 1 ] || { echo "用法：deploy/prepare.sh 服务器名 [网址里的域名]，如 deploy/prepare.sh example.org matrix.example.org" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "请用 root 运行：密码文件要交给各个容器自己的账号。" >&2; exit 2; }
name=$1
host=${2:-$1}
site=$(dirname "$0")/site
umask 077
mkdir -p "$site/secrets" "$site/synapse" "$site/web" "$site/tls"

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# keep OWNER FILE: writes standard input to a file that only this account can read, unless it is there.
keep() { [ -e "$site/$2" ] || { cat > "$site/$2.new"; chown "$1:$1" "$site/$2.new"; chmod "${3:-0600}" "$site/$2.new"; mv "$site/$2.new" "$site/$2"; }; }

for who in postgres_password postgres_synapse_password postgres_zhibu_password; do random 24 | keep 999 "secrets/$who"; done
echo "postgres:5432:synapse:synapse:$(cat "$site/secrets/postgres_synapse_password")" | keep 992 secrets/synapse_pgpass
echo "postgres:5432:zhibu:zhibu:$(cat "$site/secrets/postgres_zhibu_password")" | keep 991 secrets/zhibu_pgpass
for who in registration macaroon form; do random 32 | keep 992 "secrets/synapse_${who}_secret"; done
echo "ed25519 a_$(random 2) $(head -c 32 /dev/urandom | base64 | tr -d '=\n')" | keep 992 secrets/synapse_signing_key
random 16 | keep 991 secrets/zhibu_password

keep 0 synapse/server.yaml 0644 <<END
# This homeserver's name: the part of every account after the colon. It can never be changed.
server_name: "$name"
public_baseurl: "https://$host/"
END
keep 0 zhibu.yaml 0644 <<END
# Settings of the bot in deploy/compose.yaml; the administrator's page says what else may stand here.
homeserver: http://synapse:8008
user_id: "@zhibu:$name"
device_name: 支部记事
data: /var/lib/zhibu
database: postgresql+asyncpg://zhibu@postgres/zhibu?passfile=/run/secrets/zhibu_pgpass
contact: 管理员
invitations:
  servers: ["$name"]
# Asked by the container's own health check.
monitoring: {port: 9464}
END
keep 0 web/config.json 0644 <<END
{"defaultHomeServer": "https://$host", "bot": "@zhibu:$name"}
END
chmod 0711 "$site" "$site/secrets" "$site/synapse" "$site/web" "$site/tls"
# The web server's account reads the certificate that the administrator has put there.
find "$site/tls" -type f -exec chown 993:993 {} + -exec chmod 0400 {} +
echo "已备好 $site。请把证书放进 $site/tls（fullchain.pem 和 privkey.pem），再运行一次本脚本，然后 docker compose -f deploy/compose.yaml up -d --build"
