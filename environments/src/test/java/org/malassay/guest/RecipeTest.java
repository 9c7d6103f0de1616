package org.malassay.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private static String digest(String... namesAndTexts) {
    Map<String, byte[]> files = new HashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(UTF_8));
    }
    return Recipe.ofFiles(files).digest();
  }

  @Test
  void theDigestChangesWithANameATextOrWhereAFileEnds() {
    Set<String> digests =
        new HashSet<>(
            List.of(
                digest("a", "1", "b", "2"),
                digest("a", "1", "b", "3"),
                digest("a", "1", "c", "2"),
                digest("a", "1"),
                digest("a", "1b", "2", ""),
                digest("a", "", "b", "12")));
    assertThat(digests).hasSize(6);
    assertThat(digest("b", "2", "a", "1")).isEqualTo(digest("a", "1", "b", "2"));
  }
}
