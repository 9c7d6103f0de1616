package org.malassay.features;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The features of one sample as they are found. */
final class Findings {
  private final Map<String, Double> numbers = new TreeMap<>();
  private final Map<Part, String> missing = new TreeMap<>();
  private final List<FeaturePiece> pieces = new ArrayList<>();
  private Optional<String> tlsh = Optional.empty();

  void number(String column, double value) {
    numbers.put(column, value);
  }

  void number(String column, long value) {
    number(column, (double) value);
  }

  void tlsh(Optional<String> hash) {
    tlsh = hash;
  }

  void piece(String name, String title, String mediaType, byte[] contents) {
    pieces.add(new FeaturePiece(name, title, mediaType, contents));
  }

  void missing(Part part, String why) {
    missing.put(part, why);
  }

  Features features(Set<Part> parts) {
    return new Features(
        new FeatureSheet(
            new TreeSet<>(parts), new TreeMap<>(numbers), tlsh, new TreeMap<>(missing)),
        pieces);
  }
}
