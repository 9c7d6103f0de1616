package org.malassay.reports.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;
import org.openqa.selenium.Keys;

/** The page in Debian's Chromium, without a network; slow, and not on a bare machine. */
@Tag("slow")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReportInBrowserTest {
  private static final String MATRIX = "#matrix-grid";
  private static final String RESULTS = "#results-grid";

  private static Browser browser;
  private static RunDirectory study;
  private static Path page;
  private static Path japanese;
  private static Path hostile;

  @BeforeAll
  static void started(@TempDir Path folder) throws IOException {
    browser = Browser.start(folder.resolve("profile"));
    study = HtmlReportTest.study(folder.resolve("study"));
    page = written(study, Map.of("html.pages", "all"));
    japanese = written(HtmlReportTest.study(folder.resolve("ja")), Map.of("lang", "ja"));
    hostile =
        written(HtmlReportTest.hostileRun(folder.resolve("hostile")), Map.of("html.pages", "all"));
  }

  @AfterAll
  static void ended() {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path written(RunDirectory run, Map<String, String> options) throws IOException {
    return new HtmlReport().write(Runs.of(run), Options.of(options));
  }

  @BeforeEach
  void asItWas() {
    browser.wide();
    browser.scheme("light");
  }

  /** Whatever a test does: nothing is fetched, and the console says nothing. */
  @AfterEach
  void nothingIsFetchedAndNothingIsWrong() {
    browser.quiet();
  }

  @Test
  void theMatrixHasACellASampleAndEnvironmentWithVerdictAndImpact() {
    browser.open(page, "");
    assertThat(browser.one(MATRIX + " .count").getText()).isEqualTo("4 of 4 samples");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("8 of 8 rows");
    assertThat(browser.texts(MATRIX + " td.verdict.run.b3")).containsOnly("3.2");
    assertThat(browser.texts(MATRIX + " td.verdict.not")).contains("needs a process");
  }

  @Test
  void aCellThatChangedSinceTheBaselineIsMarkedAndANumberShowsItsRows(@TempDir Path runs)
      throws IOException {
    Path compared = new HtmlReport().write(MadeUpBaseline.compared(runs), Options.of(Map.of()));
    browser.open(compared, "");
    assertThat(browser.texts(MATRIX + " td.changed")).contains("Δ 3.2");
    assertThat(browser.texts(MATRIX + " td.verdict:not(.changed)")).contains("3.2");
    browser.click("#baseline a[href='#env=0&base=0']");
    assertThat(browser.state()).isEqualTo("env=0&base=0");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("1 of 8 rows");
  }

  @Test
  void aTitleOfAColumnSortsByItAndTheAddressSaysSo() {
    browser.open(page, "");
    assertThat(browser.texts(MATRIX + " tbody th")).containsExactly("a", "b", "c", "d");
    browser.click(MATRIX + " thead th:first-child button");
    browser.click(MATRIX + " thead th:first-child button");
    assertThat(browser.state()).isEqualTo("sort=name&dir=down");
    assertThat(browser.one(MATRIX + " thead th").getDomAttribute("aria-sort"))
        .isEqualTo("descending");
    assertThat(browser.texts(MATRIX + " tbody th")).containsExactly("d", "c", "b", "a");
    assertThat(browser.focused().getText()).as("stays where it was").startsWith("sample");

    browser.open(page, "sort=env1");
    assertThat(browser.texts(MATRIX + " tbody th")).startsWith("d").endsWith("a");
  }

  @Test
  void choicesFilterBothTablesAndTheAddressSaysSo() {
    browser.open(page, "");
    browser.one("#by-cause option[value=NEEDS_PROCESS]").click();
    assertThat(browser.state()).isEqualTo("cause=NEEDS_PROCESS");
    assertThat(browser.texts(MATRIX + " tbody th")).containsExactly("b");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("1 of 8 rows");
    browser.click("#controls > button");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("8 of 8 rows");

    browser.one("#search").sendKeys("bots/");
    browser.run("return new Promise(done => setTimeout(done, 300))");
    assertThat(browser.state()).isEqualTo("q=bots%2F");
    assertThat(browser.texts(MATRIX + " tbody th")).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "family, mirai (4)",
    "category, backdoor (4)",
    "cause, needs a process (1)",
    "linkage, dynamic (4)",
    "abi, EABI5 hard-float (4)",
    "packed, none (4)",
    "hit, Stays; by cron (4)",
    "difference, verdict: unikernel: needs a process (1)"
  })
  void theMatrixIsGrouped(String by, String head) {
    browser.open(page, "");
    browser.one("#by-group option[value=" + by + "]").click();
    assertThat(browser.state()).isEqualTo("group=" + by);
    assertThat(browser.texts(MATRIX + " tr.group th")).contains(head);
  }

  @Test
  void aCellOpensItsEvidenceAndTheWayBackLeadsToTheViewAsItWas() {
    browser.open(page, "group=cause");
    browser.click(MATRIX + " td.not a");
    assertThat(browser.one("#all").isDisplayed()).isFalse();
    String at = browser.state().replaceFirst(".*&at=", "");
    assertThat(browser.focused().getText()).isEqualTo(browser.one("#env-" + at + " h3").getText());
    browser.press(Keys.ESCAPE);
    assertThat(browser.state()).isEqualTo("group=cause");
    assertThat(browser.one("#all").isDisplayed()).isTrue();
  }

  @Test
  void thePageOfASampleSaysHowEachPartWasRecordedBeforeWhatWasSeen() {
    browser.open(page, "sample=" + MadeUp.sha256("bots/a"));
    assertThat(browser.one("#env-0").getText())
        .contains("Network: missing (no <bridge>)", "/root/a ls")
        .contains("3.2, serious: stays, spies, attacks others")
        .containsPattern("(?s)System calls: cut \\(3 events lost: a flood\\).*openat.*EACCES");
  }

  @Test
  void callsAreSearchedAndFilteredByKind() {
    browser.open(page, "sample=" + MadeUp.sha256("bots/a"));
    String calls = "#env-0 .windowed tbody tr";
    assertThat(browser.count(calls)).isEqualTo(1);
    browser.one("#env-0 .controls input").sendKeys("nothing like it");
    assertThat(browser.count(calls)).isZero();
    browser.one("#env-0 .controls input").clear();
    browser.one("#env-0 .controls input").sendKeys("EACC");
    browser.one("#env-0 .controls option[value=openat]").click();
    assertThat(browser.texts(calls)).singleElement().asString().contains("openat");
  }

  @Test
  void withTheKeyboardAloneOneGoesThroughTheMatrixToTheEvidenceAndBack() {
    browser.open(page, "");
    browser.tab();
    assertThat(browser.focused().getText()).isEqualTo("To the answer");
    for (int i = 0; i < 200 && inMatrix() == null; i++) {
      browser.tab();
    }
    assertThat(inMatrix()).isEqualTo("0");
    browser.press(Keys.ARROW_DOWN);
    assertThat(inMatrix()).isEqualTo("1");
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertThat(browser.focused().getText()).isEqualTo("needs a process");
    browser.press(Keys.END);
    assertThat(inMatrix()).isEqualTo("3");
    browser.press(Keys.HOME);
    assertThat(inMatrix()).isEqualTo("0");
    browser.press(Keys.ENTER);
    assertThat(browser.state()).isEqualTo("sample=" + MadeUp.sha256("bots/a") + "&at=1");
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#all").isDisplayed()).isTrue();
  }

  /** The row of the matrix whose link has the focus. */
  private static String inMatrix() {
    return (String)
        browser.run(
            "const it = document.activeElement;"
                + "return it.closest('#matrix-grid') ? it.getAttribute('data-row') : null");
  }

  /** Every count leads to as many samples; so does every arrow of the flow charts. */
  @Test
  @SuppressWarnings("unchecked")
  void everyNumberLeadsToAsManyRows() {
    browser.open(page, "");
    List<List<String>> numbers =
        (List<List<String>>)
            browser.run(
                "return [...document.querySelectorAll('#all section .scroll td.number, #flow svg"
                    + " text, #causes svg text.on')].map(it => [it.textContent.trim(),"
                    + " (it.querySelector('a') || it.closest('a') || it.previousElementSibling &&"
                    + " it.closest('#causes') && it.previousElementSibling)?.getAttribute('href')"
                    + " || '', it.closest('section').id])");
    List<String> unlinked = new ArrayList<>();
    int followed = 0;
    for (List<String> number : numbers) {
      String count = number.get(0).replaceFirst("^(yes|no answer|no) ", "");
      boolean noSamples =
          Set.of("clusters", "choices").contains(number.get(2)); // but clusters, ranks
      if (noSamples || !count.matches("[1-9][0-9]*")) {
        continue;
      }
      if (number.get(1).isEmpty()) {
        unlinked.add(number.get(2) + ": " + number.get(0));
        continue;
      }
      if (number.get(1).contains("scored=")) {
        continue; // a mean that happens to be whole
      }
      browser.go(number.get(1));
      assertThat(browser.one(MATRIX + " .count").getText())
          .as("%s", number)
          .isEqualTo(count + " of 4 samples");
      followed++;
    }
    assertThat(unlinked).isEmpty();
    assertThat(followed).isGreaterThan(30);
  }

  @Test
  void barsLeadToTheSamplesOfWhichTheServiceLostAnAnswer() {
    browser.open(page, "");
    browser.go("env=0&lost=2-2");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("4 of 8 rows");
    browser.go("env=0&lost=3-9");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("0 of 8 rows");
    assertThat(browser.texts("#controls .chips button"))
        .containsExactly("web service not answering, second 2 to 9 ×");
    assertThat(browser.texts("#service svg a[href='#env=0&lost=2-2'] title")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sample=a"})
  void aPhoneShowsItWithoutScrollingSideways(String state) {
    browser.phone();
    for (Path one : List.of(page, japanese, hostile)) {
      String sample = one == hostile ? MadeUp.HOSTILE_NAMES.get(5) : "bots/a";
      browser.open(one, state.isEmpty() ? "" : "sample=" + MadeUp.sha256(sample));
      assertThat(browser.run("return document.documentElement.scrollWidth"))
          .as("%s", one)
          .isEqualTo(360L);
    }
    browser.open(page.resolveSibling("pages/" + MadeUp.sha256("bots/a") + ".html"), "");
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
  }

  @Test
  void itIsDarkWhereTheReaderWantsItDark() {
    browser.open(page, "");
    assertThat(background()).isEqualTo("rgb(255, 255, 255)");
    browser.scheme("dark");
    assertThat(background()).isEqualTo("rgb(20, 23, 27)");
    browser.media("print", "dark");
    assertThat(background()).as("paper").isEqualTo("rgb(255, 255, 255)");
  }

  private static Object background() {
    return browser.run("return getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void paperGetsAllRowsOfTheViewAndNothingToClick(@TempDir Path runs) throws IOException {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(MadeUp.row("container", "sample-" + i).build());
    }
    browser.open(written(MadeUp.run(runs, rows), Map.of()), "");
    assertThat(browser.count(MATRIX + " tbody th")).isLessThan(100);
    browser.run("window.dispatchEvent(new Event('beforeprint'))");
    browser.media("print", "light");
    assertThat(browser.count(MATRIX + " tbody th")).isEqualTo(300);
    assertThat(browser.one("nav").isDisplayed()).isFalse();
    assertThat(browser.one("#controls").isDisplayed()).isFalse();
    browser.run("window.dispatchEvent(new Event('afterprint'))");
    browser.media("", "light");
    assertThat(browser.count(MATRIX + " tbody th")).isLessThan(100);

    String pdf = new String(Base64.getDecoder().decode(browser.pdf()), UTF_8);
    assertThat(pdf).startsWith("%PDF");
    assertThat(pdf.split("/Type /Page\\b", -1)).hasSizeGreaterThan(15);
  }

  @Test
  void inJapaneseItSaysTheSame() {
    browser.open(japanese, "");
    assertThat(browser.one("html").getDomAttribute("lang")).isEqualTo("ja");
    assertThat(browser.texts(MATRIX + " thead button")).startsWith("サンプル ▲".replace(" ▲", ""));
    assertThat(browser.texts(MATRIX + " td.verdict.run.b3")).containsOnly("3.2");
    browser.open(japanese, "sample=" + MadeUp.sha256("bots/a"));
    assertThat(browser.one("#env-0").getText()).contains("/root/a ls", "コンテナ環境");
  }

  @Test
  void hostileNamesOutputsHostsAndBannersAreText() {
    browser.open(hostile, "");
    noMarkup();
    for (String name : MadeUp.HOSTILE_NAMES) {
      browser.go("sample=" + MadeUp.sha256(name));
      noMarkup();
    }
    String sample = MadeUp.sha256(MadeUp.HOSTILE_NAMES.get(6));
    browser.open(hostile.resolveSibling("pages/" + sample + ".html"), "");
    noMarkup();
    browser.open(hostile, "sample=" + sample);
    String said = "<img src=x onerror=alert(1)>&lt;b&gt;";
    assertThat(browser.one("#one h2").getText()).isEqualTo(said);
    assertThat(browser.one("#env-0 pre").getText()).isEqualTo(said);
    assertThat(browser.texts("#env-0 td")).contains(said, "A " + said);
  }

  private static void noMarkup() {
    assertThat(browser.count("script")).isEqualTo(2);
    assertThat(browser.count("img, b, i, iframe, object, embed, form, base")).isZero();
  }

  @Test
  void thePolicyStopsWhatWouldGetIn() {
    browser.open(page, "");
    browser.run(
        "const it = document.createElement('script'); it.textContent = 'window.got = 1';"
            + "document.body.append(it);"
            + "const picture = document.createElement('img'); picture.src = 'https://192.0.2.1/x';"
            + "document.body.append(picture);");
    assertThat(browser.run("return window.got === undefined")).isEqualTo(true);
    assertThat(browser.console())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(it -> it.contains("Content Security Policy"));
    assertThat(browser.requests()).as("asked for, and refused").contains("https://192.0.2.1/x");
  }

  @Test
  void aPageBesideIsOpenedFromThePageOfItsSampleAndLeadsBack() {
    browser.open(page, "sample=" + MadeUp.sha256("bots/b"));
    browser.click("#env-1 a[href^='pages/']");
    assertThat(browser.address()).endsWith("pages/" + MadeUp.sha256("bots/b") + ".html#at=1");
    assertThat(browser.one("h2").getText()).isEqualTo("b");
    assertThat(browser.focused().getText()).contains("unikernel");
    browser.click("a.back");
    assertThat(browser.address()).endsWith("report.html#sample=" + MadeUp.sha256("bots/b"));
    assertThat(browser.one("#one h2").getText()).isEqualTo("b");
  }

  @Test
  void aHalfWrittenLineOfTheJournalCostsItsRowAndIsSaid(@TempDir Path runs) throws IOException {
    RunDirectory run = HtmlReportTest.study(runs);
    Path journal = run.path().resolve("journal.jsonl");
    List<String> lines = Files.readAllLines(journal);
    lines.set(1, lines.get(1).substring(0, lines.get(1).length() / 2));
    Files.write(journal, lines);
    browser.open(written(run, Map.of()), "");
    assertThat(browser.texts(".damage"))
        .containsExactly("line 2 of journal.jsonl is damaged: its row is lost");
    assertThat(browser.one(RESULTS + " .count").getText()).isEqualTo("7 of 7 rows");
  }

  /** What keeps people out, by Deque's axe-core: nothing that it calls serious or critical. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void axeFindsNothingSerious(String scheme) throws IOException {
    browser.scheme(scheme);
    String beside = "pages/" + MadeUp.sha256("bots/a") + ".html";
    String one = "sample=" + MadeUp.sha256("bots/a");
    axe(page, "");
    axe(page, one);
    axe(page.resolveSibling(beside), "");
    axe(japanese, one);
    axe(hostile, "sample=" + MadeUp.sha256(MadeUp.HOSTILE_NAMES.get(5)));
  }

  private static void axe(Path one, String state) throws IOException {
    browser.open(one, state);
    assertThat(serious()).as("%s#%s", one, state).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static List<String> serious() throws IOException {
    try (InputStream axe = ReportInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      return (List<String>)
          browser.run(
              new String(axe.readAllBytes(), UTF_8)
                  + ";return axe.run(document, {resultTypes: ['violations']}).then(found =>"
                  + " found.violations.filter(it => ['serious',"
                  + " 'critical'].includes(it.impact)).flatMap(it => it.nodes.map(node => it.id +"
                  + " ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary)))");
    }
  }

  /** The figures to reach: opens in 2 s, filters and sorts in 0.2 s, and is at most 15 MB. */
  @Test
  void tenThousandSamplesInFourEnvironmentsAreOpenedFilteredAndSortedAtOnce(@TempDir Path runs)
      throws IOException {
    List<Cause.Type> causes = List.of(Cause.Type.values()).subList(0, 12);
    List<Result> rows = new ArrayList<>();
    for (String environment : List.of("container", "raspbian", "unikernel", "unikernel-linux")) {
      for (int i = 0; i < 10_000; i++) {
        MadeUp.Row row = MadeUp.row(environment, "folder/sample-%05d".formatted(i * 7919 % 10_000));
        if ((i + environment.length()) % 3 == 0) {
          row.notExecutable(causes.get(i % causes.size()), "detail " + i % 100);
        } else if (i % 5 == 0) {
          row.withoutHits();
        }
        rows.add(row.build());
      }
    }
    Path many = written(MadeUp.run(runs, rows), Map.of());
    assertThat(Files.size(many)).isLessThanOrEqualTo(15_000_000);
    double opened = 1e9;
    for (int i = 0; i < 3; i++) {
      browser.open(many, "");
      opened =
          Math.min(
              opened,
              ((Number)
                      browser.run(
                          "return performance.getEntriesByType('navigation')[0].loadEventEnd"))
                  .doubleValue());
    }
    double sorted = slowest("sort=name&dir=down", "sort=family", "sort=env2", "sort=impact");
    double filtered = slowest("cause=MISSING_LIBRARY", "env=1&verdict=0", "q=sample-0123", "hit=0");
    double grouped = slowest("group=cause", "group=hit");
    System.out.printf(
        "%d bytes, opened in %.0f ms, sorted in %.0f, filtered in %.0f, grouped in %.0f%n",
        Files.size(many), opened, sorted, filtered, grouped);
    assertThat(opened).isLessThan(2000);
    assertThat(List.of(sorted, filtered, grouped)).allMatch(it -> it < 200);
  }

  /** Of these views the slowest, in milliseconds until it is laid out; of each the best of five. */
  private static double slowest(String... states) {
    double slowest = 0;
    for (String state : states) {
      slowest =
          Math.max(
              slowest,
              ((Number)
                      browser.run(
                          "let best = 1e9; for (let i = 0; i < 5; i++) { history.replaceState(null,"
                              + " '', '#all'); dispatchEvent(new PopStateEvent('popstate'));"
                              + " document.body.offsetHeight; history.replaceState(null, '',"
                              + " arguments[0]); const start = performance.now(); dispatchEvent(new"
                              + " PopStateEvent('popstate')); document.body.offsetHeight; best ="
                              + " Math.min(best, performance.now() - start); } return best",
                          "#" + state))
                  .doubleValue());
    }
    return slowest;
  }
}
