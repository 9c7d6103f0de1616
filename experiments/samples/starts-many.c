/*
 * Starts as many threads, or processes, as it is built for, all of which wait; exits 0 when it has
 * them all, and 2 as soon as one is refused: many bots that the guest has no room for.
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>

#ifdef THREADS
static pthread_barrier_t all;

static void *wait_for_the_end(void *unused)
{
    pthread_barrier_wait(&all);
    return unused;
}

static int start(void)
{
    static pthread_attr_t small;
    pthread_t thread;

    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    return pthread_create(&thread, &small, wait_for_the_end, NULL);
}
#else
static int start(void)
{
    pid_t child = fork();

    if (child == 0) {
        sleep(60);
        exit(0);
    }
    return child < 0;
}
#endif

int main(void)
{
    only_in_a_guest();
#ifdef THREADS
    pthread_barrier_init(&all, NULL, COUNT + 1);
#endif
    for (int i = 0; i < COUNT; i++)
        if (start())
            return 2;
    return 0;
}
