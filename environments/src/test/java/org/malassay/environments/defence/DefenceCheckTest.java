package org.malassay.environments.defence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentException;

/** What is believed of what the check says. */
class DefenceCheckTest {
  private static String said(Map<Attempt, String> but) {
    return Arrays.stream(Attempt.values())
        .map(attempt -> attempt.word() + " " + but.getOrDefault(attempt, "works"))
        .collect(Collectors.joining("\n"));
  }

  private static final String ALL_WORKS = said(Map.of());

  private static DefenceCheck check(String... names) throws EnvironmentException {
    return new DefenceCheck(GuestDefences.of("raspbian", List.of(names)));
  }

  @Test
  void whatIsToBeRefusedIsAndTheRestWorks() throws Exception {
    assertThat(
            check("loginguard.permission")
                .failure(said(Map.of(Attempt.PERMISSION, "EPERM")), ALL_WORKS))
        .isEmpty();
  }

  @Test
  void oneThatIsNotInForceIsNamedWithWhatWorks() throws Exception {
    assertThat(check("loginguard.shell").failure(ALL_WORKS, ALL_WORKS))
        .contains(
            "the guests' defences loginguard.shell do not do what they are for: shell is not refused"
                + " to a remote login (works); busybox-shell is not refused to a remote login (works)");
  }

  @Test
  void oneThatRefusesTooMuchIsNone() throws Exception {
    assertThat(
            check("loginguard.permission")
                .failure(
                    said(Map.of(Attempt.PERMISSION, "EPERM", Attempt.RUN, "EACCES")),
                    said(Map.of(Attempt.SHELL, "EPERM"))))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .endsWith(
                        "run fails for a remote login (EACCES); shell fails for others (EPERM)"));
  }

  @Test
  void whatSaysNothingIsNotBelieved() throws Exception {
    assertThat(check("loginguard.permission").failure("sh: not found\n", ALL_WORKS))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("read fails for a remote login (not tried); ")
                    .endsWith("the check said: sh: not found"));
  }

  @Test
  void severalRefuseWhatEachDoes() throws Exception {
    DefenceCheck both = check("loginguard.shell", "loginguard-seccomp");
    assertThat(
            both.failure(
                said(
                    Map.of(
                        Attempt.SHELL, "EPERM",
                        Attempt.BUSYBOX_SHELL, "EINTR",
                        Attempt.PERMISSION, "EPERM",
                        Attempt.CREATE_EXECUTABLE, "EPERM",
                        Attempt.MEMORY_FILE, "ENOSYS")),
                ALL_WORKS))
        .isEmpty();
    assertThat(both.asLogin())
        .contains(
            "malassay-entry /usr/local/sbin/malassay-filter --run /usr/local/sbin/malassay-check");
    assertThat(both.asOther()).doesNotContain("malassay-entry").contains("malassay-check try");
  }
}
