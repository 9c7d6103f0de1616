package org.malassay.firmware.survey;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Program;
import org.malassay.sample.SafeText;

/**
 * What a survey says on the console: a header, one line an image, a closing table. Names are
 * hostile and are printed escaped. Safe for use by several threads.
 */
final class SurveyProgress {
  private static final int VIOLATIONS_SHOWN = 3;
  private static final int NAME = 20;

  /** The columns of the closing table. */
  private static final List<Requirement> SHARES =
      List.of(
          Requirement.NX,
          Requirement.PIE,
          Requirement.RELRO,
          Requirement.CANARY,
          Requirement.FORTIFY);

  /** What is remembered of the images of one vendor. */
  private static final class Tally {
    final Map<Surveyed.Outcome, Integer> outcomes = new EnumMap<>(Surveyed.Outcome.class);
    final Map<Requirement, long[]> shares = new EnumMap<>(Requirement.class);
    int images;
    int broken;
    long programs;
  }

  private final PrintStream out;
  private final Charset charset =
      Charset.forName(System.getProperty("native.encoding", Charset.defaultCharset().name()));
  private final int images;
  private final long started = System.nanoTime();
  private final Map<String, Tally> tallies = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int finished;
  private int restored;
  private int alone;
  private long untold;

  SurveyProgress(PrintStream out, int images) {
    this.out = out;
    this.images = images;
  }

  synchronized void header(SurveyDirectory survey, SurveyPlan plan, List<String> more) {
    out.println("Malassay survey " + survey.header().id());
    if (survey.header().sessions().size() > 1) {
      out.printf(
          "continued: start %d of a survey of %s%n",
          survey.header().sessions().size(), survey.header().sessions().get(0).started());
    }
    out.println("options");
    inForce(plan.options());
    out.println("versions");
    inForce(plan.versions());
    long vendors = plan.catalogue().images().stream().map(it -> it.vendor()).distinct().count();
    out.printf("%d images of %d vendors, %d side by side%n", images, vendors, plan.parallel());
    warnings.addAll(plan.catalogue().warnings());
    warnings.addAll(more);
    warnings.forEach(warning -> out.println("warning: " + shown(warning)));
    out.flush();
  }

  private void inForce(Map<String, String> values) {
    new TreeMap<>(values).forEach((name, value) -> out.println("  " + name + "=" + shown(value)));
  }

  private String shown(String hostile) {
    return SafeText.printable(hostile, charset);
  }

  /**
   * @param earlier whether an earlier, killed survey had read it
   * @param untold answers that the gate could not have
   * @param alone whether there is a baseline, and nothing in it that it could be compared with
   */
  synchronized void finished(Surveyed row, boolean earlier, long untold, boolean alone) {
    finished++;
    this.alone += alone ? 1 : 0;
    restored += earlier ? 1 : 0;
    this.untold += untold;
    count(row);
    double rate = (finished - restored) / ((System.nanoTime() - started) / 1e9);
    out.printf(
        Locale.ROOT,
        "%%%dd/%%d %%-7s %%s%%s%%s%%s  %%.1f/s%%n".formatted(Integer.toString(images).length()),
        finished,
        images,
        row.outcome(),
        shown(row.image().name()),
        row.facts().map(SurveyProgress::found).orElse(""),
        row.failure().isEmpty() ? "" : "  " + shown(row.failure()),
        broken(row),
        rate);
    out.flush();
  }

  private static String found(ImageFacts facts) {
    String kernel =
        facts.kernels().stream()
            .map(it -> it.version())
            .filter(version -> !version.isEmpty())
            .findFirst()
            .map(version -> ", Linux " + SafeText.printable(version))
            .orElse("");
    return "  %d files, %d programs%s".formatted(facts.files(), facts.programs().size(), kernel);
  }

  private String broken(Surveyed row) {
    if (row.violations().isEmpty()) {
      return "";
    }
    return "  BROKEN: "
        + shown(row.violations().stream().limit(VIOLATIONS_SHOWN).collect(Collectors.joining("; ")))
        + (row.violations().size() > VIOLATIONS_SHOWN
            ? "; and %d more".formatted(row.violations().size() - VIOLATIONS_SHOWN)
            : "");
  }

  private void count(Surveyed row) {
    Tally tally = tallies.computeIfAbsent(row.image().vendor(), vendor -> new Tally());
    tally.images++;
    tally.outcomes.merge(row.outcome(), 1, Integer::sum);
    tally.broken += row.violations().isEmpty() ? 0 : 1;
    for (Program program : row.facts().map(ImageFacts::programs).orElse(List.of())) {
      if (!Gate.isJudged(program)) {
        continue;
      }
      tally.programs++;
      for (Requirement requirement : SHARES) {
        Answer answer = requirement.of(program.mitigations());
        long[] share = tally.shares.computeIfAbsent(requirement, it -> new long[2]);
        share[0] += answer == Answer.YES ? 1 : 0;
        share[1] += answer == Answer.YES || answer == Answer.NO ? 1 : 0;
      }
    }
  }

  /** The closing table, what the user must know besides, and where the reports are. */
  synchronized void closing(Map<String, String> reports, Path directory) {
    out.printf(
        "%n%-" + NAME + "s %7s %7s %7s %7s %7s %7s %9s",
        "vendor",
        "images",
        "read",
        "partly",
        "nothing",
        "failed",
        "broken",
        "programs");
    SHARES.forEach(it -> out.printf(" %7s", it.label()));
    out.println();
    tallies.forEach(
        (vendor, tally) -> {
          out.printf(
              "%-" + NAME + "s %7d %7d %7d %7d %7d %7d %9d",
              vendor.isEmpty() ? "(not known)" : shown(vendor),
              tally.images,
              tally.outcomes.getOrDefault(Surveyed.Outcome.READ, 0),
              tally.outcomes.getOrDefault(Surveyed.Outcome.PARTLY, 0),
              tally.outcomes.getOrDefault(Surveyed.Outcome.NOTHING, 0),
              tally.outcomes.getOrDefault(Surveyed.Outcome.FAILED, 0),
              tally.broken,
              tally.programs);
          SHARES.forEach(it -> out.printf(" %7s", share(tally.shares.get(it))));
          out.println();
        });
    out.println(
        "shares: of the programs and libraries of which it can be told; partly: what of an image"
            + " nobody understands is in survey.csv");
    if (restored > 0) {
      out.println("images of an earlier start, not read again: " + restored);
    }
    if (untold > 0) {
      out.println("required, and not to be told (which passes): " + untold);
    }
    if (alone > 0) {
      out.println(
          "warning: -Dfirmware.baseline: images without a counterpart in it, compared with"
              + " nothing: "
              + alone);
    }
    warnings.forEach(warning -> out.println("warning: " + shown(warning)));
    Stream.concat(reports.entrySet().stream(), Stream.of(Map.entry("survey", directory.toString())))
        .forEach(it -> out.printf("%-10s %s%n", it.getKey(), it.getValue()));
    out.flush();
  }

  private static String share(long @Nullable [] share) {
    return share == null || share[1] == 0
        ? "-"
        : String.format(Locale.ROOT, "%.0f %%", 100.0 * share[0] / share[1]);
  }
}
