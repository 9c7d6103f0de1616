package org.malassay.environments.raspbian;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.machine.Image;
import org.malassay.environments.machine.Template;
import org.malassay.options.Options;

/** Images, disks and caches that are not as they should be. */
@Tag("guest")
@Timeout(1800) // the first one builds the image
class RaspbianBadLuckIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  /** Long before the time-outs that would end a wait that nothing else ends. */
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path folder;

  // --- original images ---------------------------------------------------------------------------

  private void assertUnusable(Path image, String why) throws Exception {
    byte[] before = Files.readAllBytes(image);
    Path cache = Files.createDirectories(folder.resolve("cache"));
    assertThatThrownBy(() -> OriginalImage.of(image).get(new Cache(cache), new Timeouts(1)))
        .isInstanceOf(EnvironmentException.class)
        .message()
        .startsWith("-Draspbian.image=" + image + " cannot be used: ")
        .contains(why)
        .doesNotContain("\n");
    assertThat(cache.toFile().list()).containsExactly("lock");
    assertThat(Files.readAllBytes(image)).isEqualTo(before);
  }

  @Test
  void whatIsNoImageIsTold() throws Exception {
    assertUnusable(Files.writeString(folder.resolve("a.img"), "text"), "it is no disk image");
    assertUnusable(Files.writeString(folder.resolve("b.img"), ""), "it is no disk image");
  }

  @Test
  void aPackedImageThatIsCutOrDamagedIsTold() throws Exception {
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    Path image = Files.write(folder.resolve("raspios.img"), noise);
    OriginalDisk.run(folder, "xz", "-0", image.toString());
    Path packed = folder.resolve("raspios.img.xz");
    byte[] whole = Files.readAllBytes(packed);

    Files.write(packed, Arrays.copyOf(whole, whole.length / 2));
    assertUnusable(packed, "Unexpected end of input");

    whole[whole.length / 2] ^= 1;
    Files.write(packed, whole);
    assertUnusable(packed, "Compressed data is corrupt");
  }

  @Test
  void anImageWithoutItsPartsIsToldWhichIsMissing() throws Exception {
    Path disk = OriginalDisk.empty(folder);
    assertUnusable(disk, "its boot partition has no kernel8.img, a kernel of 64 bits");

    Path kernel = Files.write(folder.resolve("kernel8.img"), new byte[4096]);
    OriginalDisk.putIntoBoot(disk, kernel, "kernel8.img");
    assertUnusable(disk, "its kernel8.img is no kernel for ARM of 64 bits");

    byte[] bytes = new byte[4096];
    System.arraycopy("ARMd".getBytes(US_ASCII), 0, bytes, 56, 4);
    OriginalDisk.putIntoBoot(disk, Files.write(kernel, bytes), "kernel8.img");
    assertUnusable(disk, "its kernel8.img does not tell its version");

    byte[] version = "Linux version 6.12.47+rpt-rpi-v8 (".getBytes(US_ASCII);
    System.arraycopy(version, 0, bytes, 1024, version.length);
    OriginalDisk.putIntoBoot(disk, Files.write(kernel, bytes), "kernel8.img");
    assertUnusable(disk, "its root partition has no /lib/modules/6.12.47+rpt-rpi-v8");

    Path empty = Files.createFile(folder.resolve("modules.builtin"));
    OriginalDisk.changeRoot(
        disk,
        "mkdir /lib",
        "mkdir /lib/modules",
        "mkdir /lib/modules/6.12.47+rpt-rpi-v8",
        "cd /lib/modules/6.12.47+rpt-rpi-v8",
        "write " + empty + " modules.builtin");
    assertUnusable(disk, "tells neither Debian's release nor architecture, and it has no nginx");

    byte[] noise = new byte[15 << 20];
    new Random(1).nextBytes(noise); // zeros would be holes
    Path filler = Files.write(folder.resolve("filler"), noise);
    OriginalDisk.changeRoot(
        disk,
        "mkdir /usr",
        "mkdir /usr/sbin",
        "cd /usr/sbin",
        "write " + empty + " nginx",
        "cd /",
        "write " + filler + " filler");
    assertUnusable(disk, "could not be put into its root partition; is that full?");
  }

  @Test
  void aRootPartitionWithoutItsFileSystemIsTold() throws Exception {
    Path disk = OriginalDisk.empty(folder);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(Partitions.read(disk).rootStart());
      file.write(new byte[16 << 20]);
    }
    assertUnusable(disk, "its root partition is damaged, or has no ext4 file system");
  }

  // --- this machine
  // -------------------------------------------------------------------------------

  /** What a process says that opens the environment, started with a command before it. */
  private List<String> opening(
      Map<String, String> variables, List<String> before, String... options) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), OpenRaspbian.class.getName()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    try (Stream<String> lines = process.inputReader().lines()) {
      return lines.toList();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theToolsThatAreMissingAreNamedAtOnce() throws Exception {
    Path image = Files.writeString(folder.resolve("raspios.img"), "text");
    List<String> said =
        opening(
            Map.of("PATH", "/nowhere"),
            List.of(),
            "raspbian.image=" + image,
            "raspbian.cache=" + folder.resolve("cache"));
    assertThat(String.join("\n", said))
        .contains("message: -Denv=raspbian needs what is not on this machine")
        .contains("qemu-system-aarch64", "qemu-img", "mmdebstrap", "mtools", "xz-utils", "-Dsetup");
  }

  /** With a small disk of its own, in a view of the machine that goes with the process. */
  private List<String> openingOnASmallDisk(String size, String... options) throws Exception {
    Path disk = Files.createDirectories(folder.resolve("small"));
    boolean root = System.getProperty("user.name").equals("root");
    String mount = "mount -t tmpfs -o size=%s none '%s' && exec \"$@\"".formatted(size, disk);
    List<String> given = new ArrayList<>(List.of(options));
    given.add("raspbian.cache=" + disk);
    return opening(
        Map.of(),
        List.of("unshare", root ? "-m" : "-Urm", "sh", "-c", mount, "sh"),
        given.toArray(String[]::new));
  }

  @Test
  void aDiskThatIsTooSmallForTheImageIsTold() throws Exception {
    assertThat(String.join("\n", openingOnASmallDisk("64m")))
        .contains("message: the image of the raspbian environment could not be built")
        .containsPattern("small has \\d+ MiB left, and 512 MiB are needed")
        .contains("-Draspbian.cache=FOLDER");
  }

  @Test
  void aDiskThatFillsUpWhileAnOriginalImageIsCopiedIsTold() throws Exception {
    byte[] noise = new byte[64 << 20];
    new Random(1).nextBytes(noise);
    Path image = Files.write(folder.resolve("raspios.img"), noise);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int i = 0; i < 9; i++) {
        file.seek(file.length());
        file.write(noise);
      }
    }
    assertThat(String.join("\n", openingOnASmallDisk("540m", "raspbian.image=" + image)))
        .contains("message: -Draspbian.image=" + image + " cannot be used: ")
        .contains("No space left on device; -Draspbian.cache=FOLDER names a folder elsewhere");
  }

  // --- templates
  // ----------------------------------------------------------------------------------

  @Test
  @Tag("slow") // boots two
  void aTemplateThatWasDamagedIsToldByItsGuestsAndMadeAgainByTheNextRun() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Image image =
        new ImageStore(Cache.in(Optional.empty(), RaspbianProvider.NAME), Optional.empty())
            .get(new Timeouts(1));
    Path copy = cache.resolve(image.folder().getFileName());
    Tools.run(
        List.of("cp", "-r", image.folder().toString(), copy.toString()),
        folder,
        Duration.ofMinutes(5),
        line -> {});
    Options options = Options.of(Map.of("raspbian.cache", cache.toString()));

    Path template;
    try (Environment environment =
        new RaspbianProvider().open(new Opening(options, LIMITS, "it"))) {
      assertThat(environment.facts()).containsEntry("image", image.digest());
      assertThat(copy).isDirectory(); // a copy is as good, and nothing was built
      environment.start().close();
      template = template(cache);

      damage(template.resolve(Template.STATE));
      assertFailsSoon(environment, template.toString(), "does not go on");
      Files.write(template.resolve(Template.STATE), new byte[0]);
      assertFailsSoon(environment, template.toString(), "does not go on");
      Files.write(template.resolve(Template.RAM), new byte[0]);
      assertFailsSoon(environment, "QEMU");
      Files.delete(template.resolve(Template.DISK));
      assertFailsSoon(environment, template.resolve(Template.DISK).toString());
    }
    try (Environment environment =
        new RaspbianProvider().open(new Opening(options, LIMITS, "it"))) {
      assertThat(template(cache)).isEqualTo(template);
      try (Guest guest = environment.start()) {
        assertThat(guest.probe().available()).isTrue();
      }
    }
    Options boot = Options.of(Map.of("raspbian.cache", cache.toString(), "raspbian.start", "boot"));
    try (Environment environment = new RaspbianProvider().open(new Opening(boot, LIMITS, "it"))) {
      Files.delete(copy.resolve(Image.KERNEL));
      assertFailsSoon(environment, copy.resolve(Image.KERNEL).toString());
    }
    assertThat(new Cache(cache).find(copy.getFileName().toString(), ImageStore.FILES)).isEmpty();
  }

  private static Path template(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      List<Path> templates =
          files.filter(file -> file.getFileName().toString().startsWith("template-")).toList();
      assertThat(templates).hasSize(1);
      return templates.get(0);
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 3, bytes.length / 3 + 1000, (byte) 0x5A);
    Files.write(file, bytes);
  }

  private static void assertFailsSoon(Environment environment, String... words) {
    Instant start = Instant.now();
    assertThatThrownBy(environment::start)
        .isInstanceOf(GuestException.class)
        .message()
        .contains(words);
    assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);
  }
}
