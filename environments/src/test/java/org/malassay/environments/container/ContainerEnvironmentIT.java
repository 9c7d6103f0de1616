package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;

/** Opening and closing the environment: what was there before, what is there after. */
@Tag("guest")
@Timeout(180)
class ContainerEnvironmentIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(2), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private final String run = "it-" + UUID.randomUUID();
  private Engine engine;

  @TempDir Path folder;

  @BeforeEach
  void connect() throws Exception {
    engine = Engine.find(new Timeouts(1));
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    var left = engine.containers(GuestLabels.RUN, run);
    for (var container : left) {
      engine.remove(container.getId());
    }
    engine.close();
    assertThat(left).isEmpty();
  }

  private Environment open(Map<String, String> options) throws EnvironmentException {
    return new ContainerProvider().open(new Opening(Options.of(options), LIMITS, run));
  }

  private Environment open() throws EnvironmentException {
    return open(Map.of());
  }

  private List<String> present() throws Exception {
    return engine.containers(GuestLabels.RUN, run).stream().map(c -> c.getId()).toList();
  }

  @Test
  void guestsThatNobodyClosedGoWithTheEnvironment() throws Exception {
    Environment environment = open();
    Guest forgotten = environment.start();
    assertThat(present()).hasSizeGreaterThanOrEqualTo(1);
    environment.close();
    assertThat(present()).isEmpty();
    forgotten.close(); // and closing them later does no harm
  }

  /** What would be made for nothing takes time from the last samples. */
  @Test
  void noContainerIsMadeAheadForASampleThatIsNotThere() throws Exception {
    try (Environment environment = open()) {
      Guest guest = environment.start(1);
      for (int i = 0; i < 100 && unstarted() == 0; i++) {
        Thread.sleep(100);
      }
      assertThat(unstarted()).isEqualTo(1);
      guest.close();
      Guest last = environment.start(0);
      Thread.sleep(2000); // in which one would have been made
      assertThat(unstarted()).isEqualTo(0);
      last.close();
    }
  }

  private long unstarted() throws Exception {
    return engine.containers(GuestLabels.RUN, run).stream()
        .filter(container -> container.getState().equals("created"))
        .count();
  }

  @Test
  void aKilledRunsGuestsAreRemovedAndALivingRunsAreNot() throws Exception {
    Process living = new ProcessBuilder("sleep", "600").start();
    Owner self = Owner.self();
    Owner dead = new Owner(self.host(), self.pid(), self.started() - 1);
    Owner other = Owner.of(living.toHandle());
    Owner elsewhere = new Owner("elsewhere", 1, 1);
    List<String> others = new ArrayList<>();
    try {
      open().close(); // so that the image is there
      String image = GuestImages.recipeTag();
      Instant now = Instant.now();
      leftBehind(image, GuestLabels.of(dead, run, now, LIMITS.time()));
      leftBehind(
          image, GuestLabels.of(elsewhere, run, now.minus(Duration.ofHours(2)), LIMITS.time()));
      others.add(leftBehind(image, GuestLabels.of(other, run, now, LIMITS.time())));
      others.add(leftBehind(image, GuestLabels.of(elsewhere, run, now, LIMITS.time())));
      open().close();
      assertThat(present()).containsExactlyInAnyOrderElementsOf(others);
    } finally {
      living.destroyForcibly();
      for (String each : others) {
        engine.remove(each);
      }
    }
  }

  private String leftBehind(String image, Map<String, String> labels) throws Exception {
    return engine.create(engine.describe(image).withLabels(labels));
  }

  @Test
  void aRunThatIsKilledLeavesNoRunningGuest() throws Exception {
    Process killed =
        java("org.malassay.environments.container.ContainerEnvironmentIT$StartsAndWaits", run)
            .start();
    try (var out = killed.inputReader()) {
      assertThat(out.lines().filter(line -> line.equals("started")).findFirst()).isPresent();
    }
    String guest =
        engine.containers(GuestLabels.RUN, run).stream()
            .filter(container -> container.getState().equals("running"))
            .findFirst()
            .orElseThrow()
            .getId();
    killed.destroyForcibly().waitFor();
    assertThat(engine.awaitEnd(guest, Duration.ofSeconds(10)))
        .as("the agent sees that the run is gone, and goes")
        .isTrue();
    open().close();
    assertThat(present()).isEmpty();
  }

  /** A run that is to be killed. */
  static final class StartsAndWaits {
    public static void main(String[] arguments) throws Exception {
      Environment environment =
          new ContainerProvider().open(new Opening(Options.of(Map.of()), LIMITS, arguments[0]));
      environment.start();
      System.out.println("started");
      System.out.close();
      Thread.currentThread().join();
    }
  }

  @Test
  void allThatIsMissingIsNamedAtOnceWithWhatMendsIt() throws Exception {
    ProcessBuilder nothing =
        java("org.malassay.environments.container.ContainerEnvironmentIT$Opens");
    nothing.environment().put("PATH", "/no/such/folder");
    nothing.environment().put("DOCKER_HOST", "tcp://127.0.0.1:1");
    Process process = nothing.redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(said)
        .contains("EnvironmentException: -Denv=container needs what is not on this machine:")
        .contains("- a Docker engine: ")
        .contains("the Docker engine at tcp://127.0.0.1:1 does not answer")
        .contains("- mmdebstrap")
        .contains("- gcc")
        .contains("-Dsetup");
  }

  /** A run on a machine that has nothing. */
  static final class Opens {
    public static void main(String[] arguments) throws Exception {
      new ContainerProvider().open(new Opening(Options.of(Map.of()), LIMITS, "none"));
    }
  }

  private static ProcessBuilder java(String main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  @Test
  void anImageOfTheUsersServesAsWell() throws Exception {
    open().close();
    try (Environment environment = open(Map.of("container.image", GuestImages.recipeTag()));
        Guest guest = environment.start()) {
      assertThat(environment.facts()).containsEntry("recipe", "the user's");
      guest.put(new ArmPrograms(folder).program("exits", "return 4;"));
      assertThat(guest.run(Order.of(), EventSink.NONE).ending()).isEqualTo(new Ending.Exited(4));
    }
  }

  @Test
  void anImageThatIsNowhereIsNamed() {
    assertThatThrownBy(() -> open(Map.of("container.image", "127.0.0.1:1/no-such-image:1")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("-Dcontainer.image=127.0.0.1:1/no-such-image:1")
        .hasMessageContaining("docker load");
  }

  @Test
  void anImageWhoseCommandIsNoServiceIsToldByItsCommand() throws Exception {
    open().close();
    String image = derive("CMD [\"/no/such/program\"]");
    assertThatThrownBy(() -> open(Map.of("container.image", image)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("/no/such/program")
        .hasMessageContaining("ENOENT");
  }

  @Test
  void anImageThatStartsNothingIsTold() throws Exception {
    open().close();
    String image = derive("CMD []");
    assertThatThrownBy(() -> open(Map.of("container.image", image)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("neither ENTRYPOINT nor CMD");
  }

  private String derive(String change) throws Exception {
    String tag = "malassay-it:" + Integer.toHexString(change.hashCode());
    engine.build(
        new java.io.ByteArrayInputStream(
            GuestImages.tar(
                Map.of(
                    "Dockerfile",
                    "FROM %s%n%s%n"
                        .formatted(GuestImages.recipeTag(), change)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)))),
        tag,
        Map.of(GuestLabels.KIND, "image"));
    return tag;
  }

  @Test
  void theFileOverCpuinfoIsMadeOnce() throws Exception {
    open().close(); // so that the image is there
    ProcessorFile file = ProcessorFile.in(engine, image(GuestImages.recipeTag()));
    assertThat(ProcessorFile.in(engine, image("absent"))).isEqualTo(file);
  }

  private static GuestImage image(String id) {
    return new GuestImage(id, 80, List.of(), Optional.empty(), 1);
  }

  @Test
  void anImageIsBuiltOnceForARecipe() throws Exception {
    open().close();
    Optional<String> before = engine.image(GuestImages.recipeTag()).map(image -> image.getId());
    long start = System.nanoTime();
    open().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    assertThat(engine.image(GuestImages.recipeTag()).map(image -> image.getId())).isEqualTo(before);
  }
}
