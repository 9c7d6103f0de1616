package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.score.Rules.call;
import static org.malassay.score.Rules.conversation;
import static org.malassay.score.Rules.hit;
import static org.malassay.score.Rules.ofThread;
import static org.malassay.score.Rules.open;
import static org.malassay.score.Rules.openat2;
import static org.malassay.score.Rules.paths;
import static org.malassay.score.Rules.rule;
import static org.malassay.score.Rules.started;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.SystemCall;

/** What rules mean, as Sigma's specification 2.1 says it. */
class DetectionTest {
  private static final String PROCESS = "category: process_creation";
  private static final String SYSCALL = "category: syscall";

  /** A field with its modifiers, its value in YAML, the value in the event, whether it matches. */
  @ParameterizedTest(name = "{0}: {1} is {3} of {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "CommandLine; wget; wget; true",
        "CommandLine; wget; wget x; false",
        "CommandLine; WGet; wgEt; true",
        "CommandLine|cased; WGet; wget; false",
        "CommandLine|cased; WGet; WGet; true",
        "CommandLine|contains; get; wget x; true",
        "CommandLine|contains; got; wget x; false",
        "CommandLine|startswith; wg; wget x; true",
        "CommandLine|startswith; get; wget x; false",
        "CommandLine|endswith; ' x'; wget x; true",
        "CommandLine|endswith; get; wget x; false",
        "CommandLine; [curl, wget]; wget; true",
        "CommandLine|contains; [curl, wg]; wget; true",
        "CommandLine|contains|all; [wg, et]; wget; true",
        "CommandLine|contains|all; [wg, got]; wget; false",
        "CommandLine; w*t; wget; true",
        "CommandLine; w*t; wget x; false",
        "CommandLine; w?et; wget; true",
        "CommandLine; w?t; wget; false",
        "CommandLine; 'a*b*c'; a-b-b-c; true",
        "CommandLine; 'a*b*c'; a-c-b; false",
        "CommandLine; 'ab*ba'; aba; false",
        "CommandLine; 'w\\*t'; w*t; true",
        "CommandLine; 'w\\*t'; wget; false",
        "CommandLine; 'w\\?t'; w?t; true",
        "CommandLine; '*'; anything; true",
        "CommandLine|re; 'w.et( |$)'; a wget b; true",
        "CommandLine|re; WGET; wget; false",
        "CommandLine|re|i; WGET; wget; true",
        "CommandLine|re; '^w'; a wget; false",
        "CommandLine|neq; wget; curl; true",
        "CommandLine|neq; wget; wget; false",
        "CommandLine|exists; true; wget; true",
        "CommandLine|exists; false; wget; false",
        "CommandLine; null; wget; false",
        "ParentImage; null; wget; true",
        "ParentImage|exists; false; wget; true",
        "ProcessId|gt; 10; wget; true",
        "ProcessId|gt; 11; wget; false",
        "ProcessId|gte; 11; wget; true",
        "ProcessId|lt; 11; wget; false",
        "ProcessId|lte; 11; wget; true",
        "CommandLine|gt; 1; wget; false",
        "ProcessId; 11; wget; true",
        "Image|fieldref; CommandLine; /bin/true; true",
        "Image|fieldref; CommandLine; wget; false",
      })
  void aFieldIsComparedAsItsModifiersSay(
      String field, String value, String commandLine, boolean matches) {
    String detection = "selection:\n    %s: %s\ncondition: selection".formatted(field, value);

    assertThat(hit(rule(PROCESS, detection), started("/bin/true", commandLine))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a; true",
        "b; false",
        "a and b; false",
        "a or b; true",
        "not b; true",
        "not a; false",
        "a and not b; true",
        "b or a and c; false",
        "(b or a) and not (c or b); true",
        "NOT b AND a; true",
        "1 of them; true",
        "all of them; false",
        "1 of c*; false",
        "any of a*; true",
        "all of a*; true",
        "not 1 of c*; true",
        "not not a; true",
      })
  void aConditionJoinsSearchIdentifiers(String condition, boolean matches) {
    String detection =
        """
        a:
            name: kill
        a2:
            a1: SIGKILL
        b:
            name: open
        c:
            a1: SIGTERM
        _d:
            name: kill
        condition: %s"""
            .formatted(condition);

    assertThat(hit(rule(SYSCALL, detection), call(0, "kill", List.of("1", "SIGKILL"), "")))
        .isEqualTo(matches);
  }

  @Test
  void aListOfMapsIsEitherAndAMapIsBoth() {
    String rule =
        rule(
            SYSCALL,
            """
            selection:
                - name: kill
                  a1: SIGKILL
                - path|startswith: /etc/
            condition: selection""");

    assertThat(hit(rule, call(0, "kill", List.of("1", "SIGKILL"), ""))).isTrue();
    assertThat(hit(rule, call(0, "kill", List.of("1", "SIGTERM"), ""))).isFalse();
    assertThat(hit(rule, open("/etc/hosts", "O_RDONLY"))).isTrue();
  }

  @Test
  void keywordsAreLookedForInEveryField() {
    String any = rule(PROCESS, "words: [curl, wget]\ncondition: words");
    String all = rule(PROCESS, "words:\n    '|all': [busybox, wget]\ncondition: words");

    assertThat(hit(any, started("/bin/busybox", "wget", "x"))).isTrue();
    assertThat(hit(any, started("/bin/busybox", "tftp"))).isFalse();
    assertThat(hit(all, started("/bin/busybox", "wget"))).isTrue();
    assertThat(hit(all, started("/bin/sh", "wget"))).isFalse();
  }

  @Test
  void severalConditionsAreEither() {
    String rule =
        rule(PROCESS, "a:\n    Image: /a\nb:\n    Image: /b\ncondition:\n    - a\n    - b");

    assertThat(hit(rule, started("/b"))).isTrue();
    assertThat(hit(rule, started("/c"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.0.2.1/32, 192.0.2.1, true",
    "0.0.0.0/0, 192.0.2.1, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "2001:db8::/32, 2001:db8:1::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::/32, 10.0.0.1, false",
  })
  void aBlockHoldsItsAddresses(String block, String address, boolean holds) {
    String rule =
        rule(
            "category: network_connection",
            "selection:\n    DestinationIp|cidr: '%s'\ncondition: selection".formatted(block));

    assertThat(hit(rule, conversation(0, address, 80, ""))).isEqualTo(holds);
  }

  @Test
  void aFileEventIsAFileThatIsMadeAndNotOneThatIsReadOrWasRefused() {
    String rule =
        rule(
            "category: file_event", "selection:\n    TargetFilename: /etc/x\ncondition: selection");

    assertThat(hit(rule, open("/etc/x", "O_WRONLY|O_CREAT"))).isTrue();
    assertThat(hit(rule, open("/etc/x", "O_RDONLY"))).isFalse();
    assertThat(
            hit(
                rule,
                call(0, "openat", List.of("AT_FDCWD", "\"/etc/x\"", "O_CREAT"), "/etc/x", "EROFS")))
        .isFalse();
  }

  @Test
  void auditRecordsTellArgumentsAsTextAndRegistersAsNumbers() {
    String execve =
        rule(
            "service: auditd",
            "selection:\n    type: EXECVE\n    a0: rm\n    a1: -rf\ncondition: selection");
    String syscall =
        rule(
            "service: auditd",
            "selection:\n    type: SYSCALL\n    SYSCALL: personality\n    a0: 40000\n"
                + "condition: selection");
    String path =
        rule(
            "service: auditd",
            "selection:\n    type: PATH\n    name: /etc/x\n    nametype: CREATE\n"
                + "condition: selection");

    assertThat(hit(execve, started("/bin/rm", "rm", "-rf"))).isTrue();
    assertThat(hit(execve, call(0, "execve", List.of("rm", "-rf"), "/bin/rm"))).isFalse();
    assertThat(hit(syscall, call(0, "personality", List.of("0x40000"), ""))).isTrue();
    assertThat(hit(path, open("/etc/x", "O_WRONLY|O_CREAT"))).isTrue();
    assertThat(hit(path, openat2("/etc/x", "O_WRONLY|O_CREAT"))).isTrue();
    assertThat(hit(path, open("/etc/x", "O_RDONLY"))).isFalse();
  }

  @Test
  void aCallKnowsItsProcessAndWhomASignalGoesTo() {
    String own = rule(SYSCALL, "selection:\n    path|fieldref: Image\ncondition: selection");
    String other = rule(SYSCALL, "selection:\n    whom: other\ncondition: selection");

    assertThat(hit(own, started("/tmp/x", "x"), call(0, "unlink", List.of("\"/tmp/x\""), "/tmp/x")))
        .isTrue();
    assertThat(hit(other, call(0, "kill", List.of("7", "SIGKILL"), ""))).isTrue();
    assertThat(hit(other, call(0, "kill", List.of("11", "SIGKILL"), ""))).isFalse();
    assertThat(hit(other, call(0, "kill", List.of("-1", "SIGKILL"), ""))).isFalse();
    assertThat(
            hit(
                other,
                Rules.begun(12, Rules.SAMPLE),
                call(0, "kill", List.of("12", "SIGKILL"), "")))
        .isFalse();
    assertThat(
            hit(
                other,
                Rules.begun(8, 1),
                Rules.begun(9, 8),
                Rules.begun(Rules.SAMPLE, 9),
                call(0, "kill", List.of("8", "SIGKILL"), "")))
        .as("its maker's maker")
        .isFalse();
  }

  /** A signal to its own thread is raise(3)'s of musl; the first thread of a process has its id. */
  @ParameterizedTest
  @CsvSource({
    "tkill, 7, other",
    "tkill, 11, self",
    "tkill, 15, self",
    "tgkill, 7, other",
    "tgkill, 11, self",
    "rt_sigqueueinfo, 7, other",
    "rt_tgsigqueueinfo, 7, other",
  })
  void whomASignalGoesToIsKnownOfEachCallThatSendsOne(String name, String to, String whom) {
    String rule =
        rule(SYSCALL, "s:\n    whom: %s\n    signal: SIGKILL\ncondition: s".formatted(whom));
    boolean namesThread = name.contains("tg");
    SystemCall call =
        namesThread
            ? ofThread(15, name, to, "15", "SIGKILL")
            : ofThread(15, name, to, "SIGKILL", "NULL");

    assertThat(hit(rule, call)).isTrue();
  }

  /** A call, its two paths, its other words, and which path it gives other contents. */
  @ParameterizedTest
  @CsvSource({
    "rename, /a, /b, '', /b",
    "renameat, /a, /b, '', /b",
    "renameat2, /a, /b, 0, /b",
    "renameat2, /a, /b, RENAME_EXCHANGE, /a and /b",
    "link, /a, /b, '', /b",
    "linkat, /a, /b, '', /b",
    "symlink, /b, '', '', /b",
    "symlinkat, /b, '', '', /b",
    "mount, /b, '', '', /b",
    "move_mount, /a, /b, '', /b",
    "creat, /b, '', '', /b",
    "unlink, /a, '', '', ''",
  })
  void whatIsWrittenIsAPathWithOtherContents(
      String name, String path, String target, String flags, String written) {
    SystemCall call = paths(name, path, target, "AT_FDCWD", path, "AT_FDCWD", target, flags);

    for (String one : List.of("/a", "/b")) {
      String rule = rule(SYSCALL, "s:\n    written: %s\ncondition: s".formatted(one));
      assertThat(hit(rule, call)).as(one).isEqualTo(written.contains(one));
    }
  }

  @Test
  void whatIsOpenedForWritingIsWritten() {
    String rule = rule(SYSCALL, "s:\n    written: /b\ncondition: s");

    assertThat(hit(rule, open("/b", "O_WRONLY|O_APPEND"))).isTrue();
    assertThat(hit(rule, open("/b", "O_RDONLY"))).isFalse();
    assertThat(hit(rule, openat2("/b", "O_RDWR"))).isTrue();
    assertThat(hit(rule, openat2("/b", "O_RDONLY"))).isFalse();
  }

  /** By such an expression a hostile text could hold up a run for ever. */
  @Test
  void anExpressionThatTakesTooLongIsNoMatchAndIsCounted() {
    String rule = rule(PROCESS, "selection:\n    CommandLine|re: '^(a+)+$'\ncondition: selection");

    assertThat(hit(rule, started("/a", "a".repeat(10)))).isTrue();
    assertThat(hit(rule, started("/a", "a".repeat(3000) + "b"))).isFalse();
    assertThat(givenUp(rule, "a".repeat(10))).isZero();
    assertThat(givenUp(rule, "b")).isZero();
    assertThat(givenUp(rule, "a".repeat(3000) + "b")).isEqualTo(1);
  }

  /** By a padded command line a program could keep its end from being looked at. */
  @Test
  void whatGoesOnBeyondWhatIsComparedIsCounted() {
    String rule = rule(PROCESS, "selection:\n    CommandLine|re: 'rm -r'\ncondition: selection");

    assertThat(givenUp(rule, " ".repeat(4096 - 5) + "rm -r")).isZero();
    assertThat(hit(rule, started("/a", " ".repeat(5000) + "rm -r"))).isFalse();
    assertThat(givenUp(rule, " ".repeat(5000) + "rm -r")).isEqualTo(1);
    assertThat(givenUp(rule, "rm -r" + " ".repeat(5000))).as("found before").isZero();
  }

  private static long givenUp(String rule, String argument) {
    return Rules.matched(Rules.book(rule), List.of(started("/a", argument))).givenUp();
  }
}
