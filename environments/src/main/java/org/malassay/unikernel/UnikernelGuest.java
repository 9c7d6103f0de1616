package org.malassay.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.environment.RefusedCall;
import org.malassay.guest.AgentProtocol;
import org.malassay.guest.Transcript;
import org.malassay.guest.Web;
import org.malassay.qemu.SampleWatch;
import org.malassay.qemu.Vm;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/**
 * A unikernel that is up. The sample goes in, and is started, through the application's web
 * service: two endpoints of it stand in for a hole by which an attacker executes code in the
 * application.
 */
final class UnikernelGuest implements Guest {
  private static final String DELIVER = "/debug/sample/";
  private static final String RUN = "/debug/run";
  private static final Duration DELIVERY = Duration.ofSeconds(60);
  private static final Duration PROBE = Duration.ofMillis(1800);
  private static final String SILENCE = "the guest's connection to the sample was ended";
  private static final int OK = 200;
  private static final int TOO_LARGE = 413;
  private static final int NO_ROOM = 507;

  private final Vm vm;
  private final int port;
  private final Limits limits;
  private final Runnable prepareNext;
  private boolean doesNotFit;
  private List<RefusedCall> refusedCalls = List.of();

  /**
   * @param port of the host's loopback that leads to the web service
   * @param prepareNext called when the sample is about to run: the service has been probed before,
   *     with nothing beside it
   */
  UnikernelGuest(Vm vm, int port, Limits limits, Runnable prepareNext) {
    this.vm = vm;
    this.port = port;
    this.limits = limits;
    this.prepareNext = prepareNext;
  }

  @Override
  public void deliver(Sample sample) throws GuestException {
    String path = DELIVER + SafeText.fileName(sample.name());
    try (InputStream in = sample.open();
        Post post = Post.send(port, path, in, sample.size(), DELIVERY)) {
      int status = post.status();
      doesNotFit = status == TOO_LARGE || status == NO_ROOM;
      if (status != OK && !doesNotFit) {
        throw new GuestException("the guest did not take the sample: HTTP status " + status);
      }
    } catch (IOException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
  }

  @Override
  public Probe probe() {
    return Web.ask(port, PROBE);
  }

  @Override
  public Execution run(List<String> arguments) throws GuestException {
    prepareNext.run();
    if (doesNotFit) {
      return refused("ENOMEM");
    }
    byte[] order = AgentProtocol.order(limits, arguments);
    try (Post post =
        Post.send(port, RUN, new ByteArrayInputStream(order), order.length, DELIVERY)) {
      post.takeYourTime(); // from here on, the watch looks after the time
      Answer answer = new Answer(post);
      Transcript told = Transcript.of(answer, limits.outputBytes());
      Execution execution = new SampleWatch(vm, limits.time(), SILENCE).await(told);
      answer.check();
      refusedCalls = execution.refusedCalls();
      return execution;
    } catch (IOException e) {
      throw new GuestException("the sample could not be started: " + e.getMessage(), e);
    }
  }

  private static Execution refused(String errno) {
    return new Execution(
        new Ending.Refused(errno),
        Duration.ZERO,
        Optional.empty(),
        Output.NONE,
        Output.NONE,
        false,
        0,
        List.of());
  }

  /**
   * What the guest says of the sample, its head read by whoever reads first: not even that may be
   * waited for, since the sample runs already, and may have wiped the service.
   */
  private static final class Answer extends FilterInputStream {
    private final Post post;
    private volatile int status;

    Answer(Post post) {
      super(post.body());
      this.post = post;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      if (status == 0) {
        status = post.status();
      }
      return status == OK ? super.read(bytes, at, length) : -1;
    }

    /** Another status is what a guest says that started no sample. */
    void check() throws GuestException {
      if (status != 0 && status != OK) {
        throw new GuestException("the guest did not start the sample: HTTP status " + status);
      }
    }
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    endCapture();
    try {
      evidence.write("console.log", vm.console().getBytes(UTF_8));
      evidence.write(Machine.CAPTURE, Files.readAllBytes(vm.file(Machine.CAPTURE)));
      if (!refusedCalls.isEmpty()) {
        evidence.write(
            "refused-calls.txt",
            refusedCalls.stream()
                .map(call -> "%s %s %d%n".formatted(call.name(), call.errno(), call.count()))
                .collect(Collectors.joining())
                .getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
  }

  /** So that the last packet is there whole. */
  private void endCapture() {
    try {
      vm.qmp()
          .execute(
              "qom-set",
              Map.of("path", "/objects/" + Machine.FILTER, "property", "status", "value", "off"));
    } catch (GuestException e) {
      // QEMU is gone with the guest, and writes nothing more
    }
  }

  @Override
  public void close() {
    vm.close();
  }
}
