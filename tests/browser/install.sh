#!/bin/sh
# Brings what make browser needs from Debian, where it is missing: Chromium, Chinese and emoji fonts, Node.js.
set -eu
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
fonts=$(fc-list 2>/dev/null || true)
echo "$fonts" | grep -qiE "cjk|wqy|wenquanyi" || missing="$missing fonts-wqy-microhei"
echo "$fonts" | grep -qi "emoji" || missing="$missing fonts-noto-color-emoji"
command -v npm >/dev/null || missing="$missing nodejs npm"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make browser needs Debian's packages$missing: run it as root on Debian, or install them first." >&2
  exit 1
fi
apt-get -qq update
# shellcheck disable=SC2086  # a list of words
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing fontconfig >/dev/null
