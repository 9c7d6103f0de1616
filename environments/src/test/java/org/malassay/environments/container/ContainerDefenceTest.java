package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentException;
import org.malassay.options.Options;

class ContainerDefenceTest {
  @Test
  void eachIsOfferedByItsName() {
    assertThat(ContainerDefence.offered())
        .extracting(Defence::name)
        .containsExactly("readonly", "nocaps", "nonewprivs", "userns");
  }

  /** Docker's default for such folders is noexec: no sample would run. */
  @Test
  void whereSamplesArePutTheyCanBeExecuted() {
    HostConfig host = HostConfig.newHostConfig();
    ContainerDefence.READONLY.applyTo(host, 1 << 20);
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getTmpFs())
        .containsEntry("/tmp", "rw,exec,nodev,size=1048576,mode=1777")
        .containsEntry("/run", "rw,exec,nodev,size=1048576,mode=755");
  }

  @Test
  void anEngineThatDoesNotRemapUsersIsToldHow() {
    assertThatThrownBy(
            () ->
                ContainerDefence.require(
                    Set.of(ContainerDefence.USERNS), List.of("name=seccomp,profile=default")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("--userns-remap=default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm", "auto"})
  void theyAreTheEnginesHere(String kernel) {
    assertThatThrownBy(
            () ->
                ContainerDefence.of(
                    List.of("readonly"), Options.of(Map.of("container.kernel", kernel))))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("-Denv=container+readonly cannot be had with -Dcontainer.kernel=");
  }
}
