package org.malassay.environments.libraries;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Paths of a guest as text: they mean nothing on this machine. */
final class Paths {
  private Paths() {}

  /**
   * The absolute path without {@code .} and empty names; empty where it goes up, or is the root.
   */
  static Optional<String> normal(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        return Optional.empty();
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names.isEmpty() ? Optional.empty() : Optional.of("/" + String.join("/", names));
  }

  /** Whether a path is another one, or leads through it. */
  static boolean isWithin(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/");
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
