package org.malassay.reports.html;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.malassay.files.Folders;
import org.malassay.files.WholeFile;
import org.malassay.files.WholeFolder;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.charts.Charts;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.ByCluster;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Clusters;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.comparison.Infections;
import org.malassay.reports.comparison.Sensitivity;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.comparison.Suites;
import org.malassay.reports.comparison.Variants;
import org.malassay.reports.writing.Html;
import org.malassay.reports.writing.Page;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;

/** {@code report.html}: which environment resists what, and how sure that is, in one file. */
public final class HtmlReport implements Report {
  private static final Option<Long> DETAILS =
      Option.of(
          "html.details",
          "SIZE",
          "6m",
          "how much report.html holds of what samples did, those of the greatest impact first",
          Values::size);

  @Override
  public String name() {
    return "html";
  }

  private static final Option<Pages> PAGES =
      Option.of(
          "html.pages",
          "WHICH",
          "none",
          "pages of samples beside report.html: none, rest (those of which the page holds nothing), all",
          Pages::of);

  /** Of which samples there are pages beside. */
  private enum Pages {
    NONE,
    REST,
    ALL;

    static Pages of(String text) {
      return switch (text) {
        case "none" -> NONE;
        case "rest" -> REST;
        case "all" -> ALL;
        default ->
            throw new IllegalArgumentException(
                "it is none of these: %s".formatted("none, rest, all"));
      };
    }
  }

  @Override
  public List<Option<?>> options() {
    return List.of(DETAILS, PAGES);
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path file = runs.run().path().resolve("report.html");
    Words words = options.get(Words.LANG);
    List<Result> sorted = Sorted.of(runs.answers());
    Differences differences = Differences.of(sorted, words);
    Map<Integer, String> details = details(runs.run(), sorted, options.get(DETAILS));
    Set<String> beside = beside(sorted, details, options.get(PAGES));
    pages(runs.run(), sorted, differences, words, beside);
    Map<String, Object> page = page(runs, sorted, differences, details, beside, options);
    WholeFile.writeText(file, out -> out.write(Html.render("html/report.jte", page)));
    return file;
  }

  private static Map<String, Object> page(
      Runs runs,
      List<Result> sorted,
      Differences differences,
      Map<Integer, String> details,
      Set<String> beside,
      Options options)
      throws IOException {
    Words words = options.get(Words.LANG);
    Map<String, List<Result>> rows = Comparison.byEnvironment(sorted);
    Comparison comparison = Comparison.of(sorted);
    Map<String, Object> page = Page.frame(HtmlReport.class, "report.js", words);
    page.put("run", SafeText.printable(runs.run().header().id()));
    page.put("experiment", SafeText.printable(runs.run().header().experiment()));
    page.put("damage", runs.caveats().stream().map(SafeText::printable).toList());
    page.put("baseline", baseline(runs, List.copyOf(rows.keySet()), sorted, words));
    page.put("flips", Flips.of(runs.results()).map(flips -> FlipsPart.of(flips, words)));
    page.put(
        "variants", Variants.of(sorted).stream().map(it -> VariantsPart.of(it, words)).toList());
    page.put("infections", Infections.of(sorted).map(it -> InfectionsPart.of(it, words)));
    page.put("suites", Suites.of(runs.run(), sorted).map(it -> SuitesPart.of(it, words)));
    page.put("sentences", Sentences.of(comparison, words));
    Tables tables = new Tables(comparison, rows, words);
    Charts charts = new Charts(comparison, rows, words);
    page.put("tables", tables(tables, differences, runs.run()));
    Optional<ByCluster> byCluster =
        ByCluster.of(sorted, Clusters.of(runs.run(), options.get(ReportOptions.CLUSTER_DISTANCE)));
    Sensitivity sensitivity = Sensitivity.of(sorted);
    Doubts doubts = new Doubts(tables, comparison, words);
    page.put("caveats", Caveats.of(comparison, byCluster, sensitivity, words));
    page.put("clusters", doubts.clusters(byCluster));
    page.put("choices", doubts.choices(sensitivity));
    page.put("charts", charts.all());
    page.put("flows", charts.flows());
    page.put(
        "data",
        new Data(List.copyOf(rows.keySet()), words).of(sorted, differences, details, beside));
    return page;
  }

  private static Optional<BaselinePart> baseline(
      Runs runs, List<String> environments, List<Result> sorted, Words words) throws IOException {
    Optional<AgainstBaseline> against = AgainstBaseline.of(runs);
    return against.isPresent()
        ? Optional.of(BaselinePart.of(against.get(), environments, sorted, words))
        : Optional.empty();
  }

  /** The samples that have a page beside, by SHA-256. */
  private static Set<String> beside(
      List<Result> sorted, Map<Integer, String> details, Pages which) {
    Set<String> beside = new TreeSet<>();
    for (int i = 0; i < sorted.size(); i++) {
      boolean missing = sorted.get(i).durationMs().isPresent() && !details.containsKey(i);
      if (which == Pages.ALL || (which == Pages.REST && missing)) {
        beside.add(sorted.get(i).sha256());
      }
    }
    return beside;
  }

  /** In the place of those that were made before. */
  private static void pages(
      RunDirectory run,
      List<Result> sorted,
      Differences differences,
      Words words,
      Set<String> beside)
      throws IOException {
    Path folder = run.path().resolve("pages");
    if (beside.isEmpty()) {
      Folders.delete(folder);
      return;
    }
    List<String> environments = List.copyOf(Comparison.byEnvironment(sorted).keySet());
    Map<String, List<Result>> samples = new TreeMap<>();
    sorted.stream()
        .filter(row -> beside.contains(row.sha256()))
        .forEach(row -> samples.computeIfAbsent(row.sha256(), it -> new ArrayList<>()).add(row));
    Map<String, Object> page = Page.frame(HtmlReport.class, "report.js", words);
    WholeFolder.write(
        folder,
        fresh -> {
          for (Map.Entry<String, List<Result>> sample : samples.entrySet()) {
            List<Result> rows = sample.getValue();
            Map<Integer, String> details = new TreeMap<>();
            for (int i = 0; i < rows.size(); i++) {
              int place = i;
              Details.of(run, rows.get(i), Details.Bounds.ALONE)
                  .ifPresent(it -> details.put(place, it));
            }
            page.put("name", SafeText.printable(rows.get(0).sampleName()));
            page.put(
                "data",
                new Data(environments, words)
                    .of(rows, differences.of(sample.getKey()), details, Set.of()));
            WholeFile.writeText(
                fresh.resolve(sample.getKey() + ".html"),
                out -> out.write(Html.render("html/sample.jte", page)));
          }
        });
  }

  private static Map<String, Table> tables(Tables tables, Differences differences, RunDirectory run)
      throws IOException {
    Map<String, Table> all = new LinkedHashMap<>();
    all.put("answer", tables.answer());
    all.put("pairs", tables.pairs());
    all.put("differences", tables.differences(differences));
    all.put("techniques", tables.techniques());
    all.put("files", tables.fileTypes(run));
    all.put("versions", tables.versions(run.header()));
    return all;
  }

  /** Of as many rows as fit, those of the greatest impact first. */
  private static Map<Integer, String> details(RunDirectory run, List<Result> sorted, long most)
      throws IOException {
    List<Integer> order =
        IntStream.range(0, sorted.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> -sorted.get(i).impactScore().orElse(0)))
            .toList();
    Map<Integer, String> details = new TreeMap<>();
    long size = 0;
    for (int i : order) {
      Optional<String> detail = Details.of(run, sorted.get(i), Details.Bounds.AMONG_OTHERS);
      if (detail.isPresent()) {
        size += detail.get().length();
        if (size > most) {
          break;
        }
        details.put(i, detail.get());
      }
    }
    return details;
  }
}
