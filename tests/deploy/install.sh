#!/bin/sh
# Brings the tools that read what deploy/ describes, from Debian. promtool and nginx are only unpacked, into .tools: the
# packages would start their services.
set -eu
cd "$(dirname "$0")/../.."
wanted=""
command -v docker-compose >/dev/null || wanted="$wanted docker-compose"
command -v systemd-analyze >/dev/null || wanted="$wanted systemd"
command -v ip >/dev/null || wanted="$wanted iproute2"
command -v openssl >/dev/null || wanted="$wanted openssl"
[ -z "$wanted" ] && [ -x .tools/usr/bin/promtool ] && [ -x .tools/usr/sbin/nginx ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make tools needs Debian's packages$wanted, prometheus and nginx: run it as root on Debian." >&2
  exit 1
fi
apt-get -qq update
# shellcheck disable=SC2086  # a list of words
[ -z "$wanted" ] || DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $wanted >/dev/null
fetched=$(mktemp -d)
(cd "$fetched" && apt-get -qq download prometheus nginx nginx-common 2>/dev/null)
mkdir -p .tools
for package in "$fetched"/*.deb; do dpkg -x "$package" .tools; done
rm -r "$fetched"
