package org.malassay.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.profile.ProfileFigures.LeftOut;
import org.malassay.profile.ProfileFigures.OfFilter;
import org.malassay.profile.StaticCalls.OfFile;
import org.malassay.profile.StaticCalls.Unresolved;
import org.malassay.sample.CsvCell;

class ServiceProfileTest {
  private static final CallNames NAMES =
      CallNames.of(
          Map.of(3, "read", 4, "write", 11, "execve", 15, "chmod", 37, "kill", 114, "wait4"));

  private static SortedSet<String> set(String... calls) {
    return new TreeSet<>(List.of(calls));
  }

  private static final StaticCalls FILES =
      new StaticCalls(
          set("chmod", "execve", "kill", "read", "write"),
          set("execve", "kill", "read", "write"),
          new TreeMap<>(Map.of("kill", "by hand")),
          List.of(new OfFile("service", 10, 2, 1, 4, 1, 4)),
          List.of(new Unresolved("service", 0x1234, true, "its number is computed")),
          true);

  private static ServiceProfile profile(SortedMap<String, SortedSet<String>> workloads) {
    return new ServiceProfile("service", FILES, workloads);
  }

  private static final ServiceProfile PROFILE =
      profile(new TreeMap<>(Map.of("load", set("read", "write"), "crash", set("read", "wait4"))));

  @Test
  void whatIsAllowedIsTheUnionWithoutWhatStartsPrograms() {
    assertThat(PROFILE.allowed()).containsExactly("kill", "read", "wait4", "write");
  }

  @Test
  void aServiceThatWasSeenToStartProgramsMay() {
    ServiceProfile starts = profile(new TreeMap<>(Map.of("cgi", set("execve", "read"))));
    assertThat(starts.allowed()).contains("execve");
  }

  @Test
  void theFiguresOfAFilterAreThoseOfTheSeenCalls() {
    List<OfFilter> filters = ProfileFigures.of(PROFILE).filters();
    assertThat(filters)
        .extracting(OfFilter::name)
        .containsExactly(
            "seen: crash",
            "seen: load",
            "seen: all workloads",
            "files: every call",
            "files: reachable",
            "files: reachable, and all that was seen",
            "profile");
    OfFilter load = filters.get(1);
    assertThat(load.coverage()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(load.falseBlocks()).containsExactly("wait4");
    assertThat(load.overPermission()).isZero();
    OfFilter reachable = filters.get(4);
    assertThat(reachable.calls()).isEqualTo(4);
    assertThat(reachable.overPermission()).isCloseTo(0.5, within(1e-9));
    assertThat(reachable.f1()).isCloseTo(4 / 7.0, within(1e-9));
    OfFilter profile = filters.get(6);
    assertThat(profile.coverage()).isEqualTo(1);
    assertThat(profile.falseBlocks()).isEmpty();
    assertThat(profile.removed()).contains("execve", "chmod").doesNotContain("read", "write");
  }

  @Test
  void aWorkloadThatIsLeftOutTellsWhatWouldHaveBeenStopped() {
    List<LeftOut> leftOut = ProfileFigures.of(PROFILE).leftOut();
    LeftOut crash = leftOut.get(0);
    assertThat(crash.workload()).isEqualTo("crash");
    assertThat(crash.seenCoverage()).isEqualTo(0.5);
    assertThat(crash.seenMisses()).containsExactly("wait4");
    assertThat(crash.profileMisses()).containsExactly("wait4");
    LeftOut load = leftOut.get(1);
    assertThat(load.seenMisses()).containsExactly("write");
    assertThat(load.profileMisses()).isEmpty();
    assertThat(load.profileCoverage()).isEqualTo(1);
  }

  @Test
  void dockersProfileRefusesAllElse() throws Exception {
    JsonNode profile = new ObjectMapper().readTree(ProfileFormats.docker(PROFILE.allowed()));
    assertThat(profile.get("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
    assertThat(profile.at("/archMap/0/subArchitectures/0").asText()).isEqualTo("SCMP_ARCH_ARM");
    assertThat(profile.at("/syscalls/0/names"))
        .extracting(JsonNode::asText)
        .contains("execve", "kill", "read", "wait4", "write")
        .as("what the engine calls before it starts the service")
        .contains("fstatfs", "getdents64")
        .doesNotContain("chmod");
    assertThat(profile.at("/syscalls/0/action").asText()).isEqualTo("SCMP_ACT_ALLOW");
  }

  @Test
  void systemdsDropInSaysWhatItCannotStop() {
    assertThat(ProfileFormats.systemd(PROFILE.allowed()))
        .contains("\nSystemCallFilter=\nSystemCallFilter=execve kill read wait4 write\n")
        .contains("systemd allows execve whatever stands here");
  }

  @Test
  void theHeaderHasNumbersInOrderAndNoStart() {
    assertThat(ProfileFormats.header(PROFILE.allowed(), NAMES))
        .isEqualTo("3, /* read */\n4, /* write */\n37, /* kill */\n114, /* wait4 */\n");
    assertThatThrownBy(() -> ProfileFormats.header(set("fork_bomb"), NAMES))
        .hasMessage("fork_bomb has no number on 32-bit ARM");
  }

  /** The files are those of an image that somebody else made. */
  @Test
  void aFileOfTheImageIsNoFormulaAndNoOtherCell(@TempDir Path folder) throws Exception {
    String hostile = "=cmd|' /C x'!A0,\"\n";
    StaticCalls files =
        new StaticCalls(
            set("read"),
            set("read"),
            new TreeMap<>(),
            List.of(new OfFile(hostile, 1, 0, 0, 1, 1, 1)),
            List.of(new Unresolved(hostile, 1, true, "why")),
            false);
    ServiceProfile profile =
        new ServiceProfile("service", files, new TreeMap<>(Map.of("load", set("read"))));
    ProfileReport.write(profile, ProfileFigures.of(profile), NAMES, folder, CsvCell::text);
    for (String name : List.of("files.csv", "unresolved.csv")) {
      try (CSVParser rows =
          CSVParser.parse(folder.resolve(name), StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
        assertThat(rows.getRecords().get(1).get(0)).as(name).isEqualTo("\\x3dcmd|' /C x'!A0,\"\\n");
      }
    }
  }

  @Test
  void allIsWrittenAndPrinted(@TempDir Path folder) throws Exception {
    ProfileFigures figures = ProfileFigures.of(PROFILE);
    ProfileReport.write(PROFILE, figures, NAMES, folder, CsvCell::text);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "profile.json",
            "docker.json",
            "seccomp.conf",
            "calls.h",
            "filters.csv",
            "workloads.csv",
            "files.csv",
            "unresolved.csv");
    assertThat(Files.readString(folder.resolve("workloads.csv")))
        .contains("crash,2,0.500,wait4,0.500,wait4\r\n");
    assertThat(Files.readString(folder.resolve("unresolved.csv")))
        .contains("service,1234,true,its number is computed\r\n");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("profile.json").toFile());
    assertThat(json.at("/seen/crash/1").asText()).isEqualTo("wait4");
    assertThat(json.at("/unresolved/0/address").asInt()).isEqualTo(0x1234);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ProfileReport.print(PROFILE, figures, new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("profile")
        .contains(
            "places whose call was not found: 1, of these 1 that may be executed; it may load");
  }
}
