/* A clock that is wrong: preloaded into a process, it puts the clock of its machine ahead. The
   monotonic clock goes as ever. AHEAD: seconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    static long ahead;
    if (!real) {
        ahead = atol(getenv("AHEAD"));
        real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    int failed = real(which, now);
    if (!failed && which == CLOCK_REALTIME) now->tv_sec += ahead;
    return failed;
}
