package org.malassay.environments.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void namesMayLeadThroughFolders(@TempDir Path folder) throws Exception {
    Recipe recipe = Recipe.ofFiles(Map.of("a", new byte[] {1}, "b/c/d", new byte[] {2}));
    recipe.writeTo(folder.resolve("new"));
    assertThat(folder.resolve("new/b/c/d")).hasBinaryContent(new byte[] {2});
    assertThat(recipe.digest()).isNotEqualTo(digest("a", "1", "d", "2"));
  }

  @Test
  void aFolderIsTheSameRecipeInAJarAsBesideIt(@TempDir Path folder) throws Exception {
    Recipe.ofFiles(Map.of("a", new byte[] {1}, "b/c", new byte[] {2}))
        .writeTo(folder.resolve("root/some/folder"));
    Path jar = folder.resolve("some.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("some/", "some/folder/", "some/folder/a", "some/folder/b/c")) {
        out.putNextEntry(new ZipEntry(name));
        if (!name.endsWith("/")) {
          out.write(Files.readAllBytes(folder.resolve("root").resolve(name)));
        }
      }
    }
    Recipe beside = Recipe.ofFolder(folder.resolve("root/some/folder").toUri().toURL());
    Recipe inside = Recipe.ofFolder(new URL("jar:" + jar.toUri() + "!/some/folder"));
    assertThat(inside.digest())
        .isEqualTo(beside.digest())
        .isEqualTo(digestOf("a", (byte) 1, "b/c", (byte) 2));
  }

  private static String digestOf(String one, byte first, String other, byte second) {
    return Recipe.ofFiles(Map.of(one, new byte[] {first}, other, new byte[] {second})).digest();
  }

  @Test
  void twoRecipesAreOneUnlessTheyHaveAFileOfOneName() {
    Recipe a = Recipe.ofFiles(Map.of("a", new byte[] {1}));
    Recipe b = Recipe.ofFiles(Map.of("b", new byte[] {2}));
    assertThat(a.and(b).digest()).isEqualTo(digestOf("a", (byte) 1, "b", (byte) 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.and(a))
        .withMessage("two files named a");
  }

  @Test
  void aFolderThatIsNotThereIsMissingInTheBuild() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Recipe.ofFolder("/no/such"))
        .withMessageContaining("/no/such");
  }
}
