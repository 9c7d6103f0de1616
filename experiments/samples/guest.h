/*
 * The lock on every sample that does harm: it acts in a guest of Malassay and nowhere else.
 *
 * Two things must be true at once, each made by a different hand and neither true of anybody's own
 * machine: the recipe of the guest's image wrote GUEST_MARKER with these very words, and whoever
 * started the guest named it GUEST_NAME, or GUEST_NAME-XXXXXXXX with hexadecimal digits of its own. A
 * marker that was copied by mistake opens nothing, nor does the image when it is mounted, entered
 * with chroot, or started under another name.
 *
 * main() of such a sample begins with only_in_a_guest(); a test sees to it.
 */
#ifndef MALASSAY_GUEST_H
#define MALASSAY_GUEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUEST_MARKER "/etc/malassay-guest"
#define GUEST_WORDS "Everything in this guest of Malassay may be destroyed.\n"
#define GUEST_NAME "malassay-guest"

/* The exit status of a sample that did nothing because it is not in a guest. */
#define NOT_IN_A_GUEST 99

static int has_marker(void)
{
    char words[sizeof GUEST_WORDS];
    FILE *marker = fopen(GUEST_MARKER, "r");
    size_t length;

    if (!marker)
        return 0;
    length = fread(words, 1, sizeof words, marker);
    fclose(marker);
    return length == strlen(GUEST_WORDS) && memcmp(words, GUEST_WORDS, length) == 0;
}

static int is_name_of_a_guest(const char *name)
{
    size_t length = strlen(GUEST_NAME);

    if (strncmp(name, GUEST_NAME, length) != 0)
        return 0;
    name += length;
    return !*name || (*name == '-' && strlen(name) == 9 && strspn(name + 1, "0123456789abcdef") == 8);
}

static int has_name(void)
{
    char name[256] = "";

    return gethostname(name, sizeof name - 1) == 0 && is_name_of_a_guest(name);
}

static void only_in_a_guest(void)
{
    if (has_marker() && has_name())
        return;
    fprintf(stderr,
            "Nothing was done: this is not a guest of Malassay (" GUEST_MARKER
            " with the right words, and the host name " GUEST_NAME ", or that with -XXXXXXXX).\n");
    exit(NOT_IN_A_GUEST);
}

#endif
