package org.malassay.reports.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.interop.Layer.Gradient;
import org.malassay.reports.interop.Layer.LegendItem;
import org.malassay.reports.interop.Layer.Link;
import org.malassay.reports.interop.Layer.Metadata;
import org.malassay.reports.interop.Layer.Technique;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.score.Hit;

/**
 * {@code navigator.json}: the techniques of all samples of a run as one layer of the ATT&amp;CK
 * Navigator. The score of a technique is how many samples did or tried it; its metadata tell in
 * which environments.
 */
public final class NavigatorReport implements Report {
  private static final int MOST_RULES = 10;
  private static final int MOST_SAMPLES = 5;
  private static final int LONGEST = 200;
  private static final List<String> COLORS = List.of("#ffe0b3", "#ff8c42", "#b30000");

  private final Techniques techniques = Techniques.load();

  @Override
  public String name() {
    return "navigator";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path file = runs.run().path().resolve("navigator.json");
    Layer layer = layer(runs.run().header(), Observed.conclusive(runs.answers()));
    WholeFile.write(file, Json.bytes(Json.AS_NAMED, layer));
    return file;
  }

  /** Who did what a technique is. */
  private static final class Use {
    private final Set<String> samples = new LinkedHashSet<>();
    private final Set<String> done = new LinkedHashSet<>();
    private final SortedMap<String, Set<String>> byEnvironment = new TreeMap<>();
    private final SortedMap<String, Map<String, String>> titlesByRule = new TreeMap<>();

    void add(Result result, Hit hit) {
      samples.add(result.sha256());
      if (hit.succeeded()) {
        done.add(result.sha256());
      }
      byEnvironment
          .computeIfAbsent(result.environment(), any -> new LinkedHashSet<>())
          .add(result.sha256());
      titlesByRule
          .computeIfAbsent(hit.title(), any -> new LinkedHashMap<>())
          .putIfAbsent(result.sha256(), Wording.title(result));
    }
  }

  private Layer layer(RunHeader header, List<Result> results) {
    SortedMap<String, Use> uses = new TreeMap<>();
    Set<String> samples = new LinkedHashSet<>();
    Set<String> environments = new TreeSet<>();
    Set<String> unobserved = new LinkedHashSet<>();
    for (Result result : results) {
      samples.add(result.sha256());
      environments.add(result.environment());
      if (result.impactScore().isEmpty()) {
        unobserved.add(result.sha256() + result.environment());
      }
      Techniques.hits(result)
          .forEach(
              hit ->
                  Techniques.of(hit)
                      .forEach(id -> uses.computeIfAbsent(id, any -> new Use()).add(result, hit)));
    }
    long most = Math.max(2, samples.size());
    return new Layer(
        Printable.bounded("Malassay run " + header.id(), LONGEST),
        new Layer.Versions(Techniques.VERSION, "5.2.0", "4.5"),
        "enterprise-attack",
        "What %d samples did in %s, by rules. A score is the number of samples."
            .formatted(samples.size(), Printable.bounded(String.join(", ", environments), LONGEST)),
        new Layer.Filters(List.of("Linux")),
        3,
        new Layer.Layout("side", true, true, "annotated"),
        false,
        uses.entrySet().stream().map(use -> technique(use.getKey(), use.getValue())).toList(),
        new Gradient(COLORS, 1, most),
        List.of(
            new LegendItem("1 sample", COLORS.get(0)),
            new LegendItem("%d samples".formatted(most), COLORS.get(COLORS.size() - 1))),
        metadata(header, results, unobserved.size()));
  }

  private static List<Metadata> metadata(RunHeader header, List<Result> results, int unobserved) {
    List<Metadata> metadata = new ArrayList<>();
    metadata.add(new Metadata("run", Printable.bounded(header.id(), LONGEST)));
    if (!header.experiment().isEmpty()) {
      metadata.add(new Metadata("experiment", Printable.bounded(header.experiment(), LONGEST)));
    }
    metadata.add(new Metadata("started", Json.time(header.started())));
    metadata.add(new Metadata("rows", String.valueOf(results.size())));
    metadata.add(new Metadata("rows that were not observed", String.valueOf(unobserved)));
    return metadata;
  }

  private Technique technique(String id, Use use) {
    List<Metadata> metadata = new ArrayList<>();
    metadata.add(new Metadata("samples that did it", String.valueOf(use.done.size())));
    metadata.add(
        new Metadata(
            "samples that only tried it", String.valueOf(use.samples.size() - use.done.size())));
    use.byEnvironment.forEach(
        (environment, samples) ->
            metadata.add(
                new Metadata(
                    "samples in " + Printable.bounded(environment, LONGEST),
                    String.valueOf(samples.size()))));
    return new Technique(
        id,
        use.samples.size(),
        comment(use),
        true,
        id.indexOf('.') < 0,
        metadata,
        List.of(new Link(techniques.name(id).orElse(id), Techniques.url(id))));
  }

  /** A line a rule, with the first samples that fulfilled it. */
  private static String comment(Use use) {
    String comment =
        use.titlesByRule.entrySet().stream()
            .limit(MOST_RULES)
            .map(
                rule ->
                    "%s: %s%s"
                        .formatted(
                            Printable.bounded(rule.getKey(), LONGEST),
                            rule.getValue().values().stream()
                                .limit(MOST_SAMPLES)
                                .collect(Collectors.joining(", ")),
                            more(rule.getValue().size() - MOST_SAMPLES, "samples")))
            .collect(Collectors.joining("\n"));
    return comment + more(use.titlesByRule.size() - MOST_RULES, "rules");
  }

  private static String more(int number, String what) {
    return number > 0 ? ", and %d more %s".formatted(number, what) : "";
  }
}
