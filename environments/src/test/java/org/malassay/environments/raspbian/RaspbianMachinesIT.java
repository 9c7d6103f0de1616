package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Digests;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.machine.Image;
import org.malassay.environments.tracing.Recorder;
import org.malassay.options.Options;

/** The ways to a guest that are not a clone of the recipe's image. */
@Tag("guest")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1800) // the first one builds the image; a board boots for minutes on a busy host
class RaspbianMachinesIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private static final String LOOK =
      """
      #!/bin/sh
      tr -d '\\0' < /proc/device-tree/model || echo no model; echo
      date +%s
      hostname
      findmnt -no SOURCE / || mount | sed -n 's/ on \\/ type.*//p'
      uname -r
      ls /boot /etc/malassay-guest
      busybox wget -qO - http://203.0.113.7/ | head -c 6
      """;

  private ArmPrograms arm;
  private Image recipe;
  private Path original;
  @TempDir Path folder;

  @BeforeAll
  void makeAnOriginalImage(@TempDir Path shared) throws Exception {
    arm = new ArmPrograms(shared);
    recipe =
        new ImageStore(Cache.in(Optional.empty(), RaspbianProvider.NAME), Optional.empty())
            .get(new Timeouts(1));
    original = OriginalDisk.of(recipe, shared);
  }

  /** What a sample sees in a guest, line by line. */
  private List<String> look(Environment environment) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(arm.text("looks", LOOK));
      assertThat(guest.probe().available()).isTrue();
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      assertThat(execution.ending()).as(execution.toString()).isEqualTo(new Ending.Exited(0));
      List<String> lines = execution.stdout().text().lines().toList();
      assertThat(Instant.ofEpochSecond(Long.parseLong(lines.get(1))))
          .as("the clock")
          .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(2));
      assertThat(lines).as("a page of the Internet").endsWith("<html>");
      assertThat(guest.probe().available()).isTrue();
      return lines;
    }
  }

  private static Environment open(Map<String, String> options) throws Exception {
    return new RaspbianProvider()
        .open(new Opening(Options.of(options), LIMITS, "it", Recorder.FACETS));
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void aGuestIsBootedWhereThatIsAsked() throws Exception {
    try (Environment environment = open(Map.of("raspbian.start", "boot"))) {
      assertThat(environment.facts())
          .containsEntry("start", "boot")
          .containsEntry("image", recipe.digest())
          .doesNotContainKey("template");
      assertThat(environment.observes()).containsOnlyKeys(Facet.NETWORK, Facet.USAGE);
      assertThat(environment.missing())
          .containsEntry(
              Facet.CALLS, "the recorder is in clones only, not in guests that are booted");
      assertThat(look(environment)).startsWith("linux,dummy-virt").contains("malassay-guest");
    }
  }

  @Test
  void aRaspberryPi3IsBootedWhereThatIsAsked() throws Exception {
    try (Environment environment = open(Map.of("raspbian.machine", "raspi3b"))) {
      assertThat(environment.facts())
          .containsEntry("start", "boot")
          .containsEntry("machine", "raspi3b, cortex-a53, 256 MiB of memory");
      List<String> lines = look(environment);
      assertThat(lines.get(0)).startsWith("Raspberry Pi 3 Model B");
      assertThat(lines).contains("malassay-guest", "/dev/mmcblk0");
    }
  }

  @Test
  void aCopyOfAnOriginalImageIsClonedWhereItsKernelHasTheDrivers() throws Exception {
    OriginalDisk.run(original.getParent(), "xz", "-0", "-k", "-f", original.toString());
    Path packed = original.resolveSibling("raspios.img.xz");
    String before = digest(packed);
    Map<String, String> options =
        Map.of("raspbian.image", packed.toString(), "raspbian.cache", cache().toString());
    try (Environment environment = open(options)) {
      assertThat(environment.facts())
          .containsEntry("start", "clone")
          .containsEntry("original image", before + " raspios.img.xz")
          .containsKeys("recipe", "template");
      assertThat(environment.observes()).containsEntry(Facet.CALLS, Origin.GUEST_KERNEL);
      assertThat(environment.facts().get("image")).isNotEqualTo(recipe.digest());
      assertThat(look(environment))
          .contains("malassay-guest", "/dev/vda2", recipe.kernelVersion())
          .contains("/etc/malassay-guest");
    }
    assertThat(digest(packed)).isEqualTo(before);
  }

  @Test
  void aCopyOfAnOriginalImageIsBootedOnItsBoardWhereItsKernelHasNoOthersDrivers() throws Exception {
    Path disk = folder.resolve("raspios-lite.img");
    OriginalDisk.run(folder, "cp", "--sparse=always", original.toString(), disk.toString());
    String modules = "/usr/lib/modules/" + recipe.kernelVersion() + "/";
    OriginalDisk.changeRoot(
        disk, "rm " + modules + "virtio_blk.ko.xz", "rm " + modules + "virtio_mmio.ko.xz");
    String before = digest(disk);
    Map<String, String> options =
        Map.of("raspbian.image", disk.toString(), "raspbian.cache", cache().toString());
    try (Environment environment = open(options)) {
      assertThat(environment.facts())
          .containsEntry("start", "boot")
          .containsEntry("machine", "raspi3b, cortex-a53, 256 MiB of memory");
      List<String> lines = look(environment);
      assertThat(lines.get(0)).startsWith("Raspberry Pi 3 Model B");
      assertThat(lines).contains("malassay-guest", "/dev/mmcblk0p2");
    }
    assertThat(digest(disk)).isEqualTo(before);
  }

  private Path cache() throws IOException {
    return Files.createDirectories(folder.resolve("cache"));
  }
}
