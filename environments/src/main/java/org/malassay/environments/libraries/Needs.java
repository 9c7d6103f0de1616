package org.malassay.environments.libraries;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.malassay.elf.ElfLinks;

/**
 * The versions of symbols that each library must define, as far as is known. It only grows: a
 * library that is chosen brings needs of its own, of libraries that may have been chosen before.
 */
final class Needs {
  /** More than libraries that need one another have links in their chain. */
  static final int MOST_ROUNDS = 16;

  private final Map<String, Set<String>> versions = new HashMap<>();
  private boolean grown;

  Needs(ElfLinks program) {
    add(program);
    grown = false;
  }

  void add(ElfLinks file) {
    file.versionsNeeded()
        .forEach(
            (library, needed) ->
                grown |= versions.computeIfAbsent(library, name -> new HashSet<>()).addAll(needed));
  }

  Set<String> of(String library) {
    return Set.copyOf(versions.getOrDefault(library, Set.of()));
  }

  /** Whether more is known than when the round began. */
  boolean hasGrown() {
    return grown;
  }

  Needs again() {
    grown = false;
    return this;
  }
}
