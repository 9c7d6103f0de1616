package org.malassay.label;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.files.FileReason;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/**
 * The labels of samples. Sources are asked in this order until one has a report: the folder of
 * {@code -Dlabels}, earlier answers of services, VirusShare, VirusTotal. A service is asked when
 * its key is in the environment ({@code MALASSAY_VIRUSSHARE_KEY}, {@code MALASSAY_VIRUSTOTAL_KEY}),
 * and only for hashes: no sample is ever sent.
 *
 * <p>Safe for use by many threads. A sample is looked up once; asked for it again, this gives the
 * same label.
 */
public final class Labels implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private static final String NO_SOURCE =
      "no source of labels: give -Dlabels=DIR, or set one of "
          + Stream.of(Api.values()).map(Api::keyVariable).collect(Collectors.joining(", "));

  private final List<LabelSource> sources;
  private final List<String> problems;
  private final ThreatTable table;
  private final Vote vote;
  private final CountDownLatch closed;

  @SuppressWarnings("unused") // Held for as long as services may be asked.
  private final HttpClientLogs httpClientLogs;

  private final Map<String, CompletableFuture<Label>> labels = new ConcurrentHashMap<>();

  private Labels(
      List<LabelSource> sources,
      List<String> problems,
      ThreatTable table,
      CountDownLatch closed,
      HttpClientLogs httpClientLogs) {
    this.sources = sources;
    this.problems = problems;
    this.table = table;
    this.vote = new Vote(Vocabulary.load());
    this.closed = closed;
    this.httpClientLogs = httpClientLogs;
  }

  /**
   * Makes the sources ready; reads through the folder of reports. No service is asked yet.
   *
   * @param samples those whose labels will be asked for
   * @throws OptionException if an option or a key is not usable
   */
  public static Labels open(Options options, Collection<Sample> samples) {
    return open(options, samples, System.getenv(), Api::base, ANSWER_LIMIT, Clock.systemUTC());
  }

  static Labels open(
      Options options,
      Collection<Sample> samples,
      Map<String, String> environment,
      Function<Api, URI> bases,
      Duration answerLimit,
      Clock clock) {
    ThreatTable table = options.get(LabelOptions.THREAT_TABLE);
    Path cacheFolder = options.get(LabelOptions.CACHE);
    Duration wait = options.get(LabelOptions.WAIT);

    List<LabelSource> sources = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    options
        .find(LabelOptions.REPORTS)
        .ifPresent(
            folder -> {
              try {
                ReportFolder reports = ReportFolder.read(folder, samples);
                sources.add(reports);
                problems.addAll(reports.problems());
              } catch (IOException e) {
                throw new OptionException(
                    "-Dlabels=" + folder + " cannot be read: " + FileReason.of(e), e);
              }
            });
    ReportCache cache = new ReportCache(cacheFolder, clock);
    sources.add(cache);

    CountDownLatch closed = new CountDownLatch(1);
    RateLimiter.Pause pause =
        duration -> !closed.await(Math.max(1, duration.toMillis()), TimeUnit.MILLISECONDS);
    HttpClientLogs httpClientLogs = HttpClientLogs.silence();
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
    for (Api api : Api.values()) {
      ApiKey.from(environment, api.keyVariable())
          .ifPresent(
              key -> {
                RateLimiter limiter =
                    new RateLimiter(
                        api.title(),
                        options.get(LabelOptions.rate(api)),
                        cacheFolder.resolve(api.id() + "-rate.json"),
                        clock,
                        pause);
                sources.add(
                    new ReportService(
                        api,
                        bases.apply(api),
                        key,
                        http,
                        answerLimit,
                        cache,
                        limiter,
                        wait,
                        clock));
              });
    }
    return new Labels(List.copyOf(sources), List.copyOf(problems), table, closed, httpClientLogs);
  }

  /**
   * What is wrong with the folder of reports, one line each; for the reader of the run. Samples
   * that it concerns have no label.
   */
  public List<String> problems() {
    return problems;
  }

  /**
   * The label of a sample. Slow where a service has to be asked, as lookups wait for its rate
   * limit, each up to {@code -Dlabels.wait}: call it in a thread that nothing waits for. Never
   * fails: a label that cannot be had is {@link Label.Status#MISSING}, and its note says why. When
   * the calling thread is interrupted, or this is closed, it returns soon.
   */
  public Label of(Sample sample) {
    CompletableFuture<Label> mine = new CompletableFuture<>();
    CompletableFuture<Label> first = labels.putIfAbsent(sample.sha256(), mine);
    try {
      if (first != null) {
        return first.get();
      }
      Label label = look(sample);
      mine.complete(label);
      return label;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Label label = Label.missing("the lookup was interrupted");
      mine.complete(label);
      return label;
    } catch (ExecutionException | RuntimeException e) {
      mine.completeExceptionally(e);
      throw new IllegalStateException("a lookup should never fail", e);
    }
  }

  private Label look(Sample sample) throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (LabelSource source : sources) {
      Lookup lookup = source.find(sample);
      if (lookup instanceof Lookup.Found found) {
        return vote.count(found.report(), table, found.report().source());
      } else if (lookup instanceof Lookup.NotKnown notKnown) {
        reasons.add(notKnown.reason());
      } else if (lookup instanceof Lookup.NotReachable notReachable) {
        reasons.add(notReachable.reason());
      }
    }
    reasons.removeIf(String::isEmpty);
    return Label.missing(reasons.isEmpty() ? NO_SOURCE : String.join("; ", reasons));
  }

  /** Lookups that wait for their turn wait no longer; their labels are missing. */
  @Override
  public void close() {
    closed.countDown();
  }
}
