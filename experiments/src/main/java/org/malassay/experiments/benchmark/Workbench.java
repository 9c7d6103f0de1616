package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environments.host.Digests;
import org.malassay.experiments.HarmlessSamples;
import org.malassay.files.Folders;
import org.malassay.options.Option;
import org.malassay.run.Median;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;

/** What the benchmarks share: a folder that goes with them, samples, and a way to run tests. */
record Workbench(Path folder) implements AutoCloseable {
  /**
   * Of the words of {@code /proc/stat}: the times of user, nice, system, idle, iowait, irq and
   * softirq.
   */
  private static final int FIRST_TIME = 1;

  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;
  private static final int LAST_TIME = 7;
  private static final int TICKS_A_SECOND = 100;

  static Workbench open() throws IOException {
    return new Workbench(Files.createTempDirectory("malassay-benchmark"));
  }

  /** The same program under many digests: bytes behind the end of an ELF file are not loaded. */
  Path copies(String sample, int count) throws IOException {
    Path folder = Files.createTempDirectory(this.folder, "samples");
    byte[] bytes = Files.readAllBytes(HarmlessSamples.build().folder().resolve(sample));
    for (int i = 0; i < count; i++) {
      byte[] copy = Arrays.copyOf(bytes, bytes.length + 4);
      copy[bytes.length] = (byte) i;
      copy[bytes.length + 1] = (byte) (i >> 8);
      Path file = Files.write(folder.resolve("copy-%05d".formatted(i)), copy);
      // "docker cp" brings the mode along; the program does nothing but exit
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return folder;
  }

  /** Runs tests one after the other, as JUnit would. */
  static void execute(List<? extends DynamicNode> nodes) throws Throwable {
    for (DynamicNode node : nodes) {
      if (node instanceof DynamicContainer container) {
        execute(container.getChildren().toList());
      } else if (node instanceof DynamicTest test) {
        test.getExecutable().execute();
      }
    }
  }

  /** The environment of this name. */
  static EnvironmentProvider provider(String environment) {
    return ServiceLoader.load(EnvironmentProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(it -> it.name().equals(environment))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no environment is named " + environment));
  }

  /** The option of this name of an environment. */
  static Option<?> option(String environment, String name) {
    return provider(environment).options().stream()
        .filter(option -> option.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no option is named " + name));
  }

  /**
   * How long the processors of this host have been busy since it was started, all of them together:
   * the first line of {@code /proc/stat} without its times of idling (proc(5)).
   */
  static double busySeconds() throws IOException {
    String[] words = Files.readAllLines(Path.of("/proc/stat")).get(0).strip().split(" +", -1);
    long ticks = 0;
    for (int i = FIRST_TIME; i < Math.min(words.length, LAST_TIME + 1); i++) {
      ticks += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(words[i]);
    }
    return (double) ticks / TICKS_A_SECOND;
  }

  /** A program that is not in any corpus. */
  static Sample sample(Path program) throws IOException {
    return new Sample(
        program.getFileName().toString(),
        program,
        HexFormat.of().formatHex(Digests.sha256().digest(Files.readAllBytes(program))),
        "0".repeat(32),
        Files.size(program),
        FileFacts.of(FileFacts.FileType.DATA));
  }

  /** What it was measured on. */
  static String machine() throws IOException {
    String cpu =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown processor");
    return "%s, %d processors, Linux %s, Java %s"
        .formatted(
            cpu,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            Runtime.version());
  }

  /** How busy it is: the means of the processes that run, over 1, 5 and 15 minutes (proc(5)). */
  static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" [0-9]+/", 2)[0];
  }

  /** The value in the middle; not a number when there is none. */
  static double median(double... values) {
    return Median.of(Arrays.stream(values)).orElse(Double.NaN);
  }

  @Override
  public void close() throws IOException {
    Folders.delete(folder);
  }
}
