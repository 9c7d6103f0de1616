package org.malassay.container;

/** File names that are safe in a guest. */
final class SafeNames {
  private SafeNames() {}

  /** A name of letters, digits, dots, hyphens and underscores only; never empty. */
  static String fileName(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^\\.+", "_");
    return safe.isEmpty() ? "sample" : safe.substring(0, Math.min(safe.length(), 128));
  }
}
