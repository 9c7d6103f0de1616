package org.malassay.reports.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Piece;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.reports.MadeUpRepetitions;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

class HtmlReportTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>");
  private static final Pattern ATTRIBUTE = Pattern.compile("([a-zA-Z-]+)=\"([^\"]*)\"");
  private static final JsonMapper JSON = new JsonMapper();

  private static final String SINCE = "<script type=\"application/json\" id=\"since\">";

  /** Where golden parts are written anew: -Dgolden=src/test/resources/... */
  private static final Optional<Path> ANEW =
      Optional.ofNullable(System.getProperty("golden")).map(Path::of);

  private static String page = "";
  private static String hostile = "";

  @BeforeAll
  static void made(@TempDir Path runs) throws IOException {
    page = written(study(runs.resolve("study")), Map.of());
    hostile = written(hostileRun(runs.resolve("hostile")), Map.of());
  }

  private static String written(RunDirectory run, Map<String, String> options) throws IOException {
    return written(Runs.of(run), options);
  }

  private static String written(Runs runs, Map<String, String> options) throws IOException {
    return Files.readString(new HtmlReport().write(runs, Options.of(options)));
  }

  /** Four samples, of which each is another one in another environment. */
  static RunDirectory study(Path runs) throws IOException {
    List<Result> rows =
        List.of(
            MadeUp.row("container", "bots/a").recording(recorded()).build(),
            MadeUp.row("container", "bots/b").build(),
            MadeUp.row("container", "c")
                .notExecutable(Cause.Type.MISSING_LIBRARY, "libx.so.1")
                .build(),
            MadeUp.row("container", "d").notExecutable(Cause.Type.WRONG_ARCHITECTURE, "").build(),
            MadeUp.row("unikernel", "bots/a").build(),
            MadeUp.row("unikernel", "bots/b")
                .notExecutable(Cause.Type.NEEDS_PROCESS, "fork")
                .build(),
            MadeUp.row("unikernel", "c").notExecutable(Cause.Type.NO_LOADER, "").build(),
            MadeUp.row("unikernel", "d").inconclusive("engine gone").build());
    RunDirectory run = MadeUp.run(runs, rows);
    log(run, rows.get(0), "/root/a", "ls", List.of());
    return run;
  }

  static RunDirectory hostileRun(Path runs) throws IOException {
    List<Result> rows = new ArrayList<>();
    for (String name : MadeUp.HOSTILE_NAMES) {
      Recording recording = recorded().with(Facet.NETWORK, FacetState.OBSERVED);
      rows.add(MadeUp.row("container", name).recording(recording).note(name).build());
      rows.add(
          MadeUp.row("unikernel", name).notExecutable(Cause.Type.MISSING_LIBRARY, name).build());
    }
    RunDirectory run = MadeUp.run(runs, rows);
    for (int i = 0; i < rows.size(); i += 2) {
      String name = MadeUp.HOSTILE_NAMES.get(i / 2);
      log(run, rows.get(i), name, name, talk(name));
      run.evidence(rows.get(i)).write(Piece.STDOUT, name.getBytes(UTF_8));
    }
    return run;
  }

  /** What a sample says in the network, and whom it asks for. */
  private static List<Event> talk(String said) {
    Endpoint guest = new Endpoint("192.168.1.50", 40000);
    return List.of(
        new Conversation(
            Duration.ofMillis(30),
            Origin.NETWORK,
            Duration.ofSeconds(3),
            OptionalInt.of(10),
            "tcp",
            guest,
            new Endpoint("198.18.0.7", 23),
            Optional.of("telnet"),
            17,
            2,
            said,
            said,
            Optional.empty()),
        new Question(
            Duration.ofMillis(25),
            Origin.NETWORK,
            OptionalInt.of(10),
            "dns",
            guest,
            new Endpoint("192.168.1.1", 53),
            "A " + said,
            said));
  }

  private static Recording recorded() {
    Recording recording = Recording.OFF.with(Facet.NETWORK, FacetState.missing("no <bridge>"));
    for (Facet facet : List.of(Facet.PROCESSES, Facet.FILES)) {
      recording = recording.with(facet, FacetState.OBSERVED);
    }
    return recording.with(Facet.CALLS, FacetState.cut(3, "a flood"));
  }

  private static void log(
      RunDirectory run, Result row, String program, String argument, List<Event> more)
      throws IOException {
    Path folder = run.evidence(row).write(Piece.STDERR, new byte[0]).getParent();
    try (EventLog log =
        EventLog.open(folder.resolve(EventLog.FILE), Instant.EPOCH, EventLog.Bounds.DEFAULT)) {
      log.accept(
          new ProgramStarted(
              Duration.ofMillis(1), Origin.TRACER, 10, program, List.of("x", argument), false));
      log.accept(
          new SystemCall(
              Duration.ofMillis(20),
              Origin.TRACER,
              Duration.ZERO,
              10,
              10,
              "openat",
              List.of("AT_FDCWD", "\"" + argument + "\""),
              Optional.of(argument),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              -13,
              Optional.of("EACCES")));
      more.forEach(log::accept);
    }
  }

  /**
   * The parts that the script draws have their data here, and their looks in ReportInBrowserTest.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "answer",
        "matrix",
        "differences",
        "clusters",
        "causes",
        "scores",
        "dimensions",
        "choices",
        "techniques",
        "service",
        "flow",
        "files",
        "versions",
        "results"
      })
  void aPartIsAsItWas(String part) throws IOException {
    golden(part + ".html", part(page, part));
  }

  @Test
  void theDataOfTheScriptAreAsTheyWere() throws IOException {
    golden("data.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(data(page)));
  }

  @Test
  void theJapaneseAnswerIsAsItWas(@TempDir Path runs) throws IOException {
    String japanese = written(study(runs), Map.of("lang", "ja"));
    assertThat(japanese).contains("<html lang=\"ja\">", "実行環境の比較");
    golden("answer.ja.html", part(japanese, "answer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ja"})
  void theRunAgainstItsBaselineIsAsItWas(String language, @TempDir Path runs) throws IOException {
    String compared = written(MadeUpBaseline.compared(runs), Map.of("lang", language));
    golden(
        "baseline" + (language.equals("en") ? "" : "." + language) + ".html",
        part(compared, "baseline"));
    assertThat(compared).contains("<li><a href=\"#baseline\">");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ja"})
  void howRepetitionsDifferIsAsItWas(String language, @TempDir Path runs) throws IOException {
    String repeated = written(MadeUpRepetitions.run(runs), Map.of("lang", language));
    golden(
        "repetitions" + (language.equals("en") ? "" : "." + language) + ".html",
        part(repeated, "repetitions"));
    assertThat(data(repeated).get("rows")).as("one a sample and environment").hasSize(6);
    assertThat(page).doesNotContain("repetitions-head", "href=\"#repetitions\"");
  }

  /**
   * Rows that only the baseline has are no rows of the page: they are in the section's own list.
   */
  @Test
  void aNumberOfTheBaselineLeadsToItsRows(@TempDir Path runs) throws IOException {
    String compared = written(MadeUpBaseline.compared(runs), Map.of());
    JsonNode since = JSON.readTree(block(compared, SINCE));
    JsonNode data = data(compared);
    List<String> became = new ArrayList<>();
    since
        .get("rows")
        .properties()
        .forEach(
            row -> {
              JsonNode its = data.get("rows").get(Integer.parseInt(row.getKey()));
              if (row.getValue().get(0).asInt() == 0) {
                became.add(data.get("texts").get(its.get(0).asInt()).asText());
              }
            });
    assertThat(since.get("kinds").get(0).asText()).isEqualTo("became executable");
    assertThat(became).containsExactly("became");
    assertThat(part(compared, "baseline"))
        .contains("<a href=\"#env=0&amp;base=0\">1</a>", "<a href=\"#baseline-rows\">1</a>")
        .contains("<div id=\"baseline-rows\">");
    assertThat(script()).contains("'base'");
    assertThat(page).doesNotContain("baseline-head", "id=\"since\"");
  }

  @Test
  void hostileTextOfABaselineIsText(@TempDir Path runs) throws IOException {
    List<Result> then = new ArrayList<>();
    List<Result> now = new ArrayList<>();
    for (String name : MadeUp.HOSTILE_NAMES) {
      then.add(MadeUp.row("container", name).notExecutable(Cause.Type.ABORT, name).build());
      now.add(MadeUp.row("container", name).hits(MadeUp.hit("1", name)).build());
    }
    String compared =
        written(
            MadeUpBaseline.against(MadeUp.run(runs, "now", now), MadeUp.run(runs, "then", then)),
            Map.of());
    String markup = withoutBlocks(compared);
    assertThat(markup).contains("&lt;script&gt;alert(document.domain)").doesNotContain("<img");
    assertThat(count(markup, "<script")).isEqualTo(3);
    assertThat(block(compared, SINCE)).doesNotContain("<", ">", "&");
  }

  @Test
  void whereNothingChangedThePageSaysSo(@TempDir Path runs) throws IOException {
    assertThat(part(written(MadeUpBaseline.unchanged(runs), Map.of()), "baseline"))
        .contains("Nothing changed since run then: all 2 rows")
        .doesNotContain("<table>");
  }

  /** A reader sees the names of a language; the folders of evidence are named in none. */
  @Test
  void aJapanesePageTellsWhereTheEvidenceIs(@TempDir Path runs) throws IOException {
    RunDirectory run = study(runs);
    JsonNode data = data(written(run, Map.of("lang", "ja")));
    assertThat(data.get("environments").get(0).asText()).isEqualTo("コンテナ環境");
    assertThat(script()).contains("'evidence/' + data.folders[row[R.env]] + '/'");
    assertThat(run.path().resolve("evidence").resolve(data.get("folders").get(0).asText()))
        .isDirectory();
    assertThat(data.get("folders").toString()).isEqualTo("[\"container\",\"unikernel\"]");
  }

  @Test
  void whereNobodyLookedNoRuleIsSaidToBeUnfulfilled(@TempDir Path runs) throws IOException {
    String some =
        written(
            MadeUp.run(
                runs,
                List.of(
                    MadeUp.row("container", "a").build(),
                    MadeUp.row("container", "b").build(),
                    MadeUp.row("raspbian", "a").withoutHits().build(),
                    MadeUp.row("unikernel", "a").unseen().build(),
                    MadeUp.row("unikernel", "b").unseen().build())),
            Map.of());
    assertThat(part(some, "differences"))
        .contains("Stays; by cron: in container, not in raspbian</td>")
        .doesNotContain("unikernel");
    assertThat(part(some, "techniques"))
        .contains(
            """
            <td class="number"><a href="#env=0&amp;tech=T1053.003">2</a></td>
            <td class="number">0</td>
            <td class="number">–</td>
            """);
  }

  private static void golden(String name, String is) throws IOException {
    if (ANEW.isPresent()) {
      Files.createDirectories(ANEW.get());
      Files.writeString(ANEW.get().resolve(name), is + "\n");
    }
    Path file = Path.of("src/test/resources/org/malassay/reports/html", name);
    assertThat(is + "\n")
        .as("%s; -Dgolden=FOLDER writes it anew", name)
        .isEqualTo(Files.readString(file));
  }

  private static String part(String page, String id) {
    int from = page.indexOf("<section id=\"" + id + "\"");
    return page.substring(from, page.indexOf("</section>", from) + "</section>".length());
  }

  @Test
  void hostileTextIsNoElementAndNoAttribute() {
    String markup = withoutBlocks(hostile);
    Set<String> elements = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    TAG.matcher(markup)
        .results()
        .forEach(
            tag -> {
              elements.add(tag.group(2));
              ATTRIBUTE.matcher(tag.group(3)).results().forEach(it -> attributes.add(it.group(1)));
            });
    assertThat(elements)
        .isSubsetOf(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "h1",
            "h2",
            "h3",
            "p",
            "nav",
            "ul",
            "li",
            "noscript",
            "main",
            "section",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "figure",
            "figcaption",
            "svg",
            "desc",
            "rect",
            "line",
            "text",
            "span",
            "script");
    assertThat(attributes).noneMatch(it -> it.startsWith("on")).doesNotContain("src", "style");
    assertThat(count(markup, "<script")).isEqualTo(2);
    assertThat(markup).contains("debian &lt;b&gt;13&lt;/b&gt;");
    assertThat(markup.chars()).noneMatch(c -> c == 0x202e || c == 0x1b || c == 0x200b);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void hostileTextCannotEndTheBlockOfDataAndIsPrintableInIt() throws IOException {
    String block = block(hostile, "<script type=\"application/json\" id=\"data\">");
    assertThat(block).doesNotContain("<", ">", "&").contains("\\u003cscript\\u003ealert(");
    data(hostile)
        .findValuesAsText("texts")
        .forEach(text -> assertThat(text).doesNotContainPattern("\\p{Cc}|\\p{Cf}"));
    assertThat(data(hostile).get("samples")).hasSize(MadeUp.HOSTILE_NAMES.size());
  }

  /** What the script draws is text, whatever it is told: it knows no way to make markup of it. */
  @Test
  void theScriptHasNoWayFromTextToMarkupCodeOrNetwork() throws IOException {
    assertThat(script())
        .doesNotContainPattern(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment|DOMParser|srcdoc|\\beval\\b|new"
                + " Function|setTimeout\\(['\"`]|javascript:"
                + "|fetch\\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\\(|importScripts"
                + "|location\\.(href|assign|replace)|window\\.open|localStorage|\\.src\\b");
  }

  @Test
  void thePolicyLetsThisScriptAndThisStyleCountAndNothingBeFetched() throws Exception {
    assertThat(page.replace("&#39;", "'"))
        .contains(
            "content=\"default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none';"
                    .formatted(digest(block(page, "<script>")), digest(block(page, "<style>")))
                + " form-action 'none'\"");
    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http://", "https://", "url(", "@import");
  }

  private static String digest(String text) throws Exception {
    return "sha256-"
        + Base64.getEncoder()
            .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void everyChartHasATitleAndADescriptionAndEveryIdIsOne() {
    String markup = withoutBlocks(page);
    List<String> ids =
        Pattern.compile(" id=\"([^\"]+)\"")
            .matcher(markup)
            .results()
            .map(it -> it.group(1))
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    List<MatchResult> charts =
        Pattern.compile("(?s)<svg[^>]*aria-labelledby=\"(\\S+) (\\S+)\".*?</svg>")
            .matcher(markup)
            .results()
            .toList();
    assertThat(charts)
        .hasSize(8)
        .allSatisfy(
            chart -> {
              assertThat(ids).contains(chart.group(1), chart.group(2));
              assertThat(chart.group())
                  .containsPattern("<title id=[^>]*>[^<]+<")
                  .containsPattern("<desc[^>]*>[^<]+<");
            });
  }

  @Test
  void everyLinkLeadsToAPartOfThePageOrToRows() throws IOException {
    String markup = withoutBlocks(page);
    String keys = script().replaceAll("(?s).*const KEYS = \\[(.*?)];.*", "$1");
    assertThat(
            Pattern.compile("href=\"([^\"]*)\"").matcher(markup).results().map(it -> it.group(1)))
        .hasSizeGreaterThan(30)
        .allSatisfy(
            href -> {
              assertThat(href).startsWith("#");
              if (href.contains("=")) {
                for (String state : href.substring(1).split("&amp;|&", -1)) {
                  assertThat(keys).contains("'" + state.substring(0, state.indexOf('=')) + "'");
                }
              } else {
                assertThat(markup).contains("id=\"" + href.substring(1) + "\"");
              }
            });
  }

  @Test
  void everyWordThatTheScriptSaysIsThere() throws IOException {
    JsonNode words = data(page).get("words");
    assertThat(Pattern.compile("say\\('([a-z0-9.]+)'[,)]").matcher(script()).results())
        .hasSizeGreaterThan(60)
        .allSatisfy(it -> assertThat(words.has(it.group(1))).as(it.group(1)).isTrue());
    assertThat(
            Pattern.compile("(?:list|windowed)\\(say\\('[a-z]+'\\), \\[([^]]*)]")
                .matcher(script())
                .results())
        .hasSizeGreaterThan(8)
        .allSatisfy(
            it -> {
              for (String head : it.group(1).split(", ", -1)) {
                assertThat(words.has("head." + head.replace("'", ""))).as(head).isTrue();
              }
            });
  }

  @Test
  void whatWasSeenIsThereWithHowItWasRecordedAndHowMuchThereIs() throws IOException {
    JsonNode detail = data(page).get("details").get("0");
    assertThat(detail.get("recording").get("network").asText()).isEqualTo("missing (no <bridge>)");
    assertThat(detail.get("recording").get("calls").asText())
        .isEqualTo("cut (3 events lost: a flood)");
    assertThat(detail.get("processes").toString())
        .isEqualTo("[1,[\"0\",\"0.001\",\"\",\"10\",\"/root/a ls\",\"its end was not seen\"]]");
    assertThat(detail.get("calls").toString())
        .isEqualTo("[1,[\"0.020\",\"10\",\"openat\",\"AT_FDCWD, \\\"ls\\\"\",\"EACCES\"]]");
    assertThat(detail.get("whole").asBoolean()).isTrue();
  }

  @Test
  void detailsHaveABoundAndWhatIsBeyondItIsLeftInTheEvidence(@TempDir Path runs)
      throws IOException {
    RunDirectory run = study(runs);
    assertThat(data(written(run, Map.of("html.details", "1"))).get("details")).isEmpty();
    assertThat(data(written(run, Map.of("html.details", "900"))).get("details")).hasSize(1);
    assertThat(data(written(run, Map.of())).get("details")).hasSize(7);
  }

  @Test
  void samplesThatAreNotWholeOnThePageHaveOneBesideItOnDemand(@TempDir Path runs)
      throws IOException {
    RunDirectory run = study(runs);
    assertThat(run.path().resolve("pages")).doesNotExist();

    String some = written(run, Map.of("html.details", "900", "html.pages", "rest"));
    assertThat(pages(run)).hasSize(4);
    Path beside = run.path().resolve("pages").resolve(MadeUp.sha256("bots/b") + ".html");
    String page = Files.readString(beside);
    assertThat(data(page).get("samples")).hasSize(1);
    assertThat(data(page).get("details")).hasSize(2);
    assertThat(page).contains(block(some, "<style>"), block(some, "<script>"), policy(some));
    data(some).get("samples").forEach(it -> assertThat(it.get(12).asInt()).isEqualTo(1));

    written(run, Map.of("html.pages", "rest"));
    assertThat(run.path().resolve("pages")).doesNotExist();
    written(run, Map.of("html.pages", "all"));
    assertThat(pages(run)).hasSize(4);
    data(written(run, Map.of()))
        .get("samples")
        .forEach(it -> assertThat(it.get(12).asInt()).isZero());
    assertThat(run.path().resolve("pages")).as("of an earlier report").doesNotExist();
  }

  private static List<Path> pages(RunDirectory run) throws IOException {
    try (Stream<Path> files = Files.list(run.path().resolve("pages"))) {
      return files.toList();
    }
  }

  private static String policy(String page) {
    int from = page.indexOf("<meta http-equiv=");
    return page.substring(from, page.indexOf('\n', from));
  }

  @Test
  void aLogWhoseEndIsMissingIsShownAsFarAsItGoesAndThatIsSaid(@TempDir Path runs)
      throws IOException {
    RunDirectory run = study(runs);
    Path log = run.evidence(Runs.of(run).results().get(0)).folder().resolve(EventLog.FILE);
    byte[] whole = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(whole, whole.length / 2));
    assertThat(data(written(run, Map.of())).get("details").get("0").get("whole").asBoolean())
        .isFalse();
  }

  @Test
  void aDamagedLineOfTheJournalCostsItsRowAndIsSaid(@TempDir Path runs) throws IOException {
    RunDirectory run = study(runs);
    Path journal = run.path().resolve("journal.jsonl");
    Files.writeString(journal, "{\"half\n" + Files.readString(journal));
    assertThat(written(run, Map.of()))
        .contains("<p class=\"damage\">line 1 of journal.jsonl is damaged: its row is lost</p>");
  }

  @Test
  void aRunWithoutResultsHasAPageToo(@TempDir Path runs) throws IOException {
    String empty = written(MadeUp.run(runs, List.of()), Map.of());
    assertThat(empty).contains("No sample was run to an answer.");
    assertThat(data(empty).get("rows")).isEmpty();
  }

  private static JsonNode data(String page) throws IOException {
    return JSON.readTree(block(page, "<script type=\"application/json\" id=\"data\">"));
  }

  private static String script() throws IOException {
    return block(page, "<script>");
  }

  private static String block(String page, String tag) {
    int from = page.indexOf(tag) + tag.length();
    return page.substring(from, end(page, from, tag));
  }

  private static int end(String page, int from, String tag) {
    return page.indexOf("</" + tag.substring(1).split("[ >]", -1)[0] + ">", from);
  }

  private static String withoutBlocks(String page) {
    return page.replaceAll("(?s)(<(script|style)[^>]*>).*?(</\\2>)", "$1$3");
  }
}
