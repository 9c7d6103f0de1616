package org.malassay.reports.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.label.Label;
import org.malassay.options.Options;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.reports.MadeUpRepetitions;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Corpus.Unread;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;

class SummaryReportTest {
  private final Path runs;

  SummaryReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void thatAnotherChoiceLetsEnvironmentsChangePlacesIsOneSentence() throws IOException {
    Hit tried = MadeUp.like(MadeUp.hit("x"), false, OptionalDouble.of(0.9));
    assertThat(
            summary(
                List.of(
                    MadeUp.row("container", "a").hits(tried, tried).build(),
                    MadeUp.row("raspbian", "a").build())))
        .containsOnlyOnce("other tables, weights and rules environments change places")
        .contains("attempts that failed do not count");
  }

  @Test
  void verdictsCausesAndWhatToLookAtAreOnOnePage() throws IOException {
    String summary =
        summary(
            List.of(
                MadeUp.row("container", "a").build(),
                MadeUp.row("container", "b")
                    .notExecutable(Cause.Type.MISSING_LIBRARY, "libx.so.1")
                    .violations("expected EXECUTABLE")
                    .build(),
                MadeUp.row("unikernel", "a").inconclusive("engine gone").build(),
                MadeUp.row("unikernel", "b").inconclusive("x").tolerated().build()));
    String b = MadeUp.sha256("b").substring(0, 12);
    String a = MadeUp.sha256("a").substring(0, 12);
    assertThat(summary)
        .isEqualTo(
            """
            ## Malassay run <code>made-up</code> of <code>Study.samples</code>

            | environment | samples | executable | not executable | inconclusive \
            | broken expectations | highest threat score |
            |---|---:|---:|---:|---:|---:|---:|
            | <code>container</code> | 2 | 1 | 1 | 0 | 1 | 9 |
            | <code>unikernel</code> | 2 | 0 | 0 | 2 | 0 | none |

            | environment | runs, with 95 %% confidence | threat score, mean and median \
            | impact score, mean and median |
            |---|---:|---:|---:|
            | <code>container</code> | 50 %% (9–91 %%) | 4.5, 4.5 | 1.6, 1.6 |
            | <code>unikernel</code> | none | none | none |

            - In container 1 of 2 samples ran &#40;50 &#37;, 95 &#37; confidence 9–91 &#37;&#41;.
            - The mean impact of a sample is, from 0 to 10, 1.6 in container \
            &#40;median 1.6&#41;&#59; the mean threat score by label is 4.5 in container \
            &#40;median 4.5&#41;.
            - No sample has an answer in two environments, so nothing can be tested in pairs.
            - Clusters of near-duplicates &#40;distance by TLSH at most 40&#41; among the 2 \
            samples&#58; 2, the greatest of 1. Each cluster counted once, the share that runs is \
            50 &#37; in container &#40;95 &#37; confidence 9–91 &#37;&#41;.
            - Not measured: In unikernel the tool could not tell of 2 samples whether they \
            run&#59; they are in no share.
            - Not measured: 2 of 2 samples do not have an answer in every environment&#59; \
            Cochran&#39;s test leaves them out.

            | cause | <code>container</code> | <code>unikernel</code> |
            |---|---:|---:|
            | missing library | 1 | 0 |
            | guest failed | 0 | 2 |

            | environment | with impact | mean | median | greatest | comparisons given up \
            | most frequent hits |
            |---|---:|---:|---:|---:|---:|---|
            | <code>container</code> | 2 | 1.6 | 1.6 | 3.2 | 0 \
            | <code>Stays&#59; by cron</code> 2 |
            | <code>unikernel</code> | 0 | none | none | none | 0 \
            | <code>Stays&#59; by cron</code> 2 |

            | recorded | <code>container</code> | <code>unikernel</code> |
            |---|---|---|
            | calls | 2 cut | 2 cut |
            | processes | 2 off | 2 off |
            | files | 2 off | 2 off |
            | network | 2 off | 2 off |
            | usage | 2 off | 2 off |
            | service | 2 observed | 2 observed |

            ### To look at in <code>container</code>

            - <code>b &#91;%s&#93;</code>: \
            <code>NOT&#95;EXECUTABLE&#58; missing library&#58; libx.so.1</code>
              - <code>expected EXECUTABLE</code>

            ### To look at in <code>unikernel</code>

            - <code>a &#91;%s&#93;</code>: \
            <code>INCONCLUSIVE&#58; guest failed&#58; engine gone</code>
            """
                .formatted(b, a));
  }

  @Test
  void filesThatCouldNotBeReadAreCountedAndSomeNamed() throws IOException {
    RunDirectory run = MadeUp.run(runs, List.of(MadeUp.row("container", "a").build()));
    run.writeUnread(
        IntStream.range(0, 22)
            .mapToObj(i -> new Unread("<b>%02d.rar".formatted(i), "is a rar archive"))
            .toList());

    assertThat(Files.readString(MadeUp.write(new SummaryReport(), run)))
        .contains(
            """
            ### Files of the corpus that could not be read: 22

            - <code>&#60;b&#62;00.rar is a rar archive</code>
            - <code>&#60;b&#62;01.rar is a rar archive</code>
            """)
        .endsWith(
            """
            - <code>&#60;b&#62;19.rar is a rar archive</code>
            - and 2 more, in `unread.jsonl`
            """);
  }

  @Test
  void labelsAreCountedByHowGoodTheyAreWhereNotAllAreGood() throws IOException {
    assertThat(
            summary(
                List.of(
                    MadeUp.row("container", "a").build(),
                    MadeUp.row("container", "b").label(MadeUp.weak()).build(),
                    MadeUp.row("container", "c").label(MadeUp.weak()).build(),
                    MadeUp.row("unikernel", "d").label(Label.missing("nobody")).build())))
        .contains(
            """
            | label | <code>container</code> | <code>unikernel</code> |
            |---|---:|---:|
            | labelled | 1 | 0 |
            | weak | 2 | 0 |
            | missing | 0 | 1 |
            """);
  }

  @Test
  void impactsAreAddedUpForEachEnvironmentWithTheHitsThatMostSamplesHave() throws IOException {
    assertThat(
            summary(
                List.of(
                    scored(MadeUp.row("container", "a").build(), 1, 3, "Opens", "Scans"),
                    scored(MadeUp.row("container", "b").build(), 2, 0, "Scans"),
                    scored(MadeUp.row("container", "c").build(), 6, 2, "A", "B", "C", "D"),
                    scored(MadeUp.row("raspbian", "a").build(), 0, 0))))
        .contains(
            """
            | <code>container</code> | 3 | 3.0 | 2.0 | 6.0 | 5 \
            | <code>Scans</code> 2, <code>A</code> 1, <code>B</code> 1, <code>C</code> 1, \
            <code>D</code> 1 |
            | <code>raspbian</code> | 1 | 0.0 | 0.0 | 0.0 | 0 |  |
            """);
  }

  @Test
  void whereNobodyObservedWhatRunsTheZerosOfWhatDoesNotAreNoImpact() throws IOException {
    assertThat(
            summary(
                List.of(
                    MadeUp.row("container", "a").unseen().build(),
                    MadeUp.row("container", "b")
                        .withoutHits()
                        .notExecutable(Cause.Type.NO_LOADER, "")
                        .build(),
                    MadeUp.row("raspbian", "a").build())))
        .contains(
            """
            | <code>container</code> | 0 | none | none | none | 0 |  |
            | <code>raspbian</code> | 1 | 3.2 | 3.2 | 3.2 | 0 \
            | <code>Stays&#59; by cron</code> 1 |
            """);
  }

  private static Result scored(Result row, double score, long givenUp, String... titles) {
    return row.withImpact(
        new Impact(
            Impact.Status.SEEN,
            "",
            givenUp,
            Map.of(Dimension.USER, score),
            Stream.of(titles).map(MadeUp::hit).toList(),
            List.of(),
            ""));
  }

  @Test
  void whatChangedSinceTheBaselineFitsAComment() throws IOException {
    String summary =
        Files.readString(
            new SummaryReport().write(MadeUpBaseline.compared(runs), Options.of(Map.of())));
    assertThat(summary)
        .contains(
            """
            ### Against the baseline <code>before</code>

            - Of the 7 rows that both runs have, 6 changed since run before.
            - Rows that only this run has&#58; 1&#59; rows that only the baseline has&#58; 2.

            | since the baseline | <code>container</code> | <code>gone</code> | <code>new</code> |
            |---|---:|---:|---:|
            | became executable | 1 | 0 | 0 |
            | no longer executable | 1 | 0 | 0 |
            | threat score rose | 1 | 0 | 0 |
            | impact rose | 2 | 0 | 0 |
            | new hit | 1 | 0 | 0 |
            | threat score fell | 2 | 0 | 0 |
            | impact fell | 1 | 0 | 0 |
            | another cause | 1 | 0 | 0 |
            | has a score now | 1 | 0 | 0 |
            | inconclusive now | 1 | 0 | 0 |
            | only in this run | 0 | 0 | 1 |
            | only in the baseline | 1 | 1 | 0 |

            | sample | environment | verdict | threat score | impact score | hits |
            |---|---|---|---:|---:|---|
            | <code>became &#91;%s&#93;</code> | <code>container</code> \
            | <code>not executable&#58; missing library&#58; libx → executable</code> \
            | 0 → 6 | 0 → 3.2 |  |
            """
                .formatted(MadeUp.sha256("became").substring(0, 12)))
        .contains(
            """

            What differs between the two runs:

            - container&#58; image: <code>debian &#60;b&#62;12&#60;/b&#62; \
            → debian &#60;b&#62;13&#60;/b&#62;</code>
            - option time.limit: <code>10s → 20s</code>
            - version of malassay: <code>0.1.0 → 0.2.0</code>
            """);
  }

  @Test
  void aSampleCountsOnceWhateverItsRepetitionsAndWhatFlippedIsSaid() throws IOException {
    assertThat(Files.readString(MadeUp.write(new SummaryReport(), MadeUpRepetitions.run(runs))))
        .contains(
            "| <code>container</code> | 6 | 5 | 1 | 0 | 0 | 9 |",
            """
            |  | <code>container</code> |
            |---|---:|
            | measured repeatedly | 5 |
            | verdict changed | 1 |
            | cause changed | 1 |
            | stages changed | 0 |
            | hits changed | 1 |
            | tool failed in some | 1 |

            - <code>flaky &#91;%s&#93;</code> in <code>container</code>: \
            <code>executable in 1, 3 &#40;overhead 210 ms&#41;&#59; \
            not executable&#58; exit status&#58; 1 in 2 &#40;overhead 4000 ms&#41;</code>
            """
                .formatted(MadeUp.sha256("flaky").substring(0, 12)));
  }

  @Test
  void ofManyChangesAFewAreNamed() throws IOException {
    List<Result> now =
        IntStream.range(0, 12).mapToObj(i -> MadeUp.row("container", "" + i).build()).toList();
    List<Result> then =
        IntStream.range(0, 12)
            .mapToObj(i -> MadeUp.row("container", "" + i).inconclusive("x").build())
            .toList();
    assertThat(
            Files.readString(
                new SummaryReport()
                    .write(
                        MadeUpBaseline.against(
                            MadeUp.run(runs, "now", now), MadeUp.run(runs, "then", then)),
                        Options.of(Map.of()))))
        .contains("\nand 2 more, in `baseline.csv`\n");
  }

  @Test
  void hostileTextIsNeitherMarkdownNorHtml() throws IOException {
    List<Result> results =
        MadeUp.HOSTILE_NAMES.stream()
            .map(name -> scored(MadeUp.row("container", name).violations(name).build(), 1, 0, name))
            .toList();
    assertThat(summary(results).lines().filter(line -> line.contains("<code>")))
        .allSatisfy(
            line ->
                assertThat(line.replaceAll("</?code>|&#\\d+;", "").replaceFirst("^( *- |##+ )", ""))
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}<>&`*_\\[\\]()#@!~\"'\\\\]|www\\."))
        .hasSizeGreaterThan(2 * results.size());
  }

  /** GitHub's API refuses a comment of more; a step summary may have 1 MiB. */
  @Test
  void itFitsAPullRequestsCommentAndEachEnvironmentHasItsPart() throws IOException {
    String message = "<".repeat(1_000);
    List<Result> results =
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    MadeUp.row(
                            List.of("container", "raspbian", "unikernel").get(i % 3), i + message)
                        .violations(message, message, message, message)
                        .build())
            .toList();
    String summary = summary(results);
    assertThat(summary.length()).isBetween(30_000, 65_536);
    for (String environment : List.of("container", "raspbian", "unikernel")) {
      String part = summary.substring(summary.indexOf("To look at in <code>" + environment));
      assertThat(part.lines().skip(2).findFirst().orElseThrow()).startsWith("- <code>");
    }
    long shown = summary.lines().filter(line -> line.startsWith("- <code>")).count();
    int more =
        Pattern.compile("- and (\\d+) more, in `results.csv`")
            .matcher(summary)
            .results()
            .mapToInt(it -> Integer.parseInt(it.group(1)))
            .sum();
    assertThat(shown).isPositive();
    assertThat(shown + more).isEqualTo(300);
  }

  @Test
  void whateverIsLongThePageEndsWithAWholeLineThatSaysSo() throws IOException {
    List<Result> results =
        IntStream.range(0, 40).mapToObj(i -> MadeUp.row(i + "<".repeat(500), "a").build()).toList();
    String summary = summary(results);
    assertThat(summary.length()).isLessThanOrEqualTo(65_536);
    assertThat(summary)
        .endsWith(
            "|\n\n*The rest is left out: a comment holds no more. `results.csv` has every row.*\n");
  }

  @Test
  void aHighestScoreThatNothingThatRanHasIsNone() throws IOException {
    assertThat(
            summary(
                List.of(
                    MadeUp.row("container", "a").label(MadeUp.weak()).build(),
                    MadeUp.row("container", "b").notExecutable(Cause.Type.ABORT, "").build())))
        .contains("| <code>container</code> | 2 | 1 | 1 | 0 | 0 | none |");
  }

  @Test
  void aDamagedLineOfTheJournalIsSaid() throws IOException {
    RunDirectory run = MadeUp.run(runs, List.of(MadeUp.row("container", "a").build()));
    Path journal = run.path().resolve("journal.jsonl");
    Files.writeString(journal, "damaged\n" + Files.readString(journal));
    assertThat(Files.readString(MadeUp.write(new SummaryReport(), run)))
        .contains(
            "**<code>line 1 of journal.jsonl is damaged&#58; its row is lost</code>**",
            "| <code>container</code> | 1 |");
  }

  private String summary(List<Result> results) throws IOException {
    return Files.readString(MadeUp.write(new SummaryReport(), MadeUp.run(runs, results)));
  }
}
