package org.malassay.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Ulimit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.internet.Answers;
import org.malassay.environments.internet.GuestNetwork;
import org.malassay.environments.internet.InternetProgram;
import org.malassay.environments.internet.Relay;

/**
 * A container in which the simulated Internet of one guest at a time is made: whoever is started in
 * its network finds itself on the guest's side. Between {@link #next} and that start nobody else
 * may ask for a network; so guests side by side have a helper each.
 */
final class InternetHelper implements AutoCloseable {
  private static final Duration TAKE = Duration.ofSeconds(30);
  private static final String PROGRAM = "/internet";
  private static final String GATEWAY = "192.168.1.1";
  private static final long MEMORY = 256L << 20;
  private static final long PROCESSES = 8;
  private static final long FILES = 8192;
  private static final int SHORT = 12;

  private final Engine engine;
  private final String container;
  private final CommandStream commands = new CommandStream();
  private final Relay relay = new Relay(bytes -> commands.send(bytes, TAKE));
  private final ResultCallback.Adapter<Frame> callback = new Callback();

  private InternetHelper(Engine engine, String container) {
    this.engine = engine;
    this.container = container;
  }

  /**
   * The image that helpers are made from, compiled when the engine does not have it.
   *
   * @param machine the engine's architecture, as its kernel names it
   */
  static String image(Engine engine, String machine) throws EnvironmentException, GuestException {
    String tag =
        "malassay-internet:%s-%s"
            .formatted(machine, InternetProgram.SOURCES.digest().substring(0, SHORT));
    if (engine.image(tag).isPresent()) {
      return tag;
    }
    try {
      byte[] context =
          ImageBuilder.tar(
              Map.of(
                  "Dockerfile",
                  "FROM scratch\nCOPY internet %s\nENTRYPOINT [\"%s\"]\n"
                      .formatted(PROGRAM, PROGRAM)
                      .getBytes(UTF_8),
                  "internet",
                  InternetProgram.compile(machine)));
      engine.build(new ByteArrayInputStream(context), tag, Map.of(Owner.KIND_LABEL, "image"));
      return tag;
    } catch (IOException e) {
      throw new EnvironmentException(
          "the simulated Internet could not be compiled; try -Dsetup, or -Dinternet=none: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Starts a helper.
   *
   * @param image that {@link #image} made
   * @param labels by which the container is known as one of ours
   */
  static InternetHelper start(Engine engine, String image, Map<String, String> labels)
      throws GuestException {
    String id =
        engine.create(
            engine
                .describe(image)
                .withCmd(List.of("helper"))
                .withHostName(GuestImage.HOST_NAME) // its guests are called like it
                .withLabels(labels)
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withHostConfig(
                    HostConfig.newHostConfig()
                        .withNetworkMode("none")
                        .withDns(GATEWAY) // in the guests' resolv.conf, which is that of the helper
                        .withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withCapAdd(
                            Capability.NET_ADMIN,
                            Capability.NET_BIND_SERVICE,
                            Capability.NET_RAW,
                            Capability.SYS_ADMIN)
                        .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                        .withMemory(MEMORY)
                        .withMemorySwap(MEMORY)
                        .withPidsLimit(PROCESSES)
                        .withUlimits(List.of(new Ulimit("nofile", FILES, FILES)))));
    InternetHelper helper = new InternetHelper(engine, id);
    try {
      engine.attach(id, helper.commands, helper.callback);
      engine.start(id);
      return helper;
    } catch (GuestException | RuntimeException e) {
      helper.close();
      throw e;
    }
  }

  /**
   * A fresh network for the next guest, in the place of the one before, whose guest must be gone.
   *
   * @param folder of the guest's own, for what is kept until it is collected
   */
  GuestNetwork next(Answers answers, Path folder) throws GuestException {
    return relay.next(answers, folder);
  }

  /** The network mode of a container that is to be a guest here. */
  String networkMode() {
    return "container:" + container;
  }

  @Override
  public void close() {
    relay.close();
    commands.close();
    try {
      callback.close();
    } catch (IOException e) {
      // nothing is lost with a connection that was to be closed
    }
    try {
      engine.remove(container);
    } catch (GuestException e) {
      // the next run removes it: it has our labels
    }
  }

  private final class Callback extends ResultCallback.Adapter<Frame> {
    @Override
    public void onNext(Frame frame) {
      try {
        relay.take(frame.getPayload());
      } catch (IOException e) {
        // told to whoever waits
      }
    }

    @Override
    public void onError(Throwable failure) {
      relay.ended("the connection to the simulated Internet broke: " + failure);
      super.onError(failure);
    }

    @Override
    public void onComplete() {
      relay.ended("the simulated Internet has ended");
      super.onComplete();
    }
  }
}
