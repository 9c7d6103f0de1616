package org.malassay.experiments;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.options.OptionException;

/**
 * The project's own samples: what a run studies when nobody gives it others.
 *
 * <p>They are built from the sources in {@code experiments/samples}, so they can be had in a
 * checkout of the project only; whoever uses the jars alone brings samples.
 *
 * @param folder the built samples, one file each, none of them executable on the host
 * @param expectations the CSV file that says which verdict and cause is expected of each
 * @param warning what is missing from them, if anything is: programs that Debian's archive does not
 *     give now; one sentence with the reason and what mends it
 */
public record HarmlessSamples(Path folder, Path expectations, Optional<String> warning) {

  /** The system property that holds the root of the checkout. Set by the build. */
  static final String ROOT = "malassay.root";

  /**
   * Builds the samples into {@code experiments/target/samples}, unless they are up to date there.
   * Needs cross compilers, and the first time Debian's archive; what that does not give is left
   * out.
   *
   * @throws OptionException if this is not a checkout of the project
   * @throws IOException if they cannot be built; the message says what is missing and what mends it
   */
  public static HarmlessSamples build() throws IOException {
    return build(root());
  }

  /**
   * The root of the checkout.
   *
   * @throws OptionException if this is none
   */
  static Path root() {
    String root = System.getProperty(ROOT);
    if (root == null) {
      throw notACheckout("the system property " + ROOT + " is not set");
    }
    return Path.of(root);
  }

  static HarmlessSamples build(Path root) throws IOException {
    Path sources = root.resolve("experiments/samples");
    Path script = sources.resolve("build.sh");
    if (!Files.isRegularFile(script)) {
      throw notACheckout("there is no " + script);
    }
    Path folder = root.resolve("experiments/target/samples");
    run("samples", script, List.of(folder.toString()));
    List<LeftOut> leftOut = LeftOut.read(leftOut(folder));
    try (Stream<Path> built = Files.list(folder)) {
      return new HarmlessSamples(
          folder,
          sources.resolve("expected.csv"),
          LeftOut.summary(leftOut, (int) built.count() + leftOut.size()));
    }
  }

  /**
   * One of the samples.
   *
   * @throws IOException if it was left out; the message says why
   */
  public Path sample(String name) throws IOException {
    for (LeftOut missing : LeftOut.read(leftOut(folder))) {
      if (missing.sample().equals(name)) {
        throw new IOException(missing.message());
      }
    }
    return folder.resolve(name);
  }

  private static Path leftOut(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".left-out");
  }

  static OptionException notACheckout(String why) {
    return new OptionException(
        "Malassay's own samples are built from its sources, which are not here: %s. Name samples of your own by -Dsamples=DIR"
            .formatted(why));
  }

  /** Runs a script of the checkout; the message of its failure begins with what cannot be built. */
  static void run(String what, Path script, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("Malassay's own %s cannot be built. %s".formatted(what, output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the %s were being built".formatted(what));
    } finally {
      process.destroy();
    }
  }
}
