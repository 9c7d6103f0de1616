package org.malassay.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.malassay.files.WholeFile;
import org.malassay.profile.ProfileFigures.LeftOut;
import org.malassay.profile.ProfileFigures.OfFilter;

/** A profile with its figures, as files and on the console. */
public final class ProfileReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final CSVFormat CSV = CSVFormat.RFC4180;

  private ProfileReport() {}

  /**
   * Writes {@code profile.json}, {@code filters.csv}, {@code workloads.csv}, {@code files.csv},
   * {@code unresolved.csv}, {@code docker.json}, {@code seccomp.conf} for systemd, and {@code
   * calls.h} for a library that sets the filter.
   *
   * @param cells what hostile text is in a cell of a CSV file: names of files are an image's
   */
  public static void write(
      ServiceProfile profile,
      ProfileFigures figures,
      CallNames names,
      Path folder,
      UnaryOperator<String> cells)
      throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("service", profile.service());
    all.put("allowed", profile.allowed());
    all.put("seen", profile.workloads());
    all.put("reachable", profile.files().reachable());
    all.put("every", profile.files().every());
    all.put("byHand", profile.files().byHand());
    all.put("opens", profile.files().opens());
    all.put("files", profile.files().files());
    all.put("unresolved", profile.files().unresolved());
    all.put("filters", figures.filters());
    all.put("leftOut", figures.leftOut());
    WholeFile.write(folder.resolve("profile.json"), JSON.writeValueAsBytes(all));
    WholeFile.writeText(
        folder.resolve("docker.json"), out -> out.write(ProfileFormats.docker(profile.allowed())));
    WholeFile.writeText(
        folder.resolve("seccomp.conf"),
        out -> out.write(ProfileFormats.systemd(profile.allowed())));
    WholeFile.writeText(
        folder.resolve("calls.h"),
        out -> out.write(ProfileFormats.header(profile.allowed(), names)));
    csv(
        folder.resolve("filters.csv"),
        cells,
        List.of(
            "filter",
            "calls",
            "coverage",
            "over_permission",
            "f1",
            "false_blocks",
            "removed_of_table_1"),
        figures.filters().stream().map(ProfileReport::row).toList());
    csv(
        folder.resolve("workloads.csv"),
        cells,
        List.of(
            "workload",
            "calls",
            "seen_coverage",
            "seen_misses",
            "profile_coverage",
            "profile_misses"),
        figures.leftOut().stream().map(ProfileReport::row).toList());
    csv(
        folder.resolve("files.csv"),
        cells,
        List.of("file", "thumb", "arm", "svc", "sites", "unresolved", "calls"),
        profile.files().files().stream()
            .map(
                it ->
                    List.<Object>of(
                        it.name(),
                        it.thumb(),
                        it.arm(),
                        it.services(),
                        it.sites(),
                        it.lost(),
                        it.calls()))
            .toList());
    csv(
        folder.resolve("unresolved.csv"),
        cells,
        List.of("file", "address", "reached", "why"),
        profile.files().unresolved().stream()
            .map(
                it ->
                    List.<Object>of(
                        it.file(), "%x".formatted(it.address()), it.reached(), it.why()))
            .toList());
  }

  private static List<Object> row(OfFilter it) {
    return List.of(
        it.name(),
        it.calls(),
        share(it.coverage()),
        share(it.overPermission()),
        share(it.f1()),
        String.join(" ", it.falseBlocks()),
        String.join(" ", it.removed()));
  }

  private static List<Object> row(LeftOut it) {
    return List.of(
        it.workload(),
        it.calls(),
        share(it.seenCoverage()),
        String.join(" ", it.seenMisses()),
        share(it.profileCoverage()),
        String.join(" ", it.profileMisses()));
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.3f", share);
  }

  private static void csv(
      Path file, UnaryOperator<String> cells, List<String> head, List<List<Object>> rows)
      throws IOException {
    WholeFile.writeText(
        file,
        out -> {
          CSVPrinter printer = new CSVPrinter(out, CSV);
          printer.printRecord(head);
          for (List<Object> row : rows) {
            printer.printRecord(
                row.stream().map(it -> it instanceof String text ? cells.apply(text) : it));
          }
        });
  }

  /** Prints the tables. */
  public static void print(ServiceProfile profile, ProfileFigures figures, PrintStream out) {
    out.printf(
        "%-42s %5s %8s %6s %5s  %s%n",
        "filter", "calls", "coverage", "over", "F1", "stops, though seen; of an infection");
    for (OfFilter it : figures.filters()) {
      out.printf(
          Locale.ROOT,
          "%-42s %5d %8.3f %6.3f %5.2f  %s; %s%n",
          it.name(),
          it.calls(),
          it.coverage(),
          it.overPermission(),
          it.f1(),
          words(it.falseBlocks()),
          words(it.removed()));
    }
    out.printf("%n%-42s %5s %8s %8s  %s%n", "left out", "calls", "seen", "profile", "stopped");
    for (LeftOut it : figures.leftOut()) {
      out.printf(
          Locale.ROOT,
          "%-42s %5d %8.3f %8.3f  %s; %s%n",
          it.workload(),
          it.calls(),
          it.seenCoverage(),
          it.profileCoverage(),
          words(it.seenMisses()),
          words(it.profileMisses()));
    }
    long reached =
        profile.files().unresolved().stream().filter(StaticCalls.Unresolved::reached).count();
    out.printf(
        "%nplaces whose call was not found: %d, of these %d that may be executed%s%n",
        profile.files().unresolved().size(),
        reached,
        profile.files().opens()
            ? "; it may load more files at run time (dlopen), which are not read"
            : "");
  }

  private static String words(List<String> words) {
    return words.isEmpty() ? "none" : String.join(" ", words);
  }
}
