package syncer

import "context"

// index makes what a sync of a tenant stored quick to search, one tenant after
// the other, so that memory stays bounded. Syncs go on beside it, also of the
// same tenant. Where it fails or is stopped, the next sync's end goes on with it;
// what is not indexed yet is found all the same, only slower.
func (l *loop) index(ctx context.Context, tenant int64) {
	l.indexing.Lock()
	defer l.indexing.Unlock()
	if err := l.Store.Index(ctx, tenant); err != nil && ctx.Err() == nil {
		l.Store.Note(err)
		l.log.Warn("indexing for the search failed", "err", err)
	}
}

// prune takes away what is past its retention, in turns as indexing does.
func (l *loop) prune(ctx context.Context, tenant int64) {
	l.indexing.Lock()
	defer l.indexing.Unlock()
	if err := l.Store.Prune(ctx, tenant); err != nil && ctx.Err() == nil {
		l.Store.Note(err)
		l.log.Warn("taking away what is past its time failed", "err", err)
	}
}
