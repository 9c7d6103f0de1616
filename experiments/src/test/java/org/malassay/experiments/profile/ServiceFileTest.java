package org.malassay.experiments.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class ServiceFileTest {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));
  private static final String ECHO =
      """
      service: echo
      start: [/usr/sbin/echod, -f]
      port: 8081
      files: {}
      prepare: "true"
      stop: kill $(cat pid)
      workloads:
        words:
          - ask: "hello\\n"
            expect: hello
          - run: kill -HUP $(cat pid)
      """;

  @TempDir Path folder;

  private ServiceFile read(String text) throws Exception {
    return ServiceFile.read(Files.writeString(folder.resolve("service.yaml"), text));
  }

  @Test
  void nginxsWorkloadsAreRead() {
    ServiceFile nginx =
        ServiceFile.read(ProfileTests.workloads(Options.of(Map.of("profile", "nginx")), ROOT));
    assertThat(nginx.program()).isEqualTo("/usr/sbin/nginx");
    assertThat(nginx.workloads())
        .containsKeys(
            "requests",
            "not-found",
            "post",
            "range",
            "pipelining",
            "large",
            "reload",
            "reopening-logs",
            "crash-of-worker",
            "stop",
            "shutdown");
  }

  @Test
  void theStepsAreReadInTheirOrder() throws Exception {
    ServiceFile echo = read(ECHO);
    assertThat(echo.workloads().get("words"))
        .containsExactly(
            ServiceFile.Step.asking("hello\n", "hello"),
            ServiceFile.Step.running("kill -HUP $(cat pid)"));
  }

  @Test
  void anExploitStrikesInTheFirstWorkloadThatAsks() throws Exception {
    ServiceFile echo =
        read(ECHO.replace("workloads:\n", "workloads:\n  silent:\n    - run: sleep 1\n"));
    assertThat(echo.asks()).containsExactly(ServiceFile.Step.asking("hello\n", "hello"));
    assertThat(read(ECHO.replaceAll("(?s)- ask.*hello\\n *- run", "- run")).asks()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          service: echo           | service: ../echo    | service: not a name of lower-case letters
          start: [/usr/sbin/echod | start: [echod       | start: does not begin with the path of a
          port: 8081              | port: 80810         | port: not from 1 to 65535
          files: {}               | files: {}\\nfile: {} | Unrecognized field "file"
          prepare: "true"         | ''                  | prepare: it is missing
          expect: hello           | times: 2            | a step with ask has no expect
          expect: hello           | expect: hello\\n      run: x | a step has either ask or run
          words:                  | Words:              | workloads: Words is not a name
          service: echo           | service: [a]        | Cannot deserialize value
          """)
  void whatIsWrongIsNamedWithTheFileAndTheOption(String right, String wrong, String message)
      throws Exception {
    assertThat(ECHO).contains(right);
    String text = ECHO.replace(right, wrong.replace("\\n", "\n"));
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("-Dprofile.workloads=" + folder.resolve("service.yaml"))
        .hasMessageContaining(message)
        .hasMessageContaining("experiments/profile/README.md says what is in it");
  }

  @Test
  void aServiceWithoutWorkloadsIsToldHowToHaveThem() {
    assertThatThrownBy(
            () -> ProfileTests.workloads(Options.of(Map.of("profile", "/usr/sbin/x")), ROOT))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("-Dprofile=/usr/sbin/x: the project has no workloads of it")
        .hasMessageContaining("-Dprofile.workloads=FILE");
  }

  @Test
  void aProfileAndARunAreTwoThings() {
    assertThatThrownBy(
            () ->
                ProfileTests.workloads(
                    Options.of(Map.of("profile", "nginx", "env", "container")), ROOT))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Denv and -Dprofile")
        .hasMessageContaining("give one of them");
  }

  @Test
  void aFileOfAnotherServiceIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("echo.yaml"), ECHO);
    Options options = Options.of(Map.of("profile", "nginx", "profile.workloads", file.toString()));
    assertThatThrownBy(() -> ProfileTests.workloads(options, ROOT))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("is of echo, whose program is /usr/sbin/echod");
    Options byPath =
        Options.of(Map.of("profile", "/usr/sbin/echod", "profile.workloads", file.toString()));
    assertThat(ProfileTests.workloads(byPath, ROOT)).isEqualTo(file);
  }
}
