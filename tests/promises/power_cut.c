/* A disk that forgets. Preloaded into a process, this keeps for every file under $ALONGSIDE_DISK
   what the disk would still hold after a power cut: the bytes that were synced, and no others.
   They are kept in $ALONGSIDE_SYNCED, which begins as a copy of the folder. Nothing is really
   synced, so that it is fast: who wants to know what is left kills the process and opens the copy.

   What it does not model: writes that are torn or reach the disk in another order, and a lost name
   of a file in its folder. What is written through mmap is lost; SQLite writes only its -shm so. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
enum { FILES = 512, HANDLES = 4096, NAME = 512, PIECE = 1 << 16 };

struct range { off_t start, end; };
struct file { char name[NAME]; struct range *unsynced; size_t n, room; };

static struct file files[FILES], *open_files[HANDLES];
static size_t n_files;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The part of a path below the folder, or nothing when it is elsewhere. */
static const char *below(const char *path) {
    const char *disk = getenv("ALONGSIDE_DISK");
    size_t length = disk ? strlen(disk) : 0;
    return length && !strncmp(path, disk, length) && path[length] == '/' ? path + length + 1 : NULL;
}

static void synced_path(char *path, const char *name) {
    if (snprintf(path, PATH_MAX, "%s/%s", getenv("ALONGSIDE_SYNCED"), name) >= PATH_MAX) abort();
}

static struct file *file_of(int handle) {
    return handle >= 0 && handle < HANDLES ? open_files[handle] : NULL;
}

static int opened(int handle, const char *path) {
    const char *name = below(path);
    struct stat now;
    size_t at = 0;
    if (!name || handle < 0 || handle >= HANDLES) return handle;
    if (fstat(handle, &now) || !S_ISREG(now.st_mode)) return handle;
    pthread_mutex_lock(&lock);
    while (at < n_files && strcmp(files[at].name, name)) at++;
    if (at == FILES) abort();
    if (at == n_files) snprintf(files[n_files++].name, NAME, "%s", name);
    open_files[handle] = &files[at];
    pthread_mutex_unlock(&lock);
    return handle;
}

static ssize_t written(int handle, ssize_t n, off_t start) {
    struct file *file = file_of(handle);
    if (!file || n <= 0) return n;
    pthread_mutex_lock(&lock);
    if (file->n == file->room) {
        file->room = file->room ? file->room * 2 : 64;
        file->unsynced = realloc(file->unsynced, file->room * sizeof *file->unsynced);
        if (!file->unsynced) abort();
    }
    file->unsynced[file->n++] = (struct range){start, start + n};
    pthread_mutex_unlock(&lock);
    return n;
}

/* Where the bytes of an open file can be read. Never a second handle on a database: to close it
   would give up every lock that SQLite holds. */
static int readable(int handle) {
    char path[64];
    if ((fcntl(handle, F_GETFL) & O_ACCMODE) != O_WRONLY) return handle;
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
    return REAL(open)(path, O_RDONLY);
}

/* What was written since the last time is put where the synced bytes are, and the length too. */
static int synced(int handle) {
    struct file *file = file_of(handle);
    char path[PATH_MAX], bytes[PIECE];
    struct stat now;
    pthread_mutex_lock(&lock);
    synced_path(path, file->name);
    int from = readable(handle), kept = REAL(open)(path, O_WRONLY | O_CREAT, 0600);
    if (from < 0 || kept < 0 || fstat(handle, &now)) abort();
    for (size_t each = 0; each < file->n; each++) {
        struct range range = file->unsynced[each];
        while (range.start < range.end) {
            off_t left = range.end - range.start;
            ssize_t n = pread(from, bytes, left < PIECE ? left : PIECE, range.start);
            if (n <= 0) break; /* it was cut off since */
            if (REAL(pwrite)(kept, bytes, n, range.start) != n) abort();
            range.start += n;
        }
    }
    if (REAL(ftruncate)(kept, now.st_size)) abort();
    file->n = 0;
    REAL(close)(kept);
    if (from != handle) REAL(close)(from);
    pthread_mutex_unlock(&lock);
    return 0;
}

/* What is cut off counts as written: should the file grow again, it is not what it was. */
static void shortened(int handle, off_t size) {
    struct stat now;
    if (file_of(handle) && !fstat(handle, &now)) written(handle, now.st_size - size, size);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); va_end(more); \
        return opened(REAL(name)(path, flags, mode), path); \
    }
OPEN(open)
OPEN(open64)

ssize_t pwrite(int handle, const void *bytes, size_t n, off_t at) {
    return written(handle, REAL(pwrite)(handle, bytes, n, at), at);
}
ssize_t pwrite64(int handle, const void *bytes, size_t n, off64_t at) {
    return written(handle, REAL(pwrite64)(handle, bytes, n, at), at);
}
ssize_t write(int handle, const void *bytes, size_t n) {
    ssize_t done = REAL(write)(handle, bytes, n);
    return file_of(handle) ? written(handle, done, lseek(handle, 0, SEEK_CUR) - done) : done;
}
int ftruncate(int handle, off_t size) {
    shortened(handle, size);
    return REAL(ftruncate)(handle, size);
}
int ftruncate64(int handle, off64_t size) {
    shortened(handle, size);
    return REAL(ftruncate64)(handle, size);
}
int fsync(int handle) { return file_of(handle) ? synced(handle) : REAL(fsync)(handle); }
int fdatasync(int handle) { return file_of(handle) ? synced(handle) : REAL(fdatasync)(handle); }
int close(int handle) {
    if (file_of(handle)) open_files[handle] = NULL;
    return REAL(close)(handle);
}
int unlink(const char *path) {
    char kept[PATH_MAX];
    if (below(path)) {
        synced_path(kept, below(path));
        REAL(unlink)(kept);
        for (size_t each = 0; each < n_files; each++)
            if (!strcmp(files[each].name, below(path))) files[each].n = 0;
    }
    return REAL(unlink)(path);
}
int rename(const char *from, const char *to) {
    char before[PATH_MAX], after[PATH_MAX];
    if (below(from) && below(to)) {
        synced_path(before, below(from)); synced_path(after, below(to));
        REAL(rename)(before, after);
    }
    return REAL(rename)(from, to);
}
