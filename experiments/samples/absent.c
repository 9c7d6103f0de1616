/*
 * A library that samples are linked against and that is never delivered with them.
 */
void malassay_absent(void);

void malassay_absent(void)
{
}
