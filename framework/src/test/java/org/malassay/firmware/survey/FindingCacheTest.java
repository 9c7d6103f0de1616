package org.malassay.firmware.survey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.judge.FileFinding;

class FindingCacheTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);

  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();

  private static FileFinding finding(int functions) {
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < functions; i++) {
      names.put("f" + i, "d");
    }
    return new FileFinding(
        Optional.empty(), "", List.of(), Optional.empty(), Optional.empty(), names);
  }

  @Test
  void whatIsKeptIsThereForTheNextSurvey() {
    new FindingCache(folder, 100, warnings::add).put(ONE, finding(3));
    assertThat(new FindingCache(folder, 100, warnings::add).get(ONE)).contains(finding(3));
    assertThat(warnings).isEmpty();
  }

  @Test
  void thatNothingCanBeWrittenIsToldOnce() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    FindingCache cache = new FindingCache(file, 100, warnings::add);
    cache.put(ONE, finding(1));
    cache.put(TWO, finding(1));
    assertThat(warnings)
        .singleElement()
        .satisfies(
            it ->
                assertThat(it)
                    .startsWith("warning: findings cannot be kept in " + file)
                    .contains("-Dfirmware.cache"));
  }

  /** By what it takes, not by the number of findings. */
  @Test
  void theMemoryIsBoundWhateverAFindingHolds() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "so that the disk has nothing");
    FindingCache cache = new FindingCache(file, 100, warnings::add);
    cache.put(ONE, finding(50));
    cache.put(TWO, finding(20));
    assertThat(cache.get(ONE)).isPresent();
    cache.put(TWO, finding(60)); // together 130
    assertThat(cache.get(ONE)).isEmpty();
    assertThat(cache.get(TWO)).contains(finding(60));
  }
}
