package org.malassay.firmware.judge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.malassay.elf.ElfFixtures;
import org.malassay.firmware.Component;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Relro;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.firmware.Start;
import org.malassay.firmware.program.MadeElf;
import org.malassay.sample.Digest;

class ImageJudgeTest {
  private static final FirmwareImage IMAGE =
      new FirmwareImage(
          "vendor/product/1.bin", Path.of("1.bin"), "vendor", "product", "1", Optional.empty());

  private final List<String> asked = new ArrayList<>();
  private final FileCache kept = FileCache.inMemory();
  private final FileCache cache =
      new FileCache() {
        @Override
        public Optional<FileFinding> get(String sha256) {
          asked.add(sha256);
          return kept.get(sha256);
        }

        @Override
        public void put(String sha256, FileFinding finding) {
          kept.put(sha256, finding);
        }
      };

  static Entry file(String path, byte[] content) {
    return new Entry(0, path, Kind.FILE, 0755, 0, "", content.length, content);
  }

  private static Entry file(String path, String content) {
    return file(path, content.getBytes(ISO_8859_1));
  }

  private static Entry link(String path, String target) {
    return new Entry(0, path, Kind.LINK, 0777, 0, target, 0, new byte[0]);
  }

  private static byte[] busybox() {
    return MadeElf.of(8, false, false)
        .interpreter()
        .needs("libc.so.0")
        .asks("strcpy")
        .text("BusyBox v1.19.4 (2014-06-17)\0".getBytes(ISO_8859_1))
        .bytes();
  }

  private ImageFacts judge(Entry... entries) {
    ImageJudge judge = new ImageJudge(cache);
    for (Entry entry : entries) {
      judge.accept(entry);
    }
    return judge.facts(IMAGE, "00".repeat(32), 1000, List.of());
  }

  @Test
  void entriesBecomeProgramsComponentsStartsAndAccounts() {
    ImageFacts facts =
        judge(
            file("/bin/busybox", busybox()),
            link("/bin/sh", "busybox"),
            file("/etc/inittab", "::respawn:/usr/sbin/telnetd -l /bin/sh\n"),
            file("/etc/passwd", "root::0:0::/:/bin/sh\n"),
            file("/etc/motd", "hello"));

    assertThat(facts.files()).isEqualTo(4);
    Program program = facts.programs().get(0);
    assertThat(program.path()).isEqualTo("/bin/busybox");
    assertThat(program.architecture()).isEqualTo("mipsel");
    assertThat(program.kind()).isEqualTo("program");
    assertThat(program.mitigations().nx()).isEqualTo(Answer.YES);
    assertThat(program.sha256()).isEqualTo(Digest.of(busybox()).sha256());
    assertThat(program.component().orElseThrow().name()).isEqualTo("busybox");
    assertThat(facts.components())
        .extracting(Component::name, Component::version)
        .containsExactly(tuple("busybox", "1.19.4"));
    assertThat(facts.starts()).extracting(Start::debug).containsExactly(true);
    assertThat(facts.accounts()).hasSize(1);
  }

  /** Two banks of a device, or an initramfs beside the root file system. */
  @Test
  void programsOfOnePathWithDifferentContentsAreAllThere() {
    byte[] old = MadeElf.of(8, false, false).interpreter().needs("libc.so.0").bytes();
    ImageFacts facts =
        judge(
            file("/bin/busybox", busybox()),
            file("/bin/busybox", old),
            file("/bin/busybox", busybox()));
    assertThat(facts.programs())
        .extracting(Program::path, Program::sha256)
        .containsExactly(
            tuple("/bin/busybox", Digest.of(busybox()).sha256()),
            tuple("/bin/busybox", Digest.of(old).sha256()));
  }

  @Test
  void aContentIsReadOnceForAllImagesAndWhateverItsName() {
    ImageFacts first = judge(file("/bin/busybox", busybox()));
    ImageFacts second = judge(file("/sbin/init", busybox()), file("/etc/x", "text"));

    assertThat(asked).hasSize(2).containsOnly(Digest.of(busybox()).sha256());
    assertThat(second.programs().get(0).mitigations())
        .isEqualTo(first.programs().get(0).mitigations());
    assertThat(second.programs().get(0).component().orElseThrow().path()).isEqualTo("/sbin/init");
  }

  @Test
  void aKernelAndItsModuleAreFound() {
    byte[] kernel = new byte[300 * 1024];
    new Random(1).nextBytes(kernel);
    byte[] banner =
        "\0Linux version 4.4.0 (a@b) (gcc version 5) #1 Mon Jan 4 10:00:00 UTC 2016\n\0"
            .getBytes(ISO_8859_1);
    System.arraycopy(banner, 0, kernel, 1000, banner.length);
    kernel[0] = 0;

    ImageFacts facts = judge(file("/(kernel at 0x40)", kernel));

    assertThat(facts.kernels()).hasSize(1);
    assertThat(facts.kernels().get(0).version()).isEqualTo("4.4.0");
    assertThat(facts.components())
        .extracting(Component::name, Component::version)
        .containsExactly(tuple("linux", "4.4.0"));
    assertThat(facts.programs()).isEmpty();
  }

  @Test
  void aFindingIsTheSameWhenItComesBackFromJson() throws Exception {
    ObjectMapper json = new ObjectMapper().registerModule(new Jdk8Module());
    for (byte[] content :
        List.of(
            busybox(),
            ElfFixtures.read("armel-static-symbols"),
            ElfFixtures.read("armhf-object"))) {
      FileFinding finding = ImageJudge.find(content);

      assertThat(json.readValue(json.writeValueAsBytes(finding), FileFinding.class))
          .isEqualTo(finding);
    }
  }

  @Test
  void theSamePathInTwoPartsIsOneFileWithTwoProgramsAndACutOneIsCounted() {
    ImageFacts facts =
        judge(
            file("/bin/a", busybox()),
            file("/bin/a", ElfFixtures.read("armel-static")),
            new Entry(0, "/big", Kind.CUT_FILE, 0, 0, "", 1L << 33, new byte[0]));

    assertThat(facts.files()).isEqualTo(2);
    assertThat(facts.programs()).hasSize(2);
    assertThat(facts.programs().get(0).architecture()).isEqualTo("mipsel");
  }

  @Test
  void anyContentUnderAnyNameIsTaken() {
    Random random = new Random(11);
    List<String> paths =
        List.of(
            "/etc/inittab",
            "/etc/passwd",
            "/boot/config-4.4",
            "/boot/System.map",
            "/bin/x",
            "/etc/init.d/S01x");
    ImageJudge judge = new ImageJudge(FileCache.none());
    for (int i = 0; i < 400; i++) {
      byte[] content = i % 2 == 0 ? new byte[random.nextInt(40_000)] : busybox();
      for (int n = i % 2 == 0 ? content.length : 1 + random.nextInt(20); n > 0; n--) {
        content[random.nextInt(content.length)] = (byte) random.nextInt();
      }
      judge.accept(file(paths.get(i % paths.size()) + (i % 3 == 0 ? "" : i), content));
    }
    assertThat(judge.facts(IMAGE, "", 0, List.of()).files()).isPositive();
  }

  @Test
  void ofAKernelThatIsCutTheStringsThatAreNotThereSayNothing() {
    byte[] kernel = new byte[300 * 1024];
    byte[] banner =
        "\0Linux version 3.10.14 (a@b) (gcc) #2 Thu Jul 16 10:27:54 CST 2015\0"
            .getBytes(ISO_8859_1);
    System.arraycopy(banner, 0, kernel, 1000, banner.length);
    for (Part.State state : new Part.State[] {Part.State.READ, Part.State.CUT}) {
      ImageJudge judge = new ImageJudge(cache);
      judge.accept(file("/(kernel at 0x40)", kernel));
      Part part = new Part("0x0.uimage", 0x40, 1000, "gzip", state, "", 1);

      ImageFacts facts = judge.facts(IMAGE, "00".repeat(32), 1000, List.of(part));

      assertThat(facts.kernels())
          .singleElement()
          .satisfies(
              it -> {
                assertThat(it.version()).isEqualTo("3.10.14");
                assertThat(it.protections().get("lsm-built").value())
                    .isEqualTo(state == Part.State.CUT ? "unknown" : "none");
              });
    }
  }

  /** What it lacks may lie in the rest. */
  @Test
  void ofAProgramThatIsCutNothingIsSaidToBeLacking() {
    byte[] program =
        MadeElf.of(8, false, false).interpreter().needs("libc.so.0").asks("strcpy").bytes();
    for (Part.State state : new Part.State[] {Part.State.READ, Part.State.CUT}) {
      ImageJudge judge = new ImageJudge(cache);
      judge.accept(file("/busybox", program));
      Part part = new Part("", 0, 1000, "gzip", state, "", 1);

      ImageFacts facts = judge.facts(IMAGE, "00".repeat(32), 1000, List.of(part));

      Mitigations found = facts.programs().get(0).mitigations();
      boolean cut = state == Part.State.CUT;
      assertThat(found.canary()).isEqualTo(cut ? Answer.UNKNOWN : Answer.NO);
      assertThat(found.relro()).as("which the headers tell").isEqualTo(Relro.NONE);
    }
  }
}
