// Package help has an example for each command of entrasyncctl, shown by --help, in
// its man page and in docs/entrasyncctl.md.
package help

// Examples are the examples, by the command's words without the program's name.
// Whoever adds a command adds its example; a test names what is missing.
var Examples = map[string]string{
	"changes": `  entrasyncctl changes contoso.onmicrosoft.com --since 2026-05-01 --kind member_added,member_removed
  entrasyncctl changes contoso.onmicrosoft.com --follow --format cloudevents`,
	"class":      `  entrasyncctl class list`,
	"class list": `  entrasyncctl class list --format csv --output classes.csv`,
	"cloud":      `  entrasyncctl cloud list`,
	"cloud add": `  entrasyncctl cloud add lab --authority https://login.lab.example --graph https://graph.lab.example \
      --ca-file lab-roots.pem`,
	"cloud list":   `  entrasyncctl cloud list --format jsonl`,
	"cloud remove": `  entrasyncctl cloud remove lab`,
	"db":           `  entrasyncctl db check`,
	"db backup":    `  entrasyncctl db backup "entra-$(date +%F).db"`,
	"db check":     `  entrasyncctl db check --json`,
	"db compact":   `  entrasyncctl db compact`,
	"db retention": `  entrasyncctl db retention --changes 730 --deleted forever`,
	"db size":      `  entrasyncctl db size`,
	"db restore":   `  entrasyncctl db restore entra-2026-05-01.db`,
	"demo": `  entrasyncctl demo
  entrasyncctl demo --users 20000 --keep
  entrasyncctl demo --without Device.Read.All,AuditLog.Read.All`,
	"diff": `  entrasyncctl diff contoso.onmicrosoft.com --from 2026-05-01 --to 2026-05-08 --class users,groups`,
	"export": `  entrasyncctl export contoso.onmicrosoft.com --format parquet --output contoso
  entrasyncctl export contoso.onmicrosoft.com --format csv --output contoso-may --as-of 2026-05-31`,
	"history": `  entrasyncctl history contoso.onmicrosoft.com
  entrasyncctl history contoso.onmicrosoft.com --search failed --format csv --output failures.csv`,
	"links": `  entrasyncctl links contoso.onmicrosoft.com --relation owners
  entrasyncctl links contoso.onmicrosoft.com --from applications/Payroll --relation owners
  entrasyncctl links contoso.onmicrosoft.com --to anna.miller@contoso.com`,
	"members": `  entrasyncctl members contoso.onmicrosoft.com "Finance Admins" --as-of 2026-05-03
  entrasyncctl members contoso.onmicrosoft.com --of anna.miller@contoso.com`,
	"objects": `  entrasyncctl objects contoso.onmicrosoft.com --class users --search miller
  entrasyncctl objects contoso.onmicrosoft.com --class devices --include-deleted --format jsonl
  entrasyncctl objects contoso.onmicrosoft.com --class users --where 'userType = Guest' --where 'createdDateTime after -30d' --sort displayName
  entrasyncctl objects contoso.onmicrosoft.com --class roleAssignments --where 'roleDefinition = "Global Administrator"'`,
	"profile":     `  entrasyncctl profile list`,
	"profile add": `  entrasyncctl profile add production --description "App registration Entra ID Sync"`,
	"profile add-credential": `  entrasyncctl profile add-credential production --kind client-secret \
      --client-id 00000000-0000-0000-0000-000000000000 --secret-file secret.txt
  entrasyncctl profile add-credential production --kind certificate \
      --client-id 00000000-0000-0000-0000-000000000000 --certificate entra.pfx --password-file password.txt
  entrasyncctl profile add-credential production --kind managed-identity`,
	"profile list":              `  entrasyncctl profile list --format jsonl`,
	"profile remove":            `  entrasyncctl profile remove production`,
	"profile remove-credential": `  entrasyncctl profile remove-credential production 1`,
	"roles": `  entrasyncctl roles contoso.onmicrosoft.com "Global Administrator"
  entrasyncctl roles contoso.onmicrosoft.com --of anna.miller@contoso.com --as-of 2026-05-03
  entrasyncctl roles contoso.onmicrosoft.com --where 'way = eligible' --format csv --output eligible.csv`,
	"run": `  ENTRASYNC_PASSPHRASE_FILE=/etc/entrasync/passphrase entrasyncctl run --data-dir /var/lib/entrasync`,
	"status": `  entrasyncctl status
  entrasyncctl status --format prometheus --output /var/lib/node_exporter/textfile/entrasync.prom`,
	"sync": `  entrasyncctl sync
  entrasyncctl sync contoso.onmicrosoft.com --full --timeout 2h`,
	"tenant":                   `  entrasyncctl tenant list`,
	"tenant add":               `  entrasyncctl tenant add contoso.onmicrosoft.com --cloud public --profile production --interval 15m`,
	"tenant confirm-deletions": `  entrasyncctl tenant confirm-deletions contoso.onmicrosoft.com --class users --yes`,
	"tenant held":              `  entrasyncctl tenant held contoso.onmicrosoft.com`,
	"tenant list":              `  entrasyncctl tenant list --format csv`,
	"tenant remove":            `  entrasyncctl tenant remove contoso.onmicrosoft.com --yes`,
	"tenant set": `  entrasyncctl tenant set contoso.onmicrosoft.com --classes users,groups,devices,applications
  entrasyncctl tenant set contoso.onmicrosoft.com --classes permitted
  entrasyncctl tenant set contoso.onmicrosoft.com --filter 'users=userType == "Guest"'`,
	"tenant test":  `  entrasyncctl tenant test contoso.onmicrosoft.com`,
	"vault":        `  entrasyncctl vault status`,
	"vault init":   `  entrasyncctl vault init --passphrase`,
	"vault rekey":  "  entrasyncctl vault rekey\n  ENTRASYNC_NEW_PASSPHRASE=… entrasyncctl vault rekey",
	"vault reset":  `  entrasyncctl vault reset --yes`,
	"vault status": `  entrasyncctl vault status --json`,
	"verify": `  entrasyncctl verify contoso.onmicrosoft.com
  entrasyncctl verify contoso.onmicrosoft.com --classes users,groups --format csv --output differences.csv`,
	"view": `  entrasyncctl view contoso.onmicrosoft.com groups-without-owners
  entrasyncctl view contoso.onmicrosoft.com privileged-members --where 'way = eligible' --format csv --output eligible.csv`,
	"views": `  entrasyncctl views`,
	"watch": `  entrasyncctl watch list`,
	"watch add": `  entrasyncctl watch add roles --ready privileged-role --webhook https://hooks.contoso.com/entra --secret-file secret.txt
  entrasyncctl watch add guests --ready guest-invited --desktop
  entrasyncctl watch add privileged --view privileged-members --desktop
  entrasyncctl watch add titles --tenant contoso.onmicrosoft.com --class users --property jobTitle \
      --webhook https://hooks.contoso.com/entra --secret-file secret.txt`,
	"watch list":   `  entrasyncctl watch list`,
	"watch ready":  `  entrasyncctl watch ready`,
	"watch remove": `  entrasyncctl watch remove titles`,
	"watch set":    `  entrasyncctl watch set titles --off`,
	"watch test":   `  entrasyncctl watch test titles`,
	"watch told":   `  entrasyncctl watch told titles --format csv`,
	"version":      `  entrasyncctl version --json`,
}

// Notes say what a command's columns mean where their names alone do not. They stand between
// what it does and its example.
var Notes = map[string]string{
	"roles": holders,
	"view":  "The views of privileged roles have these columns:\n\n" + holders,
}

const holders = `- WAY: how somebody has the role: assigned; activated, out of an eligible role and until its time is over; or eligible,
  who has to activate it first.
- FROM: of an activated role, to whom the eligible role was given that it came from: the person, or a group.
- THROUGH: by which groups somebody comes to the role, the one that has it first, each in the one before; empty: directly.
- SCOPE: where the role counts: / is the whole tenant, else an administrative unit or an app, by its name where it is held.
- UNTIL: when it ends; empty: it has no end.`
