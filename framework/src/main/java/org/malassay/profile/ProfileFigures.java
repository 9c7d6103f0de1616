package org.malassay.profile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What filters are worth, measured by what the service was seen to call. A share is 1 where there
 * is nothing to miss.
 *
 * @param filters one for each way to come by a filter, the profile last
 * @param leftOut for each workload, what a profile made without it would have done to it
 */
public record ProfileFigures(List<OfFilter> filters, List<LeftOut> leftOut) {

  public ProfileFigures {
    filters = List.copyOf(filters);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * One filter.
   *
   * @param name how it was come by
   * @param calls how many it allows
   * @param coverage share of the seen calls that it allows
   * @param overPermission share of the allowed calls that were not seen
   * @param f1 harmonic mean of the coverage and of the share of the allowed that was seen: the
   *     measure of B-Side (Middleware 2024)
   * @param falseBlocks seen calls that it stops
   * @param removed calls of an infection (table 1) that it stops
   */
  public record OfFilter(
      String name,
      int calls,
      double coverage,
      double overPermission,
      double f1,
      List<String> falseBlocks,
      List<String> removed) {}

  /**
   * A workload that was left out.
   *
   * @param workload its name
   * @param calls that it made
   * @param seenCoverage share of these that the other workloads made, too
   * @param seenMisses those that no other made
   * @param profileCoverage share of these that a profile made without it allows
   * @param profileMisses those that such a profile stops
   */
  public record LeftOut(
      String workload,
      int calls,
      double seenCoverage,
      List<String> seenMisses,
      double profileCoverage,
      List<String> profileMisses) {}

  /** Those of a profile. */
  public static ProfileFigures of(ServiceProfile profile) {
    SortedSet<String> seen = profile.seen();
    List<OfFilter> filters = new ArrayList<>();
    for (Map.Entry<String, SortedSet<String>> each : profile.workloads().entrySet()) {
      filters.add(filter("seen: " + each.getKey(), each.getValue(), seen));
    }
    filters.add(filter("seen: all workloads", seen, seen));
    filters.add(filter("files: every call", profile.files().every(), seen));
    filters.add(filter("files: reachable", profile.files().reachable(), seen));
    filters.add(
        filter(
            "files: reachable, and all that was seen",
            ServiceProfile.union(List.of(profile.files().reachable(), seen)),
            seen));
    filters.add(filter("profile", profile.allowed(), seen));
    List<LeftOut> leftOut = new ArrayList<>();
    for (Map.Entry<String, SortedSet<String>> each : profile.workloads().entrySet()) {
      SortedSet<String> calls = each.getValue();
      SortedSet<String> others = profile.seenWithout(each.getKey());
      SortedSet<String> allowed = profile.allowed(others);
      leftOut.add(
          new LeftOut(
              each.getKey(),
              calls.size(),
              covered(calls, others),
              without(calls, others),
              covered(calls, allowed),
              without(calls, allowed)));
    }
    return new ProfileFigures(filters, leftOut);
  }

  private static OfFilter filter(String name, SortedSet<String> allowed, SortedSet<String> seen) {
    double coverage = covered(seen, allowed);
    double precision = covered(allowed, seen);
    return new OfFilter(
        name,
        allowed.size(),
        coverage,
        1 - precision,
        coverage + precision == 0 ? 0 : 2 * coverage * precision / (coverage + precision),
        without(seen, allowed),
        without(ServiceProfile.TABLE_1, allowed));
  }

  private static double covered(Collection<String> wanted, Collection<String> there) {
    return wanted.isEmpty()
        ? 1
        : (double) wanted.stream().filter(there::contains).count() / wanted.size();
  }

  private static List<String> without(Collection<String> all, Collection<String> there) {
    SortedSet<String> rest = new TreeSet<>(all);
    rest.removeAll(there);
    return List.copyOf(rest);
  }
}
