package main

import "slices"

// mutations are the rules, in the order of docs/guarantees.md.
var mutations = slices.Concat(storing, talking, guarding)

// storing: what is stored, and what is deleted.
var storing = []mutation{
	{
		rule:  "A page and its cursor commit together",
		file:  "core/store/apply.go",
		text:  "\terr := s.tx(ctx, \"storing a page failed\", func(t *tx) error {\n\t\ta := &applier{tx: t, r: r, whole: whole, marking: r.sweeps(), replace: r.lists(part), apart: r.tellsLinks(part)}\n\t\tif err := a.open(part, p); err != nil {",
		other: "\terr := s.tx(ctx, \"moving the cursor failed\", func(t *tx) error { return (&applier{tx: t, r: r}).open(part, p) })\n\tif err != nil {\n\t\treturn out, err\n\t}\n\terr = s.tx(ctx, \"storing a page failed\", func(t *tx) error {\n\t\ta := &applier{tx: t, r: r, whole: whole, marking: r.sweeps(), replace: r.lists(part), apart: r.tellsLinks(part)}\n\t\tif err := a.start(); err != nil {",
		tests: []string{"core/store.TestEveryWriteFails", "core/store.TestPageHearsThatItIsToStop", "core/store.TestDiskFull"},
	},
	{
		rule:  "A page is refused once its tenant is disabled, in the page's own transaction",
		file:  "core/store/apply.go",
		text:  "\treturn wanted(enabled, removing || !found)",
		other: "\t_ = !found\n\treturn nil",
		tests: []string{"core/store.TestStopsAtThePage"},
	},
	{
		rule:  "A page is refused once its round is over",
		file:  "core/store/apply.go",
		text:  "\tif n == 0 {\n\t\treturn ErrRoundOver\n\t}\n\treturn nil\n}\n\n// start proves",
		other: "\t_ = n\n\treturn nil\n}\n\n// start proves",
		tests: []string{"core/store.TestStopsAtThePage"},
	},
	{
		rule:  "A sweep deletes nothing that was not confirmed one by one",
		file:  "core/syncer/confirm.go",
		text:  "\t\t\to, found, err := c.object(ctx, id)",
		other: "\t\t\to, found, err := entra.Object{}, false, error(nil)",
		tests: []string{"core/syncer.TestMissedByAScan"},
	},
	{
		rule:  "What can be restored is told from what is gone",
		file:  "core/syncer/confirm.go",
		text:  "\tcase code == entra.CodePermission || restorable:",
		other: "\tcase code == entra.CodePermission || restorable && false:",
		tests: []string{"core/syncer.TestFullScanFinds"},
	},
	{
		rule:  "The loss guard holds objects that a full scan did not show",
		file:  "core/store/lossguard.go",
		text:  "\treturn a.missed > 0 && (a.nothing || l.unusual(a.missed, a.held))",
		other: "\treturn false",
		tests: []string{"core/store.TestLossGuardLimits", "core/store.TestHeldIsDecidedByTheNextScan", "core/store.TestLossGuardOfLinks", "core/syncer.TestLossGuard", "core/syncer.TestConfirmDeletions"},
	},
	{
		rule:  "A scan that shows nothing of a class is not believed, however small the class",
		file:  "core/store/lossguard.go",
		text:  "\treturn a.missed > 0 && (a.nothing || l.unusual(a.missed, a.held))",
		other: "\treturn a.missed > 0 && l.unusual(a.missed, a.held)",
		tests: []string{"core/store.TestLossGuardLimits"},
	},
	{
		rule:  "The loss guard holds links, too",
		file:  "core/store/lossguard.go",
		text:  "\t\tif limits.hold(found) {",
		other: "\t\tif false && limits.hold(found) {",
		tests: []string{"core/store.TestLossGuardOfLinks"},
	},
	{
		rule:  "What comes back is taken out of the held",
		file:  "core/store/lossguard.go",
		text:  "\tif !o.found || !a.holding() {",
		other: "\tif true {",
		tests: []string{"core/store.TestHeldIsDecidedByTheNextScan"},
	},
	{
		rule:  "What a full scan saw is marked as seen",
		file:  "core/store/sweep.go",
		text:  "\tif len(a.marks) == 0 {\n\t\treturn nil\n\t}\n\tslices.Sort",
		other: "\tif true {\n\t\treturn nil\n\t}\n\tslices.Sort",
		tests: []string{"core/store.TestHeldIsDecidedByTheNextScan"},
	},
	{
		rule:  "Links that could not be read are not ended",
		file:  "core/store/sweep.go",
		text:  "\tif !a.marking {\n\t\treturn nil\n\t}\n\t_, err := a.exec(`INSERT OR IGNORE INTO seen_links",
		other: "\tif true {\n\t\treturn nil\n\t}\n\t_, err := a.exec(`INSERT OR IGNORE INTO seen_links",
		tests: []string{"core/syncer.TestLinksThatCouldNotBeReadAreNotEnded"},
	},
	{
		rule:  "A property that is refused keeps the values that are held",
		file:  "core/store/apply.go",
		text:  "\tif len(names) == 0 || !old.stored() {",
		other: "\tif len(names) >= 0 || !old.stored() {",
		tests: []string{"core/syncer.TestRefusedPropertyKeepsItsValues"},
	},
	{
		rule:  "A baseline writes no change records",
		file:  "core/store/netchange.go",
		text:  "\tif a.r.Baseline {\n\t\treturn nil\n\t}\n\tif old.round",
		other: "\tif old.round",
		tests: []string{"core/store.TestBaselineRecordsNothing"},
	},
	{
		rule:  "One record an object and round: the net difference",
		file:  "core/store/netchange.go",
		text:  "\tif old.round == a.r.Key {\n\t\tif from, origin",
		other: "\tif false {\n\t\tif from, origin",
		tests: []string{"core/store.TestNetDifference"},
	},
	{
		rule:  "Links that end with their object leave no record of their own",
		file:  "core/store/apply.go",
		text:  "\t\tif err := errors.Join(a.forget(now, true), a.forget(now, false)); err != nil {",
		other: "\t\tif err := errors.Join(); err != nil {",
		tests: []string{"core/store.TestNetDifference"},
	},
	{
		rule:  "An id in another case is the same id",
		file:  "core/entra/relation.go",
		text:  "\tif len(id) != 36 || !hasCapital(id) {",
		other: "\tif true {",
		tests: []string{"core/entra.TestCanonicalID", "core/store.TestGUIDsHaveNoCase", "cmd/entrasyncctl.TestLinks"},
	},
	{
		rule:  "A tenant's times never run backwards",
		file:  "core/store/writer.go",
		text:  "CASE WHEN ?2 >= clock THEN ?2 ELSE clock + 1 END",
		other: "CASE WHEN ?2 >= 0 THEN ?2 ELSE clock + 1 END",
		tests: []string{"core/store.TestClockJumps"},
	},
	{
		rule:  "What was erased is overwritten in the file",
		file:  "core/store/open.go",
		text:  "&_secure_delete=on",
		other: "&_secure_delete=off",
		tests: []string{"core/store.TestRemovedMeansGone"},
	},
	{
		rule:  "Another program's database is never taken for ours",
		file:  "core/datafolder/header.go",
		text:  "\tcase application != ApplicationID:",
		other: "\tcase false:",
		tests: []string{"core/store.TestRefusedFiles"},
	},
	{
		rule:  "A newer schema is refused",
		file:  "core/datafolder/header.go",
		text:  "\tcase version > newest:",
		other: "\tcase false:",
		also:  &edit{"core/store/schema.go", "\tif version > schemaVersion {", "\tif false {"},
		tests: []string{"core/store.TestRefusedFiles"},
	},
	{
		rule:  "Nobody has the database open while a backup is put in its place",
		file:  "core/datafolder/lock.go",
		text:  "\tl, free, err := take(filepath.Join(dir, lockName), (*flock.Flock).TryLock)",
		other: "\tl, free, err := take(filepath.Join(dir, lockName), (*flock.Flock).TryRLock)",
		tests: []string{"core/store.TestRestoreIsAlone"},
	},
}
