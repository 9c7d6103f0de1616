package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.environments.tracing.Recorder;
import org.malassay.sample.Sample;

/** The recorder in a clone: a kernel for arm64 with programs of 32 bits. */
class RaspbianRecorderIT extends RaspbianHarness {
  private static final Map<Facet, FacetState> OBSERVED =
      Map.of(Facet.CALLS, FacetState.OBSERVED, Facet.PROCESSES, FacetState.OBSERVED);

  private record Recorded(Execution execution, List<Event> events, Map<Facet, FacetState> states)
      implements ToldEvents {}

  private Recorded record(Sample sample) throws Exception {
    return record(sample, Duration.ofSeconds(5));
  }

  private Recorded record(Sample sample, Duration observation) throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment().start()) {
      guest.put(sample);
      Execution execution = guest.run(new Order(List.of(), observation), events::add);
      return new Recorded(
          execution, List.copyOf(events), execution.recording().states(Recorder.FACETS));
    }
  }

  @Test
  void whatAProgramDoesInACloneIsToldByNameWithArgumentsAndResult() throws Exception {
    Recorded recorded =
        record(
            arm()
                .program(
                    "does things",
                    """
                    int file = open("dropped", O_WRONLY | O_CREAT | O_TRUNC, 0600);
                    write(file, "#!/bin/sh\\n", 10);
                    fchmod(file, 0755);
                    close(file);
                    rename("dropped", "/tmp/renamed");
                    int s = socket(AF_INET, SOCK_STREAM, 0);
                    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
                    inet_aton("127.0.0.1", &to.sin_addr);
                    connect(s, (void *)&to, sizeof to);
                    to.sin_port = htons(80);
                    connect(s, (void *)&to, sizeof to);
                    unlink((char *)0xfffffff0);
                    if (fork() == 0) {
                      if (fork() == 0) { usleep(300000); unlink("by-orphan"); _exit(4); }
                      raise(SIGTERM);
                    }
                    wait(0);
                    if (fork() == 0) execl("/bin/sh", "sh", "-c", "exit 5", (char *)0);
                    wait(0);
                    sleep(1);
                    return 7;
                    """));

    assertThat(recorded.states()).isEqualTo(OBSERVED);
    assertThat(recorded.execution().ending()).isEqualTo(new Ending.Exited(7));
    SystemCall opened =
        recorded.all(SystemCall.class).stream()
            .filter(call -> call.path().equals(Optional.of("/tmp/dropped")))
            .findFirst()
            .orElseThrow();
    assertThat(opened.name()).startsWith("open");
    assertThat(opened.arguments()).endsWith("O_WRONLY|O_CREAT|O_TRUNC", "0600");
    assertThat(opened.origin()).isEqualTo(Origin.GUEST_KERNEL);
    assertThat(recorded.calls("fchmod").get(0).path()).contains("/tmp/dropped");
    SystemCall connected = recorded.calls("connect").get(0);
    assertThat(connected.endpoint()).contains(new Endpoint("127.0.0.1", 9));
    assertThat(connected.error()).contains("ECONNREFUSED");
    assertThat(recorded.calls("connect").get(1).error()).isEmpty();
    assertThat(recorded.calls("unlink"))
        .extracting(SystemCall::error)
        .containsExactly(Optional.of("EFAULT"), Optional.of("ENOENT"));
    List<ProcessBegun> begun = recorded.all(ProcessBegun.class);
    assertThat(begun).hasSize(4);
    assertThat(begun.get(2).parent()).isEqualTo(begun.get(1).process());
    assertThat(recorded.all(ProgramStarted.class))
        .extracting(ProgramStarted::arguments)
        .containsExactly(List.of("/tmp/does_things"), List.of("sh", "-c", "exit 5"));
    assertThat(recorded.all(ProcessEnded.class))
        .extracting(ProcessEnded::status)
        .containsExactlyInAnyOrder(
            OptionalInt.empty(), OptionalInt.of(4), OptionalInt.of(5), OptionalInt.of(7));
    assertThat(recorded.all(CallsCounted.class))
        .anyMatch(count -> count.name().equals("set_tls") && count.calls() > 0);
    Duration orphan = recorded.calls("unlink").get(1).at().minus(begun.get(2).at());
    assertThat(orphan).isBetween(Duration.ofMillis(300), Duration.ofMillis(1000));
    Duration most = recorded.execution().observed().plusSeconds(1);
    assertThat(recorded.events())
        .extracting(Event::at)
        .allSatisfy(at -> assertThat(at).isBetween(Duration.ZERO, most));
  }

  @Test
  void aSampleThatAsksToBeTracedIsAndStopsForItsSignal() throws Exception {
    Recorded recorded =
        record(
            arm()
                .program(
                    "asks to be traced",
                    "if (ptrace(PTRACE_TRACEME, 0, 0, 0)) return 1; raise(SIGUSR1); return 2;"));

    assertThat(recorded.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    SystemCall asked = recorded.calls("ptrace").get(0);
    assertThat(asked.arguments()).startsWith("PTRACE_TRACEME");
    assertThat(asked.succeeded()).isTrue();
    assertThat(recorded.states()).isEqualTo(OBSERVED);
  }

  @Test
  void aCallThatSeccompRefusesIsTold() throws Exception {
    Recorded recorded =
        record(
            arm()
                .source(
                    "refuses",
                    """
                    #include <linux/filter.h>
                    #include <linux/seccomp.h>
                    #include <stddef.h>
                    #include <sys/mount.h>
                    #include <sys/prctl.h>
                    #include <sys/syscall.h>
                    #include <errno.h>
                    #include <unistd.h>
                    int main(void) {
                      struct sock_filter code[] = {
                          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount, 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
                      struct sock_fprog filter = {4, code};
                      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                      if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 1;
                      return mount("none", "/mnt", "tmpfs", 0, 0) == -1 && errno == EPERM ? 0 : 2;
                    }
                    """));

    assertThat(recorded.execution().ending()).isEqualTo(new Ending.Exited(0));
    SystemCall refused = recorded.calls("mount").get(0);
    assertThat(refused.arguments()).startsWith("\"none\"", "\"/mnt\"", "\"tmpfs\"");
    assertThat(refused.error()).contains("EPERM");
  }

  @Test
  void aSampleThatEndsTheRecorderIsTold() throws Exception {
    Recorded recorded =
        record(arm().text("kills.sh", script("unlink a\npkill -9 recorder\nsleep 1\nunlink b")));

    FacetState cut =
        FacetState.cut(
            0,
            "the recorder was ended in the guest, or the guest was; its last words may be the"
                + " sample's");
    assertThat(recorded.states()).isEqualTo(Map.of(Facet.CALLS, cut, Facet.PROCESSES, cut));
    assertThat(recorded.all(ProgramStarted.class))
        .extracting(program -> program.arguments().get(0))
        .contains("unlink", "pkill");
    assertThat(recorded.events().toString()).doesNotContain("unlink, b");
  }

  @Test
  void aSampleThatStopsTheRecorderIsTold() throws Exception {
    Recorded recorded =
        record(
            arm().text("stops.sh", script("unlink a\npkill -STOP recorder\nunlink b")),
            Duration.ZERO);

    FacetState cut = FacetState.cut(0, "the recorder does not answer");
    assertThat(recorded.states()).isEqualTo(Map.of(Facet.CALLS, cut, Facet.PROCESSES, cut));
    assertThat(recorded.events().toString()).doesNotContain("unlink, b");
  }
}
