package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.environments.host.Tools;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.program.ElfProgram;
import org.malassay.firmware.survey.ImageAnalysis;
import org.malassay.firmware.survey.ReadAndJudged;
import org.malassay.options.Options;

/**
 * How long a firmware image takes: a squashfs of 32 MB and more with 1,500 files, of which 400 are
 * ELF files of this machine, and a second one that shares nine tenths of them; and how many ELF
 * files a second that is, and checksec does, where it is there. {@code -Dbenchmark.compression=xz}
 * packs as that does. Needs mksquashfs.
 */
final class FirmwareBenchmark {
  private static final int FILES = 1500;
  private static final int ELF = 400;

  /** What 400 ELF files have together, so that the image has 32 MB and more. */
  private static final long ELF_BYTES = 68L << 20;

  private static final long OTHER_BYTES = 20L << 20;
  private static final int CHECKED = 40;
  private static final int TURNS = Integer.getInteger("benchmark.turns", 3);
  private static final double SECOND = 1e9;
  private static final double MEBIBYTE = 1 << 20;

  private FirmwareBenchmark() {}

  static void run(PrintStream out) throws Exception {
    out.printf("%s; load %s%n", Workbench.machine(), Workbench.load());
    try (Workbench bench = Workbench.open()) {
      Path tree = Files.createDirectory(bench.folder().resolve("tree"));
      List<Path> elf = new ArrayList<>();
      fill(tree, elf);
      Path first = pack(tree, bench.folder().resolve("first.squashfs"));
      for (int i = 0; i < FILES; i += 10) { // every tenth, ELF files and others
        change(tree, i);
      }
      Path second = pack(tree, bench.folder().resolve("second.squashfs"));
      double[] cold = new double[TURNS];
      double[] warm = new double[TURNS];
      ImageFacts facts = analysis(bench, "warm-up").of(image(first)); // the virtual machine, too
      for (int i = 0; i < TURNS; i++) {
        ImageAnalysis analysis = analysis(bench, "cache-" + i);
        cold[i] = seconds(analysis, first);
        warm[i] = seconds(analysis, second);
      }
      out.printf(
          Locale.ROOT,
          "first image, %.1f MB, %d files, %d ELF: %.2f s (asked 6 s)%n"
              + "second image, nine tenths shared: %.2f s (asked 1.5 s)%n"
              + "%d processors, at most %.0f MiB of memory%n",
          Files.size(first) / 1e6,
          facts.files(),
          facts.programs().size(),
          Workbench.median(cold),
          Workbench.median(warm),
          Runtime.getRuntime().availableProcessors(),
          Runtime.getRuntime().maxMemory() / MEBIBYTE);
      checksec(elf, facts.programs().size() / Workbench.median(cold), out);
    }
  }

  private static ImageAnalysis analysis(Workbench bench, String cache) {
    return ReadAndJudged.of(
        Options.of(Map.of("firmware.cache", bench.folder().resolve(cache).toString())));
  }

  private static FirmwareImage image(Path file) {
    return new FirmwareImage(file.getFileName().toString(), file, "", "", "", Optional.empty());
  }

  private static double seconds(ImageAnalysis analysis, Path image) throws IOException {
    long start = System.nanoTime();
    analysis.of(image(image));
    return (System.nanoTime() - start) / SECOND;
  }

  private static void fill(Path tree, List<Path> elf) throws IOException {
    Path binaries = Files.createDirectories(tree.resolve("bin"));
    Path others = Files.createDirectories(tree.resolve("share"));
    copy(chosen(true, ELF, ELF_BYTES, "/usr/bin", "/usr/sbin", "/usr/lib"), binaries, 0, elf);
    copy(
        chosen(false, FILES - ELF, OTHER_BYTES, "/usr/share", "/etc", "/usr/include"),
        others,
        ELF,
        new ArrayList<>());
  }

  private static void copy(List<Path> files, Path to, int from, List<Path> copies)
      throws IOException {
    for (int i = 0; i < files.size(); i++) {
      Path copy = to.resolve("%05d".formatted(from + i));
      Files.copy(files.get(i), copy);
      copies.add(copy);
    }
  }

  /** So many files, evenly of all sizes, that have about so many bytes together. */
  private static List<Path> chosen(boolean elf, int count, long bytes, String... folders)
      throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files
            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .filter(file -> Files.isReadable(file) && size(file) > 0 && isElf(file) == elf)
            .forEach(all::add);
      } catch (UncheckedIOException e) {
        // A folder that may not be read, or goes away meanwhile.
      }
    }
    all.sort(Comparator.comparingLong(FirmwareBenchmark::size).thenComparing(it -> it));
    if (all.size() < count) {
      throw new IOException(
          "this machine has %d files of %s, and %d are needed"
              .formatted(all.size(), elf ? "ELF" : "other kinds", count));
    }
    // The window of sizes whose evenly taken files have as many bytes as wanted.
    int most = all.size();
    while (most > count && sum(evenly(all.subList(0, most), count)) > bytes) {
      most = Math.max(count, most - Math.max(1, most / 100));
    }
    int least = 0;
    while (most - least > count && sum(evenly(all.subList(least, most), count)) < bytes) {
      least = Math.min(most - count, least + Math.max(1, most / 100));
    }
    return evenly(all.subList(least, most), count);
  }

  private static List<Path> evenly(List<Path> all, int count) {
    List<Path> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(all.get((int) ((long) i * all.size() / count)));
    }
    return some;
  }

  private static long sum(List<Path> files) {
    return files.stream().mapToLong(FirmwareBenchmark::size).sum();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      return false;
    }
  }

  /** Another content: a byte behind its end. */
  private static void change(Path tree, int number) throws IOException {
    Path file = tree.resolve(number < ELF ? "bin" : "share").resolve("%05d".formatted(number));
    byte[] bytes = Files.readAllBytes(file);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = 1;
    Files.delete(file); // it may be read-only, as that it is a copy of
    Files.write(file, longer);
  }

  private static Path pack(Path tree, Path image) throws Exception {
    Tools.run(
        List.of(
            "mksquashfs",
            tree.toString(),
            image.toString(),
            "-comp",
            System.getProperty("benchmark.compression", "gzip"),
            "-all-root",
            "-no-progress"),
        tree,
        Duration.ofMinutes(10),
        line -> {});
    return image;
  }

  /**
   * @param ours how many ELF files a second the survey does, of an image
   */
  private static void checksec(List<Path> elf, double ours, PrintStream out) throws Exception {
    int number = Math.min(CHECKED, elf.size());
    List<Path> some = evenly(elf, number);
    double[] alone = new double[TURNS];
    for (int i = 0; i < TURNS; i++) {
      long start = System.nanoTime();
      for (Path file : some) {
        if (ElfProgram.read(Files.readAllBytes(file)).isEmpty()) {
          throw new IOException(file + " is no ELF file");
        }
      }
      alone[i] = number / ((System.nanoTime() - start) / SECOND);
    }
    out.printf(
        Locale.ROOT,
        "ELF files a second: %.0f with all that a survey does (unpacking, similarity, components);"
            + " %.0f by one thread that reads their mitigations alone, %d unpacked ones%n",
        ours,
        Workbench.median(alone),
        number);
    if (!Files.isExecutable(Path.of("/usr/bin/checksec"))) {
      out.println("there is no checksec to compare it with");
      return;
    }
    long start = System.nanoTime();
    for (Path file : some) {
      Tools.run(
          List.of("checksec", "--file=" + file),
          file.getParent(),
          Duration.ofMinutes(1),
          line -> {});
    }
    double theirs = number / ((System.nanoTime() - start) / SECOND);
    out.printf(
        Locale.ROOT,
        "checksec does %.1f of the same a second: the mitigations alone are %.0f times as fast"
            + " (asked 50), with all else %.0f times%n",
        theirs,
        Workbench.median(alone) / theirs,
        ours / theirs);
  }
}
