package org.malassay.environments.host;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program for guests of 32-bit ARM that stands where samples do, of one file. */
public final class ArmProgram {
  private static final Logger LOG = LoggerFactory.getLogger(ArmProgram.class);
  private static final String MACHINE = "armv7l";
  private static final String PROGRAM = "program";
  private static final Duration COMPILATION = Duration.ofMinutes(3);

  private ArmProgram() {}

  /**
   * Compiles one, statically.
   *
   * @param recipe that has the file
   * @throws IOException if it cannot be; the message says what mends it
   */
  public static byte[] compile(Recipe recipe, String source) throws IOException {
    String compiler =
        Tools.compilerFor(MACHINE)
            .orElseThrow(
                () ->
                    new IOException(
                        "%s cannot be compiled, for this machine lacks %s: run again with -Dsetup, which installs it"
                            .formatted(source, Tools.compilerPackageFor(MACHINE))));
    try (Workshop workshop = Workshop.of(recipe)) {
      Tools.run(
          List.of(
              compiler,
              "-static",
              "-s",
              "-O2",
              "-D_FILE_OFFSET_BITS=64",
              "-D_TIME_BITS=64",
              "-pthread",
              "-o",
              PROGRAM,
              source),
          workshop.folder(),
          COMPILATION,
          LOG::debug);
      return Files.readAllBytes(workshop.folder().resolve(PROGRAM));
    }
  }
}
