// Package datafolder knows the folder in which Entra ID Sync keeps its data: which
// files are its own, so that nothing is ever written over them ([Output]); who has
// the database open ([Share], [Seize]); what a file is before SQLite touches it
// ([Inspect]); and how a database is put in another's place, so that a crash at any
// instant leaves either of them whole. It opens no database and knows no SQL.
package datafolder

// FileName is the database's name in the data folder.
const FileName = "entrasync.db"

// MarkerName is a file beside the database that says there was one, so that an
// empty or missing database is never taken for a new beginning.
const MarkerName = "entrasync.id"

// ApplicationID marks our databases ("EIDS"), so that no other program's is ever
// taken for ours.
const ApplicationID = 0x45494453

// companions are what SQLite keeps beside a database while it is in use.
var companions = []string{"-wal", "-shm", "-journal"}
