// Package sqlite opens a database file with SQLite, whatever file and drive it lies
// on, and tells in words what SQLite says: [Open] for writing, [OpenReading] where
// nothing may be written, [Restore] to put a backup in its place. It knows files and
// connections, and no table.
package sqlite
