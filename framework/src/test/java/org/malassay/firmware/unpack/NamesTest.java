package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void longNamesAreCutAndMarked() {
    String most = "x".repeat(4096);
    assertThat(Names.text(most.getBytes(UTF_8))).isEqualTo(most);
    assertThat(Names.text((most + "y").getBytes(UTF_8))).isEqualTo(most + "…");
    assertThat(Names.path("/" + most.substring(1))).isEqualTo("/" + most.substring(1));
    assertThat(Names.path("/" + most)).hasSize(4097).endsWith("x…");
    // Of what does not fit, no more is decoded than tells so.
    assertThat(Names.text("ä".repeat(1 << 20).getBytes(UTF_8)))
        .hasSizeLessThan(2060)
        .startsWith("ää")
        .endsWith("…");
    assertThat(Names.path("/ä".repeat(1 << 20).getBytes(UTF_8)))
        .hasSizeLessThan(4098)
        .endsWith("…");
  }
}
