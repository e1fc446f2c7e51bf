#!/bin/sh
# Runs before the files go. An .rpm tells how many versions stay, a .deb what it
# is about: an upgrade leaves the service running until the new files are there.
# A .deb that is removed leaves it enabled: the other package may take its place,
# and starts it then. Purging forgets that.
set -e

[ -d /run/systemd/system ] || exit 0
case "$1" in
0) systemctl disable --now entrasyncctl.service || true ;;
remove) systemctl stop entrasyncctl.service || true ;;
esac
