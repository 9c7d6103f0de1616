package org.malassay.environments.container;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Info;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.internet.Answers;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.internet.GuestNetwork;
import org.malassay.environments.internet.InternetProgram;
import org.malassay.environments.internet.Relay;

/**
 * A container in which the simulated Internet of one guest at a time is made: whoever is started in
 * its network finds itself on the guest's side. Between {@link #next} and that start nobody else
 * may ask for a network; so guests side by side have a helper each.
 */
final class InternetHelper implements AutoCloseable {
  /** Who answers on the far side, questions for names included. */
  static final String GATEWAY = "192.168.1.1";

  private static final String PROGRAM = "internet";
  private static final long MEMORY = 256L << 20;
  private static final long PROCESSES = 8;
  private static final int SHORT = 12;

  /** All that it takes. */
  static final List<Capability> RIGHTS =
      List.of(
          Capability.NET_ADMIN,
          Capability.NET_BIND_SERVICE,
          Capability.NET_RAW,
          Capability.SYS_ADMIN);

  private final HelperContainer container;
  private final Relay relay;

  private InternetHelper(HelperContainer container, Relay relay) {
    this.container = container;
    this.relay = relay;
  }

  /** The image that helpers are made from, compiled when the engine does not have it. */
  static String image(Engine engine, Info info) throws EnvironmentException, GuestException {
    String machine = Optional.ofNullable(info.getArchitecture()).orElse("x86_64");
    String digest = InternetProgram.SOURCES.digest().substring(0, SHORT);
    try {
      return HelperContainer.image(
          engine,
          "malassay-internet:%s-%s".formatted(machine, digest),
          PROGRAM,
          () -> Map.of(PROGRAM, InternetProgram.compile(machine)));
    } catch (IOException e) {
      throw InternetProgram.notCompiled(e);
    }
  }

  /**
   * Starts a helper.
   *
   * @param image that {@link #image} made
   * @param run of the guests, for its labels
   * @param rights {@link #RIGHTS}
   */
  static InternetHelper start(Engine engine, String image, String run, List<Capability> rights)
      throws GuestException {
    Connection connection = new Connection(engine);
    HelperContainer container =
        HelperContainer.start(
            engine,
            order("a simulated Internet", image, "helper", run, rights, Optional.empty()),
            connection);
    connection.container = Optional.of(container);
    return new InternetHelper(container, connection.relay);
  }

  private static HelperContainer.Order order(
      String name,
      String image,
      String mode,
      String run,
      List<Capability> rights,
      Optional<String> network) {
    return new HelperContainer.Order(
        name,
        image,
        List.of(mode),
        run,
        MEMORY,
        PROCESSES,
        rights,
        network,
        Timeout.INTERNET_COMMAND);
  }

  /**
   * Makes sure that a container in its network is in the one made last, and heard there.
   *
   * @param image that {@link #image} made
   * @param run of the guests, for its labels
   * @throws GuestException if it is not, as where an engine understands {@link #networkMode}
   *     otherwise
   */
  void check(Engine engine, String image, String run, GuestInternet network) throws GuestException {
    try {
      network.check(() -> talk(engine, image, run));
    } catch (GuestException e) {
      throw new GuestException(
          "in the network \"%s\", %s".formatted(networkMode(), e.getMessage()), e);
    }
  }

  private String talk(Engine engine, String image, String run) throws GuestException {
    Output output = new Output();
    HelperContainer client =
        HelperContainer.start(
            engine,
            order(
                "who tries a simulated Internet",
                image,
                InternetProgram.CHECK,
                run,
                List.of(),
                Optional.of(networkMode())),
            output);
    try {
      return Await.value(output.whole, engine.timeouts().of(Timeout.INTERNET_CHECK));
    } catch (ExecutionException | TimeoutException e) {
      throw new GuestException(
          "the simulated Internet was not tried" + engine.timeouts().over(Timeout.INTERNET_CHECK),
          e);
    } finally {
      client.close();
    }
  }

  /** What a program says until it ends; ours say little. */
  private static final class Output implements HelperContainer.Listener {
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void take(byte[] piece) {
      bytes.writeBytes(piece);
    }

    @Override
    public void ended(String why) {
      whole.complete(bytes.toString(StandardCharsets.UTF_8));
    }
  }

  /**
   * A fresh network for the next guest, in the place of the one before, whose guest must be gone.
   *
   * @param folder of the guest's own, for what is kept until it is collected
   */
  GuestNetwork next(Answers answers, Path folder) throws GuestException {
    try {
      return relay.next(answers, folder);
    } catch (GuestException e) {
      container.requireEngine(); // whose absence ends all of its containers at once for this side
      throw e;
    }
  }

  /** False when its program has ended. */
  boolean isUp() {
    return relay.isUp();
  }

  /** The network mode of a container that is to be a guest here. */
  String networkMode() {
    return "container:" + container.id();
  }

  @Override
  public void close() {
    relay.close();
    container.close();
  }

  private static final class Connection implements HelperContainer.Listener {
    private volatile Optional<HelperContainer> container = Optional.empty();

    /** Says nothing before it is asked for a network, and then there is a container. */
    private final Relay relay;

    Connection(Engine engine) {
      relay =
          new Relay(
              bytes ->
                  container
                      .orElseThrow(() -> new IOException("it has not been started"))
                      .send(bytes),
              engine.timeouts());
    }

    @Override
    public void take(byte[] bytes) {
      try {
        relay.take(bytes);
      } catch (IOException e) {
        // told to whoever waits
      }
    }

    @Override
    public void ended(String why) {
      relay.ended("the simulated Internet " + why);
    }
  }
}
