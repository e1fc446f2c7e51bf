//go:build linux

// The parts of SQLite's interface that are used, as sqlite3.h has them for ever.
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct file { const struct methods *m; } file;
typedef struct methods {
	int version;
	int (*xClose)(file *);
	int (*xRead)(file *, void *, int, long long);
	int (*xWrite)(file *, const void *, int, long long);
	int (*xTruncate)(file *, long long);
	int (*xSync)(file *, int);
	void *rest[13];
} methods;
typedef struct vfs {
	int version, size, longest;
	struct vfs *next;
	const char *name;
	void *data;
	int (*xOpen)(struct vfs *, const char *, file *, int, int *);
	void *rest[16];
} vfs;
extern vfs *sqlite3_vfs_find(const char *);
extern int sqlite3_vfs_register(vfs *, int);

enum { IOERR_WRITE = 10 | (3 << 8), IOERR_FSYNC = 10 | (4 << 8), IOERR_TRUNCATE = 10 | (6 << 8), FULL = 13 };
enum { KIND_ERROR, KIND_FULL, KIND_POWER };

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static vfs *under, ours;
static int count, at, kind;

// A pair is the methods of the disk below, and the same with ours among them.
static struct pair { methods m; const methods *below; } pairs[8];

// What of each file is on disk, since the last arming.
static struct image { char *path; char *bytes; long size; } images[64];
static struct open { file *f; char *path; } opens[256];

static const methods *below(file *f) { return ((struct pair *)f->m)->below; }

static int strike(int code) {
	int now = 0;
	pthread_mutex_lock(&mu);
	count++;
	if (at > 0) now = kind == KIND_ERROR ? count == at : count >= at;
	pthread_mutex_unlock(&mu);
	if (!now) return 0;
	return kind == KIND_FULL && code != IOERR_FSYNC && code != IOERR_TRUNCATE ? FULL : kind == KIND_FULL ? 0 : code;
}

static void keep(const char *path, int empty) {
	int i;
	for (i = 0; i < 64 && images[i].path && strcmp(images[i].path, path); i++) {}
	if (i == 64 || (empty && images[i].path)) return;
	if (!images[i].path) images[i].path = strdup(path);
	free(images[i].bytes);
	images[i].bytes = 0;
	images[i].size = 0;
	int fd = open(path, O_RDONLY);
	struct stat s;
	if (fd < 0 || fstat(fd, &s)) return;
	images[i].bytes = malloc(s.st_size + 1);
	images[i].size = pread(fd, images[i].bytes, s.st_size, 0);
	close(fd);
}

static const char *pathOf(file *f) {
	for (int i = 0; i < 256; i++) if (opens[i].f == f) return opens[i].path;
	return 0;
}

static int ourWrite(file *f, const void *b, int n, long long o) {
	int rc = strike(IOERR_WRITE);
	return rc ? rc : below(f)->xWrite(f, b, n, o);
}

static int ourTruncate(file *f, long long n) {
	int rc = strike(IOERR_TRUNCATE);
	return rc ? rc : below(f)->xTruncate(f, n);
}

static int ourSync(file *f, int flags) {
	int rc = strike(IOERR_FSYNC);
	if (rc) return rc;
	rc = below(f)->xSync(f, flags);
	pthread_mutex_lock(&mu);
	if (!rc && pathOf(f)) keep(pathOf(f), 0);
	pthread_mutex_unlock(&mu);
	return rc;
}

static int ourClose(file *f) {
	pthread_mutex_lock(&mu);
	for (int i = 0; i < 256; i++) if (opens[i].f == f) { free(opens[i].path); opens[i].f = 0; opens[i].path = 0; }
	pthread_mutex_unlock(&mu);
	const methods *m = below(f);
	return m->xClose(f);
}

static int ourOpen(vfs *v, const char *name, file *f, int flags, int *out) {
	int rc = under->xOpen(under, name, f, flags, out), i;
	if (rc || !f->m) return rc;
	pthread_mutex_lock(&mu);
	for (i = 0; i < 7 && pairs[i].below && pairs[i].below != f->m; i++) {}
	if (!pairs[i].below) {
		pairs[i].m = *f->m;
		pairs[i].m.xClose = ourClose;
		pairs[i].m.xWrite = ourWrite;
		pairs[i].m.xTruncate = ourTruncate;
		pairs[i].m.xSync = ourSync;
		pairs[i].below = f->m;
	}
	if (pairs[i].below == f->m) f->m = &pairs[i].m;
	if (name) {
		for (i = 0; i < 256 && opens[i].f; i++) {}
		if (i < 256) { opens[i].f = f; opens[i].path = strdup(name); }
		keep(name, 1); // what was there when it was opened is on disk
	}
	pthread_mutex_unlock(&mu);
	return 0;
}

int fd_install(void) {
	if (under) return 0;
	under = sqlite3_vfs_find(0);
	if (!under) return 1;
	ours = *under;
	ours.name = "faultdisk";
	ours.next = 0;
	ours.xOpen = ourOpen;
	return sqlite3_vfs_register(&ours, 1);
}

void fd_arm(int n, int k) { pthread_mutex_lock(&mu); count = 0; at = n; kind = k; pthread_mutex_unlock(&mu); }
int fd_disarm(void) { pthread_mutex_lock(&mu); int n = count; at = 0; pthread_mutex_unlock(&mu); return n; }

void fd_forget(void) {
	pthread_mutex_lock(&mu);
	for (int i = 0; i < 64; i++) { free(images[i].path); free(images[i].bytes); memset(&images[i], 0, sizeof images[i]); }
	pthread_mutex_unlock(&mu);
}

void fd_cut(void) {
	for (int i = 0; i < 64 && images[i].path; i++) {
		size_t n = strlen(images[i].path);
		if (access(images[i].path, F_OK) || (n > 4 && !strcmp(images[i].path + n - 4, "-shm"))) continue;
		int fd = open(images[i].path, O_WRONLY | O_TRUNC);
		if (fd < 0) continue;
		if (pwrite(fd, images[i].bytes, images[i].size, 0) < 0) {}
		close(fd);
	}
}
