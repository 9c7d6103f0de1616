package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {
  @ParameterizedTest
  @CsvSource({
    "2,  24000, 256, 32", // processors are what is short
    "8,  24000, 256, 62", // memory is
    "2,   3000, 256,  7",
    "2,    300, 256,  1", // one guest is always tried
    "64, 24000, 1024, 20"
  })
  void asManyGuestsAsProcessorsAndMemoryAllow(
      int processors, int availableMiB, int memoryMiB, int guests) {
    assertThat(new Capacity(processors, availableMiB).guests(memoryMiB)).isEqualTo(guests);
  }

  @ParameterizedTest
  @CsvSource({"2, 24000, 4", "8, 3000, 7", "1, 300, 1"})
  void guestsThatAreBootedAreFewer(int processors, int availableMiB, int guests) {
    assertThat(new Capacity(processors, availableMiB).bootedGuests(256)).isEqualTo(guests);
  }

  @ParameterizedTest
  @CsvSource({"1, 64", "6, 64", "8, 48", "16, 24", "100, 24"})
  void fewMachinesHaveMoreMemoryForTranslatedCodeThanMany(int machines, int translatedMiB) {
    assertThat(Capacity.translatedMiB(machines)).isEqualTo(translatedMiB);
  }

  @Test
  void theMemoryThatIsAvailableIsReadFromLinux() throws Exception {
    assertThat(Capacity.availableMiB(List.of("MemTotal: 9 kB", "MemAvailable:   2097152 kB")))
        .isEqualTo(2048);
    assertThatThrownBy(() -> Capacity.availableMiB(List.of("MemTotal: 9 kB")))
        .hasMessageContaining("MemAvailable");
  }

  @Test
  void thisMachineHasRoomForOneGuest() {
    assertThat(Capacity.here().guests(256)).isPositive();
  }
}
