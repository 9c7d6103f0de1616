package org.malassay.label;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the antivirus engines of one service said of one file.
 *
 * @param source whose report it is, such as {@code VirusTotal}
 * @param hashes the hashes of the file that the report names, lower-case hexadecimal; may be empty
 * @param engines how many engines gave an answer
 * @param labels the name each detecting engine gave to the file, by engine; the empty string where
 *     it gave none. Text of third parties.
 */
record EngineReport(
    String source, Set<String> hashes, int engines, SortedMap<String, String> labels) {

  EngineReport {
    hashes = Set.copyOf(hashes);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  static EngineReport of(String source, int engines, Map<String, String> labels) {
    return new EngineReport(source, Set.of(), engines, new TreeMap<>(labels));
  }
}
