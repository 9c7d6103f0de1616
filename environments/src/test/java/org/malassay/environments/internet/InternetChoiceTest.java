package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.options.Options;

class InternetChoiceTest {
  private static final InternetChoice.Opener<String> NO_TAP =
      () -> {
        throw new GuestException("cannot open /dev/net/tun (modprobe tun)");
      };

  private static InternetChoice<String> choice(
      Map<String, String> options, InternetChoice.Opener<String> opener)
      throws EnvironmentException {
    return InternetChoice.of(Options.of(options), "on this machine", opener);
  }

  @Test
  void whereItCanBeHadGuestsFindOne() throws Exception {
    InternetChoice<String> choice = choice(Map.of(), () -> "one");
    assertThat(choice.internet()).contains("one");
    assertThat(choice.fact("nothing"))
        .isEqualTo("a simulated Internet of the guest's own, which leads nowhere else");
    assertThat(choice.missing()).isEmpty();
  }

  @Test
  void whereItCannotBeHadTheHeaderAndTheFacetSayWhy() throws Exception {
    InternetChoice<String> choice = choice(Map.of(), NO_TAP);
    String why = "no simulated Internet can be had: cannot open /dev/net/tun (modprobe tun)";
    assertThat(choice.internet()).isEmpty();
    assertThat(choice.fact("nothing")).isEqualTo("nothing (%s)".formatted(why));
    assertThat(choice.missing()).contains("guests have no network (%s)".formatted(why));
  }

  @Test
  void oneThatTheUserNamedAndThatCannotBeHadIsAnErrorWithItsRemedy() {
    assertThatThrownBy(() -> choice(Map.of("internet", "simulated"), NO_TAP))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "-Dinternet=simulated cannot be had on this machine: cannot open /dev/net/tun"
                + " (modprobe tun)");
  }

  @Test
  void whoWantsNoneHasNoneTried() throws Exception {
    InternetChoice<String> choice =
        choice(
            Map.of("internet", "none"),
            () -> {
              throw new AssertionError("it was tried");
            });
    assertThat(choice.internet()).isEmpty();
    assertThat(choice.missing()).contains("guests have no network (-Dinternet=none)");
  }
}
