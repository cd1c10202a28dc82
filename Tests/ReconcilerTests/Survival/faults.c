// Preloaded into the program (ld.so(8), LD_PRELOAD): of all calls to FAULT_CALL on files that stand in FAULT_FOLDER itself, the
// one of the number FAULT_NUMBER (0: each) fails with FAULT_ERRNO, or with 0 is the last thing the process does. That it was
// reached is told by the folder FAULT_SIGN. strace(1) can do the same, but counts in each thread by itself.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int calls;

// Whether the call is to fail; `errno` then says how.
static int fails(const char *call, const char *path) {
    const char *wanted = getenv("FAULT_CALL"), *folder = getenv("FAULT_FOLDER"), *number = getenv("FAULT_NUMBER");
    if (!wanted || !folder || !number || strcmp(call, wanted) != 0) return 0;
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0) return 0;
    const char *name = path + length;
    if (*name != 0 && (*name != '/' || strchr(name + 1, '/') || strcmp(name, "/lock") == 0)) return 0;
    if (atomic_fetch_add(&calls, 1) + 1 != atoi(number) && atoi(number) != 0) return 0;
    const char *sign = getenv("FAULT_SIGN");
    if (sign) mkdir(sign, 0700);
    int wrong = atoi(getenv("FAULT_ERRNO") ?: "5");
    if (wrong == 0) kill(getpid(), SIGKILL);
    errno = wrong;
    return 1;
}

static int fails_on(const char *call, int descriptor, const char *name) {
    char link[64], path[PATH_MAX * 2];
    int kept = errno;
    if (name && name[0] == '/') return fails(call, name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    if (name) snprintf(path + length, sizeof path - length, "/%s", name);
    return fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return fails_on("write", descriptor, NULL) ? -1 : REAL(write)(descriptor, bytes, count);
}

int fsync(int descriptor) { return fails_on("fsync", descriptor, NULL) ? -1 : REAL(fsync)(descriptor); }

int fchmod(int descriptor, mode_t mode) { return fails_on("fchmod", descriptor, NULL) ? -1 : REAL(fchmod)(descriptor, mode); }

int close(int descriptor) {
    // Linux closes the descriptor even then (close(2)).
    int wrong = fails_on("close", descriptor, NULL) ? errno : 0;
    int answer = REAL(close)(descriptor);
    if (!wrong) return answer;
    errno = wrong;
    return -1;
}

int renameat(int from, const char *name, int to, const char *other) {
    return fails_on("renameat", to, other) ? -1 : REAL(renameat)(from, name, to, other);
}

int openat(int folder, const char *name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return fails_on("openat", folder, name) ? -1 : REAL(openat)(folder, name, flags, mode);
}

int open(const char *name, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return fails("open", name) ? -1 : REAL(open)(name, flags, mode);
}
