package org.malassay.experiments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.GuestException;
import org.malassay.experiments.profile.ProfileStudy.Watched;
import org.malassay.options.Options;
import org.malassay.profile.CallNames;
import org.malassay.profile.ServiceProfile;
import org.malassay.profile.StaticCalls;
import org.malassay.profile.StaticCalls.OfFile;

/** A filter is written of a whole profile alone, which a service was seen to work under. */
class ProfileTestsTest {
  private static final SortedSet<String> CALLS = new TreeSet<>(List.of("read", "write"));

  @TempDir Path folder;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  /**
   * A study without guests.
   *
   * @param failing what does not go as it should: {@code watch two}, {@code check one}; after
   *     {@code lose} the guest is lost in it
   */
  private record MadeUp(
      String failing, SortedSet<String> calls, TreeMap<String, SortedSet<String>> seen)
      implements Study {
    private Watched outcome(String what) throws GuestException {
      if (failing.equals("lose " + what)) {
        throw new GuestException("the guest is lost");
      }
      return new Watched(calls, what.equals(failing) ? List.of("step 1: it failed") : List.of());
    }

    @Override
    public ServiceFile service() {
      List<ServiceFile.Step> steps = List.of(ServiceFile.Step.running("true"));
      Map<String, List<ServiceFile.Step>> workloads = new LinkedHashMap<>();
      workloads.put("one", steps);
      workloads.put("two", steps);
      return new ServiceFile("made-up", List.of("/bin/x"), 80, Map.of(), "true", "true", workloads);
    }

    @Override
    public CallNames names() {
      return CallNames.of(Map.of(3, "read", 4, "write", 11, "execve"));
    }

    @Override
    public Watched watch(String workload) throws GuestException {
      Watched watched = outcome("watch " + workload);
      if (watched.failures().isEmpty()) {
        seen.put(workload, watched.calls());
      }
      return watched;
    }

    @Override
    public ServiceProfile profile() {
      return new ServiceProfile(
          "made-up",
          new StaticCalls(
              CALLS,
              CALLS,
              new TreeMap<>(),
              List.of(new OfFile("/bin/x", 1, 1, 1, 1, 0, 2)),
              List.of(),
              false),
          seen);
    }

    @Override
    public Watched check(String workload, ServiceProfile profile) throws GuestException {
      return outcome("check " + workload);
    }

    @Override
    public Watched exploit(Optional<ServiceProfile> profile) throws GuestException {
      return outcome("exploit");
    }

    @Override
    public void close() {}
  }

  /** The tests that fail, with why. */
  private Map<String, String> failures(String failing) {
    return failures(failing, CALLS);
  }

  private Map<String, String> failures(String failing, SortedSet<String> calls) {
    Map<String, String> failures = new LinkedHashMap<>();
    List<DynamicNode> tests =
        new ProfileTests(
                new MadeUp(failing, calls, new TreeMap<>()),
                Options.of(Map.of("profile.out", folder.toString())),
                new PrintStream(console, true, StandardCharsets.UTF_8))
            .tests()
            .toList();
    for (DynamicNode test : tests) {
      try {
        ((DynamicTest) test).getExecutable().execute();
      } catch (Throwable e) {
        failures.put(test.getDisplayName(), String.valueOf(e.getMessage()));
      }
    }
    return failures;
  }

  @Test
  void aWholeProfileIsWritten() {
    assertThat(failures("nothing")).isEmpty();
    assertThat(folder.resolve("made-up/docker.json")).isNotEmptyFile();
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("written to " + folder.resolve("made-up"));
  }

  @Test
  void whereAWorkloadFailedThereIsNoProfile() {
    assertThat(failures("watch two"))
        .containsEntry("seen: two", "step 1: it failed")
        .containsEntry(
            "profile",
            "there is no profile, since it would stop what these workloads do, which did not go as"
                + " they should: two")
        .containsEntry("under the profile: one", "there is no profile")
        .containsEntry("files", "there is no profile");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whereTheServiceDoesNotWorkUnderItNothingIsWritten() {
    assertThat(failures("check one"))
        .containsOnlyKeys("under the profile: one", "files")
        .containsEntry(
            "files", "the profile is not written, since these failed: under the profile: one");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whereAGuestWasLostItDidNotPass() {
    assertThat(failures("lose check two"))
        .containsOnlyKeys("under the profile: two", "files")
        .containsEntry(
            "files", "the profile is not written, since these failed: under the profile: two");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whereAnExploitHasItsShellNothingIsWritten() {
    assertThat(failures("exploit")).containsOnlyKeys("an exploit under the profile", "files");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theShellOfAServiceThatStartsProgramsIsNotSaidToBeRefused() {
    SortedSet<String> calls = new TreeSet<>(CALLS);
    calls.add("execve");
    assertThat(failures("exploit", calls))
        .containsOnlyKeys("an exploit under the profile")
        .hasEntrySatisfying(
            "an exploit under the profile",
            it -> assertThat(it).contains("starts programs itself"));
    assertThat(folder.resolve("made-up/docker.json")).isNotEmptyFile();
  }
}
