/* A library with one function. */
int one(void) { return 1; }
