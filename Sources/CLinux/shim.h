// What Swift cannot import by itself: variadic functions and macros of Linux.
#include <spawn.h>
#include <sys/eventfd.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Declared here because _GNU_SOURCE, which shows them, would give this module other types than Swift's Glibc has.
extern char **environ;
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
enum { linux_spawn_setsid = 0x80 };

static inline int linux_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

// A descriptor that becomes readable when the process ends (pidfd_open(2)); sys/pidfd.h is younger than glibc 2.35.
static inline int linux_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

// The process that ended, left as a zombie; 0 if none has, -1 on error.
static inline pid_t linux_peek_dead_child(void) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    return info.si_pid;
}

static inline int linux_exited(int status) { return WIFEXITED(status); }
static inline int linux_exit_status(int status) { return WEXITSTATUS(status); }
static inline int linux_signal(int status) { return WTERMSIG(status); }

static inline char **linux_environment(void) { return environ; }
#include "sockets.h"

// A pipe whose ends no child inherits (pipe2(2)), which glibc shows under _GNU_SOURCE only.
static inline int linux_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

// The commit that this build is of; the package's manifest defines it for release builds.
#ifndef RECONCILE_COMMIT
#define RECONCILE_COMMIT "debug build"
#endif
static const char *const linux_build_commit = RECONCILE_COMMIT;
