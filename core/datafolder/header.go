package datafolder

// headerSize is the length of the header of an SQLite file.
const headerSize = 100

// isDatabase tells whether a header is that of an SQLite file.
func isDatabase(header []byte) bool { return string(header[:16]) == "SQLite format 3\x00" }
