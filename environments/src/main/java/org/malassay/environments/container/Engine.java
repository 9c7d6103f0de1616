package org.malassay.environments.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * All that is asked of the Docker engine. Every answer is waited for a bounded time; every failure
 * is a {@link GuestException} that names the engine. Safe for use by several threads.
 *
 * <p>Testcontainers finds the engine (DOCKER_HOST, {@code ~/.testcontainers.properties}, rootless
 * and desktop sockets), docker-java speaks to it. Its {@code DockerClientFactory} is passed over:
 * that one starts a container from an image that must be pulled, and falls back to an API of 2017
 * where an engine does not know the one of 2023.
 */
final class Engine implements AutoCloseable {
  /** Where a volume is that is being filled. */
  private static final String FILLED = "/filled";

  private static final String NONE =
      "none answers at /var/run/docker.sock, and DOCKER_HOST names no other";

  private static final long NANO_CPUS = 1_000_000_000;

  private final URI address;
  private final DockerClient client;

  /** Waits for an answer without end: for what is attached to a guest. */
  private final DockerClient patientClient;

  private final Timeouts timeouts;

  private Engine(URI address, DockerClient client, DockerClient patientClient, Timeouts timeouts) {
    this.timeouts = timeouts;
    this.address = address;
    this.client = client;
    this.patientClient = patientClient;
  }

  /**
   * Finds the engine that Testcontainers would use. When DOCKER_HOST names one, it is that one or
   * none: hostile samples do not go to an engine that the user did not name.
   *
   * @throws GuestException if none answers
   */
  static Engine find(Timeouts timeouts) throws GuestException {
    if (System.getenv("DOCKER_HOST") != null) {
      return connect(named(), timeouts);
    }
    return search(timeouts);
  }

  /** The engine of DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH. */
  private static TransportConfig named() {
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    return TransportConfig.builder()
        .dockerHost(config.getDockerHost())
        .sslConfig(config.getSSLConfig())
        .build();
  }

  private static Engine search(Timeouts timeouts) throws GuestException {
    CompletableFuture<TransportConfig> found = new CompletableFuture<>();
    // Bounded from outside, because Testcontainers can wait for ever at a socket that nobody
    // serves.
    Thread finder =
        new Thread(
            () -> {
              try {
                List<DockerClientProviderStrategy> strategies = new ArrayList<>();
                ServiceLoader.load(DockerClientProviderStrategy.class).forEach(strategies::add);
                found.complete(
                    DockerClientProviderStrategy.getFirstValidStrategy(strategies)
                        .getTransportConfig());
              } catch (Throwable e) {
                found.completeExceptionally(e);
              }
            },
            "find the Docker engine");
    finder.setDaemon(true);
    finder.start();
    try {
      return connect(Await.value(found, timeouts.of(Timeout.ENGINE_SEARCH)), timeouts);
    } catch (ExecutionException e) {
      throw new GuestException(NONE, e);
    } catch (TimeoutException e) {
      throw new GuestException(NONE + timeouts.over(Timeout.ENGINE_SEARCH), e);
    }
  }

  static Engine connect(TransportConfig transport, Timeouts timeouts) throws GuestException {
    Engine engine =
        new Engine(
            transport.getDockerHost(),
            client(transport, timeouts, timeouts.of(Timeout.ENGINE_ANSWER)),
            client(transport, timeouts, Duration.ZERO),
            timeouts);
    try {
      engine.ask("a ping", () -> engine.client.pingCmd().exec());
    } catch (GuestException e) {
      engine.close();
      throw e;
    }
    return engine;
  }

  /** Without a version in its paths: the engine then speaks its own. */
  private static DockerClient client(
      TransportConfig transport, Timeouts timeouts, Duration answer) {
    ZerodepDockerHttpClient.Builder http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(transport.getDockerHost())
            .connectionTimeout(timeouts.of(Timeout.ENGINE_CONNECTION));
    if (transport.getSslConfig() != null) {
      http.sslConfig(transport.getSslConfig());
    }
    if (!answer.isZero()) {
      http.responseTimeout(answer);
    }
    return DockerClientImpl.getInstance(
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(transport.getDockerHost().toString())
            .build(),
        http.build());
  }

  URI address() {
    return address;
  }

  /** How long is waited for this engine, and for its guests. */
  Timeouts timeouts() {
    return timeouts;
  }

  private long millis(Timeout what) {
    return timeouts.of(what).toMillis();
  }

  Info info() throws GuestException {
    return ask("its facts", () -> client.infoCmd().exec());
  }

  /** The version of Podman, when it is that which answers in Docker's place. */
  Optional<String> podman() throws GuestException {
    Version version = ask("its version", () -> client.versionCmd().exec());
    return Optional.ofNullable(version.getComponents()).orElse(List.of()).stream()
        .filter(component -> String.valueOf(component.getName()).contains("Podman"))
        .map(component -> String.valueOf(component.getVersion()))
        .findFirst();
  }

  /** Empty when there is no such image here. */
  Optional<InspectImageResponse> image(String reference) throws GuestException {
    return ask(
        "the image " + reference,
        () -> {
          try {
            return Optional.of(client.inspectImageCmd(reference).exec());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  void pull(String reference) throws GuestException {
    ask(
        "a pull of " + reference,
        () -> {
          try (var pull = patientClient.pullImageCmd(reference).start()) {
            if (!pull.awaitCompletion(millis(Timeout.ENGINE_PULL), TimeUnit.MILLISECONDS)) {
              throw new DockerException("not finished" + timeouts.over(Timeout.ENGINE_PULL), 0);
            }
            return true;
          }
        });
  }

  /** Writes an archive of an image into a file, as {@code docker save} makes it. */
  void save(String reference, Path file) throws GuestException {
    ask(
        "an archive of the image " + reference,
        () -> {
          try (InputStream archive = patientClient.saveImageCmd(reference).exec()) {
            return Files.copy(archive, file);
          }
        });
  }

  /** Takes in an archive as {@code docker save} makes it. */
  void load(InputStream archive) throws GuestException {
    ask("loading an image", () -> patientClient.loadImageCmd(archive).exec());
  }

  /** Builds an image from an archive that has a Dockerfile in it. Nothing is pulled. */
  void build(InputStream context, String tag, Map<String, String> labels) throws GuestException {
    ask(
        "building " + tag,
        () ->
            patientClient
                .buildImageCmd(context)
                .withTags(Set.of(tag))
                .withLabels(labels)
                .withPull(false)
                .exec(new BuildImageResultCallback())
                .awaitImageId(millis(Timeout.ENGINE_BUILD), TimeUnit.MILLISECONDS));
  }

  /**
   * Where the engine has the volume of this name. It is made and filled when it is not there; that
   * it was filled is told by another volume beside it, with nothing in it.
   *
   * @param image of a container that is made for a moment, and not started
   * @param tar what is put into it
   */
  String volume(String name, Map<String, String> labels, String image, byte[] tar)
      throws GuestException {
    return ask(
        "a volume",
        () -> {
          String filled = name + "-filled";
          try {
            client.inspectVolumeCmd(filled).exec();
            return client.inspectVolumeCmd(name).exec().getMountpoint();
          } catch (NotFoundException e) {
            fill(name, labels, image, tar);
            client.createVolumeCmd().withName(filled).withLabels(labels).exec();
            return client.inspectVolumeCmd(name).exec().getMountpoint();
          }
        });
  }

  private void fill(String name, Map<String, String> labels, String image, byte[] tar) {
    client.createVolumeCmd().withName(name).withLabels(labels).exec();
    String filler =
        client
            .createContainerCmd(image)
            .withLabels(labels)
            .withNetworkDisabled(true)
            .withHostConfig(
                HostConfig.newHostConfig().withBinds(new Bind(name, new Volume(FILLED))))
            .exec()
            .getId();
    try {
      client
          .copyArchiveToContainerCmd(filler)
          .withRemotePath(FILLED)
          .withTarInputStream(new ByteArrayInputStream(tar))
          .exec();
    } finally {
      client.removeContainerCmd(filler).withForce(true).exec();
    }
  }

  /**
   * Starts the description of a container whose first process runs as root, and is reached by its
   * standard input and output only; {@link #create} makes it.
   *
   * @param host what else it has of the host
   */
  CreateContainerCmd describeAlone(
      String image, HostConfig host, long memoryBytes, long processes) {
    return describe(image)
        .withUser("0")
        .withStdinOpen(true)
        .withStdInOnce(true)
        .withAttachStdin(true)
        .withAttachStdout(true)
        // A network namespace with nothing but its loopback, like network mode "none"; but the
        // engine does not start itself anew to set that up, which takes it 150 ms.
        .withNetworkDisabled(true)
        .withHostConfig(
            host.withNetworkMode("none")
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withMemory(memoryBytes)
                .withMemorySwap(memoryBytes)
                .withPidsLimit(processes));
  }

  /**
   * Puts a container that is described into another one's network, whose name it bears then.
   *
   * @param network such as {@code container:ID}
   */
  static void joinNetwork(CreateContainerCmd description, String network) {
    description.withNetworkDisabled(false);
    Objects.requireNonNull(description.getHostConfig()).withNetworkMode(network);
  }

  /** Starts the description of a container; {@link #create} makes it. */
  CreateContainerCmd describe(String image) {
    return client.createContainerCmd(image);
  }

  String create(CreateContainerCmd description) throws GuestException {
    return ask("making a guest", () -> description.exec().getId());
  }

  /**
   * Attaches to a container's standard input and output; returns once attached.
   *
   * @param output closing it detaches
   */
  void attach(String container, InputStream input, ResultCallback.Adapter<Frame> output)
      throws GuestException {
    ask(
        "attaching to a guest",
        () -> {
          patientClient
              .attachContainerCmd(container)
              .withStdIn(input)
              .withStdOut(true)
              .withStdErr(false)
              .withFollowStream(true)
              .exec(output);
          if (!output.awaitStarted(millis(Timeout.ENGINE_ANSWER), TimeUnit.MILLISECONDS)) {
            throw new DockerException("no answer" + timeouts.over(Timeout.ENGINE_ANSWER), 0);
          }
          return true;
        });
  }

  void start(String container) throws GuestException {
    ask("starting a guest", () -> client.startContainerCmd(container).exec());
  }

  /** Empty when there is no such container any more. */
  Optional<InspectContainerResponse.ContainerState> state(String container) throws GuestException {
    return ask(
        "the state of a guest",
        () -> {
          try {
            return Optional.of(client.inspectContainerCmd(container).exec().getState());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /** Waits until a container's first process is gone; false when it is not by then. */
  boolean awaitEnd(String container, Duration timeout) throws GuestException {
    return ask(
        "the end of a guest",
        () -> {
          try (var waiting =
              patientClient.waitContainerCmd(container).exec(new ResultCallback.Adapter<>())) {
            return waiting.awaitCompletion(timeout.toMillis(), TimeUnit.MILLISECONDS);
          } catch (NotFoundException e) {
            return true;
          }
        });
  }

  /**
   * True when the engine killed a container, which has ended, because somebody asked it to. The
   * engine's own log tells: by the status it cannot be told from what a sample does.
   */
  boolean wasKilledThroughIt(String container, InspectContainerResponse.ContainerState state)
      throws GuestException {
    // By the engine's clock, which need not be this machine's. It tells of a kill after the fact.
    Instant ended = Instant.parse(String.valueOf(state.getFinishedAt()));
    return ask(
        "the events of a guest",
        () -> {
          AtomicBoolean killed = new AtomicBoolean();
          var events =
              new ResultCallback.Adapter<Event>() {
                @Override
                public void onNext(Event event) {
                  killed.set(true);
                }
              };
          try (events) {
            patientClient
                .eventsCmd()
                .withContainerFilter(container)
                .withEventFilter("kill")
                .withSince(seconds(Instant.parse(String.valueOf(state.getStartedAt()))))
                .withUntil(seconds(ended.plus(timeouts.of(Timeout.ENGINE_LOG))))
                .exec(events)
                .awaitCompletion(millis(Timeout.ENGINE_ANSWER), TimeUnit.MILLISECONDS);
          }
          return killed.get();
        });
  }

  private static String seconds(Instant time) {
    return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
  }

  /** A file of a container, as an archive. */
  byte[] archive(String container, String path) throws GuestException {
    return ask(
        "a file of a guest",
        () -> {
          try (InputStream archive = client.copyArchiveFromContainerCmd(container, path).exec()) {
            return archive.readAllBytes();
          }
        });
  }

  /** Takes an archive. */
  interface Reader {
    void read(InputStream archive) throws IOException;
  }

  /** Hands over a folder of a container, or the link that is in its place, if there is one. */
  void archive(String container, String path, Reader reader) throws GuestException {
    ask(
        "a folder of a guest",
        () -> {
          try (InputStream archive = client.copyArchiveFromContainerCmd(container, path).exec()) {
            reader.read(archive);
          } catch (NotFoundException e) {
            // then there is nothing to be read
          }
          return true;
        });
  }

  /**
   * Frees the first process of a container, which its limits or other processes keep from the
   * processor, so that it comes to its end: all other processes in it are killed.
   *
   * @param agent the agent's program in an archive, which is put there anew: a sample can have
   *     changed what was there
   */
  void free(String container, byte[] agent) throws GuestException {
    ask(
        "the end of a guest that is too busy",
        () -> {
          int processors = Optional.ofNullable(client.infoCmd().exec().getNCPU()).orElse(1);
          client
              .updateContainerCmd(container)
              .withNanoCPUs(processors * NANO_CPUS)
              .withPidsLimit(-1L)
              .exec();
          client
              .copyArchiveToContainerCmd(container)
              .withTarInputStream(new ByteArrayInputStream(agent))
              .withRemotePath("/")
              .exec();
          String command =
              client
                  .execCreateCmd(container)
                  .withCmd(GuestImage.AGENT, "--free")
                  .withUser("0")
                  .exec()
                  .getId();
          return client
              .execStartCmd(command)
              .withDetach(true)
              .exec(new ResultCallback.Adapter<>())
              .awaitCompletion(millis(Timeout.ENGINE_ANSWER), TimeUnit.MILLISECONDS);
        });
  }

  /**
   * Removes a container with all that runs in it. One that is gone is no failure.
   *
   * @return false when somebody else is about to remove it
   */
  boolean remove(String container) throws GuestException {
    return ask(
        "removing a guest",
        () -> {
          try {
            client.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
          } catch (NotFoundException e) {
            return true; // somebody else removed it
          } catch (ConflictException e) {
            return false;
          }
          return true;
        });
  }

  /** All containers that carry this label, running or not. */
  List<Container> containers(String label, String value) throws GuestException {
    return ask(
        "a list of guests",
        () ->
            client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(label, value))
                .exec());
  }

  /** Something that the engine is asked; its answer may be null where it has none. */
  private interface Question<T> {
    T ask() throws IOException, InterruptedException;
  }

  @SuppressWarnings("NullAway") // some answers are void
  private <T> T ask(String what, Question<T> question) throws GuestException {
    try {
      return question.ask();
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    } catch (DockerException | IOException e) {
      throw new GuestException(
          "the Docker engine at %s refused %s: %s".formatted(address, what, e.getMessage()), e);
    } catch (RuntimeException e) {
      throw new GuestException(
          ("the Docker engine at %s does not answer when asked for %s (%s): see whether it runs,"
                  + " set DOCKER_HOST, or run again with -Dsetup")
              .formatted(address, what, reason(e)),
          e);
    }
  }

  private String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof SocketTimeoutException) {
      return root.getMessage() + timeouts.remedy();
    }
    return Optional.ofNullable(root.getMessage()).orElse(root.toString());
  }

  @Override
  public void close() {
    for (DockerClient each : List.of(client, patientClient)) {
      try {
        each.close();
      } catch (IOException e) {
        // nothing is lost with a connection that was to be closed
      }
    }
  }
}
