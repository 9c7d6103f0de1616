package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Piece;
import org.malassay.environment.Used;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.OddElf;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.tracing.Recorder;
import org.malassay.sample.Sample;

/** The library OS that loads programs. */
class UnikernelGuestIT extends UnikernelContract {
  @Override
  KernelProvider provider() {
    return new UnikernelProvider();
  }

  @Override
  Set<Facet> recorded() {
    return Recorder.FACETS;
  }

  private static final Map<Facet, FacetState> OBSERVED =
      Map.of(Facet.CALLS, FacetState.OBSERVED, Facet.PROCESSES, FacetState.OBSERVED);

  private static Map<Facet, FacetState> states(Assay assay) {
    return assay.execution().recording().states(Recorder.FACETS);
  }

  private static SystemCall call(Assay assay, String name) {
    return assay.calls(name).get(0);
  }

  @Test
  void itsGuestsPassTheCheckOfWhatTheyRecord() {
    assertThat(environment().observes())
        .isEqualTo(
            Map.of(
                Facet.CALLS,
                Origin.LIBRARY_OS,
                Facet.PROCESSES,
                Origin.LIBRARY_OS,
                Facet.FILES,
                Origin.LIBRARY_OS,
                Facet.USAGE,
                Origin.HOST));
    assertThat(environment().missing())
        .isEqualTo(Map.of(Facet.NETWORK, "guests have no network (-Dinternet=none)"));
  }

  @Test
  void aKernelThatDoesNotTellWhatItMustIsNotBelieved() throws Exception {
    UnikernelMachine sealed = Kernels.machine(Kernels.get(Kernel.SEALED), 64);
    Path known = Kernels.get(Kernel.LOADER).resolveSibling(Kernel.LOADER.known());
    try (UnikernelEnvironment other =
        new UnikernelEnvironment(Kernel.LOADER, sealed, limits(), Map.of(), new Timeouts(1))) {
      other.record(known);
      assertThat(other.observes()).containsOnlyKeys(Facet.USAGE);
      String why =
          "the guest failed its check: it does not see the program /tmp/unikernel-known-calls"
              + " known a word";
      assertThat(other.missing())
          .containsEntry(Facet.CALLS, why)
          .containsEntry(Facet.PROCESSES, why)
          .containsEntry(Facet.FILES, why);
    }
  }

  /** As programs of the OABI make them. */
  @Test
  void aCallWithinACallIsToldAsItself() throws Exception {
    Assay assay =
        assay(
            arm()
                .source(
                    "old",
                    """
                    #include <arpa/inet.h>
                    #include <sys/socket.h>
                    __attribute__((target("arm"), noinline)) static long old(long which, long *words) {
                      register long r0 __asm__("r0") = which, *r1 __asm__("r1") = words;
                      __asm__ volatile("svc 0x900066" : "+r"(r0) : "r"(r1) : "memory");
                      return r0;
                    }
                    int main(void) {
                      struct sockaddr_in to = {AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}};
                      long made[] = {AF_INET, SOCK_STREAM, 0};
                      long connected[] = {old(1, made), (long)&to, sizeof to};
                      return old(3, connected) != -111;
                    }
                    """));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(call(assay, "socket").arguments()).startsWith("AF_INET", "SOCK_STREAM");
    assertThat(call(assay, "connect"))
        .extracting(SystemCall::endpoint, SystemCall::error)
        .containsExactly(Optional.of(new Endpoint("127.0.0.1", 9)), Optional.of("ECONNREFUSED"));
    assertThat(assay.counted("socketcall")).isZero();
  }

  /** The expectations are those of RecorderContainerIT, which has the same of a container. */
  @Test
  void whatAProgramDoesIsToldByNameWithArgumentsAndResult() throws Exception {
    Assay assay =
        assay(
            arm()
                .program(
                    "does things",
                    """
                    int file = open("dropped", O_WRONLY | O_CREAT | O_TRUNC, 0600);
                    write(file, "#!/bin/sh\\n", 10);
                    fchmod(file, 0755);
                    close(file);
                    rename("dropped", "/tmp/../tmp/renamed");
                    open("/dev/watchdog", O_RDWR);
                    int s = socket(AF_INET, SOCK_STREAM, 0);
                    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
                    inet_aton("127.0.0.1", &to.sin_addr);
                    connect(s, (void *)&to, sizeof to);
                    bind(s, (void *)&to, sizeof to);
                    int ends[2];
                    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
                    fork();
                    unlink("renamed");
                    unlink((char *)1);
                    return 7;
                    """),
            "one",
            "two words");

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(states(assay)).isEqualTo(OBSERVED);
    SystemCall opened = call(assay, "openat");
    assertThat(opened.arguments())
        .containsExactly("AT_FDCWD", "\"dropped\"", "O_WRONLY|O_CREAT|O_TRUNC", "0600");
    assertThat(opened.path()).contains("/tmp/dropped");
    assertThat(opened.result()).isPositive();
    assertThat(opened.origin()).isEqualTo(Origin.LIBRARY_OS);
    assertThat(call(assay, "fchmod").path()).contains("/tmp/dropped");
    assertThat(call(assay, "write").arguments())
        .containsExactly(Long.toString(opened.result()), "\"#!/bin/sh\\n\"", "10");
    assertThat(call(assay, "rename").target()).contains("/tmp/renamed");
    assertThat(assay.calls("openat").get(1).error()).contains("ENOENT");
    SystemCall connected = call(assay, "connect");
    assertThat(connected.endpoint()).contains(new Endpoint("127.0.0.1", 9));
    assertThat(connected.error()).contains("ECONNREFUSED");
    assertThat(connected.took()).isPositive();
    SystemCall bound = call(assay, "bind");
    assertThat(bound.succeeded()).isTrue();
    assertThat(bound.localPort()).hasValue(9);
    assertThat(call(assay, "socketpair").arguments().get(3)).matches("\\[\\d+, \\d+]");
    assertThat(assay.calls("unlink"))
        .extracting(SystemCall::path, SystemCall::error)
        .containsExactly(
            tuple(Optional.of("/tmp/renamed"), Optional.empty()),
            tuple(Optional.empty(), Optional.of("EFAULT")));
    assertThat(call(assay, "exit_group").arguments()).containsExactly("7");
    assertThat(assay.counted("openat")).isEqualTo(2);
    assertThat(assay.all(CallsCounted.class)).extracting(CallsCounted::name).contains("brk");
    assertThat(assay.all(SystemCall.class)).extracting(SystemCall::name).doesNotContain("brk");
    assertThat(assay.all(ProgramStarted.class))
        .singleElement()
        .extracting(ProgramStarted::program, ProgramStarted::arguments)
        .containsExactly("/tmp/does_things", List.of("/tmp/does_things", "one", "two words"));
    assertThat(assay.all(ProcessEnded.class))
        .extracting(ProcessEnded::status)
        .containsExactly(OptionalInt.of(7));
  }

  @Test
  void threadsAndProcessesThatShareAllAreTold() throws Exception {
    Assay assay =
        assay(
            "starts",
            """
            pthread_t t; pthread_create(&t, 0, (void *(*)(void *))unlink, "/tmp/thread");
            pthread_join(t, 0);
            static char stack[65536];
            int child = clone((int (*)(void *))rmdir, stack + sizeof stack,
                              CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD, "/tmp/process");
            waitpid(child, 0, 0);
            for (;;) pause();
            """);
    assertThat(states(assay)).isEqualTo(OBSERVED);
    SystemCall ofThread = call(assay, "unlink");
    assertThat(ofThread.thread()).isNotEqualTo(ofThread.process());
    List<ProcessBegun> begun = assay.all(ProcessBegun.class);
    assertThat(begun).hasSize(2);
    assertThat(begun.get(1).parent()).isEqualTo(begun.get(0).process());
    assertThat(call(assay, "rmdir").process()).isEqualTo(begun.get(1).process());
    assertThat(call(assay, "pause").error()).as("at the limit").contains("ERESTARTSYS");
    assertThat(assay.all(ProcessEnded.class))
        .extracting(ProcessEnded::process, ProcessEnded::signal)
        .containsExactly(
            tuple(begun.get(1).process(), OptionalInt.empty()),
            tuple(begun.get(0).process(), OptionalInt.of(9)));
  }

  @Test
  void aFloodIsCutAndCountedAndChangesNoVerdict() throws Exception {
    int calls = 100_000;
    Assay assay =
        assay(
            "floods",
            "for (int i = 0; i < %d; i++) unlink(\"/tmp/absent\"); puts(\"through\"); return 5;"
                .formatted(calls));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(5));
    assertThat(assay.execution().stdout().text()).isEqualTo("through\n");
    FacetState state = states(assay).get(Facet.CALLS);
    assertThat(state.kind()).isEqualTo(FacetState.Kind.CUT);
    assertThat(state.why()).contains("more than 20000 of one kind");
    assertThat(states(assay).get(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(assay.counted("unlink"))
        .isEqualTo(calls)
        .isEqualTo(assay.calls("unlink").size() + state.lost());
  }

  @Test
  void whatASampleDidBeforeItTookTheGuestDownIsToldAndSaidToBeCut() throws Exception {
    for (String down :
        List.of(
            "reboot(0x4321fedc);",
            "usleep(50000); asm volatile(\"cps #0x13\\n .word 0xe7f000f0\");")) {
      Assay assay = assay("down", "unlink(\"/tmp/before\"); " + down);
      assertThat(assay.execution().ending()).isInstanceOf(Ending.GuestDown.class);
      assertThat(call(assay, "unlink").path()).contains("/tmp/before");
      assertThat(assay.calls("reboot")).hasSize(down.startsWith("reboot") ? 1 : 0);
      FacetState cut = FacetState.cut(0, "the recorder ended with its guest");
      assertThat(states(assay)).isEqualTo(Map.of(Facet.CALLS, cut, Facet.PROCESSES, cut));
    }
  }

  @Test
  void whatIsRefusedIsAProgramThatCouldNotBeExecuted() throws Exception {
    Assay assay = assay(arm().text("script", "#!/bin/sh\nexit 0\n"));
    assertThat(states(assay)).isEqualTo(OBSERVED);
    assertThat(call(assay, "execve"))
        .extracting(SystemCall::path, SystemCall::error)
        .containsExactly(Optional.of("/tmp/script"), Optional.of("ELIBACC"));
    assertThat(assay.all(ProgramStarted.class)).isEmpty();
  }

  @Test
  void whatASampleLeftIsReadOutOfTheGuest() throws Exception {
    try (Guest guest = environment().start()) {
      guest.put(
          arm()
              .program(
                  "leaves-files",
                  """
                  int odd = creat("/tmp/a b\\n?#%..", 0755), large = creat("/tmp/large", 0600);
                  write(odd, "left", 4); ftruncate(large, 3000000);
                  symlink("/etc/hostname", "/tmp/link"); mkdir("/tmp/folder", 0700);
                  """));
      Used before = guest.used().orElseThrow();
      assertThat(guest.run(Order.of(), EventSink.NONE).ending()).isEqualTo(new Ending.Exited(0));

      assertThat(guest.read("/tmp/a b\n?#%..", 9).contents().text()).isEqualTo("left");
      Output large = guest.read("/tmp/large", 100_000).contents();
      assertThat(large.head()).hasSize(100_000);
      assertThat(large.total()).isEqualTo(3_000_000);
      for (String none :
          List.of("/tmp/link", "/tmp/folder", "/tmp/absent", "", "/tmp/" + "x".repeat(600))) {
        assertThat(guest.read(none, 9))
            .as(none)
            .isEqualTo(GuestFile.unreadable("there is no such file"));
      }
      assertThat(guest.probe().available()).as("it serves on").isTrue();
      Used after = guest.used().orElseThrow();
      assertThat(after.cpu()).isGreaterThan(before.cpu());
      assertThat(after.memoryBytes().orElseThrow()).isGreaterThan(1 << 20);
    }
  }

  @Test
  void itsImageIsAsSmallAsAUnikernels() {
    assertThat(environment().facts().get("image size"))
        .matches("\\d+ bytes")
        .satisfies(
            size ->
                assertThat(Integer.parseInt(size.replace(" bytes", "")))
                    .isLessThanOrEqualTo(160_000));
  }

  @Test
  void oddFilesEndAsOnLinux() throws Exception {
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, OddElf.Odd> odd : OddElf.table(arm()).entrySet()) {
      Ending expected =
          switch (odd.getKey()) {
            case "an interpreter: a folder", "an interpreter: absent" ->
                new Ending.Refused("ELIBACC"); // it is not even looked for
            case "ldm nowhere", "stm to code" ->
                new Ending.Signaled(11); // as on kernels of 32 bits
            default -> odd.getValue().linux();
          };
      all.assertThat(assay(arm().bytes("odd", odd.getValue().file())).execution().ending())
          .as(odd.getKey())
          .isEqualTo(expected);
    }
    all.assertAll();
  }

  @Test
  void aGuestThatDoesNotComeUpSaysWhyAndItsConsoleIsEvidence() throws Exception {
    UnikernelMachine tooSmall = Kernels.machine(Kernels.get(Kernel.LOADER), 4);
    try (Environment small =
        new UnikernelEnvironment(Kernel.LOADER, tooSmall, limits(), Map.of(), new Timeouts(1))) {
      assertThatThrownBy(small::start)
          .isInstanceOfSatisfying(
              GuestException.class,
              failure ->
                  assertThat(new String(failure.evidence().get(Piece.CONSOLE), UTF_8))
                      .contains("panic: no memory"))
          .message()
          .matches(
              "the unikernel does not answer .*; the last line of its console.log: panic: no memory"
                  + " .*");
    }
  }

  @Test
  void whatTheUnikernelLacksIsToldAndKept() throws Exception {
    Assay assay =
        assay(
            "forks",
            """
            for (int i = 0; i < 3; i++) if (syscall(SYS_fork) != -1 || errno != ENOSYS) return 9;
            if (fork() != -1) return 9; // which glibc makes a clone
            execl("/bin/sh", "sh", NULL);
            return 1;
            """);
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(1));
    assertThat(assay.unsupported())
        .containsSubsequence("fork ENOSYS 3", "clone ENOSYS 1", "execve ENOSYS 1");
  }

  @Test
  void whatWasRefusedIsKeptWhenTheSampleTakesTheGuestDown() throws Exception {
    Assay assay =
        assay(
            "forks-and-reboots",
            """
            fork(); socket(AF_NETLINK, SOCK_RAW, 0); sleep(1);
            syscall(SYS_reboot, 0xfee1dead, 0x28121969, 0x01234567, NULL);
            """);
    assertThat(assay.execution().ending()).isInstanceOf(Ending.GuestDown.class);
    assertThat(assay.unsupported()).containsExactly("clone ENOSYS 1", "socket EAFNOSUPPORT 1");
  }

  @Test
  void aProgramThatExitsAtOnceLacksNothing() throws Exception {
    assertThat(assay("exits", "return 0;").unsupported()).isEmpty();
  }

  @Test
  void aTextNeedsAnInterpreterWhereAShellIsToRunIt() throws Exception {
    Sample text = arm().text("text", "exit 0\n");
    assertThat(assay(text).execution().ending()).isEqualTo(new Ending.Refused("ENOEXEC"));
    assertThat(assay(ArmPrograms.forShell(text)).execution().ending())
        .isEqualTo(new Ending.Refused("ELIBACC"));
  }

  @Test
  void aProgramThatLooksForItsInterpreterItselfHasThatTold() throws Exception {
    String stub = "open(\"/etc/none\", 0); open(\"%s\", 0); _exit(%d);";
    String ld = "/lib/ld-uClibc.so.0";
    assertThat(assay("stub", stub.formatted(ld, 127)).unsupported())
        .contains("open:" + ld + " ENOENT 1");
    for (String other : List.of(stub.formatted(ld, 1), stub.formatted("/etc/ld.so", 127))) {
      assertThat(assay("other", other).unsupported())
          .filteredOn(call -> call.startsWith("open:/lib"))
          .isEmpty();
    }
  }

  @Test
  void aScriptNeedsAnInterpreter() throws Exception {
    assertThat(assay(arm().text("script", "#!/bin/sh\nexit 0\n")).execution().ending())
        .isEqualTo(new Ending.Refused("ELIBACC"));
  }

  @Test
  void aSampleThatRewritesTheServersMemoryIsSeenFromOutsideAndTheNextGuestIsPristine()
      throws Exception {
    // The kernel's own view of all memory; there is no wall between it and the sample.
    Assay assay =
        assay(
            "rewrites",
            """
            char *at = (char *)0xc0010000, *to = (char *)0xc1000000;
            for (; at < to; at++)
              if (at[0] == '<' && memcmp(at, "<title>", 7) == 0) at[1] = 'X';
            puts("done");
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("done\n");
    assertThat(assay.after().bodySha256()).isNotEqualTo(assay.before().bodySha256());
    Assay next = assay("next", "return 0;");
    assertThat(next.after().bodySha256()).isEqualTo(assay.before().bodySha256());
  }

  @Test
  void aSampleThatWipesTheServerTakesTheGuestDownAndTheNextOneIsPristine() throws Exception {
    Assay assay = assay("wipes", "memset((char *)0xc0010000, 0xff, 0x20000); for (;;) pause();");
    assertThat(assay.execution().ending())
        .satisfiesAnyOf(
            ending -> assertThat(ending).isInstanceOf(Ending.GuestDown.class),
            ending -> assertThat(ending).isEqualTo(new Ending.Stopped(Limit.TIME)));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay("next", "return 0;").after().available()).isTrue();
  }

  @Test
  void anExceptionInTheKernelIsAPanicThatTheConsoleTells() throws Exception {
    // The sample has the kernel's rights: it takes its mode, in which no exception is a sample's.
    Assay assay = assay("panics", "asm volatile(\"cps #0x13\\n .word 0xe7f000f0\");");
    assertThat(assay.execution().ending()).isInstanceOf(Ending.GuestDown.class);
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.evidence().resolve("console.log")).content().containsPattern("(?m)^panic: ");
  }
}
