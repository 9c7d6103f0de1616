package org.malassay.reports.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.firmware.Part;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;

class FiguresTest {
  @TempDir Path folder;

  @Test
  void sharesAreOfWhatCanBeToldByYearAndVendor() throws Exception {
    Figures figures = Figures.of(MadeUpSurvey.study(folder));
    assertThat(figures.byYear().keySet()).containsExactly("2014", "2020", "2022");
    assertThat(figures.byYear().get("2014"))
        .containsEntry(Requirement.PIE, new Share(0, 2)) // of programs alone
        .containsEntry(Requirement.PARTIAL_RELRO, new Share(3, 4))
        .containsEntry(Requirement.FORTIFY, new Share(0, 0));
    assertThat(figures.byYear().get("2022")).containsEntry(Requirement.NX, new Share(0, 0));
    assertThat(figures.byVendor().get("acme")).containsEntry(Requirement.PIE, new Share(1, 2));
    assertThat(figures.kernels())
        .isEqualTo(Map.of("2014", Map.of("2.6", 1, "3.10", 1), "2020", Map.of("4.4", 1)));
    assertThat(figures.protections())
        .isEqualTo(Map.of("aslr", new Share(3, 3), "kaslr", new Share(0, 3)));
    assertThat(figures.services()).isEqualTo(Map.of("telnet", 3));
    assertThat(figures.unread())
        .containsEntry(new Figures.Unread(Part.State.ENCRYPTED, "unknown"), new Share(1, 4L << 20))
        .containsEntry(new Figures.Unread(Part.State.UNKNOWN, "unknown"), new Share(3, 6L << 20));
  }

  @Test
  void seriesAreOrderedByTheirNumbers() {
    assertThat(List.of("4.4", "3.10", "2.6", "3.4").stream().sorted(Figures.SERIES))
        .containsExactly("2.6", "3.4", "3.10", "4.4");
  }

  @ParameterizedTest
  @CsvSource({
    "linux, 3.10.14, 2013-06-30",
    "linux, 3.10.14-vendor+, 2013-06-30",
    "linux, 2.6.36.4, 2010-10-20",
    "linux, 6.1.0-50-4kc-malta, 2022-12-11",
    "busybox, 1.19.4, 2011-08-13",
    "openssl, 1.0.2k-fips, 2015-01-22"
  })
  void aVersionIsAsOldAsItsSeries(String component, String version, String day) throws Exception {
    assertThat(Releases.of(Options.of(Map.of())).day(component, version))
        .contains(LocalDate.parse(day));
  }

  @ParameterizedTest
  @CsvSource({"linux, 3.10.14abc", "linux, ''", "linux, 99.1", "acme, 1.0", "openssl, unknown"})
  void aVersionOfNoKnownSeriesHasNoDay(String component, String version) throws Exception {
    assertThat(Releases.of(Options.of(Map.of())).day(component, version)).isEmpty();
  }

  @Test
  void theUserAddsSeriesAndVersions() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("more.tsv"),
            "# ours\nlinux\t3.10.14\t2013-10-01\nacme\t7.1\t2001-02-03\n");
    Options options = Options.of(Map.of("firmware.releases", file.toString()));
    assertThat(Releases.of(options).day("linux", "3.10.14")).contains(LocalDate.of(2013, 10, 1));
    assertThat(Releases.of(options).day("linux", "3.10.15")).contains(LocalDate.of(2013, 6, 30));
    assertThat(Releases.of(options).day("acme", "7.1.2")).contains(LocalDate.of(2001, 2, 3));
    Files.writeString(file, "linux\t3.10\t2013-06-30\nlinux 4.4\n");
    assertThatThrownBy(() -> Releases.of(options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-Dfirmware.releases=" + file)
        .hasMessageContaining("line 2 of");
  }

  @Test
  void theAgeOfAVersionIsThatOnTheDayOfItsImage() throws Exception {
    Figures figures = Figures.of(MadeUpSurvey.study(folder));
    List<Lag> lags = Lag.of(figures.rows(), Releases.of(Options.of(Map.of())));
    assertThat(lags).extracting(Lag::component).containsExactly("busybox", "linux");
    // 1.30 is of 2018-12-30, 1.19 of 2011-08-13
    assertThat(lags.get(0).years())
        .satisfiesExactly(
            it -> assertThat(it).isBetween(1.1, 1.2),
            it -> assertThat(it).isBetween(2.5, 2.6),
            it -> assertThat(it).isBetween(2.7, 2.9));
    assertThat(new Lag("x", List.of(1.0, 2.0, 3.0, 10.0)).quantile(0.5)).isEqualTo(2.0);
    assertThat(new Lag("x", List.of(1.0, 2.0, 3.0, 10.0)).quantile(1)).isEqualTo(10.0);
    assertThat(new Lag("x", List.of(5.0)).quantile(0)).isEqualTo(5.0);
  }

  @Test
  void theJsonHasTheSameFigures() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    JsonNode json =
        new JsonMapper()
            .readTree(new SurveyJsonReport().write(survey, Options.of(Map.of())).toFile());
    assertThat(json.at("/years/2014/pie/told").asInt()).isEqualTo(2);
    assertThat(json.at("/vendors/acme/pie/yes").asInt()).isEqualTo(1);
    assertThat(json.at("/kernels/2020/4.4").asInt()).isEqualTo(1);
    assertThat(json.at("/images")).hasSize(4);
    assertThat(json.at("/images/3/outcome").asText()).isEqualTo("nothing");
    assertThat(json.at("/lag_years/busybox/images").asInt()).isEqualTo(3);
  }

  @Test
  void eachImageHasABillOfMaterials() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    Path bills = new BillReport().write(survey, Options.of(Map.of()));
    String first;
    try (var files = Files.list(bills)) {
      List<String> names = files.map(it -> it.getFileName().toString()).sorted().toList();
      assertThat(names)
          .satisfiesExactly(
              it -> assertThat(it).matches("a\\.bin-1{12}-[0-9a-f]{8}\\.cdx\\.json"),
              it -> assertThat(it).matches("b\\.bin-3{12}-[0-9a-f]{8}\\.cdx\\.json"),
              it -> assertThat(it).matches("c\\.bin-2{12}-[0-9a-f]{8}\\.cdx\\.json"),
              it -> assertThat(it).matches("d\\.bin-e{12}-[0-9a-f]{8}\\.cdx\\.json"));
      first = names.get(0);
    }
    JsonNode bill = new JsonMapper().readTree(bills.resolve(first).toFile());
    assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bill.get("components").findValuesAsText("name")).contains("busybox");
  }
}
