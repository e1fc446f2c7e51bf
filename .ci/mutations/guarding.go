package main

// guarding: files, secrets, and what people open.
var guarding = []mutation{
	{
		rule:  "No output goes over the program's own files",
		file:  "core/datafolder/output.go",
		text:  "\t\tif folder.holds(real) || folder.hasLink(real) {",
		other: "\t\tif false && (folder.holds(real) || folder.hasLink(real)) {",
		tests: []string{"core/datafolder.TestOutputRefusesOurOwn", "cmd/entrasyncctl.TestOutputOverOurOwn", "ui/lists.TestOwnFilesAreNotOverwritten"},
	},
	{
		rule:  "… by another name of the same file",
		file:  "core/datafolder/output.go",
		text:  "\t\tif folder.holds(real) || folder.hasLink(real) {",
		other: "\t\tif folder.holds(real) {",
		tests: []string{"core/datafolder.TestOutputRefusesOurOwn"},
	},
	{
		rule:  "A spreadsheet takes no text for a formula",
		file:  "core/export/export.go",
		text:  "\t\treturn \"'\" + text",
		other: "\t\treturn text",
		tests: []string{"core/export.TestCells"},
	},
	{
		rule:  "A file is put in place once it is whole",
		file:  "core/export/file.go",
		text:  "\t\treturn errors.Join(trouble(path, err), part.Discard())",
		other: "\t\treturn errors.Join(trouble(path, err), part.Commit(path))",
		tests: []string{"core/export.TestFileKeepsTheOldOneOnFailure"},
	},
	{
		rule:  "What a kill left half written is removed by the next start",
		file:  "core/store/open.go",
		text:  "\tdatafolder.ClearParts(dir)\n",
		other: "",
		tests: []string{"cmd/entrasyncctl.TestKillsOfEveryCommand"},
	},
	{
		rule:  "The database is its owner's alone",
		file:  "core/store/open.go",
		text:  "os.O_CREATE|os.O_RDWR, 0o600)",
		other: "os.O_CREATE|os.O_RDWR, 0o644)",
		tests: []string{"core/store.TestPrivateFiles"},
	},
	{
		rule:  "A sealed secret opens in its own place alone",
		file:  "core/vault/cipher.go",
		text:  "\treturn append(append(ad, id...), binding...)",
		other: "\treturn append(ad, id...)",
		tests: []string{"core/vault.TestOpenRefusesAnotherPlace", "core/syncer.TestSwappedSecret"},
	},
	{
		rule:  "A secret is printed by no verb",
		file:  "core/vault/secret.go",
		text:  "func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }",
		other: "func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted); _, _ = f.Write(s.Reveal()) }",
		tests: []string{"core/vault.TestSecretRedactsEveryVerb", "core/vault.TestSecretStaysHiddenInsideOthers"},
	},
	{
		rule:  "A passphrase leaves the environment",
		file:  "cmd/internal/secrets/secrets.go",
		text:  "\t\t_ = os.Unsetenv(name) // fails only for names that can't be\n",
		other: "",
		tests: []string{"cmd/internal/secrets.TestTake", "cmd/entrasyncctl.TestPassphrasesLeaveTheEnvironment"},
	},
	{
		rule:  "A tenant is synced by one process at a time",
		file:  "core/syncer/engine.go",
		text:  "\tcase !got:\n\t\treturn nil, &entra.Error{Code: entra.CodeBusy",
		other: "\tcase false:\n\t\treturn nil, &entra.Error{Code: entra.CodeBusy",
		tests: []string{"core/syncer.TestOneSyncAtATime"},
	},
	{
		rule:  "A panic is the failure of one class",
		file:  "core/entra/survive.go",
		text:  "\t\tif p := recover(); p != nil {",
		other: "\t\tif p := any(nil); p != nil {",
		tests: []string{"core/syncer.TestPanicFailsOneClass"},
	},
	{
		rule:  "What SQLite says of damage ends the run failed",
		file:  "core/store/open.go",
		text:  "\t\ts.damage.CompareAndSwap(nil, e)",
		other: "\t\t_ = e",
		tests: []string{"cmd/entrasyncctl.TestDamageIsSaid"},
	},
}
