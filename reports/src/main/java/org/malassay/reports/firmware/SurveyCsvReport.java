package org.malassay.reports.firmware;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.firmware.Start;
import org.malassay.firmware.survey.ImageChange;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.firmware.survey.Surveyed;
import org.malassay.options.Options;
import org.malassay.sample.CsvCell;

/**
 * {@code survey.csv}, one row an image, and beside it {@code programs.csv}, one row a program,
 * {@code kernels.csv}, one row what is told of a kernel, {@code starts.csv}, one row what starts by
 * itself; all in the order of the images' names. Columns {@code NAME} and {@code NAME_told}: how
 * many programs and libraries have it, and of how many that can be told.
 */
public final class SurveyCsvReport implements SurveyReport {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private static final List<String> BEFORE =
      List.of(
          "survey",
          "image",
          "vendor",
          "product",
          "version",
          "date",
          "sha256",
          "size",
          "outcome",
          "failure",
          "files",
          "parts_read",
          "parts_cut",
          "parts_encrypted",
          "parts_unknown",
          "parts_refused",
          "parts_unsupported",
          "unread_bytes",
          "programs");

  private static final List<String> AFTER =
      List.of(
          "kernel",
          "kernel_protections",
          "kernel_protections_told",
          "components",
          "services",
          "debug_doors",
          "accounts",
          "weak_accounts",
          "against",
          "added",
          "removed",
          "changed",
          "hardened",
          "weakened",
          "violations",
          "took_ms",
          "kind");

  private static final List<String> IMAGE =
      List.of("image", "vendor", "product", "version", "date");

  private static final List<String> PROGRAM =
      List.of(
          "path",
          "sha256",
          "size",
          "tlsh",
          "architecture",
          "kind",
          "component",
          "component_version",
          "nx",
          "pie",
          "relro",
          "canary",
          "fortify",
          "fortified_calls",
          "fortifiable_calls",
          "rpath",
          "runpath",
          "stripped",
          "cfi",
          "pac",
          "bti");

  private static final List<String> KERNEL =
      List.of("kernel", "architecture", "built", "told_by", "kind", "name", "value", "how");

  private static final List<String> START =
      List.of("started_by", "from", "command", "services", "debug_door");

  /** Writes the rows of an image. */
  private interface Rows {
    void write(Surveyed row, BufferedWriter out) throws IOException;
  }

  private record Table(String file, List<String> columns, Rows rows) {
    /** One whose rows begin with those of the image. */
    static Table ofParts(String file, List<String> columns, Rows rows) {
      return new Table(file, Stream.of(IMAGE, columns).flatMap(List::stream).toList(), rows);
    }
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Table images =
        new Table(
            "survey.csv",
            header(),
            (row, out) -> FORMAT.printRecord(out, image(survey, row).toArray()));
    write(
        survey,
        List.of(
            images,
            Table.ofParts("programs.csv", PROGRAM, SurveyCsvReport::programs),
            Table.ofParts("kernels.csv", KERNEL, SurveyCsvReport::kernels),
            Table.ofParts("starts.csv", START, SurveyCsvReport::starts)),
        row -> {});
    return survey.path().resolve(images.file());
  }

  /** Opens one table after the other, and reads the journal once for all of them. */
  private static void write(SurveyDirectory survey, List<Table> tables, SurveyDirectory.Reader each)
      throws IOException {
    if (tables.isEmpty()) {
      List<String> unused = survey.forEach(each);
      return;
    }
    Table first = tables.get(0);
    WholeFile.writeText(
        survey.path().resolve(first.file()),
        out -> {
          FORMAT.printRecord(out, first.columns().toArray());
          write(
              survey,
              tables.subList(1, tables.size()),
              row -> {
                each.accept(row);
                first.rows().write(row, out);
              });
        });
  }

  private static List<String> header() {
    List<String> header = new ArrayList<>(BEFORE);
    for (Requirement requirement : Requirement.values()) {
      String name = requirement.label().replace('-', '_');
      header.add(name);
      header.add(name + "_told");
    }
    header.addAll(AFTER);
    return header;
  }

  private static List<String> image(SurveyDirectory survey, Surveyed surveyed) {
    ImageRow row = ImageRow.of(surveyed);
    List<String> cells = new ArrayList<>();
    cells.add(CsvCell.text(survey.header().id()));
    cells.addAll(of(row.image()));
    cells.add(row.sha256());
    cells.add(String.valueOf(row.size()));
    cells.add(row.outcome().name());
    cells.add(CsvCell.text(row.failure()));
    cells.add(String.valueOf(row.files()));
    for (Part.State state :
        List.of(
            Part.State.READ,
            Part.State.CUT,
            Part.State.ENCRYPTED,
            Part.State.UNKNOWN,
            Part.State.REFUSED,
            Part.State.UNSUPPORTED)) {
      cells.add(String.valueOf(row.parts(state)));
    }
    cells.add(String.valueOf(row.unread()));
    cells.add(String.valueOf(row.programs()));
    for (Requirement requirement : Requirement.values()) {
      cells.add(String.valueOf(row.share(requirement).yes()));
      cells.add(String.valueOf(row.share(requirement).told()));
    }
    cells.add(CsvCell.text(row.kernel().orElse("")));
    cells.add(
        CsvCell.text(
            row.protections().entrySet().stream()
                .filter(it -> it.getValue())
                .map(it -> it.getKey())
                .collect(Collectors.joining(" "))));
    cells.add(CsvCell.text(String.join(" ", row.protections().keySet())));
    cells.add(
        CsvCell.text(
            row.components().stream()
                .map(it -> it.name() + " " + (it.version().isEmpty() ? "?" : it.version()))
                .collect(Collectors.joining(", "))));
    cells.add(CsvCell.text(String.join(" ", row.services())));
    cells.add(String.valueOf(row.doors()));
    cells.add(String.valueOf(row.accounts()));
    cells.add(String.valueOf(row.weakAccounts()));
    cells.add(CsvCell.text(row.against()));
    for (ImageChange.Kind kind : ImageChange.Kind.values()) {
      cells.add(row.against().isEmpty() ? "" : String.valueOf(row.changes(kind)));
    }
    cells.add(String.valueOf(row.violations()));
    cells.add(String.valueOf(row.tookMs()));
    boolean sources = surveyed.facts().flatMap(ImageFacts::sources).isPresent();
    cells.add(sources ? "sources" : "image");
    return cells;
  }

  /** Name, vendor, product, version, day. */
  private static List<String> of(FirmwareImage image) {
    return Stream.of(
            image.name(),
            image.vendor(),
            image.product(),
            image.version(),
            image.date().map(String::valueOf).orElse(""))
        .map(CsvCell::text)
        .toList();
  }

  private static void programs(Surveyed row, BufferedWriter out) throws IOException {
    if (row.facts().isEmpty()) {
      return;
    }
    List<String> image = of(row.image());
    for (Program program : row.facts().get().programs()) {
      List<String> cells = new ArrayList<>(image);
      cells.add(CsvCell.text(program.path()));
      cells.add(program.sha256());
      cells.add(String.valueOf(program.size()));
      cells.add(program.tlsh());
      cells.add(CsvCell.text(program.architecture()));
      cells.add(CsvCell.text(program.kind()));
      cells.add(CsvCell.text(program.component().map(it -> it.name()).orElse("")));
      cells.add(CsvCell.text(program.component().map(it -> it.version()).orElse("")));
      Mitigations its = program.mitigations();
      cells.add(word(its.nx()));
      cells.add(word(its.pie()));
      cells.add(word(its.relro()));
      cells.add(word(its.canary()));
      cells.add(word(its.fortify()));
      cells.add(String.valueOf(its.fortifiedCalls()));
      cells.add(String.valueOf(its.fortifiableCalls()));
      Stream.of(its.rpath(), its.runpath(), its.stripped(), its.cfi(), its.pac(), its.bti())
          .forEach(answer -> cells.add(word(answer)));
      FORMAT.printRecord(out, cells.toArray());
    }
  }

  private static void kernels(Surveyed row, BufferedWriter out) throws IOException {
    for (Kernel kernel : row.facts().map(ImageFacts::kernels).orElse(List.of())) {
      List<String> cells = new ArrayList<>(of(row.image()));
      Stream.of(kernel.version(), kernel.architecture(), kernel.built(), kernel.how())
          .forEach(cell -> cells.add(CsvCell.text(cell)));
      told(cells, "protection", kernel.protections(), out);
      told(cells, "option", kernel.options(), out);
    }
  }

  private static void told(
      List<String> kernel, String kind, Map<String, Kernel.Told> all, BufferedWriter out)
      throws IOException {
    for (Map.Entry<String, Kernel.Told> told : new TreeMap<>(all).entrySet()) {
      List<String> cells = new ArrayList<>(kernel);
      Stream.of(kind, told.getKey(), told.getValue().value(), told.getValue().how())
          .forEach(cell -> cells.add(CsvCell.text(cell)));
      FORMAT.printRecord(out, cells.toArray());
    }
  }

  private static void starts(Surveyed row, BufferedWriter out) throws IOException {
    for (Start start : row.facts().map(ImageFacts::starts).orElse(List.of())) {
      List<String> cells = new ArrayList<>(of(row.image()));
      Stream.of(start.by(), start.from(), start.command(), String.join(" ", start.services()))
          .forEach(cell -> cells.add(CsvCell.text(cell)));
      cells.add(start.debug() ? "yes" : "no");
      FORMAT.printRecord(out, cells.toArray());
    }
  }

  private static String word(Enum<?> answer) {
    return answer.name().toLowerCase(Locale.ROOT);
  }
}
