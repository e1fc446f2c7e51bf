#!/bin/sh
# Runs before the files go. An .rpm tells how many versions stay, a .deb what it
# is about: an upgrade leaves the service running until the new files are there.
set -e

case "$1" in
0 | remove)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now entrasyncctl.service
	fi
	;;
esac
