package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GuestStarterTest {
  private static final int MOST = 1 << 20;

  @Test
  void aGuestThatSaysNoEndIsHeardNoLongerThanIsAllowed() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    assertThatThrownBy(() -> GuestStarter.copy(endless, MOST, heard))
        .isInstanceOf(IOException.class)
        .hasMessage("there is more than 1048576 bytes");
    assertThat(heard.size()).isLessThanOrEqualTo(MOST);
  }

  @Test
  void whatIsAllowedIsHeardWhole() throws Exception {
    byte[] all = new byte[MOST];
    all[MOST - 1] = 7;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    GuestStarter.copy(new ByteArrayInputStream(all), MOST, heard);
    assertThat(heard.toByteArray()).isEqualTo(all);
  }
}
