package org.malassay.features;

/** How often each byte occurs. */
final class ByteCounts {
  private final long[] counts = new long[256];
  private long total;

  static ByteCounts of(byte[] bytes, int from, int to) {
    ByteCounts counts = new ByteCounts();
    counts.add(bytes, from, to);
    return counts;
  }

  void add(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      counts[bytes[i] & 0xff]++;
    }
    total += to - from;
  }

  long count(int value) {
    return counts[value];
  }

  /** The entropy of one byte after Shannon, 0 to 8 bits; 0 of nothing. */
  double entropy() {
    if (total == 0) {
      return 0;
    }
    double sum = 0;
    for (long count : counts) {
      sum += count > 1 ? count * Math.log((double) count) : 0;
    }
    return (Math.log((double) total) - sum / total) / Math.log(2);
  }
}
