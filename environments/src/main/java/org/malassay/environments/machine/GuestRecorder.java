package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderBounds;
import org.malassay.environments.tracing.RecorderOptions;
import org.malassay.environments.tracing.RecorderPrograms;
import org.malassay.options.Options;

/**
 * The recorder in a guest. It is started when the template is made, and so every clone has it; it
 * speaks over a serial port of its own, which nobody else can open while it has it. QEMU tells when
 * a sample ends it, and the recording is cut there.
 */
public final class GuestRecorder {
  /** Nothing is to be recorded. */
  public static final GuestRecorder NONE = new GuestRecorder(Optional.empty(), "");

  /** One guest's flood: it does not take much memory from the sample. */
  private static final int RING_KIB = 1 << 10;

  private static final RecorderBounds BOUNDS = RecorderBounds.DEFAULT;
  private static final String MACHINE = "aarch64";
  private static final String FOLDER = "/run/malassay-recorder/";
  private static final int CHUNK = 64 << 10;

  /** Before a reason why there is none. */
  private static final String FAILED = "!";

  /** When memory runs out, the kernel takes it last; what starves all others does not starve it. */
  private static final String RUN =
      "systemd-run --quiet --unit=malassay-recorder -p OOMScoreAdjust=-1000 -p OOMPolicy=continue"
          + " -p Nice=-10 "
          + FOLDER
          + "recorder %s --port "
          + Ports.device(Machine.RECORDER);

  private final Optional<Path> programs;
  private final String missing;

  private GuestRecorder(Optional<Path> programs, String missing) {
    this.programs = programs;
    this.missing = missing;
  }

  /** One that is compiled when it is not there yet. Never fails: see {@link #missing}. */
  public static GuestRecorder compiled() {
    try {
      return new GuestRecorder(Optional.of(new RecorderPrograms(MACHINE).get()), "");
    } catch (IOException e) {
      return new GuestRecorder(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Why the clones of a template have none; empty when they do.
   *
   * @param template that was made with this recorder; empty when guests are booted
   */
  public Optional<String> missing(Optional<Template> template) throws EnvironmentException {
    if (template.isEmpty()) {
      return Optional.of("the recorder is in clones only, not in guests that are booted");
    }
    if (!missing.isEmpty()) {
      return Optional.of(missing);
    }
    String told;
    try {
      told = told(template.get());
    } catch (GuestException e) {
      throw new EnvironmentException(String.valueOf(e.getMessage()), e);
    }
    return told.startsWith(FAILED)
        ? Optional.of(
            "the recorder %s; without %s, the next run tries again"
                .formatted(told.substring(FAILED.length()), template.get().folder()))
        : Optional.empty();
  }

  /**
   * A recorder that was named and cannot be had is an error.
   *
   * @param recording of what it sees: observed, or missing; empty when it is not asked for
   */
  public static void require(Options options, String environment, Optional<FacetState> recording)
      throws EnvironmentException {
    if (options.find(RecorderOptions.RECORDER).isPresent()
        && recording.isPresent()
        && !recording.get().equals(FacetState.OBSERVED)) {
      throw new EnvironmentException(
          "-Drecorder=ebpf cannot be had in %s: %s; leave the option out, and calls are missing"
              .formatted(environment, recording.get().why()));
    }
  }

  /** What a template is made anew for, when it changes; nothing of one that is not there. */
  String description() {
    return programs.map(folder -> RUN + BOUNDS + new RecorderPrograms(MACHINE).digest()).orElse("");
  }

  /**
   * Starts the recorder in a machine that is to become a template. When it cannot be had, the
   * template says so.
   *
   * @param told the file of the template that says so
   */
  void prepare(Vm vm, Ssh ssh, Path told) throws IOException {
    if (programs.isEmpty()) {
      Files.writeString(told, "", UTF_8);
      return;
    }
    int run = Recorder.newRun();
    Optional<String> failure = start(vm, ssh, run, programs.get());
    Files.writeString(told, failure.map(why -> FAILED + why).orElse("%08x".formatted(run)), UTF_8);
  }

  /** Why there is none; empty when there is. */
  private static Optional<String> start(Vm vm, Ssh ssh, int run, Path programs) {
    Recorder recorder = listen(vm, run);
    try {
      ssh.run("mkdir -m 700 " + FOLDER, Timeout.TEMPLATE_STEP);
      for (String program : List.of(RecorderPrograms.RECORDER, RecorderPrograms.CHECK)) {
        Path file = programs.resolve(program);
        Patience.within(
            vm.timeouts(),
            Timeout.TEMPLATE_STEP.usual(),
            "the recorder could not be put into the guest",
            () -> {
              ssh.copy(() -> Files.newInputStream(file), Files.size(file), FOLDER + program);
              return true;
            });
      }
      String arguments = String.join(" ", Recorder.arguments(run, RING_KIB, BOUNDS));
      ssh.run(RUN.formatted(arguments), Timeout.TEMPLATE_STEP);
      Await.value(recorder.hello(), vm.timeouts().of(Timeout.TEMPLATE_STEP));
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(recorder.ended().orElse("ended"));
    } catch (TimeoutException e) {
      return Optional.of("says nothing in time" + vm.timeouts().remedy());
    } catch (GuestException e) {
      return Optional.of("could not be started: " + e.getMessage());
    }
  }

  /** Has the recorder of a clone run its check: why it is not to be believed, if it is not. */
  static Optional<String> check(Vm vm, Template template) throws GuestException {
    return of(vm, template)
        .flatMap(recorder -> recorder.check(vm.timeouts().of(Timeout.RECORDER_CHECK)));
  }

  private static String told(Template template) throws GuestException {
    return new String(template.read(Template.RECORDER), UTF_8);
  }

  /** The recorder of a clone; empty where the template has none. */
  static Optional<Recorder> of(Vm vm, Template template) throws GuestException {
    String told = told(template);
    return told.isEmpty() || told.startsWith(FAILED)
        ? Optional.empty()
        : Optional.of(listen(vm, Integer.parseUnsignedInt(told, 16)));
  }

  private static Recorder listen(Vm vm, int run) {
    SocketChannel port = vm.channel(Machine.RECORDER);
    Recorder recorder =
        new Recorder(
            run, Origin.GUEST_KERNEL, BOUNDS, command -> Ports.say(port, ByteBuffer.wrap(command)));
    Thread reader = new Thread(() -> read(port, recorder), "recorder in a guest");
    reader.setDaemon(true);
    reader.start();
    return recorder;
  }

  /** Until the guest closes the port, which ends the channel, or is gone. */
  private static void read(SocketChannel port, Recorder recorder) {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    try {
      while (port.read(bytes.clear()) >= 0) {
        recorder.take(bytes.flip());
      }
    } catch (IOException e) {
      // said below
    }
    recorder.end("was ended in the guest, or the guest was; its last words may be the sample's");
  }
}
