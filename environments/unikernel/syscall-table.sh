#!/bin/sh
# shellcheck disable=SC2016 # Markdown has its own use for the quotes
# Makes SYSCALLS.md of syscalls.def, on standard output:  syscall-table.sh >SYSCALLS.md
set -eu
def=$(dirname "$(readlink -f "$0")")/syscalls.def

rows() { sed -n "s/^$1(\\([^,]*\\), \\([^,]*\\), $2\"\\(.*\\)\")\$/\\1|\\2|\\3/p" "$def"; }

echo '# The system calls of Linux on ARM, in the unikernel'
echo "Made of \`syscalls.def\` by \`syscall-table.sh\`; do not edit. $(rows CALL '[^,]*, ' | wc -l) calls are there and $(rows OLD '[^,]*, ' | wc -l) for the OABI only; $(rows NONE '' | wc -l) are not supported and return ENOSYS."
echo
echo '## There'
echo 'Without a word: as Linux does it.'
echo
echo '| number | name | here |'
echo '|---|---|---|'
rows CALL '[^,]*, ' | sed 's/^\(.*\)|\(.*\)|\(.*\)$/| \1 | `\2` | \3 |/'
echo
echo '## There for the OABI only'
echo 'As on Linux: a program of the EABI gets ENOSYS.'
echo
echo '| number | name | here |'
echo '|---|---|---|'
rows OLD '[^,]*, ' | sed 's/^\(.*\)|\(.*\)|\(.*\)$/| \1 | `\2` | \3 |/'
echo
echo '## Refused'
echo '| number | name | why |'
echo '|---|---|---|'
rows NONE '' | sed -n 's/^\(.*\)|\(.*\)|\(..*\)$/| \1 | `\2` | \3 |/p'
