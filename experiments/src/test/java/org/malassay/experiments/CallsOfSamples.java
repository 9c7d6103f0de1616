package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.SystemCall;

/**
 * What harmless samples ask of the kernel, told alike by all environments that serve it: each call
 * with what it is about and its error.
 */
final class CallsOfSamples {
  private static final Map<String, List<String>> EXPECTED =
      Map.of(
          "deletes-itself",
          List.of("execve /tmp/deletes-itself", "unlink /tmp/deletes-itself"),
          "changes-page",
          List.of(
              "openat /var/www/html/index.html",
              "write /var/www/html/index.html",
              "close /var/www/html/index.html"),
          "talks-then-forks",
          List.of(
              "execve /tmp/talks-then-forks",
              "socket",
              "connect 127.0.0.1:80",
              "sendto 127.0.0.1:80",
              "recvfrom 127.0.0.1:80",
              "close 127.0.0.1:80"));

  /** By which qemu-user, or another C library, asks for the same. */
  private static final Map<String, String> SAME =
      Map.of("send", "sendto", "recv", "recvfrom", "open", "openat");

  private CallsOfSamples() {}

  /** The samples that all environments run. */
  static Iterable<String> names() {
    return EXPECTED.keySet();
  }

  /** Asserts that a sample's calls are in its log, in their order. */
  static void assertTold(String sample, Path evidence) throws IOException {
    List<String> told = new ArrayList<>();
    EventLog.read(
        evidence.resolve(EventLog.FILE),
        event -> {
          if (event instanceof SystemCall call) {
            told.add(inWords(call));
          }
        });
    assertThat(told).as(sample).containsSubsequence(EXPECTED.get(sample));
  }

  private static String inWords(SystemCall call) {
    List<String> words = new ArrayList<>();
    words.add(SAME.getOrDefault(call.name(), call.name()));
    call.path().or(() -> call.endpoint().map(Endpoint::toString)).ifPresent(words::add);
    call.error().ifPresent(words::add);
    return String.join(" ", words);
  }
}
