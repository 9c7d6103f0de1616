/*
 * Gives up by abort(3), as a failed assertion does, and is ended by SIGABRT.
 */
#include <stdlib.h>

int main(void)
{
    abort();
}
