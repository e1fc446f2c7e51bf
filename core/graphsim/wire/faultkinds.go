package wire

// Kind is what goes wrong.
type Kind int

// The kinds of fault.
const (
	Throttling         Kind = iota + 1 // 429
	InternalError                      // 500
	BadGateway                         // 502
	Unavailable                        // 503
	GatewayTimeout                     // 504
	Custom                             // Fault.Status with Fault.Body
	Dropped                            // the connection breaks before an answer
	DroppedMidBody                     // the connection breaks in the middle of the body
	SlowBody                           // the body comes in pieces
	TruncatedJSON                      // the body ends too early, with a length that fits
	TruncatedGzip                      // the compressed body ends too early
	BrokenJSON                         // 200 with something that isn't JSON
	HTMLPage                           // 200 with a proxy's sign-in page
	EmptyBody                          // 200 with nothing
	ErrorWithData                      // 400 with an ordinary page
	GoneWithLocation                   // 410, and where to begin again
	ForeignGone                        // 410, and a foreign host to begin again at
	GoneSyncState                      // 410 SyncStateNotFound
	SyncStateNotFound                  // 400 syncStateNotFound
	ResyncRequired                     // 400 with resyncRequired within innererror
	SyncTooLate                        // 400, a page token that is resumed too late
	NotFoundToken                      // 404 UnknownError
	PageTokenNotFound                  // 400 DirectoryPageTokenNotFoundException
	ExpiredAccessToken                 // 401
	ClaimsChallenge                    // 401 with a claims challenge
	Forbidden                          // 403
	NoLicence                          // 403 for tenants without a premium licence
	NoPIMLicence                       // 400 for tenants without a P2 licence
	ForeignNextLink                    // the page's link leads to a foreign host
	PlainNextLink                      // the page's link is http
	EndlessNextLink                    // the page's link leads to the page itself
	Redirect                           // 302 to a foreign host
	Odd                                // an answer that Fault.Ask and Fault.Tamper make odd
)
