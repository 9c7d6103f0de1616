# Makes calls.h of calls.tbl: for the kernel's own ABI and the other one, what is read of each call.
#   awk -v native=x86_64|arm64|arm -f calls.awk calls.tbl >calls.h
# With arm, for a kernel that has no other ABI.
BEGIN {
  split("path str exe data how buf sockaddr msghdr name peer pair", names, " ")
  split("STRING STRING PROGRAM SENT SENT BUFFER TO MESSAGE NAME FROM PAIR", kinds, " ")
  for (i in names) kind[names[i]] = kinds[i]
}
/^#/ || NF == 0 { next }
$5 !~ /^(told|fds|count)$/ {
  print FILENAME ":" FNR ": " $5 " is not told, fds or count" > "/dev/stderr"
  failed = 1
  exit
}
{
  what = "0"
  for (i = 6; i <= NF; i++) if ($i in kind) what = what " | " kind[$i] " << " 4 * (i - 6)
  if ($5 == "count") what = what " | COUNT_ONLY"
  if ($5 == "fds") what = what " | CHANGES_DESCRIPTORS"
  if ($1 ~ /^(connect|bind|listen|sendto|accept|accept4)$/) what = what " | OF_SOCKET"
  if ($1 ~ /^(read|write)$/) what = what " | OF_TERMINAL"
  if ($1 ~ /^(access|faccessat|faccessat2)$/) what = what " | ASKS"
  sub(/^0 \| /, "", what)
  row = ", " what "}, /* " $1 " */\n"
  number = native == "arm" ? "-" : native == "arm64" ? $4 : $3
  if (number != "-") native_rows = native_rows "  {" number row
  if ($2 != "-") arm_rows = arm_rows "  {" $2 row
}
END {
  if (failed) exit 1
  print "struct row {\n  unsigned number, kind;\n};"
  if (native != "arm") print "static const struct row native_calls[] = {\n" native_rows "};"
  print "static const struct row arm_calls[] = {\n" arm_rows "};"
}
