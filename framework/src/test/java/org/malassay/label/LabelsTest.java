package org.malassay.label;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.label.Reports.SHA256;
import static org.malassay.label.Reports.labels;
import static org.malassay.label.Reports.sample;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

@Timeout(60)
class LabelsTest {
  private static final String KEY = "s3cretKey0123456789";
  private static final Map<String, String> BACKDOOR =
      labels("Kaspersky", "HEUR:Backdoor.Linux.Gafgyt.a", "DrWeb", "Linux.BackDoor.Fgt.1");
  private static final Map<String, String> WITH_BOTH_KEYS =
      Map.of("MALASSAY_VIRUSSHARE_KEY", KEY, "MALASSAY_VIRUSTOTAL_KEY", KEY);

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

  private final Path folder;
  private final Map<String, String> options = new HashMap<>();
  private final TestClock clock = new TestClock("2026-03-01T10:00:00Z");
  private Duration answerLimit = Duration.ofSeconds(20);

  LabelsTest(@TempDir Path folder) {
    this.folder = folder;
    options.put("labels.cache", folder.resolve("cache").toString());
    options.put("labels.wait", "1ms");
  }

  private Labels open(Map<String, String> environment) {
    return open(environment, URI.create(SERVER.baseUrl() + "/"), clock);
  }

  private Labels open(Map<String, String> environment, URI base, Clock clock) {
    return Labels.open(
        Options.of(options),
        List.of(sample()),
        environment,
        api -> base.resolve(api.id() + "/"),
        answerLimit,
        clock);
  }

  private static Map<String, String> keyOf(Api api) {
    return Map.of(api.keyVariable(), KEY);
  }

  private static void answer(Api api, ResponseDefinitionBuilder response) {
    SERVER.stubFor(get(urlPathEqualTo(path(api))).willReturn(response));
  }

  private static String path(Api api) {
    return switch (api) {
      case VIRUS_SHARE -> "/virusshare/file";
      case VIRUS_TOTAL -> "/virustotal/files/" + SHA256;
    };
  }

  private static String report(Api api) {
    return switch (api) {
      case VIRUS_SHARE -> Reports.virusShare(1, SHA256, BACKDOOR);
      case VIRUS_TOTAL -> Reports.virusTotal3(SHA256, BACKDOOR);
    };
  }

  private static int asked() {
    return SERVER.getAllServeEvents().size();
  }

  private static void assertIsBackdoor(Label label, String source) {
    assertThat(label.status()).as(label.note()).isEqualTo(Label.Status.LABELLED);
    assertThat(label.category()).contains("backdoor");
    assertThat(label.family()).contains("gafgyt");
    assertThat(label.score()).hasValue(9);
    assertThat(label.note()).isEqualTo(source);
  }

  private static Sample other(int number) {
    String sha256 = String.format(Locale.ROOT, "%064x", number);
    return sample(sha256, sha256.substring(32), Path.of("absent"));
  }

  // Where labels come from.

  @Test
  void withoutAnySourceTheLabelIsMissingAndTheOptionsThatMendItAreNamed() {
    try (Labels labels = open(Map.of())) {
      assertThat(labels.of(sample()))
          .isEqualTo(
              Label.missing(
                  "no source of labels: give -Dlabels=DIR, or set one of MALASSAY_VIRUSSHARE_KEY,"
                      + " MALASSAY_VIRUSTOTAL_KEY"));
    }
    assertThat(asked()).isZero();
  }

  @Test
  void theFolderComesFirstAndNoServiceIsAsked() throws Exception {
    Path reports = Files.createDirectory(folder.resolve("reports"));
    Files.writeString(reports.resolve("x.json"), Reports.virusShare(1, SHA256, BACKDOOR));
    Files.writeString(reports.resolve("y.json"), "broken");
    options.put("labels", reports.toString());

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertIsBackdoor(labels.of(sample()), "VirusShare");
      assertThat(labels.problems())
          .singleElement()
          .asString()
          .startsWith(reports.resolve("y.json") + " is not a report");
    }
    assertThat(asked()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aServiceWithAKeyIsAskedByItsDocumentedRequest(Api api) {
    answer(api, okJson(report(api)));

    try (Labels labels = open(keyOf(api))) {
      assertIsBackdoor(labels.of(sample()), api.title());
    }
    SERVER.verify(
        1,
        switch (api) {
          case VIRUS_SHARE ->
              getRequestedFor(urlPathEqualTo("/virusshare/file"))
                  .withQueryParam("apikey", equalTo(KEY))
                  .withQueryParam("hash", equalTo(SHA256))
                  .withoutHeader("x-apikey");
          case VIRUS_TOTAL ->
              getRequestedFor(urlPathEqualTo("/virustotal/files/" + SHA256))
                  .withHeader("x-apikey", equalTo(KEY));
        });
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void VirusTotalIsAskedWhenVirusShareDoesNotKnowTheFile() {
    answer(Api.VIRUS_SHARE, okJson("{\"response\": 0}"));
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertIsBackdoor(labels.of(sample()), "VirusTotal");
    }
    assertThat(asked()).isEqualTo(2);
  }

  @Test
  void VirusTotalIsNotAskedWhenVirusShareHasAReport() {
    answer(Api.VIRUS_SHARE, okJson(report(Api.VIRUS_SHARE)));

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertIsBackdoor(labels.of(sample()), "VirusShare");
    }
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void aFileThatNobodyKnowsIsMissingAndTheNoteNamesWhoWasAsked() {
    answer(Api.VIRUS_SHARE, okJson("{\"response\": 0}"));
    answer(
        Api.VIRUS_TOTAL,
        aResponse().withStatus(404).withBody("{\"error\": {\"code\": \"NotFoundError\"}}"));

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertThat(labels.of(sample()))
          .isEqualTo(Label.missing("VirusShare does not know it; VirusTotal does not know it"));
    }
  }

  @Test
  void benignAtVirusShareIsNotDetectedRatherThanAScoreOf0() {
    answer(Api.VIRUS_SHARE, okJson(Reports.virusShare(2, SHA256, labels("A", Reports.UNDETECTED))));

    try (Labels labels = open(keyOf(Api.VIRUS_SHARE))) {
      assertThat(labels.of(sample())).isEqualTo(Label.notDetected(1, "VirusShare"));
    }
  }

  @Test
  void oneSampleIsLookedUpOnceHoweverManyAskForIt() throws Exception {
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)).withFixedDelay(100));
    var executor = Executors.newFixedThreadPool(4);
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      List<Callable<Label>> askers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        askers.add(() -> labels.of(sample()));
      }
      for (var label : executor.invokeAll(askers)) {
        assertIsBackdoor(label.get(), "VirusTotal");
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(asked()).isEqualTo(1);
  }

  // The cache.

  @ParameterizedTest
  @EnumSource
  void aReportIsAskedForOnceAndServesLaterRunsWithoutAKey(Api api) {
    answer(api, okJson(report(api)));
    try (Labels labels = open(keyOf(api))) {
      labels.of(sample());
    }
    clock.advance(Duration.ofDays(1000));

    try (Labels labels = open(keyOf(api))) {
      assertIsBackdoor(labels.of(sample()), api.title());
    }
    try (Labels labels = open(Map.of())) {
      assertIsBackdoor(labels.of(sample()), api.title());
    }
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void anEarlierAnswerOfOneServiceComesBeforeAskingAnother() {
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      labels.of(sample());
    }

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertIsBackdoor(labels.of(sample()), "VirusTotal");
    }
    assertThat(asked()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void notKnownIsRememberedForSevenDays(Api api) {
    answer(api, aResponse().withStatus(404));
    try (Labels labels = open(keyOf(api))) {
      labels.of(sample());
    }
    clock.advance(Duration.ofDays(7));
    try (Labels labels = open(keyOf(api))) {
      assertThat(labels.of(sample()).note())
          .isEqualTo(api.title() + " does not know it (asked 2026-03-01T10:00:00Z)");
    }
    assertThat(asked()).isEqualTo(1);

    answer(api, okJson(report(api)));
    clock.advance(Duration.ofSeconds(1));
    try (Labels labels = open(keyOf(api))) {
      assertIsBackdoor(labels.of(sample()), api.title());
    }
    assertThat(asked()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"data\": {\"attr", "null"})
  void aSpoiltCacheEntryIsAskedForAgain(String contents) throws Exception {
    Path entry = folder.resolve("cache/virustotal/" + SHA256 + ".json");
    Files.createDirectories(folder.resolve("cache/virustotal"));
    Files.writeString(entry, contents);
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));

    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      assertIsBackdoor(labels.of(sample()), "VirusTotal");
    }
    assertThat(entry).hasContent(report(Api.VIRUS_TOTAL));
  }

  @Test
  void theCacheIsAFolderOfReportsItself() {
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      labels.of(sample());
    }
    options.put("labels", folder.resolve("cache/virustotal").toString());
    options.put("labels.cache", folder.resolve("empty").toString());

    try (Labels labels = open(Map.of())) {
      assertIsBackdoor(labels.of(sample()), "VirusTotal");
    }
  }

  @Test
  void aCacheThatCannotBeWrittenCostsLabelsAndNotTheRun() throws Exception {
    options.put("labels.cache", Files.writeString(folder.resolve("file"), "").toString());

    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      assertThat(labels.of(sample()).status()).isEqualTo(Label.Status.MISSING);
      assertThat(labels.of(sample()).note())
          .startsWith("VirusTotal was not asked, as its rate limit cannot be kept: ");
    }
    assertThat(asked()).isZero();
  }

  // Rate limits.

  @Test
  void whenTheDayIsUsedUpLabelsAreMissingWithThatReason() {
    options.put("labels.virustotal.rate", "100/min,2/day");
    options.put("labels.wait", "10m");
    SERVER.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(404)));

    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      labels.of(other(1));
      labels.of(other(2));
      assertThat(labels.of(other(3)))
          .isEqualTo(
              Label.missing(
                  "rate limit of VirusTotal: 2 a day used up until 2026-03-02T00:00:00Z"));
    }
    assertThat(asked()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void theDefaultLimitIsFourAMinuteAcrossRuns(Api api) {
    SERVER.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(404)));
    for (int i = 0; i < 6; i++) {
      try (Labels labels = open(keyOf(api))) {
        labels.of(other(i));
      }
    }
    assertThat(asked()).isEqualTo(4);
  }

  @Test
  void theDefaultLimitOfVirusTotalIs500ADay() {
    assertThat(Options.of(Map.of()).get(LabelOptions.VIRUS_TOTAL_RATE).toString())
        .isEqualTo("4/min,500/day");
  }

  @Test
  void closingEndsTheWaitForATurn() throws Exception {
    options.put("labels.wait", "1h");
    options.put("labels.virustotal.rate", "1/h");
    SERVER.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(404)));
    var executor = Executors.newSingleThreadExecutor();
    Labels labels =
        open(keyOf(Api.VIRUS_TOTAL), URI.create(SERVER.baseUrl() + "/"), Clock.systemUTC());
    try {
      labels.of(other(1));
      var waiting = executor.submit(() -> labels.of(other(2)));
      assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);

      labels.close();

      assertThat(waiting.get(10, TimeUnit.SECONDS).note())
          .startsWith("rate limit of VirusTotal: 1 a h used up until ");
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void anInterruptedLookupIsMissingAndTheThreadStaysInterrupted() {
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      Thread.currentThread().interrupt();
      assertThat(labels.of(sample())).isEqualTo(Label.missing("the lookup was interrupted"));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  // Services that fail.

  @ParameterizedTest
  @EnumSource
  void askedToSlowDownAServiceIsLeftAloneForAMinuteEvenByTheNextRun(Api api) {
    answer(api, aResponse().withStatus(api == Api.VIRUS_SHARE ? 204 : 429));
    try (Labels labels = open(keyOf(api))) {
      assertThat(labels.of(sample()).note())
          .isEqualTo(api.title() + " asked to be left alone until 2026-03-01T10:01:00Z");
    }
    try (Labels labels = open(keyOf(api))) {
      labels.of(sample());
    }
    assertThat(asked()).isEqualTo(1);

    answer(api, okJson(report(api)));
    clock.advance(Duration.ofMinutes(1));
    try (Labels labels = open(keyOf(api))) {
      assertIsBackdoor(labels.of(sample()), api.title());
    }
  }

  @Test
  void aLongerBackOffThatTheServiceAsksForIsKept() {
    answer(Api.VIRUS_TOTAL, aResponse().withStatus(429).withHeader("Retry-After", "600"));
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      assertThat(labels.of(sample()).note()).contains("until 2026-03-01T10:10:00Z");
    }
  }

  @Test
  void afterTheBackOffTheSameLookupGoesOn() {
    options.put("labels.wait", "1h");
    SERVER.stubFor(
        get(anyUrl())
            .inScenario("busy")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(429))
            .willSetStateTo("free"));
    SERVER.stubFor(
        get(anyUrl())
            .inScenario("busy")
            .whenScenarioStateIs("free")
            .willReturn(okJson(report(Api.VIRUS_TOTAL))));
    ReportCache cache = new ReportCache(folder, clock);
    ReportService service = service(cache);

    assertThat(find(service)).isInstanceOf(Lookup.Found.class);
    assertThat(clock.instant()).isEqualTo("2026-03-01T10:01:00Z");
  }

  /** A service whose waits move the test's clock. */
  private ReportService service(ReportCache cache) {
    return new ReportService(
        Api.VIRUS_TOTAL,
        URI.create(SERVER.baseUrl() + "/virustotal/"),
        ApiKey.from(WITH_BOTH_KEYS, Api.VIRUS_TOTAL.keyVariable()).orElseThrow(),
        java.net.http.HttpClient.newHttpClient(),
        answerLimit,
        cache,
        new RateLimiter(
            "VirusTotal", RateLimit.parse("4/min"), folder.resolve("rate.json"), clock, clock),
        Duration.ofHours(1),
        clock);
  }

  private static Lookup find(ReportService service) {
    try {
      return service.find(sample());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aServiceThatNeverHasTimeIsGivenUp() {
    answer(Api.VIRUS_TOTAL, aResponse().withStatus(429));

    assertThat(find(service(new ReportCache(folder, clock))))
        .isEqualTo(
            new Lookup.NotReachable(
                "VirusTotal failed 3 times in a row, the last time: its quota is exceeded (HTTP"
                    + " 429); not asked again in this run"));
    assertThat(asked()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusedKeyIsNotTriedAgainAndItsVariableIsNamed(int status) {
    SERVER.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(status)));
    try (Labels labels = open(keyOf(Api.VIRUS_SHARE))) {
      String note =
          "VirusShare refuses the key in MALASSAY_VIRUSSHARE_KEY (HTTP %d); not asked again in this run"
              .formatted(status);
      assertThat(labels.of(other(1))).isEqualTo(Label.missing(note));
      assertThat(labels.of(other(2))).isEqualTo(Label.missing(note));
    }
    assertThat(asked()).isEqualTo(1);
  }

  static Stream<ResponseDefinitionBuilder> failures() {
    return Stream.of(
        aResponse().withStatus(500).withBody("{}"),
        aResponse().withStatus(400),
        aResponse().withStatus(302).withHeader("Location", "/elsewhere?apikey=" + KEY),
        okJson("<html>" + KEY + "</html>"),
        okJson(""),
        okJson("{\"response\": \"" + KEY + "\"}"),
        okJson(" ".repeat(ReportReader.MAX_ANSWER) + "{}"),
        aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK),
        aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE),
        aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
        aResponse().withFault(Fault.EMPTY_RESPONSE));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailingServiceCostsALabelIsGivenUpAndShowsItsKeyNowhere(ResponseDefinitionBuilder response)
      throws Exception {
    options.put("labels.virusshare.rate", "100/s");
    SERVER.stubFor(get(anyUrl()).willReturn(response));
    List<String> notes = new ArrayList<>();

    String printed =
        printedBy(
            () -> {
              try (Labels labels = open(keyOf(Api.VIRUS_SHARE))) {
                for (int i = 0; i < 5; i++) {
                  Label label = labels.of(other(i));
                  assertThat(label.status()).isEqualTo(Label.Status.MISSING);
                  notes.add(label.note());
                }
              }
            });

    assertThat(asked()).isLessThanOrEqualTo(ReportService.MAX_FAILURES);
    assertThat(notes.get(0)).startsWith("VirusShare failed: ");
    assertThat(notes.get(4))
        .startsWith("VirusShare failed 3 times in a row, the last time: ")
        .endsWith("; not asked again in this run")
        .isEqualTo(notes.get(2));
    assertThat(printed + notes).doesNotContain(KEY);
    assertThat(filesBelow(folder)).noneMatch(text -> text.contains(KEY));
  }

  static Stream<ResponseDefinitionBuilder> slowAnswers() {
    return Stream.of(
        okJson(report(Api.VIRUS_SHARE)).withFixedDelay(2000),
        // The headers come at once.
        okJson(report(Api.VIRUS_SHARE)).withChunkedDribbleDelay(20, 5000));
  }

  @ParameterizedTest
  @MethodSource("slowAnswers")
  void aSlowServiceCostsALabel(ResponseDefinitionBuilder response) {
    answerLimit = Duration.ofMillis(300);
    SERVER.stubFor(get(anyUrl()).willReturn(response));

    try (Labels labels = open(keyOf(Api.VIRUS_SHARE))) {
      assertThat(labels.of(sample()))
          .isEqualTo(Label.missing("VirusShare failed: no answer within 300 ms"));
    }
  }

  @Test
  void aSuccessBetweenFailuresStartsTheCountAnew() {
    options.put("labels.virustotal.rate", "100/s");
    SERVER.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(500)));
    SERVER.stubFor(
        get(urlPathEqualTo("/virustotal/files/" + other(3).sha256()))
            .willReturn(aResponse().withStatus(404)));
    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      for (int i = 1; i <= 5; i++) {
        labels.of(other(i));
      }
      assertThat(labels.of(other(5)).note()).isEqualTo("VirusTotal failed: HTTP 500");
    }
    assertThat(asked()).isEqualTo(5);
  }

  @Test
  void aRefusedConnectionCostsALabel() throws Exception {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }
    try (Labels labels = open(keyOf(Api.VIRUS_SHARE), nobody, clock)) {
      assertThat(labels.of(sample())).isEqualTo(Label.missing("VirusShare failed: no connection"));
    }
  }

  @Test
  void whenOneServiceFailsTheNextIsAsked() {
    answer(Api.VIRUS_SHARE, aResponse().withStatus(500));
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));

    try (Labels labels = open(WITH_BOTH_KEYS)) {
      assertIsBackdoor(labels.of(sample()), "VirusTotal");
    }
  }

  // The key.

  @ParameterizedTest
  @EnumSource
  void theKeyIsInNoLogEvenWhenAllIsWell(Api api) throws Exception {
    // A service that sends the key back.
    answer(api, okJson(report(api).replaceFirst("\\{", "{\"you\": \"" + KEY + "\",")));

    String printed =
        printedBy(
            () -> {
              try (Labels labels = open(keyOf(api))) {
                Label label = labels.of(sample());
                assertIsBackdoor(label, api.title());
                System.out.println(label);
              }
            });

    assertThat(printed).contains("backdoor").doesNotContain(KEY);
    assertThat(filesBelow(folder)).isNotEmpty().noneMatch(text -> text.contains(KEY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "new\nline", "ä", "a&b", "\"quoted\""})
  void aKeyThatIsNoneIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> open(Map.of("MALASSAY_VIRUSTOTAL_KEY", text)))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "the environment variable MALASSAY_VIRUSTOTAL_KEY holds something that is not a key:"
                + " letters, digits and -_.~ only");
  }

  @Test
  void aBlankKeyIsNone() {
    try (Labels labels = open(Map.of("MALASSAY_VIRUSTOTAL_KEY", " "))) {
      assertThat(labels.of(sample()).note()).startsWith("no source of labels");
    }
  }

  @Test
  void aKeyDoesNotPrintItself() {
    assertThat(ApiKey.from(WITH_BOTH_KEYS, "MALASSAY_VIRUSTOTAL_KEY").orElseThrow())
        .hasToString("***");
  }

  // Options.

  @Test
  void aFolderOfReportsThatIsNotThereIsNamed() {
    options.put("labels", folder.resolve("nowhere").toString());

    assertThatThrownBy(() -> open(Map.of()))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(
            "-Dlabels=" + folder.resolve("nowhere") + ": there is no such folder");
  }

  @Test
  void everyDefaultIsAValue() {
    for (var option : new LabelOptions().options()) {
      option.defaultText().ifPresent(text -> assertThat(option.parser().apply(text)).isNotNull());
    }
    assertThat(new LabelOptions().options()).extracting("name").doesNotHaveDuplicates().hasSize(6);
  }

  @Test
  void theThreatTableDecidesTheScore() {
    options.put("threat.table", "kaspersky");
    answer(Api.VIRUS_TOTAL, okJson(report(Api.VIRUS_TOTAL)));

    try (Labels labels = open(keyOf(Api.VIRUS_TOTAL))) {
      assertThat(labels.of(sample()).score()).hasValue(8);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  /** All that is printed or logged, at any level, while the action runs. */
  private static String printedBy(Action action) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream capture = new PrintStream(printed, true, java.nio.charset.StandardCharsets.UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            capture.println(record.getMessage() + List.of(String.valueOf(record.getThrown())));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = LogManager.getLogManager().getLogger("");
    Level level = root.getLevel();
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.ALL);
    System.setOut(capture);
    System.setErr(capture);
    try {
      action.run();
    } finally {
      System.setOut(out);
      System.setErr(err);
      root.setLevel(level);
      root.removeHandler(handler);
    }
    return printed.toString(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static List<String> filesBelow(Path folder) throws Exception {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
