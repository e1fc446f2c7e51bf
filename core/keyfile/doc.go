// Package keyfile reads the files in which people have keys, certificates and
// secrets: as they come from Windows, Key Vault, openssl, keytool and editors.
//
// What a file is, is decoded where that is certain, and else refused with the
// kind of file that it is and the command that makes the right one of it. No
// error of a parser is ever shown: it tells people nothing.
package keyfile
