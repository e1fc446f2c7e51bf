package where

import (
	"database/sql"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ThenColumns are what SQL tells of the state of an object (o) at a moment (?1): a [Then].
const ThenColumns = `o.state, o.first_seen, (SELECT x.kind FROM changes x WHERE x.object = o.object AND x.target IS NULL AND x.time > ?1 ORDER BY x.time, x.change LIMIT 1),
		EXISTS (SELECT 1 FROM filter_marks f WHERE f.object = o.object AND f.time > ?1)`

// Then is what is known of the state of an object at a moment.
type Then struct {
	Now    entra.State
	Seen   int64
	First  sql.NullString // kind of the first change after the moment
	Hidden bool           // it was left out by the filter then, or has been since
}

// Was gives the state at the moment; false where it can't be known.
func (c Then) Was(at int64) (entra.State, bool) {
	if !c.First.Valid && c.Seen > at {
		return entra.Unseen, true
	}
	if c.Again(at) {
		return entra.Erased, !c.Hidden
	}
	return entra.StateBefore(entra.ChangeKind(c.First.String), c.Now), !c.Hidden
}

// Again tells whether the object was gone then, and was added anew later: who is
// added and was known before has been away.
func (c Then) Again(at int64) bool {
	return c.First.String == string(entra.Added) && c.Seen <= at
}

// NextBefore is what the first change of a property after a moment (?1) found in an object (o), in a list, because
// that may be nothing; NULL where none changed it.
func NextBefore(property string) string {
	return fmt.Sprintf(`(SELECT json_array(x.before ->> '$.%[1]s') FROM changes x WHERE x.object = o.object AND x.target IS NULL AND x.time > ?1
		AND json_type(x.before, '$.%[1]s') IS NOT NULL ORDER BY x.time, x.change LIMIT 1)`, property)
}

// TextThen is what a property was, by what it is and what the next change found.
func TextThen(is, found sql.NullString) string {
	if found.Valid {
		return entra.ValueText(jsontext.Value(strings.TrimSuffix(strings.TrimPrefix(found.String, "["), "]")))
	}
	return is.String
}
