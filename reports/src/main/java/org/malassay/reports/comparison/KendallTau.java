package org.malassay.reports.comparison;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * M. G. Kendall's rank correlation tau-b (Biometrika 33, 1945), which corrects for ties: -1 to 1.
 */
final class KendallTau {
  private record Point(double x, double y) {}

  private KendallTau() {}

  /** The correlation; empty where one of them does not vary, and it is undefined. */
  static OptionalDouble of(double[] x, double[] y) {
    int[] once = new int[x.length];
    Arrays.fill(once, 1);
    return of(x, y, once);
  }

  /** The same of values each of which stands for so many samples. */
  static OptionalDouble of(double[] x, double[] y, int[] samples) {
    // Scores take few values: each pair of values stands for all samples that have them.
    Map<Point, Long> counts = new HashMap<>();
    for (int i = 0; i < x.length; i++) {
      counts.merge(new Point(x[i], y[i]), (long) samples[i], Long::sum);
    }
    List<Map.Entry<Point, Long>> points = List.copyOf(counts.entrySet());
    double order = 0;
    double untiedX = 0;
    double untiedY = 0;
    for (int i = 0; i < points.size(); i++) {
      Point one = points.get(i).getKey();
      for (int j = i + 1; j < points.size(); j++) {
        Point other = points.get(j).getKey();
        double pairs = (double) points.get(i).getValue() * points.get(j).getValue();
        int byX = Double.compare(one.x, other.x);
        int byY = Double.compare(one.y, other.y);
        order += pairs * byX * byY;
        untiedX += byX == 0 ? 0 : pairs;
        untiedY += byY == 0 ? 0 : pairs;
      }
    }
    return untiedX == 0 || untiedY == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(order / Math.sqrt(untiedX * untiedY));
  }
}
