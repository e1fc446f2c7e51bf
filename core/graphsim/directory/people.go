package directory

// locale is where a person lives and how people are called there: each name in its own script and in ASCII.
type locale struct {
	country, code, language string
	dial                    string
	cities                  []string
	given, family           [][2]string
}

var locales = []locale{
	{"United States", "US", "en-US", "+1 425", []string{"Redmond", "Seattle", "Austin", "St. Paul"},
		[][2]string{{"Anna", "anna"}, {"Brian", "brian"}, {"Quinn", "quinn"}, {"Xander", "xander"}, {"Megan", "megan"}, {"Lee", "lee"}, {"Isaiah", "isaiah"}, {"Victoria", "victoria"}},
		[][2]string{{"O'Neill", "oneill"}, {"Smith", "smith"}, {"White", "white"}, {"Ward", "ward"}, {"van Dyke", "vandyke"}, {"King", "king"}, {"Young", "young"}}},
	{"Germany", "DE", "de-DE", "+49 89", []string{"München", "Köln", "Düsseldorf", "Weißwasser"},
		[][2]string{{"Jürgen", "juergen"}, {"Käthe", "kaethe"}, {"Björn", "bjoern"}, {"Ulrike", "ulrike"}, {"Hans-Peter", "hans-peter"}, {"Günther", "guenther"}},
		[][2]string{{"Müller", "mueller"}, {"Groß", "gross"}, {"Schäfer", "schaefer"}, {"Weiß", "weiss"}, {"Zeller", "zeller"}, {"Köhler", "koehler"}}},
	{"France", "FR", "fr-FR", "+33 1", []string{"Paris", "Orléans", "Besançon"},
		[][2]string{{"Zoë", "zoe"}, {"François", "francois"}, {"Hélène", "helene"}, {"Étienne", "etienne"}, {"Noël", "noel"}},
		[][2]string{{"Lefèvre", "lefevre"}, {"D’Artagnan", "dartagnan"}, {"Müntz", "muntz"}, {"Béranger", "beranger"}, {"Œuvrard", "oeuvrard"}}},
	{"Spain", "ES", "es-ES", "+34 91", []string{"Cáceres", "Logroño", "Málaga"},
		[][2]string{{"Íñigo", "inigo"}, {"Begoña", "begona"}, {"Ramón", "ramon"}, {"Wanda", "wanda"}},
		[][2]string{{"Núñez", "nunez"}, {"Ibáñez", "ibanez"}, {"García Márquez", "garciamarquez"}, {"Peña", "pena"}}},
	{"Poland", "PL", "pl-PL", "+48 22", []string{"Łódź", "Gdańsk", "Kraków"},
		[][2]string{{"Łukasz", "lukasz"}, {"Żaneta", "zaneta"}, {"Grzegorz", "grzegorz"}, {"Małgorzata", "malgorzata"}},
		[][2]string{{"Brzęczyszczykiewicz", "brzeczyszczykiewicz"}, {"Wójcik", "wojcik"}, {"Dąbrowska", "dabrowska"}}},
	{"Türkiye", "TR", "tr-TR", "+90 212", []string{"İstanbul", "Muğla"},
		[][2]string{{"İpek", "ipek"}, {"Çağlar", "caglar"}, {"Şule", "sule"}, {"Fatih", "fatih"}},
		[][2]string{{"Yıldız", "yildiz"}, {"Öztürk", "ozturk"}, {"Güneş", "gunes"}}},
	{"Ukraine", "UA", "uk-UA", "+380 44", []string{"Київ", "Львів"},
		[][2]string{{"Олексій", "oleksii"}, {"Юлія", "yuliia"}, {"Дмитро", "dmytro"}},
		[][2]string{{"Шевченко", "shevchenko"}, {"Коваленко", "kovalenko"}, {"Їжакевич", "yizhakevych"}}},
	{"Egypt", "EG", "ar-EG", "+20 2", []string{"القاهرة", "الإسكندرية"},
		[][2]string{{"محمد", "mohamed"}, {"فاطمة", "fatma"}, {"ليلى", "layla"}, {"يوسف", "youssef"}},
		[][2]string{{"النجار", "elnaggar"}, {"عبد الله", "abdallah"}, {"حسن", "hassan"}}},
	{"China", "CN", "zh-CN", "+86 10", []string{"北京", "上海", "深圳"},
		[][2]string{{"伟", "wei"}, {"秀英", "xiuying"}, {"强", "qiang"}, {"敏", "min"}},
		[][2]string{{"王", "wang"}, {"李", "li"}, {"张", "zhang"}, {"欧阳", "ouyang"}}},
	{"Japan", "JP", "ja-JP", "+81 3", []string{"東京", "大阪", "札幌"},
		[][2]string{{"さくら", "sakura"}, {"健太", "kenta"}, {"美咲", "misaki"}, {"リサ", "risa"}},
		[][2]string{{"佐藤", "sato"}, {"鈴木", "suzuki"}, {"髙橋", "takahashi"}}},
	{"India", "IN", "hi-IN", "+91 11", []string{"नई दिल्ली", "पुणे"},
		[][2]string{{"आरव", "aarav"}, {"प्रिया", "priya"}, {"चंद्र", "chandra"}},
		[][2]string{{"शर्मा", "sharma"}, {"पटेल", "patel"}, {"चौधरी", "chaudhary"}}},
	{"Israel", "IL", "he-IL", "+972 3", []string{"תל אביב", "חיפה"},
		[][2]string{{"נועה", "noa"}, {"דוד", "david"}, {"תמר", "tamar"}},
		[][2]string{{"כהן", "cohen"}, {"לוי", "levi"}}},
	{"Greece", "GR", "el-GR", "+30 21", []string{"Αθήνα", "Θεσσαλονίκη"},
		[][2]string{{"Ελένη", "eleni"}, {"Γιώργος", "giorgos"}, {"Ουρανία", "ourania"}},
		[][2]string{{"Παπαδόπουλος", "papadopoulos"}, {"Ξενάκης", "xenakis"}}},
	{"Thailand", "TH", "th-TH", "+66 2", []string{"กรุงเทพมหานคร"},
		[][2]string{{"สมชาย", "somchai"}, {"รัตนา", "rattana"}},
		[][2]string{{"ใจดี", "jaidee"}, {"ทองคำ", "thongkham"}}},
	{"Vietnam", "VN", "vi-VN", "+84 24", []string{"Hà Nội", "Đà Nẵng"},
		[][2]string{{"Đức", "duc"}, {"Ngọc", "ngoc"}, {"Hương", "huong"}},
		[][2]string{{"Nguyễn", "nguyen"}, {"Trần", "tran"}}},
	{"South Korea", "KR", "ko-KR", "+82 2", []string{"서울", "부산"},
		[][2]string{{"지우", "jiwoo"}, {"민준", "minjun"}},
		[][2]string{{"김", "kim"}, {"박", "park"}, {"이", "lee"}}},
}

var (
	departments = []string{"Engineering", "Sales", "Marketing", "Finance", "Human Resources", "Legal", "Operations", "Research & Development", "Customer Success", "IT", "Facilities", "Einkauf / Logistik"}
	jobTitles   = []string{"Engineer", "Senior Engineer", "Account Executive", "Analyst", "Team Lead", "Director", "Vice President", "Technician", "Consultant", "Administrator", "Recruiter", "Intern", "Sachbearbeiter:in", "Chef de projet"}
	employers   = []string{"Contoso", "Contoso GmbH", "Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys \"EMEA\""}
	partners    = []string{"fabrikam.com", "northwind.example", "tailspin.example", "gmail.com", "outlook.com"}
	rooms       = []string{"Adams", "Baker", "Crystal", "Hood", "Rainier", "Stevens"}
	services    = []string{"svc-backup", "svc-sql", "0scan", "1st-line", "_monitor", "admin", "7zip-deploy", "kiosk"}
	emoji       = []string{" 🚀", " 🦄", " 👩🏽‍💻", " ☕️"}
)

// The sorts of user.
const (
	employee = iota
	guest
	room
	service
)

// person is who a user is.
type person struct {
	*locale
	sort         int
	first, last  [2]string
	title, unit  string
	home         string // domain of a guest
	licensed     bool
	hired, reset int // days after the epoch
}

// sketchUser decides who a user is: of a hundred about eight are guests, one a room, two service accounts.
func sketchUser(b *born) {
	b.locale = &locales[b.dice(1, 3*len(locales))%len(locales)]
	if b.dice(2, 4) == 0 {
		b.locale = &locales[0]
	}
	b.first, b.last = pick(b, 3, b.given), pick(b, 4, b.family)
	b.title, b.unit = pick(b, 5, jobTitles), pick(b, 6, departments)
	switch d := b.dice(7, 100); {
	case d < 8:
		b.sort = guest
	case d < 9:
		b.sort = room
	case d < 11:
		b.sort = service
	default:
		b.sort = employee
	}
	b.home = pick(b, 8, partners)
	b.synced = b.sort == employee && b.dice(9, 100) < 35
	b.licensed = b.sort == employee && b.dice(10, 100) < 80
	b.hired = b.dice(11, 3600)
	b.reset = b.hired + b.dice(12, 3900-b.hired)
}

func pick[T any](b *born, salt uint64, from []T) T { return from[b.dice(salt, len(from))] }

// appendAlias writes the part of the user's names that is unique in the tenant, without quotes.
func (b *born) appendAlias(dst []byte) []byte {
	switch b.sort {
	case room:
		dst = append(dst, "room-"...)
		dst = append(dst, pick(b, 3, rooms)...)
	case service:
		dst = append(dst, pick(b, 3, services)...)
	default:
		dst = append(append(append(dst, b.first[1]...), '.'), b.last[1]...)
	}
	return AppendInt(dst, b.index)
}
