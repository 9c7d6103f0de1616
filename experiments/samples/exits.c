/*
 * Exits with STATUS at once and does nothing else.
 *
 * 0 is the plainest sample that runs. Any other status is a sample that does not, whatever the
 * number usually means to a shell, to timeout(1) or to QEMU.
 */
int main(void)
{
    return STATUS;
}
