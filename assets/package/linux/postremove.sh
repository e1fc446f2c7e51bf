#!/bin/sh
# Runs after the files are gone. What the service stored stays until the package
# is purged, which only a .deb knows. What people store in their homes stays.
set -e

if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ]; then
	rm -rf /var/lib/entrasync /etc/entrasync
fi
