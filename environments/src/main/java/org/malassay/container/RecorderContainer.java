package org.malassay.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.LogConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Origin;
import org.malassay.environment.GuestException;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderBounds;
import org.malassay.environments.tracing.RecorderPrograms;
import org.malassay.guest.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder of a run: a container beside the guests, with the right to load eBPF programs and
 * nothing else: no network, no file that it can write, no other process in it. So it stands where
 * the guests do, on a remote engine too.
 */
final class RecorderContainer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecorderContainer.class);

  /** What the kernel has room for until it is read: a second of what one guest may tell. */
  private static final int RING_KIB = 8 << 10;

  /** Its maps are in it, when they are full. */
  private static final long MEMORY = 192L << 20;

  private static final long PROCESSES = 64;

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration CHECK = Duration.ofSeconds(20);
  private static final Duration TAKE = Duration.ofSeconds(10);

  /** No run takes longer; only then would another machine's run remove it. */
  private static final Duration LIFE = Duration.ofDays(7);

  private final Engine engine;
  private final CommandStream commands = new CommandStream();
  private final Recorder recorder;
  private final Callback callback = new Callback();
  private @Nullable String container;

  private RecorderContainer(Engine engine, int run, RecorderBounds bounds) {
    this.engine = engine;
    this.recorder =
        new Recorder(run, Origin.HOST_KERNEL, bounds, command -> commands.send(command, TAKE));
  }

  /**
   * Starts a recorder and checks it. Never fails: one that cannot be had says why (see {@link
   * Recorder#ended}), and so does every recording of it.
   *
   * @param run of the guests, for its labels
   */
  static RecorderContainer start(Engine engine, Info info, String run, RecorderBounds bounds) {
    return start(engine, info, run, bounds, Capability.SYS_ADMIN);
  }

  /** The same with other rights than it takes. */
  static RecorderContainer start(
      Engine engine, Info info, String run, RecorderBounds bounds, Capability... rights) {
    int number = Recorder.newRun();
    RecorderContainer started = new RecorderContainer(engine, number, bounds);
    try {
      started.start(image(engine, info), run, Recorder.arguments(number, RING_KIB, bounds), rights);
      started.recorder.check(CHECK);
    } catch (IOException | GuestException e) {
      started.recorder.end("could not be started: " + e.getMessage());
    }
    return started;
  }

  Recorder recorder() {
    return recorder;
  }

  /** The engine's id of the container; empty when there is none. */
  Optional<String> container() {
    return Optional.ofNullable(container);
  }

  /** The image with the two programs and nothing else, made when it is not there. */
  private static String image(Engine engine, Info info) throws IOException, GuestException {
    RecorderPrograms programs =
        new RecorderPrograms(Optional.ofNullable(info.getArchitecture()).orElse("x86_64"));
    String tag = "malassay-recorder:" + programs.digest();
    if (engine.image(tag).isEmpty()) {
      Path folder = programs.get();
      String dockerfile =
          """
          FROM scratch
          COPY recorder check /
          ENTRYPOINT ["/recorder"]
          """;
      Map<String, byte[]> context = new LinkedHashMap<>();
      context.put("Dockerfile", dockerfile.getBytes(UTF_8));
      for (String program : List.of(RecorderPrograms.RECORDER, RecorderPrograms.CHECK)) {
        context.put(program, Files.readAllBytes(folder.resolve(program)));
      }
      engine.build(
          new ByteArrayInputStream(ImageBuilder.tar(context)),
          tag,
          Map.of(GuestLabels.KIND, "image"));
    }
    return tag;
  }

  private void start(String image, String run, List<String> arguments, Capability... rights)
      throws IOException, GuestException {
    container =
        engine.create(
            engine
                .describe(image)
                .withCmd(arguments)
                .withUser("0")
                .withLabels(GuestLabels.of(Owner.self(), run, Instant.now(), LIFE))
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withNetworkDisabled(true)
                .withHostConfig(
                    HostConfig.newHostConfig()
                        .withNetworkMode("none")
                        .withCapDrop(Capability.ALL)
                        .withCapAdd(rights)
                        .withReadonlyRootfs(true)
                        .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                        .withMemory(MEMORY)
                        .withMemorySwap(MEMORY)
                        .withPidsLimit(PROCESSES)));
    engine.attach(container, commands, callback);
    engine.start(container);
    try {
      recorder.hello().get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(recorder.ended().orElse("it ended"), e);
    } catch (TimeoutException e) {
      throw new IOException("it says nothing after %d s".formatted(START.toSeconds()), e);
    }
  }

  /** Ends the recorder; what is still being recorded is cut. */
  @Override
  public void close() {
    recorder.end("was ended with the run");
    commands.close();
    try {
      callback.close();
    } catch (IOException e) {
      // nothing is lost with a connection that was to be closed
    }
    if (container != null) {
      try {
        engine.remove(container);
      } catch (GuestException e) {
        LOG.warn("the recorder is left behind; the next run removes it: {}", e.getMessage());
      }
    }
  }

  private final class Callback extends ResultCallback.Adapter<Frame> {
    @Override
    public void onNext(Frame frame) {
      recorder.take(ByteBuffer.wrap(frame.getPayload()));
    }

    @Override
    public void onError(Throwable failure) {
      recorder.end("is not heard any more: " + failure);
      super.onError(failure);
    }

    @Override
    public void onComplete() {
      recorder.end("has ended");
      super.onComplete();
    }
  }
}
