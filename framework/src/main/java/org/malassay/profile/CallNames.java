package org.malassay.profile;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The names of Linux's system calls on 32-bit ARM (EABI), by their numbers. */
public final class CallNames {
  private final Map<Integer, String> names;
  private final Map<String, Integer> numbers = new TreeMap<>();

  private CallNames(Map<Integer, String> names) {
    this.names = Map.copyOf(names);
    this.names.forEach((number, name) -> numbers.put(name, number));
  }

  /** Those of a table; ARM's private ones have numbers from 0xf0000 on. */
  public static CallNames of(Map<Integer, String> names) {
    return new CallNames(names);
  }

  /** The name of a number; empty when there is no such call. */
  public Optional<String> name(int number) {
    return Optional.ofNullable(names.get(number));
  }

  /** The number of a name; empty when there is no such call. */
  public OptionalInt number(String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
