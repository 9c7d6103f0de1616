package org.malassay.experiments.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.tracing.ArmCalls;
import org.malassay.experiments.profile.ServiceFile.Step;
import org.malassay.files.Folders;
import org.malassay.options.Options;
import org.malassay.profile.CallNames;
import org.malassay.profile.ProfileFormats;
import org.malassay.profile.ServiceProfile;
import org.malassay.profile.StaticCalls;
import org.malassay.profile.StaticCalls.Loaded;
import org.malassay.sample.Sample;

/**
 * Watches a service in clones of a guest, one for each workload, reads its files out of one of
 * them, and tries the profile that comes of it.
 */
final class ProfileStudy implements Study {
  private static final String ENVIRONMENT = "raspbian";
  private static final Limits LIMITS =
      new Limits(Duration.ofMinutes(2), 1 << 20, 512L << 20, 256, 1, 256L << 20);

  /** All files of a service together. */
  private static final int LARGEST_FILES = 256 << 20;

  private static final int LARGEST_TEXT = 1 << 20;

  /** A path at the end of a line of {@code /proc/PID/maps}; without one it is no file's. */
  private static final Pattern MAPPED = Pattern.compile("(?m)^\\S+ r\\S+ .*?\\s(/\\S+)$");

  /** How long the client may take for its last words once the service is gone. */
  private static final Duration CLIENTS_END = Duration.ofSeconds(30);

  private static final String STAND_IN = "standin.so";
  private static final String FILTER = "filter.so";

  /** The error that the filter gives. */
  private static final String EPERM = "1";

  private static final String FILTERED =
      """
      # %1$s has the filter (a static program loads no library that sets one)
      for p in /proc/[0-9]*; do
        if [ "$(readlink $p/exe)" = "$(readlink -f %1$s)" ] && grep -q '/%2$s$' $p/maps; then
          exec grep -q '^Seccomp:.2$' $p/status
        fi
      done
      exit 1
      """;

  /** A service that waits for its next connection strikes after the answer, so it is waited for. */
  private static final String STRUCK =
      """
      # an exploit's stand-in strikes (where the service calls accept of its C library)
      for i in $(seq 100); do
        if [ -e shell ] || [ -s refused ]; then exit 0; fi
        sleep 0.1
      done
      exit 1
      """;

  private final ServiceFile service;
  private final Environment environment;
  private final Path work;
  private final WorkloadProgram programs;
  private final CallNames names = CallNames.of(ArmCalls.names());
  private final SortedMap<String, SortedSet<String>> seen = new TreeMap<>();
  private List<Loaded> files = List.of();

  /**
   * What came of one workload.
   *
   * @param calls that the service made
   * @param failures steps that did not go as they should; none mostly
   */
  record Watched(SortedSet<String> calls, List<String> failures) {
    Watched {
      failures = List.copyOf(failures);
    }
  }

  private ProfileStudy(
      ServiceFile service, Environment environment, Path work, WorkloadProgram programs) {
    this.service = service;
    this.environment = environment;
    this.work = work;
    this.programs = programs;
  }

  /**
   * Opens the environment.
   *
   * @param root of the checkout
   * @param workloads the file that says them
   */
  static ProfileStudy open(Options options, Path root, Path workloads)
      throws IOException, EnvironmentException {
    ServiceFile service = ServiceFile.read(workloads);
    for (EnvironmentProvider provider : ServiceLoader.load(EnvironmentProvider.class)) {
      if (provider.name().equals(ENVIRONMENT)) {
        Environment environment =
            provider.open(
                new Opening(options, LIMITS, "profile", EnumSet.of(Facet.CALLS, Facet.PROCESSES)));
        String missing = environment.missing().getOrDefault(Facet.CALLS, "");
        if (!missing.isEmpty()) {
          environment.close();
          throw new EnvironmentException(
              "-Dprofile: what a service calls cannot be seen here: " + missing);
        }
        Path work = Files.createTempDirectory("malassay-profile");
        return new ProfileStudy(
            service, environment, work, new WorkloadProgram(root, work, service));
      }
    }
    throw new EnvironmentException("-Dprofile: there is no environment " + ENVIRONMENT);
  }

  @Override
  public ServiceFile service() {
    return service;
  }

  @Override
  public CallNames names() {
    return names;
  }

  @Override
  public Watched watch(String workload) throws IOException, GuestException {
    List<Step> steps = service.workloads().getOrDefault(workload, List.of());
    Watched watched = run(workload, steps, Map.of(), true);
    if (watched.failures().isEmpty()) {
      seen.put(workload, watched.calls());
    }
    return watched;
  }

  @Override
  public ServiceProfile profile() {
    return new ServiceProfile(service.service(), StaticCalls.of(files, names), seen);
  }

  @Override
  public Watched check(String workload, ServiceProfile profile) throws IOException, GuestException {
    List<Step> steps = new ArrayList<>(List.of(filtered()));
    steps.addAll(service.workloads().getOrDefault(workload, List.of()));
    return run(workload, steps, Map.of(FILTER, filter(profile)), false);
  }

  @Override
  public Watched exploit(Optional<ServiceProfile> profile) throws IOException, GuestException {
    List<Step> asks = service.asks();
    if (asks.isEmpty()) {
      return new Watched(
          new TreeSet<>(),
          List.of(
              "no workload asks %s, and an exploit's stand-in strikes where it is asked: give a step with ask"
                  .formatted(service.program())));
    }
    Map<String, byte[]> preloaded = new LinkedHashMap<>();
    List<Step> steps = new ArrayList<>();
    if (profile.isPresent()) {
      preloaded.put(FILTER, filter(profile.get()));
      steps.add(filtered());
    }
    preloaded.put(STAND_IN, programs.standIn());
    steps.addAll(asks);
    steps.add(Step.running("touch exploit"));
    steps.addAll(asks);
    steps.add(Step.running(STRUCK));
    steps.add(Step.running("[ ! -e shell ]"));
    steps.add(Step.running("[ \"$(cat refused)\" = " + EPERM + " ]"));
    steps.addAll(asks);
    return run("exploit", steps, preloaded, false);
  }

  /** A service that loads no library goes as ever, and would seem to work under the profile. */
  private Step filtered() {
    return Step.running(FILTERED.formatted(service.program(), FILTER));
  }

  private byte[] filter(ServiceProfile profile) throws IOException {
    return programs.filter(ProfileFormats.header(profile.allowed(), names));
  }

  private Watched run(
      String workload, List<Step> steps, Map<String, byte[]> preloaded, boolean reads)
      throws IOException, GuestException {
    Sample sample = programs.sample(workload, steps, preloaded);
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment.start()) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), events::add);
      FacetState state =
          execution
              .recording()
              .states(Set.of(Facet.CALLS))
              .getOrDefault(Facet.CALLS, FacetState.OBSERVED);
      List<String> failures = new ArrayList<>(failures(guest, steps));
      String said = execution.stderr().text(2000).strip();
      Optional<SortedSet<String>> calls = CallsSeen.of(List.copyOf(events), service.program());
      if (calls.isEmpty()) {
        failures.add("the service was not started: %s %s".formatted(execution.ending(), said));
      }
      if (!state.equals(FacetState.OBSERVED)) {
        failures.add("not all calls were recorded: " + state);
      }
      if (!failures.isEmpty() && !said.isEmpty()) {
        failures.add("it said: " + said);
      }
      if (reads && files.isEmpty() && failures.isEmpty()) {
        files = read(guest);
      }
      return new Watched(calls.orElseGet(TreeSet::new), failures);
    }
  }

  /** What the client wrote; the service may have ended before it. */
  private static List<String> log(Guest guest) throws GuestException {
    long last = System.nanoTime() + CLIENTS_END.toNanos();
    List<String> lines;
    do {
      lines = text(guest, WorkloadProgram.FOLDER + "log").lines().toList();
    } while (!lines.isEmpty() && !lines.contains("done") && System.nanoTime() < last);
    return lines;
  }

  private static List<String> failures(Guest guest, List<Step> steps) throws GuestException {
    List<String> lines = log(guest);
    List<String> failures = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("FAILED ")) {
        failures.add(described(line.substring("FAILED ".length()), steps));
      }
    }
    if (!lines.contains("done")) {
      failures.add("its workload did not come to its end");
    }
    return failures;
  }

  private static String described(String failed, List<Step> steps) {
    Matcher number = Pattern.compile("(\\d{1,6})( .*)?").matcher(failed);
    if (!number.matches()) {
      return failed;
    }
    int index = Integer.parseInt(number.group(1)) - 1;
    return index >= 0 && index < steps.size()
        ? "step %s: %s".formatted(failed, steps.get(index).words())
        : failed;
  }

  private static String text(Guest guest, String path) throws GuestException {
    GuestFile file = guest.read(path, LARGEST_TEXT);
    return file.kind() == GuestFile.Kind.READ ? file.contents().text() : "";
  }

  /** The files that the service has loaded, the program first. */
  private List<Loaded> read(Guest guest) throws IOException, GuestException {
    Set<String> paths = new LinkedHashSet<>();
    Matcher mapped = MAPPED.matcher(text(guest, WorkloadProgram.FOLDER + "maps"));
    while (mapped.find() && paths.size() < StaticCalls.MOST_FILES) {
      paths.add(mapped.group(1));
    }
    List<Loaded> loaded = new ArrayList<>();
    int left = LARGEST_FILES;
    for (String path : paths) {
      GuestFile file = guest.read(path, left);
      left -= file.contents().head().length;
      if (file.kind() == GuestFile.Kind.NO_FILE) {
        continue; // a device
      }
      if (file.kind() != GuestFile.Kind.READ || file.contents().cut()) {
        throw new IOException(
            "%s, which %s has loaded, cannot be read in the guest: %s"
                .formatted(
                    path,
                    service.program(),
                    file.contents().cut() ? "it is too large" : file.why()));
      }
      loaded.add(new Loaded(path, file.contents().head()));
    }
    if (loaded.isEmpty()) {
      throw new IOException(
          "%s: none of its files can be read in the guest: %s".formatted(service.program(), paths));
    }
    return loaded;
  }

  @Override
  public void close() {
    environment.close();
    try {
      Folders.delete(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
