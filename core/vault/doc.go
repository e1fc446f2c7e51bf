// Package vault seals secrets and opens them again.
//
// A vault has one random master key. The key itself is kept in slots: in the
// OS keychain, or sealed by a passphrase (Argon2id), or both; each slot alone
// opens the vault. What the package seals are plain bytes that its caller
// stores; the package knows neither databases nor networks.
//
// [Create] makes a vault and the [Sealed] record to store beside the secrets;
// [Unlock] opens it again. [Vault.Seal] binds each secret to its place, so that
// sealed bytes copied elsewhere, or to another vault, do not open.
//
// Replacing the passphrase seals the same master key anew. An old copy of the
// record therefore still opens with the old passphrase; after a passphrase has
// leaked, reset the vault and renew the secrets.
package vault
