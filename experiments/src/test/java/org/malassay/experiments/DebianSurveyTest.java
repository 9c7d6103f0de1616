package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;
import org.malassay.firmware.Program;
import org.malassay.firmware.survey.ReadAndJudged;
import org.malassay.firmware.survey.Survey;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyPlan;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.firmware.survey.Surveyed;
import org.malassay.options.Options;
import org.malassay.sample.Digest;

/**
 * A survey over more than 300 images made of Debian's releases, whose truth readelf tells. The
 * images are made once, in {@code experiments/target/debian-images}; {@code -Ddebian.images=DIR}
 * names a folder of others that debian-images.sh has made.
 */
@Tag("slow")
class DebianSurveyTest {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));

  /** What Debian's archive has of its three latest releases for devices' architectures. */
  private static final List<String> RELEASES =
      List.of(
          "bullseye:armhf",
          "bullseye:arm64",
          "bookworm:armel",
          "bookworm:armhf",
          "bookworm:arm64",
          "bookworm:mipsel",
          "bookworm:mips64el",
          "trixie:armel",
          "trixie:armhf",
          "trixie:arm64");

  private static final int PRODUCTS = 31;

  private static final List<Surveyed> ROWS = new ArrayList<>();

  /** What readelf says of each ELF file that images were made of, by its SHA-256. */
  private static final Map<String, Told> TRUTH = new HashMap<>();

  /** What readelf says of a file, by checksec's rules. */
  private record Told(boolean pie, boolean library, String relro) {}

  @TempDir static Path surveys;
  private static Path survey = Path.of("");
  private static Path images = Path.of("");

  private static Path pool() {
    return images.resolve(".pool");
  }

  @BeforeAll
  static void surveyed() throws Exception {
    images =
        Optional.ofNullable(System.getProperty("debian.images"))
            .map(Path::of)
            .orElse(ROOT.resolve("experiments/target/debian-images"));
    if (!Files.exists(images.resolve("catalogue.csv"))) {
      List<String> make =
          new ArrayList<>(
              List.of(
                  ROOT.resolve("experiments/survey/debian-images.sh").toString(),
                  images.toString(),
                  String.valueOf(PRODUCTS)));
      make.addAll(RELEASES);
      output(make);
    }
    Options options =
        Options.of(
            Map.of(
                "firmware", images.toString(),
                "firmware.catalogue", images.resolve("catalogue.csv").toString(),
                "firmware.cache", surveys.resolve("cache").toString()));
    SurveyPlan plan = SurveyPlan.of(options, surveys, "debian", Optional.empty(), Map.of());
    PrintStream console = System.out;
    try (Survey running = Survey.open(plan, ReadAndJudged.of(options), console)) {
      running.awaitAll();
      survey = running.directory().path();
      Map<String, String> written = new TreeMap<>();
      for (SurveyReport report : ServiceLoader.load(SurveyReport.class)) {
        written.put(report.name(), report.write(running.directory(), options).toString());
      }
      running.closing(written);
    }
    assertThat(SurveyDirectory.open(survey).forEach(ROWS::add)).isEmpty();
    truth(pool());
  }

  private static String output(List<String> command) throws Exception {
    Path out = Files.createTempFile(surveys, "out", "");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    int status = process.waitFor();
    String text = Files.readString(out, StandardCharsets.ISO_8859_1);
    assertThat(status).as("%s: %s", command.get(0), text).isZero();
    return text;
  }

  private static void truth(Path pool) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(pool)) {
      files =
          all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .filter(DebianSurveyTest::isElf)
              .toList();
    }
    for (Path file : files) {
      String told = output(List.of("readelf", "-hldW", file.toString()));
      boolean shared = told.contains("Type:                              DYN");
      // The C library has an interpreter, too: it can be run, and tells its version.
      boolean program =
          Pattern.compile("\\(FLAGS_1\\).*PIE").matcher(told).find()
              || (told.contains("INTERP") && !told.contains("(SONAME)"));
      boolean now =
          Pattern.compile("\\(FLAGS\\).*BIND_NOW|\\(BIND_NOW\\)|\\(FLAGS_1\\).*NOW")
              .matcher(told)
              .find();
      String relro = !told.contains("GNU_RELRO") ? "NONE" : now ? "FULL" : "PARTIAL";
      TRUTH.put(
          Digest.of(Files.readAllBytes(file)).sha256(),
          new Told(shared && program, shared && !program, relro));
    }
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Program> programs() {
    return ROWS.stream()
        .flatMap(row -> row.facts().orElseThrow().programs().stream())
        .filter(it -> it.kind().equals("program") || it.kind().equals("library"));
  }

  @Test
  void everyImageIsUnderstoodWhole() {
    assertThat(ROWS).hasSizeGreaterThanOrEqualTo(300);
    assertThat(ROWS)
        .allSatisfy(
            row ->
                assertThat(row.outcome()).as(row.image().name()).isEqualTo(Surveyed.Outcome.READ));
  }

  @Test
  void everyElfFileOfTheImagesIsFound() {
    assertThat(programs().map(Program::sha256).distinct().toList())
        .hasSizeGreaterThan(500)
        .allSatisfy(sha256 -> assertThat(TRUTH).containsKey(sha256));
  }

  @Test
  void pieAndRelroAreWhatReadelfSays() {
    List<String> differences = new ArrayList<>();
    programs()
        .forEach(
            program -> {
              Told told = TRUTH.get(program.sha256());
              if (told == null) {
                return;
              }
              Pie pie = program.mitigations().pie();
              if (pie != Pie.UNKNOWN
                  && (told.pie() != (pie == Pie.YES || pie == Pie.STATIC_PIE)
                      || told.library() != (pie == Pie.LIBRARY))) {
                differences.add(program.path() + ": " + pie + ", by readelf " + told);
              }
              Relro relro = program.mitigations().relro();
              if (relro != Relro.UNKNOWN && !relro.name().equals(told.relro())) {
                differences.add(program.path() + ": " + relro + ", by readelf " + told);
              }
            });
    assertThat(differences).isEmpty();
  }

  /** Debian's programs have been PIE since 2017 (stretch); the table is printed for the README. */
  @Test
  void theAdoptionByYearIsThatOfReadelf() {
    Map<Integer, long[]> found = new TreeMap<>();
    Map<Integer, long[]> truth = new TreeMap<>();
    for (Surveyed row : ROWS) {
      int year = row.image().date().orElseThrow().getYear();
      long[] ours = found.computeIfAbsent(year, it -> new long[4]);
      long[] theirs = truth.computeIfAbsent(year, it -> new long[4]);
      row.facts().orElseThrow().programs().stream()
          .filter(it -> it.kind().equals("program") || it.kind().equals("library"))
          .forEach(
              program -> {
                Told told = TRUTH.get(program.sha256());
                if (told == null) {
                  return;
                }
                count(
                    ours,
                    program.mitigations().pie() == Pie.YES
                        || program.mitigations().pie() == Pie.STATIC_PIE,
                    program.mitigations().pie() != Pie.LIBRARY,
                    program.mitigations().relro() == Relro.FULL);
                count(theirs, told.pie(), !told.library(), told.relro().equals("FULL"));
              });
    }
    found.forEach(
        (year, its) ->
            System.out.printf(
                "%d: PIE %d of %d programs, full RELRO %d of %d files%n",
                year, its[0], its[1], its[2], its[3]));
    assertThat(found).usingRecursiveComparison().isEqualTo(truth);
    assertThat(found.keySet()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(found.values())
        .allSatisfy(its -> assertThat((double) its[0] / its[1]).isGreaterThan(0.9));
  }

  private static void count(long[] counts, boolean pie, boolean program, boolean full) {
    counts[0] += pie ? 1 : 0;
    counts[1] += program ? 1 : 0;
    counts[2] += full ? 1 : 0;
    counts[3]++;
  }

  @Test
  void eachFileSystemOfDebiansToolsIsAmongThem() {
    for (String format : List.of("squashfs", "ext", "jffs2", "ubifs")) {
      assertThat(
              ROWS.stream()
                  .filter(
                      row ->
                          row.facts().orElseThrow().parts().stream()
                              .anyMatch(part -> part.format().equals(format))))
          .as(format)
          .hasSizeGreaterThanOrEqualTo(20);
    }
  }

  /** The images hold neither System.map nor configuration, and Debian's kernels no ikconfig. */
  @Test
  void kernelsAreWhatDebiansPackagesSay() throws Exception {
    Map<String, Map<String, String>> configurations = configurations();
    Set<String> architectures = new TreeSet<>();
    List<String> differences = new ArrayList<>();
    int decided = 0;
    for (Surveyed row : ROWS) {
      FirmwareImage image = row.image();
      for (Kernel kernel : row.facts().orElseThrow().kernels()) {
        String key = image.version() + "/" + image.vendor() + "/" + kernel.version();
        Map<String, String> configuration = configurations.get(key);
        if (configuration == null) {
          differences.add(image.name() + ": no such kernel: " + key);
          continue;
        }
        architectures.add(image.vendor() + " " + kernel.architecture());
        for (Map.Entry<String, Kernel.Told> told : kernel.options().entrySet()) {
          String value = told.getValue().value();
          if (value.equals("unknown")) {
            continue;
          }
          decided++;
          if (!configuration.getOrDefault(told.getKey(), "n").equals(value)) {
            differences.add(
                "%s: %s is told %s, by %s"
                    .formatted(key, told.getKey(), value, told.getValue().how()));
          }
        }
      }
    }
    System.out.printf(
        "kernels: %s; %d options decided, %d otherwise than the package says%n",
        architectures, decided, differences.size());
    assertThat(differences.stream().distinct()).isEmpty();
    assertThat(architectures).containsExactlyElementsOf(withKernels());
    assertThat(decided).isGreaterThan(500);
    for (Surveyed row : ROWS) {
      FirmwareImage image = row.image();
      int product = Integer.parseInt(image.product().substring("device-".length()));
      boolean has = product % 5 == 1 && hasKernel(image.version(), image.vendor());
      assertThat(!row.facts().orElseThrow().kernels().isEmpty()).as(image.name()).isEqualTo(has);
    }
  }

  /** Architectures whose kernels the archive had, by Debian's word and by ours. */
  private static Set<String> withKernels() {
    Map<String, String> words = Map.of("arm64", "aarch64", "armel", "arm", "armhf", "arm");
    Set<String> all = new TreeSet<>();
    for (String release : RELEASES) {
      String[] pair = release.split(":", 2);
      if (hasKernel(pair[0], pair[1])) {
        all.add(pair[1] + " " + words.getOrDefault(pair[1], pair[1]));
      }
    }
    return all;
  }

  /** An archive that changes has not all that its index names. */
  private static boolean hasKernel(String release, String architecture) {
    return Files.exists(pool().resolve(release).resolve(architecture).resolve("kernel"));
  }

  /** By release, architecture and version: what Debian's packages say of their kernels. */
  private static Map<String, Map<String, String>> configurations() throws IOException {
    Map<String, Map<String, String>> all = new HashMap<>();
    try (Stream<Path> files = Files.find(pool(), 6, (file, unused) -> isConfiguration(file))) {
      for (Path file : files.toList()) {
        Map<String, String> options = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("CONFIG_")) {
            int equals = line.indexOf('=');
            options.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
          }
        }
        Path pair = pool().relativize(file);
        all.put(
            pair.getName(0)
                + "/"
                + pair.getName(1)
                + "/"
                + file.getFileName().toString().substring("config-".length()),
            options);
      }
    }
    return all;
  }

  private static boolean isConfiguration(Path file) {
    return file.getFileName().toString().startsWith("config-");
  }

  @Test
  void theReportsAreWritten() {
    for (String file :
        List.of(
            "survey.csv",
            "programs.csv",
            "kernels.csv",
            "starts.csv",
            "firmware.html",
            "survey.json",
            "sbom")) {
      assertThat(survey.resolve(file)).exists();
    }
  }
}
