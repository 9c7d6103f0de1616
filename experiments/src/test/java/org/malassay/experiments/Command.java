package org.malassay.experiments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A command of the host, with an empty standard input and both of its outputs as one. */
record Command(List<String> words, Optional<Path> folder, Map<String, String> environment) {

  record Outcome(int status, String output) {}

  static Command of(String... words) {
    return new Command(List.of(words), Optional.empty(), Map.of());
  }

  /** With more words. */
  Command and(String... more) {
    return new Command(
        Stream.concat(words.stream(), Stream.of(more)).toList(), folder, environment);
  }

  Command in(Path there) {
    return new Command(words, Optional.of(there), environment);
  }

  Command with(String name, String value) {
    return with(Map.of(name, value));
  }

  Command with(Map<String, String> variables) {
    Map<String, String> more = new HashMap<>(environment);
    more.putAll(variables);
    return new Command(words, folder, Map.copyOf(more));
  }

  Outcome run() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    folder.map(Path::toFile).ifPresent(builder::directory);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    return new Outcome(process.waitFor(), new String(output, StandardCharsets.UTF_8));
  }
}
