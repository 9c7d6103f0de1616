package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.Variants;
import org.malassay.run.RunDirectory;

/** Two runs of variants of an environment, merged: every report tells them apart. */
class VariantsTest {
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  @TempDir private Path folder;
  private Path merged;

  @BeforeEach
  void merge() throws IOException {
    Path runs = folder.resolve("runs");
    make(
        Map.of(
            "runs",
            "%s,%s"
                .formatted(
                    MadeUpVariants.emulated(runs).path(), MadeUpVariants.withKernel(runs).path()),
            "out",
            folder.resolve("merged").toString()));
    merged = folder.resolve("merged/latest").toRealPath();
  }

  private void make(Map<String, String> options, String... arguments) throws IOException {
    new Remake(
            ServiceLoader.load(Report.class),
            Options.of(options),
            new PrintStream(console, true, UTF_8))
        .make(List.of(arguments));
  }

  private String text(String report) throws IOException {
    return Files.readString(merged.resolve(report));
  }

  @Test
  void whatDoesNotEndAlikeIsListedWithWhatTheResultsSayOfIt() throws IOException {
    assertThat(text("variants.csv").lines().map(it -> it.replaceAll("[0-9a-f]{64}", "SHA")))
        .containsExactly(
            "environment,sample,sha256,variant,verdict,cause,note,other_variant,other_verdict,"
                + "other_cause,other_note,reason",
            "container,b/odd,SHA,ARM kernel,EXECUTABLE,,,qemu-user,INCONCLUSIVE,"
                + "the emulator refuses what Linux runs: odd words,,"
                + "qemu-user: the emulator refuses what Linux runs: odd words",
            "container,c/wide,SHA,ARM kernel,EXECUTABLE,,,qemu-user,NOT_EXECUTABLE,"
                + "wrong architecture: aarch64,,qemu-user: wrong architecture: aarch64",
            "container,d/many,SHA,ARM kernel,EXECUTABLE,,,qemu-user,NOT_EXECUTABLE,abort,"
                + "met a <limit>,qemu-user: met a <limit>",
            "container,e/untold,SHA,ARM kernel,NOT_EXECUTABLE,bus error,cut,qemu-user,"
                + "NOT_EXECUTABLE,abort,cut,");
    List<Variants> variants = Variants.of(Runs.of(RunDirectory.open(merged)).answers());
    assertThat(variants).hasSize(1);
    assertThat(variants.get(0).both()).isEqualTo(5);
    assertThat(variants.get(0).environment()).isEqualTo("container");
  }

  @Test
  void theReportsTellBothVariantsFromTheOtherEnvironment() throws IOException {
    assertThat(text("results.csv").lines().skip(1).map(it -> it.split(",")[1]).distinct())
        .containsExactly("container (ARM kernel)", "container (qemu-user)", "raspbian");
    assertThat(text("comparison.csv"))
        .contains("\nmcnemar,container (ARM kernel),container (qemu-user),4,")
        .contains("\nmcnemar,container (qemu-user),raspbian,1,")
        .contains("\nexecutable,container (ARM kernel),,4,");
    String sentence =
        "Of 5 samples measured both in container (ARM kernel) and in container (qemu-user), 4 do"
            + " not end alike; why, the results do not tell of 1 of these.";
    assertThat(text("report.html"))
        .contains(
            sentence,
            "<a href=\"#variants\">Variants of one environment</a>",
            "qemu-user: met a &lt;limit&gt;",
            "<td class=\"\">inconclusive: the emulator refuses what Linux runs</td>",
            "<td class=\"\">qemu-user: the emulator refuses what Linux runs: odd words</td>",
            "<td class=\"\">not executable: bus error</td>",
            "<td class=\"\">not told</td>");
    assertThat(text("summary.md")).contains(sentence.substring(0, 40));
    assertThat(text("junit.xml")).contains("malassay.container (ARM kernel)");
    assertThat(text("run.json")).contains("\"container (qemu-user)\":{\"variant\":");
  }

  @Test
  void aRunOfOneVariantHasNoSuchListAndItsEnvironmentsNameIsAsItWas() throws IOException {
    Path one = MadeUpVariants.withKernel(folder.resolve("one")).path();
    Files.writeString(one.resolve("variants.csv"), "of an earlier report");
    make(Map.of(), one.toString());
    assertThat(one.resolve("variants.csv")).doesNotExist();
    assertThat(one.resolve("report.html")).content().doesNotContain("id=\"variants\"");
    assertThat(one.resolve("results.csv")).content().contains("kernel,container,a/same");
  }
}
