/*
 * Waits for a signal that nobody sends, without using the processor.
 *
 * Most malware stays: still running at the time limit counts as having run.
 */
#include <unistd.h>

int main(void)
{
    for (;;)
        pause();
}
