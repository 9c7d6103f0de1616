package org.malassay.firmware.kernel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.text.WordList;

/** What a list of all symbols of a kernel tells of its options: {@code symbols.list}. */
final class Symbols {
  private static final Map<String, List<String>> BY_OPTION = table();
  private static final Set<String> ASKED =
      BY_OPTION.values().stream().flatMap(List::stream).collect(Collectors.toSet());

  /** {@code c0008000 T stext}, as nm(1) writes it. */
  private static final Pattern LINE =
      Pattern.compile("(?m)^ *[0-9a-fA-F]{8,16} [A-Za-z] ([A-Za-z_]\\w*)");

  /** A kernel has thousands: fewer are a fragment. */
  private static final int FEWEST = 1000;

  private Symbols() {}

  private static Map<String, List<String>> table() {
    return WordList.beside(Symbols.class, "symbols.list").stream()
        .collect(
            Collectors.toUnmodifiableMap(
                words -> words.get(0), words -> words.subList(1, words.size())));
  }

  /** What {@code System.map} tells; empty if the text is none. */
  static Optional<Map<String, Told>> ofMap(String text) {
    Matcher line = LINE.matcher(text);
    Set<String> there = new HashSet<>();
    int count = 0;
    while (line.find()) {
      count++;
      if (ASKED.contains(line.group(1))) {
        there.add(line.group(1));
      }
    }
    return count < FEWEST ? Optional.empty() : Optional.of(told(there, "System.map"));
  }

  /**
   * @param there those of the kernel's symbols that the table has
   * @param list where they are listed
   */
  static Map<String, Told> told(Set<String> there, String list) {
    Map<String, Told> told = new HashMap<>();
    BY_OPTION.forEach(
        (option, names) ->
            told.put(
                option,
                names.stream()
                    .filter(there::contains)
                    .findFirst()
                    .map(name -> new Told("y", "symbol " + name + " of " + list))
                    .orElse(new Told("n", "no symbol " + names.get(0) + " in " + list))));
    return told;
  }
}
