/*
 * Prints what must not reach a reader unescaped: terminal escapes, HTML, a spreadsheet formula, a
 * quotation mark, a carriage return, a NUL, bytes that are not UTF-8. Exits 0.
 */
#include <stdio.h>

static const char text[] = "\033[31mred\033[0m\n"
                           "<script>alert('Malassay')</script>\n"
                           "=1+1,\"quoted\",'single'\r\n"
                           "]]> \0 \xff\xfe \xc3\x28\n";

int main(void)
{
    fwrite(text, 1, sizeof text - 1, stdout);
    return 0;
}
