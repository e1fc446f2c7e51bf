#!/bin/sh
# Runs after the files are there: at the first installation and at each upgrade.
# The service waits until somebody enables it. One that was enabled goes on, also
# where this package has taken the place of the other one, whose removal stopped it.
set -e

if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers entrasync.conf
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	if systemctl is-enabled --quiet entrasyncctl.service; then
		systemctl restart entrasyncctl.service || true # it says itself why it can't
	fi
fi
