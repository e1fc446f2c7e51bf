package directory

import "strconv"

func userDisplayName(d []byte, b *born) []byte {
	switch b.sort {
	case room:
		d = append(append(append(d, `"Conf Room `...), pick(b, 3, rooms)...), ' ')
		return append(AppendInt(d, b.index), '"')
	case service:
		return append(AppendInt(append(append(d, '"'), pick(b, 3, services)...), b.index), '"')
	}
	tail := ""
	if b.dice(40, 300) == 0 {
		tail = pick(b, 41, emoji)
	}
	return appendText(d, b.first[0], " ", b.last[0], tail)
}

// userPrincipalName of a guest is the address it came with, as Entra rewrites it.
func userPrincipalName(d []byte, b *born) []byte {
	d = b.appendAlias(append(d, '"'))
	if b.sort == guest {
		d = append(append(append(append(d, '_'), b.home...), "#EXT#@"...), b.t.InitialDomain()...)
		return append(d, '"')
	}
	return append(append(append(d, '@'), b.t.cfg.Domain...), '"')
}

func userMail(d []byte, b *born) []byte {
	d = append(b.appendAlias(append(d, '"')), '@')
	if b.sort == guest {
		return append(append(d, b.home...), '"')
	}
	return append(append(d, b.t.cfg.Domain...), '"')
}

func userPhones(d []byte, b *born) []byte { return append(appendPhone(append(d, '['), b, 42), ']') }

func userFax(d []byte, b *born) []byte { return appendPhone(d, b, 43) }

func appendPhone(d []byte, b *born, salt uint64) []byte {
	d = append(append(append(d, '"'), b.dial...), " 555"...)
	return append(AppendInt(d, 1000+b.dice(salt, 9000)), '"')
}

func userOffice(d []byte, b *born) []byte {
	d = append(AppendInt(append(d, '"'), 1+b.dice(44, 40)), '/')
	return append(AppendInt(d, 1000+b.dice(45, 999)), '"')
}

// Plans are the licence plans that users hold: E3, E5, Power BI and Visio.
var Plans = []string{"05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
	"a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", "c5928f49-12ba-48f7-ada3-0d743a3601d5"}

func userLicenses(d []byte, b *born) []byte {
	if !b.licensed {
		return d
	}
	d = append(append(append(d, `[{"disabledPlans":[],"skuId":"`...), Plans[b.dice(46, 2)]...), `"}`...)
	if b.dice(47, 5) == 0 {
		d = append(append(append(d, `,{"disabledPlans":[],"skuId":"`...), Plans[2+b.dice(48, 2)]...), `"}`...)
	}
	return append(d, ']')
}

func userIdentities(d []byte, b *born) []byte {
	if b.sort == guest {
		return append(d, `[{"signInType":"federated","issuer":"ExternalAzureAD","issuerAssignedId":null}]`...)
	}
	d = append(append(d, `[{"signInType":"userPrincipalName","issuer":"`...), b.t.InitialDomain()...)
	return append(userPrincipalName(append(d, `","issuerAssignedId":`...), b), `}]`...)
}

func userDistinguishedName(d []byte, b *born) []byte {
	d = append(append(append(append(d, `"CN=`...), b.first[1]...), ' '), b.last[1]...)
	return append(AppendInt(d, b.index), `,OU=People,DC=corp,DC=contoso,DC=local"`...)
}

func userProxies(d []byte, b *born) []byte {
	d = append(b.appendAlias(append(d, `["SMTP:`...)), '@')
	d = append(append(d, b.t.cfg.Domain...), '"')
	if b.dice(49, 3) == 0 {
		d = append(append(append(d, `,"smtp:`...), b.last[1]...), '.')
		d = append(append(AppendInt(append(d, b.first[1]...), b.index), '@'), b.t.InitialDomain()...)
		d = append(d, '"')
	}
	return append(d, ']')
}

func userExtensionAttributes(d []byte, b *born) []byte {
	if !b.synced || b.dice(50, 4) > 0 {
		return d
	}
	return extensionAttributes(d, b)
}

// extensionAttributes are the fifteen that users and devices may have.
func extensionAttributes(d []byte, b *born) []byte {
	d = append(d, '{')
	for i := 1; i <= 15; i++ {
		d = append(AppendInt(append(d, `"extensionAttribute`...), i), `":`...)
		if i < 3 {
			d = AppendInt(append(d, `"V`...), b.dice(50+uint64(i), 900))
			d = append(d, `",`...)
			continue
		}
		d = append(d, `null,`...)
	}
	d[len(d)-1] = '}'
	return d
}

// userLicenseStates tell of the first licence that it came directly.
func userLicenseStates(d []byte, b *born) []byte {
	if !b.licensed {
		return d
	}
	d = append(append(append(d, `[{"assignedByGroup":null,"disabledPlans":[],"error":"None","skuId":"`...), Plans[b.dice(46, 2)]...), `","state":"Active","lastUpdatedDateTime":`...)
	return append(appendTime(d, b.hired, 0), `}]`...)
}

// securityAttributes are two of a set, as they are read with their types.
func securityAttributes(d []byte, b *born) []byte {
	d = append(d, `{"Engineering":{"@odata.type":"#microsoft.graph.customSecurityAttributeValue","Project@odata.type":"#Collection(String)","Project":["Baker","Cascade"],"CostCenter@odata.type":"#Int32","CostCenter":`...)
	return append(AppendInt(d, 1000+b.dice(61, 90)), `}}`...)
}

// appendSID writes a security identifier of the given authority.
func appendSID(d []byte, authority string, h uint64, last int) []byte {
	d = append(append(d, '"'), authority...)
	for _, n := range []uint64{h & 0xffffffff, h >> 32, Mix(h) >> 32} {
		d = strconv.AppendUint(append(d, '-'), n, 10)
	}
	return append(AppendInt(append(d, '-'), last), '"')
}

// Append64 writes 22 characters that look like base64.
func Append64(d []byte, h uint64) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for range 22 {
		d = append(d, alphabet[h&63])
		h = Mix(h)
	}
	return d
}
