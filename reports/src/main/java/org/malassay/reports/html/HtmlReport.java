package org.malassay.reports.html;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.malassay.files.WholeFile;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.ByCluster;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Clusters;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.comparison.Sensitivity;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.writing.Html;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Digest;
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

  @Override
  public List<Option<?>> options() {
    return List.of(DETAILS);
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path file = runs.run().path().resolve("report.html");
    Map<String, Object> page = page(runs, options);
    WholeFile.writeText(file, out -> out.write(Html.render("html/report.jte", page)));
    return file;
  }

  private static Map<String, Object> page(Runs runs, Options options) throws IOException {
    Words words = options.get(Words.LANG);
    List<Result> sorted = Sorted.of(runs.answers());
    Map<String, List<Result>> rows = new TreeMap<>();
    sorted.forEach(
        row -> rows.computeIfAbsent(row.environment(), name -> new ArrayList<>()).add(row));
    Comparison comparison = Comparison.of(sorted);
    Differences differences = Differences.of(sorted, words);
    Map<Integer, String> details = details(runs.run(), sorted, options.get(DETAILS));
    Charts charts = new Charts(comparison, rows, words);
    Tables tables = new Tables(comparison, rows, words);
    String script = resource("report.js");
    String style = resource("report.css");
    Map<String, Object> page = new HashMap<>();
    page.put("words", words);
    page.put("run", SafeText.printable(runs.run().header().id()));
    page.put("experiment", SafeText.printable(runs.run().header().experiment()));
    page.put("damage", runs.journaled().damage().stream().map(SafeText::printable).toList());
    page.put("baseline", baseline(runs, List.copyOf(rows.keySet()), sorted, words));
    page.put("flips", Flips.of(runs.results()).map(flips -> FlipsPart.of(flips, words)));
    page.put("sentences", Sentences.of(comparison, words));
    page.put("tables", tables(tables, differences, runs.run()));
    Optional<ByCluster> byCluster =
        ByCluster.of(sorted, Clusters.of(runs.run(), options.get(ReportOptions.CLUSTER_DISTANCE)));
    Sensitivity sensitivity = Sensitivity.of(sorted);
    Doubts doubts = new Doubts(tables, comparison, words);
    page.put("caveats", Caveats.of(comparison, byCluster, sensitivity, words));
    page.put("clusters", doubts.clusters(byCluster));
    page.put("choices", doubts.choices(sensitivity));
    page.put("charts", charts(charts));
    page.put("flows", charts.flows());
    page.put("policy", policy(script, style));
    page.put("script", script);
    page.put("style", style);
    page.put("data", new Data(List.copyOf(rows.keySet()), words).of(sorted, differences, details));
    return page;
  }

  private static Optional<BaselinePart> baseline(
      Runs runs, List<String> environments, List<Result> sorted, Words words) throws IOException {
    Optional<AgainstBaseline> against = AgainstBaseline.of(runs);
    return against.isPresent()
        ? Optional.of(BaselinePart.of(against.get(), environments, sorted, words))
        : Optional.empty();
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

  private static Map<String, Chart> charts(Charts charts) {
    Map<String, Chart> all = new LinkedHashMap<>();
    all.put("causes", charts.causes());
    all.put("impact", charts.impacts());
    all.put("threat", charts.threats());
    all.put("dimensions", charts.dimensions());
    all.put("service", charts.service());
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
      Optional<String> detail = Details.of(run, sorted.get(i));
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

  /** Nothing is fetched, and no script or style counts but these two. */
  private static String policy(String script, String style) {
    return ("default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none';"
            + " form-action 'none'")
        .formatted(digest(script), digest(style));
  }

  private static String digest(String text) {
    String sha256 = Digest.of(text.getBytes(UTF_8)).sha256();
    return "sha256-" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("%s is missing from the jar of the reports".formatted(name));
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
