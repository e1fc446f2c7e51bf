package audits

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Progress is how far changes and entries are matched, by their keys.
type Progress struct{ Changes, Entries int64 }

// Progress tells how far that is.
func (l *Log) Progress(ctx context.Context) (p Progress, err error) {
	err = l.Read.QueryRowContext(ctx, "SELECT matched, heard FROM audit_reads WHERE tenant = ?", l.Tenant).Scan(&p.Changes, &p.Entries)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return p, err
}

// LastEntry is the key of the last entry that is kept.
func (l *Log) LastEntry(ctx context.Context) (key int64, err error) {
	err = l.Read.QueryRowContext(ctx, "SELECT coalesce(max(audit), 0) FROM audits WHERE tenant = ?", l.Tenant).Scan(&key)
	return key, err
}

// Change is one whose maker is looked for.
type Change struct {
	Key       int64
	Kind      entra.ChangeKind
	Class     string
	Relation  string
	ID        string // the object's
	Target    string // of a link
	Time      time.Time
	NotBefore time.Time
	Before    []byte
	After     []byte

	object, target int64
}

const changeColumns = `SELECT x.change, x.kind, c.name, coalesce(r.name, ''), o.id, coalesce(m.id, ''), x.time, x.not_before, x.before, x.after, x.object, coalesce(x.target, 0)
	FROM changes x JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
	LEFT JOIN relations r ON r.relation = x.relation LEFT JOIN objects m ON m.object = x.target `

func scanChange(row rows.Scanner) (c Change, err error) {
	var at, notBefore int64
	err = row.Scan(&c.Key, &c.Kind, &c.Class, &c.Relation, &c.ID, &c.Target, &at, &notBefore, &c.Before, &c.After, &c.object, &c.target)
	c.Time, c.NotBefore = time.UnixMilli(at), time.UnixMilli(notBefore)
	return c, err
}

const reading = "matching the log of audits failed"

// New are changes behind a key and before another, at most so many, in the order of their keys: those that entries
// may tell of, as far back as any is kept.
func (l *Log) New(ctx context.Context, after, before int64, most int) ([]Change, error) {
	return rows.All(ctx, l.Read, scanChange, rows.Ask(reading, changeColumns+`WHERE +x.tenant = ?1 AND x.change > ?2 AND x.change < ?3 AND x.not_before IS NOT NULL
		AND x.time >= (SELECT min(ours) FROM audits WHERE tenant = ?1) ORDER BY x.change LIMIT ?4`, l.Tenant, after, before, most))
}

// stillOpen is how long a change that has candidates is looked at again: that nothing more came makes some known.
const stillOpen = 26 * time.Hour

// Late are the keys of changes up to a key that entries tell of which came after, those behind p.Entries: of their objects, or of a
// class whose objects stand for what leads from one to another. Slack is how far outside of a change's time an entry of it may be.
func (l *Log) Late(ctx context.Context, p Progress, last int64, slack time.Duration) ([]int64, error) {
	open := l.Now().Add(-stillOpen)
	var classes []string
	for _, c := range entra.Classes() {
		if len(c.References) > 0 {
			classes = append(classes, c.Name)
		}
	}
	list, err := json.Marshal(classes)
	if err != nil {
		return nil, err
	}
	return rows.Keys(ctx, l.Read, rows.Ask(reading, `WITH new AS (SELECT audit, ours FROM audits WHERE tenant = ?1 AND audit > ?2 AND audit <= ?3),
		hit AS (SELECT DISTINCT x.change FROM new CROSS JOIN audit_targets g ON g.audit = new.audit CROSS JOIN objects o ON o.tenant = ?1 AND o.id = g.id CROSS JOIN changes x ON x.object = o.object
			WHERE x.change <= ?4 AND x.time >= new.ours - ?5 AND x.not_before <= new.ours + ?5
		UNION SELECT x.change FROM changes x WHERE x.tenant = ?1 AND x.class IN (SELECT class FROM classes WHERE name IN (SELECT value FROM json_each(?6)))
			AND x.time >= (SELECT min(ours) FROM new) - ?5 AND x.not_before <= (SELECT max(ours) FROM new) + ?5 AND x.change <= ?4
		UNION SELECT x.change FROM changes x WHERE x.tenant = ?1 AND x.time >= ?7 AND x.change <= ?4 AND EXISTS (SELECT 1 FROM change_actors ca WHERE ca.change = x.change AND NOT ca.known))
		SELECT x.change FROM changes x WHERE x.change IN (SELECT change FROM hit) AND x.not_before IS NOT NULL ORDER BY x.change`, l.Tenant, p.Entries, last, p.Changes, slack.Milliseconds(), string(list), open.UnixMilli()))
}

// Changes are those with some keys.
func (l *Log) Changes(ctx context.Context, keys []int64) ([]Change, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	return rows.All(ctx, l.Read, scanChange, rows.Ask(reading, changeColumns+"WHERE x.change IN (SELECT value FROM json_each(?)) ORDER BY x.change", string(list)))
}

// Entry is one that may tell of a change.
type Entry struct {
	Key      int64
	Time     time.Time // by our clock
	Activity string
	Actor    int64
	Named    bool              // it names somebody
	Changed  map[string]uint64 // see entra.AuditTarget, of the object that was asked for
}

// About are entries about all of some objects within a time, the earliest first.
func (l *Log) About(ctx context.Context, ids []string, from, to time.Time) ([]Entry, error) {
	text := `SELECT a.audit, a.ours, a.activity, a.actor, act.kind <> '', g.changed FROM audit_targets g JOIN audits a ON a.audit = g.audit JOIN audit_actors act ON act.actor = a.actor
		WHERE g.tenant = ?1 AND g.id = ?2 AND g.ours BETWEEN ?3 AND ?4`
	args := []any{l.Tenant, ids[0], from.UnixMilli(), to.UnixMilli()}
	for _, id := range ids[1:] {
		text, args = text+" AND EXISTS (SELECT 1 FROM audit_targets h WHERE h.tenant = ?1 AND h.id = ? AND h.ours = g.ours AND h.audit = g.audit)", append(args, id)
	}
	return rows.All(ctx, l.Read, func(row rows.Scanner) (e Entry, err error) {
		var at int64
		var changed sql.NullString
		if err = row.Scan(&e.Key, &at, &e.Activity, &e.Actor, &e.Named, &changed); err == nil && changed.Valid {
			err = json.Unmarshal([]byte(changed.String), &e.Changed)
		}
		e.Time = time.UnixMilli(at)
		return e, err
	}, rows.Ask(reading, text+" ORDER BY g.ours, g.audit", args...))
}

// Beside are the other changes of the same object, or of the same link, whose time meets that of a change.
func (l *Log) Beside(ctx context.Context, c Change, slack time.Duration) ([]Change, error) {
	of := "WHERE x.object = ?1 AND x.target IS NULL AND ?2 = 0 "
	if c.target != 0 {
		of = "WHERE x.target = ?2 AND x.target IS NOT NULL AND x.object = ?1 "
	}
	return rows.All(ctx, l.Read, scanChange, rows.Ask(reading, changeColumns+of+"AND x.time >= ?3 AND x.not_before <= ?4 AND x.change <> ?5 AND x.not_before IS NOT NULL",
		c.object, c.target, c.NotBefore.Add(-slack).UnixMilli(), c.Time.UnixMilli(), c.Key))
}

// Claim says who made a change, or may have.
type Claim struct {
	Change int64
	Actors []int64
	Known  bool
}

// Settle keeps claims, in place of what was claimed of the same changes, and how far the matching has come: both, or none.
func (l *Log) Settle(ctx context.Context, claims []Claim, p Progress) error {
	return l.Write(ctx, reading, func(_ rows.Queryer, exec Exec) error {
		for _, c := range claims {
			if _, err := exec("DELETE FROM change_actors WHERE change = ?", c.Change); err != nil {
				return err
			}
			for _, actor := range c.Actors {
				if _, err := exec("INSERT INTO change_actors (change, actor, known) SELECT change, ?2, ?3 FROM changes WHERE change = ?1", c.Change, actor, c.Known); err != nil {
					return err
				}
			}
		}
		_, err := exec("UPDATE audit_reads SET matched = ?2, heard = ?3 WHERE tenant = ?1", l.Tenant, p.Changes, p.Entries)
		return err
	})
}

// Count is how many changes somebody made, who is known by any of these ids, and how many more he may have made: each once,
// by however many names the log knows him.
func (l *Log) Count(ctx context.Context, ids ...string) (made, maybe int64, err error) {
	by, args := By(strings.Join(ids, "|"))
	err = l.Read.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE known), count(*) FILTER (WHERE NOT known) FROM
		(SELECT max(x.known) AS known FROM change_actors x WHERE `+by+` GROUP BY x.change)`, append([]any{l.Tenant}, args...)...).Scan(&made, &maybe)
	return made, maybe, err
}
