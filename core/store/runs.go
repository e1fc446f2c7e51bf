package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// BeginRun opens a sync run of a tenant. The caller holds the tenant's lock, so
// rows that are still running belong to a process that died: they become
// interrupted.
func (s *Store) BeginRun(ctx context.Context, tenant int64) (int64, error) {
	var run int64
	err := s.tenantTx(ctx, "opening the sync run failed", tenant, func(t *tx) (err error) {
		if err := errors.Join(t.here(tenant), t.interrupt(tenant), t.look(tenant)); err != nil {
			return err
		}
		run, err = t.insert("INSERT INTO runs (tenant, started, status) VALUES (?, ?, ?)", tenant, t.now, string(entra.Running))
		return err
	})
	return run, err
}

func (t *tx) interrupt(tenant int64) error {
	died := entra.Error{What: "the process ended before the sync did", Remedy: "the next sync goes on where it stopped"}
	if _, err := t.exec(`UPDATE class_runs SET status = ?, ended = updated, error = ?, what = ?, remedy = ?,
		total = coalesce((SELECT total FROM tenant_classes tc WHERE tc.tenant = class_runs.tenant AND tc.class = class_runs.class), total)
		WHERE tenant = ? AND status = ?`, string(entra.Interrupted), died.Error(), string(died.What), string(died.Remedy), tenant, string(entra.Running)); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE runs SET status = ?, error = ?, ended = coalesce((SELECT max(ended) FROM class_runs WHERE class_runs.run = runs.run), started)
		WHERE tenant = ? AND status = ?`, string(entra.Interrupted), died.Error(), tenant, string(entra.Running))
	return err
}

// DropRun forgets a run that did nothing: one with history rows stays.
func (s *Store) DropRun(ctx context.Context, run int64) error {
	return s.tx(ctx, "forgetting the sync run failed", func(t *tx) error {
		_, err := t.exec("DELETE FROM runs WHERE run = ?1 AND NOT EXISTS (SELECT 1 FROM class_runs WHERE run = ?1)", run)
		return err
	})
}

// RunEnd says how a sync run ended.
type RunEnd struct {
	Status   entra.Status
	Error    error
	SignedIn entra.SignedIn
}

// EndRun closes a sync run.
func (s *Store) EndRun(ctx context.Context, run int64, end RunEnd) error {
	refused, err := packed(end.SignedIn.Refused)
	if err != nil {
		return trouble("closing the sync run failed", err)
	}
	failed := ""
	if end.Error != nil {
		failed = entra.AsError(end.Error).Error()
	}
	return s.tx(ctx, "closing the sync run failed", func(t *tx) error {
		var tenant int64
		if _, err := t.row("SELECT tenant FROM runs WHERE run = ?", []any{run}, &tenant); err != nil {
			return err
		}
		if err := errors.Join(t.clock(tenant), t.look(tenant)); err != nil {
			return err
		}
		_, err := t.exec("UPDATE runs SET status = ?, error = ?, ended = ?, credential = ?, kind = ?, refused = ? WHERE run = ?",
			string(end.Status), failed, t.now, end.SignedIn.Index, string(end.SignedIn.Kind), refused, run)
		return err
	})
}

// SignedIn tells which credential a sync run worked with; of one that has not
// ended, or that could not sign in, nothing.
func (s *Store) SignedIn(ctx context.Context, run int64) (entra.SignedIn, error) {
	var in entra.SignedIn
	var refused []byte
	err := s.read.QueryRowContext(ctx, "SELECT credential, kind, refused FROM runs WHERE run = ?", run).Scan(&in.Index, &in.Kind, &refused)
	if errors.Is(err, sql.ErrNoRows) {
		return in, nil
	}
	if err == nil {
		in.Refused, err = unpacked(refused)
	}
	return in, trouble("reading the history failed", err)
}

// packed keeps sentences as they were told, with what stands in their places.
func packed(list []say.Sentence) (string, error) {
	texts := []string{}
	for _, s := range list {
		texts = append(texts, string(s))
	}
	text, err := json.Marshal(texts)
	return string(text), err
}

func unpacked(text []byte) (list []say.Sentence, err error) {
	var texts []string
	err = json.Unmarshal(text, &texts)
	for _, s := range texts {
		list = append(list, say.Sentence(s))
	}
	return list, err
}

// BeginClass opens the history row of one class in a sync run.
func (s *Store) BeginClass(ctx context.Context, run, tenant int64, class string) (int64, error) {
	return s.BeginStream(ctx, run, tenant, entra.Class{Name: class})
}

// BeginStream opens the history row of a class in a sync run, or of one relation of
// it that is read on its own.
func (s *Store) BeginStream(ctx context.Context, run, tenant int64, stream entra.Class) (int64, error) {
	var key int64
	err := s.tenantTx(ctx, "opening the history row failed", tenant, func(t *tx) error {
		of, err := t.classRound(tenant, stream)
		if err = errors.Join(err, t.here(tenant)); err != nil {
			return err
		}
		if stream.Alone != "" {
			if _, err := t.exec("INSERT INTO streams (tenant, class, relation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", tenant, of.class, of.relation); err != nil {
				return err
			}
		}
		key, err = t.insert(`INSERT INTO class_runs (run, tenant, class, relation, started, updated, status, total, filtered)
			SELECT ?1, ?2, ?3, ?6, ?4, ?4, ?5, coalesce(max(total), 0), coalesce(max(filtered), 0) FROM tenant_classes WHERE tenant = ?2 AND class = ?3`,
			run, tenant, of.class, t.now, string(entra.Running), of.relation)
		return err
	})
	return key, err
}

// ClassEnd says how one class's part of a sync run ended.
type ClassEnd struct {
	Status   entra.Status
	Err      error
	Note     say.Sentence // of a sync that went well: what the admin should know
	NoteCode entra.Code
	Detail   string // technical, beside what Err tells of itself
	FullScan bool
	Requests int64
	Retries  int64
}

// repeats are the troubles that every run meets until they are over: the
// network is gone, or somebody has to unlock the vault or to sign in.
var repeats = map[entra.Code]bool{entra.CodeNetwork: true, entra.CodeVaultLocked: true, entra.CodeSignInAgain: true}

// EndClass closes a history row. Where the same trouble repeats no row is added:
// the failed one before it counts one try more.
func (s *Store) EndClass(ctx context.Context, classRun int64, end ClassEnd) (entra.ClassRun, error) {
	err := s.tx(ctx, "closing the history row failed", func(t *tx) error {
		var tenant int64
		there, err := t.row("SELECT tenant FROM class_runs WHERE class_run = ?", []any{classRun}, &tenant)
		if err != nil {
			return err
		}
		if !there {
			return errRemoved()
		}
		if err := t.clock(tenant); err != nil {
			return err
		}
		e := &entra.Error{Code: end.NoteCode, What: end.Note}
		if end.Err != nil {
			e = entra.AsError(end.Err)
		}
		if repeats[e.Code] {
			previous, err := t.sameBefore(classRun, e.Code)
			if err != nil {
				return err
			}
			if previous != 0 {
				if classRun, err = t.oneMoreTry(classRun, previous, end); err != nil {
					return err
				}
			}
		}
		_, err = t.exec(`UPDATE class_runs SET ended = ?2, updated = ?2, status = ?3, code = ?4, error = ?5, what = ?6, why = ?7, remedy = ?8, detail = ?9, full_scan = ?10,
			requests = requests + ?11, retries = retries + ?12,
			total = coalesce((SELECT total FROM tenant_classes tc WHERE tc.tenant = class_runs.tenant AND tc.class = class_runs.class), total),
			filtered = coalesce((SELECT filtered FROM tenant_classes tc WHERE tc.tenant = class_runs.tenant AND tc.class = class_runs.class), filtered)
			WHERE class_run = ?1`,
			classRun, t.now, string(end.Status), string(e.Code), e.Error(), string(e.What), string(e.Why), string(e.Remedy), strings.TrimSpace(e.Detail+"\n"+end.Detail), end.FullScan, end.Requests, end.Retries)
		return err
	})
	if err != nil {
		return entra.ClassRun{}, err
	}
	return s.ClassRun(ctx, classRun)
}

// CountRequests adds requests to a history row.
func (s *Store) CountRequests(ctx context.Context, classRun, requests, retries int64) error {
	return s.tx(ctx, "counting requests failed", func(t *tx) error {
		_, err := t.exec(`UPDATE class_runs SET requests = requests + ?2, retries = retries + ?3,
			total = coalesce((SELECT total FROM tenant_classes tc WHERE tc.tenant = class_runs.tenant AND tc.class = class_runs.class), total)
			WHERE class_run = ?1`, classRun, requests, retries)
		return err
	})
}

// sameBefore finds the row before this one where it failed for the same reason
// and this one did nothing.
func (t *tx) sameBefore(classRun int64, trouble entra.Code) (int64, error) {
	var previous int64
	var code string
	_, err := t.row(`SELECT p.class_run, p.code FROM class_runs c JOIN class_runs p ON p.tenant = c.tenant AND p.class = c.class AND p.relation = c.relation AND p.class_run < c.class_run
		WHERE c.class_run = ? AND c.changed = 0 AND c.deleted = 0 ORDER BY p.class_run DESC LIMIT 1`, []any{classRun}, &previous, &code)
	if code != string(trouble) {
		previous = 0
	}
	return previous, err
}

func (t *tx) oneMoreTry(classRun, previous int64, end ClassEnd) (int64, error) {
	var run int64
	if _, err := t.row("SELECT run FROM class_runs WHERE class_run = ?", []any{classRun}, &run); err != nil {
		return 0, err
	}
	if _, err := t.exec("DELETE FROM class_runs WHERE class_run = ?", classRun); err != nil {
		return 0, err
	}
	_, err := t.exec("UPDATE class_runs SET tries = tries + 1, run = ? WHERE class_run = ?", run, previous)
	return previous, err
}

const classRunColumns = `r.class_run, r.run, r.tenant, ` + className + `, ` + relationName + `, r.started, r.ended, r.total, r.changed, r.deleted, r.filtered,
	r.status, r.code, r.what, r.why, r.remedy, r.detail, r.full_scan, r.requests, r.retries, r.tries FROM class_runs r`

func scanClassRun(row scanner) (entra.ClassRun, error) {
	var r entra.ClassRun
	var start, end sql.NullInt64
	err := row.Scan(&r.Key, &r.Run, &r.Tenant, &r.Class, &r.Relation, &start, &end, &r.Total, &r.Changed, &r.Deleted, &r.Filtered,
		&r.Status, &r.Code, &r.What, &r.Why, &r.Remedy, &r.Detail, &r.FullScan, &r.Requests, &r.Retries, &r.Tries)
	r.Start, r.End = fromMillis(start), fromMillis(end)
	return r, err
}

// ClassRun is one history row.
func (s *Store) ClassRun(ctx context.Context, key int64) (entra.ClassRun, error) {
	r, err := scanClassRun(s.read.QueryRowContext(ctx, "SELECT "+classRunColumns+" WHERE r.class_run = ?", key))
	if isNoRows(err) {
		return r, &entra.Error{Code: entra.CodeNotFound, What: "the history no longer has this row"}
	}
	return r, trouble("reading the history failed", err)
}

// LastRefusal is the last history row of a stream that could not be read for want of a
// permission, of a licence, or of it; the zero row where there is none.
func (s *Store) LastRefusal(ctx context.Context, tenant int64, stream entra.Class) (entra.ClassRun, error) {
	for r, err := range s.classRuns(ctx, ` WHERE r.tenant = ? AND r.class = (SELECT class FROM classes WHERE name = ?) AND r.relation = `+streamRelation+` AND r.code IN (?, ?, ?)
		ORDER BY r.class_run DESC LIMIT 1`, tenant, stream.Name, stream.Alone, stream.Alone, string(entra.CodePermission), string(entra.CodeLicence), string(entra.CodeNotOffered)) {
		return r, err
	}
	return entra.ClassRun{}, nil
}

// Hid tells whether a stream's history says that something of it was not shown for want of a
// permission, and no full scan has seen all of it since.
func (s *Store) Hid(ctx context.Context, tenant int64, stream entra.Class) (hid bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM class_runs h WHERE h.tenant = ?1 AND h.class = (SELECT class FROM classes WHERE name = ?2)
		AND h.relation = 0 AND h.code = ?3 AND h.status = ?4 AND NOT EXISTS (SELECT 1 FROM class_runs r WHERE r.tenant = h.tenant AND r.class = h.class
		AND r.relation = h.relation AND r.class_run > h.class_run AND r.full_scan AND r.code <> h.code AND r.status IN (?5, ?4)))`,
		tenant, stream.Name, string(entra.CodePermission), string(entra.Warning), string(entra.Succeeded)).Scan(&hid)
	return hid, trouble("reading the history failed", err)
}

// ClassRuns are the history rows of one sync run.
func (s *Store) ClassRuns(ctx context.Context, run int64) ([]entra.ClassRun, error) {
	var out []entra.ClassRun
	for r, err := range s.classRuns(ctx, " WHERE r.run = ? ORDER BY r.class_run", run) {
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Range is which rows of a list are wanted; a zero Limit means all.
type Range struct {
	Offset int
	Limit  int
}

func (r Range) limit() int {
	if r.Limit <= 0 {
		return -1
	}
	return r.Limit
}

// LastGood is when a tenant's last run that succeeded (or warned) began.
func (s *Store) LastGood(ctx context.Context, tenant int64) (time.Time, error) {
	var ms sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT started FROM runs WHERE tenant = ? AND status IN ('succeeded', 'warning') ORDER BY run DESC LIMIT 1", tenant).Scan(&ms)
	if isNoRows(err) {
		err = nil
	}
	return fromMillis(ms), trouble("reading the history failed", err)
}

// FirstRun is when the oldest run that is kept of a tenant began; zero: there is none.
func (s *Store) FirstRun(ctx context.Context, tenant int64) (time.Time, error) {
	var ms sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT min(started) FROM runs WHERE tenant = ?", tenant).Scan(&ms)
	return fromMillis(ms), trouble("reading the history failed", err)
}

// KeepPause keeps until when Graph asked a tenant to wait. A longer pause that is
// kept already stays.
func (s *Store) KeepPause(ctx context.Context, tenant int64, quota entra.Quota, until time.Time) error {
	return s.tx(ctx, "keeping a pause failed", func(t *tx) error {
		_, err := t.exec(`INSERT INTO pauses (tenant, quota, asked, until) SELECT tenant, ?2, ?3, ?4 FROM tenants WHERE tenant = ?1
			ON CONFLICT (tenant, quota) DO UPDATE SET asked = excluded.asked, until = max(excluded.until, until)`,
			tenant, string(quota), time.Now().UnixMilli(), until.UnixMilli())
		return err
	})
}

// Pauses tells until when Graph asked a tenant to wait, for each quota where that
// is not over. What was asked in the future was asked by a clock that has been set
// back since: nobody knows when it is over, so it does not count.
func (s *Store) Pauses(ctx context.Context, tenant int64) (map[entra.Quota]time.Time, error) {
	now := time.Now().UnixMilli()
	rows, err := s.read.QueryContext(ctx, "SELECT quota, until FROM pauses WHERE tenant = ? AND asked <= ? AND until > ?", tenant, now, now)
	if err != nil {
		return nil, trouble("reading the pauses failed", err)
	}
	defer rows.Close()
	pauses := map[entra.Quota]time.Time{}
	for rows.Next() {
		var quota string
		var until int64
		if err := rows.Scan(&quota, &until); err != nil {
			return nil, trouble("reading the pauses failed", err)
		}
		pauses[entra.Quota(quota)] = time.UnixMilli(until)
	}
	return pauses, trouble("reading the pauses failed", rows.Err())
}

// KeepVerification keeps what came of a tenant's last verification, as [verify] writes it.
func (s *Store) KeepVerification(ctx context.Context, tenant int64, at time.Time, result []byte) error {
	return s.tx(ctx, "keeping the verification failed", func(t *tx) error {
		if err := t.here(tenant); err != nil {
			return err
		}
		_, err := t.exec("INSERT OR REPLACE INTO verifications (tenant, ended, result) VALUES (?, ?, ?)", tenant, at.UnixMilli(), string(result))
		return err
	})
}

// Verification is what was kept of the last one; nil: there was none.
func (s *Store) Verification(ctx context.Context, tenant int64) (result []byte, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT result FROM verifications WHERE tenant = ?", tenant).Scan(&result)
	if isNoRows(err) {
		return nil, nil
	}
	return result, trouble("reading the verification failed", err)
}

// beganAfter is begin for a completed sync of the class, by its start; 0: there is none.
func (a *applier) beganAfter(completed int64) (int64, error) {
	first := a.beganNow()
	if completed == 0 {
		return first, nil
	}
	var started int64
	found, err := a.row(`SELECT started FROM runs WHERE tenant = ?1 AND run > coalesce((SELECT max(run) FROM class_runs
		WHERE tenant = ?1 AND class = ?2 AND relation = ?4 AND started = ?3), (SELECT max(run) FROM runs)) ORDER BY run LIMIT 1`, []any{a.r.Tenant, a.r.class, completed, a.r.relation}, &started)
	if found {
		first = min(first, started)
	}
	return first, err
}
