package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Facet;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.Assay;
import org.malassay.options.Options;

/** A defence of a user's own: nothing is executed where everybody may write. */
@Tag("slow") // makes a template
class OwnDefenceIT extends RaspbianHarness {
  private static final String INSTALL =
      """
      set -eu
      mount --bind /tmp /tmp
      mount -o remount,bind,noexec /tmp
      """;

  @Override
  protected Environment open(Limits limits) throws Exception {
    Path folder = Files.createTempDirectory("malassay-own");
    Path install = Files.writeString(folder.resolve("install.sh"), INSTALL);
    try {
      return new RaspbianProvider()
          .open(
              new Opening(
                  Options.of(Map.of("raspbian.defence", folder.toString())),
                  limits,
                  "it",
                  EnumSet.allOf(Facet.class),
                  List.of("own"),
                  /* logins= */ true));
    } finally {
      Files.delete(install);
      Files.delete(folder);
    }
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(60);
  }

  /** The session's own file lies in such a folder, too, and is typed all the same. */
  @Test
  void itRefusesWhatASessionBringsAndNotTheSession() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "session",
                    """
                    #!/usr/local/sbin/malassay-login
                    # commands:
                    cp /bin/true /tmp/brought; /tmp/brought || echo "brought $?"
                    cp /bin/true /root/brought; /root/brought && echo elsewhere "$?"
                    """));

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stdout().text().lines())
        .contains("brought 126", "elsewhere 0")
        .anyMatch(line -> line.endsWith("/tmp/brought: Permission denied"));
  }
}
