package org.malassay.experiments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;

/** A service of a user, by a file of workloads: the web server of busybox. */
@Tag("guest")
@Tag("slow")
@Timeout(1200) // the first one builds the image
class UsersServiceIT {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));

  /** It forks for each connection, and waits in accept for the next. */
  private static final String HTTPD =
      """
      service: busybox-httpd
      start: [/usr/bin/busybox, httpd, -f, -p, "8081", -h, /run/malassay-workload/www]
      port: 8081
      files:
        /run/malassay-workload/page: |
          <html>page</html>
      prepare: mkdir www && cp page www/index.html
      stop: |
        for p in /proc/[0-9]*; do
          if tr '\\0' ' ' < $p/cmdline | grep -q '^/usr/bin/busybox httpd '; then kill -KILL ${p#/proc/}; fi
        done 2> /dev/null; true
      workloads:
        page:
          - ask: "GET / HTTP/1.0\\n\\n"
            expect: <html>page</html>
        not-found:
          - ask: "GET /absent HTTP/1.0\\n\\n"
            expect: HTTP/1.1 404
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @Test
  void itWorksUnderTheProfileThatIsWrittenAndAnExploitIsRefused() throws Throwable {
    Path file = Files.writeString(folder.resolve("httpd.yaml"), HTTPD);
    Options options =
        Options.of(
            Map.of(
                "profile",
                "/usr/bin/busybox",
                "profile.workloads",
                file.toString(),
                "profile.out",
                folder.resolve("out").toString()));
    try (ProfileStudy study =
        ProfileStudy.open(options, ROOT, ProfileTests.workloads(options, ROOT))) {
      List<DynamicNode> tests =
          new ProfileTests(study, options, new PrintStream(console, true, StandardCharsets.UTF_8))
              .tests()
              .toList();
      assertThat(tests)
          .extracting(DynamicNode::getDisplayName)
          .containsExactly(
              "seen: page",
              "seen: not-found",
              "profile",
              "under the profile: page",
              "under the profile: not-found",
              "an exploit under the profile",
              "files");
      for (DynamicNode test : tests) {
        ((DynamicTest) test).getExecutable().execute();
      }
      // Without the filter the stand-in has its shell, so that the test above can fail.
      assertThat(study.exploit(Optional.empty()).failures())
          .anySatisfy(it -> assertThat(it).contains("[ ! -e shell ]"));
    }

    JsonNode profile =
        new ObjectMapper().readTree(folder.resolve("out/busybox-httpd/profile.json").toFile());
    Set<String> page = words(profile.path("seen").path("page"));
    Set<String> notFound = words(profile.path("seen").path("not-found"));
    Set<String> reachable = words(profile.path("reachable"));
    assertThat(page).contains("accept", "sendfile64", "openat").doesNotContain("execve");
    assertThat(notFound).contains("accept", "openat").doesNotContain("sendfile64", "execve");
    assertThat(reachable).containsAll(page).containsAll(notFound).contains("execve");

    Set<String> union = new TreeSet<>(reachable);
    union.addAll(page);
    union.addAll(notFound);
    union.removeAll(Set.of("execve", "execveat"));
    assertThat(words(profile.path("allowed"))).isEqualTo(union);
    assertThat(profile.path("files"))
        .hasSizeGreaterThan(2); // the program, the C library, the loader
    assertThat(folder.resolve("out/busybox-httpd/calls.h")).isNotEmptyFile();
  }

  private static Set<String> words(JsonNode words) {
    return StreamSupport.stream(words.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
