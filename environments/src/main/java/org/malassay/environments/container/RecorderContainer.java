package org.malassay.environments.container;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Origin;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderBounds;
import org.malassay.environments.tracing.RecorderPrograms;

/** The recorder of a run: a container beside the guests that may load eBPF programs. */
final class RecorderContainer implements AutoCloseable {
  /** What the kernel has room for until it is read: a second of what one guest may tell. */
  private static final int RING_KIB = 8 << 10;

  /** Its maps are in it, when they are full. */
  private static final long MEMORY = 192L << 20;

  private static final long PROCESSES = 64;

  /** What loading takes: CAP_BPF, which would do, is unknown to older engines. */
  static final Capability RIGHT = Capability.SYS_ADMIN;

  private final Engine engine;
  private final Recorder recorder;
  private @Nullable HelperContainer container;

  private RecorderContainer(Engine engine, int run, RecorderBounds bounds) {
    this.engine = engine;
    this.recorder = new Recorder(run, Origin.HOST_KERNEL, bounds, this::send);
  }

  private void send(byte[] command) throws IOException {
    if (container == null) {
      throw new IOException("it has not been started");
    }
    container.send(command);
  }

  /**
   * Starts a recorder and checks it. Never fails: one that cannot be had says why (see {@link
   * Recorder#ended}), and so does every recording of it.
   *
   * @param run of the guests, for its labels
   */
  static RecorderContainer start(Engine engine, Info info, String run, RecorderBounds bounds) {
    return start(engine, info, run, bounds, RIGHT);
  }

  /** The same with other rights than it takes. */
  static RecorderContainer start(
      Engine engine, Info info, String run, RecorderBounds bounds, Capability... rights) {
    int number = Recorder.newRun();
    RecorderContainer started = new RecorderContainer(engine, number, bounds);
    try {
      started.start(image(engine, info), run, Recorder.arguments(number, RING_KIB, bounds), rights);
      started.recorder.check(engine.timeouts().of(Timeout.RECORDER_CHECK));
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
    return Optional.ofNullable(container).map(HelperContainer::id);
  }

  /** The image with the two programs and nothing else, made when it is not there. */
  private static String image(Engine engine, Info info) throws IOException, GuestException {
    RecorderPrograms programs =
        new RecorderPrograms(Optional.ofNullable(info.getArchitecture()).orElse("x86_64"));
    return HelperContainer.image(
        engine,
        "malassay-recorder:" + programs.digest(),
        RecorderPrograms.RECORDER,
        () -> {
          Path folder = programs.get();
          Map<String, byte[]> files = new LinkedHashMap<>();
          for (String program : List.of(RecorderPrograms.RECORDER, RecorderPrograms.CHECK)) {
            files.put(program, Files.readAllBytes(folder.resolve(program)));
          }
          return files;
        });
  }

  private void start(String image, String run, List<String> arguments, Capability... rights)
      throws IOException, GuestException {
    container =
        HelperContainer.start(
            engine,
            new HelperContainer.Order(
                "the recorder",
                image,
                arguments,
                run,
                MEMORY,
                PROCESSES,
                List.of(rights),
                Optional.empty(),
                Timeout.RECORDER_COMMAND),
            new Connection());
    try {
      Await.value(recorder.hello(), engine.timeouts().of(Timeout.RECORDER_START));
    } catch (ExecutionException e) {
      throw new IOException(recorder.ended().orElse("it ended"), e);
    } catch (TimeoutException e) {
      throw new IOException("it said nothing" + engine.timeouts().over(Timeout.RECORDER_START), e);
    }
  }

  /** Ends the recorder; what is still being recorded is cut. */
  @Override
  public void close() {
    recorder.end("was ended with the run");
    if (container != null) {
      container.close();
    }
  }

  private final class Connection implements HelperContainer.Listener {
    @Override
    public void take(byte[] bytes) {
      recorder.take(ByteBuffer.wrap(bytes));
    }

    @Override
    public void ended(String why) {
      recorder.end(why);
    }
  }
}
