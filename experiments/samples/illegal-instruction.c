/*
 * Executes an instruction that the architecture keeps undefined for ever, and is ended by SIGILL.
 */
int main(void)
{
    __builtin_trap();
}
