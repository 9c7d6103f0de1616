package org.malassay.reports.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void whatIsPutIntoATemplateIsTextThere() {
    assertThat(
            Html.render(
                "allure/description.jte",
                Map.of("rows", Map.of("note", "</td><script>alert(1)</script>&lt;"))))
        .contains("<td>&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;</td>")
        .doesNotContain("<script");
  }

  @Test
  void aTemplateThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Html.render("none.jte", Map.of())).hasMessageContaining("none.jte");
  }

  /** As in a program that Maven runs, where the threads of a pool know another class loader. */
  @Test
  void aThreadOfAnotherClassLoaderMayFillInTheFirstTemplate() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(Path.of(part).toUri().toURL());
    }
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader own = new URLClassLoader(path.toArray(new URL[0]), platform)) {
      thread.setContextClassLoader(platform);
      assertThat(
              own.loadClass(Html.class.getName())
                  .getMethod("render", String.class, Map.class)
                  .invoke(null, "allure/description.jte", Map.of("rows", Map.of("a", "b"))))
          .asString()
          .contains("<td>b</td>");
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
