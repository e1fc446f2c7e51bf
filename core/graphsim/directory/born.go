package directory

// What generated objects are linked to from the start, memberships of groups aside.

// some appends n different objects of a class.
func some(dst []Ref, b *born, c ClassID, n int) []Ref {
	count := b.t.born[c]
	if count == 0 || n == 0 {
		return dst
	}
	at, step := b.dice(31, count), coprime(count, 1+b.dice(32, count))
	for range min(n, count) {
		dst = append(dst, NewRef(c, at))
		at = (at + step) % count
	}
	return dst
}

// groupOwners: five groups of six have one to three, and one of fifteen is a service principal's, too.
func groupOwners(dst []Ref, b *born) []Ref {
	if b.dice(60, 6) == 0 {
		return dst
	}
	dst = some(dst, b, Users, 1+b.dice(61, 3))
	if b.dice(62, 15) == 0 {
		dst = some(dst, b, ServicePrincipals, 1)
	}
	return dst
}

// appOwners: one app of three has none, which is what admins look for; one of ten is owned by its deployment's app.
func appOwners(dst []Ref, b *born) []Ref {
	if b.dice(60, 3) == 0 {
		return dst
	}
	dst = some(dst, b, Users, 1+b.dice(61, 2))
	if b.dice(62, 10) == 0 {
		dst = some(dst, b, ServicePrincipals, 1)
	}
	return dst
}

func deviceOwners(dst []Ref, b *born) []Ref {
	if b.dice(60, 12) == 0 {
		return dst
	}
	return some(dst, b, Users, 1)
}

// deviceUsers are the owner, and on a shared device one or two others.
func deviceUsers(dst []Ref, b *born) []Ref {
	if b.dice(60, 12) == 0 {
		return dst
	}
	n := 1
	if b.dice(61, 10) == 0 {
		n += 1 + b.dice(62, 2)
	}
	return some(dst, b, Users, n)
}

// guestSponsors: four guests of five have who answers for them, now and then a group as well.
func guestSponsors(dst []Ref, b *born) []Ref {
	if b.sort != guest || b.dice(63, 5) == 0 {
		return dst
	}
	dst = some(dst, b, Users, 1+b.dice(64, 2))
	if b.dice(65, 6) == 0 {
		dst = some(dst, b, Groups, 1)
	}
	return dst
}

// span is how many people report to a manager, most often.
const span = 7

// userManager makes a tree of the employees: the first has no manager.
func userManager(dst []Ref, b *born) []Ref {
	if b.index == 0 || b.sort != employee {
		return dst
	}
	return append(dst, NewRef(Users, (b.index-1)/span))
}

// reports are those who may have been born with this manager.
func reports(manager Ref) []int {
	var list []int
	for i := range span {
		list = append(list, manager.Index()*span+1+i)
	}
	return list
}

// unitMembers are some of the users and devices, and a group.
func unitMembers(dst []Ref, b *born) []Ref {
	dst = some(dst, b, Users, 1+b.t.born[Users]/(4+b.dice(60, 30)))
	dst = some(dst, b, Devices, b.t.born[Devices]/(8+b.dice(61, 30)))
	return some(dst, b, Groups, 1)
}

// roleMembers are a few users, and of every other role a group that may hold roles.
func roleMembers(dst []Ref, b *born) []Ref {
	for i := range 3 {
		if user := b.index*7 + i; user < b.t.born[Users] {
			dst = append(dst, NewRef(Users, user))
		}
	}
	if group, ok := b.t.RoleGroup(b.index); ok && b.index%2 == 0 {
		dst = append(dst, NewRef(Groups, group))
	}
	return dst
}
