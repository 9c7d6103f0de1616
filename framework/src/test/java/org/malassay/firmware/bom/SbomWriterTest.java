package org.malassay.firmware.bom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.malassay.elf.ElfFixtures;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Program;
import org.malassay.firmware.program.ElfProgram;

class SbomWriterTest {
  private static ImageFacts facts(Optional<LocalDate> date, Component... components) {
    return facts("v/p/1.bin", date, components);
  }

  private static ImageFacts facts(String name, Optional<LocalDate> date, Component... components) {
    return new ImageFacts(
        new FirmwareImage(name, Path.of("1.bin"), "v", "p", "1", date),
        "ab".repeat(32),
        1,
        List.of(),
        1,
        List.of(
            new Program(
                "/lib/libz.so.1",
                "cd".repeat(32),
                1,
                "",
                "arm",
                "library",
                ElfProgram.read(ElfFixtures.read("armhf-library")).orElseThrow().mitigations(),
                Optional.empty())),
        List.of(components),
        List.of(),
        List.of(),
        List.of());
  }

  private static final Component[] SOME = {
    new Component("zlib", "1.2.13", "/lib/libz.so.1", "rule zlib"),
    new Component("busybox", "1.19.4", "/bin/busybox", "rule busybox"),
    new Component("busybox", "1.19.4", "/sbin/init", "rule busybox"),
    new Component("telnetd", "", "/sbin/telnetd", "rule telnetd"),
    new Component("linux", "3.10.14", "", "banner"),
  };

  @Test
  void theSameFileUnderTwoNamesHasTwoSerialNumbers() throws Exception {
    assertThat(serial(facts("v/p/1.bin", Optional.empty(), SOME)))
        .startsWith("urn:uuid:")
        .isEqualTo(serial(facts("v/p/1.bin", Optional.empty(), SOME)))
        .isNotEqualTo(serial(facts("w/p/1.bin", Optional.empty(), SOME)));
  }

  private static String serial(ImageFacts facts) throws Exception {
    return new ObjectMapper().readTree(SbomWriter.json(facts)).path("serialNumber").asText();
  }

  @Test
  void theListIsValidAndHasEachComponentOnce() throws Exception {
    byte[] json = SbomWriter.json(facts(Optional.of(LocalDate.of(2015, 7, 16)), SOME));
    JsonNode root = new ObjectMapper().readTree(json);

    assertThat(new JsonParser().validate(new String(json, UTF_8), Version.VERSION_16)).isEmpty();
    assertThat(root.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(root.path("metadata").path("timestamp").asText()).startsWith("2015-07-16T00:00:00");
    assertThat(root.path("metadata").path("component").path("type").asText()).isEqualTo("firmware");
    assertThat(root.path("components").findValuesAsText("name"))
        .contains("busybox", "linux", "telnetd", "zlib");
    assertThat(root.path("components")).hasSize(4);
    JsonNode zlib = root.path("components").get(3);
    assertThat(zlib.path("type").asText()).isEqualTo("library");
    assertThat(zlib.path("hashes").get(0).path("content").asText()).isEqualTo("cd".repeat(32));
    assertThat(root.path("components").get(1).path("type").asText()).isEqualTo("operating-system");
  }

  @Test
  void theSameFactsAreTheSameBytesInAnyOrder() throws Exception {
    Component[] turned = SOME.clone();
    for (int i = 0; i < SOME.length; i++) {
      turned[i] = SOME[SOME.length - 1 - i];
    }

    byte[] once = SbomWriter.json(facts(Optional.empty(), SOME));

    assertThat(SbomWriter.json(facts(Optional.empty(), turned))).isEqualTo(once);
    assertThat(new ObjectMapper().readTree(once).path("metadata").has("timestamp")).isFalse();
  }

  @Test
  void hostileNamesStayTexts() throws Exception {
    byte[] json =
        SbomWriter.json(
            facts(Optional.empty(), new Component("a\"},{\"", "</script>\n", "/x\"", "\\")));

    assertThat(new ObjectMapper().readTree(json).path("components").get(0).path("name").asText())
        .isEqualTo("a\"},{\"");
  }
}
