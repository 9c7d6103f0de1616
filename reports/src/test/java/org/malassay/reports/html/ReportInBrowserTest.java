package org.malassay.reports.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.run.RunDirectory;

/** The page as Debian's Chromium draws it, without a network; slow, and not on a bare machine. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReportInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private final Path folder;

  ReportInBrowserTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void thereIsABrowser() {
    assumeTrue(Files.isExecutable(CHROMIUM), "apt-get install chromium");
  }

  @Test
  void hostileTextIsTextInTheTablesAndOnThePageOfASample() throws Exception {
    RunDirectory run = HtmlReportTest.hostileRun(folder.resolve("hostile"));
    for (String state : new String[] {"", "sample=" + MadeUp.sha256(MadeUp.HOSTILE_NAMES.get(6))}) {
      String drawn = drawn(run, state);
      assertThat(elements(drawn, "script")).isEqualTo(2);
      assertThat(elements(drawn, "img|b|i|iframe|object")).isZero();
      assertThat(drawn).contains("&lt;img src=x onerror=alert(1)&gt;&amp;lt;b&amp;gt;");
    }
  }

  @Test
  void theMatrixHasACellASampleAndEnvironmentWithVerdictAndImpact() throws Exception {
    String drawn = drawn(study(), "");
    assertThat(drawn)
        .contains("4 of 4 samples", "8 of 8 rows")
        .containsPattern("<td class=\"verdict run b3\"[^>]*><a [^>]*>3.2</a>")
        .containsPattern("<td class=\"verdict not\"[^>]*><a [^>]*>needs a process</a>");
  }

  @Test
  void theAddressHoldsFilterGroupAndOrder() throws Exception {
    String drawn = drawn(study(), "cause=NEEDS_PROCESS&group=difference");
    assertThat(drawn)
        .contains("1 of 4 samples", "1 of 8 rows")
        .contains("<tr class=\"group\"", "verdict: unikernel: needs a process (1)")
        .contains("<option value=\"NEEDS_PROCESS\"");
    assertThat(drawn(study(), "sort=name&dir=down"))
        .containsPattern("aria-sort=\"descending\"><button type=\"button\">sample")
        .containsPattern("(?s)>d</a>.*>c</a>.*>b</a>.*>a</a>");
  }

  @Test
  void thePageOfASampleSaysHowEachPartWasRecordedBeforeWhatWasSeen() throws Exception {
    String drawn = drawn(study(), "sample=" + MadeUp.sha256("bots/a"));
    assertThat(drawn)
        .contains("<main id=\"all\" hidden", "Network: missing (no &lt;bridge&gt;)")
        .containsPattern("(?s)System calls: cut \\(3 events lost: a flood\\).*openat.*EACCES")
        .contains("/root/a ls", "3.2, serious: stays, spies, attacks others");
  }

  @Test
  void aCellThatChangedSinceTheBaselineIsMarkedAndANumberShowsItsRows() throws Exception {
    Runs compared = MadeUpBaseline.compared(folder);
    assertThat(drawn(compared, ""))
        .containsPattern("<td class=\"verdict run b3 changed\"[^>]*><a [^>]*>Δ 3.2</a>")
        .containsPattern("title=\"[^\"]*since the baseline: became executable, threat score rose")
        .containsPattern("<td class=\"verdict run b3\"[^>]*><a [^>]*>3.2</a>"); // the same
    assertThat(drawn(compared, "env=0&base=0"))
        .contains("1 of 8 rows", "1 of 7 samples", "became executable ×");
  }

  private RunDirectory study() throws IOException {
    return HtmlReportTest.study(Files.createTempDirectory(folder, "study"));
  }

  private static int elements(String drawn, String names) {
    return (int) Pattern.compile("<(" + names + ")[ >]").matcher(drawn).results().count();
  }

  private String drawn(RunDirectory run, String state) throws Exception {
    return drawn(Runs.of(run), state);
  }

  /** The page after its script has run; whatever the console says fails the test. */
  private String drawn(Runs runs, String state) throws Exception {
    Path page = new HtmlReport().write(runs, Options.of(Map.of()));
    Path out = Files.createTempFile(folder, "drawn", ".html");
    Path log = Files.createTempFile(folder, "chromium", ".log");
    Process browser =
        new ProcessBuilder(
                CHROMIUM.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.toUri() + "#" + state)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(browser.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      browser.destroyForcibly();
    }
    assertThat(Files.readString(log, UTF_8)).doesNotContain("CONSOLE");
    return Files.readString(out);
  }
}
