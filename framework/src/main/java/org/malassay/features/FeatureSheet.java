package org.malassay.features;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The features of one sample that are numbers.
 *
 * @param parts those that were asked for
 * @param numbers by the names of {@link FeatureColumns}; what is not there was not measured, or
 *     there is nothing of the kind in such a file
 * @param tlsh the locality sensitive hash; none of a file that is too small or too uniform
 * @param missing why a part that was asked for is not there, or not whole
 */
public record FeatureSheet(
    @JsonProperty("parts") SortedSet<Part> parts,
    @JsonProperty("numbers") SortedMap<String, Double> numbers,
    @JsonProperty("tlsh") Optional<String> tlsh,
    @JsonProperty("missing") SortedMap<Part, String> missing) {
  /** The file that holds it: written last, so that it is there when all the others are. */
  public static final String FILE = "features.json";

  public FeatureSheet {
    parts = new TreeSet<>(parts);
    numbers = new TreeMap<>(numbers);
    missing = new TreeMap<>(missing);
  }

  /** Why parts are missing, in one line; empty when none is. */
  public String missingInWords() {
    return missing.entrySet().stream()
        .map(why -> why.getKey().word() + ": " + why.getValue())
        .collect(Collectors.joining("; "));
  }
}
