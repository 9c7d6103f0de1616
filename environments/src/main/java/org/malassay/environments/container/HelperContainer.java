package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container beside the guests, in which a program of ours runs and nothing else: no network, no
 * file that it can write, no right but those that it was given. So it stands where the guests do,
 * on a remote engine too. It is spoken to by its standard input and output.
 */
final class HelperContainer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HelperContainer.class);

  /** No run takes longer; only then would another machine's run remove it. */
  private static final Duration LIFE = Duration.ofDays(7);

  private static final int REMOVALS = 4;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** That it may have open, where the engine would give it fewer. */
  private static final long FILES = 8192;

  private final Engine engine;
  private final Order order;
  private final CommandStream commands = new CommandStream();
  private final Callback callback;
  private final String id;

  /** Told what the program says, in one thread. */
  interface Listener {
    /** Takes a piece of its standard output, which is not changed any more. */
    void take(byte[] bytes);

    /** The program has ended, or is not heard any more. */
    void ended(String why);
  }

  private HelperContainer(Engine engine, Order order, String id, Listener listener) {
    this.engine = engine;
    this.order = order;
    this.id = id;
    this.callback = new Callback(listener);
  }

  /** Makes the files of an image; they take a moment. */
  @FunctionalInterface
  interface Files {
    Map<String, byte[]> make() throws IOException;
  }

  /**
   * The image with these programs and nothing else, made when the engine does not have it.
   *
   * @param tag names it, and changes with its programs
   * @param program that it starts
   * @return the tag
   */
  static String image(Engine engine, String tag, String program, Files files)
      throws IOException, GuestException {
    if (engine.image(tag).isEmpty()) {
      Map<String, byte[]> programs = files.make();
      Map<String, byte[]> context = new LinkedHashMap<>(programs);
      context.put(
          "Dockerfile",
          "FROM scratch\nCOPY %s /\nENTRYPOINT [\"/%s\"]\n"
              .formatted(String.join(" ", programs.keySet()), program)
              .getBytes(UTF_8));
      engine.build(
          new ByteArrayInputStream(GuestImages.tar(context)),
          tag,
          Map.of(GuestLabels.KIND, "image"));
    }
    return tag;
  }

  /**
   * How one is started.
   *
   * @param name in messages
   * @param run of the guests, for its labels
   * @param memory in bytes
   * @param processes as many as it may have
   * @param rights all that it has
   * @param network that it joins, such as {@code container:ID}; empty for none
   * @param taken how long it may take to take what is sent to it
   */
  record Order(
      String name,
      String image,
      List<String> arguments,
      String run,
      long memory,
      long processes,
      List<Capability> rights,
      Optional<String> network,
      Timeout taken) {
    Order {
      arguments = List.copyOf(arguments);
      rights = List.copyOf(rights);
    }
  }

  /** Starts a helper. */
  static HelperContainer start(Engine engine, Order order, Listener listener)
      throws GuestException {
    HostConfig host =
        HostConfig.newHostConfig()
            .withCapDrop(Capability.ALL)
            .withCapAdd(order.rights().toArray(Capability[]::new))
            .withReadonlyRootfs(true)
            .withUlimits(List.of(new Ulimit("nofile", FILES, FILES)));
    CreateContainerCmd description =
        engine
            .describeAlone(order.image(), host, order.memory(), order.processes())
            .withCmd(order.arguments())
            .withLabels(GuestLabels.of(Owner.self(), order.run(), Instant.now(), LIFE));
    if (order.network().isPresent()) {
      Engine.joinNetwork(description, order.network().get());
    } else {
      description.withHostName(GuestImage.HOST_NAME); // a guest in its network is called like it
    }
    String id = engine.create(description);
    HelperContainer helper = new HelperContainer(engine, order, id, listener);
    try {
      engine.attach(id, helper.commands, helper.callback);
      engine.start(id);
      return helper;
    } catch (GuestException | RuntimeException e) {
      helper.close();
      throw e;
    }
  }

  /** The engine's id of it. */
  String id() {
    return id;
  }

  /** Says so when it is the engine that does not answer any more. */
  void requireEngine() throws GuestException {
    engine.state(id);
  }

  /** Hands over a piece of the program's standard input; it is not copied. */
  void send(byte[] bytes) throws IOException {
    commands.send(bytes, engine.timeouts(), order.taken());
  }

  @Override
  public void close() {
    commands.close();
    try {
      callback.close();
    } catch (IOException e) {
      // nothing is lost with a connection that was to be closed
    }
    try {
      for (int i = 1; !engine.remove(id) && i < REMOVALS; i++) {
        Await.pause(PAUSE); // the engine is at it already
      }
    } catch (GuestException e) {
      LOG.warn("{} is left behind; the next run removes it: {}", order.name(), e.getMessage());
    }
  }

  private static final class Callback extends ResultCallback.Adapter<Frame> {
    private final Listener listener;

    Callback(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onNext(Frame frame) {
      listener.take(frame.getPayload());
    }

    @Override
    public void onError(Throwable failure) {
      listener.ended("is not heard any more: " + failure);
      super.onError(failure);
    }

    @Override
    public void onComplete() {
      listener.ended("has ended");
      super.onComplete();
    }
  }
}
