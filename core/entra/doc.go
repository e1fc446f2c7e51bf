// Package entra holds the nouns of Entra ID Sync and their pure rules: clouds,
// tenants, credential profiles, object classes, objects, changes and sync runs.
//
// It does no I/O. Everything else in core speaks in its types.
//
// # Glossary
//
// One word has one meaning.
//
//   - Tenant: one Entra ID tenant with its sync policy.
//   - Class: a kind of objects that is read as a whole: users, groups. Type: what Graph calls the kind of one object.
//   - Object: one thing of a tenant, known by (tenant, id).
//   - Relation: a named, directed kind of link. Link: one of them, from a source to a target.
//   - Reference: a property that is the id of another object. It is stored as a link, too.
//   - Membership: a link of the relation members from a group.
//   - Stream: what has a delta link of its own: a class, or a relation that is read on its own.
//   - Run: one sync of one tenant. Class run: its part for one class, one row of the history.
//   - Round: one way through a stream, from its first page to its delta link. Pass: what one run does of it.
//   - Part: one chain of pages of a round. Page: one answer of Graph. Cursor: the link to a part's next page.
//   - Full scan: a round that reads all of a class. Fast, scan and poll are its kinds. Delta: a round of what changed.
//   - Baseline: the time until a stream's first delta link has committed; it records no changes.
//   - Fresh: of a round, that its class held nothing when it began.
//   - Seen: of an object or a link, that the running full scan has told it. Swept: ended because it was not seen.
//   - Told: of a run, that the classes without links are through, so that targets of links are known.
//   - Pending: of a link, that its target has not been looked up yet.
//   - Change: the net difference that a round made to one object or link.
//   - Unseen, live, deleted, filtered, erased: the states of an object.
//   - Dangling: of an id, that only links or a delta named it.
//   - Sentence: what people are told, as a format and what stands in its places (core/say). Foreign: of words in it, that they are not ours.
//   - Volatile: of a property, that it is stored without a change.
//   - Epoch: a time in which a class was held under one policy.
package entra
