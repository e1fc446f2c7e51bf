#!/bin/sh
# Runs after the files are there: at the first installation and at each upgrade.
# The service waits until somebody enables it.
set -e

if [ -d /run/systemd/system ]; then
	systemd-sysusers entrasync.conf
	systemctl daemon-reload
	systemctl try-restart entrasyncctl.service
elif command -v systemd-sysusers >/dev/null; then
	systemd-sysusers entrasync.conf
fi
