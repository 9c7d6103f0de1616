/* Exits 0. Needs the C library and the mathematics library. */
#include <math.h>

int main(int argc, char **argv) {
  (void)argv;
  return (int)cbrt(argc) - 1;
}
