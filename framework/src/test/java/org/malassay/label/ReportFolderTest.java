package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.label.Reports.MD5;
import static org.malassay.label.Reports.SHA256;
import static org.malassay.label.Reports.labels;
import static org.malassay.label.Reports.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {
  private static final Map<String, String> MIRAI = labels("ClamAV", "Unix.Trojan.Mirai-1");
  private static final String OTHER = "cd".repeat(32);

  private final Path folder;

  ReportFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path write(String name, String json) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, json);
  }

  @Test
  void aReportIsFoundByTheHashInItsContentsWhateverItsName() throws Exception {
    write("deep/down/anything.json", Reports.virusShare(1, SHA256, MIRAI));
    ReportFolder reports = ReportFolder.index(folder);

    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    assertThat(reports.find(sample(OTHER, MD5, folder))).isInstanceOf(Lookup.Found.class);
    assertThat(reports.find(sample(OTHER, "0".repeat(32), folder)))
        .isEqualTo(new Lookup.NotKnown("no report in " + folder));
    assertThat(reports.problems()).isEmpty();
  }

  @Test
  void aNameThatContradictsTheContentsIsNotBelieved() throws Exception {
    write(OTHER + ".json", Reports.virusTotal2(SHA256, MIRAI));

    assertThat(ReportFolder.index(folder).find(sample(OTHER, "0".repeat(32), folder)))
        .isInstanceOf(Lookup.NotKnown.class);
  }

  @Test
  void whereTheContentsNameNoHashTheNameDoes() throws Exception {
    String json = "{\"scans\": {\"A\": {\"detected\": true, \"result\": \"X\"}}}";
    write("VirusShare_" + MD5 + ".json", json);
    write(OTHER.toUpperCase(java.util.Locale.ROOT) + ".JSON", json);
    ReportFolder reports = ReportFolder.index(folder);

    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    assertThat(reports.find(sample(OTHER, "0".repeat(32), folder)))
        .isInstanceOf(Lookup.Found.class);
  }

  @Test
  void aReportKnownBySha1AloneIsFound() throws Exception {
    Path file = Files.writeString(folder.resolve("sample"), "hello");
    write("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d.json", "{\"scans\": {}}");

    assertThat(ReportFolder.index(folder).find(sample(OTHER, "0".repeat(32), file)))
        .isInstanceOf(Lookup.Found.class);
  }

  @Test
  void whatIsNotAReportIsAProblemForItsOwnSampleOnly() throws Exception {
    write("a.json", Reports.virusTotal3(SHA256, MIRAI));
    Path broken = write(OTHER + ".json", "{ broken");
    write("notes.txt", "not looked at");
    ReportFolder reports = ReportFolder.index(folder);

    assertThat(reports.problems())
        .singleElement()
        .asString()
        .startsWith(broken + " is not a report: line 1, column ");
    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    Lookup lookup = reports.find(sample(OTHER, "0".repeat(32), folder));
    assertThat(lookup).isInstanceOf(Lookup.NotReachable.class);
    assertThat(((Lookup.NotReachable) lookup).reason()).startsWith(broken + " is not a report");
  }

  @Test
  void aReportThatSaysNotKnownIsThat() throws Exception {
    write(MD5 + ".json", "{\"response\": 0}");

    assertThat(ReportFolder.index(folder).find(sample()))
        .isEqualTo(new Lookup.NotKnown("VirusShare does not know it"));
  }

  @Test
  void ofSeveralReportsTheFirstByPathCounts() throws Exception {
    write("b.json", Reports.virusTotal2(SHA256, labels("B", "X")));
    write("a.json", Reports.virusTotal2(SHA256, labels("A", "X")));

    assertThat(((Lookup.Found) ReportFolder.index(folder).find(sample())).report().labels())
        .containsOnlyKeys("A");
  }

  @Test
  void aFolderWithoutReportsSaysSo() throws Exception {
    assertThat(ReportFolder.index(folder).problems())
        .containsExactly(folder + " holds no reports: no file there ends in .json");
  }

  @Test
  void aReportThatIsGoneSinceCostsItsLabelOnly() throws Exception {
    Path file = write("a.json", Reports.virusTotal2(SHA256, MIRAI));
    ReportFolder reports = ReportFolder.index(folder);
    Files.delete(file);

    assertThat(reports.find(sample())).isInstanceOf(Lookup.NotReachable.class);
  }

  @Test
  void linksInACircleDoNotTrapTheIndex() throws Exception {
    write("a.json", Reports.virusTotal2(SHA256, MIRAI));
    Files.createSymbolicLink(folder.resolve("again"), folder);
    Files.createSymbolicLink(folder.resolve("self.json"), folder.resolve("self.json"));

    assertThat(ReportFolder.index(folder).find(sample())).isInstanceOf(Lookup.Found.class);
  }
}
