package keyfile

import (
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/say"
)

// trouble is why a file can't be used, and what makes the right one of it.
type trouble struct{ why, remedy say.Sentence }

func (t trouble) Error() string { return t.why.String() }

// Sentence is why.
func (t trouble) Sentence() say.Sentence { return t.why }

// What makes the files that are taken.
const (
	makeOne    = "make one and upload cert.pem to the app registration: `openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=entrasync -keyout key.pem -out cert.pem`, then `cat key.pem cert.pem > both.pem`"
	joinThem   = "join them: `openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out cert.pfx`; on Windows export it with its key: `Export-PfxCertificate -Cert Cert:\\CurrentUser\\My\\THUMBPRINT -FilePath cert.pfx -Password (Read-Host -AsSecureString)`"
	giveEither = "give a PEM file with key and certificate, or a PFX file and its password"
)

var (
	troubleEmpty = trouble{"the file is empty", giveEither}
	troubleHuge  = trouble{"the file is larger than 1 MB, which no certificate is", giveEither}

	troubleKeyOnly         = trouble{"it holds a private key and no certificate", joinThem}
	troubleCertificateOnly = trouble{"it holds a certificate and no private key", joinThem}
	troublePKCS7           = trouble{"it is a PKCS #7 file (.p7b): certificates and no private key", joinThem}
	troublePublicKey       = trouble{"it is a public key, without its private key and a certificate", joinThem}
	troubleRequest         = trouble{"it is a certificate request, which nobody has signed yet", makeOne}
	troubleMismatch        = trouble{"its private key does not belong to its certificate", "give the key that the certificate was made with; where `openssl x509 -in CERTIFICATE -noout -modulus` and `openssl rsa -in KEY -noout -modulus` print the same, they belong together"}
	troubleTwoKeys         = trouble{"it holds more than one private key with a certificate", "leave one of them in it: `openssl pkcs12 -in FILE -nodes -out all.pem` shows all, and PEM files can be edited"}

	troubleEncryptedKey = trouble{"its private key is encrypted, which PEM files may not be here", "make a PFX file of it, which may: `openssl pkcs12 -export -in FILE -out cert.pfx`, with -inkey KEY where the key lies in a file of its own"}
	troubleEncryptedDER = trouble{"it is an encrypted private key without a certificate", joinThem}
	troubleSSH          = trouble{"it is an SSH key, and no certificate", makeOne}
	troublePuTTY        = trouble{"it is a PuTTY key, and no certificate", makeOne}
	troublePGP          = trouble{"it is a PGP file, and no certificate", makeOne}
	troubleJKS          = trouble{"it is a Java key store (JKS)", "make a PFX file of it: `keytool -importkeystore -srckeystore FILE -destkeystore cert.pfx -deststoretype PKCS12`"}
	troublePVK          = trouble{"it is a PVK file: a private key of old Windows tools, without its certificate", "join them: `openssl rsa -inform PVK -in FILE -out key.pem`, then `openssl pkcs12 -export -inkey key.pem -in CERTIFICATE -out cert.pfx`"}
	troubleZip          = trouble{"it is a zip archive", "unpack it and give the PEM or PFX file in it"}
	troublePage         = trouble{"it is a web page: a sign-in page was saved in the file's place", "download it again"}
	troubleJSON         = trouble{"it is JSON", "take the value alone, such as with `az keyvault secret show --query value -o tsv --name NAME --vault-name VAULT > cert.txt`"}
	troubleMangled      = trouble{"it was saved as text, which destroyed a binary file", "fetch it again without changing it, such as with `az keyvault secret download --encoding base64 --name NAME --vault-name VAULT --file cert.pfx`"}
	troubleUnknown      = trouble{"it is neither PEM nor PFX", giveEither}

	troublePassword    = trouble{"the password of the PFX file is wrong", "type the password that was set when the file was exported"}
	troubleNoPassword  = trouble{"the PFX file has a password, and none was given", "give the password that was set when the file was exported"}
	troubleCut         = trouble{"it is cut short", "copy or download it again"}
	troubleBroken      = trouble{"the PFX file is broken", "copy or download it again, as a binary file"}
	troubleUnsupported = trouble{"the PFX file is encrypted in a way that is not known here", "write it anew: `openssl pkcs12 -in FILE -legacy -nodes -out all.pem`, then `openssl pkcs12 -export -in all.pem -out cert.pfx`, and delete all.pem"}
	troubleRounds      = trouble{"the PFX file asks for more than 2,000,000 rounds of its password's encryption", "write it anew: `openssl pkcs12 -in FILE -nodes -out all.pem`, then `openssl pkcs12 -export -in all.pem -out cert.pfx`, and delete all.pem"}

	troubleBrokenCertificate = trouble{"one of its certificates is broken", "copy or download it again"}
	troubleBrokenKey         = trouble{"its private key is broken", "copy or download it again"}
)

func troubleCutBlock(label string) trouble {
	return trouble{say.With("its block %s is cut short or broken", label), "copy it again, from -----BEGIN to the end of the line with -----END"}
}

func troubleNotRSA(kind string) trouble {
	return trouble{say.With("its key is %s, and Entra takes RSA only", kind), makeOne}
}

func troubleBits(bits int) trouble {
	return trouble{say.With("its RSA key has only %d {bit|bits}", bits), makeOne}
}

// troubleOfLabels tells of a PEM file by the first block that says what it is.
func troubleOfLabels(labels []string) trouble {
	for _, l := range labels {
		switch {
		case strings.HasSuffix(l, "CERTIFICATE REQUEST"):
			return troubleRequest
		case l == "PKCS7" || l == "PKCS #7 SIGNED DATA" || l == "CMS":
			return troublePKCS7
		case slices.Contains([]string{"PUBLIC KEY", "RSA PUBLIC KEY"}, l):
			return troublePublicKey
		case strings.HasPrefix(l, "PGP "):
			return troublePGP
		case strings.HasPrefix(l, "SSH2 "):
			return troubleSSH
		}
	}
	return trouble{"it holds neither a private key nor a certificate", giveEither}
}
