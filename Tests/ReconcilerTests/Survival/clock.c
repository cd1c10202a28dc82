// Preloaded into the program (ld.so(8), LD_PRELOAD): its calendar is off by CLOCK_OFFSET seconds; clocks that nobody sets are not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
    int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(clock, time);
    const char *offset = getenv("CLOCK_OFFSET");
    if (answer == 0 && clock == CLOCK_REALTIME && offset) time->tv_sec += atol(offset);
    return answer;
}
