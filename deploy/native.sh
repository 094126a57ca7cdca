#!/bin/sh
# Prepares this machine to run Synapse and the bot as services, without containers: their accounts, Synapse's database,
# secrets and settings, the web server's site, the services' files, and the command zhibu. As root, on Debian; starts
# nothing, and leaves alone what is there. Usage: deploy/native.sh example.org matrix.example.org
set -eu
[ $# -eq 2 ] || { echo "用法：deploy/native.sh 服务器名 网址里的域名，如 deploy/native.sh example.org matrix.example.org" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "请用 root 运行：要建账号，写 /etc 和 /var/lib。" >&2; exit 2; }
name=$1
host=$2
cd "$(dirname "$0")"
for needed in runuser createdb nginx; do
  command -v $needed >/dev/null || { echo "没有 $needed：请先照 docs/administrator.md 用 apt-get 装好 postgresql 和 nginx。" >&2; exit 2; }
done
umask 022

# One account each. The bot's has a shell, since the administrator works as the bot: su - zhibu.
id synapse >/dev/null 2>&1 || useradd --system --home-dir /var/lib/synapse --shell /usr/sbin/nologin synapse
id zhibu >/dev/null 2>&1 || useradd --system --create-home --home-dir /var/lib/zhibu --shell /bin/bash zhibu
install -d -o synapse -g synapse -m 0700 /var/lib/synapse
install -d -o zhibu -g zhibu -m 0700 /var/lib/zhibu /var/lib/zhibu-backups

# PostgreSQL knows the accounts of this machine by name: no password.
ask() { runuser -u postgres -- psql -d postgres -Atc "$1"; }
for who in synapse zhibu; do
  [ -n "$(ask "SELECT 1 FROM pg_roles WHERE rolname = '$who'")" ] || runuser -u postgres -- createuser "$who"
done
[ -n "$(ask "SELECT 1 FROM pg_database WHERE datname = 'synapse'")" ] \
  || runuser -u postgres -- createdb -O synapse -E UTF8 --locale=C -T template0 synapse  # the locale Synapse wants

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# keep FILE MODE: writes standard input to a file of /etc/synapse, unless it is there.
keep() { [ -e "/etc/synapse/$1" ] || { cat > "/etc/synapse/$1.new"; chmod "$2" "/etc/synapse/$1.new"; mv "/etc/synapse/$1.new" "/etc/synapse/$1"; }; }
install -d -m 0755 /etc/synapse
install -d -o synapse -g synapse -m 0700 /etc/synapse/secrets
(
  umask 077
  for who in registration macaroon form; do random 32 | keep "secrets/${who}_secret" 0600; done
  echo "ed25519 a_$(random 2) $(head -c 32 /dev/urandom | base64 | tr -d '=\n')" | keep secrets/signing.key 0600
)
chown synapse:synapse /etc/synapse/secrets/*
keep server.yaml 0644 <<END
# This homeserver's name: the part of every account after the colon. It can never be changed.
server_name: "$name"
public_baseurl: "https://$host/"
END
for file in homeserver.yaml native.yaml log.yaml; do install -m 0644 "synapse/$file" "/etc/synapse/$file"; done

install -d -m 0700 /etc/nginx/zhibu
[ -e /etc/nginx/sites-enabled/zhibu ] || sed "s/matrix\.example\.org/$host/g" web/native.conf > /etc/nginx/sites-enabled/zhibu
install -m 0644 systemd/*.service systemd/*.timer /etc/systemd/system/
systemctl daemon-reload
ln -sf "$(cd .. && pwd)/.venv/bin/zhibu" /usr/local/bin/zhibu
echo "已备好。证书放进 /etc/nginx/zhibu（fullchain.pem 和 privkey.pem），再照 docs/administrator.md 往下做。"
