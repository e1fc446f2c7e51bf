#!/bin/sh
# Runs after the files are gone. What the service stored stays until the package
# is purged, which only a .deb knows: it is not deleted either where the other of
# the two packages has brought the program and goes on with it. What people store
# in their homes stays.
set -e

if [ "$1" = purge ] && [ ! -e /usr/bin/entrasyncctl ]; then
	rm -f /etc/systemd/system/*.wants/entrasyncctl.service
	rm -rf /var/lib/entrasync /etc/entrasync
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
