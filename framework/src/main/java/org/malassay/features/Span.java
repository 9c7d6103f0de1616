package org.malassay.features;

/** A part of a file: from a byte, up to and without another. */
record Span(int from, int to) {

  /** What is there of a place whose unsigned numbers may be false. */
  static Span of(long offset, long size, int fileSize) {
    int from = offset < 0 || offset > fileSize ? fileSize : (int) offset;
    int there = fileSize - from;
    return new Span(from, size < 0 || size > there ? fileSize : from + (int) size);
  }

  int length() {
    return to - from;
  }
}
