package say

import "errors"

// Errorf makes an error of a sentence. It wraps the errors among its arguments.
func Errorf(format string, args ...any) error {
	e := &told{said: With(format, args...)}
	for _, a := range args {
		if cause, ok := a.(error); ok {
			e.causes = append(e.causes, cause)
		}
	}
	return e
}

// told is an error that is a sentence.
type told struct {
	said   Sentence
	causes []error
}

func (t *told) Error() string      { return t.said.String() }
func (t *told) Sentence() Sentence { return t.said }
func (t *told) Unwrap() []error    { return t.causes }

// Because gives the sentence of an error: its own, where it or an error that it
// only passes on has one, or what the system says of a file; else its text, as foreign words.
func Because(err error) Sentence {
	if err == nil {
		return ""
	}
	for e := err; e != nil && e.Error() == err.Error(); e = passedOn(e) {
		if s, ok := e.(interface{ Sentence() Sentence }); ok {
			return s.Sentence()
		}
		if s, ok := ofSystem(e); ok {
			return s
		}
	}
	return Foreign(err.Error())
}

// passedOn is the error that another passes on, alone or as the only one that was joined.
func passedOn(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}
