package org.malassay.environments.libraries;

import java.util.List;

/**
 * What a program needs that its guest lacks.
 *
 * @param placed what is to be put into the guest
 * @param lacking what cannot be, each with the reason: hostile text
 */
record Resolution(List<Placed> placed, List<String> lacking) {
  static final Resolution NOTHING = new Resolution(List.of(), List.of());

  Resolution {
    placed = List.copyOf(placed);
    lacking = List.copyOf(lacking);
  }

  /**
   * A library and where it goes.
   *
   * @param path in the guest, where nothing is
   */
  record Placed(String path, Library library) {}
}
