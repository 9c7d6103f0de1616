package org.malassay.experiment;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Recording;
import org.malassay.behavior.Saturation;
import org.malassay.label.Label;
import org.malassay.run.Median;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.sample.Corpus;
import org.malassay.sample.Sample;
import org.malassay.score.Band;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What a run says on the console: a header, one line a sample, a closing table. Names and causes
 * are hostile and are printed escaped. Safe for use by several threads.
 */
final class Progress {
  private static final int WIDTH = 100;

  /** How many files that cannot be read are named; all are in the run directory. */
  private static final int UNREAD_SHOWN = 20;

  /** What is remembered of the finished samples of one environment. */
  private static final class Tally {
    final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    final Map<String, Integer> causes = new TreeMap<>();
    final Map<String, Integer> lastStages = new TreeMap<>();
    final List<Long> overheads = new ArrayList<>();
    final long started = System.nanoTime();
    int finished;
    int restored;
    int violations;
    final Mean threat = new Mean();
    final Mean impact = new Mean();
    long givenUp;
    final LibraryTally libraries = new LibraryTally();
  }

  /** The mean of the scores that there are. */
  private static final class Mean {
    private int count;
    private double sum;

    void add(double score) {
      count++;
      sum += score;
    }

    @Override
    public String toString() {
      return count == 0 ? "-" : String.format(Locale.ROOT, "%.1f (%d)", sum / count, count);
    }
  }

  private final PrintStream out;
  private final Screen screen = Screen.ofTheLocale();
  private final int measurements;
  private final int repeat;
  private final List<String> limits;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Map<String, Label.Status> labels = new HashMap<>();

  /** Where samples are measured more than once, all rows; else none. */
  private final List<Result> repeated = new ArrayList<>();

  private int warned;
  private int unread;

  /**
   * @param repeat how often each sample is measured in each environment
   * @param limits of the whole run, of which its header and its end warn
   */
  Progress(PrintStream out, int samples, int repeat, List<String> limits) {
    this.out = out;
    this.measurements = samples * repeat;
    this.repeat = repeat;
    this.limits = limits;
  }

  synchronized void header(RunHeader header, Corpus corpus, List<String> problems) {
    Session session = header.last();
    out.println("Malassay run " + header.id() + " of " + header.experiment());
    if (header.sessions().size() > 1) {
      out.printf(
          "continued: start %d of a run of %s%n", header.sessions().size(), header.started());
    }
    if (!header.shard().isWhole()) {
      out.printf("%s of the corpus%n", header.shard().inWords());
    }
    out.println("options");
    wrapped(session.options());
    out.println("versions");
    wrapped(session.versions());
    session
        .environments()
        .forEach(
            (name, facts) -> {
              out.println("environment " + name);
              facts.forEach((fact, value) -> out.printf("  %-16s %s%n", fact, screen.shown(value)));
            });
    corpus(corpus);
    Stream.of(limits, problems, screen.problem(corpus).stream().toList())
        .flatMap(List::stream)
        .forEach(
            problem -> {
              warned++;
              out.println("warning: " + screen.shown(problem));
            });
    out.flush();
  }

  /** How many files of which type there are: the thesis's table U. */
  private void corpus(Corpus corpus) {
    long duplicates = corpus.members().stream().filter(Corpus.Member::duplicate).count();
    out.printf(
        "corpus of %d samples (%d files, %d of them duplicates)%n",
        corpus.samples().size(), corpus.members().size(), duplicates);
    corpus.samples().stream()
        .map(Progress::kind)
        .map(screen::shown)
        .collect(Collectors.groupingBy(words -> words, TreeMap::new, Collectors.counting()))
        .forEach((type, count) -> out.printf("  %6d  %s%n", count, type));
    if (!corpus.passedOver().isEmpty()) {
      out.printf(
          "  %d links and special files passed over, such as %s%n",
          corpus.passedOver().size(), screen.shown(corpus.passedOver().get(0)));
    }
    unread = corpus.unread().size();
    if (unread > 0) {
      out.printf("  %d files cannot be read, and are no samples:%n", unread);
      corpus.unread().stream()
          .limit(UNREAD_SHOWN)
          .forEach(it -> out.println("    " + screen.shown(it.toString())));
      if (unread > UNREAD_SHOWN) {
        out.printf("    ... all of them are in unread.jsonl of the run%n");
      }
    }
  }

  /** A login session is a script to nobody but the guest. */
  private static String kind(Sample sample) {
    return sample.facts().isLoginSession() ? "login session" : sample.facts().inWords();
  }

  private void wrapped(Map<String, String> values) {
    StringBuilder line = new StringBuilder(" ");
    for (Map.Entry<String, String> value : values.entrySet()) {
      String word = " " + value.getKey() + "=" + screen.shown(value.getValue());
      if (line.length() + word.length() > WIDTH && line.length() > 1) {
        out.println(line);
        line = new StringBuilder(" ");
      }
      line.append(word);
    }
    out.println(line);
  }

  /** The environment begins; the rate is counted from here. */
  synchronized void begin(String environment) {
    tallies.put(environment, new Tally());
  }

  /** A result that an earlier, killed run had made. */
  synchronized void restored(Result result) {
    Tally tally = tally(result);
    count(tally, result);
    tally.restored++;
  }

  synchronized void finished(Result result) {
    Tally tally = tally(result);
    count(tally, result);
    double seconds = (System.nanoTime() - tally.started) / 1e9;
    double rate = (tally.finished - tally.restored) / seconds;
    out.printf(
        Locale.ROOT,
        "[%s] %s %-14s %s [%s]%s%s%s%s%s%s  %.1f/s%s%n",
        result.environment(),
        "%%%dd/%%d"
            .formatted(Integer.toString(measurements).length())
            .formatted(tally.finished, measurements),
        result.verdict().outcome(),
        screen.shown(result.sampleName()),
        result.sha256().substring(0, 12),
        Repetitions.words(result.repetition()),
        result.verdict().cause().map(cause -> "  " + screen.shown(cause.toString())).orElse(""),
        stages(result),
        did(result),
        impact(result),
        result.violations().isEmpty()
            ? ""
            : "  BROKEN: " + screen.shown(String.join("; ", result.violations())),
        rate,
        left(measurements - tally.finished, rate));
    out.flush();
  }

  /** What it did, in a few words, and what of it was cut or missing. */
  private static String did(Result result) {
    List<String> did = new ArrayList<>();
    result
        .behavior(Facet.CALLS)
        .ifPresent(
            seen -> {
              did.add(counted(seen.calls(), "call"));
              did.add(counted(seen.filesChanged(), "file") + " changed");
            });
    result
        .behavior(Facet.PROCESSES)
        .ifPresent(
            seen -> {
              did.add(counted(seen.processes(), "process"));
              did.add(counted(seen.programs(), "program"));
            });
    result
        .behavior(Facet.NETWORK)
        .ifPresent(seen -> did.add(counted(seen.conversations(), "conversation")));
    result
        .behavior(Facet.FILES)
        .filter(seen -> seen.filesKept() > 0)
        .ifPresent(seen -> did.add(counted(seen.filesKept(), "file") + " kept"));
    result.saturation().filter(words -> !words.equals(Saturation.ENDED)).ifPresent(did::add);
    String flaws = result.recording().map(Recording::flaws).orElse("");
    return (did.isEmpty() ? "" : "  " + String.join(", ", did))
        + (flaws.isEmpty() ? "" : "  (" + flaws + ")");
  }

  /** How far a login session came; nothing of other samples. */
  private static String stages(Result result) {
    return result
        .infection()
        .map(
            seen ->
                "  last stage %s%s%s"
                    .formatted(
                        seen.lastOrNone(),
                        seen.refused().isEmpty() ? "" : ", refused " + seen.refused(),
                        seen.isCut()
                            ? ", cut after %d of %d commands"
                                .formatted(seen.typed(), seen.commands())
                            : ""))
        .orElse("");
  }

  /** Its impact and the gravest of what it is made of; nothing where there is none. */
  private String impact(Result result) {
    return result
        .impact()
        .filter(
            impact ->
                !impact.hits().isEmpty() || !impact.measured().isEmpty() || impact.givenUp() > 0)
        .map(
            impact ->
                "  impact %s%s%s"
                    .formatted(
                        impact.score().isPresent()
                            ? String.format(
                                Locale.ROOT,
                                "%.1f %s",
                                impact.score().getAsDouble(),
                                Band.of(impact.score().getAsDouble()).word())
                            : "-",
                        impact.gravest().map(it -> ": " + screen.shown(it)).orElse(""),
                        impact.givenUp() > 0 ? " (" + impact.givenUpInWords() + ")" : ""))
        .orElse("");
  }

  static String counted(long number, String word) {
    String plural = word.endsWith("s") ? "es" : "s";
    return number + " " + word + (number == 1 ? "" : plural);
  }

  private Tally tally(Result result) {
    return tallies.computeIfAbsent(result.environment(), name -> new Tally());
  }

  private void count(Tally tally, Result result) {
    if (repeat > 1) {
      repeated.add(result);
    }
    add(tally, result);
  }

  private void add(Tally tally, Result result) {
    labels.put(result.sha256(), result.label().status());
    tally.finished++;
    tally.outcomes.merge(result.verdict().outcome(), 1, Integer::sum);
    result
        .verdict()
        .cause()
        .map(Cause::type)
        .ifPresent(type -> tally.causes.merge(type.label(), 1, Integer::sum));
    result
        .infection()
        .ifPresent(seen -> tally.lastStages.merge(seen.lastOrNone(), 1, Integer::sum));
    tally.overheads.add(result.overheadMs());
    tally.violations += result.violations().isEmpty() ? 0 : 1;
    result.libraries().ifPresent(libraries -> tally.libraries.add(result.verdict(), libraries));
    result.threatScore().ifPresent(tally.threat::add);
    result.impactScore().ifPresent(tally.impact::add);
    tally.givenUp += result.impact().map(Impact::givenUp).orElse(0L);
  }

  private static String left(int remaining, double rate) {
    if (remaining == 0 || rate <= 0) {
      return "";
    }
    Duration left = Duration.ofSeconds(Math.round(remaining / rate));
    return left.toHours() > 0
        ? "  %d h %02d min left".formatted(left.toHours(), left.toMinutesPart())
        : left.toMinutes() > 0
            ? "  %d min %02d s left".formatted(left.toMinutes(), left.toSecondsPart())
            : "  %d s left".formatted(left.toSeconds());
  }

  /** The closing table, what the user must know besides, and where the reports are. */
  synchronized void closing(Map<String, String> reports, List<String> warnings) {
    // A sample counts once, whatever the number of its measurements.
    Map<String, Tally> tallies = repeat == 1 ? this.tallies : answers();
    out.printf(
        "%n%-18s %7s %10s %14s %12s %8s %11s %11s %12s%n",
        "environment",
        "samples",
        "executable",
        "not executable",
        "inconclusive",
        "broken",
        "mean threat",
        "mean impact",
        "overhead ms");
    tallies.forEach(
        (name, tally) ->
            out.printf(
                Locale.ROOT,
                "%-18s %7d %10d %14d %12d %8d %11s %11s %12s%n",
                name,
                tally.finished,
                tally.outcomes.getOrDefault(Outcome.EXECUTABLE, 0),
                tally.outcomes.getOrDefault(Outcome.NOT_EXECUTABLE, 0),
                tally.outcomes.getOrDefault(Outcome.INCONCLUSIVE, 0),
                tally.violations,
                tally.threat,
                tally.impact,
                median(tally.overheads)));
    tallies.forEach(
        (name, tally) -> {
          counts(name + ", causes", tally.causes);
          counts(name + ", last stages of login sessions", tally.lastStages);
        });
    long givenUp = tallies.values().stream().mapToLong(tally -> tally.givenUp).sum();
    if (givenUp > 0) {
      out.println(
          "comparisons of rules with hostile text given up: %d, told beside each impact"
              .formatted(givenUp));
    }
    tallies.forEach(
        (name, tally) ->
            tally
                .libraries
                .words()
                .ifPresent(words -> out.println(name + ", libraries: " + words)));
    if (repeat > 1) {
      out.printf(
          "repetitions: each sample measured %d times, and counted once, by the verdict of most;"
              + " verdict changed: %s%s%n",
          repeat,
          flips(Repetitions::verdictChanged),
          repeated.stream().anyMatch(row -> row.infection().isPresent())
              ? "; stages of sessions changed: " + flips(Repetitions::stagesChanged)
              : "");
    }
    out.println("labels: " + labels());
    if (unread > 0) {
      out.println("files of the corpus that could not be read: " + unread + ", named above");
    }
    out.println(
        "mean threat, mean impact: of the samples that have the score, their number in brackets");
    Stream.concat(limits.stream(), warnings.stream())
        .forEach(warning -> out.println("warning: " + screen.shown(warning)));
    if (warned + warnings.size() > 0) {
      out.printf(
          "warnings: %d, %d of them above the first sample%n", warned + warnings.size(), warned);
    }
    reports.forEach((name, where) -> out.printf("%-10s %s%n", name, where));
    out.flush();
  }

  /** Nothing where there are none. */
  private void counts(String title, Map<String, Integer> counts) {
    if (!counts.isEmpty()) {
      out.printf("%s: %s%n", title, inWords(counts));
    }
  }

  private static String inWords(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(count -> count.getKey() + " " + count.getValue())
        .collect(Collectors.joining(", "));
  }

  private Map<String, Tally> answers() {
    Map<String, Tally> answers = new LinkedHashMap<>();
    tallies.keySet().forEach(name -> answers.put(name, new Tally()));
    Repetitions.answers(repeated)
        .forEach(it -> add(answers.computeIfAbsent(it.environment(), name -> new Tally()), it));
    return answers;
  }

  /** In how many samples of each environment the repetitions are not the same in this. */
  private String flips(Predicate<List<Result>> changed) {
    Map<String, Integer> flips = new LinkedHashMap<>();
    tallies.keySet().forEach(name -> flips.put(name, 0));
    for (List<Result> rows : Repetitions.grouped(repeated)) {
      if (changed.test(rows)) {
        flips.merge(rows.get(0).environment(), 1, Integer::sum);
      }
    }
    return inWords(flips);
  }

  /** How many samples have which kind of label, whatever the number of environments. */
  private String labels() {
    Map<Label.Status, Long> counts =
        labels.values().stream()
            .collect(
                Collectors.groupingBy(
                    status -> status,
                    () -> new EnumMap<>(Label.Status.class),
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(count -> count.getKey().words() + " " + count.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String median(List<Long> values) {
    OptionalDouble median = Median.of(values.stream().mapToDouble(Long::doubleValue));
    return median.isPresent() ? Long.toString(Math.round(median.getAsDouble())) : "-";
  }
}
