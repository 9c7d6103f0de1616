package org.malassay.experiments.profile;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.malassay.options.OptionException;

/**
 * A service and the workloads that it is watched under, as a file has them.
 *
 * @param service its name: letters, digits, hyphens
 * @param start the program's path in the image, and its arguments; it stays in the foreground
 * @param port of the guest's loopback where it then listens
 * @param files by path, what is written before
 * @param prepare a shell's script, run before, in the folder of the workload
 * @param stop a script that ends the service
 * @param workloads by name, the steps of each
 */
record ServiceFile(
    String service,
    List<String> start,
    int port,
    Map<String, String> files,
    String prepare,
    String stop,
    Map<String, List<Step>> workloads) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,40}");
  private static final int MOST_BYTES = 1 << 20;
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  ServiceFile {
    Objects.requireNonNull(service, "service: it is missing");
    Objects.requireNonNull(prepare, "prepare: it is missing");
    Objects.requireNonNull(stop, "stop: it is missing");
    files = Map.copyOf(Objects.requireNonNull(files, "files: they are missing"));
    start = List.copyOf(Objects.requireNonNull(start, "start: it is missing"));
    workloads =
        Collections.unmodifiableMap(
            new LinkedHashMap<>(Objects.requireNonNull(workloads, "workloads: they are missing")));
    if (!NAME.matcher(service).matches()) {
      throw new IllegalArgumentException("service: not a name of lower-case letters and digits");
    }
    if (start.isEmpty() || !start.get(0).startsWith("/")) {
      throw new IllegalArgumentException("start: does not begin with the path of a program");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: not from 1 to 65535");
    }
    if (workloads.isEmpty()) {
      throw new IllegalArgumentException("workloads: there are none");
    }
    workloads.forEach(
        (name, steps) -> {
          if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "workloads: %s is not a name of lower-case letters and digits".formatted(name));
          }
          if (steps == null || steps.isEmpty()) {
            throw new IllegalArgumentException("workloads: %s has no steps".formatted(name));
          }
        });
  }

  /**
   * One step: the service is asked, or a script is run.
   *
   * @param ask what is sent to it, the ends of lines made those of HTTP; then the answer is read
   *     until its end
   * @param expect what must be in the first 48 KiB of the answer
   * @param times how often
   * @param bytes how many of them the answer has at least
   * @param run a script that must end with 0
   */
  record Step(
      @Nullable String ask,
      @Nullable String expect,
      @Nullable Integer times,
      @Nullable Integer bytes,
      @Nullable String run) {
    Step {
      if ((ask == null) == (run == null)) {
        throw new IllegalArgumentException("a step has either ask or run");
      }
      if (ask != null && expect == null) {
        throw new IllegalArgumentException("a step with ask has no expect");
      }
    }

    /** The first line of what it does. */
    String words() {
      return firstLine(ask == null ? run : ask);
    }

    static Step asking(String ask, String expect) {
      return new Step(ask, expect, null, null, null);
    }

    static Step running(String script) {
      return new Step(null, null, null, null, script);
    }
  }

  /**
   * Reads a file.
   *
   * @throws OptionException if it cannot be read, or is none; the message names it
   */
  static ServiceFile read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new OptionException(message(file, "it is larger than 1 MiB"));
      }
      return YAML.readValue(file.toFile(), ServiceFile.class);
    } catch (IOException e) {
      Throwable cause = e.getCause();
      boolean ours =
          cause instanceof IllegalArgumentException || cause instanceof NullPointerException;
      throw new OptionException(
          message(file, firstLine((ours && cause != null ? cause : e).getMessage())), e);
    }
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  private static String message(Path file, String why) {
    return "-D%s=%s cannot be used: %s (experiments/profile/README.md says what is in it)"
        .formatted(ProfileOptions.WORKLOADS.name(), file, why);
  }

  String program() {
    return start.get(0);
  }

  /** How the first workload that asks does so; empty if none does. */
  List<Step> asks() {
    return workloads.values().stream()
        .map(steps -> steps.stream().filter(step -> step.ask() != null).toList())
        .filter(asks -> !asks.isEmpty())
        .findFirst()
        .orElse(List.of());
  }
}
