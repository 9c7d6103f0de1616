package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Facet;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Probe;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.GuestContract;
import org.malassay.environments.contract.WayOut;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.web.HttpProbe;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** What holds in every unikernel that runs programs. */
@Timeout(1800) // the first one builds the kernel
abstract class UnikernelContract extends GuestContract {
  private static final String SPIN = "for (volatile unsigned i = 0;; i++) {}";

  abstract KernelProvider provider();

  @Override
  protected final Environment open(Limits limits) throws Exception {
    Options options = Options.of(Map.of("internet", "none")); // UnikernelInternetIT has one
    return provider().open(new Opening(options, limits, "it", recorded()));
  }

  /** What is recorded of every sample; nothing unless a class says so. */
  Set<Facet> recorded() {
    return Set.of();
  }

  @Override
  protected final void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected final Duration time() {
    return Duration.ofSeconds(3);
  }

  @Override
  protected final Duration slack() {
    return Duration.ofSeconds(15);
  }

  @Test
  void theSameSourcesMakeTheSameBytesWhereverTheyAreBuilt(@TempDir Path folder) throws Exception {
    assertThat(Kernels.digestOfAnother(provider().kernel(), folder))
        .isEqualTo(environment().facts().get("image"));
  }

  @Test
  void tellsWhatItIs() {
    assertThat(environment().name()).isEqualTo(provider().name());
    assertThat(environment().architectures()).containsExactly(Architecture.ARM);
    assertThat(environment().facts())
        .containsKeys("machine", "kernel", "image", "image size", "recipe", "delivery");
  }

  @Test
  void itStartsWithNothingButItsNameInAGuestThatMayBeDestroyed() throws Exception {
    Assay assay =
        assay(
            "looks-around",
            """
            char c, m[64] = {0}, d[64]; struct utsname u; uname(&u);
            int f = open("/etc/malassay-guest", O_RDONLY); read(f, m, 63); close(f);
            printf("%d %s %d %d %s %s %d %s", argc, argv[0], (int)read(0, &c, 1), getuid(),
                   u.nodename, getcwd(d, 64), getenv("PATH") != NULL, m);
            """);
    assertThat(assay.execution().stdout().text())
        .isEqualTo(
            "1 /tmp/looks-around 0 0 malassay-guest /tmp 1"
                + " Everything in this guest of Malassay may be destroyed.\n");
  }

  @Test
  void thePageIsServedAllAlongUnderASampleThatSpins() throws Exception {
    try (Guest guest = environment().start()) {
      guest.put(arm().program("spins", SPIN));
      Probe before = guest.probe();
      CompletableFuture<Execution> running = CompletableFuture.supplyAsync(() -> run(guest));
      int asked = 0;
      while (!running.isDone()) {
        Probe during = guest.probe();
        assertThat(during.available()).as("%s", during).isTrue();
        assertThat(during.bodySha256()).isEqualTo(before.bodySha256());
        asked++;
      }
      assertThat(asked).isGreaterThan(5);
      assertThat(running.get().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    }
  }

  @Test
  void aGuestThatTheSampleSwitchesOffIsDownByTheSample() throws Exception {
    Assay assay = assay("off", "sync(); reboot(RB_POWER_OFF); for (;;) pause();");
    assertThat(assay.execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was switched off"));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.evidence().resolve("console.log")).content().contains("reboot: ");
  }

  @Test
  void aGuestThatTheSampleRebootsIsDownByTheSample() throws Exception {
    assertThat(assay("reboots", "reboot(RB_AUTOBOOT); for (;;) pause();").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was rebooted"));
  }

  @Test
  void nothingOfTheHostTheNetworkOrAnotherGuestIsReached() throws Exception {
    UnikernelMachine machine = Kernels.machine(Kernels.get(provider().kernel()), 256);
    try (WayOut out = new WayOut();
        Vm other =
            Vm.start(
                machine.command(), Vm.newFolder(), Set.of(), new Timeouts(1), machine.network())) {
      int port = other.port(UnikernelMachine.HTTP);
      assertThat(HttpProbe.ask(port, slack()).available()).isTrue();
      Assay assay = assay("goes-out", WayOut.program(out.targets(port)));
      assertThat(assay.execution().stderr().text()).isEmpty();
      assertThat(assay.execution().stdout().text()).isEqualTo(WayOut.NONE);
      out.assertThatNobodyCame();
      assertThat(HttpProbe.ask(port, slack()).available()).isTrue();
    }
  }

  @Test
  void packetsAreCapturedOutsideTheGuestAndAFloodFillsNoDisk() throws Exception {
    Assay assay =
        assay(
            "floods",
            """
            static char b[1000]; int s = socket(AF_INET, SOCK_DGRAM, 0);
            struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
            inet_aton("10.0.2.2", &to.sin_addr); memset(b, 'z', sizeof b);
            for (;;) sendto(s, b, sizeof b, 0, (void *)&to, sizeof to);
            """);
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    byte[] capture = Files.readAllBytes(assay.evidence().resolve("capture.pcap"));
    assertThat(capture).startsWith(0xd4, 0xc3, 0xb2, 0xa1);
    assertThat(capture.length).isBetween(10_000, (int) UnikernelMachine.LARGEST_FILE);
    assertContains(capture, "GET / HTTP/1.0");
    assertContains(capture, "zzzzzzzz");
  }

  /** The loader trusts no number of a file: whatever it says ends at most the sample. */
  @Test
  void aMalformedFileIsRefusedOrRunAndTheServerLivesOn() throws Exception {
    Sample good = arm().assembly("good", MalformedElf.PROGRAM);
    assertThat(assay(good).execution().ending()).isEqualTo(new Ending.Exited(MalformedElf.STATUS));
    long seed = Long.getLong("seed", 4);
    Map<String, byte[]> mutants = new MalformedElf(Files.readAllBytes(good.file()), seed).mutants();
    assertThat(mutants).hasSizeGreaterThan(250);
    SoftAssertions all = new SoftAssertions();
    List<String> names = List.copyOf(mutants.keySet());
    for (int i = 0; i < names.size(); i += stride()) {
      String what = "-Dseed=%d: %s".formatted(seed, names.get(i));
      Assay assay = assay(arm().bytes("mutant", mutants.get(names.get(i))));
      all.assertThat(assay.execution().ending())
          .as(what)
          .isInstanceOfAny(
              Ending.Exited.class,
              Ending.Signaled.class,
              Ending.Stopped.class,
              Ending.Refused.class);
      all.assertThat(assay.evidence().resolve("console.log"))
          .as(what)
          .content()
          .doesNotContain("panic:", "Kernel panic");
      all.assertThat(assay.after().available()).as(what).isTrue();
      all.assertThat(assay.after().bodySha256()).as(what).isEqualTo(assay.before().bodySha256());
    }
    all.assertAll();
  }

  /** Of so many malformed files one is run; {@code -Dslow} runs all. */
  int stride() {
    return System.getProperty("slow") == null ? 4 : 1;
  }

  @Test
  void theCaptureIsThereForASampleThatDoesNothing() throws Exception {
    Path evidence = assay("nothing", "return 0;").evidence();
    byte[] capture = Files.readAllBytes(evidence.resolve("capture.pcap"));
    assertContains(capture, "GET / HTTP/1.0");
    assertContains(capture, "POST /debug/run");
    assertThat(evidence.resolve("console.log")).exists();
  }

  /** Without printing all the packets when it does not. */
  private static void assertContains(byte[] capture, String text) {
    assertThat(new String(capture, ISO_8859_1).contains(text)).as(text).isTrue();
  }
}
