#!/bin/sh
# Backs up everything in deploy/compose.yaml while it runs: the bot, Synapse, and what differs from site to site. As root;
# each time a folder of its own, named when it is whole. Usage: deploy/backup.sh /var/backups/zhibu [how many to keep]
set -eu
[ $# -ge 1 ] || { echo "用法：deploy/backup.sh 目录 [留几份，默认14]，如 deploy/backup.sh /var/backups/zhibu" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "请用 root 运行：备份里有密码和密钥，只有 root 能读。" >&2; exit 2; }
to=$1
keep=${2:-14}
case $keep in *[!0-9]* | '' | 0) echo "留几份要写一个正整数，不是“$keep”。" >&2; exit 2 ;; esac
umask 077
mkdir -p "$to"
to=$(cd "$to" && pwd)
cd "$(dirname "$0")/.."
compose() { docker compose -f deploy/compose.yaml "$@"; }

rm -rf "$to"/*.part # what a power cut left
now=$to/$(date -u +%Y%m%d-%H%M%S)
mkdir "$now.part"
compose exec -T bot /opt/zhibu/.venv/bin/zhibu backup --to /var/lib/zhibu/backups --keep 1 --config /etc/zhibu/zhibu.yaml
compose exec -T bot tar -C /var/lib/zhibu -cf - backups > "$now.part/bot.tar"
compose exec -T postgres pg_dump --username=postgres --format=custom synapse > "$now.part/synapse.dump"
compose exec -T synapse tar -C /var/lib/synapse -cf - . > "$now.part/synapse.tar"
tar -C deploy -cf "$now.part/site.tar" site
sync
mv "$now.part" "$now"
find "$to" -mindepth 1 -maxdepth 1 -name '[0-9]*' | sort -r | tail -n "+$((keep + 1))" | while read -r old; do rm -rf "$old"; done
echo "已备份到 $now。请把它拿到另一台机器上，像密码一样保管。"
