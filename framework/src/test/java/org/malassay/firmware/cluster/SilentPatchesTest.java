package org.malassay.firmware.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.malassay.elf.ElfFixtures;
import org.malassay.features.Tlsh;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Program;
import org.malassay.firmware.cluster.SilentPatches.Changed;
import org.malassay.firmware.cluster.SilentPatches.Group;
import org.malassay.firmware.cluster.SilentPatches.VendorShare;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.judge.FileFinding;
import org.malassay.firmware.program.ElfProgram;

class SilentPatchesTest {
  private final FileCache findings = FileCache.inMemory();

  private static Mitigations any() {
    return ElfProgram.read(ElfFixtures.read("armel-static")).orElseThrow().mitigations();
  }

  private static Program program(String path, String sha256, String tlsh, String version) {
    return new Program(
        path,
        sha256,
        1,
        tlsh,
        "arm",
        "program",
        any(),
        Optional.of(new Component("dropbear", version, path, "x")));
  }

  private static ImageFacts image(String name, String vendor, Program... programs) {
    return new ImageFacts(
        new FirmwareImage(name, Path.of(name), vendor, "p", "1", Optional.empty()),
        name,
        1,
        List.of(),
        1,
        List.of(programs),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static String tlsh(int seed, int changes) {
    byte[] file = new byte[8000];
    new Random(seed).nextBytes(file);
    for (int i = 0; i < changes; i++) {
      file[i * 7] ^= 0x55;
    }
    return Tlsh.of(file).orElseThrow();
  }

  @Test
  void theSameVersionWithOtherBytesIsAGroupAndClustersAreByDistance() {
    SilentPatches found =
        SilentPatches.of(
            List.of(
                image("a", "v", program("/sbin/dropbear", "01", tlsh(1, 0), "2015.67")),
                image("b", "v", program("/usr/sbin/dropbear", "02", tlsh(1, 20), "2015.67")),
                image("c", "w", program("/sbin/dropbear", "03", tlsh(2, 0), "2015.67")),
                image("d", "w", program("/sbin/dropbear", "03", tlsh(2, 0), "2015.67")),
                image("e", "w", program("/sbin/dropbear", "04", tlsh(3, 0), "2019.78"))),
            findings);

    assertThat(found.groups()).hasSize(1);
    Group group = found.groups().get(0);
    assertThat(group.version()).isEqualTo("2015.67");
    assertThat(group.clusters()).isEqualTo(2);
    assertThat(group.builds())
        .extracting(build -> build.sha256() + " " + build.cluster())
        .containsExactly("01 0", "02 0", "03 1");
    assertThat(group.builds().get(2).images())
        .containsExactly("c:/sbin/dropbear", "d:/sbin/dropbear");
    assertThat(group.builds()).allMatch(build -> build.changed().isEmpty());
    assertThat(found.vendors())
        .containsExactly(new VendorShare("v", 1, 1), new VendorShare("w", 1, 0));
  }

  /** An image with two paths of one program is one image, and what is not compared is told. */
  @Test
  void imagesAreCountedOnceAndWhatIsLeftOutIsCounted() {
    List<ImageFacts> images = new ArrayList<>();
    for (int i = 0; i < 1003; i++) {
      String sha256 = "%04d".formatted(i);
      images.add(
          image(
              "i" + i,
              "v",
              program("/sbin/dropbear", sha256, "", "1"),
              program("/usr/sbin/dropbear", sha256, "", "1")));
    }
    Group group = SilentPatches.of(images, findings).groups().get(0);
    assertThat(group.images()).isEqualTo(1003);
    assertThat(group.builds()).hasSize(1000);
    assertThat(group.left()).isEqualTo(3);
  }

  @Test
  void functionsTellWhatChangedWhereBothHaveThem() {
    findings.put("01", finding(Map.of("main", "a", "check", "b", "gone", "c")));
    findings.put("02", finding(Map.of("main", "a", "check", "X", "new1", "d", "new2", "e")));

    SilentPatches found =
        SilentPatches.of(
            List.of(
                image("a", "v", program("/sbin/dropbear", "01", tlsh(1, 0), "1")),
                image("b", "v", program("/sbin/dropbear", "02", tlsh(1, 9), "1"))),
            findings);

    assertThat(found.groups().get(0).builds().get(1).changed()).contains(new Changed(1, 1, 2, 1));
  }

  private static FileFinding finding(Map<String, String> functions) {
    return new FileFinding(
        Optional.empty(), "", List.of(), Optional.empty(), Optional.empty(), functions);
  }

  @Test
  void filesWithoutAVersionOrADigestAreNotPutTogether() {
    SilentPatches found =
        SilentPatches.of(
            List.of(
                image("a", "v", program("/a", "01", "", "1"), program("/b", "09", "", "")),
                image("b", "v", program("/a", "02", "", "1"), program("/b", "08", "", ""))),
            findings);

    assertThat(found.groups()).hasSize(1);
    assertThat(found.groups().get(0).clusters()).isEqualTo(2);
  }
}
