package org.malassay.environments.defence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentException;

class GuestDefencesTest {
  @Test
  void eachIsOfferedOnceAndSaysWhatItIs() {
    assertThat(GuestDefences.offered()).extracting(Defence::name).doesNotHaveDuplicates();
    assertThat(GuestDefences.offered())
        .extracting(Defence::name)
        .contains("loginguard", "loginguard.write", "loginguard.shell", "loginguard.permission");
  }

  @Test
  void eachThatCanBeHadRefusesSomethingAndLetsTheRestWork() throws Exception {
    for (Defence offered : GuestDefences.offered()) {
      if (!offered.name().equals("smack")) {
        GuestDefence defence = GuestDefences.of("raspbian", List.of(offered.name())).get(0);
        // That of the service leaves logins alone.
        assertThat(defence.refused().isEmpty()).isEqualTo(offered.name().equals("seccomp"));
        assertThat(defence.refused())
            .as(offered.name())
            .doesNotContainAnyElementsOf(GuestDefence.ALLOWED);
        assertThat(DefencePrograms.SETUP).contains(defence.setup().get(0));
      }
    }
  }

  @Test
  void whatCannotBeHadSaysWhyAndWhatIsLikeIt() {
    assertThatThrownBy(() -> GuestDefences.of("raspbian", List.of("loginguard", "smack")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("-Denv=raspbian+smack cannot be had: ")
        .hasMessageContaining("have the same aim");
  }

  @Test
  void thereIsOneLoginGuard() {
    assertThatThrownBy(
            () -> GuestDefences.of("raspbian", List.of("loginguard.write", "loginguard.shell")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "-Denv=raspbian+loginguard.write+loginguard.shell: one login guard has one set of rules;"
                + " name loginguard, which has all of them, or one of the others");
  }

  @Test
  void selinuxAndAppArmorExcludeEachOther() {
    assertThatThrownBy(
            () -> GuestDefences.of("raspbian", List.of("apparmor", "loginguard", "selinux")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "-Denv=raspbian+apparmor+loginguard+selinux: a kernel of Linux starts selinux or"
                + " apparmor and not both; name one of the two");
  }

  @Test
  void factsNameEach() throws Exception {
    assertThat(GuestDefences.facts(List.of())).isEmpty();
    assertThat(GuestDefences.facts(GuestDefences.of("raspbian", List.of("loginguard.write"))))
        .containsOnlyKeys("defence loginguard.write", "defences' recipe");
  }
}
