package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The system calls that the recorder tells: what its {@code calls.tbl} says of them. */
final class CallTable {
  static final String RESOURCE = "/org/malassay/environments/recorder/calls.tbl";

  /** ARM's private calls, which have numbers from 0xf0000 on, are told by these. */
  private static final int PRIVATE = 0xF0000;

  private static final int PRIVATE_TOLD = 496;
  private static final int OTHER_TOLD = 511;

  private static final CallTable LINUX = read();

  private final Map<Abi, Map<Integer, Call>> calls;

  /** Those of ARM that are told, and not only counted, by their names. */
  private final Map<String, Integer> told;

  private final Map<Integer, String> namesOfArm;
  private final Set<String> counted;

  private CallTable(
      Map<Abi, Map<Integer, Call>> calls,
      Map<String, Integer> told,
      Map<Integer, String> namesOfArm) {
    this.calls = calls;
    this.told = told;
    this.namesOfArm = Map.copyOf(namesOfArm);
    this.counted = Set.copyOf(namesOfArm.values());
  }

  /**
   * A system call.
   *
   * @param name on ARM, where it has one
   * @param arguments a word of calls.tbl for each
   */
  record Call(String name, List<String> arguments) {
    Call {
      arguments = List.copyOf(arguments);
    }

    /** True when its first argument is a descriptor. */
    boolean isAboutDescriptor() {
      return !arguments.isEmpty() && arguments.get(0).equals("fd");
    }
  }

  /** The call of a number as the recorder tells it, one without a name if there is none. */
  static Call find(Abi abi, int number) {
    Call call = LINUX.calls.getOrDefault(abi, Map.of()).get(number);
    if (call != null) {
      return call;
    }
    String name = number >= OTHER_TOLD ? "other" : Integer.toString(number);
    return new Call(
        (abi == Abi.I386 ? "i386_" : "call_") + name,
        List.of("hex", "hex", "hex", "hex", "hex", "hex"));
  }

  /** The number of a call of ARM that is told; empty when there is none of the name. */
  static Optional<Integer> told(String name) {
    return Optional.ofNullable(LINUX.told.get(name));
  }

  /** The name that a call of ARM is counted by; one for all that Linux does not have. */
  static String counted(String name) {
    return LINUX.counted.contains(name) ? name : find(Abi.ARM, OTHER_TOLD).name();
  }

  /** The calls of ARM by the numbers that programs make them by, the private ones included. */
  static Map<Integer, String> namesOfArm() {
    return LINUX.namesOfArm;
  }

  private static CallTable read() {
    Map<Abi, Map<Integer, Call>> calls = new EnumMap<>(Abi.class);
    Map<String, Integer> told = new HashMap<>();
    Map<Integer, String> namesOfArm = new HashMap<>();
    List<Abi> columns = List.of(Abi.ARM, Abi.X86_64, Abi.ARM64);
    columns.forEach(abi -> calls.put(abi, new HashMap<>()));
    text()
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              List<String> words = List.of(line.strip().split(" +", -1));
              Call call = new Call(words.get(0), words.subList(5, words.size()));
              if (!words.get(1).equals("-")) {
                namesOfArm.put(Integer.decode(words.get(1)), call.name());
              }
              if (!words.get(1).equals("-") && !words.get(4).equals("count")) {
                told.put(call.name(), told(Integer.decode(words.get(1))));
              }
              for (int i = 0; i < columns.size(); i++) {
                String number = words.get(1 + i);
                if (!number.equals("-")) {
                  Objects.requireNonNull(calls.get(columns.get(i)))
                      .put(told(Integer.decode(number)), call);
                }
              }
            });
    return new CallTable(calls, told, namesOfArm);
  }

  private static int told(int number) {
    return number >= PRIVATE ? PRIVATE_TOLD + number - PRIVATE : number;
  }

  private static String text() {
    try (InputStream in = CallTable.class.getResourceAsStream(RESOURCE)) {
      return new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
