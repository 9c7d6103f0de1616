/*
 * Says what the dynamic loader says when a library is missing, and exits with the loader's status.
 *
 * It is linked statically and misses nothing: what a sample prints is no evidence of its own.
 */
#include <stdio.h>

int main(void)
{
    fputs("forges-loader-error: error while loading shared libraries: libforged.so.1: "
          "cannot open shared object file: No such file or directory\n",
          stderr);
    return 127;
}
