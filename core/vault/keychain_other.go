//go:build !windows && !((dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd)

package vault

// keychainAbsent: macOS always has a keychain; other systems report an
// unsupported platform.
func keychainAbsent(error) bool { return false }
