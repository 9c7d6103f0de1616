/*
 * Calls a function that the guest does not have, so the loader refuses to start it.
 *
 * How it is linked decides what exactly is missing: a whole library (libmalassay-absent.so.1), a
 * version of one that is there (GLIBC_9.9), or the function alone.
 */
void malassay_absent(void);

int main(void)
{
    malassay_absent();
    return 0;
}
