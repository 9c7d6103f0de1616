package org.malassay.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.guest.AgentEvent;
import org.malassay.guest.AgentProtocol;
import org.malassay.guest.HttpAnswer;
import org.malassay.guest.LastWords;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/** A container with its agent attached. Made unstarted; {@link #start} brings it up. */
final class ContainerGuest implements Guest {
  /** Where droppers of IoT malware like to put it: writable in every image, and on the disk. */
  private static final String FOLDER = "/tmp/";

  private static final String SERVICE_LOG = "service.log";

  private static final Duration SERVICE_START = Duration.ofSeconds(20);
  private static final Duration DELIVERY = Duration.ofSeconds(60);
  private static final Duration PROBE = Duration.ofMillis(1800);
  private static final Duration PROBE_GRACE = Duration.ofMillis(200);
  private static final Duration DISK_CHECK = Duration.ofMillis(500);

  /** After the agent has measured and let the sample run on. */
  private static final Duration NEXT_DISK_CHECK = Duration.ofSeconds(2);

  /** How long past its limit a sample may keep the agent from telling that it was stopped. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final int CHUNK = 64 * 1024;
  private static final int SIGKILL = 9;

  /** What a container's state says of a first process that was killed, 128 + SIGKILL. */
  private static final long KILLED = 137;

  private final Engine engine;
  private final String container;
  private final Limits limits;
  private final AgentLink link;
  private final Remover remover;

  /** True once what the sample left running keeps the agent from its processor. */
  private volatile boolean busy;

  /** Takes a guest that is thrown away. */
  interface Remover {
    /**
     * Sees to its removal.
     *
     * @param busy true when it will not end by itself
     */
    void remove(String container, boolean busy);
  }

  /**
   * @param link attached to the container
   * @param remover takes the guest when it is thrown away
   */
  ContainerGuest(Engine engine, String container, AgentLink link, Limits limits, Remover remover) {
    this.engine = engine;
    this.container = container;
    this.limits = limits;
    this.link = link;
    this.remover = remover;
  }

  /** The engine's id of the container. */
  String container() {
    return container;
  }

  /** Starts the container and waits until its web service answers. */
  void start() throws GuestException {
    Optional<Ending> ending = startService();
    if (ending.isPresent()) {
      throw said()
          .failure("the web service of the guest did not start (%s)".formatted(ending.get()));
    }
  }

  /**
   * Starts the container and waits until its web service answers, or ends.
   *
   * @return how the service's first process ended; empty when it answers
   */
  Optional<Ending> startService() throws GuestException {
    engine.start(container);
    CompletableFuture<Optional<Ending>> up = link.serviceUp().thenApply(it -> Optional.empty());
    CompletableFuture<Optional<Ending>> ended =
        link.serviceEnd().thenApply(it -> Optional.of(it.ending()));
    try {
      return await(up.applyToEither(ended, it -> it), SERVICE_START);
    } catch (TimeoutException e) {
      throw said()
          .failure(
              "the web service of the guest does not answer on its port after %d s"
                  .formatted(SERVICE_START.toSeconds()),
              e);
    } catch (AgentLink.Closed e) {
      throw said().failure("the guest did not come up: " + e.getMessage(), e);
    }
  }

  /** What the ELF header of the service's program says. */
  AgentEvent.Hello hello() throws GuestException {
    try {
      return await(link.hello(), SERVICE_START);
    } catch (TimeoutException | AgentLink.Closed e) {
      throw said().failure("the guest's agent said nothing", e);
    }
  }

  /** The beginning of what the service has written: hostile text. */
  String serviceLog() {
    return new String(link.serviceLog(), UTF_8);
  }

  private LastWords said() {
    return new LastWords(SERVICE_LOG, serviceLog());
  }

  @Override
  public void deliver(Sample sample) throws GuestException {
    try (InputStream in = sample.open()) {
      link.send(AgentProtocol.file(FOLDER + SafeText.fileName(sample.name()), sample.size()));
      long sent = 0;
      while (sent < sample.size()) {
        byte[] piece = in.readNBytes((int) Math.min(CHUNK, sample.size() - sent));
        link.send(piece);
        sent += piece.length;
      }
      await(link.fileWritten(), DELIVERY);
    } catch (IOException | TimeoutException | IllegalArgumentException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
  }

  @Override
  public Probe probe() throws GuestException {
    long start = System.nanoTime();
    try {
      AgentLink.Answer answer = await(link.probe(PROBE), PROBE.plus(PROBE_GRACE));
      return HttpAnswer.read(answer.bytes(), answer.end().latency(), answer.end().error());
    } catch (TimeoutException e) {
      return HttpAnswer.none(since(start), "the guest is too busy to be asked");
    } catch (IOException e) {
      return HttpAnswer.none(since(start), "the guest is down");
    }
  }

  /** Has a recorder know the sample when it is run. */
  void mark(long cookie) throws GuestException {
    try {
      link.send(AgentProtocol.mark(cookie));
    } catch (IOException e) {
      throw new GuestException("the guest takes no commands: " + e.getMessage(), e);
    }
  }

  @Override
  public Execution run(List<String> arguments) throws GuestException {
    try {
      return runToItsEnd(arguments);
    } catch (GuestException e) {
      throw e.with("stdout", link.stdout(0).head()).with("stderr", link.stderr(0).head());
    }
  }

  private Execution runToItsEnd(List<String> arguments) throws GuestException {
    long start = System.nanoTime();
    try {
      link.send(AgentProtocol.run(limits, arguments));
      return execution(awaitEnd(start));
    } catch (TimeoutException e) {
      return overdue(since(start));
    } catch (IOException e) {
      return guestDown(since(start), e);
    }
  }

  /**
   * Waits for the end of the sample. The agent watches how much of the disk it takes; the engine,
   * which sees what others' comings and goings on the same disk hide from the agent, has it
   * measure.
   */
  private AgentEvent.SampleEnd awaitEnd(long start)
      throws GuestException, TimeoutException, IOException {
    Duration overdue = limits.time().plus(GRACE);
    Duration pause = DISK_CHECK;
    while (true) {
      try {
        return await(link.sampleEnd(), pause);
      } catch (TimeoutException e) {
        if (since(start).compareTo(overdue) > 0) {
          throw e;
        }
        if (engine.diskBytes(container).orElse(Long.MAX_VALUE) > limits.diskBytes()) {
          link.send(AgentProtocol.measure());
          pause = NEXT_DISK_CHECK;
        } else {
          pause = DISK_CHECK;
        }
      }
    }
  }

  private Execution execution(AgentEvent.SampleEnd end) throws GuestException {
    boolean outOfMemory;
    if (end.killedForMemory().isPresent()) {
      outOfMemory = end.killedForMemory().getAsLong() > 0;
    } else {
      outOfMemory =
          end.ending().equals(new Ending.Signaled(SIGKILL))
              && engine.state(container).filter(ContainerGuest::wasOutOfMemory).isPresent();
    }
    return new Execution(
        end.ending(),
        end.duration(),
        Optional.of(end.cpu()),
        link.stdout(end.stdoutBytes()),
        link.stderr(end.stderrBytes()),
        outOfMemory,
        end.survivors(),
        List.of(),
        link.refusedForks());
  }

  /** The agent did not get to telling what the limit did: by then the sample had reached it. */
  private Execution overdue(Duration duration) throws GuestException {
    busy = true;
    ContainerState state = present(engine.state(container));
    return unobserved(new Ending.Stopped(Limit.TIME), duration, wasOutOfMemory(state));
  }

  /** The conversation ended under the sample: who is to blame, it or the tool? */
  private Execution guestDown(Duration duration, IOException closed) throws GuestException {
    if (!engine.awaitEnd(container, GRACE)) {
      throw new GuestException("the guest runs but is not heard: " + closed.getMessage(), closed);
    }
    ContainerState state = present(engine.state(container));
    boolean outOfMemory = wasOutOfMemory(state);
    if (!Long.valueOf(KILLED).equals(state.getExitCodeLong())) {
      throw new GuestException(
          "the guest ended with status %s while the sample ran: %s"
              .formatted(state.getExitCodeLong(), closed.getMessage()),
          closed);
    }
    if (engine.wasKilledThroughIt(container, state)) {
      throw new GuestException("somebody stopped the guest while the sample ran", closed);
    }
    String how =
        outOfMemory
            ? "the guest's first process was killed for want of memory"
            : "the guest's first process was killed";
    return unobserved(new Ending.GuestDown(how), duration, outOfMemory);
  }

  private Execution unobserved(Ending ending, Duration duration, boolean outOfMemory) {
    Output stdout = link.stdout(0);
    Output stderr = link.stderr(0);
    return new Execution(
        ending,
        duration,
        Optional.empty(),
        stdout,
        stderr,
        outOfMemory,
        0,
        List.of(),
        link.refusedForks());
  }

  private static ContainerState present(Optional<ContainerState> state) throws GuestException {
    return state
        .filter(it -> !"removing".equals(it.getStatus()) && !Boolean.TRUE.equals(it.getDead()))
        .orElseThrow(() -> new GuestException("somebody removed the guest while the sample ran"));
  }

  private static boolean wasOutOfMemory(ContainerState state) {
    return Boolean.TRUE.equals(state.getOOMKilled());
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    byte[] log = link.serviceLog();
    if (log.length > 0) {
      try {
        evidence.write(SERVICE_LOG, log);
      } catch (IOException e) {
        throw new GuestException(
            "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
      }
    }
  }

  @Override
  public void close() {
    link.close(); // the agent sees the end of its input and goes, with everything in the guest
    remover.remove(container, busy);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static <T> T await(CompletableFuture<T> future, Duration timeout)
      throws GuestException, TimeoutException, AgentLink.Closed {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AgentLink.Closed closed) {
        throw closed;
      }
      throw new GuestException("the guest's events are not readable: " + e.getCause(), e);
    }
  }
}
