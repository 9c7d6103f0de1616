/*
 * For sources of which each sample is one act: -DACT=name chooses it, and main() does nothing else.
 * An act does what published descriptions of IoT malware tell of, once, to what is in the guest; what
 * the guest refuses it leaves. It exits 0 in any case: an attempt is a behavior, too.
 */
#ifndef MALASSAY_ACT_H
#define MALASSAY_ACT_H

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Those that are not chosen are not used. */
#define AN_ACT __attribute__((unused)) static void

/* Puts text into a file, which is made if need be; behind what is there, or in its place. */
__attribute__((unused)) static int put(const char *path, const char *text, int how, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | how, mode);
    ssize_t written;

    if (file < 0)
        return -1;
    written = write(file, text, strlen(text));
    close(file);
    return written < 0 ? -1 : 0;
}

/* Copies a program of the guest's own, true(1), into a file that is open; -1 when that fails. */
__attribute__((unused)) static int copy_true(int to)
{
    char bytes[4096];
    int from = open("/bin/true", O_RDONLY);
    ssize_t n;

    if (from < 0 || to < 0)
        return -1;
    while ((n = read(from, bytes, sizeof bytes)) > 0)
        if (write(to, bytes, (size_t)n) < n)
            return -1;
    close(from);
    return 0;
}

/* Becomes the guest's shell, which does this; where there is none, nothing is done. */
__attribute__((unused)) static void in_shell(const char *command)
{
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
}

#endif
