package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuestLibrariesTest {
  private static final String IMAGE = "0123456789abcdef".repeat(4);

  @Test
  void whatIsKeptOfAnImageIsOfTheCommandThatAskedForIt() {
    String entry = GuestLibraries.entry(IMAGE, "find lib");
    assertThat(entry).matches("libraries-0123456789ab-[0-9a-f]{12}");
    assertThat(GuestLibraries.entry(IMAGE, "find lib")).isEqualTo(entry);
    assertThat(GuestLibraries.entry(IMAGE, "find lib usr/lib")).isNotEqualTo(entry);
    assertThat(GuestLibraries.entry("f" + IMAGE, "find lib")).isNotEqualTo(entry);
  }
}
