/*
 * Has the kernel watch the folder /tmp for changes, inotify(7), and exits 0.
 *
 * Exits 1 where the kernel cannot.
 */
#include <sys/inotify.h>

int main(void)
{
    int changes = inotify_init1(IN_CLOEXEC);

    return changes < 0 || inotify_add_watch(changes, "/tmp", IN_CREATE) < 0;
}
